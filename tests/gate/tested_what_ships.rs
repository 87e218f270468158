//! RG-26.

use batchseal::gate::checks::tested_what_ships::TestedWhatShips as Check;
use batchseal::intake::junit::{self, RunFacts};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::ArtifactName;
use batchseal::model::outcome::Outcome;
use batchseal::model::statement::Subject;
use batchseal::model::suite::SuiteName;

use crate::fixture::statements::entry;
use crate::fixture::{ARTIFACT, World, assert_found, assert_satisfied};

/// A world whose reports are of these suites, each measured on the artifact.
fn measured(suites: &[&str]) -> World {
    let mut world = World::new();
    world.tests.clear();
    for suite in suites {
        let report = format!("<testsuite><testcase name=\"{suite}\"/></testsuite>");
        let facts = RunFacts::new(Some(suite), None).expect("facts");
        let tested = vec![(ArtifactName::parse("pumpctl").expect("name"), Sha256Digest::of(ARTIFACT))];
        let facts = facts.measured(tested).expect("facts");
        let read = junit::parse(report.as_bytes()).expect("report");
        let raw = entry(&format!("evidence/junit/{suite}.xml"));
        world.tests.push(junit::statement(&read, &facts, &raw, report.as_bytes(), Sha256Digest::of(b"")));
        world.policy.gate.suites.push(SuiteName::parse(suite).expect("suite"));
    }
    world
}

#[track_caller]
fn assert_asks(outcome: &Outcome, question: &str, shown: &[&str]) {
    let Outcome::NeedsHuman { question: asked, evidence } = outcome else { panic!("no question: {outcome:?}") };
    assert!(asked.contains(question), "{asked}");
    for text in shown {
        assert!(
            evidence.iter().any(|item| item.name.contains(text) || item.shows.contains(text)),
            "{text}: {evidence:?}"
        );
    }
}

#[test]
fn accepts_artifacts_that_were_hashed_before_and_after_every_required_suite() {
    assert_satisfied(&measured(&["unit", "system"]).candidate(&Check), &["before and after the run"]);
    let mut world = measured(&["system"]);
    world.policy.gate.suites.clear();
    assert_satisfied(&world.candidate(&Check), &["pumpctl"]);
}

#[test]
fn asks_where_a_run_was_not_measured() {
    // The fixture's report names the artifact, and nothing says that it was measured.
    let asked = "run on the very bytes that ship";
    assert_asks(&World::new().candidate(&Check), asked, &["no test run was measured"]);
    let mut world = measured(&["unit", "system"]);
    world.tests[1].subject.remove(0);
    assert_asks(&world.candidate(&Check), asked, &["no run of suite system was measured"]);
    let mut world = measured(&["unit"]);
    world.tests[0].predicate.configuration[0].annotations.insert("measured".to_owned(), "once".to_owned());
    assert_asks(&world.candidate(&Check), asked, &["no run of suite unit"]);
}

#[test]
fn asks_with_the_bridging_analysis_of_this_version() {
    let mut world = World::new();
    world.add_document("bridging-analysis", b"the debug build differs in symbols only\n");
    let shown = ["BRIDGING-ANALYSIS-0001 revision 1, approved by Quality Lead (example)", "no test run was measured"];
    assert_asks(&world.candidate(&Check), "bridging analysis", &shown);
    world.documents.last_mut().expect("document").predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    // Where everything was measured, nobody needs a bridge.
    let mut world = measured(&["system"]);
    world.add_document("bridging-analysis", b"x").predicate.approver = None;
    assert_satisfied(&world.candidate(&Check), &[]);
}

#[test]
fn rejects_other_bytes_and_unknown_artifacts() {
    let mut world = measured(&["system"]);
    world.tests[0].subject[0] = Subject::new("pumpctl", Sha256Digest::of(b"debug build"));
    assert_found(&world.candidate(&Check), &["tested-other-bytes"]);
    world.tests[0].predicate.configuration.clear();
    assert_found(&world.candidate(&Check), &["tested-other-bytes"]);
    let mut world = measured(&["system"]);
    world.tests[0].subject.push(Subject::new("simulator", Sha256Digest::of(b"simulator")));
    assert_found(&world.candidate(&Check), &["tested-unknown-artifact"]);
}

#[test]
fn rejects_a_batch_without_test_reports() {
    let mut world = World::new();
    world.tests.clear();
    assert_found(&world.candidate(&Check), &["no-test-report"]);
}
