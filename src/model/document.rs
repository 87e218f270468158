//! Taken-in evidence: controlled documents and test reports.

use serde::{Deserialize, Serialize};

use super::batch::SchemaVersion;
use super::digest::Sha256Digest;
use super::name::EntryName;
use super::statement::{Predicate, ResourceDescriptor};
use super::time;

/// Predicate of a controlled document (ISO 13485:2016 4.2.4) whose bytes lie in the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Document {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// Kind in kebab case: `risk-management-file`, `anomaly-list`, …
    pub kind: String,
    /// Document id in the maker's system.
    pub document_id: String,
    /// Revision.
    pub revision: String,
    /// Who approved that revision, as the caller states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approver: Option<String>,
    /// Day of that approval (`YYYY-MM-DD`), as the caller states it.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "time::optional_day")]
    pub approved_on: Option<String>,
    /// Release version it covers, as the caller states it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub covers_version: Option<String>,
    /// The raw bytes.
    pub content: ContentRef,
}

impl Predicate for Document {
    const TYPE: &'static str = "https://batchseal.dev/document/v1";
}

/// Raw bytes kept beside an attestation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ContentRef {
    /// Entry that holds them.
    pub entry: EntryName,
    /// Their SHA-256.
    pub sha256: Sha256Digest,
    /// Their size in bytes.
    pub size: u64,
}

/// Predicate `https://in-toto.io/attestation/test-result/v0.1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TestResult {
    /// `PASSED`, `WARNED` or `FAILED`.
    pub result: TestVerdict,
    /// The raw report first (name = entry, sha256; annotations [`SUITE`], [`EXECUTOR`], [`MEASURED`]), then what
    /// else configured the run.
    pub configuration: Vec<ResourceDescriptor>,
    /// Names of passed tests.
    pub passed_tests: Vec<String>,
    /// Names of tests that were skipped or flaky.
    pub warned_tests: Vec<String>,
    /// Names of failed tests and errors.
    pub failed_tests: Vec<String>,
}

/// Annotation of a report: the suite it is of.
pub const SUITE: &str = "suite";
/// Annotation of a report: who ran it.
pub const EXECUTOR: &str = "executor";
/// Annotation of a report: how what was tested was measured.
pub const MEASURED: &str = "measured";
/// The one value of [`MEASURED`]: each artifact was hashed before the run and after it, and was the same.
pub const BEFORE_AND_AFTER: &str = "before-and-after";

impl TestResult {
    /// The suite that the report is of, by the caller's word.
    #[must_use]
    pub fn suite(&self) -> Option<&str> {
        self.annotation(SUITE)
    }

    /// Who ran it, by the caller's word.
    #[must_use]
    pub fn executor(&self) -> Option<&str> {
        self.annotation(EXECUTOR)
    }

    /// Whether the artifacts among the subjects were hashed before the run and after it.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.annotation(MEASURED) == Some(BEFORE_AND_AFTER)
    }

    /// The raw report that the statement is made from: its entry and SHA-256.
    #[must_use]
    pub fn report(&self) -> Option<(&str, Sha256Digest)> {
        let report = self.configuration.first()?;
        let sha256 = report.digest.get("sha256").and_then(|hex| Sha256Digest::parse_hex(hex).ok())?;
        Some((report.name.as_deref()?, sha256))
    }

    fn annotation(&self, key: &str) -> Option<&str> {
        self.configuration.first()?.annotations.get(key).map(String::as_str)
    }
}

impl Predicate for TestResult {
    const TYPE: &'static str = "https://in-toto.io/attestation/test-result/v0.1";
}

/// Fold of a test run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TestVerdict {
    /// Every test passed.
    Passed,
    /// None failed, some were skipped or flaky.
    Warned,
    /// Some failed, or none ran.
    Failed,
}
