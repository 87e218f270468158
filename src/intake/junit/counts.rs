//! The numbers that suites state. A truncated or edited report often still parses; its numbers then no longer fit.
//!
//! Writers count differently, so each number may lie in a small range:
//!
//! * `tests`: pytest counts a test that fails twice (call and teardown) once, though two elements stand there, and
//!   one that breaks in teardown twice;
//! * `failures` and `errors`: a case with both counts as one of them, and some writers count elements;
//! * `skipped`, `disabled`: gtest counts disabled tests apart, nextest counts skipped ones as disabled;
//! * a suite with suites in it counts its own cases (Mocha) or all (PHPUnit).

use roxmltree::Node;

use super::JunitError;
use super::case::Read;

/// A number that is not exactly known.
#[derive(Debug, Clone, Copy, Default)]
struct Range {
    low: usize,
    high: usize,
}

impl Range {
    fn add(&mut self, low: usize, high: usize) {
        self.low += low;
        self.high += high;
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// `testcase` elements.
    pub(super) elements: usize,
    tests: Range,
    failures: Range,
    errors: Range,
    skipped: Range,
    disabled: Range,
    flakes: Range,
}

impl Tally {
    /// Counts a case; `first` unless its name stood in the suite before.
    pub(super) fn take(&mut self, case: &Read, first: bool) {
        let one = usize::from;
        let (failed, broke) = (case.failures > 0, case.errors > 0);
        self.elements += 1;
        self.tests.add(one(first), 1 + one(broke));
        self.failures.add(one(failed && !broke), case.failures);
        self.errors.add(one(broke && !failed), case.errors);
        self.skipped.add(one(case.skipped && !failed && !broke), one(case.skipped || case.idle));
        self.disabled.add(0, one(case.skipped || case.idle));
        self.flakes.add(0, one(case.flaky));
    }

    /// Counts what a suite says of itself outside of its cases.
    pub(super) fn outside(&mut self, tag: &str) {
        match tag {
            "failure" => self.failures.add(0, 1),
            "error" => self.errors.add(0, 1),
            _ => self.skipped.add(0, 1),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.elements += other.elements;
        for (own, other) in [
            (&mut self.tests, other.tests),
            (&mut self.failures, other.failures),
            (&mut self.errors, other.errors),
            (&mut self.skipped, other.skipped),
            (&mut self.disabled, other.disabled),
            (&mut self.flakes, other.flakes),
        ] {
            own.add(other.low, other.high);
        }
    }

    const fn numbers(&self) -> [(&'static str, Range); 6] {
        [
            ("tests", self.tests),
            ("failures", self.failures),
            ("errors", self.errors),
            ("skipped", self.skipped),
            ("disabled", self.disabled),
            ("flakes", self.flakes),
        ]
    }
}

/// Holds a suite's numbers against all its cases, or its own ones alone.
pub(super) fn check(node: Node<'_, '_>, suite: &str, all: &Tally, own: Option<&Tally>) -> Result<(), JunitError> {
    let own = own.unwrap_or(all).numbers();
    for ((attribute, all), (_, own)) in all.numbers().into_iter().zip(own) {
        let Some(said) = node.attribute(attribute) else { continue };
        let fits = |range: Range| said.trim().parse().is_ok_and(|said| (range.low..=range.high).contains(&said));
        if !fits(all) && !fits(own) {
            let counted =
                if all.low == all.high { all.high.to_string() } else { format!("{} to {}", all.low, all.high) };
            return Err(JunitError::Count {
                suite: suite.to_owned(),
                attribute,
                said: said.chars().take(20).collect(),
                counted,
            });
        }
    }
    Ok(())
}
