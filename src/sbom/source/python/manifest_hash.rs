//! The digest of a manifest that Poetry and Pipenv write into their lockfiles: SHA-256 of what counts,
//! as `json.dumps(…, sort_keys=True)` of Python writes it.

use std::fmt::Write as _;

use toml::Value;

use crate::model::digest::Sha256Digest;

/// What stands between members, and between a key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sbom::source) enum Spacing {
    /// `", "` and `": "` (Poetry).
    Wide,
    /// `","` and `":"` (Pipenv).
    None,
}

/// A value that Python would write: one of the manifest, or one that is made of several.
#[derive(Debug, Clone)]
pub(in crate::sbom::source) enum Part<'a> {
    /// What a key that is not there counts as.
    Null,
    /// A text.
    Text(&'static str),
    /// A flag that is set.
    True,
    /// A list.
    List(Vec<Part<'a>>),
    /// Of the manifest.
    Value(&'a Value),
    /// A table; the map keeps keys in the order of code points, as Python sorts them.
    Table(std::collections::BTreeMap<String, Part<'a>>),
}

/// The digest in hexadecimal digits; `None` where a value (a date) has no form in JSON.
pub(in crate::sbom::source) fn digest(content: &Part<'_>, spacing: Spacing) -> Option<String> {
    let mut out = String::new();
    part(&mut out, content, spacing)?;
    Some(Sha256Digest::of(out.as_bytes()).to_hex())
}

fn part(out: &mut String, content: &Part<'_>, spacing: Spacing) -> Option<()> {
    match content {
        Part::Null => out.push_str("null"),
        Part::Text(text) => string(out, text),
        Part::True => out.push_str("true"),
        Part::List(all) => items(out, all, spacing, part)?,
        Part::Value(found) => value(out, found, spacing)?,
        Part::Table(table) => members(out, table.iter(), spacing, part)?,
    }
    Some(())
}

fn value(out: &mut String, content: &Value, spacing: Spacing) -> Option<()> {
    match content {
        Value::String(text) => string(out, text),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) if number.is_finite() => write!(out, "{number:?}").ok()?,
        Value::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Array(all) => items(out, all, spacing, value)?,
        Value::Table(table) => {
            let mut sorted: Vec<_> = table.iter().collect();
            sorted.sort_by(|left, right| left.0.cmp(right.0));
            members(out, sorted.into_iter(), spacing, value)?;
        }
        Value::Float(_) | Value::Datetime(_) => return None,
    }
    Some(())
}

fn items<T>(
    out: &mut String,
    all: &[T],
    spacing: Spacing,
    write: fn(&mut String, &T, Spacing) -> Option<()>,
) -> Option<()> {
    out.push('[');
    for (at, one) in all.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { spacing.comma() });
        write(out, one, spacing)?;
    }
    out.push(']');
    Some(())
}

fn members<'a, T: 'a>(
    out: &mut String,
    all: impl Iterator<Item = (&'a String, &'a T)>,
    spacing: Spacing,
    write: fn(&mut String, &T, Spacing) -> Option<()>,
) -> Option<()> {
    out.push('{');
    for (at, (key, one)) in all.enumerate() {
        out.push_str(if at == 0 { "" } else { spacing.comma() });
        string(out, key);
        out.push_str(if spacing == Spacing::Wide { ": " } else { ":" });
        write(out, one, spacing)?;
    }
    out.push('}');
    Some(())
}

impl Spacing {
    const fn comma(self) -> &'static str {
        match self {
            Self::Wide => ", ",
            Self::None => ",",
        }
    }
}

/// Everything outside ASCII is escaped, as UTF-16 (`ensure_ascii`).
fn string(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(letter),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{Part, Spacing, digest, part};

    fn written(text: &str, spacing: Spacing) -> Option<String> {
        let value = toml::Value::Table(text.parse().expect("TOML"));
        let mut out = String::new();
        part(&mut out, &Part::Value(&value), spacing).map(|()| out)
    }

    #[test]
    fn writes_as_python_does() {
        let text = "b = [1, true, 2.0]\na = \"\\u00e9\\U0001f600\\\"\\\\\\u007f\\t\"\n[c]\nd = {}\n";
        let wide = written(text, Spacing::Wide).expect("JSON");
        assert_eq!(wide, r#"{"a": "\u00e9\ud83d\ude00\"\\\u007f\t", "b": [1, true, 2.0], "c": {"d": {}}}"#);
        assert_eq!(written("b = [1, 2]\na = 1", Spacing::None).as_deref(), Some(r#"{"a":1,"b":[1,2]}"#));
        assert_eq!(written("a = 2020-01-01", Spacing::None), None);
        // SHA-256 of "null".
        let null = "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b";
        assert_eq!(digest(&Part::Null, Spacing::Wide).as_deref(), Some(null));
    }
}
