//! Padded standard base64 (RFC 4648 section 4), the only spelling our documents use.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serializer};

/// Bytes that are not canonical padded base64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("base64 text is malformed (expected the padded standard alphabet of RFC 4648 section 4)")]
pub struct Base64Error;

/// Encodes with padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Decodes; refuses missing padding, other alphabets and non-canonical trailing bits.
///
/// # Errors
/// [`Base64Error`] for anything [`encode`] would not have written.
pub fn decode(text: &str) -> Result<Vec<u8>, Base64Error> {
    Base64::decode_vec(text).map_err(|_| Base64Error)
}

/// `#[serde(with = "base64::bytes")]`.
pub mod bytes {
    use super::{Deserialize, Deserializer, Serializer, decode, encode};

    /// Writes bytes as base64 text.
    ///
    /// # Errors
    /// Only those of the serializer.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&encode(bytes))
    }

    /// Reads bytes from base64 text.
    ///
    /// # Errors
    /// When the text is not padded standard base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        decode(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn round_trips_every_length_up_to_a_block() {
        for length in 0..65_usize {
            let bytes: Vec<u8> = (0..length).map(|i| u8::try_from(i).unwrap_or(0)).collect();
            assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn rejects_other_spellings_of_the_same_bytes() {
        for text in ["YQ", "YR==", "YQ==\n", " YQ==", "_-8="] {
            assert!(decode(text).is_err(), "{text:?} was accepted");
        }
    }
}
