//! The commit of the batch, believed only when its raw bytes hash to the id that the batch names.

use crate::model::digest::Sha256Digest;
use crate::provenance::git_object::{Commit, ObjectKind, id_of, parse_commit};

use crate::provenance::tree::TreeListing;

use super::evidence::Evidence;
use super::judgement::Judgement;

pub use crate::model::entry::{COMMIT_ENTRY, COMMITS_ENTRY, TAG_ENTRY, TREE_ENTRY};

/// Parses `git/commit` after its id was recomputed; what is wrong becomes a finding.
pub fn commit_of(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Option<Commit> {
    const NEXT: &str = "Record the tag again from a clone that holds the tagged commit";
    let Some(content) = evidence.git.commit else {
        judgement.found("commit-missing", COMMIT_ENTRY, "the raw commit object is not there", NEXT);
        return None;
    };
    let expected = &evidence.batch.commit;
    let Some(id) = id_of(ObjectKind::Commit, content, expected) else {
        judgement.found("commit-unreadable", COMMIT_ENTRY, "no object id can be computed from its bytes", NEXT);
        return None;
    };
    if !judgement.equal("commit-id-differs", (COMMIT_ENTRY, "recomputed object id"), (&id, expected), NEXT) {
        return None;
    }
    match parse_commit(content) {
        Ok(commit) => {
            judgement.saw(COMMIT_ENTRY, format!("hashes to commit {id} of the batch"));
            Some(commit)
        }
        Err(error) => {
            judgement.found("commit-malformed", COMMIT_ENTRY, format!("the commit cannot be read: {error}"), NEXT);
            None
        }
    }
}

/// The tree listing whose digest the batch names; what is wrong becomes a finding. That it is the tree of the commit is
/// for RG-02 to judge.
pub fn listing_of(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Option<TreeListing> {
    const NEXT: &str = "Record the tag again from a clone that holds the tagged commit";
    let expected = &evidence.batch.tree_sha256;
    let bound = evidence.git.tree.filter(|content| Sha256Digest::of(content) == *expected);
    let listing = bound.and_then(|content| TreeListing::parse(content).ok());
    if listing.is_none() {
        let message = format!("the tree listing is absent, malformed or another one (expected {expected})");
        judgement.found("tree-listing-unusable", TREE_ENTRY, message, NEXT);
    }
    listing
}
