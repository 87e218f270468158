//! Rules for `examples/infusion-pump`, the device that `batchseal demo` releases: it builds offline
//! wherever Batchseal was fetched, says the same thing everywhere, and stays small.

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

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const FILES_MAX: usize = 40;
const BYTES_MAX: u64 = 120 * 1024;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn example() -> PathBuf {
    root().join("examples/infusion-pump")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn toml_of(path: &Path) -> toml::Table {
    read(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Name, version, source and checksum of every package in a lockfile.
fn locked(lock: &toml::Table) -> BTreeSet<[String; 4]> {
    let text = |package: &toml::Value, key: &str| {
        package.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
    };
    lock["package"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|package| ["name", "version", "source", "checksum"].map(|key| text(package, key)))
        .collect()
}

/// Every committed file: all but the build folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path()) {
        if entry.is_dir() {
            if entry.file_name() != Some("target".as_ref()) {
                files(&entry, found);
            }
        } else {
            found.push(entry);
        }
    }
}

/// Whether `text` matches a pattern in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| matches(tail, &rest[at..]))
        }),
    }
}

#[test]
fn its_lockfile_holds_only_packages_of_the_main_lockfile() {
    let main = locked(&toml_of(&root().join("Cargo.lock")));
    let others: Vec<[String; 4]> = locked(&toml_of(&example().join("Cargo.lock")))
        .into_iter()
        .filter(|package| package[0] != "pumpctl" && !main.contains(package))
        .collect();
    assert!(others.is_empty(), "not in the main Cargo.lock (copy the versions from there): {others:?}");
}

#[test]
fn its_lockfile_has_a_checksum_for_every_package_but_the_device() {
    let packages = locked(&toml_of(&example().join("Cargo.lock")));
    let bare: Vec<&str> = packages.iter().filter(|p| p[3].len() != 64).map(|p| p[0].as_str()).collect();
    assert_eq!(bare, ["pumpctl"]);
}

#[test]
fn it_stays_small_and_names_no_path_of_a_machine() {
    let mut found = Vec::new();
    files(&example(), &mut found);
    assert!((10..=FILES_MAX).contains(&found.len()), "{} files (at most {FILES_MAX})", found.len());
    let size: u64 = found.iter().map(|path| path.metadata().expect("metadata").len()).sum();
    assert!(size <= BYTES_MAX, "{size} bytes (at most {BYTES_MAX})");
    for path in &found {
        let text = read(path);
        let own = env!("CARGO_MANIFEST_DIR").split('/').nth(1).unwrap_or("home");
        let folders = ["home", "root", "Users", own].map(|folder| format!("/{folder}/"));
        for foreign in folders.iter().map(String::as_str).chain(["C:\\"]) {
            assert!(!text.contains(foreign), "{} holds {foreign:?}", path.display());
        }
    }
}

#[test]
fn its_documents_speak_of_the_version_in_the_manifest() {
    let manifest = toml_of(&example().join("Cargo.toml"));
    let version = manifest["package"]["version"].as_str().expect("version");
    for (file, line) in [
        ("risk/risk-management-file.md", format!("Version covered: {version}\n")),
        ("evidence.toml", format!("covers = \"{version}\"\n")),
        ("quality/labeling/instructions-for-use.txt", format!("Version {version}\n")),
    ] {
        assert!(read(&example().join(file)).contains(&line), "{file} does not hold {line:?}");
    }
}

#[test]
fn every_rule_of_its_support_file_speaks_of_a_locked_package_or_a_declared_component() {
    let support = toml_of(&example().join("support.toml"));
    let components = toml_of(&example().join("components.toml"));
    let declared = components["component"].as_array().expect("components").iter();
    let declared = declared.map(|one| format!("pkg:generic/{}", one["name"].as_str().expect("name")));
    let packages = locked(&toml_of(&example().join("Cargo.lock"))).into_iter();
    let known: Vec<String> = packages.map(|[name, ..]| format!("pkg:cargo/{name}")).chain(declared).collect();
    for rule in support["support"].as_array().expect("rules") {
        let pattern = rule["purl"].as_str().expect("purl");
        assert!(known.iter().any(|purl| matches(pattern, purl)), "nothing is called {pattern}");
    }
}

#[test]
fn every_requirement_of_the_risk_file_has_a_safety_case_and_the_reverse() {
    let ids = |text: &str| -> BTreeSet<String> {
        text.match_indices("SRS-").filter_map(|(at, _)| text.get(at..at + 7)).map(str::to_owned).collect()
    };
    let risk = ids(&read(&example().join("risk/risk-management-file.md")));
    assert!(risk.len() >= 10);
    assert_eq!(risk, ids(&read(&example().join("tests/safety/cases.rs"))));
}

#[test]
fn its_policy_has_a_device_identifier_with_a_true_check_digit_and_the_software_prints_it() {
    let policy = toml_of(&example().join("batchseal.toml"));
    let di = policy["device"]["udi"]["di"].as_str().expect("di").to_owned();
    let digits: Vec<u32> = di.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([3, 1].iter().cycle()).take(13).map(|(digit, weight)| digit * weight).sum();
    assert_eq!((digits.len(), (10 - sum % 10) % 10), (14, digits[13]), "GTIN-14 {di}");
    assert!(read(&example().join("src/about.rs")).contains(&format!("\"{di}\"")));
}
