//! `content-hash` of `composer.lock`: MD5 of the parts of `composer.json` that decide the resolution, as
//! PHP writes them (`Locker::getContentHash`; php.net, `json_encode`).
//!
//! It tells whether the lockfile is out of step. It protects nothing: MD5 is no defence against anybody.

use std::fmt::Write as _;

use md5::{Digest, Md5};
use serde::Deserialize;
use serde::de::{MapAccess, SeqAccess, Visitor};

/// Keys that count, in the order of `ksort`; of `config` only `platform` does.
const KEYS: [&str; 12] = [
    "config",
    "conflict",
    "extra",
    "minimum-stability",
    "name",
    "prefer-stable",
    "provide",
    "replace",
    "repositories",
    "require",
    "require-dev",
    "version",
];

/// JSON with the order of keys kept.
enum Json {
    /// As PHP writes it.
    Word(String),
    /// PHP's spelling of it depends on its settings.
    Fraction,
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

/// Content hash of a manifest; `None` where it holds numbers that PHP may spell in several ways.
pub(super) fn of(manifest: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let Json::Map(mut entries) = serde_json::from_slice(manifest)? else { return Ok(None) };
    let mut kept = Vec::new();
    for key in KEYS {
        let Some(at) = entries.iter().position(|(name, _)| name == key) else { continue };
        let (name, value) = entries.swap_remove(at);
        match (key, value) {
            ("config", Json::Map(config)) => {
                // `isset` is false for null.
                let platform = config.into_iter().find(|(name, _)| name == "platform");
                let platform = platform.filter(|(_, value)| !matches!(value, Json::Word(word) if word == "null"));
                kept.extend(platform.map(|platform| (name, Json::Map(vec![platform]))));
            }
            ("config", _) => {}
            (_, value) => kept.push((name, value)),
        }
    }
    let mut text = String::new();
    if !write(&Json::Map(kept), &mut text) {
        return Ok(None);
    }
    let mut hex = String::with_capacity(32);
    for byte in Md5::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    Ok(Some(hex))
}

/// Without whitespace, `/` and everything outside ASCII escaped. PHP knows one kind of array: an empty
/// object becomes a list, and so does one whose keys are 0, 1, 2 and so on.
fn write(value: &Json, to: &mut String) -> bool {
    match value {
        Json::Word(word) => to.push_str(word),
        Json::Fraction => return false,
        Json::Text(text) => string(text, to),
        Json::List(list) => return items(list.iter(), to),
        Json::Map(map) if map.iter().enumerate().all(|(at, (key, _))| *key == at.to_string()) => {
            return items(map.iter().map(|(_, value)| value), to);
        }
        Json::Map(map) => {
            for (at, (key, value)) in map.iter().enumerate() {
                to.push(if at == 0 { '{' } else { ',' });
                string(key, to);
                to.push(':');
                if !write(value, to) {
                    return false;
                }
            }
            to.push('}');
        }
    }
    true
}

fn items<'a>(list: impl Iterator<Item = &'a Json>, to: &mut String) -> bool {
    to.push('[');
    for (at, value) in list.enumerate() {
        if at > 0 {
            to.push(',');
        }
        if !write(value, to) {
            return false;
        }
    }
    to.push(']');
    true
}

fn string(text: &str, to: &mut String) {
    to.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' | '/' => to.extend(['\\', letter]),
            '\u{8}' => to.push_str("\\b"),
            '\u{c}' => to.push_str("\\f"),
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            ' '..='\u{7f}' => to.push(letter),
            _ => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(to, "\\u{unit:04x}");
                }
            }
        }
    }
    to.push('"');
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Json;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Word(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Word(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Word(value.to_string()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Fraction)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Word("null".to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = access.next_entry()? {
            map.push(entry);
        }
        Ok(Json::Map(map))
    }
}
