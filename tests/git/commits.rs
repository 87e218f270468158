//! The raw commits since earlier releases, held against `git rev-list` and `git cat-file --batch`.

use std::collections::BTreeSet;

use batchseal::adapters::git::Repository;
use batchseal::model::digest::GitId;
use batchseal::provenance::history::History;

use crate::workbench::{Bench, git_in};

fn id(bench: &Bench, name: &str) -> GitId {
    GitId::parse(&bench.line(&["rev-parse", name])).expect("id")
}

/// What the list says is new is what git says.
fn assert_same(bench: &Bench, bases: &[&str]) -> Vec<u8> {
    let ids: Vec<GitId> = bases.iter().map(|base| id(bench, base)).collect();
    let list = bench.open().commits_since(&ids).expect("commits");
    let history = History::parse(&list).expect("history");
    let since = history.since(&id(bench, "HEAD"), &ids);
    assert!(since.missing.is_empty() && since.unreached.is_empty(), "{since:?}");
    let got: BTreeSet<String> = since.fresh.iter().map(|place| history.commits()[*place].id.to_string()).collect();
    let exclude: Vec<String> = bases.iter().map(|base| format!("^{base}")).collect();
    let arguments: Vec<&str> = ["rev-list", "HEAD"].into_iter().chain(exclude.iter().map(String::as_str)).collect();
    let expected: BTreeSet<String> = bench.line(&arguments).lines().map(str::to_owned).collect();
    assert_eq!(got, expected);
    list
}

/// Two branches that were begun before the release `v1.0.0` and merged after it, one into the other.
fn branched() -> Option<Bench> {
    let bench = Bench::empty()?;
    bench.write("a", "a\n");
    bench.commit("first");
    bench.git(&["checkout", "--quiet", "-b", "old"]);
    bench.commit("old 1");
    bench.git(&["checkout", "--quiet", "main"]);
    bench.commit("second");
    bench.git(&["checkout", "--quiet", "-b", "topic"]);
    bench.commit("topic 1");
    bench.git(&["checkout", "--quiet", "main"]);
    bench.fill();
    bench.git(&["checkout", "--quiet", "topic"]);
    bench.git(&["merge", "--quiet", "--no-ff", "-m", "merge old", "old"]);
    bench.git(&["checkout", "--quiet", "main"]);
    bench.commit("after");
    bench.git(&["merge", "--quiet", "--no-ff", "-m", "merge topic", "topic"]);
    Some(bench)
}

#[test]
fn lists_what_git_lists_with_branches_older_than_the_release() {
    let Some(bench) = branched() else { return };
    let list = assert_same(&bench, &["v1.0.0^{commit}"]);
    assert_same(&bench, &["v1.0.0^{commit}", "old"]);
    assert_same(&bench, &[]);
    assert!(assert_same(&bench, &["HEAD"]).is_empty());
    let ids: String = String::from_utf8_lossy(&list)
        .lines()
        .filter_map(|line| line.split_once(" commit ").map(|(id, _)| format!("{id}\n")))
        .collect();
    std::fs::write(bench.beside("ids"), ids).expect("file");
    let shell = "git cat-file --batch < ../ids";
    let printed = bench.git(&["-c", &format!("alias.printed=!{shell}"), "printed"]);
    assert_eq!(printed, list, "not as git prints it");
    bench.git(&["commit-graph", "write", "--reachable"]);
    assert_eq!(assert_same(&bench, &["v1.0.0^{commit}"]), list, "with a commit-graph");
}

#[test]
fn a_release_that_is_not_here_or_not_before_changes_nothing() {
    let Some(bench) = branched() else { return };
    let whole = assert_same(&bench, &[]);
    let absent = GitId::parse(&"7".repeat(40)).expect("id");
    assert_eq!(bench.open().commits_since(&[absent]).expect("commits"), whole);
    bench.git(&["checkout", "--quiet", "--orphan", "unrelated"]);
    bench.commit("unrelated");
    bench.git(&["checkout", "--quiet", "main"]);
    assert_eq!(assert_same(&bench, &["unrelated"]), whole);
}

#[test]
fn reads_sha256_repositories_and_refuses_cut_off_history() {
    let Some(bench) = Bench::with_format("sha256") else { return };
    bench.fill();
    bench.commit("second");
    assert_same(&bench, &["v1.0.0^{commit}"]);
    let clone = bench.beside("shallow");
    let url = format!("file://{}", bench.root.display());
    git_in(&bench.root, &["clone", "--quiet", "--depth", "1", &url, clone.to_str().expect("path")]);
    assert!(Repository::discover(&clone).expect("repository").commits_since(&[]).is_err());
}
