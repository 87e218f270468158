//! What people write in TOML and hand in as a document: read strictly, each kind by its own reader.

use serde::de::DeserializeOwned;

use crate::policy::text_rules::is_visible;

/// Most bytes of such a document.
pub const MAX_BYTES: usize = 1 << 20;

/// Most entries of a list in it.
pub const MAX_ENTRIES: usize = 1_000;

/// The mark of a value that only people know; `batchseal init` writes it.
const FILL_IN: &str = "FILL IN";

/// Why a document is not what its kind says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeopleTomlError {
    /// Too large to be looked at.
    #[error("document has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("document is not UTF-8 text")]
    NotText,
    /// Not TOML, or with other keys and types.
    #[error("document is malformed: {0}")]
    Malformed(String),
    /// More than anybody writes by hand.
    #[error("{what} has {got} entries (expected at most {MAX_ENTRIES})")]
    TooMany {
        /// Which list.
        what: &'static str,
        /// Its length.
        got: usize,
    },
    /// A value that cannot be.
    #[error("{what} is {got:?} (expected {expected})")]
    Value {
        /// Where it stands.
        what: String,
        /// As written, shortened.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Reads a document into its wire form.
///
/// # Errors
/// [`PeopleTomlError`] for bytes that are too many, no text, or of another form.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PeopleTomlError> {
    if bytes.len() > MAX_BYTES {
        return Err(PeopleTomlError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| PeopleTomlError::NotText)?;
    toml::from_str(text).map_err(|error| PeopleTomlError::Malformed(in_one_line(text, &error)))
}

/// Message and line; the library's own form shows source lines over several lines.
fn in_one_line(text: &str, error: &toml::de::Error) -> String {
    let message: String = error.message().chars().take(200).collect();
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}"))
}

/// `schema = 1`.
///
/// # Errors
/// [`PeopleTomlError::Value`] for another version.
pub fn schema(got: u32) -> Result<(), PeopleTomlError> {
    if got == 1 { Ok(()) } else { Err(value("schema", &got.to_string(), "1")) }
}

/// A refused value.
#[must_use]
pub fn value(what: impl Into<String>, got: &str, expected: &'static str) -> PeopleTomlError {
    PeopleTomlError::Value { what: what.into(), got: got.chars().take(60).collect(), expected }
}

/// Text that people can read, without the mark of what nobody has filled in.
///
/// # Errors
/// [`PeopleTomlError::Value`].
pub fn visible(what: &str, text: String) -> Result<String, PeopleTomlError> {
    if is_visible(&text) && !text.starts_with(FILL_IN) {
        return Ok(text);
    }
    Err(value(what, &text, "1 to 200 visible characters, filled in"))
}

/// A TOML date without time and offset, as `YYYY-MM-DD`.
///
/// # Errors
/// [`PeopleTomlError::Value`].
pub fn day(what: &str, date: toml::value::Datetime) -> Result<String, PeopleTomlError> {
    let text = date.to_string();
    if crate::model::time::is_day(&text) {
        return Ok(text);
    }
    Err(value(what, &text, "a date without quotes, such as 2026-11-20"))
}
