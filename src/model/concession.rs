//! A concession: one person's signed leave to release a batch although a check found something (ISO 13485:2016 8.3.2).

use serde::{Deserialize, Serialize};

use super::approval::Authentication;
use super::batch::SchemaVersion;
use super::digest::Sha256Digest;
use super::name::{DeviceName, Version};
use super::outcome::{CheckId, Finding};
use super::statement::Predicate;
use super::time::Timestamp;

/// The one SSHSIG namespace of concessions; an approval is never a concession, nor the reverse.
pub const CONCESSION_NAMESPACE: &str = "concession-v1@batchseal.dev";

/// Role that may concede, beside the authoriser.
pub const CONCEDING_ROLE: &str = "conceding";

/// Checks whose findings nobody may concede (design rule 10): those that say what the batch is, that its evidence is
/// genuine, and that persons released it.
const NEVER: [u8; 13] = [2, 3, 4, 5, 6, 11, 13, 19, 36, 37, 38, 39, 41];

/// Whether a finding of this check may be conceded.
#[must_use]
pub fn may_be_conceded(check: CheckId) -> bool {
    !NEVER.contains(&check.number())
}

/// Predicate of a concession; its subject is `batch.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Concession {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Device.
    pub device: DeviceName,
    /// The one version that it counts for.
    pub version: Version,
    /// SHA-256 of `policy/batchseal.toml` under which the finding was made.
    pub policy_sha256: Sha256Digest,
    /// Check that found something.
    pub check: CheckId,
    /// What it found, each named; at least one.
    pub findings: Vec<ConcededFinding>,
    /// Why the batch may be released all the same.
    pub justification: String,
    /// Where the risk of doing so is evaluated.
    pub risk_reference: String,
    /// Who asked for it; another person than the signer.
    pub requested_by: String,
    /// Printed name of the signer (21 CFR 11.50(a)(1)).
    pub printed_name: String,
    /// Date and time of signing at the signer's offset (11.50(a)(2)).
    pub signed_at: Timestamp,
    /// How the key was held, as seen by the tool.
    pub authentication: Authentication,
    /// Last day (`YYYY-MM-DD`, UTC) on which a batch may be sealed under it.
    #[serde(deserialize_with = "super::time::day")]
    pub expires: String,
}

impl Predicate for Concession {
    const TYPE: &'static str = "https://batchseal.dev/concession/v1";
}

impl Concession {
    /// Whether it speaks of this finding.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        self.findings.iter().any(|conceded| conceded.code == finding.code && conceded.about == finding.about)
    }
}

/// A finding by its name within the check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConcededFinding {
    /// Code of the finding.
    pub code: String,
    /// What it is about.
    pub about: String,
}

#[cfg(test)]
mod tests {
    use super::{CheckId, may_be_conceded};

    #[test]
    fn what_makes_evidence_genuine_is_never_conceded() {
        for number in [2, 6, 11, 13, 19, 36, 37, 38, 39, 41] {
            assert!(!may_be_conceded(CheckId::new(number)), "RG-{number}");
        }
        assert!(may_be_conceded(CheckId::new(14)) && may_be_conceded(CheckId::new(1)));
    }
}
