//! VEX: what somebody decided of a vulnerability in a product. OpenVEX 0.2.0 and CycloneDX.
//!
//! Both become one list of statements. A reader refuses what it cannot understand; whether a statement is well
//! founded (a justification, an action, a product that is known) is the gate's to judge, which says it by statement.

mod cyclonedx;
mod openvex;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::model::json::{self, JsonError};
use crate::model::text::is_deceptive;
use crate::model::time::Timestamp;

/// Kind of the documents that hold VEX.
pub const KIND: &str = "vex";

/// Largest document, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Most statements of a document, and most products of all of them.
const MAX_ENTRIES: usize = 200_000;
/// Longest name or product, in characters.
const MAX_WORD: usize = 2_000;

/// Why bytes are no VEX document.
#[derive(Debug, thiserror::Error)]
pub enum VexError {
    /// Too large to be looked at.
    #[error("VEX document has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not JSON, or of another shape.
    #[error("VEX document cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Neither of the two formats.
    #[error(
        "VEX document is of no known kind (expected OpenVEX with \"@context\": \"https://openvex.dev/ns/v0.2.0\" or CycloneDX JSON 1.4 to 1.7 with vulnerabilities)"
    )]
    Kind,
    /// A value that means nothing.
    #[error("{what} of VEX statement {number} is {got:?} (expected {expected})")]
    Value {
        /// Which one.
        what: &'static str,
        /// Statement, from 1; 0 is the document itself.
        number: usize,
        /// As given.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A statement that speaks of nothing.
    #[error("VEX statement {0} names no product (expected at least 1)")]
    NoProduct(usize),
    /// A statement of nobody knows when.
    #[error("VEX statement {0} has no time, nor has its document")]
    NoTime(usize),
    /// Nothing stated.
    #[error("VEX document holds no statement")]
    Empty,
    /// More than can be looked at.
    #[error("VEX document has {0} statements and products (expected at most {MAX_ENTRIES})")]
    TooMany(usize),
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VexStatus {
    /// The vulnerability cannot be exploited in the product.
    NotAffected,
    /// It can.
    Affected,
    /// The product contains a fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

impl VexStatus {
    /// The word of OpenVEX.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }
}

/// A product, or a part of one, by any of its names; at least one.
pub type Names = Vec<String>;

/// What a statement is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexProduct {
    /// The product: package URL, `bom-ref`, BOM-Link, CPE or another identifier.
    pub names: Names,
    /// Parts of it that alone are meant; empty where the whole product is.
    pub parts: Vec<Names>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// Position in the document, from 1.
    pub number: usize,
    /// Names of the vulnerability, the main one first.
    pub vulnerability: Vec<String>,
    /// What it is about; at least one.
    pub products: Vec<VexProduct>,
    /// What was decided.
    pub status: VexStatus,
    /// A justification by the format's list of words.
    pub justification: Option<String>,
    /// Why the product is not affected, in words.
    pub impact: Option<String>,
    /// What is done or to be done, in words.
    pub action: Option<String>,
    /// When it was last true.
    pub at: Timestamp,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexDocument {
    /// `OpenVEX 0.2.0` or `CycloneDX`.
    pub format: &'static str,
    /// Its statements, in order; at least one.
    pub statements: Vec<VexStatement>,
}

/// Reads a document of either format.
///
/// # Errors
/// [`VexError`].
pub fn read(bytes: &[u8]) -> Result<VexDocument, VexError> {
    if bytes.len() > MAX_BYTES {
        return Err(VexError::TooLarge(bytes.len()));
    }
    json::check_foreign(bytes)?;
    let top: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).map_err(|_| VexError::Kind)?;
    let document = if top.contains_key("@context") {
        openvex::read(bytes)?
    } else if top.contains_key("bomFormat") {
        cyclonedx::read(bytes)?
    } else {
        return Err(VexError::Kind);
    };
    check(&document)?;
    Ok(document)
}

fn check(document: &VexDocument) -> Result<(), VexError> {
    if document.statements.is_empty() {
        return Err(VexError::Empty);
    }
    let parts =
        |statement: &VexStatement| statement.products.iter().map(|product| 1 + product.parts.len()).sum::<usize>();
    let count = |statement: &VexStatement| 1 + parts(statement) + statement.vulnerability.len();
    let entries: usize = document.statements.iter().map(count).sum();
    if entries > MAX_ENTRIES {
        return Err(VexError::TooMany(entries));
    }
    for statement in &document.statements {
        if statement.products.is_empty() {
            return Err(VexError::NoProduct(statement.number));
        }
        let products = statement.products.iter().flat_map(|product| product.parts.iter().chain([&product.names]));
        for names in products {
            if names.is_empty() {
                return Err(VexError::NoProduct(statement.number));
            }
            names.iter().try_for_each(|name| word("product", statement.number, name))?;
        }
        statement.vulnerability.iter().try_for_each(|name| word("vulnerability", statement.number, name))?;
    }
    Ok(())
}

fn word(what: &'static str, number: usize, text: &str) -> Result<(), VexError> {
    let sound = !text.is_empty() && text.trim() == text && text.chars().count() <= MAX_WORD;
    if sound && !text.chars().any(is_deceptive) {
        return Ok(());
    }
    let expected = "1 to 2000 visible characters without spaces around them";
    Err(VexError::Value { what, number, got: clipped(text), expected })
}

fn clipped(text: &str) -> String {
    text.chars().take(60).collect()
}

fn shape<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, VexError> {
    serde_json::from_slice(bytes).map_err(|error| VexError::Json(JsonError::Shape(error)))
}

fn time(number: usize, text: &str) -> Result<Timestamp, VexError> {
    let expected = "a time of RFC 3339 with an offset";
    Timestamp::parse(text).map_err(|_| VexError::Value { what: "time", number, got: clipped(text), expected })
}

/// Text that says something.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| crate::model::text::shows_something(text))
}

#[cfg(test)]
mod tests;
