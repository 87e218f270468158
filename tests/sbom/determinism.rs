//! The same sources give the same bytes in any folder, and nothing is written there.

use std::collections::BTreeMap;
use std::path::Path;

use batchseal::model::digest::Sha256Digest;
use batchseal::model::time::Timestamp;
use batchseal::sbom::cargo::Selection;
use batchseal::sbom::cyclonedx::{self, Header};

use crate::workspace::Workspace;

fn make() -> Workspace {
    let workspace = Workspace::new(
        "2",
        &[("app", "[dependencies]\nlib-a = { path = \"../lib-a\" }\n"), ("lib-a", "license-file = \"LICENCE\"\n")],
    );
    workspace.write("crates/lib-a/LICENCE", "do as you like\n");
    workspace.write("crates/lib-a/with space \u{e4}%.txt", "x");
    workspace
}

fn document(workspace: &Workspace) -> Vec<u8> {
    let graph = workspace.graph(&Selection::default(), &[]).expect("graph");
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
    cyclonedx::document(&graph, &header).expect("document")
}

/// Every file with its digest.
fn snapshot(folder: &Path) -> BTreeMap<String, Sha256Digest> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        for entry in std::fs::read_dir(&current).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("file");
                found
                    .insert(path.strip_prefix(folder).expect("inside").display().to_string(), Sha256Digest::of(&bytes));
            }
        }
    }
    found
}

#[test]
fn two_checkouts_give_the_same_bytes_without_their_paths() {
    let (one, other) = (make(), make());
    let bytes = document(&one);
    assert_eq!(bytes, document(&other));
    assert_eq!(bytes, document(&one));
    let text = String::from_utf8(bytes).expect("text");
    for path in [&one.root, &other.root] {
        assert!(!text.contains(&path.display().to_string()));
    }
    assert!(text.contains("licence file LICENCE of the package"));
}

#[test]
fn a_changed_file_changes_the_hash_of_its_package_only() {
    let (one, other) = (make(), make());
    other.write("crates/lib-a/src/lib.rs", "fn changed() {}\n");
    let hashes = |workspace: &Workspace| -> BTreeMap<String, Option<Sha256Digest>> {
        let graph = workspace.graph(&Selection::default(), &[]).expect("graph");
        graph.components().map(|one| (one.name.clone(), one.sha256())).collect()
    };
    let (before, after) = (hashes(&one), hashes(&other));
    assert_eq!(before["app"], after["app"]);
    assert_ne!(before["lib-a"], after["lib-a"]);
}

#[test]
fn hashes_are_those_that_the_definition_gives() {
    let workspace = make();
    let graph = workspace.graph(&Selection::default(), &[]).expect("graph");
    let files = [
        ("Cargo.toml", "Cargo.toml"),
        ("LICENCE", "LICENCE"),
        ("src/lib.rs", "src/lib.rs"),
        ("with space \u{e4}%.txt", "with%20space%20%C3%A4%25.txt"),
    ];
    let lines: String = files
        .iter()
        .map(|(path, shown)| {
            let bytes = std::fs::read(workspace.root.join("crates/lib-a").join(path)).expect("file");
            format!("{} {shown}\n", Sha256Digest::of(&bytes).to_hex())
        })
        .collect();
    let component = graph.component("pkg:cargo/lib-a@1.0.0").expect("component");
    assert_eq!(component.sha256(), Some(Sha256Digest::of(lines.as_bytes())));
}

#[test]
fn only_tracked_files_count_where_git_tracks_some() {
    let workspace = make();
    let git = |arguments: &[&str]| {
        let done =
            std::process::Command::new("git").args(arguments).current_dir(&workspace.root).output().expect("git");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    let hash = || {
        let graph = workspace.graph(&Selection::default(), &[]).expect("graph");
        graph.component("pkg:cargo/lib-a@1.0.0").expect("component").clone()
    };
    let before = hash();
    assert!(before.facts["hash-of"].contains("that git tracks"), "{:?}", before.facts);
    workspace.write("crates/lib-a/untracked.txt", "x");
    assert_eq!(hash().sha256(), before.sha256());
    git(&["add", "."]);
    assert_ne!(hash().sha256(), before.sha256());
    std::fs::remove_file(workspace.root.join("crates/lib-a/untracked.txt")).expect("removed");
    assert!(workspace.graph(&Selection::default(), &[]).is_err(), "a tracked file that is gone was passed over");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let workspace = make();
    std::os::unix::fs::symlink("/etc/passwd", workspace.root.join("crates/lib-a/zlink")).expect("link");
    let graph = workspace.graph(&Selection::default(), &[]).expect("graph");
    let other = make();
    std::os::unix::fs::symlink("/etc/passwd", other.root.join("crates/lib-a/zlink")).expect("link");
    let again = other.graph(&Selection::default(), &[]).expect("graph");
    assert_eq!(graph, again);
    std::fs::remove_file(other.root.join("crates/lib-a/zlink")).expect("removed");
    std::os::unix::fs::symlink("nowhere", other.root.join("crates/lib-a/zlink")).expect("link");
    assert_ne!(graph, other.graph(&Selection::default(), &[]).expect("a dangling link is no error"));
}

#[test]
fn nothing_is_written_into_the_work_tree() {
    let workspace = make();
    let before = snapshot(&workspace.root);
    let _ = document(&workspace);
    assert_eq!(snapshot(&workspace.root), before);
}
