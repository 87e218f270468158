//! Products are taken in whole, by their own bytes, and only if they are plain files.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use batchseal::adapters::build::products::{ProductError, collect};
use batchseal::model::digest::Sha256Digest;

use crate::{QUIET, artifact, environment, run_with};

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("tree/out")).unwrap();
        Self { folder }
    }

    fn tree(&self) -> std::path::PathBuf {
        self.folder.path().join("tree")
    }

    fn artifacts(&self) -> std::path::PathBuf {
        self.folder.path().join("batch/artifacts")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        fs::write(self.tree().join(path), bytes).unwrap();
    }

    fn collect(&self, products: &[(&str, &str)]) -> Result<Vec<Sha256Digest>, ProductError> {
        let policies: Vec<_> = products.iter().map(|(path, name)| artifact(path, name)).collect();
        let records = collect(&self.tree(), &self.artifacts(), &policies, QUIET)?;
        for (record, (_, name)) in records.iter().zip(products) {
            assert_eq!(record.name.as_str(), *name);
            let copied = fs::read(self.artifacts().join(name)).unwrap();
            assert_eq!((Sha256Digest::of(&copied), copied.len() as u64), (record.sha256, record.size));
        }
        Ok(records.into_iter().map(|record| record.sha256).collect())
    }

    fn taken(&self) -> Vec<String> {
        names_in(&self.artifacts())
    }
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn takes_products_in_with_digest_and_executable_bit() {
    let place = Place::new();
    let large = vec![7; 5 * 1024 * 1024 + 3];
    place.write("out/pumpctl", &large);
    place.write("notes.txt", b"notes");
    fs::set_permissions(place.tree().join("out/pumpctl"), fs::Permissions::from_mode(0o700)).unwrap();
    fs::create_dir_all(place.artifacts()).unwrap();
    fs::write(place.artifacts().join(".batchseal-copy-killed"), "half").unwrap();
    let digests = place.collect(&[("out/pumpctl", "pumpctl-linux"), ("notes.txt", "notes.txt")]).unwrap();
    assert_eq!(digests, [Sha256Digest::of(&large), Sha256Digest::of(b"notes")]);
    assert_eq!(place.taken(), ["notes.txt", "pumpctl-linux"]);
    let mode = |name: &str| fs::metadata(place.artifacts().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("pumpctl-linux"), mode("notes.txt")), (0o755, 0o644));
}

#[test]
fn names_everything_that_is_missing() {
    let place = Place::new();
    place.write("out/here", b"x");
    let error = place.collect(&[("out/b", "b"), ("out/here", "here"), ("nowhere/a", "a")]).unwrap_err();
    assert_eq!(error.to_string(), "2 products were not found after the build: nowhere/a, out/b");
    assert!(place.taken().is_empty());
}

#[test]
fn refuses_links_folders_and_pipes() {
    let place = Place::new();
    place.write("real", b"x");
    let tree = place.tree();
    symlink(tree.join("real"), tree.join("out/link")).unwrap();
    symlink(tree.join("out"), tree.join("linked-folder")).unwrap();
    fs::create_dir(tree.join("out/folder")).unwrap();
    place.write("out/plain", b"x");
    let pipe = tree.join("out/pipe");
    let made = run_with(&["mkfifo", pipe.to_str().unwrap()], &environment(&[], &tree), &tree).unwrap();
    assert!(made.succeeded());
    for (path, got) in [
        ("out/link", "a symbolic link"),
        ("out/folder", "a folder"),
        ("out/pipe", "a special file"),
        ("linked-folder/plain", "a symbolic link"),
        ("real/x", "a regular file"),
    ] {
        let error = place.collect(&[(path, "product")]).unwrap_err().to_string();
        assert!(error.contains(got), "{path}: {error}");
    }
    assert!(place.collect(&[("out/plain", "product")]).is_ok());
}

#[test]
fn refuses_paths_that_leave_the_work_tree() {
    let place = Place::new();
    fs::write(place.folder.path().join("outside"), "x").unwrap();
    for path in ["../outside", "out/../../outside", "/etc/hostname", "", "out//x", "./out", "out/"] {
        assert!(matches!(place.collect(&[(path, "product")]), Err(ProductError::Path { .. })), "{path:?} was accepted");
    }
}

#[test]
fn refuses_two_products_of_one_name() {
    let place = Place::new();
    place.write("a", b"a");
    place.write("b", b"b");
    assert!(matches!(place.collect(&[("a", "pump"), ("b", "PUMP")]), Err(ProductError::Name { .. })));
}

#[test]
fn never_records_a_mixture_of_two_files() {
    let place = Place::new();
    let (first, second) = (vec![1; 24 * 1024 * 1024], vec![2; 24 * 1024 * 1024]);
    place.write("product", &first);
    let stop = AtomicBool::new(false);
    let replace = || {
        while !stop.load(Ordering::Relaxed) {
            for bytes in [&second, &first] {
                place.write("next", bytes);
                fs::rename(place.tree().join("next"), place.tree().join("product")).unwrap();
            }
        }
    };
    let whole = [Sha256Digest::of(&first), Sha256Digest::of(&second)];
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        scope.spawn(replace);
        let outcomes = (0..6).map(|_| place.collect(&[("product", "product")])).collect();
        stop.store(true, Ordering::Relaxed);
        outcomes
    });
    for outcome in outcomes {
        match outcome {
            Ok(digests) => assert!(whole.contains(&digests[0])),
            Err(ProductError::Changed { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(place.taken().iter().all(|name| name == "product"), "{:?}", place.taken());
}

#[test]
fn refuses_a_product_that_grows_while_it_is_copied() {
    let place = Place::new();
    place.write("product", &vec![1; 24 * 1024 * 1024]);
    let stop = AtomicBool::new(false);
    let grow = || {
        use std::io::Write;
        let mut file = fs::OpenOptions::new().append(true).open(place.tree().join("product")).unwrap();
        while !stop.load(Ordering::Relaxed) {
            file.write_all(b"x").unwrap();
        }
    };
    let outcome = std::thread::scope(|scope| {
        scope.spawn(grow);
        std::thread::sleep(std::time::Duration::from_millis(50));
        let outcome = place.collect(&[("product", "product")]);
        stop.store(true, Ordering::Relaxed);
        outcome
    });
    assert!(matches!(outcome, Err(ProductError::Changed { .. })), "{outcome:?}");
    assert!(place.taken().is_empty());
}
