//! RG-18: the SBOM agrees with the lockfiles.

use batchseal::gate::checks::sbom_complete::SbomComplete;
use batchseal::model::outcome::Outcome;
use batchseal::sbom::document::{Aggregate, HexDigest, Reference};

use crate::world::{LOCKFILE, World, assert_satisfied, codes, entry, lockfile};

fn judge(world: &World) -> Outcome {
    world.judge(&SbomComplete)
}

fn reference(name: &str) -> Reference {
    Reference::try_from(format!("pkg:cargo/{name}@1.0.0")).expect("reference")
}

#[test]
fn satisfied_when_the_sbom_holds_together_and_agrees_with_the_lockfile() {
    let outcome = judge(&World::new());
    assert_satisfied(&outcome);
    let Outcome::Satisfied { evidence } = outcome else { unreachable!() };
    assert!(evidence[1].shows.contains("3 locked packages are components, 1 are not compiled"), "{evidence:?}");
}

#[test]
fn satisfied_when_one_of_several_lockfiles_fits() {
    let mut world = World::new();
    world.lockfiles.insert(entry("evidence/lockfiles/aaa/Cargo.lock"), b"version = 4\n".to_vec());
    assert_satisfied(&judge(&world));
}

#[test]
fn violated_when_edges_lead_nowhere_or_are_not_stated() {
    let dangling = World::with(|document| document.dependencies[1].depends_on.push(reference("nosuch")));
    assert_eq!(codes(&judge(&dangling)), ["reference-dangling"]);
    let silent = World::with(|document| {
        document.dependencies.pop();
    });
    assert_eq!(codes(&judge(&silent)), ["dependencies-not-stated"]);
    let alone = World::with(|document| document.dependencies[0].depends_on.clear());
    let found = judge(&alone);
    assert_eq!(
        codes(&found),
        ["device-without-dependencies", "component-unreachable", "component-unreachable", "component-unreachable"]
    );
}

#[test]
fn violated_when_completeness_is_not_declared_or_denied() {
    let none = World::with(|document| document.compositions.clear());
    assert_eq!(codes(&judge(&none)), ["completeness-not-declared"]);
    let denied = World::with(|document| document.compositions[0].aggregate = Aggregate::Incomplete);
    assert_eq!(codes(&judge(&denied)), ["declared-incomplete", "completeness-not-declared"]);
    let partly = World::with(|document| {
        document.compositions[0].dependencies.pop();
    });
    assert_eq!(codes(&judge(&partly)), ["completeness-not-declared"]);
}

#[test]
fn violated_when_a_component_is_not_the_locked_one() {
    let hash = World::with(|document| {
        document.components[1].hashes[0].content = HexDigest::try_from("0".repeat(64)).expect("digest");
    });
    assert!(codes(&judge(&hash)).contains(&"component-differs"));
    let version = World::with(|document| document.components[1].version = Some("1.0.1".to_owned()));
    assert!(codes(&judge(&version)).contains(&"component-not-locked"));
    let posing = World::with(|document| {
        document.components[1].purl = Some("pkg:cargo/lib-a@1.0.0?vcs_url=git%2Bhttps://example.org/a%40".to_owned());
    });
    assert!(codes(&judge(&posing)).contains(&"component-differs"));
    let foreign = World::with(|document| document.components[1].purl = Some("pkg:npm/lib-a@1.0.0".to_owned()));
    assert!(codes(&judge(&foreign)).contains(&"component-differs"));
}

#[test]
fn violated_when_an_edge_is_not_in_the_lockfile() {
    let world = World::with(|document| document.dependencies[3].depends_on.push(reference("lib-a")));
    assert_eq!(codes(&judge(&world)), ["dependency-not-locked"]);
}

#[test]
fn violated_when_other_locked_packages_are_not_accounted_for() {
    let mut more = World::new();
    more.lockfiles.insert(entry(LOCKFILE), lockfile("[[package]]\nname = \"more\"\nversion = \"1.0.0\"\n"));
    assert_eq!(codes(&judge(&more)), ["excluded-count-differs"]);
    let silent = World::with(|document| document.metadata.properties.clear());
    assert_eq!(codes(&judge(&silent)), ["excluded-count-differs", "excluded-without-reason"]);
}

#[test]
fn violated_when_there_is_no_lockfile_or_a_malformed_one() {
    let mut world = World::new();
    world.lockfiles.clear();
    assert_eq!(codes(&judge(&world)), ["lockfile-missing"]);
    world.lockfiles.insert(entry("evidence/lockfiles/package-lock.json"), b"{}".to_vec());
    assert_eq!(codes(&judge(&world)), ["lockfile-missing"]);
    world.lockfiles.insert(entry(LOCKFILE), b"[[package]\n".to_vec());
    assert_eq!(codes(&judge(&world)), ["lockfile-missing", "lockfile-malformed"]);
    let mut beside = World::new();
    beside.lockfiles.insert(entry("evidence/lockfiles/other/Cargo.lock"), b"\xff".to_vec());
    assert_eq!(codes(&judge(&beside)), ["lockfile-malformed"]);
}

#[test]
fn inconclusive_when_there_is_no_sbom_or_a_malformed_one() {
    let mut world = World::new();
    world.set(b"{}");
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
    world.documents.clear();
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
}
