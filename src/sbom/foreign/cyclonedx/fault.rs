//! What is wrong with a document, and where: a byte, from which path or line are told.

use super::shape::{Bounds, Definition, Rule, Version};
use super::text;

/// The first thing that is wrong.
#[derive(Debug)]
pub(super) struct Fault {
    /// Byte in the document.
    pub(super) at: usize,
    /// Got and expected.
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// A text that does not keep to its rule.
    pub(super) fn text(at: usize, text: &str, rule: text::Rule, bounds: Bounds) -> Self {
        let bounds = bounds_of(bounds);
        Self::new(at, format!("got {:?}, expected {}{bounds}", clip(text), rule.expected))
    }

    /// A number out of bounds.
    pub(super) fn number(at: usize, text: &str, bounds: Bounds) -> Self {
        Self::new(at, format!("got {}, expected a number{}", clip(text), bounds_of(bounds)))
    }

    /// A word that an enumeration does not have.
    pub(super) fn word(at: usize, text: &str, definition: &Definition, version: Version) -> Self {
        let words: Vec<&str> = definition.words(version).collect();
        let shown = words.get(..20).unwrap_or(&words).join(", ");
        let more = words.len().checked_sub(20).filter(|more| *more > 0);
        let more = more.map(|more| format!(" or one of {more} more")).unwrap_or_default();
        Self::new(at, format!("got {:?}, expected one of {shown}{more}", clip(text)))
    }
}

fn bounds_of(bounds: Bounds) -> String {
    match bounds {
        (None, None) => String::new(),
        (Some(low), None) => format!(" ({low} or more)"),
        (None, Some(high)) => format!(" ({high} at most)"),
        (Some(low), Some(high)) => format!(" ({low} to {high})"),
    }
}

/// The beginning of a text.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(120).collect()
}

impl Rule {
    /// What is wrong, if the rule is broken; `has` tells whether a field is there, `holds` whether it is true.
    pub(super) fn broken(&self, has: impl Fn(&str) -> bool, holds: impl Fn(&str) -> bool) -> Option<String> {
        match self {
            Self::One(sets) => {
                let count = sets.iter().filter(|set| set.iter().all(|name| has(name))).count();
                let names = sets.iter().map(|set| set.join(" with ")).collect::<Vec<_>>().join(", ");
                (count != 1).then(|| format!("got {count} of {names} (expected exactly one)"))
            }
            Self::Any(names) => (!names.iter().any(|name| has(name)))
                .then(|| format!("got none of {} (expected at least one)", names.join(", "))),
            Self::Apart(one, other) => {
                (has(one) && has(other)).then(|| format!("got both {one:?} and {other:?} (expected at most one)"))
            }
            Self::Needs(field, flag) => (has(field) && !holds(flag))
                .then(|| format!("field {field:?} is there, but {flag:?} is not true (expected true)")),
            Self::Open | Self::Mixed | Self::Repeatable => None,
        }
    }
}

/// Path of the value at this byte of well-formed JSON, such as `components[3].name`.
pub(super) fn path(json: &str, at: usize) -> String {
    let mut frames: Vec<(String, Option<usize>)> = Vec::new();
    let mut position = 0;
    let bytes = json.as_bytes();
    let mut key = None;
    while position < at.min(bytes.len()) {
        match bytes[position] {
            b'"' => {
                let end = string_end(bytes, position);
                key = json.get(position + 1..end).map(clip);
                position = end;
            }
            b':' => {
                if let (Some(frame), Some(key)) = (frames.last_mut(), key.take()) {
                    frame.0 = key;
                }
            }
            b'{' => frames.push((String::new(), None)),
            b'[' => frames.push((String::new(), Some(0))),
            b'}' | b']' => drop(frames.pop()),
            b',' => match frames.last_mut() {
                Some((_, Some(index))) => *index += 1,
                Some((name, None)) => name.clear(),
                None => {}
            },
            _ => {}
        }
        position += 1;
    }
    written(&frames)
}

fn written(frames: &[(String, Option<usize>)]) -> String {
    let mut path = String::new();
    for (name, index) in frames {
        match index {
            Some(index) => path.push_str(&format!("[{index}]")),
            None if name.is_empty() => {}
            None if path.is_empty() => path.push_str(name),
            None => {
                path.push('.');
                path.push_str(name);
            }
        }
    }
    if path.is_empty() { "document".to_owned() } else { path }
}

/// Position of the closing quote.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += 1 + usize::from(bytes[at] == b'\\');
    }
    at
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn names_the_path_of_every_value() {
        let json = r#"{"a": [1, {"b": "x\"}", "c": [true, null]}], "d": 2}"#;
        for (needle, expected) in [
            ("{", "document"),
            ("[1", "a"),
            ("1", "a[0]"),
            ("\"x", "a[1].b"),
            ("true", "a[1].c[0]"),
            ("null", "a[1].c[1]"),
            ("2", "d"),
            ("\"c\"", "a[1]"),
        ] {
            assert_eq!(path(json, json.find(needle).expect("needle")), expected, "{needle}");
        }
    }
}
