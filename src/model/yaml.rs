//! YAML 1.2 as programs write it: mappings, sequences and scalars, every scalar taken as text.
//!
//! Anchors, aliases and tags are refused, so that no text can stand for more than itself. The events
//! are those of `granit-parser`; nesting and repeated keys are limited here.

use granit_parser::{Event, Parser};
use serde_json::{Map, Value};

const MAX_DEPTH: usize = 32;

enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// Reads one document: objects, arrays and strings.
///
/// # Errors
/// What is wrong, with its line.
pub fn value(text: &str) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    let mut whole = None;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let fail = |what: &str| Err(format!("line {}: {what}", span.start.line()));
        if event.anchor_id().is_some() || event.tag().is_some() {
            return fail("anchors and tags are not accepted");
        }
        let done = match event {
            Event::Scalar(text, ..) => Value::String(text.into_owned()),
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() >= MAX_DEPTH => {
                return fail("nesting deeper than 32");
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                continue;
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => match open.pop() {
                Some(Open::Map(map, _)) => Value::Object(map),
                Some(Open::List(list)) => Value::Array(list),
                None => return fail("unexpected end of a collection"),
            },
            Event::Alias(_) => return fail("aliases are not accepted"),
            _ => continue,
        };
        if let Err(what) = put(&mut open, &mut whole, done) {
            return fail(what);
        }
    }
    whole.ok_or_else(|| "no document".to_owned())
}

fn put(open: &mut [Open], whole: &mut Option<Value>, value: Value) -> Result<(), &'static str> {
    match open.last_mut() {
        None if whole.is_some() => return Err("a second document"),
        None => *whole = Some(value),
        Some(Open::List(list)) => list.push(value),
        Some(Open::Map(map, key)) => match (key.take(), value) {
            (None, Value::String(text)) if map.contains_key(&text) => return Err("the same key twice"),
            (None, Value::String(text)) => *key = Some(text),
            (None, _) => return Err("a key that is no text"),
            (Some(name), value) => drop(map.insert(name, value)),
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn takes_every_scalar_as_text() {
        let found = value("a: 1.10\n'b c': {d: [x, \"y\"], e: ~}\n").unwrap();
        assert_eq!(found.to_string(), r#"{"a":"1.10","b c":{"d":["x","y"],"e":"~"}}"#);
    }

    #[test]
    fn rejects_what_such_files_never_hold() {
        let deep = "[".repeat(40) + &"]".repeat(40);
        for text in
            ["a: &x 1\nb: *x\n", "a: !t 1\n", "a: 1\na: 2\n", "--- a\n--- b\n", "? [a]\n: 1\n", "", "a: 'x\n", &deep]
        {
            assert!(value(text).is_err(), "{text}");
        }
    }
}
