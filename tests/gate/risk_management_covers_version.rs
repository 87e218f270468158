//! RG-31.

use batchseal::gate::checks::risk_management_covers_version::RiskManagementCoversVersion as Check;
use batchseal::model::outcome::Outcome;

use crate::fixture::{World, assert_found};

fn with_file() -> World {
    let mut world = World::new();
    world.documents.clear();
    world.add_document("risk-management-file", b"risks");
    world
}

#[test]
fn asks_a_person_whether_the_residual_risk_is_accepted() {
    let Outcome::NeedsHuman { question, evidence } = with_file().candidate(&Check) else { panic!("not asked") };
    let expected = "is the overall residual risk of version 1.2.3 accepted, as RISK-MANAGEMENT-FILE-0001 revision 1 \
        evaluates it?";
    assert_eq!(question, expected);
    assert!(evidence[0].shows.contains("approved by Quality Lead (example) on 2026-11-20, covers 1.2.3"));
}

#[test]
fn violated_when_the_file_is_absent_old_unapproved_or_changed() {
    let mut world = with_file();
    world.documents[0].predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    world.documents.clear();
    assert_found(&world.candidate(&Check), &["document-missing"]);
    let mut world = with_file();
    world.documents[0].predicate.approved_on = None;
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    let mut world = with_file();
    world.documents[0].predicate.approved_on = Some("2026-12-24".to_owned());
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    let mut world = with_file();
    let entry = world.documents[0].predicate.content.entry.clone();
    world.files.insert(entry, b"changed".to_vec());
    assert_found(&world.candidate(&Check), &["document-differs"]);
}
