//! Inventories on their way into a graph.

use std::collections::BTreeSet;

use super::graph;
use crate::sbom::component::{Kind, Scope, Supplier};
use crate::sbom::graph::{Completeness, GraphError};
use crate::sbom::inventory::{Answer, Format, Identifier, IdentifierKind, Inventory, Item, Statement};
use crate::sbom::licence::Licence;

const FILE: &str = "vendor/rtos.cdx.json";

fn item(reference: &str) -> Item {
    Item::new(reference, Kind::Library, reference)
}

fn names(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn inventory(items: Vec<Item>, edges: &[(&str, &[&str])]) -> Inventory {
    Inventory {
        primary: Some("top".to_owned()),
        components: items,
        dependencies: edges.iter().map(|(from, to)| ((*from).to_owned(), names(to))).collect(),
        completeness: vec![Statement {
            aggregate: "complete".to_owned(),
            assemblies: names(&["top"]),
            dependencies: names(&["top"]),
        }],
        ..Inventory::new(Format { name: "CycloneDX", version: "1.6", encoding: "JSON" })
    }
}

#[test]
fn references_are_kept_apart_by_the_name_of_the_file_and_purls_meet() {
    let mut zlib = item("2");
    let purl = Identifier { kind: IdentifierKind::Purl, value: "pkg:generic/zlib@1.3.1".to_owned() };
    zlib.identifiers = vec![purl];
    zlib.hashes = vec![("SHA-256".to_owned(), "ab".repeat(32)), ("MD5".to_owned(), "00".repeat(16))];
    zlib.supplier = Some(Answer::Known("Vendor".to_owned()));
    zlib.licences = vec![Answer::Known("Zlib".to_owned()), Answer::Known("MIT OR Apache-2.0".to_owned())];
    let graph = graph(&inventory(vec![item("top"), zlib], &[("top", &["2"])]), FILE).expect("graph");
    let roots: Vec<&str> = graph.roots().map(|root| root.id.as_str()).collect();
    assert_eq!(roots, ["vendor/rtos.cdx.json#top"]);
    let one = graph.component("pkg:generic/zlib@1.3.1").expect("zlib");
    assert_eq!((one.hashes.len(), one.facts["digests-left-out"].as_str()), (1, "1 of weak or unknown algorithms"));
    assert_eq!(one.licence, Licence::Expression("(Zlib) AND (MIT OR Apache-2.0)".to_owned()));
    assert_eq!(one.supplier, Supplier::Imported { name: "Vendor".to_owned(), from: FILE.to_owned() });
    assert_eq!(graph.completeness(), &Completeness::Complete);
}

#[test]
fn nothing_that_is_listed_vanishes() {
    let edges: &[(&str, &[&str])] = &[("top", &["a"]), ("b", &["c"]), ("c", &["b"])];
    let mut odd = item("d");
    odd.excluded = true;
    let items = vec![item("top"), item("a"), item("b"), item("c"), odd];
    let graph = graph(&inventory(items, edges), FILE).expect("graph");
    assert_eq!(graph.len(), 5);
    let below: Vec<&str> = graph.dependencies("vendor/rtos.cdx.json#top").collect();
    assert_eq!(below, ["vendor/rtos.cdx.json#a", "vendor/rtos.cdx.json#b", "vendor/rtos.cdx.json#d"]);
    assert!(
        matches!(graph.completeness(), Completeness::Incomplete { reason } if reason.contains("2 of its components"))
    );
    assert_eq!(graph.component("vendor/rtos.cdx.json#d").map(|one| one.scope), Some(Scope::DevelopmentOnly));
}

#[test]
fn an_sbom_about_nothing_puts_its_own_top_below_the_device() {
    let mut flat = inventory(vec![item("a"), item("b")], &[("a", &["b"])]);
    flat.primary = None;
    let graph = graph(&flat, FILE).expect("graph");
    let roots: Vec<&str> = graph.roots().map(|root| root.id.as_str()).collect();
    assert_eq!(roots, ["vendor/rtos.cdx.json#a"]);
    assert!(matches!(graph.completeness(), Completeness::Incomplete { .. }));
}

#[test]
fn a_dependency_on_nothing_and_an_empty_sbom_are_refused() {
    let dangling = inventory(vec![item("top")], &[("top", &["nowhere"])]);
    assert_eq!(graph(&dangling, FILE), Err(GraphError::Unknown("nowhere".to_owned())));
    let mut empty = inventory(Vec::new(), &[]);
    empty.primary = None;
    assert_eq!(graph(&empty, FILE), Err(GraphError::NoRoot));
}
