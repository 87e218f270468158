//! Keeps two runs out of one output folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::folder::remove_stale;
use super::open::require_regular;
use super::{FileError, io_error};

/// Name of the lock file. It is empty, and `list_regular` leaves it out.
pub const LOCK_NAME: &str = ".batchseal.lock";

/// Attempts when lock files vanish between opening and locking.
const ATTEMPTS: usize = 16;

/// A folder that no other run writes to while this lives. Advisory: it binds only `batchseal`.
#[derive(Debug)]
#[must_use = "the folder is free again as soon as the lock is dropped"]
pub struct FolderLock {
    path: PathBuf,
    /// Holds the operating system's lock, which ends with the process however that ends.
    _file: File,
}

/// Locks a folder, which is made if it is absent, and clears away what interrupted runs left in it.
///
/// # Errors
/// [`FileError::Busy`] at once when another run holds it.
pub fn lock_exclusive(dir: &Path) -> Result<FolderLock, FileError> {
    fs::create_dir_all(dir).map_err(io_error("writing", dir))?;
    let path = dir.join(LOCK_NAME);
    let busy = || FileError::Busy { path: dir.display().to_string() };
    for _ in 0..ATTEMPTS {
        if let Ok(metadata) = fs::symlink_metadata(&path) {
            require_regular(&path, metadata.file_type())?;
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error("locking", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy()),
            Err(TryLockError::Error(error)) => return Err(io_error("locking", &path)(error)),
        }
        // The holder before us may have removed the file between our opening and our locking it.
        if is_same(&file, &path) {
            remove_stale(dir);
            return Ok(FolderLock { path, _file: file });
        }
    }
    Err(busy())
}

/// The lock file goes where it can go safely: while the lock is held, and seen by the check above.
impl Drop for FolderLock {
    fn drop(&mut self) {
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(locked), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (locked.dev(), locked.ino()) == (named.dev(), named.ino())
}

/// Lock files stay elsewhere, so the file is always the same.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}
