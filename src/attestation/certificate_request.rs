//! Asking a Sigstore certificate authority (Fulcio, `POST /api/v2/signingCert`) for a certificate.
//!
//! The proof of possession is a PKCS#10 request (RFC 2986) signed with the key: it needs no guess of
//! the name that the authority will read out of the token. What comes back is checked at once:
//!
//! 1. the first certificate is of our key;
//! 2. it is in force, with a minute to spare;
//! 3. it holds the promise of a certificate transparency log (RFC 6962 section 3.3), where one is expected.

use der::asn1::{BitString, ObjectIdentifier, SetOfVec};
use der::{Decode, Encode};
use serde::{Deserialize, Serialize};
use x509_cert::Certificate;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, Version};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use zeroize::Zeroizing;

use crate::model::base64;
use crate::model::json;
use crate::model::key::PublicKey;
use crate::model::time::Timestamp;

use super::identity_token::IdentityToken;
use super::sign::{Signer, SignerError};

/// ecdsa-with-SHA256 (RFC 5758 section 3.2).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// Signed certificate timestamps inside a certificate (RFC 6962 section 3.3).
const SCT_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2");

/// Clocks differ; a certificate may begin this many seconds from now.
const SKEW: i64 = 300;
/// Seconds that a certificate must still be in force, so that logs and stamps come in time.
pub const MARGIN: i64 = 60;

/// A certificate of our key, just issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// The certificate, DER.
    pub leaf: Vec<u8>,
    /// First second in force.
    pub not_before: i64,
    /// Last second in force.
    pub not_after: i64,
}

/// Why an answer is no certificate for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuedCertificateError {
    /// Not the answer of the interface.
    #[error("answer is not a signing certificate: {0}")]
    Malformed(&'static str),
    /// Somebody else's, or an old one.
    #[error("certificate is for another key (got {got}, expected {expected})")]
    OtherKey {
        /// The key in it.
        got: String,
        /// Ours.
        expected: String,
    },
    /// Too old, too young, or one of the clocks is wrong.
    #[error("certificate is in force from {from} to {to} (it is now {now})")]
    NotInForce {
        /// First second.
        from: String,
        /// Last second.
        to: String,
        /// Our clock.
        now: String,
    },
    /// No log has promised to publish it.
    #[error("certificate holds no signed certificate timestamp (expected one of a certificate transparency log)")]
    NoSct,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestWire<'a> {
    credentials: CredentialsWire<'a>,
    certificate_signing_request: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CredentialsWire<'a> {
    oidc_identity_token: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerWire {
    signed_certificate_embedded_sct: Option<ChainOfWire>,
    signed_certificate_detached_sct: Option<ChainOfWire>,
}

#[derive(Deserialize)]
struct ChainOfWire {
    chain: ChainWire,
}

#[derive(Deserialize)]
struct ChainWire {
    certificates: Vec<String>,
}

/// The body of the request. It holds the token.
///
/// # Errors
/// [`SignerError`] when the key does not sign, is not ECDSA P-256, or nothing can be encoded.
pub fn request(token: &IdentityToken, signer: &dyn Signer) -> Result<Zeroizing<Vec<u8>>, SignerError> {
    let body = RequestWire {
        credentials: CredentialsWire { oidc_identity_token: token.secret() },
        certificate_signing_request: base64::encode(certificate_signing_request(signer)?.as_bytes()),
    };
    let body = serde_json::to_vec(&body).map_err(|_| SignerError::Key("the request cannot be written".to_owned()))?;
    Ok(Zeroizing::new(body))
}

fn certificate_signing_request(signer: &dyn Signer) -> Result<String, SignerError> {
    let key = signer.public_key();
    if !matches!(key, PublicKey::P256(_)) {
        return Err(SignerError::Key(format!("a certificate is asked for {} (expected ecdsa-p256)", key.algorithm())));
    }
    let broken = |_: der::Error| SignerError::Key("a certificate request cannot be encoded".to_owned());
    let info = CertReqInfo {
        version: Version::V1,
        subject: Name::default(),
        public_key: SubjectPublicKeyInfoOwned::from_der(&key.to_der()).map_err(broken)?,
        attributes: SetOfVec::new(),
    };
    let signature = signer.sign(&info.to_der().map_err(broken)?)?;
    let request = CertReq {
        info,
        algorithm: AlgorithmIdentifierOwned { oid: ECDSA_SHA256, parameters: None },
        signature: BitString::from_bytes(&signature).map_err(broken)?,
    };
    let der = request.to_der().map_err(broken)?;
    der::pem::encode_string("CERTIFICATE REQUEST", der::pem::LineEnding::LF, &der)
        .map_err(|_| SignerError::Key("a certificate request cannot be encoded".to_owned()))
}

/// Reads the answer and checks steps 1 to 3.
///
/// # Errors
/// [`IssuedCertificateError`].
pub fn certificate_of_answer(
    answer: &[u8],
    key: &PublicKey,
    expect_sct: bool,
    now: Timestamp,
) -> Result<IssuedCertificate, IssuedCertificateError> {
    let malformed = IssuedCertificateError::Malformed;
    json::check_foreign(answer).map_err(|_| malformed("not JSON"))?;
    let wire: AnswerWire = serde_json::from_slice(answer).map_err(|_| malformed("another shape"))?;
    let chain = match (wire.signed_certificate_embedded_sct, wire.signed_certificate_detached_sct) {
        (Some(chain), None) | (None, Some(chain)) => chain.chain.certificates,
        _ => return Err(malformed("expected one chain of certificates")),
    };
    let pem = chain.first().ok_or(malformed("the chain is empty"))?;
    let (label, leaf) = der::pem::decode_vec(pem.trim().as_bytes()).map_err(|_| malformed("not PEM"))?;
    if label != "CERTIFICATE" {
        return Err(malformed("not a certificate"));
    }
    let certificate = Certificate::from_der(&leaf).map_err(|_| malformed("not X.509"))?.tbs_certificate;
    check_key(&certificate.subject_public_key_info, key)?;
    let seconds = |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let not_before = seconds(&certificate.validity.not_before);
    let not_after = seconds(&certificate.validity.not_after);
    if not_before > now.unix().saturating_add(SKEW) || not_after < now.unix().saturating_add(MARGIN) {
        let shown = |seconds| Timestamp::from_unix(seconds).map_or_else(|_| seconds.to_string(), |t| t.to_string());
        return Err(IssuedCertificateError::NotInForce {
            from: shown(not_before),
            to: shown(not_after),
            now: now.in_utc().to_string(),
        });
    }
    let extensions = certificate.extensions.unwrap_or_default();
    if expect_sct && !extensions.iter().any(|extension| extension.extn_id == SCT_LIST) {
        return Err(IssuedCertificateError::NoSct);
    }
    Ok(IssuedCertificate { leaf, not_before, not_after })
}

fn check_key(got: &SubjectPublicKeyInfoOwned, key: &PublicKey) -> Result<(), IssuedCertificateError> {
    let der = got.to_der().map_err(|_| IssuedCertificateError::Malformed("the key in it cannot be read"))?;
    if der == key.to_der() {
        return Ok(());
    }
    let got = PublicKey::parse_der(&der).map_or_else(|_| "a key of another kind".to_owned(), |key| format!("{key:?}"));
    Err(IssuedCertificateError::OtherKey { got, expected: format!("{key:?}") })
}

impl IssuedCertificate {
    /// Whether it may still be signed with: `now` and the next minute are inside its window.
    #[must_use]
    pub const fn is_usable(&self, now: i64) -> bool {
        self.not_after >= now.saturating_add(MARGIN)
    }
}
