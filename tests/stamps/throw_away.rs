//! The throw-away authority: its stamps verify, say what they are, and `openssl ts` agrees.

use std::path::Path;
use std::process::{Command, Output};

use batchseal::attestation::stamp::throw_away::ThrowAwayAuthority;
use batchseal::attestation::stamp::{Imprint, StampError, StampHash, claims, request, token_of_response, verify};
use batchseal::model::time::Timestamp;
use batchseal::policy::anchors::StampAuthority;
use batchseal::policy::trust::Window;
use rand_core::OsRng;

use crate::fixture::{message, path};

pub fn day() -> Timestamp {
    Timestamp::parse("2026-11-23T14:05:00+05:30").expect("time")
}

pub fn authority() -> ThrowAwayAuthority {
    ThrowAwayAuthority::new(&mut OsRng, day().plus_seconds(-60), day().plus_seconds(86_400)).expect("authority")
}

#[test]
fn issues_stamps_that_verify_and_say_that_they_are_thrown_away() {
    let tsa = authority();
    let token = tsa.issue(b"message", day()).expect("token");
    let stamp = verify(&token, b"message", &[tsa.authority()]).expect("stamp");
    assert_eq!((stamp.time, stamp.time.to_string().as_str()), (day(), "2026-11-23T08:35:00Z"));
    assert!(stamp.authority.contains("not trusted"), "{}", stamp.authority);
    assert!(claims(&token).expect("claims").authority.contains("not to be trusted"));
    assert_eq!(token, tsa.issue(b"message", day()).expect("token"));
    assert_ne!(token, tsa.issue(b"message", day().plus_seconds(1)).expect("token"));
}

#[test]
fn rejects_stamps_of_another_throw_away_authority_and_out_of_its_days() {
    let tsa = authority();
    let token = tsa.issue(b"message", day()).expect("token");
    let other = verify(&token, b"message", &[authority().authority()]);
    assert!(other.is_err(), "{other:?}");
    for late in [day().plus_seconds(-61), day().plus_seconds(86_401)] {
        let token = tsa.issue(b"message", late).expect("token");
        let error = verify(&token, b"message", &[tsa.authority()]).expect_err("late");
        assert!(matches!(error, StampError::Chain { .. }), "{error}");
    }
}

/// Runs `openssl`, or says that it is not there.
fn openssl(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).env_remove("OPENSSL_CONF").output();
    if output.is_err() {
        println!("skipped: openssl is not installed");
    }
    output.ok()
}

fn pem(der: &[u8], folder: &Path, name: &str) {
    std::fs::write(folder.join("der"), der).expect("file");
    openssl(folder, &["x509", "-inform", "DER", "-in", "der", "-out", name]).expect("openssl");
}

#[test]
fn openssl_accepts_throw_away_stamps_and_only_over_their_message() {
    let folder = tempfile::tempdir().expect("folder");
    let tsa = authority();
    let at = folder.path();
    std::fs::write(at.join("message"), b"message").expect("file");
    std::fs::write(at.join("other"), b"other").expect("file");
    std::fs::write(at.join("token"), tsa.issue(b"message", day()).expect("token")).expect("file");
    if openssl(at, &["version"]).is_none() {
        return;
    }
    pem(tsa.root(), at, "root.pem");
    let time = day().unix().to_string();
    let mut seen = Vec::new();
    for data in ["message", "other"] {
        let arguments =
            ["ts", "-verify", "-data", data, "-in", "token", "-token_in", "-CAfile", "root.pem", "-attime", &time];
        let output = openssl(at, &arguments).expect("openssl");
        seen.push(output.status.success());
    }
    assert_eq!(seen, [true, false]);
}

#[test]
fn openssl_answers_our_request_and_we_believe_the_answer() {
    let folder = tempfile::tempdir().expect("folder");
    let at = folder.path();
    let config = "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n\
                  digests = sha256, sha384, sha512\ness_cert_id_alg = sha256\n";
    std::fs::write(at.join("ts.cnf"), config).expect("file");
    std::fs::write(at.join("serial"), "01").expect("file");
    let imprint = Imprint::of(StampHash::Sha512, &message());
    let asked = request(&imprint, 0x0123_4567_89ab_cdef).expect("request");
    std::fs::write(at.join("request.tsq"), &asked).expect("file");
    let extensions = "[req]\ndistinguished_name=dn\n[dn]\n[tsa]\nkeyUsage=critical,digitalSignature\n\
                      extendedKeyUsage=critical,timeStamping\n";
    std::fs::write(at.join("req.cnf"), extensions).expect("file");
    let key = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem"];
    if openssl(at, &key).is_none() {
        return;
    }
    for arguments in [
        "req -x509 -new -config req.cnf -extensions tsa -key key.pem -subj /CN=own -days 2 -out own.pem",
        "x509 -in own.pem -outform DER -out own.der",
        "ts -reply -config ts.cnf -queryfile request.tsq -inkey key.pem -signer own.pem -out answer.tsr",
    ] {
        let output = openssl(at, &arguments.split(' ').collect::<Vec<_>>()).expect("openssl");
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let answer = std::fs::read(at.join("answer.tsr")).expect("answer");
    let token = token_of_response(&answer, &asked).expect("token");
    let own = StampAuthority {
        name: "own".to_owned(),
        certificates: vec![std::fs::read(at.join("own.der")).expect("certificate")],
        window: Window::default(),
    };
    let stamp = verify(&token, &message(), &[own]).expect("stamp");
    assert_eq!((stamp.hash, stamp.authority.as_str()), (StampHash::Sha512, "own"));
    assert!(path("make.sh").is_file());
}
