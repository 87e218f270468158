//! RG-05: every shipped artifact has provenance of a recorded build.
//!
//! Subjects of verified provenance are compared, by name and digest, with the artifacts as measured
//! and with the products that the policy names. Products built elsewhere earn no level here.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::provenance::{BUILD_ELSEWHERE, BUILD_RECORDED, Provenance};
use crate::model::record::ArtifactRecord;
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(5),
    slug: "provenance-for-every-artifact",
    title: "Every shipped artifact has provenance of a recorded build",
    clauses: &["cfr820.10b2", "iso13485.7.5.1", "iso13485.7.5.9", "iso13485.7.5.9.1", "iec62304.5.8.5"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-05-provenance-for-every-artifact.md"),
};

const RECORD_AGAIN: &str = "Run the build under `batchseal record` so that it makes exactly the products of the policy";

/// RG-05.
#[derive(Debug)]
pub struct ProvenanceForEveryArtifact;

impl Check for ProvenanceForEveryArtifact {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        judge_products(evidence, &mut judgement);
        for signed in judgement.provenance_of(evidence) {
            judge_build(signed, &mut judgement);
            judge_subjects(signed, evidence, &mut judgement);
        }
        for artifact in evidence.artifacts {
            judge_artifact(artifact, evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

/// The artifacts are exactly the products that the policy names.
fn judge_products(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    if evidence.artifacts.is_empty() {
        judgement.found("no-artifact", "artifacts", "the batch has no artifact (expected at least 1)", RECORD_AGAIN);
    }
    for product in &evidence.policy.release.artifacts {
        if !evidence.artifacts.iter().any(|artifact| artifact.name == product.name) {
            let message = "the policy names this product, but the batch does not have it";
            judgement.found("artifact-missing", &product.name, message, RECORD_AGAIN);
        }
        if product.built_elsewhere {
            let message = "the policy says that this product was built elsewhere (expected a recorded build)";
            judgement.found("built-elsewhere", &product.name, message, RECORD_AGAIN);
        }
    }
    for artifact in evidence.artifacts {
        if !evidence.policy.release.artifacts.iter().any(|product| product.name == artifact.name) {
            let message = "the batch has this artifact, but the policy does not name it";
            judgement.found("artifact-not-in-policy", &artifact.name, message, "Name every product under [release]");
        }
    }
}

fn judge_build(signed: &Signed<Provenance>, judgement: &mut Judgement) {
    let provenance = &signed.statement.predicate;
    let about = &signed.entry;
    match provenance.build_definition.build_type.as_str() {
        BUILD_RECORDED => {}
        BUILD_ELSEWHERE => {
            let message = "products were built elsewhere and only taken in (expected a recorded build)";
            judgement.found("built-elsewhere", about, message, RECORD_AGAIN);
        }
        other => {
            let message = format!("build type is {other:?} (expected {BUILD_RECORDED:?})");
            judgement.found("unknown-build-type", about, message, RECORD_AGAIN);
        }
    }
    match provenance.build_definition.internal_parameters.exit_code {
        Some(0) => {}
        Some(code) => {
            judgement.found(
                "build-failed",
                about,
                format!("build ended with exit code {code} (expected 0)"),
                RECORD_AGAIN,
            );
        }
        None => judgement.found("build-not-watched", about, "no exit code is recorded (expected 0)", RECORD_AGAIN),
    }
    let times = &provenance.run_details.metadata;
    if times.finished_on < times.started_on {
        let message = format!("build finished at {}, before it started at {}", times.finished_on, times.started_on);
        judgement.found("build-times-reversed", about, message, "Set the build machine's clock and record again");
    }
}

fn judge_subjects(signed: &Signed<Provenance>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for subject in signed.statement.subject.iter().filter(|subject| subject.name != BATCH_ENTRY) {
        if !evidence.artifacts.iter().any(|artifact| artifact.name.as_str() == subject.name) {
            let message = format!("provenance names {:?}, which is no artifact of the batch", subject.name);
            judgement.found("subject-is-no-artifact", &signed.entry, message, RECORD_AGAIN);
        }
    }
}

fn judge_artifact(artifact: &ArtifactRecord, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let digests = evidence
        .provenance
        .iter()
        .filter_map(|signed| Some((&signed.entry, signed.statement.subject_digest(artifact.name.as_str())?)));
    let mut covered = false;
    for (entry, digest) in digests {
        covered = true;
        let what = (&artifact.name, "digest in the provenance");
        if judgement.equal("artifact-differs", what, (&digest, &artifact.sha256), RECORD_AGAIN) {
            judgement.saw(&artifact.name, format!("{digest} is a subject of {entry}"));
        }
    }
    if !covered {
        let message = format!("artifact with {} is no subject of any verified provenance", artifact.sha256);
        judgement.found("artifact-without-provenance", &artifact.name, message, RECORD_AGAIN);
    }
}
