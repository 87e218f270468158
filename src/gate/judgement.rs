//! What a check notes down while it looks: findings and the evidence for a success.

use std::fmt::Display;

use crate::model::outcome::{EvidenceRef, Finding, Outcome};
use crate::model::provenance::Provenance;

use super::evidence::{Evidence, Signed};

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
}

/// Most findings of one check that are kept; the rest is counted.
const MAX_FINDINGS: usize = 100;

/// As many findings as people read, and one that counts the rest.
#[must_use]
pub fn shortened(mut findings: Vec<Finding>, about: &str) -> Vec<Finding> {
    let rest = findings.len().saturating_sub(MAX_FINDINGS);
    if rest > 0 {
        let next = findings.first().map(|finding| finding.next.clone()).unwrap_or_default();
        findings.truncate(MAX_FINDINGS);
        findings.push(Finding::new("more-findings", about, format!("{rest} more findings of this check"), next));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::Judgement;

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
    fn nothing_seen_is_inconclusive() {
        assert_eq!(Judgement::default().conclude().word(), "inconclusive");
    }
}
