//! Values of single fields, each with the pattern or format of the official schema.

use serde::{Deserialize, Deserializer, Serialize};

use crate::model::digest::Sha256Digest;
use crate::model::time::Timestamp;

/// Reads an optional field that, when it is there, must have a value: `null` is not one.
pub(super) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Text that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{got:?} is malformed (expected {expected})")]
pub struct FieldError {
    got: String,
    expected: &'static str,
}

macro_rules! text_field {
    ($(#[$doc:meta])* $name:ident, $fits:expr, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldError;

            fn try_from(text: String) -> Result<Self, FieldError> {
                let fits: fn(&str) -> bool = $fits;
                if fits(&text) {
                    Ok(Self(text))
                } else {
                    Err(FieldError { got: text.chars().take(120).collect(), expected: $expected })
                }
            }
        }
    };
}

text_field!(
    /// `bom-ref` and what points to it.
    Reference,
    |text| !text.is_empty(),
    "text that is not empty"
);
text_field!(
    /// `serialNumber`.
    SerialNumber,
    is_serial_number,
    "urn:uuid: and a UUID in lowercase"
);
text_field!(
    /// `cpe`: formatted string of CPE 2.3 (NIST IR 7695 section 6.2), as the official schema's pattern has it.
    Cpe,
    is_cpe,
    "a CPE 2.3 formatted string such as cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*"
);
text_field!(
    /// `metadata.timestamp`, RFC 3339 in UTC as this product writes it.
    DateTime,
    |text| Timestamp::parse(text).is_ok_and(|time| time.to_string() == text) && is_plain_time(text),
    "a time such as 2026-11-23T14:05:00Z"
);
text_field!(
    /// Absolute `http` or `https` address of plain ASCII without credentials.
    Iri,
    is_address,
    "an http or https address"
);
text_field!(
    /// Value of a hash, lowercase hexadecimal.
    HexDigest,
    |text| matches!(text.len(), 64 | 96 | 128) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
    "64, 96 or 128 lowercase hexadecimal digits"
);

impl SerialNumber {
    /// The serial number that follows from a digest: a UUID of version 8 (RFC 9562 section 5.8).
    #[must_use]
    pub fn of(seed: Sha256Digest) -> Self {
        let mut bytes = *seed.as_bytes();
        bytes[6] = 0x80 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        let hex = Sha256Digest::from_bytes(bytes).to_hex();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        Self(format!("urn:uuid:{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)))
    }
}

impl From<Timestamp> for DateTime {
    fn from(time: Timestamp) -> Self {
        Self(time.in_utc().to_string())
    }
}

impl From<Sha256Digest> for HexDigest {
    fn from(digest: Sha256Digest) -> Self {
        Self(digest.to_hex())
    }
}

/// Eleven attributes behind `cpe:2.3:<part>`; a stricter set of characters than the schema's.
fn is_cpe(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("cpe:2.3:") else { return false };
    let (mut fields, mut current, mut escaped) = (Vec::new(), String::new(), false);
    for letter in rest.chars() {
        match letter {
            _ if escaped => {
                current.push('x');
                escaped = !escaped;
            }
            '\\' => escaped = true,
            ':' => fields.push(std::mem::take(&mut current)),
            other => current.push(other),
        }
    }
    fields.push(current);
    let plain = |field: &String| {
        matches!(field.as_str(), "*" | "-")
            || (!field.is_empty()
                && field.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')))
    };
    let language = fields.get(6).is_some_and(|field| {
        matches!(field.as_str(), "*" | "-")
            || (matches!(field.len(), 2 | 3) && field.bytes().all(|b| b.is_ascii_lowercase()))
    });
    let part = fields.first().is_some_and(|part| matches!(part.as_str(), "a" | "h" | "o" | "*" | "-"));
    !escaped && fields.len() == 11 && part && language && fields.iter().all(plain)
}

fn is_serial_number(text: &str) -> bool {
    let Some(uuid) = text.strip_prefix("urn:uuid:") else { return false };
    let groups: Vec<&str> = uuid.split('-').collect();
    let digits = |group: &&str| group.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(digits)
}

/// `YYYY-MM-DDTHH:MM:SSZ`: nothing that two readers of RFC 3339 could judge differently.
fn is_plain_time(text: &str) -> bool {
    text.len() == 20 && text.ends_with('Z') && text.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
}

/// Conservative: unreserved and reserved characters of RFC 3986 without brackets, whole
/// percent-escapes, one fragment at most, a host, no `@` in the authority.
fn is_address(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let host_fits = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    let port_fits = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=%".contains(&byte);
    let escapes = text
        .split('%')
        .skip(1)
        .all(|after| after.len() >= 2 && after.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    host_fits
        && port_fits
        && text.len() <= 2000
        && text.bytes().all(allowed)
        && escapes
        && text.matches('#').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::{DateTime, HexDigest, Iri, Reference, SerialNumber};
    use crate::model::digest::Sha256Digest;

    #[test]
    fn serial_numbers_are_version_eight_uuids() {
        let serial = SerialNumber::of(Sha256Digest::of(b"x"));
        assert_eq!(serial.as_str(), "urn:uuid:2d711642-b726-8044-8162-7ca9fbac32f5");
        assert!(SerialNumber::try_from(serial.as_str().to_owned()).is_ok());
    }

    #[test]
    fn rejects_values_outside_their_pattern() {
        for text in
            ["", "urn:uuid:", "urn:uuid:2D711642-b726-8044-8162-7ca9fbac32f5", "2d711642-b726-8044-8162-7ca9fbac32f5"]
        {
            assert!(SerialNumber::try_from(text.to_owned()).is_err(), "{text}");
        }
        for text in ["2026-11-23", "2026-11-23T14:05:00+01:00", "2026-11-23T14:05:60Z", "+02026-11-23T14:05:00Z", ""] {
            assert!(DateTime::try_from(text.to_owned()).is_err(), "{text}");
        }
        for text in [
            "",
            "ftp://a",
            "https://",
            "https://u:p@h/",
            "https://h/ a",
            "https://h/%g",
            "https://h/[",
            "//h",
            "https://h:x",
        ] {
            assert!(Iri::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(Iri::try_from("https://example.org/a/b?c=d#e".to_owned()).is_ok());
        assert!(HexDigest::try_from("AB".repeat(32)).is_err());
        assert!(HexDigest::try_from("ab".repeat(32)).is_ok());
        assert!(Reference::try_from(String::new()).is_err());
    }
}
