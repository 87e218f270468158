//! Foreign Sigstore bundles through the client protocol of the sigstore-conformance suite: every case of the
//! suite's sample, and real bundles of four instances with their own roots and with each other's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, reason = "tests")]
#![allow(clippy::print_stdout, missing_docs, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use batchseal::model::digest::Sha256Digest;

const BEACON: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const GITHUB: &str = "https://token.actions.githubusercontent.com";

fn data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("BATCHSEAL_SHARED_DATA").map(|data| Path::new(&data).join(folder));
    let found = found.filter(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: BATCHSEAL_SHARED_DATA has no {folder}");
    }
    found
}

fn verify(bundle: &Path, who: &[&str], root: Option<&Path>, artifact: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_batchseal"));
    command.args(["conformance", "verify-bundle", "--bundle"]).arg(bundle).args(who);
    if let Some(root) = root {
        command.arg("--trusted-root").arg(root);
    }
    let output = command.arg(artifact).output().expect("program");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_case_of_the_suite_is_right_by_file_and_by_digest() {
    let Some(suite) = data("sigstore-conformance") else { return };
    let (mut accepted, mut refused) = (0, 0);
    for entry in fs::read_dir(&suite).expect("folder") {
        let folder = entry.expect("entry").path();
        let bundle = folder.join("bundle.sigstore.json");
        if !bundle.is_file() {
            continue;
        }
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        let there = |file: &str| Some(folder.join(file)).filter(|path| path.is_file());
        let text = |file: &str, default: &str| {
            there(file).map_or(default.to_owned(), |path| fs::read_to_string(path).expect("text"))
        };
        let artifact = there("artifact").unwrap_or_else(|| suite.join("a.txt"));
        let (identity, issuer) = (text("identity", BEACON), text("issuer", GITHUB));
        let key = there("key.pub").map(|path| path.to_string_lossy().into_owned());
        let who = match &key {
            Some(key) => vec!["--key", key.as_str()],
            None => vec!["--certificate-identity", identity.trim(), "--certificate-oidc-issuer", issuer.trim()],
        };
        let digest = Sha256Digest::of(&fs::read(&artifact).expect("artifact")).to_string();
        let must_fail = name.ends_with("_fail");
        for given in [artifact.to_str().expect("path"), &digest] {
            let (code, said) = verify(&bundle, &who, there("trusted_root.json").as_deref(), given);
            let right = if must_fail { matches!(code, 1 | 3) } else { code == 0 };
            assert!(right, "{name} with {given}: exit {code}: {said}");
        }
        *(if must_fail { &mut refused } else { &mut accepted }) += 1;
    }
    println!("{accepted} cases accepted, {refused} refused");
    assert!(accepted >= 10 && refused >= 20, "{accepted} and {refused}");
}

/// A real bundle: its file, its root, who signed it, and what.
struct Real {
    bundle: &'static str,
    root: &'static str,
    who: &'static [&'static str],
    artifact: &'static str,
}

const CONDA: &str = "sha256:54303491a8418fbed24344b513546182c29b43bf282ceb433af65e2299f9271f";

const REAL: [Real; 5] = [
    Real {
        bundle: "conda-attestation.sigstore.json",
        root: "trusted_root.public-good.json",
        who: &[
            "--certificate-identity",
            "https://github.com/prefix-dev/sigstore-example/.github/workflows/action.yaml@refs/heads/main",
            "--certificate-oidc-issuer",
            GITHUB,
        ],
        artifact: CONDA,
    },
    Real {
        bundle: "conda-attestation-rekor2.sigstore.json",
        root: "trusted_root_staging.json",
        who: &["--certificate-identity", "jku@goto.fi", "--certificate-oidc-issuer", "https://github.com/login/oauth"],
        artifact: CONDA,
    },
    Real {
        bundle: "cosign-v3-blob.sigstore.json",
        root: "trusted_root.public-good.json",
        who: &[
            "--certificate-identity",
            "w.vollprecht@gmail.com",
            "--certificate-oidc-issuer",
            "https://github.com/login/oauth",
        ],
        artifact: "sha256:e194b99df6639501325c5f44da79fe3a8efae6f239bd79443a19787e06fb1764",
    },
    Real {
        bundle: "github-private-attestation.sigstore.json",
        root: "trusted_root_github.json",
        who: &["--certificate-identity", "https://dotcom.releases.github.com"],
        artifact: "sha256:76f1fe8593bf227cca2c089e3c16dc95014a8d3e89c5dd220530469ca043c428",
    },
    Real {
        bundle: "sigstore.js@2.0.0-provenance.sigstore.json",
        root: "trusted_root.public-good.json",
        who: &[
            "--certificate-identity",
            "https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main",
            "--certificate-oidc-issuer",
            GITHUB,
        ],
        artifact: "sha512:46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c",
    },
];

#[test]
fn real_bundles_verify_with_their_own_root_signer_and_file_and_with_no_other() {
    let Some(folder) = data("bundles") else { return };
    let mut crossed = 0;
    for real in &REAL {
        let bundle = folder.join(real.bundle);
        let (code, said) = verify(&bundle, real.who, Some(&folder.join(real.root)), real.artifact);
        assert_eq!(code, 0, "{}: {said}", real.bundle);
        for other in &REAL {
            for (root, who, artifact) in [
                (other.root, real.who, real.artifact),
                (real.root, other.who, real.artifact),
                (real.root, real.who, other.artifact),
            ] {
                if (root, who, artifact) == (real.root, real.who, real.artifact) {
                    continue;
                }
                let (code, said) = verify(&bundle, who, Some(&folder.join(root)), artifact);
                assert_eq!(code, 1, "{} with {root}, {who:?}, {artifact}: {said}", real.bundle);
                crossed += 1;
            }
        }
        let without_issuer = &real.who[..2];
        let (code, _) = verify(&bundle, without_issuer, Some(&folder.join(real.root)), real.artifact);
        assert_eq!(code, i32::from(real.who.len() > 2), "{}: an issuer that nobody asked for", real.bundle);
    }
    println!("{} bundles accepted, {crossed} crossings refused", REAL.len());
}
