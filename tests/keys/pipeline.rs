//! Pipeline keys: what OpenSSL writes we read, what we sign and write OpenSSL reads.

use std::path::Path;
use std::process::Command;

use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::adapters::pipeline_key_error::PipelineKeyError;
use batchseal::attestation::sign::Signer;
use batchseal::model::hint::Hint;
use batchseal::model::key::PublicKey;
use batchseal::policy::release::KeySource;
use tempfile::tempdir;

use crate::tools::{chmod, has, must};

const PASSPHRASE: &str = "correct horse 42";
const MESSAGE: &[u8] = b"DSSEv1 4 text 5 hello";

const ALGORITHMS: [(&str, KeyAlgorithm, &[&str], &str); 3] = [
    ("ecdsa-p256", KeyAlgorithm::P256, &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "-sha256"),
    ("ecdsa-p384", KeyAlgorithm::P384, &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "-sha384"),
    ("ed25519", KeyAlgorithm::Ed25519, &["-algorithm", "ED25519"], ""),
];

fn openssl_key(folder: &Path, options: &[&str]) -> Vec<u8> {
    must(folder, &[&["openssl", "genpkey"], options, &["-out", "made.key"]].concat());
    std::fs::read(folder.join("made.key")).unwrap()
}

/// OpenSSL judges a signature made by `key`.
fn openssl_accepts(folder: &Path, key: &PipelineKey, digest: &str) -> bool {
    std::fs::write(folder.join("message"), MESSAGE).unwrap();
    std::fs::write(folder.join("signature"), key.sign(MESSAGE).unwrap()).unwrap();
    std::fs::write(folder.join("key.pub"), key.public_key().to_pem()).unwrap();
    let line: &[&str] = if digest.is_empty() {
        &["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pub", "-rawin", "-in", "message", "-sigfile"]
    } else {
        &["openssl", "dgst", digest, "-verify", "key.pub", "-signature"]
    };
    let tail: &[&str] = if digest.is_empty() { &["signature"] } else { &["signature", "message"] };
    crate::tools::run(folder, &[line, tail].concat()).status.success()
}

#[test]
fn loads_every_accepted_algorithm_of_openssl_and_openssl_accepts_the_signature() {
    if !has("openssl") {
        return;
    }
    for (name, _, options, digest) in ALGORITHMS {
        let folder = tempdir().unwrap();
        let key = PipelineKey::from_pem(&openssl_key(folder.path(), options), None).unwrap();
        assert_eq!(key.public_key().algorithm(), name);
        must(folder.path(), &["openssl", "pkey", "-in", "made.key", "-pubout", "-out", "made.pub"]);
        let public = std::fs::read_to_string(folder.path().join("made.pub")).unwrap();
        assert_eq!(PublicKey::parse_pem(&public).unwrap(), *key.public_key(), "{name}");
        assert!(openssl_accepts(folder.path(), &key, digest), "{name}");
        assert_eq!(key.sign(MESSAGE).unwrap(), key.sign(MESSAGE).unwrap(), "{name}: signatures are deterministic");
    }
}

#[test]
fn loads_encrypted_keys_of_openssl_with_pbkdf2_and_scrypt() {
    if !has("openssl") {
        return;
    }
    for (name, _, options, _) in ALGORITHMS {
        let folder = tempdir().unwrap();
        let plain = PipelineKey::from_pem(&openssl_key(folder.path(), options), None).unwrap();
        for kdf in [&["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"][..], &["-scrypt"]] {
            let line = ["openssl", "pkcs8", "-topk8", "-in", "made.key", "-out", "sealed.key", "-passout"];
            must(folder.path(), &[&line[..], &["pass:correct horse 42"], kdf].concat());
            let pem = std::fs::read(folder.path().join("sealed.key")).unwrap();
            let key = PipelineKey::from_pem(&pem, Some(PASSPHRASE)).unwrap();
            assert_eq!(key.public_key(), plain.public_key(), "{name} {kdf:?}");
            assert!(matches!(PipelineKey::from_pem(&pem, None), Err(PipelineKeyError::PassphraseNeeded)));
            assert!(matches!(PipelineKey::from_pem(&pem, Some("")), Err(PipelineKeyError::PassphraseNeeded)));
            assert!(matches!(PipelineKey::from_pem(&pem, Some("wrong")), Err(PipelineKeyError::PassphraseWrong)));
        }
    }
}

#[test]
fn openssl_reads_what_we_write_encrypted_and_not() {
    if !has("openssl") {
        return;
    }
    for (name, algorithm, _, digest) in ALGORITHMS {
        let folder = tempdir().unwrap();
        let key = PipelineKey::generate(algorithm);
        assert!(openssl_accepts(folder.path(), &key, digest), "{name}");
        for passphrase in [None, Some(PASSPHRASE)] {
            let pem = key.to_pkcs8_pem(passphrase).unwrap();
            assert_eq!(pem.contains("ENCRYPTED"), passphrase.is_some());
            std::fs::write(folder.path().join("ours.key"), pem.as_bytes()).unwrap();
            let public = must(
                folder.path(),
                &["openssl", "pkey", "-in", "ours.key", "-pubout", "-passin", "pass:correct horse 42"],
            );
            assert_eq!(public, key.public_key().to_pem(), "{name}");
            let again = PipelineKey::from_pem(pem.as_bytes(), passphrase).unwrap();
            assert_eq!(again.public_key(), key.public_key(), "{name}");
        }
    }
}

#[test]
fn a_signature_fails_over_another_message() {
    for (name, algorithm, ..) in ALGORITHMS {
        let key = PipelineKey::generate(algorithm);
        let signature = key.sign(MESSAGE).unwrap();
        assert!(key.public_key().verify(MESSAGE, &signature).is_ok(), "{name}");
        assert!(key.public_key().verify(b"another", &signature).is_err(), "{name}");
    }
}

#[test]
fn no_error_and_no_debug_text_holds_a_secret() {
    let key = PipelineKey::generate(KeyAlgorithm::P256);
    let plain = key.to_pkcs8_pem(None).unwrap();
    let sealed = key.to_pkcs8_pem(Some(PASSPHRASE)).unwrap();
    let secret = plain.lines().nth(1).unwrap();
    let wrong = PipelineKey::from_pem(sealed.as_bytes(), Some("my wrong passphrase")).unwrap_err();
    let cut = PipelineKey::from_pem(plain.replace('=', "").as_bytes(), None);
    let bare = PipelineKey::from_pem(secret.as_bytes(), None).unwrap_err();
    for text in [format!("{wrong} {wrong:?}"), format!("{bare} {bare:?}"), format!("{cut:?}"), format!("{key:?}")] {
        assert!(
            !text.contains("my wrong passphrase") && !text.contains(secret) && !text.contains(PASSPHRASE),
            "{text}"
        );
    }
    assert!(matches!(bare, PipelineKeyError::NotPem));
}

#[test]
fn refuses_other_forms_by_name_with_the_way_out() {
    if !has("openssl") {
        return;
    }
    let folder = tempdir().unwrap();
    let path = folder.path();
    let refusal = |options: &[&str]| {
        let error = PipelineKey::from_pem(&openssl_key(path, options), None).unwrap_err();
        (error.to_string(), error.hint().unwrap().into_owned())
    };
    let (rsa, hint) = refusal(&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    assert!(rsa.contains("RSA") && hint.contains("openssl genpkey"), "{rsa} {hint}");
    must(path, &["openssl", "rsa", "-traditional", "-in", "made.key", "-out", "pkcs1.key"]);
    let pkcs1 = PipelineKey::from_pem(&std::fs::read(path.join("pkcs1.key")).unwrap(), None).unwrap_err();
    assert!(pkcs1.to_string().contains("RSA"), "{pkcs1}");
    assert!(refusal(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]).0.contains("P-521"));
    assert!(refusal(&["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"]).0.contains("secp256k1"));
    assert!(refusal(&["-algorithm", "X25519"]).0.contains("X25519"));
    assert!(refusal(&["-algorithm", "ED448"]).0.contains("Ed448"));

    must(path, &["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sec1.key"]);
    let sec1 = PipelineKey::from_pem(&std::fs::read(path.join("sec1.key")).unwrap(), None).unwrap_err();
    assert!(sec1.to_string().contains("SEC1"), "{sec1}");
    assert!(sec1.hint().unwrap().contains("openssl pkcs8 -topk8"));
    must(path, &["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "sec1.key", "-out", "converted.key"]);
    assert!(PipelineKey::from_pem(&std::fs::read(path.join("converted.key")).unwrap(), None).is_ok());
}

#[test]
fn refuses_an_openssh_key_and_a_public_key_by_name() {
    let ssh = b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    let error = PipelineKey::from_pem(ssh, None).unwrap_err();
    assert!(error.to_string().contains("OpenSSH"), "{error}");
    let public = PipelineKey::generate(KeyAlgorithm::Ed25519).public_key().to_pem();
    assert!(PipelineKey::from_pem(public.as_bytes(), None).unwrap_err().to_string().contains("public key"));
}

#[test]
fn refuses_weak_or_boundless_encryption_without_deriving_a_key() {
    if !has("openssl") {
        return;
    }
    let folder = tempdir().unwrap();
    openssl_key(folder.path(), ALGORITHMS[0].2);
    let line = ["openssl", "pkcs8", "-topk8", "-in", "made.key", "-out", "weak.key", "-passout", "pass:x"];
    for options in [&["-v2prf", "hmacWithSHA1"][..], &["-v1", "PBE-SHA1-3DES"]] {
        must(folder.path(), &[&line[..], options].concat());
        let pem = std::fs::read(folder.path().join("weak.key")).unwrap();
        assert!(matches!(PipelineKey::from_pem(&pem, Some("x")), Err(PipelineKeyError::Encryption)), "{options:?}");
    }
    // N = 2^14 (02 02 40 00) becomes 0x6000, which is no power of two; p = 5 (02 01 05) becomes 0x7f.
    for (found, put) in [(&[2, 2, 0x40, 0][..], &[2, 2, 0x60, 0][..]), (&[2, 1, 5], &[2, 1, 0x7f])] {
        let error = PipelineKey::from_pem(altered(found, put).as_bytes(), Some("x")).unwrap_err();
        assert!(matches!(error, PipelineKeyError::Encryption), "{put:?}: {error}");
    }
}

/// Our own encrypted PEM with some bytes of its parameters replaced.
fn altered(found: &[u8], put: &[u8]) -> String {
    let pem = PipelineKey::generate(KeyAlgorithm::Ed25519).to_pkcs8_pem(Some("x")).unwrap();
    let (_, mut der) = pkcs8::der::pem::decode_vec(pem.as_bytes()).unwrap();
    let at = der.windows(found.len()).position(|window| window == found).unwrap();
    der[at..at + put.len()].copy_from_slice(put);
    pkcs8::der::pem::encode_string("ENCRYPTED PRIVATE KEY", pkcs8::LineEnding::LF, &der).unwrap()
}

#[test]
fn loads_a_private_file_and_refuses_one_that_others_can_read() {
    let folder = tempdir().unwrap();
    let key = PipelineKey::generate(KeyAlgorithm::P384);
    let path = folder.path().join("release.key");
    std::fs::write(&path, key.to_pkcs8_pem(None).unwrap().as_bytes()).unwrap();
    let source = KeySource::File("release.key".to_owned());
    for mode in [0o600, 0o400] {
        chmod(&path, mode);
        let loaded = PipelineKey::load(&source, None, folder.path()).unwrap();
        assert_eq!(loaded.public_key(), key.public_key());
    }
    if cfg!(unix) {
        for mode in [0o640, 0o604, 0o620, 0o644] {
            chmod(&path, mode);
            let error = PipelineKey::load(&source, None, folder.path()).unwrap_err();
            assert!(matches!(error, PipelineKeyError::Mode { .. }), "{mode:o}: {error}");
            assert!(error.hint().unwrap().starts_with("Run chmod 600"));
        }
    }
    let absent = PipelineKey::load(&KeySource::File("absent.key".to_owned()), None, folder.path());
    assert!(matches!(absent, Err(PipelineKeyError::File(_))));
}

/// Runs [`child_loads_the_key_of_its_environment`] in a process of its own, with the variables given.
fn child(variables: &[(&str, &str)]) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "pipeline::child_loads_the_key_of_its_environment", "--ignored", "--nocapture"])
        .env_remove("CHILD_KEY")
        .env_remove("CHILD_PASSPHRASE")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "run by the tests beside it, with an environment"]
fn child_loads_the_key_of_its_environment() {
    let passphrase = std::env::var_os("CHILD_PASSPHRASE").map(|_| "CHILD_PASSPHRASE");
    match PipelineKey::load(&KeySource::Env("CHILD_KEY".to_owned()), passphrase, Path::new(".")) {
        Ok(key) => println!("loaded {}", key.public_key().sha256()),
        Err(error) => println!("refused {error}"),
    }
}

#[test]
fn loads_a_key_from_the_environment_with_real_and_with_written_line_ends() {
    let key = PipelineKey::generate(KeyAlgorithm::P256);
    let expected = format!("loaded {}", key.public_key().sha256());
    let plain = key.to_pkcs8_pem(None).unwrap();
    assert!(child(&[("CHILD_KEY", &plain)]).contains(&expected));
    assert!(child(&[("CHILD_KEY", &plain.replace('\n', "\\n"))]).contains(&expected));
    assert!(child(&[("CHILD_KEY", &plain.replace('\n', "\r\n"))]).contains(&expected));
    let sealed = key.to_pkcs8_pem(Some(PASSPHRASE)).unwrap();
    assert!(child(&[("CHILD_KEY", &sealed), ("CHILD_PASSPHRASE", PASSPHRASE)]).contains(&expected));
    let wrong = child(&[("CHILD_KEY", &sealed), ("CHILD_PASSPHRASE", "not it at all")]);
    assert!(wrong.contains("refused") && !wrong.contains("not it at all"), "{wrong}");
}

#[test]
fn refuses_a_variable_that_is_absent_empty_or_no_key() {
    assert!(child(&[]).contains("CHILD_KEY for the signing key is not set"));
    assert!(child(&[("CHILD_KEY", " ")]).contains("is empty"));
    assert!(child(&[("CHILD_KEY", "release.key")]).contains("not PEM"));
    let key = PipelineKey::generate(KeyAlgorithm::P256).to_pkcs8_pem(None).unwrap();
    assert!(child(&[("CHILD_KEY", &key), ("CHILD_PASSPHRASE", "")]).contains("for the passphrase is empty"));
}
