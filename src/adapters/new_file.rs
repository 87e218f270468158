//! Files that must not exist yet: whole or not at all, and never over another file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::files::FileError;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// The owner only (mode 0600 on Unix).
    Owner,
    /// Everyone (mode 0644 on Unix).
    All,
}

/// Writes a new file: an exclusively created temporary file beside it, fsync, and a move that refuses
/// to replace anything.
///
/// # Errors
/// [`FileError::Io`], with [`std::io::ErrorKind::AlreadyExists`] when something is there already.
pub fn create(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), FileError> {
    let io = |source| FileError::Io { action: "writing", path: path.display().to_string(), source };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&folder).map_err(io)?;
    // tempfile opens with O_EXCL and mode 0600.
    let mut file = tempfile::Builder::new().prefix(".batchseal-").tempfile_in(&folder).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    if readers == Readers::All {
        share(file.as_file()).map_err(io)?;
    }
    file.as_file().sync_all().map_err(io)?;
    file.persist_noclobber(path).map_err(|error| io(error.error))?;
    if let Ok(handle) = fs::File::open(&folder) {
        // Not every file system can sync a folder; the file itself is written.
        let _ = handle.sync_all();
    }
    Ok(())
}

/// Whether anything, even a dangling link, stands at this path.
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(unix)]
fn share(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}
