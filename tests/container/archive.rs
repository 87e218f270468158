//! Container files: written whole or not at all, opened with every byte looked at.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};

use batchseal::adapters::archive::{self, ArchiveError, MAX_LOADED, Payload};
use batchseal::evidence::container::{Measured, Source, encode};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::hint::Hint;

use crate::{entries, name, sample, time};

#[test]
fn writes_the_same_bytes_from_files_as_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let (source, path) = (folder.path().join("source"), folder.path().join("out/c.zip"));
    fs::write(&source, "content of a file").unwrap();
    let mut memory = sample();
    let mut given: BTreeMap<_, _> =
        memory.iter().map(|(n, bytes)| (n.clone(), Payload::Bytes(bytes.clone()))).collect();
    given.insert(name("file"), Payload::File(source));
    memory.insert(name("file"), b"content of a file".to_vec());
    let written = archive::write(&path, &given, time()).unwrap();
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes, encode(&memory, time()).unwrap());
    assert_eq!((written.sha256, written.size), (Sha256Digest::of(&bytes), bytes.len() as u64));
}

#[test]
fn opens_and_loads_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.zip");
    // One entry large enough for the way with two threads.
    let large: Vec<u8> = (0..9_u32 << 20).map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[2]).collect();
    for large in [None, Some(large)] {
        let mut given = sample();
        given.extend(large.map(|bytes| (name("large"), bytes)));
        let written = archive::write(&path, &given, time()).unwrap();
        let opened = archive::open(&path).unwrap();
        assert_eq!(opened.whole(), written);
        assert_eq!(opened.digests().len(), given.len());
        assert_eq!(opened.index().time(), time());
        for (name, content) in &given {
            assert_eq!(opened.digests()[name].sha256, Sha256Digest::of(content));
            assert_eq!(&opened.load(name, MAX_LOADED).unwrap(), content);
        }
    }
}

#[test]
fn refuses_to_load_what_is_absent_too_large_or_exchanged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.zip");
    archive::write(&path, &entries(&[("a", b"content")]), time()).unwrap();
    let opened = archive::open(&path).unwrap();
    assert!(matches!(opened.load(&name("b"), 100), Err(ArchiveError::NoEntry { .. })));
    assert!(matches!(opened.load(&name("a"), 6), Err(ArchiveError::TooLarge { got: 7, limit: 6, .. })));
    assert!(opened.load(&name("a"), 7).is_ok());
    // The same file with other content of the same length.
    fs::write(&path, encode(&entries(&[("a", b"CONTENT")]), time()).unwrap()).unwrap();
    let error = opened.load(&name("a"), 7).expect_err("exchanged content was loaded");
    assert!(error.to_string().contains("changed while it was read"), "{error}");
}

#[test]
fn refuses_files_that_are_no_containers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.zip");
    assert!(matches!(archive::open(&path), Err(ArchiveError::File(_))));
    assert!(matches!(archive::open(folder.path()), Err(ArchiveError::File(_))));
    let good = encode(&sample(), time()).unwrap();
    for at in [0, 20, 50, good.len() / 2, good.len() - 30, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&path, bad).unwrap();
        let error = archive::open(&path).expect_err("damaged container was opened");
        assert!(matches!(error, ArchiveError::Container { .. }), "{error}");
        assert!(error.hint().is_some());
    }
}

/// Says one thing when measured and another when read.
struct Fickle(&'static [u8]);

impl Source for Fickle {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.0))
    }

    fn measured(&self) -> Option<Measured> {
        Some(Measured::of(b"announced"))
    }
}

/// Cannot be read at all.
struct Broken;

impl Source for Broken {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Err(io::Error::other("no such disk"))
    }
}

#[test]
fn leaves_the_old_file_when_packing_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.zip");
    fs::write(&path, "old").unwrap();
    for content in [b"announce".as_slice(), b"announced and more", b"ANNOUNCED"] {
        let error = archive::write(&path, &[(name("a"), Fickle(content))].into(), time()).expect_err("packed");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("content of a changed while it was packed"), "{cause}");
    }
    assert!(archive::write(&path, &[(name("a"), Fickle(b"announced"))].into(), time()).is_ok());
    fs::write(&path, "old").unwrap();
    assert!(archive::write(&path, &[(name("a"), Broken)].into(), time()).is_err());
    let absent = Payload::File(folder.path().join("absent"));
    assert!(archive::write(&path, &[(name("a"), absent)].into(), time()).is_err());
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left behind");
}
