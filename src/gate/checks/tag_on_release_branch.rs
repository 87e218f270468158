//! RG-01: the release tag is annotated and points at a commit on a release branch.
//!
//! Object ids are recomputed from `git/tag` and `git/commit`, and SSH signatures of both are verified again. Which
//! branches contain the commit is asserted by the pipeline; branch protection is not judged yet.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::gate::source::{TAG_ENTRY, commit_of};
use crate::model::digest::GitId;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::Provenance;
use crate::model::result::CheckResult;
use crate::policy::branches::lightweight_tag;
use crate::provenance::git_object::{ObjectKind, id_of, parse_tag};

mod signatures;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(1),
    slug: "tag-on-release-branch",
    title: "The release tag is annotated and points at a commit on a release branch",
    clauses: &["cfr820.10b2", "iso13485.7.5.9", "iso13485.7.5.9.1", "iec62304.8.1.1"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-01-tag-on-release-branch.md"),
};

const TAG_AGAIN: &str = "Make an annotated tag (`git tag -a`) on the release commit and record it again";

/// RG-01.
#[derive(Debug)]
pub struct TagOnReleaseBranch;

impl Check for TagOnReleaseBranch {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        if commit_of(evidence, &mut judgement).is_some() {
            signatures::judge_commit(evidence, &mut judgement);
        }
        judge_tag_content(evidence, &mut judgement);
        for signed in judgement.provenance_of(evidence) {
            judge_provenance(signed, evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

fn judge_tag_content(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let Some(content) = evidence.git.tag else {
        judgement.found("tag-is-lightweight", TAG_ENTRY, lightweight_tag(&evidence.batch.tag), TAG_AGAIN);
        return;
    };
    let tag = match parse_tag(content) {
        Ok(tag) => tag,
        Err(error) => {
            judgement.found("tag-malformed", TAG_ENTRY, format!("the tag object cannot be read: {error}"), TAG_AGAIN);
            return;
        }
    };
    signatures::judge_tag(content, evidence, judgement);
    let batch = evidence.batch;
    let points = [
        judgement.equal(
            "tag-not-on-commit",
            (TAG_ENTRY, "kind of the tagged object"),
            (tag.kind.as_str(), ObjectKind::Commit.name()),
            TAG_AGAIN,
        ),
        judgement.equal("tag-on-other-commit", (TAG_ENTRY, "tagged object"), (&tag.object, &batch.commit), TAG_AGAIN),
        judgement.equal("tag-name-differs", (TAG_ENTRY, "name inside the tag"), (&tag.name, &batch.tag), TAG_AGAIN),
    ];
    if points.iter().all(|holds| *holds) {
        judgement.saw(TAG_ENTRY, format!("is an annotated tag {:?} on commit {}", batch.tag, batch.commit));
    }
}

fn judge_provenance(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    const NEXT: &str = "Record the build of the tagged commit again";
    let definition = &signed.statement.predicate.build_definition;
    let source = &definition.internal_parameters.source;
    let batch = evidence.batch;
    let about = &signed.entry;
    judgement.equal("other-commit-built", (about, "commit built"), (&source.commit, &batch.commit), NEXT);
    judgement.equal("other-tag-built", (about, "tag built"), (&definition.external_parameters.tag, &batch.tag), NEXT);
    judge_tag_id(signed, source.tag_object.as_ref(), evidence, judgement);
    judge_branch(signed, evidence, judgement);
}

fn judge_tag_id(
    signed: &Signed<Provenance>,
    recorded: Option<&GitId>,
    evidence: &Evidence<'_>,
    judgement: &mut Judgement,
) {
    let Some(recorded) = recorded else {
        let message = "provenance names no tag object (expected the id of an annotated tag)";
        judgement.found("tag-object-not-recorded", &signed.entry, message, TAG_AGAIN);
        return;
    };
    // An absent tag object has its own finding already.
    let Some(content) = evidence.git.tag else { return };
    match id_of(ObjectKind::Tag, content, recorded) {
        Some(id) => {
            if judgement.equal("tag-id-differs", (TAG_ENTRY, "recomputed object id"), (&id, recorded), TAG_AGAIN) {
                judgement.saw(TAG_ENTRY, format!("hashes to tag object {id} of the provenance"));
            }
        }
        None => judgement.found("tag-unreadable", TAG_ENTRY, "no object id can be computed from its bytes", TAG_AGAIN),
    }
}

fn judge_branch(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    const NEXT: &str = "Merge the commit into a release branch named in the policy, tag it there and record it again";
    let recorded = &signed.statement.predicate.build_definition.internal_parameters.source.branches;
    let release = &evidence.policy.release;
    match release.release_branch(recorded) {
        Some(branch) => judgement
            .saw(&signed.entry, format!("the commit is on release branch {branch:?} (asserted by the pipeline)")),
        None => {
            judgement.found("not-on-release-branch", &signed.entry, release.not_on_release_branch(recorded), NEXT);
        }
    }
}
