//! RG-37.

use batchseal::gate::checks::verified_and_approved::VerifiedAndApproved as Check;
use batchseal::model::approval::{Approval, Decision, REJECTION_MEANING};
use batchseal::model::outcome::Outcome;
use batchseal::model::role::Role;
use batchseal::policy::trust::{Deputyship, Window};

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

#[test]
fn the_trust_file_may_ask_for_several_persons_in_a_role() {
    let mut world = World::new();
    let reviewer = Role::parse("reviewer").unwrap();
    world.trust.devices[0].approvals.insert(reviewer.clone(), 2);
    assert_found(&world.release(&Check), &["too-few-persons"]);
    let Outcome::NeedsHuman { question, .. } = world.candidate(&Check) else { panic!("no question") };
    assert!(question.contains("authoriser, reviewer (2)"), "{question}");
    // The same person with another statement is the same person.
    world.approvals.insert(1, (keys::REVIEWER, approval(&world.batch, keys::REVIEWER.0, "reviewer", "11:20")));
    assert_found(&world.release(&Check), &["too-few-persons"]);
    world.approvals[1] = (keys::OTHER, approval(&world.batch, keys::OTHER.0, "reviewer", "11:20"));
    assert_satisfied(&world.release(&Check), &[keys::REVIEWER.0, keys::OTHER.0]);
    world.trust.devices[0].approvals.insert(Role::parse("safety").unwrap(), 1);
    assert_found(&world.release(&Check), &["role-missing"]);
}

/// The other person becomes the authoriser's deputy and signs so.
fn deputised(world: &mut World, place: usize, role: &str) {
    let window =
        Window { valid_from: Some("2026-11-01".into()), valid_until: Some("2026-11-30".into()), revoked: None };
    let deputy = world.trust.persons.iter_mut().find(|person| person.name == keys::OTHER.0).unwrap();
    deputy.roles.clear();
    deputy.deputy_for = vec![Deputyship { name: keys::AUTHORISER.0.to_owned(), window }];
    let mut signed = approval(&world.batch, keys::OTHER.0, role, "11:50");
    signed.deputy_for = Some(keys::AUTHORISER.0.to_owned());
    signed.meaning = Approval::meaning_of(&signed.role, signed.decision, signed.deputy_for.as_deref());
    world.approvals[place] = (keys::OTHER, signed);
}

#[test]
fn a_deputy_signs_in_place_of_the_person_and_it_shows() {
    let mut world = World::new();
    deputised(&mut world, 1, "authoriser");
    assert_satisfied(&world.release(&Check), &["as deputy of Release Manager (example)"]);
}

#[test]
fn a_deputy_and_the_person_deputised_for_count_as_one() {
    let mut world = World::new();
    deputised(&mut world, 0, "reviewer");
    assert_found(&world.release(&Check), &["one-person-several-roles"]);
    let mut world = World::new();
    world.trust.devices[0].approvals.insert(Role::parse("reviewer").unwrap(), 2);
    world.approvals.insert(1, (keys::AUTHORISER, approval(&world.batch, keys::AUTHORISER.0, "reviewer", "11:20")));
    world.approvals[2] = (keys::REVIEWER, approval(&world.batch, keys::REVIEWER.0, "authoriser", "12:00"));
    deputised(&mut world, 0, "reviewer");
    assert_found(&world.release(&Check), &["too-few-persons"]);
}

#[test]
#[should_panic(expected = "NoDeputy")]
fn nobodys_deputy_never_becomes_evidence() {
    let mut world = World::new();
    deputised(&mut world, 1, "authoriser");
    world.trust.persons.iter_mut().for_each(|person| person.deputy_for.clear());
    let _ = world.release(&Check);
}

#[test]
#[should_panic(expected = "DeputyWindow")]
fn a_deputy_outside_the_window_never_becomes_evidence() {
    let mut world = World::new();
    deputised(&mut world, 1, "authoriser");
    for deputy in world.trust.persons.iter_mut().flat_map(|person| &mut person.deputy_for) {
        deputy.window.valid_until = Some("2026-11-22".to_owned());
    }
    let _ = world.release(&Check);
}

#[test]
fn a_withdrawn_approval_does_not_count_and_is_shown() {
    let mut world = World::new();
    world.withdrawn = vec![0];
    assert_found(&world.release(&Check), &["role-missing"]);
    world.approvals.insert(1, (keys::REVIEWER, approval(&world.batch, keys::REVIEWER.0, "reviewer", "11:50")));
    assert_satisfied(&world.release(&Check), &["withdrew it at", "looked at another build"]);
}
