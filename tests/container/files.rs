//! Files: only regular ones, unchanged while read, written whole or not at all.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use batchseal::adapters::files::{self, FileError, LOCK_NAME};
use batchseal::adapters::terminal::Terminal;
use batchseal::model::digest::Sha256Digest;

const QUIET: Terminal = Terminal { quiet: true, colour: false, progress: false };

fn folder_with(given: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in given {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn names(folder: &Path) -> Vec<String> {
    files::list_regular(folder).unwrap().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn hashes_many_files_in_the_order_given() {
    let large = vec![7; 3 << 20];
    // Large enough to be read on a thread of its own, and not a whole number of buffers.
    let larger: Vec<u8> = (0..17_u32 << 20 | 5).map(|at| at.to_le_bytes()[1]).collect();
    let folder =
        folder_with(&[("small", b"x"), ("large", &large), ("larger", &larger), ("empty", b""), ("other", b"y")]);
    let paths: Vec<PathBuf> =
        ["small", "absent", "large", "empty", "larger", "other"].iter().map(|name| folder.path().join(name)).collect();
    let results = files::hash_many(&paths, QUIET);
    let digests: Vec<_> = results.into_iter().map(Result::ok).collect();
    let of = |bytes: &[u8]| Some((Sha256Digest::of(bytes), bytes.len() as u64));
    assert_eq!(digests, [of(b"x"), None, of(&large), of(b""), of(&larger), of(b"y")]);
    assert_eq!(files::hash(&paths[2]).ok(), of(&large));
    assert_eq!(files::hash(&paths[4]).ok(), of(&larger));
    assert!(files::hash_many(&[], QUIET).is_empty());
}

#[test]
fn reads_up_to_the_limit_only() {
    let folder = folder_with(&[("a", b"12345")]);
    let path = folder.path().join("a");
    assert_eq!(files::read(&path, 5).unwrap(), b"12345");
    assert_eq!(files::read_container(&path, 5).unwrap(), b"12345");
    assert!(matches!(files::read(&path, 4), Err(FileError::TooLarge { limit: 4, .. })));
}

#[cfg(unix)]
#[test]
fn refuses_links_folders_and_special_files() {
    let folder = folder_with(&[("a", b"x")]);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path().join("a"), &link).unwrap();
    for (path, got) in
        [(link.as_path(), "a symbolic link"), (folder.path(), "a folder"), (Path::new("/dev/null"), "a special file")]
    {
        let error = files::open_regular(path).expect_err(got).to_string();
        assert!(error.contains(got), "{error}");
        assert!(files::hash(path).is_err() && files::read(path, 10).is_err());
        assert!(files::copy_hashed(path, &folder.path().join("copy")).is_err());
    }
    assert!(files::open_regular(&folder.path().join("a")).is_ok());
    assert!(!folder.path().join("copy").exists());
}

#[cfg(unix)]
#[test]
fn copies_hash_the_bytes_and_keep_the_executable_bit() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder_with(&[("a", b"#!/bin/sh\n")]);
    let (from, to) = (folder.path().join("a"), folder.path().join("sub/b"));
    for (mode, kept) in [(0o600, 0o644), (0o750, 0o755), (0o4711, 0o755)] {
        fs::set_permissions(&from, fs::Permissions::from_mode(mode)).unwrap();
        let (digest, size) = files::copy_hashed(&from, &to).unwrap();
        assert_eq!((digest, size), (Sha256Digest::of(b"#!/bin/sh\n"), 10));
        assert_eq!(fs::read(&to).unwrap(), b"#!/bin/sh\n");
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o7777, kept);
    }
    assert_eq!(names(folder.path()), ["a", "sub/b"]);
}

#[test]
fn lists_regular_files_sorted_with_slashes() {
    let folder = folder_with(&[("b/c", b""), ("b.txt", b""), ("a", b""), ("b/a/z", b""), (".hidden", b"")]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(names(folder.path()), [".hidden", "a", "b.txt", "b/a/z", "b/c"]);
    assert!(files::list_regular(&folder.path().join("absent")).is_err());
}

#[cfg(unix)]
#[test]
fn listing_refuses_links_odd_names_and_depth() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder_with(&[("a", b"")]);
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(folder.path(), &link).unwrap();
    assert!(matches!(files::list_regular(folder.path()), Err(FileError::NotRegular { got: "a symbolic link", .. })));
    fs::remove_file(&link).unwrap();
    let deep = "d/".repeat(32);
    fs::create_dir_all(folder.path().join(&deep)).unwrap();
    assert!(files::list_regular(folder.path()).is_ok());
    fs::create_dir_all(folder.path().join(deep).join("e")).unwrap();
    assert!(matches!(files::list_regular(folder.path()), Err(FileError::TooMany { limit: 32, .. })));
    fs::remove_dir_all(folder.path().join("d")).unwrap();
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    if fs::write(&odd, "").is_ok() {
        assert!(matches!(files::list_regular(folder.path()), Err(FileError::NotUtf8 { .. })));
    }
}

#[test]
fn locks_a_folder_against_a_second_run() {
    let folder = folder_with(&[("a", b"")]);
    let lock = files::lock_exclusive(folder.path()).unwrap();
    assert!(matches!(files::lock_exclusive(folder.path()), Err(FileError::Busy { .. })));
    assert_eq!(names(folder.path()), ["a"], "the lock file is not evidence");
    drop(lock);
    let again = files::lock_exclusive(folder.path()).unwrap();
    drop(again);
    // A file of that name with content is not ours to hide, nor one in a folder below.
    fs::write(folder.path().join(LOCK_NAME), "x").unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    fs::write(folder.path().join("sub").join(LOCK_NAME), "").unwrap();
    assert_eq!(names(folder.path()), [LOCK_NAME.to_owned(), "a".to_owned(), format!("sub/{LOCK_NAME}")]);
}

#[test]
fn many_threads_never_hold_one_lock_together() {
    let folder = folder_with(&[]);
    let inside = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    if let Ok(_lock) = files::lock_exclusive(folder.path()) {
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                    }
                }
            });
        }
    });
    assert!(files::lock_exclusive(folder.path()).is_ok());
}

#[test]
fn clears_away_only_its_own_old_temporary_files() {
    let folder = folder_with(&[(".batchseal-aB3dE6", b""), (".batchseal-zzzzzz", b""), (".batchseal-notes.md", b"")]);
    for name in [".batchseal-aB3dE6", ".batchseal-notes.md"] {
        let file = File::options().write(true).open(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(2 * 60 * 60)).unwrap();
    }
    files::remove_stale(folder.path());
    assert_eq!(names(folder.path()), [".batchseal-notes.md", ".batchseal-zzzzzz"]);
    files::remove_stale(&folder.path().join("absent"));
}

#[test]
fn writes_whole_files_and_leaves_nothing_else() {
    let folder = folder_with(&[("a", b"old")]);
    files::write_atomic(&folder.path().join("a"), b"new").unwrap();
    files::write_atomic(&folder.path().join("b/c"), b"").unwrap();
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"new");
    assert!(files::write_atomic(&folder.path().join("b"), b"over a folder").is_err());
    assert_eq!(names(folder.path()), ["a", "b/c"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_stays_a_pipe() {
    use std::io::Read as _;
    use std::os::unix::fs::FileTypeExt as _;
    let folder = tempfile::TempDir::new().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: mkfifo is not there");
        return;
    }
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || {
            let mut text = String::new();
            std::fs::File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
            text
        }
    });
    files::write_atomic(&pipe, b"through").unwrap();
    assert_eq!(reader.join().unwrap(), "through");
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
