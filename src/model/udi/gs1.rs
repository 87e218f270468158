//! GS1: the GTIN and the element strings of a UDI in human-readable form (GS1 General Specifications, sections 3
//! and 7.11; FDA, "UDI formats by FDA-accredited issuing agency").

use super::error::shown;
use super::{Carrier, PartKind, UdiError};

/// Longest variable value (lot, serial, version), in characters.
pub const MAX_VALUE: usize = 20;

/// GS1 character set 82 in words; it is the ISO 646 invariant set of 21 CFR 830.20(c) without the space.
const CHARACTERS: &str = "letters, digits and ! \" % & ' ( ) * + , - . / : ; < = > ? _";

const DATE: &str = "YYMMDD, with 00 for a day that is not given";

/// Application identifiers of a UDI beside (01), and what they tell.
const IDENTIFIERS: [(&str, PartKind); 5] = [
    ("(10)", PartKind::Lot),
    ("(11)", PartKind::Manufactured),
    ("(17)", PartKind::Expires),
    ("(21)", PartKind::Serial),
    ("(8012)", PartKind::Version),
];

/// What comes before the GTIN.
pub const GTIN: &str = "(01)";

/// Whether a character may stand in a value: GS1 character set 82.
#[must_use]
pub const fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'"' | b'%' | b'&'..=b'/' | b':' | b';' | b'<' | b'=' | b'>' | b'?' | b'_')
}

/// The check digit that a GTIN of 14 digits should end with (GS1 General Specifications, 7.9.1).
#[must_use]
pub fn check_digit(gtin: &str) -> Option<char> {
    let digits: Option<Vec<u32>> = gtin.chars().map(|digit| digit.to_digit(10)).collect();
    let (_, payload) = digits?.split_last().map(|(last, rest)| (*last, rest.to_vec()))?;
    let weighed = payload.iter().rev().enumerate().map(|(at, digit)| if at % 2 == 0 { digit * 3 } else { *digit });
    char::from_digit((10 - weighed.sum::<u32>() % 10) % 10, 10)
}

pub(super) fn check_gtin(gtin: &str) -> Result<(), UdiError> {
    let digits = gtin.len() == 14 && gtin.bytes().all(|byte| byte.is_ascii_digit());
    match (digits, gtin.chars().last(), check_digit(gtin)) {
        (true, Some(got), Some(expected)) if got == expected => Ok(()),
        (true, Some(got), Some(expected)) => Err(UdiError::Check { text: gtin.to_owned(), got, expected }),
        _ => Err(UdiError::Gtin(shown(gtin))),
    }
}

/// `(01)` with the GTIN and the version behind the identifier that carries it.
pub(super) fn make(gtin: &str, carrier: Carrier, version: &str) -> Result<String, UdiError> {
    let kind = carrier.kind();
    check_value(kind, version)?;
    Ok(format!("{GTIN}{gtin}{}{version}", identifier_of(kind)))
}

const fn identifier_of(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Lot => "(10)",
        PartKind::Manufactured => "(11)",
        PartKind::Expires => "(17)",
        PartKind::Serial => "(21)",
        PartKind::Version => "(8012)",
    }
}

/// Device identifier and production identifiers of the human-readable form.
pub(super) fn parse(text: &str) -> Result<(String, Vec<(PartKind, String)>), UdiError> {
    let rest = text.strip_prefix(GTIN).ok_or_else(|| UdiError::UnknownAgency(shown(text)))?;
    let gtin = rest.get(..14).ok_or_else(|| UdiError::Gtin(shown(rest)))?;
    check_gtin(gtin)?;
    let mut parts: Vec<(PartKind, String)> = Vec::new();
    let mut rest = rest.get(14..).unwrap_or_default();
    while let Some((kind, value, after)) = next(rest) {
        if parts.iter().any(|(earlier, _)| *earlier == kind) {
            return Err(UdiError::Part(shown(rest)));
        }
        check_value(kind, value)?;
        parts.push((kind, value.to_owned()));
        rest = after;
    }
    if rest.is_empty() { Ok((gtin.to_owned(), parts)) } else { Err(UdiError::Part(shown(rest))) }
}

/// The element string that the text begins with: what it tells, its value, and the text behind it.
pub(super) fn next(text: &str) -> Option<(PartKind, &str, &str)> {
    let (kind, value) = begins(text)?;
    let end = match kind {
        PartKind::Manufactured | PartKind::Expires => 6.min(value.len()),
        _ => {
            value.match_indices('(').map(|(at, _)| at).find(|at| begins(&value[*at..]).is_some()).unwrap_or(value.len())
        }
    };
    let (value, after) = value.split_at_checked(end)?;
    Some((kind, value, after))
}

fn begins(text: &str) -> Option<(PartKind, &str)> {
    IDENTIFIERS.iter().find_map(|(identifier, kind)| Some((*kind, text.strip_prefix(identifier)?)))
}

fn check_value(kind: PartKind, value: &str) -> Result<(), UdiError> {
    if matches!(kind, PartKind::Manufactured | PartKind::Expires) {
        return if is_date(value) { Ok(()) } else { Err(UdiError::Date { kind, got: shown(value), expected: DATE }) };
    }
    if value.is_empty() || value.chars().count() > MAX_VALUE {
        return Err(UdiError::Length { kind, got: value.to_owned(), limit: MAX_VALUE });
    }
    match value.chars().find(|character| !u8::try_from(*character).is_ok_and(is_allowed)) {
        Some(character) => Err(UdiError::Character { kind, got: value.to_owned(), character, allowed: CHARACTERS }),
        None => Ok(()),
    }
}

/// `YYMMDD` whose month and day exist; day 00 stands for the whole month.
fn is_date(text: &str) -> bool {
    let number = |range| text.get(range).and_then(|digits: &str| digits.parse::<i8>().ok());
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (Some(year), Some(month), Some(day)) = (number(0..2), number(2..4), number(4..6)) else { return false };
    // GS1 reads two digits as a year around today; 2000 is a leap year like every other fourth year of that span.
    digits && jiff::civil::Date::new(2000 + i16::from(year), month, day.max(1)).is_ok()
}

/// Whether `YYMMDD` is the day of the digits `YYYYMMDD`.
pub(super) fn is_day(stated: &str, digits: &str) -> bool {
    let day = digits.get(2..).unwrap_or_default();
    stated == day || (stated.ends_with("00") && stated.get(..4) == day.get(..4))
}

#[cfg(test)]
mod tests {
    use super::super::{Carrier, Identifier, Issuer, PartKind, UdiError};
    use super::{check_digit, is_allowed};

    const GTIN: &str = "00860000000108";

    fn make(version: &str) -> Result<String, UdiError> {
        Identifier::make(Issuer::Gs1, "00860000000109", Carrier::Lot, version).map(|made| made.to_string())
    }

    #[test]
    fn knows_check_digits() {
        // The example of FDA's "UDI formats by FDA-accredited issuing agency", and our own.
        for gtin in ["51022222233336", "00860000000109", "04006381333931"] {
            assert_eq!(check_digit(gtin), gtin.chars().last(), "{gtin}");
            assert_eq!(Issuer::Gs1.check_di(gtin), Ok(()));
        }
        let error = Issuer::Gs1.check_di(GTIN).expect_err("check digit");
        assert!(error.to_string().contains("'8' (expected '9')"), "{error}");
        for gtin in ["860000000109", "0086000000010X", "", "000860000000109"] {
            assert!(matches!(Issuer::Gs1.check_di(gtin), Err(UdiError::Gtin(_))), "{gtin}");
        }
    }

    #[test]
    fn has_the_82_characters_of_the_invariant_set() {
        assert_eq!((0..=u8::MAX).filter(|byte| is_allowed(*byte)).count(), 82);
        assert!(b" #$@[\\]^`{|}~".iter().all(|byte| !is_allowed(*byte)));
    }

    #[test]
    fn makes_the_human_readable_form() {
        assert_eq!(make("1.4.0+build.5"), Ok("(01)00860000000109(10)1.4.0+build.5".to_owned()));
        let version = Identifier::make(Issuer::Gs1, "00860000000109", Carrier::Version, "1.4.0").expect("made");
        assert_eq!(version.to_string(), "(01)00860000000109(8012)1.4.0");
        assert_eq!((version.carried(Carrier::Version), version.carried(Carrier::Lot)), (Some("1.4.0"), None));
    }

    #[test]
    fn refuses_versions_that_cannot_be_a_lot() {
        assert!(matches!(make("1.4.0-rc.1+build.20261123"), Err(UdiError::Length { limit: 20, .. })));
        assert!(matches!(make(""), Err(UdiError::Length { .. })));
        assert!(matches!(make("1.4~0"), Err(UdiError::Character { character: '~', .. })));
        assert!(matches!(make("1.4 0"), Err(UdiError::Character { character: ' ', .. })));
        assert!(matches!(make("1(21)5"), Err(UdiError::Ambiguous(_))));
    }

    #[test]
    fn reads_the_example_of_the_agencies_table() {
        let text = "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234";
        let read = Identifier::parse(text).expect("UDI");
        let kinds: Vec<PartKind> = read.parts().iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, [PartKind::Manufactured, PartKind::Expires, PartKind::Lot, PartKind::Serial]);
        assert_eq!((read.di(), read.part(PartKind::Lot)), ("51022222233336", Some("A213B1")));
        assert_eq!((read.is_made_on("2014-12-31"), read.is_made_on("2014-12-30")), (Some(true), Some(false)));
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn a_day_00_stands_for_the_month() {
        let read = Identifier::parse("(01)51022222233336(11)141200(10)A").expect("UDI");
        assert_eq!((read.is_made_on("2014-12-31"), read.is_made_on("2014-11-30")), (Some(true), Some(false)));
    }

    #[test]
    fn refuses_malformed_text_without_panic() {
        for text in [
            "(01)",
            "(01)5102222223333",
            "(01)51022222233337(10)A",
            "(01)51022222233336(11)141331(10)A",
            "(01)51022222233336(11)1412(10)A",
            "(01)51022222233336(10)A(10)B",
            "(01)51022222233336(99)A",
            "(01)51022222233336 (10)A",
            "(01)51022222233336(10)",
            "(01)5102222223333é(10)A",
            "(01)51022222233336(11)14123é",
            "51022222233336",
            "",
        ] {
            assert!(Identifier::parse(text).is_err(), "{text:?} was accepted");
        }
        assert!(matches!(Identifier::parse(&"(".repeat(201)), Err(UdiError::TooLong(201))));
    }
}
