//! CycloneDX 1.3 to 1.7 that others wrote, as JSON or XML.
//!
//! The rules of the official schemas stand in `json.shape` and `xml.shape`, in the notation of
//! [`shape`]; of JSON 1.3 those of its strict schema. Beyond the schemas, the specification's prose
//! asks that a `bom-ref` stands for one thing (kept by the XML schema, and here for JSON too, save for
//! workspaces and triggers, which a workflow and its tasks each describe), that `versionRange` is only
//! said of external components, and that a citation names its source or process; that is kept as well.
//! A reference that points to nothing is not refused: official samples have some.

mod address;
mod attributes;
mod bom;
mod component;
mod cpe;
mod cursor;
mod elements;
mod fault;
mod inventory;
mod json;
mod limits;
mod notation;
mod print;
mod references;
mod shape;
mod text;
mod time;
mod xml;

use roxmltree::{Document, ParsingOptions};
use serde::Deserialize;

use crate::model::json as ijson;

use super::ForeignError;
use crate::sbom::inventory::{Format, Inventory};
pub(in crate::sbom) use cpe::is_name as is_cpe_name;

use bom::Bom;
use fault::Fault;
use shape::{VERSIONS, Version};

const NAME: &str = "CycloneDX";
const NAMESPACE: &str = "http://cyclonedx.org/schema/bom/";

/// Reads a JSON document.
///
/// # Errors
/// [`ForeignError`] with the path of the first thing that is wrong.
pub(super) fn read_json(bytes: &[u8]) -> Result<Inventory, ForeignError> {
    let outside = |message: String| invalid(NAME.to_owned(), "document".to_owned(), message);
    ijson::check_foreign(bytes).map_err(|error| outside(error.to_string()))?;
    let text = std::str::from_utf8(bytes).map_err(|error| outside(error.to_string()))?;
    let head: Head = serde_json::from_str(text).map_err(|error| outside(error.to_string()))?;
    let version = version_of(&head.spec_version)?;
    let at_path = |fault: &Fault| fault::path(text, fault.at);
    json::check(text, version).map_err(|fault| invalid(format_of(version), at_path(&fault), fault.message))?;
    let bom: Bom = serde_json::from_str(text)
        .map_err(|error| invalid(format_of(version), format!("line {}", error.line()), error.to_string()))?;
    Ok(bom.inventory(Format { name: NAME, version: VERSIONS[version], encoding: "JSON" }))
}

/// Reads an XML document.
///
/// # Errors
/// [`ForeignError`] with line and column of the first thing that is wrong.
pub(super) fn read_xml(text: &str) -> Result<Inventory, ForeignError> {
    let outside = |error: roxmltree::Error| {
        let place = format!("line {}, column {}", error.pos().row, error.pos().col);
        invalid(NAME.to_owned(), place, error.to_string())
    };
    limits::check(text).map_err(|fault| located(NAME.to_owned(), text, fault))?;
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(outside)?;
    let root = document.root_element();
    let version = version_of_namespace(root)?;
    xml::check(root, version).map_err(|fault| located(format_of(version), text, fault))?;
    let bom = elements::bom(root);
    drop(document);
    Ok(bom.inventory(Format { name: NAME, version: VERSIONS[version], encoding: "XML" }))
}

/// The two fields by which the other rules are chosen.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "specVersion")]
    spec_version: String,
}

fn version_of(text: &str) -> Result<Version, ForeignError> {
    VERSIONS.iter().position(|version| *version == text).ok_or_else(|| ForeignError::Version {
        format: NAME,
        got: fault::clip(text),
        expected: "1.3, 1.4, 1.5, 1.6 or 1.7",
    })
}

fn version_of_namespace(root: roxmltree::Node<'_, '_>) -> Result<Version, ForeignError> {
    let namespace = root.tag_name().namespace().unwrap_or_default();
    match namespace.strip_prefix(NAMESPACE).filter(|_| root.tag_name().name() == "bom") {
        Some(version) => version_of(version),
        None => Err(invalid(
            NAME.to_owned(),
            "root element".to_owned(),
            format!(
                "got <{}> of namespace {:?}, expected <bom> of {NAMESPACE}1.3 to 1.7",
                fault::clip(root.tag_name().name()),
                fault::clip(namespace)
            ),
        )),
    }
}

fn format_of(version: Version) -> String {
    format!("{NAME} {}", VERSIONS[version])
}

fn invalid(format: String, place: String, message: String) -> ForeignError {
    ForeignError::Invalid { format, place, message }
}

/// With the line and column of the fault.
fn located(format: String, text: &str, fault: Fault) -> ForeignError {
    let before = text.get(..fault.at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    invalid(format, format!("line {line}, column {column}"), fault.message)
}

#[cfg(test)]
mod tests;
