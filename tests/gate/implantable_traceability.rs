//! RG-40.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::gate::checks::implantable_traceability::ImplantableTraceability as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::outcome::{CheckId, Outcome};
use batchseal::model::time::Timestamp;
use batchseal::sbom::cyclonedx::{self, Header};
use batchseal::sbom::document::Document;
use batchseal::sbom::graph::{Completeness, Component, ComponentGraph, Excluded, Kind, Parts};

use crate::fixture::{World, assert_found, assert_not_applicable, assert_satisfied, statements};

/// A device that sustains life, with everything that is asked of it.
fn world() -> World {
    let mut world = World::new();
    world.trust.devices[0].facts.life_supporting = true;
    set_sbom(&mut world, |_| {});
    name_executor(&mut world, "CI of the device software (example)");
    world.add_document("distribution-records", b"consignees: CRM, procedure SOP-0042\n");
    world
}

fn name_executor(world: &mut World, name: &str) {
    let annotations = &mut world.tests[0].predicate.configuration[0].annotations;
    annotations.insert("executor".to_owned(), name.to_owned());
}

fn set_sbom(world: &mut World, edit: impl FnOnce(&mut Document)) {
    let component = |name: &str| Component {
        hashes: vec![Sha256Digest::of(name.as_bytes()).into()],
        ..Component::new(&format!("pkg:cargo/{name}@1.0.0"), name, "1.0.0", Kind::Library)
    };
    let purl = |name: &str| BTreeSet::from([format!("pkg:cargo/{name}@1.0.0")]);
    let graph = ComponentGraph::new(Parts {
        conflicts: BTreeSet::new(),
        components: vec![component("app"), component("lib")],
        edges: BTreeMap::from([("pkg:cargo/app@1.0.0".to_owned(), purl("lib"))]),
        roots: purl("app"),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 0, reason: "nothing".to_owned() },
        facts: BTreeMap::new(),
    })
    .expect("graph");
    let header = Header {
        name: "pump",
        version: "1.2.3",
        manufacturer: Some("Example Devices (demo)"),
        udi: world.batch.udi.as_ref(),
        artifacts: &world.artifacts,
        batch: None,
        timestamp: Timestamp::from_unix(1_800_000_000).expect("time"),
        tool_version: "0.1.0",
    };
    let bytes = cyclonedx::document(&graph, &header).expect("document");
    let mut document = Document::parse(&bytes).expect("document");
    edit(&mut document);
    let json = String::from_utf8(document.encode().expect("document")).expect("text");
    world.sboms[0].predicate = statements::sbom(json.trim());
}

#[test]
fn accepts_components_environment_executor_and_distribution_records() {
    let shown = ["components with a hash", "work environment recorded", "tests run by CI", "Quality Lead (example)"];
    assert_satisfied(&world().candidate(&Check), &shown);
}

#[test]
fn rejects_shipped_components_without_hash_but_not_excluded_ones() {
    let mut world = world();
    set_sbom(&mut world, |document| document.components[1].hashes.clear());
    assert_found(&world.candidate(&Check), &["component-without-hash"]);
    set_sbom(&mut world, |document| {
        let lib = &mut document.components[1];
        lib.hashes.clear();
        lib.scope = Some(batchseal::sbom::document::ComponentScope::Excluded);
    });
    assert_satisfied(&world.candidate(&Check), &["components with a hash"]);
}

#[test]
fn rejects_a_missing_or_malformed_sbom() {
    let mut world = world();
    world.sboms[0].predicate = statements::sbom("{}");
    assert_found(&world.candidate(&Check), &["sbom-malformed"]);
    world.sboms.clear();
    assert_found(&world.candidate(&Check), &["sbom-missing"]);
}

#[test]
fn rejects_a_work_environment_that_is_not_recorded() {
    let mut world = world();
    world.earlier.retain(|result| result.id != CheckId::new(7));
    assert_found(&world.candidate(&Check), &["work-environment-not-recorded"]);
    let mut world = self::world();
    let result = world.earlier.iter_mut().find(|result| result.id == CheckId::new(7)).expect("RG-07");
    result.conclusion = Outcome::Inconclusive { reason: "unreadable".to_owned() };
    assert_found(&world.candidate(&Check), &["work-environment-not-recorded"]);
}

#[test]
fn rejects_tests_that_do_not_say_who_ran_them() {
    let mut world = world();
    name_executor(&mut world, "  ");
    assert_found(&world.candidate(&Check), &["executor-not-named"]);
    world.tests[0].predicate.configuration.clear();
    assert_found(&world.candidate(&Check), &["executor-not-named"]);
    world.tests.clear();
    assert_found(&world.candidate(&Check), &["no-tests"]);
}

#[test]
fn rejects_missing_or_old_distribution_records() {
    let mut world = world();
    world.documents[1].predicate.covers_version = None;
    assert_found(&world.candidate(&Check), &["document-of-other-version"]);
    world.documents.pop();
    assert_found(&world.candidate(&Check), &["document-missing"]);
}

#[test]
fn applies_to_implants_too_and_to_nothing_else() {
    let mut world = World::new();
    assert_not_applicable(&world.candidate(&Check), "no implant");
    world.trust.devices[0].facts.implantable = true;
    assert!(matches!(world.candidate(&Check), Outcome::Violated { .. }));
}
