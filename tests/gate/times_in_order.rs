//! RG-39.

use batchseal::gate::checks::times_in_order::TimesInOrder as Check;
use batchseal::model::batch::SchemaVersion;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::seal::{Seal, Status};
use batchseal::model::statement::{Statement, Subject};

use crate::fixture::statements::at;
use crate::fixture::{World, assert_found, assert_satisfied};

#[test]
fn accepts_build_record_approvals_and_gate_in_this_order() {
    let shown = ["record.json", "approvals/01-reviewer", "release gate", "no-trusted-time"];
    assert_satisfied(&World::new().release(&Check), &shown);
}

#[test]
fn rejects_clock_readings_unless_the_trust_file_believes_them() {
    let mut world = World::new();
    world.trust.unsafe_settings.no_trusted_time = false;
    assert_found(&world.release(&Check), &["no-trusted-time"]);
}

#[test]
fn rejects_record_before_the_build_ended() {
    let mut world = World::new();
    world.built().run_details.metadata.finished_on = at("10:40");
    assert_found(&world.release(&Check), &["out-of-order"]);
}

#[test]
fn rejects_approval_before_the_record_or_after_the_authoriser() {
    for time in ["09:00", "12:20"] {
        let mut world = World::new();
        world.approvals[0].1.signed_at = at(time);
        assert_found(&world.release(&Check), &["out-of-order"]);
    }
}

#[test]
fn rejects_gate_before_the_last_signature() {
    let mut world = World::new();
    world.now = at("11:50");
    assert_found(&world.release(&Check), &["out-of-order"]);
}

#[test]
fn allows_the_skew_of_the_trust_file_and_no_more() {
    let mut world = World::new();
    world.approvals[0].1.signed_at = at("10:08");
    world.trust.skew_seconds = 120;
    assert_satisfied(&world.release(&Check), &["approvals/01-reviewer"]);
    world.trust.skew_seconds = 119;
    assert_found(&world.release(&Check), &["out-of-order"]);
    world.trust.skew_seconds = -600;
    assert_found(&world.release(&Check), &["out-of-order"]);
}

#[test]
fn fails_without_provenance_or_record() {
    let mut world = World::new();
    world.provenance.clear();
    assert_found(&world.release(&Check), &["no-provenance"]);
    assert_eq!(world.candidate(&Check).word(), "inconclusive");
}

#[test]
fn rejects_seal_before_the_release_gate() {
    let mut world = World::new();
    for (time, good) in [("12:30", true), ("12:00", false)] {
        let seal = Seal {
            schema_version: SchemaVersion,
            device: world.batch.device.name.clone(),
            version: world.batch.version.clone(),
            status: Status::Released,
            record_sha256: Sha256Digest::of(b"record"),
            sealed_at: at(time),
            tool: world.record.tool.clone(),
        };
        let subject = vec![Subject::new("record.json", seal.record_sha256)];
        world.seal = Some(Statement { subject, predicate: seal });
        let outcome = world.release(&Check);
        if good {
            assert_satisfied(&outcome, &["seal.sigstore.json"]);
        } else {
            assert_found(&outcome, &["out-of-order"]);
        }
    }
}

#[test]
fn a_withdrawal_lies_between_its_approval_and_the_authoriser() {
    let mut world = World::new();
    world.withdrawn = vec![0];
    assert_satisfied(&world.release(&Check), &["approvals/01-reviewer.withdrawal.json"]);
    world.edit_withdrawal = |withdrawal| withdrawal.signed_at = at("10:30");
    assert_found(&world.release(&Check), &["out-of-order"]);
    world.edit_withdrawal = |withdrawal| withdrawal.signed_at = at("12:20");
    assert_found(&world.release(&Check), &["out-of-order"]);
}
