//! From steps to one answer and one plain sentence.

use crate::model::approval::Decision;
use crate::model::batch::Batch;
use crate::model::result::{GateResult, Verdict};
use crate::model::seal::Status;

use super::judgement::{Answer, PersonSignature, Problem, Step};

/// Code of a release that was taken back.
pub const WITHDRAWN: &str = "withdrawn";

/// Problems that a rejected batch may have and still be a truthful record of its rejection.
const CODES_OF_A_REJECTION: [&str; 1] = ["gate"];

/// Folds steps, gate and status. Anything unknown is a failure.
#[must_use]
pub fn fold(steps: &[Step], gate: Option<&GateResult>, status: Option<Status>) -> Answer {
    let withdrawn = problems_of(steps).any(|problem| problem.code == WITHDRAWN);
    let mut problems = problems_of(steps).filter(|problem| problem.code != WITHDRAWN);
    let (Some(gate), Some(status)) = (gate, status) else { return Answer::Failed };
    match status {
        Status::Released if gate.verdict == Verdict::Passed && problems.next().is_none() => {
            if withdrawn {
                Answer::Withdrawn
            } else {
                Answer::Passed
            }
        }
        Status::Rejected
            if gate.verdict == Verdict::Failed
                && problems.all(|problem| CODES_OF_A_REJECTION.contains(&problem.code.as_str())) =>
        {
            Answer::Rejected
        }
        _ => Answer::Failed,
    }
}

fn problems_of(steps: &[Step]) -> impl Iterator<Item = &Problem> {
    steps.iter().flat_map(|step| &step.problems)
}

/// May I ship this, and who said so.
#[must_use]
pub fn sentence(answer: Answer, batch: Option<&Batch>, people: &[PersonSignature], steps: &[Step]) -> String {
    let what =
        batch.map_or_else(|| "this bundle".to_owned(), |batch| format!("{} {}", batch.device.name, batch.version));
    match answer {
        Answer::Passed => {
            let purpose = batch.map_or("unknown", |batch| batch.purpose.as_str());
            let who = people
                .iter()
                .find(|person| person.role.is_authoriser() && person.decision == Decision::Approved)
                .map_or_else(
                    || "released without a person, by leave of the verifier's trust file".to_owned(),
                    |person| format!("{} authorised release at {}", person.name, person.signed_at),
                );
            format!("Evidence present: {what} was released for {purpose}; {who}.")
        }
        Answer::Rejected => {
            let who = people
                .iter()
                .find(|person| person.decision == Decision::Rejected)
                .map_or_else(|| "the release gate".to_owned(), |person| format!("{} ({})", person.name, person.role));
            format!("Do not ship: {what} was rejected by {who}.")
        }
        Answer::Withdrawn => {
            let why = problems_of(steps).find(|problem| problem.code == WITHDRAWN);
            let why = why.map_or("it was WITHDRAWN", |problem| problem.sentence.as_str());
            format!("Do not ship {what}: {why}.")
        }
        Answer::Failed => {
            let count = problems_of(steps).count();
            // A withdrawal comes first, whatever else is wrong.
            let first = problems_of(steps).find(|problem| problem.code == WITHDRAWN).or(problems_of(steps).next());
            let first =
                first.map_or_else(|| "no verdict could be reached".to_owned(), |problem| problem.sentence.clone());
            let more = if count > 1 { format!(" ({} more problems)", count - 1) } else { String::new() };
            format!("Do not ship: {what} does not verify: {first}{more}.")
        }
    }
}
