//! Why a stamp, or the answer of an authority, is refused.

use std::borrow::Cow;

use crate::model::algorithm::AlgorithmError;
use crate::model::hint::Hint;
use crate::model::time::Timestamp;

use super::hash::StampHash;
use super::token::MAX_TOKEN;

/// Why a stamp is refused. Names out of certificates and answers are clipped and escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// More bytes than any token has.
    #[error("time stamp has {got} bytes (expected at most {MAX_TOKEN})")]
    TooLarge {
        /// How many.
        got: usize,
    },
    /// Not DER, or DER of another form.
    #[error("time stamp's {part} is not strict DER of its form")]
    Malformed {
        /// Which part.
        part: &'static str,
    },
    /// More values than any token has.
    #[error("time stamp's {part} holds too many values (expected at most {most})")]
    TooMany {
        /// Which part.
        part: &'static str,
        /// Limit.
        most: usize,
    },
    /// Another CMS type.
    #[error("time stamp is CMS of type {got} (expected SignedData)")]
    NotSignedData {
        /// Its type.
        got: String,
    },
    /// Another content.
    #[error("time stamp's signed content is of type {got} (expected TSTInfo)")]
    ContentKind {
        /// Its type.
        got: String,
    },
    /// Another version of a structure.
    #[error("time stamp's {part} is of version {got} (expected {expected})")]
    Version {
        /// Which structure.
        part: &'static str,
        /// Its version.
        got: u8,
        /// The one version.
        expected: &'static str,
    },
    /// None or several.
    #[error("time stamp has {got} signers (expected exactly 1)")]
    Signers {
        /// How many.
        got: usize,
    },
    /// The list differs from what the signer used.
    #[error("time stamp's digest algorithms are not exactly the one of its signer")]
    DigestAlgorithms,
    /// Bytes that no signature covers.
    #[error("time stamp carries revocation lists, which its signature does not cover (expected none)")]
    RevocationLists,
    /// Bytes that no signature covers.
    #[error("time stamp carries unsigned attributes, which its signature does not cover (expected none)")]
    UnsignedAttributes,
    /// The signature would be over the content alone.
    #[error("time stamp has no signed attributes")]
    NoSignedAttributes,
    /// An algorithm that the trust file leaves out.
    #[error("time stamp does not count: {0}")]
    Algorithm(AlgorithmError),
    /// A digest that is broken or unknown.
    #[error("time stamp's {part} uses {got}, which is refused (expected SHA-256, SHA-384 or SHA-512)")]
    HashRefused {
        /// Where.
        part: &'static str,
        /// Name or number of the algorithm.
        got: String,
    },
    /// A time of another form than RFC 3161 allows.
    #[error("time stamp's time {got:?} is malformed (expected YYYYMMDDhhmmss with optional fraction, and Z)")]
    GenTime {
        /// As given.
        got: String,
    },
    /// Critical, and not understood.
    #[error("time stamp has the critical extension {got}, which is not understood")]
    CriticalExtension {
        /// Its number.
        got: String,
    },
    /// A stamp of something else.
    #[error("time stamp is over other bytes (its {hash} imprint is not that of the message)")]
    Imprint {
        /// Algorithm of the imprint.
        hash: StampHash,
    },
    /// Needed, and not there.
    #[error("time stamp has no signed attribute {name}")]
    AttributeMissing {
        /// Which one.
        name: &'static str,
    },
    /// Several, or not one value.
    #[error("time stamp's signed attribute {name} is not there exactly once with exactly one value")]
    AttributeRepeated {
        /// Which one.
        name: &'static str,
    },
    /// The attribute names another content.
    #[error("time stamp's content-type attribute does not name TSTInfo")]
    AttributeContentType,
    /// The content was changed.
    #[error("time stamp's message-digest attribute is not the digest of its content")]
    MessageDigest,
    /// Names its signer by SHA-1 only.
    #[error("time stamp names its signer by SHA-1 only (signing-certificate; expected signing-certificate-v2)")]
    OnlySha1SigningCertificate,
    /// Nobody has the certificate.
    #[error("certificate of the time stamp's signer ({signer}) is neither in the stamp nor in the trust file")]
    SignerUnknown {
        /// How the stamp names it.
        signer: String,
    },
    /// The signed reference names another certificate.
    #[error("time stamp's signing-certificate-v2 attribute is not of the certificate {subject}")]
    SigningCertificate {
        /// Subject.
        subject: String,
    },
    /// A certificate that is not for stamps, or not only.
    #[error("certificate {subject} may not sign time stamps: {fault}")]
    Purpose {
        /// Subject.
        subject: String,
        /// What is wrong with its extended key usage.
        fault: PurposeFault,
    },
    /// A key usage without signing.
    #[error("certificate {subject} may not sign (its key usage has neither digitalSignature nor nonRepudiation)")]
    KeyUsage {
        /// Subject.
        subject: String,
    },
    /// The stamp names another authority than its signer's certificate.
    #[error("time stamp names an authority that is not the subject of its signer's certificate {subject}")]
    AuthorityName {
        /// Subject.
        subject: String,
    },
    /// A key that is too weak or not on the list.
    #[error(
        "key of certificate {subject} is refused: {got} (expected ECDSA P-256 or P-384, RSA of at least 3072 bits, or Ed25519)"
    )]
    Key {
        /// Subject.
        subject: String,
        /// What it is.
        got: String,
    },
    /// An algorithm that is not on the list, or does not fit key and digest.
    #[error("time stamp's signature algorithm {got} is not accepted with a key of {key} and {hash}")]
    SignatureAlgorithm {
        /// Name or number.
        got: String,
        /// Kind of the signer's key.
        key: String,
        /// Digest that the signer states.
        hash: StampHash,
    },
    /// A certificate that cannot be used.
    #[error("certificate {subject} of the time stamp's signer cannot be used: {reason}")]
    SignerCertificate {
        /// Subject.
        subject: String,
        /// Why.
        reason: String,
    },
    /// The signature does not verify.
    #[error("time stamp's signature does not verify")]
    Signature,
    /// The trust file names none.
    #[error("time stamp cannot be trusted: no time stamp authority is named")]
    NoAuthority,
    /// Not of this authority; others are asked.
    #[error("time stamp's signer does not lead to this authority")]
    NotOfAuthority,
    /// Of none of the authorities.
    #[error("time stamp's signer {signer} leads to no trusted authority (known: {})", known.join(", "))]
    UnknownAuthority {
        /// Subject of the signer.
        signer: String,
        /// Names of the authorities that were asked.
        known: Vec<String>,
    },
    /// A path that is not valid.
    #[error("certificates from {signer} to authority {authority} are not valid at {time}: {reason}")]
    Chain {
        /// Subject of the signer.
        signer: String,
        /// Name of the authority.
        authority: String,
        /// Time of the stamp.
        time: Timestamp,
        /// What path validation said.
        reason: String,
    },
    /// Too early or too late.
    #[error("certificate {subject} is not valid at {time} (valid from {from} until {until})")]
    NotValidAt {
        /// Subject.
        subject: String,
        /// First second.
        from: Timestamp,
        /// Last second.
        until: Timestamp,
        /// Time of the stamp.
        time: Timestamp,
    },
    /// Of an authority that does not count on that day.
    #[error("time stamp does not count: authority {authority} is {why}")]
    OutsideWindow {
        /// Name of the authority.
        authority: String,
        /// Which bound, and the day.
        why: String,
    },
    /// Bytes that no signature covers.
    #[error("time stamp carries the certificate {subject}, which is not needed to reach authority {authority}")]
    UnneededCertificate {
        /// Subject.
        subject: String,
        /// Name of the authority.
        authority: String,
    },
    /// A mistake in the trust file.
    #[error("certificate {number} of authority {authority} cannot be read")]
    AuthorityCertificate {
        /// Name of the authority.
        authority: String,
        /// Which one, from 1.
        number: usize,
    },
    /// The authority refused.
    #[error(
        "time stamp authority refused the request: {status}{}{}",
        words(" because of ", failures),
        words(", saying ", text)
    )]
    Refused {
        /// PKIStatus in words.
        status: String,
        /// PKIFailureInfo in words.
        failures: Vec<String>,
        /// PKIFreeText.
        text: Vec<String>,
    },
    /// Granted, without the token.
    #[error("time stamp authority answered without a time stamp")]
    NoToken,
    /// The answer is of another request.
    #[error("time stamp authority answered another request (its {what} differs)")]
    OtherRequest {
        /// Nonce, imprint or policy.
        what: &'static str,
    },
    /// Asked for, and not sent.
    #[error("time stamp authority left out its certificate, which the request asked for")]
    NoCertificates,
    /// A response wrapper with more than "granted" in it.
    #[error("stored time stamp response says more than that it was granted (no signature covers that)")]
    Wrapper,
    /// It cannot be written.
    #[error("time stamp cannot be written")]
    Write,
}

/// What is wrong with an extended key usage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PurposeFault {
    /// No extension.
    #[error("it has no extended key usage (expected timeStamping only, critical)")]
    Missing,
    /// There twice or unreadable.
    #[error("its extended key usage is malformed")]
    Malformed,
    /// Not critical.
    #[error("its extended key usage is not critical")]
    NotCritical,
    /// None or several.
    #[error("its extended key usage holds {0} purposes (expected timeStamping only)")]
    Count(usize),
    /// Another one.
    #[error("its extended key usage is {0} (expected timeStamping)")]
    Other(String),
}

fn words(before: &str, items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!("{before}{}", items.join("; ")) }
}

impl From<der::Error> for StampError {
    /// Errors of reading are named where they occur; what is left is writing.
    fn from(_: der::Error) -> Self {
        Self::Write
    }
}

impl Hint for StampError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NoAuthority | Self::UnknownAuthority { .. } | Self::SignerUnknown { .. } => {
                "name the authority and its certificates in the trust file, after checking them with the authority"
                    .into()
            }
            Self::UnneededCertificate { .. } => {
                "list that certificate under the authority in the trust file, after checking it with the authority"
                    .into()
            }
            Self::AuthorityCertificate { .. } => "correct the authority's certificates in the trust file".into(),
            Self::Refused { .. } | Self::NoToken | Self::OtherRequest { .. } | Self::NoCertificates => {
                "ask again, or ask another authority".into()
            }
            Self::HashRefused { .. }
            | Self::OnlySha1SigningCertificate
            | Self::Purpose { .. }
            | Self::Key { .. }
            | Self::SignatureAlgorithm { .. } => {
                "ask an authority that uses accepted algorithms and certificates".into()
            }
            _ => return None,
        })
    }
}
