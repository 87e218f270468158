//! RG-22: the SBOM was scanned, with recent data.

use batchseal::gate::checks::scanned_for_vulnerabilities::ScannedForVulnerabilities;
use batchseal::gate::evidence::Refused;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::json;
use batchseal::model::outcome::Outcome;
use batchseal::model::statement::Subject;
use batchseal::model::vulnerabilities::Vulnerabilities;

use crate::world::{World, assert_satisfied, codes, entry};

/// A scan of the day, with data of three days before, that found what `result` says.
pub fn scan(result: &str) -> Vulnerabilities {
    let text = format!(
        r#"{{"scanner":{{"uri":"https://example.org/scanner","version":"1.2.0",
        "db":{{"uri":"https://example.org/db","lastUpdate":"2026-11-20T06:00:00Z"}},"result":[{result}]}},
        "metadata":{{"scanStartedOn":"2026-11-23T09:00:00Z","scanFinishedOn":"2026-11-23T09:01:00Z"}}}}"#
    );
    json::decode(text.as_bytes()).expect("predicate")
}

pub const FOUND: &str = r#"{"id":"GHSA-1","severity":[{"method":"cvss_score","score":"7.5"}],
    "annotations":[{"purl":"pkg:cargo/lib-a@1.0.0","aliases":["CVE-2026-1"]}]}"#;

fn judge(world: &World) -> Outcome {
    world.judge(&ScannedForVulnerabilities)
}

fn with(change: impl FnOnce(&mut Vulnerabilities)) -> World {
    let mut predicate = scan(FOUND);
    change(&mut predicate);
    let mut world = World::new();
    world.add_scan(&predicate);
    world
}

fn time(text: &str) -> batchseal::model::time::Timestamp {
    batchseal::model::time::Timestamp::parse(text).expect("time")
}

#[test]
fn satisfied_by_a_recent_scan_of_this_sbom_whatever_it_found() {
    assert_satisfied(&judge(&with(|_| {})));
    assert_satisfied(&judge(&with(|scan| scan.scanner.result.clear())));
}

#[test]
fn violated_without_a_scan_and_says_why_one_is_refused() {
    let mut world = World::new();
    assert_eq!(codes(&judge(&world)), ["scan-missing"]);
    let reason = "signer pipeline may not sign scan".to_owned();
    world.refused.push(Refused { entry: entry("attestations/scan-a.sigstore.json"), reason });
    let Outcome::Violated { findings } = judge(&world) else { panic!("satisfied") };
    assert!(findings[0].message.contains("may not sign scan"), "{findings:?}");
}

#[test]
fn violated_by_a_scan_of_another_sbom() {
    let mut world = with(|_| {});
    let subjects = &mut world.scans[0].subject;
    subjects.retain(|subject| subject.name != "sbom/device.cdx.json");
    assert_eq!(codes(&judge(&world)), ["scan-of-other-sbom", "scan-missing"]);
    world.scans[0].subject.push(Subject::new("sbom/device.cdx.json", Sha256Digest::of(b"other")));
    assert_eq!(codes(&judge(&world)), ["scan-of-other-sbom", "scan-missing"]);
    world.add_scan(&scan(""));
    assert_eq!(codes(&judge(&world)), ["scan-of-other-sbom"]);
}

#[test]
fn violated_by_old_data_and_contradicting_times() {
    let old = |day: &str| with(|scan| scan.scanner.db.last_update = time(day));
    assert_satisfied(&judge(&old("2026-11-16T00:00:00Z")));
    assert_eq!(codes(&judge(&old("2026-11-15T23:59:59Z"))), ["data-too-old"]);
    assert_eq!(codes(&judge(&old("2026-11-30T00:00:00Z"))), ["data-too-old", "times-contradict"]);
    let mut strict = with(|_| {});
    strict.policy.gate.ages.advisory_days = 2;
    assert_eq!(codes(&judge(&strict)), ["data-too-old"]);
    let turned = with(|scan| scan.metadata.scan_started_on = time("2026-11-23T10:00:00Z"));
    assert_eq!(codes(&judge(&turned)), ["times-contradict"]);
    let later = with(|scan| scan.metadata.scan_finished_on = time("2026-11-25T10:00:00Z"));
    assert_eq!(codes(&judge(&later)), ["scan-after-record"]);
}

#[test]
fn violated_by_a_report_that_says_otherwise_or_is_not_there() {
    let mut emptied = with(|_| {});
    emptied.scans[0].predicate.scanner.result.clear();
    assert_eq!(codes(&judge(&emptied)), ["report-differs"]);
    let mut unnamed = with(|_| {});
    unnamed.scans[0].predicate.scanner.version = None;
    assert_eq!(codes(&judge(&unnamed)), ["scanner-not-named", "report-differs"]);
    let mut gone = with(|_| {});
    gone.kept.clear();
    assert_eq!(codes(&judge(&gone)), ["report-missing"]);
    let mut without = with(|_| {});
    without.scans[0].subject.retain(|subject| !subject.name.starts_with("evidence/"));
    assert_eq!(codes(&judge(&without)), ["report-missing"]);
    let mut malformed = with(|_| {});
    malformed.kept.insert(entry("evidence/scan/report-0.json"), b"{}".to_vec());
    for subject in malformed.scans[0].subject.iter_mut().filter(|subject| subject.name.starts_with("evidence/")) {
        *subject = Subject::new(subject.name.clone(), Sha256Digest::of(b"{}"));
    }
    assert_eq!(codes(&judge(&malformed)), ["report-malformed"]);
}

#[test]
fn violated_by_components_that_the_sbom_does_not_have() {
    let other = FOUND.replace("lib-a@1.0.0", "lib-a@2.0.0");
    let mut world = World::new();
    world.add_scan(&scan(&other));
    assert_eq!(codes(&judge(&world)), ["component-unknown"]);
    let unnamed = FOUND.replace("purl", "package");
    let mut world = World::new();
    world.add_scan(&scan(&unnamed));
    assert_satisfied(&judge(&world));
}

#[test]
fn inconclusive_when_there_is_no_sbom() {
    let mut world = with(|_| {});
    world.documents.clear();
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
}
