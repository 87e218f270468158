//! RG-34.

use batchseal::gate::checks::labeling_released::LabelingReleased as Check;
use batchseal::gate::evidence::PreviousReleases;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::Version;
use batchseal::model::record::PreviousRelease;
use batchseal::model::udi::{Udi, UdiScope};
use batchseal::policy::facts::Distribution;

use crate::fixture::{World, assert_asks, assert_found, assert_not_applicable, assert_satisfied};

const ABOUT: &str = "Pump 1.2.3\nUDI: (01)00860000000109(10)1.2.3\n";
const MANUAL: &[u8] = b"%PDF-1.7\0instructions";
const REASONS: &str = "expiration = \"software does not expire\"\nstorage = \"it is downloaded\"\n\
                       handling = \"it is downloaded\"\nprocessing-instructions = \"nothing is processed\"\n";

fn entry(file: &[u8], part: &str, aspects: &str) -> String {
    format!(
        "[[examined]]\nfile = \"{part}.txt\"\nsha256 = \"{}\"\npart = \"{part}\"\nresult = \"accepted\"\n\
         examiner = \"Labeling Specialist (example)\"\ndate = 2026-11-19\nsample-size = 1\nexamined-for = [{aspects}]\n",
        Sha256Digest::of(file).to_hex()
    )
}

fn inspection(about: &str) -> String {
    let about = entry(about.as_bytes(), "about-screen", "\"udi\", \"version\"");
    format!("schema = 1\n{about}{}[not-applicable]\n{REASONS}", entry(MANUAL, "instructions", "\"version\""))
}

/// Software of its own whose about screen says this, with a manual; `inspected` is the inspection.
fn world_of(about: &str, inspected: &str) -> World {
    let mut world = World::new();
    world.batch.udi = Some(Udi::new(UdiScope::Samd, Some("00860000000109")).with_version("1.2.3"));
    world.add_document("labeling", about.as_bytes());
    world.add_document("labeling", MANUAL);
    world.add_document("labeling-inspection", inspected.as_bytes());
    world
}

fn about(text: &str) -> World {
    world_of(text, &inspection(text))
}

fn inspected(edit: impl Fn(String) -> String) -> World {
    world_of(ABOUT, &edit(inspection(ABOUT)))
}

fn released_before(mut world: World, files: &[&[u8]]) -> World {
    let mut labeling: Vec<Sha256Digest> = files.iter().map(|file| Sha256Digest::of(file)).collect();
    labeling.sort();
    world.previous = PreviousReleases::Given(vec![PreviousRelease {
        commit: None,
        device: world.batch.device.name.clone(),
        version: Version::parse("1.2.2").unwrap(),
        bundle_sha256: Sha256Digest::of(b"bundle"),
        artifacts: world.artifacts.clone(),
        udi: None,
        labeling: Some(labeling),
    }]);
    world
}

#[test]
fn asks_for_the_look_at_a_sample_and_shows_who_examined_what() {
    let digest = Sha256Digest::of(ABOUT.as_bytes()).to_hex();
    let shown = ["representative sample", "Labeling Specialist (example)", "names the UDI", "for people", &digest];
    assert_asks(&about(ABOUT).candidate(&Check), &shown);
}

#[test]
fn rejects_labeling_that_nobody_listed_approved_or_meant_for_this_version() {
    let mut world = World::new();
    assert_found(&world.candidate(&Check), &["document-missing"]);
    world = about(ABOUT);
    world.documents[1].predicate.approver = None;
    assert_found(&world.candidate(&Check), &["aspect-not-examined", "document-not-approved", "examined-other-file"]);
    world = about(ABOUT);
    world.documents[2].predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&world.candidate(&Check), &["document-of-other-version", "examined-other-file"]);
}

#[test]
fn rejects_a_missing_repeated_or_malformed_inspection() {
    let mut world = about(ABOUT);
    world.documents.pop();
    assert_found(&world.candidate(&Check), &["document-missing"]);
    let mut world = about(ABOUT);
    world.add_document("labeling-inspection", inspection(ABOUT).as_bytes());
    assert_found(&world.candidate(&Check), &["inspection-repeated"]);
    for bytes in ["schema = 1", "not toml", ""] {
        assert_found(&world_of(ABOUT, bytes).candidate(&Check), &["inspection-malformed"]);
    }
}

#[test]
fn rejects_a_file_that_was_not_examined_as_it_is() {
    let world = world_of(&format!("{ABOUT} "), &inspection(ABOUT));
    assert_found(&world.candidate(&Check), &["aspect-not-examined", "examined-other-file", "label-not-examined"]);
}

#[test]
fn rejects_a_rejected_file_and_an_examination_after_its_approval() {
    let world = inspected(|text| text.replacen("\"accepted\"", "\"rejected\"", 1));
    assert_found(&world.candidate(&Check), &["label-rejected"]);
    let world = inspected(|text| text.replacen("2026-11-19", "2026-11-21", 1));
    assert_found(&world.candidate(&Check), &["examined-after-approval"]);
}

#[test]
fn rejects_what_was_neither_examined_nor_explained() {
    let world = inspected(|text| text.replace("storage = \"it is downloaded\"\n", ""));
    assert_found(&world.candidate(&Check), &["aspect-not-examined"]);
    let world = inspected(|text| text.replace("\"udi\", ", ""));
    assert_found(&world.candidate(&Check), &["aspect-not-examined"]);
}

#[test]
fn rejects_text_with_the_udi_of_another_version_or_day_or_without_it() {
    let with = |more: &str| about(&format!("{ABOUT}{more}\n")).candidate(&Check);
    assert_found(&with("(01)00860000000109(10)1.2.2"), &["label-of-other-version"]);
    assert_found(&with("(01) 00860000000109 (11) 261122 (10) 1.2.3"), &["label-of-other-day"]);
    assert_asks(&with("(01) 00860000000109 (11) 261123 (10) 1.2.3"), &["names the UDI"]);
    assert_asks(&with("GTIN (01)00860000000109, and (01)51022222233336(10)9.9"), &["names the UDI"]);
    assert_found(&about("Pump 1.2.3\n").candidate(&Check), &["label-without-udi"]);
    assert_found(&about("(01)00860000000109\n").candidate(&Check), &["label-without-udi"]);
}

#[test]
fn instructions_may_leave_the_udi_out_unless_they_were_examined_for_it() {
    let manual = "Read this first.\n";
    let world = |aspects: &str| {
        let more = entry(manual.as_bytes(), "instructions", aspects);
        let mut world =
            world_of(ABOUT, &inspection(ABOUT).replace("[not-applicable]", &format!("{more}[not-applicable]")));
        world.add_document("labeling", manual.as_bytes());
        world
    };
    assert_asks(&world("\"version\"").candidate(&Check), &["does not name the UDI"]);
    assert_found(&world("\"udi\"").candidate(&Check), &["label-without-udi"]);
}

#[test]
fn embedded_software_needs_the_device_identifier_alone() {
    let embedded = |text: &str| {
        let mut world = about(text);
        world.batch.udi = Some(Udi::new(UdiScope::Embedded, Some("00860000000109")).with_version("1.2.3"));
        world.candidate(&Check)
    };
    assert_asks(&embedded("(01)00860000000109(10)LOT7(21)A77\n"), &["names the device identifier"]);
    assert_found(&embedded("Pump 1.2.3\n"), &["label-without-udi"]);
}

#[test]
fn a_device_without_udi_needs_none_in_its_labeling() {
    let mut world = inspected(|text| text.replace("\"udi\", ", ""));
    world.batch.udi = Some(Udi::new(UdiScope::None, None));
    assert_asks(&world.candidate(&Check), &["names the version"]);
}

#[test]
fn labeling_of_an_earlier_release_needs_no_new_look_but_names_no_other_version() {
    let files = [ABOUT.as_bytes(), MANUAL];
    let mut world = released_before(about(ABOUT), &files);
    world.documents.pop();
    assert_satisfied(&world.candidate(&Check), &["as released with version 1.2.2"]);
    assert_found(&released_before(world, &files[..1]).candidate(&Check), &["document-missing"]);
    let old = ABOUT.replace("1.2.3", "1.2.2");
    let world = released_before(about(&old), &[old.as_bytes(), MANUAL]);
    assert_found(&world.candidate(&Check), &["label-of-other-version"]);
}

#[test]
fn only_a_person_can_say_that_there_is_no_labeling() {
    let mut world = World::new();
    world.add_document("labeling-not-applicable", b"part of another device\n");
    assert_asks(&world.candidate(&Check), &["without any labeling", "Quality Lead (example)"]);
    world.documents[1].predicate.approver = None;
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    let mut world = about(ABOUT);
    world.add_document("labeling-not-applicable", b"none\n");
    assert_found(&world.candidate(&Check), &["labeling-contradicted"]);
}

#[test]
fn does_not_apply_to_what_is_not_distributed() {
    let mut world = World::new();
    world.trust.devices[0].facts.distribution = Distribution::None;
    assert_not_applicable(&world.candidate(&Check), "not distributed");
}
