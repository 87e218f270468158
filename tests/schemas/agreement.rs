//! Valid documents validate; changed ones are judged alike by the schema and by our reader.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use serde_json::Value;

use crate::disagreements::{DISAGREEMENTS, Tolerant};
use crate::documents::{self, Document};
use crate::files::{schema, stems};
use crate::mutation::{TYPE_CHANGES, mutants};

fn validator(name: &str) -> Validator {
    jsonschema::draft202012::new(&schema(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_schema_is_named_dated_closed_and_has_values() {
    let names: Vec<&str> = documents::all().iter().map(|document| document.name).collect();
    assert_eq!(stems("docs/schemas", ".schema.json"), names);
    for name in names {
        let schema = schema(name);
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("https://batchseal.dev/schemas/{name}/v1.json"));
        closed(name, &schema);
    }
}

/// No object without a word on further keys, no reference out of the file.
fn closed(name: &str, node: &Value) {
    if let Some(object) = node.as_object() {
        if object.get("type").is_some_and(|kind| kind == "object") {
            let further = &object["additionalProperties"];
            assert!(further == &Value::Bool(false) || further.is_object(), "{name}: open object");
            assert!(further.is_object() || object.contains_key("required"), "{name}: no list of required keys");
        }
        if let Some(reference) = object.get("$ref") {
            assert!(reference.as_str().unwrap().starts_with("#/$defs/"), "{name}: {reference} leaves the file");
        }
    }
    let below = node.as_object().into_iter().flat_map(|o| o.values()).chain(node.as_array().into_iter().flatten());
    below.for_each(|node| closed(name, node));
}

#[test]
fn everything_that_we_write_validates_and_reads_back() {
    for Document { name, values, reader } in documents::all() {
        let validator = validator(name);
        for value in &values {
            let errors: Vec<String> =
                validator.iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect();
            assert!(errors.is_empty(), "{name}: {}", errors.join("; "));
            if let Some(reader) = reader {
                reader(value).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
    }
}

#[test]
fn schema_and_reader_refuse_the_same_changes_but_for_the_listed_ones() {
    let mut used = BTreeSet::new();
    let mut unlisted = BTreeMap::new();
    let (mut refused, mut accepted) = (0_usize, 0_usize);
    for Document { name, values, reader } in documents::all() {
        let (Some(reader), validator) = (reader, validator(name)) else { continue };
        for mutant in mutants(&values) {
            let (by_schema, by_reader) = (validator.is_valid(&mutant.document), reader(&mutant.document));
            match (by_schema, &by_reader) {
                (true, Ok(())) => accepted += 1,
                (false, Err(_)) => refused += 1,
                _ => {
                    let tolerant = if by_schema { Tolerant::Schema } else { Tolerant::Reader };
                    let listed = DISAGREEMENTS.iter().position(|listed| listed.covers(name, &mutant, tolerant));
                    match listed {
                        Some(index) => _ = used.insert(index),
                        None => {
                            let place = format!("{name}{} ({})", mutant.place, mutant.change);
                            unlisted
                                .entry(place)
                                .or_insert_with(|| by_reader.err().unwrap_or_else(|| "accepted".to_owned()));
                        }
                    }
                }
            }
        }
    }
    let shown: Vec<String> = unlisted.iter().map(|(place, reader)| format!("{place}: reader: {reader}")).collect();
    assert!(unlisted.is_empty(), "{} unlisted:\n{}", unlisted.len(), shown.join("\n"));
    let stale: Vec<&str> =
        DISAGREEMENTS.iter().enumerate().filter(|(i, _)| !used.contains(i)).map(|(_, listed)| listed.reason).collect();
    assert!(stale.is_empty(), "listed but no longer there: {stale:?}");
    assert!(refused > 4_000 && accepted > 1_000, "{refused} refused, {accepted} accepted");
}

#[test]
fn schemas_refuse_unknown_keys_missing_keys_and_other_types_everywhere() {
    for Document { name, values, .. } in documents::all() {
        let (validator, schema) = (validator(name), schema(name));
        for mutant in mutants(&values) {
            let must = match mutant.change {
                "unknown key" => true,
                "missing key" => !is_optional(&schema, &mutant.place),
                // The judgement writes absent facts as null; everything else leaves them out.
                change if name == "judgement" && is_nullable(&mutant.place) => matches!(change, "bool" | "array"),
                change => TYPE_CHANGES.contains(&change),
            };
            let valid = validator.is_valid(&mutant.document);
            assert!(!(must && valid), "{name}{} accepts {}", mutant.place, mutant.change);
        }
    }
}

/// Whether the key of this name is outside a `required` list that knows it.
fn is_optional(schema: &Value, place: &str) -> bool {
    let (parent, key) = place.rsplit_once('/').unwrap();
    is_map(parent) || crate::coverage::optional_keys(schema).contains(key)
}

fn is_nullable(place: &str) -> bool {
    matches!(place, "/batch" | "/people/*/reason" | "/trust/sha256" | "/trust/serial")
}

/// Objects whose keys are data.
fn is_map(place: &str) -> bool {
    const MAPS: [&str; 8] = [
        "/products",
        "/manifestVersions",
        "/environment",
        "/ciFacts",
        "/branches",
        "/annotations",
        "/builder/version",
        "/digest",
    ];
    MAPS.iter().any(|map| place.ends_with(map))
}
