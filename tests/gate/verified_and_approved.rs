//! RG-37.

use batchseal::gate::checks::verified_and_approved::VerifiedAndApproved as Check;
use batchseal::model::approval::{Decision, REJECTION_MEANING};
use batchseal::model::outcome::Outcome;
use batchseal::model::role::Role;

use crate::fixture::statements::approval;
use crate::fixture::{World, assert_found, assert_satisfied, keys};

#[test]
fn asks_for_the_required_roles_at_the_candidate_stage() {
    let mut world = World::new();
    for waived in [false, true] {
        world.trust.unsafe_settings.no_human_release = waived;
        let outcome = world.candidate(&Check);
        let Outcome::NeedsHuman { question, .. } = &outcome else { panic!("{outcome:?}") };
        assert!(question.contains("authoriser, reviewer"), "{question}");
    }
}

#[test]
fn accepts_every_role_approved_by_another_person() {
    let world = World::new();
    assert_satisfied(&world.release(&Check), &[keys::REVIEWER.0, keys::AUTHORISER.0, "2026-11-23T12:00:00Z"]);
}

#[test]
fn rejects_missing_role_and_always_wants_an_authoriser() {
    let mut world = World::new();
    world.policy.release.approvals.push(Role::parse("safety").unwrap());
    assert_found(&world.release(&Check), &["role-missing"]);
    let safety = approval(&world.batch, keys::OTHER.0, "safety", "11:30");
    world.approvals.insert(1, (keys::OTHER, safety));
    assert_satisfied(&world.release(&Check), &[keys::OTHER.0]);
    world.policy.release.approvals.clear();
    world.approvals.pop();
    assert_found(&world.release(&Check), &["role-missing"]);
}

#[test]
fn rejects_one_person_in_two_roles() {
    let mut world = World::new();
    world.approvals[0] = (keys::AUTHORISER, approval(&world.batch, keys::AUTHORISER.0, "reviewer", "11:00"));
    assert_found(&world.release(&Check), &["one-person-several-roles"]);
}

#[test]
fn rejects_second_authorisation() {
    let mut world = World::new();
    world.approvals.push((keys::OTHER, approval(&world.batch, keys::OTHER.0, "authoriser", "12:05")));
    assert_found(&world.release(&Check), &["authoriser-not-single"]);
}

#[test]
fn rejects_rejection_even_where_approvals_are_waived() {
    let mut world = World::new();
    world.approvals[0].1.decision = Decision::Rejected;
    world.approvals[0].1.meaning = REJECTION_MEANING.to_owned();
    world.approvals[0].1.reason = Some("alarm volume not verified".to_owned());
    assert_found(&world.release(&Check), &["rejected", "role-missing"]);
    world.trust.unsafe_settings.no_human_release = true;
    assert_found(&world.release(&Check), &["rejected"]);
}

#[test]
#[should_panic(expected = "Meaning")]
fn a_signature_without_the_meaning_of_its_role_never_becomes_evidence() {
    let mut world = World::new();
    world.approvals[0].1.meaning = " ".to_owned();
    let _ = world.release(&Check);
}

#[test]
fn waives_persons_only_by_the_trust_file() {
    let mut world = World::new();
    world.approvals.clear();
    assert_found(&world.release(&Check), &["role-missing"]);
    world.trust.unsafe_settings.no_human_release = true;
    assert_satisfied(&world.release(&Check), &["waived by the verifier's trust file [unsafe]"]);
}
