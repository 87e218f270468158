//! Public keys of pipelines: those of the closed list of algorithms that may sign statements.

use std::fmt;

use pkcs8::{DecodePublicKey, EncodePublicKey};
use signature::Verifier;

use super::algorithm::SignatureAlgorithm;
use super::base64;
use super::digest::Sha256Digest;
use super::ml_dsa::MlDsaKey;

/// ECDSA P-256 with SHA-256, ECDSA P-384 with SHA-384, Ed25519 (RFC 8032) or ML-DSA (FIPS 204).
#[derive(Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA over NIST P-256, SHA-256.
    P256(p256::ecdsa::VerifyingKey),
    /// ECDSA over NIST P-384, SHA-384.
    P384(p384::ecdsa::VerifyingKey),
    /// Ed25519.
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ML-DSA.
    MlDsa(MlDsaKey),
}

/// Text or bytes that are no accepted public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("public key is not accepted (expected a SubjectPublicKeyInfo of ECDSA P-256, ECDSA P-384, Ed25519 or ML-DSA)")]
pub struct KeyError;

/// A signature that does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("signature does not verify under the {algorithm} key {key_id}")]
pub struct SignatureError {
    algorithm: &'static str,
    key_id: String,
}

impl PublicKey {
    /// Parses `-----BEGIN PUBLIC KEY-----` (RFC 7468 section 13).
    ///
    /// # Errors
    /// [`KeyError`] for another form or algorithm.
    pub fn parse_pem(text: &str) -> Result<Self, KeyError> {
        let (label, der) = pkcs8::der::pem::decode_vec(text.trim().as_bytes()).map_err(|_| KeyError)?;
        if label == "PUBLIC KEY" { Self::parse_der(&der) } else { Err(KeyError) }
    }

    /// Parses a DER SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`KeyError`] for another form or algorithm.
    pub fn parse_der(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(der) {
            return Ok(Self::P256(key));
        }
        if let Ok(key) = p384::ecdsa::VerifyingKey::from_public_key_der(der) {
            return Ok(Self::P384(key));
        }
        if let Some(key) = MlDsaKey::parse_der(der) {
            return Ok(Self::MlDsa(key));
        }
        let key = ed25519_dalek::VerifyingKey::from_public_key_der(der).map_err(|_| KeyError)?;
        // Small-order keys let one signature fit many messages.
        if key.is_weak() { Err(KeyError) } else { Ok(Self::Ed25519(key)) }
    }

    /// DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let document = match self {
            Self::P256(key) => key.to_public_key_der(),
            Self::P384(key) => key.to_public_key_der(),
            Self::Ed25519(key) => key.to_public_key_der(),
            Self::MlDsa(key) => return key.to_der(),
        };
        document.map(|document| document.as_bytes().to_vec()).unwrap_or_default()
    }

    /// PEM SubjectPublicKeyInfo with a final newline.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let body = base64::encode(&self.to_der());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for line in body.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        pem
    }

    /// SHA-256 of the DER SubjectPublicKeyInfo: the identity of the key.
    #[must_use]
    pub fn sha256(&self) -> Sha256Digest {
        Sha256Digest::of(&self.to_der())
    }

    /// `ecdsa-p256`, `ecdsa-p384`, `ed25519`, or `ml-dsa-` with the parameter set.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::P256(_) => "ecdsa-p256",
            Self::P384(_) => "ecdsa-p384",
            Self::Ed25519(_) => "ed25519",
            Self::MlDsa(key) => key.algorithm().as_str(),
        }
    }

    /// The algorithm of its signatures over statements.
    #[must_use]
    pub const fn signature_algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::P256(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Self::P384(_) => SignatureAlgorithm::EcdsaP384Sha384,
            Self::Ed25519(_) => SignatureAlgorithm::Ed25519,
            Self::MlDsa(key) => key.algorithm(),
        }
    }

    /// Whether an ECDSA signature is the one of its pair with the lower `s`; its twin (r, n - s) verifies
    /// too, so only one of them may count where the bytes themselves are covered by nothing else.
    #[must_use]
    pub fn is_canonical(&self, signature: &[u8]) -> bool {
        match self {
            Self::P256(_) => p256::ecdsa::Signature::from_der(signature).is_ok_and(|s| s.normalize_s().is_none()),
            Self::P384(_) => p384::ecdsa::Signature::from_der(signature).is_ok_and(|s| s.normalize_s().is_none()),
            Self::Ed25519(_) | Self::MlDsa(_) => true,
        }
    }

    /// The canonical twin of a signature, in the same encoding.
    #[must_use]
    pub fn canonical(&self, signature: Vec<u8>) -> Vec<u8> {
        let lower = match self {
            Self::P256(_) => p256::ecdsa::Signature::from_der(&signature)
                .ok()
                .and_then(|s| s.normalize_s())
                .map(|s| s.to_der().as_bytes().to_vec()),
            Self::P384(_) => p384::ecdsa::Signature::from_der(&signature)
                .ok()
                .and_then(|s| s.normalize_s())
                .map(|s| s.to_der().as_bytes().to_vec()),
            Self::Ed25519(_) | Self::MlDsa(_) => None,
        };
        lower.unwrap_or(signature)
    }

    /// Verifies a signature: DER for ECDSA (RFC 3279 section 2.2.3), 64 bytes for Ed25519 (strict),
    /// the bytes of FIPS 204 for ML-DSA.
    ///
    /// # Errors
    /// [`SignatureError`] whenever it does not verify.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        let refused = || SignatureError { algorithm: self.algorithm(), key_id: self.sha256().to_string() };
        let verified =
            match self {
                Self::MlDsa(key) if key.verifies(message, signature) => return Ok(()),
                Self::MlDsa(_) => return Err(refused()),
                Self::P256(key) => p256::ecdsa::DerSignature::from_bytes(signature)
                    .and_then(|signature| key.verify(message, &signature)),
                Self::P384(key) => p384::ecdsa::DerSignature::from_bytes(signature)
                    .and_then(|signature| key.verify(message, &signature)),
                Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                    .and_then(|signature| key.verify_strict(message, &signature)),
            };
        verified.map_err(|_| refused())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm(), self.sha256())
    }
}
