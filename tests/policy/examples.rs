//! What loads, and as what.

use batchseal::model::batch::{Purpose, UdiScope};
use batchseal::model::digest::{Hasher, Sha256Digest};
use batchseal::model::outcome::{CheckId, Severity};
use batchseal::policy::facts::SafetyClass;
use batchseal::policy::release::{KeySource, SbomProfile, SupplierRule};
use batchseal::policy::trust::{DEFAULT_SKEW_SECONDS, StatementKind};

use crate::fixtures::{POLICY, altered, p256_key, parse_policy, parse_trust, pem, trust};

#[test]
fn loads_a_full_policy() {
    let policy = parse_policy(POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.device.name.as_str(), "infusion-pump-controller");
    assert_eq!(policy.device.facts.safety_class, SafetyClass::C);
    assert!(policy.device.facts.cyber_device && !policy.device.facts.implantable);
    assert_eq!(policy.device.support_end.as_deref(), Some("2036-12-31"));
    let udi = policy.device.udi.as_ref().unwrap();
    assert_eq!((udi.scope, udi.di.as_deref()), (UdiScope::Embedded, Some("00860000000109")));
    assert_eq!(policy.release.purpose, Purpose::Demo);
    assert_eq!(policy.release.branches, ["main", "release/1.x"]);
    assert_eq!(policy.release.tag.version_of("v1.2.0").unwrap().as_str(), "1.2.0");
    assert!(policy.release.artifacts[1].built_elsewhere && !policy.release.artifacts[0].built_elsewhere);
    let cargo = policy.release.cargo.as_ref().unwrap();
    assert_eq!((cargo.features.len(), cargo.no_default_features, cargo.all_features), (1, true, false));
    assert_eq!(policy.signing.key, KeySource::Env("BATCHSEAL_KEY".to_owned()));
    assert_eq!(policy.signing.passphrase_env.as_deref(), Some("BATCHSEAL_PASSPHRASE"));
    assert_eq!(policy.gate.severities.get(&CheckId::new(14)), Some(&Severity::Block));
    assert_eq!(policy.build_environment, ["CC", "SOURCE_DATE_EPOCH"]);
    assert_eq!(policy.suppliers[1].unknown_because.as_deref(), Some("upstream is abandoned"));
    assert_eq!(policy.sha256, Sha256Digest::of(POLICY.as_bytes()));
    assert!(policy.unfilled.is_empty());
}

#[test]
fn the_gate_has_limits_of_age_and_a_threshold_or_their_defaults() {
    let policy = parse_policy(POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    let ages = policy.gate.ages;
    assert_eq!((ages.soup_review_days, ages.advisory_days, ages.kev_days), (365, 7, 14));
    assert!(policy.gate.severity_threshold.is_none());
    let own = "[gate]\nsoup-review-days = 30\nadvisory-days = 1\nkev-days = 365\nseverity-threshold = \"7.0\"\n";
    let policy = parse_policy(&altered(POLICY, "[gate]\n", own)).unwrap_or_else(|errors| panic!("{errors}"));
    let ages = policy.gate.ages;
    assert_eq!((ages.soup_review_days, ages.advisory_days, ages.kev_days), (30, 1, 365));
    assert_eq!(policy.gate.severity_threshold.map(|score| score.to_string()).as_deref(), Some("7.0"));
}

#[test]
fn fills_in_defaults_of_a_small_policy() {
    let text = r#"
schema = 1
device = { name = "d", manufacturer = "Example", safety-class = "A", finished = true, cyber-device = false, life-supporting = false, implantable = false }
release.tag = "{version}"
release.purpose = "production"
release.approvals = ["authoriser"]
release.artifacts = [{ path = "a", name = "a" }]
signing.key = "file:/run/keys/pipeline.pem"
"#;
    let policy = parse_policy(text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.release.branches, ["main", "master"]);
    assert!(!policy.release.first_release && policy.release.cargo.is_none());
    assert_eq!(policy.gate.sbom_profiles, [SbomProfile::Fda2026]);
    assert_eq!(policy.signing.key, KeySource::File("/run/keys/pipeline.pem".to_owned()));
    let crlf = parse_policy(&text.replace('\n', "\r\n")).unwrap();
    assert_ne!(crlf.sha256, policy.sha256);
}

#[test]
fn lists_what_is_unfilled_with_key_and_line() {
    let text = altered(POLICY, "\"Example Devices (demo)\"", "\"FILL IN: legal manufacturer\"");
    let text = altered(&text, "safety-class = \"C\"", "safety-class = \"C\"  # FILL IN: A, B or C");
    let text = altered(&text, "support-end = 2036-12-31", "support-end = \"FILL IN: last day\"");
    let text = altered(&text, "\"MDF-0001 rev 3\"", "\"FILL IN: file\"");
    let text = altered(&text, "di = \"00860000000109\" }", "di = \"FILL IN\" } # FILL IN: all of it");
    let policy = parse_policy(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let listed: Vec<(&str, usize)> = policy.unfilled.iter().map(|one| (one.key.as_str(), one.line)).collect();
    let expected = [
        ("device.manufacturer", 4),
        ("device.safety-class", 5),
        ("device.mdf", 10),
        ("device.support-end", 11),
        ("device.udi", 12),
        ("device.udi.di", 12),
    ];
    assert_eq!(listed, expected);
    assert_eq!((policy.device.mdf, policy.device.support_end), (None, None));
    // The mark only counts as a mark: at the beginning of a value or of a comment behind one.
    let text = altered(POLICY, "\"MDF-0001 rev 3\"", "\"See FILL IN\" # not a FILL IN");
    assert!(parse_policy(&text).unwrap().unfilled.is_empty());
}

#[test]
fn a_lowered_severity_is_refused_only_against_the_checks_own() {
    let text = altered(POLICY, "RG-14 = \"block\"", "RG-14 = \"warn\"");
    assert!(parse_policy(&text).is_ok());
    let own = |_: CheckId| Some(Severity::Block);
    let parse =
        |text: &str| batchseal::policy::release::Policy::parse_with_severities(text.as_bytes(), "batchseal.toml", &own);
    assert!(parse(POLICY).is_ok());
    let message = parse(&text).unwrap_err().to_string();
    assert!(message.starts_with("batchseal.toml:35:9: gate.severity.RG-14: got \"warn\""), "{message}");
}

#[test]
fn loads_a_full_trust_file() {
    let text = trust();
    let trust = parse_trust(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!((trust.serial, trust.skew_seconds), (Some(3), 60));
    assert_eq!(trust.devices[0].allow_purpose, [Purpose::Production, Purpose::Demo]);
    assert_eq!(trust.signers[1].may_sign.iter().copied().collect::<Vec<_>>(), [StatementKind::Tests]);
    assert_eq!(trust.signers[0].identity.key().expect("key").to_pem(), pem(1));
    assert_eq!(trust.signers[0].window.valid_from.as_deref(), Some("2026-01-01"));
    assert_eq!(trust.persons[1].window.revoked.as_deref(), Some("2027-06-01"));
    assert_eq!(trust.persons[0].window.valid_until.as_deref(), Some("2027-12-31"));
    assert_eq!(trust.unsafe_settings.names(), ["no-trusted-time"]);
    let mut hasher = Hasher::new();
    hasher.update(text.as_bytes());
    hasher.update(pem(1).as_bytes());
    assert_eq!(trust.sha256, Some(hasher.finish().0));
}

#[test]
fn a_small_trust_file_trusts_production_only_and_no_unsafe_setting() {
    let text = trust();
    let text = altered(&text, "allow-purpose = [\"production\", \"demo\"]\n", "");
    let text = altered(&text, "skew = 60\n", "");
    let text = altered(&text, "serial = 3\n", "draft = false\n");
    let text = altered(&text, "[unsafe]\nno-trusted-time = true\n", "");
    let trust = parse_trust(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(trust.devices[0].allow_purpose, [Purpose::Production]);
    assert_eq!((trust.serial, trust.skew_seconds), (None, DEFAULT_SKEW_SECONDS));
    assert!(trust.unsafe_settings.names().is_empty());
}

#[test]
fn accepts_ecdsa_keys_of_persons_and_signers() {
    let (ssh, _) = p256_key(7);
    let (_, pem_of_other) = p256_key(8);
    let text = altered(&trust(), &crate::fixtures::ssh(3), &ssh);
    let text = altered(&text, &pem(2), &pem_of_other);
    let trust = parse_trust(&text).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(trust.signers[1].identity.key().expect("key").algorithm(), "ecdsa-p256");
    assert_eq!(trust.persons[0].ssh_keys[0].algorithm().as_str(), "ecdsa-sha2-nistp256");
}

#[test]
fn supplier_patterns_are_anchored_at_both_ends() {
    let rule = |purl: &str| SupplierRule { purl: purl.to_owned(), name: None, unknown_because: None };
    for (pattern, purl, expected) in [
        ("pkg:cargo/serde*", "pkg:cargo/serde_json@1.0", true),
        ("pkg:cargo/serde*", "x-pkg:cargo/serde", false),
        ("pkg:cargo/serde", "pkg:cargo/serde", true),
        ("pkg:cargo/serde", "pkg:cargo/serde@1", false),
        ("pkg:*@1", "pkg:cargo/a@1", true),
        ("pkg:*@1", "pkg:cargo/a@12", false),
        ("pkg:*a*b", "pkg:xaxab", true),
        ("pkg:*a*b", "pkg:xbxa", false),
        ("pkg:a*a", "pkg:a", false),
    ] {
        assert_eq!(rule(pattern).matches(purl), expected, "{pattern} {purl}");
    }
}

#[test]
fn the_catalogue_has_one_size() {
    assert_eq!(batchseal::policy::HIGHEST_CHECK, batchseal::gate::registry::CATALOGUE_SIZE);
}
