//! Writes a component graph as SPDX 3.0.1 in JSON-LD; the same inputs give the same bytes.
//!
//! - An `SpdxDocument` whose root is a `software_Sbom` of type `build`, whose root is the device. Its
//!   shipped files are packages of purpose `file` that it contains, since a `software_File` has no version.
//! - `dependsOn` joins a component to all that it depends on; scoped `build` or `development` where those
//!   only take part in the build, or only serve to develop and test; to `NoneElement` where it depends on
//!   nothing. `completeness` of these relationships says how complete the graph is.
//! - A supplier is an `Organization`; nobody knows it where there is none. A declared licence is a
//!   `simplelicensing_LicenseExpression`, or a `simplelicensing_SimpleLicensingText` where it is no
//!   expression.
//! - The last day of support is `validUntilTime`. The level of support is a property, since
//!   `supportLevel` has other words than FDA's guidance.
//! - What has no field is a property of an `extension_CdxPropertiesExtension`, with the names that
//!   [`super::cyclonedx`] explains.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::cyclonedx::Header;
use super::document::{Component, HashAlgorithm};
use super::graph::ComponentGraph;
use super::spdx_view::{self, Declared, Need, View, reference};

pub use super::spdx_view::SpdxWriteError;

const CREATION: &str = "_:creation";

/// Writes the document: pretty JSON without a final newline.
///
/// # Errors
/// [`SpdxWriteError`].
pub fn document(graph: &ComponentGraph, header: &Header<'_>) -> Result<Vec<u8>, SpdxWriteError> {
    let view = View::new(graph, header)?;
    let mut writer = Writer {
        namespace: view.namespace("3.0"),
        ids: HashMap::new(),
        organizations: BTreeMap::new(),
        licences: BTreeMap::new(),
        elements: Vec::new(),
    };
    writer.ids = view.ids().into_iter().map(|(own, id)| (own, writer.iri(&id))).collect();
    writer.creation(&view);
    for component in view.components() {
        writer.package(component);
    }
    writer.relationships(&view);
    writer.collections(&view);
    spdx_view::encode(&json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": writer.elements,
    }))
}

/// The graph as far as it is written.
struct Writer<'v> {
    namespace: String,
    ids: HashMap<&'v str, String>,
    organizations: BTreeMap<&'v str, String>,
    licences: BTreeMap<String, String>,
    elements: Vec<Value>,
}

impl<'v> Writer<'v> {
    fn iri(&self, id: &str) -> String {
        format!("{}#{id}", self.namespace)
    }

    fn id_of(&self, reference: &str) -> String {
        self.ids.get(reference).cloned().unwrap_or_default()
    }

    /// Adds an element: its class, its identifier and the fields that have a value.
    fn element(&mut self, class: &str, id: &str, fields: Value) {
        let mut element = json!({ "type": class, "spdxId": id, "creationInfo": CREATION });
        if let (Value::Object(element), Value::Object(fields)) = (&mut element, fields) {
            let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            element.extend(fields.into_iter().filter(|(_, value)| !empty(value)));
        }
        self.elements.push(element);
    }

    fn creation(&mut self, view: &'v View) {
        let tool = self.iri("Tool-batchseal");
        let author = match view.manufacturer() {
            Some(name) => self.organization(name),
            None => {
                // A document has an agent as its author, so the program is the agent where nobody is named.
                let agent = self.iri("Agent-batchseal");
                self.element("SoftwareAgent", &agent, json!({ "name": view.tool() }));
                agent
            }
        };
        self.element("Tool", &tool, json!({ "name": view.tool() }));
        self.elements.push(json!({
            "type": "CreationInfo",
            "@id": CREATION,
            "specVersion": "3.0.1",
            "created": view.created(),
            "createdBy": [author],
            "createdUsing": [tool],
        }));
    }

    fn organization(&mut self, name: &'v str) -> String {
        if let Some(id) = self.organizations.get(name) {
            return id.clone();
        }
        let id = self.iri(&spdx_view::id("Organization", name));
        self.element("Organization", &id, json!({ "name": name }));
        self.organizations.insert(name, id.clone());
        id
    }

    fn package(&mut self, component: &'v Component) {
        let own = self.id_of(reference(component));
        let supplier = component.supplier.as_ref().map(|one| self.organization(&one.name));
        let purpose = spdx_view::purpose(component.kind).map(|(_, word)| word);
        let end = spdx_view::end_of_support(component).map(|day| format!("{day}T23:59:59Z"));
        let source = component
            .external_references
            .iter()
            .map(|one| json!({ "type": "ExternalRef", "externalRefType": "vcs", "locator": [one.url.as_str()] }));
        let cpe = component.cpe.iter().map(|cpe| {
            json!({ "type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": cpe.as_str() })
        });
        let fields = json!({
            "name": component.name,
            "description": component.description,
            "suppliedBy": supplier,
            "validUntilTime": end,
            "software_packageVersion": component.version,
            "software_packageUrl": component.purl,
            "software_primaryPurpose": purpose.unwrap_or("other"),
            "verifiedUsing": hashes(component),
            "externalIdentifier": cpe.collect::<Vec<_>>(),
            "externalRef": source.collect::<Vec<_>>(),
            "extension": extension(spdx_view::properties(component, purpose.is_some())),
        });
        self.element("software_Package", &own, fields);
        let licence = self.licence(component);
        self.relate("licence", &own, "hasDeclaredLicense", &[licence], json!({}));
    }

    /// The element of the declared licence of a component.
    fn licence(&mut self, component: &Component) -> String {
        let (key, class, fields) = match spdx_view::licence(component) {
            Declared::Expression(text) => {
                let fields = json!({ "simplelicensing_licenseExpression": text });
                (text.to_owned(), "simplelicensing_LicenseExpression", fields)
            }
            Declared::Named(id, text) => {
                let fields = json!({ "name": text, "simplelicensing_licenseText": text });
                (id, "simplelicensing_SimpleLicensingText", fields)
            }
            Declared::Nothing => return "expandedlicensing_NoAssertionLicense".to_owned(),
        };
        if let Some(id) = self.licences.get(&key) {
            return id.clone();
        }
        let id = self.iri(&spdx_view::id("License", &key));
        self.element(class, &id, fields);
        self.licences.insert(key, id.clone());
        id
    }

    /// Adds a relationship. Its identifier follows from what it is about, so one of a kind per component.
    fn relate(&mut self, kind: &str, from: &str, word: &str, to: &[String], fields: Value) {
        let class = if fields.get("scope").is_some() { "LifecycleScopedRelationship" } else { "Relationship" };
        let own = from.rsplit('#').next().unwrap_or_default();
        let id = self.iri(&format!("Relationship-{kind}-{own}"));
        let mut all = json!({ "from": from, "relationshipType": word, "to": to });
        if let (Value::Object(all), Value::Object(fields)) = (&mut all, fields) {
            all.extend(fields);
        }
        self.element(class, &id, all);
    }

    fn relationships(&mut self, view: &'v View) {
        let completeness = match view.completeness() {
            "unknown" => "noAssertion",
            other => other,
        };
        let none = || vec!["NoneElement".to_owned()];
        let device = self.id_of(reference(view.device()));
        let files: Vec<String> = view.files().iter().map(|file| self.id_of(reference(file))).collect();
        let files = if files.is_empty() { none() } else { files };
        self.relate("contains", &device, "contains", &files, json!({ "completeness": completeness }));
        for (from, needs) in view.dependencies() {
            let from = self.id_of(from);
            if needs.is_empty() {
                self.relate("needs", &from, "dependsOn", &none(), json!({ "completeness": completeness }));
            }
            for (need, list) in needs {
                let to: Vec<String> = list.into_iter().map(|to| self.id_of(to)).collect();
                let (kind, scope) = match need {
                    Need::Product => ("needs", None),
                    Need::Build => ("build", Some("build")),
                    Need::Development => ("development", Some("development")),
                };
                let fields = match scope {
                    Some(scope) => json!({ "completeness": completeness, "scope": scope }),
                    None => json!({ "completeness": completeness }),
                };
                self.relate(kind, &from, "dependsOn", &to, fields);
            }
        }
    }

    /// The SBOM, which holds every element, and the document, which holds the SBOM.
    fn collections(&mut self, view: &View) {
        let elements: Vec<String> = self
            .elements
            .iter()
            .filter_map(|one| one.get("spdxId"))
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let (sbom, data) = (self.iri("Sbom"), self.iri("License-of-this-document"));
        let stated = view.properties().iter().map(|one| (one.name.as_str(), one.value.as_str()));
        let fields = json!({
            "name": view.name(),
            "software_sbomType": ["build"],
            "rootElement": [self.id_of(reference(view.device()))],
            "element": elements,
            "extension": extension(stated),
        });
        self.element("software_Sbom", &sbom, fields);
        let expression = json!({ "simplelicensing_licenseExpression": "CC0-1.0" });
        self.element("simplelicensing_LicenseExpression", &data, expression);
        let fields = json!({
            "name": view.name(),
            "profileConformance": ["core", "software", "simpleLicensing"],
            "dataLicense": data,
            "rootElement": [sbom],
            "element": [sbom],
        });
        let document = self.iri("SPDXRef-DOCUMENT");
        self.element("SpdxDocument", &document, fields);
    }
}

fn hashes(component: &Component) -> Vec<Value> {
    let word = |algorithm| match algorithm {
        HashAlgorithm::Sha256 => "sha256",
        HashAlgorithm::Sha384 => "sha384",
        HashAlgorithm::Sha512 => "sha512",
    };
    let hash = |one: &super::document::Hash| json!({ "type": "Hash", "algorithm": word(one.algorithm), "hashValue": one.content.as_str() });
    component.hashes.iter().map(hash).collect()
}

/// The one extension that holds these properties; none for none.
fn extension<'p>(properties: impl Iterator<Item = (&'p str, &'p str)>) -> Vec<Value> {
    let entry = |(name, value): (&str, &str)| json!({ "type": "extension_CdxPropertyEntry", "extension_cdxPropName": name, "extension_cdxPropValue": value });
    let entries: Vec<Value> = properties.map(entry).collect();
    let extension = || json!({ "type": "extension_CdxPropertiesExtension", "extension_cdxProperty": entries });
    if entries.is_empty() { Vec::new() } else { vec![extension()] }
}
