//! UDIs that stand in running text, such as labeling: where one device identifier is named, and with what version.

use super::error::shown;
use super::{Carrier, Identifier, Issuer, PartKind, gs1};

/// Bytes behind a device identifier that are looked at; no UDI is longer.
const REACH: usize = 120;

/// One place at which a text names a device identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The beginning of what stands there.
    pub text: String,
    /// The version in the production identifier that carries it; `None` where there is no such identifier.
    pub version: Option<String>,
    /// Date of manufacture, `YYMMDD`, where GS1's is given.
    pub manufactured: Option<String>,
}

/// Every place at which a text names the device identifier of a UDI, in the form of the UDI's agency. Spaces between
/// identifiers and values are read over, as people are shown them.
///
/// Linear in the length of the text.
#[must_use]
pub fn mentions(text: &str, udi: &Identifier, carrier: Carrier) -> Vec<Mention> {
    let di = udi.di();
    let named = text.match_indices(di).filter_map(|(at, _)| {
        let behind = reach(text.get(at + di.len()..)?);
        match udi.issuer() {
            Issuer::Gs1 => text.get(..at)?.trim_end().ends_with(gs1::GTIN).then(|| of_gs1(di, behind, carrier)),
            Issuer::Hibcc | Issuer::Iccbba => Some(of_others(di, behind, udi, carrier)),
        }
    });
    named.collect()
}

/// The first bytes of a text, cut where a character ends.
fn reach(text: &str) -> &str {
    let end = (0..=REACH.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

fn of_gs1(di: &str, behind: &str, carrier: Carrier) -> Mention {
    let mut mention = Mention { text: format!("{}{di}", gs1::GTIN), version: None, manufactured: None };
    let behind = joined(behind);
    let mut rest = behind.trim_start();
    while let Some((kind, value, after)) = gs1::next(rest) {
        // A value ends with the first character that no version has.
        let token = match kind {
            PartKind::Manufactured | PartKind::Expires => value,
            _ => version_in(value),
        };
        mention.text.push_str(&format!("({}) {token}", kind.as_str()));
        if kind == carrier.kind() && mention.version.is_none() {
            mention.version = Some(token.to_owned());
        }
        if kind == PartKind::Manufactured {
            mention.manufactured = Some(token.to_owned());
        }
        // Other text behind a value ends the UDI.
        if !value.get(token.len()..).unwrap_or_default().trim().is_empty() {
            break;
        }
        rest = after.trim_start();
    }
    mention.text = shown(&mention.text);
    mention
}

/// The text without the spaces between an identifier and its value.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for character in text.chars() {
        if !(character.is_whitespace() && joined.ends_with(')')) {
            joined.push(character);
        }
    }
    joined
}

/// The version that a text begins with: letters, digits, `.`, `_`, `+` and `-`, without the full stop of a sentence.
fn version_in(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._+-".contains(c))).unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches('.')
}

/// The other agencies' forms have no spaces: what is written is this UDI or another one.
fn of_others(di: &str, behind: &str, udi: &Identifier, carrier: Carrier) -> Mention {
    let run = behind.split(|c: char| c.is_whitespace() || "<>\"'".contains(c)).next().unwrap_or_default();
    let whole = format!("{di}{run}");
    let ours = udi.to_string();
    let is_ours = whole.strip_prefix(&ours).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    let version = match run {
        "" => None,
        _ if is_ours => udi.carried(carrier).map(str::to_owned),
        _ => Identifier::parse(&whole)
            .map_or_else(|_| Some(shown(run)), |other| other.carried(carrier).map(str::to_owned)),
    };
    Mention { text: shown(&whole), version, manufactured: None }
}

#[cfg(test)]
mod tests {
    use super::super::{Carrier, Identifier, Issuer};
    use super::mentions;

    const DI: &str = "00860000000109";

    fn versions(text: &str) -> Vec<Option<String>> {
        let udi = Identifier::make(Issuer::Gs1, DI, Carrier::Lot, "1.4.0").expect("UDI");
        mentions(text, &udi, Carrier::Lot).into_iter().map(|mention| mention.version).collect()
    }

    fn some(version: &str) -> Vec<Option<String>> {
        vec![Some(version.to_owned())]
    }

    #[test]
    fn finds_the_version_with_spaces_punctuation_and_markup_around_it() {
        for text in [
            "UDI (01)00860000000109(10)1.4.0",
            "UDI: (01) 00860000000109 (10) 1.4.0.",
            "<p>(01)00860000000109<!-- -->",
            "<p>(01)00860000000109(10)1.4.0</p>",
            "(01)00860000000109\n(11)261123\n(10)1.4.0\n",
            "(01) 00860000000109 (11) 261123 (10) 1.4.0",
            "(01)00860000000109(10)1.4.0(21)A77",
        ] {
            let expected = if text.contains("(10)") { some("1.4.0") } else { vec![None] };
            assert_eq!(versions(text), expected, "{text}");
        }
        assert_eq!(versions("GTIN 00860000000109, (01)51022222233336(10)1.4.0"), []);
    }

    #[test]
    fn tells_another_version_from_a_longer_one() {
        for version in ["1.4.1", "1.4.0-rc.1", "1.4.01", "1.4.0+5", "1.4.0.1", "v1.4.0"] {
            assert_eq!(versions(&format!("(01)00860000000109(10){version}")), some(version));
        }
    }

    #[test]
    fn reads_many_mentions_and_foreign_characters() {
        let text = "(01)00860000000109é".repeat(10_000);
        assert_eq!(versions(&text).len(), 10_000);
        let two = "(01)00860000000109(10)1.4.0\n(01)00860000000109(10)1.3.0";
        assert_eq!(versions(two), [some("1.4.0"), some("1.3.0")].concat());
        assert_eq!(versions(&"(01)00860000000109(10)é".repeat(2)), [Some(String::new()), Some(String::new())]);
    }

    #[test]
    fn knows_the_forms_of_hibcc() {
        let udi = Identifier::make(Issuer::Hibcc, "+A123BJC5D6E71", Carrier::Lot, "1.4.0").expect("UDI");
        let versions = |text: &str| -> Vec<Option<String>> {
            mentions(text, &udi, Carrier::Lot).into_iter().map(|mention| mention.version).collect()
        };
        assert_eq!(versions(&format!("UDI {udi}.\n")), some("1.4.0"));
        let other = Identifier::make(Issuer::Hibcc, "+A123BJC5D6E71", Carrier::Lot, "1.3.0").expect("UDI");
        assert_eq!(versions(&format!("<b>{other}</b>")), some("1.3.0"));
        assert_eq!(versions("DI +A123BJC5D6E71 only"), [None]);
        assert_eq!(versions("+A123BJC5D6E71/?").len(), 1);
    }
}
