//! `batchseal sbom --spec` and `batchseal sbom addendum` as people run them.

use std::process::{Command, Output};

use batchseal::sbom::foreign;

use crate::workspace::Workspace;

fn run(workspace: &Workspace, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_batchseal"))
        .arg("sbom")
        .args(arguments)
        .current_dir(&workspace.root)
        .env("SOURCE_DATE_EPOCH", "1800000000")
        .output()
        .expect("batchseal runs")
}

fn workspace() -> Workspace {
    let workspace = Workspace::new("2", &[("app", "[dependencies]\nlib-a = { path = \"../lib-a\" }\n"), ("lib-a", "")]);
    workspace.write(
        "support.toml",
        "schema = 1\n[[support]]\npurl = \"pkg:cargo/lib-a\"\nlevel = \"no longer maintained\"\n\
         end-unknown-because = \"no date was given\"\njustification = \"frozen, reviewed yearly\"\n\
         reviewed-by = \"cybersecurity\"\nreviewed-on = 2026-11-01\n",
    );
    workspace
}

fn made(workspace: &Workspace, spec: &str) -> Vec<u8> {
    let done = run(workspace, &["--quiet", "--device-name", "pump", "--spec", spec]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

/// Cells of the first line that begins with this cell.
fn line(bytes: &[u8], first: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let all: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("CSV");
    let found = all.iter().find(|line| line.get(0) == Some(first)).unwrap_or_else(|| panic!("no {first}: {all:?}"));
    found.iter().map(str::to_owned).collect()
}

#[test]
fn every_format_is_written_and_an_unknown_one_is_refused() {
    let workspace = workspace();
    for (spec, version) in [("1.5", "1.5"), ("1.6", "1.6"), ("1.7", "1.7"), ("spdx-2.3", "2.3"), ("spdx-3.0", "3.0.1")]
    {
        let inventory = foreign::read(&made(&workspace, spec)).expect("SBOM");
        assert_eq!((inventory.format.version, inventory.components.len()), (version, 3), "{spec}");
    }
    let table = made(&workspace, "csv");
    let cells = line(&table, "pkg:cargo/lib-a@1.0.0");
    assert_eq!(cells.get(1..6).expect("cells"), ["pkg:cargo/lib-a@1.0.0", "", "library", "lib-a", "1.0.0"]);
    let support = ["shipped", "no longer maintained", "unknown: no date was given", "frozen, reviewed yearly"];
    assert_eq!(cells.get(10..14).expect("cells"), support);
    let refused = run(&workspace, &["--spec", "1.4"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("spdx-2.3"));
}

#[test]
fn the_addendum_tells_the_same_of_every_format() {
    let workspace = workspace();
    for spec in ["1.5", "1.6", "1.7", "spdx-2.3", "spdx-3.0"] {
        workspace.write("bom.json", &String::from_utf8(made(&workspace, spec)).expect("text"));
        let done = run(&workspace, &["addendum", "bom.json", "--format", "csv"]);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(0), "{told}");
        assert!(told.contains("2 shipped components, 2 of them without"), "{told}");
        let cells = line(&done.stdout, "lib-a");
        let support =
            ["no longer maintained", "unknown: no date was given", "frozen, reviewed yearly", "pump", "1.0.0"];
        assert_eq!(cells.get(4..9).expect("cells"), support, "{spec}");
        assert_eq!(line(&done.stdout, "app").get(4).map(String::as_str), Some("not recorded"), "{spec}");
    }
    let done = run(&workspace, &["addendum", "bom.json", "--output", "support.html"]);
    assert!(done.status.success() && done.stdout.is_empty());
    let page = std::fs::read_to_string(workspace.root.join("support.html")).expect("page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("unknown: no date was given"), "{page}");
}

#[test]
fn what_is_no_sbom_gives_no_addendum() {
    let workspace = workspace();
    workspace.write("notes.txt", "no SBOM");
    for (arguments, code, expected) in [
        (&["addendum", "notes.txt", "--output", "x.html"][..], 3, "file is no SBOM that this program reads"),
        (&["addendum", "absent.json"], 3, "absent.json"),
        (&["addendum", "notes.txt", "--format", "pdf"], 2, "html"),
        (&["addendum"], 2, "<FILE>"),
    ] {
        let done = run(&workspace, arguments);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{told}");
        assert!(told.contains(expected), "{expected:?} is not in {told}");
    }
    assert!(!workspace.root.join("x.html").exists());
}
