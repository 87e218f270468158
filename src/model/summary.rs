//! SLSA Verification Summary Attestation v1 (slsa.dev/spec/v1.0/verification_summary).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::statement::{Predicate, ResourceDescriptor};
use super::time::Timestamp;

/// Predicate `https://slsa.dev/verification_summary/v1`; written only at the release stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VerificationSummary {
    /// Who verified.
    pub verifier: Verifier,
    /// When, by the verifier's clock.
    pub time_verified: Timestamp,
    /// What was verified: `pkg:generic/<device>@<version>`.
    pub resource_uri: String,
    /// The policy, by digest.
    pub policy: ResourceDescriptor,
    /// The attestations that were looked at.
    pub input_attestations: Vec<ResourceDescriptor>,
    /// `PASSED` or `FAILED`.
    pub verification_result: VerificationResult,
    /// `SLSA_BUILD_LEVEL_0`, `SLSA_BUILD_LEVEL_1`, … as earned.
    pub verified_levels: Vec<String>,
    /// Version of the VSA specification.
    pub slsa_version: String,
}

impl Predicate for VerificationSummary {
    const TYPE: &'static str = "https://slsa.dev/verification_summary/v1";
}

/// `verifier`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Verifier {
    /// URI of the verifier.
    pub id: String,
    /// Tool versions by name.
    pub version: BTreeMap<String, String>,
}

/// `verificationResult`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VerificationResult {
    /// The release gate passed.
    Passed,
    /// It did not.
    Failed,
}
