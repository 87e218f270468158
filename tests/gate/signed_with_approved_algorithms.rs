//! RG-11.

use batchseal::gate::checks::signed_with_approved_algorithms::SignedWithApprovedAlgorithms as Check;
use batchseal::gate::evidence::Refused;
use batchseal::model::batch::Purpose;
use batchseal::model::name::DeviceName;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied};

#[test]
fn accepts_verified_statements_and_lists_their_signers() {
    let world = World::new();
    let shown = ["provenance-build", "sbom-device", "tests-unit", "document-risk", "ecdsa-p256", "00860000000109"];
    assert_satisfied(&world.candidate(&Check), &shown);
    assert_satisfied(&world.release(&Check), &["record.sigstore.json"]);
}

#[test]
fn rejects_refused_attestation() {
    let mut world = World::new();
    let name = entry("attestations/scan-device.sigstore.json");
    world.refused = vec![Refused { entry: name, reason: "digest algorithm md5 is not accepted".to_owned() }];
    assert_found(&world.candidate(&Check), &["attestation-refused"]);
}

#[test]
fn rejects_missing_provenance_and_sbom() {
    let mut world = World::new();
    world.provenance.clear();
    world.sboms.clear();
    assert_found(&world.candidate(&Check), &["no-provenance", "no-sbom-statement"]);
}

#[test]
fn rejects_batch_that_differs_from_policy_or_trust() {
    let mut world = World::new();
    world.batch.udi = None;
    assert_found(&world.candidate(&Check), &["udi-differs"]);
    let mut world = World::new();
    world.batch.purpose = Purpose::Demo;
    assert_found(&world.candidate(&Check), &["purpose-differs", "purpose-not-allowed"]);
    let mut world = World::new();
    world.policy.device.name = DeviceName::parse("monitor").unwrap();
    assert_found(&world.candidate(&Check), &["device-differs"]);
    world.policy.device.name = world.batch.device.name.clone();
    world.trust.devices[0].name = DeviceName::parse("monitor").unwrap();
    assert_found(&world.candidate(&Check), &["device-not-trusted"]);
}

#[test]
fn allows_other_purposes_only_by_the_trust_file() {
    let mut world = World::new();
    world.batch.purpose = Purpose::Demo;
    world.policy.release.purpose = Purpose::Demo;
    assert_found(&world.candidate(&Check), &["purpose-not-allowed"]);
    world.trust.devices[0].allow_purpose.push(Purpose::Demo);
    assert_satisfied(&world.candidate(&Check), &["purpose demo"]);
}

#[test]
fn rejects_signer_that_the_trust_file_does_not_name() {
    let mut world = World::new();
    world.trust.signers.clear();
    assert_found(&world.candidate(&Check), &["signer-unknown"]);
}
