//! Everything written, and everything the strict reader accepts, is valid under the official schema.

use std::path::PathBuf;

use batchseal::sbom::document::Document;
use jsonschema::{Draft, Retrieve, Uri, Validator};
use serde_json::{Value, json};

use crate::sample;

/// Official data, or `None` with a printed reason.
pub fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("BATCHSEAL_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let folder = folder.join("cyclonedx");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} is not there", folder.display());
    None
}

/// Answers references between the official schemas from their folder.
struct Folder(PathBuf);

impl Retrieve for Folder {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.as_str().rsplit('/').next().unwrap_or_default();
        Ok(serde_json::from_slice(&std::fs::read(self.0.join(name))?)?)
    }
}

pub fn validator() -> Option<Validator> {
    validator_of("1.6")
}

/// Of this version of the format.
pub fn validator_of(version: &str) -> Option<Validator> {
    let folder = data()?.join("schema");
    let schema =
        serde_json::from_slice(&std::fs::read(folder.join(format!("bom-{version}.schema.json"))).expect("schema"));
    let schema: Value = schema.expect("schema is JSON");
    let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true);
    Some(options.with_retriever(Folder(folder)).build(&schema).expect("schema compiles"))
}

/// `uniqueItems` and the like are in the schema; `specVersion` is only described there.
fn is_valid(validator: &Validator, value: &Value) -> bool {
    validator.is_valid(value)
}

#[test]
fn what_is_written_is_valid() {
    let Some(validator) = validator() else { return };
    let value: Value = serde_json::from_slice(&sample::bytes()).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn rejects_every_invalid_file_of_the_official_corpus() {
    let Some(folder) = data() else { return };
    let mut refused = 0;
    for entry in std::fs::read_dir(folder.join("corpus/1.6")).expect("corpus") {
        let path = entry.expect("entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("invalid-") && name.ends_with(".json") {
            assert!(Document::parse(&std::fs::read(&path).expect("file")).is_err(), "{name} was accepted");
            refused += 1;
        }
    }
    assert!(refused >= 10, "only {refused} files were tried");
}

/// Each value of a document in turn is removed, replaced, doubled or renamed. Whatever the strict
/// reader still accepts must be valid under the official schema.
#[test]
fn whatever_the_strict_reader_accepts_is_valid() {
    let Some(validator) = validator() else { return };
    let original: Value = serde_json::from_slice(&sample::bytes()).expect("JSON");
    let mut pointers = Vec::new();
    collect(&original, String::new(), &mut pointers);
    let (mut accepted, mut refused) = (0, 0);
    for pointer in &pointers {
        for mutant in mutants(&original, pointer) {
            let bytes = serde_json::to_vec(&mutant).expect("JSON");
            if Document::parse(&bytes).is_ok() {
                accepted += 1;
                assert!(
                    is_valid(&validator, &mutant),
                    "accepted and invalid: {pointer} is {:?}",
                    mutant.pointer(pointer)
                );
            } else {
                refused += 1;
            }
        }
    }
    assert!(accepted > 100 && refused > 1000, "{accepted} accepted, {refused} refused");
}

fn collect(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                collect(inner, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (position, inner) in items.iter().enumerate() {
                collect(inner, format!("{at}/{position}"), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

fn replacements(value: &Value) -> Vec<Value> {
    let mut all = vec![json!(null), json!(true), json!(0), json!(-1), json!(1.5), json!(2), json!([]), json!({})];
    for text in [
        "",
        " ",
        "x",
        "0",
        "http://[",
        "https://example.org/%zz",
        "https://exa mple.org",
        "https://example.org/ok",
        "urn:uuid:3E671687-395b-41f5-a30f-a58921a69b79",
        "2026-02-30T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23t14:05:00z",
        "SHA-1",
        "SHA-512",
        "MD5",
        "ab",
        "library",
        "device",
        "optional",
        "concluded",
        "1.5",
        "1.7",
        "pkg:cargo/x@1",
        "not a purl",
        "\u{0}\u{202e}",
    ] {
        all.push(json!(text));
    }
    all.push(json!("ab".repeat(32)));
    all.push(json!("ab".repeat(64)));
    all.push(json!([value]));
    all.push(json!([value, value]));
    all.push(json!({ "expression": "MIT", "acknowledgement": "declared", "license": { "name": "x" } }));
    all.push(json!([{ "license": { "id": "No-Such-Id" } }]));
    all
}

fn mutants(original: &Value, pointer: &str) -> Vec<Value> {
    let Some(value) = original.pointer(pointer) else { return Vec::new() };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut copy = original.clone();
        change(copy.pointer_mut(pointer).expect("pointer"));
        copy
    };
    let mut found: Vec<Value> =
        replacements(value).into_iter().map(|new| with(&|place: &mut Value| *place = new.clone())).collect();
    match value {
        Value::Object(map) => {
            for key in map.keys() {
                found.push(with(&|place| drop(place.as_object_mut().and_then(|map| map.remove(key)))));
                found.push(with(&|place| rename(place, key)));
            }
            for extra in ["unknown", "group", "cpe", "bom-ref", "mime-type", "signature", "licenses", "text"] {
                found.push(with(&|place| place[extra] = json!({ "x": 1 })));
                found.push(with(&|place| place[extra] = json!("x")));
            }
        }
        Value::Array(items) => {
            for item in items {
                found.push(with(&|place| place.as_array_mut().expect("array").push(item.clone())));
            }
            found.push(with(&|place| place.as_array_mut().expect("array").reverse()));
        }
        _ => {}
    }
    found
}

fn rename(place: &mut Value, key: &str) {
    let map = place.as_object_mut().expect("object");
    if let Some(value) = map.remove(key) {
        map.insert(key.to_uppercase(), value);
    }
}

#[test]
fn rejects_bytes_that_two_readers_could_read_differently() {
    let bytes = sample::bytes();
    assert!(Document::parse(&bytes).is_ok());
    let text = String::from_utf8(bytes).expect("text");
    for changed in [
        text.replacen("\"version\": 1,", "\"version\": 1, \"version\": 1,", 1),
        text.replacen("\"version\": 1,", "\"version\": 1.0,", 1),
        format!("\u{feff}{text}"),
        format!("{text}x"),
        text.replacen("1.6\"", "1.5\"", 1),
        text.replacen("\"specVersion\": \"1.6\"", "\"specVersion\": \"1.5\"", 1),
    ] {
        assert!(Document::parse(changed.as_bytes()).is_err(), "accepted {}", changed.get(..200).unwrap_or_default());
    }
}
