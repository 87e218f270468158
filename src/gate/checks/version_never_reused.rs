//! RG-04: this version was never released before.
//!
//! The ledger of sealed records is an explicit input; without it the check fails.

use std::collections::BTreeSet;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, PreviousReleases};
use crate::gate::judgement::Judgement;
use crate::model::batch::BATCH_ENTRY;
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::record::{ArtifactRecord, PreviousRelease};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(4),
    slug: "version-never-reused",
    title: "This version was never released before",
    clauses: &["cfr820.3", "iso13485.7.5.9", "iso13485.8.3.4"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-04-version-never-reused.md"),
};

const NAME_LEDGER: &str =
    "Give the earlier sealed bundles with `--previous`, or set `first-release = true` where there are none";

/// RG-04.
#[derive(Debug)]
pub struct VersionNeverReused;

impl Check for VersionNeverReused {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        match &evidence.previous {
            PreviousReleases::Given(previous) => judge_ledger(previous, evidence),
            PreviousReleases::FirstRelease => first_release(evidence),
            PreviousReleases::Unknown => no_ledger("nobody said which releases came before"),
        }
    }
}

fn no_ledger(message: &str) -> Outcome {
    let mut judgement = Judgement::default();
    judgement.found("no-ledger", "earlier releases", message, NAME_LEDGER);
    judgement.conclude()
}

fn first_release(evidence: &Evidence<'_>) -> Outcome {
    if !evidence.policy.release.first_release {
        return no_ledger("a first release is claimed, but the policy does not say `first-release = true`");
    }
    Outcome::NeedsHuman {
        question: format!("Is it true that no earlier release of {} exists?", evidence.batch.device.name),
        evidence: vec![EvidenceRef::new(BATCH_ENTRY, "the policy says `first-release = true`")],
    }
}

fn judge_ledger(previous: &[PreviousRelease], evidence: &Evidence<'_>) -> Outcome {
    if previous.is_empty() {
        return no_ledger("the list of earlier releases is empty");
    }
    let mut judgement = Judgement::default();
    if evidence.policy.release.first_release {
        let message =
            format!("the policy says `first-release = true`, but {} earlier releases are given", previous.len());
        judgement.found("not-the-first-release", "earlier releases", message, "Remove `first-release` from the policy");
    }
    for release in previous {
        judge_release(release, evidence, &mut judgement);
    }
    judgement.conclude()
}

fn judge_release(release: &PreviousRelease, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let batch = evidence.batch;
    let about = format!("{} {} ({})", release.device, release.version, release.bundle_sha256);
    if release.device != batch.device.name {
        let message = format!("earlier release is of device {} (expected {})", release.device, batch.device.name);
        judgement.found("other-device", about, message, "Give the sealed bundles of this device only");
    } else if release.version.file_part() != batch.version.file_part() {
        judgement.saw(about, format!("is another version than {}", batch.version));
    } else if digests(&release.artifacts) == digests(evidence.artifacts) {
        let message = format!("version {} is released already, with these artifacts", batch.version);
        judgement.found("already-released", about, message, "Use the sealed bundle that exists");
    } else {
        let message = format!("version {} is released already, with other artifacts", batch.version);
        judgement.found("version-reused", about, message, "Give the changed software a new version and tag it");
    }
}

fn digests(artifacts: &[ArtifactRecord]) -> BTreeSet<(&str, String)> {
    artifacts.iter().map(|artifact| (artifact.name.as_str(), artifact.sha256.to_hex())).collect()
}
