//! RG-36: no failed check is left unresolved.
//!
//! Folds the results of this run, compares them with what the candidate gate said in the signed
//! record, and sees that every question was answered and that concessions are those of the record.

use std::collections::BTreeSet;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::evaluate::has_expired;
use crate::gate::evidence::{Evidence, ReleaseEvidence};
use crate::gate::judgement::Judgement;
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::{RECORD_ENTRY, Record};
use crate::model::result::{CheckResult, Stage, Verdict};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(36),
    slug: "no-unresolved-failure",
    title: "No failed check is left unresolved",
    clauses: &["iso13485.8.2.6", "iso13485.8.3.1", "iso13485.8.3.2", "cfr11.10e"],
    severity: Severity::Block,
    release_only: true,
    page: include_str!("../../../docs/checks/RG-36-no-unresolved-failure.md"),
};

/// RG-37 asks for the approvals themselves and judges them.
const APPROVAL_CHECK: CheckId = CheckId::new(37);

const CONCEDE: &str = "Have the concession signed again with `batchseal concede`, and make a new candidate";
const NEW_CANDIDATE: &str = "Resolve what failed and make a new candidate";

/// RG-36.
#[derive(Debug)]
pub struct NoUnresolvedFailure;

impl Check for NoUnresolvedFailure {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        judge_earlier(earlier, &mut judgement);
        let Some(release) = &evidence.release else {
            judgement.found("no-record", RECORD_ENTRY, "there is no signed record to judge", NEW_CANDIDATE);
            return judgement.conclude();
        };
        let record = &release.record.predicate;
        judge_candidate_gate(record, evidence, &mut judgement);
        judge_worsened(record, earlier, &mut judgement);
        judge_answers(record, release, &mut judgement);
        judge_exceptions(record, evidence, earlier, &mut judgement);
        judgement.conclude()
    }
}

fn judge_earlier(earlier: &[CheckResult], judgement: &mut Judgement) {
    if earlier.is_empty() {
        judgement.found("nothing-judged", "gate", "no check was judged before this one", NEW_CANDIDATE);
    }
    for result in earlier.iter().filter(|result| result.severity == Severity::Block) {
        match &result.conclusion {
            Outcome::NotApplicable { reason } if reason.trim().is_empty() => {
                let message = "check is not applicable without a reason";
                judgement.found("not-applicable-without-reason", result.id, message, NEW_CANDIDATE);
            }
            _ if result.permits_release() => judgement.saw(result.id, result.word()),
            conclusion => {
                let message = format!("check is {} (expected satisfied or not-applicable)", conclusion.word());
                judgement.found("check-not-satisfied", result.id, message, NEW_CANDIDATE);
            }
        }
    }
}

/// The candidate gate ran on this batch under this policy, and failed nothing.
fn judge_candidate_gate(record: &Record, evidence: &Evidence<'_>, judgement: &mut Judgement) {
    let gate = &record.candidate_gate;
    let about = (RECORD_ENTRY, "stage of the recorded gate");
    judgement.equal("recorded-gate-differs", about, (gate.stage.as_str(), Stage::Candidate.as_str()), NEW_CANDIDATE);
    let about = (RECORD_ENTRY, "device of the recorded gate");
    judgement.equal("recorded-gate-differs", about, (&gate.device, &evidence.batch.device.name), NEW_CANDIDATE);
    let about = (RECORD_ENTRY, "version of the recorded gate");
    judgement.equal("recorded-gate-differs", about, (&gate.version, &evidence.batch.version), NEW_CANDIDATE);
    let about = (RECORD_ENTRY, "policy of the recorded gate");
    judgement.equal("recorded-gate-differs", about, (&gate.policy_sha256, &evidence.policy.sha256), NEW_CANDIDATE);
    let failed =
        gate.checks.iter().filter(|result| result.severity == Severity::Block).find(|result| rank(result) == 2);
    if gate.verdict == Verdict::Failed {
        let message = "verdict of the candidate gate is FAILED (expected PASSED or PENDING)";
        judgement.found("candidate-failed", RECORD_ENTRY, message, NEW_CANDIDATE);
    } else if let Some(result) = failed {
        let message =
            format!("candidate gate says {}, but {} is {}", gate.verdict.as_str(), result.id, result.conclusion.word());
        judgement.found("candidate-verdict-contradicts", RECORD_ENTRY, message, NEW_CANDIDATE);
    } else {
        judgement.saw(RECORD_ENTRY, format!("verdict of the candidate gate is {}", gate.verdict.as_str()));
    }
}

/// 0 permits release, 1 waits for a person, 2 failed.
const fn rank(result: &CheckResult) -> u8 {
    match result.conclusion {
        Outcome::Violated { .. } if !result.conceded.is_empty() => 0,
        Outcome::Satisfied { .. } | Outcome::NotApplicable { .. } => 0,
        Outcome::NeedsHuman { .. } => 1,
        Outcome::Violated { .. } | Outcome::Inconclusive { .. } => 2,
    }
}

/// Nothing is judged worse now than in the record, and nothing judged then is missing now.
fn judge_worsened(record: &Record, earlier: &[CheckResult], judgement: &mut Judgement) {
    const NEXT: &str = "Find out what changed since the candidate was made, and make a new one";
    for then in record.candidate_gate.checks.iter().filter(|then| then.id < META.id) {
        match earlier.iter().find(|now| now.id == then.id) {
            None => {
                let message = "check was judged for the candidate and is not judged now";
                judgement.found("check-missing-now", then.id, message, NEXT);
            }
            Some(now) if rank(now) > rank(then) => {
                let message = format!(
                    "check is {} now (the candidate gate said {})",
                    now.conclusion.word(),
                    then.conclusion.word()
                );
                judgement.found("worse-than-candidate", then.id, message, NEXT);
            }
            Some(_) => {}
        }
    }
}

/// Every check that waited for a person when the record was made has an answer.
fn judge_answers(record: &Record, release: &ReleaseEvidence<'_>, judgement: &mut Judgement) {
    let waiting = record.candidate_gate.checks.iter().filter(|result| rank(result) == 1).map(|result| result.id);
    let asked: BTreeSet<CheckId> = record.pending.iter().copied().chain(waiting).collect();
    for id in asked.into_iter().filter(|id| *id != APPROVAL_CHECK) {
        let mut answers = release.approvals.iter().flat_map(|(_, approval)| &approval.predicate.answers);
        if answers.any(|answer| answer.check == id) {
            judgement.saw(id, "its question was answered by a person");
        } else {
            let next = "Have a person answer it with `batchseal approve --answer`";
            judgement.found("unanswered", id, "its question was not answered by any person", next);
        }
    }
}

/// The concessions that count are those of the record, and none has ended; no refusal of the recorder was overridden.
fn judge_exceptions(record: &Record, evidence: &Evidence<'_>, earlier: &[CheckResult], judgement: &mut Judgement) {
    let counted: BTreeSet<(CheckId, &EntryName)> =
        earlier.iter().flat_map(|result| result.conceded.iter().map(|entry| (result.id, entry))).collect();
    let recorded: BTreeSet<(CheckId, &EntryName)> =
        record.concessions.iter().map(|concession| (concession.check, &concession.entry)).collect();
    for (check, entry) in recorded.difference(&counted) {
        let message = format!("record counts on this concession for {check}, and it does not count now");
        judgement.found("concession-does-not-count", entry, message, CONCEDE);
    }
    for (check, entry) in counted.difference(&recorded) {
        let message = format!("concession for {check} counts now, and the record does not list it");
        judgement.found("concession-not-in-record", entry, message, NEW_CANDIDATE);
    }
    for (entry, concession) in &evidence.concessions {
        let concession = &concession.predicate;
        if has_expired(concession, evidence) {
            let message = format!("concession of {} was good until {}", concession.check, concession.expires);
            judgement.found("concession-expired", entry, message, CONCEDE);
        } else {
            let shows = format!(
                "{} conceded {} for {}, until {}",
                concession.printed_name, concession.check, concession.risk_reference, concession.expires
            );
            judgement.saw(entry, shows);
        }
    }
    for signed in &evidence.provenance {
        for refusal in &signed.statement.predicate.build_definition.internal_parameters.overridden_refusals {
            let message = format!("a refusal of the recorder was overridden: {refusal}");
            judgement.found(
                "refusal-overridden",
                &signed.entry,
                message,
                "Record again without --unsafe-record-anyway",
            );
        }
    }
}
