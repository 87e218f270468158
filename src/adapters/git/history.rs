//! The commits that a release brings, as `git/commits.txt` keeps them.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use gix::ObjectId;

use super::{GitError, Repository, git_id, read_object};
use crate::model::digest::GitId;
use crate::provenance::git_object::{MAX_CONTENT, ObjectKind, parse_commit};
use crate::provenance::history::{MAX_BYTES, MAX_COMMITS, write_commit};

/// Most commits of earlier releases that are looked at.
const MAX_KNOWN: usize = 2_000_000;

/// What an earlier release has: each commit with the one that leads to it, none for the release itself.
type Known = HashMap<ObjectId, Option<ObjectId>>;

/// The list, and what was written to it.
#[derive(Default)]
struct List {
    bytes: Vec<u8>,
    written: HashSet<ObjectId>,
}

impl Repository {
    /// Raw commits that `HEAD` has and none of `bases` has, and those that show that the others come before a base
    /// (see [`crate::provenance::history`]). A base that is not in this repository is passed over.
    ///
    /// # Errors
    /// [`GitError::TooMany`], [`GitError::TooLarge`], and what cannot be read or does not hash to its id.
    pub fn commits_since(&self, bases: &[GitId]) -> Result<Vec<u8>, GitError> {
        let bases = self.present(bases)?;
        let known = self.known(&bases)?;
        let mut list = List::default();
        let head = self.head_id()?;
        let mut open = VecDeque::from([head]);
        let mut seen = HashSet::from([head]);
        let mut bounds = Vec::new();
        while let Some(id) = open.pop_front() {
            if known.contains_key(&id) {
                bounds.push(id);
                continue;
            }
            let parents = self.write(&mut list, id)?;
            open.extend(parents.into_iter().filter(|parent| seen.insert(*parent)));
        }
        // From each commit at the bound up to its release: the list must show that it belongs to one.
        for bound in bounds {
            let mut child = known.get(&bound).copied().flatten();
            while let Some(id) = child.filter(|id| !list.written.contains(id)) {
                self.write(&mut list, id)?;
                child = known.get(&id).copied().flatten();
            }
        }
        Ok(list.bytes)
    }

    /// The bases that are here, each once, in the order of their ids.
    fn present(&self, bases: &[GitId]) -> Result<BTreeSet<ObjectId>, GitError> {
        let id = |base: &GitId| ObjectId::from_hex(base.as_str().as_bytes()).map_err(GitError::read("commit id"));
        let ids = bases.iter().map(id).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(ids.into_iter().filter(|id| self.git.find_header(*id).is_ok()).collect())
    }

    /// Everything that the bases have, breadth first, so that what leads to a commit is short.
    fn known(&self, bases: &BTreeSet<ObjectId>) -> Result<Known, GitError> {
        let what = || "history of earlier releases";
        let cache = self.git.commit_graph_if_enabled().map_err(GitError::read(what()))?;
        let mut graph = self.git.revision_graph::<()>(cache.as_ref());
        let mut known: Known = bases.iter().map(|base| (*base, None)).collect();
        let mut open: VecDeque<ObjectId> = bases.iter().copied().collect();
        while let Some(id) = open.pop_front() {
            let Some(commit) = graph.try_lookup(&id).map_err(GitError::read(what()))? else { continue };
            for parent in commit.iter_parents() {
                let parent = parent.map_err(GitError::read(what()))?;
                if let std::collections::hash_map::Entry::Vacant(free) = known.entry(parent) {
                    free.insert(Some(id));
                    open.push_back(parent);
                }
            }
            if known.len() > MAX_KNOWN {
                return Err(GitError::TooMany { what: "commits of earlier releases", limit: MAX_KNOWN });
            }
        }
        Ok(known)
    }

    /// Adds a commit to the list; gives its parents.
    fn write(&self, list: &mut List, id: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        let what = || format!("commit {id}");
        let bytes = read_object(&self.git, id, ObjectKind::Commit, MAX_CONTENT as u64)?;
        let commit = parse_commit(&bytes).map_err(|source| GitError::Object { what: what(), source })?;
        write_commit(&mut list.bytes, &git_id(&id)?, &bytes);
        list.written.insert(id);
        if list.written.len() > MAX_COMMITS {
            return Err(GitError::TooMany { what: "commits since the last release", limit: MAX_COMMITS });
        }
        if list.bytes.len() > MAX_BYTES {
            let (got, limit) = (list.bytes.len() as u64, MAX_BYTES as u64);
            return Err(GitError::TooLarge { what: "the history since the last release".to_owned(), got, limit });
        }
        let parent = |id: &GitId| ObjectId::from_hex(id.as_str().as_bytes()).map_err(GitError::read(what()));
        commit.parents.iter().map(parent).collect()
    }
}
