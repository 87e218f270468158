//! RG-03: one version stands in tag, manifests, SBOM and record.
//!
//! Versions embedded in binaries and in labeling are not judged yet.

use serde::Deserialize;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::RECORD_ENTRY;
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(3),
    slug: "one-version",
    title: "One version stands in tag, manifests, SBOM and record",
    clauses: &["cfr820.3", "iso13485.7.5.8", "iso13485.7.5.9", "fda-cyber.App1.integrity", "iec62304.5.8.4"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-03-one-version.md"),
};

const NEXT: &str = "Write the same version in the manifests, tag that commit and make the candidate again";

/// RG-03.
#[derive(Debug)]
pub struct OneVersion;

impl Check for OneVersion {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        judge_tag(evidence, &mut judgement);
        judge_manifests(evidence, &mut judgement);
        judge_sboms(evidence, &mut judgement);
        judge_record(evidence, &mut judgement);
        judgement.conclude()
    }
}

/// Compares one version with the batch's.
fn judge(evidence: &Evidence<'_>, judgement: &mut Judgement, code: &str, place: (&str, &str), got: &str) {
    let expected = evidence.batch.version.as_str();
    if judgement.equal(code, place, (got, expected), NEXT) {
        judgement.saw(place.0, format!("{} is {expected}", place.1));
    }
}

fn judge_tag(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let tag = &evidence.batch.tag;
    match evidence.policy.release.tag.version_of(tag) {
        Some(version) => {
            judge(evidence, judgement, "tag-version-differs", (BATCH_ENTRY, "version in the tag"), version.as_str());
        }
        None => {
            let pattern = evidence.policy.release.tag.as_text();
            let message = format!("tag {tag:?} names no version (expected the pattern {pattern:?})");
            judgement.found(
                "tag-without-version",
                BATCH_ENTRY,
                message,
                "Tag the release as the policy's pattern says",
            );
        }
    }
}

fn judge_manifests(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for signed in judgement.provenance_of(evidence) {
        let manifests = &signed.statement.predicate.build_definition.internal_parameters.manifest_versions;
        if manifests.is_empty() {
            let message = "no manifest version is recorded (got 0, expected at least 1)";
            judgement.found(
                "no-manifest-version",
                &signed.entry,
                message,
                "Record the build of a package with a manifest",
            );
        }
        for (path, version) in manifests {
            judge(evidence, judgement, "manifest-version-differs", (path, "manifest version"), version);
        }
    }
}

/// The one field of a CycloneDX document that is read here (`/metadata/component/version`).
#[derive(Deserialize)]
struct SbomRootWire {
    metadata: SbomMetadataWire,
}

#[derive(Deserialize)]
struct SbomMetadataWire {
    component: SbomComponentWire,
}

#[derive(Deserialize)]
struct SbomComponentWire {
    version: String,
}

fn judge_sboms(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    const SBOM_AGAIN: &str = "Make the SBOM of this release again with `batchseal sbom`";
    if evidence.sbom_files.is_empty() {
        judgement.found("no-sbom", "sbom", "no SBOM file is there (got 0, expected at least 1)", SBOM_AGAIN);
    }
    for (entry, content) in &evidence.sbom_files {
        match serde_json::from_slice::<SbomRootWire>(content) {
            Ok(root) => {
                let place = (entry.as_str(), "version of the SBOM's root component");
                judge(evidence, judgement, "sbom-version-differs", place, &root.metadata.component.version);
            }
            Err(error) => {
                let message = format!("the root component's version cannot be read: {error}");
                judgement.found("sbom-version-unreadable", entry, message, SBOM_AGAIN);
            }
        }
    }
}

fn judge_record(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    if let Some(release) = &evidence.release {
        let version = release.record.predicate.batch.version.as_str();
        judge(evidence, judgement, "record-version-differs", (RECORD_ENTRY, "version in the record"), version);
    }
}
