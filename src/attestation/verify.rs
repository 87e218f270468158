//! Verification of one pipeline attestation, in this order:
//!
//! 1. the Sigstore bundle is read strictly (one statement, one signature);
//! 2. the key named by the hint is one of the verifier's signers;
//! 3. the signature over the PAE verifies under that key, and is the canonical one of its pair;
//! 4. the signer may sign this kind of statement, and its window covers the day;
//! 5. the payload is an in-toto Statement v1 of exactly the expected predicate type;
//! 6. `batch.json` is a subject with the digest of the batch being judged.
//!
//! Trusted time is not known here: the day comes from the caller, who knows whether it is trusted.

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::key::SignatureError;
use crate::model::statement::{PAYLOAD_TYPE, Predicate, Statement, StatementError};
use crate::policy::trust::{StatementKind, Trust, TrustedSigner};

use super::dsse;
use super::sigstore_bundle::{Material, SigstoreBundle, SigstoreBundleError};
use super::verified::Verified;

/// Why an attestation is not believed.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// Step 1.
    #[error(transparent)]
    Bundle(#[from] SigstoreBundleError),
    /// Material that this version cannot verify.
    #[error("verification material holds {0}, which this version cannot verify")]
    Unsupported(&'static str),
    /// Step 2.
    #[error("signed by a key that the trust file does not name (got {got}, expected one of {known} signers)")]
    UnknownSigner {
        /// SHA-256 of the key in the hint.
        got: Sha256Digest,
        /// Number of signers in the trust file.
        known: usize,
    },
    /// Step 3.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Step 3: the other signature of an ECDSA pair.
    #[error("signature is not the canonical one of its pair (expected the lower s)")]
    Malleable,
    /// Step 4.
    #[error("signer {signer:?} may not sign {kind} statements")]
    MayNotSign {
        /// Name in the trust file.
        signer: String,
        /// Kind of statement.
        kind: &'static str,
    },
    /// Step 4.
    #[error("signer {signer:?} is {refusal}")]
    Window {
        /// Name in the trust file.
        signer: String,
        /// What the window says.
        refusal: String,
    },
    /// Step 5.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Step 6.
    #[error("statement is not bound to this batch (its subject batch.json has {got}, expected {expected})")]
    OtherBatch {
        /// Digest in the statement, or `no digest`.
        got: String,
        /// Digest of `batch.json`.
        expected: Sha256Digest,
    },
}

/// What an attestation is judged against.
#[derive(Debug, Clone, Copy)]
pub struct Anchor<'a> {
    /// The verifier's trust file.
    pub trust: &'a Trust,
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// Day (`YYYY-MM-DD`, UTC) at which keys must be valid.
    pub day: &'a str,
}

/// Verifies a Sigstore bundle and returns its statement.
///
/// # Errors
/// [`VerificationError`] with the first step that fails.
pub fn verify<P: Predicate>(
    bundle: &[u8],
    kind: StatementKind,
    anchor: Anchor<'_>,
) -> Result<Verified<Statement<P>>, VerificationError> {
    let parsed = SigstoreBundle::decode(bundle)?;
    let signer = signer_of(&parsed, anchor.trust)?;
    signer.key.verify(&dsse::pae(PAYLOAD_TYPE, &parsed.payload), &parsed.signature)?;
    if !signer.key.is_canonical(&parsed.signature) {
        return Err(VerificationError::Malleable);
    }
    authorise(signer, kind, anchor.day)?;
    let statement = Statement::<P>::decode(&parsed.payload)?;
    bind(statement.subject_digest(BATCH_ENTRY), anchor.batch_sha256)?;
    Ok(Verified::new(statement, signer.name.clone(), Sha256Digest::of(&parsed.payload), Sha256Digest::of(bundle)))
}

fn signer_of<'a>(bundle: &SigstoreBundle, trust: &'a Trust) -> Result<&'a TrustedSigner, VerificationError> {
    if !bundle.log_entries.is_empty() {
        return Err(VerificationError::Unsupported("transparency log entries"));
    }
    if !bundle.stamps.is_empty() {
        return Err(VerificationError::Unsupported("RFC 3161 timestamps"));
    }
    let Material::Key(hint) = bundle.material else {
        return Err(VerificationError::Unsupported("certificates"));
    };
    trust
        .signers
        .iter()
        .find(|signer| signer.key.sha256() == hint)
        .ok_or(VerificationError::UnknownSigner { got: hint, known: trust.signers.len() })
}

fn authorise(signer: &TrustedSigner, kind: StatementKind, day: &str) -> Result<(), VerificationError> {
    if !signer.may_sign.contains(&kind) {
        return Err(VerificationError::MayNotSign { signer: signer.name.clone(), kind: kind.as_str() });
    }
    match signer.window.refusal(day) {
        Some(refusal) => Err(VerificationError::Window { signer: signer.name.clone(), refusal }),
        None => Ok(()),
    }
}

fn bind(got: Option<Sha256Digest>, expected: Sha256Digest) -> Result<(), VerificationError> {
    if got == Some(expected) {
        return Ok(());
    }
    let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
    Err(VerificationError::OtherBatch { got, expected })
}
