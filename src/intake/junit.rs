//! JUnit XML (the common subset of Surefire, pytest, nextest, jest and gtest writers).
//!
//! DTDs are refused, so there are no entities to expand. A report without a single test case is an
//! error: an empty run is not a passed run.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node, ParsingOptions};

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::document::{TestResult, TestVerdict};
use crate::model::name::EntryName;
use crate::model::statement::{ResourceDescriptor, Statement, Subject};

/// Most XML nodes in a report.
const MAX_NODES: u32 = 5_000_000;

/// Longest test name kept, in characters.
const MAX_TEST_NAME: usize = 400;

/// How one test case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseOutcome {
    /// It ran and passed at once.
    Passed,
    /// It was skipped, or passed only after a failure (flaky).
    Warned,
    /// It failed or broke.
    Failed,
}

/// Why a report was refused.
#[derive(Debug, thiserror::Error)]
pub enum JunitError {
    /// Not UTF-8.
    #[error("JUnit report is not UTF-8 (first bad byte at {0})")]
    NotUtf8(usize),
    /// Not well-formed XML, or with a DTD.
    #[error("JUnit report is not well-formed XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// Another document.
    #[error("root element is <{0}> (expected <testsuites> or <testsuite>)")]
    Root(String),
    /// A test case without a name.
    #[error("test case at byte {0} has no name")]
    Unnamed(usize),
    /// The numbers of a suite contradict its cases.
    #[error("suite {suite:?} says {attribute}=\"{said}\" and holds {counted} such test cases")]
    Count {
        /// Name of the suite.
        suite: String,
        /// `tests`, `failures` or `errors`.
        attribute: &'static str,
        /// As stated.
        said: String,
        /// As counted.
        counted: usize,
    },
    /// No test case.
    #[error("report holds no test case")]
    Empty,
}

/// Reads a report: test name to outcome. A name that occurs several times has its worst outcome,
/// and is flaky (`Warned`) when it both failed and passed only as marked reruns.
///
/// # Errors
/// [`JunitError`].
pub fn parse(bytes: &[u8]) -> Result<BTreeMap<String, CaseOutcome>, JunitError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JunitError::NotUtf8(error.valid_up_to()))?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)?;
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "testsuites" | "testsuite") {
        return Err(JunitError::Root(root.tag_name().name().chars().take(40).collect()));
    }
    let mut cases = BTreeMap::new();
    for case in root.descendants().filter(|node| node.has_tag_name("testcase")) {
        let outcome = outcome_of(case);
        let worst = cases.entry(name_of(case)?).or_insert(outcome);
        *worst = (*worst).max(outcome);
    }
    for suite in root.descendants().filter(|node| node.has_tag_name("testsuite")) {
        check_counts(suite)?;
    }
    if cases.is_empty() { Err(JunitError::Empty) } else { Ok(cases) }
}

fn name_of(case: Node<'_, '_>) -> Result<String, JunitError> {
    let name = case.attribute("name").filter(|name| !name.is_empty()).ok_or(JunitError::Unnamed(case.range().start))?;
    let full = match case.attribute("classname") {
        Some(class) if !class.is_empty() => format!("{class}::{name}"),
        _ => name.to_owned(),
    };
    Ok(full.chars().take(MAX_TEST_NAME).collect())
}

fn outcome_of(case: Node<'_, '_>) -> CaseOutcome {
    let has = |tags: &[&str]| case.children().any(|child| tags.iter().any(|tag| child.has_tag_name(*tag)));
    if has(&["failure", "error"]) {
        CaseOutcome::Failed
    } else if has(&["skipped", "flakyFailure", "flakyError"]) || case.attribute("status") == Some("notrun") {
        CaseOutcome::Warned
    } else if has(&["rerunFailure", "rerunError"]) {
        CaseOutcome::Failed
    } else {
        CaseOutcome::Passed
    }
}

/// A truncated or edited report often still parses; its own numbers then no longer fit.
fn check_counts(suite: Node<'_, '_>) -> Result<(), JunitError> {
    let direct = || suite.children().filter(|child| child.has_tag_name("testcase"));
    if direct().next().is_none() || suite.children().any(|child| child.has_tag_name("testsuite")) {
        return Ok(());
    }
    let with = |tag: &str| direct().filter(|case| case.children().any(|child| child.has_tag_name(tag))).count();
    for (attribute, counted) in [("tests", direct().count()), ("failures", with("failure")), ("errors", with("error"))]
    {
        if let Some(said) = suite.attribute(attribute).filter(|said| said.parse() != Ok(counted)) {
            return Err(JunitError::Count {
                suite: suite.attribute("name").unwrap_or_default().chars().take(80).collect(),
                attribute,
                said: said.chars().take(20).collect(),
                counted,
            });
        }
    }
    Ok(())
}

/// Statement over a report, bound to the batch. It names no artifact as subject: nothing here
/// shows that the run tested these very bytes (design rule 18).
#[must_use]
pub fn statement(
    cases: &BTreeMap<String, CaseOutcome>,
    entry: &EntryName,
    bytes: &[u8],
    batch_sha256: Sha256Digest,
) -> Statement<TestResult> {
    let names = |wanted: CaseOutcome| {
        let names: BTreeSet<&String> =
            cases.iter().filter(|(_, outcome)| **outcome == wanted).map(|(name, _)| name).collect();
        names.into_iter().cloned().collect::<Vec<String>>()
    };
    let (warned, failed) = (names(CaseOutcome::Warned), names(CaseOutcome::Failed));
    let result = if !failed.is_empty() || cases.is_empty() {
        TestVerdict::Failed
    } else if warned.is_empty() {
        TestVerdict::Passed
    } else {
        TestVerdict::Warned
    };
    Statement {
        subject: vec![Subject::new(BATCH_ENTRY, batch_sha256)],
        predicate: TestResult {
            result,
            configuration: vec![ResourceDescriptor {
                name: Some(entry.to_string()),
                uri: None,
                digest: BTreeMap::from([("sha256".to_owned(), Sha256Digest::of(bytes).to_hex())]),
                media_type: Some("application/xml".to_owned()),
                annotations: BTreeMap::new(),
            }],
            passed_tests: names(CaseOutcome::Passed),
            warned_tests: warned,
            failed_tests: failed,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{CaseOutcome, JunitError, parse};

    #[test]
    fn reads_the_outcome_of_each_case() {
        let report = br#"<?xml version="1.0"?><testsuites><testsuite name="s" tests="4" failures="1">
            <testcase classname="a" name="pass"/><testcase name="fail"><failure message="x"/></testcase>
            <testcase name="skip"><skipped/></testcase><testcase name="flaky"><flakyFailure/></testcase>
            </testsuite></testsuites>"#;
        let cases = parse(report).expect("report");
        assert_eq!(cases.get("a::pass"), Some(&CaseOutcome::Passed));
        assert_eq!(cases.get("fail"), Some(&CaseOutcome::Failed));
        assert_eq!(cases.get("skip"), Some(&CaseOutcome::Warned));
        assert_eq!(cases.get("flaky"), Some(&CaseOutcome::Warned));
    }

    #[test]
    fn a_name_that_failed_once_stays_failed() {
        let report =
            br#"<testsuite><testcase name="t"/><testcase name="t"><error/></testcase><testcase name="t"/></testsuite>"#;
        assert_eq!(parse(report).expect("report").get("t"), Some(&CaseOutcome::Failed));
    }

    #[test]
    fn rejects_reports_that_show_nothing() {
        assert!(matches!(parse(b"<testsuites/>"), Err(JunitError::Empty)));
        assert!(matches!(parse(b"<html/>"), Err(JunitError::Root(_))));
        assert!(matches!(parse(b"<testsuite><testcase/></testsuite>"), Err(JunitError::Unnamed(_))));
        assert!(matches!(parse(b"<testsuite><testcase name='a'>"), Err(JunitError::Xml(_))));
        assert!(matches!(parse(b"\xff"), Err(JunitError::NotUtf8(0))));
    }

    #[test]
    fn rejects_reports_whose_numbers_do_not_fit() {
        let report = br#"<testsuite name="s" tests="2"><testcase name="a"/></testsuite>"#;
        assert!(matches!(parse(report), Err(JunitError::Count { attribute: "tests", .. })));
    }

    #[test]
    fn rejects_entity_expansion() {
        let bomb = br#"<!DOCTYPE x [<!ENTITY a "aaaa">]><testsuite><testcase name="&a;"/></testsuite>"#;
        assert!(matches!(parse(bomb), Err(JunitError::Xml(_))));
    }
}
