//! `git/commits.txt`: raw commits since the last release, spelled as `git cat-file --batch` prints them.
//!
//! For each commit `<id> commit <size>\n<content>\n`, first those that are new, breadth first from the release
//! over the parents in their order, then what shows that the others belong to an earlier release. Every id is
//! computed again from the content, so that the parents named in it lead to nothing else.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Write as _;

use super::git_object::{Commit, GitObjectError, ObjectKind, id_of, message_of, parse_commit};
use crate::model::digest::GitId;

/// Most commits of one release.
pub const MAX_COMMITS: usize = 50_000;
/// Most bytes of them.
pub const MAX_BYTES: usize = 64 << 20;

/// Why bytes are no list of commits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Over [`MAX_COMMITS`] or [`MAX_BYTES`].
    #[error("list of commits is too large (expected at most {MAX_COMMITS} commits and {MAX_BYTES} bytes)")]
    TooLarge,
    /// No `<id> commit <size>` where a commit begins, or fewer bytes than it says.
    #[error("commit {number} of the list is malformed ({reason})")]
    Frame {
        /// Counted from 1.
        number: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Content that is no commit.
    #[error("commit {id} cannot be read: {source}")]
    Commit {
        /// As listed.
        id: GitId,
        /// What is wrong.
        source: GitObjectError,
    },
    /// Content that hashes to another id.
    #[error("commit is listed as {listed}, and its bytes hash to {got}")]
    OtherId {
        /// As listed.
        listed: GitId,
        /// Computed again; words where it cannot be.
        got: String,
    },
    /// The same commit again.
    #[error("commit {id} is listed twice")]
    Twice {
        /// As listed.
        id: GitId,
    },
}

/// A commit whose bytes hash to its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedCommit {
    /// Its id.
    pub id: GitId,
    /// Its header.
    pub header: Commit,
    /// Its message; bytes that are not UTF-8 are replaced.
    pub message: String,
}

impl ListedCommit {
    /// Whether it joins histories.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.header.parents.len() > 1
    }

    /// First line of the message, at most 72 characters.
    #[must_use]
    pub fn subject(&self) -> String {
        self.message.lines().next().unwrap_or_default().chars().take(72).collect()
    }
}

/// A list of commits.
#[derive(Debug, Clone, Default)]
pub struct History {
    commits: Vec<ListedCommit>,
    places: HashMap<GitId, usize>,
}

/// What a release brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// Places of the commits that no earlier release has, breadth first from the release.
    pub fresh: Vec<usize>,
    /// Commits that should be listed and are not, each with the one that names it as its parent.
    pub missing: Vec<(GitId, Option<GitId>)>,
    /// Places of listed commits that neither the release nor an earlier one leads to.
    pub unreached: Vec<usize>,
}

impl History {
    /// Reads a list.
    ///
    /// # Errors
    /// [`HistoryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, HistoryError> {
        if bytes.len() > MAX_BYTES {
            return Err(HistoryError::TooLarge);
        }
        let mut history = Self::default();
        let mut rest = bytes;
        while !rest.is_empty() {
            let number = history.commits.len() + 1;
            if number > MAX_COMMITS {
                return Err(HistoryError::TooLarge);
            }
            let (id, content, after) = frame(rest).map_err(|reason| HistoryError::Frame { number, reason })?;
            history.add(id, content)?;
            rest = after;
        }
        Ok(history)
    }

    fn add(&mut self, id: GitId, content: &[u8]) -> Result<(), HistoryError> {
        match id_of(ObjectKind::Commit, content, &id) {
            Some(got) if got == id => {}
            got => {
                let got = got.map_or_else(|| "no id (a SHA-1 collision attack)".to_owned(), |got| got.to_string());
                return Err(HistoryError::OtherId { listed: id, got });
            }
        }
        let header = parse_commit(content).map_err(|source| HistoryError::Commit { id: id.clone(), source })?;
        if self.places.insert(id.clone(), self.commits.len()).is_some() {
            return Err(HistoryError::Twice { id });
        }
        let message = String::from_utf8_lossy(message_of(content)).into_owned();
        self.commits.push(ListedCommit { id, header, message });
        Ok(())
    }

    /// The commits in the order of the list.
    #[must_use]
    pub fn commits(&self) -> &[ListedCommit] {
        &self.commits
    }

    /// Place of a commit in the list.
    #[must_use]
    pub fn place(&self, id: &GitId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The commit at a place.
    #[must_use]
    pub fn at(&self, place: usize) -> Option<&ListedCommit> {
        self.commits.get(place)
    }

    /// What `head` has and none of `bases` has, as far as the list shows. Time and memory are linear in the list.
    #[must_use]
    pub fn since(&self, head: &GitId, bases: &[GitId]) -> Since {
        let known = self.ancestors(bases);
        let mut since = Since::default();
        let mut seen: HashSet<&GitId> = HashSet::from([head]);
        let mut open: VecDeque<(&GitId, Option<&GitId>)> = VecDeque::from([(head, None)]);
        while let Some((id, child)) = open.pop_front() {
            if known.contains(id) {
                continue;
            }
            let Some(place) = self.place(id) else {
                since.missing.push((id.clone(), child.cloned()));
                continue;
            };
            since.fresh.push(place);
            let parents = self.at(place).map(|commit| commit.header.parents.as_slice()).unwrap_or_default();
            open.extend(parents.iter().filter(|parent| seen.insert(parent)).map(|parent| (parent, Some(id))));
        }
        let reached = |id: &GitId| seen.contains(id) || known.contains(id);
        let unreached = self.commits.iter().enumerate().filter(|(_, commit)| !reached(&commit.id));
        since.unreached = unreached.map(|(place, _)| place).collect();
        since
    }

    /// `bases` and everything that the list shows to come before them.
    fn ancestors<'s>(&'s self, bases: &'s [GitId]) -> HashSet<&'s GitId> {
        let mut known: HashSet<&GitId> = bases.iter().collect();
        let mut open: Vec<&GitId> = bases.iter().collect();
        while let Some(id) = open.pop() {
            let commit = self.place(id).and_then(|place| self.at(place));
            let parents = commit.map(|commit| commit.header.parents.as_slice()).unwrap_or_default();
            open.extend(parents.iter().filter(|parent| known.insert(parent)));
        }
        known
    }
}

/// Writes one commit of a list.
pub fn write_commit(list: &mut Vec<u8>, id: &GitId, content: &[u8]) {
    // A vector takes whatever is written to it.
    let _ = writeln!(list, "{id} commit {}", content.len());
    list.extend_from_slice(content);
    list.push(b'\n');
}

/// Id and content of the first commit, and what comes behind it.
fn frame(bytes: &[u8]) -> Result<(GitId, &[u8], &[u8]), &'static str> {
    /// Longest first line: 64 digits, the word, a size.
    const MAX_LINE: usize = 64 + 8 + 20;
    let end = bytes.iter().take(MAX_LINE).position(|byte| *byte == b'\n').ok_or("its first line has no end")?;
    let (line, rest) = bytes.split_at_checked(end).ok_or("its first line has no end")?;
    let line = std::str::from_utf8(line).map_err(|_| "its first line is no text")?;
    let (id, size) = line.split_once(" commit ").ok_or("its first line is not `<id> commit <size>`")?;
    let id = GitId::parse(id).map_err(|_| "its id has the wrong form")?;
    let plain = size.bytes().all(|byte| byte.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
    let size: usize = size.parse().ok().filter(|_| plain).ok_or("its size has the wrong form")?;
    let rest = rest.get(1..).unwrap_or_default();
    match rest.split_at_checked(size) {
        Some((content, [b'\n', after @ ..])) => Ok((id, content, after)),
        _ => Err("it is shorter or longer than its size says"),
    }
}
