//! Values of tool qualifications.

use batchseal::intake::qualification::{QualificationResult, QualifiedBinary, ToolQualification};
use batchseal::model::batch::SchemaVersion;

use super::{every, sha256};

/// The example of the page.
pub fn full() -> ToolQualification {
    ToolQualification {
        schema_version: SchemaVersion,
        tool: "batchseal".to_owned(),
        version: "0.1.0".to_owned(),
        binaries: vec![QualifiedBinary { platform: "x86_64-unknown-linux-gnu".to_owned(), sha256: sha256("tool") }],
        qualified_on: "2026-11-20".to_owned(),
        expires_on: "2027-11-20".to_owned(),
        report: "TQ-0001".to_owned(),
        result: QualificationResult::Passed,
    }
}

pub fn all() -> Vec<ToolQualification> {
    let results = every!(QualificationResult: Passed, Failed);
    let mut all = vec![full(), ToolQualification { binaries: Vec::new(), ..full() }];
    all.extend(results.map(|result| ToolQualification { result, ..full() }));
    all
}
