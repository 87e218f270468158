//! Signed attributes: what the signature is really over (RFC 5652, 5.3, 5.4 and 11).

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Decode, Tag};

use super::error::StampError;
use super::oid;
use super::token::Token;
use super::walk::{Item, Walk};

/// Most attributes, and most values of one.
const MOST: usize = 32;

/// Holds content type and message digest to the content; gives the value of signing-certificate-v2.
pub(super) fn check<'a>(token: &Token<'a>) -> Result<Item<'a>, StampError> {
    let attributes = read(token.signer.attributes)?;
    let kind = only(&attributes, oid::CONTENT_TYPE, "content-type")?
        .ok_or(StampError::AttributeMissing { name: "content-type" })?;
    if ObjectIdentifier::from_der(kind.whole) != Ok(oid::TST_INFO) {
        return Err(StampError::AttributeContentType);
    }
    let digest = only(&attributes, oid::MESSAGE_DIGEST, "message-digest")?
        .ok_or(StampError::AttributeMissing { name: "message-digest" })?;
    let digest =
        OctetStringRef::from_der(digest.whole).map_err(|_| StampError::Malformed { part: "message-digest" })?;
    if digest.as_bytes() != token.signer.digest.digest(token.content) {
        return Err(StampError::MessageDigest);
    }
    let older = only(&attributes, oid::SIGNING_CERTIFICATE, "signing-certificate")?;
    only(&attributes, oid::SIGNING_CERTIFICATE_V2, "signing-certificate-v2")?.ok_or(if older.is_some() {
        StampError::OnlySha1SigningCertificate
    } else {
        StampError::AttributeMissing { name: "signing-certificate-v2" }
    })
}

/// The bytes that were signed: the attributes under the tag of a SET (RFC 5652, 5.4).
pub(super) fn signed_bytes(attributes: &[u8]) -> Result<Vec<u8>, StampError> {
    super::write::value(Tag::Set, &[attributes]).map_err(|_| StampError::Malformed { part: "signed attributes" })
}

type Attribute<'a> = (ObjectIdentifier, Vec<Item<'a>>);

fn read(content: &[u8]) -> Result<Vec<Attribute<'_>>, StampError> {
    let items = Walk::new("signed attributes", content).all(MOST)?;
    items.into_iter().map(attribute).collect()
}

fn attribute(item: Item<'_>) -> Result<Attribute<'_>, StampError> {
    let mut walk = Walk::new("signed attribute", Walk::only("signed attribute", item.whole, Tag::Sequence)?.content);
    let kind = walk.decode()?;
    let values = walk.enter(Tag::Set, "signed attribute")?.all(MOST)?;
    walk.end()?;
    Ok((kind, values))
}

/// The one value of the one attribute of this kind.
fn only<'a>(
    attributes: &[Attribute<'a>],
    kind: ObjectIdentifier,
    name: &'static str,
) -> Result<Option<Item<'a>>, StampError> {
    let mut found = attributes.iter().filter(|(other, _)| *other == kind);
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some((_, values)), None) => match values.as_slice() {
            [value] => Ok(Some(*value)),
            _ => Err(StampError::AttributeRepeated { name }),
        },
        (Some(_), Some(_)) => Err(StampError::AttributeRepeated { name }),
    }
}
