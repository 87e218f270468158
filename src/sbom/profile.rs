//! Profile `fda-2026`: the eight baseline attributes for every component.
//!
//! FDA premarket cybersecurity guidance of 2026-02-03, V.A.4(b), names the baseline attributes of
//! NTIA "Framing Software Component Transparency", 2nd edition (2021-10), section 2.2. Section 2.3
//! there lets an attribute be undetermined; here that needs a recorded reason.

use std::collections::HashSet;

use super::component::Kind;
use super::cyclonedx::{SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE};
use super::document::{Component, Document};
use super::purl;

/// A baseline attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute {
    /// Author of the SBOM.
    AuthorName,
    /// Time of the SBOM.
    Timestamp,
    /// Supplier of the component.
    SupplierName,
    /// Name of the component.
    ComponentName,
    /// Version of the component.
    VersionString,
    /// Hash of the component.
    ComponentHash,
    /// Unique identifier of the component.
    UniqueIdentifier,
    /// How the component relates to another one.
    Relationship,
}

impl Attribute {
    /// Attributes of the document as a whole.
    pub const OF_DOCUMENT: [Self; 2] = [Self::AuthorName, Self::Timestamp];
    /// Attributes of each component.
    pub const OF_COMPONENT: [Self; 6] = [
        Self::SupplierName,
        Self::ComponentName,
        Self::VersionString,
        Self::ComponentHash,
        Self::UniqueIdentifier,
        Self::Relationship,
    ];

    /// The attribute's name in NTIA Framing, 2nd edition, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorName => "author name",
            Self::Timestamp => "timestamp",
            Self::SupplierName => "supplier name",
            Self::ComponentName => "component name",
            Self::VersionString => "version string",
            Self::ComponentHash => "component hash",
            Self::UniqueIdentifier => "unique identifier",
            Self::Relationship => "relationship",
        }
    }
}

/// Whether an attribute is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It has a value.
    Present,
    /// It is declared unknown, with a recorded reason.
    DeclaredUnknown {
        /// The reason.
        justification: String,
    },
    /// It has no value and no reason.
    Missing,
}

/// One attribute that has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Reference of the component, or `document`.
    pub about: String,
    /// The attribute.
    pub attribute: Attribute,
    /// Declared unknown, or missing.
    pub presence: Presence,
}

/// What a document has and lacks under the profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileReport {
    /// Components looked at: the device, its files and every package.
    pub components: usize,
    /// Components whose supplier was derived and not stated.
    pub derived_suppliers: usize,
    /// Attributes without a value, in document order.
    pub gaps: Vec<Gap>,
}

impl ProfileReport {
    /// Gaps without a recorded reason.
    pub fn missing(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.presence == Presence::Missing)
    }

    /// Gaps with a recorded reason.
    pub fn declared_unknown(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.presence != Presence::Missing)
    }
}

/// Looks at every component and the document as a whole.
#[must_use]
pub fn fda_2026(document: &Document) -> ProfileReport {
    let related = Related::of(document);
    let mut gaps = Vec::new();
    let mut note = |about: &str, attribute, presence| {
        if presence != Presence::Present {
            gaps.push(Gap { about: about.to_owned(), attribute, presence });
        }
    };
    for attribute in Attribute::OF_DOCUMENT {
        note("document", attribute, of_document(document, attribute));
    }
    let (mut components, mut derived_suppliers) = (0, 0);
    for component in document.product() {
        components += 1;
        let source = component.property(SUPPLIER_SOURCE);
        derived_suppliers += usize::from(source.is_some_and(|source| source.starts_with("derived:")));
        for attribute in Attribute::OF_COMPONENT {
            note(component.label(), attribute, of_component(component, attribute, &related));
        }
    }
    ProfileReport { components, derived_suppliers, gaps }
}

fn of_document(document: &Document, attribute: Attribute) -> Presence {
    let author = || document.metadata.manufacturer.as_ref().is_some_and(|author| says_something(&author.name));
    // The reader takes no document without a timestamp.
    present(attribute != Attribute::AuthorName || author())
}

fn of_component(component: &Component, attribute: Attribute, related: &Related<'_>) -> Presence {
    match attribute {
        Attribute::SupplierName => supplier(component),
        // A package may well be called "unknown" or "none".
        Attribute::ComponentName => present(!component.name.trim().is_empty()),
        Attribute::VersionString => present(component.version.as_deref().is_some_and(says_something)),
        Attribute::ComponentHash => present(!component.hashes.is_empty()),
        Attribute::UniqueIdentifier => present(component.purl.as_deref().is_some_and(purl::is_purl)),
        Attribute::Relationship => present(related.holds(component)),
        Attribute::AuthorName | Attribute::Timestamp => Presence::Present,
    }
}

fn supplier(component: &Component) -> Presence {
    if component.supplier.as_ref().is_some_and(|supplier| says_something(&supplier.name)) {
        return Presence::Present;
    }
    let reason = component.property(SUPPLIER_UNKNOWN_BECAUSE).filter(|reason| says_something(reason));
    match (component.property(SUPPLIER), reason) {
        (Some("unknown"), Some(reason)) => Presence::DeclaredUnknown { justification: reason.to_owned() },
        _ => Presence::Missing,
    }
}

fn present(there: bool) -> Presence {
    if there { Presence::Present } else { Presence::Missing }
}

/// White space and the words that tools write for nothing are no value.
fn says_something(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !["noassertion", "unknown", "none", "n/a"].contains(&text.to_ascii_lowercase().as_str())
}

/// Components that relate to another one.
struct Related<'a> {
    lists: HashSet<&'a str>,
    used: HashSet<&'a str>,
    device: Option<&'a str>,
    files: HashSet<&'a str>,
}

impl<'a> Related<'a> {
    fn of(document: &'a Document) -> Self {
        let device = &document.metadata.component;
        let name = |component: &'a Component| component.bom_ref.as_ref().map(super::document::Reference::as_str);
        Self {
            lists: document.dependencies.iter().map(|list| list.reference.as_str()).collect(),
            used: document.dependencies.iter().flat_map(|list| &list.depends_on).map(|to| to.as_str()).collect(),
            device: name(device),
            files: device.components.iter().filter_map(name).collect(),
        }
    }

    /// A package has a list of its own and stands in another one; the device has a list; a file
    /// lies inside the device.
    fn holds(&self, component: &Component) -> bool {
        let Some(reference) = component.bom_ref.as_ref().map(super::document::Reference::as_str) else { return false };
        let is_device = self.device == Some(reference);
        let is_file = component.kind == Kind::File && self.files.contains(reference);
        is_file || (self.lists.contains(reference) && (is_device || self.used.contains(reference)))
    }
}
