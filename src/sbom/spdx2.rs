//! Writes a component graph as SPDX 2.3 JSON; the same inputs give the same bytes.
//!
//! - The document describes one package, the device. Its shipped files are packages of purpose `FILE`
//!   that it contains, since a file of SPDX 2 has neither version nor supplier. No files are analyzed.
//! - `A DEPENDS_ON B` for dependencies; `B BUILD_DEPENDENCY_OF A` and `B DEV_DEPENDENCY_OF A` where `B`
//!   only takes part in the build, or only serves to develop and test, and `A` does not;
//!   `A DEPENDS_ON NONE` where `A` depends on nothing.
//! - A supplier that nobody knows is `NOASSERTION`, and so is every concluded licence. A declared licence
//!   that is no expression is a `LicenseRef-` with its text.
//! - The last day of support is `validUntilDate` (section 7.27).
//! - What has no field is an annotation of this program, `batchseal:<name>=<value>`, with the names that
//!   [`super::cyclonedx`] explains; `batchseal:completeness` of the document says how complete it is,
//!   `batchseal:kind` what a package is whose kind SPDX 2.3 has no word for.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::cyclonedx::Header;
use super::document::{Component, HashAlgorithm};
use super::foreign::COMPLETENESS;
use super::graph::ComponentGraph;
use super::spdx_view::{self, Declared, Need, View, reference};

pub use super::spdx_view::SpdxWriteError;

const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Writes the document: pretty JSON without a final newline.
///
/// # Errors
/// [`SpdxWriteError`].
pub fn document(graph: &ComponentGraph, header: &Header<'_>) -> Result<Vec<u8>, SpdxWriteError> {
    let view = View::new(graph, header)?;
    let mut creators = vec![format!("Tool: {}", view.tool())];
    creators.extend(view.manufacturer().map(organization));
    let mut extracted = BTreeMap::new();
    let packages: Vec<Value> = view.components().map(|one| package(one, &view, &mut extracted)).collect();
    let stated = view.properties().iter().map(|one| (one.name.as_str(), one.value.as_str()));
    let stated = stated.chain([(COMPLETENESS, view.completeness())]);
    let mut document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": view.name(),
        "documentNamespace": view.namespace("2.3"),
        "creationInfo": { "created": view.created(), "creators": creators },
        "annotations": annotations(stated, &view),
        "packages": packages,
        "relationships": relationships(&view),
    });
    if !extracted.is_empty() {
        document["hasExtractedLicensingInfos"] = extracted.into_values().collect();
    }
    spdx_view::encode(&document)
}

/// A name as an actor. Parentheses at the end are a mail address in SPDX, so an empty pair goes behind them.
fn organization(name: &str) -> String {
    format!("Organization: {name}{}", if name.ends_with(')') { " ()" } else { "" })
}

fn spdx_id(component: &Component) -> String {
    format!("SPDXRef-{}", spdx_view::id(&component.name, reference(component)))
}

fn package(component: &Component, view: &View, extracted: &mut BTreeMap<String, Value>) -> Value {
    let supplier = component.supplier.as_ref().map(|one| organization(&one.name));
    let purpose = spdx_view::purpose(component.kind).map(|(word, _)| word);
    let mut package = json!({
        "SPDXID": spdx_id(component),
        "name": component.name,
        "supplier": supplier.as_deref().unwrap_or("NOASSERTION"),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": false,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence(component, extracted),
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": purpose.unwrap_or("OTHER"),
    });
    let end = spdx_view::end_of_support(component).map(|day| format!("{day}T23:59:59Z"));
    let texts = [
        ("versionInfo", component.version.as_deref()),
        ("description", component.description.as_deref()),
        ("validUntilDate", end.as_deref()),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            package[name] = text.into();
        }
    }
    let lists = [
        ("checksums", checksums(component)),
        ("externalRefs", external_refs(component)),
        ("annotations", annotations(spdx_view::properties(component, purpose.is_some()), view)),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        package[name] = list.into();
    }
    package
}

fn checksums(component: &Component) -> Vec<Value> {
    let word = |algorithm| match algorithm {
        HashAlgorithm::Sha256 => "SHA256",
        HashAlgorithm::Sha384 => "SHA384",
        HashAlgorithm::Sha512 => "SHA512",
    };
    let hashes = component.hashes.iter();
    hashes.map(|one| json!({ "algorithm": word(one.algorithm), "checksumValue": one.content.as_str() })).collect()
}

fn external_refs(component: &Component) -> Vec<Value> {
    let of = |category: &str, kind: &str, locator: &str| json!({ "referenceCategory": category, "referenceType": kind, "referenceLocator": locator });
    let purl = component.purl.iter().map(|purl| of("PACKAGE-MANAGER", "purl", purl));
    let cpe = component.cpe.iter().map(|cpe| of("SECURITY", "cpe23Type", cpe.as_str()));
    let source = component.external_references.iter().map(|one| of("OTHER", "vcs", one.url.as_str()));
    purl.chain(cpe).chain(source).collect()
}

fn licence(component: &Component, extracted: &mut BTreeMap<String, Value>) -> String {
    match spdx_view::licence(component) {
        Declared::Expression(text) => {
            for own in text.split([' ', '(', ')']).filter(|word| word.starts_with("LicenseRef-")) {
                let own = own.trim_end_matches('+');
                explain(own, "The package names this licence; its text is not known here.", own, extracted);
            }
            text.to_owned()
        }
        Declared::Named(id, text) => {
            explain(&id, text, text, extracted);
            id
        }
        Declared::Nothing => "NOASSERTION".to_owned(),
    }
}

fn explain(id: &str, text: &str, name: &str, extracted: &mut BTreeMap<String, Value>) {
    let info = || json!({ "licenseId": id, "extractedText": text, "name": name });
    extracted.entry(id.to_owned()).or_insert_with(info);
}

fn annotations<'v>(properties: impl Iterator<Item = (&'v str, &'v str)>, view: &View) -> Vec<Value> {
    let annotator = format!("Tool: {}", view.tool());
    let annotation = |(name, value): (&str, &str)| {
        let mut annotation = Map::new();
        annotation.insert("annotationDate".to_owned(), view.created().into());
        annotation.insert("annotationType".to_owned(), "OTHER".into());
        annotation.insert("annotator".to_owned(), annotator.as_str().into());
        annotation.insert("comment".to_owned(), format!("{name}={value}").into());
        Value::Object(annotation)
    };
    properties.map(annotation).collect()
}

fn relationships(view: &View) -> Vec<Value> {
    let ids: HashMap<&str, String> = view.ids().into_iter().map(|(own, id)| (own, format!("SPDXRef-{id}"))).collect();
    let of = |reference: &str| ids.get(reference).cloned().unwrap_or_default();
    let relationship = |from: &str, kind: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to });
    let device = of(reference(view.device()));
    let mut relationships = vec![relationship(DOCUMENT, "DESCRIBES", &device)];
    relationships.extend(view.files().iter().map(|file| relationship(&device, "CONTAINS", &of(reference(file)))));
    for (from, needs) in view.dependencies() {
        let from = of(from);
        if needs.is_empty() {
            relationships.push(relationship(&from, "DEPENDS_ON", "NONE"));
        }
        for (need, list) in needs {
            relationships.extend(list.into_iter().map(|to| match need {
                Need::Product => relationship(&from, "DEPENDS_ON", &of(to)),
                Need::Build => relationship(&of(to), "BUILD_DEPENDENCY_OF", &from),
                Need::Development => relationship(&of(to), "DEV_DEPENDENCY_OF", &from),
            }));
        }
    }
    relationships
}
