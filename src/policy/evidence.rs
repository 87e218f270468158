//! `evidence.toml`: the reports and documents that a release takes in, as people list them.

/// Most reports and documents of one release.
pub const MAX_LISTED: usize = 1000;

/// A valid `evidence.toml`. Made only by [`EvidenceList::parse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceList {
    /// Test reports, in file order; the build may write them.
    pub tests: Vec<ListedTests>,
    /// Reports of vulnerability scanners over this batch's SBOM: paths relative to the repository root.
    pub scans: Vec<String>,
    /// SARIF logs of static analysis: paths.
    pub sarif: Vec<String>,
    /// Coverage reports: paths.
    pub coverage: Vec<String>,
    /// Controlled documents, in file order.
    pub documents: Vec<ListedDocument>,
}

impl EvidenceList {
    /// A list of nothing.
    #[must_use]
    pub const fn empty() -> Self {
        Self { tests: Vec::new(), scans: Vec::new(), sarif: Vec::new(), coverage: Vec::new(), documents: Vec::new() }
    }
}

/// One `[[tests]]`: a JUnit report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTests {
    /// Path relative to the repository root, `/`-separated, no `..`.
    pub file: String,
    /// Suite that it reports on.
    pub suite: Option<String>,
    /// Who or what ran the tests.
    pub executor: Option<String>,
}

/// One `[[document]]`: a controlled document (ISO 13485:2016 4.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDocument {
    /// Kind in kebab case.
    pub kind: String,
    /// Path relative to the repository root, `/`-separated, no `..`.
    pub file: String,
    /// Document id in the maker's system.
    pub id: String,
    /// Revision.
    pub revision: String,
    /// Who approved that revision.
    pub approver: Option<String>,
    /// Day of that approval, `YYYY-MM-DD`; never without an approver.
    pub approved_on: Option<String>,
    /// Release version that it covers.
    pub covers: Option<String>,
}
