//! Single files and lockfiles as committed.

use batchseal::adapters::git::GitError;

use crate::workbench::Bench;

#[test]
fn reads_what_is_committed_not_what_lies_there() {
    let Some(bench) = Bench::released() else { return };
    bench.write("Cargo.lock", "changed\n");
    bench.write("go.sum", "untracked\n");
    let repository = bench.open();
    let read = |path: &str| repository.read_blob_at_head(path).expect("read");
    assert_eq!(read("Cargo.lock").as_deref(), Some(b"version = 4\n".as_slice()));
    assert_eq!(read("src/main.rs").as_deref(), Some(b"fn main() {}\n".as_slice()));
    for absent in ["go.sum", "src", "src/", "/Cargo.lock", "Cargo.lock/x", "", "../Cargo.lock"] {
        assert_eq!(read(absent), None, "{absent:?}");
    }
}

#[test]
fn lists_lockfiles_in_every_folder() {
    let Some(bench) = Bench::released() else { return };
    bench.write("web ui/package-lock.json", "{}\n");
    bench.write("tools/uv.lock", "version = 1\n");
    bench.write("tools/my-Cargo.lock", "no\n");
    bench.write("tools/npm-shrinkwrap.json", "{}\n");
    bench.write("tools/requirements.txt", "a==1\n");
    bench.write("tools/vcpkg.json", "{}\n");
    bench.write("tools/Cargo.lock/readme", "a folder of that name\n");
    bench.commit("more");
    let found = bench.open().lockfiles().expect("lockfiles");
    let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "Cargo.lock",
            "tools/npm-shrinkwrap.json",
            "tools/requirements.txt",
            "tools/uv.lock",
            "web%20ui/package-lock.json"
        ]
    );
    assert_eq!(found[3].bytes, b"version = 1\n");
}

#[cfg(unix)]
#[test]
fn a_link_is_no_file() {
    let Some(bench) = Bench::released() else { return };
    std::os::unix::fs::symlink("Cargo.lock", bench.root.join("yarn.lock")).expect("link");
    bench.commit("link");
    let repository = bench.open();
    assert!(matches!(repository.read_blob_at_head("yarn.lock"), Err(GitError::NotRegular { .. })));
    assert_eq!(repository.lockfiles().expect("lockfiles").len(), 1);
}
