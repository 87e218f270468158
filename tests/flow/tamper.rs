//! After any byte of a product or an entry changes, or one is dropped, added, renamed, duplicated,
//! swapped or taken from another run, nothing verifies.

use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

use batchseal::adapters::config;
use batchseal::adapters::program;
use batchseal::attestation::sigstore_bundle::SigstoreBundle;
use batchseal::evidence::container::{self, Container};
use batchseal::evidence::judge::{Files, Question, judge};
use batchseal::evidence::judgement::{Answer, Judgement};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::EntryName;
use batchseal::model::time::Timestamp;
use batchseal::policy::trust::Trust;

use super::device::{Device, code, released, says, text};

type Entries = BTreeMap<EntryName, Vec<u8>>;

fn trust() -> &'static Trust {
    static TRUST: OnceLock<Trust> = OnceLock::new();
    TRUST.get_or_init(|| config::load_trust(&released().path("trust.toml")).expect("trust"))
}

fn read(bytes: &[u8]) -> Option<Entries> {
    let container = Container::parse(bytes).ok()?;
    Some(container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect())
}

fn entries() -> Entries {
    read(&fs::read(released().bundle()).expect("bundle")).expect("container")
}

fn products() -> BTreeMap<String, Sha256Digest> {
    let bytes = fs::read(released().out().join("artifacts/tiny-linux")).expect("product");
    BTreeMap::from([("tiny-linux".to_owned(), Sha256Digest::of(&bytes))])
}

/// Judges entries as `verify` does after it has read a container.
fn judged(entries: &Entries) -> Judgement {
    judge(Question {
        around: Default::default(),
        entries: entries.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect(),
        bundle_sha256: Sha256Digest::of(b""),
        trust: trust(),
        day: batchseal::adapters::clock::now().in_utc().date(),
        files: Files::Whole(products()),
        previous: None,
        tool: program::name_and_version(),
    })
}

fn fails(entries: &Entries, what: &str) -> String {
    let judgement = judged(entries);
    assert_eq!(judgement.answer, Answer::Failed, "{what} was accepted: {}", judgement.sentence);
    judgement
        .steps
        .iter()
        .flat_map(|step| &step.problems)
        .map(|problem| problem.sentence.clone())
        .collect::<Vec<_>>()
        .join("\n")
}

/// First, last and a spread of positions in between.
fn positions(length: usize) -> impl Iterator<Item = usize> {
    let step = (length / 23).max(1);
    (0..length).step_by(step).chain(length.checked_sub(1))
}

#[test]
fn accepts_what_was_released() {
    let judgement = judged(&entries());
    assert_eq!(judgement.answer, Answer::Passed, "{judgement:#?}");
    let output = released().verify(&[]);
    says(&output, 0, &["PASSED", "Release Manager (example) authorised release", "no-trusted-time"]);
}

#[test]
fn rejects_any_changed_byte_of_any_entry() {
    let sound = entries();
    for (name, bytes) in &sound {
        for at in positions(bytes.len()) {
            for mask in [1, 0x20, 0x80] {
                let mut changed = sound.clone();
                changed.get_mut(name).expect("entry")[at] ^= mask;
                fails(&changed, &format!("{name} byte {at} mask {mask}"));
            }
        }
    }
}

#[test]
fn rejects_the_other_signature_of_an_ecdsa_pair() {
    let mut changed = entries();
    let name = EntryName::parse("seal.sigstore.json").expect("name");
    let mut bundle = SigstoreBundle::decode(&changed[&name]).expect("bundle");
    let signature = p256::ecdsa::Signature::from_der(&bundle.signature).expect("signature");
    let twin =
        p256::ecdsa::Signature::from_scalars(signature.r().to_bytes(), (-*signature.s()).to_bytes()).expect("twin");
    bundle.signature = twin.to_der().as_bytes().to_vec();
    changed.insert(name, bundle.encode().expect("bytes"));
    assert!(fails(&changed, "the twin of the seal's signature").contains("canonical"));
}

#[test]
fn names_the_entry_that_was_altered_dropped_added_renamed_duplicated_or_swapped() {
    let sound = entries();
    let other = EntryName::parse("evidence/other.txt").expect("name");
    for (name, bytes) in &sound {
        let mut dropped = sound.clone();
        dropped.remove(name);
        assert!(fails(&dropped, &format!("{name} dropped")).contains(name.as_str()), "{name}");
        let mut longer = sound.clone();
        longer.get_mut(name).expect("entry").push(b'\n');
        fails(&longer, &format!("{name} longer"));
        let mut empty = sound.clone();
        empty.insert(name.clone(), Vec::new());
        fails(&empty, &format!("{name} emptied"));
        let mut renamed = sound.clone();
        renamed.remove(name);
        renamed.insert(other.clone(), bytes.clone());
        fails(&renamed, &format!("{name} renamed"));
        let mut duplicated = sound.clone();
        duplicated.insert(other.clone(), bytes.clone());
        assert!(fails(&duplicated, &format!("{name} duplicated")).contains("evidence/other.txt"), "{name}");
    }
    let mut extra = sound.clone();
    extra.insert(other, b"hello".to_vec());
    assert!(fails(&extra, "an extra entry").contains("extra"));
}

#[test]
fn rejects_entries_that_hold_each_others_bytes() {
    let sound = entries();
    let names: Vec<&EntryName> = sound.keys().collect();
    for pair in names.windows(2) {
        let mut swapped = sound.clone();
        swapped.insert(pair[0].clone(), sound[pair[1]].clone());
        swapped.insert(pair[1].clone(), sound[pair[0]].clone());
        let sentences = fails(&swapped, &format!("{} and {} swapped", pair[0], pair[1]));
        assert!(sentences.contains("swapped") || sentences.contains("verify"), "{sentences}");
    }
}

#[test]
fn rejects_every_entry_of_another_run() {
    let other = Device::new();
    other.release();
    let theirs = read(&fs::read(other.bundle()).expect("bundle")).expect("container");
    let sound = entries();
    assert_eq!(sound.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (name, bytes) in theirs.iter().filter(|(name, bytes)| sound.get(*name) != Some(bytes)) {
        let mut mixed = sound.clone();
        mixed.insert(name.clone(), bytes.clone());
        fails(&mixed, &format!("{name} of another run"));
    }
    fails(&theirs, "the whole bundle of another run");
}

#[test]
fn rejects_any_change_of_the_container_itself() {
    let sound = fs::read(released().bundle()).expect("bundle");
    for at in positions(sound.len()).chain(sound.len().saturating_sub(400)..sound.len()) {
        let mut changed = sound.clone();
        changed[at] ^= 0x01;
        if let Some(entries) = read(&changed) {
            fails(&entries, &format!("container byte {at}"));
        }
    }
    for length in positions(sound.len()) {
        assert!(read(&sound[..length]).is_none(), "truncated to {length}");
    }
}

#[test]
fn reencoding_the_entries_gives_the_same_container() {
    let sound = fs::read(released().bundle()).expect("bundle");
    let container = Container::parse(&sound).expect("container");
    let time = container.index().time();
    assert_eq!(container::encode(&entries(), time).expect("encode"), sound);
    let other = Timestamp::from_unix(1_000_000_000).expect("time");
    assert_ne!(container::encode(&entries(), other).expect("encode"), sound);
}

#[test]
fn each_touched_product_gets_its_own_sentence() {
    let device = released();
    let folder = tempfile::tempdir().expect("folder");
    let product = fs::read(device.out().join("artifacts/tiny-linux")).expect("product");
    let judge_files = |files: &[(&str, Vec<u8>)]| {
        let artifacts = folder.path().join("artifacts");
        let _ = fs::remove_dir_all(&artifacts);
        fs::create_dir_all(&artifacts).expect("folder");
        for (name, bytes) in files {
            fs::write(artifacts.join(name), bytes).expect("file");
        }
        let (bundle, trust) = (device.bundle(), device.path("trust.toml"));
        device.run(&[
            "verify".as_ref(),
            bundle.as_os_str(),
            artifacts.as_os_str(),
            "--trust".as_ref(),
            trust.as_os_str(),
        ])
    };
    says(&judge_files(&[("tiny-linux", product.clone())]), 0, &["PASSED"]);
    let mut flipped = product.clone();
    flipped[100] ^= 1;
    says(&judge_files(&[("tiny-linux", flipped)]), 1, &["tiny-linux was altered"]);
    says(&judge_files(&[]), 1, &["tiny-linux is missing"]);
    says(&judge_files(&[("other", product.clone())]), 1, &["tiny-linux was renamed: its bytes are here as other"]);
    says(
        &judge_files(&[("tiny-linux", product.clone()), ("copy", product.clone())]),
        1,
        &["is here twice: copy is a second copy"],
    );
    let addendum = "tiny-1.0.0.evidence.zip.01-x.sigstore.json";
    says(&judge_files(&[("tiny-linux", product.clone()), (addendum, b"x".to_vec())]), 1, &["is extra"]);
    says(&judge_files(&[("tiny-linux", product), ("readme", b"x".to_vec())]), 1, &["readme is extra"]);
}

#[test]
fn unreadable_containers_exit_3() {
    let device = released();
    let folder = tempfile::tempdir().expect("folder");
    let trust = device.path("trust.toml");
    let sound = fs::read(device.bundle()).expect("bundle");
    for (what, bytes) in [
        ("empty", Vec::new()),
        ("text", b"hello".to_vec()),
        ("cut", sound[..sound.len() - 1].to_vec()),
        ("longer", [sound.clone(), vec![0]].concat()),
    ] {
        let path = folder.path().join(what);
        fs::write(&path, bytes).expect("file");
        let output = device.run(&[
            "verify".as_ref(),
            path.as_os_str(),
            "--bundle-only".as_ref(),
            "--trust".as_ref(),
            trust.as_os_str(),
        ]);
        assert_eq!(code(&output), 3, "{what}: {}", text(&output));
    }
}
