//! Feeds the readers of what is taken in about vulnerabilities, third-party software and archives.

#![no_main]

use std::sync::LazyLock;

use batchseal::intake::scan::{self, Stated};
use batchseal::intake::{archive, kev, soup, vex};
use batchseal::model::json;
use batchseal::model::time::Timestamp;
use batchseal_fuzz::own_name;
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<fn(&[u8])> = LazyLock::new(|| match own_name().as_str() {
    "scan-report" => report,
    "vex" => decisions,
    "kev-catalog" => catalog,
    "soup-register" => register,
    "soup-review-log" => reviews,
    "archive-receipt" => receipt,
    name => panic!("no reader for {name}"),
});

fuzz_target!(|input: &[u8]| FEED(input));

/// What becomes of a report is the report again, also when it is read as a predicate of its own.
fn report(input: &[u8]) {
    let Ok(report) = scan::read(input) else { return };
    let time = Timestamp::parse("2026-01-02T03:04:05Z").expect("time");
    let said = |text: &Option<String>| text.is_none().then(|| "stated".to_owned());
    let stated = Stated {
        scanner: said(&report.scanner),
        version: said(&report.version),
        database_date: report.database_date.is_none().then_some(time),
        scanned_on: (report.started.is_none() || report.finished.is_none()).then_some(time),
    };
    let Ok(predicate) = report.complete(&stated) else { return };
    assert_eq!(report.difference(&predicate), None);
    let again = scan::read(&json::encode(&predicate).expect("JSON")).expect("own predicate");
    assert_eq!(again.difference(&predicate), None);
}

fn decisions(input: &[u8]) {
    if let Ok(document) = vex::read(input) {
        assert!(document.statements.iter().all(|one| !one.products.is_empty() && !one.vulnerability.is_empty()));
    }
}

fn catalog(input: &[u8]) {
    assert!(kev::read(input).is_ok_and(|catalog| !catalog.ids.is_empty()) || kev::read(input).is_err());
}

fn register(input: &[u8]) {
    let _ = (soup::register("soup.csv", input).is_ok(), soup::register("soup.toml", input).is_ok());
}

fn reviews(input: &[u8]) {
    let _ = (soup::reviews("log.csv", input).is_ok(), soup::reviews("log.json", input).is_ok());
}

fn receipt(input: &[u8]) {
    let _ = archive::read(input).is_ok();
}
