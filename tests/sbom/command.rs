//! `batchseal sbom` as people run it.

use std::process::{Command, Output};

use batchseal::sbom::document::Document;
use serde_json::Value;

use crate::workspace::Workspace;

fn workspace() -> Workspace {
    Workspace::new("2", &[("app", "[dependencies]\nlib-a = { path = \"../lib-a\" }\n"), ("lib-a", "")])
}

fn run(workspace: &Workspace, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_batchseal"))
        .arg("sbom")
        .args(arguments)
        .current_dir(&workspace.root)
        .env("SOURCE_DATE_EPOCH", "1800000000")
        .output()
        .expect("batchseal runs")
}

#[test]
fn writes_the_document_to_standard_output_and_the_summary_to_standard_error() {
    let done = run(&workspace(), &[]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = Document::parse(&done.stdout).expect("document");
    assert_eq!(document.metadata.timestamp.as_str(), "2027-01-15T08:00:00Z");
    assert_eq!(document.components.len(), 2);
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(told.contains("2 components: 2 shipped, 0 used to build only"), "{told}");
    assert!(told.contains("missing author name: document"), "{told}");
}

#[test]
fn a_full_set_of_facts_leaves_no_gap() {
    let workspace = workspace();
    workspace.write("product.bin", "bytes");
    let done = run(
        &workspace,
        &[
            "--output",
            "out/bom.json",
            "--manufacturer",
            "Example Devices (demo)",
            "--artifact",
            "product.bin",
            "--format",
            "json",
        ],
    );
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let summary: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(summary["missing"], Value::Array(Vec::new()));
    assert_eq!(summary["components"], 2);
    let document =
        Document::parse(&std::fs::read(workspace.root.join("out/bom.json")).expect("file")).expect("document");
    assert_eq!(document.metadata.component.components[0].name, "product.bin");
}

#[test]
fn failures_say_what_to_do_and_end_with_their_code() {
    let workspace = workspace();
    let unknown = run(&workspace, &["--package", "nosuch"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("expected one of app, lib-a"));
    std::fs::remove_file(workspace.root.join("Cargo.lock")).expect("removed");
    let unlocked = run(&workspace, &[]);
    assert_eq!(unlocked.status.code(), Some(3));
    let told = String::from_utf8_lossy(&unlocked.stderr).into_owned();
    assert!(
        told.contains("error: workspace has no Cargo.lock") && told.contains("hint: run cargo generate-lockfile"),
        "{told}"
    );
    assert!(unlocked.stdout.is_empty());
    assert_eq!(run(&workspace, &["--nosuch"]).status.code(), Some(2));
}

/// A project of three ecosystems, two of them below the folder.
fn mixed() -> Workspace {
    let workspace = workspace();
    workspace.write("ui/package.json", r#"{"name":"ui","version":"1.0.0","dependencies":{"a":"^1.0.0"}}"#);
    workspace.write(
        "ui/package-lock.json",
        r#"{"lockfileVersion":3,"packages":{"":{"name":"ui","version":"1.0.0","dependencies":{"a":"^1.0.0"}},
            "node_modules/a":{"version":"1.2.3"}}}"#,
    );
    workspace.write("gateway/gradle.lockfile", "org.example:core:1.0=runtimeClasspath\nempty=\n");
    workspace.write("tests/package-lock.json", "not even JSON");
    workspace
}

#[test]
fn every_lockfile_below_the_folder_is_read_and_named() {
    let done = run(&mixed(), &[]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let purls: Vec<&str> = document.components.iter().filter_map(|one| one.purl.as_deref()).collect();
    for purl in ["pkg:cargo/app@1.0.0", "pkg:npm/a@1.2.3", "pkg:npm/ui@1.0.0", "pkg:maven/org.example/core@1.0"] {
        assert!(purls.contains(&purl), "{purl} is not in {purls:?}");
    }
    for line in
        ["Cargo.lock: 2 components", "ui/package-lock.json: 2 components", "left out", "tests/package-lock.json"]
    {
        assert!(told.contains(line), "{line:?} is not in {told}");
    }
}

#[test]
fn workspace_patterns_are_expanded_without_following_links() {
    let workspace = workspace();
    workspace.write("ui/package.json", r#"{"name":"ui","workspaces":["packages/*","libs/**"]}"#);
    workspace.write("ui/yarn.lock", "# yarn lockfile v1\n\n\nms@2:\n  version \"2.1.2\"\n");
    workspace.write("ui/packages/a/package.json", r#"{"name":"a","dependencies":{"ms":"2"}}"#);
    workspace.write("ui/libs/deep/b/package.json", r#"{"name":"b","dependencies":{"a":"*"}}"#);
    for passed_over in ["packages/a/inner", "packages/.hidden", "libs/node_modules/x", "other"] {
        workspace.write(&format!("ui/{passed_over}/package.json"), "not even JSON");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../other", workspace.root.join("ui/packages/linked")).expect("link");
    let done = run(&workspace, &["--lockfile", "ui/yarn.lock"]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let purls: Vec<&str> = document.components.iter().filter_map(|one| one.purl.as_deref()).collect();
    assert_eq!(purls, ["pkg:npm/a", "pkg:npm/b", "pkg:npm/ms@2.1.2", "pkg:npm/ui"]);
    workspace.write("ui/libs/bad/package.json", "not even JSON");
    assert_eq!(run(&workspace, &["--lockfile", "ui/yarn.lock"]).status.code(), Some(3));
}

#[test]
fn a_lockfile_out_of_step_or_unknown_or_absent_gives_no_document() {
    let workspace = mixed();
    workspace.write("empty/notes.txt", "nothing");
    workspace.write("ui/package.json", r#"{"name":"ui","version":"1.0.0","dependencies":{"a":"^2.0.0"}}"#);
    for (arguments, expected) in [
        (&[][..], "ui/package-lock.json (npm): package-lock.json does not fit package.json: a is locked for"),
        (&["--lockfile", "ui/package.json"], "is no lockfile that this program reads"),
        (&["--lockfile", "tests/package-lock.json"], "cannot be read"),
        (&["--path", "empty"], "holds no lockfile"),
    ] {
        let done = run(&workspace, arguments);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(3), "{told}");
        assert!(told.contains(expected), "{expected:?} is not in {told}");
        assert!(done.stdout.is_empty());
    }
}

#[test]
fn a_project_that_bears_the_products_name_is_a_component_of_its_own() {
    let workspace = workspace();
    workspace.write("gateway/gradle.lockfile", "org.example:core:1.0=runtimeClasspath\nempty=\n");
    let done = run(&workspace, &["--path", "gateway"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = Document::parse(&done.stdout).expect("document");
    let device = document.metadata.component.bom_ref.as_ref().expect("reference");
    assert_eq!(device.as_str(), "pkg:generic/gateway#product");
    assert!(document.components.iter().any(|one| one.purl.as_deref() == Some("pkg:generic/gateway")));
    assert_eq!(document.components.len(), 2);
}

#[test]
fn requirements_beside_a_lockfile_of_python_are_left_out_until_named() {
    let workspace = workspace();
    workspace
        .write("ui/uv.lock", "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { virtual = \".\" }\n");
    workspace.write("ui/pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\n");
    workspace.write("ui/requirements.txt", "b>=1\n");
    workspace.write("ui/prod-pins.txt", "-r pins/more.txt\nb==1\n");
    workspace.write("ui/pins/more.txt", "-r last.txt\nc==2\n");
    workspace.write("ui/pins/last.txt", "d==3\n");
    let done = run(&workspace, &["--path", "ui"]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    assert!(
        told.contains("left out, since a lockfile beside it counts") && told.contains("requirements.txt"),
        "{told}"
    );
    let done = run(&workspace, &["--lockfile", "ui/prod-pins.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let document = Document::parse(&done.stdout).expect("document");
    let purls: Vec<&str> = document.components.iter().filter_map(|one| one.purl.as_deref()).collect();
    for purl in ["pkg:pypi/b@1", "pkg:pypi/c@2", "pkg:pypi/d@3"] {
        assert!(purls.contains(&purl), "{purl} is not in {purls:?}");
    }
    let done = run(&workspace, &["--lockfile", "ui/requirements.txt"]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{told}");
    assert!(told.contains("line 1: b is not pinned") && told.contains("hint: Pin every requirement"), "{told}");
}

#[test]
fn a_shrinkwrap_counts_and_not_the_lockfile_beside_it() {
    let workspace = mixed();
    let shrinkwrap = std::fs::read_to_string(workspace.root.join("ui/package-lock.json")).expect("lockfile");
    workspace.write("ui/npm-shrinkwrap.json", &shrinkwrap.replace("1.2.3", "1.9.9"));
    let done = run(&workspace, &["--path", "ui"]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    assert!(told.contains("left out") && told.contains("package-lock.json"), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let purls: Vec<&str> = document.components.iter().filter_map(|one| one.purl.as_deref()).collect();
    assert!(purls.contains(&"pkg:npm/a@1.9.9") && !purls.contains(&"pkg:npm/a@1.2.3"), "{purls:?}");
}

#[test]
fn what_is_installed_is_found_in_folders_of_any_name() {
    let workspace = workspace();
    let port = "Version: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\n";
    let status = format!("Package: fmt\nDepends: vcpkg-cmake\n{port}Package: vcpkg-cmake\n{port}");
    workspace.write("native/vcpkg.json", r#"{"dependencies":["fmt"]}"#);
    workspace.write("native/build/release/vcpkg_installed/vcpkg/status", &status);
    workspace.write("native/ports/own/vcpkg.json", r#"{"name":"own","dependencies":["zlib"]}"#);
    workspace.write("native/ports/own/portfile.cmake", "");
    workspace.write("firmware/platformio.ini", "[env:uno]\nlib_deps = o/One@^1.2.0\n");
    let piopm = r#"{"type":"library","name":"One","version":"1.2.3","spec":{"owner":"o","name":"One"}}"#;
    workspace.write("firmware/.pio/libdeps/uno/One/.piopm", piopm);
    let done = run(&workspace, &[]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{told}");
    let document = Document::parse(&done.stdout).expect("document");
    let purls: Vec<&str> = document.components.iter().filter_map(|one| one.purl.as_deref()).collect();
    for purl in ["pkg:vcpkg/fmt@1?triplet=x64-linux", "pkg:generic/o/One@1.2.3"] {
        assert!(purls.contains(&purl), "{purl} is not in {purls:?}");
    }
    assert!(!told.contains("ports/own"), "{told}");
    std::fs::remove_dir_all(workspace.root.join("firmware/.pio")).expect("removed");
    let done = run(&workspace, &[]);
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{told}");
    assert!(told.contains("o/One@^1.2.0 of environment uno is not pinned to one version"), "{told}");
}
