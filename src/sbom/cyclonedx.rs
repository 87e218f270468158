//! Writes a component graph as CycloneDX JSON 1.6; the same inputs give the same bytes.
//!
//! - `metadata.component` is the device: `firmware` where its UDI scope is `embedded`, else
//!   `application`. Its shipped files lie inside it as components of type `file`, with their SHA-256.
//!   The device's own hash is the SHA-256 of the lines `<sha256> <file name>\n` of those files, sorted.
//! - `components` are the graph's packages; `dependencies` their edges, the device's own list being the
//!   packages that it is made of. References are package URLs.
//! - Packages that only take part in the build, or only serve to develop and test, have
//!   `scope: excluded` and the property `batchseal:scope` = `build-time-only` or `development-only`;
//!   all others are `required`.
//! - What has no field of its own is a property: `batchseal:supplier-source` (`configured`,
//!   `derived:<from>`), `batchseal:supplier = unknown` with `batchseal:supplier-unknown-because`,
//!   `batchseal:licence = undeclared`, `batchseal:hash-of`, `batchseal:source`, `batchseal:udi-scope`,
//!   `batchseal:udi-di`, `batchseal:origin` (each file that names the component), `batchseal:<field>-source`,
//!   `batchseal:level-of-support`, `batchseal:end-of-support` and what belongs to them (`batchseal:support-…`),
//!   `batchseal:pedigree`, `batchseal:files`, `batchseal:conflict`, `batchseal:excluded-locked-packages`, `batchseal:excluded-reason`.
//! - `serialNumber` is a UUID of version 8 made from the batch and its artifacts, or, where there is
//!   no batch, from the document itself.

mod support;
pub mod versions;

pub use support::is_support;
pub(super) use support::support;

use crate::model::batch::{SchemaVersion, Udi, UdiScope};
use crate::model::digest::Sha256Digest;
use crate::model::record::ArtifactRecord;
use crate::model::time::Timestamp;

use super::document::{
    Acknowledgement, Aggregate, BomFormat, Component, ComponentScope, Composition, DateTime, Dependency, Document,
    DocumentError, ExternalReference, Iri, LicenceEntry, LicenceExpression, Lifecycle, Metadata, NamedLicence,
    NamedLicenceEntry, Organization, Phase, Property, Reference, ReferenceKind, SchemaUrl, SerialNumber, SpecVersion,
    Tools,
};
use super::graph::{self, Completeness, ComponentGraph, Conflict, Kind, Scope, Supplier};
use super::licence::Licence;
use super::purl::{self, PurlError};

/// Property that names the UDI scope of the device.
pub const UDI_SCOPE: &str = "batchseal:udi-scope";
/// Property that holds the UDI device identifier.
pub const UDI_DI: &str = "batchseal:udi-di";
/// Property that says that a supplier is unknown.
pub const SUPPLIER: &str = "batchseal:supplier";
/// Property that says that no licence is declared.
pub const LICENCE: &str = "batchseal:licence";
/// Property that says where a supplier's name comes from.
pub const SUPPLIER_SOURCE: &str = "batchseal:supplier-source";
/// Property with the recorded reason why a supplier is unknown.
pub const SUPPLIER_UNKNOWN_BECAUSE: &str = "batchseal:supplier-unknown-because";
/// Property that says where a package comes from: `registry`, `git` or `path`.
pub const SOURCE: &str = "batchseal:source";
/// Property with the level of support, in FDA's words, or `unknown`.
pub const SUPPORT_LEVEL: &str = "batchseal:level-of-support";
/// Property with the last day of support, `YYYY-MM-DD`, or `unknown`.
pub const SUPPORT_END: &str = "batchseal:end-of-support";
/// Property with the reason why the level of support is unknown.
pub const SUPPORT_LEVEL_UNKNOWN_BECAUSE: &str = "batchseal:level-of-support-unknown-because";
/// Property with the reason why the last day of support is unknown.
pub const SUPPORT_END_UNKNOWN_BECAUSE: &str = "batchseal:end-of-support-unknown-because";
/// Property with the justification of what is recorded of the support.
pub const SUPPORT_JUSTIFICATION: &str = "batchseal:support-justification";
/// Property that says where the plan for replacing the component is written down.
pub const SUPPORT_REPLACEMENT_PLAN: &str = "batchseal:support-replacement-plan";
/// Property that says who reviewed the support.
pub const SUPPORT_REVIEWED_BY: &str = "batchseal:support-reviewed-by";
/// Property that says when, `YYYY-MM-DD`.
pub const SUPPORT_REVIEWED_ON: &str = "batchseal:support-reviewed-on";
/// Property that counts locked packages that are not in the graph.
pub const EXCLUDED_COUNT: &str = "batchseal:excluded-locked-packages";
/// Property with the reason for them.
pub const EXCLUDED_REASON: &str = "batchseal:excluded-reason";

/// Property that names a file which names the component.
pub const ORIGIN: &str = "batchseal:origin";
/// Property with the reason why the document is incomplete.
pub const INCOMPLETE_BECAUSE: &str = "batchseal:incomplete-because";

/// What a document says beside the graph.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// Name of the device, or of the product.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Legal manufacturer: author of the SBOM and supplier of the device.
    pub manufacturer: Option<&'a str>,
    /// UDI of the batch.
    pub udi: Option<&'a Udi>,
    /// Shipped files.
    pub artifacts: &'a [ArtifactRecord],
    /// SHA-256 of `batch.json`, where there is a batch.
    pub batch: Option<Sha256Digest>,
    /// Time of the document.
    pub timestamp: Timestamp,
    /// Version of this program.
    pub tool_version: &'a str,
}

/// Why no document was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The device or a file has no package URL.
    #[error(transparent)]
    Purl(#[from] PurlError),
    /// The document would not be one that the strict reader accepts.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A reference of the format that would be empty.
    #[error("component {0:?} has no reference")]
    Reference(String),
}

/// Writes the document: pretty JSON without a final newline.
///
/// # Errors
/// [`WriteError`].
pub fn document(graph: &ComponentGraph, header: &Header<'_>) -> Result<Vec<u8>, WriteError> {
    Ok(compose(graph, header)?.encode()?)
}

/// Composes the document that [`document`] writes.
///
/// # Errors
/// [`WriteError`].
pub fn compose(graph: &ComponentGraph, header: &Header<'_>) -> Result<Document, WriteError> {
    let mut device = device(header)?;
    // A project without a name of its own may bear the product's: references must still differ.
    if let Some(taken) = device.bom_ref.as_ref().filter(|own| graph.component(own.as_str()).is_some()) {
        device.bom_ref = Some(reference_of(&format!("{}#product", taken.as_str()))?);
    }
    let device_ref = reference(&device.bom_ref, header.name)?;
    let mut document = Document {
        schema: SchemaUrl::Cdx16,
        bom_format: BomFormat::CycloneDx,
        spec_version: SpecVersion::Cdx16,
        serial_number: SerialNumber::of(seed(header)),
        version: SchemaVersion,
        metadata: Metadata {
            timestamp: DateTime::from(header.timestamp),
            lifecycles: vec![Lifecycle { phase: Phase::Build }],
            tools: Tools {
                components: vec![Component::new(Kind::Application, "batchseal", Some(header.tool_version))],
            },
            manufacturer: header.manufacturer.map(organization),
            component: device,
            properties: properties(graph),
        },
        components: graph.components().map(component).collect::<Result<_, _>>()?,
        dependencies: dependencies(graph, &device_ref)?,
        compositions: Vec::new(),
    };
    document.compositions = vec![composition(graph, &document.dependencies, device_ref)];
    if header.batch.is_none() {
        renumber(&mut document)?;
    }
    Ok(document)
}

/// Gives a document that belongs to no batch the serial number that follows from the document itself.
///
/// # Errors
/// [`DocumentError`] for a document that the strict reader would refuse.
pub fn renumber(document: &mut Document) -> Result<(), DocumentError> {
    document.serial_number = SerialNumber::of(Sha256Digest::of(&document.encode()?));
    Ok(())
}

/// Binds the serial number to the batch and its artifacts.
fn seed(header: &Header<'_>) -> Sha256Digest {
    let mut text = String::from("batchseal sbom serial number v1\n");
    if let Some(batch) = header.batch {
        text.push_str(&batch.to_hex());
        text.push('\n');
    }
    text.push_str(&file_lines(header.artifacts));
    Sha256Digest::of(text.as_bytes())
}

fn file_lines(artifacts: &[ArtifactRecord]) -> String {
    let mut lines: Vec<String> =
        artifacts.iter().map(|file| format!("{} {}\n", file.sha256.to_hex(), file.name)).collect();
    lines.sort();
    lines.concat()
}

fn device(header: &Header<'_>) -> Result<Component, WriteError> {
    let embedded = header.udi.is_some_and(|udi| udi.scope == UdiScope::Embedded);
    let kind = if embedded { Kind::Firmware } else { Kind::Application };
    let purl = purl::generic(header.name, header.version, None)?;
    let mut files: Vec<Component> =
        header.artifacts.iter().map(|file| shipped(file, header)).collect::<Result<_, _>>()?;
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let mut device = Component {
        bom_ref: Reference::try_from(purl.clone()).ok(),
        supplier: header.manufacturer.map(organization),
        purl: Some(purl),
        components: files,
        properties: vec![undeclared_licence()],
        ..Component::new(kind, header.name, Some(header.version).filter(|version| !version.is_empty()))
    };
    if !header.artifacts.is_empty() {
        device.hashes = vec![Sha256Digest::of(file_lines(header.artifacts).as_bytes()).into()];
        device.properties.push(Property::new("hash-of", "the sorted lines \"<sha256> <name>\\n\" of the files inside"));
    }
    if let Some(udi) = header.udi {
        device.properties.push(Property { name: UDI_SCOPE.to_owned(), value: udi.scope.as_str().to_owned() });
        let di = udi.di.iter().map(|di| Property { name: UDI_DI.to_owned(), value: di.clone() });
        device.properties.extend(di);
    }
    Ok(device)
}

/// Said outright, since a reader cannot tell silence from an oversight.
fn undeclared_licence() -> Property {
    Property { name: LICENCE.to_owned(), value: "undeclared".to_owned() }
}

fn shipped(file: &ArtifactRecord, header: &Header<'_>) -> Result<Component, WriteError> {
    let purl = purl::generic(file.name.as_str(), header.version, Some(&file.sha256.to_hex()))?;
    Ok(Component {
        bom_ref: Reference::try_from(purl.clone()).ok(),
        supplier: header.manufacturer.map(organization),
        scope: Some(ComponentScope::Required),
        hashes: vec![file.sha256.into()],
        purl: Some(purl),
        properties: std::iter::once(undeclared_licence())
            .chain(file.target.iter().map(|target| Property::new("target", target.as_str())))
            .collect(),
        ..Component::new(Kind::File, file.name.as_str(), Some(header.version).filter(|version| !version.is_empty()))
    })
}

/// A component as the document states it.
///
/// # Errors
/// [`WriteError`] for one without an identity.
pub fn component(component: &graph::Component) -> Result<Component, WriteError> {
    let (supplier, mut properties) = supplier(&component.supplier);
    let mut licenses = Vec::new();
    match &component.licence {
        Licence::Expression(text) => licenses.push(LicenceEntry::Expression(LicenceExpression {
            expression: text.clone(),
            acknowledgement: Acknowledgement::Declared,
        })),
        Licence::Named(name) => {
            let license = NamedLicence { name: name.clone(), acknowledgement: Acknowledgement::Declared };
            licenses.push(LicenceEntry::Named(NamedLicenceEntry { license }));
            properties.push(Property::new("licence", "not an SPDX expression"));
        }
        Licence::Undeclared => properties.push(undeclared_licence()),
    }
    match component.scope {
        Scope::Shipped => {}
        Scope::BuildTimeOnly => properties.push(Property::new("scope", "build-time-only")),
        Scope::DevelopmentOnly => properties.push(Property::new("scope", "development-only")),
    }
    properties.extend(component.facts.iter().map(|(name, value)| Property::new(name, value.as_str())));
    properties
        .extend(component.origins.iter().map(|origin| Property { name: ORIGIN.to_owned(), value: origin.to_string() }));
    let fields = component.field_origins.iter();
    properties
        .extend(fields.map(|(field, from)| Property::new(&format!("{}-source", field.as_str()), from.to_string())));
    properties.extend(component.support.iter().flat_map(support));
    properties.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
    let address = component.source_url.clone().and_then(|url| Iri::try_from(url).ok());
    Ok(Component {
        bom_ref: Some(reference_of(&component.id)?),
        supplier,
        description: component.description.clone(),
        scope: Some(match component.scope {
            Scope::Shipped => ComponentScope::Required,
            Scope::BuildTimeOnly | Scope::DevelopmentOnly => ComponentScope::Excluded,
        }),
        hashes: component.hashes.clone(),
        licenses,
        purl: component.purl.clone(),
        cpe: component.cpe.clone(),
        external_references: address
            .map(|url| ExternalReference { kind: ReferenceKind::Vcs, url })
            .into_iter()
            .collect(),
        properties,
        ..Component::new(
            component.kind,
            &component.name,
            Some(component.version.as_str()).filter(|text| !text.is_empty()),
        )
    })
}

fn supplier(supplier: &Supplier) -> (Option<Organization>, Vec<Property>) {
    let property = |name: &str, value: &str| Property { name: name.to_owned(), value: value.to_owned() };
    match supplier {
        Supplier::Configured(name) => (Some(organization(name)), vec![property(SUPPLIER_SOURCE, "configured")]),
        Supplier::Derived { name, from } => {
            (Some(organization(name)), vec![property(SUPPLIER_SOURCE, &format!("derived:{}", from.as_str()))])
        }
        Supplier::Imported { name, from } => {
            (Some(organization(name)), vec![property(SUPPLIER_SOURCE, &format!("imported:{from}"))])
        }
        Supplier::Unknown { because } => {
            let mut properties = vec![property(SUPPLIER, "unknown")];
            properties.extend(because.iter().map(|reason| property(SUPPLIER_UNKNOWN_BECAUSE, reason)));
            (None, properties)
        }
    }
}

fn dependencies(graph: &ComponentGraph, device: &Reference) -> Result<Vec<Dependency>, WriteError> {
    let roots = graph.roots().map(|root| reference_of(&root.id)).collect::<Result<_, _>>()?;
    let mut lists = vec![Dependency { reference: device.clone(), depends_on: roots }];
    for component in graph.components() {
        let depends_on = graph.dependencies(&component.id).map(reference_of).collect::<Result<_, _>>()?;
        lists.push(Dependency { reference: reference_of(&component.id)?, depends_on });
    }
    Ok(lists)
}

fn composition(graph: &ComponentGraph, lists: &[Dependency], device: Reference) -> Composition {
    Composition {
        aggregate: match graph.completeness() {
            Completeness::Complete => Aggregate::Complete,
            Completeness::Incomplete { .. } => Aggregate::Incomplete,
        },
        assemblies: vec![device],
        dependencies: lists.iter().map(|list| list.reference.clone()).collect(),
    }
}

fn properties(graph: &ComponentGraph) -> Vec<Property> {
    let mut properties: Vec<Property> =
        graph.facts().iter().map(|(name, value)| Property::new(name, value.as_str())).collect();
    properties.push(Property { name: EXCLUDED_COUNT.to_owned(), value: graph.excluded().count.to_string() });
    properties.push(Property { name: EXCLUDED_REASON.to_owned(), value: graph.excluded().reason.clone() });
    properties.extend(graph.conflicts().map(conflict));
    if let Completeness::Incomplete { reason } = graph.completeness() {
        properties.push(Property { name: INCOMPLETE_BECAUSE.to_owned(), value: reason.clone() });
    }
    properties.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
    properties
}

/// Two sources that disagree, in words.
pub(super) fn conflict(conflict: &Conflict) -> Property {
    let Conflict { id, field, kept, other } = conflict;
    let text = format!("{id}: {} is {:?} ({}), and {:?} says {}", field.as_str(), kept.0, kept.1, other.0, other.1);
    Property::new("conflict", text)
}

fn organization(name: &str) -> Organization {
    Organization { name: name.to_owned() }
}

fn reference_of(purl: &str) -> Result<Reference, WriteError> {
    Reference::try_from(purl.to_owned()).map_err(|_| WriteError::Reference(purl.to_owned()))
}

fn reference(found: &Option<Reference>, name: &str) -> Result<Reference, WriteError> {
    found.clone().ok_or_else(|| WriteError::Reference(name.to_owned()))
}
