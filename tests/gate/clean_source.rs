//! RG-02.

use batchseal::gate::checks::clean_source::CleanSource as Check;
use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::provenance::SourceState;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied};

fn source(world: &mut World) -> &mut SourceState {
    &mut world.built().build_definition.internal_parameters.source
}

/// Changes the listing and everything that names its SHA-256, so that only the tree id can tell.
fn with_listing(edit: fn(String) -> String) -> World {
    let mut world = World::new();
    let listing = world.files.get_mut(&entry("git/tree.txt")).unwrap();
    *listing = edit(String::from_utf8(listing.clone()).unwrap()).into_bytes();
    let sha256 = Sha256Digest::of(listing);
    world.batch.tree_sha256 = sha256;
    source(&mut world).tree_sha256 = sha256;
    world
}

#[test]
fn accepts_clean_tree_with_and_without_submodule() {
    assert_satisfied(&World::new().candidate(&Check), &["git/tree.txt", "3 paths"]);
    assert_satisfied(&World::with_submodule().candidate(&Check), &["4 paths", "1 submodules"]);
}

#[test]
fn rejects_listing_of_another_tree() {
    let dropped = with_listing(|text| text.lines().skip(1).map(|line| format!("{line}\n")).collect());
    assert_found(&dropped.candidate(&Check), &["tree-id-differs"]);
    let executable = with_listing(|text| text.replacen("100644", "100755", 1));
    assert_found(&executable.candidate(&Check), &["tree-id-differs"]);
}

#[test]
fn rejects_listing_that_batch_or_provenance_do_not_name() {
    let mut world = World::new();
    source(&mut world).tree_sha256 = Sha256Digest::of(b"other");
    assert_found(&world.candidate(&Check), &["recorded-tree-differs"]);
    let mut world = World::new();
    world.batch.tree_sha256 = Sha256Digest::of(b"other");
    assert_found(&world.candidate(&Check), &["recorded-tree-differs", "tree-digest-differs"]);
}

#[test]
fn rejects_missing_or_malformed_listing() {
    let mut world = World::new();
    world.remove_file("git/tree.txt");
    assert_found(&world.candidate(&Check), &["tree-listing-missing"]);
    assert_found(&with_listing(|_| "garbage\n".to_owned()).candidate(&Check), &["tree-listing-malformed"]);
    let mut world = World::new();
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}

#[test]
fn rejects_changed_files_shallow_clone_and_overridden_refusal() {
    let mut world = World::new();
    source(&mut world).changes_before = vec!["src/main.rs".to_owned()];
    assert_found(&world.candidate(&Check), &["changed-before-build"]);
    let mut world = World::new();
    source(&mut world).changes_after = vec!["Cargo.lock".to_owned()];
    assert_found(&world.candidate(&Check), &["changed-by-build"]);
    let mut world = World::new();
    source(&mut world).shallow = true;
    world.built().build_definition.internal_parameters.overridden_refusals = vec!["dirty tree".to_owned()];
    assert_found(&world.candidate(&Check), &["refusal-overridden", "shallow-clone"]);
}

#[test]
fn rejects_submodules_that_are_not_as_pinned() {
    let other = GitId::parse(&"6".repeat(40)).unwrap();
    let mut world = World::with_submodule();
    source(&mut world).submodules[0].checked_out = Some(other.clone());
    assert_found(&world.candidate(&Check), &["submodule-moved"]);
    source(&mut world).submodules[0].checked_out = None;
    assert_found(&world.candidate(&Check), &["submodule-absent"]);
    let mut world = World::with_submodule();
    source(&mut world).submodules[0].commit = other;
    assert_found(&world.candidate(&Check), &["submodule-differs"]);
    let listed = source(&mut world).submodules.clone();
    source(&mut world).submodules.clear();
    assert_found(&world.candidate(&Check), &["submodule-not-recorded"]);
    let mut without = World::new();
    source(&mut without).submodules = listed;
    assert_found(&without.candidate(&Check), &["submodule-not-pinned"]);
}
