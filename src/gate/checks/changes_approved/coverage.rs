//! Which merges brought a commit in, and so speak for it.
//!
//! A merge speaks for what its second and further parents lead to and its first parent does not. Lines of first
//! parents are walked from their oldest commit on, and each commit is taken once, where it first came in; so the
//! work is linear in the number of commits.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::model::digest::GitId;
use crate::provenance::commit_message::Trailers;
use crate::provenance::history::History;

/// Merges inside merges that are looked at for one commit.
const MAX_OUTER: usize = 32;

/// A merge that speaks for commits, and the one that brought it in with them.
#[derive(Debug, Clone, Copy)]
struct Cover {
    merge: usize,
    outer: Option<usize>,
}

/// The covers of commits.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    covers: Vec<Cover>,
    of_commit: HashMap<usize, Option<usize>>,
}

/// A line of first parents: the branches that its merges brought in, oldest first, each with its cover.
struct Line {
    sides: Vec<(usize, Option<usize>)>,
    next: usize,
}

/// What does not change on the way.
struct Ground<'a> {
    history: &'a History,
    fresh: HashSet<usize>,
    trailers: &'a BTreeMap<usize, Trailers>,
}

impl Coverage {
    /// Walks the fresh commits, the first of which is the release.
    pub(super) fn of(history: &History, fresh: &[usize], trailers: &BTreeMap<usize, Trailers>) -> Self {
        let ground = Ground { history, fresh: fresh.iter().copied().collect(), trailers };
        let mut coverage = Self::default();
        let Some(head) = fresh.first() else { return coverage };
        let mut lines = vec![coverage.line(*head, None, &ground)];
        while let Some(line) = lines.last_mut() {
            let Some((tip, cover)) = line.sides.get(line.next).copied() else {
                lines.pop();
                continue;
            };
            line.next += 1;
            lines.push(coverage.line(tip, cover, &ground));
        }
        coverage
    }

    /// The merges that speak for a commit, the nearest first.
    pub(super) fn merges(&self, place: usize) -> impl Iterator<Item = usize> {
        let first = self.of_commit.get(&place).copied().flatten();
        let covers = std::iter::successors(first.and_then(|at| self.covers.get(at)), |cover| {
            cover.outer.and_then(|at| self.covers.get(at))
        });
        covers.take(MAX_OUTER).map(|cover| cover.merge)
    }

    /// Takes the line that ends at `tip`, as far as it is fresh and not taken yet.
    fn line(&mut self, tip: usize, cover: Option<usize>, ground: &Ground<'_>) -> Line {
        let place = |id: &GitId| ground.history.place(id);
        let mut chain = Vec::new();
        let mut next = Some(tip);
        while let Some(at) = next.filter(|at| ground.fresh.contains(at) && !self.of_commit.contains_key(at)) {
            self.of_commit.insert(at, cover);
            let parents = ground.history.at(at).map(|commit| commit.header.parents.as_slice()).unwrap_or_default();
            chain.push((at, parents));
            next = parents.first().and_then(place);
        }
        let mut sides = Vec::new();
        for (at, parents) in chain.into_iter().rev() {
            let branches = parents.get(1..).unwrap_or_default();
            if branches.is_empty() {
                continue;
            }
            let speaks = ground.trailers.get(&at).is_some_and(|trailers| !trailers.is_empty());
            let own = if speaks { Some(self.add(Cover { merge: at, outer: cover })) } else { cover };
            sides.extend(branches.iter().filter_map(place).map(|tip| (tip, own)));
        }
        Line { sides, next: 0 }
    }

    fn add(&mut self, cover: Cover) -> usize {
        self.covers.push(cover);
        self.covers.len() - 1
    }
}
