//! RG-35.

use batchseal::gate::checks::quantities_add_up::QuantitiesAddUp as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::ArtifactName;
use batchseal::model::record::{Disposition, Quantities};

use crate::fixture::{World, assert_asks, assert_found, assert_satisfied};

/// A batch of two artifacts, the second with a disposition.
fn two(disposition: Disposition) -> World {
    let mut world = World::new();
    let name = ArtifactName::parse("pumpctl-arm").unwrap();
    let mut policy = world.policy.release.artifacts[0].clone();
    policy.name = name;
    policy.disposition = disposition;
    world.artifacts.push(policy.measured(Sha256Digest::of(b"arm"), 3));
    world.policy.release.artifacts.push(policy);
    world.record.artifacts = world.artifacts.clone();
    world.record.quantities = Some(Quantities::of(&world.artifacts, None));
    world
}

#[test]
fn accepts_a_batch_whose_artifacts_all_ship() {
    assert_satisfied(&World::new().candidate(&Check), &["made 1, approved for distribution 1 (unit: master copy)"]);
    assert_satisfied(&two(Disposition::Release).release(&Check), &["made 2, approved for distribution 2"]);
    let mut world = World::new();
    world.policy.release.quantity_rationale = Some("One image for each dose unit.".to_owned());
    world.record.quantities = Some(Quantities::of(&world.artifacts, Some("One image for each dose unit.")));
    assert_satisfied(&world.release(&Check), &["One image for each dose unit."]);
}

#[test]
fn asks_a_person_about_what_is_kept_back() {
    assert_asks(&two(Disposition::Hold).candidate(&Check), &["Of 2 artifacts made, 1", "pumpctl-arm", "hold"]);
    assert_asks(&two(Disposition::Scrap).release(&Check), &["scrap"]);
}

#[test]
fn rejects_artifacts_that_are_not_those_of_the_policy() {
    let mut world = two(Disposition::Release);
    world.policy.release.artifacts.pop();
    assert_found(&world.candidate(&Check), &["artifact-not-listed"]);
    let mut world = two(Disposition::Release);
    world.artifacts.pop();
    assert_found(&world.candidate(&Check), &["artifact-not-made"]);
    let mut world = two(Disposition::Release);
    world.artifacts[0] = world.artifacts[1].clone();
    assert_found(&world.candidate(&Check), &["artifact-not-made", "artifact-repeated"]);
    let mut world = two(Disposition::Hold);
    world.artifacts[1].disposition = None;
    assert_found(&world.candidate(&Check), &["disposition-differs"]);
}

#[test]
fn rejects_a_batch_of_which_nothing_ships() {
    let mut world = World::new();
    world.policy.release.artifacts[0].disposition = Disposition::Scrap;
    world.artifacts[0].disposition = Some(Disposition::Scrap);
    assert_found(&world.candidate(&Check), &["nothing-approved"]);
    world.artifacts.clear();
    assert_found(&world.candidate(&Check), &["artifact-not-made", "nothing-approved"]);
}

#[test]
fn rejects_scrapped_bytes_that_ship_under_another_name() {
    let mut world = two(Disposition::Scrap);
    world.artifacts[1].sha256 = world.artifacts[0].sha256;
    assert_found(&world.candidate(&Check), &["withheld-bytes-ship"]);
}

#[test]
fn rejects_a_record_that_counts_otherwise() {
    let mut world = World::new();
    world.record.quantities = None;
    assert_found(&world.release(&Check), &["quantities-not-recorded"]);
    let counted = |edit: fn(&mut Quantities)| {
        let mut world = two(Disposition::Release);
        edit(world.record.quantities.as_mut().unwrap());
        world.release(&Check)
    };
    assert_found(&counted(|quantities| quantities.approved = 3), &["more-approved-than-made", "quantities-differ"]);
    assert_found(&counted(|quantities| quantities.manufactured = 3), &["quantities-differ"]);
    assert_found(&counted(|quantities| quantities.rationale = "because".to_owned()), &["quantities-differ"]);
    let mut world = two(Disposition::Release);
    world.record.artifacts[1].disposition = Some(Disposition::Hold);
    assert_found(&world.release(&Check), &["recorded-artifacts-differ"]);
}
