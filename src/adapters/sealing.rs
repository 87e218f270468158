//! A seal in the making, so that an interrupted `seal` takes up its own signatures again.

use std::fs;
use std::path::{Path, PathBuf};

use crate::attestation::sign::{AttestError, Attestation};
use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::evidence::layout::RESULT_ENTRY;
use crate::model::result::GateResult;
use crate::model::statement::Statement;

use super::files::{self, FileError};

/// Name of the file that says what the signatures were made from.
const INPUTS: &str = "inputs.txt";

/// Largest file taken up again, in bytes.
const LIMIT: u64 = 256 << 20;

/// Folder `<out>/<stem>.sealing`.
#[derive(Debug)]
pub struct Sealing {
    root: PathBuf,
}

impl Sealing {
    /// Opens the folder; what was made from other inputs is thrown away.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn open(out: &Path, stem: &str, inputs: &[u8]) -> Result<Self, FileError> {
        let sealing = Self { root: out.join(format!("{stem}.sealing")) };
        let same = files::read(&sealing.root.join(INPUTS), LIMIT).is_ok_and(|found| found == inputs);
        if !same {
            sealing.remove()?;
            files::write_atomic(&sealing.root.join(INPUTS), inputs)?;
        }
        Ok(sealing)
    }

    /// The result that was signed before the interruption, else this one.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn result_or(&self, fresh: GateResult) -> Result<GateResult, FileError> {
        let path = self.root.join(RESULT_ENTRY);
        if !path.exists() {
            return Ok(fresh);
        }
        let bytes = files::read(&path, LIMIT)?;
        let earlier = SigstoreBundle::decode(&bytes)
            .ok()
            .and_then(|bundle| Statement::<GateResult>::decode(&bundle.payload).ok())
            .map(|statement| statement.predicate);
        // The same verdict at the earlier time, or the earlier signature is of no use.
        match earlier {
            Some(earlier) if earlier.checks == fresh.checks && earlier.verdict == fresh.verdict => Ok(earlier),
            _ => {
                self.remove()?;
                Ok(fresh)
            }
        }
    }

    /// The signature made before the interruption, else a new one, which is kept at once.
    ///
    /// # Errors
    /// [`SealingError`].
    pub fn signed_or(
        &self,
        name: &str,
        sign: impl FnOnce() -> Result<Attestation, AttestError>,
    ) -> Result<Vec<u8>, SealingError> {
        let path = self.root.join(name);
        if path.exists() {
            return Ok(files::read(&path, LIMIT)?);
        }
        let attestation = sign()?;
        files::write_atomic(&path, &attestation.bundle)?;
        Ok(attestation.bundle)
    }

    /// Removes the folder once the bundle is whole.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn finish(self) -> Result<(), FileError> {
        self.remove()
    }

    fn remove(&self) -> Result<(), FileError> {
        match fs::remove_dir_all(&self.root) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(FileError::Io { action: "removing", path: self.root.display().to_string(), source })
            }
            _ => Ok(()),
        }
    }
}

/// A signature that was neither found nor made.
#[derive(Debug, thiserror::Error)]
pub enum SealingError {
    /// The folder cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] AttestError),
}
