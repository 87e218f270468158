//! RG-08.

use batchseal::gate::checks::inputs_pinned::InputsPinned as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::entry;

use crate::fixture::{World, assert_found, assert_satisfied, git};

const WORKFLOW: &str = ".github/workflows/release.yml";
const PINNED: &str =
    "jobs:\n  build:\n    steps:\n    - uses: actions/checkout@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";

/// A locked Cargo build by a committed workflow.
fn with(path: &str, workflow: &str) -> World {
    let mut world = World::new();
    world.built().build_definition.external_parameters.command.push("--locked".to_owned());
    world.policy.release.pipeline = vec![path.to_owned()];
    let (id, sha256) = (git::id("blob", workflow.as_bytes()), Sha256Digest::of(workflow.as_bytes()).to_hex());
    let listing = world.files.get_mut(&crate::fixture::statements::entry("git/tree.txt")).unwrap();
    let mut lines: Vec<String> = String::from_utf8(listing.clone()).unwrap().lines().map(str::to_owned).collect();
    lines.push(format!("100644 {id} {sha256} {path}"));
    lines.sort_by_key(|line| line.rsplit(' ').next().unwrap().to_owned());
    *listing = lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
    world.batch.tree_sha256 = Sha256Digest::of(listing);
    world.files.insert(entry::kept(path).unwrap(), workflow.as_bytes().to_vec());
    world
}

fn command(words: &[&str]) -> World {
    let mut world = with(WORKFLOW, PINNED);
    let command = words.iter().map(|word| (*word).to_owned()).collect();
    world.built().build_definition.external_parameters.command = command;
    world
}

#[test]
fn accepts_a_locked_build_by_a_workflow_of_pinned_parts() {
    let outcome = with(WORKFLOW, PINNED).candidate(&Check);
    assert_satisfied(&outcome, &["held to its lockfile", "Cargo.lock", "1 reference pinned", "0 submodules"]);
    let gitlab = format!("image: rust@sha256:{}\n", "b".repeat(64));
    assert_satisfied(&with(".gitlab-ci.yml", &gitlab).candidate(&Check), &["1 reference pinned"]);
    assert_satisfied(&with("Makefile", "all:\n\tcc x.c\n").candidate(&Check), &["Makefile", "not seen"]);
    assert_satisfied(&command(&["make", "release"]).candidate(&Check), &["built by \"make\""]);
}

#[test]
fn warns_of_references_that_may_move() {
    for text in ["actions/checkout@v4", "actions/checkout", "docker://alpine:3", "x/y@${{ inputs.ref }}"] {
        let moving = PINNED.replace("actions/checkout@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", text);
        assert_found(&with(WORKFLOW, &moving).candidate(&Check), &["reference-not-pinned"]);
    }
    assert_found(&with(".gitlab-ci.yml", "build:\n  image: rust:1\n").candidate(&Check), &["reference-not-pinned"]);
    let many = format!("jobs:\n  build:\n    steps:\n{}", "    - uses: a/b@v1\n".repeat(150));
    assert_found(&with(WORKFLOW, &many).candidate(&Check), &["more-findings", "reference-not-pinned"]);
}

#[test]
fn warns_of_a_command_that_may_change_its_lockfile() {
    assert_found(&command(&["cargo", "build", "--release"]).candidate(&Check), &["lockfile-not-frozen"]);
    assert_found(&command(&["cargo", "run", "--", "--locked"]).candidate(&Check), &["lockfile-not-frozen"]);
    assert_found(&command(&["/usr/bin/npm", "install"]).candidate(&Check), &["lockfile-not-frozen", "no-lockfile"]);
    assert_found(&command(&["npm", "ci"]).candidate(&Check), &["no-lockfile"]);
    assert_satisfied(&command(&["cargo", "build", "--frozen"]).candidate(&Check), &["held to its lockfile"]);
}

#[test]
fn rejects_pipeline_files_that_are_unnamed_absent_altered_or_malformed() {
    let mut world = with(WORKFLOW, PINNED);
    world.policy.release.pipeline.clear();
    assert_found(&world.candidate(&Check), &["no-pipeline-named"]);
    let mut world = with(WORKFLOW, PINNED);
    world.files.remove(&entry::kept(WORKFLOW).unwrap());
    assert_found(&world.candidate(&Check), &["pipeline-file-missing"]);
    world.files.insert(entry::kept(WORKFLOW).unwrap(), b"jobs: {}\n".to_vec());
    assert_found(&world.candidate(&Check), &["pipeline-file-not-as-committed"]);
    assert_found(&with(WORKFLOW, "jobs: [\n").candidate(&Check), &["pipeline-file-malformed"]);
    let mut world = with(WORKFLOW, PINNED);
    world.batch.tree_sha256 = Sha256Digest::of(b"other");
    assert_found(&world.candidate(&Check), &["tree-listing-unusable"]);
    let mut world = with(WORKFLOW, PINNED);
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
