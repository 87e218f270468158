//! The repository that the demonstration makes.

use batchseal::adapters::git::{FirstRelease, GitError, NewRepository, Repository, create_repository};
use batchseal::model::time::Timestamp;
use tempfile::TempDir;

use crate::workbench::{Bench, git_in, try_git};

fn release() -> FirstRelease<'static> {
    FirstRelease {
        message: "pumpctl 1.2.0",
        tag: "v1.2.0",
        tag_message: "Release 1.2.0",
        name: "Release Manager (example)",
        email: "release@example.invalid",
        time: Timestamp::from_unix(1_790_000_000).expect("time"),
    }
}

fn device() -> TempDir {
    let folder = TempDir::new().expect("folder");
    for (path, content) in
        [("Cargo.toml", "[package]\n"), ("src/main.rs", "fn main() {}\n"), ("src.rs", ""), ("src-a", "a")]
    {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, content).expect("file");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(folder.path().join("build.sh"), "#!/bin/sh\n").expect("file");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path().join("build.sh"), mode).expect("mode");
        std::os::unix::fs::symlink("src/main.rs", folder.path().join("link")).expect("link");
    }
    folder
}

fn make(folder: &TempDir) -> NewRepository {
    create_repository(folder.path(), &release()).expect("created")
}

#[test]
fn is_clean_and_releasable_for_ourselves() {
    let folder = device();
    let made = make(&folder);
    let repository = Repository::discover(folder.path()).expect("repository");
    assert!(repository.changes().expect("changes").is_empty());
    let source = repository.release_source("v1.2.0").expect("source");
    assert_eq!(source.commit, made.commit);
    assert_eq!(source.tag.map(|tag| tag.id), Some(made.tag));
    assert_eq!(source.branches.into_keys().collect::<Vec<_>>(), ["main"]);
    std::fs::write(folder.path().join("src/main.rs"), "fn main() { }\n").expect("file");
    assert_eq!(repository.changes().expect("changes"), ["src/main.rs"]);
}

#[test]
fn is_clean_and_sound_for_git() {
    if Bench::empty().is_none() {
        return;
    }
    let folder = device();
    let made = make(&folder);
    assert_eq!(git_in(folder.path(), &["status", "--porcelain"]), b"");
    let fsck = try_git(folder.path(), &["fsck", "--strict", "--full"]);
    assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
    let line =
        |arguments: &[&str]| String::from_utf8(git_in(folder.path(), arguments)).expect("UTF-8").trim().to_owned();
    assert_eq!(line(&["rev-parse", "main"]), made.commit.as_str());
    assert_eq!(line(&["rev-parse", "v1.2.0"]), made.tag.as_str());
    assert_eq!(line(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(
        line(&["log", "--format=%an %ae %at %s"]),
        "Release Manager (example) release@example.invalid 1790000000 pumpctl 1.2.0"
    );
    if cfg!(unix) {
        assert!(line(&["ls-tree", "HEAD", "build.sh"]).starts_with("100755"));
        assert!(line(&["ls-tree", "HEAD", "link"]).starts_with("120000"));
    }
}

#[test]
fn ids_depend_on_the_content_only() {
    let (first, second) = (device(), device());
    assert_eq!(make(&first), make(&second));
    let third = device();
    std::fs::write(third.path().join("src-a"), "b").expect("file");
    assert_ne!(make(&third), make(&device()));
}

#[test]
fn rejects_a_folder_that_is_a_repository_already() {
    let folder = device();
    make(&folder);
    assert!(matches!(create_repository(folder.path(), &release()), Err(GitError::Write { .. })));
}

#[test]
fn rejects_bad_tags_names_and_nested_repositories() {
    let bad = FirstRelease { tag: "v 1", ..release() };
    assert!(matches!(create_repository(device().path(), &bad), Err(GitError::TagName { .. })));
    let bad = FirstRelease { name: "A <b>\nx", ..release() };
    assert!(matches!(create_repository(device().path(), &bad), Err(GitError::Write { .. })));
    let folder = device();
    std::fs::create_dir_all(folder.path().join("vendor/.git")).expect("folder");
    assert!(matches!(create_repository(folder.path(), &release()), Err(GitError::Unstorable { .. })));
}
