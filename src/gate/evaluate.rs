//! Runs every check of the registry and folds the outcomes into one verdict.

use crate::model::approval::{AnswerKind, Decision};
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::{CheckResult, Stage, Verdict};

use super::check::Check;
use super::evidence::Evidence;
use super::registry::CHECKS;

/// Runs all checks that belong to the evidence's stage.
#[must_use]
pub fn evaluate(evidence: &Evidence<'_>) -> Vec<CheckResult> {
    let mut results = Vec::with_capacity(CHECKS.len());
    for check in CHECKS.iter().filter(|check| evidence.stage == Stage::Release || !check.meta().release_only) {
        let result = evaluate_one(*check, evidence, &results);
        results.push(result);
    }
    results
}

fn evaluate_one(check: &dyn Check, evidence: &Evidence<'_>, earlier: &[CheckResult]) -> CheckResult {
    let meta = check.meta();
    let outcome = answered(meta.id, check.evaluate(evidence, earlier), evidence);
    let raised = evidence.policy.gate.severities.get(&meta.id).copied();
    CheckResult {
        id: meta.id,
        title: meta.title.to_owned(),
        severity: check.severity(evidence).max(raised.unwrap_or(Severity::Info)).max(meta.severity),
        conclusion: outcome,
    }
}

/// A question is settled by the approvals' answers: one rejection violates, one acceptance satisfies.
fn answered(id: CheckId, outcome: Outcome, evidence: &Evidence<'_>) -> Outcome {
    let Outcome::NeedsHuman { question, evidence: shown } = outcome else { return outcome };
    let Some(release) = &evidence.release else { return Outcome::NeedsHuman { question, evidence: shown } };
    let mut accepted = Vec::new();
    for (entry, approval) in &release.approvals {
        for answer in approval.predicate.answers.iter().filter(|answer| answer.check == id) {
            match answer.answer {
                AnswerKind::Rejected => {
                    return Outcome::violated(Finding::new(
                        "rejected-by-person",
                        entry.as_str(),
                        format!("{question} {} answered no: {}", approval.predicate.printed_name, answer.note),
                        "Resolve what the person objects to and make a new candidate",
                    ));
                }
                AnswerKind::Accepted => accepted.push(EvidenceRef::new(
                    entry.as_str(),
                    format!(
                        "{question} {} ({}) answered yes: {}",
                        approval.predicate.printed_name, approval.predicate.role, answer.note
                    ),
                )),
            }
        }
    }
    if accepted.is_empty() {
        Outcome::NeedsHuman { question, evidence: shown }
    } else {
        Outcome::Satisfied { evidence: accepted }
    }
}

/// Folds outcomes. At the release stage an unanswered question is a failure.
#[must_use]
pub fn verdict(evidence: &Evidence<'_>, results: &[CheckResult]) -> Verdict {
    let rejected = evidence.release.as_ref().is_some_and(|release| {
        release.approvals.iter().any(|(_, approval)| approval.predicate.decision == Decision::Rejected)
    });
    let blocking = || results.iter().filter(|result| result.severity == Severity::Block);
    let waits = |result: &CheckResult| matches!(result.conclusion, Outcome::NeedsHuman { .. });
    let failed = |result: &CheckResult| !result.conclusion.permits_release() && !waits(result);
    if rejected || results.is_empty() || blocking().any(failed) {
        Verdict::Failed
    } else if blocking().any(waits) {
        if evidence.stage == Stage::Candidate { Verdict::Pending } else { Verdict::Failed }
    } else {
        Verdict::Passed
    }
}
