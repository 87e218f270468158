//! The seal: the last attestation, whose subjects are every other entry of the evidence bundle.

use serde::{Deserialize, Serialize};

use super::batch::SchemaVersion;
use super::digest::Sha256Digest;
use super::name::{DeviceName, Version};
use super::record::ToolIdentity;
use super::statement::Predicate;
use super::time::Timestamp;

/// Entry name of the seal.
pub const SEAL_ENTRY: &str = "seal.sigstore.json";

/// Predicate of the seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Seal {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Device sealed.
    pub device: DeviceName,
    /// Version sealed.
    pub version: Version,
    /// Status of the batch from here on (ISO 13485:2016 7.5.8).
    pub status: Status,
    /// SHA-256 of the record sealed.
    pub record_sha256: Sha256Digest,
    /// When, by the sealing machine's clock.
    pub sealed_at: Timestamp,
    /// The sealing tool.
    pub tool: ToolIdentity,
}

impl Predicate for Seal {
    const TYPE: &'static str = "https://batchseal.dev/seal/v1";
}

/// Status of a sealed batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The release gate passed.
    Released,
    /// The release gate failed or a person rejected the batch; never verifies as released.
    Rejected,
}

impl Status {
    /// The word used in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::Rejected => "rejected",
        }
    }
}
