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
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::signature::{
        KeyPair, ML_DSA_44_SIGNING, ML_DSA_65_SIGNING, ML_DSA_87_SIGNING, PqdsaKeyPair, PqdsaSigningAlgorithm,
    };

    use super::{MlDsaKey, SETS};

    static KINDS: [&PqdsaSigningAlgorithm; 3] = [&ML_DSA_44_SIGNING, &ML_DSA_65_SIGNING, &ML_DSA_87_SIGNING];

    fn der(pair: &PqdsaKeyPair) -> Vec<u8> {
        pair.public_key().as_der().expect("key").as_ref().to_vec()
    }

    #[test]
    fn verifies_its_own_signatures_and_no_others() {
        for (set, kind) in SETS.iter().zip(KINDS) {
            let pair = PqdsaKeyPair::from_seed(kind, &[7; 32]).expect("key");
            let der_of_key = der(&pair);
            let key = MlDsaKey::parse_der(&der_of_key).expect("a key of the list");
            assert_eq!((key.algorithm(), key.to_der()), (set.algorithm, der_of_key));
            let mut signature = vec![0; kind.signature_len()];
            let length = pair.sign(b"message", &mut signature).expect("signature");
            assert_eq!((length, signature.len()), (key.signature_bytes(), key.signature_bytes()));
            assert!(key.verifies(b"message", &signature));
            assert!(!key.verifies(b"massage", &signature));
            let other = der(&PqdsaKeyPair::from_seed(kind, &[8; 32]).expect("key"));
            assert!(!MlDsaKey::parse_der(&other).expect("key").verifies(b"message", &signature));
            assert!(!key.verifies(b"message", &signature[1..]));
            signature[7] ^= 1;
            assert!(!key.verifies(b"message", &signature));
        }
    }

    #[test]
    fn keys_of_another_size_or_number_are_none() {
        let mut der = der(&PqdsaKeyPair::from_seed(&ML_DSA_65_SIGNING, &[7; 32]).expect("key"));
        assert!(MlDsaKey::parse_der(&der[..der.len() - 1]).is_none());
        let number = der.windows(4).position(|window| window == [3, 4, 3, 18]).expect("number") + 3;
        der[number] = 17;
        assert!(MlDsaKey::parse_der(&der).is_none(), "ML-DSA-44 with a key of ML-DSA-65");
        assert!(MlDsaKey::parse_der(b"").is_none());
    }
}
