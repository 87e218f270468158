//! Stamps: evidence that needs nobody's leave, holds while its stamps do, and longer by renewals.

use std::collections::BTreeMap;
use std::fs;

use batchseal::adapters::{archive, clock};
use batchseal::attestation::sigstore_bundle::SigstoreBundle;
use batchseal::evidence::container::Container;
use batchseal::model::name::EntryName;

use super::authority::Authority;
use super::device::{Device, STEM, code, says, succeeds, text};

const ANCHOR: &str = "[[timestamp-authority]]\nname = \"company stamps\"\ncertificates-file = \"tsa.pem\"\n";

/// A device whose pipeline stamps, and a trust file that asks for it.
fn stamped(authority: &Authority) -> Device {
    let service =
        format!("[[signing.timestamp-authority]]\nurl = \"{}\"\ncertificates-file = \"../tsa.pem\"\n", authority.url);
    let device = Device::with_policy(|policy| format!("{policy}\n{service}"));
    authority.write_root(&device.path("tsa.pem"));
    device.write_trust("trust.toml", ANCHOR, "");
    device
}

fn release(device: &Device, authority: &Authority) {
    succeeds(&device.make_candidate());
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none before"]));
    succeeds(&device.approve("authoriser", &["--timestamp-authority", &authority.url]));
    succeeds(&device.seal());
}

fn renew(device: &Device, more: &[&str]) -> std::process::Output {
    let (bundle, artifacts, trust) = (device.bundle(), device.out().join("artifacts"), device.path("trust.toml"));
    let mut arguments: Vec<&std::ffi::OsStr> =
        vec!["renew".as_ref(), bundle.as_os_str(), artifacts.as_os_str(), "--trust".as_ref(), trust.as_os_str()];
    arguments.extend(more.iter().map(std::ffi::OsStr::new));
    device.run(&arguments)
}

#[test]
fn stamped_evidence_verifies_without_leave_and_a_renewal_carries_it_on() {
    let first = Authority::until(2031);
    let device = stamped(&first);
    release(&device, &first);
    says(&device.verify(&[]), 0, &["PASSED", "as RFC 3161 stamp company stamps says", "good until 2031-01-01"]);
    says(&device.verify(&["--at", "2030-12-31"]), 0, &["RENEW SOON"]);
    says(
        &device.verify(&["--at", "2051-01-01"]),
        1,
        &["the stamp over record.sigstore.json was good until 2031-01-01", "nothing dates it on 2051-01-01"],
    );

    // The archive has another authority, which lives longer.
    let second = Authority::until(2060);
    second.write_root(&device.path("archive.pem"));
    let archive_anchor = ANCHOR.replace("company", "archive").replace("tsa.pem", "archive.pem");
    device.write_trust("trust.toml", &format!("{ANCHOR}{archive_anchor}"), "");
    let policy = fs::read_to_string(device.path("device/batchseal.toml")).expect("policy");
    fs::write(device.path("archive.toml"), policy.replace(&first.url, &second.url).replace("../tsa", "../archive"))
        .expect("policy");
    let before = fs::read(device.bundle()).expect("bundle");
    says(&renew(&device, &["--policy", "../archive.toml"]), 0, &["01-renewal.sigstore.json, good until 2060-01-01"]);
    assert_eq!(fs::read(device.bundle()).expect("bundle"), before, "an old byte changed");
    says(&device.verify(&["--at", "2051-01-01"]), 0, &["PASSED", "renewed by addendum 01", "good until 2060-01-01"]);
    says(&device.verify(&["--at", "2061-01-01"]), 1, &["nothing dates it on 2061-01-01"]);

    // Any number of times, each over all before it.
    succeeds(&renew(&device, &["--policy", "../archive.toml"]));
    says(&device.verify(&[]), 0, &["renewed by addendum 02"]);
    attack_addenda(&device);
}

/// An addendum that is altered, replaced, missing or of another bundle is refused by name.
fn attack_addenda(device: &Device) {
    let path = |number: u8| device.out().join(format!("{STEM}.evidence.zip.0{number}-renewal.sigstore.json"));
    let (one, two) = (fs::read(path(1)).expect("addendum"), fs::read(path(2)).expect("addendum"));
    for at in [40, one.len() / 2, one.len() - 3] {
        let mut altered = one.clone();
        altered[at] ^= 1;
        fs::write(path(1), &altered).expect("write");
        let output = device.verify(&[]);
        assert_eq!(code(&output), 1, "byte {at}: {}", text(&output));
    }
    fs::write(path(1), &two).expect("write");
    says(&device.verify(&[]), 1, &["addendum 01-renewal does not count", "it was made as addendum 02"]);
    fs::remove_file(path(1)).expect("remove");
    says(&device.verify(&[]), 1, &["addendum 02-renewal has no addendum 01 before it"]);
    fs::write(path(1), &one).expect("write");
    fs::rename(path(2), device.out().join(format!("{STEM}.evidence.zip.02-party.sigstore.json"))).expect("rename");
    says(&device.verify(&[]), 3, &["is of no kind that this version knows"]);
}

#[test]
fn no_byte_of_a_stamped_seal_or_approval_may_change() {
    let authority = Authority::until(2040);
    let device = stamped(&authority);
    release(&device, &authority);
    let bytes = fs::read(device.bundle()).expect("bundle");
    let container = Container::parse(&bytes).expect("container");
    let entries: BTreeMap<EntryName, Vec<u8>> =
        container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect();
    for name in ["seal.sigstore.json", "approvals/02-authoriser.tsr"].map(|name| EntryName::parse(name).expect("name"))
    {
        let whole = &entries[&name];
        for at in (0..whole.len()).step_by(whole.len() / 40) {
            let mut changed = entries.clone();
            changed.get_mut(&name).expect("entry")[at] ^= 1;
            pack(&device, &changed);
            let output = device.verify(&[]);
            assert_eq!(code(&output), 1, "byte {at} of {name}: {}", text(&output));
        }
    }
}

fn pack(device: &Device, entries: &BTreeMap<EntryName, Vec<u8>>) {
    fs::remove_file(device.bundle()).expect("remove");
    archive::write(&device.bundle(), entries, clock::document_time(clock::now())).expect("write");
}

#[test]
fn a_stamp_of_a_stranger_or_over_something_else_does_not_count() {
    let authority = Authority::until(2040);
    let device = stamped(&authority);
    release(&device, &authority);
    let stranger = Authority::until(2040);
    stranger.write_root(&device.path("tsa.pem"));
    says(&device.verify(&[]), 1, &["stamp over the signature"]);
    authority.write_root(&device.path("tsa.pem"));

    // The record's stamp on the seal: real, and of another signature.
    let bytes = fs::read(device.bundle()).expect("bundle");
    let container = Container::parse(&bytes).expect("container");
    let mut entries: BTreeMap<EntryName, Vec<u8>> =
        container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect();
    let name = |text: &str| EntryName::parse(text).expect("name");
    let read = |entry: &[u8]| SigstoreBundle::decode(entry).expect("bundle");
    let record = read(&entries[&name("record.sigstore.json")]);
    let seal = SigstoreBundle { stamps: record.stamps, ..read(&entries[&name("seal.sigstore.json")]) };
    let sealed = entries.insert(name("seal.sigstore.json"), seal.encode().expect("bytes")).expect("seal");
    pack(&device, &entries);
    says(&device.verify(&[]), 1, &["seal does not verify: stamp over the signature"]);

    // No stamp at all: the signature is sound, and nothing dates it.
    let bare = SigstoreBundle { stamps: Vec::new(), ..read(&sealed) };
    entries.insert(name("seal.sigstore.json"), bare.encode().expect("bytes"));
    pack(&device, &entries);
    says(&device.verify(&[]), 1, &["no trusted time: 0 timestamp authorities or logs date this signature"]);
}

#[test]
fn as_many_distinct_authorities_must_vouch_as_the_trust_file_asks_for() {
    let (one, two) = (Authority::until(2040), Authority::until(2035));
    let service = |authority: &Authority, file: &str| {
        format!("[[signing.timestamp-authority]]\nurl = \"{}\"\ncertificates-file = \"../{file}\"\n", authority.url)
    };
    let services = format!("{}{}", service(&one, "one.pem"), service(&two, "two.pem"));
    let device = Device::with_policy(|policy| format!("{policy}\n{services}"));
    one.write_root(&device.path("one.pem"));
    two.write_root(&device.path("two.pem"));
    let anchor =
        |name: &str| format!("[[timestamp-authority]]\nname = \"{name}\"\ncertificates-file = \"{name}.pem\"\n");
    device.write_trust("trust.toml", &format!("{}{}", anchor("one"), anchor("two")), "");
    let trust = fs::read_to_string(device.path("trust.toml")).expect("trust");
    fs::write(device.path("trust.toml"), trust.replacen("serial = 1\n", "serial = 1\ntime-sources = 2\n", 1))
        .expect("trust");
    release(&device, &one);
    // Two are asked for, so the evidence holds as long as the shorter of them.
    says(&device.verify(&[]), 0, &["PASSED", "good until 2035-01-01"]);
    says(&device.verify(&["--at", "2036-01-01"]), 1, &["nothing dates it on 2036-01-01"]);

    let bytes = fs::read(device.bundle()).expect("bundle");
    let container = Container::parse(&bytes).expect("container");
    let entries: BTreeMap<EntryName, Vec<u8>> =
        container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect();
    let name = EntryName::parse("seal.sigstore.json").expect("name");
    let seal = SigstoreBundle::decode(&entries[&name]).expect("bundle");
    let [first, second] = seal.stamps.as_slice() else { panic!("{} stamps", seal.stamps.len()) };
    for (stamps, expected) in [
        (vec![first.clone()], "no trusted time: 1 timestamp authorities"),
        (vec![first.clone(), first.clone()], "not spelled as this program writes it"),
        (vec![second.clone(), first.clone()], "not spelled as this program writes it"),
    ] {
        let mut changed = entries.clone();
        changed.insert(name.clone(), SigstoreBundle { stamps, ..seal.clone() }.encode().expect("bytes"));
        pack(&device, &changed);
        says(&device.verify(&[]), 1, &[expected]);
    }
}

#[test]
fn a_key_revoked_after_its_signatures_were_dated_leaves_them_standing() {
    let authority = Authority::until(2040);
    let device = stamped(&authority);
    release(&device, &authority);
    let trust = fs::read_to_string(device.path("trust.toml")).expect("trust");
    let revoked = |day: &str| {
        let from = "[[signer]]\nname = \"pipeline\"\n";
        assert!(trust.contains(from));
        fs::write(device.path("trust.toml"), trust.replace(from, &format!("{from}revoked = {day}\n"))).expect("trust");
    };
    revoked("2035-01-01");
    says(&device.verify(&["--at", "2036-01-01"]), 0, &["PASSED"]);
    revoked("2020-01-01");
    says(&device.verify(&[]), 1, &["signer \"pipeline\" is revoked on 2020-01-01"]);
    // The authority's own revocation takes its stamps with it.
    let authority_revoked = ANCHOR.to_owned() + "revoked = 2020-01-01\n";
    device.write_trust("trust.toml", &authority_revoked, "");
    says(&device.verify(&[]), 1, &["revoked on 2020-01-01"]);
}

#[test]
fn nothing_is_written_when_the_timestamp_authority_is_out_of_reach() {
    let authority = Authority::until(2040);
    let device = stamped(&authority);
    succeeds(&device.make_candidate());
    let closed = "http://127.0.0.1:9/tsa";
    let output = device.approve("reviewer", &["--answer", "RG-04=accept:none", "--timestamp-authority", closed]);
    says(&output, 4, &["timestamp authority", "Nothing was written"]);
    assert!(fs::read_dir(device.path("approvals")).map_or(true, |mut folder| folder.next().is_none()));
}

#[test]
fn a_stamp_that_was_asked_for_and_got_lost_shows_before_sealing() {
    let authority = Authority::until(2040);
    let device = stamped(&authority);
    succeeds(&device.make_candidate());
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none before"]));
    succeeds(&device.approve("authoriser", &["--timestamp-authority", &authority.url]));
    let stamps: Vec<_> = fs::read_dir(device.path("approvals"))
        .expect("folder")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsr"))
        .collect();
    let [stamp] = stamps.as_slice() else { panic!("{stamps:?}") };
    let kept = fs::read(stamp).expect("stamp");
    fs::remove_file(stamp).expect("remove");
    says(&device.seal(), 3, &["a stamp over the signature was asked for, and is not there"]);
    fs::write(stamp, kept).expect("write");
    succeeds(&device.seal());
}
