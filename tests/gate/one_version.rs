//! RG-03.

use batchseal::gate::checks::one_version::OneVersion as Check;
use batchseal::model::name::Version;

use crate::fixture::statements::{SBOM, entry};
use crate::fixture::{World, assert_found, assert_satisfied};

fn with_sbom(content: &str) -> World {
    let mut world = World::new();
    world.files.insert(entry("sbom/device.cdx.json"), content.as_bytes().to_vec());
    world
}

#[test]
fn accepts_one_version_everywhere() {
    let world = World::new();
    assert_satisfied(&world.candidate(&Check), &["batch.json", "Cargo.toml", "sbom/device.cdx.json"]);
    assert_satisfied(&world.release(&Check), &["record.json"]);
}

#[test]
fn rejects_manifest_of_another_version_or_none() {
    let mut world = World::new();
    let manifests = &mut world.built().build_definition.internal_parameters.manifest_versions;
    manifests.insert("crates/core/Cargo.toml".to_owned(), "1.2.2".to_owned());
    assert_found(&world.candidate(&Check), &["manifest-version-differs"]);
    world.built().build_definition.internal_parameters.manifest_versions.clear();
    assert_found(&world.candidate(&Check), &["no-manifest-version"]);
}

#[test]
fn rejects_sbom_of_another_version_or_without_one() {
    assert_found(&with_sbom(&SBOM.replace("1.2.3", "1.2.4")).candidate(&Check), &["sbom-version-differs"]);
    for malformed in ["{}", "", "not JSON", r#"{"metadata":{"component":{"version":3}}}"#] {
        assert_found(&with_sbom(malformed).candidate(&Check), &["sbom-version-unreadable"]);
    }
    let mut world = World::new();
    world.remove_file("sbom/device.cdx.json");
    assert_found(&world.candidate(&Check), &["no-sbom"]);
}

#[test]
fn rejects_tag_of_another_version_or_pattern() {
    let mut world = World::new();
    world.batch.tag = "v1.2.4".to_owned();
    assert_found(&world.candidate(&Check), &["tag-version-differs"]);
    world.batch.tag = "release-1.2.3".to_owned();
    assert_found(&world.candidate(&Check), &["tag-without-version"]);
}

#[test]
fn rejects_record_of_another_version_and_missing_provenance() {
    let mut world = World::new();
    world.record.batch.version = Version::parse("1.2.4").unwrap();
    assert_found(&world.release(&Check), &["record-version-differs"]);
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
