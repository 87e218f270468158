//! Two sources of one component: what is taken, what stands, what is refused.

use std::collections::{BTreeMap, BTreeSet};

use super::merge;
use crate::model::digest::Sha256Digest;
use crate::sbom::graph::{
    Completeness, Component, ComponentGraph, Excluded, Field, GraphError, Kind, Origin, Parts, Supplier,
};
use crate::sbom::licence::Licence;

const ZLIB: &str = "pkg:generic/zlib@1.3.1";

fn graph(component: Component, completeness: Completeness) -> ComponentGraph {
    ComponentGraph::new(Parts {
        roots: BTreeSet::from([component.id.clone()]),
        components: vec![component],
        edges: BTreeMap::new(),
        completeness,
        excluded: Excluded { count: 0, reason: String::new() },
        facts: BTreeMap::new(),
        conflicts: BTreeSet::new(),
    })
    .expect("graph")
}

fn zlib(origin: Origin, bytes: &[u8]) -> Component {
    Component {
        hashes: vec![Sha256Digest::of(bytes).into()],
        origins: BTreeSet::from([origin]),
        ..Component::new(ZLIB, "zlib", "1.3.1", Kind::Library)
    }
}

fn locked(bytes: &[u8]) -> Component {
    zlib(Origin::Locked("conan.lock".to_owned()), bytes)
}

fn imported(bytes: &[u8]) -> Component {
    zlib(Origin::Imported("rtos.cdx.json".to_owned()), bytes)
}

#[test]
fn what_the_first_does_not_know_is_taken_from_the_next_with_its_origin() {
    let other = Component {
        licence: Licence::Expression("Zlib".to_owned()),
        supplier: Supplier::Imported { name: "Vendor".to_owned(), from: "rtos.cdx.json".to_owned() },
        ..imported(b"a")
    };
    let graphs = vec![graph(locked(b"a"), Completeness::Complete), graph(other, Completeness::Complete)];
    let merged = merge(graphs).expect("merged");
    let one = merged.component(ZLIB).expect("component");
    assert_eq!(one.licence, Licence::Expression("Zlib".to_owned()));
    assert_eq!(one.field_origins.get(&Field::Licence), Some(&Origin::Imported("rtos.cdx.json".to_owned())));
    assert!(matches!(&one.supplier, Supplier::Imported { name, .. } if name == "Vendor"));
    assert_eq!((one.origins.len(), merged.len(), merged.conflicts().count()), (2, 1, 0));
}

#[test]
fn a_disagreement_is_kept_and_the_first_stands() {
    let own = Component {
        licence: Licence::Expression("Zlib".to_owned()),
        supplier: Supplier::Configured("zlib authors".to_owned()),
        ..locked(b"a")
    };
    let other = Component {
        licence: Licence::Expression("MIT".to_owned()),
        supplier: Supplier::Imported { name: "Vendor".to_owned(), from: "rtos.cdx.json".to_owned() },
        ..imported(b"b")
    };
    let merged = merge(vec![graph(own.clone(), Completeness::Complete), graph(other, Completeness::Complete)]);
    let merged = merged.expect("merged");
    let fields: Vec<Field> = merged.conflicts().map(|conflict| conflict.field).collect();
    assert_eq!(fields, [Field::Hash, Field::Licence, Field::Supplier]);
    let one = merged.component(ZLIB).expect("component");
    assert_eq!((&one.licence, &one.supplier, &one.hashes), (&own.licence, &own.supplier, &own.hashes));
    let conflict = merged.conflicts().nth(1).expect("licence");
    assert_eq!((conflict.kept.0.as_str(), conflict.other.0.as_str()), ("Zlib", "MIT"));
}

#[test]
fn two_package_managers_that_disagree_on_a_digest_are_refused() {
    let graphs = vec![graph(locked(b"a"), Completeness::Complete), graph(locked(b"b"), Completeness::Complete)];
    assert_eq!(merge(graphs), Err(GraphError::Conflict(ZLIB.to_owned())));
    assert_eq!(merge(Vec::new()), Err(GraphError::NoRoot));
}

#[test]
fn one_incomplete_part_makes_the_whole_incomplete() {
    let incomplete = Completeness::Incomplete { reason: "go.mod: it names no edges".to_owned() };
    let graphs = vec![graph(locked(b"a"), Completeness::Complete), graph(imported(b"a"), incomplete.clone())];
    assert_eq!(merge(graphs).expect("merged").completeness(), &incomplete);
}
