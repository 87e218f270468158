//! Submodules pinned by a tree, and what is checked out in their place.

use std::collections::BTreeMap;

use gix::ObjectId;

use super::{GitError, Repository, git_id, native_path, read_object, remote};
use crate::model::digest::GitId;
use crate::model::provenance::Submodule;
use crate::provenance::git_object::ObjectKind;
use crate::provenance::tree::{EntryMode, TreeListing, encode_path};

/// Largest `.gitmodules`, in bytes.
const MAX_MODULES: u64 = 1 << 20;

impl Repository {
    /// Path and commit of each submodule in the index.
    ///
    /// # Errors
    /// [`GitError::Read`] when the index cannot be read, or a path is no line of text.
    pub fn pins_of_index(&self) -> Result<Vec<(String, GitId)>, GitError> {
        let index = self.git.index_or_empty().map_err(GitError::read("index"))?;
        let backing = index.path_backing();
        let pins = index.entries().iter().filter(|entry| entry.mode == gix::index::entry::Mode::COMMIT);
        let pin = |entry: &gix::index::Entry| {
            let path: &[u8] = entry.path_in(backing);
            let text = std::str::from_utf8(path).ok().filter(|text| !text.contains(['\n', '\r']));
            let text = text.ok_or_else(|| GitError::Read {
                what: format!("submodule {}", encode_path(path)),
                reason: "its path is no line of UTF-8".to_owned(),
            })?;
            Ok((text.to_owned(), git_id(&entry.id)?))
        };
        pins.map(pin).collect()
    }
}

/// The submodules of a tree, with their URL from its `.gitmodules` and the commit in the work tree.
pub(super) fn pinned(
    repository: &Repository,
    root: ObjectId,
    listing: &TreeListing,
) -> Result<Vec<Submodule>, GitError> {
    let pins = || listing.entries().iter().filter(|entry| entry.mode == EntryMode::Submodule);
    if pins().next().is_none() {
        return Ok(Vec::new());
    }
    let urls = urls(repository, root, listing)?;
    pins()
        .map(|entry| {
            let url = urls.get(&entry.path).and_then(|url| remote::without_credentials(url));
            let nested = checked_out(repository, &entry.path)?;
            let checked_out = nested.map(|nested| nested.head()).transpose().or_else(|error| match error {
                GitError::Unborn => Ok(None),
                other => Err(other),
            })?;
            Ok(Submodule { path: encode_path(&entry.path), commit: entry.id.clone(), url, checked_out })
        })
        .collect()
}

/// The repository checked out at a submodule's path; `None` when it is not initialised.
pub(super) fn checked_out(repository: &Repository, path: &[u8]) -> Result<Option<Repository>, GitError> {
    let what = || format!("submodule {}", encode_path(path));
    let native = native_path(path)
        .ok_or_else(|| GitError::Read { what: what(), reason: "this system cannot spell its path".to_owned() })?;
    let folder = repository.work_tree().join(native);
    match folder.join(".git").symlink_metadata() {
        Ok(_) => Repository::open(&folder).map(Some),
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(GitError::Read { what: what(), reason: error.to_string() }),
    }
}

/// Path to URL, from `.gitmodules` in the tree (gitmodules(5)); the work tree's copy and `.git/config` do not count.
fn urls(repository: &Repository, root: ObjectId, listing: &TreeListing) -> Result<BTreeMap<Vec<u8>, String>, GitError> {
    let what = || format!(".gitmodules of tree {root}");
    let Some(entry) = listing.entry(b".gitmodules").filter(|entry| entry.sha256.is_some()) else {
        return Ok(BTreeMap::new());
    };
    let id = ObjectId::from_hex(entry.id.as_str().as_bytes()).map_err(GitError::read(what()))?;
    let bytes = read_object(&repository.git, id, ObjectKind::Blob, MAX_MODULES)?;
    let metadata = gix::config::file::Metadata::api();
    let file = gix::config::File::from_bytes_no_includes(&bytes, metadata, gix::config::file::init::Options::default())
        .map_err(GitError::read(what()))?;
    let mut urls = BTreeMap::new();
    for section in file.sections_by_name("submodule").into_iter().flatten() {
        if let (Some(path), Some(url)) = (section.value("path"), section.value("url")) {
            let url = String::from_utf8(url.into()).unwrap_or_default();
            urls.insert(path.into(), url);
        }
    }
    Ok(urls)
}
