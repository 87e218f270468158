//! A person takes back an approval of their own before sealing. Both stay in the bundle.

use serde::{Deserialize, Serialize};

use super::approval::Authentication;
use super::batch::{SchemaVersion, Udi};
use super::digest::Sha256Digest;
use super::name::{DeviceName, Version};
use super::role::Role;
use super::statement::Predicate;
use super::time::Timestamp;

/// Meaning of a signature that withdraws an approval.
pub const WITHDRAWAL_MEANING: &str = "withdrew my approval of this batch";

/// Predicate of a withdrawal; its subjects are `record.json` and `record.sigstore.json`, as of the approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Withdrawal {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Device of the batch.
    pub device: DeviceName,
    /// Version of the batch.
    pub version: Version,
    /// UDI as in the batch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub udi: Option<Udi>,
    /// Printed name of the signer (11.50(a)(1)).
    pub printed_name: String,
    /// Role that the approval was signed in.
    pub role: Role,
    /// Meaning of the signature (11.50(a)(3)).
    pub meaning: String,
    /// Why.
    pub reason: String,
    /// SHA-256 of the statement that is withdrawn.
    pub withdraws: Sha256Digest,
    /// Date and time of signing at the signer's offset (11.50(a)(2)).
    pub signed_at: Timestamp,
    /// How the key was held, as seen by the tool.
    pub authentication: Authentication,
    /// Whether a stamp over the signature was asked for: then it must be there.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub stamped: bool,
}

impl Predicate for Withdrawal {
    const TYPE: &'static str = "https://batchseal.dev/approval-withdrawal/v1";
}
