//! Branches that contain the release, shallow clones and linked work trees.

use batchseal::adapters::git::Repository;

use crate::workbench::{Bench, git_in};

fn branches(bench: &Bench, tag: &str) -> Vec<String> {
    bench.open().release_source(tag).expect("source").branches.into_keys().collect()
}

#[test]
fn lists_the_branches_that_contain_the_commit() {
    let Some(bench) = Bench::released() else { return };
    let release = bench.line(&["rev-parse", "HEAD"]);
    bench.git(&["checkout", "--quiet", "--orphan", "unrelated"]);
    bench.commit("unrelated");
    bench.git(&["checkout", "--quiet", "main"]);
    bench.git(&["branch", "release/1.0"]);
    bench.git(&["checkout", "--quiet", "-b", "topic"]);
    bench.commit("topic");
    bench.git(&["merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-m", "merge", "unrelated"]);
    bench.git(&["update-ref", "refs/remotes/origin/main", &release]);
    bench.git(&["update-ref", "refs/remotes/origin/old", "unrelated"]);
    bench.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    bench.git(&["checkout", "--quiet", "v1.0.0"]);
    let expected = ["main", "origin/main", "release/1.0", "topic"];
    assert_eq!(branches(&bench, "v1.0.0"), expected);
    bench.git(&["commit-graph", "write", "--reachable"]);
    bench.git(&["pack-refs", "--all"]);
    assert_eq!(branches(&bench, "v1.0.0"), expected, "with a commit-graph and packed references");
    let source = bench.open().release_source("v1.0.0").expect("source");
    assert_eq!(source.branches["topic"].as_str(), bench.line(&["rev-parse", "topic"]));
}

#[test]
fn a_branch_that_ends_before_the_release_does_not_contain_it() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["branch", "behind"]);
    bench.commit("second");
    bench.git(&["tag", "-a", "-m", "two", "v2"]);
    assert_eq!(branches(&bench, "v2"), ["main"]);
}

#[test]
fn a_shallow_clone_says_so_and_still_reads_the_release() {
    let Some(bench) = Bench::released() else { return };
    bench.write("more", "more\n");
    bench.commit("second");
    bench.git(&["tag", "-a", "-m", "two", "v2"]);
    let clone = bench.beside("shallow");
    let url = format!("file://{}", bench.root.display());
    git_in(&bench.root, &["clone", "--quiet", "--depth", "1", "--branch", "v2", &url, clone.to_str().expect("path")]);
    let repository = Repository::discover(&clone).expect("repository");
    let source = repository.release_source("v2").expect("source");
    assert!(source.shallow);
    assert_eq!(source.remote, None, "a path of this machine was recorded");
    assert!(source.branches.is_empty(), "{:?}", source.branches);
    assert!(repository.changes().expect("changes").is_empty());
    git_in(&clone, &["checkout", "--quiet", "-b", "local"]);
    assert!(repository.release_source("v2").expect("source").branches.contains_key("local"));
}

#[test]
fn a_linked_work_tree_has_its_own_head_and_index() {
    let Some(bench) = Bench::released() else { return };
    bench.commit("second");
    let linked = bench.beside("linked");
    bench.git(&["worktree", "add", "--quiet", linked.to_str().expect("path"), "v1.0.0"]);
    let repository = Repository::discover(&linked).expect("repository");
    assert!(repository.release_source("v1.0.0").is_ok());
    assert!(repository.changes().expect("changes").is_empty());
    std::fs::write(linked.join("new"), "new\n").expect("file");
    assert_eq!(repository.changes().expect("changes"), ["new"]);
    assert!(bench.changes().is_empty());
}
