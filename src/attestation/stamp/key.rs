//! Keys and signatures of stamps and of the certificates behind them: a closed list.
//!
//! ECDSA over P-256 and P-384 (RFC 5753, RFC 5480), RSA of 3072 to 8192 bits with PKCS #1 v1.5 or PSS
//! (RFC 5754, RFC 4056) and Ed25519 (RFC 8419), each with SHA-256, SHA-384 or SHA-512.

use std::fmt;

use der::asn1::{ObjectIdentifier, UintRef};
use der::{AnyRef, Decode, Encode, Tag};
use rustls_pki_types::{AlgorithmIdentifier, CertificateDer, SignatureVerificationAlgorithm, alg_id};
use webpki::{EndEntityCert, aws_lc_rs as algorithms};
use x509_cert::Certificate;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::model::algorithm::SignatureAlgorithm;
use crate::model::ml_dsa::MlDsaKey;

use super::error::StampError;
use super::hash::StampHash;
use super::oid;
use super::signer::{Signer, subject};
use super::token::SignerInfo;
use super::walk::Walk;

/// Bounds of an RSA modulus, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 3072..=8192;

/// Kind of an accepted key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    P256,
    P384,
    Rsa,
    Ed25519,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "ECDSA P-256",
            Self::P384 => "ECDSA P-384",
            Self::Rsa => "RSA",
            Self::Ed25519 => "Ed25519",
        })
    }
}

impl Key {
    /// The kind of a certificate's key, if it is on the list.
    pub(super) fn of(certificate: &Certificate) -> Result<Self, StampError> {
        let key = &certificate.tbs_certificate.subject_public_key_info;
        let refused = |got: String| StampError::Key { subject: subject(certificate), got };
        match (key.algorithm.oid, key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok())) {
            (oid::EC_PUBLIC_KEY, Some(oid::P256)) => Ok(Self::P256),
            (oid::EC_PUBLIC_KEY, Some(oid::P384)) => Ok(Self::P384),
            (oid::EC_PUBLIC_KEY, curve) => Err(refused(format!("ECDSA over {}", named(curve)))),
            (oid::RSA_ENCRYPTION, _) => match rsa_bits(key) {
                Some(bits) if RSA_BITS.contains(&bits) => Ok(Self::Rsa),
                Some(bits) => Err(refused(format!("RSA of {bits} bits"))),
                None => Err(refused("RSA of an unreadable form".to_owned())),
            },
            (oid::ED25519, None) => Ok(Self::Ed25519),
            (other, _) => Err(refused(other.to_string())),
        }
    }
}

fn named(curve: Option<ObjectIdentifier>) -> String {
    curve.map_or_else(|| "a curve without a name".to_owned(), |curve| format!("the curve {curve}"))
}

fn rsa_bits(key: &SubjectPublicKeyInfoOwned) -> Option<usize> {
    let bytes = key.subject_public_key.as_bytes()?;
    let mut walk = Walk::new("RSA key", Walk::only("RSA key", bytes, Tag::Sequence).ok()?.content);
    let modulus = UintRef::from_der(walk.take(Tag::Integer).ok()?.whole).ok()?;
    let first = modulus.as_bytes().first()?;
    Some(modulus.as_bytes().len() * 8 - usize::try_from(first.leading_zeros()).ok()?)
}

/// What a key, a digest and an algorithm identifier are verified with.
type Scheme = (Key, StampHash, &'static dyn SignatureVerificationAlgorithm);

static SCHEMES: [Scheme; 16] = [
    (Key::P256, StampHash::Sha256, algorithms::ECDSA_P256_SHA256),
    (Key::P256, StampHash::Sha384, algorithms::ECDSA_P256_SHA384),
    (Key::P256, StampHash::Sha512, algorithms::ECDSA_P256_SHA512),
    (Key::P384, StampHash::Sha256, algorithms::ECDSA_P384_SHA256),
    (Key::P384, StampHash::Sha384, algorithms::ECDSA_P384_SHA384),
    (Key::P384, StampHash::Sha512, algorithms::ECDSA_P384_SHA512),
    (Key::Rsa, StampHash::Sha256, algorithms::RSA_PKCS1_2048_8192_SHA256),
    (Key::Rsa, StampHash::Sha384, algorithms::RSA_PKCS1_2048_8192_SHA384),
    (Key::Rsa, StampHash::Sha512, algorithms::RSA_PKCS1_2048_8192_SHA512),
    (Key::Rsa, StampHash::Sha256, algorithms::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS),
    (Key::Rsa, StampHash::Sha384, algorithms::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS),
    (Key::Rsa, StampHash::Sha512, algorithms::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS),
    (Key::Rsa, StampHash::Sha256, algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY),
    (Key::Rsa, StampHash::Sha384, algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY),
    (Key::Rsa, StampHash::Sha512, algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY),
    // With signed attributes Ed25519 goes with SHA-512 (RFC 8419, 2.3).
    (Key::Ed25519, StampHash::Sha512, algorithms::ED25519),
];

/// The algorithms that certificates may be signed with: the same list.
pub(super) fn certificate_algorithms() -> Vec<&'static dyn SignatureVerificationAlgorithm> {
    SCHEMES.iter().map(|(_, _, algorithm)| *algorithm).collect()
}

/// The algorithm that an RSA signature has which is only said to be "RSA" (RFC 3370, 3.2; RFC 5754, 3.2).
fn rsa_with(hash: StampHash) -> AlgorithmIdentifier {
    match hash {
        StampHash::Sha256 => alg_id::RSA_PKCS1_SHA256,
        StampHash::Sha384 => alg_id::RSA_PKCS1_SHA384,
        StampHash::Sha512 => alg_id::RSA_PKCS1_SHA512,
    }
}

/// The word of the closed list.
fn listed(key: Key, hash: StampHash) -> SignatureAlgorithm {
    match (key, hash) {
        (Key::P256, StampHash::Sha256) => SignatureAlgorithm::EcdsaP256Sha256,
        (Key::P256, StampHash::Sha384) => SignatureAlgorithm::EcdsaP256Sha384,
        (Key::P256, StampHash::Sha512) => SignatureAlgorithm::EcdsaP256Sha512,
        (Key::P384, StampHash::Sha256) => SignatureAlgorithm::EcdsaP384Sha256,
        (Key::P384, StampHash::Sha384) => SignatureAlgorithm::EcdsaP384Sha384,
        (Key::P384, StampHash::Sha512) => SignatureAlgorithm::EcdsaP384Sha512,
        (Key::Rsa, StampHash::Sha256) => SignatureAlgorithm::RsaSha256,
        (Key::Rsa, StampHash::Sha384) => SignatureAlgorithm::RsaSha384,
        (Key::Rsa, StampHash::Sha512) => SignatureAlgorithm::RsaSha512,
        (Key::Ed25519, _) => SignatureAlgorithm::Ed25519,
    }
}

/// The algorithm that `certificate` was signed with by the key of `issuer`; words after "certificate is" where that
/// is none of the closed list. The signature itself is not verified here.
pub(in crate::attestation) fn certificate_algorithm(
    certificate: &Certificate,
    issuer: &Certificate,
) -> Result<SignatureAlgorithm, String> {
    let spki = issuer.tbs_certificate.subject_public_key_info.to_der().unwrap_or_default();
    let key = MlDsaKey::parse_der(&spki);
    if let Some(key) = key {
        return Ok(key.algorithm());
    }
    let kind = Key::of(issuer).map_err(|error| format!("issued by a key that is not accepted ({error})"))?;
    let stated = certificate.signature_algorithm.to_der().unwrap_or_default();
    let stated = AnyRef::from_der(&stated).map(|identifier| identifier.value().to_vec()).unwrap_or_default();
    let found = SCHEMES.iter().find(|(key, _, by)| *key == kind && &*by.signature_alg_id() == stated.as_slice());
    found.map(|(key, hash, _)| listed(*key, *hash)).ok_or_else(|| {
        let got = oid::name_of(certificate.signature_algorithm.oid);
        format!("signed with {got} by a key of {kind}, which is not on the list")
    })
}

/// Verifies the signature over the signed attributes; gives its algorithm.
pub(super) fn verify(
    signer: &Signer<'_>,
    info: &SignerInfo<'_>,
    message: &[u8],
) -> Result<SignatureAlgorithm, StampError> {
    // Parameters count too: PSS with another salt or mask than its digest's is another algorithm.
    let plain_rsa = [&*alg_id::RSA_ENCRYPTION, &alg_id::RSA_ENCRYPTION[..alg_id::RSA_ENCRYPTION.len() - 2]];
    let generic = rsa_with(info.digest);
    let stated = if plain_rsa.contains(&info.algorithm) { &*generic } else { info.algorithm };
    let found = SCHEMES.iter().find(|(key, hash, algorithm)| {
        *key == signer.key && *hash == info.digest && &*algorithm.signature_alg_id() == stated
    });
    let Some((key, hash, algorithm)) = found else {
        let got = Walk::new("signature algorithm", info.algorithm).decode::<ObjectIdentifier>()?;
        return Err(StampError::SignatureAlgorithm {
            got: oid::name_of(got),
            key: signer.key.to_string(),
            hash: info.digest,
        });
    };
    let der = CertificateDer::from(signer.der);
    let certificate = EndEntityCert::try_from(&der).map_err(|error| StampError::SignerCertificate {
        subject: subject(&signer.certificate),
        reason: error.to_string(),
    })?;
    certificate.verify_signature(*algorithm, message, info.signature).map_err(|_| StampError::Signature)?;
    Ok(listed(*key, *hash))
}

#[cfg(test)]
mod tests {
    use der::Decode;
    use rustls_pki_types::alg_id;
    use x509_cert::Certificate;

    use super::super::token::SignerId;
    use super::{Key, Signer, SignerInfo, StampError, StampHash, verify};

    const CERTIFICATE: &[u8] = include_bytes!("../../../tests/fixtures/stamps/ed25519-signer.der");
    const SIGNATURE: &[u8] = include_bytes!("../../../tests/fixtures/stamps/ed25519.sig");
    const MESSAGE: &[u8] = include_bytes!("../../../tests/fixtures/stamps/message.txt");

    #[test]
    fn accepts_ed25519_with_sha512_only_and_over_its_message_only() {
        let certificate = Certificate::from_der(CERTIFICATE).expect("certificate");
        let key = Key::of(&certificate).expect("key");
        assert_eq!(key, Key::Ed25519);
        let signer = Signer { der: CERTIFICATE, certificate, key };
        let info = |digest, algorithm| SignerInfo {
            id: SignerId::KeyId(&[]),
            digest,
            attributes: &[],
            algorithm,
            signature: SIGNATURE,
        };
        let good = info(StampHash::Sha512, &*alg_id::ED25519);
        assert_eq!(verify(&signer, &good, MESSAGE), Ok(super::SignatureAlgorithm::Ed25519));
        assert_eq!(verify(&signer, &good, b"other"), Err(StampError::Signature));
        for bad in [info(StampHash::Sha256, &*alg_id::ED25519), info(StampHash::Sha512, &*alg_id::ECDSA_SHA512)] {
            assert!(matches!(verify(&signer, &bad, MESSAGE), Err(StampError::SignatureAlgorithm { .. })), "{bad:?}");
        }
    }
}
