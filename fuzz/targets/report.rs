//! Feeds the readers of reports: JUnit, SARIF and coverage. Each format has a target, so that each has a corpus.

#![no_main]

use std::sync::LazyLock;

use batchseal::intake::{analysis, coverage, junit, sarif};
use batchseal::provenance::redact::sightings;
use batchseal_fuzz::own_name;
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "junit-xml" => tests,
    "sarif" => analysed,
    "cobertura-xml" | "lcov" => covered,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| {
    let found = sightings(input);
    assert!(found.places.len() as u64 <= found.count);
    FEED(input);
});

/// Every test is in exactly one list, and a report merged with itself says the same.
fn tests(input: &[u8]) {
    let Ok(mut report) = junit::parse(input) else { return };
    let fold = junit::fold(&report);
    assert_eq!(fold.passed.len() + fold.warned.len() + fold.failed.len(), report.cases.len());
    report.merge(report.clone());
    assert_eq!(junit::fold(&report), fold);
}

fn analysed(input: &[u8]) {
    if let Ok(log) = sarif::parse(input) {
        let identity = analysis::of_sarif(&log);
        assert!(!identity.id.is_empty() && !identity.revision.is_empty());
    }
}

fn covered(input: &[u8]) {
    if let Ok(report) = coverage::parse(input) {
        assert!(report.lines.valid >= report.lines.covered && report.lines.valid > 0);
        let _ = analysis::of_coverage(&report);
    }
}
