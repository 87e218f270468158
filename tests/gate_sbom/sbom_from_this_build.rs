//! RG-13: the SBOM is of this build.

use batchseal::gate::checks::sbom_from_this_build::SbomFromThisBuild;
use batchseal::model::batch::UdiScope;
use batchseal::model::name::Version;
use batchseal::model::outcome::Outcome;
use batchseal::sbom::component::Kind;
use batchseal::sbom::document::HexDigest;

use crate::world::{SBOM, World, artifact, assert_satisfied, codes, entry};

fn judge(world: &World) -> Outcome {
    world.judge(&SbomFromThisBuild)
}

#[test]
fn satisfied_by_an_sbom_of_exactly_this_batch() {
    let outcome = judge(&World::new());
    assert_satisfied(&outcome);
    let Outcome::Satisfied { evidence } = outcome else { unreachable!() };
    assert!(evidence[0].shows.contains("infusion-pump-controller 1.2.0 with 2 files and 3 components"), "{evidence:?}");
}

#[test]
fn violated_when_the_file_is_not_the_signed_document() {
    let mut world = World::new();
    world.files.entry(entry(SBOM)).or_default().push(b'\n');
    assert_eq!(codes(&judge(&world)), ["sbom-file-differs"]);
    world.files.clear();
    assert_eq!(codes(&judge(&world)), ["sbom-file-missing"]);
    let mut world = World::new();
    world.files.insert(entry("sbom/other.cdx.json"), b"{}".to_vec());
    assert_eq!(codes(&judge(&world)), ["sbom-file-unexpected"]);
}

#[test]
fn violated_when_the_root_is_another_device_version_or_udi() {
    let mut world = World::new();
    world.batch.version = Version::parse("1.2.1").expect("version");
    assert_eq!(codes(&judge(&world)), ["root-version-differs"]);
    let other = World::with(|document| document.metadata.component.name = "other".to_owned());
    assert_eq!(codes(&judge(&other)), ["root-name-differs"]);
    let kind = World::with(|document| document.metadata.component.kind = Kind::Library);
    assert_eq!(codes(&judge(&kind)), ["root-type-unexpected"]);
    let mut scope = World::new();
    scope.batch.udi.as_mut().expect("udi").scope = UdiScope::Samd;
    assert_eq!(codes(&judge(&scope)), ["udi-differs"]);
    let mut none = World::new();
    none.batch.udi = None;
    assert_eq!(codes(&judge(&none)), ["udi-differs", "udi-differs"]);
}

#[test]
fn violated_when_the_files_are_not_the_artifacts() {
    let mut more = World::new();
    more.artifacts.push(artifact("third"));
    assert_eq!(codes(&judge(&more)), ["file-missing"]);
    let mut fewer = World::new();
    fewer.artifacts.pop();
    assert_eq!(codes(&judge(&fewer)), ["file-unexpected"]);
    let mut none = World::new();
    none.artifacts.clear();
    assert_eq!(codes(&judge(&none)), ["no-artifact", "file-unexpected", "file-unexpected"]);
    let hash = World::with(|document| {
        let file = &mut document.metadata.component.components[0];
        file.hashes[0].content = HexDigest::try_from("0".repeat(64)).expect("digest");
    });
    assert_eq!(codes(&judge(&hash)), ["file-hash-differs"]);
    let unhashed = World::with(|document| document.metadata.component.components[0].hashes.clear());
    assert_eq!(codes(&judge(&unhashed)), ["file-hash-differs"]);
}

#[test]
fn violated_when_there_is_no_sbom_more_than_one_or_a_malformed_one() {
    let mut world = World::new();
    world.documents.clear();
    assert_eq!(codes(&judge(&world)), ["sbom-missing"]);
    let mut twice = World::new();
    twice.documents.push(twice.documents[0].clone());
    assert_eq!(codes(&judge(&twice)), ["sbom-repeated"]);
    for malformed in ["{}", "[]", "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\"}"] {
        let mut world = World::new();
        world.set(malformed.as_bytes());
        assert_eq!(codes(&judge(&world)), ["sbom-malformed"]);
    }
}
