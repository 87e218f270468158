//! A valid SPDX 2 document as an inventory.
//!
//! - Components are the packages, and of the files those that the document is about or that take part
//!   in a dependency; the many files inside packages are none.
//! - Dependencies: `DEPENDS_ON`, `STATIC_LINK`, `DYNAMIC_LINK`, `HAS_PREREQUISITE`, and the other way
//!   round `DEPENDENCY_OF`, `RUNTIME_DEPENDENCY_OF`, `OPTIONAL_DEPENDENCY_OF`, `PREREQUISITE_FOR`.
//! - Dependencies on what is not in the product: `BUILD_`, `DEV_`, `TEST_` and `PROVIDED_DEPENDENCY_OF`,
//!   `BUILD_`, `DEV_` and `TEST_TOOL_OF`. A component that is only reached so is `excluded`.
//! - Parts: `CONTAINS`, and the other way round `CONTAINED_BY`, `PACKAGE_OF`, `OPTIONAL_COMPONENT_OF`.
//! - All others, `GENERATED_FROM` and `VARIANT_OF` among them, say nothing of what needs what.
//! - Only `supplier` names the supplier, never `originator`. A declared licence stands before a
//!   concluded one. `validUntilDate` is the end of support (section 7.27).

use std::collections::{BTreeMap, HashSet};

use crate::sbom::component::Kind;
use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Statement};

use super::super::edges::{Edges, Meaning};
use super::super::own;
use super::super::spdx::{repository, tool};
use super::super::tree::Json;
use super::rules::{actor, reference_type};

const DOCUMENT: &str = "SPDXRef-DOCUMENT";

/// Fields of a package that are kept as properties under their own name.
const KEPT: [&str; 13] = [
    "builtDate",
    "comment",
    "copyrightText",
    "downloadLocation",
    "homepage",
    "licenseComments",
    "licenseConcluded",
    "originator",
    "packageFileName",
    "primaryPackagePurpose",
    "releaseDate",
    "sourceInfo",
    "summary",
];

pub(super) fn read(document: &Json<'_>, format: Format) -> Inventory {
    let described = described(document);
    let edges = edges(document);
    let taking_part: HashSet<&str> = described.iter().copied().chain(edges.dependents()).collect();
    let files = document.list("files").iter();
    let files = files.filter(|file| file.text("SPDXID").is_some_and(|id| taking_part.contains(id)));
    let components: Vec<Item> = document.list("packages").iter().map(package).chain(files.map(file)).collect();
    let creation = document.get("creationInfo");
    let creators = || creation.into_iter().flat_map(|info| info.texts("creators"));
    let mut inventory = Inventory {
        format,
        identity: document.text("documentNamespace").map(str::to_owned),
        revision: None,
        timestamp: creation.and_then(|info| info.text("created")).map(str::to_owned),
        authors: creators()
            .filter_map(|text| actor(text, &["Person", "Organization"]))
            .map(|(_, name)| person(name))
            .collect(),
        tools: creators().filter_map(|text| actor(text, &["Tool"])).map(|(_, name)| tool(name)).collect(),
        contexts: Vec::new(),
        signature_named: false,
        primary: primary(&described, &components),
        components,
        dependencies: BTreeMap::new(),
        parts: BTreeMap::new(),
        completeness: Vec::new(),
    };
    edges.write(&mut inventory, &described);
    let own = annotations(document).find(|(name, _)| name == own::COMPLETENESS);
    inventory.completeness.extend(own.map(|(_, aggregate)| Statement {
        aggregate,
        assemblies: inventory.primary.iter().cloned().collect(),
        dependencies: inventory.dependencies.keys().cloned().collect(),
    }));
    inventory
}

/// Elements that the document is about, in document order.
fn described<'d>(document: &'d Json<'_>) -> Vec<&'d str> {
    let stated = document.list("relationships").iter().filter_map(|one| {
        let (from, kind, to) = ends(one)?;
        match kind {
            "DESCRIBES" if from == DOCUMENT => Some(to),
            "DESCRIBED_BY" if to == DOCUMENT => Some(from),
            _ => None,
        }
    });
    let mut seen = HashSet::new();
    document.texts("documentDescribes").chain(stated).filter(|id| seen.insert(*id)).collect()
}

/// The one package (or else the one file) that the document describes, or its only one (section 11.1).
fn primary(described: &[&str], components: &[Item]) -> Option<String> {
    let described: HashSet<&str> = described.iter().copied().collect();
    let found: Vec<&Item> = components.iter().filter(|item| described.contains(item.reference.as_str())).collect();
    let mut packages = found.iter().filter(|item| item.kind != Kind::File);
    match (packages.next(), packages.next(), found.as_slice(), components) {
        (Some(one), None, _, _) | (None, None, [one], _) => Some(one.reference.clone()),
        (None, None, [], [only]) if described.is_empty() => Some(only.reference.clone()),
        _ => None,
    }
}

fn ends<'d>(relationship: &'d Json<'_>) -> Option<(&'d str, &'d str, &'d str)> {
    let text = |name| relationship.text(name);
    Some((text("spdxElementId")?, text("relationshipType")?, text("relatedSpdxElement")?))
}

fn edges<'d>(document: &'d Json<'_>) -> Edges<'d> {
    let mut edges = Edges::default();
    for (one, kind, other) in document.list("relationships").iter().filter_map(ends) {
        let Some((from, meaning, to)) = meaning(one, kind, other) else { continue };
        match other {
            "NONE" => edges.state(one, meaning),
            "NOASSERTION" => edges.declare("unknown", one, meaning),
            _ => edges.add(from, meaning, to),
        }
    }
    edges
}

/// A relationship from the whole to its part, or from what depends to what it depends on.
fn meaning<'d>(one: &'d str, kind: &str, other: &'d str) -> Option<(&'d str, Meaning, &'d str)> {
    if one == DOCUMENT || other == DOCUMENT {
        return None;
    }
    Some(match kind {
        "DEPENDS_ON" | "STATIC_LINK" | "DYNAMIC_LINK" | "HAS_PREREQUISITE" => (one, Meaning::Depends, other),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "OPTIONAL_DEPENDENCY_OF" | "PREREQUISITE_FOR" => {
            (other, Meaning::Depends, one)
        }
        "BUILD_DEPENDENCY_OF"
        | "DEV_DEPENDENCY_OF"
        | "TEST_DEPENDENCY_OF"
        | "PROVIDED_DEPENDENCY_OF"
        | "BUILD_TOOL_OF"
        | "DEV_TOOL_OF"
        | "TEST_TOOL_OF" => (other, Meaning::DependsOutside, one),
        "CONTAINS" => (one, Meaning::Holds, other),
        "CONTAINED_BY" | "PACKAGE_OF" | "OPTIONAL_COMPONENT_OF" => (other, Meaning::Holds, one),
        _ => return None,
    })
}

fn package(package: &Json<'_>) -> Item {
    let text = |name| package.text(name).map(str::trim).filter(|text| !text.is_empty());
    let mut item = Item::new(
        package.text("SPDXID").unwrap_or_default(),
        text("primaryPackagePurpose").and_then(kind).unwrap_or(Kind::Library),
        text("name").unwrap_or_default(),
    );
    item.version = text("versionInfo").map(answer);
    item.supplier = text("supplier").or_else(|| text("packageSupplier")).map(supplier);
    item.hashes = hashes(package);
    item.licences = licence(&[text("licenseDeclared"), text("licenseConcluded")]);
    item.description = text("description").or_else(|| text("summary")).map(str::to_owned);
    item.end_of_support =
        text("validUntilDate").and_then(|time| time.get(..10)).map(|day| Answer::Known(day.to_owned()));
    for reference in package.list("externalRefs") {
        external_ref(reference, &mut item);
    }
    if item.source_url.is_none() {
        item.source_url = text("downloadLocation").and_then(repository);
    }
    let kept = KEPT.iter().filter_map(|name| text(name).map(|text| ((*name).to_owned(), text.to_owned())));
    item.properties.extend(kept);
    let credits = package.texts("attributionTexts").map(|text| ("attributionTexts".to_owned(), text.to_owned()));
    item.properties.extend(credits);
    item.properties.extend(annotations(package));
    own::adopt(&mut item);
    item
}

fn file(file: &Json<'_>) -> Item {
    let text = |name| file.text(name).map(str::trim).filter(|text| !text.is_empty());
    let mut item = Item::new(file.text("SPDXID").unwrap_or_default(), Kind::File, text("fileName").unwrap_or_default());
    item.hashes = hashes(file);
    item.licences = licence(&[text("licenseConcluded")]);
    item.properties.extend(annotations(file));
    own::adopt(&mut item);
    item
}

fn hashes(element: &Json<'_>) -> Vec<(String, String)> {
    let both = |one: &Json<'_>| Some((one.text("algorithm")?.to_owned(), one.text("checksumValue")?.to_owned()));
    element.list("checksums").iter().filter_map(both).collect()
}

/// The first licence that is known; else that nobody knows it, where one field says so.
fn licence(fields: &[Option<&str>]) -> Vec<Answer<String>> {
    let stated = || fields.iter().copied().flatten();
    stated().find(|text| *text != "NOASSERTION").or_else(|| stated().next()).map(answer).into_iter().collect()
}

fn answer(text: &str) -> Answer<String> {
    if text == "NOASSERTION" { Answer::Unknown { because: None } } else { Answer::Known(text.to_owned()) }
}

fn supplier(text: &str) -> Answer<String> {
    match actor(text, &["Person", "Organization"]) {
        Some((_, name)) => Answer::Known(person(name)),
        None => answer(text),
    }
}

/// A name without the mail address that may stand behind it in parentheses, which may be empty.
fn person(name: &str) -> String {
    let head = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match head {
        Some((head, mail)) if mail.trim().is_empty() || mail.contains('@') => head.trim_end().to_owned(),
        _ => name.to_owned(),
    }
}

fn external_ref(reference: &Json<'_>, item: &mut Item) {
    let (Some(kind), Some(locator)) = (reference.text("referenceType"), reference.text("referenceLocator")) else {
        return;
    };
    let category = reference.text("referenceCategory").unwrap_or_default();
    let scheme = match reference_type(kind) {
        "purl" => IdentifierKind::Purl,
        "cpe23Type" | "cpe22Type" => IdentifierKind::Cpe,
        "swid" => IdentifierKind::Swid,
        "swh" => IdentifierKind::Swhid,
        "gitoid" => IdentifierKind::Omnibor,
        "vcs" if category == "OTHER" => {
            item.source_url.get_or_insert(locator.to_owned());
            return;
        }
        other => {
            item.properties.push((other.to_owned(), locator.to_owned()));
            return;
        }
    };
    item.identifiers.push(Identifier { kind: scheme, value: locator.to_owned() });
}

/// Annotations as properties: those of the form `batchseal:<name>=<value>` under their name.
fn annotations(element: &Json<'_>) -> impl Iterator<Item = (String, String)> {
    element.list("annotations").iter().filter_map(|one| one.text("comment")).map(|comment| {
        let (name, value) = own::property(comment).unwrap_or(("annotation", comment));
        (name.to_owned(), value.to_owned())
    })
}

fn kind(purpose: &str) -> Option<Kind> {
    match purpose {
        "APPLICATION" => Some(Kind::Application),
        "FRAMEWORK" => Some(Kind::Framework),
        "CONTAINER" => Some(Kind::Container),
        "OPERATING_SYSTEM" | "OPERATING-SYSTEM" => Some(Kind::OperatingSystem),
        "DEVICE" => Some(Kind::Device),
        "FIRMWARE" => Some(Kind::Firmware),
        "FILE" => Some(Kind::File),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn a_mail_address_is_no_part_of_a_name() {
        for (text, name) in [
            ("Jane Doe (jane@example.org)", "Jane Doe"),
            ("Jane Doe ()", "Jane Doe"),
            ("Example Devices (demo)", "Example Devices (demo)"),
            ("Example Devices (demo) ()", "Example Devices (demo)"),
        ] {
            assert_eq!(person(text), name);
        }
    }
}
