//! Who and what is refused, by name, with nothing written.

use batchseal::commands::approve::GivenAnswer;
use batchseal::commands::{Cli, Command};
use batchseal::exit::ExitStatus;
use batchseal::model::outcome::{Finding, Outcome};
use batchseal::model::result::Verdict;
use clap::Parser;

use crate::scene::{LEAVER, REVIEWER, Scene, Script, told};

const ACCEPT: [&str; 3] = ["--answer", "RG-26=accept:seen", "--yes"];

fn refusal(scene: &Scene, role: &str, key: &str, options: &[&str]) -> (ExitStatus, String) {
    let failure = scene.approve(role, key, options, &mut Script::absent()).unwrap_err();
    assert!(scene.written().is_empty(), "nothing may be written");
    told(&failure)
}

#[test]
fn refuses_a_key_that_is_not_in_the_roster() {
    let (status, text) = refusal(&Scene::new(), "reviewer", "stranger", &ACCEPT);
    assert!(status == ExitStatus::Usage && text.contains("belongs to nobody in the roster"), "{text}");
}

#[test]
fn refuses_a_pipelines_key_even_when_a_person_lists_it() {
    let mut scene = Scene::new();
    let text = std::fs::read(scene.path("pipeline")).unwrap();
    let public = ssh_key::PrivateKey::from_openssh(text).unwrap().public_key().clone();
    scene.trust.persons[0].ssh_keys.push(public);
    let (status, text) = refusal(&scene, "reviewer", "pipeline", &ACCEPT);
    assert!(status == ExitStatus::Usage && text.contains("release pipeline"), "{text}");
}

#[test]
fn refuses_a_key_that_two_persons_share() {
    let mut scene = Scene::new();
    let key = scene.trust.persons[0].ssh_keys[0].clone();
    scene.trust.persons[1].ssh_keys.push(key);
    let (status, text) = refusal(&scene, "reviewer", "reviewer", &ACCEPT);
    assert!(status == ExitStatus::Usage && text.contains("expected one person"), "{text}");
}

#[test]
fn refuses_a_role_that_the_person_does_not_hold() {
    let (status, text) = refusal(&Scene::new(), "authoriser", "reviewer", &ACCEPT);
    assert!(status == ExitStatus::Usage && text.contains(REVIEWER) && text.contains("authoriser"), "{text}");
}

#[test]
fn refuses_a_person_outside_the_window() {
    let (status, text) = refusal(&Scene::new(), "reviewer", "leaver", &ACCEPT);
    assert!(status == ExitStatus::Usage && text.contains(LEAVER) && text.contains("valid until 2020-01-01"), "{text}");
}

#[test]
fn refuses_a_printed_name_that_is_not_the_rosters() {
    let scene = Scene::new();
    let other = [&ACCEPT[..], &["--name", "Somebody Else (example)"]].concat();
    assert_eq!(refusal(&scene, "reviewer", "reviewer", &other).0, ExitStatus::Usage);
    let same = [&ACCEPT[..], &["--name", REVIEWER]].concat();
    scene.approve("reviewer", "reviewer", &same, &mut Script::absent()).unwrap();
}

#[test]
fn a_failed_candidate_can_only_be_rejected() {
    let mut scene = Scene::new();
    scene.view.result.verdict = Verdict::Failed;
    scene.view.result.checks[0].conclusion = Outcome::violated(Finding::new("x", "git/tag", "is light", "Annotate it"));
    let (status, text) = refusal(&scene, "reviewer", "reviewer", &ACCEPT);
    assert_eq!(status, ExitStatus::NotPassed);
    assert!(text.contains("only rejected") && text.contains("RG-02"), "{text}");
    let reject = ["--reject", "--reason", "the tag is light", "--yes"];
    scene.approve("reviewer", "reviewer", &reject, &mut Script::absent()).unwrap();
}

#[test]
fn a_verdict_that_hides_a_violated_check_does_not_help() {
    let mut scene = Scene::new();
    scene.view.result.verdict = Verdict::Passed;
    scene.view.result.checks[0].conclusion = Outcome::Inconclusive { reason: "no tag".to_owned() };
    assert_eq!(refusal(&scene, "reviewer", "reviewer", &ACCEPT).0, ExitStatus::NotPassed);
    scene.view.result.checks.clear();
    assert_eq!(refusal(&scene, "reviewer", "reviewer", &ACCEPT).0, ExitStatus::NotPassed);
}

#[test]
fn refuses_answers_that_nobody_asked_for_and_doubled_ones() {
    let scene = Scene::new();
    let unasked = [&ACCEPT[..], &["--answer", "RG-02=accept:seen"]].concat();
    let (status, text) = refusal(&scene, "reviewer", "reviewer", &unasked);
    assert!(status == ExitStatus::Usage && text.contains("RG-02 is not waiting"), "{text}");
    let doubled = [&ACCEPT[..], &["--answer", "RG-26=accept:again"]].concat();
    assert!(refusal(&scene, "reviewer", "reviewer", &doubled).1.contains("RG-26 is answered twice"));
    let silent = ["--answer", "RG-26=accept:", "--yes"];
    assert!(refusal(&scene, "reviewer", "reviewer", &silent).1.contains("note to RG-26 is empty"));
}

#[test]
fn reads_answers_strictly() {
    assert!(GivenAnswer::parse("RG-26=accept:a note: with a colon").is_ok());
    for text in ["RG-26", "RG-26=accept", "RG-26=maybe:note", "RG-6=accept:note", "rg-26=accept:note", "=accept:note"] {
        assert!(GivenAnswer::parse(text).is_err(), "{text}");
    }
    let line = ["batchseal", "approve", "c", "--trust", "t", "--role", "reviewer", "--key", "k", "--out", "o"];
    let with =
        |more: &[&str]| Cli::try_parse_from(line.iter().copied().chain(more.iter().copied())).map(|cli| cli.command);
    assert!(matches!(with(&[]), Ok(Command::Approve(_))));
    assert!(with(&["--reason", "text"]).is_err(), "a reason belongs to a rejection");
    assert!(with(&["--passphrase-env", "A", "--passphrase-fd", "3"]).is_err());
    assert!(with(&["--role", "Reviewer"]).is_err());
}

#[test]
fn only_the_authoriser_lists_other_approvals() {
    let scene = Scene::new();
    let out = scene.path("elsewhere");
    let options = [&ACCEPT[..], &["--approvals", out.to_str().unwrap()]].concat();
    let (status, text) = refusal(&scene, "reviewer", "reviewer", &options);
    assert!(status == ExitStatus::Usage && text.contains("only the authoriser"), "{text}");
}
