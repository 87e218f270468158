//! Databases of RPM made here byte by byte, as SQLite and as NDB, and what must be refused.

use super::header::tag;
use super::{FILES, MANIFEST_FILE, read};
use crate::sbom::graph::{Completeness, ComponentGraph, Supplier};
use crate::sbom::licence::Licence;
use crate::sbom::source::Files;

mod build;

use build::{Of, PAGE, header, leaf, ndb, package, sqlite};

const SQLITE: &str = FILES[2];
const NDB: &str = FILES[4];
const BERKELEY: &str = FILES[7];

fn files(file: &str, bytes: Vec<u8>) -> Files {
    let release = b"ID=fedora\nVERSION_ID=40\n".to_vec();
    Files::from([(file.to_owned(), bytes), ("usr/lib/os-release".to_owned(), release)])
}

fn sample() -> Vec<Vec<u8>> {
    let key =
        header(&[(tag::NAME, Of::Text("gpg-pubkey")), (tag::VERSION, Of::Text("1")), (tag::RELEASE, Of::Text("1"))]);
    let requires: &[(&str, u32, &str)] = &[
        ("libc.so.6()(64bit)", 0, ""),
        ("rpmlib(PayloadIsZstd)", 1 << 24 | 10, "5.4.18-1"),
        ("/bin/sh", 0, ""),
        ("config(app)", 8, "1:1.2-3.fc40"),
        ("libc", 12, "1:1.0"),
        ("libc", 12, "2:1.0"),
        ("(shell if libc)", 0, ""),
    ];
    let many: Vec<(String, String)> = (0..60).map(|at| ("/usr/share/app/".to_owned(), format!("file{at}"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(folder, name)| (folder.as_str(), name.as_str())).collect();
    vec![
        package("app", requires, &[("config(app)", 8, "1:1.2-3.fc40"), ("app", 8, "1:1.2-3.fc40")], &many),
        package("libc", &[], &[("libc", 8, "1:1.2-3.fc40"), ("libc.so.6()(64bit)", 0, "")], &[]),
        key,
        package("shell", &[("libc.so.6()(64bit)", 0, "")], &[("shell", 8, "1:1.2-3.fc40")], &[("/usr/bin/", "sh")]),
    ]
}

fn graph(files: &Files) -> ComponentGraph {
    read(files, "root").expect("resolution").graph("rpm", &[], None).expect("graph")
}

#[test]
fn both_databases_give_packages_and_their_requirements() {
    for files in [files(SQLITE, sqlite(&sample())), files(NDB, ndb(&sample()))] {
        let graph = graph(&files);
        let purl = |name: &str| {
            let rest = "@1.2-3.fc40?arch=x86_64&distro=fedora-40&epoch=1&upstream=s-1.2-3.fc40.src.rpm";
            format!("pkg:rpm/fedora/{name}{rest}")
        };
        assert_eq!(graph.len(), 4);
        let needs = |name: &str| graph.dependencies(name).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(needs(&purl("app")), [purl("libc"), purl("shell")]);
        assert_eq!((needs(&purl("shell")), needs("pkg:generic/fedora@40")), (vec![purl("libc")], vec![purl("app")]));
        let Completeness::Incomplete { reason } = graph.completeness() else { panic!("complete") };
        assert!(reason.ends_with("1 requirements are met by no installed package, such as: app needs libc >= 2:1.0"));
        let libc = graph.component(&purl("libc")).expect("libc");
        assert_eq!(libc.licence, Licence::Expression("MIT AND Apache-2.0".to_owned()));
        assert!(matches!(&libc.supplier, Supplier::Derived { name, .. } if name == "Example Project"));
        assert_eq!(libc.hashes[0].content.as_str(), "ab".repeat(32));
        assert!(libc.facts["hash-of"].starts_with("header of the package"));
    }
}

#[test]
fn the_old_database_is_refused_by_name_unless_there_is_a_manifest() {
    let mut files = files(BERKELEY, vec![0; 4096]);
    let error = read(&files, "root").expect_err("refused").to_string();
    assert!(error.contains("Berkeley DB") && error.contains("rpm -qa --queryformat"), "{error}");
    let line = "bash\t5.1-2.cm2\t1\t2\tExample\t(none)\t3\tx86_64\t0\tbash-5.1-2.cm2.src.rpm\n";
    files.insert(MANIFEST_FILE.to_owned(), line.as_bytes().to_vec());
    let graph = graph(&files);
    assert!(
        graph
            .component("pkg:rpm/fedora/bash@5.1-2.cm2?arch=x86_64&distro=fedora-40&upstream=bash-5.1-2.cm2.src.rpm")
            .is_some()
    );
    assert!(matches!(graph.completeness(), Completeness::Incomplete { .. }));
    files.insert(MANIFEST_FILE.to_owned(), b"bash\t5.1\n".to_vec());
    assert!(read(&files, "root").expect_err("refused").to_string().contains("2 columns (expected 10"));
}

#[test]
fn changes_that_are_not_in_the_database_yet_are_an_error() {
    let mut files = files(SQLITE, sqlite(&sample()));
    files.insert(format!("{SQLITE}-wal"), Vec::new());
    assert!(read(&files, "root").is_ok());
    files.insert(format!("{SQLITE}-wal"), vec![1]);
    assert!(read(&files, "root").expect_err("refused").to_string().contains("wal_checkpoint"));
}

#[test]
fn refuses_files_of_other_kinds_and_pages_used_twice() {
    for (file, bytes, expected) in [
        (SQLITE, b"SQLite format 3\0".to_vec(), "no SQLite database"),
        (SQLITE, leaf(1, &[]), "no SQLite database"),
        (NDB, vec![0; 8192], "no package database"),
    ] {
        let error = read(&files(file, bytes), "root").expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
    let mut twice = sqlite(&sample());
    // The last leaf of the interior page is the first one again.
    twice.copy_within(PAGE * 2 - 8..PAGE * 2 - 4, PAGE + 8);
    let error = super::sqlite::blobs(&twice).expect_err("refused");
    assert!(error.contains("used twice"), "{error}");
}

#[test]
fn every_cut_and_every_changed_byte_is_read_or_refused_without_a_panic() {
    let release = files(SQLITE, Vec::new());
    for (file, whole) in [(SQLITE, sqlite(&sample())), (NDB, ndb(&sample()))] {
        let attempt = |bytes: Vec<u8>| {
            let mut files = release.clone();
            files.remove(SQLITE);
            files.insert(file.to_owned(), bytes);
            read(&files, "root").is_ok()
        };
        assert!(attempt(whole.clone()));
        for length in (0..whole.len()).step_by(61) {
            assert!(!attempt(whole[..length].to_vec()), "{file} cut to {length}");
        }
        for at in (0..whole.len()).step_by(3) {
            for change in [0xff, 0x01] {
                let mut bytes = whole.clone();
                bytes[at] ^= change;
                attempt(bytes);
            }
        }
    }
    assert!(super::ndb::blobs(&[]).is_err());
}
