//! `test-deviations`: a controlled document that says why tests that did not simply pass may be released.
//!
//! CSV (RFC 4180) with the header `test,reason,approved-by`. A test is named in full, or by a pattern in which `*`
//! stands for any text.

use std::collections::HashMap;

use crate::model::pattern;
use crate::model::text::shows_something;

/// Kind of the document.
pub(super) const KIND: &str = "test-deviations";

const HEADER: [&str; 3] = ["test", "reason", "approved-by"];

/// Most rows.
const MAX_ROWS: usize = 100_000;

/// Most rows with a pattern: each is tried on each test.
const MAX_PATTERNS: usize = 200;

/// Why a test may be released that did not simply pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Deviation {
    pub(super) reason: String,
    pub(super) approved_by: String,
}

/// The rows of all documents that count.
#[derive(Debug, Default)]
pub(super) struct Deviations {
    by_name: HashMap<String, Deviation>,
    by_pattern: Vec<(String, Deviation)>,
}

impl Deviations {
    /// Adds the rows of a document.
    ///
    /// # Errors
    /// What is wrong, as a lower-case fragment with the line.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<usize, String> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let header = reader.headers().map_err(|error| error.to_string())?;
        if header.iter().ne(HEADER) {
            let got: Vec<String> = header.iter().take(5).map(|one| one.chars().take(40).collect()).collect();
            return Err(format!("header is {:?} (expected {:?})", got.join(","), HEADER.join(",")));
        }
        let mut rows = 0;
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            rows += 1;
            if rows > MAX_ROWS {
                return Err(format!("there are more than {MAX_ROWS} rows"));
            }
            self.row(&record, line)?;
        }
        Ok(rows)
    }

    fn row(&mut self, record: &csv::StringRecord, line: u64) -> Result<(), String> {
        let field = |at: usize| {
            let text = record.get(at).unwrap_or_default();
            let name = HEADER.get(at).copied().unwrap_or_default();
            if shows_something(text) { Ok(text.to_owned()) } else { Err(format!("{name} on line {line} is empty")) }
        };
        let (test, reason, approved_by) = (field(0)?, field(1)?, field(2)?);
        let deviation = Deviation { reason, approved_by };
        if !test.contains('*') {
            self.by_name.entry(test).or_insert(deviation);
            return Ok(());
        }
        if !test.chars().any(char::is_alphanumeric) {
            return Err(format!("pattern on line {line} names no test (expected more than '*')"));
        }
        if self.by_pattern.len() >= MAX_PATTERNS {
            return Err(format!("there are more than {MAX_PATTERNS} patterns (expected tests named in full)"));
        }
        self.by_pattern.push((test, deviation));
        Ok(())
    }

    /// Why this test may be released, if a row speaks of it.
    pub(super) fn of(&self, test: &str) -> Option<&Deviation> {
        let by_pattern = || self.by_pattern.iter().find(|(wanted, _)| pattern::matches(wanted, test));
        self.by_name.get(test).or_else(|| by_pattern().map(|(_, deviation)| deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::{Deviations, MAX_PATTERNS};

    fn read(text: &str) -> Result<Deviations, String> {
        let mut deviations = Deviations::default();
        deviations.read(text.as_bytes()).map(|_| deviations)
    }

    #[test]
    fn names_win_over_patterns() {
        let text = "\u{feff}test,reason,approved-by\npump::*,\"no pump, yet\",Test Lead (example)\npump::a,old,QA\n";
        let deviations = read(text).expect("rows");
        let reason = |test| deviations.of(test).map(|one| one.reason.as_str());
        assert_eq!(
            (reason("pump::a"), reason("pump::b"), reason("alarm::a")),
            (Some("old"), Some("no pump, yet"), None)
        );
    }

    #[test]
    fn rejects_rows_that_say_too_little_or_too_much() {
        for (text, expected) in [
            ("", "header is"),
            ("test,why,by\n", "header is"),
            ("test,reason,approved-by\na,,QA\n", "reason on line 2 is empty"),
            ("test,reason,approved-by\na,b\n", "record"),
            ("test,reason,approved-by\n*,all,QA\n", "names no test"),
            (&format!("test,reason,approved-by\n{}", "a*,b,c\n".repeat(MAX_PATTERNS + 1)), "more than 200 patterns"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(expected), "{error}");
        }
    }
}
