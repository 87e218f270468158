//! A walk over DER (X.690, 10): each value is taken once and in order, none is left over.
//!
//! The bytes of a value stay at hand, since signatures and digests cover bytes, not meanings.

use der::asn1::AnyRef;
use der::{Decode, FixedTag, Reader, SliceReader, Tag, TagNumber};

use super::error::StampError;

/// A value as it stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item<'a> {
    /// Tag.
    pub(super) tag: Tag,
    /// Tag, length and content.
    pub(super) whole: &'a [u8],
    /// Content.
    pub(super) content: &'a [u8],
}

/// What of some bytes has not been taken yet.
#[derive(Debug, Clone)]
pub(super) struct Walk<'a> {
    rest: &'a [u8],
    part: &'static str,
}

/// `[number]`, constructed.
pub(super) const fn context(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}

impl<'a> Walk<'a> {
    /// Begins at the first of `bytes`; `part` names them in errors.
    pub(super) const fn new(part: &'static str, bytes: &'a [u8]) -> Self {
        Self { rest: bytes, part }
    }

    /// The one value that `bytes` are, and nothing after it.
    pub(super) fn only(part: &'static str, bytes: &'a [u8], tag: Tag) -> Result<Item<'a>, StampError> {
        let mut walk = Self::new(part, bytes);
        let item = walk.take(tag)?;
        walk.end()?;
        Ok(item)
    }

    pub(super) const fn malformed(&self) -> StampError {
        StampError::Malformed { part: self.part }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn peek(&self) -> Result<Item<'a>, StampError> {
        let malformed = |_| self.malformed();
        let whole = SliceReader::new(self.rest).and_then(|mut reader| reader.tlv_bytes()).map_err(malformed)?;
        let any = AnyRef::from_der(whole).map_err(malformed)?;
        Ok(Item { tag: der::Tagged::tag(&any), whole, content: any.value() })
    }

    /// The next value, whatever it is.
    pub(super) fn next(&mut self) -> Result<Item<'a>, StampError> {
        let item = self.peek()?;
        self.rest = self.rest.get(item.whole.len()..).unwrap_or_default();
        Ok(item)
    }

    /// The next value, which must have this tag.
    pub(super) fn take(&mut self, tag: Tag) -> Result<Item<'a>, StampError> {
        let item = self.next()?;
        if item.tag == tag { Ok(item) } else { Err(self.malformed()) }
    }

    /// Whether there is a next value and it has this tag.
    pub(super) fn next_is(&self, tag: Tag) -> Result<bool, StampError> {
        Ok(!self.is_at_end() && self.peek()?.tag == tag)
    }

    /// The next value if it has this tag.
    pub(super) fn take_if(&mut self, tag: Tag) -> Result<Option<Item<'a>>, StampError> {
        if self.next_is(tag)? { self.next().map(Some) } else { Ok(None) }
    }

    /// Into the next value, which must have this tag.
    pub(super) fn enter(&mut self, tag: Tag, part: &'static str) -> Result<Self, StampError> {
        Ok(Self::new(part, self.take(tag)?.content))
    }

    /// The next value as a Rust type.
    pub(super) fn decode<T: Decode<'a> + FixedTag>(&mut self) -> Result<T, StampError> {
        let item = self.take(T::TAG)?;
        T::from_der(item.whole).map_err(|_| self.malformed())
    }

    /// All that is left, one by one; more than `most` are refused.
    pub(super) fn all(mut self, most: usize) -> Result<Vec<Item<'a>>, StampError> {
        let mut items = Vec::new();
        while !self.is_at_end() {
            if items.len() == most {
                return Err(StampError::TooMany { part: self.part, most });
            }
            items.push(self.next()?);
        }
        Ok(items)
    }

    /// Refuses anything left over.
    pub(super) const fn end(self) -> Result<(), StampError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.malformed()) }
    }
}

#[cfg(test)]
mod tests {
    use der::Tag;

    use super::Walk;

    #[test]
    fn takes_each_value_once_and_refuses_what_is_left() {
        let bytes = [0x05, 0x00, 0x01, 0x01, 0xff];
        let mut walk = Walk::new("test", &bytes);
        assert_eq!(walk.take(Tag::Null).expect("NULL").whole, [0x05, 0x00]);
        assert!(walk.clone().end().is_err());
        assert!(walk.take_if(Tag::Null).expect("a value").is_none());
        assert!(walk.decode::<bool>().expect("BOOLEAN"));
        assert!(walk.take_if(Tag::Null).expect("the end").is_none());
        walk.end().expect("all taken");
    }

    #[test]
    fn rejects_long_indefinite_and_truncated_lengths_and_loose_booleans() {
        for bytes in [&[0x04, 0x81, 0x01, 0x00][..], &[0x30, 0x80, 0x00, 0x00], &[0x04, 0x02, 0x00], &[0x04], &[]] {
            assert!(Walk::new("test", bytes).next().is_err(), "{bytes:x?}");
        }
        assert!(Walk::new("test", &[0x01, 0x01, 0x01]).decode::<bool>().is_err());
    }
}
