//! Reports of each kind, and what is refused.

use super::{Report, ScanError, Stated, read, statement};
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::time::Timestamp;

const PREDICATE: &str = r#"{"scanner":{"uri":"pkg:github/example/scanner","version":"1.2.0",
    "db":{"uri":"https://example.org/db","version":"7","lastUpdate":"2026-11-20T06:00:00.52Z"},
    "result":[{"id":"CVE-2026-1","severity":[{"method":"cvss_score","score":"7.5"}],"annotations":[{"purl":"pkg:cargo/a@1.0.0"}]}]},
    "metadata":{"scanStartedOn":"2026-11-23T09:00:00Z","scanFinishedOn":"2026-11-23T09:01:00Z"},"invocation":{"uri":"x"}}"#;

const OSV: &str = r#"{"results":[{"source":{"path":"sbom.json","type":"sbom"},"packages":[
    {"package":{"name":"@scope/a","version":"1.0.0","ecosystem":"npm"},
     "vulnerabilities":[{"id":"GHSA-1","aliases":["CVE-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}]},{"id":"X-2"}],
     "groups":[{"ids":["GHSA-1"],"aliases":["GHSA-1","CVE-1"],"max_severity":"8.2"}]},
    {"package":{"name":"openssl","version":"3.0","ecosystem":"Debian:12"},"vulnerabilities":[{"id":"DSA-1"}]}]}]}"#;

const GRYPE: &str = r#"{"matches":[{"vulnerability":{"id":"GHSA-2","severity":"High","cvss":[]},
    "relatedVulnerabilities":[{"id":"CVE-2","cvss":[{"metrics":{"baseScore":7}}]}],
    "artifact":{"name":"b","version":"2.0.0","purl":"pkg:cargo/b@2.0.0"}}],
    "descriptor":{"name":"grype","version":"0.90.0","timestamp":"2026-11-23T09:00:00.5+01:00",
    "db":{"status":{"schemaVersion":"v6.0.2","built":"2026-11-22T00:00:00Z"}}}}"#;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("time")
}

fn of(text: &str) -> Result<Report, ScanError> {
    read(text.as_bytes())
}

#[test]
fn reads_the_predicate_alone_and_in_a_statement() {
    let alone = of(PREDICATE).expect("predicate");
    let predicate = alone.complete(&Stated::default()).expect("complete");
    assert_eq!(predicate.scanner.result[0].purl(), Some("pkg:cargo/a@1.0.0"));
    assert_eq!(predicate.scanner.db.last_update, time("2026-11-20T06:00:00Z"));
    assert!(alone.difference(&predicate).is_none() && alone.subjects.is_none());
    let sbom = Sha256Digest::of(b"sbom");
    let whole = format!(
        r#"{{"_type":"https://in-toto.io/Statement/v1","subject":[{{"name":"s","digest":{{"sha256":"{}"}}}}],
        "predicateType":"https://in-toto.io/attestation/vulns/v0.2","predicate":{PREDICATE}}}"#,
        sbom.to_hex()
    );
    let whole = of(&whole).expect("statement");
    assert_eq!(whole.result, alone.result);
    let entry = EntryName::parse("evidence/scan/a.json").expect("entry");
    let bind = |sbom| statement(&whole, predicate.clone(), (&entry, b"raw"), sbom, (Sha256Digest::of(b"batch"), &[]));
    let bound = bind(sbom).expect("bound");
    assert_eq!(bound.subject_digest("sbom/device.cdx.json"), Some(sbom));
    assert_eq!(bound.subject_digest("evidence/scan/a.json"), Some(Sha256Digest::of(b"raw")));
    assert!(matches!(bind(Sha256Digest::of(b"other")), Err(ScanError::OtherSubject(1))));
}

#[test]
fn reads_what_osv_scanner_says_and_asks_for_the_rest() {
    let report = of(OSV).expect("report");
    let ids: Vec<&str> = report.result.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(ids, ["GHSA-1", "X-2", "DSA-1"]);
    let first = &report.result[0];
    assert_eq!(first.purl(), Some("pkg:npm/%40scope/a@1.0.0"));
    assert_eq!(first.names().collect::<Vec<_>>(), ["GHSA-1", "CVE-1"]);
    assert_eq!(first.score().map(|score| score.to_string()).as_deref(), Some("8.2"));
    assert_eq!(report.result[2].purl(), None);
    let stated = Stated {
        version: Some("2.3.3".to_owned()),
        database_date: Some(time("2026-11-22T00:00:00Z")),
        scanned_on: Some(time("2026-11-23T09:00:00Z")),
        ..Stated::default()
    };
    let predicate = report.complete(&stated).expect("complete");
    assert_eq!(predicate.scanner.version.as_deref(), Some("2.3.3"));
    assert_eq!(report.difference(&predicate), None);
    let silent = Stated { version: None, ..stated };
    assert!(matches!(report.complete(&silent), Err(ScanError::Unsaid { option: "--scanner-version", .. })));
}

#[test]
fn reads_what_grype_says() {
    let report = of(GRYPE).expect("report");
    let predicate = report.complete(&Stated::default()).expect("complete");
    assert_eq!(predicate.scanner.db.version.as_deref(), Some("v6.0.2"));
    assert_eq!(predicate.scanner.db.last_update, time("2026-11-22T00:00:00Z"));
    let found = &predicate.scanner.result[0];
    assert_eq!(found.names().collect::<Vec<_>>(), ["GHSA-2", "CVE-2"]);
    assert_eq!(found.score().map(|score| score.to_string()).as_deref(), Some("7.0"));
    let old = GRYPE.replace("\"status\":{", "").replace("Z\"}}}}", "Z\"}}}").replace("\"v6.0.2\"", "5");
    let old = of(&old).expect("older report");
    assert_eq!(old.database_version.as_deref(), Some("5"));
    assert_eq!(old.database_date, report.database_date);
}

#[test]
fn a_caller_cannot_change_what_a_report_says() {
    let report = of(PREDICATE).expect("predicate");
    let stated = Stated { version: Some("2.0.0".to_owned()), ..Stated::default() };
    assert!(matches!(report.complete(&stated), Err(ScanError::Contradicted { .. })));
    let mut predicate = report.complete(&Stated::default()).expect("complete");
    predicate.scanner.result.clear();
    assert_eq!(report.difference(&predicate), Some("the findings"));
}

#[test]
fn refuses_what_is_no_report() {
    for text in
        ["", "[]", "{}", "{\"results\":1}", "{\"matches\":[],\"descriptor\":{\"name\":\"trivy\",\"version\":\"1\"}}"]
    {
        assert!(of(text).is_err(), "{text}");
    }
    for (from, to) in [
        ("\"result\":", "\"results\":"),
        ("2026-11-23T09:00:00Z", "yesterday"),
        ("CVE-2026-1", ""),
        ("CVE-2026-1", "CVE\\u202e"),
        ("\"7.5\"", "7.5"),
        ("\"uri\":\"pkg:github/example/scanner\",", ""),
    ] {
        assert!(of(&PREDICATE.replacen(from, to, 1)).is_err(), "{from} as {to}");
    }
    let other = format!(r#"{{"predicateType":"https://example.org/x","predicate":{PREDICATE}}}"#);
    assert!(matches!(of(&other), Err(ScanError::PredicateType(_))));
}
