//! The tree of a commit, listed whole: every blob read, checked against its id and hashed with SHA-256.

use std::collections::BTreeMap;

use gix::ObjectId;
use rayon::prelude::*;

use super::{GitError, git_id, read_object};
use crate::model::digest::Sha256Digest;
use crate::provenance::git_object::ObjectKind;
use crate::provenance::tree::{EntryMode, MAX_DEPTH, MAX_ENTRIES, MAX_PATH, TreeEntry, TreeListing, encode_path};

/// Largest blob that is read, in bytes; git itself advises against such files.
const MAX_BLOB: u64 = 2 << 30;

/// Largest tree object, in bytes.
const MAX_TREE: u64 = 128 << 20;

/// Fewest blobs that are worth a thread of their own.
const MIN_SHARE: usize = 64;

/// Pointers are shorter than this (Git LFS specification, "The Pointer").
const MAX_POINTER: usize = 1024;

/// One path of a tree, content unread.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) mode: EntryMode,
    pub(super) id: ObjectId,
    pub(super) path: Vec<u8>,
}

/// A tree with the content of its blobs hashed.
#[derive(Debug)]
pub(super) struct Hashed {
    pub(super) listing: TreeListing,
    /// Paths of Git LFS pointers, spelled as in the listing.
    pub(super) pointers: Vec<String>,
}

/// Lists the paths below a root tree, in no particular order.
pub(super) fn leaves(git: &gix::Repository, root: ObjectId) -> Result<Vec<Leaf>, GitError> {
    let mut found = Vec::new();
    let mut folders = vec![(Vec::new(), root, 0)];
    while let Some((prefix, id, depth)) = folders.pop() {
        for item in items(git, id)? {
            let path = [prefix.as_slice(), &item.name].concat();
            if path.len() > MAX_PATH || depth > MAX_DEPTH {
                return Err(GitError::Read { what: encode_path(&path), reason: "path is too long or too deep".into() });
            }
            match item.mode {
                None => folders.push(([path.as_slice(), b"/"].concat(), item.id, depth + 1)),
                Some(mode) => found.push(Leaf { mode, id: item.id, path }),
            }
        }
        if found.len() + folders.len() > MAX_ENTRIES {
            return Err(GitError::TooMany { what: "tree entries", limit: MAX_ENTRIES });
        }
    }
    Ok(found)
}

/// The file, link or submodule at a path; `None` when it is absent or a folder.
pub(super) fn find(git: &gix::Repository, root: ObjectId, path: &[u8]) -> Result<Option<Leaf>, GitError> {
    let mut tree = root;
    let mut parts = path.split(|byte| *byte == b'/').peekable();
    while let Some(part) = parts.next() {
        let Some(item) = items(git, tree)?.into_iter().find(|item| item.name == part) else { return Ok(None) };
        match (item.mode, parts.peek()) {
            (Some(mode), None) => return Ok(Some(Leaf { mode, id: item.id, path: path.to_vec() })),
            (None, Some(_)) => tree = item.id,
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// One entry of a tree object; `mode` is `None` for a folder.
struct TreeItem {
    mode: Option<EntryMode>,
    id: ObjectId,
    name: Vec<u8>,
}

fn items(git: &gix::Repository, id: ObjectId) -> Result<Vec<TreeItem>, GitError> {
    let content = read_object(git, id, ObjectKind::Tree, MAX_TREE)?;
    gix::objs::TreeRefIter::from_bytes(&content, git.object_hash())
        .map(|entry| {
            let entry = entry.map_err(GitError::read(format!("tree {id}")))?;
            let octal = format!("{:06o}", entry.mode.value());
            let mode = EntryMode::parse(&octal);
            if mode.is_none() && !entry.mode.is_tree() {
                return Err(GitError::Mode { path: encode_path(entry.filename), mode: octal });
            }
            Ok(TreeItem { mode, id: entry.oid.to_owned(), name: entry.filename.to_vec() })
        })
        .collect()
}

/// Lists a root tree and hashes every blob, on all cores; the listing hashes back to the root's id.
pub(super) fn hash(git: &gix::Repository, root: ObjectId) -> Result<Hashed, GitError> {
    let leaves = leaves(git, root)?;
    let blobs = hash_blobs(git, &leaves)?;
    let mut entries = Vec::with_capacity(leaves.len());
    let mut pointers = Vec::new();
    for leaf in leaves {
        let blob = blobs.get(&leaf.id).filter(|_| leaf.mode != EntryMode::Submodule);
        if blob.is_some_and(|blob| blob.pointer && leaf.mode != EntryMode::Symlink) {
            pointers.push(encode_path(&leaf.path));
        }
        let (mode, id, sha256) = (leaf.mode, git_id(&leaf.id)?, blob.map(|blob| blob.sha256));
        entries.push(TreeEntry { mode, id, sha256, path: leaf.path });
    }
    pointers.sort_unstable();
    let listing = TreeListing::new(entries)?;
    let expected = git_id(&root)?;
    match listing.root_id() {
        Some(got) if got == expected => Ok(Hashed { listing, pointers }),
        got => {
            let got = got.map_or_else(|| "an empty tree".to_owned(), |id| id.to_string());
            Err(GitError::TreeRoot { got, expected })
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Blob {
    sha256: Sha256Digest,
    pointer: bool,
}

fn hash_blobs(git: &gix::Repository, leaves: &[Leaf]) -> Result<BTreeMap<ObjectId, Blob>, GitError> {
    let mut ids: Vec<ObjectId> =
        leaves.iter().filter(|leaf| leaf.mode != EntryMode::Submodule).map(|leaf| leaf.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let shared = git.clone().into_sync();
    ids.into_par_iter()
        .with_min_len(MIN_SHARE)
        .map_init(
            || shared.to_thread_local(),
            |git, id| {
                let content = read_object(git, id, ObjectKind::Blob, MAX_BLOB)?;
                Ok((id, Blob { sha256: Sha256Digest::of(&content), pointer: is_lfs_pointer(&content) }))
            },
        )
        .collect()
}

/// Whether content stands for a file kept in Git LFS (git-lfs/docs/spec.md, "The Pointer").
///
/// The first line decides; a pointer with a malformed rest still stands for content that is not here.
fn is_lfs_pointer(content: &[u8]) -> bool {
    const VERSIONS: [&[u8]; 3] = [
        b"version https://git-lfs.github.com/spec/v1",
        b"version http://git-media.io/v/2",
        b"version https://hawser.github.com/spec/v1",
    ];
    let first = content.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    content.len() <= MAX_POINTER && VERSIONS.contains(&first)
}

#[cfg(test)]
mod tests {
    use super::is_lfs_pointer;

    #[test]
    fn knows_lfs_pointers_from_text_about_them() {
        let pointer =
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "4d".repeat(32));
        assert!(is_lfs_pointer(pointer.as_bytes()));
        assert!(is_lfs_pointer(pointer.replace('\n', "\r\n").as_bytes()));
        assert!(!is_lfs_pointer(format!("see {pointer}").as_bytes()));
        assert!(!is_lfs_pointer(format!("{pointer}{}", " ".repeat(1024)).as_bytes()));
        assert!(!is_lfs_pointer(b""));
    }
}
