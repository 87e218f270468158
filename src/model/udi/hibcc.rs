//! HIBCC: primary and secondary data of the Supplier Labeling Standard (ANSI/HIBC 2) joined in one string, with the
//! modulo 43 check character.

use super::error::shown;
use super::{Carrier, Issuer, PartKind, UdiError};

/// Longest lot or serial number, in characters.
const MAX_VALUE: usize = 18;

/// Value of each character for the check character, by position.
const VALUES: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

const CHARACTERS: &str = "capital letters, digits, '-' and '.'";

const PRIMARY: &str = "'+', a labeler's code of 4, a product number of 1 to 18 and a unit-of-measure digit, all capital \
                       letters and digits, without the check character";

const DATE: &str = "YYYYMMDD";

/// The modulo 43 check character of a text; `None` where a character has no value.
#[must_use]
pub fn check_character(text: &str) -> Option<char> {
    let values: Option<Vec<usize>> = text.chars().map(|character| VALUES.find(character)).collect();
    VALUES.chars().nth(values?.iter().sum::<usize>() % 43)
}

/// `+`, labeler identification code, product or catalogue number, unit of measure.
pub(super) fn check_primary(di: &str) -> Result<(), UdiError> {
    let form = || UdiError::Form { issuer: Issuer::Hibcc, got: shown(di), expected: PRIMARY };
    let body = di.strip_prefix('+').ok_or_else(form)?.as_bytes();
    let characters = body.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let ends = body.first().is_some_and(u8::is_ascii_uppercase) && body.last().is_some_and(u8::is_ascii_digit);
    if characters && ends && (6..=23).contains(&body.len()) { Ok(()) } else { Err(form()) }
}

/// Primary data, the version as lot or serial number, check character.
pub(super) fn make(di: &str, carrier: Carrier, version: &str) -> Result<String, UdiError> {
    let flag = match carrier {
        Carrier::Lot => "$",
        Carrier::Serial => "$+",
        Carrier::Version => return Err(UdiError::NoSuchCarrier(Issuer::Hibcc, carrier)),
    };
    check_value(carrier.kind(), version)?;
    let text = format!("{di}/{flag}{version}");
    let check = check_character(&text).ok_or_else(|| UdiError::Ambiguous(shown(version)))?;
    Ok(format!("{text}{check}"))
}

fn check_value(kind: PartKind, value: &str) -> Result<(), UdiError> {
    if !(1..=MAX_VALUE).contains(&value.chars().count()) {
        return Err(UdiError::Length { kind, got: value.to_owned(), limit: MAX_VALUE });
    }
    let allowed =
        |character: &char| character.is_ascii_uppercase() || character.is_ascii_digit() || "-.".contains(*character);
    match value.chars().find(|character| !allowed(character)) {
        Some(character) => Err(UdiError::Character { kind, got: value.to_owned(), character, allowed: CHARACTERS }),
        None => Ok(()),
    }
}

/// Device identifier and production identifiers; asterisks around the text (its caption) are left out.
pub(super) fn parse(text: &str) -> Result<(String, Vec<(PartKind, String)>), UdiError> {
    let text = text.strip_prefix('*').and_then(|inner| inner.strip_suffix('*')).unwrap_or(text);
    let mut characters = text.chars();
    let got = characters.next_back().ok_or(UdiError::NoDeviceIdentifier)?;
    let body = characters.as_str();
    match check_character(body) {
        Some(expected) if expected == got => {}
        Some(expected) => return Err(UdiError::Check { text: shown(body), got, expected }),
        None => return Err(UdiError::Form { issuer: Issuer::Hibcc, got: shown(body), expected: PRIMARY }),
    }
    let mut segments = body.split('/');
    let di = segments.next().unwrap_or_default();
    check_primary(di)?;
    let mut parts: Vec<(PartKind, String)> = Vec::new();
    for segment in segments {
        for part in segment_parts(segment)? {
            if parts.iter().any(|(kind, _)| *kind == part.0) {
                return Err(UdiError::Part(shown(segment)));
            }
            parts.push(part);
        }
    }
    Ok((di.to_owned(), parts))
}

/// What one stretch between slashes tells. Quantities are read over.
fn segment_parts(segment: &str) -> Result<Vec<(PartKind, String)>, UdiError> {
    let one = |kind, value: &str| check_value(kind, value).map(|()| vec![(kind, value.to_owned())]);
    let date = |kind, value: &str| match is_date(value) {
        true => Ok(vec![(kind, value.to_owned())]),
        false => Err(UdiError::Date { kind, got: shown(value), expected: DATE }),
    };
    if let Some(rest) = segment.strip_prefix("$$+") {
        expiry_and(PartKind::Serial, rest)
    } else if let Some(rest) = segment.strip_prefix("$$") {
        expiry_and(PartKind::Lot, rest)
    } else if let Some(value) = segment.strip_prefix("$+") {
        one(PartKind::Serial, value)
    } else if let Some(value) = segment.strip_prefix('$') {
        one(PartKind::Lot, value)
    } else if let Some(value) = segment.strip_prefix("16D") {
        date(PartKind::Manufactured, value)
    } else if let Some(value) = segment.strip_prefix("14D") {
        date(PartKind::Expires, value)
    } else if let Some(value) = segment.strip_prefix('S') {
        one(PartKind::Serial, value)
    } else if segment.strip_prefix('Q').is_some_and(|number| (1..=5).contains(&number.len()) && is_digits(number)) {
        Ok(Vec::new())
    } else {
        Err(UdiError::Part(shown(segment)))
    }
}

/// Behind `$$`: an optional quantity, an expiration date in one of seven forms, then lot or serial number.
fn expiry_and(kind: PartKind, text: &str) -> Result<Vec<(PartKind, String)>, UdiError> {
    let malformed = || UdiError::Part(shown(text));
    let text = match text.as_bytes().first() {
        Some(b'8') => text.get(3..).ok_or_else(malformed)?,
        Some(b'9') => text.get(6..).ok_or_else(malformed)?,
        _ => text,
    };
    // The digit that says how the date is written counts to it where it is a month's first digit.
    let (skipped, length) = match text.as_bytes().first() {
        Some(b'0' | b'1') => (0, 4),
        Some(b'2' | b'3') => (1, 6),
        Some(b'4') => (1, 8),
        Some(b'5') => (1, 5),
        Some(b'6') => (1, 7),
        Some(b'7') => (1, 0),
        _ => return Err(malformed()),
    };
    let date = text.get(skipped..skipped + length).ok_or_else(malformed)?;
    let value = text.get(skipped + length..).unwrap_or_default();
    if !is_digits(date) {
        return Err(UdiError::Date { kind: PartKind::Expires, got: shown(date), expected: "digits" });
    }
    let mut parts = Vec::new();
    if !date.is_empty() {
        parts.push((PartKind::Expires, date.to_owned()));
    }
    if !value.is_empty() {
        check_value(kind, value)?;
        parts.push((kind, value.to_owned()));
    }
    Ok(parts)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `YYYYMMDD` of a day that exists.
fn is_date(text: &str) -> bool {
    let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<i8>().ok());
    let year = text.get(..4).and_then(|digits| digits.parse::<i16>().ok());
    let (Some(year), Some(month), Some(day)) = (year, number(4..6), number(6..8)) else { return false };
    text.len() == 8 && is_digits(text) && jiff::civil::Date::new(year, month, day).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Carrier, Identifier, Issuer, PartKind, UdiError};
    use super::check_character;

    const DI: &str = "+A123BJC5D6E71";

    #[test]
    fn knows_the_check_character_of_the_standards_example() {
        assert_eq!(check_character(DI), Some('G'));
        assert_eq!(check_character("+a"), None);
    }

    #[test]
    fn makes_lot_and_serial_with_check_character_and_reads_them_again() {
        for (carrier, flag) in [(Carrier::Lot, "/$1.4.0"), (Carrier::Serial, "/$+1.4.0")] {
            let made = Identifier::make(Issuer::Hibcc, DI, carrier, "1.4.0").expect("made");
            let text = made.to_string();
            assert!(text.starts_with(&format!("{DI}{flag}")) && text.len() == DI.len() + flag.len() + 1, "{text}");
            assert_eq!(Identifier::parse(&text), Ok(made));
        }
    }

    #[test]
    fn refuses_versions_that_cannot_be_a_lot() {
        let make = |carrier, version| Identifier::make(Issuer::Hibcc, DI, carrier, version);
        assert!(matches!(make(Carrier::Lot, "1.4.0-rc"), Err(UdiError::Character { character: 'r', .. })));
        assert!(matches!(make(Carrier::Lot, "1.4.0+5"), Err(UdiError::Character { character: '+', .. })));
        assert!(matches!(make(Carrier::Lot, "1.4.0-20261123.12345"), Err(UdiError::Length { limit: 18, .. })));
        assert_eq!(make(Carrier::Version, "1.4.0"), Err(UdiError::NoSuchCarrier(Issuer::Hibcc, Carrier::Version)));
    }

    #[test]
    fn reads_expiration_lot_serial_and_manufacture() {
        let body = "+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202";
        let text = format!("{body}{}", check_character(body).expect("values"));
        let read = Identifier::parse(&text).expect("UDI");
        assert_eq!(read.di(), "+H123PARTNO1234567890120");
        assert_eq!(
            (read.part(PartKind::Lot), read.part(PartKind::Expires)),
            (Some("LOT123456789012345"), Some("20020216"))
        );
        assert_eq!((read.is_made_on("2013-02-02"), read.is_made_on("2013-02-03")), (Some(true), Some(false)));
        assert_eq!(Identifier::parse(&format!("*{text}*")).expect("caption").parts(), read.parts());
    }

    #[test]
    fn refuses_malformed_text_without_panic() {
        assert!(matches!(Identifier::parse("+A123BJC5D6E71/$1.4.0A"), Err(UdiError::Check { got: 'A', .. })));
        for body in [
            "+",
            "+1123B1",
            "+A123b1",
            "+A123B",
            DI,
            "+A123BJC5D6E71/1",
            "+A123BJC5D6E71/$$",
            "+A123BJC5D6E71/16D20131301",
        ] {
            let check = check_character(body).unwrap_or('0');
            let refused = Identifier::parse(&format!("{body}{check}"));
            assert_eq!(refused.is_ok(), body == DI, "{body}: {refused:?}");
        }
        for di in ["A123B1", "+A123B1C2D3E4F5G6H7I8J9K", "+", "+A123é1"] {
            assert!(Issuer::Hibcc.check_di(di).is_err(), "{di}");
        }
    }
}
