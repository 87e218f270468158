//! Amendments and withdrawals: what persons say of a sealed bundle, and what verification makes of it.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Output;

use super::device::{Device, says, succeeds};

/// A release of its own, since addenda are written beside its bundle.
fn sealed() -> Device {
    let device = Device::new();
    device.release();
    device
}

fn notice(device: &Device, command: &str, who: &str, more: &[&str]) -> Output {
    let (bundle, trust, key) = (device.bundle(), device.path("trust.toml"), device.path(&format!("{who}.ssh")));
    let mut arguments: Vec<&OsStr> = vec![
        command.as_ref(),
        bundle.as_os_str(),
        "--trust".as_ref(),
        trust.as_os_str(),
        "--key".as_ref(),
        key.as_os_str(),
        "--yes".as_ref(),
        "--role".as_ref(),
        who.as_ref(),
    ];
    arguments.extend(more.iter().map(OsStr::new));
    device.run(&arguments)
}

fn addendum(device: &Device, name: &str) -> PathBuf {
    let mut file = device.bundle().into_os_string();
    file.push(format!(".{name}.sigstore.json"));
    PathBuf::from(file)
}

#[test]
fn a_withdrawal_is_said_first_and_an_amendment_changes_no_verdict() {
    let device = sealed();
    fs::write(device.path("log.txt"), "corrected\n").expect("file");
    let log = device.path("log.txt");
    let with_log = ["--reason", "corrected log", "--document", log.to_str().expect("path")];
    succeeds(&notice(&device, "amend", "reviewer", &with_log));
    says(&device.verify(&[]), 0, &["PASSED", "amended by addendum 01: Reviewer (example) (reviewer)", "corrected log"]);
    let sealed = fs::read(device.bundle()).expect("bundle");
    says(&notice(&device, "withdraw", "authoriser", &["--reason", "CAPA-0042"]), 0, &["02-withdrawal.sigstore.json"]);
    assert_eq!(fs::read(device.bundle()).expect("bundle"), sealed, "the bundle was changed");
    let output = device.verify(&[]);
    says(&output, 1, &["WITHDRAWN", "Do not ship", "WITHDRAWN by Release Manager (example)", "CAPA-0042"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("WITHDRAWN: Do not ship"), "not said first");
    succeeds(&notice(&device, "amend", "reviewer", &["--reason", "customers were told"]));
    says(&device.verify(&[]), 1, &["WITHDRAWN: Do not ship"]);
    // Taken away, it cannot be known; in the middle of a chain it shows.
    fs::remove_file(addendum(&device, "02-withdrawal")).expect("remove");
    says(&device.verify(&[]), 1, &["FAILED", "addendum 03-amendment"]);
    fs::remove_file(addendum(&device, "03-amendment")).expect("remove");
    says(&device.verify(&[]), 0, &["PASSED", "absent addenda cannot be known"]);
}

#[test]
fn only_the_authoriser_withdraws_and_only_whom_the_roster_knows_amends() {
    let device = sealed();
    let reviewer = notice(&device, "withdraw", "reviewer", &["--reason", "no"]);
    says(&reviewer, 2, &["may not sign it as reviewer", "role of the authoriser"]);
    device.person("stranger");
    let stranger = notice(&device, "amend", "stranger", &["--reason", "no"]);
    says(&stranger, 2, &["belongs to nobody in the roster"]);
    says(&notice(&device, "amend", "reviewer", &["--reason", " "]), 2, &["reason is empty"]);
    assert!(!addendum(&device, "01-withdrawal").exists() && !addendum(&device, "01-amendment").exists());
    says(&device.verify(&[]), 0, &["PASSED"]);
}

#[test]
fn a_notice_that_was_changed_or_is_of_another_bundle_does_not_count() {
    let (device, other) = (sealed(), sealed());
    succeeds(&notice(&device, "withdraw", "authoriser", &["--reason", "CAPA-0042"]));
    let file = addendum(&device, "01-withdrawal");
    let bytes = fs::read(&file).expect("addendum");
    // The same tag and sources, and another bundle with other people.
    fs::write(addendum(&other, "01-withdrawal"), &bytes).expect("write");
    says(&other.verify(&[]), 1, &["FAILED", "addendum 01-withdrawal does not count"]);
    let text = String::from_utf8(bytes).expect("JSON");
    let at = text.find("\"payload\": \"").map_or_else(|| text.find("\"payload\":\""), Some).expect("payload") + 40;
    let mut changed = text.clone().into_bytes();
    changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
    fs::write(&file, changed).expect("write");
    says(&device.verify(&[]), 1, &["FAILED", "addendum 01-withdrawal does not count"]);
    fs::write(&file, &text).expect("write");
    fs::rename(&file, addendum(&device, "01-amendment")).expect("rename");
    says(&device.verify(&[]), 1, &["FAILED", "it was made as addendum 01-withdrawal"]);
}
