//! ReqIF 1.2 (OMG formal/2016-07-01): objects with attributes by long name, and relations from source to target.
//!
//! A DTD is refused, so there are no entities to expand.

use std::collections::HashMap;

use roxmltree::{Document, Node, ParsingOptions};

use super::{Item, Kind, Part, TraceError, id, title};

const FORMAT: &str = "ReqIF";

/// Most XML nodes of a file.
const MAX_NODES: u32 = 5_000_000;

/// Long names under which writers keep the id that people use, the kind and the title; the first one given counts.
const IDS: [&str; 6] = ["ReqIF.ForeignID", "UID", "ID", "Identifier", "Object Identifier", "Requirement ID"];
const KINDS: [&str; 4] = ["Kind", "Artifact Type", "Object Type", "Type"];
const TITLES: [&str; 5] = ["ReqIF.Name", "ReqIF.ChapterName", "Title", "Name", "ReqIF.Text"];

pub(super) fn read(text: &str) -> Result<Part, TraceError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| TraceError::malformed(FORMAT, error))?;
    let root = document.root_element();
    if root.tag_name().name() != "REQ-IF" {
        let name: String = root.tag_name().name().chars().take(40).collect();
        return Err(TraceError::malformed(FORMAT, format!("root element is <{name}> (expected <REQ-IF>)")));
    }
    let names = long_names(root);
    let mut part = Part::default();
    let mut ids = HashMap::new();
    for object in root.descendants().filter(|node| node.tag_name().name() == "SPEC-OBJECT") {
        let identifier = attribute(object, "IDENTIFIER")?;
        let item = item(object, identifier, &names)?;
        if ids.insert(identifier, item.id.clone()).is_some() {
            return Err(TraceError::malformed(FORMAT, format!("two objects have the IDENTIFIER {identifier:?}")));
        }
        part.items.push(item);
    }
    for relation in root.descendants().filter(|node| node.tag_name().name() == "SPEC-RELATION") {
        let end = |name: &str| -> Result<String, TraceError> {
            let end = child(relation, name).and_then(|end| child(end, "SPEC-OBJECT-REF")).map(content);
            let end = end.filter(|end| !end.is_empty());
            let end = end.ok_or_else(|| {
                let message =
                    format!("SPEC-RELATION {:?} has no {name}", relation.attribute("IDENTIFIER").unwrap_or_default());
                TraceError::malformed(FORMAT, message)
            })?;
            // An object that is not in the file stays by its IDENTIFIER, and the link dangles.
            Ok(ids.get(end.as_str()).cloned().unwrap_or(end))
        };
        part.links.push((end("SOURCE")?, end("TARGET")?));
    }
    Ok(part)
}

/// Long names by identifier: of attribute definitions, object types and values of enumerations.
fn long_names<'d>(root: Node<'d, '_>) -> HashMap<&'d str, &'d str> {
    let named = |node: &Node<'_, '_>| {
        let name = node.tag_name().name();
        name.starts_with("ATTRIBUTE-DEFINITION-") || name == "SPEC-OBJECT-TYPE" || name == "ENUM-VALUE"
    };
    let all = root.descendants().filter(named);
    all.filter_map(|node| Some((node.attribute("IDENTIFIER")?, node.attribute("LONG-NAME")?))).collect()
}

fn item(object: Node<'_, '_>, identifier: &str, names: &HashMap<&str, &str>) -> Result<Item, TraceError> {
    let mut values: HashMap<String, String> = HashMap::new();
    for value in child(object, "VALUES").into_iter().flat_map(|values| values.children()).filter(Node::is_element) {
        let definition = child(value, "DEFINITION").and_then(|node| node.children().find(Node::is_element));
        let name = definition.map(content).and_then(|definition| names.get(definition.as_str()).copied());
        if let Some(name) = name {
            values.entry(name.to_lowercase()).or_insert_with(|| text_of(value, names));
        }
    }
    let said = |wanted: &[&str]| {
        let found = wanted.iter().filter_map(|name| values.get(&name.to_lowercase()));
        found.map(|text| text.trim().to_owned()).find(|text| !text.is_empty())
    };
    let of_type = child(object, "TYPE").and_then(|node| child(node, "SPEC-OBJECT-TYPE-REF")).map(content);
    let of_type = of_type.and_then(|reference| names.get(reference.as_str()).copied());
    let kind = said(&KINDS).and_then(|text| Kind::of_words(&text)).or_else(|| of_type.and_then(Kind::of_words));
    Ok(Item {
        id: id(&said(&IDS).unwrap_or_else(|| identifier.to_owned()), || format!("SPEC-OBJECT {identifier:?}"))?,
        kind: kind.unwrap_or(Kind::Requirement),
        title: title(&said(&TITLES).unwrap_or_default()),
        links: Vec::new(),
    })
}

/// Text of an attribute's value: as written, of XHTML, or the names of the values of an enumeration.
fn text_of(value: Node<'_, '_>, names: &HashMap<&str, &str>) -> String {
    if let Some(written) = value.attribute("THE-VALUE") {
        return written.to_owned();
    }
    if let Some(xhtml) = child(value, "THE-VALUE") {
        return content(xhtml);
    }
    let chosen = child(value, "VALUES").into_iter().flat_map(|values| values.children()).filter(Node::is_element);
    let chosen = chosen.filter_map(|reference| names.get(content(reference).as_str()).copied());
    chosen.collect::<Vec<_>>().join(" ")
}

fn child<'d, 'i>(node: Node<'d, 'i>, name: &str) -> Option<Node<'d, 'i>> {
    node.children().find(|child| child.tag_name().name() == name)
}

/// All text within, with blanks between pieces.
fn content(node: Node<'_, '_>) -> String {
    let pieces = node.descendants().filter(Node::is_text).filter_map(|piece| piece.text());
    pieces.map(str::trim).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

fn attribute<'d>(node: Node<'d, '_>, name: &str) -> Result<&'d str, TraceError> {
    let value = node.attribute(name).filter(|value| !value.trim().is_empty());
    value
        .ok_or_else(|| TraceError::malformed(FORMAT, format!("an object at byte {} has no {name}", node.range().start)))
}
