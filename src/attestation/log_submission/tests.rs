//! Answers of both versions: ours, and everything that is not.

use serde_json::{Value, json};

use super::{LogAnswerError, Submission};
use crate::attestation::sign::Signed;
use crate::attestation::signing_services::LogVersion;
use crate::model::base64::encode;
use crate::model::digest::{Sha256Digest, to_hex};

const SIGNATURE: &[u8] = b"signature";
const CERTIFICATE: &[u8] = b"certificate";

fn submission() -> Submission<'static> {
    let signed = Signed { payload: b"payload", message: b"message", signature: SIGNATURE };
    Submission { signed, certificate: CERTIFICATE }
}

fn pem() -> String {
    der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, CERTIFICATE).expect("PEM")
}

/// The only entry of its log.
fn root(body: &[u8]) -> Vec<u8> {
    Sha256Digest::of(&[&[0], body].concat()).as_bytes().to_vec()
}

fn checkpoint(body: &[u8]) -> String {
    format!("log.example\n1\n{}\n\n\u{2014} log.example AAAA\n", encode(&root(body)))
}

fn body_v1() -> Value {
    json!({"apiVersion": "0.0.1", "kind": "dsse", "spec": {
        "envelopeHash": {"algorithm": "sha256", "value": "00"},
        "payloadHash": {"algorithm": "sha256", "value": Sha256Digest::of(b"payload").to_hex()},
        "signatures": [{"signature": encode(SIGNATURE), "verifier": encode(pem().as_bytes())}],
    }})
}

fn answer_v1(body: &Value) -> Value {
    let body = body.to_string().into_bytes();
    json!({"24296fb24b8ad77a": {
        "body": encode(&body), "integratedTime": 1_767_225_600, "logID": "aa".repeat(32), "logIndex": 7,
        "verification": {
            "inclusionProof": {"checkpoint": checkpoint(&body), "hashes": [], "logIndex": 0,
                "rootHash": to_hex(&root(&body)), "treeSize": 1},
            "signedEntryTimestamp": encode(b"promise"),
        },
    }})
}

fn body_v2() -> Value {
    json!({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": {
        "data": {"algorithm": "SHA2_256", "digest": encode(Sha256Digest::of(b"message").as_bytes())},
        "signature": {"content": encode(SIGNATURE), "verifier": {
            "keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": {"rawBytes": encode(CERTIFICATE)}}},
    }}})
}

fn answer_v2(body: &Value) -> Value {
    let body = body.to_string().into_bytes();
    json!({
        "logIndex": "0", "logId": {"keyId": encode(&[1; 32])},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"}, "integratedTime": "0", "inclusionPromise": null,
        "inclusionProof": {"logIndex": "0", "rootHash": encode(&root(&body)), "treeSize": "1", "hashes": [],
            "checkpoint": {"envelope": checkpoint(&body)}},
        "canonicalizedBody": encode(&body),
    })
}

fn read(version: LogVersion, answer: &Value) -> Result<crate::attestation::sigstore_bundle::LogEntry, LogAnswerError> {
    submission().entry_of_answer(version, answer.to_string().as_bytes())
}

/// The value with one place of it set.
fn with(mut value: Value, pointer: &str, new: Value) -> Value {
    *value.pointer_mut(pointer).expect(pointer) = new;
    value
}

fn without(mut value: Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("pointer");
    value.pointer_mut(parent).and_then(Value::as_object_mut).expect(parent).remove(key).expect(key);
    value
}

#[test]
fn takes_our_entry_of_version_1() {
    let entry = read(LogVersion::V1, &answer_v1(&body_v1())).expect("entry");
    assert_eq!((entry.log_index, entry.kind.as_str(), entry.version.as_str()), (7, "dsse", "0.0.1"));
    assert_eq!((entry.integrated_time, entry.promise.as_deref()), (Some(1_767_225_600), Some(&b"promise"[..])));
    assert_eq!(entry.log_id, vec![0xaa; 32]);
}

#[test]
fn takes_our_entry_of_version_2_with_numbers_left_out_as_protobuf_does() {
    let full = answer_v2(&body_v2());
    let short = without(without(full.clone(), "/logIndex"), "/inclusionProof/logIndex");
    let short = without(without(short, "/integratedTime"), "/inclusionProof/hashes");
    for answer in [full, short] {
        let entry = read(LogVersion::V2, &answer).expect("entry");
        assert_eq!((entry.kind.as_str(), entry.version.as_str()), ("hashedrekord", "0.0.2"));
        assert_eq!((entry.log_index, entry.integrated_time, entry.promise), (0, None, None));
    }
}

#[test]
fn rejects_bodies_that_are_not_ours() {
    let other = json!(encode(b"other"));
    for (pointer, new) in [
        ("/spec/payloadHash/value", json!("00".repeat(32))),
        ("/spec/payloadHash/algorithm", json!("sha1")),
        ("/spec/signatures/0/signature", other.clone()),
        ("/spec/signatures/0/verifier", other.clone()),
        ("/spec/signatures", json!([])),
        ("/kind", json!("intoto")),
        ("/apiVersion", json!("0.0.2")),
    ] {
        let error = read(LogVersion::V1, &answer_v1(&with(body_v1(), pointer, new))).expect_err(pointer);
        assert!(matches!(error, LogAnswerError::NotOurs(_) | LogAnswerError::Kind { .. }), "{pointer}: {error}");
    }
    for (pointer, new) in [
        ("/spec/hashedRekordV002/data/digest", other.clone()),
        ("/spec/hashedRekordV002/data/algorithm", json!("SHA2_512")),
        ("/spec/hashedRekordV002/signature/content", other.clone()),
        ("/spec/hashedRekordV002/signature/verifier/x509Certificate/rawBytes", other),
        ("/spec/hashedRekordV002/signature/verifier/keyDetails", json!("PKIX_ED25519")),
    ] {
        let error = read(LogVersion::V2, &answer_v2(&with(body_v2(), pointer, new))).expect_err(pointer);
        assert!(matches!(error, LogAnswerError::NotOurs(_)), "{pointer}: {error}");
    }
}

#[test]
fn rejects_entries_without_what_proves_them() {
    let v1 = answer_v1(&body_v1());
    let v2 = answer_v2(&body_v2());
    let id = "/24296fb24b8ad77a";
    for answer in [
        without(v1.clone(), &format!("{id}/verification")),
        without(v1.clone(), &format!("{id}/verification/inclusionProof")),
        without(v1.clone(), &format!("{id}/verification/signedEntryTimestamp")),
        with(v1.clone(), &format!("{id}/verification/inclusionProof/rootHash"), json!("00".repeat(32))),
        with(v1.clone(), &format!("{id}/verification/inclusionProof/treeSize"), json!(2)),
        with(v1.clone(), &format!("{id}/verification/inclusionProof/rootHash"), json!("zz")),
        with(v1.clone(), &format!("{id}/logID"), json!("zz")),
        json!({}),
        json!({"a": v1["24296fb24b8ad77a"], "b": v1["24296fb24b8ad77a"]}),
        v2.clone(),
    ] {
        assert!(read(LogVersion::V1, &answer).is_err(), "{answer}");
    }
    for answer in [
        with(v2.clone(), "/inclusionProof", Value::Null),
        with(v2.clone(), "/inclusionProof/checkpoint/envelope", json!("")),
        with(v2.clone(), "/inclusionProof/logIndex", json!("1")),
        with(v2.clone(), "/logIndex", json!("x")),
        with(v2.clone(), "/kindVersion/version", json!("0.0.1")),
        with(v2.clone(), "/inclusionProof/hashes", json!(["?"])),
        json!([]),
        v1,
    ] {
        assert!(read(LogVersion::V2, &answer).is_err(), "{answer}");
    }
    let text = v2.to_string();
    for bytes in [&text.as_bytes()[..text.len() / 2], b"", b"<html>"] {
        assert!(submission().entry_of_answer(LogVersion::V2, bytes).is_err());
    }
}

#[test]
fn asks_for_the_kind_of_each_version() {
    let parsed =
        |version| -> Value { serde_json::from_slice(&submission().request(version).expect("request")).expect("JSON") };
    let v1 = parsed(LogVersion::V1);
    assert_eq!((&v1["kind"], &v1["apiVersion"]), (&json!("dsse"), &json!("0.0.1")));
    let envelope = v1["spec"]["proposedContent"]["envelope"].as_str().expect("text");
    let envelope: Value = serde_json::from_str(envelope).expect("JSON");
    assert_eq!(envelope["signatures"][0]["sig"], json!(encode(SIGNATURE)));
    assert_eq!(v1["spec"]["proposedContent"]["verifiers"][0], json!(encode(pem().as_bytes())));
    let v2 = parsed(LogVersion::V2);
    let signature = &v2["hashedRekordRequestV002"]["signature"];
    assert_eq!(signature["verifier"]["x509Certificate"]["rawBytes"], json!(encode(CERTIFICATE)));
    assert_eq!(v2["hashedRekordRequestV002"]["digest"], json!(encode(Sha256Digest::of(b"message").as_bytes())));
}
