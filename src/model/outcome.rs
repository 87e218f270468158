//! What a gate check concluded, and what it looked at.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Public id of a check: `RG-01` to `RG-99`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckId(u8);

/// Text that is no check id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("check id {0:?} is malformed (expected RG- and two digits, such as RG-14)")]
pub struct CheckIdError(String);

impl CheckId {
    /// `RG-<number>`; numbers run from 1 to 99.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Parses `RG-NN`.
    ///
    /// # Errors
    /// [`CheckIdError`].
    pub fn parse(text: &str) -> Result<Self, CheckIdError> {
        let error = || CheckIdError(text.chars().take(40).collect());
        let digits = text.strip_prefix("RG-").filter(|digits| digits.len() == 2).ok_or_else(error)?;
        let number: u8 = digits.parse().map_err(|_| error())?;
        if number == 0 || !digits.bytes().all(|b| b.is_ascii_digit()) { Err(error()) } else { Ok(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RG-{:02}", self.0)
    }
}

impl fmt::Debug for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for CheckId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CheckId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Conclusion of one check. Everything but `Satisfied` and `NotApplicable` stops a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Outcome {
    /// The requirement holds; `evidence` says by what.
    Satisfied {
        /// What was looked at, never empty.
        evidence: Vec<EvidenceRef>,
    },
    /// The requirement does not hold.
    Violated {
        /// At least one.
        findings: Vec<Finding>,
    },
    /// Only a person can answer; no answer yet.
    NeedsHuman {
        /// What is asked, as one question.
        question: String,
        /// What the person should look at.
        evidence: Vec<EvidenceRef>,
    },
    /// The requirement does not apply, for a recorded reason.
    NotApplicable {
        /// Why.
        reason: String,
    },
    /// Could not be judged; counts as a failure.
    Inconclusive {
        /// Why.
        reason: String,
    },
}

impl Outcome {
    /// `Satisfied` by one fact.
    #[must_use]
    pub fn satisfied(evidence: impl IntoIterator<Item = EvidenceRef>) -> Self {
        Self::Satisfied { evidence: evidence.into_iter().collect() }
    }

    /// `Violated` when there are findings, else `Satisfied` with the evidence. No evidence is inconclusive.
    #[must_use]
    pub fn judge(findings: Vec<Finding>, evidence: Vec<EvidenceRef>) -> Self {
        if !findings.is_empty() {
            Self::Violated { findings }
        } else if evidence.is_empty() {
            Self::Inconclusive { reason: "nothing was there to look at".to_owned() }
        } else {
            Self::Satisfied { evidence }
        }
    }

    /// `Violated` by one finding.
    #[must_use]
    pub fn violated(finding: Finding) -> Self {
        Self::Violated { findings: vec![finding] }
    }

    /// Word shown to people and used as the JSON tag.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Satisfied { .. } => "satisfied",
            Self::Violated { .. } => "violated",
            Self::NeedsHuman { .. } => "needs-human",
            Self::NotApplicable { .. } => "not-applicable",
            Self::Inconclusive { .. } => "inconclusive",
        }
    }

    /// Whether a release may go on past this outcome.
    #[must_use]
    pub const fn permits_release(&self) -> bool {
        matches!(self, Self::Satisfied { .. } | Self::NotApplicable { .. })
    }
}

/// Something a check looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EvidenceRef {
    /// Entry, artifact or subject name.
    pub name: String,
    /// What it showed, as a lower-case fragment.
    pub shows: String,
}

impl EvidenceRef {
    /// `name` shows `shows`.
    #[must_use]
    pub fn new(name: impl Into<String>, shows: impl Into<String>) -> Self {
        Self { name: name.into(), shows: shows.into() }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Finding {
    /// Stable kebab-case code within the check, such as `tag-is-lightweight`.
    pub code: String,
    /// What it is about (entry, artifact, component, person).
    pub about: String,
    /// Lower-case sentence with got and expected.
    pub message: String,
    /// What to do next, imperative.
    pub next: String,
}

impl Finding {
    /// A finding of a stable code.
    #[must_use]
    pub fn new(code: &str, about: impl Into<String>, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self { code: code.to_owned(), about: about.into(), message: message.into(), next: next.into() }
    }
}

/// Code of the finding that counts those beyond the ones shown.
pub const MORE_FINDINGS: &str = "more-findings";

/// How much a check weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Shown only.
    Info,
    /// Shown on the first page; does not stop a release.
    Warn,
    /// Stops a release.
    Block,
}

#[cfg(test)]
mod tests {
    use super::{CheckId, Finding, Outcome};

    #[test]
    fn check_ids_have_two_digits() {
        assert_eq!(CheckId::parse("RG-07").map(|id| id.to_string()), Ok("RG-07".to_owned()));
        for text in ["RG-7", "rg-07", "RG-00", "RG-+7", "RG-007", ""] {
            assert!(CheckId::parse(text).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn nothing_looked_at_is_never_satisfied() {
        assert!(!Outcome::judge(vec![], vec![]).permits_release());
        assert!(!Outcome::violated(Finding::new("c", "a", "m", "n")).permits_release());
    }
}
