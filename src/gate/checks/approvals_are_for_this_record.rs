//! RG-38: approvals are made for exactly this record.
//!
//! That signature, person, role and both record digests hold is proven before the gate (an approval
//! that fails there is a refused one); here its words are compared with the batch, and the
//! authoriser's list with the approvals that are there.

use std::collections::BTreeSet;

use crate::attestation::sshsig::VerifiedApproval;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::evidence::{Evidence, ReleaseEvidence};
use crate::gate::judgement::Judgement;
use crate::model::batch::Udi;
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(38),
    slug: "approvals-are-for-this-record",
    title: "Approvals are made for exactly this record",
    clauses: &["cfr11.10g", "cfr11.70", "cfr11.100a", "cfr11.200"],
    severity: Severity::Block,
    release_only: true,
    page: include_str!("../../../docs/checks/RG-38-approvals-are-for-this-record.md"),
};

const SIGN_AGAIN: &str = "Have the person sign this candidate again with `batchseal approve`";
const AUTHORISE_AGAIN: &str = "Have the authoriser sign last, over all other approvals";

/// RG-38.
#[derive(Debug)]
pub struct ApprovalsAreForThisRecord;

impl Check for ApprovalsAreForThisRecord {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let Some(release) = &evidence.release else {
            return Outcome::Inconclusive {
                reason: "there is no signed record that approvals could be for".to_owned(),
            };
        };
        let mut judgement = Judgement::default();
        for refused in &release.refused_approvals {
            let message = format!("approval does not count: {}", refused.reason);
            judgement.found("approval-refused", &refused.entry, message, SIGN_AGAIN);
        }
        if release.approvals.is_empty() && release.withdrawn.is_empty() && !judgement.has_findings() {
            return without_approvals(evidence);
        }
        judge_withdrawals(release, evidence, &mut judgement);
        for (entry, approval) in &release.approvals {
            judge_words(entry, approval, evidence, &mut judgement);
            judge_answers(entry, approval, release, &mut judgement);
            judge_list(entry, approval, release, &mut judgement);
        }
        judgement.conclude()
    }
}

fn without_approvals(evidence: &Evidence<'_>) -> Outcome {
    if evidence.trust.unsafe_settings.no_human_release {
        let reason = "there are no approvals; they are waived by the verifier's trust file [unsafe] no-human-release";
        return Outcome::NotApplicable { reason: reason.to_owned() };
    }
    let mut judgement = Judgement::default();
    let message = "no verified approval is there (got 0, expected at least the authoriser's)";
    judgement.found("no-approval", "approvals", message, SIGN_AGAIN);
    judgement.conclude()
}

fn judge_words(entry: &EntryName, approval: &VerifiedApproval, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let (said, batch) = (&approval.predicate, evidence.batch);
    let same = [
        judgement.equal("other-device", (entry, "device"), (&said.device, &batch.device.name), SIGN_AGAIN),
        judgement.equal("other-version", (entry, "version"), (&said.version, &batch.version), SIGN_AGAIN),
        judgement.equal(
            "other-name",
            (entry, "printed name"),
            (said.printed_name.as_str(), approval.signer()),
            SIGN_AGAIN,
        ),
    ];
    if said.udi != batch.udi {
        let message =
            format!("UDI is {} (expected {})", Udi::in_words(said.udi.as_ref()), Udi::in_words(batch.udi.as_ref()));
        judgement.found("other-udi", entry, message, SIGN_AGAIN);
    } else if same.iter().all(|holds| *holds) {
        let shows = format!("signature of {} binds {}", approval.signer(), approval.payload_sha256());
        judgement.saw(entry, shows);
    }
}

/// A withdrawal speaks of this batch, as its approval did.
fn judge_withdrawals(release: &ReleaseEvidence<'_>, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    for withdrawn in &release.withdrawn {
        judge_words(&withdrawn.entry, &withdrawn.approval, evidence, judgement);
        let (said, entry, batch) = (&withdrawn.withdrawal.predicate, &withdrawn.withdrawal_entry, evidence.batch);
        judgement.equal("other-device", (entry, "device"), (&said.device, &batch.device.name), SIGN_AGAIN);
        judgement.equal("other-version", (entry, "version"), (&said.version, &batch.version), SIGN_AGAIN);
        if said.udi != batch.udi {
            let (got, expected) = (Udi::in_words(said.udi.as_ref()), Udi::in_words(batch.udi.as_ref()));
            judgement.found("other-udi", entry, format!("UDI is {got} (expected {expected})"), SIGN_AGAIN);
        }
        judgement.saw(entry, format!("{} withdrew {}: {}", said.printed_name, said.withdraws, said.reason));
    }
}

/// A person answers what was asked, and once.
fn judge_answers(
    entry: &EntryName,
    approval: &VerifiedApproval,
    release: &ReleaseEvidence<'_>,
    judgement: &mut Judgement,
) {
    let mut answered = BTreeSet::new();
    for answer in &approval.predicate.answers {
        if !release.record.predicate.pending.contains(&answer.check) {
            let message = format!("answers {}, which the record does not ask", answer.check);
            judgement.found("answer-not-asked", entry, message, SIGN_AGAIN);
        }
        if !answered.insert(answer.check) {
            judgement.found("answered-twice", entry, format!("answers {} twice", answer.check), SIGN_AGAIN);
        }
    }
}

/// The authoriser lists exactly the other approvals, those withdrawn and their withdrawals too; nobody else lists any.
fn judge_list(
    entry: &EntryName,
    approval: &VerifiedApproval,
    release: &ReleaseEvidence<'_>,
    judgement: &mut Judgement,
) {
    let listed = &approval.predicate.other_approvals;
    if !approval.predicate.role.is_authoriser() {
        if !listed.is_empty() {
            let message = format!("{} lists {} other approvals (expected 0)", approval.predicate.role, listed.len());
            judgement.found("list-not-by-authoriser", entry, message, SIGN_AGAIN);
        }
        return;
    }
    let standing =
        release.approvals.iter().filter(|(other, _)| other != entry).map(|(_, other)| other.payload_sha256());
    let withdrawn = release
        .withdrawn
        .iter()
        .flat_map(|withdrawn| [withdrawn.approval.payload_sha256(), withdrawn.withdrawal.payload_sha256()]);
    let others: Vec<Sha256Digest> = standing.chain(withdrawn).collect();
    let (seen, there): (BTreeSet<_>, BTreeSet<_>) = (listed.iter().collect(), others.iter().collect());
    for digest in others.iter().filter(|digest| !seen.contains(digest)) {
        let message = format!("authoriser did not see the approval or withdrawal {digest}");
        judgement.found("approval-not-listed", entry, message, AUTHORISE_AGAIN);
    }
    for digest in listed.iter().filter(|digest| !there.contains(digest)) {
        let message = format!("authoriser lists the approval {digest}, which is not there");
        judgement.found("listed-approval-missing", entry, message, AUTHORISE_AGAIN);
    }
    if listed.len() != seen.len() || others.len() != listed.len() {
        let message = format!("authoriser lists {} approvals (expected {}, each once)", listed.len(), others.len());
        judgement.found("list-differs", entry, message, AUTHORISE_AGAIN);
    }
}
