//! What the pages say about whose signatures these are and what dates them.

use serde::Serialize;

use crate::attestation::sigstore::TimeSource;
use crate::evidence::candidate::Candidate;
use crate::model::record::RECORD_SIGNED_ENTRY;
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
    /// Whether a company's certificate speaks for the pipeline.
    pub holder: bool,
    /// The signer in words, where it is known by a certificate.
    pub words: Option<String>,
    /// Whether a stamp lies in the record's bundle.
    pub stamped: bool,
    /// Everybody who signed the record, where there is more than one.
    pub further: Vec<RecordSigner>,
    /// When the record existed, and who says so; `None` while nothing but a clock does.
    pub recorded_at: Option<String>,
}

/// One of several who signed the record.
#[derive(Debug, Serialize)]
pub struct RecordSigner {
    /// Name in the trust file.
    pub name: String,
    /// Entry of the signature.
    pub entry: String,
    /// SHA-256 of the signer's key, where verifiers know it by its key.
    pub key: Option<String>,
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
            holder: signer.is_some_and(|known| matches!(known.identity, SignerIdentity::Certificate(_))),
            words: signer.filter(|_| key.is_none()).map(|known| plain(&known.identity.in_words())),
            stamped: candidate.record.origin().times.iter().any(|time| time.source == TimeSource::Stamp),
            further: further(candidate),
            recorded_at: first
                .map(|time| format!("{} ({} of {})", time.time, time.source.as_str(), plain(&time.anchor))),
        }
    }
}

fn further(candidate: &Candidate<'_>) -> Vec<RecordSigner> {
    let more = &candidate.countersignatures.verified;
    if more.is_empty() {
        return Vec::new();
    }
    let row = |entry: &str, name: &str| {
        let known = candidate.trust.signers.iter().find(|known| known.name == name);
        let key = known.and_then(|known| known.identity.key()).map(|key| key.sha256().to_hex());
        RecordSigner { name: plain(name), entry: entry.to_owned(), key }
    };
    let further = more.iter().map(|signed| row(signed.entry.as_str(), signed.statement.signer()));
    std::iter::once(row(RECORD_SIGNED_ENTRY, candidate.record.signer())).chain(further).collect()
}

/// Text that means nothing to Markdown or a shell.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || " -_./:@{}=,+".contains(c) { c } else { '?' }).collect()
}
