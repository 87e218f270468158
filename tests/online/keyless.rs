//! Keyless signing from token to bundle, and every answer that must end it.

use std::sync::Arc;

use batchseal::adapters::online::identity::TokenSource;
use batchseal::adapters::online::keyless::KeylessSigner;
use batchseal::attestation::sign::{AttestError, Attestation, SignerError, attest_bytes};
use batchseal::attestation::signing_services::{RawServices, SigningServices};
use batchseal::attestation::sigstore_bundle::{Material, SigstoreBundle};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::instance::{base64, entry_v1, entry_v2, issue, now, sha256, stamp, stamp_reply, token};
use crate::server::{Asked, Reply, Server, steady};

/// What one service answers instead of the sound answer.
type Change = fn(&Asked, Reply) -> Reply;

fn instance(path: &'static str, change: Change) -> Server {
    Server::start(move |_, asked| {
        let sound = match asked.path.as_str() {
            "/api/v2/signingCert" => issue(asked, |_| {}),
            "/api/v1/log/entries" => Reply::json(201, entry_v1(asked)),
            "/api/v2/log/entries" => Reply::json(201, entry_v2(asked)),
            "/tsa" => stamp_reply(stamp(asked, |_| {})),
            other => panic!("{other}"),
        };
        if asked.path == path { change(asked, sound) } else { sound }
    })
}

fn services(server: &Server, versions: &[u32], stamps: usize) -> SigningServices {
    let base = server.url("").as_str().to_owned();
    SigningServices::of_urls(&RawServices {
        fulcio: base.clone(),
        rekor: versions.iter().map(|version| (base.clone(), *version)).collect(),
        tsa: vec![format!("{base}/tsa"); stamps],
        plain_http: false,
    })
    .unwrap()
}

fn signer(server: &Server, token: &Zeroizing<String>) -> KeylessSigner {
    let source = TokenSource::Variable(token.clone());
    KeylessSigner::new(Arc::new(steady()), services(server, &[2], 1), source, "sigstore")
}

fn sign(signer: &KeylessSigner) -> Result<Attestation, String> {
    attest_bytes(b"{\"a\":1}".to_vec(), signer).map_err(|error| match error {
        AttestError::Signer(SignerError::Service(text) | SignerError::Identity(text)) => text,
        other => panic!("{other}"),
    })
}

#[test]
fn signs_with_a_certificate_log_entries_and_stamps() {
    let server = instance("", |_, sound| sound);
    let services = services(&server, &[1, 2], 2);
    let source = TokenSource::Variable(token("sigstore", now() + 300));
    let signer = KeylessSigner::new(Arc::new(steady()), services, source, "sigstore");
    let bundle = SigstoreBundle::decode(&sign(&signer).unwrap().bundle).unwrap();
    assert!(matches!(&bundle.material, Material::Certificates(chain) if chain.len() == 1));
    let kinds: Vec<&str> = bundle.log_entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!((kinds, bundle.stamps.len()), (vec!["dsse", "hashedrekord"], 2));
    // Cosign and sigstore-python read a TimeStampResp there.
    let text = String::from_utf8(bundle.encode().unwrap()).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    let stamp = &value["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"][0]["signedTimestamp"];
    let stamp = <base64ct::Base64 as base64ct::Encoding>::decode_vec(stamp.as_str().unwrap()).unwrap();
    assert!(stamp.windows(5).take(5).any(|window| window == [0x30, 3, 2, 1, 0]), "{stamp:02x?}");
    assert_eq!(stamp, bundle.stamps[0]);
}

#[test]
fn asks_for_one_certificate_for_many_signatures() {
    let server = instance("", |_, sound| sound);
    let signer = signer(&server, &token("sigstore", now() + 300));
    let certificates: Vec<_> = (0..3)
        .map(|number| {
            let attestation = attest_bytes(format!("{{\"number\":{number}}}").into_bytes(), &signer).unwrap();
            match SigstoreBundle::decode(&attestation.bundle).unwrap().material {
                Material::Certificates(chain) => chain,
                Material::Key(_) => panic!("no certificate"),
            }
        })
        .collect();
    assert!(certificates.windows(2).all(|pair| pair[0] == pair[1]));
    let asked = server.asked();
    assert_eq!(asked.iter().filter(|asked| asked.path == "/api/v2/signingCert").count(), 1);
    assert_eq!(asked.len(), 7);
}

#[test]
fn submits_the_same_signature_to_no_log_twice() {
    let server = Server::start(|number, asked| match asked.path.as_str() {
        "/api/v2/signingCert" => issue(asked, |_| {}),
        "/api/v2/log/entries" if number == 1 => Reply::json(201, entry_v2(asked)),
        "/api/v2/log/entries" => Reply::json(409, "{\"code\":6}"),
        _ => stamp_reply(stamp(asked, |_| {})),
    });
    let signer = signer(&server, &token("sigstore", now() + 300));
    assert_eq!(sign(&signer).unwrap(), sign(&signer).unwrap());
    assert_eq!(server.asked().len(), 3);
    let error = attest_bytes(b"{\"other\":1}".to_vec(), &signer).unwrap_err().to_string();
    assert!(error.contains("answered 409") && error.contains("Run the command again"), "{error}");
}

#[test]
fn asks_for_another_certificate_when_the_first_is_about_to_expire() {
    let server = instance("/api/v2/signingCert", |asked, _| issue(asked, |wanted| wanted.to = now() + 61));
    let signer = signer(&server, &token("sigstore", now() + 300));
    sign(&signer).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2100));
    sign(&signer).unwrap();
    assert_eq!(server.asked().iter().filter(|asked| asked.path == "/api/v2/signingCert").count(), 2);
}

#[test]
fn asks_no_service_with_a_token_that_cannot_be_used() {
    for text in [token("sigstore", now() - 1), token("other", now() + 300), Zeroizing::new("x".to_owned())] {
        let server = instance("", |_, sound| sound);
        let error = sign(&signer(&server, &text)).unwrap_err();
        assert!(error.starts_with("identity token"), "{error}");
        assert!(server.asked().is_empty(), "{error}");
    }
}

#[test]
fn makes_no_bundle_without_a_sound_certificate() {
    let cases: [(Change, &str); 4] = [
        (|asked, _| issue(asked, |wanted| wanted.sct = false), "no signed certificate timestamp"),
        (|asked, _| issue(asked, |wanted| wanted.to = now() + 5), "is in force from"),
        (|_, _| Reply::json(201, "{}"), "not a signing certificate"),
        (
            |asked, _| {
                issue(asked, |wanted| {
                    use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
                    use batchseal::attestation::sign::Signer as _;
                    wanted.key = PipelineKey::generate(KeyAlgorithm::P256).public_key().to_der();
                })
            },
            "for another key",
        ),
    ];
    for (change, reason) in cases {
        let server = instance("/api/v2/signingCert", change);
        let error = sign(&signer(&server, &token("sigstore", now() + 300))).unwrap_err();
        assert!(error.starts_with("certificate authority http://127.0.0.1:") && error.contains(reason), "{error}");
        assert_eq!(server.asked().len(), 1, "{error}");
    }
}

#[test]
fn makes_no_bundle_without_every_log_and_stamp() {
    let cases: [(&'static str, Change, &str); 7] = [
        ("/api/v2/log/entries", |_, _| Reply::json(500, "down"), "answered 500: down (asked 4 times)"),
        ("/api/v2/log/entries", |_, _| Reply::json(409, "there already"), "answered 409"),
        ("/api/v2/log/entries", |_, _| Reply::json(201, "<html>"), "not a log entry"),
        (
            "/api/v2/log/entries",
            |asked, _| {
                let mut other = asked.clone();
                let text = String::from_utf8(other.body).unwrap();
                let mut value: Value = serde_json::from_str(&text).unwrap();
                value["hashedRekordRequestV002"]["digest"] = json!(base64(sha256(b"other")));
                other.body = value.to_string().into_bytes();
                Reply::json(201, entry_v2(&other))
            },
            "another digest",
        ),
        ("/tsa", |asked, _| stamp_reply(stamp(asked, |query| query[30] ^= 1)), "imprint"),
        (
            "/tsa",
            |asked, _| {
                stamp_reply(stamp(asked, |query| {
                    let last = query.len() - 4;
                    query[last] ^= 1;
                }))
            },
            "nonce",
        ),
        ("/tsa", |_, _| Reply::json(200, "{}"), "strict DER"),
    ];
    for (path, change, reason) in cases {
        let server = instance(path, change);
        let error = sign(&signer(&server, &token("sigstore", now() + 300))).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn repeats_the_token_in_no_error() {
    let text = token("sigstore", now() + 300);
    for status in [400, 401, 500] {
        // The whole request comes back, token and all.
        let server = Server::start(move |_, asked| Reply::json(status, String::from_utf8_lossy(&asked.body)));
        let signer = signer(&server, &text);
        let error = sign(&signer).unwrap_err();
        let shown = format!("{error} {signer:?}");
        assert!(shown.contains(&format!("answered {status}")), "{shown}");
        assert!(text.split('.').all(|part| !shown.contains(part)), "{shown}");
        assert!(!shown.contains("eyJ"), "{shown}");
    }
}

#[test]
fn fetches_the_entry_that_a_conflict_names_from_the_same_host() {
    let id = "aa".repeat(40);
    let answer = move |location: String| {
        let id = "aa".repeat(40);
        let entry = std::sync::Mutex::new(Value::Null);
        Server::start(move |_, asked| match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/api/v2/signingCert") => issue(asked, |_| {}),
            ("POST", "/api/v1/log/entries") => {
                *entry.lock().unwrap() = entry_v1(asked);
                Reply::Whole(409, vec![("Location", location.clone())], b"{}".to_vec())
            }
            ("GET", path) if path == format!("/api/v1/log/entries/{id}") => {
                Reply::json(200, entry.lock().unwrap().clone())
            }
            other => panic!("{other:?}"),
        })
    };
    let try_it = |server: &Server| {
        let source = TokenSource::Variable(token("sigstore", now() + 300));
        sign(&KeylessSigner::new(Arc::new(steady()), services(server, &[1], 0), source, "sigstore"))
    };
    for location in [format!("/api/v1/log/entries/{id}"), format!("https://elsewhere.example/{id}")] {
        let server = answer(location);
        let bundle = SigstoreBundle::decode(&try_it(&server).unwrap().bundle).unwrap();
        assert_eq!(bundle.log_entries.len(), 1);
    }
    for location in ["", "/api/v1/log/entries/../../x", "/"] {
        let error = try_it(&answer(location.to_owned())).unwrap_err();
        assert!(error.contains("409"), "{error}");
    }
}
