//! RG-27.

use batchseal::gate::checks::trace_without_gaps::TraceWithoutGaps as Check;
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::policy::facts::SafetyClass;

use crate::fixture::{World, assert_found, assert_satisfied};

const TRACE: &str = "id,kind,title,links\nREQ-1,requirement,Delivers the rate,\nREQ-2,requirement,Stops when empty,REQ-1\n\
    RC-1,risk-control,Alarm when empty,REQ-2\nTC-1,test,pumps,REQ-2\n";

/// A world with this trace, whose tests ended so: `+` passed, `~` skipped, `-` failed.
fn world(trace: &str, tests: &[&str]) -> World {
    let mut world = World::new();
    world.add_document("trace", trace.as_bytes());
    let result = &mut world.tests[0].predicate;
    result.passed_tests.clear();
    for test in tests {
        let (list, name) = match test.split_at(1) {
            ("+", name) => (&mut result.passed_tests, name),
            ("~", name) => (&mut result.warned_tests, name),
            (_, name) => (&mut result.failed_tests, name),
        };
        list.push(name.to_owned());
    }
    world
}

fn judge(trace: &str, tests: &[&str]) -> Outcome {
    world(trace, tests).candidate(&Check)
}

#[test]
fn satisfied_when_every_item_reaches_a_test_that_passed() {
    let shown = ["TRACE-0001 revision 1, approved by", "2 requirements and 1 risk control are verified"];
    assert_satisfied(&judge(TRACE, &["+pumps"]), &shown);
    // The test is known by its id, as a whole name or as a tag in one, as well as by its title.
    for name in ["+TC-1", "+pump::tc_1_pumps", "+[TC-1] pumps"] {
        assert_satisfied(&judge(TRACE, &[name]), &["among them 1 test of the trace"]);
    }
}

#[test]
fn a_tag_in_a_test_name_is_a_link() {
    let trace = "id,kind,links\nREQ-1,requirement,\nRC-1,risk-control,\n";
    assert_satisfied(&judge(trace, &["+pump::req_1_delivers", "+rc_1_alarms"]), &["1 requirement and 1 risk control"]);
    assert_found(&judge(trace, &["+req_1", "+rc_12"]), &["risk-control-without-test"]);
    assert_found(&judge(trace, &["-req_1", "+rc_1"]), &["requirement-not-verified", "test-failed"]);
    assert_found(&judge(trace, &["-req_1", "+also_req_1", "+rc_1"]), &["test-failed"]);
}

#[test]
fn finds_items_that_no_test_reaches() {
    let more = format!("{TRACE}REQ-3,requirement,,REQ-1\nRC-2,risk-control,,\n");
    assert_found(&judge(&more, &["+pumps"]), &["requirement-without-test", "risk-control-without-test"]);
    // A parent has the tests of its children, a child has none of its parent.
    let parent =
        "id,kind,links\nREQ-1,requirement,\nREQ-2,requirement,REQ-1\nRC-1,risk-control,\nTC-1,test,REQ-1 RC-1\n";
    assert_found(&judge(parent, &["+TC-1"]), &["requirement-without-test"]);
}

#[test]
fn a_risk_control_has_the_test_of_its_requirement_but_not_the_other_way_round() {
    for links in ["REQ-1,requirement,RC-1\nRC-1,risk-control,", "REQ-1,requirement,\nRC-1,risk-control,REQ-1"] {
        let of = |tested: &str| judge(&format!("id,kind,links\n{links}\nTC-1,test,{tested}\n"), &["+TC-1"]);
        assert_satisfied(&of("REQ-1"), &[]);
        assert_found(&of("RC-1"), &["requirement-without-test"]);
    }
}

#[test]
fn finds_tests_that_failed_were_skipped_or_did_not_run() {
    let unverified = |code| ["requirement-not-verified", "risk-control-not-verified", code];
    assert_found(&judge(TRACE, &["-pumps"]), &unverified("test-failed"));
    assert_found(&judge(TRACE, &["~pumps"]), &unverified("test-skipped"));
    assert_found(&judge(TRACE, &["+other"]), &unverified("test-not-run"));
    // One skipped run beside one that passed leaves no gap, one that failed does.
    assert_satisfied(&judge(TRACE, &["+pumps", "~tc_1_slow"]), &[]);
    assert_found(&judge(TRACE, &["+pumps", "-tc_1_slow"]), &unverified("test-failed"));
    let mut twice = world(TRACE, &["+pumps"]);
    twice.tests.push(twice.tests[0].clone());
    twice.tests[1].predicate.passed_tests.clear();
    twice.tests[1].predicate.failed_tests.push("pumps".to_owned());
    assert_found(&twice.candidate(&Check), &unverified("test-failed"));
}

#[test]
fn finds_tests_without_purpose_and_links_into_nothing() {
    let of = |rows: &str| judge(&format!("{TRACE}{rows}\n"), &["+pumps", "+TC-2"]);
    assert_found(&of("TC-2,test,,"), &["test-orphan"]);
    assert_found(&of("TC-2,test,,HAZ-1\nHAZ-1,other,Overinfusion,"), &["test-orphan"]);
    assert_found(&of("TC-2,test,,REQ-1 REQ-9"), &["dangling-link"]);
    assert_found(&of("REQ-1,requirement,,"), &["duplicate-id"]);
    assert_found(&of("REQ-4,requirement,,REQ-5\nREQ-5,requirement,,REQ-4\nTC-2,test,,REQ-4"), &["trace-cycle"]);
    assert_satisfied(&judge(&format!("{TRACE}TC-2,test,,\n"), &["+pumps", "+tc_2_req_1"]), &[]);
}

#[test]
fn several_documents_are_one_trace() {
    let mut world = world("id,kind,links\nREQ-1,requirement,\nRC-1,risk-control,REQ-1\n", &["+TC-1"]);
    world.add_document("trace", b"id,kind,links\nTC-1,test,REQ-1\n");
    assert_satisfied(&world.candidate(&Check), &["1 requirement and 1 risk control"]);
}

#[test]
fn rejects_absent_old_unapproved_and_malformed_traces() {
    let mut none = World::new();
    assert_found(&none.candidate(&Check), &["document-missing"]);
    none.add_document("trace", TRACE.as_bytes()).predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&none.candidate(&Check), &["document-of-other-version"]);
    let mut unapproved = world(TRACE, &["+pumps"]);
    unapproved.documents.last_mut().expect("trace").predicate.approver = None;
    assert_found(&unapproved.candidate(&Check), &["document-not-approved"]);
    assert_found(&judge("# Trace\n", &["+pumps"]), &["trace-malformed"]);
    assert_found(&judge("id,kind,links\nREQ-1,requirement\n", &["+pumps"]), &["trace-malformed"]);
    assert_found(&judge("id,kind,links\nHAZ-1,other,\n", &["+pumps"]), &["trace-empty"]);
    let mut untested = world(TRACE, &[]);
    untested.tests.clear();
    assert_found(&untested.candidate(&Check), &["no-test-results"]);
}

#[test]
fn asks_a_person_where_class_b_or_c_has_no_risk_control() {
    let trace = "id,kind,links\nREQ-1,requirement,\n";
    let mut world = world(trace, &["+req_1"]);
    let Outcome::NeedsHuman { question, evidence } = world.candidate(&Check) else { panic!("not asked") };
    assert!(question.contains("version 1.2.3, of safety class C, as TRACE-0001 revision 1 lists none?"), "{question}");
    assert_eq!(evidence.len(), 2);
    world.trust.devices[0].facts.safety_class = SafetyClass::A;
    assert_satisfied(&world.candidate(&Check), &["1 requirement and 0 risk controls"]);
    assert_found(&judge(trace, &["+other"]), &["requirement-without-test"]);
}

#[test]
fn class_a_is_warned_of_and_needs_no_trace() {
    let mut world = World::new();
    assert_eq!(world.severity(&Check), Severity::Block);
    world.trust.devices[0].facts.safety_class = SafetyClass::A;
    assert_eq!(world.severity(&Check), Severity::Warn);
    assert_eq!(world.candidate(&Check).word(), "not-applicable");
    world.add_document("trace", b"id,kind,links\nREQ-1,requirement,\n");
    assert_found(&world.candidate(&Check), &["requirement-without-test"]);
}

#[test]
fn a_large_trace_is_judged_in_a_moment_and_its_gaps_are_counted() {
    let mut trace = "id,kind,links\nRC-1,risk-control,REQ-0\n".to_owned();
    let mut tests = Vec::new();
    for at in 0..20_000 {
        trace.push_str(&format!(
            "REQ-{at},requirement,REQ-{}\nTC-{at},test,REQ-{at}\n",
            at / 2 + 20_000 * usize::from(at == 0)
        ));
        tests.push(format!("+suite::tc_{at}_runs"));
    }
    let tests: Vec<&str> = tests.iter().map(String::as_str).collect();
    let Outcome::Violated { findings } = judge(&trace, &tests) else { panic!("not violated") };
    assert_eq!((findings.len(), findings[0].code.as_str()), (1, "dangling-link"));
    let Outcome::Violated { findings } = judge(&trace, &["+none"]) else { panic!("not violated") };
    assert_eq!((findings.len(), findings[100].code.as_str()), (101, "more-findings"));
}
