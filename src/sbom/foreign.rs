//! SBOMs that others made: CycloneDX 1.3 to 1.7 as JSON or XML, SPDX 2.2, 2.3 and 3.0 as JSON.
//!
//! A document is judged by the rules of its own format first; only a valid one becomes an
//! [`Inventory`]. Its bytes are never rewritten: whoever keeps it keeps them as they are.

mod cyclonedx;
mod edges;
mod own;
mod schema;
mod spdx;
mod spdx2;
mod spdx3;
mod tree;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::inventory::Inventory;

pub(in crate::sbom) use cyclonedx::is_cpe_name;
pub(in crate::sbom) use own::{COMPLETENESS, KIND};

/// Largest document, in bytes.
pub const MAX_BYTES: usize = 256 << 20;

/// Why bytes are no valid SBOM of a format that this program knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// Too large to be looked at.
    #[error("SBOM has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Neither CycloneDX nor SPDX.
    #[error("file is no SBOM that this program reads (got {got}, expected CycloneDX JSON or XML, or SPDX JSON)")]
    Unknown {
        /// What it looks like.
        got: String,
    },
    /// A version of the format that this program does not know.
    #[error("{format} {got} is not read (expected {expected})")]
    Version {
        /// The format.
        format: &'static str,
        /// As found.
        got: String,
        /// As known.
        expected: &'static str,
    },
    /// Against the rules of its format.
    #[error("not valid {format}: {place}: {message}")]
    Invalid {
        /// Format and version, such as `CycloneDX 1.6`.
        format: String,
        /// Where: a path such as `components[3].hashes[0].content`, or a line and column.
        place: String,
        /// Got and expected.
        message: String,
    },
}

/// Reads an SBOM of any known format.
///
/// # Errors
/// [`ForeignError`] with the place of the first thing that is wrong.
pub fn read(bytes: &[u8]) -> Result<Inventory, ForeignError> {
    if bytes.len() > MAX_BYTES {
        return Err(ForeignError::TooLarge(bytes.len()));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match text.trim_ascii_start().first() {
        Some(b'<') => match std::str::from_utf8(text) {
            Ok(text) => cyclonedx::read_xml(text),
            Err(_) => Err(unknown(bytes)),
        },
        Some(b'{') => match marks(text)? {
            Marks { bom_format: Some(_), .. } | Marks { spec_version: Some(_), .. } => cyclonedx::read_json(bytes),
            Marks { .. } => spdx::read(bytes).unwrap_or_else(|| Err(unknown(bytes))),
        },
        _ => Err(unknown(bytes)),
    }
}

/// Fields by which JSON documents of the formats are told apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marks {
    bom_format: Option<IgnoredAny>,
    spec_version: Option<IgnoredAny>,
}

fn marks(text: &[u8]) -> Result<Marks, ForeignError> {
    serde_json::from_slice(text).map_err(|error| ForeignError::Invalid {
        format: "JSON".to_owned(),
        place: format!("line {}, column {}", error.line(), error.column()),
        message: error.to_string(),
    })
}

fn unknown(bytes: &[u8]) -> ForeignError {
    let shown = String::from_utf8_lossy(bytes.get(..40).unwrap_or(bytes));
    ForeignError::Unknown { got: format!("{shown:?}") }
}

/// Whether text is a licence expression that an SPDX document may hold without explaining other documents.
pub(in crate::sbom) fn is_expression(text: &str) -> bool {
    spdx::expression(text).is_ok() && !text.contains("DocumentRef-")
}
