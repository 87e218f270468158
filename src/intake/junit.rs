//! JUnit XML as Surefire, pytest, nextest, jest-junit, gtest and go-junit-report write it.
//!
//! No standard stands behind the format; what is read is what these programs write:
//!
//! * `<testsuites>` or `<testsuite>`, suites nested to any sensible depth, `<testcase>` inside of suites only;
//! * a case failed (`failure`, `error`), was skipped (`skipped`) or disabled (`status`, `result`), was flaky
//!   (`flakyFailure`, `flakyError`: Surefire, nextest), or failed again when run again (`rerunFailure`);
//! * numbers on suites, which must fit what is there (`counts`): a report that was cut or edited often still parses.
//!
//! DTDs are refused, so there are no entities to expand. A report without a single test case is an
//! error: an empty run is not a passed run.

mod case;
mod counts;
mod statement;
mod suite;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use roxmltree::{Document, ParsingOptions};

pub use statement::{Fold, RunFacts, RunFactsError, fold, statement};

/// Most XML nodes in a report.
const MAX_NODES: u32 = 5_000_000;

/// Most test cases in a report.
const MAX_CASES: usize = 1_000_000;

/// How one test case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseOutcome {
    /// It ran and passed at once.
    Passed,
    /// It was skipped or disabled, or passed only after a failure (flaky).
    Warned,
    /// It failed or broke.
    Failed,
}

/// One test, whose name may occur several times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The worst of its occurrences.
    pub outcome: CaseOutcome,
    /// Why it did not simply pass, as the report says: `skipped: needs the pump`, `passed after 2 failed attempts`.
    pub why: Option<String>,
    /// Properties of the test, such as the requirement it verifies.
    pub properties: Vec<(String, String)>,
}

impl Case {
    /// Takes in another occurrence of the same test: the worst outcome stays, with its reason.
    fn worsen(&mut self, other: Self) {
        if other.outcome > self.outcome {
            self.outcome = other.outcome;
            self.why = other.why;
        }
        for property in other.properties {
            if !self.properties.contains(&property) && self.properties.len() < case::MAX_PROPERTIES {
                self.properties.push(property);
            }
        }
    }
}

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Tests by name: `class::name`, or the name alone.
    pub cases: BTreeMap<String, Case>,
    /// Test case elements, repeated ones too.
    pub elements: usize,
    /// Properties of suites by name; the first value of each.
    pub properties: BTreeMap<String, String>,
    /// The first and the last timestamp of a suite, as written.
    pub times: Option<(String, String)>,
}

impl Report {
    fn add(&mut self, name: String, case: Case) {
        match self.cases.entry(name) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(case);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().worsen(case),
        }
    }

    /// Takes in a report of other shards of the same suite: a name that both hold has its worst outcome.
    pub fn merge(&mut self, other: Self) {
        self.elements += other.elements;
        for (name, case) in other.cases {
            self.add(name, case);
        }
        for (name, value) in other.properties {
            self.properties.entry(name).or_insert(value);
        }
        if let Some((first, last)) = other.times {
            self.ran_at(&first);
            self.ran_at(&last);
        }
    }

    fn ran_at(&mut self, time: &str) {
        let (first, last) = self.times.get_or_insert_with(|| (time.to_owned(), time.to_owned()));
        if time < first.as_str() {
            time.clone_into(first);
        }
        if time > last.as_str() {
            time.clone_into(last);
        }
    }
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
    /// A test case that no suite holds.
    #[error("report holds {got} test cases, of which {inside} lie in suites (expected all)")]
    Outside {
        /// Anywhere.
        got: usize,
        /// In suites.
        inside: usize,
    },
    /// The numbers of a suite contradict its cases.
    #[error("suite {suite:?} says {attribute}=\"{said}\" and holds {counted} such test cases")]
    Count {
        /// Name of the suite.
        suite: String,
        /// `tests`, `failures`, `errors`, `skipped`, `disabled` or `flakes`.
        attribute: &'static str,
        /// As stated.
        said: String,
        /// As counted: a number, or the range that the format leaves open.
        counted: String,
    },
    /// Suites in suites in suites.
    #[error("suites are nested deeper than {0}")]
    TooDeep(usize),
    /// Too many cases.
    #[error("report holds more than {MAX_CASES} test cases")]
    TooMany,
    /// No test case.
    #[error("report holds no test case")]
    Empty,
}

/// Reads a report. A name that occurs several times has its worst outcome.
///
/// # Errors
/// [`JunitError`].
pub fn parse(bytes: &[u8]) -> Result<Report, JunitError> {
    let text = std::str::from_utf8(bytes).map_err(|error| JunitError::NotUtf8(error.valid_up_to()))?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text.trim_start_matches('\u{feff}'), options)?;
    let root = document.root_element();
    if !matches!(root.tag_name().name(), "testsuites" | "testsuite") {
        return Err(JunitError::Root(root.tag_name().name().chars().take(40).collect()));
    }
    let mut report = Report::default();
    suite::read(root, 0, &mut report)?;
    let got = root.descendants().filter(|node| node.has_tag_name("testcase")).count();
    if got != report.elements {
        return Err(JunitError::Outside { got, inside: report.elements });
    }
    if report.cases.is_empty() { Err(JunitError::Empty) } else { Ok(report) }
}
