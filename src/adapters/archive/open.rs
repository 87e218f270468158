//! Opens a container file: one pass over all bytes, then entries by name.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use super::pipes::{At, Relay, Tee};
use super::{ArchiveError, MAX_LOADED, Whole};
use crate::adapters::files::{self, FileError, Unchanged};
use crate::evidence::container::{ContainerError, ContainerIndex};
use crate::model::digest::{Hasher, Sha256Digest};
use crate::model::name::EntryName;
use crate::model::record::EntryDigest;

/// Containers from this size on are hashed on two threads: the whole on one, the entries on the other.
const WORTH_A_THREAD: u64 = 8 << 20;

/// Pieces on their way to the second thread.
const IN_FLIGHT: usize = 4;

/// A container file whose headers, checksums and digests have all been looked at.
#[derive(Debug)]
pub struct OpenContainer {
    path: PathBuf,
    file: File,
    index: ContainerIndex,
    digests: BTreeMap<EntryName, EntryDigest>,
    whole: Whole,
}

/// Opens a container: proves its headers, then digests every entry and the whole file in one pass.
///
/// # Errors
/// [`ArchiveError`] for anything that the writer would not have written, and for a file that changes.
pub fn open(path: &Path) -> Result<OpenContainer, ArchiveError> {
    let file = files::open_regular(path)?;
    let unchanged = Unchanged::of(&file, path)?;
    let failed = |source| ArchiveError::Container { path: path.display().to_string(), source: Box::new(source) };
    let index = ContainerIndex::read(&mut At { file: &file, at: 0 }, unchanged.size()).map_err(failed)?;
    let (digests, whole) = digest(&index, At { file: &file, at: 0 }, unchanged.size()).map_err(failed)?;
    unchanged.check(&file, path, whole.size)?;
    let digests = digests.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
    Ok(OpenContainer { path: path.to_path_buf(), file, index, digests, whole })
}

impl OpenContainer {
    /// Name, SHA-256 and size of every entry.
    #[must_use]
    pub const fn digests(&self) -> &BTreeMap<EntryName, EntryDigest> {
        &self.digests
    }

    /// The headers.
    #[must_use]
    pub const fn index(&self) -> &ContainerIndex {
        &self.index
    }

    /// SHA-256 and size of the whole file.
    #[must_use]
    pub const fn whole(&self) -> Whole {
        self.whole
    }

    /// Loads an entry of at most `limit` bytes (never more than [`MAX_LOADED`]); its bytes are those that were digested.
    ///
    /// # Errors
    /// [`ArchiveError`] when it is absent, too large, or no longer what it was when the file was opened.
    pub fn load(&self, name: &EntryName, limit: u64) -> Result<Vec<u8>, ArchiveError> {
        let path = || self.path.display().to_string();
        let (Some(entry), Some(digest)) = (self.index.get(name), self.digests.get(name)) else {
            return Err(ArchiveError::NoEntry { path: path(), entry: name.clone() });
        };
        let limit = limit.min(MAX_LOADED);
        if entry.size() > limit {
            return Err(ArchiveError::TooLarge { path: path(), entry: name.clone(), got: entry.size(), limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or(0));
        let source = At { file: &self.file, at: entry.content_offset() };
        let failed = |source| FileError::Io { action: "reading", path: path(), source };
        source.take(entry.size()).read_to_end(&mut bytes).map_err(failed)?;
        if Sha256Digest::of(&bytes) != digest.sha256 {
            return Err(FileError::Changed { path: path() }.into());
        }
        Ok(bytes)
    }
}

/// One reading: every byte goes to the entries' digests and to the whole file's.
fn digest(index: &ContainerIndex, source: impl Read, size: u64) -> Result<(Vec<EntryDigest>, Whole), ContainerError> {
    if size < WORTH_A_THREAD {
        let mut tee = Tee { source, hasher: Hasher::new() };
        let digests = index.digest_contents(&mut tee)?;
        let (sha256, size) = tee.hasher.finish();
        return Ok((digests, Whole { sha256, size }));
    }
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<u8>>(IN_FLIGHT);
        let whole = scope.spawn(move || {
            let mut hasher = Hasher::new();
            while let Ok(piece) = receiver.recv() {
                hasher.update(&piece);
            }
            hasher.finish()
        });
        // The sender goes with the reader, which ends the thread.
        let digests = index.digest_contents(&mut Relay { source, sender });
        let gone = |_| io::Error::other("the hashing thread ended early");
        let (sha256, size) = whole.join().map_err(gone).map_err(reading)?;
        Ok((digests?, Whole { sha256, size }))
    })
}

fn reading(source: io::Error) -> ContainerError {
    ContainerError::Io { action: "reading", entry: None, source }
}
