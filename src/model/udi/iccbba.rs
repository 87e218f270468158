//! ICCBBA: data structures of ISBT 128 in a UDI, recognised by shape (FDA, "UDI formats by FDA-accredited issuing
//! agency"). Nothing is made: its lot numbers are padded to a fixed length and hold no dots.

use super::error::shown;
use super::{Issuer, PartKind, UdiError};

/// Characters behind `=/`: facility, product code, product description.
const DI_LENGTH: usize = 16;

const FORM: &str = "\"=/\" and 16 capital letters or digits";

/// Data structures of production identifiers: flag, length behind it, what it tells. A flag comes after those that
/// begin with it.
const STRUCTURES: [(&str, usize, PartKind); 5] = [
    ("&,1", 18, PartKind::Lot),
    ("=,", 6, PartKind::Serial),
    ("=>", 6, PartKind::Expires),
    ("=}", 6, PartKind::Manufactured),
    ("=", 15, PartKind::Serial),
];

pub(super) fn check_di(di: &str) -> Result<(), UdiError> {
    match di.strip_prefix("=/") {
        Some(body) if body.len() == DI_LENGTH && is_plain(body) => Ok(()),
        _ => Err(UdiError::Form { issuer: Issuer::Iccbba, got: shown(di), expected: FORM }),
    }
}

/// Device identifier and production identifiers. A donation number takes the place of a serial number.
pub(super) fn parse(text: &str) -> Result<(String, Vec<(PartKind, String)>), UdiError> {
    let (di, mut rest) = text.split_at_checked(2 + DI_LENGTH).ok_or(UdiError::NoDeviceIdentifier)?;
    check_di(di)?;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let part = STRUCTURES.iter().find_map(|(flag, length, kind)| {
            let (value, after) = rest.strip_prefix(flag)?.split_at_checked(*length)?;
            is_plain(value).then(|| ((*kind, value.to_owned()), after))
        });
        let Some((part, after)) = part else { return Err(UdiError::Part(shown(rest))) };
        parts.push(part);
        rest = after;
    }
    Ok((di.to_owned(), parts))
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::{Carrier, Identifier, Issuer, PartKind, UdiError};

    #[test]
    fn recognises_the_example_of_the_agencies_table() {
        let text = "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123";
        let read = Identifier::parse(text).expect("UDI");
        assert_eq!((read.issuer(), read.di()), (Issuer::Iccbba, "=/A9999XYZ100T0944"));
        assert_eq!(read.part(PartKind::Lot), Some("000000000000XYZ123"));
        assert_eq!(read.is_made_on("2013-02-01"), Some(false));
    }

    #[test]
    fn refuses_malformed_text_and_makes_none() {
        for text in ["=/", "=/A9999XYZ100T094", "=/A9999XYZ100T0944&", "=/A9999XYZ100T0944=,00", "=/a9999XYZ100T0944"] {
            assert!(Identifier::parse(text).is_err(), "{text}");
        }
        let made = Identifier::make(Issuer::Iccbba, "=/A9999XYZ100T0944", Carrier::Lot, "1");
        assert_eq!(made, Err(UdiError::NotMade(Issuer::Iccbba)));
    }
}
