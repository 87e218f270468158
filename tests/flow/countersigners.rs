//! Several signers of one record: each beside the first, none over anything else.

use std::ffi::OsStr;
use std::fs;
use std::process::Output;

use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::Signer;

use super::device::{Device, says, succeeds};

/// A further signer: private key for the environment, public key for the trust file.
struct Further {
    secret: String,
    table: String,
}

fn further(name: &str, may_sign: &str, more: &str) -> Further {
    let key = PipelineKey::generate(KeyAlgorithm::Ed25519);
    let public = key.public_key().to_pem();
    Further {
        secret: key.to_pkcs8_pem(None).expect("pem").to_string(),
        table: format!("[[signer]]\nname = \"{name}\"\nmay-sign = [\"{may_sign}\"]\n{more}key = '''\n{public}'''\n"),
    }
}

/// Trust in these signers, with as many as needed.
fn trust(device: &Device, signers: &[&Further], needed: usize) {
    let tables: String = signers.iter().map(|signer| signer.table.as_str()).collect();
    device.write_trust("trust.toml", &tables, "no-trusted-time = true\n");
    let text = fs::read_to_string(device.path("trust.toml")).expect("trust");
    let from = "allow-purpose = [\"production\"]\n";
    assert!(text.contains(from));
    let text = text.replace(from, &format!("{from}record-signers = {needed}\n"));
    fs::write(device.path("trust.toml"), text).expect("trust");
}

fn countersign(device: &Device, signer: &Further, name: &str) -> Output {
    let (candidate, trust, out) = (device.candidate(), device.path("trust.toml"), device.path("approvals"));
    fs::create_dir_all(&out).expect("folder");
    let arguments: Vec<&OsStr> = vec![
        "countersign".as_ref(),
        candidate.as_os_str(),
        "--name".as_ref(),
        name.as_ref(),
        "--key".as_ref(),
        "env:FURTHER_KEY".as_ref(),
        "--trust".as_ref(),
        trust.as_os_str(),
        "--out".as_ref(),
        out.as_os_str(),
    ];
    device.command(&arguments).env("FURTHER_KEY", &signer.secret).output().expect("program")
}

#[test]
fn a_further_signer_signs_the_frozen_record_and_the_seal_binds_both() {
    let device = Device::new();
    let (qa, site) = (further("quality department", "record", ""), further("second site", "record", ""));
    trust(&device, &[&qa, &site], 3);
    succeeds(&device.make_candidate());
    let before = fs::read(device.candidate()).expect("candidate");
    // One before the people, one after them.
    says(
        &countersign(&device, &qa, "qa"),
        0,
        &["countersigned: tiny 1.0.0 by quality department", "record.qa.sigstore"],
    );
    device.approve_all();
    says(&device.seal(), 1, &["PENDING: 2 of 3 signers have signed the record", "batchseal countersign"]);
    let folder = device.path("approvals");
    let (candidate, own) = (device.candidate(), device.path("trust.toml"));
    let list: [&OsStr; 7] = [
        "approve".as_ref(),
        candidate.as_os_str(),
        "--trust".as_ref(),
        own.as_os_str(),
        "--list".as_ref(),
        "--approvals".as_ref(),
        folder.as_os_str(),
    ];
    says(&device.run(&list), 0, &["\"pipeline\", \"quality department\" (2 of 3 signers)"]);
    says(&countersign(&device, &site, "site-2"), 0, &["second site"]);
    assert_eq!(fs::read(device.candidate()).expect("candidate"), before, "the candidate was changed");
    says(&countersign(&device, &qa, "qa"), 3, &["is there already"]);
    succeeds(&device.seal());
    says(&device.verify(&[]), 0, &["PASSED", "record signed by quality department too: record.qa.sigstore.json"]);
    says(&device.verify(&["--format", "json"]), 0, &["\"entry\": \"record.site-2.sigstore.json\""]);
    trust(&device, &[&qa, &site], 4);
    says(&device.verify(&[]), 1, &["FAILED", "RG-11"]);
    // A signer whom the verifier does not know does not count, and says so.
    trust(&device, &[&qa], 1);
    says(
        &device.verify(&[]),
        1,
        &["record.site-2.sigstore.json does not count: signed by a key that the trust file does"],
    );
}

#[test]
fn what_is_no_further_signature_is_refused_each_in_its_own_words() {
    let device = Device::new();
    let (qa, tests, same) = (
        further("quality department", "record", ""),
        further("test bench", "tests", ""),
        further("pipeline of last year", "record", "counts-as = \"pipeline\"\n"),
    );
    trust(&device, &[&qa, &tests, &same], 1);
    succeeds(&device.make_candidate());
    let pipeline = Further { secret: device.pem.clone(), table: String::new() };
    let stranger = further("stranger", "record", "");
    says(&countersign(&device, &pipeline, "again"), 2, &["signer \"pipeline\" signed the record already"]);
    says(&countersign(&device, &same, "again"), 2, &["which counts as \"pipeline\", signed the record already"]);
    says(&countersign(&device, &stranger, "stranger"), 2, &["a key that the trust file does not name"]);
    says(&countersign(&device, &tests, "bench"), 2, &["signer \"test bench\" may not sign record statements"]);
    says(&countersign(&device, &qa, "QA"), 2, &["lowercase letters, digits and hyphens"]);
    assert!(fs::read_dir(device.path("approvals")).expect("folder").next().is_none(), "something was written");

    device.approve_all();
    succeeds(&countersign(&device, &qa, "qa"));
    let path = device.path("approvals").join("record.qa.sigstore.json");
    let good = fs::read(&path).expect("signature");
    let text = String::from_utf8(good.clone()).expect("text");
    let at = text.find("\"sig\": \"").expect("signature") + 20;
    let mut damaged = good.clone();
    damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
    fs::write(&path, damaged).expect("write");
    says(&device.seal(), 3, &["further signatures over the record that do not count", "signature does not verify"]);
    // Made for the candidate of another run.
    let other = Device::new();
    trust(&other, &[&qa], 1);
    succeeds(&other.make_candidate());
    succeeds(&countersign(&other, &qa, "qa"));
    fs::copy(other.path("approvals").join("record.qa.sigstore.json"), &path).expect("copy");
    says(&device.seal(), 3, &["record.qa.sigstore.json: it is over another record"]);
    fs::write(&path, good).expect("write");
    succeeds(&device.seal());
    says(&device.verify(&[]), 0, &["PASSED", "record signed by quality department too"]);
}
