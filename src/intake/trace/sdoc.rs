//! StrictDoc's own text (`.sdoc`): nodes `[REQUIREMENT]` or `[[SECTION]]`, fields in capitals, relations.
//!
//! Read line by line, and only as far as a trace needs it: types, UIDs, titles and relations.

use super::strictdoc::{Node, relate};
use super::{Part, TraceError};

const FORMAT: &str = ".sdoc file";

pub(super) fn read(text: &str) -> Result<Part, TraceError> {
    let mut reader = Reader { part: Part::default(), open: None };
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let fail = |message: String| TraceError::malformed(FORMAT, format!("line {}: {message}", at + 1));
        if let Some(name) = header(line) {
            reader.close()?;
            reader.open = (!name.starts_with('/')).then(|| Open { node_type: name.to_owned(), ..Open::default() });
            if name == "FREETEXT" {
                let end = lines.by_ref().find(|(_, line)| *line == "[/FREETEXT]");
                end.ok_or_else(|| fail("[FREETEXT] is never closed".to_owned()))?;
            }
            continue;
        }
        let Some((key, value)) = field(line) else {
            let open = reader.open.as_mut().filter(|open| open.in_relations);
            if let Some(open) = open {
                open.relation(line);
            }
            continue;
        };
        let mut value = value.to_owned();
        if value == ">>>" {
            value = String::new();
            loop {
                let (_, line) = lines.next().ok_or_else(|| fail(format!("{key} is never closed by <<<")))?;
                if line.trim_end() == "<<<" {
                    break;
                }
                if value.len() < 1_000 {
                    value.push_str(line);
                    value.push('\n');
                }
            }
        }
        if let Some(open) = reader.open.as_mut() {
            open.field(key, value).map_err(fail)?;
        }
    }
    reader.close()?;
    Ok(reader.part)
}

/// Name of `[NAME]`, `[[NAME]]` or, with its slash, of `[/NAME]`.
fn header(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let inner = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(inner);
    let name = inner.strip_prefix('/').unwrap_or(inner);
    is_name(name).then_some(inner)
}

/// `KEY: value` at the beginning of a line.
fn field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    (is_name(key) && (value.is_empty() || value.starts_with(' '))).then(|| (key, value.trim()))
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'))
}

#[derive(Default)]
struct Open {
    node_type: String,
    uid: Option<String>,
    mid: Option<String>,
    title: Option<String>,
    statement: Option<String>,
    in_relations: bool,
    /// Type and value of each relation.
    relations: Vec<(String, String)>,
}

impl Open {
    fn field(&mut self, key: &str, value: String) -> Result<(), String> {
        self.in_relations = matches!(key, "RELATIONS" | "REFS");
        let place = match key {
            "UID" => &mut self.uid,
            "MID" => &mut self.mid,
            "TITLE" => &mut self.title,
            "STATEMENT" => &mut self.statement,
            _ => return Ok(()),
        };
        match place.replace(value) {
            Some(_) => Err(format!("{key} is given twice")),
            None => Ok(()),
        }
    }

    /// `- TYPE: Parent` begins a relation, `  VALUE: REQ-1` belongs to it.
    fn relation(&mut self, line: &str) {
        let trimmed = line.trim();
        let begins = trimmed.strip_prefix("- ");
        if begins.is_some() {
            self.relations.push(Default::default());
        }
        let Some((key, value)) = begins.unwrap_or(trimmed).split_once(':') else { return };
        let Some((relation, parent)) = self.relations.last_mut() else { return };
        match key.trim() {
            "TYPE" => value.trim().clone_into(relation),
            "VALUE" => value.trim().clone_into(parent),
            _ => {}
        }
    }
}

struct Reader {
    part: Part,
    open: Option<Open>,
}

impl Reader {
    fn close(&mut self) -> Result<(), TraceError> {
        let Some(open) = self.open.take().filter(|open| open.node_type != "GRAMMAR") else { return Ok(()) };
        let node = Node {
            node_type: &open.node_type,
            uid: open.uid.as_deref().or(open.mid.as_deref()),
            title: open.title.as_deref().or(open.statement.as_deref()).unwrap_or_default(),
        };
        let Some(uid) = node.add(&mut self.part)? else { return Ok(()) };
        for (relation, value) in &open.relations {
            relate(&uid, relation, value, &mut self.part).map_err(|message| TraceError::malformed(FORMAT, message))?;
        }
        Ok(())
    }
}
