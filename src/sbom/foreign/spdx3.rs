//! SPDX 3.0 in JSON-LD (spdx.github.io/spdx-spec/v3.0.1/serializations), held against its rules and read.
//!
//! The classes, their fields and words are those of the model (`spdx3/3.0.0.txt`, `spdx3/3.0.1.txt`);
//! beyond them every element has one identifier, and a reference leads to an element of this document
//! of the right class, to one that the document imports, or to one that SPDX itself defines.

mod graph;
mod inventory;
mod licences;
mod rules;

use std::sync::LazyLock;

use crate::sbom::inventory::{Format, Inventory};

use super::ForeignError;
use super::schema::{Fault, Model};
use super::spdx::invalid;
use super::tree::{Json, Place, shown};

static V3_0_0: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("spdx3/3.0.0.txt")));
static V3_0_1: LazyLock<Model> = LazyLock::new(|| Model::parse(include_str!("spdx3/3.0.1.txt")));

/// Reads a document that names a `@context`.
///
/// # Errors
/// [`ForeignError::Version`], or [`ForeignError::Invalid`] with the first fault.
pub(super) fn read(document: &Json<'_>) -> Result<Inventory, ForeignError> {
    let (version, model) = match document.text("@context") {
        Some("https://spdx.org/rdf/3.0.0/spdx-context.jsonld") => ("3.0.0", &*V3_0_0),
        Some("https://spdx.org/rdf/3.0.1/spdx-context.jsonld") => ("3.0.1", &*V3_0_1),
        other => {
            let got = other.map_or_else(|| "with a context that is no address".to_owned(), shown);
            let expected = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld, or that of 3.0.0";
            return Err(ForeignError::Version { format: "SPDX 3 with the context", got, expected });
        }
    };
    let nodes = nodes(document).map_err(|fault| invalid(version, fault))?;
    let graph = Place::Field(&Place::Root, "@graph");
    let rules = rules::Spdx3::of(model, &nodes, &graph).map_err(|fault| invalid(version, fault))?;
    for (at, node) in nodes.iter().enumerate() {
        let place = Place::Element(&graph, at);
        let checked = match node {
            Json::Object(_) => model.check(&rules, rules::ANY, node, &place),
            other => Err(Fault::at(&place, format!("got {} (expected an object)", other.kind()))),
        };
        checked.map_err(|fault| invalid(version, fault))?;
    }
    Ok(inventory::read(&nodes, model, Format { name: "SPDX", version, encoding: "JSON" }))
}

/// The objects of the graph; a document may also be a single one, without a graph.
fn nodes<'d, 'a>(document: &'d Json<'a>) -> Result<Vec<&'d Json<'a>>, Fault> {
    let fields = document.as_object().into_iter().flatten();
    let mut others = fields.filter(|(name, _)| name != "@context" && name != "@graph");
    match document.get("@graph") {
        Some(Json::List(list)) => match others.next() {
            Some((name, _)) => Err(Fault::at(&Place::Field(&Place::Root, name), "stands beside @graph")),
            None => Ok(list.iter().collect()),
        },
        Some(other) => {
            Err(Fault::at(&Place::Field(&Place::Root, "@graph"), format!("got {} (expected an array)", other.kind())))
        }
        None => Ok(vec![document]),
    }
}

#[cfg(test)]
mod tests;
