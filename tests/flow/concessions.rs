//! Concessions: what a person lets pass is named, counted once and shown; everything else still fails.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use super::device::{Device, says, succeeds};

const FINDING: &str = "document-missing:validation-report";

fn concede(device: &Device, who: &str, check: &str, more: &[&str]) -> Output {
    let (candidate, trust, key, out) =
        (device.candidate(), device.path("trust.toml"), device.path(&format!("{who}.ssh")), device.path("concessions"));
    let mut arguments: Vec<&OsStr> = vec!["concede".as_ref(), candidate.as_os_str()];
    for (option, value) in [
        ("--trust", trust.as_os_str()),
        ("--key", key.as_os_str()),
        ("--out", out.as_os_str()),
        ("--check", check.as_ref()),
        ("--justification", "the report of 0.9 covers the same code".as_ref()),
        ("--risk-ref", "RMF-1 H-3".as_ref()),
    ] {
        arguments.extend([option.as_ref(), value]);
    }
    arguments.push("--yes".as_ref());
    arguments.extend(more.iter().map(OsStr::new));
    device.run(&arguments)
}

const TERMS: [&str; 4] = ["--requested-by", "Software Lead (example)", "--expires", "2099-12-31"];

fn conceded(device: &Device) -> PathBuf {
    let folder = fs::read_dir(device.path("concessions")).expect("folder");
    let paths = folder.map(|entry| entry.expect("entry").path());
    paths.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "json")).expect("a concession")
}

fn take_in(device: &Device) -> Output {
    let (file, candidate) = (conceded(device), device.candidate());
    device.run::<&OsStr>(&[
        "attest".as_ref(),
        "concession".as_ref(),
        file.as_os_str(),
        "--to".as_ref(),
        candidate.as_os_str(),
        "--trust".as_ref(),
        device.path("trust.toml").as_os_str(),
    ])
}

/// A device whose candidate fails for want of a validation report.
fn failing() -> Device {
    let device = Device::without("validation-report");
    says(&device.make_candidate(), 1, &["violated        RG-28", "Verdict: FAILED"]);
    device
}

#[test]
fn a_conceded_finding_lets_the_batch_pass_and_is_shown() {
    let device = failing();
    let more = [&TERMS[..], &["--finding", FINDING]].concat();
    says(&concede(&device, "authoriser", "RG-28", &more), 0, &["conceded: RG-28"]);
    says(&take_in(&device), 0, &["RG-28", "(conceded)", "Verdict: PENDING", "approvals of the earlier candidate"]);
    device.approve_all();
    succeeds(&device.seal());
    says(&device.verify(&[]), 0, &["PASSED"]);
    let index = unzipped(&device, "INDEX.html");
    for words in ["What is conceded", "RMF-1 H-3", "Software Lead (example)", "2099-12-31"] {
        assert!(index.contains(words), "{words:?} is not on the first page");
    }
}

#[test]
fn one_person_cannot_ask_and_concede_nor_concede_what_makes_evidence_genuine() {
    let device = failing();
    let own = ["--requested-by", "release manager (EXAMPLE)", "--expires", "2099-12-31"];
    says(&concede(&device, "authoriser", "RG-28", &own), 2, &["both asked for the concession and signed it"]);
    says(&concede(&device, "reviewer", "RG-28", &TERMS), 2, &["may not concede"]);
    says(&concede(&device, "authoriser", "RG-11", &TERMS), 2, &["findings of RG-11 cannot be conceded"]);
    says(&concede(&device, "authoriser", "RG-29", &TERMS), 2, &["no finding to concede"]);
    let other = [&TERMS[..], &["--finding", "document-missing:other"]].concat();
    says(&concede(&device, "authoriser", "RG-28", &other), 2, &["was not made", FINDING]);
    let past = ["--requested-by", "Software Lead (example)", "--expires", "2020-01-01"];
    says(&concede(&device, "authoriser", "RG-28", &past), 2, &["--expires"]);
    assert!(!device.path("concessions").exists(), "a refused concession left files");
}

#[test]
fn a_concession_of_another_batch_or_with_a_changed_byte_counts_for_nothing() {
    let (device, other) = (failing(), failing());
    succeeds(&concede(&other, "authoriser", "RG-28", &TERMS));
    // The other device has other people and another commit, so its concession is a stranger's here.
    fs::create_dir_all(device.path("concessions")).expect("folder");
    for path in [conceded(&other), conceded(&other).with_extension("sshsig")] {
        fs::copy(&path, device.path("concessions").join(path.file_name().expect("name"))).expect("copy");
    }
    says(&take_in(&device), 1, &["violated        RG-28"]);
    fs::remove_dir_all(device.path("concessions")).expect("clean");
    says(&device.make_candidate(), 1, &["violated        RG-28"]);
    succeeds(&concede(&device, "authoriser", "RG-28", &TERMS));
    let file = conceded(&device);
    let changed = fs::read_to_string(&file).expect("statement").replace("2099-12-31", "2098-12-31");
    fs::write(&file, changed).expect("write");
    says(&take_in(&device), 1, &["violated        RG-28"]);
}

fn unzipped(device: &Device, entry: &str) -> String {
    let bytes = fs::read(device.bundle()).expect("bundle");
    let container = batchseal::evidence::container::Container::parse(&bytes).expect("container");
    let found = container.entries().find(|(found, _)| found.name().as_str() == entry).map(|(_, bytes)| bytes.to_vec());
    String::from_utf8(found.expect("entry")).expect("text")
}
