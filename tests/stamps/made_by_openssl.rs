//! Tokens of `openssl ts` and `openssl cms`: good ones are believed, each bad one is refused by its reason.

use batchseal::attestation::stamp::{PurposeFault, StampError, StampHash, claims, verify};
use batchseal::policy::trust::Window;

use crate::fixture::{authority, message, token, trusted};

const GOOD: [(&str, StampHash); 6] = [
    ("p256", StampHash::Sha256),
    ("p384", StampHash::Sha384),
    ("p256-sha512", StampHash::Sha512),
    ("rsa3072", StampHash::Sha256),
    ("rsa3072-pss", StampHash::Sha256),
    ("key-identifier", StampHash::Sha256),
];

fn refusal(name: &str) -> StampError {
    verify(&token(name), &message(), &trusted()).expect_err(name)
}

#[test]
fn believes_tokens_of_accepted_algorithms() {
    for (name, hash) in GOOD {
        let stamp = verify(&token(name), &message(), &trusted()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((stamp.hash, stamp.authority.as_str(), stamp.accuracy_seconds), (hash, "tests", Some(2)), "{name}");
        assert!(stamp.until > stamp.time, "{name}");
        let claimed = claims(&token(name)).expect("claims");
        assert_eq!((claimed.time, &claimed.serial), (stamp.time, &stamp.serial), "{name}");
        assert!(claimed.authority.contains("Test TSA"), "{}", claimed.authority);
    }
}

#[test]
fn rejects_every_token_whose_name_says_so() {
    let folder = std::fs::read_dir(crate::fixture::path("")).expect("folder");
    let names = folder.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned());
    let bad: Vec<String> = names.filter(|name| name.ends_with("_fail.tst")).collect();
    assert_eq!(bad.len(), 13, "{bad:?}");
    for name in bad {
        refusal(name.trim_end_matches(".tst"));
    }
}

#[test]
fn rejects_weak_digests_and_keys_by_name() {
    let imprint = refusal("imprint-sha1_fail");
    assert!(
        matches!(&imprint, StampError::HashRefused { part: "message imprint", got } if got == "SHA-1"),
        "{imprint}"
    );
    let digest = refusal("digest-sha1_fail");
    assert!(matches!(&digest, StampError::HashRefused { got, .. } if got == "SHA-1"), "{digest}");
    assert_eq!(refusal("ess-v1_fail"), StampError::OnlySha1SigningCertificate);
    let key = refusal("rsa2048_fail");
    assert!(matches!(&key, StampError::Key { got, .. } if got == "RSA of 2048 bits"), "{key}");
    let salt = refusal("rsa3072-pss-salt_fail");
    assert!(matches!(salt, StampError::SignatureAlgorithm { .. }), "{salt}");
}

#[test]
fn rejects_signers_that_are_not_for_time_stamping_only() {
    let fault = |name: &str| match refusal(name) {
        StampError::Purpose { fault, .. } => fault,
        other => panic!("{name}: {other}"),
    };
    assert_eq!(fault("eku-missing_fail"), PurposeFault::Missing);
    assert_eq!(fault("eku-not-critical_fail"), PurposeFault::NotCritical);
    assert_eq!(fault("eku-second_fail"), PurposeFault::Count(2));
    assert!(matches!(fault("eku-other_fail"), PurposeFault::Other(_)));
    assert!(matches!(refusal("ku-wrong_fail"), StampError::KeyUsage { .. }));
    assert!(matches!(refusal("name_fail"), StampError::AuthorityName { .. }));
}

#[test]
fn rejects_a_signer_whose_certificate_had_expired() {
    let error = refusal("expired_fail");
    assert!(matches!(&error, StampError::Chain { reason, .. } if reason == "a certificate had expired"), "{error}");
}

#[test]
fn rejects_a_certificate_that_no_path_needs_until_the_authority_lists_it() {
    let error = refusal("unneeded-certificate_fail");
    assert!(matches!(&error, StampError::UnneededCertificate { subject, .. } if subject.contains("Other")), "{error}");
    let listed = [authority("tests", &["root.der", "other-root.der"])];
    verify(&token("unneeded-certificate_fail"), &message(), &listed).expect("listed");
}

#[test]
fn rejects_a_stamp_of_other_bytes() {
    let error = verify(&token("p256"), b"other bytes", &trusted()).expect_err("other");
    assert_eq!(error, StampError::Imprint { hash: StampHash::Sha256 });
}

#[test]
fn believes_authorities_that_list_root_intermediate_or_signer_and_no_others() {
    let good = token("p256");
    for certificates in [&["root.der"][..], &["intermediate.der"], &["p256-signer.der", "intermediate.der"]] {
        let known = [authority("other", &["other-root.der"]), authority("tests", certificates)];
        assert_eq!(verify(&good, &message(), &known).expect("stamp").authority, "tests", "{certificates:?}");
    }
    // A signer that is listed alone stands for itself; the chain that rides along stands for nothing.
    let alone = verify(&good, &message(), &[authority("tests", &["p256-signer.der"])]);
    assert!(matches!(alone, Err(StampError::UnneededCertificate { .. })), "{alone:?}");
    let other = verify(&good, &message(), &[authority("other", &["other-root.der"])]);
    assert!(matches!(other, Err(StampError::UnknownAuthority { .. })), "{other:?}");
    assert_eq!(verify(&good, &message(), &[]), Err(StampError::NoAuthority));
    let another_signer = verify(&token("p384"), &message(), &[authority("tests", &["p256-signer.der"])]);
    assert!(matches!(another_signer, Err(StampError::UnknownAuthority { .. })), "{another_signer:?}");
}

#[test]
fn rejects_authorities_outside_their_window_and_after_revocation_with_the_day() {
    let day = claims(&token("p256")).expect("claims").time.date();
    let some = |day: &str| Some(day.to_owned());
    let window = |window: Window| {
        let mut known = trusted();
        known[0].window = window;
        verify(&token("p256"), &message(), &known)
    };
    assert!(window(Window { valid_from: some(&day), valid_until: some(&day), revoked: some("9999-01-01") }).is_ok());
    for (bad, word) in [
        (Window { valid_from: some("9998-01-01"), ..Window::default() }, "valid from 9998-01-01"),
        (Window { valid_until: some("2020-01-01"), ..Window::default() }, "valid until 2020-01-01"),
        (Window { revoked: some(&day), ..Window::default() }, "revoked on"),
    ] {
        let error = window(bad).expect_err(word);
        assert!(matches!(error, StampError::OutsideWindow { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(word) && text.contains(&day), "{text}");
    }
}
