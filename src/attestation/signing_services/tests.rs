//! Selection, refusals and privacy of signing services.

use super::{LogVersion, RawServices, SigningServices, SigningServicesError};
use crate::model::time::Timestamp;

/// 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds).expect("time")
}

fn service(url: &str, version: u32, operator: &str, end: &str) -> String {
    let end = if end.is_empty() { String::new() } else { format!(",\"end\":\"{end}\"") };
    format!(
        "{{\"url\":\"{url}\",\"majorApiVersion\":{version},\"operator\":\"{operator}\",\
         \"validFor\":{{\"start\":\"2020-01-01T00:00:00Z\"{end}}}}}"
    )
}

fn config(logs: &[String], log_rule: &str, stamps: &[String], stamp_rule: &str) -> String {
    let authority = service("https://fulcio.example", 1, "a", "");
    format!(
        "{{\"mediaType\":\"application/vnd.dev.sigstore.signingconfig.v0.2+json\",\"caUrls\":[{authority}],\
         \"rekorTlogUrls\":[{}],\"tsaUrls\":[{}],\"rekorTlogConfig\":{log_rule},\"tsaConfig\":{stamp_rule}}}",
        logs.join(","),
        stamps.join(",")
    )
}

fn read(text: &str) -> Result<SigningServices, SigningServicesError> {
    SigningServices::of_config(text.as_bytes(), at(NOW))
}

const ANY: &str = r#"{"selector":"ANY"}"#;
const ALL: &str = r#"{"selector":"ALL"}"#;
const TWO: &str = r#"{"selector":"EXACT","count":2}"#;

#[test]
fn selects_by_window_version_operator_and_selector() {
    let logs = [
        service("https://old.example", 2, "a", "2025-12-31T23:59:59Z"),
        service("https://one.example", 1, "a", ""),
        service("https://two.example", 2, "a", ""),
        service("https://three.example", 3, "a", ""),
        service("https://other.example", 2, "b", ""),
    ];
    let stamps = [service("https://tsa.example/ts", 1, "a", ""), service("https://tsb.example/ts", 1, "b", "")];
    for (rule, hosts) in [
        (ANY, vec!["two.example"]),
        (ALL, vec!["two.example", "other.example"]),
        (TWO, vec!["two.example", "other.example"]),
    ] {
        let services = read(&config(&logs, rule, &stamps, rule)).expect("services");
        let got: Vec<&str> = services.logs().iter().map(|log| log.url.host()).collect();
        assert_eq!(got, hosts, "{rule}");
        assert!(services.logs().iter().all(|log| log.version == LogVersion::V2));
        assert_eq!(services.stamp_authorities().len(), hosts.len(), "{rule}");
        assert_eq!(services.authority().origin(), "https://fulcio.example");
    }
}

#[test]
fn rejects_too_few_services_and_selectors_that_say_nothing() {
    let log = [service("https://one.example", 1, "a", "")];
    let gone = [service("https://one.example", 1, "a", "2025-01-01T00:00:00Z")];
    let stamp = [service("https://tsa.example", 1, "a", "")];
    for text in [
        config(&log, TWO, &stamp, ANY),
        config(&gone, ANY, &stamp, ANY),
        config(&log, ANY, &[], TWO),
        config(&log, r#"{"selector":"SERVICE_SELECTOR_UNDEFINED"}"#, &stamp, ANY),
        config(&log, r#"{"selector":"EXACT"}"#, &stamp, ANY),
    ] {
        assert!(matches!(read(&text), Err(SigningServicesError::TooFew { .. })), "{text}");
    }
    assert!(read(&config(&log, ANY, &stamp, ANY)).is_ok());
}

#[test]
fn rejects_services_that_give_no_time() {
    let v2 = [service("https://two.example", 2, "a", "")];
    assert!(matches!(read(&config(&v2, ANY, &[], ANY)), Err(SigningServicesError::NoTime)));
    assert!(matches!(read(&config(&[], ANY, &[], ANY)), Err(SigningServicesError::NoTime)));
    let v1 = [service("https://one.example", 1, "a", "")];
    assert!(read(&config(&v1, ANY, &[], ANY)).is_ok());
}

#[test]
fn rejects_other_documents_and_addresses() {
    let v1 = [service("https://one.example", 1, "a", "")];
    let good = config(&v1, ANY, &[], ANY);
    for text in [
        String::new(),
        good.replace("v0.2+json", "v0.1+json"),
        good.replace("\"caUrls\"", "\"caUrls\":[],\"caUrls\""),
        good.replace("https://one.example", "http://one.example"),
        good.replace("https://fulcio.example", "https://user:hunter2@fulcio.example"),
    ] {
        let error = read(&text).expect_err(&text).to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn takes_plain_addresses_and_rejects_other_versions_and_too_many() {
    let raw = RawServices {
        fulcio: "http://127.0.0.1:1".to_owned(),
        rekor: vec![("http://127.0.0.1:2".to_owned(), 1)],
        ..RawServices::default()
    };
    assert!(SigningServices::of_urls(&raw).is_ok());
    let version = RawServices { rekor: vec![("http://127.0.0.1:2".to_owned(), 3)], ..raw.clone() };
    assert!(matches!(SigningServices::of_urls(&version), Err(SigningServicesError::LogVersion(3))));
    let many = RawServices { tsa: vec!["http://127.0.0.1:2".to_owned(); 9], ..raw.clone() };
    assert!(matches!(SigningServices::of_urls(&many), Err(SigningServicesError::TooMany { got: 9, .. })));
    let plain = RawServices { fulcio: "http://fulcio.example".to_owned(), ..raw };
    assert!(matches!(SigningServices::of_urls(&plain), Err(SigningServicesError::Url { .. })));
    assert!(SigningServices::of_urls(&RawServices { plain_http: true, ..plain }).is_ok());
}

#[test]
fn publishes_only_where_it_is_allowed_or_private() {
    let services = |authority: &str, log: &str| {
        SigningServices::of_urls(&RawServices {
            fulcio: authority.to_owned(),
            rekor: vec![(log.to_owned(), 1)],
            ..RawServices::default()
        })
        .expect("services")
    };
    let local = services("http://localhost:1", "http://127.0.0.1:2");
    assert!(local.check_public(false).is_ok());
    let company = services("https://fulcio.corp.example", "https://rekor.corp.example");
    assert!(company.check_public(false).is_err());
    assert!(company.check_public(true).is_ok());
    assert!(company.clone().marked_private().check_public(false).is_ok());
    // Marking does not make the public instances private.
    for (authority, log) in [
        ("https://fulcio.sigstore.dev", "https://rekor.corp.example"),
        ("https://fulcio.corp.example", "https://log2025-1.rekor.SIGSTORE.dev"),
        ("https://fulcio.corp.example", "https://rekor.sigstage.dev"),
    ] {
        let public = services(authority, log).marked_private();
        let error = public.check_public(false).expect_err("refused");
        assert!(error.service.to_lowercase().contains("sigst"), "{error}");
        assert!(public.check_public(true).is_ok());
    }
    let alike = services("https://notsigstore.dev", "https://rekor.notsigstore.dev").marked_private();
    assert!(alike.check_public(false).is_ok());
}
