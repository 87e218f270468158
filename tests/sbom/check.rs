//! `batchseal sbom check` as people run it.

use std::process::{Command, Output};

use serde_json::Value;

use crate::workspace::Workspace;

/// A workspace whose own SBOM lies beside it: two packages without hashes and support.
fn checked() -> Workspace {
    let workspace = Workspace::new("2", &[("app", "[dependencies]\nlib-a = { path = \"../lib-a\" }\n"), ("lib-a", "")]);
    workspace.write("product.bin", "bytes");
    let made = run(
        &workspace,
        &["--manufacturer", "Example Devices (demo)", "--artifact", "product.bin", "--output", "bom.json", "--quiet"],
    );
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    workspace
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

fn check(workspace: &Workspace, arguments: &[&str]) -> (i32, String) {
    let done = run(workspace, &[&["check", "bom.json"], arguments].concat());
    assert!(done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    (done.status.code().unwrap_or(-1), String::from_utf8(done.stdout).expect("text"))
}

#[test]
fn people_read_the_table_the_gaps_and_one_next_step() {
    let workspace = checked();
    let (code, text) = check(&workspace, &[]);
    assert_eq!(code, 1, "{text}");
    for line in [
        "bom.json: CycloneDX 1.6 JSON, 4 components\n",
        "Profile fda-2026: not complete\n",
        "  Author Name                 1                 0         0\n",
        "  Level of Support            0                 0         2\n",
        "  End-of-Support Date (2)\n    app 1.0.0\n    lib-a 1.0.0\n",
        "2 suppliers were derived and not stated",
        "\nnext: record level and end of support",
    ] {
        assert!(text.contains(line), "{line:?} is not in {text}");
    }
}

#[test]
fn complete_under_every_profile_is_zero_and_one_incomplete_profile_is_one() {
    let workspace = checked();
    let (code, text) = check(&workspace, &["--profile", "imdrf-n73", "--profile", "ntia-2021"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Profile imdrf-n73: complete") && text.contains("Profile ntia-2021: complete"), "{text}");
    assert!(text.contains("Recommended and not there (never fails):") && !text.contains("next:"), "{text}");
    let (code, text) = check(&workspace, &["--profile", "ntia-2021", "--profile", "cisa-2026"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("one that lies beside it is not seen"), "{text}");
}

#[test]
fn json_holds_every_gap_and_each_profile_once() {
    let (code, text) = check(
        &checked(),
        &["--format", "json", "--profile", "cisa-2026", "--profile", "fda-2026", "--profile", "cisa-2026"],
    );
    assert_eq!(code, 1, "{text}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&value["complete"], &value["sbom"]["file"]), (&Value::Bool(false), &Value::from("bom.json")));
    let profiles: Vec<&str> =
        value["profiles"].as_array().expect("list").iter().filter_map(|one| one["profile"].as_str()).collect();
    assert_eq!(profiles, ["cisa-2026", "fda-2026"]);
    let gaps = value["profiles"][1]["gaps"].as_array().expect("gaps");
    assert_eq!(gaps.iter().filter(|gap| gap["attribute"] == "level-of-support").count(), 2);
    assert!(gaps.iter().all(|gap| gap["outcome"] == "missing" && gap["component"]["version"] == "1.0.0"), "{text}");
}

#[test]
fn sarif_has_a_rule_for_each_attribute_and_a_located_result_for_each_gap() {
    let (code, text) = check(&checked(), &["--format", "sarif"]);
    assert_eq!(code, 1, "{text}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let run = &value["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!((&value["version"], rules.len()), (&Value::from("2.1.0"), 10));
    let mut fingerprints = Vec::new();
    for result in run["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("index")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["level"], "error");
        let location = &result["locations"][0];
        assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "bom.json");
        let name = location["logicalLocations"][0]["fullyQualifiedName"].as_str().expect("name");
        assert!(name.starts_with("pkg:cargo/"), "{name}");
        fingerprints.push(result["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("fingerprint"));
    }
    let all = fingerprints.len();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), all, "fingerprints repeat");
}

#[test]
fn csv_has_a_line_for_each_component_and_attribute() {
    let (code, text) = check(&checked(), &["--format", "csv"]);
    assert_eq!(code, 1);
    // Two of the document, eight times four components.
    assert_eq!(text.matches("\r\n").count(), 1 + 2 + 8 * 4, "{text}");
    let line = "\"fda-2026\",\"required\",\"level-of-support\",\"Level of Support\",\"component\",\
                \"pkg:cargo/lib-a@1.0.0\",\"lib-a\",\"1.0.0\",\"missing\",\"\",\"\"\r\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("\"product.bin\",\"1.0.0\",\"not-asked\""), "{text}");
}

#[test]
fn what_is_no_sbom_or_no_file_is_named_and_usage_is_usage() {
    let workspace = checked();
    workspace.write("notes.txt", "no SBOM\u{1b}[2J");
    for (arguments, code, expected) in [
        (&["check", "notes.txt"][..], 3, "error: notes.txt: file is no SBOM that this program reads"),
        (&["check", "absent.json"], 3, "absent.json"),
        (&["check"], 2, "<FILE>"),
        (&["check", "bom.json", "--profile", "nist"], 2, "imdrf-n73"),
        (&["--path", ".", "check", "bom.json"], 2, "cannot be used with"),
    ] {
        let done = run(&workspace, arguments);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(code), "{told}");
        assert!(told.contains(expected) && !told.contains('\u{1b}'), "{expected:?} is not in {told}");
        assert!(done.stdout.is_empty());
    }
}
