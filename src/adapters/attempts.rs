//! The ledger of attempts at one version, kept beside the batch: no re-running until it is green.

use std::path::{Path, PathBuf};

use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::model::record::Attempt;
use crate::model::time::Timestamp;

use super::files::{self, FileError};

/// Word for an attempt whose end nobody wrote down.
const INTERRUPTED: &str = "interrupted";

/// Largest ledger, in bytes.
const LIMIT: u64 = 8 << 20;

/// A ledger that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AttemptsError {
    /// It could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is not what this program writes.
    #[error("ledger of attempts {path} cannot be read: {source}")]
    Malformed {
        /// The file.
        path: String,
        /// Why.
        source: JsonError,
    },
}

/// The ledger of one version.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    attempts: Vec<Attempt>,
}

impl Ledger {
    /// Opens `<out>/<stem>.attempts.json`; an absent file is an empty ledger.
    ///
    /// # Errors
    /// [`AttemptsError`].
    pub fn open(out: &Path, stem: &str) -> Result<Self, AttemptsError> {
        let path = out.join(format!("{stem}.attempts.json"));
        if !path.exists() {
            return Ok(Self { path, attempts: Vec::new() });
        }
        let bytes = files::read(&path, LIMIT)?;
        let shown = path.display().to_string();
        let attempts = json::decode(&bytes).map_err(|source| AttemptsError::Malformed { path: shown, source })?;
        Ok(Self { path, attempts })
    }

    /// Writes down that an attempt begins; until it ends it counts as interrupted.
    ///
    /// # Errors
    /// [`AttemptsError`].
    pub fn begin(&mut self, now: Timestamp) -> Result<(), AttemptsError> {
        self.attempts.push(Attempt { started_at: now, ended: INTERRUPTED.to_owned(), record_sha256: None });
        self.save()
    }

    /// Writes down how the last attempt ended.
    ///
    /// # Errors
    /// [`AttemptsError`].
    pub fn end(&mut self, ended: &str, record_sha256: Option<Sha256Digest>) -> Result<(), AttemptsError> {
        if let Some(last) = self.attempts.last_mut() {
            ended.clone_into(&mut last.ended);
            last.record_sha256 = record_sha256;
        }
        self.save()
    }

    /// Attempts before the running one, oldest first.
    #[must_use]
    pub fn earlier(&self) -> Vec<Attempt> {
        let running = self.attempts.last().is_some_and(|last| last.ended == INTERRUPTED);
        let count = self.attempts.len() - usize::from(running);
        self.attempts[..count].to_vec()
    }

    fn save(&self) -> Result<(), AttemptsError> {
        let path = self.path.display().to_string();
        let bytes = json::encode(&self.attempts).map_err(|source| AttemptsError::Malformed { path, source })?;
        Ok(files::write_atomic(&self.path, &bytes)?)
    }
}
