//! Tags, commits and remotes of the release commit.

use batchseal::adapters::git::{GitError, Repository};
use batchseal::model::digest::GitId;
use batchseal::model::hint::Hint;
use batchseal::provenance::git_object::{ObjectKind, id_of, parse_commit, parse_tag};

use crate::workbench::{Bench, git_in};

#[test]
fn reads_an_annotated_tag_and_its_commit_raw() {
    let Some(bench) = Bench::released() else { return };
    let source = bench.open().release_source("v1.0.0").expect("source");
    assert_eq!(source.commit.as_str(), bench.line(&["rev-parse", "HEAD"]));
    assert_eq!(source.commit_bytes, bench.git(&["cat-file", "commit", "HEAD"]));
    assert_eq!(id_of(ObjectKind::Commit, &source.commit_bytes, &source.commit), Some(source.commit.clone()));
    let tag = source.tag.expect("tag object");
    assert_eq!(tag.id.as_str(), bench.line(&["rev-parse", "v1.0.0"]));
    assert_eq!(tag.bytes, bench.git(&["cat-file", "tag", "v1.0.0"]));
    assert_eq!(parse_tag(&tag.bytes).expect("tag").object, source.commit);
    let commit = parse_commit(&source.commit_bytes).expect("commit");
    assert_eq!(commit.author.time.to_string(), "2026-09-21T16:13:20+02:00");
    assert!(!source.shallow);
    assert_eq!(source.remote, None);
    assert!(source.submodules.is_empty() && source.lfs_pointers.is_empty());
}

#[test]
fn a_lightweight_tag_has_no_object() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["tag", "light"]);
    assert_eq!(bench.open().release_source("light").expect("source").tag, None);
}

#[test]
fn works_on_a_detached_head_and_below_the_root() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["checkout", "--quiet", "--detach"]);
    let repository = Repository::discover(&bench.root.join("src")).expect("repository");
    assert_eq!(repository.work_tree().canonicalize().ok(), bench.root.canonicalize().ok());
    assert!(repository.release_source("v1.0.0").is_ok());
}

#[test]
fn reads_sha256_repositories() {
    let Some(bench) = Bench::with_format("sha256") else { return };
    bench.fill();
    let source = bench.open().release_source("v1.0.0").expect("source");
    assert_eq!(source.commit.as_str().len(), 64);
    assert_eq!(source.commit.as_str(), bench.line(&["rev-parse", "HEAD"]));
    assert!(bench.changes().is_empty());
    bench.write("README.md", "changed\n");
    assert_eq!(bench.changes(), ["README.md"]);
}

#[test]
fn rejects_absent_and_invalid_tags() {
    let Some(bench) = Bench::released() else { return };
    let repository = bench.open();
    assert!(matches!(repository.release_source("v2"), Err(GitError::TagAbsent { .. })));
    // A branch is no tag, even where git itself would look further.
    assert!(matches!(repository.release_source("main"), Err(GitError::TagAbsent { .. })));
    for tag in ["", "../heads/main", "v1..2", "a b", "v1\n", "v1.lock"] {
        assert!(matches!(repository.release_source(tag), Err(GitError::TagName { .. })), "{tag:?}");
    }
}

#[test]
fn rejects_a_tag_of_another_commit_and_says_both() {
    let Some(bench) = Bench::released() else { return };
    let tagged = bench.line(&["rev-parse", "HEAD"]);
    bench.commit("second");
    let head = bench.line(&["rev-parse", "HEAD"]);
    match bench.open().release_source("v1.0.0") {
        Err(GitError::TagElsewhere { got, expected, .. }) => {
            assert_eq!((got.as_str(), expected.as_str()), (head.as_str(), tagged.as_str()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn rejects_tags_of_tags_trees_and_renamed_tags() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["tag", "-a", "-m", "nested", "outer", "v1.0.0"]);
    bench.git(&["tag", "tree", "HEAD^{tree}"]);
    bench.git(&["tag", "-a", "-m", "tree", "tree-object", "HEAD^{tree}"]);
    bench.git(&["update-ref", "refs/tags/v9.9.9", "refs/tags/v1.0.0"]);
    bench.git(&["symbolic-ref", "refs/tags/alias", "refs/tags/v1.0.0"]);
    let repository = bench.open();
    for tag in ["outer", "tree", "tree-object", "alias"] {
        assert!(matches!(repository.release_source(tag), Err(GitError::TagKind { .. })), "{tag}");
    }
    match repository.release_source("v9.9.9") {
        Err(GitError::TagRenamed { got, .. }) => assert_eq!(got, "v1.0.0"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn rejects_repositories_that_are_empty_bare_or_absent() {
    let Some(bench) = Bench::empty() else { return };
    assert!(matches!(bench.open().release_source("v1"), Err(GitError::Unborn)));
    assert!(matches!(bench.open().lockfiles(), Err(GitError::Unborn)));
    let bare = bench.beside("bare.git");
    git_in(&bench.root, &["init", "--quiet", "--bare", bare.to_str().expect("path")]);
    assert!(matches!(Repository::discover(&bare), Err(GitError::Bare { .. })));
    let nothing = bench.beside("nothing");
    std::fs::create_dir(&nothing).expect("folder");
    assert!(matches!(Repository::discover(&nothing), Err(GitError::NotFound { .. })));
}

#[cfg(unix)]
#[test]
fn rejects_a_repository_of_somebody_else() {
    let Some(bench) = Bench::released() else { return };
    for path in [bench.root.join(".git"), bench.root.clone()] {
        if std::os::unix::fs::chown(path, Some(4242), Some(4242)).is_err() {
            println!("skipped: only root can give files away");
            return;
        }
    }
    match Repository::discover(&bench.root.join("src")) {
        Err(error @ GitError::Untrusted { .. }) => {
            let hint = error.hint().expect("hint").into_owned();
            assert!(hint.ends_with(bench.root.to_str().expect("path")), "{hint}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn replace_refs_do_not_change_what_is_read() {
    let Some(bench) = Bench::released() else { return };
    let real = bench.git(&["cat-file", "commit", "HEAD"]);
    let tree = bench.line(&["rev-parse", "HEAD^{tree}"]);
    let fake = bench.line(&["commit-tree", "-m", "fake", &tree]);
    let head = bench.line(&["rev-parse", "HEAD"]);
    bench.git(&["replace", &head, &fake]);
    assert_ne!(bench.git(&["cat-file", "commit", "HEAD"]), real);
    assert_eq!(bench.open().release_source("v1.0.0").expect("source").commit_bytes, real);
}

#[test]
fn rejects_an_object_stored_under_another_id() {
    let Some(bench) = Bench::released() else { return };
    let loose = |id: &str| bench.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    let real = bench.line(&["rev-parse", "HEAD:README.md"]);
    bench.write("other", "other content\n");
    let other = bench.line(&["hash-object", "-w", "other"]);
    let target = loose(&real);
    std::fs::remove_file(&target).expect("loose object");
    std::fs::copy(loose(&other), &target).expect("copy");
    match bench.open().release_source("v1.0.0") {
        Err(GitError::WrongId { got, expected, .. }) => {
            assert_eq!((got.as_str(), expected), (other.as_str(), GitId::parse(&real).expect("id")));
        }
        result => panic!("{result:?}"),
    }
}

#[test]
fn names_the_remote_without_credentials() {
    let Some(bench) = Bench::released() else { return };
    bench.git(&["remote", "add", "upstream", "https://user:secret@example.com/pump.git"]);
    let remote = || bench.open().release_source("v1.0.0").expect("source").remote;
    assert_eq!(remote().as_deref(), Some("https://example.com/pump.git"));
    bench.git(&["remote", "add", "mirror", "https://example.org/mirror.git"]);
    assert_eq!(remote(), None, "one of two remotes was chosen");
    bench.git(&["remote", "add", "origin", "git@example.com:group/pump.git"]);
    assert_eq!(remote().as_deref(), Some("git@example.com:group/pump.git"));
}

#[test]
fn finds_lfs_pointers() {
    let Some(bench) = Bench::empty() else { return };
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 5\n", "ab".repeat(32));
    bench.write("model weights.bin", &pointer);
    bench.write("notes.txt", "version https://git-lfs.github.com/spec/v1 is the format\n");
    bench.commit("lfs");
    bench.git(&["tag", "v1"]);
    assert_eq!(bench.open().release_source("v1").expect("source").lfs_pointers, ["model%20weights.bin"]);
}

/// Runs itself again, below the root, in an environment that would lead git to another repository.
#[test]
fn the_environment_redirects_nothing() {
    const HERE: &str = "BATCHSEAL_TEST_REPOSITORY";
    if let Some(root) = std::env::var_os(HERE) {
        let repository = Repository::discover(std::path::Path::new(&root)).expect("repository");
        assert_eq!(repository.work_tree().canonicalize().ok(), std::path::Path::new(&root).canonicalize().ok());
        assert!(repository.release_source("v1.0.0").is_ok());
        assert_eq!(repository.changes().expect("changes"), ["new"], "the current folder narrowed the search");
        return;
    }
    let (Some(bench), Some(decoy)) = (Bench::released(), Bench::empty()) else { return };
    bench.write("new", "new\n");
    let git = decoy.root.join(".git");
    let status = std::process::Command::new(std::env::current_exe().expect("test program"))
        .args(["--exact", "source::the_environment_redirects_nothing"])
        .current_dir(bench.root.join("src"))
        .env(HERE, &bench.root)
        .env("GIT_DIR", &git)
        .env("GIT_COMMON_DIR", &git)
        .env("GIT_WORK_TREE", &decoy.root)
        .env("GIT_INDEX_FILE", git.join("no-index"))
        .env("GIT_OBJECT_DIRECTORY", git.join("objects"))
        .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", git.join("objects"))
        .env("GIT_NAMESPACE", "decoy")
        .env("GIT_SHALLOW_FILE", git.join("HEAD"))
        .env("GIT_CEILING_DIRECTORIES", &bench.root)
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.worktree")
        .env("GIT_CONFIG_VALUE_0", &decoy.root)
        .status();
    assert!(status.expect("test program").success());
}
