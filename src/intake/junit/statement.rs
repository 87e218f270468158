//! The signed statement of a report, and what a check makes of the same bytes again.

use std::collections::BTreeMap;

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::document::{BEFORE_AND_AFTER, EXECUTOR, MEASURED, SUITE, TestResult, TestVerdict};
use crate::model::name::{ArtifactName, EntryName};
use crate::model::statement::{ResourceDescriptor, Statement, Subject};
use crate::model::suite::{SuiteName, SuiteNameError};
use crate::model::text::{is_deceptive, shows_something};

use super::{CaseOutcome, Report};

/// Longest name of an executor, in characters.
const MAX_EXECUTOR: usize = 200;

/// What the caller says of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFacts {
    suite: Option<SuiteName>,
    executor: Option<String>,
    tested: Vec<(ArtifactName, Sha256Digest)>,
}

/// Why such facts are refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunFactsError {
    /// No name of a suite.
    #[error(transparent)]
    Suite(#[from] SuiteNameError),
    /// No name of an executor.
    #[error("executor {0:?} is not usable (expected 1 to {MAX_EXECUTOR} visible characters)")]
    Executor(String),
    /// An artifact named twice.
    #[error("artifact {0} is named twice as tested")]
    Twice(ArtifactName),
}

impl RunFacts {
    /// Which suite the report is of and who ran it (a person's role, or the name of a job).
    ///
    /// # Errors
    /// [`RunFactsError`].
    pub fn new(suite: Option<&str>, executor: Option<&str>) -> Result<Self, RunFactsError> {
        let unusable = |text: &str| {
            !shows_something(text) || text.chars().count() > MAX_EXECUTOR || text.chars().any(is_deceptive)
        };
        if let Some(executor) = executor.filter(|text| unusable(text)) {
            return Err(RunFactsError::Executor(executor.chars().take(60).collect()));
        }
        let suite = suite.map(SuiteName::parse).transpose()?;
        Ok(Self { suite, executor: executor.map(str::to_owned), tested: Vec::new() })
    }

    /// Names what the run tested. Only for artifacts that whoever calls hashed before and after the run
    /// (design rule 18).
    ///
    /// # Errors
    /// [`RunFactsError::Twice`].
    pub fn measured(mut self, tested: Vec<(ArtifactName, Sha256Digest)>) -> Result<Self, RunFactsError> {
        let mut names = std::collections::BTreeSet::new();
        if let Some((name, _)) = tested.iter().find(|(name, _)| !names.insert(name.as_str())) {
            return Err(RunFactsError::Twice(name.clone()));
        }
        self.tested = tested;
        Ok(self)
    }
}

/// What a report comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// In one word.
    pub result: TestVerdict,
    /// Names of passed tests, sorted.
    pub passed: Vec<String>,
    /// Names of skipped, disabled and flaky tests, sorted.
    pub warned: Vec<String>,
    /// Names of failed tests, sorted.
    pub failed: Vec<String>,
}

impl Fold {
    /// Whether a statement says exactly this.
    #[must_use]
    pub fn is(&self, signed: &TestResult) -> bool {
        self.result == signed.result
            && self.passed == signed.passed_tests
            && self.warned == signed.warned_tests
            && self.failed == signed.failed_tests
    }
}

/// Folds a report to what its statement says.
#[must_use]
pub fn fold(report: &Report) -> Fold {
    let names = |wanted: CaseOutcome| {
        let names = report.cases.iter().filter(|(_, case)| case.outcome == wanted).map(|(name, _)| name.clone());
        names.collect::<Vec<String>>()
    };
    let (warned, failed) = (names(CaseOutcome::Warned), names(CaseOutcome::Failed));
    let result = if !failed.is_empty() || report.cases.is_empty() {
        TestVerdict::Failed
    } else if warned.is_empty() {
        TestVerdict::Passed
    } else {
        TestVerdict::Warned
    };
    Fold { result, passed: names(CaseOutcome::Passed), warned, failed }
}

/// Statement over a report, bound to the batch. It names as subjects only the artifacts that were measured
/// around the run: nothing else shows that these very bytes were tested (design rule 18).
#[must_use]
pub fn statement(
    report: &Report,
    facts: &RunFacts,
    entry: &EntryName,
    bytes: &[u8],
    batch_sha256: Sha256Digest,
) -> Statement<TestResult> {
    let Fold { result, passed, warned, failed } = fold(report);
    let measured = (!facts.tested.is_empty()).then(|| BEFORE_AND_AFTER.to_owned());
    let annotations = [
        (SUITE, facts.suite.as_ref().map(|suite| suite.as_str().to_owned())),
        (EXECUTOR, facts.executor.clone()),
        (MEASURED, measured),
    ];
    let annotations = annotations.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    let mut subject: Vec<Subject> =
        facts.tested.iter().map(|(name, sha256)| Subject::new(name.as_str(), *sha256)).collect();
    subject.push(Subject::new(BATCH_ENTRY, batch_sha256));
    Statement {
        subject,
        predicate: TestResult {
            result,
            configuration: vec![ResourceDescriptor {
                name: Some(entry.to_string()),
                uri: None,
                digest: BTreeMap::from([("sha256".to_owned(), Sha256Digest::of(bytes).to_hex())]),
                media_type: Some("application/xml".to_owned()),
                annotations: annotations.collect(),
            }],
            passed_tests: passed,
            warned_tests: warned,
            failed_tests: failed,
        },
    }
}
