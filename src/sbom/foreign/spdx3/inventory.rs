//! A valid SPDX 3 document as an inventory.
//!
//! - Components are the packages, and of the files those that the document is about or that take part
//!   in a dependency.
//! - Dependencies: `dependsOn`, `hasStaticLink`, `hasDynamicLink`, `hasPrerequisite` and
//!   `hasOptionalDependency`; on what is not in the product where their scope is `build`, `design`,
//!   `development` or `test`, and `hasProvidedDependency` and `usesTool` always. A component that is
//!   only reached so is `excluded`. Parts: `contains` and `hasOptionalComponent`.
//! - The document is about its only root element, or the only one of its `software_Sbom`.
//! - Only `suppliedBy` names the supplier, never `originatedBy`. `validUntilTime` is the end of
//!   support; `supportLevel` has other words than FDA's guidance and stays a property.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::sbom::component::Kind;
use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Tool};

use super::super::edges::{Edges, Meaning};
use super::super::own;
use super::super::schema::Model;
use super::super::spdx::{repository, tool};
use super::super::tree::Json;
use super::graph::{Graph, reference};
use super::licences::Licences;
use super::rules::{id, individual};

/// Fields of a package that are kept as properties under their own name.
const KEPT: [&str; 8] = [
    "builtTime",
    "comment",
    "releaseTime",
    "software_copyrightText",
    "software_downloadLocation",
    "software_homePage",
    "software_primaryPurpose",
    "software_sourceInfo",
];

pub(super) fn read(nodes: &[&Json<'_>], model: &'static Model, format: Format) -> Inventory {
    let graph = Graph::new(nodes, model);
    let document = graph.of_class("SpdxDocument").next();
    let roots = roots(&graph, document);
    let edges = edges(&graph);
    let taking_part: HashSet<&str> = roots.iter().copied().chain(edges.dependents()).collect();
    let licences = Licences::of(&graph);
    let notes = annotations(&graph);
    let mut components = Vec::new();
    for object in graph.of_class("software_SoftwareArtifact") {
        let is_package = graph.is_a(object, "software_Package");
        let Some(id) = id(object) else { continue };
        if is_package || (graph.is_a(object, "software_File") && taking_part.contains(id)) {
            components.push(item(&graph, object, &licences, &notes));
        }
    }
    let creation = document.or_else(|| graph.of_class("Element").next());
    let creation = creation.and_then(|element| graph.resolved(element, "creationInfo").next());
    let (authors, tools) = creation.map(|info| creators(&graph, info)).unwrap_or_default();
    let contexts: HashSet<&str> =
        graph.of_class("software_Sbom").flat_map(|sbom| sbom.texts("software_sbomType")).collect();
    let mut contexts: Vec<String> = contexts.into_iter().map(str::to_owned).collect();
    contexts.sort();
    let mut inventory = Inventory {
        format,
        identity: document.and_then(id).map(str::to_owned),
        revision: None,
        timestamp: creation.and_then(|info| info.text("created")).map(str::to_owned),
        authors,
        tools,
        contexts,
        signature_named: false,
        primary: primary(&roots, &components),
        components,
        dependencies: BTreeMap::new(),
        parts: BTreeMap::new(),
        completeness: Vec::new(),
    };
    edges.write(&mut inventory, &roots);
    inventory
}

/// What the document, or else its SBOMs, are about: root elements, through collections of elements.
fn roots<'d>(graph: &Graph<'d, '_>, document: Option<&'d Json<'_>>) -> Vec<&'d str> {
    let mut open: Vec<&Json<'_>> = match document {
        Some(document) => vec![document],
        None => graph.of_class("software_Sbom").collect(),
    };
    let (mut roots, mut seen) = (Vec::new(), HashSet::new());
    while let Some(collection) = open.pop() {
        for root in collection.list("rootElement") {
            let Some(own) = reference(root).filter(|own| seen.insert(*own)) else { continue };
            match graph.resolve(root) {
                Some(inner) if graph.is_a(inner, "ElementCollection") => open.push(inner),
                _ => roots.push(own),
            }
        }
    }
    roots
}

fn primary(roots: &[&str], components: &[Item]) -> Option<String> {
    let found = match (roots, components) {
        ([one], _) => Some(*one),
        ([], [only]) => Some(only.reference.as_str()),
        _ => None,
    };
    found.filter(|own| components.iter().any(|item| item.reference == *own)).map(str::to_owned)
}

fn edges<'d>(graph: &Graph<'d, '_>) -> Edges<'d> {
    let mut edges = Edges::default();
    for relationship in graph.of_class("Relationship") {
        let text = |name| relationship.text(name);
        let Some(from) = relationship.get("from").and_then(reference) else { continue };
        let Some(meaning) = text("relationshipType").and_then(|kind| meaning(kind, text("scope"))) else { continue };
        for to in relationship.list("to").iter().filter_map(reference) {
            match individual(to) {
                Some("NoneElement") => edges.state(from, meaning),
                Some("NoAssertionElement") => edges.declare("unknown", from, meaning),
                _ => edges.add(from, meaning, to),
            }
        }
        match text("completeness") {
            Some("complete") => edges.declare("complete", from, meaning),
            Some("incomplete") => edges.declare("incomplete", from, meaning),
            Some("noAssertion") => edges.declare("unknown", from, meaning),
            _ => {}
        }
    }
    edges
}

fn meaning(kind: &str, scope: Option<&str>) -> Option<Meaning> {
    match kind {
        "contains" | "hasOptionalComponent" => Some(Meaning::Holds),
        "hasProvidedDependency" | "usesTool" => Some(Meaning::DependsOutside),
        // Version 3.0.0 has the third word misspelt.
        "dependsOn"
        | "hasPrerequisite"
        | "hasPrerequsite"
        | "hasStaticLink"
        | "hasDynamicLink"
        | "hasOptionalDependency" => match scope {
            Some("build" | "design" | "development" | "test") => Some(Meaning::DependsOutside),
            _ => Some(Meaning::Depends),
        },
        _ => None,
    }
}

/// Names of persons and organisations, and the programs, of a `CreationInfo`.
fn creators<'d>(graph: &Graph<'d, '_>, info: &'d Json<'_>) -> (Vec<String>, Vec<Tool>) {
    let (mut authors, mut tools) = (Vec::new(), Vec::new());
    for object in graph.resolved(info, "createdBy").chain(graph.resolved(info, "createdUsing")) {
        let Some(name) = object.text("name") else { continue };
        if graph.is_a(object, "SoftwareAgent") || graph.is_a(object, "Tool") {
            tools.push(tool(name));
        } else {
            authors.push(name.to_owned());
        }
    }
    (authors, tools)
}

fn annotations<'d>(graph: &Graph<'d, '_>) -> HashMap<&'d str, Vec<&'d str>> {
    let mut notes: HashMap<&str, Vec<&str>> = HashMap::new();
    for one in graph.of_class("Annotation") {
        if let (Some(subject), Some(statement)) = (one.get("subject").and_then(reference), one.text("statement")) {
            notes.entry(subject).or_default().push(statement);
        }
    }
    notes
}

fn item<'d>(
    graph: &Graph<'d, '_>,
    object: &'d Json<'_>,
    licences: &Licences<'_>,
    notes: &HashMap<&str, Vec<&str>>,
) -> Item {
    let text = |name| object.text(name).map(str::trim).filter(|text| !text.is_empty());
    let own = id(object).unwrap_or_default();
    let default = if graph.is_a(object, "software_File") { Kind::File } else { Kind::Library };
    let kind = text("software_primaryPurpose").and_then(kind).unwrap_or(default);
    let mut item = Item::new(own, kind, text("name").unwrap_or_default());
    item.version = text("software_packageVersion").map(|version| Answer::Known(version.to_owned()));
    item.supplier = object.get("suppliedBy").and_then(|value| supplier(graph, value));
    item.hashes =
        graph.resolved(object, "verifiedUsing").filter(|one| graph.is_a(one, "Hash")).filter_map(hash).collect();
    item.licences = licences.of_component(own);
    item.description = text("description").or_else(|| text("summary")).map(str::to_owned);
    item.end_of_support =
        text("validUntilTime").and_then(|time| time.get(..10)).map(|day| Answer::Known(day.to_owned()));
    identifiers(graph, object, &mut item);
    for one in graph.resolved(object, "externalRef") {
        let kind = one.text("externalRefType").unwrap_or("externalRef");
        for locator in one.texts("locator") {
            if kind == "vcs" && item.source_url.is_none() {
                item.source_url = Some(locator.to_owned());
            } else {
                item.properties.push((kind.to_owned(), locator.to_owned()));
            }
        }
    }
    if item.source_url.is_none() {
        item.source_url = text("software_downloadLocation").and_then(repository);
    }
    properties(graph, object, &mut item);
    item.properties.extend(licences.concluded(own));
    let notes = notes.get(own).into_iter().flatten().map(|note| own::property(note).unwrap_or(("annotation", note)));
    item.properties.extend(notes.map(|(name, value)| (name.to_owned(), value.to_owned())));
    own::adopt(&mut item);
    item
}

/// The name of an agent. Who is only named in another document is not known here.
fn supplier<'d>(graph: &Graph<'d, '_>, value: &'d Json<'_>) -> Option<Answer<String>> {
    match (graph.resolve(value), value.as_text()) {
        (Some(agent), _) => agent.text("name").map(|name| Answer::Known(name.to_owned())),
        (None, Some(own)) => Some(Answer::Unknown { because: Some(format!("named in another document as {own}")) }),
        (None, None) => None,
    }
}

fn hash(one: &Json<'_>) -> Option<(String, String)> {
    Some((one.text("algorithm")?.to_owned(), one.text("hashValue")?.to_owned()))
}

fn identifiers<'d>(graph: &Graph<'d, '_>, object: &'d Json<'_>, item: &mut Item) {
    let purl = object.text("software_packageUrl").map(|value| ("packageUrl", value));
    let external = graph.resolved(object, "externalIdentifier");
    let external = external.filter_map(|one| Some((one.text("externalIdentifierType")?, one.text("identifier")?)));
    let content = graph.resolved(object, "software_contentIdentifier").filter_map(|one| {
        Some((one.text("software_contentIdentifierType")?, one.text("software_contentIdentifierValue")?))
    });
    for (kind, value) in purl.into_iter().chain(external).chain(content) {
        let scheme = match kind {
            "packageUrl" => IdentifierKind::Purl,
            "cpe22" | "cpe23" => IdentifierKind::Cpe,
            "swid" => IdentifierKind::Swid,
            "swhid" => IdentifierKind::Swhid,
            "gitoid" => IdentifierKind::Omnibor,
            other => {
                item.properties.push((other.to_owned(), value.to_owned()));
                continue;
            }
        };
        let identifier = Identifier { kind: scheme, value: value.to_owned() };
        if !item.identifiers.contains(&identifier) {
            item.identifiers.push(identifier);
        }
    }
}

fn properties<'d>(graph: &Graph<'d, '_>, object: &'d Json<'_>, item: &mut Item) {
    let mut add = |name: &str, value: &str| item.properties.push((name.to_owned(), value.to_owned()));
    for name in KEPT {
        object.text(name).filter(|text| !text.trim().is_empty()).into_iter().for_each(|text| add(name, text));
    }
    for name in ["software_additionalPurpose", "software_attributionText", "standardName", "supportLevel"] {
        object.texts(name).for_each(|text| add(name, text));
    }
    for agent in graph.resolved(object, "originatedBy") {
        agent.text("name").into_iter().for_each(|name| add("originatedBy", name));
    }
    for extension in graph.resolved(object, "extension") {
        for entry in graph.resolved(extension, "extension_cdxProperty") {
            if let Some(name) = entry.text("extension_cdxPropName") {
                add(name, entry.text("extension_cdxPropValue").unwrap_or_default());
            }
        }
    }
}

fn kind(purpose: &str) -> Option<Kind> {
    match purpose {
        "application" | "executable" => Some(Kind::Application),
        "framework" => Some(Kind::Framework),
        "container" => Some(Kind::Container),
        "platform" => Some(Kind::Platform),
        "operatingSystem" => Some(Kind::OperatingSystem),
        "device" => Some(Kind::Device),
        "deviceDriver" => Some(Kind::DeviceDriver),
        "firmware" => Some(Kind::Firmware),
        "file" => Some(Kind::File),
        "model" => Some(Kind::MachineLearningModel),
        "data" => Some(Kind::Data),
        _ => None,
    }
}
