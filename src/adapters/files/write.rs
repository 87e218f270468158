//! Writes files whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::open::{Unchanged, open_regular, read_some};
use super::{BUFFER, FileError, folder_of, io_error};
use crate::model::digest::{Hasher, Sha256Digest};

/// Beginning of every temporary name.
pub(super) const TEMPORARY_PREFIX: &str = ".batchseal-";

/// Who may do what with a finished file (Unix); temporary files begin private (0600).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// 0644.
    Plain,
    /// 0755.
    Executable,
}

/// Writes a file whole or not at all: temporary file beside it, fsync, rename, fsync of the folder.
///
/// # Errors
/// [`FileError`].
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    place(path, Mode::Plain, |file| file.write_all(bytes).map_err(io_error("writing", path)))
}

/// Copies a regular file, whole or not at all, and hashes the bytes that were copied.
///
/// An executable file stays executable; other permissions become 0644 or 0755.
///
/// # Errors
/// [`FileError`], also when the source changes meanwhile; `to` is then left as it was.
pub fn copy_hashed(from: &Path, to: &Path) -> Result<(Sha256Digest, u64), FileError> {
    let mut source = open_regular(from)?;
    let unchanged = Unchanged::of(&source, from)?;
    place(to, mode_of(&source, from)?, |target| {
        let mut hasher = Hasher::new();
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = read_some(&mut source, &mut buffer).map_err(io_error("reading", from))?;
            if count == 0 {
                break;
            }
            let bytes = buffer.get(..count).unwrap_or_default();
            hasher.update(bytes);
            target.write_all(bytes).map_err(io_error("writing", to))?;
        }
        let (digest, size) = hasher.finish();
        unchanged.check(&source, from, size)?;
        Ok((digest, size))
    })
}

/// Lets `fill` write a temporary file beside `path` and puts it in its place only if all went well. What is no
/// file but a device or pipe (`/dev/null`, `/dev/stdout`) is written to as it is: a rename would take its place.
pub(crate) fn place<T, E: From<FileError>>(
    path: &Path,
    mode: Mode,
    fill: impl FnOnce(&mut File) -> Result<T, E>,
) -> Result<T, E> {
    if is_device_or_pipe(path) {
        let mut device = File::options().write(true).open(path).map_err(io_error("writing", path))?;
        return fill(&mut device);
    }
    let folder = folder_of(path);
    fs::create_dir_all(&folder).map_err(io_error("writing", path))?;
    let mut file =
        tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(&folder).map_err(io_error("writing", path))?;
    let value = fill(file.as_file_mut())?;
    share(file.as_file(), mode).map_err(io_error("writing", path))?;
    file.as_file().sync_all().map_err(io_error("writing", path))?;
    file.persist(path).map_err(|error| error.error).map_err(io_error("writing", path))?;
    sync_folder(&folder);
    Ok(value)
}

#[cfg(unix)]
fn is_device_or_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    // `/dev/stdout` is a link to whatever standard output is, also a regular file.
    let link = path.starts_with("/dev") && fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    fs::metadata(path).map(|found| found.file_type()).is_ok_and(|kind| {
        kind.is_char_device()
            || kind.is_block_device()
            || kind.is_fifo()
            || kind.is_socket()
            || (link && kind.is_file())
    })
}

#[cfg(not(unix))]
fn is_device_or_pipe(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn share(file: &File, mode: Mode) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let bits = match mode {
        Mode::Plain => 0o644,
        Mode::Executable => 0o755,
    };
    file.set_permissions(fs::Permissions::from_mode(bits))
}

#[cfg(not(unix))]
fn share(_: &File, _: Mode) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode_of(file: &File, path: &Path) -> Result<Mode, FileError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(io_error("reading", path))?.permissions().mode();
    Ok(if mode & 0o111 == 0 { Mode::Plain } else { Mode::Executable })
}

#[cfg(not(unix))]
fn mode_of(_: &File, _: &Path) -> Result<Mode, FileError> {
    Ok(Mode::Plain)
}

/// Makes a rename durable; not every file system can, so a refusal is no error.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}
