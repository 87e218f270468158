//! What the recorder and RG-01 both ask of a tag and its commit, said once.

use std::collections::BTreeMap;

use crate::model::digest::GitId;

use super::release::ReleasePolicy;

/// Most branches named in one sentence.
const SHOWN: usize = 10;

impl ReleasePolicy {
    /// The first release branch, local or on `origin`, among those that contain the commit.
    #[must_use]
    pub fn release_branch(&self, containing: &BTreeMap<String, GitId>) -> Option<&str> {
        let holds =
            |branch: &str| containing.contains_key(branch) || containing.contains_key(&format!("origin/{branch}"));
        self.branches.iter().map(String::as_str).find(|branch| holds(branch))
    }

    /// The sentence for a commit on none of them.
    #[must_use]
    pub fn not_on_release_branch(&self, containing: &BTreeMap<String, GitId>) -> String {
        let got: Vec<&str> = containing.keys().map(String::as_str).take(SHOWN).collect();
        let got = if got.is_empty() { "no branch".to_owned() } else { got.join(", ") };
        format!("the commit is on no release branch (got {got}, expected {})", self.branches.join(" or "))
    }
}

/// The sentence for a tag without a tag object.
#[must_use]
pub fn lightweight_tag(tag: &str) -> String {
    format!("tag {tag:?} is lightweight (got no tag object, expected an annotated tag)")
}
