//! The certificate that signed a stamp: found by the signed reference to it, held to its one purpose.

use der::asn1::OctetStringRef;
use der::{Decode, Tag, TagNumber};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier};
use x509_cert::name::Name;

use crate::model::time::Timestamp;
use crate::policy::anchors::StampAuthority;
use crate::policy::error::quote;

use super::error::{PurposeFault, StampError};
use super::hash::StampHash;
use super::info::integer;
use super::key::Key;
use super::oid;
use super::token::{SignerId, Token};
use super::walk::{Item, Walk};

/// Most certificates that one signing-certificate-v2 names.
const MOST_NAMED: usize = 16;

/// The signer's certificate.
#[derive(Debug, Clone)]
pub(super) struct Signer<'a> {
    /// DER.
    pub(super) der: &'a [u8],
    /// The same, read.
    pub(super) certificate: Certificate,
    /// Its key.
    pub(super) key: Key,
}

impl<'a> Signer<'a> {
    /// Looks among the token's certificates and those of the authorities for the one that the signer
    /// identifier and the signed reference both name, and checks what it may do.
    pub(super) fn find(
        token: &Token<'a>,
        reference: Item<'_>,
        authorities: &'a [StampAuthority],
    ) -> Result<Self, StampError> {
        let reference = Reference::read(reference)?;
        let known = authorities.iter().flat_map(|authority| authority.certificates.iter().map(Vec::as_slice));
        let mut nearest = StampError::SignerUnknown { signer: token.signer.id.to_string() };
        for der in token.certificates.iter().copied().chain(known) {
            let Ok(certificate) = Certificate::from_der(der) else { continue };
            if !token.signer.id.is_of(&certificate) {
                continue;
            }
            if reference.is_of(der, &certificate) {
                return Self::allowed(der, certificate, token);
            }
            nearest = StampError::SigningCertificate { subject: subject(&certificate) };
        }
        Err(nearest)
    }

    fn allowed(der: &'a [u8], certificate: Certificate, token: &Token<'_>) -> Result<Self, StampError> {
        check_purpose(&certificate)?;
        check_usage(&certificate)?;
        if let Some(tsa) = token.info.tsa
            && !is_named(&certificate, tsa)
        {
            return Err(StampError::AuthorityName { subject: subject(&certificate) });
        }
        let key = Key::of(&certificate)?;
        Ok(Self { der, certificate, key })
    }

    /// End of the certificate's validity.
    pub(super) fn not_after(&self) -> Result<Timestamp, StampError> {
        validity(&self.certificate).map(|(_, until)| until)
    }
}

/// Subject for a message.
pub(super) fn subject(certificate: &Certificate) -> String {
    quote(&certificate.tbs_certificate.subject.to_string())
}

/// First and last second of a certificate.
pub(in crate::attestation) fn validity(certificate: &Certificate) -> Result<(Timestamp, Timestamp), StampError> {
    let second = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
        seconds.and_then(|seconds| Timestamp::from_unix(seconds).ok()).ok_or(StampError::Malformed { part: "validity" })
    };
    let validity = certificate.tbs_certificate.validity;
    Ok((second(validity.not_before)?, second(validity.not_after)?))
}

/// Whether a certificate may issue others (RFC 5280, 4.2.1.3 and 4.2.1.9).
pub(in crate::attestation) fn is_authority(certificate: &Certificate) -> bool {
    let constraints = certificate.tbs_certificate.get::<BasicConstraints>();
    let usage = certificate.tbs_certificate.get::<KeyUsage>();
    constraints.is_ok_and(|found| found.is_some_and(|(_, constraints)| constraints.ca))
        && usage.is_ok_and(|found| found.is_none_or(|(_, usage)| usage.key_cert_sign()))
}

/// Exactly one purpose, time stamping, critical (RFC 3161, 2.3).
fn check_purpose(certificate: &Certificate) -> Result<(), StampError> {
    let fault = |fault| StampError::Purpose { subject: subject(certificate), fault };
    let usage = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
    let Some((critical, usage)) = usage.map_err(|_| fault(PurposeFault::Malformed))? else {
        return Err(fault(PurposeFault::Missing));
    };
    match usage.0.as_slice() {
        [purpose] if *purpose != oid::TIME_STAMPING => Err(fault(PurposeFault::Other(purpose.to_string()))),
        [_] if !critical => Err(fault(PurposeFault::NotCritical)),
        [_] => Ok(()),
        purposes => Err(fault(PurposeFault::Count(purposes.len()))),
    }
}

/// A stated key usage must allow signing (RFC 5280, 4.2.1.3).
fn check_usage(certificate: &Certificate) -> Result<(), StampError> {
    let usage = certificate.tbs_certificate.get::<KeyUsage>();
    match usage.map_err(|_| StampError::Malformed { part: "key usage" })? {
        Some((_, usage)) if !usage.digital_signature() && !usage.non_repudiation() => {
            Err(StampError::KeyUsage { subject: subject(certificate) })
        }
        _ => Ok(()),
    }
}

/// A stated authority name must be one of the certificate's names (RFC 3161, 2.4.2).
fn is_named(certificate: &Certificate, tsa: Item<'_>) -> bool {
    let Ok(name) = GeneralName::from_der(tsa.whole) else { return false };
    if matches!(&name, GeneralName::DirectoryName(name) if *name == certificate.tbs_certificate.subject) {
        return true;
    }
    let others = certificate.tbs_certificate.get::<SubjectAltName>();
    others.is_ok_and(|others| others.is_some_and(|(_, names)| names.0.contains(&name)))
}

impl SignerId<'_> {
    pub(super) fn is_of(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial(issuer, serial) => {
                is_issued(certificate, issuer) && certificate.tbs_certificate.serial_number.as_bytes() == *serial
            }
            Self::KeyId(id) => {
                let own = certificate.tbs_certificate.get::<SubjectKeyIdentifier>();
                own.is_ok_and(|own| own.is_some_and(|(_, own)| own.0.as_bytes() == *id))
            }
        }
    }
}

impl std::fmt::Display for SignerId<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::IssuerAndSerial(issuer, serial) => {
                write!(f, "serial {} of {}", super::info::hex_of(serial), quote(&issuer.to_string()))
            }
            Self::KeyId(id) => write!(f, "key identifier {}", crate::model::digest::to_hex(id)),
        }
    }
}

fn is_issued(certificate: &Certificate, issuer: &Name) -> bool {
    certificate.tbs_certificate.issuer == *issuer
}

/// The first ESSCertIDv2 of signing-certificate-v2 (RFC 5035, 4; RFC 5816): the signer.
struct Reference<'a> {
    hash: StampHash,
    digest: &'a [u8],
    issuer: Option<(Name, &'a [u8])>,
}

impl<'a> Reference<'a> {
    fn read(item: Item<'a>) -> Result<Self, StampError> {
        const PART: &str = "signing-certificate-v2";
        let mut walk = Walk::new(PART, Walk::only(PART, item.whole, Tag::Sequence)?.content);
        let named = walk.enter(Tag::Sequence, PART)?.all(MOST_NAMED)?;
        // Policies of the certificate are information (RFC 5035, 3).
        walk.take_if(Tag::Sequence)?;
        walk.end()?;
        let first = named.first().ok_or(StampError::Malformed { part: PART })?;
        let mut walk = Walk::new("ESSCertIDv2", Walk::only("ESSCertIDv2", first.whole, Tag::Sequence)?.content);
        // SHA-256 is the default; some write it all the same, which is harmless since it is signed.
        let hash = match walk.take_if(Tag::Sequence)? {
            Some(identifier) => StampHash::of_identifier("ESSCertIDv2", identifier.content)?,
            None => StampHash::Sha256,
        };
        let digest: OctetStringRef<'_> = walk.decode()?;
        let issuer = walk.take_if(Tag::Sequence)?.map(|item| issuer_and_serial(item.content)).transpose()?;
        walk.end()?;
        Ok(Self { hash, digest: digest.as_bytes(), issuer })
    }

    fn is_of(&self, der: &[u8], certificate: &Certificate) -> bool {
        let by_issuer = self.issuer.as_ref().is_none_or(|(issuer, serial)| {
            is_issued(certificate, issuer) && certificate.tbs_certificate.serial_number.as_bytes() == *serial
        });
        by_issuer && self.hash.digest(der) == self.digest
    }
}

/// IssuerSerial: one directory name and a serial number (RFC 5035, 5).
fn issuer_and_serial(content: &[u8]) -> Result<(Name, &[u8]), StampError> {
    const PART: &str = "issuerSerial";
    let mut walk = Walk::new(PART, content);
    let mut names = walk.enter(Tag::Sequence, PART)?;
    let directory = names.take(Tag::ContextSpecific { constructed: true, number: TagNumber::N4 })?;
    names.end()?;
    let name = Name::from_der(directory.content).map_err(|_| StampError::Malformed { part: PART })?;
    let serial = integer(walk.take(Tag::Integer)?, PART)?;
    walk.end()?;
    Ok((name, serial))
}
