//! A list of problems as one failure.

use crate::evidence::judgement::Problem;
use crate::exit::ExitStatus;

use super::failure::Failure;

/// Exit 1: something was judged and does not hold.
#[must_use]
pub fn failure(what: &str, problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(|problem| format!("  {}", problem.sentence)).collect();
    Failure::message(ExitStatus::NotPassed, format!("{what} does not verify:\n{}", lines.join("\n")))
        .with_hint("Nothing was written; make the candidate again from its sources")
}
