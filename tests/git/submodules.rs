//! Submodules: what is pinned, what is checked out, what changed inside.

use batchseal::adapters::lockfiles;
use batchseal::sbom::source::READERS;

use crate::workbench::{Bench, git_in};

/// A release with submodule `lib` at commit one of two.
fn with_submodule() -> Option<Bench> {
    let bench = Bench::released()?;
    let library = bench.beside("library");
    std::fs::create_dir(&library).expect("folder");
    git_in(&library, &["init", "--quiet", "-b", "main"]);
    for content in ["one\n", "two\n"] {
        std::fs::write(library.join("lib.c"), content).expect("file");
        git_in(&library, &["add", "--all"]);
        git_in(&library, &["commit", "--quiet", "-m", content.trim()]);
    }
    bench.git(&["submodule", "--quiet", "add", library.to_str().expect("path"), "lib"]);
    bench.git(&["config", "-f", ".gitmodules", "submodule.lib.url", "https://user:secret@example.com/lib.git"]);
    bench.commit("submodule");
    bench.git(&["tag", "-a", "-m", "two", "v2"]);
    Some(bench)
}

#[test]
fn a_clean_submodule_is_recorded_and_no_change() {
    let Some(bench) = with_submodule() else { return };
    assert!(bench.changes().is_empty());
    let found = bench.open().release_source("v2").expect("source").submodules;
    let [lib] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((lib.path.as_str(), lib.url.as_deref()), ("lib", Some("https://example.com/lib.git")));
    assert_eq!(lib.commit.as_str(), bench.line(&["rev-parse", "HEAD:lib"]));
    assert_eq!(lib.checked_out.as_ref(), Some(&lib.commit));
}

#[test]
fn sees_changes_inside_even_where_git_is_told_not_to_look() {
    let Some(bench) = with_submodule() else { return };
    bench.git(&["config", "submodule.lib.ignore", "all"]);
    bench.git(&["config", "diff.ignoreSubmodules", "all"]);
    bench.write("lib/new.c", "new\n");
    assert_eq!(bench.changes(), ["lib/new.c"]);
    bench.write("lib/lib.c", "changed\n");
    assert_eq!(bench.changes(), ["lib/lib.c", "lib/new.c"]);
    git_in(&bench.root.join("lib"), &["add", "--all"]);
    assert_eq!(bench.changes(), ["lib/lib.c", "lib/new.c"]);
}

#[test]
fn sees_another_commit_checked_out() {
    let Some(bench) = with_submodule() else { return };
    git_in(&bench.root.join("lib"), &["checkout", "--quiet", "HEAD^"]);
    assert_eq!(bench.changes(), ["lib"]);
    let found = bench.open().release_source("v2").expect("source").submodules;
    assert_ne!(found[0].checked_out.as_ref(), Some(&found[0].commit));
    bench.git(&["add", "lib"]);
    assert_eq!(bench.changes(), ["lib"], "staged");
}

#[test]
fn an_uninitialised_submodule_is_clean_until_something_lies_there() {
    let Some(bench) = with_submodule() else { return };
    bench.git(&["submodule", "--quiet", "deinit", "--force", "lib"]);
    assert!(bench.changes().is_empty());
    assert_eq!(bench.open().release_source("v2").expect("source").submodules[0].checked_out, None);
    bench.write("lib/hidden.c", "hidden\n");
    assert_eq!(bench.changes(), ["lib/"]);
}

#[test]
fn sees_a_removed_and_a_replaced_submodule() {
    let Some(bench) = with_submodule() else { return };
    std::fs::remove_dir_all(bench.root.join("lib")).expect("removed");
    assert_eq!(bench.changes(), ["lib"]);
    bench.write("lib", "a file\n");
    assert_eq!(bench.changes(), ["lib"]);
}

#[test]
fn a_submodule_cannot_point_its_work_tree_elsewhere() {
    let Some(bench) = with_submodule() else { return };
    let decoy = bench.beside("decoy");
    std::fs::create_dir(&decoy).expect("folder");
    std::fs::copy(bench.root.join("lib/lib.c"), decoy.join("lib.c")).expect("copy");
    bench.write("lib/lib.c", "changed\n");
    git_in(&bench.root.join("lib"), &["config", "core.worktree", decoy.to_str().expect("path")]);
    assert_eq!(bench.changes(), ["lib"]);
}

/// Purls that the reader of submodules finds in a folder.
fn read_submodules(folder: &std::path::Path) -> Result<Vec<String>, String> {
    let reader = READERS.iter().find(|reader| reader.lockfile == ".gitmodules").expect("reader");
    let found = lockfiles::named(&folder.join(reader.lockfile)).map_err(|error| error.to_string())?;
    let files = lockfiles::read(&found, reader).map_err(|error| error.to_string())?;
    let resolution = (reader.read)(&files, "app").map_err(|error| error.to_string())?;
    Ok(resolution.packages.into_iter().map(|package| package.purl).collect())
}

#[test]
fn the_sbom_takes_the_commit_of_the_index() {
    let Some(bench) = with_submodule() else { return };
    bench.git(&["config", "-f", ".gitmodules", "submodule.lib.url", "https://github.com/Example/Lib.git"]);
    git_in(&bench.root.join("lib"), &["checkout", "--quiet", "HEAD^"]);
    let expected = bench.line(&["rev-parse", "HEAD:lib"]);
    assert_eq!(read_submodules(&bench.root).expect("pins"), [format!("pkg:github/example/lib@{expected}")]);
    bench.git(&["update-index", "--force-remove", "lib"]);
    assert!(read_submodules(&bench.root).expect_err("no pin").contains("submodule lib has no commit"));
}

#[test]
fn modules_outside_the_root_of_a_repository_are_passed_over_or_refused() {
    let Some(bench) = with_submodule() else { return };
    let text = std::fs::read_to_string(bench.root.join(".gitmodules")).expect("modules");
    bench.write("copied/.gitmodules", &text);
    let found: Vec<String> =
        lockfiles::search(&bench.root).expect("search").found.into_iter().map(|found| found.shown).collect();
    assert!(
        found.contains(&".gitmodules".to_owned()) && !found.contains(&"copied/.gitmodules".to_owned()),
        "{found:?}"
    );
    let copied = bench.root.join("copied");
    assert!(read_submodules(&copied).expect_err("no repository").contains("git's index"));
    let alone = lockfiles::search(&copied).expect("search").found;
    assert_eq!(alone.len(), 1, "the top of what is searched is not passed over");
}
