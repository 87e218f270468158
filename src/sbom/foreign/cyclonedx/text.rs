//! Values without parts: the patterns and formats that the official schemas name.

use super::address;
use super::shape::Bounds;
use super::time;

/// What a value without parts is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// JSON number without a fraction.
    Integer,
    /// JSON number.
    Number,
    /// JSON `true` or `false`.
    Boolean,
    /// Any element content.
    Anything,
    /// Text that must keep to this rule.
    Text(Rule),
}

type Check = fn(&str) -> bool;

/// A rule for text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Whether blanks around the text, and runs of them inside, do not count.
    pub(super) token: bool,
    /// Whether bounds are those of a number.
    number: bool,
    check: Check,
    /// What is expected.
    pub(super) expected: &'static str,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.expected == other.expected
    }
}

impl Eq for Rule {}

const fn text(expected: &'static str, check: Check) -> Plain {
    Plain::Text(Rule { token: false, number: false, check, expected })
}

const fn token(expected: &'static str, check: Check) -> Plain {
    Plain::Text(Rule { token: true, number: false, check, expected })
}

const fn number(expected: &'static str, check: Check) -> Plain {
    Plain::Text(Rule { token: true, number: true, check, expected })
}

/// Names that the shapes use for values without parts.
const NAMES: [(&str, Plain); 31] = [
    ("integer", Plain::Integer),
    ("number", Plain::Number),
    ("boolean", Plain::Boolean),
    ("anything", Plain::Anything),
    ("text", text("text", |_| true)),
    ("empty", text("nothing", str::is_empty)),
    ("token", token("text", |_| true)),
    ("date-time", text("an RFC 3339 time such as 2026-11-23T14:05:00Z", time::is_rfc3339)),
    ("date", text("a date such as 2026-11-23", time::is_date)),
    ("uri", text("an absolute URI", |text| text.is_ascii() && address::is_absolute(text))),
    ("iri-reference", text("an address (IRI reference)", address::is_iri_reference)),
    ("idn-email", text("an e-mail address", address::is_email)),
    ("urn-uuid", text("urn:uuid: and a UUID in lowercase", is_urn_uuid)),
    ("mime-type", text("a media type such as text/plain", is_media_type)),
    ("hash-content", text(HASH, is_hash)),
    ("locale", text("a language such as en or en-US", is_locale)),
    ("open-cre", text("CRE:<number>-<number>", is_open_cre)),
    ("patent-number", text("2 to 30 letters, digits, blanks and -/.()", |text| is_patent_number(text, is_blank))),
    (
        "country-code",
        text("two uppercase letters", |text| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase())),
    ),
    ("bom-link-document", text(BOM_LINK, |text| is_bom_link(text) && !text.contains('#'))),
    ("bom-link-element", text(BOM_LINK, |text| is_bom_link(text) && text.contains('#'))),
    ("spdx-id", text("the identifier of an SPDX licence", is_spdx_id)),
    ("cpe-name", text("a CPE 2.2 or 2.3 name", super::cpe::is_name)),
    ("any-uri", token("an address (URI reference)", address::is_any_uri)),
    ("xml-date-time", token("a time such as 2026-11-23T14:05:00Z", time::is_xml_date_time)),
    ("xml-date", token("a date such as 2026-11-23", time::is_xml_date)),
    ("xml-integer", number("an integer", is_integer)),
    ("xml-decimal", number("a decimal number", is_decimal)),
    ("xml-boolean", token("true or false", |text| matches!(text, "true" | "false" | "1" | "0"))),
    ("xml-urn-uuid", text("urn:uuid: and a UUID in lowercase", |text| is_urn_uuid(text) || is_braced_uuid(text))),
    (
        "xml-patent-number",
        text("2 to 30 letters, digits, blanks and -/.()", |text| is_patent_number(text, |b| b == b' ')),
    ),
];

/// Spellings of XML that differ from those of JSON only in forgiving blanks.
const TOKENS: [(&str, Plain); 2] = [
    ("xml-hash-content", token(HASH, is_hash)),
    ("xml-mime-type", token("a media type such as text/plain", is_media_type)),
];

const HASH: &str = "32, 40, 64, 96 or 128 hexadecimal digits";
const BOM_LINK: &str = "a BOM-Link such as urn:cdx:<uuid>/1#<reference>";

impl Plain {
    /// The kind of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        NAMES.iter().chain(&TOKENS).find(|(own, _)| *own == name).map(|(_, plain)| *plain)
    }
}

impl Rule {
    /// Whether the text keeps to the rule and the bounds.
    pub(super) fn fits(&self, text: &str, (low, high): Bounds) -> bool {
        if !(self.check)(text) {
            return false;
        }
        if low.is_none() && high.is_none() {
            return true;
        }
        if self.number {
            return within(text.parse().unwrap_or(f64::NAN), (low, high));
        }
        let length = text.chars().count();
        low.is_none_or(|low| length >= low as usize) && high.is_none_or(|high| length <= high as usize)
    }
}

/// Whether a number is within bounds; not a number is not.
pub(super) fn within(number: f64, (low, high): Bounds) -> bool {
    !number.is_nan()
        && low.is_none_or(|low| number >= f64::from(low))
        && high.is_none_or(|high| number <= f64::from(high))
}

fn is_uuid(text: &str) -> bool {
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.split('-').all(digits)
}

fn is_urn_uuid(text: &str) -> bool {
    text.strip_prefix("urn:uuid:").is_some_and(is_uuid)
}

fn is_braced_uuid(text: &str) -> bool {
    text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(is_uuid)
}

fn is_bom_link(text: &str) -> bool {
    let Some((uuid, rest)) = text.strip_prefix("urn:cdx:").and_then(|rest| rest.split_once('/')) else { return false };
    let (version, fragment) = rest.split_once('#').map_or((rest, None), |(version, rest)| (version, Some(rest)));
    let counts = !version.starts_with('0') && !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    is_uuid(uuid) && counts && fragment.is_none_or(|text| !text.is_empty()) && address::is_iri_reference(text)
}

fn is_media_type(text: &str) -> bool {
    let allowed = |part: &str| {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.');
        !part.is_empty() && part.bytes().all(letter)
    };
    text.split_once('/').is_some_and(|(kind, name)| allowed(kind) && allowed(name))
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64 | 96 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_locale(text: &str) -> bool {
    let lower = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase());
    let upper = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
    text.split_once('-').map_or(lower(text), |(language, country)| lower(language) && upper(country))
}

fn is_open_cre(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let numbers = text.strip_prefix("CRE:").and_then(|rest| rest.split_once('-'));
    numbers.is_some_and(|(one, other)| digits(one) && digits(other))
}

fn is_patent_number(text: &str, blank: fn(u8) -> bool) -> bool {
    let inside = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b'.' | b'(' | b')') || blank(b);
    let ends = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_alphanumeric());
    (2..=30).contains(&text.len())
        && text.bytes().all(inside)
        && ends(text.bytes().next())
        && ends(text.bytes().next_back())
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Licences and exceptions, as the official enumeration has them; newer lists have some more.
fn is_spdx_id(text: &str) -> bool {
    let licences = spdx::identifiers::LICENSES;
    licences.binary_search_by(|licence| licence.name.cmp(text)).is_ok() || spdx::exception_id(text).is_some()
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    whole.len() + part.len() > 0 && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit())
}
