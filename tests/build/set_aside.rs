//! Earlier products are out of the way during the build and come back when it fails.

use std::fs;
use std::path::{Path, PathBuf};

use batchseal::adapters::build::aside::{SetAside, recover};
use batchseal::adapters::build::products::{ProductError, collect};
use batchseal::policy::release::ArtifactPolicy;

use crate::{QUIET, artifact};

fn tree() -> (tempfile::TempDir, PathBuf, [ArtifactPolicy; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    (folder, out, [artifact("out/a", "a-linux"), artifact("out/b", "b-linux")])
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn content(path: PathBuf) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn an_earlier_product_does_not_pass_for_a_new_one() {
    let (folder, out, artifacts) = tree();
    fs::write(out.join("a"), "old").unwrap();
    let aside = SetAside::begin(folder.path(), &artifacts).unwrap();
    assert_eq!(names_in(&out), [".batchseal-aside-a-linux"]);
    fs::write(out.join("b"), "new").unwrap();
    let error = collect(folder.path(), &folder.path().join("artifacts"), &artifacts, QUIET).unwrap_err();
    assert!(matches!(&error, ProductError::Missing { paths } if paths == &["out/a"]), "{error}");
    drop(aside);
    assert_eq!(names_in(&out), ["a", "b"]);
    assert_eq!(content(out.join("a")), "old");
}

#[test]
fn a_failed_build_leaves_the_earlier_product_in_place() {
    let (folder, out, artifacts) = tree();
    fs::write(out.join("a"), "old").unwrap();
    let aside = SetAside::begin(folder.path(), &artifacts).unwrap();
    fs::write(out.join("a"), "half").unwrap();
    aside.restore().unwrap();
    assert_eq!((names_in(&out), content(out.join("a"))), (vec!["a".to_owned()], "old".to_owned()));
}

#[test]
fn a_good_build_removes_the_earlier_product() {
    let (folder, out, artifacts) = tree();
    fs::write(out.join("a"), "old").unwrap();
    let aside = SetAside::begin(folder.path(), &artifacts).unwrap();
    fs::write(out.join("a"), "new").unwrap();
    aside.discard().unwrap();
    assert_eq!((names_in(&out), content(out.join("a"))), (vec!["a".to_owned()], "new".to_owned()));
}

#[test]
fn what_a_killed_run_left_is_put_back_or_cleared() {
    let (folder, out, artifacts) = tree();
    fs::write(out.join(".batchseal-aside-a-linux"), "old a").unwrap();
    fs::write(out.join(".batchseal-aside-b-linux"), "old b").unwrap();
    fs::write(out.join("b"), "new b").unwrap();
    recover(folder.path(), &artifacts).unwrap();
    assert_eq!(names_in(&out), ["a", "b"]);
    assert_eq!((content(out.join("a")), content(out.join("b"))), ("old a".to_owned(), "new b".to_owned()));
}

#[test]
fn survives_a_build_that_clears_its_output_folder() {
    let (folder, out, artifacts) = tree();
    fs::write(out.join("a"), "old").unwrap();
    let aside = SetAside::begin(folder.path(), &artifacts).unwrap();
    fs::remove_dir_all(&out).unwrap();
    aside.restore().unwrap();
    assert!(!out.exists());
}

#[test]
fn leaves_alone_what_was_built_elsewhere() {
    let (folder, out, mut artifacts) = tree();
    fs::write(out.join("a"), "elsewhere").unwrap();
    artifacts[0].built_elsewhere = true;
    let aside = SetAside::begin(folder.path(), &artifacts).unwrap();
    assert_eq!(names_in(&out), ["a"]);
    aside.discard().unwrap();
    assert_eq!(content(out.join("a")), "elsewhere");
}

#[test]
fn refuses_to_work_through_a_linked_folder_or_on_a_folder() {
    let (folder, out, artifacts) = tree();
    fs::create_dir(out.join("b")).unwrap();
    fs::write(out.join("a"), "old").unwrap();
    assert!(matches!(SetAside::begin(folder.path(), &artifacts), Err(ProductError::NotRegular { .. })));
    assert_eq!(content(out.join("a")), "old");
    fs::rename(&out, folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", &out).unwrap();
    assert!(matches!(SetAside::begin(folder.path(), &artifacts), Err(ProductError::NotFolder { .. })));
}
