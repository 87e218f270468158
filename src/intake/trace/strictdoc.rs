//! StrictDoc's JSON export (`strictdoc export --formats=json`): documents with nested nodes.

use serde_json::{Map, Value};

use crate::model::json;

use super::{Item, Kind, Part, TraceError, id, title};

const FORMAT: &str = "StrictDoc JSON";

pub(super) fn read(text: &str) -> Result<Part, TraceError> {
    // The depth that this check allows bounds the recursion below.
    json::check_foreign(text.as_bytes()).map_err(|error| TraceError::malformed(FORMAT, error))?;
    let value: Value = serde_json::from_str(text).map_err(|error| TraceError::malformed(FORMAT, error))?;
    let documents = value.get("DOCUMENTS").and_then(Value::as_array);
    let documents = documents.ok_or_else(|| TraceError::malformed(FORMAT, "there is no list DOCUMENTS"))?;
    let mut part = Part::default();
    for document in documents {
        let document = object(document)?;
        node(document, "DOCUMENT", &mut part)?;
    }
    Ok(part)
}

fn object(value: &Value) -> Result<&Map<String, Value>, TraceError> {
    value.as_object().ok_or_else(|| TraceError::malformed(FORMAT, "a document or node is no object"))
}

fn node(node: &Map<String, Value>, default_type: &str, part: &mut Part) -> Result<(), TraceError> {
    let said = |key: &str| node.get(key).and_then(Value::as_str);
    // Before 0.9 the type stood under another key.
    let node_type = said("_NODE_TYPE").or_else(|| said("TYPE")).unwrap_or(default_type);
    let own = Node {
        node_type,
        uid: said("UID").or_else(|| said("MID")),
        title: said("TITLE").or_else(|| said("STATEMENT")).unwrap_or_default(),
    };
    if let Some(uid) = own.add(part)? {
        for relation in list(node, "RELATIONS")? {
            let said = |key: &str| relation.get(key).and_then(Value::as_str).unwrap_or_default();
            relate(&uid, said("TYPE"), said("VALUE"), part)
                .map_err(|message| TraceError::malformed(FORMAT, message))?;
        }
    }
    for inner in list(node, "NODES")? {
        self::node(object(inner)?, "", part)?;
    }
    Ok(())
}

fn list<'n>(node: &'n Map<String, Value>, key: &str) -> Result<&'n [Value], TraceError> {
    match node.get(key) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(TraceError::malformed(FORMAT, format!("{key} is no list"))),
    }
}

/// A node of a document, JSON or text.
pub(super) struct Node<'n> {
    pub(super) node_type: &'n str,
    pub(super) uid: Option<&'n str>,
    pub(super) title: &'n str,
}

impl Node<'_> {
    /// Adds the node as an item and gives its id; headings and texts need none.
    pub(super) fn add(&self, part: &mut Part) -> Result<Option<String>, TraceError> {
        let kind = Kind::of_words(self.node_type).unwrap_or(Kind::Requirement);
        let written = self.uid.map(str::trim).filter(|uid| !uid.is_empty());
        if written.is_none() && kind == Kind::Other {
            return Ok(None);
        }
        let place = || format!("{} {:?}", self.node_type, title(self.title));
        let uid = id(written.unwrap_or_default(), place)?;
        part.items.push(Item { id: uid.clone(), kind, title: title(self.title), links: Vec::new() });
        Ok(Some(uid))
    }
}

/// Adds a relation of the node `uid`; one to a file is none between items.
pub(super) fn relate(uid: &str, relation: &str, value: &str, part: &mut Part) -> Result<(), String> {
    let value = value.trim();
    match relation {
        "File" => return Ok(()),
        "Parent" | "Child" if value.is_empty() => return Err(format!("a relation of {uid:?} has no VALUE")),
        "Parent" => part.links.push((uid.to_owned(), value.to_owned())),
        "Child" => part.links.push((value.to_owned(), uid.to_owned())),
        other => {
            let other: String = other.chars().take(40).collect();
            return Err(format!("relation of {uid:?} has the type {other:?} (expected Parent, Child or File)"));
        }
    }
    Ok(())
}
