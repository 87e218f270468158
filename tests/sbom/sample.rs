//! A small graph in which every branch of the writer is taken.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::model::batch::{Udi, UdiScope};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::ArtifactName;
use batchseal::model::record::ArtifactRecord;
use batchseal::model::time::Timestamp;
use batchseal::policy::release::SbomProfile;
use batchseal::sbom::cyclonedx::{self, Header};
use batchseal::sbom::document::Document;
use batchseal::sbom::graph::{
    Completeness, Component, ComponentGraph, DerivedFrom, Excluded, GraphError, Kind, Origin, Parts, Scope, Supplier,
};
use batchseal::sbom::inventory::Inventory;
use batchseal::sbom::licence::Licence;
use batchseal::sbom::profile::{self, Part, Profile};

pub fn component(name: &str) -> Component {
    Component {
        hashes: vec![Sha256Digest::of(name.as_bytes()).into()],
        licence: Licence::Expression("MIT OR Apache-2.0".to_owned()),
        supplier: Supplier::Configured("Example Supplier".to_owned()),
        description: Some("a \"quoted\" line".to_owned()),
        source_url: Some("https://example.org/a".to_owned()),
        facts: BTreeMap::from([("source", "registry".to_owned())]),
        origins: BTreeSet::from([Origin::Locked("Cargo.lock".to_owned())]),
        ..Component::new(&format!("pkg:cargo/{name}@1.0.0"), name, "1.0.0", Kind::Library)
    }
}

pub fn edges(list: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
    let purl = |name: &&str| format!("pkg:cargo/{name}@1.0.0");
    list.iter().map(|(from, to)| (purl(from), to.iter().map(purl).collect())).collect()
}

pub fn parts(components: Vec<Component>, list: &[(&str, &[&str])]) -> Parts {
    Parts {
        conflicts: BTreeSet::new(),
        components,
        edges: edges(list),
        roots: BTreeSet::from(["pkg:cargo/app@1.0.0".to_owned()]),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 3, reason: "only needed to test".to_owned() },
        facts: BTreeMap::from([("cargo:targets", "x86_64-unknown-linux-gnu".to_owned())]),
    }
}

pub fn graph() -> ComponentGraph {
    let app = Component { kind: Kind::Application, source_url: Some("not an address".to_owned()), ..component("app") };
    let derived = Supplier::Derived { name: "A, B".to_owned(), from: DerivedFrom::CargoAuthors };
    let named = Component { supplier: derived, licence: Licence::Named("Our Own".to_owned()), ..component("named") };
    let unknown = Component {
        supplier: Supplier::Unknown { because: Some("no answer".to_owned()) },
        licence: Licence::Undeclared,
        description: None,
        scope: Scope::BuildTimeOnly,
        ..component("unknown")
    };
    let list: &[(&str, &[&str])] = &[("app", &["named", "unknown"]), ("named", &["unknown"])];
    ComponentGraph::new(parts(vec![unknown, app, named], list)).expect("graph")
}

pub fn artifacts() -> Vec<ArtifactRecord> {
    ["pumpctl", "another"]
        .map(|name| ArtifactRecord {
            name: ArtifactName::parse(name).expect("name"),
            sha256: Sha256Digest::of(name.as_bytes()),
            size: 7,
            target: Some("x86_64-unknown-linux-gnu".to_owned()),
            variant: None,
            disposition: Default::default(),
        })
        .to_vec()
}

pub fn bytes() -> Vec<u8> {
    let udi = Udi::new(UdiScope::Embedded, Some("00860000000109"));
    let header = Header {
        name: "infusion-pump-controller",
        version: "1.2.0+b",
        manufacturer: Some("Example Devices (demo)"),
        udi: Some(&udi),
        artifacts: &artifacts(),
        batch: Some(Sha256Digest::of(b"batch")),
        timestamp: Timestamp::parse("2026-11-23T14:05:00+01:00").expect("time"),
        tool_version: "0.1.0",
    };
    cyclonedx::document(&graph(), &header).expect("document")
}

#[test]
fn the_writer_says_what_the_graph_holds() {
    let document = Document::parse(&bytes()).expect("document");
    let device = &document.metadata.component;
    assert_eq!(document.metadata.timestamp.as_str(), "2026-11-23T13:05:00Z");
    assert_eq!(device.property("batchseal:udi-di"), Some("00860000000109"));
    let files: Vec<&str> = device.components.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(files, ["another", "pumpctl"]);
    let unknown = document.components.iter().find(|one| one.name == "unknown").expect("component");
    assert_eq!(unknown.supplier, None);
    assert_eq!(unknown.property("batchseal:supplier"), Some("unknown"));
    assert_eq!(unknown.property("batchseal:scope"), Some("build-time-only"));
    let named = document.components.iter().find(|one| one.name == "named").expect("component");
    assert_eq!(named.property("batchseal:supplier-source"), Some("derived:cargo-authors"));
    let text = String::from_utf8(bytes()).expect("text");
    assert!(!text.ends_with('\n') && !text.contains("not an address"));
}

#[test]
fn the_profile_tells_missing_from_declared_unknown() {
    let document = Document::parse(&bytes()).expect("document");
    let baseline = |inventory| profile::judge_part(inventory, Profile::of(SbomProfile::Fda2026), Part::Baseline);
    let inventory = Inventory::from(&document);
    let report = baseline(&inventory);
    assert_eq!((report.components, report.derived_suppliers), (6, 1));
    let declared: Vec<&str> = report.declared_unknown().map(|gap| gap.about()).collect();
    assert_eq!(declared, ["pkg:cargo/unknown@1.0.0"]);
    assert_eq!(report.missing().count(), 0);

    let mut without = document;
    without.metadata.manufacturer = None;
    without.components[0].hashes.clear();
    without.components[1].version = Some("  ".to_owned());
    without.components[2].properties.clear();
    // The list of "named": it is then stated nowhere, though others use it.
    without.dependencies.remove(2);
    let inventory = Inventory::from(&without);
    let missing = baseline(&inventory);
    let found: Vec<(&str, &str)> = missing.missing().map(|gap| (gap.about(), gap.element.attribute.as_str())).collect();
    assert_eq!(
        found,
        [
            ("document", "author name"),
            ("pkg:cargo/app@1.0.0", "component hash"),
            ("pkg:cargo/named@1.0.0", "version string"),
            ("pkg:cargo/named@1.0.0", "relationship"),
            ("pkg:cargo/unknown@1.0.0", "supplier name"),
        ]
    );
}

#[test]
fn rejects_parts_that_are_no_graph() {
    let two = || vec![component("app"), component("b")];
    let refusal = |parts| ComponentGraph::new(parts).and_then(ComponentGraph::acyclic).expect_err("graph accepted");
    assert!(matches!(refusal(parts(vec![component("app"); 2], &[])), GraphError::Duplicate(_)));
    assert!(matches!(refusal(parts(two(), &[("app", &["c"])])), GraphError::Unknown(_)));
    assert!(matches!(refusal(parts(two(), &[])), GraphError::Unreachable(_)));
    assert!(matches!(refusal(parts(two(), &[("app", &["b"]), ("b", &["app"])])), GraphError::Cycle(_)));
    assert!(matches!(refusal(parts(two(), &[("app", &["app", "b"])])), GraphError::Cycle(_)));
    let rootless = Parts { roots: BTreeSet::new(), ..parts(two(), &[("app", &["b"])]) };
    assert!(matches!(refusal(rootless), GraphError::NoRoot));
    assert!(ComponentGraph::new(parts(two(), &[("app", &["b"])])).and_then(ComponentGraph::acyclic).is_ok());
    // Package managers such as npm allow a cycle.
    assert!(ComponentGraph::new(parts(two(), &[("app", &["b"]), ("b", &["app"])])).is_ok());
}
