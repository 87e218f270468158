//! Public keys of ML-DSA (FIPS 204) as SubjectPublicKeyInfo (RFC 9881), and their signatures.
//!
//! Pure ML-DSA without a context, as the DSSE and X.509 profiles use it. The arithmetic is that of AWS-LC.

use pkcs8::ObjectIdentifier;
use pkcs8::spki::SubjectPublicKeyInfoRef;
use rustls_pki_types::{AlgorithmIdentifier, alg_id};
use sigstore_crypto::WEBPKI_VERIFICATION_ALGS;

use super::algorithm::SignatureAlgorithm;

/// A parameter set: its number, its name, sizes of key and signature in bytes.
struct Parameters {
    oid: ObjectIdentifier,
    algorithm: SignatureAlgorithm,
    key: usize,
    signature: usize,
    verified_by: AlgorithmIdentifier,
}

const fn parameters(
    oid: &str,
    algorithm: SignatureAlgorithm,
    sizes: (usize, usize),
    id: AlgorithmIdentifier,
) -> Parameters {
    Parameters { oid: ObjectIdentifier::new_unwrap(oid), algorithm, key: sizes.0, signature: sizes.1, verified_by: id }
}

/// FIPS 204 section 4, table 2; numbers of NIST's `sigAlgs` arc.
static SETS: [Parameters; 3] = [
    parameters("2.16.840.1.101.3.4.3.17", SignatureAlgorithm::MlDsa44, (1312, 2420), alg_id::ML_DSA_44),
    parameters("2.16.840.1.101.3.4.3.18", SignatureAlgorithm::MlDsa65, (1952, 3309), alg_id::ML_DSA_65),
    parameters("2.16.840.1.101.3.4.3.19", SignatureAlgorithm::MlDsa87, (2592, 4627), alg_id::ML_DSA_87),
];

/// An ML-DSA public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MlDsaKey {
    algorithm: SignatureAlgorithm,
    key: Vec<u8>,
    der: Vec<u8>,
}

impl MlDsaKey {
    /// Reads a DER SubjectPublicKeyInfo; `None` for any other key.
    #[must_use]
    pub fn parse_der(der: &[u8]) -> Option<Self> {
        let spki = SubjectPublicKeyInfoRef::try_from(der).ok()?;
        let set = SETS.iter().find(|set| set.oid == spki.algorithm.oid)?;
        let key = spki.subject_public_key.as_bytes()?;
        (spki.algorithm.parameters.is_none() && key.len() == set.key).then(|| Self {
            algorithm: set.algorithm,
            key: key.to_vec(),
            der: der.to_vec(),
        })
    }

    /// The parameter set.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// DER SubjectPublicKeyInfo.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        self.der.clone()
    }

    /// Size of a signature, in bytes.
    #[must_use]
    pub fn signature_bytes(&self) -> usize {
        SETS.iter().find(|set| set.algorithm == self.algorithm).map_or(0, |set| set.signature)
    }

    /// Whether `signature` is one over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let set = SETS.iter().find(|set| set.algorithm == self.algorithm);
        let by =
            set.and_then(|set| WEBPKI_VERIFICATION_ALGS.iter().find(|by| by.signature_alg_id() == set.verified_by));
        by.is_some_and(|by| by.verify_signature(&self.key, message, signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use sigstore_crypto::{KeyPair, signing::KeyAlgorithm};

    use super::{MlDsaKey, SETS};

    #[test]
    fn verifies_its_own_signatures_and_no_others() {
        for (set, kind) in SETS.iter().zip([KeyAlgorithm::MlDsa44, KeyAlgorithm::MlDsa65, KeyAlgorithm::MlDsa87]) {
            let pair = KeyPair::generate(kind).expect("key");
            let der = pair.public_key_der().expect("key");
            let key = MlDsaKey::parse_der(der.as_bytes()).expect("a key of the list");
            assert_eq!((key.algorithm(), key.to_der().as_slice()), (set.algorithm, der.as_bytes()));
            let signature = pair.sign(b"message").expect("signature");
            assert_eq!(signature.as_bytes().len(), key.signature_bytes());
            assert!(key.verifies(b"message", signature.as_bytes()));
            assert!(!key.verifies(b"massage", signature.as_bytes()));
            let mut damaged = signature.as_bytes().to_vec();
            damaged[7] ^= 1;
            assert!(!key.verifies(b"message", &damaged) && !key.verifies(b"message", &damaged[1..]));
            let other = KeyPair::generate(kind).expect("key").public_key_der().expect("key");
            assert!(!MlDsaKey::parse_der(other.as_bytes()).expect("key").verifies(b"message", signature.as_bytes()));
        }
    }

    #[test]
    fn keys_of_another_size_or_number_are_none() {
        let pair = KeyPair::generate(KeyAlgorithm::MlDsa65).expect("key").public_key_der().expect("key");
        let mut der = pair.as_bytes().to_vec();
        assert!(MlDsaKey::parse_der(&der[..der.len() - 1]).is_none());
        let number = der.windows(9).position(|window| window.ends_with(&[3, 4, 3, 18])).expect("number") + 8;
        der[number] = 17;
        assert!(MlDsaKey::parse_der(&der).is_none(), "ML-DSA-44 with a key of ML-DSA-65");
        let p256 = KeyPair::generate_ecdsa_p256().expect("key").public_key_der().expect("key");
        assert!(MlDsaKey::parse_der(p256.as_bytes()).is_none());
    }
}
