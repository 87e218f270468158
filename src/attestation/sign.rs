//! Signing: a statement is frozen to bytes once, signed, and never serialized again.

use crate::model::digest::Sha256Digest;
use crate::model::json::JsonError;
use crate::model::key::PublicKey;
use crate::model::statement::{PAYLOAD_TYPE, Predicate, Statement};

use super::dsse;
use super::sigstore_bundle::{LogEntry, Material, SigstoreBundle};

/// Something that holds a private key.
pub trait Signer: Sync {
    /// The matching public key.
    fn public_key(&self) -> &PublicKey;

    /// Signs a message: DER for ECDSA, 64 bytes for Ed25519.
    ///
    /// # Errors
    /// [`SignerError`] when the key store refuses.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;

    /// X.509 certificates of the key, DER, its own first, without the root; none for a key that verifiers hold.
    fn certificates(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// What others say about the signature just made: log entries and stamps.
    ///
    /// # Errors
    /// [`SignerError`] when a service that was asked for gave nothing.
    fn witness(&self, _signed: Signed<'_>) -> Result<Witness, SignerError> {
        Ok(Witness::default())
    }
}

/// A signature just made, and what it is of.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The statement's bytes (the envelope's payload).
    pub payload: &'a [u8],
    /// What was signed: the PAE of the payload.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
}

/// Log entries and stamps over one signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// Entries of transparency logs.
    pub log_entries: Vec<LogEntry>,
    /// RFC 3161 TimeStampResps, DER, over the signature's bytes.
    pub stamps: Vec<Vec<u8>>,
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignerError {
    /// The key store refused.
    #[error("signing key did not sign: {0}")]
    Key(String),
    /// There is no identity token that may be used; no service was asked with one.
    #[error("{0}")]
    Identity(String),
    /// A remote service (certificate authority, log, timestamp authority) refused or was out of reach.
    #[error("{0}")]
    Service(String),
}

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
    let witness = signer.witness(Signed { payload: &statement, message: &message, signature: &signature })?;
    let certificates = signer.certificates();
    let material = if certificates.is_empty() {
        Material::Key(signer.public_key().sha256())
    } else {
        Material::Certificates(certificates)
    };
    let bundle = SigstoreBundle {
        material,
        log_entries: witness.log_entries,
        stamps: witness.stamps,
        payload: statement,
        signature,
    };
    Ok(Attestation { bundle: bundle.encode()?, statement: bundle.payload })
}
