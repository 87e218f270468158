//! A tag and a commit signed by a person of the roster, from `git` to `verify`.

use std::fs;
use std::process::Command;

use super::device::{Device, TAG, released, says, succeeds};

const REQUIRED: &str = "tag-signature = \"required\"\ncommit-signature = \"required\"\n[[signer]]";

/// Makes commit and tag of the device again, signed with a person's key; says so and gives `false` without `git`.
fn sign(device: &Device, person: &str) -> bool {
    let key = format!("user.signingKey={}", device.path(&format!("{person}.ssh")).display());
    let git = |words: &[&str]| {
        Command::new("git")
            .current_dir(device.path("device"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(["-c", "user.name=Reviewer", "-c", "user.email=reviewer@example.invalid", "-c", "gpg.format=ssh"])
            .args(["-c", &key])
            .args(words)
            .output()
    };
    let there = |program: &str| Command::new(program).arg("-?").output().is_ok();
    if !there("git") || !there("ssh-keygen") {
        println!("skipped: git or ssh-keygen is not installed");
        return false;
    }
    for words in
        [&["commit", "--quiet", "--amend", "--no-edit", "-S"][..], &["tag", "-f", "-s", "-m", "tiny 1.0.0", TAG]]
    {
        let output = git(words).expect("git");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    true
}

fn verify_under(device: &Device, name: &str, change: impl Fn(&str) -> String) -> std::process::Output {
    let text = fs::read_to_string(device.path("trust.toml")).expect("trust");
    let changed = change(&text);
    assert_ne!(changed, text, "the change changed nothing");
    let (trust, bundle, artifacts) = (device.path(name), device.bundle(), device.out().join("artifacts"));
    fs::write(&trust, changed).expect("trust");
    device.run(&[
        "verify".as_ref(),
        bundle.as_os_str(),
        artifacts.as_os_str(),
        "--format".as_ref(),
        "json".as_ref(),
        "--trust".as_ref(),
        trust.as_os_str(),
    ])
}

#[test]
fn a_release_signed_by_a_person_verifies_where_that_is_required() {
    let device = Device::new();
    if !sign(&device, "reviewer") {
        return;
    }
    let trust = fs::read_to_string(device.path("trust.toml")).expect("trust");
    fs::write(device.path("trust.toml"), trust.replacen("[[signer]]", REQUIRED, 1)).expect("trust");
    device.release();
    succeeds(&device.verify(&[]));
    let optional = verify_under(&device, "optional.toml", |text| text.replace("\"required\"", "\"if-present\""));
    let signed = "is signed by \\\"Reviewer (example)\\\" of the roster";
    says(&optional, 0, &[signed]);
    let key = fs::read_to_string(device.path("reviewer.ssh.pub")).expect("key");
    device.person("reviewer");
    let other = fs::read_to_string(device.path("reviewer.ssh.pub")).expect("key");
    let words = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let unknown = verify_under(&device, "unknown.toml", |text| text.replace(&words(&key), &words(&other)));
    says(&unknown, 1, &["tag-signer-unknown", "commit-signer-unknown", "RG-01 was signed as satisfied"]);
}

#[test]
fn an_unsigned_release_fails_where_signatures_are_required() {
    let output = verify_under(released(), "signatures.toml", |text| text.replacen("[[signer]]", REQUIRED, 1));
    says(&output, 1, &["tag-unsigned", "commit-unsigned", "RG-01 was signed as satisfied"]);
}

#[test]
fn a_signature_that_does_not_verify_stops_at_the_candidate() {
    let device = Device::new();
    if !sign(&device, "reviewer") {
        return;
    }
    let git = |words: &[&str], input: &[u8]| {
        use std::io::Write;
        let mut child = Command::new("git")
            .current_dir(device.path("device"))
            .args(words)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("git");
        child.stdin.take().expect("pipe").write_all(input).expect("written");
        String::from_utf8(child.wait_with_output().expect("git").stdout).expect("UTF-8")
    };
    let altered = git(&["cat-file", "tag", TAG], b"").replace("tiny 1.0.0\n", "tiny 1.0.1\n");
    let id = git(&["hash-object", "-t", "tag", "-w", "--stdin"], altered.as_bytes());
    git(&["update-ref", &format!("refs/tags/{TAG}"), id.trim()], b"");
    says(&device.make_candidate(), 1, &["RG-01", "does not verify over these bytes"]);
}
