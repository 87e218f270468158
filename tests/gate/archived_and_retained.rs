//! RG-42: archives keep what must be kept.

use batchseal::gate::checks::archived_and_retained::ArchivedAndRetained;
use batchseal::model::digest::Sha256Digest;

use crate::fixture::{ARTIFACT, World, assert_found, assert_satisfied};

fn receipt(until: &str, kept: &[(&str, &[u8])]) -> String {
    let kept: String = kept
        .iter()
        .map(|(what, bytes)| format!("[[kept]]\nwhat = '{what}'\nsha256 = '{}'\n", Sha256Digest::of(bytes).to_hex()))
        .collect();
    format!("archive = 'Company archive'\nlocation = 'vault 3'\nretain-until = {until}\n{kept}")
}

const ALL: [(&str, &[u8]); 3] = [("product", ARTIFACT), ("source", b"tree"), ("build-environment", b"image")];

fn world(receipts: &[String]) -> World {
    let mut world = World::new();
    world.policy.device.support_end = Some("2036-12-31".to_owned());
    for receipt in receipts {
        world.add_document("archive-receipt", receipt.as_bytes());
    }
    world
}

#[test]
fn satisfied_when_all_is_kept_long_enough() {
    let whole = world(&[receipt("2036-12-31", &ALL)]);
    assert_satisfied(&whole.candidate(&ArchivedAndRetained), &["kept until 2036-12-31"]);
    assert_satisfied(&whole.release(&ArchivedAndRetained), &["vault 3"]);
    let parts = world(&[receipt("2036-12-31", &ALL[..1]), receipt("2040-01-01", &ALL[1..])]);
    assert_satisfied(&parts.candidate(&ArchivedAndRetained), &["1 product"]);
}

#[test]
fn violated_without_a_receipt_or_with_a_malformed_one() {
    assert_found(&world(&[]).candidate(&ArchivedAndRetained), &["receipt-missing"]);
    for text in ["", "archive = 1", &receipt("'later'", &ALL), &receipt("2036-12-31", &[])] {
        assert_found(&world(&[text.to_owned()]).candidate(&ArchivedAndRetained), &["receipt-malformed"]);
    }
}

#[test]
fn violated_when_it_is_kept_for_too_short_a_time() {
    assert_found(&world(&[receipt("2036-12-30", &ALL)]).candidate(&ArchivedAndRetained), &["retention-too-short"]);
    let mut short = world(&[receipt("2028-11-22", &ALL)]);
    short.policy.device.support_end = Some("2027-01-01".to_owned());
    assert_found(&short.candidate(&ArchivedAndRetained), &["retention-too-short"]);
    let mut unknown = world(&[receipt("2036-12-31", &ALL)]);
    unknown.policy.device.support_end = None;
    assert_found(&unknown.candidate(&ArchivedAndRetained), &["support-end-missing"]);
}

#[test]
fn violated_when_something_is_not_archived() {
    let other = [("product", &b"other"[..]), ALL[1]];
    let outcome = world(&[receipt("2036-12-31", &other)]).candidate(&ArchivedAndRetained);
    assert_found(&outcome, &["not-archived", "product-not-archived"]);
}
