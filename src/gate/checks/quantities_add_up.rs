//! RG-35: quantities made and approved add up.
//!
//! The artifacts are counted again, against the policy's list and, once there is one, the signed record.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::record::{ArtifactRecord, Quantities, RECORD_ENTRY, Record};
use crate::model::result::CheckResult;
use crate::policy::release::{ArtifactPolicy, POLICY_ENTRY};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(35),
    slug: "quantities-add-up",
    title: "Quantities made and approved for distribution add up",
    clauses: &["iso13485.7.5.1"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-35-quantities-add-up.md"),
};

const BUILD_AGAIN: &str = "Build every artifact that the policy lists, and no other, and make a new candidate";
const DISPOSE: &str =
    "Set `disposition` of the artifact under [release] artifacts of the policy and make a new candidate";
const RECORD_AGAIN: &str = "Make the candidate again with this version of the tool";

/// RG-35.
#[derive(Debug)]
pub struct QuantitiesAddUp;

impl Check for QuantitiesAddUp {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        judge_list(evidence, &mut judgement);
        judge_bytes(evidence.artifacts, &mut judgement);
        let rationale = evidence.policy.release.quantity_rationale.as_deref();
        let counted = Quantities::of(evidence.artifacts, rationale);
        if counted.approved == 0 {
            let message = format!("none of {} artifacts is approved (expected at least 1)", counted.manufactured);
            judgement.found("nothing-approved", POLICY_ENTRY, message, DISPOSE);
        }
        if let Some(release) = &evidence.release {
            judge_record(&release.record.predicate, evidence.artifacts, &counted, &mut judgement);
        }
        let shows = format!(
            "made {}, approved for distribution {} (unit: {}). {}",
            counted.manufactured, counted.approved, counted.unit, counted.rationale
        );
        judgement.saw(POLICY_ENTRY, shows);
        if judgement.has_findings() || counted.approved == counted.manufactured {
            return judgement.conclude();
        }
        withheld(evidence, &counted)
    }
}

/// Each artifact of the policy is there once, with the disposition that the policy gives it, and there is no other.
fn judge_list(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let listed: BTreeMap<&str, &ArtifactPolicy> =
        evidence.policy.release.artifacts.iter().map(|artifact| (artifact.name.as_str(), artifact)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for artifact in evidence.artifacts {
        let name = artifact.name.as_str();
        *seen.entry(name).or_default() += 1;
        let Some(policy) = listed.get(name) else {
            let message = format!("{name} was made, and the policy does not list it");
            judgement.found("artifact-not-listed", name, message, BUILD_AGAIN);
            continue;
        };
        let dispositions = (artifact.disposition().as_str(), policy.disposition.as_str());
        judgement.equal("disposition-differs", (name, "disposition"), dispositions, RECORD_AGAIN);
    }
    for name in listed.keys().filter(|name| !seen.contains_key(**name)) {
        let message = format!("{name} is listed by the policy, and was not made");
        judgement.found("artifact-not-made", name, message, BUILD_AGAIN);
    }
    for (name, times) in seen.into_iter().filter(|(_, times)| *times > 1) {
        judgement.found("artifact-repeated", name, format!("{name} is there {times} times (expected 1)"), BUILD_AGAIN);
    }
}

/// Bytes that are held or scrapped do not ship under another name.
fn judge_bytes(artifacts: &[ArtifactRecord], judgement: &mut Judgement) {
    let ships = artifacts.iter().filter(|artifact| artifact.ships());
    let shipped: BTreeMap<Sha256Digest, &str> =
        ships.map(|artifact| (artifact.sha256, artifact.name.as_str())).collect();
    for artifact in artifacts.iter().filter(|artifact| !artifact.ships()) {
        if let Some(other) = shipped.get(&artifact.sha256) {
            let message = format!(
                "{} has disposition {}, and its bytes ship as {other}",
                artifact.name,
                artifact.disposition().as_str()
            );
            judgement.found("withheld-bytes-ship", &artifact.name, message, DISPOSE);
        }
    }
}

/// The signed record says the same of the same artifacts.
fn judge_record(record: &Record, artifacts: &[ArtifactRecord], counted: &Quantities, judgement: &mut Judgement) {
    let Some(recorded) = &record.quantities else {
        let message = "the record states no quantities (got nothing, expected made and approved)";
        judgement.found("quantities-not-recorded", RECORD_ENTRY, message, RECORD_AGAIN);
        return;
    };
    if recorded.approved > recorded.manufactured {
        let message = format!("approved {} of {} made", recorded.approved, recorded.manufactured);
        judgement.found("more-approved-than-made", RECORD_ENTRY, message, RECORD_AGAIN);
    }
    let numbers = |quantities: &Quantities| (quantities.manufactured, quantities.approved);
    if numbers(recorded) != numbers(counted) {
        let message = format!(
            "record says made {}, approved {} (expected made {}, approved {})",
            recorded.manufactured, recorded.approved, counted.manufactured, counted.approved
        );
        judgement.found("quantities-differ", RECORD_ENTRY, message, RECORD_AGAIN);
    }
    if (recorded.unit.as_str(), recorded.rationale.as_str()) != (counted.unit.as_str(), counted.rationale.as_str()) {
        let message = "unit or rationale of the record is not that of the policy";
        judgement.found("quantities-differ", RECORD_ENTRY, message, RECORD_AGAIN);
    }
    if !same_artifacts(&record.artifacts, artifacts) {
        let message = "the record lists other artifacts, or other dispositions, than those judged";
        judgement.found("recorded-artifacts-differ", RECORD_ENTRY, message, RECORD_AGAIN);
    }
}

fn same_artifacts(one: &[ArtifactRecord], other: &[ArtifactRecord]) -> bool {
    let sorted = |artifacts: &[ArtifactRecord]| {
        let mut keys: Vec<_> = artifacts.iter().map(|one| (one.name.clone(), one.sha256, one.disposition())).collect();
        keys.sort();
        keys
    };
    sorted(one) == sorted(other)
}

/// That something is kept back, and stays so, is for a person to say.
fn withheld(evidence: &Evidence<'_>, counted: &Quantities) -> Outcome {
    let kept_back = evidence.artifacts.iter().filter(|artifact| !artifact.ships());
    let shown = kept_back.map(|artifact| {
        let shows = format!("disposition {} ({})", artifact.disposition().as_str(), artifact.sha256);
        EvidenceRef::new(artifact.name.as_str(), shows)
    });
    Outcome::NeedsHuman {
        question: format!(
            "Of {} artifacts made, {} are approved for distribution: are the others kept from distribution?",
            counted.manufactured, counted.approved
        ),
        evidence: shown.collect(),
    }
}
