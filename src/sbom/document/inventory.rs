//! What a document of ours says, in the words of the one model of any SBOM.

use std::collections::{BTreeMap, BTreeSet};

use crate::sbom::cyclonedx::{
    LICENCE, SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE, SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE,
    SUPPORT_JUSTIFICATION, SUPPORT_LEVEL, SUPPORT_LEVEL_UNKNOWN_BECAUSE,
};
use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Statement, Tool};
use crate::sbom::support::SupportLevel;

use super::component::{Component, ComponentScope, LicenceEntry};
use super::field::Reference;
use super::{Aggregate, Document};

/// Value of a property of ours that says that nobody knows.
const UNKNOWN: &str = "unknown";

impl From<&Document> for Inventory {
    fn from(document: &Document) -> Self {
        let device = &document.metadata.component;
        let components: Vec<Item> =
            document.product().enumerate().map(|(position, component)| item(component, position)).collect();
        let files = components.iter().skip(1).take(device.components.len()).map(|file| file.reference.clone());
        let primary = components.first().map(|first| first.reference.clone());
        let parts: BTreeMap<String, BTreeSet<String>> = primary.iter().cloned().zip([files.collect()]).collect();
        Self {
            format: Format { name: "CycloneDX", version: "1.6", encoding: "JSON" },
            identity: Some(document.serial_number.as_str().to_owned()),
            revision: Some("1".to_owned()),
            timestamp: Some(document.metadata.timestamp.as_str().to_owned()),
            authors: document.metadata.manufacturer.iter().map(|author| author.name.clone()).collect(),
            tools: document.metadata.tools.components.iter().map(tool).collect(),
            contexts: document.metadata.lifecycles.iter().map(|_| "build".to_owned()).collect(),
            signature_named: false,
            primary,
            components,
            dependencies: document
                .dependencies
                .iter()
                .map(|list| (list.reference.as_str().to_owned(), names(&list.depends_on)))
                .collect(),
            parts: parts.into_iter().filter(|(_, files)| !files.is_empty()).collect(),
            completeness: document
                .compositions
                .iter()
                .map(|composition| Statement {
                    aggregate: aggregate(composition.aggregate).to_owned(),
                    assemblies: names(&composition.assemblies),
                    dependencies: names(&composition.dependencies),
                })
                .collect(),
        }
    }
}

fn names(references: &[Reference]) -> BTreeSet<String> {
    references.iter().map(|reference| reference.as_str().to_owned()).collect()
}

fn tool(component: &Component) -> Tool {
    Tool { name: component.name.clone(), version: component.version.clone() }
}

const fn aggregate(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Complete => "complete",
        Aggregate::Incomplete => "incomplete",
        Aggregate::Unknown => "unknown",
    }
}

fn item(component: &Component, position: usize) -> Item {
    let made = format!("#{position}");
    let reference = component.bom_ref.as_ref().map_or(made.as_str(), Reference::as_str);
    let mut properties: Vec<(String, String)> =
        component.properties.iter().map(|property| (property.name.clone(), property.value.clone())).collect();
    properties.sort();
    Item {
        referenced: component.bom_ref.is_some(),
        version: component.version.clone().map(Answer::Known),
        supplier: supplier(component),
        supplier_source: component.property(SUPPLIER_SOURCE).map(str::to_owned),
        identifiers: identifiers(component),
        hashes: component
            .hashes
            .iter()
            .map(|hash| (hash.algorithm.as_str().to_owned(), hash.content.as_str().to_owned()))
            .collect(),
        licences: licences(component),
        description: component.description.clone(),
        source_url: component.external_references.first().map(|reference| reference.url.as_str().to_owned()),
        excluded: component.scope == Some(ComponentScope::Excluded),
        support_level: answer(component, SUPPORT_LEVEL, SUPPORT_LEVEL_UNKNOWN_BECAUSE, SupportLevel::parse),
        end_of_support: answer(component, SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, |text| Some(text.to_owned())),
        properties,
        ..Item::new(reference, component.kind, &component.name)
    }
}

fn supplier(component: &Component) -> Option<Answer<String>> {
    if let Some(supplier) = &component.supplier {
        return Some(Answer::Known(supplier.name.clone()));
    }
    let because = component.property(SUPPLIER_UNKNOWN_BECAUSE).map(str::to_owned);
    component.property(SUPPLIER).filter(|value| *value == UNKNOWN).map(|_| Answer::Unknown { because })
}

fn identifiers(component: &Component) -> Vec<Identifier> {
    let purl = component.purl.iter().map(|purl| Identifier { kind: IdentifierKind::Purl, value: purl.clone() });
    let cpe = component.cpe.iter().map(|cpe| Identifier { kind: IdentifierKind::Cpe, value: cpe.as_str().to_owned() });
    purl.chain(cpe).collect()
}

/// That no licence is declared is an answer too: nobody but the supplier knows one.
fn licences(component: &Component) -> Vec<Answer<String>> {
    let mut licences: Vec<Answer<String>> = component
        .licenses
        .iter()
        .map(|entry| match entry {
            LicenceEntry::Expression(licence) => Answer::Known(licence.expression.clone()),
            LicenceEntry::Named(entry) => Answer::Known(entry.license.name.clone()),
        })
        .collect();
    if licences.is_empty() && component.property(LICENCE) == Some("undeclared") {
        licences.push(Answer::Unknown { because: Some("none is declared".to_owned()) });
    }
    licences
}

/// A value of our own properties; its reason stands beside it, or in the justification of both. Two values are none.
fn answer<T>(component: &Component, name: &str, because: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Answer<T>> {
    let text = component.property(name)?;
    if component.properties.iter().any(|other| other.name == name && other.value != text) {
        return None;
    }
    if text != UNKNOWN {
        return parse(text).map(Answer::Known);
    }
    let because = component.property(because).or_else(|| component.property(SUPPORT_JUSTIFICATION));
    Some(Answer::Unknown { because: because.map(str::to_owned) })
}
