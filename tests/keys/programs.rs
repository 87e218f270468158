//! Programs that sign: their answers, their bad days, and what they may see.

use std::path::Path;
use std::time::{Duration, Instant};

use batchseal::adapters::signer_program::{MAX_ANSWER, ProgramError, ProgramSigner};
use batchseal::attestation::sign::{AttestError, Signer, attest_bytes};
use batchseal::policy::release::SignerProgram;

use super::tools::{chmod, has, must};

/// A shell script as the signer, beside `p.key` and `p.pub`.
fn signer(folder: &Path, script: &str, environment: &[&str]) -> Result<ProgramSigner, ProgramError> {
    let path = folder.join("signer.sh");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    chmod(&path, 0o700);
    let program = SignerProgram {
        command: vec![path.display().to_string(), folder.display().to_string()],
        public_key: "p.pub".to_owned(),
        environment: environment.iter().map(|name| (*name).to_owned()).collect(),
    };
    ProgramSigner::new(&program, folder)
}

/// A folder with a fresh key pair by OpenSSL.
fn workshop(algorithm: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    must(folder.path(), &[&["openssl", "genpkey", "-out", "p.key", "-algorithm"], algorithm].concat());
    must(folder.path(), &["openssl", "pkey", "-in", "p.key", "-pubout", "-out", "p.pub"]);
    folder
}

const P256: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const STATEMENT: &[u8] = b"{\"_type\":\"x\"}";

#[test]
fn takes_signatures_raw_and_in_base64() {
    if !has("openssl") {
        return;
    }
    for (algorithm, digest) in [(P256, "-sha256"), (P384, "-sha384")] {
        let folder = workshop(algorithm);
        let raw = format!("exec openssl dgst {digest} -sign \"$1/p.key\"");
        let text = format!("openssl dgst {digest} -sign \"$1/p.key\" | openssl base64 -A");
        for script in [raw, text.clone(), format!("{text}; echo"), format!("{text}; printf '\\r\\n'")] {
            let signer = signer(folder.path(), &script, &[]).unwrap();
            let attestation = attest_bytes(STATEMENT.to_vec(), &signer).unwrap();
            assert_eq!(attestation.statement, STATEMENT);
        }
    }
    let folder = workshop(&["ED25519"]);
    let script = "cat > \"$1/m\"; openssl pkeyutl -sign -rawin -in \"$1/m\" -inkey \"$1/p.key\"";
    assert!(attest_bytes(STATEMENT.to_vec(), &signer(folder.path(), script, &[]).unwrap()).is_ok());
}

#[test]
fn signs_messages_larger_than_a_pipe_holds() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    let signer = signer(folder.path(), "exec openssl dgst -sha256 -sign \"$1/p.key\"", &[]).unwrap();
    assert!(attest_bytes(vec![b'x'; 3 << 20], &signer).is_ok());
}

#[test]
fn refuses_signatures_that_do_not_verify() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    must(folder.path(), &[&["openssl", "genpkey", "-out", "o.key", "-algorithm"], P256].concat());
    for script in [
        "exec openssl dgst -sha256 -sign \"$1/o.key\"",
        "echo something else | openssl dgst -sha256 -sign \"$1/p.key\"",
        "exec openssl dgst -sha384 -sign \"$1/p.key\"",
    ] {
        let refused = attest_bytes(STATEMENT.to_vec(), &signer(folder.path(), script, &[]).unwrap());
        assert!(matches!(refused, Err(AttestError::SelfCheck(_))), "{script}: {refused:?}");
    }
}

#[test]
fn refuses_answers_that_are_no_signature() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    for script in [
        "true",
        "echo hello",
        "openssl dgst -sha256 -sign \"$1/p.key\"; echo",
        "openssl dgst -sha256 -sign \"$1/p.key\" | openssl base64",
        "printf ' '; openssl dgst -sha256 -sign \"$1/p.key\" | openssl base64 -A",
        "openssl dgst -sha256 -sign \"$1/p.key\" | openssl base64 -A | tr -d =; printf =======",
        "head -c 64 /dev/zero",
    ] {
        let refused = signer(folder.path(), script, &[]).unwrap().answer(STATEMENT);
        assert!(matches!(refused, Err(ProgramError::Answer { .. })), "{script}: {refused:?}");
    }
}

#[test]
fn ends_programs_that_hang_and_what_they_started() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    for script in ["sleep 60", "sleep 60 & sleep 60", "cat > /dev/null; exec 1>&-; sleep 60"] {
        let signer = signer(folder.path(), script, &[]).unwrap().with_time_limit(Duration::from_millis(300));
        let started = Instant::now();
        let refused = signer.answer(STATEMENT);
        assert!(matches!(refused, Err(ProgramError::TimedOut { .. })), "{script}: {refused:?}");
        assert!(started.elapsed() < Duration::from_secs(20), "{script}");
    }
}

#[test]
fn refuses_too_much_output_and_exit_codes() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    let signs = "openssl dgst -sha256 -sign \"$1/p.key\"";
    for script in ["cat /dev/zero".to_owned(), format!("head -c {} /dev/zero", MAX_ANSWER + 1)] {
        let refused = signer(folder.path(), &script, &[]).unwrap().answer(STATEMENT);
        assert!(matches!(refused, Err(ProgramError::TooMuch(_))), "{script}: {refused:?}");
    }
    for (script, ending) in [(format!("{signs}; exit 1"), "exit code 1"), (format!("{signs}; kill -9 $$"), "a signal")]
    {
        let signer = signer(folder.path(), &script, &[]).unwrap();
        let error = signer.answer(STATEMENT).unwrap_err();
        assert!(error.to_string().contains(ending), "{error}");
        assert!(signer.sign(STATEMENT).is_err());
    }
}

#[test]
fn refuses_programs_and_public_keys_that_are_not_there() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    let root = folder.path();
    let new = |command: &str, public_key: &str| {
        let (command, public_key) = (vec![command.to_owned()], public_key.to_owned());
        ProgramSigner::new(&SignerProgram { command, public_key, environment: Vec::new() }, root)
    };
    let plain = root.join("p.pub").display().to_string();
    for command in ["/no/such/program", &plain, "p.pub", &root.display().to_string()] {
        assert!(matches!(new(command, "p.pub"), Err(ProgramError::NotThere(_))), "{command}");
    }
    assert!(matches!(new("/bin/sh", "absent.pub"), Err(ProgramError::File(_))));
    assert!(matches!(new("/bin/sh", "p.key"), Err(ProgramError::PublicKey(_))));
    assert!(new("/bin/sh", "p.pub").is_ok());
}

#[test]
fn shows_programs_only_the_variables_that_are_listed() {
    if !has("openssl") {
        return;
    }
    let folder = workshop(P256);
    // Cargo sets both for this test; neither is in the built-in list.
    let script = "env > \"$1/env\"; exec openssl dgst -sha256 -sign \"$1/p.key\"";
    signer(folder.path(), script, &["CARGO_PKG_NAME"]).unwrap().answer(STATEMENT).unwrap();
    let seen = std::fs::read_to_string(folder.path().join("env")).unwrap();
    assert!(seen.contains("CARGO_PKG_NAME=batchseal"), "{seen}");
    assert!(seen.contains("PATH="), "{seen}");
    assert!(!seen.contains("CARGO_PKG_VERSION") && !seen.contains("CARGO_MANIFEST_DIR"), "{seen}");
}
