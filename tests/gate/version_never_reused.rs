//! RG-04.

use batchseal::gate::checks::version_never_reused::VersionNeverReused as Check;
use batchseal::gate::evidence::PreviousReleases;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::{DeviceName, Version};
use batchseal::model::outcome::Outcome;
use batchseal::model::record::PreviousRelease;

use crate::fixture::{World, assert_found, assert_satisfied};

fn after(version: &str, edit: impl Fn(&mut PreviousRelease)) -> World {
    let mut world = World::new();
    let mut release = PreviousRelease {
        device: world.batch.device.name.clone(),
        version: Version::parse(version).unwrap(),
        bundle_sha256: Sha256Digest::of(b"bundle"),
        artifacts: world.artifacts.clone(),
        commit: None,
        udi: None,
        labeling: None,
    };
    edit(&mut release);
    world.policy.release.first_release = false;
    world.previous = PreviousReleases::Given(vec![release]);
    world
}

#[test]
fn accepts_new_version_after_earlier_release() {
    assert_satisfied(&after("1.2.2", |_| {}).candidate(&Check), &["pump 1.2.2"]);
}

#[test]
fn rejects_released_version_with_other_or_same_artifacts() {
    let other = after("1.2.3", |release| release.artifacts[0].sha256 = Sha256Digest::of(b"other"));
    assert_found(&other.candidate(&Check), &["version-reused"]);
    let fewer = after("1.2.3", |release| release.artifacts.clear());
    assert_found(&fewer.candidate(&Check), &["version-reused"]);
    assert_found(&after("1.2.3", |_| {}).candidate(&Check), &["already-released"]);
}

#[test]
fn rejects_ledger_of_another_device() {
    let other = after("1.2.2", |release| release.device = DeviceName::parse("monitor").unwrap());
    assert_found(&other.candidate(&Check), &["other-device"]);
}

#[test]
fn asks_a_person_about_a_first_release() {
    let outcome = World::new().candidate(&Check);
    let Outcome::NeedsHuman { question, evidence } = &outcome else { panic!("{outcome:?}") };
    assert!(question.contains("no earlier release of pump"), "{question}");
    assert_eq!(evidence.len(), 1);
}

#[test]
fn rejects_missing_or_empty_ledger_and_contradicting_claims() {
    let mut world = World::new();
    world.previous = PreviousReleases::Unknown;
    assert_found(&world.candidate(&Check), &["no-ledger"]);
    world.previous = PreviousReleases::Given(Vec::new());
    assert_found(&world.candidate(&Check), &["no-ledger"]);
    world.previous = PreviousReleases::FirstRelease;
    world.policy.release.first_release = false;
    assert_found(&world.candidate(&Check), &["no-ledger"]);
    let mut world = after("1.2.2", |_| {});
    world.policy.release.first_release = true;
    assert_found(&world.candidate(&Check), &["not-the-first-release"]);
}
