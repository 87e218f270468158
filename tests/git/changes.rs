//! What counts as a change of the work tree.

use batchseal::adapters::git::GitError;

use crate::workbench::{Bench, git_in, try_git};

#[test]
fn a_fresh_checkout_is_clean() {
    let Some(bench) = Bench::released() else { return };
    assert!(bench.changes().is_empty());
}

#[test]
fn a_touched_file_is_no_change() {
    let Some(bench) = Bench::released() else { return };
    let file = std::fs::File::options().append(true).open(bench.root.join("README.md")).expect("file");
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000)).expect("time");
    assert!(bench.changes().is_empty());
}

#[test]
fn sees_changed_deleted_and_untracked_files() {
    let Some(bench) = Bench::released() else { return };
    bench.write("src/main.rs", "fn main() { }\n");
    std::fs::remove_file(bench.root.join("Cargo.lock")).expect("removed");
    bench.write("new/deep/file", "new\n");
    bench.write("new/other", "new\n");
    assert_eq!(bench.changes(), ["Cargo.lock", "new/deep/file", "new/other", "src/main.rs"]);
}

#[test]
fn sees_what_is_only_staged() {
    let Some(bench) = Bench::released() else { return };
    bench.write("README.md", "staged\n");
    bench.write("added", "added\n");
    bench.git(&["add", "--all"]);
    bench.git(&["rm", "--quiet", "--cached", "Cargo.lock"]);
    bench.write("README.md", "# Pump\n");
    bench.write("intended", "added with git add -N\n");
    bench.git(&["add", "--intent-to-add", "intended"]);
    assert_eq!(bench.changes(), ["Cargo.lock", "README.md", "added", "intended"]);
}

#[test]
fn lists_a_renamed_file_under_both_names() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["mv", "README.md", "MANUAL.md"]);
    assert_eq!(bench.changes(), ["MANUAL.md", "README.md"]);
}

#[test]
fn ignored_files_are_not_listed_but_tracked_ones_among_them_are() {
    let Some(bench) = Bench::released() else { return };
    bench.write(".gitignore", "target/\n*.log\n");
    bench.write("kept.log", "tracked\n");
    bench.git(&["add", "--force", "--all"]);
    bench.commit("ignore");
    bench.write("target/out", "built\n");
    bench.write("x.log", "log\n");
    assert!(bench.changes().is_empty());
    bench.write("kept.log", "changed\n");
    assert_eq!(bench.changes(), ["kept.log"]);
}

#[test]
fn configuration_cannot_hide_untracked_files() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["config", "status.showUntrackedFiles", "no"]);
    bench.write("new", "new\n");
    assert_eq!(bench.changes(), ["new"]);
}

#[cfg(unix)]
#[test]
fn sees_executable_bits_links_and_changed_types() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let Some(bench) = Bench::released() else { return };
    symlink("README.md", bench.root.join("link")).expect("link");
    bench.commit("link");
    assert!(bench.changes().is_empty());
    std::fs::remove_file(bench.root.join("link")).expect("removed");
    symlink("Cargo.lock", bench.root.join("link")).expect("link");
    std::fs::set_permissions(bench.root.join("README.md"), std::fs::Permissions::from_mode(0o755)).expect("mode");
    std::fs::remove_file(bench.root.join("Cargo.lock")).expect("removed");
    symlink("README.md", bench.root.join("Cargo.lock")).expect("link");
    std::fs::remove_dir_all(bench.root.join("src")).expect("removed");
    bench.write("src", "a file now\n");
    assert_eq!(bench.changes(), ["Cargo.lock", "README.md", "link", "src", "src/main.rs"]);
}

#[cfg(unix)]
#[test]
fn a_folder_replaced_by_a_link_to_its_copy_is_a_change() {
    let Some(bench) = Bench::released() else { return };
    std::fs::rename(bench.root.join("src"), bench.beside("copy")).expect("moved");
    std::os::unix::fs::symlink(bench.beside("copy"), bench.root.join("src")).expect("link");
    assert_eq!(bench.changes(), ["src", "src/main.rs"]);
}

#[test]
fn index_flags_hide_nothing() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["update-index", "--assume-unchanged", "README.md"]);
    bench.git(&["update-index", "--skip-worktree", "src/main.rs", "Cargo.lock"]);
    assert!(bench.changes().is_empty());
    bench.write("README.md", "changed\n");
    bench.write("src/main.rs", "changed\n");
    std::fs::remove_file(bench.root.join("Cargo.lock")).expect("removed");
    assert_eq!(bench.git(&["status", "--porcelain"]), b"");
    assert_eq!(bench.changes(), ["Cargo.lock", "README.md", "src/main.rs"]);
}

/// Same size, same times, and git told to trust little: only the content tells.
#[test]
fn unchanged_times_and_size_hide_nothing() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["config", "core.trustctime", "false"]);
    bench.git(&["config", "core.checkStat", "minimal"]);
    let path = bench.root.join("README.md");
    let set = |when| std::fs::File::options().append(true).open(&path).expect("file").set_modified(when).expect("time");
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    set(old);
    bench.git(&["update-index", "--refresh"]);
    std::fs::write(&path, "# Bomb\n").expect("file");
    set(old);
    assert_eq!(bench.git(&["status", "--porcelain"]), b"", "git is fooled, which this test needs");
    assert_eq!(bench.changes(), ["README.md"]);
}

#[test]
fn a_sparse_checkout_is_refused_by_name() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["sparse-checkout", "set", "--no-cone", "/README.md"]);
    match bench.open().changes() {
        Err(GitError::Sparse { left_out: 2, first }) => assert_eq!(first, "Cargo.lock"),
        other => panic!("{other:?}"),
    }
    bench.git(&["sparse-checkout", "disable"]);
    assert!(bench.changes().is_empty());
}

#[test]
fn a_sparse_index_is_refused_too() {
    let Some(bench) = Bench::released() else { return };
    bench.write("docs/a", "a\n");
    bench.commit("docs");
    bench.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    assert!(matches!(bench.open().changes(), Err(GitError::Sparse { .. })));
}

#[test]
fn lists_conflicts() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["checkout", "--quiet", "-b", "other"]);
    bench.write("README.md", "theirs\n");
    bench.commit("theirs");
    bench.git(&["checkout", "--quiet", "main"]);
    bench.write("README.md", "ours\n");
    bench.commit("ours");
    assert!(!try_git(&bench.root, &["merge", "--quiet", "other"]).status.success());
    assert_eq!(bench.changes(), ["README.md"]);
}

#[test]
fn an_empty_repository_lists_what_lies_there() {
    let Some(bench) = Bench::empty() else { return };
    assert!(bench.changes().is_empty());
    bench.write("file", "file\n");
    assert_eq!(bench.changes(), ["file"]);
    bench.git(&["add", "--all"]);
    assert_eq!(bench.changes(), ["file"]);
}

#[test]
fn an_absent_index_makes_every_file_a_change() {
    let Some(bench) = Bench::released() else { return };
    std::fs::remove_file(bench.root.join(".git/index")).expect("removed");
    assert_eq!(bench.changes(), ["Cargo.lock", "README.md", "src/main.rs"]);
}

#[test]
fn sees_nested_repositories_and_files_beside_them() {
    let Some(bench) = Bench::released() else { return };
    let nested = bench.root.join("nested");
    std::fs::create_dir(&nested).expect("folder");
    git_in(&nested, &["init", "--quiet"]);
    std::fs::write(nested.join("file"), "x\n").expect("file");
    assert_eq!(bench.changes(), ["nested/"]);
}

/// A `.git` put into a tracked folder must not make the folder's files invisible.
#[test]
fn a_repository_inside_a_tracked_folder_hides_nothing() {
    let Some(bench) = Bench::released() else { return };
    git_in(&bench.root.join("src"), &["init", "--quiet"]);
    bench.write("src/evil.rs", "evil\n");
    bench.write("src/main.rs", "changed\n");
    let changes = bench.changes();
    assert!(changes.contains(&"src/main.rs".to_owned()), "{changes:?}");
    assert!(changes.iter().any(|path| path == "src/evil.rs" || path == "src/"), "{changes:?}");
}

#[cfg(unix)]
#[test]
fn escapes_strange_names_for_display() {
    use std::os::unix::ffi::OsStrExt;
    let Some(bench) = Bench::released() else { return };
    for name in [b"caf\xe9".as_slice(), b"line\nbreak", b"tab\there", b"back\\slash", "grün".as_bytes(), b"a:b", b"con"]
    {
        std::fs::write(bench.root.join(std::ffi::OsStr::from_bytes(name)), "x\n").expect("file");
    }
    let expected = ["a:b", "back\\slash", "caf\\xE9", "con", "grün", "line\\u{a}break", "tab\\u{9}here"];
    assert_eq!(bench.changes(), expected);
    bench.commit("names");
    bench.git(&["tag", "v2"]);
    assert!(bench.changes().is_empty());
    assert!(bench.open().release_source("v2").is_ok());
    std::fs::write(bench.root.join(std::ffi::OsStr::from_bytes(b"caf\xe9")), "y\n").expect("file");
    assert_eq!(bench.changes(), ["caf\\xE9"]);
}

#[test]
fn line_ending_conversion_follows_git() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["config", "core.autocrlf", "true"]);
    bench.write("README.md", "# Pump\r\n");
    assert!(bench.changes().is_empty(), "git converts this on commit");
    bench.write("README.md", "# Pumps\r\n");
    assert_eq!(bench.changes(), ["README.md"]);
}

/// A blob with CR LF under `text` is "modified" for git after every touch, though the bytes are those committed.
#[test]
fn the_very_bytes_that_were_committed_are_no_change() {
    let Some(bench) = Bench::released() else { return };
    bench.write("dos.txt", "one\r\ntwo\r\n");
    bench.commit("dos");
    bench.write(".gitattributes", "*.txt text\n");
    bench.commit("attributes");
    assert!(bench.changes().is_empty());
    bench.write("dos.txt", "one\r\n2\r\n");
    assert_eq!(bench.changes(), ["dos.txt"]);
}
