//! Which branches contain a commit.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;

use super::{GitError, git_id};
use crate::model::digest::GitId;

/// Most commits that are looked at.
const MAX_COMMITS: usize = 2_000_000;

/// Commits this much older than the one looked for (by the committers' clocks) cannot descend from it. Seconds.
const CLOCK_SLACK: i64 = 7 * 86_400;

/// Local and remote-tracking branches that contain `commit`: short name to tip.
///
/// Every commit newer than `commit`, less a week for wrong clocks, is visited once; a commit-graph file is used
/// where git has written one. History that was cut off (shallow) ends the walk, so that a branch is left out
/// rather than claimed. Symbolic references such as `origin/HEAD` are no branches.
pub(super) fn containing(git: &gix::Repository, commit: ObjectId) -> Result<BTreeMap<String, GitId>, GitError> {
    let tips = tips(git)?;
    let descendants = descendants(git, commit, tips.values().copied())?;
    tips.into_iter().filter(|(_, tip)| descendants.contains(tip)).map(|(name, tip)| Ok((name, git_id(&tip)?))).collect()
}

fn tips(git: &gix::Repository) -> Result<BTreeMap<String, ObjectId>, GitError> {
    let references = git.references().map_err(GitError::read("branches"))?;
    let mut tips = BTreeMap::new();
    for prefix in ["refs/heads/", "refs/remotes/"] {
        // A reference that cannot be read is no branch; it is left out rather than claimed.
        for reference in references.prefixed(prefix).map_err(GitError::read("branches"))?.filter_map(Result::ok) {
            let name = reference.name().as_bstr();
            let short = name.strip_prefix(prefix.as_bytes()).and_then(|short| std::str::from_utf8(short).ok());
            if let (Some(short), Some(tip)) = (short, reference.try_id()) {
                // `refs/heads/origin/x` and `refs/remotes/origin/x` share a short name; the local branch stays.
                tips.entry(short.to_owned()).or_insert_with(|| tip.detach());
            }
        }
    }
    Ok(tips)
}

/// `commit` and everything between it and the tips that descends from it.
fn descendants(
    git: &gix::Repository,
    commit: ObjectId,
    tips: impl Iterator<Item = ObjectId>,
) -> Result<BTreeSet<ObjectId>, GitError> {
    let what = || format!("history of {commit}");
    let cache = git.commit_graph_if_enabled().map_err(GitError::read(what()))?;
    let mut graph = git.revision_graph::<()>(cache.as_ref());
    let oldest = {
        let found = graph.lookup(&commit).map_err(GitError::read(what()))?;
        found.committer_timestamp().map_err(GitError::read(what()))?.saturating_sub(CLOCK_SLACK)
    };
    let mut children: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    let mut seen = BTreeSet::from([commit]);
    let mut open: Vec<ObjectId> = tips.filter(|tip| seen.insert(*tip)).collect();
    while let Some(id) = open.pop() {
        // Absent (shallow) or no commit at all: nothing is known of its parents.
        let Ok(Some(found)) = graph.try_lookup(&id) else { continue };
        if found.committer_timestamp().map_err(GitError::read(what()))? < oldest {
            continue;
        }
        for parent in found.iter_parents() {
            let parent = parent.map_err(GitError::read(what()))?;
            children.entry(parent).or_default().push(id);
            if seen.insert(parent) {
                open.push(parent);
            }
        }
        if seen.len() > MAX_COMMITS {
            return Err(GitError::TooMany { what: "commits since the release", limit: MAX_COMMITS });
        }
    }
    let mut marked = BTreeSet::from([commit]);
    let mut open = vec![commit];
    while let Some(id) = open.pop() {
        let next = children.get(&id).into_iter().flatten();
        open.extend(next.filter(|child| marked.insert(**child)));
    }
    Ok(marked)
}
