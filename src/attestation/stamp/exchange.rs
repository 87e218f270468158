//! The exchange with an authority: TimeStampReq and TimeStampResp (RFC 3161, 2.4).

use der::{Encode, Tag, TagNumber};

use super::error::StampError;
use super::hash::Imprint;
use super::info::integer;
use super::status;
use super::token::{MAX_TOKEN, Token};
use super::walk::{Walk, context};
use super::write;

/// Bytes that a response may have beside its token.
const MAX_WRAPPER: usize = 16 * 1024;

/// DER of a TimeStampReq that asks for the signer's certificate. The nonce should be random: it tells a
/// fresh answer from a replayed one.
///
/// # Errors
/// [`StampError::Write`] when it cannot be encoded.
pub fn request(imprint: &Imprint, nonce: u64) -> Result<Vec<u8>, StampError> {
    let (version, nonce, certificates) = (1_u8.to_der()?, nonce.to_der()?, true.to_der()?);
    Ok(write::sequence(&[&version, &imprint.write()?, &nonce, &certificates])?)
}

/// What an answer must repeat.
pub(super) struct Asked<'a> {
    pub(super) imprint: Imprint,
    policy: Option<&'a [u8]>,
    pub(super) nonce: Option<&'a [u8]>,
    wants_certificates: bool,
}

impl<'a> Asked<'a> {
    pub(super) fn read(request: &'a [u8]) -> Result<Self, StampError> {
        const PART: &str = "request";
        let mut walk = Walk::new(PART, Walk::only(PART, request, Tag::Sequence)?.content);
        let version: u8 = walk.decode()?;
        if version != 1 {
            return Err(StampError::Version { part: PART, got: version, expected: "1" });
        }
        let imprint = Imprint::read(walk.enter(Tag::Sequence, "message imprint")?)?;
        let policy = walk.take_if(Tag::ObjectIdentifier)?.map(|item| item.content);
        let nonce = walk.take_if(Tag::Integer)?.map(|item| integer(item, PART)).transpose()?;
        let wants_certificates = walk.next_is(Tag::Boolean)? && walk.decode()?;
        walk.take_if(context(TagNumber::N0))?;
        walk.end()?;
        Ok(Self { imprint, policy, nonce, wants_certificates })
    }
}

/// The TimeStampToken of an authority's TimeStampResp to `request`. Its signature is not verified here.
///
/// # Errors
/// [`StampError::Refused`] with the authority's reasons; [`StampError::OtherRequest`] when imprint, nonce
/// or policy are not the request's; others when the answer is malformed.
pub fn token_of_response(response: &[u8], request: &[u8]) -> Result<Vec<u8>, StampError> {
    let asked = Asked::read(request)?;
    let (_, der) = open(response)?;
    let token = Token::read(der)?;
    let other = |what| Err(StampError::OtherRequest { what });
    if token.info.imprint != asked.imprint {
        return other("imprint");
    }
    if token.info.nonce != asked.nonce {
        return other("nonce");
    }
    if asked.policy.is_some_and(|policy| policy != token.info.policy) {
        return other("policy");
    }
    if asked.wants_certificates && token.certificates.is_empty() {
        return Err(StampError::NoCertificates);
    }
    Ok(der.to_vec())
}

/// The TimeStampToken of a response that was stored, as Sigstore bundles do. No signature covers the
/// wrapper, so it may say nothing but "granted".
///
/// # Errors
/// [`StampError`] for another status or form.
pub fn token_of_stored_response(response: &[u8]) -> Result<&[u8], StampError> {
    let (is_bare, token) = open(response)?;
    if is_bare { Ok(token) } else { Err(StampError::Wrapper) }
}

/// The TimeStampResp that says "granted" around a token: what [`token_of_stored_response`] opens.
///
/// # Errors
/// [`StampError::Write`] when it cannot be encoded.
pub fn response_of_token(token: &[u8]) -> Result<Vec<u8>, StampError> {
    let status = write::sequence(&[&0_u8.to_der()?])?;
    Ok(write::sequence(&[&status, token])?)
}

/// Whether the wrapper says only "granted", and the token's DER.
fn open(response: &[u8]) -> Result<(bool, &[u8]), StampError> {
    const PART: &str = "response";
    if response.len() > MAX_TOKEN + MAX_WRAPPER {
        return Err(StampError::TooLarge { got: response.len() });
    }
    let mut walk = Walk::new(PART, Walk::only(PART, response, Tag::Sequence)?.content);
    let is_bare = status::check(walk.enter(Tag::Sequence, "status")?)?;
    let token = walk.take_if(Tag::Sequence)?.ok_or(StampError::NoToken)?;
    walk.end()?;
    Ok((is_bare, token.whole))
}
