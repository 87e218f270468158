//! Trust roots from a TUF repository that is made here, and from what is left of it without a network.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use batchseal::adapters::online::trust_repository::{Target, TrustRepositoryError, of_folder, refresh_into};
use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::Signer;
use batchseal::commands::{Cli, run};
use batchseal::exit::ExitStatus;
use batchseal::model::digest::{Sha256Digest, to_hex};
use batchseal::model::time::Timestamp;
use clap::Parser;
use serde_json::{Value, json};

use crate::instance::{now, sha256};
use crate::server::{Reply, Server, steady};

const ROOT: &[u8] = b"{\"trusted\":\"root\"}";
const CONFIG: &[u8] = b"{\"signing\":\"config\"}";

/// OLPC canonical JSON of what metadata holds: sorted keys, no space.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map.iter().collect();
            let items: Vec<String> =
                sorted.iter().map(|(key, value)| format!("{}:{}", json!(key), canonical(value))).collect();
            format!("{{{}}}", items.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// A repository with one key for everything.
struct Repository {
    key: PipelineKey,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Repository {
    fn new() -> Self {
        let made = Self { key: PipelineKey::generate(KeyAlgorithm::Ed25519), files: Arc::default() };
        made.publish(1, "2099-01-01T00:00:00Z", &[("trusted_root.json", ROOT), ("signing_config.v0.2.json", CONFIG)]);
        made
    }

    fn signed(&self, signed: &Value) -> Vec<u8> {
        let signature = self.key.sign(canonical(signed).as_bytes()).unwrap();
        json!({"signed": signed, "signatures": [{"keyid": "k", "sig": to_hex(&signature)}]}).to_string().into_bytes()
    }

    fn root(&self) -> Vec<u8> {
        // The raw key ends the SubjectPublicKeyInfo.
        let der = self.key.public_key().to_der();
        let role = json!({"keyids": ["k"], "threshold": 1});
        let public = to_hex(&der[der.len() - 32..]);
        self.signed(&json!({
            "_type": "root", "spec_version": "1.0", "version": 1, "expires": "2099-01-01T00:00:00Z",
            "consistent_snapshot": true,
            "keys": {"k": {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public}}},
            "roles": {"root": role, "timestamp": role, "snapshot": role, "targets": role},
        }))
    }

    fn publish(&self, version: u64, expires: &str, targets: &[(&str, &[u8])]) {
        let common = |kind: &str| json!({"_type": kind, "spec_version": "1.0", "version": version, "expires": expires});
        let mut files = self.files.lock().unwrap();
        let mut listed = common("targets");
        listed["targets"] = json!({});
        for (name, bytes) in targets {
            let hash = to_hex(&sha256(bytes));
            listed["targets"][name] = json!({"length": bytes.len(), "hashes": {"sha256": hash}});
            files.insert(format!("/targets/{hash}.{name}"), bytes.to_vec());
        }
        files.insert(format!("/{version}.targets.json"), self.signed(&listed));
        let mut snapshot = common("snapshot");
        snapshot["meta"] = json!({"targets.json": {"version": version}});
        files.insert(format!("/{version}.snapshot.json"), self.signed(&snapshot));
        let mut timestamp = common("timestamp");
        timestamp["meta"] = json!({"snapshot.json": {"version": version}});
        files.insert("/timestamp.json".to_owned(), self.signed(&timestamp));
    }

    fn serve(&self) -> Server {
        let files = Arc::clone(&self.files);
        Server::start(move |_, asked| match files.lock().unwrap().get(&asked.path) {
            Some(bytes) => Reply::Whole(200, Vec::new(), bytes.clone()),
            None => Reply::json(404, "{}"),
        })
    }
}

const NAMES: [&str; 2] = ["trusted_root.json", "signing_config.v0.2.json"];

fn at() -> Timestamp {
    Timestamp::from_unix(now()).unwrap()
}

fn get(server: &Server, root: &[u8], cache: &Path) -> Result<Vec<Target>, TrustRepositoryError> {
    refresh_into(cache, Arc::new(steady()), &server.url(""), root, &NAMES, at())
}

#[test]
fn gets_targets_and_has_them_without_a_network_afterwards() {
    let repository = Repository::new();
    let cache = tempfile::tempdir().unwrap();
    let targets = get(&repository.serve(), &repository.root(), cache.path()).unwrap();
    assert_eq!((targets[0].bytes.as_slice(), targets[1].bytes.as_slice()), (ROOT, CONFIG));
    assert_eq!(targets[0].sha256, Sha256Digest::of(ROOT));
    assert_eq!(of_folder(cache.path(), &repository.root(), &NAMES, at()).unwrap(), targets);
}

#[test]
fn takes_newer_targets_and_refuses_to_go_back() {
    let repository = Repository::new();
    let cache = tempfile::tempdir().unwrap();
    let old = repository.files.lock().unwrap().clone();
    repository.publish(2, "2099-01-01T00:00:00Z", &[("trusted_root.json", b"new"), (NAMES[1], CONFIG)]);
    let targets = get(&repository.serve(), &repository.root(), cache.path()).unwrap();
    assert_eq!(targets[0].bytes, b"new");
    *repository.files.lock().unwrap() = old;
    let error = get(&repository.serve(), &repository.root(), cache.path()).unwrap_err();
    assert!(error.to_string().contains("rollback"), "{error}");
}

#[test]
fn refuses_another_root_altered_files_and_expired_metadata() {
    let repository = Repository::new();
    let root = repository.root();
    let refused = |root: &[u8]| {
        let cache = tempfile::tempdir().unwrap();
        let error = get(&repository.serve(), root, cache.path()).unwrap_err();
        assert!(matches!(error, TrustRepositoryError::Refused { .. }), "{error}");
        error.to_string()
    };
    refused(&Repository::new().root());
    refused(b"{}");
    let sound = repository.files.lock().unwrap().clone();
    for path in sound.keys() {
        let mut altered = sound.clone();
        let bytes = altered.get_mut(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        *repository.files.lock().unwrap() = altered;
        refused(&root);
        let mut missing = sound.clone();
        missing.remove(path);
        *repository.files.lock().unwrap() = missing;
        refused(&root);
    }
    repository.publish(1, "2020-01-01T00:00:00Z", &[(NAMES[0], ROOT), (NAMES[1], CONFIG)]);
    assert!(refused(&root).contains("expired"));
}

#[test]
fn believes_no_altered_cache() {
    let repository = Repository::new();
    let cache = tempfile::tempdir().unwrap();
    get(&repository.serve(), &repository.root(), cache.path()).unwrap();
    std::fs::write(cache.path().join("targets").join(NAMES[0]), b"other").unwrap();
    assert!(of_folder(cache.path(), &repository.root(), &NAMES, at()).is_err());
    assert_eq!(get(&repository.serve(), &repository.root(), cache.path()).unwrap()[0].bytes, ROOT);
    let empty = tempfile::tempdir().unwrap();
    assert!(of_folder(empty.path(), &repository.root(), &NAMES, at()).is_err());
}

#[test]
fn names_a_repository_that_is_down() {
    let cache = tempfile::tempdir().unwrap();
    let server = Server::script(vec![Reply::json(502, "bad gateway")]);
    let error = get(&server, &Repository::new().root(), cache.path()).unwrap_err();
    let TrustRepositoryError::Service(error) = error else { panic!("{error}") };
    assert!(error.to_string().contains("repository of trust roots http://127.0.0.1:"), "{error}");
    assert!(error.is_passing());
}

/// `batchseal trust refresh` in this folder.
fn refresh(folder: &Path, url: &str) -> Result<ExitStatus, (ExitStatus, String)> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let line = [
        "batchseal".to_owned(),
        "--quiet".to_owned(),
        "trust".to_owned(),
        "refresh".to_owned(),
        "--root".to_owned(),
        path("root.json"),
        "--url".to_owned(),
        url.to_owned(),
        "--output".to_owned(),
        path("trusted_root.json"),
        "--cache".to_owned(),
        path("cache"),
    ];
    let cli = Cli::try_parse_from(line).unwrap();
    run(&cli).map_err(|failure| (failure.status(), failure.lines().join("\n")))
}

#[test]
fn the_command_writes_only_what_verifies_and_is_a_trust_root() {
    let real = sigstore_trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT.as_bytes();
    let repository = Repository::new();
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("trusted_root.json");
    std::fs::write(folder.path().join("root.json"), repository.root()).unwrap();
    let server = repository.serve();
    let url = server.url("").to_string();
    // A target that is no trust root.
    let (status, text) = refresh(folder.path(), &url).unwrap_err();
    assert!(status == ExitStatus::NotPassed && text.contains("trusted root cannot be used"), "{text}");
    assert!(!output.exists());
    repository.publish(2, "2099-01-01T00:00:00Z", &[(NAMES[0], real), (NAMES[1], CONFIG)]);
    std::fs::write(&output, "old").unwrap();
    assert_eq!(refresh(folder.path(), &url), Ok(ExitStatus::Done));
    assert_eq!(std::fs::read(&output).unwrap(), real);
    assert_eq!(refresh(folder.path(), &url), Ok(ExitStatus::Done), "nothing new");
    // Another pinned root, and nobody there.
    std::fs::write(folder.path().join("root.json"), Repository::new().root()).unwrap();
    let (status, text) = refresh(folder.path(), &url).unwrap_err();
    assert!(status == ExitStatus::NotPassed && text.contains("cannot be believed"), "{text}");
    std::fs::write(folder.path().join("root.json"), repository.root()).unwrap();
    let down = Server::script(vec![
        Reply::json(502, "bad"),
        Reply::json(502, "bad"),
        Reply::json(502, "bad"),
        Reply::json(502, "bad"),
    ]);
    let (status, text) = refresh(folder.path(), &down.url("").to_string()).unwrap_err();
    assert!(status == ExitStatus::Remote, "{text}");
    assert_eq!(refresh(folder.path(), "ftp://example.invalid").unwrap_err().0, ExitStatus::Usage);
    assert_eq!(std::fs::read(&output).unwrap(), real, "the file was changed");
}
