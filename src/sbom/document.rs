//! CycloneDX JSON 1.6 as this product writes it (cyclonedx.org/docs/1.6/json, ECMA-424).
//!
//! The reader is strict: unknown fields, `null`, other versions, malformed digests and repeated
//! references are refused. Everything it accepts is valid under the official schema, which a
//! mutation test holds; it does not accept every valid document. Foreign SBOMs are kept as bytes.

mod component;
mod field;
mod inventory;
mod metadata;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::model::batch::SchemaVersion;
use crate::model::json::{self, JsonError};

pub use component::{
    Acknowledgement, Component, ComponentScope, ExternalReference, Hash, HashAlgorithm, LicenceEntry,
    LicenceExpression, NamedLicence, NamedLicenceEntry, Organization, Property, ReferenceKind,
};
pub use field::{Cpe, DateTime, HexDigest, Iri, Reference, SerialNumber};
pub use metadata::{Lifecycle, Metadata, Phase, Tools};

/// Largest document, in bytes.
pub const MAX_BYTES: usize = 256 << 20;

/// Longest version, in characters (CycloneDX 1.6, `component.version`).
const MAX_VERSION: usize = 1024;

/// Why bytes are no SBOM of ours.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Too large to be looked at.
    #[error("SBOM has {0} bytes (expected at most {MAX_BYTES})")]
    TooLarge(usize),
    /// Not I-JSON, or not of the shape of the format.
    #[error("SBOM is no CycloneDX 1.6 document of the expected form: {0}")]
    Json(#[from] JsonError),
    /// Two components, or two lists of dependencies, with one reference.
    #[error("SBOM has two {what} with the reference {reference:?}")]
    Duplicate {
        /// `components`, `dependency lists`, …
        what: &'static str,
        /// The reference.
        reference: String,
    },
    /// A hash whose length is not that of its algorithm.
    #[error("SBOM gives {component:?} a malformed {algorithm} hash")]
    Hash {
        /// Name of the component.
        component: String,
        /// Algorithm.
        algorithm: &'static str,
    },
    /// A version longer than CycloneDX 1.6 allows.
    #[error("SBOM gives {component:?} a version of {got} characters (expected at most {MAX_VERSION})")]
    Version {
        /// Name of the component, cut to a length that people can read.
        component: String,
        /// Characters found.
        got: usize,
    },
    /// Neither named licences only, nor exactly one expression.
    #[error("SBOM gives {component:?} licences that are neither names nor exactly one expression")]
    Licences {
        /// Name of the component.
        component: String,
    },
    /// A package URL that is none.
    #[error("SBOM gives {component:?} the package URL {purl:?}, which is malformed")]
    Purl {
        /// Name of the component.
        component: String,
        /// As written.
        purl: String,
    },
    /// Components inside components beside the device's own files.
    #[error("SBOM nests components inside {component:?} (expected only files inside the device)")]
    Nested {
        /// Name of the component.
        component: String,
    },
}

/// A CycloneDX document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Document {
    /// `$schema`.
    #[serde(rename = "$schema")]
    pub schema: SchemaUrl,
    /// `bomFormat`.
    pub bom_format: BomFormat,
    /// `specVersion`.
    pub spec_version: SpecVersion,
    /// `serialNumber`.
    pub serial_number: SerialNumber,
    /// `version`: documents are never revised, so always 1.
    pub version: SchemaVersion<1>,
    /// `metadata`.
    pub metadata: Metadata,
    /// `components`.
    pub components: Vec<Component>,
    /// `dependencies`.
    pub dependencies: Vec<Dependency>,
    /// `compositions`.
    pub compositions: Vec<Composition>,
}

/// The one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SchemaUrl {
    /// Of version 1.6.
    #[serde(rename = "http://cyclonedx.org/schema/bom-1.6.schema.json")]
    Cdx16,
}

/// The one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BomFormat {
    /// CycloneDX.
    #[serde(rename = "CycloneDX")]
    CycloneDx,
}

/// The one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpecVersion {
    /// 1.6.
    #[serde(rename = "1.6")]
    Cdx16,
}

/// `dependencies[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Dependency {
    /// The depending component.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// Its direct dependencies, each once.
    pub depends_on: Vec<Reference>,
}

/// `compositions[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// How complete.
    pub aggregate: Aggregate,
    /// Components whose parts are meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assemblies: Vec<Reference>,
    /// Components whose dependencies are meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Reference>,
}

/// Declared completeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// Nothing is missing.
    Complete,
    /// Something is missing.
    Incomplete,
    /// Nobody knows.
    Unknown,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_BYTES {
            return Err(DocumentError::TooLarge(bytes.len()));
        }
        let document: Self = json::decode(bytes)?;
        document.check()?;
        Ok(document)
    }

    /// Writes the document: two spaces of indentation, no final newline, so that the bytes are
    /// exactly the predicate of the statement about them.
    ///
    /// # Errors
    /// [`DocumentError`] for a document that [`Document::parse`] would refuse.
    pub fn encode(&self) -> Result<Vec<u8>, DocumentError> {
        self.check()?;
        let mut bytes = json::encode(self)?;
        bytes.pop();
        Ok(bytes)
    }

    /// Every component that is part of the product: the device, its files, the packages.
    pub fn product(&self) -> impl Iterator<Item = &Component> {
        let device = &self.metadata.component;
        std::iter::once(device).chain(&device.components).chain(&self.components)
    }

    fn check(&self) -> Result<(), DocumentError> {
        let mut seen = HashSet::new();
        for component in self.product().chain(&self.metadata.tools.components) {
            component.check()?;
            if let Some(reference) = &component.bom_ref {
                unique(&mut seen, reference, "components")?;
            }
        }
        if let Some(nested) = self.nested() {
            return Err(DocumentError::Nested { component: nested.name.clone() });
        }
        if let Some(component) = repeated(&self.components).or_else(|| repeated(&self.metadata.component.components)) {
            return Err(DocumentError::Duplicate { what: "components", reference: component.name.clone() });
        }
        let mut lists = HashSet::new();
        for dependency in &self.dependencies {
            unique(&mut lists, &dependency.reference, "dependency lists")?;
            each_once(&dependency.depends_on, "dependencies")?;
        }
        for (at, composition) in self.compositions.iter().enumerate() {
            each_once(&composition.assemblies, "assemblies of a composition")?;
            each_once(&composition.dependencies, "dependencies of a composition")?;
            if at >= MAX_WITHOUT_REFERENCE || self.compositions[..at].contains(composition) {
                return Err(DocumentError::Duplicate { what: "compositions", reference: String::new() });
            }
        }
        match repeated(&self.metadata.tools.components) {
            Some(tool) => Err(DocumentError::Duplicate { what: "tools", reference: tool.name.clone() }),
            None => Ok(()),
        }
    }

    fn nested(&self) -> Option<&Component> {
        let device = &self.metadata.component;
        let leaves = device.components.iter().chain(&self.components).chain(&self.metadata.tools.components);
        leaves.into_iter().find(|component| !component.components.is_empty())
    }
}

/// A component without a reference that stands twice in one list (those with one are unique already).
fn repeated(components: &[Component]) -> Option<&Component> {
    let mut seen: Vec<&Component> = Vec::new();
    for component in components.iter().filter(|component| component.bom_ref.is_none()) {
        if seen.len() >= MAX_WITHOUT_REFERENCE || seen.contains(&component) {
            return Some(component);
        }
        seen.push(component);
    }
    None
}

/// What has no reference is compared with each other, so there may be few only.
const MAX_WITHOUT_REFERENCE: usize = 64;

fn each_once(references: &[Reference], what: &'static str) -> Result<(), DocumentError> {
    let mut seen = HashSet::with_capacity(references.len());
    references.iter().try_for_each(|reference| unique(&mut seen, reference, what))
}

fn unique<'a>(
    seen: &mut HashSet<&'a Reference>,
    reference: &'a Reference,
    what: &'static str,
) -> Result<(), DocumentError> {
    if seen.insert(reference) {
        Ok(())
    } else {
        Err(DocumentError::Duplicate { what, reference: reference.as_str().chars().take(200).collect() })
    }
}
