//! Private keys of pipelines: PKCS#8 (RFC 5958) in PEM (RFC 7468), plain or encrypted with PBES2 (RFC 8018).
//!
//! Three algorithms and no others: ECDSA P-256 and P-384 with deterministic nonces (RFC 6979), and
//! Ed25519 (RFC 8032). Secrets are wiped when dropped and stand in no message.

use std::fmt;

use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncodePrivateKey, EncryptedPrivateKeyInfo, LineEnding, ObjectIdentifier, PrivateKeyInfo, SecretDocument};
use rand_core::{OsRng, RngCore};
use signature::Signer as _;
use zeroize::Zeroizing;

use crate::attestation::sign::{Signer, SignerError};
use crate::model::key::PublicKey;

use super::pipeline_key_error::PipelineKeyError;

/// Largest PEM text that is looked at, in bytes.
pub const MAX_PEM: u64 = 64 * 1024;

const PLAIN: &str = "PRIVATE KEY";
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";

const ID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ID_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const ID_P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The algorithms that a pipeline may sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// ECDSA over NIST P-256 with SHA-256.
    P256,
    /// ECDSA over NIST P-384 with SHA-384.
    P384,
    /// Ed25519.
    Ed25519,
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

/// A pipeline's private key. It can sign; it cannot be shown.
pub struct PipelineKey {
    secret: Secret,
    public: PublicKey,
}

impl PipelineKey {
    /// A new random key from the operating system's generator.
    #[must_use]
    pub fn generate(algorithm: KeyAlgorithm) -> Self {
        Self::of(match algorithm {
            KeyAlgorithm::P256 => Secret::P256(p256::ecdsa::SigningKey::random(&mut OsRng)),
            KeyAlgorithm::P384 => Secret::P384(p384::ecdsa::SigningKey::random(&mut OsRng)),
            KeyAlgorithm::Ed25519 => Secret::Ed25519(ed25519_dalek::SigningKey::generate(&mut OsRng)),
        })
    }

    /// Reads `PRIVATE KEY` or, with the passphrase, `ENCRYPTED PRIVATE KEY`.
    ///
    /// # Errors
    /// [`PipelineKeyError`] for another form or algorithm, a missing or wrong passphrase. No error
    /// holds anything of the key or the passphrase.
    pub fn from_pem(pem: &[u8], passphrase: Option<&str>) -> Result<Self, PipelineKeyError> {
        let text = std::str::from_utf8(pem).map_err(|_| PipelineKeyError::NotPem)?.trim();
        let label = label_of(text).ok_or(PipelineKeyError::NotPem)?;
        if label != PLAIN && label != ENCRYPTED {
            return Err(PipelineKeyError::of_label(label));
        }
        let (_, der) = pkcs8::der::pem::decode_vec(text.as_bytes()).map_err(|_| PipelineKeyError::Damaged)?;
        let der = Zeroizing::new(der);
        if label == PLAIN {
            return Self::from_der(&der);
        }
        let passphrase = passphrase.filter(|text| !text.is_empty()).ok_or(PipelineKeyError::PassphraseNeeded)?;
        Self::from_der(decrypt(&der, passphrase)?.as_bytes())
    }

    fn from_der(der: &[u8]) -> Result<Self, PipelineKeyError> {
        let info = PrivateKeyInfo::from_der(der).map_err(|_| PipelineKeyError::Damaged)?;
        let damaged = |_| PipelineKeyError::Damaged;
        let curve = info.algorithm.parameters_oid().ok();
        Ok(Self::of(match (info.algorithm.oid, curve) {
            (ID_EC, Some(ID_P256)) => Secret::P256(info.try_into().map_err(damaged)?),
            (ID_EC, Some(ID_P384)) => Secret::P384(info.try_into().map_err(damaged)?),
            (ID_ED25519, _) => Secret::Ed25519(info.try_into().map_err(damaged)?),
            (algorithm, curve) => return Err(PipelineKeyError::of_algorithm(algorithm, curve)),
        }))
    }

    fn of(secret: Secret) -> Self {
        let public = match &secret {
            Secret::P256(key) => PublicKey::P256(*key.verifying_key()),
            Secret::P384(key) => PublicKey::P384(*key.verifying_key()),
            Secret::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
        };
        Self { secret, public }
    }

    /// Writes PKCS#8 PEM, encrypted when a passphrase is given (scrypt, AES-256-CBC).
    ///
    /// # Errors
    /// [`PipelineKeyError::Encode`] when it cannot be encoded or encrypted.
    pub fn to_pkcs8_pem(&self, passphrase: Option<&str>) -> Result<Zeroizing<String>, PipelineKeyError> {
        let der = self.to_der().ok_or(PipelineKeyError::Encode)?;
        let (label, document) = match passphrase {
            None => (PLAIN, der),
            Some(passphrase) => (ENCRYPTED, encrypt(&der, passphrase).ok_or(PipelineKeyError::Encode)?),
        };
        document.to_pem(label, LineEnding::LF).map_err(|_| PipelineKeyError::Encode)
    }

    fn to_der(&self) -> Option<SecretDocument> {
        match &self.secret {
            Secret::P256(key) => key.to_pkcs8_der().ok(),
            Secret::P384(key) => key.to_pkcs8_der().ok(),
            // Version 1 of the structure, without the public key: older OpenSSL reads no other for Ed25519.
            Secret::Ed25519(key) => {
                let seed = Zeroizing::new(key.to_bytes());
                let mut octets = Zeroizing::new(vec![0x04, 0x20]);
                octets.extend_from_slice(&*seed);
                let algorithm = AlgorithmIdentifierRef { oid: ID_ED25519, parameters: None };
                SecretDocument::encode_msg(&PrivateKeyInfo::new(algorithm, &octets)).ok()
            }
        }
    }
}

impl Signer for PipelineKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signed = match &self.secret {
            Secret::P256(key) => {
                key.try_sign(message).map(|signed: p256::ecdsa::DerSignature| signed.as_bytes().to_vec())
            }
            Secret::P384(key) => {
                key.try_sign(message).map(|signed: p384::ecdsa::DerSignature| signed.as_bytes().to_vec())
            }
            Secret::Ed25519(key) => key.try_sign(message).map(|signed| signed.to_bytes().to_vec()),
        };
        signed.map_err(|_| SignerError::Key(format!("{} refused the message", self.public.algorithm())))
    }
}

impl fmt::Debug for PipelineKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "private key of {:?}", self.public)
    }
}

/// `LABEL` of the first `-----BEGIN LABEL-----` line.
fn label_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
}

fn decrypt(der: &[u8], passphrase: &str) -> Result<SecretDocument, PipelineKeyError> {
    let envelope = EncryptedPrivateKeyInfo::from_der(der).map_err(|_| PipelineKeyError::Encryption)?;
    let kdf = &envelope.encryption_algorithm.pbes2().ok_or(PipelineKeyError::Encryption)?.kdf;
    if !is_bearable(kdf) {
        return Err(PipelineKeyError::Encryption);
    }
    envelope.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. }) => {
            PipelineKeyError::Encryption
        }
        _ => PipelineKeyError::PassphraseWrong,
    })
}

/// A damaged or hostile file must not make us derive for hours or fill the memory.
fn is_bearable(kdf: &pbes2::Kdf<'_>) -> bool {
    match kdf {
        pbes2::Kdf::Pbkdf2(params) => params.iteration_count <= 10_000_000,
        pbes2::Kdf::Scrypt(params) => {
            let memory = params.cost_parameter.saturating_mul(u64::from(params.block_size)).saturating_mul(128);
            params.cost_parameter.is_power_of_two()
                && params.cost_parameter > 1
                && memory <= 1 << 30
                && (1..=64).contains(&params.parallelization)
        }
        _ => false,
    }
}

/// N = 2^14, r = 8, p = 5: as strong as N = 2^17, p = 1 (OWASP Password Storage Cheat Sheet), and
/// within the 32 MiB that OpenSSL grants to scrypt, so that `openssl pkey` reads the file.
fn encrypt(der: &SecretDocument, passphrase: &str) -> Option<SecretDocument> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    OsRng.try_fill_bytes(&mut salt).ok()?;
    OsRng.try_fill_bytes(&mut iv).ok()?;
    let cost = scrypt::Params::new(14, 8, 5, 32).ok()?;
    let parameters = pbes2::Parameters::scrypt_aes256cbc(cost, &salt, &iv).ok()?;
    let encrypted = parameters.encrypt(passphrase, der.as_bytes()).ok()?;
    let envelope = EncryptedPrivateKeyInfo { encryption_algorithm: parameters.into(), encrypted_data: &encrypted };
    SecretDocument::try_from(envelope.to_der().ok()?).ok()
}
