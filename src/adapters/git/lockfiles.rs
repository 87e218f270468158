//! Single files as committed at `HEAD`, and the lockfiles among them.

use super::{GitError, Repository, read_object, tree};
use crate::provenance::git_object::ObjectKind;
use crate::provenance::tree::{EntryMode, encode_path};
use crate::sbom::source::READERS;

/// Largest file read this way, in bytes.
pub const MAX_LOCKFILE: u64 = 64 << 20;

/// Most lockfiles of one repository.
const MAX_LOCKFILES: usize = 4096;

/// Files of package managers beyond those that the readers of lockfiles are named by.
const FURTHER: [&str; 2] = ["Cargo.lock", "go.sum"];

/// What readers read in place of a lockfile: people write these, and they lock nothing by themselves.
const MANIFESTS: [&str; 3] = [".gitmodules", "platformio.ini", "vcpkg.json"];

/// Whether a file is a lockfile by its name, whatever the folder.
fn is_lockfile(name: &[u8]) -> bool {
    let read = READERS.iter().map(|reader| reader.lockfile).filter(|name| !MANIFESTS.contains(name));
    read.chain(FURTHER).any(|known| known.as_bytes() == name)
}

/// A regular file as committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedFile {
    /// Path from the root, spelled as in `git/tree.txt`.
    pub path: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Repository {
    /// The regular file at a path (`/` between components) as committed at `HEAD`; `None` when it is not there or a folder.
    ///
    /// # Errors
    /// [`GitError::NotRegular`] for links and submodules, [`GitError::TooLarge`] over [`MAX_LOCKFILE`],
    /// and what cannot be read.
    pub fn read_blob_at_head(&self, path: &str) -> Result<Option<Vec<u8>>, GitError> {
        let Some(leaf) = tree::find(&self.git, self.head_tree()?, path.as_bytes())? else { return Ok(None) };
        match leaf.mode {
            EntryMode::File | EntryMode::Executable | EntryMode::GroupWritable => {
                read_object(&self.git, leaf.id, ObjectKind::Blob, MAX_LOCKFILE).map(Some)
            }
            EntryMode::Symlink | EntryMode::Submodule => Err(GitError::NotRegular { path: path.to_owned() }),
        }
    }

    /// All known lockfiles that are regular files at `HEAD`, by path.
    ///
    /// # Errors
    /// [`GitError::TooLarge`] over [`MAX_LOCKFILE`] each, [`GitError::TooMany`], and what cannot be read.
    pub fn lockfiles(&self) -> Result<Vec<CommittedFile>, GitError> {
        let mut leaves = tree::leaves(&self.git, self.head_tree()?)?;
        leaves.retain(|leaf| {
            let name = leaf.path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
            let regular = !matches!(leaf.mode, EntryMode::Symlink | EntryMode::Submodule);
            regular && is_lockfile(name)
        });
        if leaves.len() > MAX_LOCKFILES {
            return Err(GitError::TooMany { what: "lockfiles", limit: MAX_LOCKFILES });
        }
        leaves.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let read = |leaf: &tree::Leaf| {
            let bytes = read_object(&self.git, leaf.id, ObjectKind::Blob, MAX_LOCKFILE)?;
            Ok(CommittedFile { path: encode_path(&leaf.path), bytes })
        };
        leaves.iter().map(read).collect()
    }

    /// Regular files at `HEAD` whose path (as text) is wanted, with their paths.
    ///
    /// # Errors
    /// As [`Self::lockfiles`].
    pub fn files_at_head(&self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        let regular = |mode| !matches!(mode, EntryMode::Symlink | EntryMode::Submodule);
        let mut found = Vec::new();
        for leaf in tree::leaves(&self.git, self.head_tree()?)? {
            let path = std::str::from_utf8(&leaf.path).ok().filter(|path| regular(leaf.mode) && wanted(path));
            let Some(path) = path else { continue };
            if found.len() >= MAX_LOCKFILES {
                return Err(GitError::TooMany { what: "files of one pattern", limit: MAX_LOCKFILES });
            }
            found.push((path.to_owned(), read_object(&self.git, leaf.id, ObjectKind::Blob, MAX_LOCKFILE)?));
        }
        Ok(found)
    }

    fn head_tree(&self) -> Result<gix::ObjectId, GitError> {
        Ok(self.read_commit(self.head_id()?)?.1)
    }
}
