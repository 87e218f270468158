//! `batchseal sbom` as people run it.

use std::process::{Command, Output};

use batchseal::sbom::document::Document;
use serde_json::Value;

use crate::workspace::Workspace;

fn workspace() -> Workspace {
    Workspace::new("2", &[("app", "[dependencies]\nlib-a = { path = \"../lib-a\" }\n"), ("lib-a", "")])
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_batchseal"))
        .arg("sbom")
        .args(arguments)
        .current_dir(&workspace.root)
        .env("SOURCE_DATE_EPOCH", "1800000000")
        .output()
        .expect("batchseal runs")
}

#[test]
fn writes_the_document_to_standard_output_and_the_summary_to_standard_error() {
    let done = run(&workspace(), &[]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = Document::parse(&done.stdout).expect("document");
    assert_eq!(document.metadata.timestamp.as_str(), "2027-01-15T08:00:00Z");
    assert_eq!(document.components.len(), 2);
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("2 components: 2 shipped, 0 used to build only"), "{told}");
    assert!(told.contains("missing author name: document"), "{told}");
}

#[test]
fn a_full_set_of_facts_leaves_no_gap() {
    let workspace = workspace();
    workspace.write("product.bin", "bytes");
    let done = run(
        &workspace,
        &[
            "--output",
            "out/bom.json",
            "--manufacturer",
            "Example Devices (demo)",
            "--artifact",
            "product.bin",
            "--format",
            "json",
        ],
    );
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let summary: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(summary["missing"], Value::Array(Vec::new()));
    assert_eq!(summary["components"], 2);
    let document =
        Document::parse(&std::fs::read(workspace.root.join("out/bom.json")).expect("file")).expect("document");
    assert_eq!(document.metadata.component.components[0].name, "product.bin");
}

#[test]
fn failures_say_what_to_do_and_end_with_their_code() {
    let workspace = workspace();
    let unknown = run(&workspace, &["--package", "nosuch"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("expected one of app, lib-a"));
    std::fs::remove_file(workspace.root.join("Cargo.lock")).expect("removed");
    let unlocked = run(&workspace, &[]);
    assert_eq!(unlocked.status.code(), Some(3));
    let told = String::from_utf8_lossy(&unlocked.stderr).into_owned();
    assert!(
        told.contains("error: workspace has no Cargo.lock") && told.contains("hint: run cargo generate-lockfile"),
        "{told}"
    );
    assert!(unlocked.stdout.is_empty());
    assert_eq!(run(&workspace, &["--nosuch"]).status.code(), Some(2));
}
