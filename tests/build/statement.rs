//! The provenance statement: a golden document and the rules of slsa.dev/spec/v1.0/provenance.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::name::ArtifactName;
use batchseal::model::provenance::{Provenance, Runner, SourceState, Submodule, Tool};
use batchseal::model::record::{ArtifactRecord, ToolIdentity};
use batchseal::model::statement::Statement;
use batchseal::model::time::Timestamp;
use batchseal::provenance::statement::{BuildFacts, FactsError, Lockfile, Origin, build_statement};
use serde_json::Value;

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn made(name: &str) -> ArtifactRecord {
    let name = ArtifactName::parse(name).unwrap();
    let sha256 = Sha256Digest::of(name.as_str().as_bytes());
    ArtifactRecord::new(name, sha256, 3)
}

fn source() -> SourceState {
    SourceState {
        commit: GitId::parse(&"c".repeat(40)).unwrap(),
        tag_object: Some(GitId::parse(&"7".repeat(40)).unwrap()),
        tree_sha256: Sha256Digest::of(b"tree"),
        shallow: false,
        branches: BTreeMap::from([("main".to_owned(), GitId::parse(&"d".repeat(40)).unwrap())]),
        submodules: vec![Submodule {
            path: "vendor/rtos".to_owned(),
            commit: GitId::parse(&"5".repeat(40)).unwrap(),
            url: Some("https://forge.example/vendor/rtos.git".to_owned()),
            checked_out: None,
        }],
        changes_before: Vec::new(),
        changes_after: vec!["notes.txt".to_owned()],
    }
}

fn facts() -> BuildFacts {
    BuildFacts {
        batch_sha256: Sha256Digest::of(b"batch"),
        artifacts: vec![made("pumpctl-linux-x86_64"), made("alarmd")],
        products: map(&[("pumpctl-linux-x86_64", "target/release/pumpctl"), ("alarmd", "target/release/alarmd")]),
        origin: Origin::Recorded {
            command: ["cargo", "build", "--release", "--locked"].map(str::to_owned).to_vec(),
            exit_code: 0,
            log_sha256: Sha256Digest::of(b"log"),
        },
        tag: "v1.2.3".to_owned(),
        repository: Some("git@forge.example:devices/pump.git".to_owned()),
        source: source(),
        manifest_versions: map(&[("Cargo.toml", "1.2.3")]),
        lockfiles: vec![Lockfile { path: "Cargo.lock".to_owned(), sha256: Sha256Digest::of(b"lock") }],
        toolchain: vec![Tool {
            name: "rustc".to_owned(),
            version: "rustc 1.90.0".to_owned(),
            sha256: Sha256Digest::of(b"rustc"),
            file_name: "rustc".to_owned(),
        }],
        runner: Runner {
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            os_release: Some("Example Linux 1".to_owned()),
            kernel: Some("6.1.0".to_owned()),
            ci: "local".to_owned(),
            ci_facts: BTreeMap::new(),
        },
        environment: map(&[("HOME", "~"), ("PATH", "/usr/bin")]),
        overridden_refusals: Vec::new(),
        tool: ToolIdentity { name: "batchseal".to_owned(), version: "0.1.0".to_owned(), sha256: None },
        invocation_id: "0123456789abcdef".to_owned(),
        started: Timestamp::parse("2026-11-23T14:05:00+01:00").unwrap(),
        finished: Timestamp::parse("2026-11-23T14:06:30+01:00").unwrap(),
    }
}

fn value(facts: BuildFacts) -> Value {
    serde_json::from_slice(&build_statement(facts).unwrap().encode().unwrap()).unwrap()
}

/// `BATCHSEAL_BLESS=1` writes the document anew.
#[test]
fn equals_the_committed_document() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/provenance/recorded.json");
    let bytes = build_statement(facts()).unwrap().encode().unwrap();
    if std::env::var_os("BATCHSEAL_BLESS").is_some() {
        std::fs::write(&golden, &bytes).unwrap();
    }
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&std::fs::read(golden).unwrap()));
    let read = Statement::<Provenance>::decode(&bytes).unwrap();
    assert_eq!(read, build_statement(facts()).unwrap());
}

/// Fields, types and forms that the specification demands, checked on the JSON itself.
#[test]
fn keeps_the_field_rules_of_slsa_v1() {
    let mut elsewhere = facts();
    elsewhere.origin = Origin::Elsewhere;
    for (facts, recorded) in [(facts(), true), (elsewhere, false)] {
        let statement = value(facts);
        assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
        assert_eq!(statement["predicateType"], "https://slsa.dev/provenance/v1");
        let subjects = statement["subject"].as_array().unwrap();
        assert_eq!(subjects.last().unwrap()["name"], "batch.json");
        assert!(subjects.iter().all(|subject| is_sha256(&subject["digest"]["sha256"])));
        let predicate = &statement["predicate"];
        assert_eq!(keys(predicate), ["buildDefinition", "runDetails"]);
        let definition = &predicate["buildDefinition"];
        let expected = ["buildType", "externalParameters", "internalParameters", "resolvedDependencies"];
        assert_eq!(keys(definition), expected);
        assert!(is_type_uri(&definition["buildType"]) && definition["externalParameters"].is_object());
        for dependency in definition["resolvedDependencies"].as_array().unwrap() {
            keeps_the_descriptor_rules(dependency);
        }
        let run = &predicate["runDetails"];
        assert!(is_type_uri(&run["builder"]["id"]));
        assert!(run["builder"]["version"].as_object().unwrap().values().all(Value::is_string));
        assert!(!run["metadata"]["invocationId"].as_str().unwrap().is_empty());
        for time in ["startedOn", "finishedOn"] {
            assert!(Timestamp::parse(run["metadata"][time].as_str().unwrap()).is_ok());
        }
        let byproducts = run["byproducts"].as_array().unwrap();
        assert_eq!(byproducts.len(), usize::from(recorded));
        byproducts.iter().for_each(keeps_the_descriptor_rules);
        let build_type = if recorded { "recorded" } else { "elsewhere" };
        assert_eq!(definition["buildType"], format!("https://batchseal.dev/build/{build_type}/v1"));
    }
}

/// in-toto ResourceDescriptor: at least one of uri, digest, content; only known fields.
fn keeps_the_descriptor_rules(descriptor: &Value) {
    assert!(descriptor["uri"].is_string() || descriptor["digest"].is_object(), "{descriptor}");
    let known = BTreeSet::from(["name", "uri", "digest", "mediaType", "annotations"]);
    assert!(keys(descriptor).iter().all(|key| known.contains(key)), "{descriptor}");
    for (algorithm, digest) in descriptor["digest"].as_object().unwrap() {
        let length = digest.as_str().unwrap().len();
        assert!(matches!((algorithm.as_str(), length), ("sha256", 64) | ("gitCommit" | "gitTag", 40 | 64)));
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn is_sha256(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Sha256Digest::parse_hex(text).is_ok())
}

fn is_type_uri(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("https://") && text.ends_with("/v1"))
}

#[test]
fn never_claims_a_level() {
    let text = value(facts()).to_string().to_ascii_lowercase();
    assert!(!text.contains("slsa_build") && !text.contains("level"), "{text}");
}

#[test]
fn names_the_builder_after_the_ci() {
    let mut github = facts();
    github.runner.ci = "github-actions".to_owned();
    let id = value(github)["predicate"]["runDetails"]["builder"]["id"].clone();
    assert_eq!(id, "https://batchseal.dev/builder/github-actions/v1");
}

#[test]
fn leaves_out_a_remote_on_this_machine() {
    let mut local = facts();
    local.repository = Some("/srv/git/pump.git".to_owned());
    let definition = value(local)["predicate"]["buildDefinition"].clone();
    assert!(definition["externalParameters"].get("repository").is_none());
    let source = &definition["resolvedDependencies"][0];
    assert!(source.get("uri").is_none() && source["digest"]["gitCommit"].is_string());
}

#[test]
fn refuses_facts_that_cannot_be_stated() {
    let refused = |change: &dyn Fn(&mut BuildFacts)| {
        let mut facts = facts();
        change(&mut facts);
        build_statement(facts).unwrap_err()
    };
    assert_eq!(refused(&|facts| facts.artifacts.clear()), FactsError::NoArtifacts);
    assert!(matches!(refused(&|facts| facts.artifacts.push(made("alarmd"))), FactsError::Name { .. }));
    assert!(matches!(refused(&|facts| facts.artifacts.push(made("batch.json"))), FactsError::Name { .. }));
    assert!(matches!(refused(&|facts| facts.artifacts.push(made("other"))), FactsError::Products { .. }));
    assert!(matches!(refused(&|facts| facts.products.clear()), FactsError::Products { .. }));
    assert_eq!(refused(&|facts| facts.repository = Some("https://u:p@h/r".into())), FactsError::Credentials);
    let submodule = |facts: &mut BuildFacts| facts.source.submodules[0].url = Some("https://token@h/r".into());
    assert_eq!(refused(&submodule), FactsError::Credentials);
    assert_eq!(refused(&|facts| facts.invocation_id = " ".into()), FactsError::NoInvocation);
    assert!(matches!(refused(&|facts| facts.finished = facts.started.plus_seconds(-1)), FactsError::Times { .. }));
    assert!(matches!(refused(&|facts| facts.runner.ci = "Local CI".into()), FactsError::Ci { .. }));
    for path in ["/abs/Cargo.lock", "../Cargo.lock", "", "a\\b"] {
        let lockfile = Lockfile { path: path.to_owned(), sha256: Sha256Digest::of(b"") };
        assert!(matches!(refused(&|facts| facts.lockfiles = vec![lockfile.clone()]), FactsError::Lockfile { .. }));
    }
}
