//! The parts of an XML document that an inventory needs.
//!
//! Called only for documents that were judged valid: what is missing here is missing there.

use roxmltree::Node;

use super::bom::{Bom, Composition, Contact, Dependency, Lifecycle, Metadata, Program, Revision, Tools};
use super::component::{Component, ExternalReference, Hash, Licence, NamedLicence, Organization, Property, Swid};
use super::xml::{collapse, text_of};

const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The document.
pub(super) fn bom(root: Node<'_, '_>) -> Bom {
    let signed = root.children().any(|node| node.has_tag_name((SIGNATURES, "Signature")));
    Bom {
        serial_number: root.attribute("serialNumber").map(str::to_owned),
        version: root.attribute("version").map(|text| Revision::Text(collapse(text))),
        metadata: child(root, "metadata").map(metadata).unwrap_or_default(),
        components: list(root, "components", "component", component),
        dependencies: dependencies(root),
        compositions: list(root, "compositions", "composition", composition),
        signature: signed.then_some(serde::de::IgnoredAny),
    }
}

/// Elements of this name in the namespace of their parent.
fn children<'a, 'b>(node: Node<'a, 'b>, name: &'static str) -> impl Iterator<Item = Node<'a, 'b>> {
    node.children().filter(move |child| {
        child.is_element()
            && child.tag_name().name() == name
            && child.tag_name().namespace() == node.tag_name().namespace()
    })
}

fn child<'a, 'b>(node: Node<'a, 'b>, name: &'static str) -> Option<Node<'a, 'b>> {
    children(node, name).next()
}

fn text(node: Node<'_, '_>, name: &'static str) -> Option<String> {
    child(node, name).map(text_of)
}

/// Text of a type that forgives blanks.
fn token(node: Node<'_, '_>, name: &'static str) -> Option<String> {
    child(node, name).map(|node| collapse(&text_of(node)))
}

fn attribute(node: Node<'_, '_>, name: &str) -> String {
    node.attribute(name).unwrap_or_default().to_owned()
}

/// What is read of every element of a list and its items.
fn list<'a, 'b, T>(
    node: Node<'a, 'b>,
    outer: &'static str,
    inner: &'static str,
    read: fn(Node<'a, 'b>) -> T,
) -> Vec<T> {
    children(node, outer).flat_map(|list| children(list, inner)).map(read).collect()
}

fn metadata(node: Node<'_, '_>) -> Metadata {
    Metadata {
        timestamp: token(node, "timestamp"),
        lifecycles: list(node, "lifecycles", "lifecycle", |node| Lifecycle {
            phase: text(node, "phase"),
            name: text(node, "name"),
        }),
        tools: child(node, "tools").map(tools),
        authors: list(node, "authors", "author", |node| Contact {
            name: text(node, "name"),
            email: text(node, "email"),
        }),
        manufacturer: child(node, "manufacturer").map(organization),
        manufacture: child(node, "manufacture").map(organization),
        supplier: child(node, "supplier").map(organization),
        component: child(node, "component").map(component),
    }
}

fn tools(node: Node<'_, '_>) -> Tools {
    let listed: Vec<Program> = children(node, "tool").map(program).collect();
    if !listed.is_empty() {
        return Tools::Listed(listed);
    }
    let components = list(node, "components", "component", program);
    Tools::Described { components, services: list(node, "services", "service", program) }
}

fn program(node: Node<'_, '_>) -> Program {
    Program { vendor: text(node, "vendor"), name: text(node, "name"), version: text(node, "version") }
}

fn organization(node: Node<'_, '_>) -> Organization {
    Organization { name: text(node, "name") }
}

fn component(node: Node<'_, '_>) -> Component {
    Component {
        kind: attribute(node, "type"),
        reference: node.attribute("bom-ref").map(str::to_owned),
        supplier: child(node, "supplier").map(organization),
        manufacturer: child(node, "manufacturer").map(organization),
        group: text(node, "group"),
        name: text(node, "name").unwrap_or_default(),
        version: text(node, "version"),
        version_range: text(node, "versionRange"),
        description: text(node, "description"),
        scope: text(node, "scope"),
        hashes: list(node, "hashes", "hash", |node| Hash {
            alg: attribute(node, "alg"),
            content: collapse(&text_of(node)),
        }),
        licenses: child(node, "licenses").map(licences).unwrap_or_default(),
        cpe: text(node, "cpe"),
        purl: token(node, "purl"),
        omnibor_id: children(node, "omniborId").map(text_of).collect(),
        swhid: children(node, "swhid").map(text_of).collect(),
        swid: child(node, "swid").map(|node| Swid { tag_id: attribute(node, "tagId") }),
        external_references: list(node, "externalReferences", "reference", |node| ExternalReference {
            kind: attribute(node, "type"),
            url: token(node, "url").unwrap_or_default(),
        }),
        components: list(node, "components", "component", component),
        properties: list(node, "properties", "property", |node| Property {
            name: node.attribute("name").map(str::to_owned),
            value: Some(text_of(node)),
        }),
    }
}

fn licences(node: Node<'_, '_>) -> Vec<Licence> {
    let elements = node
        .children()
        .filter(|child| child.is_element() && child.tag_name().namespace() == node.tag_name().namespace());
    let licence = |node: Node<'_, '_>| match node.tag_name().name() {
        "license" => {
            let license = Some(NamedLicence { id: text(node, "id"), name: text(node, "name") });
            Licence { license, expression: None }
        }
        "expression-detailed" => Licence { license: None, expression: node.attribute("expression").map(str::to_owned) },
        _ => Licence { license: None, expression: Some(text_of(node)) },
    };
    elements.map(licence).collect()
}

fn composition(node: Node<'_, '_>) -> Composition {
    let reference = |node| attribute(node, "ref");
    let aggregate = text(node, "aggregate").filter(|text| !text.is_empty());
    Composition {
        aggregate: aggregate.unwrap_or_else(|| "not_specified".to_owned()),
        assemblies: list(node, "assemblies", "assembly", reference),
        dependencies: list(node, "dependencies", "dependency", reference),
    }
}

/// Elements inside of a dependency are what it depends on, and may go on with theirs.
fn dependencies(root: Node<'_, '_>) -> Vec<Dependency> {
    let mut open: Vec<Node<'_, '_>> =
        children(root, "dependencies").flat_map(|list| children(list, "dependency")).collect();
    let mut found = Vec::new();
    let mut inner = false;
    while !open.is_empty() {
        let mut next = Vec::new();
        for node in open {
            let nested: Vec<Node<'_, '_>> = children(node, "dependency").collect();
            // Only a list of its own says that something has no dependencies.
            if !inner || !nested.is_empty() {
                let depends_on = nested.iter().map(|node| attribute(*node, "ref")).collect();
                found.push(Dependency { reference: attribute(node, "ref"), depends_on });
            }
            next.extend(nested);
        }
        (open, inner) = (next, true);
    }
    found
}
