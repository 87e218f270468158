//! RG-05: every shipped artifact has provenance of a recorded build.
//!
//! Subjects of verified provenance are compared, by name and digest, with the artifacts as measured
//! and with the products that the policy names. Products built elsewhere earn no level here.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::name::{ArtifactName, EntryName};
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
        let subjects = subjects_of(evidence);
        for artifact in evidence.artifacts {
            judge_artifact(artifact, &subjects, &mut judgement);
        }
        judgement.conclude()
    }
}

/// The artifacts are exactly the products that the policy names.
fn judge_products(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    if evidence.artifacts.is_empty() {
        judgement.found("no-artifact", "artifacts", "the batch has no artifact (expected at least 1)", RECORD_AGAIN);
    }
    let artifacts: BTreeSet<&ArtifactName> = evidence.artifacts.iter().map(|artifact| &artifact.name).collect();
    for product in &evidence.policy.release.artifacts {
        if !artifacts.contains(&product.name) {
            let message = "the policy names this product, but the batch does not have it";
            judgement.found("artifact-missing", &product.name, message, RECORD_AGAIN);
        }
        if product.built_elsewhere {
            let message = "the policy says that this product was built elsewhere (expected a recorded build)";
            judgement.found("built-elsewhere", &product.name, message, RECORD_AGAIN);
        }
    }
    let products = evidence.policy.release.artifacts.iter().map(|product| &product.name).collect::<BTreeSet<_>>();
    for name in artifacts.difference(&products) {
        let message = "the batch has this artifact, but the policy does not name it";
        judgement.found("artifact-not-in-policy", name, message, "Name every product under [release]");
    }
    if artifacts.len() != evidence.artifacts.len() {
        judgement.found("artifact-twice", "artifacts", "two artifacts have the same name", RECORD_AGAIN);
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
    let artifacts: BTreeSet<&str> = evidence.artifacts.iter().map(|artifact| artifact.name.as_str()).collect();
    for subject in signed.statement.subject.iter().filter(|subject| subject.name != BATCH_ENTRY) {
        if !artifacts.contains(subject.name.as_str()) {
            let message = format!("provenance names {:?}, which is no artifact of the batch", subject.name);
            judgement.found("subject-is-no-artifact", &signed.entry, message, RECORD_AGAIN);
        }
    }
}

/// Subjects of every verified provenance by name, with the entry that names them.
type Subjects<'e> = BTreeMap<&'e str, Vec<(&'e EntryName, Sha256Digest)>>;

fn subjects_of<'e>(evidence: &'e Evidence<'_>) -> Subjects<'e> {
    let mut subjects = Subjects::new();
    for signed in &evidence.provenance {
        for subject in &signed.statement.subject {
            subjects.entry(&subject.name).or_default().push((&signed.entry, subject.digest.sha256()));
        }
    }
    subjects
}

fn judge_artifact(artifact: &ArtifactRecord, subjects: &Subjects<'_>, judgement: &mut Judgement) {
    let Some(named) = subjects.get(artifact.name.as_str()) else {
        let message = format!("artifact with {} is no subject of any verified provenance", artifact.sha256);
        judgement.found("artifact-without-provenance", &artifact.name, message, RECORD_AGAIN);
        return;
    };
    for (entry, digest) in named {
        let what = (&artifact.name, "digest in the provenance");
        if judgement.equal("artifact-differs", what, (digest, &artifact.sha256), RECORD_AGAIN) {
            judgement.saw(&artifact.name, format!("{digest} is a subject of {entry}"));
        }
    }
}
