//! `batchseal attest` as people run it, on an open batch made by hand.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

use std::path::Path;
use std::process::{Command, Output};

use batchseal::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use batchseal::attestation::sign::attest;
use batchseal::attestation::sigstore_bundle::SigstoreBundle;
use batchseal::model::digest::Sha256Digest;
use batchseal::model::document::{Document, TestResult};
use batchseal::model::provenance::Provenance;
use batchseal::model::statement::{Predicate, Statement, Subject};
use tempfile::TempDir;

const ARTIFACT: &[u8] = b"\x7fELF pumpctl";
const BATCH: &str = "out/pump-1.2.3.batch";
const POLICY: &str = r#"schema = 1
[device]
name = "pump"
manufacturer = "Example Devices (demo)"
safety-class = "C"
finished = true
cyber-device = true
life-supporting = true
implantable = false
[release]
tag = "v{version}"
purpose = "demo"
approvals = ["authoriser"]
artifacts = [{ path = "pumpctl", name = "pumpctl" }]
[signing]
key = "file:pipeline.key"
"#;

/// A folder with a key, an open batch and its artifact.
struct Scene(TempDir);

impl Scene {
    fn new() -> Self {
        let scene = Self(TempDir::new().expect("folder"));
        let key = PipelineKey::generate(KeyAlgorithm::P256);
        scene.write("pipeline.key", key.to_pkcs8_pem(None).expect("PEM").as_bytes());
        std::process::Command::new("chmod").args(["600", "pipeline.key"]).current_dir(scene.root()).status().unwrap();
        scene.write(&format!("{BATCH}/batch.json"), b"{}");
        scene.write(&format!("{BATCH}/policy/batchseal.toml"), POLICY.as_bytes());
        scene.write("out/artifacts/pumpctl", ARTIFACT);
        let page = include_str!("../../docs/formats/provenance.md");
        let (_, example) = page.split_once("```json\n").expect("example");
        let (example, _) = example.split_once("```").expect("its end");
        let mut statement = Statement::<Provenance>::decode(example.as_bytes()).expect("provenance");
        statement.subject = vec![
            Subject::new("pumpctl", Sha256Digest::of(ARTIFACT)),
            Subject::new("batch.json", Sha256Digest::of(b"{}")),
        ];
        let signed = attest(&statement, &key).expect("signed");
        scene.write(&format!("{BATCH}/attestations/provenance-build.sigstore.json"), &signed.bundle);
        scene
    }

    fn root(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, content: &[u8]) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folders");
        std::fs::write(path, content).expect("written");
    }

    fn attest(&self, kind: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_batchseal"));
        command.args(["attest", kind, "--batch", BATCH]).args(arguments).current_dir(self.root());
        command.output().expect("batchseal runs")
    }

    /// Runs the tests on the artifact by a shell script.
    fn tested(&self, artifact: &str, script: &str) -> Output {
        let rest = ["report.xml", "--suite", "system", "--tested", artifact, "--", "sh", "-c", script];
        self.attest("junit", &rest)
    }

    fn statement<P: Predicate>(&self, name: &str) -> Statement<P> {
        let bytes = std::fs::read(self.root().join(BATCH).join("attestations").join(name)).expect("attestation");
        Statement::decode(&SigstoreBundle::decode(&bytes).expect("bundle").payload).expect("statement")
    }

    fn entries(&self) -> usize {
        let folder = self.root().join(BATCH).join("attestations");
        std::fs::read_dir(folder).expect("folder").count()
    }
}

#[track_caller]
fn assert_refused(scene: &Scene, done: &Output, status: i32, words: &str) {
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(status), "{told}");
    assert!(told.contains(words) && told.contains("hint: "), "{told}");
    assert_eq!(scene.entries(), 1, "something was added");
}

#[track_caller]
fn assert_done(done: &Output) {
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}

const PASSING: &str = "echo '<testsuite><testcase name=\"doses\"/></testsuite>' > report.xml";
const FAILING: &str = "echo '<testsuite><testcase name=\"doses\"><failure/></testcase></testsuite>' > report.xml";
const HERE: &str = "pumpctl=out/artifacts/pumpctl";

#[test]
fn names_an_artifact_that_was_the_recorded_one_before_and_after_the_run() {
    let scene = Scene::new();
    assert_done(&scene.tested(HERE, PASSING));
    let statement = scene.statement::<TestResult>("tests-report-xml.sigstore.json");
    assert_eq!(statement.subject_digest("pumpctl"), Some(Sha256Digest::of(ARTIFACT)));
    assert_eq!((statement.predicate.suite(), statement.predicate.is_measured()), (Some("system"), true));
    assert_eq!(statement.predicate.passed_tests, ["doses"]);
}

#[test]
fn a_plain_report_names_suite_and_executor_and_no_artifact() {
    let scene = Scene::new();
    scene.write("unit.xml", b"<testsuite><testcase name=\"doses\"/></testsuite>");
    assert_done(&scene.attest("junit", &["unit.xml", "--suite", "unit", "--executor", "Test Lead (example)"]));
    let statement = scene.statement::<TestResult>("tests-unit-xml.sigstore.json");
    assert_eq!(statement.subject.len(), 1);
    let said = (statement.predicate.suite(), statement.predicate.executor(), statement.predicate.is_measured());
    assert_eq!(said, (Some("unit"), Some("Test Lead (example)"), false));
    assert_eq!(scene.attest("junit", &["unit.xml", "--suite", "Unit tests"]).status.code(), Some(2));
    assert_eq!(scene.attest("junit", &["unit.xml", "--tested", HERE]).status.code(), Some(2));
    assert_eq!(scene.attest("junit", &["unit.xml", "--", "true"]).status.code(), Some(2));
}

#[test]
fn refuses_other_bytes_before_and_after_the_run() {
    let scene = Scene::new();
    scene.write("debug", b"debug build");
    assert_refused(&scene, &scene.tested("pumpctl=debug", PASSING), 3, "before the run (expected");
    assert!(!scene.root().join("report.xml").exists(), "the command ran");
    assert_refused(&scene, &scene.tested("other=debug", PASSING), 2, "expected one of: pumpctl");
    let patched = format!("{PASSING}; echo patched >> out/artifacts/pumpctl");
    assert_refused(&scene, &scene.tested(HERE, &patched), 3, "after the run (expected");
}

#[test]
fn refuses_a_report_that_this_run_did_not_write() {
    let scene = Scene::new();
    assert_refused(
        &scene,
        &scene.tested(HERE, "true"),
        3,
        "report.xml is not there after the run, whose command ended with exit code 0",
    );
    scene.write("report.xml", b"<testsuite><testcase name=\"doses\"/></testsuite>");
    assert_refused(&scene, &scene.tested(HERE, PASSING), 3, "is there before the run");
}

#[test]
fn takes_in_failed_tests_and_refuses_a_run_that_broke_off() {
    let scene = Scene::new();
    assert_refused(&scene, &scene.tested(HERE, &format!("{PASSING}; exit 7")), 3, "exit code 7");
    std::fs::remove_file(scene.root().join("report.xml")).expect("removed");
    assert_done(&scene.tested(HERE, &format!("{FAILING}; exit 1")));
    assert_eq!(scene.statement::<TestResult>("tests-report-xml.sigstore.json").predicate.failed_tests, ["doses"]);
}

#[test]
fn refuses_a_private_key_and_warns_of_a_token_without_showing_either() {
    let scene = Scene::new();
    let key = "notes\n-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIExample\n-----END PRIVATE KEY-----\n";
    scene.write("notes.md", key.as_bytes());
    let document = ["notes.md", "--kind", "notes", "--id", "N-1", "--revision", "1"];
    let done = scene.attest("document", &document);
    assert_refused(&scene, &done, 3, "notes.md holds a private key on line 2 (not shown)");
    scene.write("notes.md", b"token ghp_0123456789abcdefghijABCDEFGHIJ012345\n");
    let warned = scene.attest("document", &document);
    assert_done(&warned);
    let told = format!("{}{}", String::from_utf8_lossy(&done.stderr), String::from_utf8_lossy(&warned.stderr));
    assert!(told.contains("warning: notes.md may hold a secret on line 1 (github-token, not shown)"), "{told}");
    assert!(!told.contains("MC4CAQ") && !told.contains("ghp_"), "{told}");
}

#[test]
fn takes_in_static_analysis_and_coverage_as_documents_of_their_tools() {
    let scene = Scene::new();
    let log = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "analyzer", "version": "2.3"}}, "results": [{}]}]}"#;
    scene.write("a.sarif", log.as_bytes());
    let done = scene.attest("sarif", &["a.sarif"]);
    assert_done(&done);
    assert!(String::from_utf8_lossy(&done.stderr).contains("analyzer 2.3: 0 errors, 1 warning"));
    scene.write("lcov.info", b"SF:a.c\nDA:1,1\nDA:2,0\nend_of_record\n");
    let done = scene.attest("coverage", &["lcov.info"]);
    assert_done(&done);
    assert!(String::from_utf8_lossy(&done.stderr).contains("LCOV: lines 1 of 2, branches not measured"));
    let identity = |name: &str| {
        let Document { kind, document_id, revision, content, .. } = scene.statement::<Document>(name).predicate;
        (kind, document_id, revision, content.entry.to_string())
    };
    let of = |parts: [&str; 4]| <(String, String, String, String)>::from(parts.map(str::to_owned));
    let expected = of(["static-analysis", "analyzer", "2.3", "evidence/sarif/a.sarif"]);
    assert_eq!(identity("document-a-sarif.sigstore.json"), expected);
    let expected = of(["coverage", "LCOV", "not stated", "evidence/coverage/lcov.info"]);
    assert_eq!(identity("document-lcov-info.sigstore.json"), expected);
    scene.write("b.sarif", b"{}");
    assert_eq!(scene.attest("sarif", &["b.sarif"]).status.code(), Some(3));
}
