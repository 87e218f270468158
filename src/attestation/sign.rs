//! Signing: a statement is frozen to bytes once, signed, and never serialized again.

use crate::model::digest::Sha256Digest;
use crate::model::json::JsonError;
use crate::model::key::PublicKey;
use crate::model::statement::{PAYLOAD_TYPE, Predicate, Statement};

use super::dsse;
use super::sigstore_bundle::{LogEntry, Material, SigstoreBundle, encode_message};

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

impl<S: Signer + ?Sized> Signer for Box<S> {
    fn public_key(&self) -> &PublicKey {
        (**self).public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        (**self).sign(message)
    }

    fn certificates(&self) -> Vec<Vec<u8>> {
        (**self).certificates()
    }

    fn witness(&self, signed: Signed<'_>) -> Result<Witness, SignerError> {
        (**self).witness(signed)
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
    let (signature, material, witness) = signed(&statement, &message, signer)?;
    let bundle = SigstoreBundle {
        material,
        log_entries: witness.log_entries,
        stamps: witness.stamps,
        payload: statement,
        signature,
    };
    Ok(Attestation { bundle: bundle.encode()?, statement: bundle.payload })
}

/// Signs a file's bytes as they are: a Sigstore bundle with a message signature, which is no attestation.
///
/// # Errors
/// [`AttestError`].
pub fn sign_message(message: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, AttestError> {
    let (signature, material, witness) = signed(message, message, signer)?;
    Ok(encode_message(&material, &witness, Sha256Digest::of(message), &signature)?)
}

/// A signature that verifies, what is claimed to have made it, and what others say about it.
fn signed(payload: &[u8], message: &[u8], signer: &dyn Signer) -> Result<(Vec<u8>, Material, Witness), AttestError> {
    let signature = signer.public_key().canonical(signer.sign(message)?);
    signer.public_key().verify(message, &signature)?;
    let witness = signer.witness(Signed { payload, message, signature: &signature })?;
    let certificates = signer.certificates();
    let material = if certificates.is_empty() {
        Material::Key(signer.public_key().sha256())
    } else {
        Material::Certificates(certificates)
    };
    Ok((signature, material, witness))
}
