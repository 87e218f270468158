//! `[gate.changes]` and `[gate.builder]`: what the gate asks of the history, and which builder it expects.

use crate::model::digest::GitId;

/// Trailers that name a change request where the policy names none.
const CHANGE_TRAILERS: [&str; 8] =
    ["Change-Id", "Change-Request", "Refs", "Closes", "Fixes", "Resolves", "Implements", "Issue"];

/// Trailers that name a reviewer where the policy names none.
const REVIEW_TRAILERS: [&str; 2] = ["Reviewed-by", "Approved-by"];

/// `[gate.changes]`: how commit messages name approved changes and reviewers (git-interpret-trailers(1)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesPolicy {
    /// Trailers that name the change that a commit belongs to; compared ignoring case.
    pub trailers: Vec<String>,
    /// Trailers that name who reviewed it; compared ignoring case.
    pub review_trailers: Vec<String>,
    /// Commit whose history counts as approved already, beside those of earlier releases.
    pub since: Option<GitId>,
}

impl Default for ChangesPolicy {
    fn default() -> Self {
        Self {
            trailers: CHANGE_TRAILERS.map(str::to_owned).into(),
            review_trailers: REVIEW_TRAILERS.map(str::to_owned).into(),
            since: None,
        }
    }
}

/// `[gate.builder]`: where, from what and by which definition the build must have run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuilderPolicy {
    /// Kind of CI.
    pub ci: Ci,
    /// Builder ids that are accepted; never empty.
    pub ids: Vec<String>,
    /// URL of the repository; `None` where the provenance must name none.
    pub repository: Option<String>,
    /// Path of the workflow or CI configuration in the repository; always there for GitHub and GitLab.
    pub workflow: Option<String>,
    /// Kind of runner, such as `github-hosted`.
    pub runner: Option<String>,
}

/// Where a build may run, in the words that provenance uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions, or a forge that says so of itself.
    GitHubActions,
    /// GitLab CI.
    GitLabCi,
    /// Another CI system.
    Other,
    /// None: somebody's machine.
    Local,
}

impl Ci {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::GitHubActions, Self::GitLabCi, Self::Other, Self::Local];

    /// The word in files and in provenance.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitHubActions => "github-actions",
            Self::GitLabCi => "gitlab-ci",
            Self::Other => "other",
            Self::Local => "local",
        }
    }

    /// Builder id that the recorder states in this place.
    #[must_use]
    pub fn builder_id(self) -> String {
        format!("https://batchseal.dev/builder/{}/v1", self.as_str())
    }

    /// Whether the CI tells of repository and workflow, so that a policy must name them.
    #[must_use]
    pub const fn tells_its_workflow(self) -> bool {
        matches!(self, Self::GitHubActions | Self::GitLabCi)
    }
}
