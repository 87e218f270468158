//! Taking an approval back before sealing, who is awaited, and deputies.

use std::ffi::OsStr;
use std::fs;
use std::process::Output;

use super::device::{Device, says, succeeds};

fn approve(device: &Device, arguments: &[&str]) -> Output {
    let (candidate, trust, approvals) = (device.candidate(), device.path("trust.toml"), device.path("approvals"));
    let mut line: Vec<&OsStr> = vec![
        "approve".as_ref(),
        candidate.as_os_str(),
        "--trust".as_ref(),
        trust.as_os_str(),
        "--approvals".as_ref(),
        approvals.as_os_str(),
    ];
    line.extend(arguments.iter().map(OsStr::new));
    device.run(&line)
}

fn withdraw(device: &Device, person: &str, more: &[&str]) -> Output {
    let key = device.path(&format!("{person}.ssh"));
    let key = key.to_str().expect("path");
    let mut arguments = vec!["--withdraw", "--reason", "looked at another build", "--key", key, "--yes"];
    arguments.extend(more);
    approve(device, &arguments)
}

/// Times of signing are whole seconds, and a statement is signed anew, not once more.
fn another_second() {
    std::thread::sleep(std::time::Duration::from_millis(1100));
}

#[test]
fn a_withdrawn_approval_does_not_count_stays_and_may_be_made_again() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    device.approve_all();
    says(&approve(&device, &["--list"]), 0, &["reviewer: signed", "authoriser: signed", "RG-04 answered"]);
    says(&withdraw(&device, "reviewer", &[]), 0, &["withdrawn: the approval of Reviewer (example) as reviewer"]);
    says(&withdraw(&device, "reviewer", &[]), 2, &["no approval of \"Reviewer (example)\" stands"]);
    says(
        &approve(&device, &["--list"]),
        0,
        &["reviewer: waits for 1 of 1: Reviewer (example)", "looked at another build", "RG-04 waits"],
    );
    says(&device.seal(), 1, &["PENDING: no approval yet as reviewer"]);
    another_second();
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none before"]));
    // The authoriser has not seen all of this.
    says(&device.seal(), 1, &["FAILED", "RG-38"]);
    fs::remove_file(device.bundle()).expect("bundle");
    succeeds(&withdraw(&device, "authoriser", &["--role", "authoriser"]));
    another_second();
    succeeds(&device.approve("authoriser", &[]));
    succeeds(&device.seal());
    says(
        &device.verify(&[]),
        0,
        &["PASSED", "Withdrew Reviewer (example) the approval as reviewer", "does not count: looked at another build"],
    );
    says(&device.verify(&["--format", "json"]), 0, &["\"withdrawals\": [", ".withdrawal.json"]);
}

#[test]
fn only_ones_own_approval_is_withdrawn_and_no_rejection() {
    let device = Device::new();
    succeeds(&device.make_candidate());
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none before"]));
    says(&withdraw(&device, "authoriser", &[]), 2, &["no approval of \"Release Manager (example)\" stands"]);
    says(&approve(&device, &["--withdraw", "--key", "x", "--yes"]), 2, &["--reason"]);
    succeeds(&withdraw(&device, "reviewer", &[]));
    let folder = device.path("approvals");
    // A copy of what was withdrawn does not bring it back.
    let stem = fs::read_dir(&folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .find_map(|name| name.strip_suffix(".sshsig").filter(|stem| !stem.contains("withdrawal")).map(str::to_owned))
        .expect("approval");
    for extension in ["json", "sshsig"] {
        fs::copy(folder.join(format!("{stem}.{extension}")), folder.join(format!("copy.{extension}"))).expect("copy");
    }
    says(&device.seal(), 3, &["it is a copy of another approval among the files"]);
    for extension in ["json", "sshsig"] {
        fs::remove_file(folder.join(format!("copy.{extension}"))).expect("remove");
    }
    // A withdrawal without what it withdraws keeps the batch from being sealed.
    let moved = device.path("moved");
    fs::create_dir_all(&moved).expect("folder");
    let names: Vec<_> = fs::read_dir(&folder).expect("folder").map(|entry| entry.expect("entry").file_name()).collect();
    for name in names.iter().filter(|name| !name.to_string_lossy().contains("withdrawal")) {
        fs::rename(folder.join(name), moved.join(name)).expect("move");
    }
    says(&device.seal(), 3, &["it withdraws the approval sha256:", "which is not there"]);
    for name in &names {
        let _ = fs::remove_file(folder.join(name));
    }
    succeeds(&device.approve("reviewer", &["--reject", "--reason", "pump stalls"]));
    says(&withdraw(&device, "reviewer", &[]), 2, &["is a rejection, which cannot be withdrawn"]);
}

#[test]
fn a_deputy_signs_within_the_window_and_every_result_says_so() {
    let device = Device::new();
    let key = device.person("deputy");
    let mut words = key.split_whitespace();
    let key = format!("{} {}", words.next().expect("type"), words.next().expect("key"));
    let deputy = |from: &str, until: &str| {
        let table = format!(
            "[[person]]\nname = \"Deputy (example)\"\ndeputy-for = [\"Release Manager (example)\"]\nssh-key = \"{key}\"\n\
             valid-from = {from}\nvalid-until = {until}\n"
        );
        device.write_trust("trust.toml", &table, "no-trusted-time = true\n");
    };
    deputy("2020-01-01", "2020-01-31");
    succeeds(&device.make_candidate());
    succeeds(&device.approve("reviewer", &["--answer", "RG-04=accept:none before"]));
    let path = device.path("deputy.ssh");
    let out = device.path("approvals");
    let arguments = ["--role", "authoriser", "--key", path.to_str().expect("path"), "--yes", "--out"];
    let sign = || approve(&device, &[&arguments[..], &[out.to_str().expect("path")]].concat());
    says(&sign(), 2, &["\"Deputy (example)\" is valid until 2020-01-31"]);
    deputy("2020-01-01", "2099-12-31");
    says(
        &approve(&device, &["--list"]),
        0,
        &["Release Manager (example), Deputy (example) (deputy of Release Manager"],
    );
    says(&sign(), 0, &["as authoriser, deputy of Release Manager (example), at"]);
    succeeds(&device.seal());
    let meaning = "authorised release of this batch, as deputy of Release Manager (example)";
    says(&device.verify(&[]), 0, &["PASSED", meaning]);
    says(&device.verify(&["--format", "json"]), 0, &["\"deputyFor\": \"Release Manager (example)\""]);
    // The verifier does not know of any deputy.
    device.write_trust("trust.toml", "", "no-trusted-time = true\n");
    says(&device.verify(&[]), 1, &["belongs to nobody in the roster"]);
}
