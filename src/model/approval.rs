//! One person's signature over exactly one record (21 CFR 11.50, 11.70).

use serde::{Deserialize, Serialize};

use super::batch::{SchemaVersion, Udi};
use super::digest::Sha256Digest;
use super::name::{DeviceName, Version};
use super::outcome::CheckId;
use super::role::Role;
use super::statement::Predicate;
use super::time::Timestamp;

/// The one SSHSIG namespace of approvals; a signature made for anything else never counts.
pub const SSHSIG_NAMESPACE: &str = "approval-v1@batchseal.dev";

/// Meaning of a signature that rejects a batch, in whatever role.
pub const REJECTION_MEANING: &str = "rejected this batch";

/// Predicate of an approval; its subjects are `record.json` and `record.sigstore.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Approval {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Device approved.
    pub device: DeviceName,
    /// Version approved.
    pub version: Version,
    /// UDI as in the batch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub udi: Option<Udi>,
    /// Printed name of the signer (11.50(a)(1)).
    pub printed_name: String,
    /// Role signed in.
    pub role: Role,
    /// Person of the roster whose deputy the signer is, where the role is that person's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deputy_for: Option<String>,
    /// Whether the person approves or rejects the batch.
    pub decision: Decision,
    /// Meaning of the signature (11.50(a)(3)).
    pub meaning: String,
    /// Reason; required for a rejection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Answers to the record's pending checks.
    pub answers: Vec<Answer>,
    /// Date and time of signing at the signer's offset (11.50(a)(2)).
    pub signed_at: Timestamp,
    /// How the key was held, as seen by the tool.
    pub authentication: Authentication,
    /// Whether a stamp over the signature was asked for: then it must be there.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub stamped: bool,
    /// The authoriser's list of all other approvals and of withdrawals, by SHA-256 of their statement; empty for
    /// others.
    pub other_approvals: Vec<Sha256Digest>,
}

impl Approval {
    /// What the signature must say that it means (11.50(a)(3)): fixed by role, decision and deputy.
    #[must_use]
    pub fn meaning_of(role: &Role, decision: Decision, deputy_for: Option<&str>) -> String {
        let meaning = match decision {
            Decision::Approved => role.meaning(),
            Decision::Rejected => REJECTION_MEANING.to_owned(),
        };
        match deputy_for {
            Some(name) => format!("{meaning}, as deputy of {name}"),
            None => meaning,
        }
    }
}

impl Predicate for Approval {
    const TYPE: &'static str = "https://batchseal.dev/approval/v1";
}

/// What a person decided about the whole batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The batch may go on.
    Approved,
    /// The batch must not be released.
    Rejected,
}

/// A person's answer to one pending check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Answer {
    /// The check that asked.
    pub check: CheckId,
    /// Accepted or rejected.
    pub answer: AnswerKind,
    /// Why, in the person's words.
    pub note: String,
    /// Digest of what the person looked at, where given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence_sha256: Option<Sha256Digest>,
}

/// Accepted or rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// The person accepts.
    Accepted,
    /// The person rejects.
    Rejected,
}

impl AnswerKind {
    /// The word used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }
}

/// How the signing key was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Key file, passphrase typed for this signature.
    KeyFileWithPassphrase,
    /// Encrypted key file, passphrase supplied by the environment or a descriptor, not typed.
    KeyFileWithSuppliedPassphrase,
    /// Key file without a passphrase.
    KeyFileWithoutPassphrase,
    /// An SSH agent held the key; whether it asked anyone is unknown.
    Agent,
}
