//! Containers as files: written atomically, opened with one pass over all bytes.

mod open;
mod pipes;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read};
use std::path::{Path, PathBuf};

pub use open::{OpenContainer, open};

use crate::adapters::files::{self, FileError, Mode};
use crate::evidence::container::{ContainerError, DosTime, Measured, Source, write_container};
use crate::model::digest::{Hasher, Sha256Digest};
use crate::model::hint::Hint;
use crate::model::name::EntryName;

use pipes::Hashing;

/// Largest entry that is loaded into memory (64 MiB).
pub const MAX_LOADED: u64 = 64 << 20;

/// Buffer for headers and small contents.
const BUFFER: usize = 256 << 10;

/// A container file that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
    /// What is in it.
    #[error("{path} is not an evidence container")]
    Container {
        /// The path as given.
        path: String,
        /// What is wrong, and where.
        source: Box<ContainerError>,
    },
    /// The entries do not make a container.
    #[error("{path} cannot be packed")]
    Packing {
        /// The path as given.
        path: String,
        /// Why.
        source: Box<ContainerError>,
    },
    /// No entry of that name.
    #[error("{path} has no entry {entry}")]
    NoEntry {
        /// The path as given.
        path: String,
        /// The name asked for.
        entry: EntryName,
    },
    /// Larger than may be loaded into memory.
    #[error("entry {entry} of {path} is too large to load (got {got} bytes, expected at most {limit})")]
    TooLarge {
        /// The path as given.
        path: String,
        /// The entry.
        entry: EntryName,
        /// Its size.
        got: u64,
        /// Limit in bytes.
        limit: u64,
    },
}

impl Hint for ArchiveError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::File(error) => error.hint(),
            Self::Container { source, .. } | Self::Packing { source, .. } => source.hint(),
            Self::NoEntry { .. } => Some(Cow::Borrowed("list the entries with unzip -l")),
            Self::TooLarge { .. } => Some(Cow::Borrowed("take the entry out with unzip and look at it there")),
        }
    }
}

/// Content of an entry to be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A regular file, read twice and never as a whole into memory.
    File(PathBuf),
}

impl Source for Payload {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        match self {
            Self::Bytes(bytes) => bytes.open(),
            Self::File(path) => Ok(Box::new(files::open_regular(path).map_err(io::Error::other)?)),
        }
    }

    fn measured(&self) -> Option<Measured> {
        match self {
            Self::Bytes(bytes) => bytes.measured(),
            Self::File(_) => None,
        }
    }
}

/// SHA-256 and size of a container file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// SHA-256 of the whole file.
    pub sha256: Sha256Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// Writes a container file, whole or not at all, in memory bounded for entries of any size.
///
/// # Errors
/// [`ArchiveError`]; the path is then left as it was.
pub fn write<S: Source>(
    path: &Path,
    entries: &BTreeMap<EntryName, S>,
    time: impl Into<DosTime>,
) -> Result<Whole, ArchiveError> {
    let failed = |source| ArchiveError::Packing { path: path.display().to_string(), source: Box::new(source) };
    files::remove_stale(&files::folder_of(path));
    files::place(path, Mode::Plain, |file| {
        let mut out = BufWriter::with_capacity(BUFFER, Hashing { inner: file, hasher: Hasher::new() });
        write_container(entries, time, &mut out).map_err(failed)?;
        let unwritten = |source| failed(ContainerError::Io { action: "writing", entry: None, source });
        let hashing = out.into_inner().map_err(|error| unwritten(error.into_error()))?;
        let (sha256, size) = hashing.hasher.finish();
        Ok(Whole { sha256, size })
    })
}
