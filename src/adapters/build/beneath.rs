//! Files below a folder, reached without following a link anywhere on the way.
//!
//! On Unix each step is opened relative to the one before (`openat` with `O_NOFOLLOW`), so that a link
//! put there meanwhile is not followed either; elsewhere each step is looked at first.

use std::io;
use std::path::Path;

/// What stands under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Folder,
    Special,
}

impl Kind {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::File => "a regular file",
            Self::Link => "a symbolic link",
            Self::Folder => "a folder",
            Self::Special => "a special file",
        }
    }
}

/// Why a path was not reached.
#[derive(Debug)]
pub(super) enum BeneathError {
    /// Not of the form `a/b/c`.
    Form,
    /// A part of it, named here, is no folder.
    NotFolder(String, Kind),
    /// The operating system refused.
    Io(io::Error),
}

/// The folder of a relative path and the path's last part; `None` when a folder on the way is missing.
pub(super) fn reach(root: &Path, relative: &str) -> Result<Option<(Folder, String)>, BeneathError> {
    let sound = |part: &&str| !part.is_empty() && !matches!(*part, "." | "..") && !part.contains(['\\', ':', '\0']);
    let parts: Vec<&str> = relative.split('/').collect();
    let Some((name, folders)) = parts.split_last().filter(|_| parts.iter().all(sound)) else {
        return Err(BeneathError::Form);
    };
    let mut folder = Folder::open(root).map_err(BeneathError::Io)?;
    let mut passed = String::new();
    for part in folders {
        passed = if passed.is_empty() { (*part).to_owned() } else { format!("{passed}/{part}") };
        match folder.kind(part).map_err(BeneathError::Io)? {
            None => return Ok(None),
            Some(Kind::Folder) => folder = folder.enter(part).map_err(BeneathError::Io)?,
            Some(other) => return Err(BeneathError::NotFolder(passed, other)),
        }
    }
    Ok(Some((folder, (*name).to_owned())))
}

#[cfg(unix)]
pub(super) use unix::Folder;

#[cfg(unix)]
mod unix {
    use std::fs::File;
    use std::io;
    use std::os::fd::OwnedFd;
    use std::path::Path;

    use rustix::fs::{AtFlags, FileType, Mode, OFlags};
    use rustix::io::Errno;

    use super::Kind;

    /// An open folder.
    pub(in super::super) struct Folder(OwnedFd);

    impl Folder {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
        }

        pub(super) fn enter(&self, name: &str) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            Ok(Self(rustix::fs::openat(&self.0, name, flags, Mode::empty())?))
        }

        pub(in super::super) fn kind(&self, name: &str) -> io::Result<Option<Kind>> {
            let stat = match rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => return Ok(None),
                other => other?,
            };
            Ok(Some(match FileType::from_raw_mode(stat.st_mode) {
                FileType::RegularFile => Kind::File,
                FileType::Symlink => Kind::Link,
                FileType::Directory => Kind::Folder,
                _ => Kind::Special,
            }))
        }

        /// Opens for reading; a pipe put there meanwhile does not block.
        pub(in super::super) fn open_file(&self, name: &str) -> io::Result<File> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            Ok(File::from(rustix::fs::openat(&self.0, name, flags, Mode::empty())?))
        }

        pub(in super::super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
        }

        pub(in super::super) fn remove(&self, name: &str) -> io::Result<()> {
            Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
        }
    }
}

#[cfg(not(unix))]
pub(super) use portable::Folder;

#[cfg(not(unix))]
mod portable {
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    use super::Kind;

    /// The path of a folder.
    pub(in super::super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            fs::metadata(path).map(|_| Self(path.to_path_buf()))
        }

        pub(super) fn enter(&self, name: &str) -> io::Result<Self> {
            Ok(Self(self.0.join(name)))
        }

        pub(in super::super) fn kind(&self, name: &str) -> io::Result<Option<Kind>> {
            let kind = match fs::symlink_metadata(self.0.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                other => other?.file_type(),
            };
            Ok(Some(if kind.is_file() {
                Kind::File
            } else if kind.is_symlink() {
                Kind::Link
            } else if kind.is_dir() {
                Kind::Folder
            } else {
                Kind::Special
            }))
        }

        pub(in super::super) fn open_file(&self, name: &str) -> io::Result<File> {
            File::open(self.0.join(name))
        }

        pub(in super::super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        pub(in super::super) fn remove(&self, name: &str) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }
    }
}
