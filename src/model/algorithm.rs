//! Signature algorithms that may count at all (design rule 8): a closed list, each with the word that files use.

use std::collections::BTreeSet;
use std::fmt;

/// A signature algorithm of the closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureAlgorithm {
    /// ECDSA over NIST P-256 with SHA-256 (FIPS 186-5).
    EcdsaP256Sha256,
    /// ECDSA over NIST P-256 with SHA-384; stamps and certificates only.
    EcdsaP256Sha384,
    /// ECDSA over NIST P-256 with SHA-512; stamps and certificates only.
    EcdsaP256Sha512,
    /// ECDSA over NIST P-384 with SHA-256; stamps and certificates only.
    EcdsaP384Sha256,
    /// ECDSA over NIST P-384 with SHA-384.
    EcdsaP384Sha384,
    /// ECDSA over NIST P-384 with SHA-512; stamps and certificates only.
    EcdsaP384Sha512,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// RSA of 3072 to 8192 bits with SHA-256, PKCS #1 v1.5 or PSS; stamps and certificates only.
    RsaSha256,
    /// The same with SHA-384.
    RsaSha384,
    /// The same with SHA-512.
    RsaSha512,
    /// ML-DSA-44 (FIPS 204), pure, without a context.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
}

/// Words that name an algorithm outside the list, what they contain or begin with, and why they are refused.
const REFUSED: [(&str, &str); 9] = [
    ("md5", "MD5, which is broken and never accepted"),
    ("sha1", "SHA-1, which is broken and never accepted"),
    ("sha-1", "SHA-1, which is broken and never accepted"),
    ("crc", "CRC, which is no cryptographic checksum and never accepted"),
    ("slh-dsa", "SLH-DSA, which the format knows and this version cannot verify"),
    ("fn-dsa", "FN-DSA, which the format knows and this version cannot verify"),
    ("rsa-1024", "RSA below 3072 bits, which is not accepted"),
    ("rsa-2048", "RSA below 3072 bits, which is not accepted"),
    ("p521", "ECDSA P-521, which is not on the list"),
];

impl SignatureAlgorithm {
    /// All of them with the word used in files, in the order shown to people.
    pub const WORDS: [(&'static str, Self); 13] = [
        ("ecdsa-p256-sha256", Self::EcdsaP256Sha256),
        ("ecdsa-p256-sha384", Self::EcdsaP256Sha384),
        ("ecdsa-p256-sha512", Self::EcdsaP256Sha512),
        ("ecdsa-p384-sha256", Self::EcdsaP384Sha256),
        ("ecdsa-p384-sha384", Self::EcdsaP384Sha384),
        ("ecdsa-p384-sha512", Self::EcdsaP384Sha512),
        ("ed25519", Self::Ed25519),
        ("rsa-3072-sha256", Self::RsaSha256),
        ("rsa-3072-sha384", Self::RsaSha384),
        ("rsa-3072-sha512", Self::RsaSha512),
        ("ml-dsa-44", Self::MlDsa44),
        ("ml-dsa-65", Self::MlDsa65),
        ("ml-dsa-87", Self::MlDsa87),
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, algorithm)| *algorithm == self).map_or("unlisted", |(word, _)| word)
    }

    /// Why a word that names no algorithm of the list is refused, where that is known.
    #[must_use]
    pub fn refusal(word: &str) -> Option<&'static str> {
        let word = word.to_ascii_lowercase();
        REFUSED.iter().find(|(part, _)| word.contains(part)).map(|(_, reason)| *reason)
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The algorithms that a verifier accepts; the whole list where the trust file names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Algorithms(BTreeSet<SignatureAlgorithm>);

/// A signature whose algorithm the verifier does not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("algorithm {got} is not on the trust file's list (expected one of {expected})")]
pub struct AlgorithmError {
    got: SignatureAlgorithm,
    expected: String,
}

impl Algorithms {
    /// Only these.
    #[must_use]
    pub fn only(algorithms: impl IntoIterator<Item = SignatureAlgorithm>) -> Self {
        Self(algorithms.into_iter().collect())
    }

    /// Whether the verifier left the list as it is.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.len() == SignatureAlgorithm::WORDS.len()
    }

    /// The words, in the order of the list.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        SignatureAlgorithm::WORDS.iter().filter(|(_, one)| self.0.contains(one)).map(|(word, _)| *word).collect()
    }

    /// Holds a signature to the list.
    ///
    /// # Errors
    /// [`AlgorithmError`] naming the algorithm and the list.
    pub fn permit(&self, algorithm: SignatureAlgorithm) -> Result<(), AlgorithmError> {
        if self.0.contains(&algorithm) {
            Ok(())
        } else {
            Err(AlgorithmError { got: algorithm, expected: self.words().join(", ") })
        }
    }
}

impl Default for Algorithms {
    fn default() -> Self {
        Self::only(SignatureAlgorithm::WORDS.map(|(_, algorithm)| algorithm))
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithms, SignatureAlgorithm};

    #[test]
    fn every_algorithm_has_one_word_and_the_default_is_all_of_them() {
        let all = Algorithms::default();
        assert!(all.is_whole());
        for (word, algorithm) in SignatureAlgorithm::WORDS {
            assert_eq!(algorithm.as_str(), word);
            assert_eq!(SignatureAlgorithm::refusal(word), None, "{word}");
            assert_eq!(all.permit(algorithm), Ok(()));
        }
    }

    #[test]
    fn what_is_not_named_does_not_count() {
        let one = Algorithms::only([SignatureAlgorithm::Ed25519]);
        assert_eq!(one.permit(SignatureAlgorithm::Ed25519), Ok(()));
        let refused = one.permit(SignatureAlgorithm::EcdsaP256Sha256).unwrap_err().to_string();
        assert_eq!(refused, "algorithm ecdsa-p256-sha256 is not on the trust file's list (expected one of ed25519)");
        assert!(!one.is_whole());
    }

    #[test]
    fn broken_algorithms_are_refused_by_name() {
        for (word, name) in
            [("rsa-md5", "MD5"), ("RSA-SHA1", "SHA-1"), ("crc32", "CRC"), ("slh-dsa-sha2-128s", "SLH-DSA")]
        {
            assert!(SignatureAlgorithm::refusal(word).is_some_and(|reason| reason.starts_with(name)), "{word}");
        }
    }
}
