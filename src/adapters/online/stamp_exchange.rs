//! TimeStampReq and TimeStampResp (RFC 3161 section 2.4), as little of them as asking needs.
//!
//! Here it is only seen that the token is an answer to this request; whether it is believed is decided
//! where stamps are verified.

use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{AnyRef, BitString, ObjectIdentifier, OctetStringRef};
use der::{Any, Decode, Encode, Reader, Sequence, SliceReader, Tag, Tagged};

use crate::model::digest::Sha256Digest;

/// SHA-256 (RFC 5754 section 2.2).
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// id-ct-TSTInfo.
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// AlgorithmIdentifier of SHA-256 with NULL, and the head of the digest's OCTET STRING.
const IMPRINT_HEAD: [u8; 19] = [0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20];

#[derive(Sequence)]
struct ResponseWire {
    status: StatusWire,
    #[asn1(optional = "true")]
    token: Option<Any>,
}

#[derive(Sequence)]
struct StatusWire {
    status: u8,
    #[asn1(optional = "true")]
    text: Option<Vec<String>>,
    #[asn1(optional = "true")]
    failure: Option<BitString>,
}

/// A positive INTEGER of eight bytes without a leading zero.
fn integer(nonce: [u8; 8]) -> [u8; 8] {
    let mut nonce = nonce;
    nonce[0] = nonce[0] & 0x7f | 0x40;
    nonce
}

/// A request for a stamp over the SHA-256 of `message`, with the authority's certificate in the token.
pub(super) fn request(message: &[u8], nonce: [u8; 8]) -> Vec<u8> {
    let mut bytes = vec![0x30, 67, 2, 1, 1];
    bytes.extend(IMPRINT_HEAD);
    bytes.extend(Sha256Digest::of(message).as_bytes());
    bytes.extend([2, 8]);
    bytes.extend(integer(nonce));
    bytes.extend([1, 1, 0xff]);
    bytes
}

/// The TimeStampToken of a response, if it is granted and over this message with this nonce.
pub(super) fn token_of_response(response: &[u8], message: &[u8], nonce: [u8; 8]) -> Result<Vec<u8>, String> {
    let response = ResponseWire::from_der(response).map_err(|_| "it is no TimeStampResp (RFC 3161)".to_owned())?;
    // granted, grantedWithMods
    if response.status.status > 1 {
        let text = response.status.text.unwrap_or_default().join(" ");
        let failure = response.status.failure.map(|bits| format!(", failure bits {:02x?}", bits.raw_bytes()));
        return Err(format!(
            "it refuses with status {}{}: {text}",
            response.status.status,
            failure.unwrap_or_default()
        ));
    }
    let broken = |_: der::Error| "its token is malformed (RFC 3161)".to_owned();
    let token = response.token.ok_or("it grants without a token")?.to_der().map_err(broken)?;
    let info = info_of(&token).map_err(broken)?;
    let (imprint, got) = imprint_and_nonce(&info).map_err(broken)?;
    if imprint != Sha256Digest::of(message).as_bytes() {
        return Err("its stamp is over something else than the signature".to_owned());
    }
    if got.as_deref() != Some(&integer(nonce)[..]) {
        return Err("its stamp is an answer to another request (the nonce differs)".to_owned());
    }
    Ok(token)
}

fn info_of(token: &[u8]) -> der::Result<Vec<u8>> {
    let signed: SignedData = ContentInfo::from_der(token)?.content.decode_as()?;
    let content = signed.encap_content_info;
    match content.econtent {
        Some(info) if content.econtent_type == TST_INFO => {
            Ok(info.decode_as::<OctetStringRef<'_>>()?.as_bytes().to_vec())
        }
        _ => Err(Tag::OctetString.value_error()),
    }
}

/// SHA-256 imprint and nonce of a TSTInfo: version, policy, imprint, serial number, time, …, nonce.
fn imprint_and_nonce(info: &[u8]) -> der::Result<(Vec<u8>, Option<Vec<u8>>)> {
    let mut reader = SliceReader::new(info)?;
    let fields: Vec<AnyRef<'_>> = reader.sequence(|reader| {
        let mut fields = Vec::new();
        while !reader.is_finished() {
            fields.push(reader.decode()?);
        }
        Ok(fields)
    })?;
    reader.finish(())?;
    let imprint = fields.get(2).ok_or_else(|| Tag::Sequence.value_error())?;
    let digest = imprint.sequence(|reader| {
        let oid: ObjectIdentifier = reader.sequence(|algorithm| {
            let oid = algorithm.decode()?;
            // Parameters: NULL or none.
            algorithm.decode::<Option<der::asn1::Null>>()?;
            Ok(oid)
        })?;
        let digest: OctetStringRef<'_> = reader.decode()?;
        if oid == SHA256 { Ok(digest.as_bytes().to_vec()) } else { Err(Tag::ObjectIdentifier.value_error()) }
    })?;
    let nonce = fields.iter().skip(5).find(|field| field.tag() == Tag::Integer).map(|field| field.value().to_vec());
    Ok((digest, nonce))
}
