//! RG-05.

use batchseal::gate::checks::provenance_for_every_artifact::ProvenanceForEveryArtifact as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::provenance::BUILD_ELSEWHERE;
use batchseal::model::statement::Subject;

use crate::fixture::statements::at;
use crate::fixture::{World, assert_found, assert_satisfied};

#[test]
fn accepts_artifact_that_a_recorded_build_names() {
    assert_satisfied(&World::new().candidate(&Check), &["pumpctl", "provenance-build"]);
}

#[test]
fn rejects_artifact_with_other_digest_or_name() {
    let mut world = World::new();
    world.artifacts[0].sha256 = Sha256Digest::of(b"other");
    assert_found(&world.candidate(&Check), &["artifact-differs"]);
    let mut world = World::new();
    world.provenance[0].subject[0].name = "pumpctl2".to_owned();
    assert_found(&world.candidate(&Check), &["artifact-without-provenance", "subject-is-no-artifact"]);
}

#[test]
fn rejects_subject_that_is_no_artifact() {
    let mut world = World::new();
    world.provenance[0].subject.push(Subject::new("debug.sym", Sha256Digest::of(b"symbols")));
    assert_found(&world.candidate(&Check), &["subject-is-no-artifact"]);
}

#[test]
fn rejects_products_built_elsewhere_or_by_unknown_build_type() {
    let mut world = World::new();
    world.built().build_definition.build_type = BUILD_ELSEWHERE.to_owned();
    world.built().build_definition.internal_parameters.exit_code = None;
    assert_found(&world.candidate(&Check), &["build-not-watched", "built-elsewhere"]);
    let mut world = World::new();
    world.built().build_definition.build_type = "https://example.com/build".to_owned();
    assert_found(&world.candidate(&Check), &["unknown-build-type"]);
    let mut world = World::new();
    world.policy.release.artifacts[0].built_elsewhere = true;
    assert_found(&world.candidate(&Check), &["built-elsewhere"]);
}

#[test]
fn rejects_failed_build_and_reversed_times() {
    let mut world = World::new();
    world.built().build_definition.internal_parameters.exit_code = Some(101);
    world.built().run_details.metadata.finished_on = at("09:00");
    assert_found(&world.candidate(&Check), &["build-failed", "build-times-reversed"]);
}

#[test]
fn rejects_batch_whose_artifacts_are_not_the_products_of_the_policy() {
    let mut world = World::new();
    world.policy.release.artifacts.clear();
    assert_found(&world.candidate(&Check), &["artifact-not-in-policy"]);
    let mut world = World::new();
    world.artifacts.clear();
    assert_found(&world.candidate(&Check), &["artifact-missing", "no-artifact", "subject-is-no-artifact"]);
}

#[test]
fn rejects_missing_provenance() {
    let mut world = World::new();
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["artifact-without-provenance", "no-provenance"]);
}

#[test]
fn rejects_two_artifacts_of_one_name() {
    let mut world = World::new();
    let again = world.artifacts[0].clone();
    world.artifacts.push(again);
    assert_found(&world.candidate(&Check), &["artifact-twice"]);
}
