//! TimeStampToken: CMS SignedData around a TSTInfo (RFC 5652, 5; RFC 3161, 2.4.2).
//!
//! What no signature covers is held to one form, so that no byte of a token may change unseen: one
//! signer, no unsigned attributes, no revocation lists, no second digest algorithm.

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Tag, TagNumber};
use x509_cert::name::Name;

use super::error::StampError;
use super::hash::StampHash;
use super::info::{TstInfo, integer};
use super::oid;
use super::walk::{Item, Walk, context};

/// Largest token, in bytes.
pub const MAX_TOKEN: usize = 64 * 1024;
/// Most certificates in a token.
const MOST_CERTIFICATES: usize = 16;

const PART: &str = "SignedData";
const SIGNER: &str = "SignerInfo";

/// A token of the right form. Nothing of it has been verified.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// DER of the TSTInfo.
    pub(super) content: &'a [u8],
    /// The same, read.
    pub(super) info: TstInfo<'a>,
    /// Certificates that came along, DER.
    pub(super) certificates: Vec<&'a [u8]>,
    /// Who signed, and how.
    pub(super) signer: SignerInfo<'a>,
}

/// SignerInfo (RFC 5652, 5.3).
#[derive(Debug, Clone)]
pub(super) struct SignerInfo<'a> {
    /// Which certificate is claimed to have signed.
    pub(super) id: SignerId<'a>,
    /// Digest of the content, and of the signature where its algorithm does not name one.
    pub(super) digest: StampHash,
    /// Content of the signed attributes' SET.
    pub(super) attributes: &'a [u8],
    /// Content of the AlgorithmIdentifier.
    pub(super) algorithm: &'a [u8],
    /// Signature.
    pub(super) signature: &'a [u8],
}

/// SignerIdentifier.
#[derive(Debug, Clone)]
pub(super) enum SignerId<'a> {
    /// By issuer and content of the serial number.
    IssuerAndSerial(Box<Name>, &'a [u8]),
    /// By subject key identifier.
    KeyId(&'a [u8]),
}

impl<'a> Token<'a> {
    /// Reads the DER of a ContentInfo.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, StampError> {
        if bytes.len() > MAX_TOKEN {
            return Err(StampError::TooLarge { got: bytes.len() });
        }
        let mut walk = Walk::new("ContentInfo", Walk::only("ContentInfo", bytes, Tag::Sequence)?.content);
        let kind: ObjectIdentifier = walk.decode()?;
        if kind != oid::SIGNED_DATA {
            return Err(StampError::NotSignedData { got: oid::name_of(kind) });
        }
        let content = walk.take(context(TagNumber::N0))?.content;
        walk.end()?;
        Self::signed_data(Walk::new(PART, Walk::only(PART, content, Tag::Sequence)?.content))
    }

    fn signed_data(mut walk: Walk<'a>) -> Result<Self, StampError> {
        let version: u8 = walk.decode()?;
        if version != 3 {
            return Err(StampError::Version { part: PART, got: version, expected: "3" });
        }
        let digests = walk.enter(Tag::Set, "digest algorithms")?.all(MOST_CERTIFICATES)?;
        let content = encapsulated(walk.enter(Tag::Sequence, "encapContentInfo")?)?;
        let certificates = match walk.take_if(context(TagNumber::N0))? {
            Some(set) => certificates(set.content)?,
            None => Vec::new(),
        };
        if walk.take_if(context(TagNumber::N1))?.is_some() {
            return Err(StampError::RevocationLists);
        }
        let signers = walk.enter(Tag::Set, "signer infos")?.all(MOST_CERTIFICATES)?;
        walk.end()?;
        let &[signer] = signers.as_slice() else { return Err(StampError::Signers { got: signers.len() }) };
        let signer = SignerInfo::read(signer)?;
        let &[digest] = digests.as_slice() else { return Err(StampError::DigestAlgorithms) };
        if StampHash::of_identifier("digest algorithms", digest.content)? != signer.digest
            || digest.tag != Tag::Sequence
        {
            return Err(StampError::DigestAlgorithms);
        }
        Ok(Self { content, info: TstInfo::read(content)?, certificates, signer })
    }
}

/// eContentType and eContent.
fn encapsulated(mut walk: Walk<'_>) -> Result<&[u8], StampError> {
    let kind: ObjectIdentifier = walk.decode()?;
    if kind != oid::TST_INFO {
        return Err(StampError::ContentKind { got: oid::name_of(kind) });
    }
    let content = walk.take(context(TagNumber::N0))?.content;
    walk.end()?;
    let mut inner = Walk::new("eContent", content);
    let octets: OctetStringRef<'_> = inner.decode()?;
    inner.end()?;
    Ok(octets.as_bytes())
}

/// X.509 certificates only: attribute certificates and other formats take no part in a path of ours.
fn certificates(content: &[u8]) -> Result<Vec<&[u8]>, StampError> {
    let walk = Walk::new("certificates", content);
    let malformed = walk.malformed();
    let items = walk.all(MOST_CERTIFICATES)?;
    if items.iter().all(|item| item.tag == Tag::Sequence) {
        Ok(items.iter().map(|item| item.whole).collect())
    } else {
        Err(malformed)
    }
}

impl<'a> SignerInfo<'a> {
    fn read(item: Item<'a>) -> Result<Self, StampError> {
        let mut walk = Walk::new(SIGNER, Walk::only(SIGNER, item.whole, Tag::Sequence)?.content);
        let version: u8 = walk.decode()?;
        let (id, expected) = SignerId::read(&mut walk)?;
        if version != expected {
            let expected = if expected == 1 { "1" } else { "3" };
            return Err(StampError::Version { part: SIGNER, got: version, expected });
        }
        let digest = StampHash::of_identifier("digest algorithm", walk.take(Tag::Sequence)?.content)?;
        let attributes = walk.take_if(context(TagNumber::N0))?.ok_or(StampError::NoSignedAttributes)?.content;
        let algorithm = walk.take(Tag::Sequence)?.content;
        let signature: OctetStringRef<'_> = walk.decode()?;
        if walk.take_if(context(TagNumber::N1))?.is_some() {
            return Err(StampError::UnsignedAttributes);
        }
        walk.end()?;
        Ok(Self { id, digest, attributes, algorithm, signature: signature.as_bytes() })
    }
}

impl<'a> SignerId<'a> {
    /// Reads it; with it the version that its kind asks for.
    fn read(walk: &mut Walk<'a>) -> Result<(Self, u8), StampError> {
        let by_key = Tag::ContextSpecific { constructed: false, number: TagNumber::N0 };
        if let Some(key) = walk.take_if(by_key)? {
            return Ok((Self::KeyId(key.content), 3));
        }
        let mut pair = walk.enter(Tag::Sequence, "signer identifier")?;
        let issuer: Name = pair.decode()?;
        let serial = integer(pair.take(Tag::Integer)?, "signer identifier")?;
        pair.end()?;
        Ok((Self::IssuerAndSerial(Box::new(issuer), serial), 1))
    }
}
