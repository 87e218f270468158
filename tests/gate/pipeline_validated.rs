//! RG-09.

use batchseal::gate::checks::pipeline_validated::PipelineValidated as Check;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::outcome::{EvidenceRef, Outcome};
use batchseal::model::provenance::BUILD_ELSEWHERE;

use crate::fixture::statements::entry;
use crate::fixture::{World, assert_found, assert_satisfied, git};

const KIND: &str = "pipeline-validation";

/// The fixture's own pipeline, with its lockfile as the file that defines it.
fn good() -> String {
    let sha256 = |bytes: &[u8]| Sha256Digest::of(bytes).to_hex();
    format!(
        "schema = 1\nreport = \"PV-0001\"\nvalidated-on = 2026-10-01\n\
         command = [\"cargo\", \"build\", \"--release\"]\n\
         [[file]]\npath = \"Cargo.lock\"\nsha256 = \"{}\"\n\
         [[tool]]\nname = \"rustc\"\nversion = \"rustc 1.90.0\"\nsha256 = \"{}\"\n\
         [[tool]]\nname = \"cargo\"\nversion = \"cargo 1.90.0\"\n",
        sha256(git::LOCKFILE),
        sha256(b"rustc")
    )
}

fn with(text: &str) -> World {
    let mut world = World::new();
    world.add_document(KIND, text.as_bytes());
    world
}

fn changed(from: &str, to: &str) -> World {
    assert!(good().contains(from), "{from}");
    with(&good().replacen(from, to, 1))
}

#[track_caller]
fn asked(world: &World) -> Vec<EvidenceRef> {
    let outcome = world.candidate(&Check);
    let Outcome::NeedsHuman { question, evidence } = outcome else { panic!("{outcome:?}") };
    assert!(question.contains("PV-0001"), "{question}");
    evidence.into_iter().skip(1).collect()
}

#[track_caller]
fn asks(world: &World, name: &str, shows: &str) {
    let differences = asked(world);
    let named = differences.iter().any(|one| one.name.contains(name) && one.shows.contains(shows));
    assert!(named && differences.len() == 1, "{differences:?}");
}

#[test]
fn accepts_the_validated_files_tools_and_command() {
    assert_satisfied(&with(&good()).candidate(&Check), &["PV-0001 of 2026-10-01 covers 1 file, 2 tools"]);
    let mut world = changed("report =", "os-release = \"Example Linux 1\"\nrunner-image = \"ubuntu24 1.2\"\nreport =");
    let runner = &mut world.built().build_definition.internal_parameters.runner;
    runner.os_release = Some("Example Linux 1".to_owned());
    runner.ci_facts = [("ImageOS", "ubuntu24"), ("ImageVersion", "1.2")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_satisfied(&world.candidate(&Check), &["PV-0001"]);
    // A validation outlives versions, and the one that fits decides.
    let mut world = changed("--release", "--debug");
    world.add_document(KIND, good().as_bytes()).predicate.covers_version = None;
    assert_satisfied(&world.candidate(&Check), &["the command"]);
}

#[test]
fn accepts_the_example_of_the_page() {
    let page = include_str!("../../docs/formats/pipeline-validation.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("example");
    let read = batchseal::intake::pipeline_validation::parse(example.as_bytes());
    assert_eq!(read.map(|read| read.tools.len()), Ok(2));
}

#[test]
fn asks_a_person_about_every_difference() {
    let other = Sha256Digest::of(b"other").to_hex();
    let lockfile = Sha256Digest::of(git::LOCKFILE).to_hex();
    asks(&changed(&lockfile, &other), "Cargo.lock", "validated with");
    asks(&changed("\"Cargo.lock\"", "\"gone.yml\""), "gone.yml", "no file of the commit");
    asks(&changed("\"--release\"", "\"--debug\""), "provenance", "cargo build --release");
    asks(&changed("rustc 1.90.0", "rustc 1.89.0"), "rustc", "is rustc 1.90.0 (validated with rustc 1.89.0)");
    asks(&changed(&Sha256Digest::of(b"rustc").to_hex(), &other), "rustc", "another binary");
    asks(&changed("report =", "os-release = \"Other\"\nreport ="), "provenance", "not recorded (validated with Other)");
    let linker = format!("{}[[tool]]\nname = \"ld\"\nversion = \"ld 2\"\n", good());
    asks(&with(&linker), "ld", "took no part");
    assert_eq!(asked(&changed("name = \"cargo\"", "name = \"cargo-old\"")).len(), 2);
    let mut world = with(&good());
    world.policy.release.pipeline = vec!["Cargo.lock".to_owned(), ".github/workflows/release.yml".to_owned()];
    asks(&world, ".github/workflows/release.yml", "was not validated");
}

#[test]
fn shows_a_hundred_of_many_differences() {
    let many: String = (0..150).map(|n| format!("[[tool]]\nname = \"t{n}\"\nversion = \"1\"\n")).collect();
    let differences = asked(&with(&format!("{}{many}", good())));
    assert_eq!(differences.len(), 101);
    assert_eq!(differences[100].shows, "50 more differences");
}

#[test]
fn rejects_absent_unapproved_malformed_and_future_validations() {
    assert_found(&World::new().candidate(&Check), &["document-missing"]);
    let mut world = World::new();
    world.add_document(KIND, good().as_bytes()).predicate.approved_on = None;
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    assert_found(&with("schema = 1\n").candidate(&Check), &["validation-malformed"]);
    assert_found(&changed("2026-10-01", "2026-11-25").candidate(&Check), &["validated-in-future"]);
}

#[test]
fn rejects_what_cannot_be_compared() {
    let mut world = with(&good());
    world.files.insert(entry("git/tree.txt"), b"garbage".to_vec());
    assert_found(&world.candidate(&Check), &["tree-listing-unusable"]);
    let mut world = with(&good());
    world.built().build_definition.build_type = BUILD_ELSEWHERE.to_owned();
    assert_found(&world.candidate(&Check), &["no-recorded-build"]);
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance", "no-recorded-build"]);
}
