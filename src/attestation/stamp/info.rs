//! TSTInfo: what a stamp says (RFC 3161, 2.4.2).

use der::asn1::{IntRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Tag, TagNumber};

use crate::model::digest::to_hex;
use crate::model::time::Timestamp;

use super::error::StampError;
use super::hash::Imprint;
use super::oid;
use super::walk::{Item, Walk, context};

const PART: &str = "TSTInfo";
/// Most bytes of a serial number or nonce; RFC 3161 asks for 20.
const MOST_INTEGER: usize = 32;
/// Most extensions.
const MOST_EXTENSIONS: usize = 16;

/// TSTInfo with every rule of its form held.
#[derive(Debug, Clone)]
pub(super) struct TstInfo<'a> {
    /// Policy of the authority under which it was made.
    pub(super) policy: ObjectIdentifier,
    /// Digest of what was stamped.
    pub(super) imprint: Imprint,
    /// Hexadecimal.
    pub(super) serial: String,
    /// In UTC, whole seconds.
    pub(super) time: Timestamp,
    /// Largest deviation, rounded up to seconds.
    pub(super) accuracy_seconds: Option<u32>,
    /// Content of the INTEGER.
    pub(super) nonce: Option<&'a [u8]>,
    /// GeneralName of the authority.
    pub(super) tsa: Option<Item<'a>>,
}

impl<'a> TstInfo<'a> {
    /// Reads the DER of a TSTInfo.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, StampError> {
        let mut walk = Walk::new(PART, Walk::only(PART, bytes, Tag::Sequence)?.content);
        let version: u8 = walk.decode()?;
        if version != 1 {
            return Err(StampError::Version { part: PART, got: version, expected: "1" });
        }
        let policy = walk.decode()?;
        let imprint = Imprint::read(walk.enter(Tag::Sequence, "message imprint")?)?;
        let serial = integer(walk.take(Tag::Integer)?, PART)?;
        let time = gen_time(walk.take(Tag::GeneralizedTime)?.content)?;
        let accuracy_seconds = walk.take_if(Tag::Sequence)?.map(|item| accuracy(item.content)).transpose()?;
        if let Some(ordering) = walk.take_if(Tag::Boolean)?
            && !bool::from_der(ordering.whole).is_ok_and(|stated| stated)
        {
            // DER leaves out what is the default (X.690, 11.5).
            return Err(walk.malformed());
        }
        let nonce = walk.take_if(Tag::Integer)?.map(|item| integer(item, PART)).transpose()?;
        let tsa = walk.take_if(context(TagNumber::N0))?;
        if let Some(extensions) = walk.take_if(context(TagNumber::N1))? {
            refuse_critical(extensions)?;
        }
        walk.end()?;
        let tsa = tsa.map(|item| Walk::new(PART, item.content).next()).transpose()?;
        Ok(Self { policy, imprint, serial: hex_of(serial), time, accuracy_seconds, nonce, tsa })
    }
}

/// Content of an INTEGER in its shortest form, of a size that somebody may really use.
pub(super) fn integer<'a>(item: Item<'a>, part: &'static str) -> Result<&'a [u8], StampError> {
    let is_shortest = IntRef::from_der(item.whole).is_ok();
    if is_shortest && item.content.len() <= MOST_INTEGER {
        Ok(item.content)
    } else {
        Err(StampError::Malformed { part })
    }
}

/// Hexadecimal without the zero byte that only says "not negative".
pub(super) fn hex_of(integer: &[u8]) -> String {
    to_hex(integer.strip_prefix(&[0]).filter(|rest| !rest.is_empty()).unwrap_or(integer))
}

/// `YYYYMMDDhhmmss[.f…]Z`: UTC, no trailing zeros (RFC 3161, 2.4.2). Fractions are dropped.
fn gen_time(text: &[u8]) -> Result<Timestamp, StampError> {
    let error = || StampError::GenTime { got: String::from_utf8_lossy(text).chars().take(40).collect() };
    let text = std::str::from_utf8(text).ok().and_then(|text| text.strip_suffix('Z')).ok_or_else(error)?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14
        || !is_digits(whole)
        || fraction.is_some_and(|digits| !is_digits(digits) || digits.ends_with('0'))
    {
        return Err(error());
    }
    let field = |from: usize, to: usize| whole.get(from..to).unwrap_or_default();
    if field(12, 14) > "59" {
        return Err(error());
    }
    let iso = format!(
        "{}-{}-{}T{}:{}:{}Z",
        field(0, 4),
        field(4, 6),
        field(6, 8),
        field(8, 10),
        field(10, 12),
        field(12, 14)
    );
    Timestamp::parse(&iso).map_err(|_| error())
}

/// Seconds of an Accuracy, rounded up.
fn accuracy(content: &[u8]) -> Result<u32, StampError> {
    let mut walk = Walk::new("accuracy", content);
    let seconds = match walk.take_if(Tag::Integer)? {
        Some(item) => u32::from_der(item.whole).map_err(|_| walk.malformed())?,
        None => 0,
    };
    let mut has_fraction = false;
    for number in [TagNumber::N0, TagNumber::N1] {
        if let Some(item) = walk.take_if(Tag::ContextSpecific { constructed: false, number })? {
            let part = super::write::value(Tag::Integer, &[item.content]).map_err(|_| walk.malformed())?;
            let part = u16::from_der(&part).ok().filter(|part| (1..=999).contains(part));
            part.ok_or_else(|| walk.malformed())?;
            has_fraction = true;
        }
    }
    walk.end()?;
    Ok(seconds.saturating_add(u32::from(has_fraction)))
}

/// Extensions may be passed over only where they are not critical (RFC 3161, 2.4.2; RFC 5280, 4.2).
pub(super) fn refuse_critical(extensions: Item<'_>) -> Result<(), StampError> {
    for extension in Walk::new("extensions", extensions.content).all(MOST_EXTENSIONS)? {
        let mut walk = Walk::new("extension", Walk::only("extension", extension.whole, Tag::Sequence)?.content);
        let id: ObjectIdentifier = walk.decode()?;
        let critical = walk.take_if(Tag::Boolean)?.is_some();
        walk.decode::<OctetStringRef<'_>>()?;
        walk.end()?;
        if critical {
            return Err(StampError::CriticalExtension { got: oid::name_of(id) });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{accuracy, gen_time};

    #[test]
    fn reads_times_and_drops_fractions() {
        for text in ["20261123140509Z", "20261123140509.5Z", "20261123140509.000001Z"] {
            assert_eq!(gen_time(text.as_bytes()).expect("time").to_string(), "2026-11-23T14:05:09Z", "{text}");
        }
    }

    #[test]
    fn rejects_times_of_other_forms() {
        for text in [
            "20261123140509",
            "20261123140509+0000",
            "202611231405Z",
            "20261123140509.Z",
            "20261123140509.50Z",
            "20261123140509,5Z",
            "20261323140509Z",
            "20260230140509Z",
            "20261123140560Z",
            "20261123250509Z",
            "2026112314050éZ",
            "",
        ] {
            assert!(gen_time(text.as_bytes()).is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn rounds_accuracy_up_and_rejects_fractions_out_of_range() {
        assert_eq!(accuracy(&[0x02, 0x01, 0x01]).expect("one second"), 1);
        assert_eq!(accuracy(&[0x02, 0x01, 0x01, 0x81, 0x01, 0x05]).expect("and microseconds"), 2);
        assert_eq!(accuracy(&[0x80, 0x02, 0x01, 0xf4]).expect("milliseconds"), 1);
        for bytes in [&[0x80, 0x02, 0x03, 0xe8][..], &[0x81, 0x01, 0x05, 0x80, 0x01, 0x05], &[0x02, 0x01, 0xff]] {
            assert!(accuracy(bytes).is_err(), "{bytes:x?}");
        }
    }
}
