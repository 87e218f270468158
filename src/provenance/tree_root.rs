//! Folders of a tree listing: conflicts between files and folders, and git's tree objects from the bottom up.

use std::cmp::Ordering;

use super::git_object::{ObjectKind, id_of};
use super::tree::{TreeEntry, TreeError, encode_path};
use crate::model::digest::GitId;

/// A file, link, submodule or folder directly inside one folder.
struct Child<'a> {
    name: &'a [u8],
    /// The entries below it when it is a folder, else the one entry.
    entries: &'a [TreeEntry],
    folder: bool,
}

impl Child<'_> {
    /// Git sorts folders as if their names ended with `/`.
    fn git_order(&self, other: &Self) -> Ordering {
        let key = |child: &Self| child.folder.then_some(b'/');
        self.name.iter().copied().chain(key(self)).cmp(other.name.iter().copied().chain(key(other)))
    }
}

/// Groups sorted entries, which share the first `start` bytes of their path, by the next component.
fn children(entries: &[TreeEntry], start: usize) -> Vec<Child<'_>> {
    let mut found = Vec::new();
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let tail = first.path.get(start..).unwrap_or_default();
        let slash = tail.iter().position(|byte| *byte == b'/');
        let (count, name) = match slash {
            None => (1, tail),
            Some(end) => {
                let prefix = tail.get(..=end).unwrap_or_default();
                let inside = |entry: &TreeEntry| entry.path.get(start..).is_some_and(|tail| tail.starts_with(prefix));
                (rest.iter().take_while(|entry| inside(entry)).count(), tail.get(..end).unwrap_or_default())
            }
        };
        let (group, others) = rest.split_at(count.clamp(1, rest.len()));
        found.push(Child { name, entries: group, folder: slash.is_some() });
        rest = others;
    }
    found
}

/// No component may be a file and a folder at once. Depth is bounded by [`MAX_DEPTH`].
pub(super) fn check_conflicts(entries: &[TreeEntry], start: usize) -> Result<(), TreeError> {
    let mut items = children(entries, start);
    for folder in items.iter().filter(|child| child.folder) {
        check_conflicts(folder.entries, start + folder.name.len() + 1)?;
    }
    items.sort_unstable_by(|a, b| a.name.cmp(b.name));
    for pair in items.windows(2) {
        if let [a, b] = pair
            && a.name == b.name
        {
            let path = a.entries.first().and_then(|entry| entry.path.get(..start + a.name.len())).unwrap_or_default();
            return Err(TreeError::Conflict { path: encode_path(path) });
        }
    }
    Ok(())
}

/// Id of the tree object that holds sorted entries; see `TreeListing::root_id`.
pub(super) fn tree_id(entries: &[TreeEntry], start: usize, like: &GitId) -> Option<GitId> {
    let mut items = children(entries, start);
    items.sort_unstable_by(Child::git_order);
    let mut content = Vec::new();
    for child in &items {
        let (mode, id) = if child.folder {
            ("40000", tree_id(child.entries, start + child.name.len() + 1, like)?)
        } else {
            let entry = child.entries.first()?;
            (entry.mode.as_str(), entry.id.clone())
        };
        content.extend_from_slice(mode.as_bytes());
        content.push(b' ');
        content.extend_from_slice(child.name);
        content.push(0);
        for pair in id.as_str().as_bytes().chunks_exact(2) {
            let [high, low] = pair else { return None };
            content.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
        }
    }
    id_of(ObjectKind::Tree, &content, like)
}

/// Value of one hexadecimal digit.
pub(super) fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
