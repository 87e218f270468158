//! RG-01: what signatures of tag and commit decide, under both demands of the trust file.

use batchseal::gate::checks::tag_on_release_branch::TagOnReleaseBranch as Check;
use batchseal::model::key::PublicKey;
use batchseal::model::outcome::Outcome;
use batchseal::policy::identity::SignerIdentity;
use batchseal::policy::trust::{SignatureDemand, Window};

use crate::fixture::keys::{AUTHORISER, ssh_key};
use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, codes, git};

/// Seed of a key that nobody in the roster has.
const STRANGER: u8 = 9;

fn armour(seed: u8, namespace: &str, payload: &[u8]) -> String {
    let signature = ssh_key(seed).sign(namespace, ssh_key::HashAlg::Sha512, payload).expect("signed");
    signature.to_pem(ssh_key::LineEnding::LF).expect("armour")
}

fn content(world: &World, name: &str) -> String {
    String::from_utf8(world.files[&entry(name)].clone()).expect("UTF-8")
}

fn set_tag(world: &mut World, tag: &str) {
    world.files.insert(entry("git/tag"), tag.as_bytes().to_vec());
    let id = git::id("tag", tag.as_bytes());
    world.built().build_definition.internal_parameters.source.tag_object = Some(id);
}

/// Appends the armour that `make` makes of the tag.
fn tagged(make: impl FnOnce(&[u8]) -> String) -> World {
    let mut world = World::new();
    let tag = content(&world, "git/tag");
    let signed = format!("{tag}{}", make(tag.as_bytes()));
    set_tag(&mut world, &signed);
    world
}

/// Puts the armour that `make` makes of the commit into its header, and tags that commit.
fn committed(make: impl FnOnce(&[u8]) -> String) -> World {
    let mut world = World::new();
    let commit = content(&world, "git/commit");
    let header = format!("gpgsig {}\n\n", make(commit.as_bytes()).trim_end().replace('\n', "\n "));
    let commit = commit.replacen("\n\n", &format!("\n{header}"), 1);
    let (old, id) = (world.batch.commit.clone(), git::id("commit", commit.as_bytes()));
    world.files.insert(entry("git/commit"), commit.into_bytes());
    world.batch.commit = id.clone();
    let source = &mut world.built().build_definition.internal_parameters.source;
    source.commit = id.clone();
    source.branches.values_mut().for_each(|head| *head = id.clone());
    let tag = content(&world, "git/tag").replace(old.as_str(), id.as_str());
    set_tag(&mut world, &tag);
    world
}

fn of_both(make: fn(&[u8]) -> String) -> [(&'static str, World); 2] {
    [("tag", tagged(make)), ("commit", committed(make))]
}

/// With the demand on one object, as the device of the trust file says it.
fn judged(world: &mut World, object: &str, demand: SignatureDemand) -> Outcome {
    let device = &mut world.trust.devices[0];
    match object {
        "tag" => device.tag_signature = demand,
        _ => device.commit_signature = demand,
    }
    world.candidate(&Check)
}

/// Satisfied and said where the signature is not required; this finding where it is.
#[track_caller]
fn counts_for_nothing(object: &str, mut world: World, code: &str, said: &str) {
    let shown = [said, "not counted, and not required"];
    assert_satisfied(&judged(&mut world, object, SignatureDemand::IfPresent), &shown);
    let outcome = judged(&mut world, object, SignatureDemand::Required);
    assert_found(&outcome, &[&format!("{object}-{code}")]);
    let Outcome::Violated { findings } = outcome else { unreachable!() };
    assert!(findings[0].message.contains(said), "{findings:?}");
}

/// The same finding, required or not.
#[track_caller]
fn is_bad(object: &str, mut world: World) {
    for demand in [SignatureDemand::IfPresent, SignatureDemand::Required] {
        assert_found(&judged(&mut world, object, demand), &[&format!("{object}-signature-bad")]);
    }
}

#[test]
fn accepts_the_signature_of_a_person_of_the_roster() {
    for (object, mut world) in of_both(|payload| armour(AUTHORISER.1, "git", payload)) {
        for demand in [SignatureDemand::IfPresent, SignatureDemand::Required] {
            let said = format!("is signed by {:?} of the roster", AUTHORISER.0);
            assert_satisfied(&judged(&mut world, object, demand), &[&said]);
        }
    }
}

#[test]
fn a_demand_on_one_object_asks_nothing_of_the_other() {
    let mut world = tagged(|payload| armour(AUTHORISER.1, "git", payload));
    world.trust.devices[0].tag_signature = SignatureDemand::Required;
    assert_satisfied(&world.candidate(&Check), &["is signed by", "carries no signature"]);
    world.trust.devices[0].commit_signature = SignatureDemand::Required;
    assert_found(&world.candidate(&Check), &["commit-unsigned"]);
}

#[test]
fn rejects_absent_signatures_where_they_are_required() {
    for object in ["tag", "commit"] {
        counts_for_nothing(object, World::new(), "unsigned", "carries no signature");
    }
}

#[test]
fn counts_no_key_outside_the_roster() {
    for (object, world) in of_both(|payload| armour(STRANGER, "git", payload)) {
        counts_for_nothing(object, world, "signer-unknown", "SHA256:");
    }
    for (object, mut world) in of_both(|payload| armour(AUTHORISER.1, "git", payload)) {
        world.trust.persons.clear();
        counts_for_nothing(object, world, "signer-unknown", "a key that the roster does not name");
    }
}

#[test]
fn counts_no_pipeline_as_a_person() {
    for (object, mut world) in of_both(|payload| armour(STRANGER, "git", payload)) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[STRANGER; 32]).verifying_key();
        let mut signer = world.trust.signers[0].clone();
        signer.name = "tagging job".to_owned();
        signer.identity = SignerIdentity::Key(PublicKey::Ed25519(key));
        world.trust.signers.push(signer);
        counts_for_nothing(object, world, "signer-unknown", "the key of \"tagging job\", a pipeline");
    }
}

#[test]
fn counts_nobody_outside_their_window_on_any_day() {
    let windows = [
        Window { valid_from: Some("2026-11-24".to_owned()), ..Window::default() },
        Window { valid_until: Some("2026-11-22".to_owned()), ..Window::default() },
        Window { revoked: Some("2026-11-23".to_owned()), ..Window::default() },
    ];
    for window in windows {
        for (object, mut world) in of_both(|payload| armour(AUTHORISER.1, "git", payload)) {
            let person = world.trust.persons.iter_mut().find(|person| person.name == AUTHORISER.0).expect("person");
            person.window = window.clone();
            counts_for_nothing(object, world, "signer-not-valid", "who is");
        }
    }
    let mut world = tagged(|payload| armour(AUTHORISER.1, "git", payload));
    world.trust.persons[1].window.revoked = Some("2026-11-25".to_owned());
    assert_satisfied(&judged(&mut world, "tag", SignatureDemand::Required), &["is signed by"]);
    world.days.push("2026-11-25".to_owned());
    assert_found(&world.candidate(&Check), &["tag-signer-not-valid"]);
    world.days.clear();
    assert_found(&world.candidate(&Check), &["tag-signer-not-valid"]);
}

#[test]
fn counts_no_other_kind_of_signature() {
    for word in ["PGP SIGNATURE", "SIGNED MESSAGE"] {
        let make = |_: &[u8]| format!("-----BEGIN {word}-----\nAAAA\n-----END {word}-----\n");
        let said = "a signature of an unsupported kind";
        counts_for_nothing("tag", tagged(make), "signature-unsupported", said);
        counts_for_nothing("commit", committed(make), "signature-unsupported", said);
    }
    let odd = |_: &[u8]| "-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----\n".to_owned();
    counts_for_nothing("commit", committed(odd), "signature-unsupported", "git does not know");
    assert_found(&judged(&mut tagged(odd), "tag", SignatureDemand::Required), &["tag-unsigned"]);
}

#[test]
fn rejects_signatures_that_do_not_verify_even_where_none_is_required() {
    let makers: [fn(&[u8]) -> String; 6] = [
        // Of other bytes, in another namespace, by a stranger of other bytes.
        |_| armour(AUTHORISER.1, "git", b"another release"),
        |payload| armour(AUTHORISER.1, "file", payload),
        |_| armour(STRANGER, "git", b"another release"),
        // Cut, followed, and followed by a signature that is good.
        |payload| armour(AUTHORISER.1, "git", payload).replace("-----END SSH SIGNATURE-----\n", ""),
        |payload| armour(AUTHORISER.1, "git", payload) + "and more\n",
        |payload| armour(STRANGER, "git", b"x") + &armour(AUTHORISER.1, "git", payload),
    ];
    for make in makers {
        for (object, world) in of_both(make) {
            is_bad(object, world);
        }
    }
}

#[test]
fn rejects_a_signature_replayed_from_the_other_object() {
    let commit = content(&World::new(), "git/commit");
    is_bad("tag", tagged(|_| armour(AUTHORISER.1, "git", commit.as_bytes())));
    let tag = content(&World::new(), "git/tag");
    is_bad("commit", committed(|_| armour(AUTHORISER.1, "git", tag.as_bytes())));
}

#[test]
fn a_good_signature_heals_nothing_else() {
    let mut world = World::new();
    let renamed = content(&world, "git/tag").replace("tag v1.2.3", "tag v1.2.4");
    let signed = format!("{renamed}{}", armour(AUTHORISER.1, "git", renamed.as_bytes()));
    set_tag(&mut world, &signed);
    assert_eq!(codes(&judged(&mut world, "tag", SignatureDemand::Required)), ["tag-name-differs"]);
    let mut world = committed(|payload| armour(AUTHORISER.1, "git", payload));
    world.files.get_mut(&entry("git/commit")).expect("commit").extend_from_slice(b"more\n");
    assert_eq!(codes(&judged(&mut world, "commit", SignatureDemand::Required)), ["commit-id-differs"]);
}
