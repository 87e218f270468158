//! The SBOM as an in-toto predicate: the document's own bytes, kept as they are.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::model::json::{self, JsonError};
use crate::model::statement::{Predicate, Statement, Subject};

/// Predicate `https://cyclonedx.org/bom`: a CycloneDX JSON document, byte for byte.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CycloneDx(pub Box<RawValue>);

impl Predicate for CycloneDx {
    const TYPE: &'static str = "https://cyclonedx.org/bom";
}

/// Bytes that cannot be embedded in a statement as they are.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// Not I-JSON.
    #[error("SBOM cannot be embedded in a statement: {0}")]
    Json(#[from] JsonError),
    /// White space around the document would be lost.
    #[error("SBOM begins or ends with white space, which a statement cannot keep")]
    Surrounded,
}

/// A statement about the subjects whose predicate is the document, byte for byte:
/// `statement.predicate.0.get().as_bytes() == document`, also after encoding and decoding.
///
/// # Errors
/// [`EmbedError`] when the bytes are not I-JSON, or are surrounded by white space.
pub fn statement(document: &[u8], subject: Vec<Subject>) -> Result<Statement<CycloneDx>, EmbedError> {
    json::check(document)?;
    let raw: Box<RawValue> = serde_json::from_slice(document).map_err(JsonError::Shape)?;
    if raw.get().as_bytes() != document {
        return Err(EmbedError::Surrounded);
    }
    Ok(Statement { subject, predicate: CycloneDx(raw) })
}

#[cfg(test)]
mod tests {
    use super::{CycloneDx, statement};
    use crate::model::digest::Sha256Digest;
    use crate::model::statement::{Statement, Subject};

    #[test]
    fn the_document_survives_signing_byte_for_byte() {
        let document = b"{\n \"b\" : 1.50,\"a\":[ ],\n\t\"c\": \"\\u00e9\xc3\xa9\"}";
        let subject = Subject::new("a", Sha256Digest::of(b"a"));
        let made = statement(document, vec![subject]).expect("statement");
        let read = Statement::<CycloneDx>::decode(&made.encode().expect("bytes")).expect("decoded");
        assert_eq!(read.predicate.0.get().as_bytes(), document);
    }

    #[test]
    fn rejects_documents_that_a_statement_would_change() {
        for document in [&b"{}\n"[..], b" {}", b"{\"a\":1,\"a\":2}", b"\xef\xbb\xbf{}", b"", b"{} {}"] {
            assert!(statement(document, Vec::new()).is_err(), "{document:?}");
        }
    }
}
