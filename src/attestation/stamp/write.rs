//! Writes DER values around others that are written already.

use der::asn1::AnyRef;
use der::{Encode, Tag};

/// A value of this tag around these parts.
pub(super) fn value(tag: Tag, parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    AnyRef::new(tag, &parts.concat())?.to_der()
}

/// SEQUENCE of these parts.
pub(super) fn sequence(parts: &[&[u8]]) -> der::Result<Vec<u8>> {
    value(Tag::Sequence, parts)
}

/// SET OF these parts, in the order that DER asks for (X.690, 11.6).
pub(super) fn set_of(mut parts: Vec<Vec<u8>>) -> der::Result<Vec<u8>> {
    parts.sort();
    value(Tag::Set, &[&parts.concat()])
}
