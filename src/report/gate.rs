//! A gate result as lines for a terminal.

use crate::model::outcome::{Outcome, Severity};
use crate::model::result::{CheckResult, GateResult};
use crate::model::text::for_terminal;

use super::judgement::Paint;

/// All checks, one line each, with findings and questions below.
#[must_use]
pub fn human(result: &GateResult, colour: bool) -> String {
    let mut text = format!("Gate ({} stage) for {} {}\n", result.stage.as_str(), result.device, result.version);
    text.push_str(&checks(&result.checks, colour));
    text.push_str(&format!("Verdict: {}\n", Paint(colour).verdict(result.verdict.as_str())));
    text
}

/// The checks of a result.
#[must_use]
pub fn checks(checks: &[CheckResult], colour: bool) -> String {
    let paint = Paint(colour);
    let mut text = String::new();
    for check in checks {
        let word = check.conclusion.word();
        let weight = if check.severity == Severity::Block { "" } else { " (does not block)" };
        let conceded = if check.conceded.is_empty() { "" } else { " (conceded)" };
        text.push_str(&format!("  {:<15} {}  {}{weight}{conceded}\n", paint.outcome(word), check.id, check.title));
        match &check.conclusion {
            Outcome::Violated { findings } => {
                for (number, finding) in findings.iter().enumerate() {
                    text.push_str(&format!(
                        "      {}: {}\n",
                        for_terminal(&finding.about),
                        for_terminal(&finding.message)
                    ));
                    // One next step for several findings in a row is said once, below the last.
                    if findings.get(number + 1).is_none_or(|after| after.next != finding.next) {
                        text.push_str(&format!("      next: {}\n", for_terminal(&finding.next)));
                    }
                }
            }
            Outcome::NeedsHuman { question, .. } => text.push_str(&format!("      asks: {}\n", for_terminal(question))),
            Outcome::Inconclusive { reason } => text.push_str(&format!("      because: {}\n", for_terminal(reason))),
            Outcome::NotApplicable { reason } => text.push_str(&format!("      because: {}\n", for_terminal(reason))),
            Outcome::Satisfied { .. } => {}
        }
    }
    text
}
