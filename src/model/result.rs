//! Result of a gate run, check by check: the predicate of `result.sigstore.json`.

use serde::{Deserialize, Serialize};

use super::batch::SchemaVersion;
use super::digest::Sha256Digest;
use super::name::{DeviceName, EntryName, Version};
use super::outcome::{CheckId, Outcome, Severity};
use super::record::ToolIdentity;
use super::statement::Predicate;
use super::time::Timestamp;

/// When in the batch's way the gate runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before people are asked.
    Candidate,
    /// After the approvals.
    Release,
}

impl Stage {
    /// The word used in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Release => "release",
        }
    }
}

/// Verdict over all checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Every blocking check holds.
    Passed,
    /// At least one blocking check does not hold, or a person rejected the batch.
    Failed,
    /// Nothing failed, but people have not answered (candidate stage only).
    Pending,
}

impl Verdict {
    /// `PASSED`, `FAILED` or `PENDING`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Failed => "FAILED",
            Self::Pending => "PENDING",
        }
    }
}

/// One check in a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CheckResult {
    /// `RG-NN`.
    pub id: CheckId,
    /// The requirement, in words.
    pub title: String,
    /// Severity under this policy.
    pub severity: Severity,
    /// What was concluded.
    pub conclusion: Outcome,
    /// Entries of the concessions that cover every finding; empty unless all of them are covered.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub conceded: Vec<EntryName>,
}

impl CheckResult {
    /// Whether a release may go on past this result: the check holds, or persons conceded every finding.
    #[must_use]
    pub const fn permits_release(&self) -> bool {
        self.conclusion.permits_release()
            || matches!(self.conclusion, Outcome::Violated { .. }) && !self.conceded.is_empty()
    }

    /// The outcome's word, and that it was conceded.
    #[must_use]
    pub fn word(&self) -> String {
        let conceded = if self.conceded.is_empty() { "" } else { ", conceded" };
        format!("{}{conceded}", self.conclusion.word())
    }
}

/// Everything one gate run said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GateResult {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Candidate or release.
    pub stage: Stage,
    /// Device judged.
    pub device: DeviceName,
    /// Version judged.
    pub version: Version,
    /// Fold of all checks.
    pub verdict: Verdict,
    /// Time on the judging machine's clock; not a trusted time.
    pub evaluated_at: Timestamp,
    /// SHA-256 of `policy/batchseal.toml`.
    pub policy_sha256: Sha256Digest,
    /// SHA-256 of the trust file judged under; `None` when the pipeline checked itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trust_sha256: Option<Sha256Digest>,
    /// Serial of that trust file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub trust_serial: Option<u64>,
    /// Settings of `[unsafe]` that were in force.
    pub unsafe_settings: Vec<String>,
    /// The judging tool.
    pub tool: ToolIdentity,
    /// Every check of the registry, in id order.
    pub checks: Vec<CheckResult>,
    /// Ids known to the catalogue that this version of the tool does not judge.
    pub not_judged: Vec<CheckId>,
}

impl Predicate for GateResult {
    const TYPE: &'static str = "https://batchseal.dev/result/v1";
}
