//! RG-11: statements are signed with approved algorithms and bound to this batch.
//!
//! Only verified statements reach the gate, and the verifier's keys are a closed list, so a weak
//! algorithm shows up here as a refused entry. At the release stage the record must have as many distinct signers as the
//! trust file asks for. Version, UDI and purpose are bound by `batch.json`.

use std::collections::BTreeSet;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence, Signed};
use crate::gate::judgement::Judgement;
use crate::model::batch::{BATCH_ENTRY, Udi};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::RECORD_SIGNED_ENTRY;
use crate::model::result::CheckResult;
use crate::policy::release::POLICY_ENTRY;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(11),
    slug: "signed-with-approved-algorithms",
    title: "Statements are signed with approved algorithms and bound to this batch",
    clauses: &["fda-cyber.App1.integrity", "fda-cyber.App1.crypto", "iec81001-5-1.5.8.3"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-11-signed-with-approved-algorithms.md"),
};

/// RG-11.
#[derive(Debug)]
pub struct SignedWithApprovedAlgorithms;

impl Check for SignedWithApprovedAlgorithms {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        for refused in &evidence.refused {
            let message = format!("attestation does not count: {}", refused.reason);
            let next = "Remove the file or have it signed by a signer of the trust file";
            judgement.found("attestation-refused", &refused.entry, message, next);
        }
        judgement.provenance_of(evidence);
        if evidence.sboms.is_empty() {
            let message = "no verified SBOM statement is there (got 0, expected at least 1)";
            judgement.found("no-sbom-statement", "sbom", message, "Make and sign the SBOM with `batchseal sbom`");
        }
        judge_batch(evidence, &mut judgement);
        see_signers(evidence, &mut judgement);
        if let Some(release) = &evidence.release {
            judge_record_signers(release, evidence, &mut judgement);
        }
        judgement.conclude()
    }
}

/// `batch.json`, a subject of every statement, says what policy and trust file say.
fn judge_batch(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    const NEXT: &str = "Make the candidate again under the policy that is in force";
    let (batch, policy) = (evidence.batch, evidence.policy);
    let names = (&batch.device.name, &policy.device.name);
    judgement.equal("device-differs", (BATCH_ENTRY, "device"), names, NEXT);
    judgement.equal("device-not-trusted", (BATCH_ENTRY, "device"), (&batch.device.name, &evidence.device.name), NEXT);
    let udis = (&Udi::in_words(batch.udi.as_ref()), &Udi::in_words(policy.device.udi.as_ref()));
    judgement.equal("udi-differs", (BATCH_ENTRY, "UDI"), udis, NEXT);
    let purposes = (batch.purpose.as_str(), policy.release.purpose.as_str());
    judgement.equal("purpose-differs", (BATCH_ENTRY, "purpose"), purposes, NEXT);
    if !evidence.device.allow_purpose.contains(&batch.purpose) {
        let allowed: Vec<&str> = evidence.device.allow_purpose.iter().map(|purpose| purpose.as_str()).collect();
        let message = format!("purpose is {} (the trust file allows {})", batch.purpose.as_str(), allowed.join(", "));
        judgement.found("purpose-not-allowed", BATCH_ENTRY, message, "Release a batch whose purpose is production");
    }
    let shows = format!("version {}, purpose {}, {}", batch.version, batch.purpose.as_str(), evidence.batch_sha256);
    judgement.saw(BATCH_ENTRY, shows);
    judgement.saw(POLICY_ENTRY, format!("UDI {}", Udi::in_words(batch.udi.as_ref())));
}

/// Everybody who signed the record, and whether they are as many distinct signers as the trust file asks for.
fn judge_record_signers(release: &ReleaseEvidence<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for refused in &release.refused_countersignatures {
        let message = format!("further signature over the record does not count: {}", refused.reason);
        let next = "Leave the file out, or have another signer of the trust file sign with `batchseal countersign`";
        judgement.found("countersignature-refused", &refused.entry, message, next);
    }
    for signed in &release.countersignatures {
        see_signer(signed.entry.as_str(), signed.statement.signer(), evidence, judgement);
    }
    let names = release.countersignatures.iter().map(|signed| signed.statement.signer());
    let signers: BTreeSet<&str> =
        names.chain([release.record.signer()]).map(|name| evidence.trust.counted(name)).collect();
    let (got, expected) = (signers.len(), evidence.device.record_signers);
    if got < expected {
        let message = format!("{got} of the trust file's signers signed the record (expected at least {expected})");
        let next = "Have another signer sign the record with `batchseal countersign`";
        judgement.found("record-signers-missing", RECORD_SIGNED_ENTRY, message, next);
    }
    if !evidence.trust.algorithms.is_whole() {
        judgement.saw("trust file", format!("only {} count", evidence.trust.algorithms.words().join(", ")));
    }
}

fn see_signers(evidence: &Evidence<'_>, judgement: &mut Judgement) {
    see_all(&evidence.provenance, evidence, judgement);
    see_all(&evidence.sboms, evidence, judgement);
    see_all(&evidence.tests, evidence, judgement);
    see_all(&evidence.documents, evidence, judgement);
    if let Some(release) = &evidence.release {
        see_signer(RECORD_SIGNED_ENTRY, release.record.signer(), evidence, judgement);
    }
}

fn see_all<P>(statements: &[Signed<P>], evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for signed in statements {
        see_signer(signed.entry.as_str(), signed.statement.signer(), evidence, judgement);
    }
}

/// The verifier's key of that name says the algorithm; a signer it does not name is a finding.
fn see_signer(entry: &str, name: &str, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let signer = evidence.trust.signers.iter().find(|signer| signer.name == name);
    match signer {
        Some(signer) => judgement.saw(entry, format!("signed by {name:?} ({})", signer.identity.in_words())),
        None => {
            let message = format!("signer {name:?} is not in the trust file");
            judgement.found("signer-unknown", entry, message, "Name the signer in the trust file");
        }
    }
}
