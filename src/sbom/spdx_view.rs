//! What SPDX documents of both versions say, taken from the CycloneDX document of the same graph, so
//! that all formats state the same facts.

use std::collections::{BTreeMap, HashMap};

use crate::model::digest::Sha256Digest;

use super::component::Kind;
use super::cyclonedx::{self, Header, SUPPORT_END, WriteError};
use super::document::{Aggregate, Component, Document, LicenceEntry, Property};
use super::foreign::{self, ForeignError, KIND};
use super::graph::ComponentGraph;

/// Why no SPDX document was written.
#[derive(Debug, thiserror::Error)]
pub enum SpdxWriteError {
    /// The facts could not be put together.
    #[error(transparent)]
    Facts(#[from] WriteError),
    /// Not written as JSON.
    #[error("SPDX document cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The document would not be one that our own reader takes for valid.
    #[error("SPDX document would not be valid: {0}")]
    Invalid(#[from] ForeignError),
}

/// The facts of one document.
pub(super) struct View {
    document: Document,
    seed: String,
}

/// How a component needs another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// In the product.
    Product,
    /// To build it.
    Build,
    /// To develop or test it.
    Development,
}

impl View {
    /// Puts the facts together.
    ///
    /// # Errors
    /// [`WriteError`].
    pub(super) fn new(graph: &ComponentGraph, header: &Header<'_>) -> Result<Self, WriteError> {
        let document = cyclonedx::compose(graph, header)?;
        let seed = document.serial_number.as_str().trim_start_matches("urn:uuid:").to_owned();
        Ok(Self { document, seed })
    }

    /// Name space of the document: it follows from the batch, or from the content where there is none.
    pub(super) fn namespace(&self, version: &str) -> String {
        format!("https://batchseal.dev/spdx-{version}/{}", self.seed)
    }

    /// Name of the document.
    pub(super) fn name(&self) -> String {
        let device = self.device();
        device.version.as_ref().map_or_else(|| device.name.clone(), |version| format!("{}-{version}", device.name))
    }

    /// Time of the document.
    pub(super) fn created(&self) -> &str {
        self.document.metadata.timestamp.as_str()
    }

    /// This program with its version.
    pub(super) fn tool(&self) -> String {
        let tool = self.document.metadata.tools.components.first();
        let version = tool.and_then(|tool| tool.version.as_deref()).unwrap_or_default();
        format!("batchseal-{version}")
    }

    /// The legal manufacturer.
    pub(super) fn manufacturer(&self) -> Option<&str> {
        self.document.metadata.manufacturer.as_ref().map(|one| one.name.as_str())
    }

    /// The device.
    pub(super) const fn device(&self) -> &Component {
        &self.document.metadata.component
    }

    /// Its shipped files.
    pub(super) fn files(&self) -> &[Component] {
        &self.device().components
    }

    /// The device, its files, the packages.
    pub(super) fn components(&self) -> impl Iterator<Item = &Component> {
        self.document.product()
    }

    /// What is said of the document as a whole.
    pub(super) fn properties(&self) -> &[Property] {
        &self.document.metadata.properties
    }

    /// Declared completeness, as CycloneDX and SPDX 3 spell it.
    pub(super) fn completeness(&self) -> &'static str {
        match self.document.compositions.first().map(|one| one.aggregate) {
            Some(Aggregate::Complete) => "complete",
            Some(Aggregate::Incomplete) => "incomplete",
            Some(Aggregate::Unknown) | None => "unknown",
        }
    }

    /// Identifiers by reference, with letters, digits, `.` and `-` only.
    pub(super) fn ids(&self) -> HashMap<&str, String> {
        self.components().map(|one| (reference(one), id(&one.name, reference(one)))).collect()
    }

    /// Every component that has a list of dependencies, with the list by how it needs them.
    pub(super) fn dependencies(&self) -> impl Iterator<Item = (&str, BTreeMap<Need, Vec<&str>>)> {
        let scopes: HashMap<&str, Need> = self.components().map(|one| (reference(one), need(one))).collect();
        self.document.dependencies.iter().map(move |list| {
            let from = list.reference.as_str();
            let own = scopes.get(from).copied().unwrap_or(Need::Product);
            let mut needs: BTreeMap<Need, Vec<&str>> = BTreeMap::new();
            for to in &list.depends_on {
                // What only the build needs, needs its own dependencies as parts of itself.
                let scope = scopes.get(to.as_str()).copied().filter(|scope| *scope > own).unwrap_or(Need::Product);
                needs.entry(scope).or_default().push(to.as_str());
            }
            (from, needs)
        })
    }
}

/// The reference of a component.
pub(super) fn reference(component: &Component) -> &str {
    component.bom_ref.as_ref().map_or(component.name.as_str(), |reference| reference.as_str())
}

/// A readable identifier that follows from the reference.
pub(super) fn id(name: &str, reference: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' };
    let name: String = name.chars().take(60).map(plain).collect();
    let hex = Sha256Digest::of(reference.as_bytes()).to_hex();
    format!("{}-{}", name.trim_matches('-'), hex.get(..16).unwrap_or(&hex))
}

fn need(component: &Component) -> Need {
    match component.property("batchseal:scope") {
        Some("build-time-only") => Need::Build,
        Some("development-only") => Need::Development,
        _ => Need::Product,
    }
}

/// The last day of support, where it is known.
pub(super) fn end_of_support(component: &Component) -> Option<&str> {
    component.property(SUPPORT_END).filter(|end| *end != "unknown")
}

/// Names and values for which SPDX has no field. The kind is one of them where SPDX has no word for it.
pub(super) fn properties(component: &Component, has_word: bool) -> impl Iterator<Item = (&str, &str)> {
    let known_end = end_of_support(component).is_some();
    let own = component.properties.iter().map(|one| (one.name.as_str(), one.value.as_str()));
    let own = own.filter(move |(name, _)| !(known_end && *name == SUPPORT_END));
    own.chain((!has_word).then(|| (KIND, component.kind.as_str())))
}

/// A declared licence in an SPDX document.
pub(super) enum Declared<'v> {
    /// An expression of the licence list.
    Expression(&'v str),
    /// Text that is none: the identifier for it, and the text.
    Named(String, &'v str),
    /// Nothing is declared.
    Nothing,
}

/// The declared licence of a component.
pub(super) fn licence(component: &Component) -> Declared<'_> {
    match component.licenses.first() {
        Some(LicenceEntry::Expression(one)) if foreign::is_expression(&one.expression) => {
            Declared::Expression(&one.expression)
        }
        Some(LicenceEntry::Expression(one)) => named(&one.expression),
        Some(LicenceEntry::Named(one)) => named(&one.license.name),
        None => Declared::Nothing,
    }
}

fn named(text: &str) -> Declared<'_> {
    Declared::Named(format!("LicenseRef-{}", id("named", text)), text)
}

/// The word of SPDX 2.3 for a kind (`primaryPackagePurpose`); that of SPDX 3 differs in spelling only.
pub(super) const fn purpose(kind: Kind) -> Option<(&'static str, &'static str)> {
    match kind {
        Kind::Application => Some(("APPLICATION", "application")),
        Kind::Framework => Some(("FRAMEWORK", "framework")),
        Kind::Library => Some(("LIBRARY", "library")),
        Kind::Container => Some(("CONTAINER", "container")),
        Kind::OperatingSystem => Some(("OPERATING_SYSTEM", "operatingSystem")),
        Kind::Device => Some(("DEVICE", "device")),
        Kind::Firmware => Some(("FIRMWARE", "firmware")),
        Kind::File => Some(("FILE", "file")),
        Kind::Platform | Kind::DeviceDriver | Kind::MachineLearningModel | Kind::Data | Kind::CryptographicAsset => {
            None
        }
    }
}

/// Pretty JSON without a final newline, proved to be a document that our own reader takes for valid.
///
/// # Errors
/// [`SpdxWriteError`].
pub(super) fn encode(document: &serde_json::Value) -> Result<Vec<u8>, SpdxWriteError> {
    let bytes = serde_json::to_vec_pretty(document)?;
    foreign::read(&bytes)?;
    Ok(bytes)
}
