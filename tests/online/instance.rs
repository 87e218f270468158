//! A Sigstore instance in miniature: tokens, certificates, log entries and stamps made on the spot.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::Signer;
use batchseal::attestation::stamp::throw_away::ThrowAwayAuthority;
use batchseal::model::time::Timestamp;
use der::asn1::{BitString, ObjectIdentifier, OctetString, UtcTime};
use der::{Decode, Encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use x509_cert::ext::Extension;
use x509_cert::request::CertReq;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};
use x509_cert::{Certificate, TbsCertificate};
use zeroize::Zeroizing;

use crate::server::{Asked, Reply};

pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    Base64::encode_string(bytes.as_ref())
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// A token that nobody has signed.
pub(crate) fn token(audience: &str, expires: i64) -> Zeroizing<String> {
    let claims = json!({"iss": "https://issuer.example", "sub": "job", "aud": audience, "exp": expires});
    let part = |text: String| Base64UrlUnpadded::encode_string(text.as_bytes());
    let head = part("{\"alg\":\"RS256\"}".to_owned());
    Zeroizing::new(format!("{head}.{}.{}", part(claims.to_string()), part("signature-of-the-token".repeat(4))))
}

/// What a certificate is made of.
#[derive(Clone)]
pub(crate) struct Wanted {
    pub(crate) key: Vec<u8>,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) sct: bool,
}

/// PEM of a certificate signed by a throw-away key.
pub(crate) fn certificate(wanted: &Wanted) -> String {
    let algorithm =
        AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"), parameters: None };
    let time = |seconds: i64| {
        let since = std::time::Duration::from_secs(seconds.try_into().unwrap());
        Time::UtcTime(UtcTime::from_unix_duration(since).unwrap())
    };
    let sct = Extension {
        extn_id: ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2"),
        critical: false,
        extn_value: OctetString::new([4, 1, 0]).unwrap(),
    };
    let tbs = TbsCertificate {
        version: x509_cert::Version::V3,
        serial_number: SerialNumber::new(&[1]).unwrap(),
        signature: algorithm.clone(),
        issuer: x509_cert::name::Name::default(),
        validity: Validity { not_before: time(wanted.from), not_after: time(wanted.to) },
        subject: x509_cert::name::Name::default(),
        subject_public_key_info: SubjectPublicKeyInfoOwned::from_der(&wanted.key).unwrap(),
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: wanted.sct.then(|| vec![sct]),
    };
    let signature = PipelineKey::generate(KeyAlgorithm::P256).sign(&tbs.to_der().unwrap()).unwrap();
    let certificate = Certificate {
        tbs_certificate: tbs,
        signature_algorithm: algorithm,
        signature: BitString::from_bytes(&signature).unwrap(),
    };
    let der = certificate.to_der().unwrap();
    der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &der).unwrap()
}

/// The key in a request for a certificate, after its proof of possession was verified.
pub(crate) fn key_of_request(body: &[u8]) -> Vec<u8> {
    let body: Value = serde_json::from_slice(body).unwrap();
    let pem = Base64::decode_vec(body["certificateSigningRequest"].as_str().unwrap()).unwrap();
    let (label, der) = der::pem::decode_vec(&pem).unwrap();
    assert_eq!(label, "CERTIFICATE REQUEST");
    let request = CertReq::from_der(&der).unwrap();
    let key = request.info.public_key.to_der().unwrap();
    let public = batchseal::model::key::PublicKey::parse_der(&key).unwrap();
    public.verify(&request.info.to_der().unwrap(), request.signature.raw_bytes()).unwrap();
    key
}

pub(crate) fn chain(pem: &str) -> Value {
    json!({"signedCertificateEmbeddedSct": {"chain": {"certificates": [pem, "ignored"]}}})
}

/// A sound answer of the certificate authority, ten minutes long.
pub(crate) fn issue(asked: &Asked, change: impl FnOnce(&mut Wanted)) -> Reply {
    let mut wanted = Wanted { key: key_of_request(&asked.body), from: now() - 1, to: now() + 600, sct: true };
    change(&mut wanted);
    Reply::json(201, chain(&certificate(&wanted)))
}

/// The entry that a log of version 2 makes of a request, alone in its tree.
pub(crate) fn entry_v2(asked: &Asked) -> Value {
    let request: Value = serde_json::from_slice(&asked.body).unwrap();
    let request = &request["hashedRekordRequestV002"];
    let body = json!({"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": {
        "data": {"algorithm": "SHA2_256", "digest": request["digest"]}, "signature": request["signature"]}}});
    let body = body.to_string();
    let root = base64(sha256(&[&[0], body.as_bytes()].concat()));
    json!({
        "logIndex": "0", "logId": {"keyId": base64([1; 32])},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"}, "integratedTime": "0",
        "inclusionProof": {"logIndex": "0", "rootHash": root, "treeSize": "1", "hashes": [],
            "checkpoint": {"envelope": format!("log.example\n1\n{root}\n\n\u{2014} log.example AAAA\n")}},
        "canonicalizedBody": base64(body.as_bytes()),
    })
}

/// The entry that a log of version 1 makes of a request, alone in its tree.
pub(crate) fn entry_v1(asked: &Asked) -> Value {
    let request: Value = serde_json::from_slice(&asked.body).unwrap();
    let proposed = &request["spec"]["proposedContent"];
    let envelope: Value = serde_json::from_str(proposed["envelope"].as_str().unwrap()).unwrap();
    let payload = Base64::decode_vec(envelope["payload"].as_str().unwrap()).unwrap();
    let hex = |bytes: &[u8]| batchseal::model::digest::to_hex(bytes);
    let body = json!({"apiVersion": "0.0.1", "kind": "dsse", "spec": {
        "envelopeHash": {"algorithm": "sha256", "value": "00"},
        "payloadHash": {"algorithm": "sha256", "value": hex(&sha256(&payload))},
        "signatures": [{"signature": envelope["signatures"][0]["sig"], "verifier": proposed["verifiers"][0]}],
    }})
    .to_string();
    let root = sha256(&[&[0], body.as_bytes()].concat());
    let checkpoint = format!("log.example\n1\n{}\n\n\u{2014} log.example AAAA\n", base64(&root));
    json!({"aa".repeat(40): {
        "body": base64(body.as_bytes()), "integratedTime": now(), "logID": "bb".repeat(32), "logIndex": 5,
        "verification": {"signedEntryTimestamp": base64([7; 70]), "inclusionProof": {
            "checkpoint": checkpoint, "hashes": [], "logIndex": 0, "rootHash": hex(&root), "treeSize": 1}},
    }})
}

/// The response to a timestamp query, by a throw-away authority; the query as asked or changed.
pub(crate) fn stamp(asked: &Asked, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let at = |seconds| Timestamp::from_unix(seconds).unwrap();
    let authority = ThrowAwayAuthority::new(&mut rand_core::OsRng, at(now() - 60), at(now() + 60)).unwrap();
    let mut query = asked.body.clone();
    change(&mut query);
    authority.answer(&query, at(now())).unwrap()
}

pub(crate) fn stamp_reply(bytes: Vec<u8>) -> Reply {
    Reply::Whole(201, vec![("Content-Type", "application/timestamp-reply".to_owned())], bytes)
}
