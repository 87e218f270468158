//! Changed samples: whatever is read is valid under the official JSON schema, and the other way round.

use std::collections::HashSet;

use batchseal::sbom::foreign;
use serde_json::{Value, json};

use crate::schema::{data, validator_of};

/// One change in so many is tried, spread evenly; `BATCHSEAL_EVERY_MUTANT` tries all of them.
const STEP: usize = 61;

#[test]
fn changed_samples_are_judged_as_the_official_schema_judges_them() {
    let Some(folder) = data() else { return };
    let step = if std::env::var_os("BATCHSEAL_EVERY_MUTANT").is_some() { 1 } else { STEP };
    let (mut accepted, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for version in ["1.4", "1.5", "1.6", "1.7"] {
        let validator = validator_of(version).expect("schema");
        for (place, change, mutant) in mutants(&samples(&folder.join("corpus").join(version))).into_iter().step_by(step)
        {
            let verdict = foreign::read(&serde_json::to_vec(&mutant).expect("JSON"));
            match (&verdict, validator.is_valid(&mutant)) {
                (Ok(_), true) => accepted += 1,
                (Err(_), false) => refused += 1,
                (Ok(_), false) => {
                    let why = validator.iter_errors(&mutant).next().map(|error| error.to_string()).unwrap_or_default();
                    wrong.push(format!("{version} {place}: {change}: read, though {why}"));
                }
                // The prose of the specification, which the schema cannot say.
                (Err(error), true) if beyond_the_schema(&error.to_string()) => refused += 1,
                (Err(error), true) => {
                    wrong.push(format!("{version} {place}: {change}: refused, though valid: {error}"))
                }
            }
        }
    }
    println!("{accepted} read, {refused} refused");
    assert!(accepted > 300 && refused > 300, "{accepted} read, {refused} refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One owner for every reference; versions and marks by which documents are told apart; e-mail
/// addresses, of which this validator knows no rule.
fn beyond_the_schema(error: &str) -> bool {
    ["is taken by another object", "is not read (expected 1.3", "is no SBOM that", "invalid type", "an e-mail address"]
        .iter()
        .any(|part| error.contains(part))
}

fn samples(folder: &std::path::Path) -> Vec<Value> {
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("corpus").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let valid = |path: &&std::path::PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("valid-") && name.ends_with(".json")
    };
    let read = |path: &std::path::PathBuf| serde_json::from_slice(&std::fs::read(path).expect("file")).expect("JSON");
    paths.iter().filter(valid).map(read).collect()
}

/// Every change at every place, each once; `*` stands for a position in an array.
fn mutants(documents: &[Value]) -> Vec<(String, String, Value)> {
    let mut known = HashSet::new();
    let mut mutants = Vec::new();
    for document in documents {
        let mut places = Vec::new();
        collect(document, String::new(), String::new(), &mut places);
        for (pointer, place) in &places {
            for (change, node) in changes(document.pointer(pointer).expect("node")) {
                if known.insert((place.clone(), change.clone(), node.to_string())) {
                    let mut document = document.clone();
                    *document.pointer_mut(pointer).expect("node") = node;
                    mutants.push((place.clone(), change, document));
                }
            }
        }
    }
    mutants
}

fn collect(node: &Value, pointer: String, place: String, places: &mut Vec<(String, String)>) {
    match node {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(value, format!("{pointer}/{key}"), format!("{place}/{key}"), places);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{at}"), format!("{place}/*"), places);
            }
        }
        _ => {}
    }
    places.push((pointer, place));
}

fn changes(node: &Value) -> Vec<(String, Value)> {
    let others = [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({}), json!([{"name": "x"}])];
    let same = |other: &Value| std::mem::discriminant(other) == std::mem::discriminant(node);
    let mut changes: Vec<(String, Value)> =
        others.into_iter().filter(|other| !same(other)).map(|other| (format!("{other} instead"), other)).collect();
    let mut add = |change: &str, value: Value| changes.push((change.to_owned(), value));
    match node {
        Value::Object(fields) => {
            for key in fields.keys() {
                let mut less = fields.clone();
                less.remove(key);
                add(&format!("without {key}"), less.into());
            }
            for (key, value) in more_fields() {
                let mut more = fields.clone();
                more.insert(key.to_owned(), value);
                add(&format!("with {key}"), more.into());
            }
        }
        Value::Array(items) => {
            add("empty", json!([]));
            for item in [items.first(), items.last()].into_iter().flatten() {
                add("item twice", items.iter().chain([item]).cloned().collect());
            }
            add("odd item", items.iter().cloned().chain([json!({"a": [1]})]).collect());
            add("text item", items.iter().cloned().chain([json!("x")]).collect());
        }
        Value::Number(_) => {
            for number in [json!(0), json!(1.0), json!(7.5), json!(-1), json!(2), json!(1e30)] {
                add(&format!("{number} instead"), number);
            }
        }
        Value::String(text) => texts(text).into_iter().for_each(|text| add(&format!("{text:?} instead"), text.into())),
        Value::Bool(_) | Value::Null => {}
    }
    changes
}

/// Fields that some records have and others do not.
fn more_fields() -> Vec<(&'static str, Value)> {
    vec![
        ("unknownField", json!(true)),
        ("bom-ref", json!("a reference of its own")),
        ("name", json!("x")),
        ("id", json!("MIT")),
        ("expression", json!("MIT")),
        ("license", json!({"id": "MIT"})),
        ("version", json!("1")),
        ("versionRange", json!("vers:npm/1")),
        ("isExternal", json!(true)),
        ("ref", json!("x")),
        ("phase", json!("build")),
        ("signature", json!({"algorithm": "ES256", "value": "x"})),
        ("organization", json!({"name": "x"})),
        ("process", json!("x")),
    ]
}

fn texts(text: &str) -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "x",
        "a b",
        "foo",
        "http://[",
        "1:2",
        "%zz",
        "urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#a",
        "a@b.c",
        "a@",
        "@b",
        "ä",
        "MIT",
        "GPL-2.0+",
        "GPL-2.0-only+",
        "Apache-2",
        "mit",
        "library",
        "SHA-256",
        "en-US",
        "text/plain",
        "2026-11-23",
        "2026-11-23T14:05:00Z",
        "2026-11-23T14:05:00",
        "2026-11-23t14:05:00.1+01:00",
        "2026-02-30T14:05:00Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T22:59:60Z",
        "2026-11-23T24:00:00Z",
    ]
    .map(str::to_owned)
    .into();
    let shorter: String = text.chars().skip(1).collect();
    texts.extend([
        text.to_uppercase(),
        text.to_lowercase(),
        format!("{text} "),
        format!("{text}\n"),
        format!("{text}0"),
        shorter,
    ]);
    texts.push("x".repeat(1025));
    texts
}
