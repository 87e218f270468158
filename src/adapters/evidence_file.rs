//! A candidate or evidence bundle on disk, read strictly and held in memory within limits.

use std::borrow::Cow;
use std::path::Path;

use crate::model::digest::Sha256Digest;
use crate::model::hint::Hint;

use super::archive::{self, ArchiveError, MAX_LOADED};
use super::batch_folder::OwnedEntries;

/// Most content of one container that is held in memory, in bytes.
const MAX_CONTENT: u64 = 1 << 30;

/// Why a container was not read.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFileError {
    /// Not a canonical container, or not readable.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// More content than is read.
    #[error("{path} holds {got} bytes of content (expected at most {MAX_CONTENT})")]
    TooLarge {
        /// The path as given.
        path: String,
        /// Sum of the entries' sizes.
        got: u64,
    },
}

impl Hint for EvidenceFileError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Archive(error) => error.hint(),
            Self::TooLarge { .. } => {
                Some(Cow::Borrowed("check that this is an evidence bundle; products do not belong into one"))
            }
        }
    }
}

/// A container's digest and entries.
#[derive(Debug)]
pub struct EvidenceFile {
    /// SHA-256 of the file.
    pub sha256: Sha256Digest,
    /// Its entries.
    pub entries: OwnedEntries,
}

/// Reads a container.
///
/// # Errors
/// [`EvidenceFileError`].
pub fn open(path: &Path) -> Result<EvidenceFile, EvidenceFileError> {
    let container = archive::open(path)?;
    let total: u64 = container.digests().values().map(|entry| entry.size).fold(0, u64::saturating_add);
    if total > MAX_CONTENT {
        return Err(EvidenceFileError::TooLarge { path: path.display().to_string(), got: total });
    }
    let mut entries = OwnedEntries::default();
    for name in container.digests().keys() {
        entries.0.insert(name.clone(), container.load(name, MAX_LOADED)?);
    }
    Ok(EvidenceFile { sha256: container.whole().sha256, entries })
}
