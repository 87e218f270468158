//! Values of controlled documents.

use batchseal::model::batch::SchemaVersion;
use batchseal::model::document::{ContentRef, Document};

use super::{entry, sha256};

/// The example of the page.
pub fn full() -> Document {
    Document {
        schema_version: SchemaVersion,
        kind: "risk-management-file".to_owned(),
        document_id: "RMF-0001".to_owned(),
        revision: "3".to_owned(),
        approver: Some("Risk Manager (example)".to_owned()),
        approved_on: Some("2026-11-20".to_owned()),
        covers_version: Some("1.4.0".to_owned()),
        content: ContentRef { entry: entry("evidence/documents/rmf.pdf"), sha256: sha256("rmf.pdf"), size: 48_211 },
    }
}

pub fn all() -> Vec<Document> {
    vec![full(), Document { approver: None, approved_on: None, covers_version: None, ..full() }]
}
