//! Step 8: the release gate, evaluated again, gives the verdict that was signed.

use std::collections::BTreeMap;

use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, Enclosed, verify};
use crate::evidence::approvals::Approvals;
use crate::evidence::assemble::subjects;
use crate::evidence::candidate::Candidate;
use crate::evidence::judgement::Problem;
use crate::evidence::layout::{EntryMap, RESULT_ENTRY, VERDICT_ENTRY, get};
use crate::evidence::release_gate::{Occasion, release_gate};
use crate::model::outcome::{CheckId, Severity};
use crate::model::record::ToolIdentity;
use crate::model::result::{GateResult, Verdict};
use crate::model::seal::{SEAL_ENTRY, Seal, Status};
use crate::model::statement::{Predicate, Statement};
use crate::model::summary::{VerificationResult, VerificationSummary};
use crate::policy::trust::StatementKind;

use super::Notebook;

/// Step 8.
pub(super) fn step_gate(
    candidate: Candidate<'_>,
    approvals: Approvals,
    seal: Option<&Verified<Statement<Seal>>>,
    day: &str,
    tool: ToolIdentity,
    notebook: &mut Notebook,
) -> Option<GateResult> {
    let title = "release gate gives the signed verdict again";
    let Some(seal) = seal else {
        let problem =
            Problem::new("gate-not-evaluated", SEAL_ENTRY, "without a verified seal there is no time to judge at");
        notebook.step(title, Vec::new(), vec![problem]);
        return None;
    };
    let batch = candidate.batch.clone();
    let (trust, batch_sha256) = (candidate.trust, candidate.batch_sha256);
    let anchor = Anchor { trust, batch_sha256, batch: Some(&batch), day, enclosed: Enclosed::by(seal) };
    let signed_result = signed::<GateResult>(&candidate.entries, RESULT_ENTRY, anchor);
    let signed_verdict = signed::<VerificationSummary>(&candidate.entries, VERDICT_ENTRY, anchor);
    let expected_subjects = subjects(candidate.artifacts(), candidate.batch_sha256);
    // The trusted time of the seal is the verdict's; without one the verifier allowed the asserted time.
    let now = seal.origin().time().unwrap_or(seal.predicate.sealed_at);
    let occasion = Occasion { now, day: day.to_owned(), tool };
    let again = release_gate(candidate, approvals, Some(seal), &occasion);
    let mut problems = Vec::new();
    match (signed_result, signed_verdict) {
        (Ok(result), Ok(verdict)) => {
            for subject in [&result.subject, &verdict.subject] {
                if *subject != expected_subjects {
                    problems.push(Problem::new(
                        "verdict-subjects-differ",
                        VERDICT_ENTRY,
                        "the verdict speaks of other products than the record",
                    ));
                }
            }
            problems.extend(verdict_differences(&again, &result.predicate, &verdict.predicate, seal.predicate.status));
        }
        (result, verdict) => problems.extend([result.err(), verdict.err()].into_iter().flatten()),
    }
    problems.extend(gate_failures(&again));
    let held = vec![format!("{} checks evaluated again: {}", again.checks.len(), again.verdict.as_str())];
    notebook.step(title, held, problems);
    Some(again)
}

fn signed<P: Predicate + Clone>(
    entries: &EntryMap<'_>,
    name: &str,
    anchor: Anchor<'_>,
) -> Result<Statement<P>, Problem> {
    let bytes = get(entries, name).ok_or_else(|| Problem::new("missing", name, format!("entry {name} is missing")))?;
    verify::<P>(bytes, StatementKind::Verdict, anchor)
        .map(|verified| (*verified).clone())
        .map_err(|error| Problem::new("verdict-not-verified", name, format!("{name} does not verify: {error}")))
}

fn verdict_differences(
    again: &GateResult,
    signed: &GateResult,
    summary: &VerificationSummary,
    status: Status,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let passed = signed.verdict == Verdict::Passed;
    let consistent = passed == (summary.verification_result == VerificationResult::Passed)
        && passed == (status == Status::Released)
        && signed.stage == again.stage
        && signed.device == again.device
        && signed.version == again.version
        && signed.policy_sha256 == again.policy_sha256;
    if !consistent {
        problems.push(Problem::new(
            "verdict-inconsistent",
            RESULT_ENTRY,
            "result, verdict and seal do not say the same of this batch",
        ));
    }
    if signed.verdict != again.verdict {
        let sentence =
            format!("signed verdict is {}, evaluated again it is {}", signed.verdict.as_str(), again.verdict.as_str());
        problems.push(Problem::new("verdict-differs", RESULT_ENTRY, sentence));
    }
    let words = |result: &GateResult| -> BTreeMap<CheckId, String> {
        result.checks.iter().map(|check| (check.id, check.word())).collect()
    };
    let (signed_words, again_words) = (words(signed), words(again));
    for (id, word) in &again_words {
        let was = signed_words.get(id).map_or("not in the signed result", String::as_str);
        if was != word {
            problems.push(Problem::new(
                "check-differs",
                id.to_string(),
                format!("{id} was signed as {was}, evaluated again it is {word}"),
            ));
        }
    }
    for id in signed_words.keys().filter(|id| !again_words.contains_key(id)) {
        problems.push(Problem::new(
            "check-not-judged",
            id.to_string(),
            format!("{id} is in the signed result, and this version does not judge it"),
        ));
    }
    problems
}

/// A blocking check that does not hold is a problem, unless the whole batch was sealed as rejected.
fn gate_failures(again: &GateResult) -> Vec<Problem> {
    if again.verdict == Verdict::Passed {
        return Vec::new();
    }
    again
        .checks
        .iter()
        .filter(|check| check.severity == Severity::Block && !check.permits_release())
        .map(|check| {
            Problem::new(
                "gate",
                check.id.to_string(),
                format!("{} {} is {}", check.id, check.title, check.conclusion.word()),
            )
        })
        .collect()
}
