//! The parts of a CycloneDX document that an inventory needs; everything else is judged, then let go.

use serde::Deserialize;

use super::component::{Component, Organization, Property};

/// A document.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Bom {
    pub(super) serial_number: Option<String>,
    /// A number in JSON, text in XML.
    pub(super) version: Option<Revision>,
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) compositions: Vec<Composition>,
    pub(super) signature: Option<serde::de::IgnoredAny>,
}

/// Version of the document itself.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Revision {
    Whole(u64),
    Other(serde_json::Number),
    Text(String),
}

/// `metadata`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) timestamp: Option<String>,
    pub(super) lifecycles: Vec<Lifecycle>,
    pub(super) tools: Option<Tools>,
    pub(super) authors: Vec<Contact>,
    pub(super) manufacturer: Option<Organization>,
    /// Its older spelling, and until 1.5 the only one.
    pub(super) manufacture: Option<Organization>,
    pub(super) supplier: Option<Organization>,
    pub(super) component: Option<Component>,
}

/// A phase of the product's life, known to the format or not.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Lifecycle {
    pub(super) phase: Option<String>,
    pub(super) name: Option<String>,
}

/// Programs: an array until 1.4, components and services since.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Tools {
    Listed(Vec<Program>),
    Described {
        #[serde(default)]
        components: Vec<Program>,
        #[serde(default)]
        services: Vec<Program>,
    },
}

/// A program.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Program {
    pub(super) vendor: Option<String>,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
}

/// A person.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Contact {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

/// The direct dependencies of one component.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    pub(super) reference: String,
    pub(super) depends_on: Vec<String>,
}

/// Declared completeness.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Composition {
    pub(super) aggregate: String,
    pub(super) assemblies: Vec<String>,
    pub(super) dependencies: Vec<String>,
}

/// Value of the first property of a name.
pub(super) fn property<'a>(properties: &'a [Property], name: &str) -> Option<&'a str> {
    let own = properties.iter().find(|property| property.name.as_deref() == Some(name));
    own.and_then(|property| property.value.as_deref())
}
