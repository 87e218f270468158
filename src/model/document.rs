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
    /// The raw report (name = entry, sha256) and what else configured the run.
    pub configuration: Vec<ResourceDescriptor>,
    /// Names of passed tests.
    pub passed_tests: Vec<String>,
    /// Names of tests that were skipped or flaky.
    pub warned_tests: Vec<String>,
    /// Names of failed tests and errors.
    pub failed_tests: Vec<String>,
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
