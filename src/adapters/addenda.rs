//! Addenda on disk, beside their bundle, and the digests of what they cover.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use crate::evidence::addenda::{AddendumFile, Measured};
use crate::model::addendum::{AddendumName, Beside, MOST_ADDENDA};
use crate::model::digest::{Sha256Digest, Sha512Digest};
use crate::model::hint::Hint;

use super::files::{self, FileError};

/// Largest addendum, in bytes.
const MAX_ADDENDUM: u64 = 16 << 20;

/// Why addenda were not read.
#[derive(Debug, thiserror::Error)]
pub enum AddendaError {
    /// The operating system, a link, a size.
    #[error(transparent)]
    File(#[from] FileError),
    /// Named like an addendum of this bundle and of no kind that is known.
    #[error("{0} is named like an addendum of the bundle and is of no kind that this version knows")]
    Malformed(String),
    /// More than there can be.
    #[error("{0} files beside the bundle are named like its addenda (expected at most {MOST_ADDENDA})")]
    TooMany(usize),
}

impl Hint for AddendaError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Malformed(_) => {
                Some("Judge with the version that made it, or give it back the name it was published under".into())
            }
            Self::TooMany(_) => Some("Keep only what was published with the bundle beside it".into()),
            Self::File(_) => None,
        }
    }
}

/// Reads the addenda that lie beside a bundle, by number.
///
/// # Errors
/// [`AddendaError`].
pub fn read_beside(bundle: &Path) -> Result<Vec<AddendumFile>, AddendaError> {
    let mut named = list_beside(bundle)?;
    named.sort();
    let read =
        |(name, path): (AddendumName, PathBuf)| Ok(AddendumFile { name, bytes: files::read(&path, MAX_ADDENDUM)? });
    named.into_iter().map(read).collect()
}

fn list_beside(bundle: &Path) -> Result<Vec<(AddendumName, PathBuf)>, AddendaError> {
    let (folder, own) = place(bundle);
    let io = |source| FileError::Io { action: "reading", path: folder.display().to_string(), source };
    let mut named = Vec::new();
    for entry in fs::read_dir(&folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let file = entry.file_name().to_string_lossy().into_owned();
        match AddendumName::parse(&own, &file) {
            Beside::Addendum(name) => named.push((name, entry.path())),
            Beside::Malformed => return Err(AddendaError::Malformed(file)),
            Beside::Other => {}
        }
    }
    if named.len() > MOST_ADDENDA as usize { Err(AddendaError::TooMany(named.len())) } else { Ok(named) }
}

/// Whether a file is an addendum of this bundle, by folder and name.
#[must_use]
pub fn is_addendum(path: &Path, bundle: &Path) -> bool {
    let (folder, own) = place(bundle);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let same_folder = match (path.parent().map(Path::canonicalize), folder.canonicalize()) {
        (Some(Ok(one)), Ok(two)) => one == two,
        _ => false,
    };
    same_folder && matches!(AddendumName::parse(&own, &name), Beside::Addendum(_))
}

/// Where an addendum of this bundle goes.
#[must_use]
pub fn path_of(bundle: &Path, name: AddendumName) -> PathBuf {
    let (folder, own) = place(bundle);
    folder.join(name.file_name(&own))
}

fn place(bundle: &Path) -> (PathBuf, String) {
    let folder = match bundle.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    (folder, bundle.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default())
}

/// SHA-256 and SHA-512 of a file, in one pass.
///
/// # Errors
/// [`FileError`].
pub fn measure(path: &Path) -> Result<Measured, FileError> {
    use sha2::Digest as _;
    let (mut sha256, mut sha512) = (sha2::Sha256::new(), sha2::Sha512::new());
    let size = files::stream(path, |bytes| {
        sha256.update(bytes);
        sha512.update(bytes);
    })?;
    Ok(Measured {
        size,
        sha256: Sha256Digest::from_bytes(sha256.finalize().into()),
        sha512: Sha512Digest::from_bytes(sha512.finalize().into()),
    })
}
