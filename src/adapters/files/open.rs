//! Opens and reads regular files, and sees when one changes meanwhile.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use super::{FileError, io_error};

/// Opens a regular file without following a link in the last component.
///
/// The kind is looked at before opening (a device may act when it is opened) and again on the open
/// file, so that an exchange in between is caught.
///
/// # Errors
/// [`FileError`] when it is absent, a link, a folder or a device.
pub fn open_regular(path: &Path) -> Result<File, FileError> {
    require_regular(path, fs::symlink_metadata(path).map_err(io_error("reading", path))?.file_type())?;
    let file = match no_follow().open(path) {
        Ok(file) => file,
        Err(error) => {
            // A link put there a moment ago makes the open fail; say so rather than "too many links".
            if let Ok(metadata) = fs::symlink_metadata(path) {
                require_regular(path, metadata.file_type())?;
            }
            return Err(io_error("reading", path)(error));
        }
    };
    require_regular(path, file.metadata().map_err(io_error("reading", path))?.file_type())?;
    Ok(file)
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
/// [`FileError`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let file = open_regular(path)?;
    let unchanged = Unchanged::of(&file, path)?;
    let too_large = || FileError::TooLarge { path: path.display().to_string(), limit };
    if unchanged.size > limit {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(unchanged.size).unwrap_or(0));
    (&file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(io_error("reading", path))?;
    if bytes.len() as u64 > limit {
        return Err(too_large());
    }
    unchanged.check(&file, path, bytes.len() as u64)?;
    Ok(bytes)
}

/// Reads a whole container file of at most `limit` bytes, for `evidence::container::Container::parse`.
///
/// # Errors
/// [`FileError`].
pub fn read_container(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read(path, limit)
}

/// Size and modification time of a file before it was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unchanged {
    size: u64,
    modified: Option<SystemTime>,
}

impl Unchanged {
    pub(crate) fn of(file: &File, path: &Path) -> Result<Self, FileError> {
        file.metadata().map(|metadata| Self::from(&metadata)).map_err(io_error("reading", path))
    }

    pub(crate) const fn size(self) -> u64 {
        self.size
    }

    /// Requires that the file is as it was and that all of it was read.
    pub(crate) fn check(self, file: &File, path: &Path, read: u64) -> Result<(), FileError> {
        let after = Self::of(file, path)?;
        let same = self.size == read && after.size == read && self.modified == after.modified;
        if same { Ok(()) } else { Err(FileError::Changed { path: path.display().to_string() }) }
    }
}

impl From<&Metadata> for Unchanged {
    fn from(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// One read that a signal does not end.
pub(crate) fn read_some(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

pub(super) fn require_regular(path: &Path, kind: FileType) -> Result<(), FileError> {
    if kind.is_file() {
        return Ok(());
    }
    let got = if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a folder"
    } else {
        "a special file"
    };
    Err(FileError::NotRegular { path: path.display().to_string(), got })
}

/// `O_NOFOLLOW` refuses a link; `O_NONBLOCK` keeps a pipe without a writer from blocking the open.
#[cfg(unix)]
fn no_follow() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    options
}

/// `FILE_FLAG_OPEN_REPARSE_POINT` opens the link itself, which is then refused as not regular.
#[cfg(windows)]
fn no_follow() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(0x0020_0000);
    options
}

#[cfg(not(any(unix, windows)))]
fn no_follow() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}
