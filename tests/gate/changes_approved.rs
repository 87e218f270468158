//! RG-30.

use batchseal::gate::checks::changes_approved::ChangesApproved as Check;
use batchseal::gate::evidence::PreviousReleases;
use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::name::Version;
use batchseal::model::outcome::Outcome;
use batchseal::model::record::PreviousRelease;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, git};

mod coverage;

const DEV: &str = "Developer (example) <dev@example.com>";
const FULL: &str = "Change-Id: CR-1\nReviewed-by: Reviewer (example) <reviewer@example.com>\n";

/// A history made by hand; commits are listed in the order in which the recorder would.
#[derive(Default)]
struct Scene {
    listed: Vec<(GitId, Vec<u8>)>,
}

impl Scene {
    fn commit(&mut self, author: &str, parents: &[&GitId], message: &str) -> GitId {
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        let who = format!("{author} {} +0000", 1_795_000_000 + self.listed.len());
        let commit = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}").into_bytes();
        let id = git::id("commit", &commit);
        self.listed.push((id.clone(), git::listed(&commit)));
        id
    }

    /// A commit by the developer with trailers behind its subject.
    fn change(&mut self, parents: &[&GitId], trailers: &str) -> GitId {
        self.commit(DEV, parents, &format!("Change number {}\n\n{trailers}", self.listed.len()))
    }

    fn bytes(&self, without: &[&GitId]) -> Vec<u8> {
        let kept = self.listed.iter().rev().filter(|(id, _)| !without.contains(&id));
        kept.flat_map(|(_, bytes)| bytes.iter().copied()).collect()
    }

    /// Releases `head` after the earlier release of `base`, whose history is not listed where `without` names it.
    fn world(&self, head: &GitId, base: Option<&GitId>, without: &[&GitId]) -> World {
        let mut world = World::new();
        world.batch.commit = head.clone();
        world.files.insert(entry("git/commits.txt"), self.bytes(without));
        if let Some(base) = base {
            let release = PreviousRelease {
                udi: None,
                labeling: None,
                device: world.batch.device.name.clone(),
                version: Version::parse("1.2.2").unwrap(),
                bundle_sha256: Sha256Digest::of(b"bundle"),
                artifacts: world.artifacts.clone(),
                commit: Some(base.clone()),
            };
            world.policy.release.first_release = false;
            world.previous = PreviousReleases::Given(vec![release]);
        }
        world
    }
}

#[test]
fn accepts_commits_that_name_change_and_reviewer_since_the_earlier_release() {
    let mut scene = Scene::default();
    let base = scene.change(&[], "");
    let one = scene.change(&[&base], FULL);
    let two = scene.change(&[&one], "refs: #12\nApproved-by: reviewer@example.com\n");
    let outcome = scene.world(&two, Some(&base), &[&base]).candidate(&Check);
    assert_satisfied(&outcome, &["2 commits since 1 earlier commit", "CR-1", "#12"]);
    let same = scene.world(&base, Some(&base), &[&base, &one, &two]).candidate(&Check);
    assert_satisfied(&same, &["0 commits"]);
}

#[test]
fn rejects_commits_without_change_without_review_or_reviewed_by_the_author() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let judge = |trailers: &str| {
        let mut scene = Scene { listed: scene.listed.clone() };
        let head = scene.change(&[&base], trailers);
        scene.world(&head, Some(&base), &[]).candidate(&Check)
    };
    assert_found(&judge("Reviewed-by: R <r@example.com>"), &["commit-without-change"]);
    assert_found(&judge("Change-Id: CR-1"), &["commit-without-review"]);
    assert_found(&judge("text only"), &["commit-without-change", "commit-without-review"]);
    assert_found(&judge("Change-Id: CR-1\nReviewed-by: developer  (EXAMPLE) <x@y>"), &["reviewed-by-author"]);
    assert_found(&judge("Change-Id: CR-1\nReviewed-by: D <DEV@example.com>"), &["reviewed-by-author"]);
    let co_author = "Change-Id: CR-1\nReviewed-by: R <r@example.com>\nCo-authored-by: Other <r@example.com>";
    assert_found(&judge(co_author), &["reviewed-by-author"]);
    assert_satisfied(&judge(&format!("{co_author}\nReviewed-by: S <s@example.com>")), &["1 commit"]);
}

#[test]
fn asks_for_the_trailers_that_the_policy_names() {
    let mut scene = Scene::default();
    let head = scene.change(&[], "Ticket: T-1\nAudited-by: A <a@example.com>\n");
    let mut world = scene.world(&head, None, &[]);
    world.policy.gate.changes.trailers = vec!["Ticket".to_owned()];
    world.policy.gate.changes.review_trailers = vec!["audited-by".to_owned()];
    assert_satisfied(&world.candidate(&Check), &["1 commit since the beginning", "T-1"]);
    world.policy.gate.changes.review_trailers = vec!["Reviewed-by".to_owned()];
    assert_found(&world.candidate(&Check), &["commit-without-review"]);
}

#[test]
fn asks_a_person_once_where_a_first_release_names_nothing_at_all() {
    let Outcome::NeedsHuman { question, evidence } = World::new().candidate(&Check) else { panic!("no question") };
    assert!(question.contains("none of its 1 commit names"), "{question}");
    assert!(evidence[0].shows.contains("1 commit by 1 author"));
    let mut scene = Scene::default();
    let root = scene.change(&[], "");
    let head = scene.change(&[&root], FULL);
    let begun = scene.world(&head, None, &[]).candidate(&Check);
    assert_found(&begun, &["commit-without-change", "commit-without-review"]);
    let later = scene.world(&root, Some(&GitId::parse(&"6".repeat(40)).unwrap()), &[&head]).candidate(&Check);
    assert_found(&later, &["commit-without-change", "commit-without-review"]);
    let mut with_baseline = scene.world(&head, None, &[&root]);
    with_baseline.policy.gate.changes.since = Some(root);
    assert_satisfied(&with_baseline.candidate(&Check), &["1 commit since 1 earlier commit"]);
}

#[test]
fn rejects_a_list_that_leaves_out_adds_or_alters_commits() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let hidden = scene.change(&[&base], "");
    let head = scene.change(&[&hidden], FULL);
    let stray = scene.change(&[], FULL);
    let world = |without: &[&GitId]| scene.world(&head, Some(&base), without);
    assert_found(&world(&[&hidden, &stray]).candidate(&Check), &["history-incomplete"]);
    assert_found(&world(&[&base, &head, &hidden, &stray]).candidate(&Check), &["history-incomplete"]);
    assert_found(&world(&[]).candidate(&Check), &["commit-not-reached"]);
    let altered = |from: &str, to: &str| {
        let mut world = world(&[&stray]);
        let list = world.files.get_mut(&entry("git/commits.txt")).unwrap();
        *list = String::from_utf8(list.clone()).unwrap().replacen(from, to, 1).into_bytes();
        world.candidate(&Check)
    };
    assert_found(&altered("Change number 2", "Change number 9"), &["commit-id-differs"]);
    assert_found(&altered(" commit ", " commit 1"), &["history-malformed"]);
    assert_found(&altered(" commit ", " tree "), &["history-malformed"]);
    let mut twice = world(&[&stray]);
    let list = twice.files.get_mut(&entry("git/commits.txt")).unwrap();
    list.extend_from_slice(&scene.listed[0].1);
    assert_found(&twice.candidate(&Check), &["history-malformed"]);
    let mut absent = world(&[&stray]);
    absent.remove_file("git/commits.txt");
    assert_found(&absent.candidate(&Check), &["history-missing"]);
}

#[test]
fn a_rejected_earlier_record_is_no_point_to_count_from() {
    let mut scene = Scene::default();
    let base = scene.change(&[], "");
    let head = scene.change(&[&base], FULL);
    let mut world = scene.world(&head, Some(&base), &[]);
    let PreviousReleases::Given(previous) = &mut world.previous else { panic!() };
    previous[0].commit = None;
    assert_found(&world.candidate(&Check), &["commit-without-change", "commit-without-review"]);
}

#[test]
fn asks_a_person_about_excepted_commits_and_rejects_exceptions_that_do_not_count() {
    let mut scene = Scene::default();
    let base = scene.change(&[], FULL);
    let bare = scene.change(&[&base], "");
    let head = scene.change(&[&bare], FULL);
    let judge = |rows: &str| {
        let mut world = scene.world(&head, Some(&base), &[]);
        world.add_document("change-exceptions", format!("commit,reason,approved-by\n{rows}").as_bytes());
        world.candidate(&Check)
    };
    let Outcome::NeedsHuman { question, evidence } = judge(&format!("{bare},hot fix,Quality Lead (example)\n")) else {
        panic!("no question")
    };
    assert!(question.contains("1 commit was excepted"), "{question}");
    assert!(
        evidence.iter().any(|shown| shown.name == bare.as_str() && shown.shows.contains("hot fix")),
        "{evidence:?}"
    );
    assert_found(&judge(&format!("{bare},hot fix,developer (example)\n")), &["exception-by-author"]);
    assert_found(
        &judge(&format!("{head},other,Quality Lead (example)\n")),
        &["commit-without-change", "commit-without-review"],
    );
    let malformed = judge(&format!("{},hot fix,Quality Lead (example)\n", &bare.as_str()[..7]));
    assert_found(&malformed, &["commit-without-change", "commit-without-review", "exceptions-malformed"]);
    let mut world = scene.world(&head, Some(&base), &[]);
    let row = format!("commit,reason,approved-by\n{bare},hot fix,Quality Lead (example)\n");
    world.add_document("change-exceptions", row.as_bytes()).predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(
        &world.candidate(&Check),
        &["commit-without-change", "commit-without-review", "document-of-other-version"],
    );
}
