//! RG-25.

use batchseal::gate::checks::verification_complete::VerificationComplete as Check;
use batchseal::intake::junit::{self, RunFacts};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::document::TestVerdict;
use batchseal::model::outcome::Outcome;
use batchseal::model::suite::SuiteName;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, codes};

const REPORT: &str = r#"<testsuite tests="2" timestamp="2026-11-23T09:00:00"><testcase classname="pump" name="doses"/>
    <testcase classname="pump" name="stops"/></testsuite>"#;
const SKIPS: &str = r#"<testsuite tests="3"><testcase classname="pump" name="doses"/>
    <testcase classname="pump" name="stops"><skipped message="no pump"/></testcase>
    <testcase classname="pump" name="alarms"><flakyFailure/></testcase></testsuite>"#;

/// Takes a report in as `evidence/junit/<name>.xml`.
pub fn add_report(world: &mut World, name: &str, suite: Option<&str>, report: &str) {
    let raw = entry(&format!("evidence/junit/{name}.xml"));
    let facts = RunFacts::new(suite, Some("Test Lead (example)")).expect("facts");
    let read = junit::parse(report.as_bytes()).expect("report");
    world.tests.push(junit::statement(&read, &facts, &raw, report.as_bytes(), Sha256Digest::of(b"")));
    world.files.insert(raw, report.as_bytes().to_vec());
}

/// A world with reports of these suites, all of which the policy requires, and no others.
pub fn with_suites(suites: &[(&str, &str)]) -> World {
    let mut world = World::new();
    world.tests.clear();
    for (suite, report) in suites {
        add_report(&mut world, suite, Some(suite), report);
        world.policy.gate.suites.push(SuiteName::parse(suite).expect("suite"));
    }
    world
}

fn question(outcome: &Outcome) -> (&str, Vec<(&str, &str)>) {
    let Outcome::NeedsHuman { question, evidence } = outcome else { panic!("no question: {outcome:?}") };
    (question, evidence.iter().map(|item| (item.name.as_str(), item.shows.as_str())).collect())
}

#[test]
fn accepts_required_suites_that_passed_and_shows_who_ran_them_and_when() {
    let world = with_suites(&[("unit", REPORT), ("system", &REPORT.replace("pump", "whole"))]);
    let shown = ["unit: 2 passed, 0 skipped or flaky, 0 failed", "run by Test Lead (example), at 2026-11-23T09:00:00"];
    assert_satisfied(&world.candidate(&Check), &shown);
    assert_satisfied(&World::new().candidate(&Check), &["a suite without a name: 1 passed", "executor not stated"]);
}

#[test]
fn rejects_missing_reports_and_suites() {
    let mut world = with_suites(&[("unit", REPORT)]);
    world.policy.gate.suites.push(SuiteName::parse("system").expect("suite"));
    assert_found(&world.candidate(&Check), &["suite-missing"]);
    world.tests.clear();
    assert_found(&world.candidate(&Check), &["no-test-report", "suite-missing"]);
    world.policy.gate.suites.clear();
    assert_found(&world.candidate(&Check), &["no-test-report"]);
}

#[test]
fn rejects_failed_tests_by_name() {
    let report = REPORT.replace("name=\"stops\"/>", "name=\"stops\"><failure message=\"too late\"/></testcase>");
    let outcome = with_suites(&[("unit", &report)]).candidate(&Check);
    assert_found(&outcome, &["test-failed"]);
    let Outcome::Violated { findings } = outcome else { unreachable!() };
    let found = (findings[0].about.as_str(), findings[0].message.as_str());
    assert_eq!(found, ("unit: pump::stops", "failed: too late"));
}

#[test]
fn names_a_hundred_failed_tests_and_counts_the_others() {
    let cases: String = (0..250).map(|n| format!("<testcase name=\"t{n}\"><error/></testcase>")).collect();
    let outcome = with_suites(&[("unit", &format!("<testsuite>{cases}</testsuite>"))]).candidate(&Check);
    assert_found(&outcome, &["more-findings", "test-failed"]);
    assert_eq!(codes(&outcome).len(), 101);
}

#[test]
fn rejects_reports_that_are_not_the_signed_ones() {
    let xml = entry("evidence/junit/unit.xml");
    let world = || with_suites(&[("unit", REPORT)]);
    let mut missing = world();
    missing.files.remove(&xml);
    assert_found(&missing.candidate(&Check), &["report-missing", "suite-missing"]);
    let mut edited = world();
    edited.files.insert(xml.clone(), REPORT.replace("doses", "dozes").into_bytes());
    assert_found(&edited.candidate(&Check), &["report-differs", "suite-missing"]);
    let mut unnamed = world();
    unnamed.tests[0].predicate.configuration.clear();
    assert_found(&unnamed.candidate(&Check), &["report-not-named", "suite-missing"]);
    let mut improved = world();
    improved.tests[0].predicate.passed_tests.push("pump::more".to_owned());
    assert_found(&improved.candidate(&Check), &["statement-differs", "suite-missing"]);
    let mut worse = world();
    worse.tests[0].predicate.result = TestVerdict::Warned;
    assert_found(&worse.candidate(&Check), &["statement-differs", "suite-missing"]);
    for (text, number) in [("<testsuite/>", "no test case"), ("<html/>", "root element"), ("", "not well-formed")] {
        let mut empty = world();
        let digest = Sha256Digest::of(text.as_bytes()).to_hex();
        empty.files.insert(xml.clone(), text.as_bytes().to_vec());
        empty.tests[0].predicate.configuration[0].digest.insert("sha256".to_owned(), digest);
        let outcome = empty.candidate(&Check);
        assert_found(&outcome, &["report-unreadable", "suite-missing"]);
        let Outcome::Violated { findings } = outcome else { unreachable!() };
        assert!(findings[0].message.contains(number), "{findings:?}");
    }
}

#[test]
fn merges_shards_to_the_worst_outcome() {
    let mut world = with_suites(&[("unit", REPORT)]);
    let failed = r#"<testsuite><testcase classname="pump" name="doses"><failure/></testcase></testsuite>"#;
    add_report(&mut world, "shard-2", Some("unit"), failed);
    assert_found(&world.candidate(&Check), &["test-failed"]);
    world.tests.pop();
    add_report(&mut world, "shard-2", Some("unit"), r#"<testsuite><testcase name="alarms"/></testsuite>"#);
    assert_satisfied(&world.candidate(&Check), &["shard-2", "unit.xml"]);
    // What another suite names alike is another test, and one report is of one suite.
    add_report(&mut world, "again", Some("system"), REPORT);
    assert_found(&world.candidate(&Check), &["report-twice"]);
}

#[test]
fn rejects_a_suite_of_which_nothing_passed() {
    let report = r#"<testsuite><testcase name="a"><skipped/></testcase></testsuite>"#;
    let mut world = with_suites(&[("unit", report)]);
    world.add_document("test-deviations", b"test,reason,approved-by\na,none,Test Lead (example)\n");
    assert_found(&world.candidate(&Check), &["nothing-passed"]);
}

#[test]
fn asks_once_for_all_tests_that_were_skipped_or_flaky() {
    let outcome = with_suites(&[("unit", SKIPS)]).candidate(&Check);
    let (question, evidence) = question(&outcome);
    assert_eq!(question, "Is the release acceptable with 2 tests that were skipped or flaky, as named?");
    let expected = [("pump::alarms", "unit: passed after 1 failed attempt"), ("pump::stops", "unit: skipped: no pump")];
    assert_eq!(evidence, expected);
}

#[test]
fn accepts_deviations_of_this_version_and_asks_for_the_rest() {
    let mut world = with_suites(&[("unit", SKIPS)]);
    let rows = b"test,reason,approved-by\npump::s*,run by hand,Test Lead (example)\n";
    world.add_document("test-deviations", rows);
    let outcome = world.candidate(&Check);
    let (text, evidence) = question(&outcome);
    assert_eq!(text, "Is the release acceptable with 1 test that was skipped or flaky, as named?");
    assert_eq!(evidence.len(), 2, "{evidence:?}");
    world.add_document("test-deviations", b"test,reason,approved-by\npump::alarms,slow,Test Lead (example)\n");
    let shown = ["skipped: no pump; justified: run by hand (approved by Test Lead (example))", "1 rows"];
    assert_satisfied(&world.candidate(&Check), &shown);
}

#[test]
fn rejects_deviations_that_do_not_count() {
    let rows = b"test,reason,approved-by\npump::*,run by hand,Test Lead (example)\n";
    let deviating = |change: fn(&mut batchseal::model::document::Document), bytes: &[u8]| {
        let mut world = with_suites(&[("unit", SKIPS)]);
        change(&mut world.add_document("test-deviations", bytes).predicate);
        world.candidate(&Check)
    };
    assert_satisfied(&deviating(|_| {}, rows), &["justified"]);
    let other = deviating(|document| document.covers_version = Some("1.2.2".to_owned()), rows);
    assert_found(&other, &["document-of-other-version"]);
    assert_found(&deviating(|document| document.approver = None, rows), &["document-not-approved"]);
    assert_found(&deviating(|_| {}, b"pump::*\n"), &["deviations-unreadable"]);
}

#[test]
fn judges_many_tests_and_deviations_soon() {
    let cases: String = (0..50_000).map(|n| format!("<testcase name=\"t{n}\"><skipped/></testcase>")).collect();
    let mut world = with_suites(&[("unit", &format!("<testsuite><testcase name=\"a\"/>{cases}</testsuite>"))]);
    let rows: String = (0..50_000).map(|n| format!("t{n},why,who\n")).collect();
    world.add_document("test-deviations", format!("test,reason,approved-by\n{rows}").as_bytes());
    assert_satisfied(&world.candidate(&Check), &["49900 more are justified"]);
}
