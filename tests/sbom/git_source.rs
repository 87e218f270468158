//! A dependency from git: its identity is the commit, and the lockfile vouches for it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use batchseal::adapters::cargo::{self, GraphRequest};
use batchseal::gate::locked_components;
use batchseal::model::name::EntryName;
use batchseal::model::time::Timestamp;
use batchseal::sbom::cargo::Selection;
use batchseal::sbom::cyclonedx::{self, Header};

use crate::workspace::Workspace;

fn run(folder: &Path, environment: &BTreeMap<OsString, OsString>, program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(environment)
        .output()
        .expect("program runs");
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

/// The environment that Cargo and git need, with a Cargo home of its own.
fn environment(home: &Path) -> BTreeMap<OsString, OsString> {
    let kept = ["PATH", "HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "SystemRoot"];
    let mut environment: BTreeMap<OsString, OsString> =
        kept.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?))).collect();
    for (name, value) in [
        ("CARGO", env!("CARGO")),
        ("GIT_AUTHOR_NAME", "Example"),
        ("GIT_AUTHOR_EMAIL", "example@example.org"),
        ("GIT_COMMITTER_NAME", "Example"),
        ("GIT_COMMITTER_EMAIL", "example@example.org"),
    ] {
        environment.insert(name.into(), value.into());
    }
    environment.insert("CARGO_HOME".into(), home.into());
    environment
}

#[test]
fn git_packages_are_named_by_their_commit_and_hashed_by_their_files() {
    let home = tempfile::tempdir().expect("folder");
    let environment = environment(home.path());
    let upstream = Workspace::new("2", &[("app", ""), ("fromgit", "")]);
    run(&upstream.root, &environment, "git", &["init", "--quiet"]);
    run(&upstream.root, &environment, "git", &["add", "."]);
    run(&upstream.root, &environment, "git", &["commit", "--quiet", "--message", "first"]);
    let commit = run(&upstream.root, &environment, "git", &["rev-parse", "HEAD"]);

    let workspace = Workspace::new("2", &[("app", "")]);
    let address = format!("file://{}", upstream.root.display());
    workspace.write(
        "crates/app/Cargo.toml",
        &format!(
            "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\nfromgit = {{ git = \"{address}\" }}\n"
        ),
    );
    run(&workspace.root, &environment, env!("CARGO"), &["generate-lockfile", "--quiet"]);
    run(&workspace.root, &environment, env!("CARGO"), &["fetch", "--quiet", "--locked"]);

    let graph = cargo::component_graph(GraphRequest {
        name: None,
        folder: &workspace.root,
        manifest: None,
        selection: &Selection::default(),
        targets: &[],
        suppliers: &[],
        manufacturer: None,
        environment: Some(&environment),
    })
    .expect("graph");
    let component = graph.components().find(|one| one.name == "fromgit").expect("component");
    assert!(component.id.starts_with("pkg:cargo/fromgit@1.0.0?vcs_url=git%2B"), "{}", component.id);
    assert!(component.id.ends_with(&commit), "{}", component.id);
    assert_eq!(component.facts["source"], "git");
    assert!(component.facts["hash-of"].contains("that git tracks"));

    let header = Header {
        name: "app",
        version: "1.0.0",
        manufacturer: None,
        udi: None,
        artifacts: &[],
        batch: None,
        timestamp: Timestamp::from_unix(1_800_000_000).expect("time"),
        tool_version: "0.1.0",
    };
    let document = cyclonedx::compose(&graph, &header).expect("document");
    let judge = |lockfile: &[u8]| {
        let entry = EntryName::parse("evidence/lockfiles/Cargo.lock").expect("entry");
        locked_components::compare(&document, &BTreeMap::from([(entry, lockfile)]), None).findings
    };
    let lockfile = std::fs::read_to_string(workspace.root.join("Cargo.lock")).expect("lockfile");
    assert_eq!(judge(lockfile.as_bytes()), []);
    let other = lockfile.replace(&commit, &"0".repeat(40));
    assert_eq!(judge(other.as_bytes()).first().map(|finding| finding.code.as_str()), Some("component-differs"));
}
