//! What the schemas describe is what the types write: no key and no word more, none less.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::documents::{self, Document};
use crate::files::schema;

/// Follows a reference within the file.
pub fn resolve<'s>(schema: &'s Value, mut node: &'s Value) -> &'s Value {
    while let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        node = schema.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere"));
    }
    node
}

/// Keys that some object of the schema knows and does not require.
pub fn optional_keys(schema: &Value) -> BTreeSet<String> {
    let mut optional = BTreeSet::new();
    each(schema, &mut |node| {
        let Some(properties) = node.get("properties").and_then(Value::as_object) else { return };
        let required = node["required"].as_array().unwrap();
        let free = properties.keys().filter(|key| !required.iter().any(|other| other == *key));
        optional.extend(free.cloned());
    });
    optional
}

fn each(node: &Value, visit: &mut impl FnMut(&Value)) {
    visit(node);
    match node {
        Value::Object(object) => object.values().for_each(|node| each(node, visit)),
        Value::Array(items) => items.iter().for_each(|node| each(node, visit)),
        _ => {}
    }
}

/// Everything that the schema lets a document hold, as `place`, `place = word` or `place absent`.
fn described(schema: &Value, node: &Value, place: &str, found: &mut BTreeSet<String>) {
    let node = resolve(schema, node);
    for choice in ["oneOf", "anyOf"].iter().filter_map(|key| node.get(key)?.as_array()).flatten() {
        described(schema, choice, place, found);
    }
    if node.get("type").is_some_and(|kind| kind == "null") {
        found.insert(format!("{place} = null"));
    }
    for word in node.get("enum").and_then(Value::as_array).into_iter().flatten().chain(node.get("const")) {
        found.insert(format!("{place} = {word}"));
    }
    if let Some(items) = node.get("items") {
        described(schema, items, &format!("{place}/*"), found);
    }
    if let Some(values) = node.get("additionalProperties").filter(|values| values.is_object()) {
        described(schema, values, &format!("{place}/{{}}"), found);
    }
    for (key, property) in node.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{place}/{key}");
        if !node["required"].as_array().unwrap().iter().any(|required| required == key) {
            found.insert(format!("{place} absent"));
        }
        described(schema, property, &place, found);
        found.insert(place);
    }
}

/// The same of a real document, read along the schema.
fn written(schema: &Value, node: &Value, value: &Value, place: &str, found: &mut BTreeSet<String>) {
    let node = resolve(schema, node);
    if value.is_null() {
        found.insert(format!("{place} = null"));
        return;
    }
    let choices = ["oneOf", "anyOf"].iter().filter_map(|key| node.get(key)?.as_array()).flatten();
    if let Some(choice) = choices.into_iter().find(|choice| fits(schema, choice, value)) {
        return written(schema, choice, value, place, found);
    }
    if node.get("enum").is_some() || node.get("const").is_some() {
        found.insert(format!("{place} = {value}"));
    }
    for item in value.as_array().into_iter().flatten() {
        written(schema, &node["items"], item, &format!("{place}/*"), found);
    }
    let Some(object) = value.as_object() else { return };
    let Some(properties) = node.get("properties").and_then(Value::as_object) else {
        for item in object.values() {
            written(schema, &node["additionalProperties"], item, &format!("{place}/{{}}"), found);
        }
        return;
    };
    for (key, property) in properties {
        let place = format!("{place}/{key}");
        match object.get(key) {
            None => _ = found.insert(format!("{place} absent")),
            Some(value) => {
                written(schema, property, value, &place, found);
                found.insert(place);
            }
        }
    }
}

/// Whether a choice is the one for this value: by its tag, or by not being null.
fn fits(schema: &Value, choice: &Value, value: &Value) -> bool {
    let choice = resolve(schema, choice);
    match choice.pointer("/properties/outcome/const") {
        Some(tag) => value["outcome"] == *tag,
        None => choice.get("type").is_none_or(|kind| kind != "null"),
    }
}

#[test]
fn every_key_and_word_of_a_schema_is_written_by_some_value_and_the_other_way_round() {
    for Document { name, values, .. } in documents::all() {
        let schema = schema(name);
        let mut expected = BTreeSet::new();
        described(&schema, &schema, "", &mut expected);
        let mut found = BTreeSet::new();
        values.iter().for_each(|value| written(&schema, &schema, value, "", &mut found));
        let never: Vec<&String> = expected.difference(&found).collect();
        let unknown: Vec<&String> = found.difference(&expected).collect();
        assert!(never.is_empty() && unknown.is_empty(), "{name}: never written {never:?}, not described {unknown:?}");
    }
}

#[test]
fn definitions_of_one_name_are_the_same_in_every_schema() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for Document { name, .. } in documents::all() {
        let mut schema = schema(name);
        let definitions = schema["$defs"].take();
        for key in ["$schema", "$id", "title", "$defs"] {
            schema.as_object_mut().unwrap().remove(key);
        }
        let own = [(name.to_owned(), schema)];
        let all = definitions.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.clone())).chain(own);
        for (key, definition) in all {
            let first = known.entry(key.clone()).or_insert_with(|| definition.clone());
            assert_eq!(*first, definition, "{key} in {name}");
        }
    }
}
