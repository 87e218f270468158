//! Vulnerability scans on the first page.

use serde::Serialize;

use crate::evidence::candidate::Candidate;

/// One scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScanRow {
    /// Its attestation.
    pub entry: String,
    /// Which scanner.
    pub scanner: String,
    /// Its version.
    pub version: Option<String>,
    /// When its data were last updated.
    pub data: String,
    /// When it ended.
    pub finished: String,
    /// Number of findings.
    pub found: usize,
}

/// The verified scans, in entry order.
pub(super) fn rows(candidate: &Candidate<'_>) -> Vec<ScanRow> {
    let scans = candidate.statements.scans.iter();
    scans
        .map(|signed| {
            let predicate = &signed.statement.predicate;
            ScanRow {
                entry: signed.entry.to_string(),
                scanner: predicate.scanner.uri.clone(),
                version: predicate.scanner.version.clone(),
                data: predicate.scanner.db.last_update.to_string(),
                finished: predicate.metadata.scan_finished_on.to_string(),
                found: predicate.scanner.result.len(),
            }
        })
        .collect()
}
