//! A throw-away authority for the demo and for tests: real stamps by keys that nobody keeps.
//!
//! Its certificates say in their names that they are not to be trusted. It has no clock: the time of a
//! stamp is the caller's word, so its stamps prove nothing to anybody who does not play along.

use std::time::Duration;

use der::asn1::{AnyRef, BitString, GeneralizedTime, OctetString, OctetStringRef};
use der::{Encode, Tag, TagNumber};
use p256::ecdsa::{DerSignature, SigningKey};
use rand_core::CryptoRngCore;
use signature::Signer as _;
use x509_cert::certificate::{CertificateInner as Certificate, TbsCertificateInner as TbsCertificate, Version};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::model::digest::Sha256Digest;
use crate::model::time::Timestamp;
use crate::policy::anchors::StampAuthority;
use crate::policy::trust::Window;

use super::error::StampError;
use super::exchange::{Asked, response_of_token};
use super::hash::{Imprint, StampHash};
use super::oid;
use super::walk::context;
use super::write::{sequence, set_of, value};

/// Name of the authority, for trust files and pages.
pub const NAME: &str = "throw-away time stamps (demo, not trusted)";

const ROOT: &str = "CN=Batchseal throw-away root (demo or test\\, not to be trusted),O=nobody";
const SIGNER: &str = "CN=Batchseal throw-away time stamps (demo or test\\, not to be trusted),O=nobody";
/// Content of the OBJECT IDENTIFIER of a policy that promises nothing: 2.25 and a random UUID (ITU-T X.667).
const POLICY: [u8; 20] =
    [105, 130, 253, 218, 152, 238, 167, 168, 216, 171, 225, 250, 174, 171, 241, 153, 131, 145, 193, 55];

/// A self-signed root and a signer of time stamps under it, both ECDSA P-256.
pub struct ThrowAwayAuthority {
    root: Vec<u8>,
    signer: Certificate,
    signer_der: Vec<u8>,
    key: SigningKey,
}

impl std::fmt::Debug for ThrowAwayAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(NAME)
    }
}

impl ThrowAwayAuthority {
    /// A new one, valid from `from` to `until`. The root's key is forgotten at once.
    ///
    /// # Errors
    /// [`StampError::Write`] when the certificates cannot be encoded, such as for times before 1970.
    pub fn new(rng: &mut impl CryptoRngCore, from: Timestamp, until: Timestamp) -> Result<Self, StampError> {
        let (root_key, key) = (SigningKey::random(rng), SigningKey::random(rng));
        let validity = Validity { not_before: second(from)?, not_after: second(until)? };
        let root_usage = [
            extension(&BasicConstraints { ca: true, path_len_constraint: Some(0) }, true)?,
            extension(&KeyUsage(KeyUsages::KeyCertSign.into()), true)?,
        ];
        let usage = [
            extension(&KeyUsage(KeyUsages::DigitalSignature.into()), true)?,
            extension(&ExtendedKeyUsage(vec![oid::TIME_STAMPING]), true)?,
        ];
        let root = certificate(ROOT, &root_key, &root_key, validity, root_usage)?;
        let signer = certificate(SIGNER, &key, &root_key, validity, usage)?;
        Ok(Self { root: root.to_der()?, signer_der: signer.to_der()?, signer, key })
    }

    /// The root certificate, DER.
    #[must_use]
    pub fn root(&self) -> &[u8] {
        &self.root
    }

    /// How a verifier that plays along would name it.
    #[must_use]
    pub fn authority(&self) -> StampAuthority {
        StampAuthority { name: NAME.to_owned(), certificates: vec![self.root.clone()], window: Window::default() }
    }

    /// A TimeStampToken, DER, over `message`. The same message and time give the same token.
    ///
    /// # Errors
    /// [`StampError::Write`] when it cannot be encoded.
    pub fn issue(&self, message: &[u8], time: Timestamp) -> Result<Vec<u8>, StampError> {
        self.issue_for(&Imprint::of(StampHash::Sha256, message), None, time)
    }

    /// The same over an imprint, with the nonce of a request.
    ///
    /// # Errors
    /// [`StampError::Write`] when it cannot be encoded.
    pub fn issue_for(&self, imprint: &Imprint, nonce: Option<u64>, time: Timestamp) -> Result<Vec<u8>, StampError> {
        let info = tst_info(imprint, nonce, time)?;
        let attributes = self.attributes(&info)?;
        let signature: DerSignature = self.key.sign(&value(Tag::Set, &[&attributes])?);
        let digest = sequence(&[&oid::SHA256.to_der()?])?;
        let tbs = &self.signer.tbs_certificate;
        let signer = sequence(&[
            &1_u8.to_der()?,
            &sequence(&[&tbs.issuer.to_der()?, &tbs.serial_number.to_der()?])?,
            &digest,
            &value(context(TagNumber::N0), &[&attributes])?,
            &sequence(&[&oid::ECDSA_SHA256.to_der()?])?,
            &OctetStringRef::new(signature.as_bytes())?.to_der()?,
        ])?;
        let content = value(context(TagNumber::N0), &[&OctetStringRef::new(&info)?.to_der()?])?;
        let signed = sequence(&[
            &3_u8.to_der()?,
            &set_of(vec![digest.clone()])?,
            &sequence(&[&oid::TST_INFO.to_der()?, &content])?,
            &value(context(TagNumber::N0), &[&self.signer_der])?,
            &set_of(vec![signer])?,
        ])?;
        Ok(sequence(&[&oid::SIGNED_DATA.to_der()?, &value(context(TagNumber::N0), &[&signed])?])?)
    }

    /// The TimeStampResp to a TimeStampReq.
    ///
    /// # Errors
    /// [`StampError`] when the request is malformed or the answer cannot be encoded.
    pub fn answer(&self, request: &[u8], time: Timestamp) -> Result<Vec<u8>, StampError> {
        let asked = Asked::read(request)?;
        let of_bytes = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        response_of_token(&self.issue_for(&asked.imprint, asked.nonce.map(of_bytes), time)?)
    }

    /// Content of the signed attributes' SET.
    fn attributes(&self, info: &[u8]) -> Result<Vec<u8>, StampError> {
        let attribute = |kind: der::asn1::ObjectIdentifier, one: Vec<u8>| -> der::Result<Vec<u8>> {
            sequence(&[&kind.to_der()?, &set_of(vec![one])?])
        };
        let octets = |bytes: &[u8]| OctetStringRef::new(bytes).and_then(|octets| octets.to_der());
        let reference = sequence(&[&octets(&StampHash::Sha256.digest(&self.signer_der))?])?;
        let mut attributes = [
            attribute(oid::CONTENT_TYPE, oid::TST_INFO.to_der()?)?,
            attribute(oid::MESSAGE_DIGEST, octets(&StampHash::Sha256.digest(info))?)?,
            attribute(oid::SIGNING_CERTIFICATE_V2, sequence(&[&sequence(&[&reference])?])?)?,
        ];
        attributes.sort();
        Ok(attributes.concat())
    }
}

/// DER of a TSTInfo. Its serial number is drawn from its content: nothing is counted or remembered.
fn tst_info(imprint: &Imprint, nonce: Option<u64>, time: Timestamp) -> Result<Vec<u8>, StampError> {
    let imprint = imprint.write()?;
    let time = GeneralizedTime::from_unix_duration(since_epoch(time)?)?.to_der()?;
    let nonce = nonce.map(|nonce| nonce.to_der()).transpose()?.unwrap_or_default();
    let serial = serial(&[imprint.as_slice(), &time, &nonce].concat())?.to_der()?;
    let policy = value(Tag::ObjectIdentifier, &[&POLICY])?;
    Ok(sequence(&[&1_u8.to_der()?, &policy, &imprint, &serial, &time, &nonce])?)
}

/// A positive serial number of 16 bytes.
fn serial(of: &[u8]) -> Result<SerialNumber, StampError> {
    let digest = Sha256Digest::of(of);
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}

fn since_epoch(time: Timestamp) -> Result<Duration, StampError> {
    u64::try_from(time.unix()).map(Duration::from_secs).map_err(|_| StampError::Write)
}

fn second(time: Timestamp) -> Result<Time, StampError> {
    // RFC 5280, 4.1.2.5: UTCTime until 2049.
    let since = since_epoch(time)?;
    let short = der::asn1::UtcTime::from_unix_duration(since).map(Time::UtcTime);
    Ok(short.or_else(|_| GeneralizedTime::from_unix_duration(since).map(Time::GeneralTime))?)
}

fn extension<T: der::oid::AssociatedOid + Encode>(content: &T, critical: bool) -> Result<Extension, StampError> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(content.to_der()?)? })
}

fn certificate(
    subject: &str,
    key: &SigningKey,
    issuer_key: &SigningKey,
    validity: Validity,
    usage: [Extension; 2],
) -> Result<Certificate, StampError> {
    let name = |text: &str| text.parse::<Name>().map_err(|_| StampError::Write);
    let spki = key.verifying_key().to_public_key_der().map_err(|_| StampError::Write)?;
    let algorithm = AlgorithmIdentifierOwned { oid: oid::ECDSA_SHA256, parameters: None };
    let id = Sha256Digest::of(spki.as_bytes());
    let mut extensions = usage.to_vec();
    extensions.push(extension(&SubjectKeyIdentifier(OctetString::new(&id.as_bytes()[..20])?), false)?);
    let tbs_certificate = TbsCertificate {
        version: Version::V3,
        serial_number: serial(spki.as_bytes())?,
        signature: algorithm.clone(),
        issuer: name(ROOT)?,
        validity,
        subject: name(subject)?,
        subject_public_key_info: AnyRef::try_from(spki.as_bytes())?.decode_as::<SubjectPublicKeyInfoOwned>()?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(extensions),
    };
    let signature: DerSignature = issuer_key.sign(&tbs_certificate.to_der()?);
    Ok(Certificate {
        tbs_certificate,
        signature_algorithm: algorithm,
        signature: BitString::from_bytes(signature.as_bytes())?,
    })
}
