//! Signing: a statement is frozen to bytes once, signed, and never serialized again.

use crate::model::digest::Sha256Digest;
use crate::model::json::JsonError;
use crate::model::key::PublicKey;
use crate::model::statement::{PAYLOAD_TYPE, Predicate, Statement};

use super::dsse;
use super::sigstore_bundle::SigstoreBundle;

/// Something that holds a private key.
pub trait Signer: Sync {
    /// The matching public key.
    fn public_key(&self) -> &PublicKey;

    /// Signs a message: DER for ECDSA, 64 bytes for Ed25519.
    ///
    /// # Errors
    /// [`SignerError`] when the key store refuses.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// A key store that did not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("signing key did not sign: {0}")]
pub struct SignerError(pub String);

/// Why no attestation was made.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// The statement cannot be written as JSON.
    #[error("statement cannot be frozen: {0}")]
    Json(#[from] JsonError),
    /// The key store refused.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The signature just made does not verify.
    #[error("signature just made does not verify: {0}")]
    SelfCheck(#[from] crate::model::key::SignatureError),
}

/// A signed statement: the frozen bytes and the Sigstore bundle around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The statement.
    pub statement: Vec<u8>,
    /// The Sigstore bundle.
    pub bundle: Vec<u8>,
}

impl Attestation {
    /// SHA-256 of the Sigstore bundle.
    #[must_use]
    pub fn sha256(&self) -> Sha256Digest {
        Sha256Digest::of(&self.bundle)
    }
}

/// Freezes and signs a statement, and checks the signature before anyone relies on it.
///
/// # Errors
/// [`AttestError`].
pub fn attest<P: Predicate + Clone>(statement: &Statement<P>, signer: &dyn Signer) -> Result<Attestation, AttestError> {
    attest_bytes(statement.encode()?, signer)
}

/// Signs a statement that is frozen already.
///
/// # Errors
/// [`AttestError`].
pub fn attest_bytes(statement: Vec<u8>, signer: &dyn Signer) -> Result<Attestation, AttestError> {
    let message = dsse::pae(PAYLOAD_TYPE, &statement);
    let signature = signer.public_key().canonical(signer.sign(&message)?);
    signer.public_key().verify(&message, &signature)?;
    let bundle = SigstoreBundle { key_hint: signer.public_key().sha256(), payload: statement, signature };
    Ok(Attestation { bundle: bundle.encode()?, statement: bundle.payload })
}
