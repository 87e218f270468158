//! RG-24: every finding has a decision.

use batchseal::gate::checks::findings_disposed::FindingsDisposed;
use batchseal::model::outcome::Outcome;
use batchseal::model::vulnerabilities::Score;
use batchseal::sbom::document::Document;

use crate::scanned_for_vulnerabilities::{FOUND, scan};
use crate::world::{World, assert_satisfied, codes};

const COMPONENT: &str = "pkg:cargo/lib-a@1.0.0";
const JUSTIFIED: &str = "\"justification\":\"component_not_present\"";

/// One OpenVEX statement of 2026-11-21.
pub fn statement(vulnerability: &str, product: &str, status: &str, more: &str) -> String {
    format!(
        r#"{{"vulnerability":{{"name":"{vulnerability}"}},"products":[{{"@id":"{product}"}}],"status":"{status}",
        "timestamp":"2026-11-21T10:00:00Z",{more}}}"#
    )
}

pub fn openvex(statements: &[String]) -> String {
    format!(
        r#"{{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Quality Lead (example)",
        "timestamp":"2026-11-20T10:00:00Z","version":1,"statements":[{}]}}"#,
        statements.join(",")
    )
}

fn not_affected(product: &str) -> String {
    statement("CVE-2026-1", product, "not_affected", JUSTIFIED)
}

fn judged(statements: &[String]) -> Outcome {
    judge(&with(FOUND, statements))
}

fn with(found: &str, statements: &[String]) -> World {
    let mut world = World::new();
    world.add_scan(&scan(found));
    if !statements.is_empty() {
        world.add_paper("vex", "vex.json", openvex(statements).as_bytes());
    }
    world
}

fn judge(world: &World) -> Outcome {
    world.judge(&FindingsDisposed)
}

#[test]
fn satisfied_by_decisions_about_the_component_its_package_or_the_device() {
    let device = Document::parse(&World::new().documents[0]).expect("document").metadata.component;
    let reference = device.bom_ref.expect("reference");
    for product in [COMPONENT, "pkg:cargo/lib-a", reference.as_str()] {
        assert_satisfied(&judged(&[not_affected(product)]));
    }
    let part = format!("\"@id\":\"{}\",\"subcomponents\":[{{\"@id\":\"{COMPONENT}\"}}]", reference.as_str());
    assert_satisfied(&judged(&[not_affected("X").replace("\"@id\":\"X\"", &part)]));
    assert_satisfied(&judged(&[statement("ghsa-1", COMPONENT, "fixed", "\"x\":1")]));
    assert_satisfied(&judged(&[statement("GHSA-1", COMPONENT, "affected", "\"action_statement\":\"warn users\"")]));
}

#[test]
fn satisfied_by_a_scan_that_found_nothing() {
    assert_satisfied(&judge(&with("", &[])));
}

#[test]
fn cyclonedx_vex_counts_by_bom_link() {
    let serial = Document::parse(&World::new().documents[0]).expect("document").serial_number;
    let serial = serial.as_str().strip_prefix("urn:uuid:").expect("serial").to_owned();
    let cyclonedx = |serial: &str| {
        let text = format!(
            r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[{{"id":"CVE-2026-1",
            "analysis":{{"state":"not_affected","justification":"code_not_reachable","lastUpdated":"2026-11-21T10:00:00Z"}},
            "affects":[{{"ref":"urn:cdx:{serial}/1#pkg:cargo/lib-a%401.0.0"}}]}}]}}"#
        );
        let mut world = with(FOUND, &[]);
        world.add_paper("vex", "vex.cdx.json", text.as_bytes());
        judge(&world)
    };
    assert_satisfied(&cyclonedx(&serial));
    let other = cyclonedx("f08a6ccd-4dce-4759-bd84-c626675d60a7");
    assert_eq!(codes(&other), ["vex-product-unknown", "not-decided"]);
}

#[test]
fn violated_without_a_decision_on_this_finding_in_this_component() {
    assert_eq!(codes(&judge(&with(FOUND, &[]))), ["document-missing", "not-decided"]);
    let elsewhere = not_affected("pkg:cargo/lib-b@1.0.0");
    assert_eq!(codes(&judged(&[elsewhere])), ["not-decided"]);
    let other = statement("CVE-2026-2", COMPONENT, "fixed", "\"x\":1");
    assert_eq!(codes(&judged(&[other])), ["not-decided"]);
}

#[test]
fn violated_by_decisions_that_are_not_founded() {
    for (status, more, code) in [
        ("not_affected", "\"impact_statement\":\" \"", "not-justified"),
        ("affected", "\"x\":1", "no-action"),
        ("under_investigation", "\"x\":1", "under-investigation"),
    ] {
        assert_eq!(codes(&judged(&[statement("CVE-2026-1", COMPONENT, status, more)])), [code]);
    }
    let unknown = [not_affected(COMPONENT), not_affected("pkg:cargo/lib-a@9.9.9")];
    assert_eq!(codes(&judged(&unknown)), ["vex-product-unknown"]);
}

#[test]
fn the_newest_of_the_most_specific_statements_counts() {
    let open = |product: &str, day: &str| {
        statement("CVE-2026-1", product, "under_investigation", "\"x\":1").replace("2026-11-21", day)
    };
    // A newer decision on the package or the device does not outweigh one on the component.
    assert_satisfied(&judged(&[not_affected(COMPONENT), open("pkg:cargo/lib-a", "2026-11-22")]));
    assert_satisfied(&judged(&[open(COMPONENT, "2026-11-20"), not_affected(COMPONENT)]));
    assert_eq!(codes(&judged(&[not_affected(COMPONENT), open(COMPONENT, "2026-11-22")])), ["under-investigation"]);
    assert_eq!(
        codes(&judged(&[open(COMPONENT, "2026-11-20"), not_affected("pkg:cargo/lib-a")])),
        ["under-investigation"]
    );
    assert_eq!(codes(&judged(&[open(COMPONENT, "2026-11-21"), not_affected(COMPONENT)])), ["vex-contradicted"]);
}

#[test]
fn the_threshold_leaves_out_what_is_scored_below_it_and_nothing_without_a_score() {
    let mut world = with(FOUND, &[]);
    world.policy.gate.severity_threshold = Score::parse("8.0");
    assert_eq!(codes(&judge(&world)), ["document-missing"]);
    world.add_paper("vex", "vex.json", openvex(&[statement("CVE-2026-9", COMPONENT, "fixed", "\"x\":1")]).as_bytes());
    assert_satisfied(&judge(&world));
    world.policy.gate.severity_threshold = Score::parse("7.5");
    assert_eq!(codes(&judge(&world)), ["not-decided"]);
    let unscored = FOUND.replace("cvss_score", "epss");
    let mut world = with(&unscored, &[statement("CVE-2026-9", COMPONENT, "fixed", "\"x\":1")]);
    world.policy.gate.severity_threshold = Score::parse("8.0");
    assert_eq!(codes(&judge(&world)), ["not-decided"]);
}

#[test]
fn violated_by_documents_that_do_not_count_and_without_a_scan() {
    let mut world = with(FOUND, &[not_affected(COMPONENT)]);
    world.papers[0].approved_on = None;
    assert_eq!(codes(&judge(&world)), ["document-not-approved", "not-decided"]);
    let mut malformed = with(FOUND, &[]);
    malformed.add_paper("vex", "vex.json", b"{}");
    assert_eq!(codes(&judge(&malformed)), ["vex-malformed", "not-decided"]);
    let mut unscanned = with(FOUND, &[not_affected(COMPONENT)]);
    unscanned.scans.clear();
    assert_eq!(codes(&judge(&unscanned)), ["scan-missing"]);
    unscanned.documents.clear();
    assert!(matches!(judge(&unscanned), Outcome::Inconclusive { .. }));
}

#[test]
fn many_findings_and_statements_are_judged_soon() {
    let found: Vec<String> = (0..20_000).map(|at| FOUND.replace("GHSA-1", &format!("GHSA-{at}"))).collect();
    let found: Vec<String> =
        found.iter().enumerate().map(|(at, one)| one.replace("CVE-2026-1", &format!("CVE-{at}"))).collect();
    let statements: Vec<String> =
        (0..20_000).map(|at| statement(&format!("CVE-{at}"), "pkg:cargo/lib-a", "fixed", "\"x\":1")).collect();
    assert_satisfied(&judge(&with(&found.join(","), &statements)));
}
