//! RG-07.

use batchseal::gate::checks::build_environment_recorded::BuildEnvironmentRecorded as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::provenance::InternalParameters;

use crate::fixture::statements::{entry, resource};
use crate::fixture::{World, assert_found, assert_satisfied, git};

fn parameters(world: &mut World) -> &mut InternalParameters {
    &mut world.built().build_definition.internal_parameters
}

#[test]
fn accepts_recorded_tools_machine_log_and_lockfile() {
    let shown = ["rustc 1.90.0", "linux x86_64", "Cargo.lock", "evidence/build/log.txt"];
    assert_satisfied(&World::new().candidate(&Check), &shown);
}

#[test]
fn rejects_cargo_build_without_rustc_but_not_another_build() {
    let mut world = World::new();
    parameters(&mut world).toolchain.retain(|tool| tool.name != "rustc");
    assert_found(&world.candidate(&Check), &["tool-missing"]);
    world.built().build_definition.external_parameters.command = vec!["make".to_owned()];
    assert_satisfied(&world.candidate(&Check), &["cargo 1.90.0"]);
    parameters(&mut world).toolchain.clear();
    assert_found(&world.candidate(&Check), &["no-toolchain"]);
}

#[test]
fn rejects_empty_tool_version_machine_and_environment() {
    let mut world = World::new();
    parameters(&mut world).toolchain[0].version = " ".to_owned();
    assert_found(&world.candidate(&Check), &["tool-without-version"]);
    let mut world = World::new();
    parameters(&mut world).runner.arch.clear();
    parameters(&mut world).environment.clear();
    assert_found(&world.candidate(&Check), &["no-environment", "runner-incomplete"]);
}

#[test]
fn rejects_lockfile_that_commit_or_provenance_do_not_hold() {
    let mut world = World::new();
    world.files.insert(entry("evidence/lockfiles/Cargo.lock"), b"version = 3\n".to_vec());
    assert_found(&world.candidate(&Check), &["lockfile-differs", "lockfile-not-as-committed"]);
    let mut world = World::new();
    world.built().build_definition.resolved_dependencies = vec![resource("Cargo.lock", b"version = 3\n")];
    assert_found(&world.candidate(&Check), &["lockfile-differs"]);
    world.built().build_definition.resolved_dependencies.clear();
    assert_found(&world.candidate(&Check), &["lockfile-not-recorded"]);
    let mut world = World::new();
    world.files.insert(entry("evidence/lockfiles/other/Cargo.lock"), git::LOCKFILE.to_vec());
    assert_found(&world.candidate(&Check), &["lockfile-not-committed", "lockfile-not-recorded"]);
}

#[test]
fn rejects_cargo_build_without_kept_lockfile() {
    let mut world = World::new();
    world.remove_file("evidence/lockfiles/Cargo.lock");
    assert_found(&world.candidate(&Check), &["lockfile-not-kept", "no-lockfile"]);
}

#[test]
fn rejects_missing_or_exchanged_log() {
    let mut world = World::new();
    world.remove_file("evidence/build/log.txt");
    assert_found(&world.candidate(&Check), &["no-build-log"]);
    world.files.insert(entry("evidence/build/log.txt"), b"edited\n".to_vec());
    assert_found(&world.candidate(&Check), &["build-log-differs"]);
    let hex = Sha256Digest::of(b"edited\n").to_hex();
    world.built().run_details.byproducts[0].digest.insert("sha256".to_owned(), hex);
    assert_satisfied(&world.candidate(&Check), &["evidence/build/log.txt"]);
}

#[test]
fn rejects_unreadable_tree_listing_and_missing_provenance() {
    let mut world = World::new();
    world.files.insert(entry("git/tree.txt"), b"garbage".to_vec());
    assert_found(&world.candidate(&Check), &["lockfile-not-committed", "no-tree-listing"]);
    let mut world = World::new();
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
