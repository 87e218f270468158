//! Merges that speak for what they bring in, and branches that were begun before the earlier release.

use batchseal::model::digest::GitId;

use super::{Check, DEV, FULL, Scene};
use crate::fixture::{assert_found, assert_satisfied, codes};

const BARE: [&str; 2] = ["commit-without-change", "commit-without-review"];

#[test]
fn a_merge_speaks_for_what_it_brings_in_and_for_nothing_else() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let side = scene.change(&[&base], "");
    let tip = scene.change(&[&side], "");
    let main = scene.change(&[&base], FULL);
    let merged = scene.change(&[&main, &tip], FULL);
    assert_satisfied(&scene.world(&merged, Some(&base), &[]).candidate(&Check), &["4 commits", "1 merge among them"]);
    // The same merge does not speak for its first parent's line.
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let side = scene.change(&[&base], FULL);
    let main = scene.change(&[&base], "");
    let merged = scene.change(&[&main, &side], FULL);
    let outcome = scene.world(&merged, Some(&base), &[]).candidate(&Check);
    assert_found(&outcome, &BARE);
    assert!(format!("{outcome:?}").contains(main.as_str()) && !format!("{outcome:?}").contains(side.as_str()));
    // A merge without trailers speaks for nobody, and needs none itself.
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let side = scene.change(&[&base], "");
    let reviewed = scene.change(&[&base], FULL);
    let merged = scene.change(&[&reviewed, &side], "");
    assert_found(&scene.world(&merged, Some(&base), &[]).candidate(&Check), &BARE);
    let only_reviewed = scene.change(&[&base, &reviewed], "");
    assert_satisfied(&scene.world(&only_reviewed, Some(&base), &[&side, &merged]).candidate(&Check), &["2 commits"]);
}

#[test]
fn commit_and_merges_around_it_may_each_say_a_part() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let side = scene.change(&[&base], "Change-Id: CR-4\n");
    let inner = scene.change(&[&base, &side], "Reviewed-by: Developer (example) <dev@example.com>\n");
    let outer = scene.change(&[&base, &inner], "Reviewed-by: Lead (example) <lead@example.com>\n");
    assert_satisfied(&scene.world(&outer, Some(&base), &[]).candidate(&Check), &["CR-4"]);
    assert_found(&scene.world(&inner, Some(&base), &[&outer]).candidate(&Check), &["reviewed-by-author"]);
}

#[test]
fn the_author_of_a_commit_does_not_review_it_by_merging_it() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let side = scene.commit("Reviewer (example) <reviewer@example.com>", &[&base], "By the reviewer\n");
    let merged = scene.change(&[&base, &side], FULL);
    assert_found(&scene.world(&merged, Some(&base), &[]).candidate(&Check), &["reviewed-by-author"]);
}

#[test]
fn a_branch_begun_before_the_earlier_release_is_told_from_what_was_released() {
    let mut scene = Scene::default();
    let root = scene.change(&[], "");
    let old = scene.change(&[&root], "");
    let side = scene.change(&[&old], FULL);
    let between = scene.change(&[&old], "");
    let base = scene.change(&[&between], "");
    let merged = scene.change(&[&base, &side], "");
    // `base` and `between` show that `old` is released; `root` need not be listed.
    let outcome = scene.world(&merged, Some(&base), &[&root, &old]).candidate(&Check);
    assert_satisfied(&outcome, &["2 commits"]);
    assert_found(
        &scene.world(&merged, Some(&base), &[&root, &old, &between]).candidate(&Check),
        &["history-incomplete"],
    );
}

#[test]
fn twenty_thousand_nested_merges_are_judged_at_once() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let mut tip: GitId = base.clone();
    for _ in 0..10_000 {
        let side = scene.commit(DEV, &[&tip], "side\n\n");
        tip = scene.change(&[&base, &side], "Reviewed-by: Developer (example) <dev@example.com>\n");
    }
    let started = std::time::Instant::now();
    let outcome = scene.world(&tip, Some(&base), &[]).candidate(&Check);
    assert_eq!(codes(&outcome).len(), 101, "findings are counted, not all listed");
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}
