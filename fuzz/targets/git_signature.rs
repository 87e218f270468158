//! Feeds the readers of tags, commits and their signatures, and the verifier with a roster of one person.

#![no_main]

use std::sync::LazyLock;

use batchseal::attestation::git_signature::{GitSigner, verify};
use batchseal::model::digest::GitId;
use batchseal::policy::trust::Trust;
use batchseal::provenance::git_object::{parse_commit, parse_tag};
use batchseal::provenance::git_signature::{CarriedSignature, commit_signature, tag_signature};
use libfuzzer_sys::fuzz_target;

/// What the person signed, once each.
const TAG: &[u8] = include_bytes!("../corpus/git-signature/seed-00");
const COMMIT: &[u8] = include_bytes!("../corpus/git-signature/seed-01");

const ROSTER: &str = "schema = 1\n[[device]]\nname = \"pump\"\nfacts = { safety-class = \"C\", finished = true, \
    cyber-device = true, life-supporting = true, implantable = false }\npolicies = \
    [\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"]\n[[signer]]\nname = \"pipeline\"\n\
    may-sign = [\"record\"]\nkey = '''\n-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA+rVFHZvMR4WJ6Ew9+5KE3NSjkIoc/7YzYjkNpFCzbus=\n-----END PUBLIC KEY-----\n'''\n[[person]]\nname = \"Person\"\n\
    roles = [\"authoriser\"]\nssh-key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID6ltgO6Q67eQ4aCV2KiaG8UU4EGjtqoxy2xyZIB6GCC\"\n";

struct World {
    trust: Trust,
    ids: [GitId; 2],
    signed: Vec<Vec<u8>>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let no_files = |_: &str| Err("no files".to_owned());
    let trust = Trust::parse(ROSTER.as_bytes(), "trust.toml", &no_files).expect("roster");
    let ids = [40, 64].map(|digits| GitId::parse(&"0".repeat(digits)).expect("id"));
    let seeds = [tag_signature(TAG), commit_signature(COMMIT, &ids[0])].map(|seed| seed.expect("signed"));
    assert!(seeds.iter().all(|seed| is_persons(seed, &trust)), "the seeds do not verify");
    World { trust, ids, signed: seeds.map(|seed| seed.payload).into() }
});

fn is_persons(carried: &CarriedSignature, trust: &Trust) -> bool {
    let signer = verify(&carried.payload, &carried.armour, trust, &["2026-11-23".to_owned()]);
    matches!(signer, Ok(GitSigner::Person { .. }))
}

fuzz_target!(|input: &[u8]| {
    let _ = (parse_tag(input).is_ok(), parse_commit(input).is_ok());
    let World { trust, ids, signed } = &*WORLD;
    let all = ids.iter().map(|like| commit_signature(input, like)).chain([tag_signature(input)]);
    for carried in all.flatten() {
        assert!(carried.payload.len() + carried.armour.len() <= input.len());
        // Only what the person signed is ever called signed by the person.
        assert!(!is_persons(&carried, trust) || signed.contains(&carried.payload));
    }
});
