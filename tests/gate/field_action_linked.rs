//! RG-45.

use batchseal::gate::checks::field_action_linked::FieldActionLinked as Check;

use crate::fixture::{World, assert_asks, assert_found, assert_not_applicable, assert_satisfied};

const ACTION: &str =
    "schema = 1\naction = \"correction\"\nreferences = [\"CAPA-0042\", \"C-7\"]\nreported = 2026-11-18\n";

fn world(field_action: Option<bool>, document: Option<&str>) -> World {
    let mut world = World::new();
    world.policy.release.field_action = field_action;
    if let Some(text) = document {
        world.add_document("field-action", text.as_bytes());
    }
    world
}

#[test]
fn accepts_a_field_action_with_references_and_report_or_reason() {
    let shown = ["correction for CAPA-0042, C-7, reported on 2026-11-18"];
    assert_satisfied(&world(Some(true), Some(ACTION)).candidate(&Check), &shown);
    assert_satisfied(&world(None, Some(ACTION)).candidate(&Check), &shown);
    let reason = ACTION.replace("reported = 2026-11-18", "not-reported-because = \"no risk to health\"");
    assert_satisfied(&world(Some(true), Some(&reason)).candidate(&Check), &["not reported: no risk to health"]);
}

#[test]
fn rejects_a_field_action_without_a_current_document() {
    assert_found(&world(Some(true), None).candidate(&Check), &["document-missing"]);
    let mut other = world(Some(true), Some(ACTION));
    other.documents[1].predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&other.candidate(&Check), &["document-of-other-version"]);
    let mut unapproved = world(Some(true), Some(ACTION));
    unapproved.documents[1].predicate.approved_on = None;
    assert_found(&unapproved.candidate(&Check), &["document-not-approved"]);
}

#[test]
fn rejects_malformed_documents_and_a_report_from_the_future() {
    for text in [ACTION.replace("\"CAPA-0042\", \"C-7\"", ""), ACTION.replace("correction", "fix"), String::new()] {
        assert_found(&world(Some(true), Some(&text)).candidate(&Check), &["field-action-malformed"]);
    }
    let late = ACTION.replace("2026-11-18", "2026-12-24");
    assert_found(&world(Some(true), Some(&late)).candidate(&Check), &["reported-after-approval"]);
}

#[test]
fn rejects_a_document_that_the_policy_denies() {
    assert_found(&world(Some(false), Some(ACTION)).candidate(&Check), &["field-action-contradicted"]);
}

#[test]
fn asks_where_nobody_has_said_and_does_not_apply_where_the_policy_says_no() {
    assert_asks(&world(None, None).candidate(&Check), &["no correction or removal"]);
    assert_not_applicable(&world(Some(false), None).candidate(&Check), "field-action = false");
}
