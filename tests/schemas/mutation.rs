//! Small changes to a valid document, one at a time, everywhere in it.

use std::collections::HashSet;

use serde_json::{Value, json};

/// One changed document.
pub struct Mutant {
    /// JSON pointer of the place, with `*` for array positions.
    pub place: String,
    /// What was done there.
    pub change: &'static str,
    /// The changed document.
    pub document: Value,
}

/// Every change at every place of every document, each once; of an array only the first element is
/// changed. Whether a place is sound never hangs on another place, so one document stands for all
/// that have the same thing there.
pub fn mutants(documents: &[Value]) -> Vec<Mutant> {
    let mut known = HashSet::new();
    let mut mutants = Vec::new();
    for document in documents {
        let mut places = Vec::new();
        collect(document, String::new(), String::new(), &mut places);
        for (pointer, place) in &places {
            for (place, change, node) in changes_at(place, document.pointer(pointer).unwrap()) {
                if known.insert((place.clone(), change, node.to_string())) {
                    let mut document = document.clone();
                    *document.pointer_mut(pointer).unwrap() = node;
                    mutants.push(Mutant { place, change, document });
                }
            }
        }
    }
    mutants
}

/// Place, name and outcome of every change of a node.
fn changes_at(place: &str, node: &Value) -> Vec<(String, &'static str, Value)> {
    let mut all: Vec<_> = changes(node).into_iter().map(|(change, value)| (place.to_owned(), change, value)).collect();
    for key in node.as_object().into_iter().flat_map(|object| object.keys()) {
        let mut less = node.clone();
        less.as_object_mut().unwrap().remove(key);
        all.push((format!("{place}/{}", escape(key)), "missing key", less));
    }
    all
}

fn collect(node: &Value, pointer: String, place: String, places: &mut Vec<(String, String)>) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                let key = escape(key);
                collect(value, format!("{pointer}/{key}"), format!("{place}/{key}"), places);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                collect(first, format!("{pointer}/0"), format!("{place}/*"), places);
            }
        }
        _ => {}
    }
    places.push((pointer, place));
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn changes(node: &Value) -> Vec<(&'static str, Value)> {
    let mut changes = other_types(node);
    match node {
        Value::Object(object) => {
            let mut more = object.clone();
            more.insert("unknownKey".to_owned(), json!(true));
            changes.push(("unknown key", more.into()));
            changes.push(("fields as array", object.values().cloned().collect::<Vec<_>>().into()));
        }
        Value::Array(items) => {
            changes.push(("no elements", json!([])));
            changes.push(("element of another type", items.iter().cloned().chain([json!({"a": [1]})]).collect()));
        }
        Value::Number(number) => {
            changes.push(("fraction", json!(7.5)));
            changes.push(("whole as fraction", json!(number.as_f64().unwrap())));
            changes.push(("negative", json!(-1)));
            changes.push(("below 32 bits", json!(-2_147_483_649_i64)));
            changes.push(("2^53", json!(1_u64 << 53)));
            changes.push(("beyond 2^53", json!((1_u64 << 53) + 1)));
            changes.push(("another number", json!(number.as_i64().unwrap() + 1)));
        }
        Value::String(text) => changes.extend(texts(text)),
        Value::Bool(_) | Value::Null => {}
    }
    changes
}

pub const TYPE_CHANGES: [&str; 6] = ["null", "bool", "number", "text", "array", "object"];

fn other_types(node: &Value) -> Vec<(&'static str, Value)> {
    let samples = [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({})];
    let same = |sample: &Value| std::mem::discriminant(sample) == std::mem::discriminant(node);
    TYPE_CHANGES.into_iter().zip(samples).filter(|(_, sample)| !same(sample)).collect()
}

fn texts(text: &str) -> Vec<(&'static str, Value)> {
    let mut changes = vec![
        ("word as object", json!({ text: null })),
        ("empty text", json!("")),
        ("upper case", json!(text.to_uppercase())),
        ("lower case", json!(text.to_lowercase())),
        ("blank after", json!(format!("{text} "))),
        ("line end after", json!(format!("{text}\n"))),
        ("digit after", json!(format!("{text}0"))),
        ("one character less", json!(text.chars().skip(1).collect::<String>())),
        ("letter for the first", json!(format!("g{}", text.chars().skip(1).collect::<String>()))),
        ("hyphen before", json!(format!("-{text}"))),
        ("period after", json!(format!("{text}."))),
        ("climbing path", json!(format!("../{text}"))),
        ("folder before", json!(format!("a/{text}"))),
        ("reserved name", json!("CoM1.json")),
        ("nearly reserved name", json!("com10.json")),
        ("64 characters", json!("a".repeat(64))),
        ("65 characters", json!("a".repeat(65))),
        ("201 characters", json!("a".repeat(201))),
        ("non-ASCII letter", json!(format!("{text}ä"))),
        ("Arabic digit", json!(text.replace('1', "\u{661}"))),
        ("RG-00", json!("RG-00")),
        ("RG-100", json!("RG-100")),
    ];
    if text.len() >= 20 && text.as_bytes().get(10) == Some(&b'T') && text.starts_with("20") {
        changes.extend(times(text));
    }
    changes
}

fn times(text: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("no offset", json!(text[..19])),
        ("fraction of a second", json!(format!("{}.5{}", &text[..19], &text[19..]))),
        ("blank for T", json!(text.replace('T', " "))),
        ("time zone name", json!(format!("{text}[UTC]"))),
        ("hour offset", json!(format!("{}+02", &text[..19]))),
        ("day only", json!(text[..10])),
        ("month 13", json!(format!("{}13{}", &text[..5], &text[7..]))),
        ("hour 24", json!(format!("{}24{}", &text[..11], &text[13..]))),
        ("second 60", json!(format!("{}60{}", &text[..17], &text[19..]))),
        ("30 February", json!(format!("{}02-30{}", &text[..5], &text[10..]))),
    ]
}
