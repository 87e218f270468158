//! What an SBOM says, whatever its format: the one model behind `sbom check`, `sbom diff` and the
//! merging of foreign SBOMs.
//!
//! Readers in [`super::foreign`] bring every format here; nothing is judged, corrected or guessed on
//! the way. A field that the document does not have is `None` or empty; a field that the document
//! says nobody knows (SPDX `NOASSERTION`, a recorded reason of ours) is an [`Answer::Unknown`].

use std::collections::{BTreeMap, BTreeSet};

use super::component::Kind;
use super::support::SupportLevel;

/// What a document says of itself and of every component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Format and its version.
    pub format: Format,
    /// `serialNumber`, `documentNamespace` or the identifier of the SPDX 3 document.
    pub identity: Option<String>,
    /// Version of the SBOM itself, as written.
    pub revision: Option<String>,
    /// When the SBOM was made, as written.
    pub timestamp: Option<String>,
    /// Persons and organisations that wrote it; never programs.
    pub authors: Vec<String>,
    /// Programs that wrote it.
    pub tools: Vec<Tool>,
    /// In which phases of the product's life it was made (`build`, `source`, `analyzed`, …), as written.
    pub contexts: Vec<String>,
    /// Whether the document holds, or points to, a signature over itself. Not verified here.
    pub signature_named: bool,
    /// Reference of the component that the document is about.
    pub primary: Option<String>,
    /// Every component in document order, nested ones and the primary one too.
    pub components: Vec<Item>,
    /// Direct dependencies by depending component. A component without a key states nothing.
    pub dependencies: BTreeMap<String, BTreeSet<String>>,
    /// Parts by the component that holds them.
    pub parts: BTreeMap<String, BTreeSet<String>>,
    /// What is declared of how complete it is.
    pub completeness: Vec<Statement>,
}

impl Inventory {
    /// A document that says nothing but its format.
    #[must_use]
    pub const fn new(format: Format) -> Self {
        Self {
            format,
            identity: None,
            revision: None,
            timestamp: None,
            authors: Vec::new(),
            tools: Vec::new(),
            contexts: Vec::new(),
            signature_named: false,
            primary: None,
            components: Vec::new(),
            dependencies: BTreeMap::new(),
            parts: BTreeMap::new(),
            completeness: Vec::new(),
        }
    }
}

/// A format of SBOMs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Format {
    /// `CycloneDX` or `SPDX`.
    pub name: &'static str,
    /// Version of its specification, such as `1.6`.
    pub version: &'static str,
    /// `JSON` or `XML`.
    pub encoding: &'static str,
}

/// A program that took part in writing the SBOM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: Option<String>,
}

/// Declared completeness of the dependencies and parts of some components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// As CycloneDX spells it: `complete`, `incomplete`, `unknown`, `not_specified`, `incomplete_first_party_only`, ….
    pub aggregate: String,
    /// Components whose parts are meant.
    pub assemblies: BTreeSet<String>,
    /// Components whose dependencies are meant.
    pub dependencies: BTreeSet<String>,
}

/// A value, or the recorded answer that nobody knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// The value.
    Known(T),
    /// Nobody knows.
    Unknown {
        /// The recorded reason, if any.
        because: Option<String>,
    },
}

impl<T> Answer<T> {
    /// The value, where it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown { .. } => None,
        }
    }
}

/// One component as the document describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Reference, unique in the document; made by the reader (`#<position>`) where the document has none.
    pub reference: String,
    /// Whether the reference is the document's own.
    pub referenced: bool,
    /// Kind.
    pub kind: Kind,
    /// Name, with its group or namespace before a `/` where the format keeps them apart.
    pub name: String,
    /// Version.
    pub version: Option<Answer<String>>,
    /// Supplier or producer.
    pub supplier: Option<Answer<String>>,
    /// How the supplier was found, where the document says so (`declared`, `derived:…`).
    pub supplier_source: Option<String>,
    /// Identifiers that others know it by.
    pub identifiers: Vec<Identifier>,
    /// Digests: algorithm and value as written.
    pub hashes: Vec<(String, String)>,
    /// Licences: SPDX identifiers, expressions or names, as written.
    pub licences: Vec<Answer<String>>,
    /// One line of description.
    pub description: Option<String>,
    /// Where its source is developed.
    pub source_url: Option<String>,
    /// Whether the document says that it is not inside the product.
    pub excluded: bool,
    /// Level of support.
    pub support_level: Option<Answer<SupportLevel>>,
    /// Last day of support, `YYYY-MM-DD`.
    pub end_of_support: Option<Answer<String>>,
    /// Everything else that the document says in name and value, sorted by name.
    pub properties: Vec<(String, String)>,
}

impl Item {
    /// How people are told which component is meant: its reference where that says the name, else name and
    /// version with the reference, which other tools write as a bare number.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.reference.contains(self.name.as_str()) {
            return self.reference.clone();
        }
        let version = self.version.as_ref().and_then(Answer::known).map(|version| format!(" {version}"));
        format!("{}{} ({})", self.name, version.unwrap_or_default(), self.reference)
    }

    /// A component of which nothing but reference, kind and name is known.
    #[must_use]
    pub fn new(reference: &str, kind: Kind, name: &str) -> Self {
        Self {
            reference: reference.to_owned(),
            referenced: true,
            kind,
            name: name.to_owned(),
            version: None,
            supplier: None,
            supplier_source: None,
            identifiers: Vec::new(),
            hashes: Vec::new(),
            licences: Vec::new(),
            description: None,
            source_url: None,
            excluded: false,
            support_level: None,
            end_of_support: None,
            properties: Vec::new(),
        }
    }

    /// The package URL, where it has one.
    #[must_use]
    pub fn purl(&self) -> Option<&str> {
        let purl = self.identifiers.iter().find(|identifier| identifier.kind == IdentifierKind::Purl);
        purl.map(|identifier| identifier.value.as_str())
    }

    /// Value of the first property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A name that is meant to be unique in the world.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// Scheme.
    pub kind: IdentifierKind,
    /// Value as written.
    pub value: String,
}

/// Schemes of identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// Package URL (ECMA-427).
    Purl,
    /// Common Platform Enumeration.
    Cpe,
    /// Software identification tag (ISO/IEC 19770-2).
    Swid,
    /// Software Heritage identifier.
    Swhid,
    /// Artifact dependency graph identifier (gitoid).
    Omnibor,
}

#[cfg(test)]
mod tests {
    use super::{Answer, Item, Kind};

    #[test]
    fn a_component_is_shown_by_name_where_its_reference_is_a_bare_number() {
        let mut item = Item::new("pkg:npm/left-pad@1.3.0", Kind::Library, "left-pad");
        assert_eq!(item.shown(), "pkg:npm/left-pad@1.3.0");
        item.reference = "42".to_owned();
        assert_eq!(item.shown(), "left-pad (42)");
        item.version = Some(Answer::Known("1.3.0".to_owned()));
        assert_eq!(item.shown(), "left-pad 1.3.0 (42)");
    }
}
