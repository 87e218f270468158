//! What is kept of the build's output.

use std::ffi::OsString;

use batchseal::adapters::build::process::{BuildOptions, run};

use batchseal::provenance::redact::{Redactions, Secret};

use crate::{QUIET, environment, run_with, shell, text};

#[test]
fn keeps_both_streams_in_the_order_written() {
    let run = shell("for i in 1 2 3 4 5; do echo out$i; echo err$i >&2; done; printf tail");
    assert_eq!(text(&run), "out1\nerr1\nout2\nerr2\nout3\nerr3\nout4\nerr4\nout5\nerr5\ntail");
}

#[test]
fn keeps_bytes_that_are_not_utf8() {
    assert_eq!(shell("printf 'a\\377\\376\\000b\\n'").log, b"a\xff\xfe\x00b\n");
}

#[test]
fn hides_secrets_in_log_and_command() {
    let folder = tempfile::tempdir().unwrap();
    let environment =
        environment(&[("DEPLOY_TOKEN", "s3cr3t-value"), ("SSH_AUTH_SOCK", "/tmp/agent.77")], folder.path());
    let script = "printf 's3cr3t-'; sleep 0.1; echo 'value /tmp/agent.77'; echo https://u:pw@h/x";
    let run = run_with(&["sh", "-c", script, "s3cr3t-value"], &environment, folder.path()).unwrap();
    let expected = "[redacted:DEPLOY_TOKEN] [redacted:SSH_AUTH_SOCK]\nhttps://[redacted:url-credentials]@h/x\n";
    assert_eq!(text(&run), expected);
    assert_eq!(run.redactions, 3);
    assert_eq!(run.command.last().unwrap(), "[redacted:DEPLOY_TOKEN]");
    assert!(!run.command.concat().contains("u:pw@"), "{:?}", run.command);
}

#[test]
fn cuts_a_long_log_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let environment = environment(&[], folder.path());
    let limit = 1024 * 1024;
    let options = BuildOptions { log_limit: limit, ..BuildOptions::new(folder.path(), &environment, QUIET) };
    let command = ["sh", "-c", "head -c 100000000 /dev/zero | tr '\\0' 'z'"].map(OsString::from);
    let run = run(&command, &options).unwrap();
    assert!(run.succeeded());
    let (kept, remark) = run.log.split_at(limit);
    assert!(kept.iter().all(|byte| *byte == b'z'));
    let remark = String::from_utf8_lossy(remark);
    assert_eq!(remark, format!("\nbatchseal: log cut here: {} further bytes were not kept\n", 100_000_000 - limit));
    assert!(run.log.capacity() < 8 * limit, "{}", run.log.capacity());
}

#[test]
fn redaction_stays_linear_on_text_made_to_slow_it() {
    let secret = |value: String| Secret { name: "A".to_owned(), value: value.into_bytes() };
    let redactions = Redactions::new(&[secret("a".repeat(5000)), secret(format!("{}b", "a".repeat(4000)))]);
    let hostile = ["a".repeat(100_000), "eyJ".repeat(100_000), "://".repeat(100_000)].concat();
    let started = std::time::Instant::now();
    assert!(redactions.finds_in(hostile.as_bytes()));
    // Quadratic behaviour would take minutes.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
