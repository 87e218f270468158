//! Controlled documents: any bytes, with the document's identity as the caller states it.

use crate::model::batch::{BATCH_ENTRY, SchemaVersion};
use crate::model::digest::Sha256Digest;
use crate::model::document::{ContentRef, Document};
use crate::model::name::EntryName;
use crate::model::statement::{Statement, Subject};
use crate::model::text::is_deceptive;
use crate::model::time::is_day;

/// Longest identity field, in characters.
const MAX_FIELD: usize = 200;

/// What the caller says of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentIdentity {
    /// Kind in kebab case.
    pub kind: String,
    /// Document id.
    pub id: String,
    /// Revision.
    pub revision: String,
    /// Approver of the revision.
    pub approver: Option<String>,
    /// Day of that approval, `YYYY-MM-DD`.
    pub approved_on: Option<String>,
    /// Release version covered.
    pub covers_version: Option<String>,
}

/// Why a document was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A field that is empty, too long or holds invisible characters.
    #[error("document {field} {got:?} is not usable (expected 1 to {MAX_FIELD} visible characters)")]
    Field {
        /// Which one.
        field: &'static str,
        /// As given.
        got: String,
    },
    /// A kind that is not kebab case.
    #[error(
        "document kind {0:?} is malformed (expected lowercase words joined by hyphens, such as risk-management-file)"
    )]
    Kind(String),
    /// A day of approval that is no date, or has no approver.
    #[error("document approval day {0:?} is not usable (expected a day such as 2026-11-23, beside an approver)")]
    ApprovedOn(String),
    /// No bytes.
    #[error("document is empty")]
    Empty,
}

/// Statement over a document's bytes, bound to the batch.
///
/// # Errors
/// [`DocumentError`].
pub fn statement(
    identity: DocumentIdentity,
    entry: EntryName,
    bytes: &[u8],
    batch_sha256: Sha256Digest,
) -> Result<Statement<Document>, DocumentError> {
    if bytes.is_empty() {
        return Err(DocumentError::Empty);
    }
    if crate::model::role::Role::parse(&identity.kind).is_err() {
        return Err(DocumentError::Kind(identity.kind.chars().take(80).collect()));
    }
    field("id", Some(&identity.id))?;
    field("revision", Some(&identity.revision))?;
    field("approver", identity.approver.as_deref())?;
    field("version", identity.covers_version.as_deref())?;
    let usable = |day: &&str| is_day(day) && identity.approver.is_some();
    if let Some(day) = identity.approved_on.as_deref().filter(|day| !usable(day)) {
        return Err(DocumentError::ApprovedOn(day.chars().take(60).collect()));
    }
    Ok(Statement {
        subject: vec![Subject::new(BATCH_ENTRY, batch_sha256)],
        predicate: Document {
            schema_version: SchemaVersion,
            kind: identity.kind,
            document_id: identity.id,
            revision: identity.revision,
            approver: identity.approver,
            approved_on: identity.approved_on,
            covers_version: identity.covers_version,
            content: ContentRef { entry, sha256: Sha256Digest::of(bytes), size: bytes.len() as u64 },
        },
    })
}

fn field(field: &'static str, got: Option<&str>) -> Result<(), DocumentError> {
    match got {
        Some(text) if text.trim().is_empty() || text.chars().count() > MAX_FIELD || text.chars().any(is_deceptive) => {
            Err(DocumentError::Field { field, got: text.chars().take(60).collect() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{DocumentError, DocumentIdentity, EntryName, Sha256Digest, statement};

    fn identity() -> DocumentIdentity {
        DocumentIdentity {
            kind: "risk-management-file".to_owned(),
            id: "RMF-0001".to_owned(),
            revision: "3".to_owned(),
            approver: None,
            approved_on: None,
            covers_version: Some("1.4.0".to_owned()),
        }
    }

    fn take(identity: DocumentIdentity, bytes: &[u8]) -> Result<(), DocumentError> {
        let entry = EntryName::parse("evidence/documents/rmf.md").expect("name");
        statement(identity, entry, bytes, Sha256Digest::of(b"batch")).map(|_| ())
    }

    #[test]
    fn takes_any_bytes_with_an_identity() {
        assert_eq!(take(identity(), &[0, 255, 1]), Ok(()));
    }

    #[test]
    fn rejects_documents_without_bytes_or_identity() {
        assert_eq!(take(identity(), b""), Err(DocumentError::Empty));
        let kind = DocumentIdentity { kind: "Risk File".to_owned(), ..identity() };
        assert_eq!(take(kind, b"x"), Err(DocumentError::Kind("Risk File".to_owned())));
        let revision = DocumentIdentity { revision: "\u{202e}3".to_owned(), ..identity() };
        assert!(matches!(take(revision, b"x"), Err(DocumentError::Field { field: "revision", .. })));
        for day in ["2026-02-30", "23.11.2026"] {
            let approver = Some("Quality Lead (example)".to_owned());
            let approved = DocumentIdentity { approver, approved_on: Some(day.to_owned()), ..identity() };
            assert_eq!(take(approved, b"x"), Err(DocumentError::ApprovedOn(day.to_owned())));
        }
        let by_nobody = DocumentIdentity { approved_on: Some("2026-11-23".to_owned()), ..identity() };
        assert!(matches!(take(by_nobody, b"x"), Err(DocumentError::ApprovedOn(_))));
        let id = DocumentIdentity { id: " ".to_owned(), ..identity() };
        assert!(matches!(take(id, b"x"), Err(DocumentError::Field { field: "id", .. })));
    }
}
