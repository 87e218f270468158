//! The file system: bounded reads, hashing, atomic writes, listings and locks.
//!
//! Only regular files are read and links are never followed (`open_regular`). What is read must
//! stay the same meanwhile, and what is written appears whole or not at all.

mod folder;
mod hash;
mod lock;
mod open;
mod write;

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

pub use folder::{list_regular, remove_stale};
pub use hash::{hash, hash_many, stream};
pub use lock::{FolderLock, LOCK_NAME, lock_exclusive};
pub(crate) use open::Unchanged;
pub use open::{open_regular, read, read_container};
pub(crate) use write::{Mode, place};
pub use write::{copy_hashed, write_atomic};

use crate::model::hint::Hint;

/// Bytes read at a time when hashing and copying.
const BUFFER: usize = 512 << 10;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused.
    #[error("{action} {path} failed: {source}")]
    Io {
        /// `reading`, `writing`, …
        action: &'static str,
        /// The path as given.
        path: String,
        /// Reason.
        source: io::Error,
    },
    /// Neither a regular file nor a folder was expected there.
    #[error("{path} is {got} (expected a regular file)")]
    NotRegular {
        /// The path as given.
        path: String,
        /// What it is.
        got: &'static str,
    },
    /// Larger than the limit for this kind of input.
    #[error("{path} is larger than {limit} bytes")]
    TooLarge {
        /// The path as given.
        path: String,
        /// Limit in bytes.
        limit: u64,
    },
    /// Changed while it was read.
    #[error("{path} changed while it was read")]
    Changed {
        /// The path as given.
        path: String,
    },
    /// A folder with more files, or deeper ones, than are looked at.
    #[error("{path} holds more than {limit} {what}")]
    TooMany {
        /// The folder as given.
        path: String,
        /// `files and folders`, `levels of folders`.
        what: &'static str,
        /// Limit.
        limit: usize,
    },
    /// A file name that is not Unicode.
    #[error("{path} has a name that is not UTF-8")]
    NotUtf8 {
        /// The path, with the offending bytes replaced.
        path: String,
    },
    /// Another run holds the folder.
    #[error("{path} is in use by another run of batchseal")]
    Busy {
        /// The folder as given.
        path: String,
    },
}

impl Hint for FileError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let text = match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => "check the path; nothing exists there",
                io::ErrorKind::PermissionDenied => "give the user that runs batchseal access to the path",
                io::ErrorKind::StorageFull => "free space on the disk and run again",
                _ => return None,
            },
            Self::NotRegular { .. } => "name the file itself; links and special files are never followed",
            Self::TooLarge { .. } => "check that the path names the file that was meant",
            Self::Changed { .. } => "wait until the program that writes the file has ended and run again",
            Self::TooMany { .. } => "name a folder that holds only the files of this batch",
            Self::NotUtf8 { .. } => "rename the file with ASCII letters and digits",
            Self::Busy { .. } => "wait for the other run to end, or choose another folder",
        };
        Some(Cow::Borrowed(text))
    }
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.display().to_string();
    move |source| FileError::Io { action, path, source }
}

/// The folder a file lies in.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
