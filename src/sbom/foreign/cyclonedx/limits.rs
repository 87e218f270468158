//! What must hold of an XML text before the parser sees it: the parser has no limits of its own.

use super::fault::{Fault, clip};

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 64;
/// Most tags, and most equals signs: the parser sets memory aside by both.
const MAX_MARKS: usize = 8_000_000;
/// Most attributes of one element, which the parser compares with one another.
const MAX_ATTRIBUTES: usize = 256;
/// Most namespaces that one element declares, and that all do together: each inherits those around it.
const MAX_NAMESPACES: (usize, usize) = (16, 50_000);

/// # Errors
/// [`Fault`] at the first thing that is too much, or names an encoding that is not read.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    size(text)?;
    encoding(text)?;
    tags(text)
}

fn size(text: &str) -> Result<(), Fault> {
    for mark in ['<', '='] {
        if let Some((at, _)) = text.match_indices(mark).nth(MAX_MARKS) {
            return Err(Fault::new(at, format!("more than {MAX_MARKS} times {mark:?} in one document")));
        }
    }
    Ok(())
}

/// The declaration may not name an encoding in which the bytes would mean something else.
fn encoding(text: &str) -> Result<(), Fault> {
    let Some((declaration, _)) = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) else {
        return Ok(());
    };
    let Some((_, value)) = declaration.split_once("encoding") else { return Ok(()) };
    let name = value.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']);
    let name = name.split(['"', '\'']).next().unwrap_or_default();
    if name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii") || text.is_ascii() {
        return Ok(());
    }
    Err(Fault::new(0, format!("encoding is {:?} (expected UTF-8)", clip(name))))
}

fn tags(text: &str) -> Result<(), Fault> {
    let (mut at, mut depth, mut namespaces) = (0, 0_usize, 0_usize);
    while let Some(step) = text.get(at..).and_then(|rest| rest.find('<')) {
        at += step;
        let rest = &text[at..];
        let until = |end: &str| rest.find(end).map_or(rest.len(), |found| found + end.len());
        at += if rest.starts_with("<!--") {
            until("-->")
        } else if rest.starts_with("<![CDATA[") {
            until("]]>")
        } else if rest.starts_with("<?") {
            until("?>")
        } else if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            2
        } else {
            let (end, attributes) = tag(rest.as_bytes());
            let tag = &rest[..end];
            let declared = tag.matches("xmlns").count();
            namespaces += declared;
            depth += usize::from(!tag.ends_with("/>"));
            if depth > MAX_DEPTH {
                return Err(Fault::new(at, format!("elements nest deeper than {MAX_DEPTH}")));
            }
            if attributes > MAX_ATTRIBUTES {
                return Err(Fault::new(at, format!("{attributes} attributes (expected at most {MAX_ATTRIBUTES})")));
            }
            if declared > MAX_NAMESPACES.0 || namespaces > MAX_NAMESPACES.1 {
                let (own, all) = MAX_NAMESPACES;
                return Err(Fault::new(at, format!("more than {own} namespaces of one element, or {all} of all")));
            }
            end
        };
    }
    Ok(())
}

/// Length of a tag up to its `>`, which quotes may hold too, and how many values are quoted.
fn tag(tag: &[u8]) -> (usize, usize) {
    let (mut quote, mut values) = (None, 0);
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (at + 1, values),
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                values += 1;
            }
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (tag.len(), values)
}
