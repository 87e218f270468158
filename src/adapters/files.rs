//! The file system: bounded reads, atomic writes, hashing.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::model::digest::{Hasher, Sha256Digest};

/// Bytes read at a time when hashing.
const BUFFER: usize = 1 << 20;

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
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.display().to_string();
    move |source| FileError::Io { action, path, source }
}

/// Opens a regular file without following a link in the last component.
///
/// # Errors
/// [`FileError`] when it is absent, a link, a folder or a device.
pub fn open_regular(path: &Path) -> Result<File, FileError> {
    let metadata = fs::symlink_metadata(path).map_err(io_error("reading", path))?;
    let kind = metadata.file_type();
    if !kind.is_file() {
        let got = if kind.is_symlink() {
            "a symbolic link"
        } else if kind.is_dir() {
            "a folder"
        } else {
            "a special file"
        };
        return Err(FileError::NotRegular { path: path.display().to_string(), got });
    }
    File::open(path).map_err(io_error("reading", path))
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// [`FileError`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(io_error("reading", path))?;
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLarge { path: path.display().to_string(), limit });
    }
    Ok(bytes)
}

/// Streams a regular file through SHA-256; size and modification time must stay the same meanwhile.
///
/// # Errors
/// [`FileError`].
pub fn hash(path: &Path) -> Result<(Sha256Digest, u64), FileError> {
    let mut file = open_regular(path)?;
    let before = file.metadata().map_err(io_error("reading", path))?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = file.read(&mut buffer).map_err(io_error("reading", path))?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    let after = file.metadata().map_err(io_error("reading", path))?;
    let (digest, size) = hasher.finish();
    let same = before.len() == size && after.len() == size && before.modified().ok() == after.modified().ok();
    if same { Ok((digest, size)) } else { Err(FileError::Changed { path: path.display().to_string() }) }
}

/// Writes a file whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
///
/// # Errors
/// [`FileError`].
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = folder_of(path);
    fs::create_dir_all(&folder).map_err(io_error("writing", path))?;
    let mut file =
        tempfile::Builder::new().prefix(".batchseal-").tempfile_in(&folder).map_err(io_error("writing", path))?;
    file.write_all(bytes).map_err(io_error("writing", path))?;
    share(file.as_file(), path)?;
    file.as_file().sync_all().map_err(io_error("writing", path))?;
    file.persist(path).map_err(|error| error.error).map_err(io_error("writing", path))?;
    sync_folder(&folder);
    Ok(())
}

/// Temporary files begin private (0600); results are readable like any other file.
#[cfg(unix)]
fn share(file: &File, path: &Path) -> Result<(), FileError> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644)).map_err(io_error("writing", path))
}

#[cfg(not(unix))]
fn share(_: &File, _: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Makes a rename durable; not every file system can, so a refusal is no error.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
