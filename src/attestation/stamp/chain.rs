//! From the signer to an authority that the verifier trusts, valid at the time of the stamp.

use std::time::Duration;

use der::Decode;
use rustls_pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::Certificate;

use crate::model::algorithm::Algorithms;
use crate::model::time::Timestamp;
use crate::policy::anchors::StampAuthority;

use super::error::StampError;
use super::key::{self, Key};
use super::signer::{Signer, is_authority, subject, validity};

/// DER of the value of `id-kp-timeStamping`, without tag and length.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// Finds the first authority that stands for the signer at this time, and holds every certificate of
/// the token to the path (bytes that nobody signed or chose must not ride along).
pub(super) fn verify<'t>(
    signer: &Signer<'_>,
    embedded: &[&[u8]],
    (authorities, algorithms): (&'t [StampAuthority], &Algorithms),
    time: Timestamp,
) -> Result<(&'t StampAuthority, Timestamp), StampError> {
    if authorities.is_empty() {
        return Err(StampError::NoAuthority);
    }
    let mut nearest = None;
    for authority in authorities {
        match stands_for(authority, signer, embedded, algorithms, time) {
            Ok(until) => return Ok((authority, until)),
            Err(StampError::NotOfAuthority) => {}
            Err(error) => nearest = nearest.or(Some(error)),
        }
    }
    Err(nearest.unwrap_or_else(|| StampError::UnknownAuthority {
        signer: subject(&signer.certificate),
        known: authorities.iter().map(|authority| authority.name.clone()).collect(),
    }))
}

fn stands_for(
    authority: &StampAuthority,
    signer: &Signer<'_>,
    embedded: &[&[u8]],
    algorithms: &Algorithms,
    time: Timestamp,
) -> Result<Timestamp, StampError> {
    let anchors = Anchor::all(authority)?;
    let (used, end) = if anchors.iter().any(|anchor| anchor.der == signer.der) {
        check_time(&signer.certificate, time)?;
        (Vec::new(), signer.not_after()?)
    } else {
        path(authority, &anchors, signer, embedded, algorithms, time)?
    };
    let window = authority.window.refusal(&time.in_utc().date());
    if let Some(why) = window {
        return Err(StampError::OutsideWindow { authority: authority.name.clone(), why });
    }
    let is_needed = |der: &[u8]| {
        der == signer.der || used.iter().any(|other| other == der) || anchors.iter().any(|anchor| anchor.der == der)
    };
    match embedded.iter().find(|der| !is_needed(der)) {
        Some(other) => {
            Err(StampError::UnneededCertificate { subject: name_of(other), authority: authority.name.clone() })
        }
        None => Ok(end.min(signer.not_after()?)),
    }
}

/// A certificate of an authority.
struct Anchor<'a> {
    der: &'a [u8],
    certificate: Certificate,
}

impl<'a> Anchor<'a> {
    fn all(authority: &'a StampAuthority) -> Result<Vec<Self>, StampError> {
        let read = |(index, der): (usize, &'a Vec<u8>)| {
            let certificate = Certificate::from_der(der);
            certificate
                .map(|certificate| Self { der, certificate })
                .map_err(|_| StampError::AuthorityCertificate { authority: authority.name.clone(), number: index + 1 })
        };
        authority.certificates.iter().enumerate().map(read).collect()
    }
}

/// The intermediate certificates, DER, of a valid path (RFC 5280, 6) from the signer to an anchor, and the first end of
/// validity on it.
fn path(
    authority: &StampAuthority,
    anchors: &[Anchor<'_>],
    signer: &Signer<'_>,
    embedded: &[&[u8]],
    algorithms: &Algorithms,
    time: Timestamp,
) -> Result<(Vec<Vec<u8>>, Timestamp), StampError> {
    let refused = |error: &webpki::Error| match error {
        webpki::Error::UnknownIssuer => StampError::NotOfAuthority,
        other => StampError::Chain {
            signer: subject(&signer.certificate),
            authority: authority.name.clone(),
            time,
            reason: reason(other),
        },
    };
    let seconds = u64::try_from(time.unix()).map_err(|_| StampError::GenTime { got: time.to_string() })?;
    // A signer's own certificate stands for that signer only.
    let anchors: Vec<&Anchor<'_>> = anchors.iter().filter(|anchor| is_authority(&anchor.certificate)).collect();
    let ders: Vec<CertificateDer<'_>> = anchors.iter().map(|anchor| CertificateDer::from(anchor.der)).collect();
    let mut trusted = Vec::new();
    for (index, der) in ders.iter().enumerate() {
        trusted.push(
            anchor_from_trusted_cert(der).map_err(|_| StampError::AuthorityCertificate {
                authority: authority.name.clone(),
                number: index + 1,
            })?,
        );
    }
    let others: Vec<CertificateDer<'_>> =
        embedded.iter().filter(|der| **der != signer.der).map(|der| CertificateDer::from(*der)).collect();
    let der = CertificateDer::from(signer.der);
    let end = EndEntityCert::try_from(&der).map_err(|error| refused(&error))?;
    let path = end
        .verify_for_usage(
            &key::certificate_algorithms(),
            &trusted,
            &others,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::required_if_present(TIME_STAMPING),
            None,
            None,
        )
        .map_err(|error| refused(&error))?;
    let used: Vec<Vec<u8>> = path.intermediate_certificates().map(|certificate| certificate.der().to_vec()).collect();
    let at = trusted.iter().position(|anchor| std::ptr::eq(anchor, path.anchor()));
    let anchor = at.and_then(|index| anchors.get(index)).ok_or(StampError::NotOfAuthority)?;
    check_time(&anchor.certificate, time)?;
    Key::of(&anchor.certificate)?;
    let mut end = validity(&anchor.certificate)?.1;
    let mut issued = &signer.certificate;
    let mut issuers = Vec::with_capacity(used.len());
    for der in &used {
        let certificate = Certificate::from_der(der).map_err(|_| StampError::Malformed { part: "certificates" })?;
        Key::of(&certificate)?;
        end = end.min(validity(&certificate)?.1);
        issuers.push(certificate);
    }
    for issuer in issuers.iter().chain([&anchor.certificate]) {
        permit(issued, issuer, algorithms)?;
        issued = issuer;
    }
    Ok((used, end))
}

/// A certificate must be signed with an algorithm that the verifier accepts.
fn permit(certificate: &Certificate, issuer: &Certificate, algorithms: &Algorithms) -> Result<(), StampError> {
    let algorithm = key::certificate_algorithm(certificate, issuer)
        .map_err(|got| StampError::Key { subject: subject(certificate), got })?;
    algorithms.permit(algorithm).map_err(StampError::Algorithm)
}

/// What people have to know, in words; the rest as the library names it.
pub(in crate::attestation) fn reason(error: &webpki::Error) -> String {
    match error {
        webpki::Error::CertExpired { .. } => "a certificate had expired".to_owned(),
        webpki::Error::UnknownIssuer => "no path leads to it through the certificates at hand".to_owned(),
        webpki::Error::CertNotValidYet { .. } => "a certificate was not valid yet".to_owned(),
        webpki::Error::InvalidSignatureForPublicKey => "the signature of a certificate does not verify".to_owned(),
        webpki::Error::PathLenConstraintViolated => "the path is longer than a certificate allows".to_owned(),
        webpki::Error::RequiredEkuNotFoundContext(_) => "a certificate of the path is for other purposes".to_owned(),
        webpki::Error::UnsupportedCriticalExtension => {
            "a certificate has a critical extension that is not understood".to_owned()
        }
        other => other.to_string(),
    }
}

/// Path validation does not look at the validity of the anchor itself; we do.
fn check_time(certificate: &Certificate, time: Timestamp) -> Result<(), StampError> {
    let (from, until) = validity(certificate)?;
    if (from..=until).contains(&time) {
        Ok(())
    } else {
        Err(StampError::NotValidAt { subject: subject(certificate), from, until, time })
    }
}

fn name_of(der: &[u8]) -> String {
    Certificate::from_der(der).map_or_else(|_| "an unreadable certificate".to_owned(), |other| subject(&other))
}
