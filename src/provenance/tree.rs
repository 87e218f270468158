//! The sorted tree listing `git/tree.txt`: every tracked path with its mode, git id and SHA-256.
//!
//! One line an entry: `<mode, 6 octal digits> <git id> <sha256 or -> <path>\n`, sorted by raw path bytes.
//! Path bytes outside `0x21..=0x7e` and `%` are percent-encoded in uppercase. The root tree id is computed
//! again from the listing, so that it can be held against the commit (git's tree format: `git-mktree(1)`).

use std::fmt::Write as _;

use super::tree_root::{check_conflicts, hex_digit, tree_id};
use crate::model::digest::{GitId, Sha256Digest};

/// Largest listing, in bytes.
pub const MAX_BYTES: usize = 256 << 20;
/// Most entries.
pub const MAX_ENTRIES: usize = 1_000_000;
/// Longest raw path, in bytes.
pub const MAX_PATH: usize = 4096;
/// Most folders above a file.
pub const MAX_DEPTH: usize = 128;

/// Why bytes are not a tree listing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// Over [`MAX_BYTES`] or [`MAX_ENTRIES`].
    #[error("tree listing is too large (expected at most {MAX_BYTES} bytes and {MAX_ENTRIES} entries)")]
    TooLarge,
    /// A line that [`TreeListing::encode`] would not have written.
    #[error("line {line} of the tree listing is malformed ({reason})")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Not in the order of raw path bytes, or the same path twice.
    #[error("tree listing is not sorted, or names a path twice, at {path}")]
    Order {
        /// The later path, encoded.
        path: String,
    },
    /// The same path is a file and a folder.
    #[error("tree listing has {path} both as a file and as a folder")]
    Conflict {
        /// The path, encoded.
        path: String,
    },
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryMode {
    /// 100644.
    File,
    /// 100755.
    Executable,
    /// 100664, which early git wrote and old histories keep.
    GroupWritable,
    /// 120000; the content is the target's text.
    Symlink,
    /// 160000; the id is a commit of another repository.
    Submodule,
}

impl EntryMode {
    /// Six octal digits.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::GroupWritable => "100664",
            Self::Symlink => "120000",
            Self::Submodule => "160000",
        }
    }

    /// Parses six octal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::File, Self::Executable, Self::GroupWritable, Self::Symlink, Self::Submodule]
            .into_iter()
            .find(|mode| mode.as_str() == text)
    }
}

/// One tracked path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// What it is.
    pub mode: EntryMode,
    /// Blob id, or commit id of a submodule.
    pub id: GitId,
    /// SHA-256 of the content; `None` exactly for submodules.
    pub sha256: Option<Sha256Digest>,
    /// Raw path bytes, `/` between components.
    pub path: Vec<u8>,
}

/// A well-formed listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeListing {
    entries: Vec<TreeEntry>,
}

impl TreeListing {
    /// Reads a listing; refuses everything that [`TreeListing::encode`] would not have written.
    ///
    /// # Errors
    /// [`TreeError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TreeError> {
        if bytes.len() > MAX_BYTES {
            return Err(TreeError::TooLarge);
        }
        let text = match bytes {
            [] => return Ok(Self { entries: Vec::new() }),
            [text @ .., b'\n'] => text,
            _ => return Err(TreeError::Line { line: count_lines(bytes), reason: "it has no end" }),
        };
        let mut entries = Vec::new();
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            if index == MAX_ENTRIES {
                return Err(TreeError::TooLarge);
            }
            entries.push(parse_line(line).map_err(|reason| TreeError::Line { line: index + 1, reason })?);
        }
        Self::from_sorted(entries)
    }

    /// Sorts entries and checks them like [`TreeListing::parse`].
    ///
    /// # Errors
    /// [`TreeError`].
    pub fn new(mut entries: Vec<TreeEntry>) -> Result<Self, TreeError> {
        if entries.len() > MAX_ENTRIES {
            return Err(TreeError::TooLarge);
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        for (index, entry) in entries.iter().enumerate() {
            check_entry(entry).map_err(|reason| TreeError::Line { line: index + 1, reason })?;
        }
        Self::from_sorted(entries)
    }

    fn from_sorted(entries: Vec<TreeEntry>) -> Result<Self, TreeError> {
        let first_length = entries.first().map(|entry| entry.id.as_str().len());
        for (index, pair) in entries.windows(2).enumerate() {
            let [before, after] = pair else { continue };
            if before.path >= after.path {
                return Err(TreeError::Order { path: encode_path(&after.path) });
            }
            if Some(after.id.as_str().len()) != first_length {
                return Err(TreeError::Line { line: index + 2, reason: "its id has another length" });
            }
        }
        check_conflicts(&entries, 0)?;
        Ok(Self { entries })
    }

    /// Writes entries in order of their paths.
    #[must_use]
    pub fn encode(entries: &[TreeEntry]) -> Vec<u8> {
        let mut sorted: Vec<&TreeEntry> = entries.iter().collect();
        sorted.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let mut text = String::with_capacity(entries.len() * 160);
        for entry in sorted {
            let sha256 = entry.sha256.map_or_else(|| "-".to_owned(), Sha256Digest::to_hex);
            let (mode, path) = (entry.mode.as_str(), encode_path(&entry.path));
            let _ = writeln!(text, "{mode} {} {sha256} {path}", entry.id);
        }
        text.into_bytes()
    }

    /// The entries in order of their raw paths.
    #[must_use]
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    /// The entry at a raw path.
    #[must_use]
    pub fn entry(&self, path: &[u8]) -> Option<&TreeEntry> {
        let index = self.entries.binary_search_by(|entry| entry.path.as_slice().cmp(path)).ok()?;
        self.entries.get(index)
    }

    /// SHA-256 of the file or link at a raw path; `None` for submodules and absent paths.
    #[must_use]
    pub fn sha256_of(&self, path: &[u8]) -> Option<Sha256Digest> {
        self.entry(path)?.sha256
    }

    /// Computes the id of the root tree from the bottom up.
    ///
    /// `None` for an empty listing, whose algorithm is unknown, and for a tree that carries the marks of a
    /// SHA-1 collision attack.
    #[must_use]
    pub fn root_id(&self) -> Option<GitId> {
        tree_id(&self.entries, 0, &self.entries.first()?.id)
    }
}

/// Spells a raw path as the listing does.
#[must_use]
pub fn encode_path(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for &byte in path {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// Reads a path as the listing spells it; `None` for any other spelling.
#[must_use]
pub fn decode_path(text: &[u8]) -> Option<Vec<u8>> {
    let mut path = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        if is_plain(byte) {
            path.push(byte);
            continue;
        }
        let mut digit = || rest.next().filter(|digit| !digit.is_ascii_lowercase()).and_then(|d| hex_digit(*d));
        let (b'%', Some(high), Some(low)) = (byte, digit(), digit()) else { return None };
        let decoded = high << 4 | low;
        if is_plain(decoded) {
            return None;
        }
        path.push(decoded);
    }
    Some(path)
}

const fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && byte != b'%'
}

fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn parse_line(line: &[u8]) -> Result<TreeEntry, &'static str> {
    let mut fields = line.splitn(4, |byte| *byte == b' ');
    let mut text = || fields.next().and_then(|field| std::str::from_utf8(field).ok());
    let mode = text().and_then(EntryMode::parse).ok_or("its mode is unknown")?;
    let id = text().and_then(|id| GitId::parse(id).ok()).ok_or("its id has the wrong form")?;
    let sha256 = match text().ok_or("its SHA-256 is absent")? {
        "-" => None,
        hex => Some(Sha256Digest::parse_hex(hex).map_err(|_| "its SHA-256 has the wrong form")?),
    };
    let path = text().and_then(|path| decode_path(path.as_bytes())).ok_or("its path has the wrong form")?;
    let entry = TreeEntry { mode, id, sha256, path };
    check_entry(&entry)?;
    Ok(entry)
}

fn check_entry(entry: &TreeEntry) -> Result<(), &'static str> {
    if entry.sha256.is_none() != (entry.mode == EntryMode::Submodule) {
        return Err("files have a SHA-256 and submodules have none");
    }
    if entry.path.len() > MAX_PATH || entry.path.iter().filter(|byte| **byte == b'/').count() > MAX_DEPTH {
        return Err("its path is too long or too deep");
    }
    let refused = |part: &[u8]| matches!(part, b"" | b"." | b"..") || part.eq_ignore_ascii_case(b".git");
    if entry.path.contains(&0) || entry.path.split(|byte| *byte == b'/').any(refused) {
        return Err("its path has a part that git refuses");
    }
    Ok(())
}
