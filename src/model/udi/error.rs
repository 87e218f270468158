//! Why text is no UDI, in words.

use super::{Carrier, Issuer, PartKind};

/// Longest text that is looked at, in bytes; every real UDI is shorter.
pub(super) const MAX_UDI: usize = 200;

/// Longest text of others in a message, in characters.
const MAX_SHOWN: usize = 60;

/// Why text is no UDI, or none can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UdiError {
    /// Nothing to begin with.
    #[error("there is no device identifier")]
    NoDeviceIdentifier,
    /// Of no agency that we know.
    #[error("{0:?} is no identifier of GS1, HIBCC or ICCBBA (expected 14 digits, a leading '+' or a leading \"=/\")")]
    UnknownAgency(String),
    /// More than any agency allows.
    #[error("UDI has {0} bytes (expected at most {MAX_UDI})")]
    TooLong(usize),
    /// A GTIN of another form.
    #[error("GTIN {0:?} is malformed (expected 14 digits; shorter GTINs begin with zeros)")]
    Gtin(String),
    /// A wrong check digit or character.
    #[error("check character of {text:?} is {got:?} (expected {expected:?})")]
    Check {
        /// The identifier.
        text: String,
        /// As written.
        got: char,
        /// As computed.
        expected: char,
    },
    /// A device identifier of another form.
    #[error("{} device identifier {got:?} is malformed (expected {expected})", .issuer.as_str())]
    Form {
        /// Agency.
        issuer: Issuer,
        /// As written.
        got: String,
        /// The form.
        expected: &'static str,
    },
    /// A value that is empty or too long.
    #[error("{} {got:?} has {} characters (expected 1 to {limit})", .kind.as_str(), .got.chars().count())]
    Length {
        /// Which one.
        kind: PartKind,
        /// As written.
        got: String,
        /// Most characters.
        limit: usize,
    },
    /// A character outside the agency's set.
    #[error("{} {got:?} holds {character:?} (expected only {allowed})", .kind.as_str())]
    Character {
        /// Which one.
        kind: PartKind,
        /// As written.
        got: String,
        /// The character.
        character: char,
        /// Those that are allowed, in words.
        allowed: &'static str,
    },
    /// A date that does not exist.
    #[error("{} {got:?} is no date (expected {expected})", .kind.as_str())]
    Date {
        /// Which one.
        kind: PartKind,
        /// As written.
        got: String,
        /// The form.
        expected: &'static str,
    },
    /// An identifier that is not ours to read, or one that is repeated.
    #[error("UDI goes on with {0:?}, which is no known production identifier, or one that stands there already")]
    Part(String),
    /// A value that would be read as several.
    #[error("version {0:?} inside a UDI would be read as other identifiers")]
    Ambiguous(String),
    /// An agency that has no such production identifier.
    #[error("{} has no production identifier of the kind {:?}", .0.as_str(), .1.as_str())]
    NoSuchCarrier(Issuer, Carrier),
    /// An agency whose identifiers are only recognised.
    #[error("identifiers of {} are recognised, not made", .0.as_str())]
    NotMade(Issuer),
}

/// The beginning of foreign text, for a message.
pub(super) fn shown(text: &str) -> String {
    text.chars().take(MAX_SHOWN).collect()
}
