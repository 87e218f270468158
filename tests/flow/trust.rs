//! The verifier's trust file alone decides whom and what to believe.

use std::fs;

use super::device::{Device, released, says};

fn verify_under(name: &str, change: impl Fn(&str) -> String) -> std::process::Output {
    let device = released();
    let text = fs::read_to_string(device.path("trust.toml")).expect("trust");
    let changed = change(&text);
    assert_ne!(changed, text, "the change changed nothing");
    let trust = device.path(name);
    fs::write(&trust, changed).expect("trust");
    let (bundle, artifacts) = (device.bundle(), device.out().join("artifacts"));
    device.run(&["verify".as_ref(), bundle.as_os_str(), artifacts.as_os_str(), "--trust".as_ref(), trust.as_os_str()])
}

#[test]
fn no_trust_file_is_a_usage_error_that_says_how_to_name_one() {
    let device = released();
    let bundle = device.bundle();
    says(&device.run(&["verify".as_ref(), bundle.as_os_str(), "--bundle-only".as_ref()]), 2, &["--trust"]);
}

#[test]
fn a_draft_trust_file_is_refused() {
    says(&verify_under("draft.toml", |text| format!("draft = true\n{text}")), 2, &["draft"]);
}

#[test]
fn without_trusted_time_and_without_leave_nothing_verifies() {
    says(
        &verify_under("strict.toml", |text| text.replace("no-trusted-time = true\n", "")),
        1,
        &["no trusted time: 0 timestamp authorities or logs date this signature (expected 1)"],
    );
}

#[test]
fn another_policy_device_purpose_or_fact_is_refused() {
    says(
        &verify_under("policy.toml", |text| {
            let at = text.find("policies = [\"sha256:").expect("policy") + "policies = [\"sha256:".len();
            let digit = if text[at..].starts_with('0') { "1" } else { "0" };
            format!("{}{digit}{}", &text[..at], &text[at + 1..])
        }),
        1,
        &["is not accepted by the trust file"],
    );
    says(
        &verify_under("device.toml", |text| text.replace("name = \"tiny\"", "name = \"huge\"")),
        1,
        &["device tiny is not in the trust file"],
    );
    says(
        &verify_under("purpose.toml", |text| text.replace("[\"production\"]", "[\"demo\"]")),
        1,
        &["made for purpose production"],
    );
    says(
        &verify_under("facts.toml", |text| text.replace("safety-class = \"B\"", "safety-class = \"C\"")),
        1,
        &["device fact differs", "safety-class (policy: B; trust file:"],
    );
}

#[test]
fn a_signer_without_leave_for_a_statement_is_refused() {
    says(
        &verify_under("maysign.toml", |text| text.replace("\"verdict\", \"seal\"", "\"verdict\"")),
        1,
        &["may not sign seal"],
    );
    says(&verify_under("maysbom.toml", |text| text.replace("\"sbom\", ", "")), 1, &["may not sign sbom"]);
}

#[test]
fn expired_and_revoked_keys_fail_even_without_trusted_time() {
    let person = "roles = [\"authoriser\"]\n";
    says(
        &verify_under("expired.toml", |text| text.replace(person, &format!("{person}valid-until = 2020-01-01\n"))),
        1,
        &["valid until 2020-01-01"],
    );
    says(
        &verify_under("revoked.toml", |text| text.replace(person, &format!("{person}revoked = 2020-01-01\n"))),
        1,
        &["revoked on 2020-01-01"],
    );
    let signer = "name = \"pipeline\"\n";
    says(
        &verify_under("signer.toml", |text| text.replace(signer, &format!("{signer}revoked = 2020-01-01\n"))),
        1,
        &["revoked on 2020-01-01"],
    );
}

#[test]
fn a_person_outside_the_roster_never_counts() {
    let stranger = Device::new();
    let theirs = fs::read_to_string(stranger.path("authoriser.ssh.pub")).expect("key");
    let ours = fs::read_to_string(released().path("authoriser.ssh.pub")).expect("key");
    let body = |line: &str| line.split_whitespace().nth(1).expect("key").to_owned();
    says(
        &verify_under("roster.toml", |text| text.replace(&body(&ours), &body(&theirs))),
        1,
        &["belongs to nobody in the roster"],
    );
}

#[test]
fn a_later_day_is_judged_and_an_earlier_one_refused() {
    says(&released().verify(&["--at", "2051-01-01"]), 0, &["PASSED"]);
    says(&released().verify(&["--at", "2020-01-01"]), 2, &["before today"]);
    says(&released().verify(&["--at", "soon"]), 2, &["YYYY-MM-DD"]);
}

#[test]
fn rollback_is_judged_when_an_earlier_release_is_given() {
    let device = released();
    let bundle = device.bundle();
    let bundle = bundle.to_str().expect("path");
    says(&device.verify(&[]), 0, &["rollback"]);
    says(&device.verify(&["--previous", bundle]), 1, &["claims a first release"]);
}
