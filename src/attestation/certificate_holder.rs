//! Signers with a certificate of a company's own authority (RFC 5280): the chain in the bundle, the root in
//! the trust file, everything valid at each trusted time.

use std::collections::BTreeSet;
use std::time::Duration;

use der::{Decode, Encode};
use rustls_pki_types::{CertificateDer, UnixTime};
use sigstore_crypto::WEBPKI_VERIFICATION_ALGS;
use webpki::{EndEntityCert, anchor_from_trusted_cert};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{KeyUsage, SubjectAltName};

use crate::model::algorithm::{AlgorithmError, Algorithms};
use crate::model::key::PublicKey;
use crate::model::time::Timestamp;
use crate::policy::anchors::CertificateRoot;
use crate::policy::identity::{CertificateIdentity, SignerIdentity};
use crate::policy::trust::TrustedSigner;

use super::sigstore::{TrustedTime, VerifiedStep};
use super::stamp;
use super::verify::{Anchor, Enclosed};

/// Arc of Fulcio's extensions (<https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md>).
const FULCIO_ARC: &str = "1.3.6.1.4.1.57264.1.";

/// id-kp-codeSigning (RFC 5280 section 4.2.1.12), DER content.
const CODE_SIGNING: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 3];

/// Why a company's certificate is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not a certificate.
    #[error("certificate {number} of the bundle cannot be read: {reason}")]
    Malformed {
        /// From 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// Another algorithm than those that may sign.
    #[error(
        "certificate of {0} holds a key that is not accepted (expected ECDSA P-256, ECDSA P-384, Ed25519 or ML-DSA)"
    )]
    Key(String),
    /// A certificate signed with an algorithm outside the closed list.
    #[error("certificate of {subject} is {got}")]
    Signature {
        /// Subject of the certificate.
        subject: String,
        /// What is wrong.
        got: String,
    },
    /// A certificate signed with an algorithm that the trust file leaves out.
    #[error("certificate of {subject} does not count: {error}")]
    Algorithm {
        /// Subject of the certificate.
        subject: String,
        /// What is left out.
        error: AlgorithmError,
    },
    /// A certificate for other purposes.
    #[error("certificate of {0} is not for signing (expected the key usage digitalSignature)")]
    Usage(String),
    /// No signer of the trust file has this subject.
    #[error("certificate of {got} is no signer of the trust file (it names {})", known.join(", "))]
    UnknownSubject {
        /// Subject of the certificate.
        got: String,
        /// Subjects of the trust file.
        known: Vec<String>,
    },
    /// The chain does not lead to the root, or not at that time.
    #[error("certificate of {subject} does not chain to {root:?} at {at}: {reason}")]
    Chain {
        /// Subject of the certificate.
        subject: String,
        /// Name in the trust file.
        root: String,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Certificates in the bundle that the path does not need would be covered by nothing.
    #[error("bundle holds certificates that do not lead from {subject} to {root:?}")]
    Unused {
        /// Subject of the certificate.
        subject: String,
        /// Name in the trust file.
        root: String,
    },
    /// The root counts for nothing at that time.
    #[error("certificate root {root:?} is {refusal}")]
    Window {
        /// Name in the trust file.
        root: String,
        /// What its window says.
        refusal: String,
    },
}

/// Whom the first certificate of a bundle names.
#[derive(Debug)]
pub(super) struct Holder {
    /// RFC 4514 text.
    pub(super) subject: String,
    /// Its key.
    pub(super) key: PublicKey,
    /// How many alternative names it has.
    pub(super) names: usize,
}

/// Whether the first certificate carries Fulcio's extensions.
#[must_use]
pub fn is_fulcio(chain: &[Vec<u8>]) -> bool {
    let leaf = chain.first().and_then(|der| Certificate::from_der(der).ok());
    let extensions = leaf.and_then(|leaf| leaf.tbs_certificate.extensions).unwrap_or_default();
    extensions.iter().any(|extension| extension.extn_id.to_string().starts_with(FULCIO_ARC))
}

/// Subject of the first certificate in RFC 4514's text form: a claim, for showing.
#[must_use]
pub fn subject(chain: &[Vec<u8>]) -> Option<String> {
    let leaf = Certificate::from_der(chain.first()?).ok()?;
    Some(leaf.tbs_certificate.subject.to_string())
}

/// Reads the first certificate.
pub(super) fn read(chain: &[Vec<u8>]) -> Result<Holder, CertificateError> {
    let malformed = |reason: String| CertificateError::Malformed { number: 1, reason };
    let der = chain.first().ok_or_else(|| malformed("there is none".to_owned()))?;
    let certificate = Certificate::from_der(der).map_err(|error| malformed(error.to_string()))?;
    let subject = certificate.tbs_certificate.subject.to_string();
    let spki =
        certificate.tbs_certificate.subject_public_key_info.to_der().map_err(|error| malformed(error.to_string()))?;
    let key = PublicKey::parse_der(&spki).map_err(|_| CertificateError::Key(subject.clone()))?;
    let names = certificate.tbs_certificate.get::<SubjectAltName>().map_err(|error| malformed(error.to_string()))?;
    judge_usage(&certificate, &subject)?;
    Ok(Holder { subject, key, names: names.map_or(0, |(_, names)| names.0.len()) })
}

/// A certificate that says what its key is for must say that it signs (RFC 5280 section 4.2.1.3).
fn judge_usage(certificate: &Certificate, subject: &str) -> Result<(), CertificateError> {
    match certificate.tbs_certificate.get::<KeyUsage>() {
        Ok(usage) if usage.as_ref().is_none_or(|(_, usage)| usage.digital_signature()) => Ok(()),
        _ => Err(CertificateError::Usage(subject.to_owned())),
    }
}

/// Holds the signatures of a chain to the verifier's list, from the first certificate upwards; issuers are looked up
/// in the chain and in `above`.
pub(super) fn permit(chain: &[Vec<u8>], above: &[Vec<u8>], algorithms: &Algorithms) -> Result<(), CertificateError> {
    let read = |der: &Vec<u8>| Certificate::from_der(der).ok();
    let certificates: Vec<Certificate> = chain.iter().chain(above).filter_map(read).collect();
    let (mut open, mut seen): (Vec<usize>, BTreeSet<usize>) = (vec![0], BTreeSet::new());
    while let Some((at, certificate)) = open.pop().and_then(|at| Some((at, certificates.get(at)?))) {
        let tbs = &certificate.tbs_certificate;
        if !seen.insert(at) || tbs.issuer == tbs.subject {
            continue;
        }
        // Two authorities may share a name: each that could be meant must be on the list.
        let issuers = certificates.iter().enumerate().filter(|(_, one)| one.tbs_certificate.subject == tbs.issuer);
        for (place, issuer) in issuers {
            open.push(place);
            let subject = || tbs.subject.to_string();
            let algorithm = stamp::certificate_algorithm(certificate, issuer)
                .map_err(|got| CertificateError::Signature { subject: subject(), got })?;
            algorithms.permit(algorithm).map_err(|error| CertificateError::Algorithm { subject: subject(), error })?;
        }
    }
    Ok(())
}

/// Finds the signer and verifies the chain at each trusted time.
pub(super) fn verify<'a>(
    holder: &Holder,
    chain: &[Vec<u8>],
    times: &[TrustedTime],
    anchor: Anchor<'a>,
) -> Result<(&'a TrustedSigner, Vec<VerifiedStep>), CertificateError> {
    let signers = || {
        anchor.trust.signers.iter().filter_map(|signer| match &signer.identity {
            SignerIdentity::Certificate(identity) => Some((signer, identity)),
            SignerIdentity::Key(_) | SignerIdentity::Keyless(_) => None,
        })
    };
    let named: Vec<(&TrustedSigner, &CertificateIdentity)> =
        signers().filter(|(_, identity)| identity.subject == holder.subject).collect();
    let mut refused = CertificateError::UnknownSubject {
        got: holder.subject.clone(),
        known: signers().map(|(_, identity)| identity.subject.clone()).collect(),
    };
    for (signer, identity) in named {
        let Some(root) = anchor.trust.certificate_roots.iter().find(|root| root.name == identity.root) else {
            continue;
        };
        match under(holder, chain, root, &moments(times, anchor), &anchor.trust.algorithms) {
            Ok(steps) => return Ok((signer, steps)),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// When the chain must hold: at every trusted time, else when the signature is known or asserted to exist.
fn moments(times: &[TrustedTime], anchor: Anchor<'_>) -> Vec<Timestamp> {
    if !times.is_empty() {
        return times.iter().map(|time| time.time).collect();
    }
    match anchor.enclosed {
        Enclosed::Until(time) => vec![time],
        Enclosed::No | Enclosed::ByUndated => {
            Timestamp::parse(&format!("{}T12:00:00Z", anchor.day)).into_iter().collect()
        }
    }
}

fn under(
    holder: &Holder,
    chain: &[Vec<u8>],
    root: &CertificateRoot,
    moments: &[Timestamp],
    algorithms: &Algorithms,
) -> Result<Vec<VerifiedStep>, CertificateError> {
    let mut steps = Vec::new();
    for at in moments {
        if let Some(refusal) = root.window.refusal(&at.in_utc().date()) {
            return Err(CertificateError::Window { root: root.name.clone(), refusal });
        }
        let anchored = path(holder, chain, root, *at)?;
        permit(chain, &anchored, algorithms)?;
        let anchor = format!("certificate root {:?}, for {}", root.name, holder.subject);
        steps.push(VerifiedStep::at("certificate chains to its authority", anchor, *at));
    }
    Ok(steps)
}

/// Whether a certificate can be read and covers a time.
fn is_valid(der: &[u8], at: Timestamp) -> bool {
    let validity = Certificate::from_der(der).ok().and_then(|read| stamp::certificate_validity(&read).ok());
    validity.is_some_and(|(from, until)| (from..=until).contains(&at))
}

/// Whether a certificate can be read and may issue others.
fn may_issue(der: &[u8]) -> bool {
    Certificate::from_der(der).is_ok_and(|certificate| stamp::is_authority(&certificate))
}

/// One path from the first certificate through all the others to the root (RFC 5280 section 6).
fn path(
    holder: &Holder,
    chain: &[Vec<u8>],
    root: &CertificateRoot,
    at: Timestamp,
) -> Result<Vec<Vec<u8>>, CertificateError> {
    let refused = |reason: &dyn std::fmt::Display| CertificateError::Chain {
        subject: holder.subject.clone(),
        root: root.name.clone(),
        at,
        reason: reason.to_string(),
    };
    let unused = || CertificateError::Unused { subject: holder.subject.clone(), root: root.name.clone() };
    // Path validation does not look at the validity of the anchor itself.
    let valid = root.certificates.iter().filter(|der| is_valid(der, at));
    let valid: Vec<CertificateDer<'_>> = valid.map(|der| CertificateDer::from(der.as_slice())).collect();
    if valid.is_empty() {
        return Err(refused(&"no certificate of the root was valid then"));
    }
    // Nor at whether the anchor may issue at all.
    let roots: Vec<&CertificateDer<'_>> = valid.iter().filter(|der| may_issue(der)).collect();
    if roots.is_empty() {
        return Err(refused(&"no certificate of the root is a certificate authority's"));
    }
    let anchors: Vec<_> = roots.iter().filter_map(|der| anchor_from_trusted_cert(der).ok()).collect();
    let (leaf, rest) = chain.split_first().ok_or_else(unused)?;
    let leaf = CertificateDer::from(leaf.as_slice());
    let rest: Vec<CertificateDer<'_>> = rest.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let end_entity = EndEntityCert::try_from(&leaf).map_err(|error| refused(&error))?;
    let seconds = u64::try_from(at.unix()).map_err(|error| refused(&error))?;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let usage = webpki::KeyUsage::required_if_present(CODE_SIGNING);
    let found = end_entity
        .verify_for_usage(WEBPKI_VERIFICATION_ALGS, &anchors, &rest, time, usage, None, None)
        .map_err(|error| refused(&stamp::chain_fault(&error)))?;
    let used: Vec<CertificateDer<'_>> = found.intermediate_certificates().map(webpki::Cert::der).collect();
    if used != rest {
        return Err(unused());
    }
    // Only the anchor of the path stands for it; the verifier's file may hold others of the same name.
    let (subject, key) = (found.anchor().subject.as_ref(), found.anchor().subject_public_key_info.as_ref());
    let is_it = |der: &&CertificateDer<'_>| {
        anchor_from_trusted_cert(der)
            .is_ok_and(|anchor| anchor.subject.as_ref() == subject && anchor.subject_public_key_info.as_ref() == key)
    };
    Ok(roots.into_iter().filter(|der| is_it(der)).map(|der| der.to_vec()).collect())
}
