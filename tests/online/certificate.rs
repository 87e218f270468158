//! Answers of the certificate authority: a certificate of ours, and everything that is not.

use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::certificate_request::{
    IssuedCertificate, IssuedCertificateError, certificate_of_answer, request,
};
use batchseal::attestation::identity_token::IdentityToken;
use batchseal::attestation::sign::{Signer, SignerError};
use batchseal::model::time::Timestamp;
use serde_json::{Value, json};

use crate::instance::{Wanted, certificate, chain, key_of_request, now, token};

fn key() -> PipelineKey {
    PipelineKey::generate(KeyAlgorithm::P256)
}

fn wanted(key: &PipelineKey) -> Wanted {
    Wanted { key: key.public_key().to_der(), from: now(), to: now() + 600, sct: true }
}

fn read(answer: &Value, key: &PipelineKey, sct: bool) -> Result<IssuedCertificate, IssuedCertificateError> {
    certificate_of_answer(answer.to_string().as_bytes(), key.public_key(), sct, Timestamp::from_unix(now()).unwrap())
}

#[test]
fn asks_with_the_token_and_a_proof_of_possession() {
    let key = key();
    let text = token("sigstore", now() + 60);
    let body = request(&IdentityToken::parse(&text).unwrap(), &key).unwrap();
    assert_eq!(key_of_request(&body), key.public_key().to_der());
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["credentials"]["oidcIdentityToken"], json!(*text));
}

#[test]
fn asks_for_no_certificate_of_another_kind_of_key() {
    let token = IdentityToken::parse(&token("sigstore", now() + 60)).unwrap();
    let ed25519 = PipelineKey::generate(KeyAlgorithm::Ed25519);
    assert!(matches!(request(&token, &ed25519), Err(SignerError::Key(_))));
}

#[test]
fn takes_a_certificate_of_our_key_from_either_field() {
    let key = key();
    let embedded = chain(&certificate(&wanted(&key)));
    let issued = read(&embedded, &key, true).unwrap();
    assert_eq!(issued.not_after - issued.not_before, 600);
    assert!(issued.is_usable(issued.not_after - 60) && !issued.is_usable(issued.not_after - 59));
    let detached = json!({"signedCertificateDetachedSct": embedded["signedCertificateEmbeddedSct"]});
    assert_eq!(read(&detached, &key, true).unwrap(), issued);
}

#[test]
fn rejects_a_certificate_for_another_key() {
    let (key, other) = (key(), key());
    let error = read(&chain(&certificate(&wanted(&other))), &key, true).unwrap_err();
    let IssuedCertificateError::OtherKey { got, expected } = error else { panic!("{error}") };
    assert!(got.contains(&other.public_key().sha256().to_hex()), "{got}");
    assert!(expected.contains(&key.public_key().sha256().to_hex()), "{expected}");
}

#[test]
fn rejects_a_certificate_that_is_not_in_force() {
    let key = key();
    for (from, to) in [(now() - 700, now() - 100), (now() - 600, now() + 30), (now() + 400, now() + 1000)] {
        let answer = chain(&certificate(&Wanted { from, to, ..wanted(&key) }));
        assert!(matches!(read(&answer, &key, true), Err(IssuedCertificateError::NotInForce { .. })), "{from} {to}");
    }
}

#[test]
fn rejects_a_certificate_that_no_log_has_promised_to_publish_where_one_is_expected() {
    let key = key();
    let answer = chain(&certificate(&Wanted { sct: false, ..wanted(&key) }));
    assert_eq!(read(&answer, &key, true), Err(IssuedCertificateError::NoSct));
    assert!(read(&answer, &key, false).is_ok());
}

#[test]
fn rejects_what_is_no_certificate() {
    let key = key();
    let good = chain(&certificate(&wanted(&key)));
    let both = json!({
        "signedCertificateEmbeddedSct": good["signedCertificateEmbeddedSct"],
        "signedCertificateDetachedSct": good["signedCertificateEmbeddedSct"],
    });
    let pem = certificate(&wanted(&key));
    for answer in [
        json!({}),
        json!([]),
        both,
        json!({"signedCertificateEmbeddedSct": {"chain": {"certificates": []}}}),
        chain(""),
        chain(&pem.replace("CERTIFICATE", "PUBLIC KEY")),
        chain(&pem[..pem.len() / 2]),
        chain("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
    ] {
        let error = read(&answer, &key, true).unwrap_err();
        assert!(matches!(error, IssuedCertificateError::Malformed(_)), "{answer}: {error}");
    }
    let text = good.to_string();
    let cut = &text.as_bytes()[..text.len() - 1];
    assert!(certificate_of_answer(cut, key.public_key(), true, Timestamp::from_unix(now()).unwrap()).is_err());
}
