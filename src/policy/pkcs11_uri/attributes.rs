//! The attributes of a `pkcs11:` URI: names, places, percent-encoding (RFC 7512 section 2.3, RFC 3986 section 2.1).

use super::Pkcs11UriError;

/// Most bytes of a CKA_ID.
const MAX_ID: usize = 255;

/// The attributes of the path or of the query, decoded, each at most once.
#[derive(Default)]
pub(super) struct Attributes(Vec<(&'static str, Vec<u8>)>);

const PATH: [&str; 13] = [
    "token",
    "manufacturer",
    "model",
    "serial",
    "object",
    "type",
    "id",
    "slot-id",
    "slot-description",
    "slot-manufacturer",
    "library-manufacturer",
    "library-description",
    "library-version",
];

const QUERY: [&str; 4] = ["pin-source", "pin-value", "module-name", "module-path"];

pub(super) fn path_attributes(text: &str) -> Result<Attributes, Pkcs11UriError> {
    let mut attributes = Attributes::default();
    if text.is_empty() {
        return Ok(attributes);
    }
    for (index, part) in text.split(';').enumerate() {
        let (name, value) = split(part, index)?;
        match PATH.into_iter().find(|known| *known == name) {
            Some(name) => attributes.add(name, decode(name, value, b"&")?)?,
            None if name.starts_with("x-") => return Err(Pkcs11UriError::Vendor(shown(name))),
            None => return Err(Pkcs11UriError::Unknown { name: shown(name), place: "path" }),
        }
    }
    Ok(attributes)
}

pub(super) fn query_attributes(text: &str) -> Result<Attributes, Pkcs11UriError> {
    let mut attributes = Attributes::default();
    if text.is_empty() {
        return Ok(attributes);
    }
    for (index, part) in text.split('&').enumerate() {
        let (name, value) = split(part, index)?;
        match QUERY.into_iter().find(|known| *known == name) {
            Some("pin-value") => return Err(Pkcs11UriError::PinValue),
            Some(name) => attributes.add(name, decode(name, value, b"/?|")?)?,
            // May stand several times (RFC 7512 section 2.4); its value must still be one.
            None if name.starts_with("x-") => drop(decode("a vendor's attribute", value, b"/?|")?),
            None => return Err(Pkcs11UriError::Unknown { name: shown(name), place: "query" }),
        }
    }
    Ok(attributes)
}

/// `name=value`; a name is letters, digits, `-` and `_`.
fn split(part: &str, index: usize) -> Result<(&str, &str), Pkcs11UriError> {
    let sound =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    part.split_once('=').filter(|(name, _)| sound(name)).ok_or(Pkcs11UriError::NoValue(index.saturating_add(1)))
}

fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

/// Percent-decodes (RFC 3986 section 2.1); characters that the grammar wants encoded are refused as they stand.
fn decode(name: &'static str, value: &str, further: &[u8]) -> Result<Vec<u8>, Pkcs11UriError> {
    let refuse = || Pkcs11UriError::Value { name, expected: "characters of RFC 7512, others percent-encoded" };
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~:[]@!$'()*+,=".contains(&byte) || further.contains(&byte);
        if byte == b'%' {
            let (high, low) = (rest.next().and_then(hex), rest.next().and_then(hex));
            let (high, low) = (high.ok_or_else(refuse)?, low.ok_or_else(refuse)?);
            bytes.push(high << 4 | low);
        } else if plain {
            bytes.push(byte);
        } else {
            return Err(refuse());
        }
    }
    Ok(bytes)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl Attributes {
    fn add(&mut self, name: &'static str, value: Vec<u8>) -> Result<(), Pkcs11UriError> {
        if self.0.iter().any(|(known, _)| *known == name) {
            return Err(Pkcs11UriError::Twice(name));
        }
        self.0.push((name, value));
        Ok(())
    }

    fn bytes(&self, name: &str) -> Option<(&'static str, &[u8])> {
        self.0.iter().find(|(known, _)| *known == name).map(|(name, value)| (*name, value.as_slice()))
    }

    /// Text without characters that would lie to a reader; an empty value chooses nothing and is a slip.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Pkcs11UriError> {
        let Some((name, value)) = self.bytes(name) else { return Ok(None) };
        let sound = |text: &&str| !text.is_empty() && !text.chars().any(crate::model::text::is_deceptive);
        let text = std::str::from_utf8(value).ok().filter(sound);
        text.map(|text| Some(text.to_owned())).ok_or(Pkcs11UriError::Value { name, expected: "visible UTF-8 text" })
    }

    pub(super) fn id(&self) -> Result<Option<Vec<u8>>, Pkcs11UriError> {
        match self.bytes("id") {
            None => Ok(None),
            Some((_, value)) if (1..=MAX_ID).contains(&value.len()) => Ok(Some(value.to_vec())),
            Some((name, _)) => Err(Pkcs11UriError::Value { name, expected: "1 to 255 bytes, such as %01" }),
        }
    }

    pub(super) fn read<T>(
        &self,
        name: &str,
        expected: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Pkcs11UriError> {
        let Some((name, _)) = self.bytes(name) else { return Ok(None) };
        let text = self.text(name)?.unwrap_or_default();
        read(&text).map(Some).ok_or(Pkcs11UriError::Value { name, expected })
    }
}
