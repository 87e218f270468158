//! What a check notes down while it looks: findings and the evidence for a success.

use std::fmt::Display;

use crate::model::outcome::{EvidenceRef, Finding, MORE_FINDINGS, Outcome};
use crate::model::provenance::Provenance;

use super::evidence::{Evidence, Signed};

/// Findings shown one by one; the rest is counted.
const MAX_FINDINGS: usize = 100;

/// The first hundred findings and, about `about`, the number of the others.
#[must_use]
pub fn shortened(mut findings: Vec<Finding>, about: &str) -> Vec<Finding> {
    if let Some(rest) = findings.len().checked_sub(MAX_FINDINGS).filter(|rest| *rest > 0) {
        let next = findings.first().map(|finding| finding.next.clone()).unwrap_or_default();
        findings.truncate(MAX_FINDINGS);
        findings.push(Finding::new(MORE_FINDINGS, about, format!("{rest} more findings of this check"), next));
    }
    findings
}

/// Notes of one check. They become [`Outcome::Satisfied`] only without any finding.
#[derive(Debug, Default)]
pub struct Judgement {
    findings: Vec<Finding>,
    seen: Vec<EvidenceRef>,
}

impl Judgement {
    /// Notes that `name` shows `shows`.
    pub fn saw(&mut self, name: impl Display, shows: impl Into<String>) {
        self.seen.push(EvidenceRef::new(name.to_string(), shows));
    }

    /// Notes a finding.
    pub fn found(&mut self, code: &str, about: impl Display, message: impl Into<String>, next: &str) {
        self.findings.push(Finding::new(code, about.to_string(), message, next));
    }

    /// Notes findings that were made elsewhere.
    pub fn note(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// Notes `<what> is <got> (expected <expected>)` unless the two are equal; says whether they are.
    pub fn equal<T: PartialEq + Display + ?Sized>(
        &mut self,
        code: &str,
        (about, what): (impl Display, &str),
        (got, expected): (&T, &T),
        next: &str,
    ) -> bool {
        let same = got == expected;
        if !same {
            self.found(code, about, format!("{what} is {got} (expected {expected})"), next);
        }
        same
    }

    /// The provenance statements; their absence is a finding.
    pub fn provenance_of<'e>(&mut self, evidence: &'e Evidence<'_>) -> &'e [Signed<Provenance>] {
        if evidence.provenance.is_empty() {
            self.found(
                "no-provenance",
                "provenance",
                "no verified provenance statement is there (got 0, expected at least 1)",
                "Run the build under `batchseal record` so that its provenance is signed",
            );
        }
        &evidence.provenance
    }

    /// What was found, for a check that concludes by itself.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Whether something was found so far.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }

    /// `Violated` with every finding, else `Satisfied` with everything seen; nothing seen is inconclusive.
    #[must_use]
    pub fn conclude(self) -> Outcome {
        Outcome::judge(self.findings, self.seen)
    }

    /// As [`Self::conclude`], with at most a hundred findings; `about` is what the check looks at.
    #[must_use]
    pub fn conclude_about(self, about: &str) -> Outcome {
        Outcome::judge(shortened(self.findings, about), self.seen)
    }

    /// As [`Self::conclude_about`], but without findings a person is asked; what was seen is what to look at.
    #[must_use]
    pub fn ask(self, question: String, about: &str) -> Outcome {
        if self.has_findings() {
            self.conclude_about(about)
        } else {
            Outcome::NeedsHuman { question, evidence: self.seen }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Judgement, Outcome};

    #[test]
    fn a_finding_outweighs_everything_seen() {
        let mut judgement = Judgement::default();
        judgement.saw("a", "b");
        assert!(judgement.equal("differs", ("x", "number"), (&1, &1), "n"));
        assert!(!judgement.has_findings());
        assert!(!judgement.equal("differs", ("x", "number"), (&1, &2), "n"));
        assert_eq!(judgement.conclude().word(), "violated");
    }

    #[test]
    fn a_person_is_asked_only_where_nothing_is_wrong_and_many_findings_are_counted() {
        let mut judgement = Judgement::default();
        judgement.saw("a", "b");
        assert_eq!(judgement.ask("is it?".to_owned(), "x").word(), "needs-human");
        let mut judgement = Judgement::default();
        (0..150).for_each(|at| judgement.found("c", at, "m", "n"));
        let Outcome::Violated { findings } = judgement.ask("is it?".to_owned(), "x") else { panic!("not violated") };
        assert_eq!((findings.len(), findings[100].message.as_str()), (101, "50 more findings of this check"));
    }

    #[test]
    fn nothing_seen_is_inconclusive() {
        assert_eq!(Judgement::default().conclude().word(), "inconclusive");
    }
}
