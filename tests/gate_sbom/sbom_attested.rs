//! RG-19: the SBOM is signed over exactly the products.

use batchseal::gate::checks::sbom_attested::SbomAttested;
use batchseal::gate::evidence::Refused;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::outcome::Outcome;
use batchseal::model::statement::Subject;

use crate::world::{World, artifact, assert_satisfied, codes, entry};

fn judge(world: &World) -> Outcome {
    world.judge(&SbomAttested)
}

#[test]
fn satisfied_when_the_subjects_are_exactly_the_artifacts() {
    assert_satisfied(&judge(&World::new()));
}

#[test]
fn violated_when_an_artifact_is_no_subject() {
    let mut world = World::new();
    world.artifacts.push(artifact("third"));
    assert_eq!(codes(&judge(&world)), ["subject-missing"]);
}

#[test]
fn violated_when_a_subject_is_no_artifact_or_has_another_digest() {
    let mut more = World::new();
    more.subjects.push(Subject::new("other", Sha256Digest::of(b"other")));
    assert_eq!(codes(&judge(&more)), ["subject-unexpected"]);
    let mut other = World::new();
    other.artifacts[0].sha256 = Sha256Digest::of(b"changed");
    assert_eq!(codes(&judge(&other)), ["subject-digest-differs"]);
}

#[test]
fn violated_when_the_batch_has_no_artifact() {
    let mut world = World::new();
    world.artifacts.clear();
    world.subjects.remove(0);
    world.subjects.remove(0);
    assert_eq!(codes(&judge(&world)), ["no-artifact"]);
}

#[test]
fn violated_when_no_statement_verified_or_several_did() {
    let mut none = World::new();
    none.documents.clear();
    none.refused =
        vec![Refused { entry: entry("attestations/sbom-device.sigstore.json"), reason: "unknown key".to_owned() }];
    let outcome = judge(&none);
    assert_eq!(codes(&outcome), ["sbom-missing"]);
    let Outcome::Violated { findings } = outcome else { unreachable!() };
    assert!(findings[0].message.contains("unknown key"), "{findings:?}");
    let mut twice = World::new();
    twice.documents.push(twice.documents[0].clone());
    assert_eq!(codes(&judge(&twice)), ["sbom-repeated"]);
}

#[test]
fn a_malformed_document_is_left_to_its_own_check() {
    let mut world = World::new();
    world.set(b"{}");
    assert_satisfied(&judge(&world));
}
