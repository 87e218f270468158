//! RG-38.

use batchseal::gate::checks::approvals_are_for_this_record::ApprovalsAreForThisRecord as Check;
use batchseal::gate::evidence::Refused;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::{DeviceName, Version};
use batchseal::model::outcome::{CheckId, Outcome};

use crate::fixture::statements::{approval, entry};
use crate::fixture::{World, assert_found, assert_satisfied, keys};

#[test]
fn accepts_approvals_of_this_batch_with_complete_list() {
    assert_satisfied(&World::new().release(&Check), &[keys::REVIEWER.0, keys::AUTHORISER.0]);
}

#[test]
fn rejects_refused_approval() {
    let mut world = World::new();
    let name = entry("approvals/03-safety.json");
    world.refused_approvals = vec![Refused { entry: name, reason: "made for another record".to_owned() }];
    assert_found(&world.release(&Check), &["approval-refused"]);
    world.approvals.clear();
    assert_found(&world.release(&Check), &["approval-refused"]);
}

#[test]
fn rejects_approval_of_another_device_version_or_udi() {
    let mut world = World::new();
    world.approvals[0].1.device = DeviceName::parse("monitor").unwrap();
    world.approvals[1].1.version = Version::parse("1.2.2").unwrap();
    assert_found(&world.release(&Check), &["other-device", "other-version"]);
    let mut world = World::new();
    world.approvals[0].1.udi = None;
    assert_found(&world.release(&Check), &["other-udi"]);
}

#[test]
fn rejects_list_with_missing_extra_or_repeated_approval() {
    let mut world = World::new();
    world.edit_list = Vec::clear;
    assert_found(&world.release(&Check), &["approval-not-listed", "list-differs"]);
    world.edit_list = |list| list.push(Sha256Digest::of(b"unknown"));
    assert_found(&world.release(&Check), &["list-differs", "listed-approval-missing"]);
    world.edit_list = |list| list.extend_from_within(..);
    assert_found(&world.release(&Check), &["list-differs"]);
}

#[test]
fn rejects_approval_added_after_the_authoriser() {
    let mut world = World::new();
    world.approvals.push((keys::OTHER, approval(&world.batch, keys::OTHER.0, "safety", "12:05")));
    assert_found(&world.release(&Check), &["approval-not-listed", "list-differs"]);
}

#[test]
fn rejects_list_by_somebody_else() {
    let mut world = World::new();
    world.approvals[0].1.other_approvals = vec![Sha256Digest::of(b"x")];
    assert_found(&world.release(&Check), &["list-not-by-authoriser"]);
}

#[test]
fn rejects_answers_that_nobody_asked_for_or_twice() {
    let mut world = World::new();
    world.approvals[1].1.answers[0].check = CheckId::new(26);
    assert_found(&world.release(&Check), &["answer-not-asked"]);
    let mut world = World::new();
    let again = world.approvals[1].1.answers[0].clone();
    world.approvals[1].1.answers.push(again);
    assert_found(&world.release(&Check), &["answered-twice"]);
}

#[test]
fn without_approvals_it_fails_unless_the_trust_file_waives_them() {
    let mut world = World::new();
    world.approvals.clear();
    assert_found(&world.release(&Check), &["no-approval"]);
    world.trust.unsafe_settings.no_human_release = true;
    let outcome = world.release(&Check);
    let Outcome::NotApplicable { reason } = &outcome else { panic!("{outcome:?}") };
    assert!(reason.contains("waived"), "{reason}");
    assert_eq!(world.candidate(&Check).word(), "inconclusive");
}

#[test]
fn the_authoriser_lists_withdrawals_with_what_they_withdraw() {
    let mut world = World::new();
    world.approvals.insert(0, (keys::OTHER, approval(&world.batch, keys::OTHER.0, "safety", "10:50")));
    world.withdrawn = vec![0];
    assert_satisfied(&world.release(&Check), &["withdrew", keys::OTHER.0]);
    world.edit_list = |list| {
        list.pop();
    };
    assert_found(&world.release(&Check), &["approval-not-listed", "list-differs"]);
}

#[test]
fn rejects_a_withdrawal_that_speaks_of_another_batch() {
    let mut world = World::new();
    world.withdrawn = vec![0];
    world.edit_withdrawal = |withdrawal| withdrawal.version = Version::parse("1.2.2").unwrap();
    assert_found(&world.release(&Check), &["other-version"]);
    world.edit_withdrawal = |withdrawal| {
        withdrawal.device = DeviceName::parse("monitor").unwrap();
        withdrawal.udi = None;
    };
    assert_found(&world.release(&Check), &["other-device", "other-udi"]);
}
