//! What the CI said of its run: repository, workflow, commit and ref, from the facts in the provenance.

use crate::gate::evidence::Signed;
use crate::gate::judgement::Judgement;
use crate::model::batch::Batch;
use crate::model::provenance::{Provenance, Runner};
use crate::policy::pipeline::{BuilderPolicy, Ci};

use super::{NEXT, same_repository};

const TELL: &str = "Record inside the CI job, with the variables that the CI itself sets";

/// Facts of a run; absent where the CI does not tell them.
#[derive(Debug, Default)]
pub(super) struct Run {
    ci: Option<Ci>,
    repository: Option<String>,
    /// Path of the workflow in its repository.
    pub(super) workflow: Option<String>,
    commit: Option<String>,
    workflow_commit: Option<String>,
    tag: Option<String>,
    runner: Option<String>,
}

impl Run {
    /// The facts, read as those of the CI that the provenance names.
    pub(super) fn told(runner: &Runner) -> Self {
        Ci::ALL.into_iter().find(|ci| ci.as_str() == runner.ci).map(|ci| Self::of(runner, ci)).unwrap_or_default()
    }

    /// The facts, read as those of this CI.
    pub(super) fn of(runner: &Runner, ci: Ci) -> Self {
        let fact = |name: &str| runner.ci_facts.get(name).cloned();
        let joined =
            |server: &str, path: &str| Some(format!("{}/{}", fact(server)?.trim_end_matches('/'), fact(path)?));
        match ci {
            Ci::GitHubActions => Self {
                ci: Some(ci),
                repository: joined("GITHUB_SERVER_URL", "GITHUB_REPOSITORY"),
                workflow: fact("GITHUB_WORKFLOW_REF").and_then(|reference| {
                    let own = format!("{}/", fact("GITHUB_REPOSITORY")?);
                    let path = reference.strip_prefix(&own)?.rsplit_once('@')?.0;
                    Some(path.to_owned())
                }),
                commit: fact("GITHUB_SHA"),
                workflow_commit: fact("GITHUB_WORKFLOW_SHA"),
                tag: fact("GITHUB_REF").and_then(|name| name.strip_prefix("refs/tags/").map(str::to_owned)),
                runner: fact("RUNNER_ENVIRONMENT"),
            },
            Ci::GitLabCi => Self {
                ci: Some(ci),
                repository: joined("CI_SERVER_URL", "CI_PROJECT_PATH"),
                workflow: fact("CI_CONFIG_PATH"),
                commit: fact("CI_COMMIT_SHA"),
                workflow_commit: None,
                tag: fact("CI_COMMIT_TAG"),
                runner: None,
            },
            Ci::Other | Ci::Local => Self { ci: Some(ci), ..Self::default() },
        }
    }

    /// Compares the run with policy and batch.
    pub(super) fn judge(
        &self,
        signed: &Signed<Provenance>,
        policy: &BuilderPolicy,
        batch: &Batch,
        judgement: &mut Judgement,
    ) {
        if !self.ci.is_some_and(Ci::tells_its_workflow) {
            return;
        }
        let about = signed.entry.as_str();
        match &self.repository {
            None => untold(about, "repository", judgement),
            told => same_repository((about, "repository of the run"), told.as_deref(), policy, judgement),
        }
        let workflow = policy.workflow.as_deref().unwrap_or_default();
        let commit = batch.commit.as_str();
        told(("workflow-differs", about, "workflow"), self.workflow.as_deref(), workflow, judgement);
        told(("other-commit-run", about, "commit of the run"), self.commit.as_deref(), commit, judgement);
        // Not every forge tells these two.
        if self.workflow_commit.is_some() {
            let what = ("workflow-of-other-commit", about, "commit of the workflow");
            told(what, self.workflow_commit.as_deref(), commit, judgement);
        }
        if self.tag.is_some() {
            told(("other-tag-run", about, "tag of the run"), self.tag.as_deref(), &batch.tag, judgement);
        }
        if let Some(runner) = &policy.runner {
            told(("runner-differs", about, "kind of runner"), self.runner.as_deref(), runner, judgement);
        }
    }
}

fn untold(about: &str, what: &str, judgement: &mut Judgement) {
    let message = format!("the CI did not tell its {what} (expected one that fits [gate.builder])");
    judgement.found("ci-fact-missing", about, message, TELL);
}

fn told((code, about, what): (&str, &str, &str), got: Option<&str>, expected: &str, judgement: &mut Judgement) {
    match got {
        Some(got) => _ = judgement.equal(code, (about, what), (got, expected), NEXT),
        None => untold(about, what, judgement),
    }
}
