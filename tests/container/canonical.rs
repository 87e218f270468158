//! The same entries give the same bytes, and every other byte is refused.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use batchseal::evidence::container::{Container, ContainerError, ContainerIndex, DosTime, MAX_ENTRIES, encode};
use batchseal::model::digest::Sha256Digest;

use crate::{craft, entries, name, refusal, sample, time};

#[test]
fn reads_back_what_it_wrote() {
    let given = sample();
    let bytes = encode(&given, time()).unwrap();
    let container = Container::parse(&bytes).unwrap();
    let read: BTreeMap<_, _> =
        container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect();
    assert_eq!(read, given);
    assert_eq!(container.index().time(), time());
    assert_eq!(container.get(&name("batch.json")), Some(b"{}\n".as_slice()));
    assert_eq!(container.get(&name("batch.jso")), None);
}

#[test]
fn same_entries_give_same_bytes_and_other_time_gives_other_bytes() {
    let bytes = encode(&sample(), time()).unwrap();
    assert_eq!(bytes, encode(&sample().into_iter().rev().collect(), time()).unwrap());
    assert_ne!(bytes, encode(&sample(), DosTime::default()).unwrap());
}

#[test]
fn writes_the_documented_bytes() {
    let given = entries(&[("a", b"content"), ("b/c", b"")]);
    let crafted = craft::zip(&[craft::entry("a", b"content"), craft::entry("b/c", b"")]);
    assert_eq!(encode(&given, DosTime::default()).unwrap(), crafted);
}

#[test]
fn digests_every_entry_in_one_pass() {
    let given = sample();
    let bytes = encode(&given, time()).unwrap();
    let index = ContainerIndex::read(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
    let digests = index.digest_contents(&mut bytes.as_slice()).unwrap();
    assert_eq!(digests.len(), given.len());
    for (digest, (name, content)) in digests.iter().zip(&given) {
        assert_eq!((&digest.name, digest.size), (name, content.len() as u64));
        assert_eq!(digest.sha256, Sha256Digest::of(content));
        let mut cursor = Cursor::new(&bytes);
        let mut read = Vec::new();
        let entry = index.get(name).unwrap();
        index.entry_reader(&mut cursor, entry).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(&read, content);
        assert_eq!(&index.entry_reader(&mut cursor, entry).unwrap().finish().unwrap(), digest);
    }
}

#[test]
fn digesting_refuses_bytes_other_than_those_that_were_indexed() {
    let bytes = encode(&sample(), time()).unwrap();
    let index = ContainerIndex::read(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 0x10;
        assert!(index.digest_contents(&mut other.as_slice()).is_err(), "byte {at} changed unseen");
        assert!(index.digest_contents(&mut &bytes[..at]).is_err(), "end at {at} was not seen");
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert!(index.digest_contents(&mut longer.as_slice()).is_err());
    assert!(ContainerIndex::read(&mut Cursor::new(&longer), bytes.len() as u64).is_ok());
}

#[test]
fn entry_reader_reports_a_wrong_checksum_instead_of_an_end() {
    let bytes = encode(&entries(&[("a", b"content")]), time()).unwrap();
    let index = ContainerIndex::read(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
    let mut damaged = bytes.clone();
    damaged[usize::try_from(index.entries()[0].content_offset()).unwrap()] ^= 1;
    let mut cursor = Cursor::new(damaged.as_slice());
    let mut read = Vec::new();
    let error = index.entry_reader(&mut cursor, &index.entries()[0]).unwrap().read_to_end(&mut read).unwrap_err();
    assert!(error.to_string().contains("CRC-32"), "{error}");
    assert!(index.entry_reader(&mut cursor, &index.entries()[0]).unwrap().finish().is_err());
}

#[test]
fn rejects_every_changed_byte() {
    let bytes = encode(&sample(), time()).unwrap();
    let index = Container::parse(&bytes).unwrap().index().clone();
    let is_content =
        |at: u64| index.entries().iter().any(|e| (e.content_offset()..e.content_offset() + e.size()).contains(&at));
    for at in 0..bytes.len() {
        for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255, 0x55, 0xaa] {
            let mut changed = bytes.clone();
            changed[at] ^= mask;
            let error = Container::parse(&changed).expect_err("changed byte was accepted");
            let checksum = matches!(error, ContainerError::Checksum { .. });
            assert_eq!(checksum, is_content(at as u64), "byte {at} ^ {mask:#x}: {error}");
        }
    }
}

#[test]
fn rejects_every_truncation() {
    let bytes = encode(&sample(), time()).unwrap();
    for length in 0..bytes.len() {
        assert!(Container::parse(&bytes[..length]).is_err(), "first {length} bytes were accepted");
        assert!(Container::parse(&bytes[bytes.len() - length..]).is_err(), "last {length} bytes were accepted");
    }
}

#[test]
fn rejects_appended_prepended_and_inserted_bytes() {
    let bytes = encode(&sample(), time()).unwrap();
    let end = &bytes[bytes.len() - 22..];
    for extra in [b"\0".as_slice(), b"\n", b"PK", end, &bytes, &[0; 65_557]] {
        assert!(Container::parse(&[bytes.as_slice(), extra].concat()).is_err());
        assert!(Container::parse(&[extra, bytes.as_slice()].concat()).is_err());
    }
    for at in 1..bytes.len() {
        let inserted = [&bytes[..at], b"\0", &bytes[at..]].concat();
        assert!(Container::parse(&inserted).is_err(), "byte inserted at {at} was accepted");
    }
}

#[test]
fn refuses_to_write_names_that_collide() {
    for (given, reason) in [
        ([("A", "x"), ("a", "x")], "differ only in case"),
        ([("a/B", "x"), ("a/b", "x")], "differ only in case"),
        ([("a", "x"), ("a/b", "x")], "folder of the other"),
        ([("A/b", "x"), ("a", "x")], "folder of the other"),
        ([("a-b", "x"), ("A-B/c/d", "x")], "folder of the other"),
    ] {
        let given: Vec<_> = given.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        let error = encode(&entries(&given), time()).expect_err(reason).to_string();
        assert!(error.contains(reason), "{error}");
    }
    assert!(encode(&entries(&[("a", b""), ("a-b/c", b""), ("ab/c", b"")]), time()).is_ok());
}

#[test]
fn holds_the_limit_of_entries_on_both_sides() {
    let many = |count: usize| -> BTreeMap<_, _> { (0..count).map(|n| (name(&format!("f{n:05}")), vec![])).collect() };
    let full = encode(&many(MAX_ENTRIES), time()).unwrap();
    assert_eq!(Container::parse(&full).unwrap().index().entries().len(), MAX_ENTRIES);
    assert!(matches!(
        encode(&many(MAX_ENTRIES + 1), time()),
        Err(ContainerError::TooManyEntries { got: 20_001, limit: MAX_ENTRIES })
    ));
    let crafted: Vec<_> = many(MAX_ENTRIES + 1).keys().map(|name| craft::entry(name.as_str(), b"")).collect();
    assert!(refusal(&craft::zip(&crafted)).contains("container has 20001 entries (expected at most 20000)"));
}

#[test]
fn needs_at_least_one_entry() {
    assert!(matches!(encode(&BTreeMap::new(), time()), Err(ContainerError::Empty)));
    assert!(refusal(&craft::zip(&[])).contains("no entries"));
    assert!(refusal(b"").contains("ends inside end record"));
}
