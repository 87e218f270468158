//! RG-01.

mod signatures;

use batchseal::gate::checks::tag_on_release_branch::TagOnReleaseBranch as Check;
use batchseal::model::digest::GitId;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, codes, git};

fn with_tag(edit: fn(String) -> String) -> World {
    let mut world = World::new();
    let tag = world.files.get_mut(&entry("git/tag")).unwrap();
    *tag = edit(String::from_utf8(tag.clone()).unwrap()).into_bytes();
    let id = git::id("tag", tag);
    world.built().build_definition.internal_parameters.source.tag_object = Some(id);
    world
}

#[test]
fn accepts_annotated_tag_on_release_branch() {
    let outcome = World::new().candidate(&Check);
    assert_satisfied(&outcome, &["git/tag", "git/commit", "asserted by the pipeline", "carries no signature"]);
}

#[test]
fn accepts_remote_branch_of_origin_but_of_no_other_remote() {
    for (branch, good) in [("origin/main", true), ("fork/main", false), ("main2", false)] {
        let mut world = World::new();
        let commit = world.batch.commit.clone();
        world.built().build_definition.internal_parameters.source.branches = [(branch.to_owned(), commit)].into();
        let outcome = world.candidate(&Check);
        assert_eq!(codes(&outcome), if good { vec![] } else { vec!["not-on-release-branch"] }, "{branch}");
    }
}

#[test]
fn rejects_lightweight_tag() {
    let mut world = World::new();
    world.remove_file("git/tag");
    assert_found(&world.candidate(&Check), &["tag-is-lightweight"]);
    world.built().build_definition.internal_parameters.source.tag_object = None;
    assert_found(&world.candidate(&Check), &["tag-is-lightweight", "tag-object-not-recorded"]);
}

#[test]
fn rejects_tag_of_another_commit_kind_or_name() {
    let other_commit = with_tag(|tag| format!("object {}{}", "1".repeat(40), &tag[47..]));
    assert_found(&other_commit.candidate(&Check), &["tag-on-other-commit"]);
    let of_tree = with_tag(|tag| tag.replace("type commit", "type tree"));
    assert_found(&of_tree.candidate(&Check), &["tag-not-on-commit"]);
    let renamed = with_tag(|tag| tag.replace("tag v1.2.3", "tag v1.2.4"));
    assert_found(&renamed.candidate(&Check), &["tag-name-differs"]);
}

#[test]
fn rejects_tag_or_commit_whose_bytes_were_changed() {
    for (file, code) in [("git/tag", "tag-id-differs"), ("git/commit", "commit-id-differs")] {
        let mut world = World::new();
        world.files.get_mut(&entry(file)).unwrap().extend_from_slice(b"more\n");
        assert_found(&world.candidate(&Check), &[code]);
    }
}

#[test]
fn rejects_malformed_or_missing_objects() {
    let mut world = World::new();
    world.files.insert(entry("git/tag"), b"no tag\0".to_vec());
    assert_found(&world.candidate(&Check), &["tag-id-differs", "tag-malformed"]);
    let mut world = World::new();
    world.remove_file("git/commit");
    assert_found(&world.candidate(&Check), &["commit-missing"]);
}

#[test]
fn rejects_provenance_of_another_tag_or_commit_and_its_absence() {
    let mut world = World::new();
    let definition = &mut world.built().build_definition;
    definition.external_parameters.tag = "v1.2.2".to_owned();
    definition.internal_parameters.source.commit = GitId::parse(&"2".repeat(40)).unwrap();
    assert_found(&world.candidate(&Check), &["other-commit-built", "other-tag-built"]);
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
