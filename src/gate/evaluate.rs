//! Runs every check of the registry and folds the outcomes into one verdict.

use std::collections::BTreeSet;

use crate::attestation::concession::VerifiedConcession;
use crate::model::approval::{AnswerKind, Decision};
use crate::model::concession::{Concession, may_be_conceded};
use crate::model::name::EntryName;
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
    let conceded = conceded(meta.id, &outcome, evidence);
    CheckResult {
        id: meta.id,
        title: meta.title.to_owned(),
        severity: check.severity(evidence).max(raised.unwrap_or(Severity::Info)).max(meta.severity),
        conclusion: outcome,
        conceded,
    }
}

/// Entries of the concessions in force that cover every finding; none where a single one is left open.
fn conceded(id: CheckId, outcome: &Outcome, evidence: &Evidence<'_>) -> Vec<EntryName> {
    let Outcome::Violated { findings } = outcome else { return Vec::new() };
    if !may_be_conceded(id) {
        return Vec::new();
    }
    let mut used = BTreeSet::new();
    for finding in findings {
        let cover = |(_, one): &&(EntryName, VerifiedConcession)| {
            one.predicate.check == id && one.predicate.covers(finding) && !has_expired(&one.predicate, evidence)
        };
        match evidence.concessions.iter().find(cover) {
            Some((entry, _)) => used.insert(entry.clone()),
            None => return Vec::new(),
        };
    }
    used.into_iter().collect()
}

/// Whether a concession ended before the day of judging: that of the release gate, else the latest of the record's.
#[must_use]
pub fn has_expired(concession: &Concession, evidence: &Evidence<'_>) -> bool {
    let today = match &evidence.release {
        Some(release) => Some(release.now.in_utc().date()),
        None => evidence.days.iter().max().cloned(),
    };
    // ISO 8601 calendar dates of four-digit years compare as text.
    today.is_none_or(|today| today > concession.expires)
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
    let failed = |result: &CheckResult| !result.permits_release() && !waits(result);
    if rejected || results.is_empty() || blocking().any(failed) {
        Verdict::Failed
    } else if blocking().any(waits) {
        if evidence.stage == Stage::Candidate { Verdict::Pending } else { Verdict::Failed }
    } else {
        Verdict::Passed
    }
}
