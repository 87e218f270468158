//! RG-33.

use batchseal::gate::checks::udi_conveys_version::UdiConveysVersion as Check;
use batchseal::gate::evidence::PreviousReleases;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::Version;
use batchseal::model::record::PreviousRelease;
use batchseal::model::udi::{Carrier, Issuer, Udi, UdiScope};
use batchseal::policy::facts::Distribution;

use crate::fixture::{World, assert_asks, assert_found, assert_not_applicable, assert_satisfied};

const DI: &str = "00860000000109";
const HIBCC: &str = "+A123BJC5D6E71";

fn world(udi: Udi) -> World {
    let mut world = World::new();
    world.policy.device.udi = Some(udi.clone());
    world.batch.udi = Some(udi.with_version("1.2.3"));
    world
}

fn samd(di: &str) -> Udi {
    Udi::new(UdiScope::Samd, Some(di))
}

fn at_version(udi: &Udi, version: &str) -> World {
    let mut world = world(udi.clone());
    world.batch.version = Version::parse(version).unwrap();
    world.batch.udi = Some(udi.with_version(version));
    world
}

/// A world whose recorded text is another one.
fn recorded(full: &str) -> World {
    let mut world = world(samd(DI));
    world.batch.udi = Some(Udi { full: Some(full.to_owned()), ..samd(DI) });
    world
}

fn after(udi: Option<Udi>) -> World {
    let mut world = world(samd(DI));
    world.previous = PreviousReleases::Given(vec![PreviousRelease {
        commit: None,
        device: world.batch.device.name.clone(),
        version: Version::parse("1.2.2").unwrap(),
        bundle_sha256: Sha256Digest::of(b"bundle"),
        artifacts: world.artifacts.clone(),
        udi,
        labeling: None,
    }]);
    world
}

#[test]
fn accepts_software_whose_lot_is_the_version_and_shows_the_whole_udi() {
    assert_satisfied(&world(samd(DI)).candidate(&Check), &["(01)00860000000109(10)1.2.3", "stands in its production"]);
    let serial = Udi { pi: Some(Carrier::Serial), ..samd(DI) };
    assert_satisfied(&world(serial).candidate(&Check), &["(01)00860000000109(21)1.2.3"]);
    let version = Udi { pi: Some(Carrier::Version), ..samd(DI) };
    assert_satisfied(&world(version).candidate(&Check), &["(01)00860000000109(8012)1.2.3"]);
    assert_satisfied(&world(samd(HIBCC)).candidate(&Check), &["+A123BJC5D6E71/$1.2.3", "hibcc"]);
}

#[test]
fn accepts_a_batch_of_an_older_tool_that_records_no_whole_udi() {
    let mut world = world(samd(DI));
    world.batch.udi = Some(samd(DI));
    assert_satisfied(&world.candidate(&Check), &["is not recorded"]);
}

#[test]
fn rejects_absent_udi_and_device_identifier() {
    let mut world = World::new();
    world.batch.udi = None;
    assert_found(&world.candidate(&Check), &["udi-missing"]);
    world.batch.udi = Some(Udi::new(UdiScope::Samd, None));
    assert_found(&world.candidate(&Check), &["udi-without-di"]);
}

#[test]
fn rejects_malformed_device_identifiers() {
    for (di, code) in [
        ("00860000000108", "di-malformed"),
        ("860000000109", "di-malformed"),
        ("+a123B1", "di-malformed"),
        ("=/A9999", "di-malformed"),
        ("PUMP-7", "di-of-no-agency"),
    ] {
        assert_found(&world(samd(di)).candidate(&Check), &[code]);
    }
    let named = Udi { issuer: Some(Issuer::Hibcc), ..samd(DI) };
    assert_found(&world(named).candidate(&Check), &["di-malformed"]);
}

#[test]
fn rejects_a_version_that_cannot_be_the_production_identifier() {
    let long = "1.2.3-rc.1+build.2026";
    assert_found(&at_version(&samd(DI), long).candidate(&Check), &["version-is-no-pi"]);
    assert_found(&at_version(&samd(HIBCC), "1.2.3-rc").candidate(&Check), &["version-is-no-pi"]);
    let no_such = Udi { pi: Some(Carrier::Version), ..samd(HIBCC) };
    assert_found(&world(no_such).candidate(&Check), &["version-is-no-pi"]);
}

#[test]
fn asks_no_version_of_embedded_software_unless_the_policy_names_where_it_stands() {
    let embedded = Udi::new(UdiScope::Embedded, Some(DI));
    assert_satisfied(&world(embedded.clone()).candidate(&Check), &["where its hardware is made"]);
    let long = "1.2.3-rc.1+build.2026";
    assert_satisfied(&at_version(&embedded, long).candidate(&Check), &["recorded with the version"]);
    let named = Udi { pi: Some(Carrier::Lot), ..embedded };
    assert_found(&at_version(&named, long).candidate(&Check), &["version-is-no-pi"]);
}

#[test]
fn rejects_another_recorded_udi() {
    assert_found(&recorded("(01)00860000000109(10)1.2.4").candidate(&Check), &["udi-of-other-version"]);
    assert_found(&recorded("(01)00860000000109").candidate(&Check), &["udi-of-other-version"]);
    assert_found(&recorded("(01)04006381333931(10)1.2.3").candidate(&Check), &["udi-differs"]);
    assert_found(&recorded("(01)00860000000109(10)").candidate(&Check), &["udi-malformed"]);
    assert_found(&recorded("").candidate(&Check), &["udi-malformed"]);
}

#[test]
fn a_date_of_manufacture_is_the_day_of_the_build() {
    let world = recorded("(01)00860000000109(11)261123(10)1.2.3");
    assert_satisfied(&world.candidate(&Check), &["is the day of the build, 2026-11-23"]);
    assert_found(&recorded("(01)00860000000109(11)261122(10)1.2.3").candidate(&Check), &["udi-of-other-day"]);
}

#[test]
fn asks_why_a_device_on_the_market_needs_no_udi() {
    assert_asks(&world(Udi::new(UdiScope::None, None)).candidate(&Check), &["needs no UDI"]);
}

#[test]
fn asks_whether_a_device_identifier_that_is_new_is_right() {
    assert_asks(&after(Some(samd("04006381333931"))).candidate(&Check), &["00860000000109", "04006381333931"]);
    assert_satisfied(&after(Some(samd(DI))).candidate(&Check), &["1.2.3"]);
    assert_satisfied(&after(None).candidate(&Check), &["1.2.3"]);
}

#[test]
fn asks_about_an_agency_whose_identifiers_are_only_recognised() {
    assert_asks(&world(samd("=/A9999XYZ100T0944")).candidate(&Check), &["convey version 1.2.3", "iccbba"]);
}

#[test]
fn does_not_apply_without_commercial_distribution() {
    let mut world = World::new();
    world.batch.udi = None;
    for (distribution, word) in [(Distribution::Investigational, "investigational"), (Distribution::None, "none")] {
        world.trust.devices[0].facts.distribution = distribution;
        assert_not_applicable(&world.candidate(&Check), word);
    }
}
