//! The Sigstore project's own servers, where an instance of them runs: `tests/interop/sigstore/start DIR`, its `env`
//! in the environment, and `cargo test --test online -- --ignored`.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use batchseal::adapters::online::identity::TokenSource;
use batchseal::adapters::online::keyless::KeylessSigner;
use batchseal::adapters::online::stamped::Stamped;
use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::{Signer, attest_bytes};
use batchseal::attestation::signing_services::SigningServices;
use batchseal::model::time::Timestamp;

use crate::instance::{now, sha256};
use crate::server::steady;

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("skipped: {name} is not set (no instance runs)");
    }
    value
}

fn statement(artifact: &[u8]) -> Vec<u8> {
    let digest = batchseal::model::digest::to_hex(&sha256(artifact));
    serde_json::json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "artifact", "digest": {"sha256": digest}}],
        "predicateType": "https://example.com/predicate/v1", "predicate": {"a": 1},
    })
    .to_string()
    .into_bytes()
}

fn services() -> Option<SigningServices> {
    let config = std::fs::read(variable("SIGNING_CONFIG")?).unwrap();
    Some(SigningServices::of_config(&config, Timestamp::from_unix(now()).unwrap()).unwrap())
}

fn write(folder: &Path, name: &str, signer: &dyn Signer) {
    std::fs::write(folder.join("artifact"), b"artifact").unwrap();
    let attestation = attest_bytes(statement(b"artifact"), signer).unwrap();
    std::fs::write(folder.join(name), attestation.bundle).unwrap();
}

#[test]
#[ignore = "needs the servers of tests/interop/sigstore"]
fn signs_with_the_real_servers_so_that_cosign_verifies_it() {
    let Some(services) = services() else { return };
    assert!(services.check_public(false).is_ok());
    let source = TokenSource::of_environment(None).unwrap();
    let signer = KeylessSigner::new(Arc::new(steady()), services, source, "sigstore");
    let kept = std::env::var_os("BATCHSEAL_KEEP").map(std::path::PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let folder = kept.as_deref().unwrap_or(temporary.path());
    write(folder, "one.sigstore.json", &signer);
    write(folder, "two.sigstore.json", &signer);
    let read = |name| std::fs::read(folder.join(name)).unwrap();
    assert_eq!(read("one.sigstore.json"), read("two.sigstore.json"));
    let (Some(cosign), Some(root)) = (variable("COSIGN"), variable("TRUSTED_ROOT")) else { return };
    let (Some(identity), Some(issuer)) = (variable("GITHUB_IDENTITY"), variable("OIDC_GITHUB")) else { return };
    for name in ["one.sigstore.json", "two.sigstore.json"] {
        let verify = |identity: &str| {
            Command::new(&cosign)
                .args(["verify-blob-attestation", "--new-bundle-format", "--type", "https://example.com/predicate/v1"])
                .args(["--certificate-identity", identity, "--certificate-oidc-issuer", &issuer])
                .args(["--use-signed-timestamps", "--trusted-root", &root, "--bundle"])
                .arg(folder.join(name))
                .arg(folder.join("artifact"))
                .output()
                .unwrap()
        };
        let output = verify(&identity);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!verify("https://github.com/other/repo/.github/workflows/x.yml@refs/heads/main").status.success());
    }
}

#[test]
#[ignore = "needs the servers of tests/interop/sigstore"]
fn stamps_signatures_of_a_key_of_ones_own() {
    let Some(services) = services() else { return };
    let key = PipelineKey::generate(KeyAlgorithm::P256);
    let signer = Stamped::new(key, Arc::new(steady()), services.stamp_authorities().to_vec());
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "key.sigstore.json", &signer);
    std::fs::write(folder.path().join("key.pub"), signer.public_key().to_pem()).unwrap();
    let (Some(cosign), Some(root)) = (variable("COSIGN"), variable("TRUSTED_ROOT")) else { return };
    let output = Command::new(cosign)
        .args(["verify-blob-attestation", "--new-bundle-format", "--type", "https://example.com/predicate/v1"])
        .args(["--insecure-ignore-tlog", "--use-signed-timestamps", "--key"])
        .arg(folder.path().join("key.pub"))
        .args(["--trusted-root", &root, "--bundle"])
        .arg(folder.path().join("key.sigstore.json"))
        .arg(folder.path().join("artifact"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
