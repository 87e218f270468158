//! What the pages say about whose signatures these are and what dates them.

use serde::Serialize;

use crate::evidence::candidate::Candidate;
use crate::policy::identity::SignerIdentity;

/// Signer and date of the record.
#[derive(Debug, Serialize)]
pub struct SigningRow {
    /// SHA-256 of the pipeline's key, where verifiers know it by its key.
    pub key: Option<String>,
    /// Whether that key is an Ed25519 one, which OpenSSL verifies by another command.
    pub ed25519: bool,
    /// Whether a Sigstore instance vouches for the pipeline.
    pub workload: bool,
    /// When the record existed, and who says so; `None` while nothing but a clock does.
    pub recorded_at: Option<String>,
}

impl SigningRow {
    /// Of a candidate's record.
    #[must_use]
    pub(super) fn of(candidate: &Candidate<'_>) -> Self {
        let signer = candidate.trust.signers.iter().find(|known| known.name == candidate.record.signer());
        let key = signer.and_then(|known| known.identity.key());
        let first = candidate.record.origin().times.iter().min();
        Self {
            key: key.map(|key| key.sha256().to_hex()),
            ed25519: key.is_some_and(|key| key.algorithm() == "ed25519"),
            workload: signer.is_some_and(|known| matches!(known.identity, SignerIdentity::Keyless(_))),
            recorded_at: first.map(|time| format!("{} ({})", time.time, time.source.as_str())),
        }
    }
}
