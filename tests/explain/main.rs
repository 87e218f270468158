//! `batchseal explain` as people run it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, reason = "tests")]

use std::process::{Command, Output};

use batchseal::gate::registry::find;
use batchseal::model::outcome::CheckId;

fn explain(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_batchseal");
    Command::new(program).arg("explain").args(arguments).env_clear().output().expect("the program runs")
}

#[track_caller]
fn shown(arguments: &[&str]) -> String {
    let output = explain(arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    assert!(output.stderr.is_empty(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn prints_the_page_of_a_check_with_its_clauses() {
    let text = shown(&["rg-02"]);
    assert!(text.starts_with("RG-02 The sources are clean"), "{text}");
    assert!(text.contains("Passes when") && !text.contains("## "), "{text}");
    assert!(text.contains("Identify system configuration documentation"), "{text}");
    assert!(shown(&["RG-02", "--format", "markdown"]).starts_with("# RG-02 "));
}

#[test]
fn lists_all_checks_and_says_which_are_not_judged() {
    let list = shown(&[]);
    assert_eq!(list.lines().count(), 45);
    for line in list.lines() {
        let id = line.split_whitespace().next().and_then(|id| CheckId::parse(id).ok()).expect("id");
        assert_eq!(line.contains("not judged"), find(id).is_none(), "{line}");
    }
}

#[test]
fn gives_7_5_9_its_true_title_and_says_where_release_lives() {
    let text = shown(&["7.5.9"]);
    assert!(text.starts_with("ISO 13485:2016 7.5.9: Traceability\n"), "{text}");
    for needed in ["nickname", "8.2.6", "7.5.1", "does not say CI/CD"] {
        assert!(text.contains(needed), "{needed}: {text}");
    }
    assert!(!shown(&["8.2.6"]).contains("nickname"));
}

#[test]
fn lists_every_clause_of_an_ambiguous_number() {
    let text = shown(&["5.8.1"]);
    assert!(text.starts_with("Several clauses:\niec62304.5.8.1"), "{text}");
    assert!(text.contains("iec81001-5-1.5.8.1"), "{text}");
    assert!(!shown(&["iec62304.5.8.1"]).contains("Several"));
}

#[test]
fn refuses_unknown_names_as_usage_errors_with_suggestions() {
    for name in ["RG-99", "8.2.66", "nonsense"] {
        let output = explain(&[name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(output.stdout.is_empty());
        let text = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(text.contains(name) && text.contains("without a name lists the checks"), "{text}");
    }
    assert_eq!(explain(&["RG-01", "--all"]).status.code(), Some(2));
}

#[test]
fn writes_everything_as_one_json_document() {
    let value: serde_json::Value = serde_json::from_str(&shown(&["--all", "--format", "json"])).expect("JSON");
    assert_eq!(value["schemaVersion"], 1);
    assert_eq!(value["checks"].as_array().map(Vec::len), Some(45));
    assert_eq!(value["clauses"].as_array().map(Vec::len), Some(119));
    assert_eq!(value["checks"][0]["judged"], true);
    let one: serde_json::Value = serde_json::from_str(&shown(&["7.5.9", "--format", "json"])).expect("JSON");
    assert!(one["clauses"][0]["note"].as_str().is_some_and(|note| note.contains("8.2.6")));
    assert_eq!(one["checks"].as_array().map(Vec::len), Some(0));
}
