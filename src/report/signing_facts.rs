//! What the pages say of who signed the record, and when.

use crate::attestation::verified::Origin;
use crate::policy::trust::Trust;

/// Signer and trusted times of the record.
#[derive(Debug, serde::Serialize)]
pub struct SigningFacts {
    /// SHA-256 of the key that made the pipeline's signatures.
    pub pipeline_key: Option<String>,
    /// Whether that key is Ed25519, which openssl verifies with other options.
    pub pipeline_ed25519: bool,
    /// The signer in words, where it is known by a certificate.
    pub pipeline_words: Option<String>,
    /// Trusted times, each with who vouches for it.
    pub recorded_at: Vec<String>,
}

impl SigningFacts {
    /// Of a verified record.
    pub(super) fn of(origin: &Origin, trust: &Trust) -> Self {
        let identity = trust.signers.iter().find(|known| known.name == origin.signer).map(|signer| &signer.identity);
        let key = identity.and_then(|identity| identity.key());
        Self {
            pipeline_key: key.map(|key| key.sha256().to_hex()),
            pipeline_ed25519: key.is_some_and(|key| key.algorithm() == "ed25519"),
            pipeline_words: identity.filter(|_| key.is_none()).map(|identity| plain(&identity.in_words())),
            recorded_at: origin
                .times
                .iter()
                .map(|time| format!("{} by {} {}", time.time, time.source.as_str(), plain(&time.anchor)))
                .collect(),
        }
    }
}

/// Text that means nothing to Markdown or a shell.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || " -_./:@{}=,+".contains(c) { c } else { '?' }).collect()
}
