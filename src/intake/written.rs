//! Small TOML documents that people write for a check to read: strict, with the line of what is wrong.

use serde::de::DeserializeOwned;

use crate::model::text::{is_deceptive, shows_something};

/// Largest document, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Longest text for people, in characters.
const MAX_TEXT: usize = 200;

/// Why a document is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WrittenError {
    /// Larger than this product reads.
    #[error("document is {0} bytes long (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("document is no UTF-8 text")]
    NotText,
    /// Not of the shape of its format.
    #[error("{0}")]
    Malformed(String),
    /// A value of the wrong form.
    #[error("{name} is {got:?} (expected {expected})")]
    Field {
        /// Which.
        name: &'static str,
        /// As it stands there.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// More than this product reads.
    #[error("{what} number more than {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

impl WrittenError {
    /// A value of the wrong form, shown shortened.
    #[must_use]
    pub fn field(name: &'static str, got: &str, expected: &'static str) -> Self {
        Self::Field { name, got: got.chars().take(80).collect(), expected }
    }
}

/// Reads TOML into a strict type.
///
/// # Errors
/// [`WrittenError`].
pub(super) fn toml<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WrittenError> {
    if bytes.len() > MAX_BYTES {
        return Err(WrittenError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| WrittenError::NotText)?;
    ::toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        WrittenError::Malformed(format!("line {line}: {}", error.message()))
    })
}

/// A TOML date without time, as `YYYY-MM-DD`.
///
/// # Errors
/// [`WrittenError::Field`].
pub(super) fn day(name: &'static str, value: ::toml::value::Datetime) -> Result<String, WrittenError> {
    let text = value.to_string();
    let plain = value.time.is_none() && value.offset.is_none();
    if plain && crate::model::time::is_day(&text) {
        Ok(text)
    } else {
        Err(WrittenError::field(name, &text, "a day without quotes, such as 2026-11-23"))
    }
}

/// Checks that people can read a text.
///
/// # Errors
/// [`WrittenError::Field`].
pub(super) fn visible(name: &'static str, text: &str) -> Result<(), WrittenError> {
    let sound = shows_something(text) && text.chars().count() <= MAX_TEXT && !text.chars().any(is_deceptive);
    if sound { Ok(()) } else { Err(WrittenError::field(name, text, "1 to 200 visible characters")) }
}
