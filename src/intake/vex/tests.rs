//! Documents of both formats, and what is refused.

use super::{VexError, VexStatus, read};

const OPENVEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Quality Lead (example)",
    "timestamp":"2026-11-20T10:00:00Z","version":1,"x-own":true,"statements":[
    {"vulnerability":{"name":"CVE-2026-1","aliases":["GHSA-1"]},"products":[{"@id":"pkg:generic/pump@1.2.0",
      "subcomponents":[{"@id":"pkg:cargo/a@1.0.0","identifiers":{"purl":"pkg:cargo/a@1.0.0"}}]}],
     "status":"not_affected","justification":"vulnerable_code_not_in_execute_path","timestamp":"2026-11-21T10:00:00Z"},
    {"vulnerability":{"name":"CVE-2026-2"},"products":[{"identifiers":{"purl":"pkg:cargo/b"}}],"status":"affected",
     "action_statement":"update before use"}]}"#;

const CYCLONEDX: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"2026-11-20T10:00:00Z"},"vulnerabilities":[
    {"id":"CVE-2026-1","references":[{"id":"GHSA-1","source":{"name":"GitHub"}}],
     "analysis":{"state":"not_affected","justification":"code_not_reachable","detail":"never called","lastUpdated":"2026-11-21T10:00:00Z"},
     "affects":[{"ref":"urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#pkg:cargo/a@1.0.0"}]},
    {"id":"CVE-2026-2","analysis":{"state":"exploitable","response":["update","workaround_available"]},"affects":[{"ref":"b"}]},
    {"id":"CVE-2026-3","affects":[{"ref":"b"}]}]}"#;

#[test]
fn reads_openvex() {
    let document = read(OPENVEX.as_bytes()).expect("document");
    let [first, second] = &document.statements[..] else { panic!("{document:?}") };
    assert_eq!(first.vulnerability, ["CVE-2026-1", "GHSA-1"]);
    assert_eq!(first.products[0].names, ["pkg:generic/pump@1.2.0"]);
    assert_eq!(first.products[0].parts[0][0], "pkg:cargo/a@1.0.0");
    assert_eq!((first.status, first.at.to_string().as_str()), (VexStatus::NotAffected, "2026-11-21T10:00:00Z"));
    assert_eq!((second.status, second.action.as_deref()), (VexStatus::Affected, Some("update before use")));
    assert_eq!(second.at.to_string(), "2026-11-20T10:00:00Z");
}

#[test]
fn reads_cyclonedx() {
    let document = read(CYCLONEDX.as_bytes()).expect("document");
    let statuses: Vec<VexStatus> = document.statements.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [VexStatus::NotAffected, VexStatus::Affected, VexStatus::UnderInvestigation]);
    let [first, second, _] = &document.statements[..] else { panic!("{document:?}") };
    assert_eq!(first.justification.as_deref(), Some("code_not_reachable"));
    assert_eq!(first.vulnerability, ["CVE-2026-1", "GHSA-1"]);
    assert_eq!(second.action.as_deref(), Some("update, workaround_available"));
}

#[test]
fn refuses_what_is_no_vex_document() {
    for text in ["", "[]", "{}", "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\"}", "{\"@context\":\"x\"}"] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
    for (from, to) in [
        ("v0.2.0", "v9"),
        ("\"author\":\"Quality Lead (example)\"", "\"author\":\"\""),
        ("\"not_affected\"", "\"fine\""),
        ("vulnerable_code_not_in_execute_path", "because"),
        ("2026-11-21T10:00:00Z", "2026"),
        ("\"version\":1", "\"version\":0"),
        ("\"pkg:generic/pump@1.2.0\"", "\"pkg:\\u202e\""),
        ("{\"identifiers\":{\"purl\":\"pkg:cargo/b\"}}", "{}"),
        ("[{\"identifiers\":{\"purl\":\"pkg:cargo/b\"}}]", "[]"),
    ] {
        assert!(read(OPENVEX.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
    }
    let undated = CYCLONEDX.replace("\"metadata\":{\"timestamp\":\"2026-11-20T10:00:00Z\"},", "");
    assert!(matches!(read(undated.as_bytes()), Err(VexError::NoTime(2))));
    assert!(read(CYCLONEDX.replace("exploitable", "odd").as_bytes()).is_err());
}
