//! `init` and `trust init`: what they write loads, and they never overwrite.

use std::fs;
use std::path::Path;

use batchseal::adapters::cargo_manifest;
use batchseal::adapters::config;
use batchseal::adapters::terminal::Terminal;
use batchseal::commands::{init, trust};
use batchseal::exit::ExitStatus;
use batchseal::policy::release::SbomPolicy;
use batchseal::policy::trust::Trust;

use crate::fixtures::{POLICY, key_files, parse_policy, pem};

const QUIET: Terminal = Terminal { quiet: true, colour: false, progress: false };

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn run_init(folder: &Path, force: bool) -> Result<ExitStatus, (ExitStatus, String)> {
    let args = init::Args { dir: folder.to_path_buf(), force };
    init::run(&args, QUIET).map_err(|failure| (failure.status(), failure.lines().join("\n")))
}

const PACKAGE: &str = "[package]\nname = \"pumpctl\"\nversion = \"1.0.0\"\nedition = \"2021\"\n";

#[test]
fn init_writes_a_policy_that_loads_and_lists_what_people_know() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}")]);
    assert_eq!(run_init(folder.path(), false), Ok(ExitStatus::Done));
    let (policy, _) = config::load_policy(&folder.path().join("batchseal.toml")).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(policy.device.name.as_str(), "pumpctl");
    assert_eq!(policy.release.cargo.as_ref().unwrap().packages, ["pumpctl"]);
    assert!(policy.release.artifacts[0].path.starts_with("target/release/pumpctl"));
    let unfilled: Vec<&str> = policy.unfilled.iter().map(|one| one.key.as_str()).collect();
    for key in ["device.name", "device.manufacturer", "device.safety-class", "device.mdf", "device.udi"] {
        assert!(unfilled.contains(&key), "{key} not in {unfilled:?}");
    }
    let root_entries = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(root_entries, 3, "something beside the policy was written");
}

#[test]
fn init_names_what_else_the_sbom_can_be_made_from() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("Cargo.toml", PACKAGE),
        ("src/main.rs", "fn main() {}"),
        ("ui/package-lock.json", "{}"),
        ("support.toml", ""),
    ];
    write(folder.path(), &files);
    write(folder.path(), &[("tests/package-lock.json", "{}")]);
    assert_eq!(run_init(folder.path(), false), Ok(ExitStatus::Done));
    let (policy, _) = config::load_policy(&folder.path().join("batchseal.toml")).unwrap_or_else(|e| panic!("{e}"));
    let sbom = &policy.release.sbom;
    assert_eq!(
        (&sbom.lockfiles[..], sbom.support.as_deref()),
        (&["ui/package-lock.json".to_owned()][..], Some("support.toml"))
    );
    assert!(sbom.components.is_none() && policy.unfilled.iter().any(|one| one.key == "release.sbom.lockfiles"));
}

#[test]
fn init_never_overwrites_without_force() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("Cargo.toml", PACKAGE), ("src/main.rs", "fn main() {}"), ("batchseal.toml", "# mine\n")]);
    let (status, text) = run_init(folder.path(), false).unwrap_err();
    assert_eq!(status, ExitStatus::Input);
    assert!(text.contains("already there") && text.contains("--force"), "{text}");
    assert_eq!(fs::read_to_string(folder.path().join("batchseal.toml")).unwrap(), "# mine\n");
    assert_eq!(run_init(folder.path(), true), Ok(ExitStatus::Done));
}

#[test]
fn init_reads_virtual_workspaces_with_globs() {
    let folder = tempfile::tempdir().unwrap();
    let member = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    let (app, tool, library) = (member("app"), member("tool"), member("shared"));
    write(
        folder.path(),
        &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nresolver = \"2\"\n"),
            ("crates/app/Cargo.toml", &app),
            ("crates/app/src/main.rs", "fn main() {}"),
            ("crates/tool/Cargo.toml", &tool),
            ("crates/tool/src/main.rs", "fn main() {}"),
            ("crates/tool/src/bin/second.rs", "fn main() {}"),
            ("crates/shared/Cargo.toml", &library),
            ("crates/shared/src/lib.rs", ""),
        ],
    );
    let repository = cargo_manifest::inspect(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let binaries: Vec<(&str, &str)> =
        repository.binaries.iter().map(|binary| (binary.package.as_str(), binary.name.as_str())).collect();
    assert_eq!(binaries, [("app", "app"), ("tool", "second"), ("tool", "tool")]);
    let policy =
        parse_policy(&init::render(&repository, &SbomPolicy::default())).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.release.artifacts.len(), 3);
    assert!(policy.unfilled.iter().any(|one| one.key == "release.artifacts"));
    let (status, text) = run_init(&folder.path().join("crates/app"), false).unwrap_err();
    assert_eq!(status, ExitStatus::Input);
    assert!(text.contains("workspace root"), "{text}");
}

#[test]
fn init_refuses_folders_without_a_product() {
    let folder = tempfile::tempdir().unwrap();
    let (status, text) = run_init(folder.path(), false).unwrap_err();
    assert_eq!(status, ExitStatus::Input);
    assert!(text.contains("no Cargo.toml") && text.contains("hint:"), "{text}");
    write(folder.path(), &[("Cargo.toml", PACKAGE), ("src/lib.rs", "")]);
    let (status, text) = run_init(folder.path(), false).unwrap_err();
    assert_eq!(status, ExitStatus::Input);
    assert!(text.contains("only libraries") && text.contains("hint:"), "{text}");
    write(folder.path(), &[("Cargo.toml", "not toml =")]);
    assert_eq!(run_init(folder.path(), false).unwrap_err().0, ExitStatus::Input);
    assert!(!folder.path().join("batchseal.toml").exists());
}

#[test]
fn a_drafted_policy_survives_odd_names() {
    let binary = |name: &str| cargo_manifest::Binary { package: "a".to_owned(), name: name.to_owned() };
    let repository = cargo_manifest::CargoRepository {
        name: "Größe \"x\"".to_owned(),
        binaries: vec![binary("con"), binary("CON"), binary("ärger"), binary("--x")],
        host: None,
        has_lockfile: false,
    };
    let policy =
        parse_policy(&init::render(&repository, &SbomPolicy::default())).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.release.artifacts.len(), 3);
}

#[test]
fn trust_init_writes_a_draft_that_lacks_only_a_persons_check() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("batchseal.toml", POLICY), ("pipeline.pub", &pem(1))]);
    let output = folder.path().join("trust.toml");
    let args = |force| trust::Args {
        action: trust::Action::Init(trust::InitArgs {
            from: None,
            policy: folder.path().join("batchseal.toml"),
            key_file: Some(folder.path().join("pipeline.pub")),
            output: output.clone(),
            force,
        }),
    };
    assert!(matches!(trust::run(&args(false), QUIET), Ok(ExitStatus::Done)));
    let error = config::load_trust(&output).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains("draft trust file"), "{error}");
    let text = fs::read_to_string(&output).unwrap();
    let checked = text.replace("draft = true\n", "");
    let trust_file = Trust::parse(checked.as_bytes(), "trust.toml", &key_files).unwrap_or_else(|e| panic!("{e}"));
    let policy = parse_policy(POLICY).unwrap();
    assert_eq!(trust_file.devices[0].policies, [policy.sha256]);
    assert_eq!(trust_file.devices[0].facts, policy.device.facts);
    assert_eq!(trust_file.signers[0].identity.key().expect("key").to_pem(), pem(1));
    assert_eq!(trust::run(&args(false), QUIET).unwrap_err().status(), ExitStatus::Input);
    assert!(trust::run(&args(true), QUIET).is_ok());
}

#[test]
fn a_trust_draft_without_key_asks_for_one() {
    let policy = parse_policy(POLICY).unwrap();
    let text = trust::render(&policy, &trust::signer(None), "");
    let errors = Trust::parse(text.as_bytes(), "trust.toml", &key_files).unwrap_err();
    assert!(errors.is_draft && errors.to_string().contains("at least one [[signer]]"), "{errors}");
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("batchseal.toml", "schema = 9"), ("x.pub", "no key")]);
    let run = |policy: &str, key: Option<&str>| {
        let args = trust::InitArgs {
            from: None,
            policy: folder.path().join(policy),
            key_file: key.map(|key| folder.path().join(key)),
            output: folder.path().join("trust.toml"),
            force: false,
        };
        trust::run(&trust::Args { action: trust::Action::Init(args) }, QUIET).unwrap_err().status()
    };
    assert_eq!(run("batchseal.toml", None), ExitStatus::Usage);
    write(folder.path(), &[("batchseal.toml", POLICY)]);
    assert_eq!(run("batchseal.toml", Some("x.pub")), ExitStatus::Input);
    assert!(!folder.path().join("trust.toml").exists());
}
