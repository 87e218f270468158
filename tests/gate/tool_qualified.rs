//! RG-10.

use batchseal::gate::checks::tool_qualified::ToolQualified as Check;
use batchseal::model::digest::Sha256Digest;

use crate::fixture::statements::PROGRAM;
use crate::fixture::{World, assert_found, assert_satisfied};

const KIND: &str = "tool-qualification";
const GOOD: &str = "schema = 1\ntool = \"batchseal\"\nversion = \"0.1.0\"\nqualified-on = 2026-11-20\n\
                    expires-on = 2027-11-20\nreport = \"TQ-0001\"\nresult = \"passed\"\n";

fn with(text: &str) -> World {
    let mut world = World::new();
    world.add_document(KIND, text.as_bytes());
    world
}

fn changed(from: &str, to: &str) -> World {
    assert!(GOOD.contains(from), "{from}");
    with(&GOOD.replacen(from, to, 1))
}

fn binary(bytes: &[u8]) -> String {
    format!("{GOOD}[[binary]]\nplatform = \"linux\"\nsha256 = \"{}\"\n", Sha256Digest::of(bytes).to_hex())
}

#[test]
fn accepts_the_qualified_version_and_binary() {
    assert_satisfied(&with(GOOD).candidate(&Check), &["batchseal 0.1.0 is qualified until 2027-11-20"]);
    assert_satisfied(&with(GOOD).release(&Check), &["record.json"]);
    assert_satisfied(&with(&binary(PROGRAM)).candidate(&Check), &["Quality Lead (example)"]);
    let mut world = with(&binary(PROGRAM));
    world.record.tool.sha256 = Some(Sha256Digest::of(PROGRAM));
    assert_satisfied(&world.release(&Check), &["record.json"]);
    // It outlives a version of the device, and an old one beside it harms nothing.
    let mut world = with(&GOOD.replace("0.1.0", "0.0.9"));
    world.add_document(KIND, GOOD.as_bytes()).predicate.covers_version = None;
    assert_satisfied(&world.candidate(&Check), &["batchseal 0.1.0"]);
}

#[test]
fn accepts_json() {
    let json = "{\"schemaVersion\": 1, \"tool\": \"batchseal\", \"version\": \"0.1.0\", \"qualifiedOn\": \"2026-11-20\", \
                \"expiresOn\": \"2027-11-20\", \"report\": \"TQ-0001\", \"result\": \"passed\"}\n";
    assert_satisfied(&with(json).candidate(&Check), &["TOOL-QUALIFICATION-0001 revision 1"]);
}

#[test]
fn accepts_the_examples_of_the_page() {
    let page = include_str!("../../docs/formats/tool-qualification.md");
    for fence in ["```json\n", "```toml\n"] {
        let example = page.split(fence).nth(1).and_then(|rest| rest.split("```").next()).expect("example");
        batchseal::intake::qualification::parse(example.as_bytes()).unwrap_or_else(|error| panic!("{fence}{error}"));
    }
}

#[test]
fn rejects_another_tool_version_or_binary() {
    assert_found(&changed("\"batchseal\"", "\"othertool\"").candidate(&Check), &["tool-not-qualified"]);
    assert_found(&changed("0.1.0", "0.2.0").candidate(&Check), &["tool-version-differs"]);
    assert_found(&with(&binary(b"other")).candidate(&Check), &["tool-digest-differs"]);
    let mut world = with(&binary(PROGRAM));
    world.built().run_details.builder.builder_dependencies.clear();
    assert_found(&world.candidate(&Check), &["tool-digest-unknown"]);
    let mut world = with(&binary(PROGRAM));
    world.record.tool.sha256 = Some(Sha256Digest::of(b"other"));
    assert_satisfied(&world.candidate(&Check), &["batchseal 0.1.0"]);
    assert_found(&world.release(&Check), &["tool-digest-differs"]);
    let mut world = with(GOOD);
    world.record.tool.version = "0.2.0".to_owned();
    assert_found(&world.release(&Check), &["tool-version-differs"]);
}

#[test]
fn rejects_a_qualification_that_expired_failed_or_lies_ahead() {
    assert_found(&changed("2027-11-20", "2026-11-22").candidate(&Check), &["qualification-expired"]);
    assert_satisfied(&changed("2027-11-20", "2026-11-23").candidate(&Check), &["until 2026-11-23"]);
    assert_found(&changed("passed", "failed").candidate(&Check), &["qualification-failed"]);
    assert_found(&changed("2026-11-20", "2026-11-25").candidate(&Check), &["qualified-in-future"]);
    let mut world = with(GOOD);
    world.days.push("2028-01-01".to_owned());
    assert_found(&world.candidate(&Check), &["qualification-expired"]);
}

#[test]
fn rejects_absent_unapproved_and_malformed_documents_and_unrecorded_tools() {
    assert_found(&World::new().candidate(&Check), &["document-missing"]);
    let mut world = World::new();
    world.add_document(KIND, GOOD.as_bytes()).predicate.approver = None;
    assert_found(&world.candidate(&Check), &["document-not-approved"]);
    assert_found(&with("schema = 1\n").candidate(&Check), &["qualification-malformed"]);
    assert_found(&with("{\"schemaVersion\": 1}").candidate(&Check), &["qualification-malformed"]);
    let mut world = with(GOOD);
    world.built().run_details.builder.version.clear();
    assert_found(&world.candidate(&Check), &["tool-not-recorded"]);
    let mut world = with(GOOD);
    world.provenance.clear();
    assert_found(&world.candidate(&Check), &["no-provenance"]);
}
