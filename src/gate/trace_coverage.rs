//! Which requirements and risk controls of a trace are verified by a test that passed.
//!
//! A test result belongs to an item whose id it is, to a test of that title, and to every item whose id stands in its
//! name as whole words. What is verified hands that on to what it links to, from child to parent; a risk control also has
//! it from a requirement that it links to, but never hands it to one: its test shows a part of the requirement only.

use std::collections::{BTreeMap, VecDeque};

use crate::intake::trace::tags::Tags;
use crate::intake::trace::{Defect, Item, Kind, Trace};
use crate::model::document::TestResult;

use super::evidence::Signed;
use super::judgement::Judgement;

/// Ids named in one message.
const MAX_NAMED: usize = 5;

const NEXT_TRACE: &str = "Correct the trace in the tool that keeps it, export it again and make a new candidate";
const NEXT_TEST: &str =
    "Link a test to it in the trace, or write its id into the name of a test, and run the tests again";
const NEXT_RUN: &str = "Run the test, take its report in and make a new candidate";
const NEXT_FIX: &str = "Resolve the failure, or take the test out of the trace for a recorded reason, and build again";

/// How a test ended; of several runs of one name the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Passed,
    /// Skipped, or flaky.
    Warned,
    Failed,
}

/// Names of all tests of the verified statements, each with how it ended.
fn results(tests: &[Signed<TestResult>]) -> BTreeMap<&str, Verdict> {
    let mut results = BTreeMap::new();
    for signed in tests {
        let result = &signed.statement.predicate;
        let lists = [
            (&result.passed_tests, Verdict::Passed),
            (&result.warned_tests, Verdict::Warned),
            (&result.failed_tests, Verdict::Failed),
        ];
        for (names, verdict) in lists {
            for name in names {
                let worst = results.entry(name.as_str()).or_insert(verdict);
                *worst = verdict.max(*worst);
            }
        }
    }
    results
}

/// What is known of one item.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// For a test: how its results ended together; failed before passed before skipped.
    ended: Option<Verdict>,
    /// For a test: whether one of its results names what it verifies.
    named: bool,
    /// For all others: whether a test is linked, directly or through children.
    tested: bool,
    /// For all others: whether such a test passed.
    passed: bool,
}

/// A trace held against test results.
#[derive(Debug)]
pub struct Coverage<'t> {
    trace: &'t Trace,
    states: Vec<State>,
    /// Names of results that did not pass, with the items that they belong to.
    not_passed: Vec<(&'t str, Verdict, Vec<usize>)>,
}

impl<'t> Coverage<'t> {
    /// Linear in the number of items, links and results.
    #[must_use]
    pub fn of(trace: &'t Trace, tests: &'t [Signed<TestResult>]) -> Self {
        let states = vec![State::default(); trace.items().len()];
        let mut coverage = Self { trace, states, not_passed: Vec::new() };
        coverage.match_results(&results(tests));
        coverage.hand_to_verified();
        coverage.hand_upwards(|state| &mut state.tested);
        coverage.hand_upwards(|state| &mut state.passed);
        coverage
    }

    fn match_results(&mut self, results: &BTreeMap<&'t str, Verdict>) {
        let trace = self.trace;
        let asked = || trace.items().iter().enumerate().filter(|(_, item)| item.kind != Kind::Other);
        let tags = Tags::of(asked().map(|(at, item)| (at, item.id.as_str())));
        let mut titles: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, item) in asked().filter(|(_, item)| item.kind == Kind::Test && !item.title.is_empty()) {
            titles.entry(item.title.as_str()).or_default().push(at);
        }
        for (name, verdict) in results {
            let mut matched = tags.in_name(name);
            matched.extend(trace.find(name));
            matched.extend(titles.get(name).into_iter().flatten());
            matched.retain(|at| is_asked(&trace.items()[*at]));
            matched.sort_unstable();
            matched.dedup();
            self.note(*verdict, &matched);
            if *verdict != Verdict::Passed && !matched.is_empty() {
                self.not_passed.push((name, *verdict, matched));
            }
        }
    }

    fn note(&mut self, verdict: Verdict, matched: &[usize]) {
        let is_test = |at: &usize| self.trace.items()[*at].kind == Kind::Test;
        let names_others = matched.iter().any(|at| !is_test(at));
        for at in matched {
            let state = &mut self.states[*at];
            if is_test(at) {
                state.named |= names_others;
                state.ended = Some(match (state.ended, verdict) {
                    (Some(Verdict::Failed), _) | (_, Verdict::Failed) => Verdict::Failed,
                    (Some(Verdict::Passed), _) | (_, Verdict::Passed) => Verdict::Passed,
                    _ => Verdict::Warned,
                });
            } else {
                state.tested = true;
                state.passed |= verdict == Verdict::Passed;
            }
        }
    }

    /// Positions of what a test is linked with, in either direction.
    fn verified_by(&self, test: usize) -> impl Iterator<Item = usize> + use<'t> {
        let trace = self.trace;
        let linked = trace.parents(test).iter().chain(trace.children(test)).copied();
        linked.filter(|at| matches!(trace.items()[*at].kind, Kind::Requirement | Kind::RiskControl))
    }

    fn hand_to_verified(&mut self) {
        for (test, _) in self.of_kind(Kind::Test) {
            let passed = self.states[test].ended == Some(Verdict::Passed);
            for at in self.verified_by(test) {
                self.states[at].tested = true;
                self.states[at].passed |= passed;
            }
        }
    }

    fn hand_upwards(&mut self, mark: impl Fn(&mut State) -> &mut bool) {
        let trace = self.trace;
        let kind = |at: usize| trace.items()[at].kind;
        let marked = (0..self.states.len()).filter(|at| kind(*at) != Kind::Test && *mark(&mut self.states[*at]));
        let mut queue: VecDeque<usize> = marked.collect();
        while let Some(at) = queue.pop_front() {
            let parents = trace.parents(at).iter().filter(|to| {
                matches!((kind(at), kind(**to)), (Kind::Requirement, Kind::Requirement) | (_, Kind::RiskControl))
            });
            let controls = trace.children(at).iter().filter(|to| {
                // A risk control that names the requirement which implements it.
                kind(at) == Kind::Requirement && kind(**to) == Kind::RiskControl
            });
            for to in parents.chain(controls) {
                let mark = mark(&mut self.states[*to]);
                if !*mark {
                    *mark = true;
                    queue.push_back(*to);
                }
            }
        }
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, &'t Item)> + use<'t> {
        self.trace.items().iter().enumerate().filter(move |(_, item)| item.kind == kind)
    }

    /// Notes every gap.
    pub fn judge(&self, judgement: &mut Judgement) {
        defects(self.trace, judgement);
        for (kind, word) in [(Kind::Requirement, "requirement"), (Kind::RiskControl, "risk-control")] {
            for (at, item) in self.of_kind(kind) {
                self.judge_verified(at, item, word, judgement);
            }
        }
        for (at, item) in self.of_kind(Kind::Test) {
            self.judge_test(at, item, judgement);
        }
        for (name, verdict, matched) in &self.not_passed {
            self.judge_result(name, *verdict, matched, judgement);
        }
    }

    fn judge_verified(&self, at: usize, item: &Item, word: &str, judgement: &mut Judgement) {
        let state = self.states[at];
        let what = item.kind.as_str();
        let titled = if item.title.is_empty() { String::new() } else { format!(" ({})", item.title) };
        if !state.tested {
            let message = format!("{what}{titled} has no test, directly or through its children (expected at least 1)");
            judgement.found(&format!("{word}-without-test"), &item.id, message, NEXT_TEST);
        } else if !state.passed {
            let message = format!("{what}{titled} has tests, and none of them passed (expected at least 1)");
            judgement.found(&format!("{word}-not-verified"), &item.id, message, NEXT_RUN);
        }
    }

    fn judge_test(&self, at: usize, item: &Item, judgement: &mut Judgement) {
        let state = self.states[at];
        let mut verified = self.verified_by(at).peekable();
        if verified.peek().is_none() && !state.named {
            let message = "test verifies no requirement and no risk control (expected at least 1)";
            judgement.found("test-orphan", &item.id, message, NEXT_TRACE);
        }
        if state.ended.is_none() {
            let verifies = self.named(verified);
            let message = format!("no verified test result has this id, title or tag; it verifies {verifies}");
            judgement.found("test-not-run", &item.id, message, NEXT_RUN);
        }
    }

    /// A failed test is a finding whatever else passed; a skipped one only where something stays unverified.
    fn judge_result(&self, name: &str, verdict: Verdict, matched: &[usize], judgement: &mut Judgement) {
        let items = self.trace.items();
        let mut verified: Vec<usize> = matched.iter().copied().filter(|at| items[*at].kind != Kind::Test).collect();
        verified
            .extend(matched.iter().filter(|at| items[**at].kind == Kind::Test).flat_map(|at| self.verified_by(*at)));
        verified.sort_unstable();
        verified.dedup();
        let unverified = verified.iter().any(|at| !self.states[*at].passed);
        let verifies = self.named(verified.into_iter());
        if verdict == Verdict::Failed {
            let message = format!("test failed (expected passed); it verifies {verifies}");
            judgement.found("test-failed", name, message, NEXT_FIX);
        } else if unverified {
            let message = format!("test was skipped or is flaky (expected passed); it verifies {verifies}");
            judgement.found("test-skipped", name, message, NEXT_RUN);
        }
    }

    fn named(&self, mut positions: impl Iterator<Item = usize>) -> String {
        let named: Vec<&str> =
            positions.by_ref().take(MAX_NAMED).map(|at| self.trace.items()[at].id.as_str()).collect();
        match (named.is_empty(), positions.count()) {
            (true, _) => "nothing".to_owned(),
            (false, 0) => named.join(", "),
            (false, more) => format!("{} and {more} more", named.join(", ")),
        }
    }

    /// Number of tests of the trace that passed.
    #[must_use]
    pub fn passed_tests(&self) -> usize {
        self.states.iter().filter(|state| state.ended == Some(Verdict::Passed)).count()
    }
}

fn is_asked(item: &Item) -> bool {
    item.kind != Kind::Other
}

fn defects(trace: &Trace, judgement: &mut Judgement) {
    for defect in trace.defects() {
        match defect {
            Defect::DuplicateId { id } => {
                let message = "several items of the trace have this id (expected each id once)";
                judgement.found("duplicate-id", id, message, NEXT_TRACE);
            }
            Defect::DanglingLink { from, to } => {
                let absent = if trace.find(from).is_none() { from } else { to };
                let message = format!("link from {from} to {to}: no item has the id {absent}");
                judgement.found("dangling-link", from, message, NEXT_TRACE);
            }
            Defect::Cycle { from, to } => {
                let message = format!("link from {from} to {to} closes a circle (expected links from child to parent)");
                judgement.found("trace-cycle", from, message, NEXT_TRACE);
            }
        }
    }
}
