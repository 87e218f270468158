//! RG-11.

use batchseal::gate::checks::signed_with_approved_algorithms::SignedWithApprovedAlgorithms as Check;
use batchseal::gate::evidence::Refused;
use batchseal::model::algorithm::{Algorithms, SignatureAlgorithm};
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

#[test]
fn counts_the_distinct_signers_of_the_record() {
    let mut world = World::new();
    world.trust.devices[0].record_signers = 2;
    assert_found(&world.release(&Check), &["record-signers-missing"]);
    assert_satisfied(&world.candidate(&Check), &["ecdsa-p256"]);
    world.trust_signer(8, None);
    world.countersigners = vec![8];
    assert_satisfied(&world.release(&Check), &["record.signer-8.sigstore.json", "signer 8"]);
    world.trust.devices[0].record_signers = 3;
    assert_found(&world.release(&Check), &["record-signers-missing"]);
}

#[test]
fn two_keys_of_one_owner_count_once() {
    let mut world = World::new();
    let first = world.trust.signers[0].name.clone();
    world.trust_signer(8, Some(&first));
    world.countersigners = vec![8];
    world.trust.devices[0].record_signers = 2;
    assert_found(&world.release(&Check), &["record-signers-missing"]);
}

#[test]
fn rejects_further_signatures_that_do_not_count() {
    let mut world = World::new();
    let reason = "it is over another record".to_owned();
    world.refused_countersignatures = vec![Refused { entry: entry("record.qa.sigstore.json"), reason }];
    assert_found(&world.release(&Check), &["countersignature-refused"]);
}

#[test]
fn shows_a_list_of_algorithms_that_is_not_the_whole_one() {
    let mut world = World::new();
    world.trust.algorithms = Algorithms::only([SignatureAlgorithm::EcdsaP256Sha256, SignatureAlgorithm::Ed25519]);
    assert_satisfied(&world.release(&Check), &["only ecdsa-p256-sha256, ed25519 count"]);
}
