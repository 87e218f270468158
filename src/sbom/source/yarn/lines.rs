//! The line format of Yarn 1 (`yarn.lock` v1): entries, their fields and two levels of indentation.
//!
//! As `yarnpkg/yarn` `src/lockfile/parse.js` reads and `stringify.js` writes it. What Yarn never
//! writes (tabs, deeper blocks, odd indentation, conflict markers, a key twice) is refused.

use std::collections::BTreeMap;

/// One block of the file.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// `name@range`, as many as one resolution answers.
    pub(super) patterns: Vec<String>,
    /// `version`, `resolved`, `integrity` and others.
    pub(super) fields: BTreeMap<String, String>,
    /// `dependencies`, `optionalDependencies` and others.
    pub(super) blocks: BTreeMap<String, BTreeMap<String, String>>,
}

/// Reads the file, or says what is wrong in which line.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut block: Option<String> = None;
    for (number, line) in text.lines().enumerate() {
        let fail = |what: &str| format!("line {}: {what}", number + 1);
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if indent == 0 {
            block = None;
            entries.push(Entry { patterns: patterns(content).map_err(|what| fail(&what))?, ..Entry::default() });
            continue;
        }
        let Some(entry) = entries.last_mut() else { return Err(fail("indented line before any entry")) };
        let (key, rest) = token(content).map_err(|what| fail(&what))?;
        let old = match (indent, block.as_ref(), rest) {
            (2, _, ":") => {
                block = Some(key.clone());
                entry.fields.contains_key(&key) || entry.blocks.insert(key, BTreeMap::new()).is_some()
            }
            (2, _, _) => {
                block = None;
                let value = value(rest).map_err(|what| fail(&what))?;
                entry.blocks.contains_key(&key) || entry.fields.insert(key, value).is_some()
            }
            (4, Some(block), _) => {
                let value = value(rest).map_err(|what| fail(&what))?;
                entry.blocks.entry(block.clone()).or_default().insert(key, value).is_some()
            }
            _ => return Err(fail("unexpected indentation")),
        };
        if old {
            return Err(fail("the same key twice"));
        }
    }
    Ok(entries)
}

fn patterns(line: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let (pattern, after) = token(rest)?;
        found.push(pattern);
        match after.strip_prefix(", ") {
            Some(next) => rest = next,
            None if after == ":" => return Ok(found),
            None => return Err("expected ', ' or ':' at the end".to_owned()),
        }
    }
}

fn value(rest: &str) -> Result<String, String> {
    let text = rest.strip_prefix(' ').ok_or("expected a space and a value")?;
    match token(text)? {
        (value, "") => Ok(value),
        _ => Err("unexpected text after the value".to_owned()),
    }
}

/// A word and what follows it: quoted as in JSON, or up to a space, comma or colon-at-the-end.
fn token(text: &str) -> Result<(String, &str), String> {
    if !text.starts_with('"') {
        let stop = |at: usize, byte: u8| matches!(byte, b' ' | b',' | b'"') || (byte == b':' && at + 1 == text.len());
        let end = text.bytes().enumerate().find(|(at, byte)| stop(*at, *byte)).map_or(text.len(), |(at, _)| at);
        let (word, rest) = text.split_at_checked(end).ok_or("malformed text")?;
        return if word.is_empty() { Err("expected a word".to_owned()) } else { Ok((word.to_owned(), rest)) };
    }
    let mut escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    });
    let (end, _) = end.ok_or("unterminated string")?;
    let (quoted, rest) = text.split_at_checked(end + 1).ok_or("malformed text")?;
    Ok((serde_json::from_str(quoted).map_err(|_| "malformed string")?, rest))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_entries_with_quoted_and_plain_words() {
        let text = "# yarn lockfile v1\n\n\n\"@a/b@^1\", c@>=1:\n  version \"1.0\"\n  resolved \"u:v#x\"\n  dependencies:\n    d \"1 || 2\"\n    \"@e/f\" \"*\"\n";
        let entries = parse(text).unwrap();
        let [entry] = entries.as_slice() else { panic!("one entry") };
        assert_eq!(entry.patterns, ["@a/b@^1", "c@>=1"]);
        assert_eq!(entry.fields.get("version").map(String::as_str), Some("1.0"));
        assert_eq!(entry.blocks.get("dependencies").map(std::collections::BTreeMap::len), Some(2));
    }

    #[test]
    fn rejects_what_yarn_never_writes() {
        for (text, why) in [
            ("a@1:\n  version \"1\"\n  version \"2\"\n", "line 3: the same key twice"),
            ("a@1:\n      x \"1\"\n", "line 2: unexpected indentation"),
            ("a@1:\n\tversion \"1\"\n", "line 2"),
            ("<<<<<<< HEAD\na@1:\n", "line 1"),
            ("a@1:\n  version \"1\n", "line 2: unterminated"),
            ("a@1:\n  version \"\\x\"\n", "line 2: malformed string"),
            ("a@1:\n  version \"1\" 2\n", "line 2: unexpected text"),
            ("  version \"1\"\n", "line 1: indented"),
            ("a@1:\n  dependencies:\n  dependencies:\n", "line 3: the same key"),
            ("\"\u{e9}", "line 1: unterminated"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }
}
