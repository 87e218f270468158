//! A company's X.509 certificates of a pipeline's key (RFC 5280): the key's own first, then intermediates, no root.
//!
//! The form is judged here: order, uses, and that the first is the key's. Signatures, validity and the root are
//! the verifier's to judge, who holds the root.

use pkcs8::ObjectIdentifier;
use pkcs8::der::{Decode, Encode};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use crate::model::digest::Sha256Digest;
use crate::model::key::PublicKey;

/// Most certificates in one chain.
pub const MAX_CERTIFICATES: usize = 10;

/// `id-kp-codeSigning` (RFC 5280 section 4.2.1.12).
const CODE_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3");

/// Signature algorithms over MD5 and SHA-1 (RFC 3279 section 2.2).
const BROKEN: [(ObjectIdentifier, &str); 4] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4"), "MD5 with RSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"), "SHA-1 with RSA"),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"), "ECDSA with SHA-1"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.3"), "DSA with SHA-1"),
];

/// Certificates whose form is right; the first one is of the pipeline's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateChain {
    certificates: Vec<Vec<u8>>,
}

/// Why certificates are refused. Certificates are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// No certificate in the text.
    #[error("no certificate stands in it (expected -----BEGIN CERTIFICATE-----)")]
    Empty,
    /// Too many.
    #[error("more than {MAX_CERTIFICATES} certificates stand in it")]
    TooMany,
    /// Another PEM block.
    #[error("it holds something that is no certificate: {0:?}")]
    Label(String),
    /// Not DER of a certificate.
    #[error("certificate {0} cannot be read")]
    Damaged(usize),
    /// A self-signed certificate.
    #[error("certificate {0} is a root, signed by itself: verifiers take roots from their own trust file only")]
    Root(usize),
    /// Another key's certificate.
    #[error("certificate 1 is of another key (got {got}, expected {expected}, SHA-256 of the public keys)")]
    OtherKey {
        /// SHA-256 of the certificate's SubjectPublicKeyInfo.
        got: Sha256Digest,
        /// Of the signing key.
        expected: Sha256Digest,
    },
    /// The certificate does not allow signatures.
    #[error("certificate 1 is not for signing: {0}")]
    Use(&'static str),
    /// An intermediate that is no authority.
    #[error("certificate {0} is no certificate authority's (expected intermediates after the first)")]
    NotAuthority(usize),
    /// Names that do not chain.
    #[error("certificate {0} was not issued by the next one in the file (expected each followed by its issuer)")]
    Order(usize),
    /// A broken signature algorithm.
    #[error("certificate {0} is signed with {1}, which is not accepted")]
    Algorithm(usize, &'static str),
}

impl CertificateChain {
    /// Reads the certificates of a key from PEM (RFC 7468 section 5); text between the blocks is passed over.
    ///
    /// # Errors
    /// [`ChainError`] with the first thing that is wrong.
    pub fn parse_pem(text: &str, key: &PublicKey) -> Result<Self, ChainError> {
        let certificates = blocks(text)?;
        let mut parsed = Vec::with_capacity(certificates.len());
        for (index, der) in certificates.iter().enumerate() {
            let number = index.saturating_add(1);
            let certificate = Certificate::from_der(der).map_err(|_| ChainError::Damaged(number))?;
            judge(&certificate, number)?;
            parsed.push(certificate);
        }
        let leaf = parsed.first().ok_or(ChainError::Empty)?;
        judge_leaf(leaf, key)?;
        for (index, pair) in parsed.windows(2).enumerate() {
            let [issued, issuer] = pair else { continue };
            let number = index.saturating_add(1);
            if !is_authority(issuer, number.saturating_add(1))? {
                return Err(ChainError::NotAuthority(number.saturating_add(1)));
            }
            if issued.tbs_certificate.issuer != issuer.tbs_certificate.subject {
                return Err(ChainError::Order(number));
            }
        }
        Ok(Self { certificates })
    }

    /// The certificates, DER, the key's own first.
    #[must_use]
    pub fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }
}

/// The DER of each `CERTIFICATE` block.
fn blocks(text: &str) -> Result<Vec<Vec<u8>>, ChainError> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END CERTIFICATE-----";
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(BEGIN) {
        let block = rest.get(at..).unwrap_or_default();
        let label = block.get(BEGIN.len()..).and_then(|after| after.split("-----").next()).unwrap_or_default();
        if label != "CERTIFICATE" {
            return Err(ChainError::Label(label.chars().take(40).collect()));
        }
        let number = found.len().saturating_add(1);
        if number > MAX_CERTIFICATES {
            return Err(ChainError::TooMany);
        }
        let end = block.find(END).map(|at| at.saturating_add(END.len())).ok_or(ChainError::Damaged(number))?;
        let (pem, after) = block.split_at(end);
        let (_, der) = pkcs8::der::pem::decode_vec(pem.as_bytes()).map_err(|_| ChainError::Damaged(number))?;
        found.push(der);
        rest = after;
    }
    if found.is_empty() { Err(ChainError::Empty) } else { Ok(found) }
}

/// What no certificate of a chain may be.
fn judge(certificate: &Certificate, number: usize) -> Result<(), ChainError> {
    let signed_with = certificate.signature_algorithm.oid;
    if let Some((_, name)) = BROKEN.into_iter().find(|(oid, _)| *oid == signed_with) {
        return Err(ChainError::Algorithm(number, name));
    }
    let tbs = &certificate.tbs_certificate;
    if tbs.issuer == tbs.subject { Err(ChainError::Root(number)) } else { Ok(()) }
}

fn judge_leaf(certificate: &Certificate, key: &PublicKey) -> Result<(), ChainError> {
    let damaged = |_| ChainError::Damaged(1);
    let tbs = &certificate.tbs_certificate;
    let own = tbs.subject_public_key_info.to_der().map_err(damaged)?;
    if own != key.to_der() {
        return Err(ChainError::OtherKey { got: Sha256Digest::of(&own), expected: key.sha256() });
    }
    if is_authority(certificate, 1)? {
        return Err(ChainError::Use("it is a certificate authority's"));
    }
    let usage = tbs.get::<KeyUsage>().map_err(damaged)?;
    if usage.is_some_and(|(_, usage)| !usage.digital_signature()) {
        return Err(ChainError::Use("its key usage lacks digitalSignature"));
    }
    let extended = tbs.get::<ExtendedKeyUsage>().map_err(damaged)?;
    if extended.is_some_and(|(_, extended)| !extended.0.contains(&CODE_SIGNING)) {
        return Err(ChainError::Use("its extended key usage lacks code signing"));
    }
    Ok(())
}

fn is_authority(certificate: &Certificate, number: usize) -> Result<bool, ChainError> {
    let constraints = certificate.tbs_certificate.get::<BasicConstraints>().map_err(|_| ChainError::Damaged(number))?;
    Ok(constraints.is_some_and(|(_, constraints)| constraints.ca))
}
