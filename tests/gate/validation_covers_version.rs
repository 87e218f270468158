//! RG-28.

use batchseal::gate::checks::validation_covers_version::ValidationCoversVersion as Check;
use batchseal::model::outcome::Outcome;

use crate::fixture::{World, assert_found, assert_satisfied};

fn validated(version: &str) -> World {
    let mut world = World::new();
    world.add_document("validation-report", b"%PDF-1.7").predicate.covers_version = Some(version.to_owned());
    world
}

#[test]
fn satisfied_by_an_approved_report_of_this_version() {
    let shown = "VALIDATION-REPORT-0001 revision 1, approved by Quality Lead (example) on 2026-11-20, covers 1.2.3";
    assert_satisfied(&validated("1.2.3").candidate(&Check), &[shown]);
    // An older report beside it is history.
    let mut world = validated("1.2.3");
    world.add_document("validation-report", b"old").predicate.covers_version = Some("1.0.0".to_owned());
    assert_satisfied(&world.candidate(&Check), &[shown]);
}

#[test]
fn violated_without_a_report_or_with_one_that_nobody_approved() {
    assert_found(&World::new().candidate(&Check), &["document-missing"]);
    let mut world = validated("1.2.3");
    let report = &mut world.documents.last_mut().expect("report").predicate;
    (report.approver, report.approved_on) = (None, None);
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    let mut changed = validated("1.2.3");
    let entry = changed.documents.last().expect("report").predicate.content.entry.clone();
    changed.files.insert(entry, b"changed".to_vec());
    assert_found(&changed.candidate(&Check), &["document-differs"]);
}

#[test]
fn a_report_of_another_version_needs_a_bridge_and_a_person() {
    let mut world = validated("1.0.0");
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    world.add_document("bridging-analysis", b"why it holds").predicate.covers_version = Some("1.1.0".to_owned());
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    world.add_document("bridging-analysis", b"why it still holds");
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    let mut world = validated("1.0.0");
    world.add_document("bridging-analysis", b"why it holds");
    let Outcome::NeedsHuman { question, evidence } = world.candidate(&Check) else { panic!("not asked") };
    let expected = "does the validation of VALIDATION-REPORT-0001 revision 1 (version 1.0.0) hold for version 1.2.3, as \
        BRIDGING-ANALYSIS-0001 revision 1 argues?";
    assert_eq!(question, expected);
    assert_eq!(evidence.len(), 2);
}

#[test]
fn a_report_of_no_version_cannot_be_bridged() {
    let mut world = validated("1.0.0");
    world.documents.last_mut().expect("report").predicate.covers_version = None;
    world.add_document("bridging-analysis", b"why it holds");
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
}

#[test]
fn not_asked_of_software_that_is_no_finished_device() {
    let mut world = World::new();
    world.trust.devices[0].facts.finished = false;
    assert_eq!(world.candidate(&Check).word(), "not-applicable");
}
