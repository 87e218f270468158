//! RG-12. Keys and identities beside each other are tested in the check's own file.

use batchseal::gate::checks::signing_keys_in_custody::SigningKeysInCustody as Check;
use batchseal::policy::release::{KeySource, SignerProgram};
use batchseal::policy::signing::{KeylessPolicy, KeylessServices};

use crate::fixture::{World, assert_found, assert_satisfied};

fn signing_with(key: KeySource) -> World {
    let mut world = World::new();
    world.policy.signing.key = key;
    world
}

fn program() -> KeySource {
    KeySource::Program(SignerProgram {
        command: vec!["/usr/bin/kms-sign".to_owned()],
        public_key: "kms.pub".to_owned(),
        environment: Vec::new(),
    })
}

#[test]
fn accepts_keys_that_do_not_leave_their_place() {
    assert_satisfied(&signing_with(program()).candidate(&Check), &["a program of a key service", "signed by"]);
    assert_satisfied(&signing_with(program()).release(&Check), &["a program of a key service"]);
    let uri = KeySource::parse("pkcs11:token=release;object=batchseal?module-path=/usr/lib/softhsm/libsofthsm2.so");
    assert_satisfied(&signing_with(uri.expect("URI")).candidate(&Check), &["PKCS#11 token"]);
}

#[test]
fn warns_of_keys_in_variables_and_files() {
    assert_found(&World::new().candidate(&Check), &["raw-key"]);
    assert_found(&signing_with(KeySource::File("key.pem".to_owned())).candidate(&Check), &["raw-key"]);
}

#[test]
fn rejects_signatures_that_are_not_as_the_policy_says() {
    let keyless = KeylessPolicy {
        services: KeylessServices::Config("signing_config.json".to_owned()),
        trusted_root: "trusted_root.json".to_owned(),
        audience: "sigstore".to_owned(),
        token_file: None,
        sct: true,
        private: true,
        public_log: false,
    };
    assert_found(&signing_with(KeySource::Keyless(Box::new(keyless))).candidate(&Check), &["signed-otherwise"]);
    let mut world = signing_with(program());
    world.trust.signers[0].name = "another".to_owned();
    assert_found(&world.candidate(&Check), &["signer-unknown"]);
    let mut world = signing_with(program());
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["custody-unknown", "no-provenance"]);
}
