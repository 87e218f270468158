//! What is known to be wrong before the build is refused before it, and is no attempt.

use std::ffi::OsStr;
use std::fs;
use std::process::Output;

use super::device::{Device, STEM, TAG, says, succeeds, text};

/// A build that leaves a mark, makes the product, and takes no time.
const QUICK: &str = "mkdir -p target/release && echo made > target/release/tiny && touch target/built";
/// The same with a test report.
const WITH_REPORT: &str = "mkdir -p target/release && echo made > target/release/tiny && \
    echo '<testsuite name=\"s\" tests=\"1\"><testcase name=\"a\"/></testsuite>' > target/junit.xml";

fn release(device: &Device, more: &[&str], build: &str) -> Output {
    let out = device.out();
    let mut arguments: Vec<&OsStr> = vec!["release".as_ref(), "--tag".as_ref(), TAG.as_ref()];
    if !more.contains(&"--stage") {
        arguments.extend(["--stage", "candidate"].map(OsStr::new));
    }
    if !more.contains(&"--out") {
        arguments.extend([OsStr::new("--out"), out.as_os_str()]);
    }
    arguments.extend(more.iter().map(OsStr::new));
    arguments.extend(["--", "sh", "-c", build].map(OsStr::new));
    device.run(&arguments)
}

fn git_file(device: &Device, name: &str) -> std::path::PathBuf {
    device.path("device/.git").join(name)
}

fn head(device: &Device) -> String {
    fs::read_to_string(git_file(device, "refs/heads/main")).expect("branch")
}

fn ledger(device: &Device) -> String {
    fs::read_to_string(device.out().join(format!("{STEM}.attempts.json"))).unwrap_or_default()
}

fn not_begun(device: &Device) {
    assert!(!device.path("device/target/built").exists(), "the build ran");
    assert_eq!(ledger(device), "", "a refused command line is no attempt");
}

#[test]
fn tag_and_history_are_judged_before_the_build_and_together() {
    let device = Device::new();
    fs::write(git_file(&device, &format!("refs/tags/{TAG}")), head(&device)).expect("tag");
    fs::write(git_file(&device, "shallow"), head(&device)).expect("shallow");
    let refused = release(&device, &[], QUICK);
    says(&refused, 3, &["is lightweight", "git tag -a", "is shallow", "git fetch --unshallow", "fetch-depth: 0"]);
    not_begun(&device);
    let anyway = release(&device, &["--unsafe-record-anyway"], QUICK);
    says(&anyway, 1, &["recorded anyway", "is lightweight", "RG-01", "FAILED"]);
}

#[test]
fn a_commit_on_no_release_branch_is_refused_and_on_origin_it_is_not() {
    let device = Device::new();
    let tip = head(&device);
    fs::rename(git_file(&device, "refs/heads/main"), git_file(&device, "refs/heads/topic")).expect("branch");
    fs::write(git_file(&device, "HEAD"), "ref: refs/heads/topic\n").expect("HEAD");
    says(&release(&device, &[], QUICK), 3, &["on no release branch", "got topic", "expected main or master"]);
    not_begun(&device);
    fs::create_dir_all(git_file(&device, "refs/remotes/origin")).expect("folder");
    fs::write(git_file(&device, "refs/remotes/origin/main"), tip).expect("branch");
    succeeds(&release(&device, &[], QUICK));
}

#[test]
fn unknown_packages_and_absent_documents_are_refused_whatever_is_asked() {
    let device = Device::with_policy(|policy| policy.replace("packages = [\"tiny\"]", "packages = [\"tinny\"]"));
    let absent = ["--document", "anomaly-list:A-1:1:absent.md", "--unsafe-record-anyway"];
    says(&release(&device, &absent, QUICK), 3, &["package tinny", "one of tiny", "document absent.md is not there"]);
    not_begun(&device);
    let device = Device::new();
    succeeds(&release(&device, &["--document", "note:N-1:1:Cargo.toml"], QUICK));
}

#[test]
fn a_report_may_be_written_by_the_build_and_must_be_there_after_it() {
    let device = Device::new();
    let report = ["--junit", "target/junit.xml"];
    says(&release(&device, &report, QUICK), 3, &["JUnit report target/junit.xml is not there"]);
    assert!(ledger(&device).contains("recording refused"), "{}", ledger(&device));
    succeeds(&release(&device, &report, WITH_REPORT));
}

#[test]
fn only_what_began_stands_in_the_ledger() {
    let device = Device::new();
    let keyless = device
        .command(&["release", "--tag", TAG, "--out", device.out().to_str().expect("path"), "--", "true"])
        .env_remove("BATCHSEAL_KEY")
        .output()
        .expect("program");
    says(&keyless, 2, &["BATCHSEAL_KEY"]);
    not_begun(&device);
    says(&release(&device, &[], "exit 7"), 3, &["7"]);
    assert!(ledger(&device).contains("build failed"), "{}", ledger(&device));
}

#[test]
fn an_output_folder_that_dirties_the_tree_is_refused_before_it_is_made() {
    let device = Device::new();
    let refused = release(&device, &["--out", "dist"], QUICK);
    says(&refused, 3, &["--out dist", "does not ignore", ".gitignore"]);
    assert!(!device.path("device/dist").exists());
    not_begun(&device);
    succeeds(&release(&device, &["--out", "target/out"], QUICK));
}

#[test]
fn people_that_will_be_pending_are_announced_before_the_build() {
    let device = Device::new();
    let said = text(&release(&device, &["--stage", "release"], "exit 7"));
    assert!(said.contains("people will be pending") && said.contains("--stage candidate"), "{said}");
    assert!(!text(&release(&device, &[], "exit 7")).contains("people will be pending"));
}

#[test]
fn a_company_certificate_without_a_trust_file_is_refused_before_the_build() {
    let device = Device::with_policy(|policy| {
        assert!(policy.contains("key = \"env:BATCHSEAL_KEY\"\n"), "{policy}");
        policy.replace("key = \"env:BATCHSEAL_KEY\"\n", "key = \"env:BATCHSEAL_KEY\"\ncertificates = \"chain.pem\"\n")
    });
    says(&device.make_candidate(), 2, &["only a trust file can name its root", "--trust trust.toml"]);
    assert!(!device.out().join("artifacts").exists(), "something was built");
}
