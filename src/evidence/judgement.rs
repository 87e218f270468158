//! The judge's answer: every step with what held and what did not, and one plain sentence.

use serde::Serialize;

use crate::attestation::sigstore::{TrustedTime, VerifiedStep};
use crate::attestation::sshsig::VerifiedApproval;
use crate::attestation::verified::{Origin, Verified};
use crate::gate::evidence::WithdrawnApproval;
use crate::model::approval::{Authentication, Decision};
use crate::model::batch::Batch;
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::record::ArtifactRecord;
use crate::model::result::CheckResult;
use crate::model::role::Role;
use crate::model::time::Timestamp;

/// Version of the machine-readable judgement (`verify --format json`).
pub const JUDGEMENT_SCHEMA: u8 = 1;

/// Judgement over a whole release.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// Format version.
    pub schema_version: u8,
    /// The answer.
    pub answer: Answer,
    /// One plain sentence: may I ship this, who said so.
    pub sentence: String,
    /// SHA-256 of the container.
    pub bundle_sha256: Sha256Digest,
    /// The batch, where it could be read.
    pub batch: Option<Batch>,
    /// The products that the record lists.
    pub artifacts: Vec<ArtifactRecord>,
    /// The numbered steps.
    pub steps: Vec<Step>,
    /// The release gate, evaluated again.
    pub checks: Vec<CheckResult>,
    /// People whose signature verified and stands.
    pub people: Vec<PersonSignature>,
    /// Approvals that people took back before sealing.
    pub withdrawals: Vec<WithdrawnSignature>,
    /// Every signature that verified: whose, when, and each step with its anchor.
    pub signatures: Vec<VerifiedSignature>,
    /// Settings of `[unsafe]` in force.
    pub unsafe_settings: Vec<String>,
    /// Digest and serial of the trust file.
    pub trust: TrustIdentity,
    /// Until when the evidence holds by what dates it, where that has a known end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_until: Option<Timestamp>,
    /// What was not judged, in words.
    pub not_judged: Vec<String>,
}

/// May it ship?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Answer {
    /// Everything that was asked held.
    Passed,
    /// Something did not hold.
    Failed,
    /// Everything held, and the batch was rejected.
    Rejected,
    /// Everything held, and a person took the release back afterwards.
    Withdrawn,
}

impl Answer {
    /// `PASSED`, `FAILED` or `REJECTED`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Failed => "FAILED",
            Self::Rejected => "REJECTED",
            Self::Withdrawn => "WITHDRAWN",
        }
    }
}

/// The trust file that was judged under.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustIdentity {
    /// Digest over the file and its key files.
    pub sha256: Option<Sha256Digest>,
    /// Its serial.
    pub serial: Option<u64>,
}

/// One numbered step of the judge.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// What is judged.
    pub title: &'static str,
    /// What held, as lower-case fragments.
    pub held: Vec<String>,
    /// What did not hold.
    pub problems: Vec<Problem>,
}

/// Something that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable kebab-case code.
    pub code: String,
    /// Entry, artifact, person or file.
    pub about: String,
    /// One sentence without a final period.
    pub sentence: String,
}

impl Problem {
    /// A problem of a stable code.
    #[must_use]
    pub fn new(code: &str, about: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { code: code.to_owned(), about: about.into(), sentence: sentence.into() }
    }
}

/// A signature that verified (design rule 6: successes are recorded as fully as failures).
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifiedSignature {
    /// Entry that carries it.
    pub entry: String,
    /// Signer or person, by the name in the trust file.
    pub signer: String,
    /// Times that stamps and logs vouch for.
    pub times: Vec<TrustedTime>,
    /// What held, in order.
    pub steps: Vec<VerifiedStep>,
}

impl VerifiedSignature {
    /// Of a verified statement.
    #[must_use]
    pub fn of<T>(entry: &str, verified: &Verified<T>) -> Self {
        let Origin { signer, times, steps, .. } = verified.origin().clone();
        Self { entry: entry.to_owned(), signer, times, steps }
    }
}

/// A person's verified signature.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PersonSignature {
    /// Printed name, as in the roster.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Whose deputy the person signed as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy_for: Option<String>,
    /// Approved or rejected.
    pub decision: Decision,
    /// Meaning of the signature.
    pub meaning: String,
    /// Reason, for a rejection.
    pub reason: Option<String>,
    /// When, at the signer's offset; asserted, not trusted.
    pub signed_at: Timestamp,
    /// When a timestamp authority saw the signature, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamped_at: Option<Timestamp>,
    /// How the key was held.
    pub authentication: Authentication,
    /// Entry of the statement.
    pub entry: String,
}

impl PersonSignature {
    /// Of a verified approval.
    #[must_use]
    pub fn of(entry: &EntryName, approval: &VerifiedApproval) -> Self {
        let predicate = &approval.predicate;
        Self {
            name: predicate.printed_name.clone(),
            role: predicate.role.clone(),
            deputy_for: predicate.deputy_for.clone(),
            decision: predicate.decision,
            meaning: predicate.meaning.clone(),
            reason: predicate.reason.clone(),
            signed_at: predicate.signed_at,
            stamped_at: approval.origin().time(),
            authentication: predicate.authentication,
            entry: entry.to_string(),
        }
    }
}

/// An approval that its signer took back: it does not count.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawnSignature {
    /// Printed name.
    pub name: String,
    /// Role of the approval.
    pub role: Role,
    /// Why.
    pub reason: String,
    /// When it was withdrawn, at the signer's offset; asserted, not trusted.
    pub signed_at: Timestamp,
    /// Entry of the approval's statement.
    pub approval: String,
    /// Entry of the withdrawal's statement.
    pub entry: String,
}

impl WithdrawnSignature {
    /// Of a withdrawn approval.
    #[must_use]
    pub fn of(withdrawn: &WithdrawnApproval) -> Self {
        let said = &withdrawn.withdrawal.predicate;
        Self {
            name: said.printed_name.clone(),
            role: said.role.clone(),
            reason: said.reason.clone(),
            signed_at: said.signed_at,
            approval: withdrawn.entry.to_string(),
            entry: withdrawn.withdrawal_entry.to_string(),
        }
    }
}
