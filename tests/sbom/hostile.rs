//! Input that wants to break the reader: cycles, depth, size, lies.

use std::collections::BTreeMap;

use batchseal::model::digest::Sha256Digest;
use batchseal::sbom::cargo::lockfile::Lockfile;
use batchseal::sbom::cargo::platform::{Platform, Platforms};
use batchseal::sbom::cargo::{CargoGraphError, Plan, Resolver, Selection, Sources};
use batchseal::sbom::document::Document;
use batchseal::sbom::graph::GraphError;
use cargo_metadata::{Metadata, MetadataCommand};
use serde_json::{Value, json};

fn id(name: &str) -> String {
    format!("path+file:///w/{name}#1.0.0")
}

fn package(name: &str, dependencies: &[&str]) -> Value {
    let declared: Vec<Value> = dependencies
        .iter()
        .map(|other| {
            json!({"name": other, "source": null, "req": "*", "kind": null, "rename": null, "optional": false,
                   "uses_default_features": true, "features": [], "target": null, "registry": null, "path": "/w"})
        })
        .collect();
    json!({"name": name, "version": "1.0.0", "id": id(name), "license": "MIT", "license_file": null,
           "description": null, "source": null, "dependencies": declared, "features": {"default": ["default"]},
           "targets": [{"kind": ["lib"], "crate_types": ["lib"], "name": name, "src_path": "/w/lib.rs",
                        "edition": "2021", "doc": true, "doctest": true, "test": true}],
           "manifest_path": format!("/w/{name}/Cargo.toml"), "metadata": null, "publish": null, "authors": [],
           "categories": [], "keywords": [], "readme": null, "repository": null, "homepage": null,
           "documentation": null, "edition": "2021", "links": null, "default_run": null, "rust_version": null})
}

fn metadata(packages: &[(&str, &[&str])]) -> Metadata {
    let nodes: Vec<Value> = packages
        .iter()
        .map(|(name, to)| {
            let deps: Vec<Value> = to
                .iter()
                .map(|other| json!({"name": other, "pkg": id(other), "dep_kinds": [{"kind": null, "target": null}]}))
                .collect();
            let ids: Vec<String> = to.iter().map(|other| id(other)).collect();
            json!({"id": id(name), "dependencies": ids, "deps": deps, "features": []})
        })
        .collect();
    let packages: Vec<Value> = packages.iter().map(|(name, to)| package(name, to)).collect();
    let value = json!({"packages": packages, "workspace_members": [id("a0")], "workspace_default_members": [id("a0")],
                       "resolve": {"nodes": nodes, "root": id("a0")}, "target_directory": "/w/target", "version": 1,
                       "workspace_root": "/w/a0", "metadata": null});
    MetadataCommand::parse(value.to_string()).expect("metadata")
}

fn platforms() -> Platforms {
    let host = Platform::parse("x86_64-unknown-linux-gnu", "unix\n").expect("platform");
    Platforms { targets: vec![host.clone()], host }
}

fn lockfile(names: &[String]) -> Lockfile {
    let text: String =
        names.iter().map(|name| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n")).collect();
    Lockfile::parse(text.as_bytes()).expect("lockfile")
}

fn graph(metadata: &Metadata) -> Result<usize, CargoGraphError> {
    let plan = Plan::resolve(metadata, &Selection::default(), Resolver::Two, &platforms())?;
    let names: Vec<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let files: BTreeMap<_, _> =
        metadata.packages.iter().map(|package| (package.id.repr.clone(), (Sha256Digest::of(b""), "files"))).collect();
    let lockfile = lockfile(&names);
    plan.graph(Sources { name: "Cargo.lock", lockfile: &lockfile, suppliers: &[], manufacturer: None, files: &files })
        .map(|graph| graph.len())
}

#[test]
fn cycles_are_refused_and_do_not_hang() {
    let cyclic = metadata(&[("a0", &["a1"]), ("a1", &["a2"]), ("a2", &["a1"])]);
    assert!(matches!(graph(&cyclic), Err(CargoGraphError::Graph(GraphError::Cycle(_)))));
    assert_eq!(graph(&metadata(&[("a0", &["a1"]), ("a1", &["a2"]), ("a2", &[])])).expect("graph"), 3);
}

#[test]
fn a_chain_of_thousands_needs_no_deep_stack() {
    let names: Vec<String> = (0..20_000).map(|number| format!("a{number}")).collect();
    let next: Vec<Vec<&str>> =
        (0..names.len()).map(|at| names.get(at + 1).map(String::as_str).into_iter().collect()).collect();
    let list: Vec<(&str, &[&str])> =
        names.iter().zip(&next).map(|(name, next)| (name.as_str(), next.as_slice())).collect();
    assert_eq!(graph(&metadata(&list)).expect("graph"), 20_000);
}

#[test]
fn a_hole_in_the_resolution_is_an_error() {
    let mut holed = metadata(&[("a0", &["a1"]), ("a1", &[])]);
    holed.resolve.as_mut().expect("resolve").nodes.iter_mut().for_each(|node| node.deps.clear());
    assert!(matches!(graph(&holed), Err(CargoGraphError::NotResolved { .. })));
    holed.resolve = None;
    assert!(matches!(graph(&holed), Err(CargoGraphError::NoResolve)));
}

#[test]
fn packages_that_are_not_locked_or_not_hashed_are_errors() {
    let whole = metadata(&[("a0", &["a1"]), ("a1", &[])]);
    let plan = Plan::resolve(&whole, &Selection::default(), Resolver::Two, &platforms()).expect("plan");
    let files: BTreeMap<_, _> = ["a0", "a1"].map(|name| (id(name), (Sha256Digest::of(b""), "files"))).into();
    let of = |names: &[&str], files: &BTreeMap<_, _>| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        plan.graph(Sources {
            name: "Cargo.lock",
            lockfile: &lockfile(&names),
            suppliers: &[],
            manufacturer: None,
            files,
        })
    };
    assert!(of(&["a0", "a1"], &files).is_ok());
    assert!(matches!(of(&["a0"], &files), Err(CargoGraphError::NotLocked { name, .. }) if name == "a1"));
    assert!(matches!(of(&["a0", "a1"], &BTreeMap::new()), Err(CargoGraphError::NotHashed(_))));
}

#[test]
fn deep_and_giant_documents_are_refused_without_a_crash() {
    let deep = format!("{}{}", "{\"components\":[".repeat(100_000), "]}".repeat(100_000));
    assert!(Document::parse(deep.as_bytes()).is_err());
    let giant = format!("{{\"bomFormat\":\"{}\"}}", "x".repeat(10_000_000));
    let message = Document::parse(giant.as_bytes()).expect_err("accepted").to_string();
    assert!(message.len() < 20_000_000);
    assert!(Document::parse(b"").is_err());
    assert!(Document::parse(&[0xff; 64]).is_err());
}
