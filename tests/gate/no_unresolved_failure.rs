//! RG-36.

use batchseal::gate::checks::no_unresolved_failure::NoUnresolvedFailure as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::outcome::{CheckId, Finding, Outcome, Severity};
use batchseal::model::record::ConcessionRef;
use batchseal::model::result::{Stage, Verdict};

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied};

fn violated() -> Outcome {
    Outcome::violated(Finding::new("code", "about", "message", "next"))
}

#[test]
fn accepts_results_that_permit_release_with_every_question_answered() {
    assert_satisfied(&World::new().release(&Check), &["RG-01", "record.json", "answered by a person"]);
}

#[test]
fn rejects_blocking_check_that_does_not_hold_but_not_a_warning() {
    for conclusion in [
        violated(),
        Outcome::Inconclusive { reason: "unreadable".to_owned() },
        Outcome::NeedsHuman { question: "is it so?".to_owned(), evidence: Vec::new() },
    ] {
        let mut world = World::new();
        world.record.candidate_gate.checks.clear();
        world.earlier[2].conclusion = conclusion;
        assert_found(&world.release(&Check), &["check-not-satisfied"]);
        world.earlier[2].severity = Severity::Warn;
        assert_satisfied(&world.release(&Check), &["RG-01"]);
    }
}

#[test]
fn accepts_not_applicable_only_with_a_reason() {
    let mut world = World::new();
    world.earlier[2].conclusion = Outcome::NotApplicable { reason: "no SBOM is needed here".to_owned() };
    assert_satisfied(&world.release(&Check), &["not-applicable"]);
    world.earlier[2].conclusion = Outcome::NotApplicable { reason: " ".to_owned() };
    assert_found(&world.release(&Check), &["not-applicable-without-reason"]);
}

#[test]
fn rejects_results_that_are_worse_or_missing_since_the_candidate() {
    let mut world = World::new();
    world.earlier[0].severity = Severity::Warn;
    world.earlier[0].conclusion = violated();
    assert_found(&world.release(&Check), &["worse-than-candidate"]);
    let mut world = World::new();
    world.earlier.remove(0);
    assert_found(&world.release(&Check), &["check-missing-now"]);
    world.earlier.clear();
    assert_found(&world.release(&Check), &["check-missing-now", "nothing-judged"]);
}

#[test]
fn rejects_failed_candidate_and_verdict_that_contradicts_its_checks() {
    let mut world = World::new();
    world.record.candidate_gate.verdict = Verdict::Failed;
    assert_found(&world.release(&Check), &["candidate-failed"]);
    let mut world = World::new();
    world.record.candidate_gate.verdict = Verdict::Passed;
    world.record.candidate_gate.checks[0].conclusion = violated();
    assert_found(&world.release(&Check), &["candidate-verdict-contradicts"]);
}

#[test]
fn rejects_recorded_gate_of_another_stage_or_policy() {
    let mut world = World::new();
    world.record.candidate_gate.stage = Stage::Release;
    assert_found(&world.release(&Check), &["recorded-gate-differs"]);
    let mut world = World::new();
    world.record.candidate_gate.policy_sha256 = Sha256Digest::of(b"other");
    assert_found(&world.release(&Check), &["recorded-gate-differs"]);
}

#[test]
fn rejects_question_without_answer_even_when_the_record_does_not_list_it() {
    let mut world = World::new();
    world.approvals[1].1.answers.clear();
    assert_found(&world.release(&Check), &["unanswered"]);
    world.record.pending = Vec::new();
    assert_found(&world.release(&Check), &["unanswered"]);
    world.record.candidate_gate.checks.clear();
    assert_satisfied(&world.release(&Check), &["RG-01"]);
    world.record.pending = vec![CheckId::new(26)];
    assert_found(&world.release(&Check), &["unanswered"]);
}

#[test]
fn rejects_concessions_and_overridden_refusals() {
    let mut world = World::new();
    world.record.concessions = vec![ConcessionRef { check: CheckId::new(8), entry: entry("evidence/concession.json") }];
    assert_found(&world.release(&Check), &["concession-does-not-count"]);
    let mut world = World::new();
    world.built().build_definition.internal_parameters.overridden_refusals = vec!["dirty tree".to_owned()];
    assert_found(&world.release(&Check), &["refusal-overridden"]);
}

#[test]
fn rejects_candidate_without_record() {
    assert_found(&World::new().candidate(&Check), &["no-record"]);
}
