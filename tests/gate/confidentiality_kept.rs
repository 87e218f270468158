//! RG-44. Log entries are tested beside the check: a key of the tests signs into no log.

use batchseal::gate::checks::confidentiality_kept::ConfidentialityKept as Check;
use batchseal::model::outcome::Outcome;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, codes};

const TOKEN: &str = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

fn world() -> World {
    let mut world = World::new();
    world.policy.release.confidential = Some(true);
    world
}

#[test]
fn accepts_a_marked_record_without_secrets() {
    assert_satisfied(&world().candidate(&Check), &["marked confidential", "4 text files looked through"]);
    let mut open = world();
    open.policy.release.confidential = Some(false);
    assert_satisfied(&open.release(&Check), &["said not to be confidential"]);
}

#[test]
fn rejects_a_record_that_nobody_marked() {
    assert_found(&World::new().candidate(&Check), &["confidentiality-not-stated"]);
}

#[test]
fn names_file_and_line_of_a_secret_and_never_the_secret() {
    let mut world = world();
    let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIExample\n-----END PRIVATE KEY-----\n";
    world.files.insert(entry("evidence/documents/notes.md"), format!("one\n{TOKEN}\n{key}").into_bytes());
    let outcome = world.candidate(&Check);
    assert_eq!(codes(&outcome), ["secret-in-evidence", "secret-in-evidence"]);
    let Outcome::Violated { findings } = &outcome else { unreachable!() };
    let found: Vec<(&str, &str)> =
        findings.iter().map(|finding| (finding.about.as_str(), finding.message.as_str())).collect();
    let expected = [
        ("evidence/documents/notes.md line 2", "the line may hold a secret (github-token, not shown)"),
        ("evidence/documents/notes.md line 3", "the line may hold a secret (private-key, not shown)"),
    ];
    assert_eq!(found, expected);
    let shown = format!("{outcome:?}");
    assert!(!shown.contains("ghp_") && !shown.contains("MC4CAQ"), "{shown}");
}

#[test]
fn passes_over_binary_files_and_says_so() {
    let mut world = world();
    world.files.insert(entry("evidence/documents/a.pdf"), format!("\0{TOKEN}").into_bytes());
    assert_satisfied(&world.candidate(&Check), &["1 other not"]);
}

#[test]
fn names_a_hundred_places_and_counts_the_others() {
    let mut world = world();
    world.files.insert(entry("evidence/documents/a.txt"), format!("{TOKEN}\n").repeat(350).into_bytes());
    let outcome = world.candidate(&Check);
    assert_found(&outcome, &["more-findings", "secret-in-evidence"]);
    let Outcome::Violated { findings } = &outcome else { unreachable!() };
    assert_eq!((findings.len(), findings[100].about.as_str()), (101, "250 more places"));
}
