//! Containers that break one rule each, made by hand: the refusal names the rule.

use batchseal::evidence::container::Container;

use crate::craft::{Crafted, broken, end, entry, zip, zip64_end};
use crate::refusal;

fn refuses(entries: &[Crafted], reason: &str) {
    let text = refusal(&zip(entries));
    assert!(text.contains(reason), "expected {reason:?}, got {text:?}");
}

#[test]
fn accepts_the_unbroken_craft() {
    assert!(Container::parse(&zip(&[broken(|_| {}), entry("b/c", b"")])).is_ok());
}

#[test]
fn rejects_header_fields_that_are_not_canonical() {
    refuses(&[broken(|e| e.method = 8)], "central header of a at offset 48: compression method");
    refuses(&[broken(|e| e.flags = 1)], "flags is not canonical (got 0x1, expected 0x0)");
    refuses(&[broken(|e| e.flags = 1 << 11)], "flags");
    refuses(&[broken(|e| e.version = 20)], "version needed");
    refuses(&[broken(|e| e.version = 45)], "version needed");
    refuses(&[broken(|e| e.attributes = 0o120_777 << 16)], "external attributes");
    refuses(&[broken(|e| e.attributes = 0o100_755 << 16)], "external attributes");
    refuses(&[broken(|e| e.attributes |= 0x10)], "external attributes");
    refuses(&[broken(|e| e.comment = b"note".to_vec())], "comment length");
    refuses(
        &[broken(|e| e.local_extra = vec![0x55, 0x54, 0, 0])],
        "local header of a at offset 28: extra field length",
    );
    refuses(&[broken(|e| e.central_extra = vec![0x55, 0x54, 0, 0])], "extra field length");
}

#[test]
fn rejects_data_descriptors() {
    let descriptor = |e: &mut Crafted| {
        e.flags = 1 << 3;
        e.descriptor = [b"PK\x07\x08".as_slice(), &e.crc.to_le_bytes(), &[7, 0, 0, 0, 7, 0, 0, 0]].concat();
    };
    refuses(&[broken(descriptor)], "flags");
    // Without the flag it is a gap.
    refuses(&[broken(|e| e.descriptor = vec![0; 16]), entry("b", b"")], "local header offset");
    refuses(&[broken(|e| e.descriptor = vec![0; 16])], "central directory offset");
}

#[test]
fn rejects_times_that_differ_or_do_not_exist() {
    refuses(&[broken(|_| {}), Crafted { time: (0, 0x22), ..entry("b", b"") }], "of b at");
    refuses(&[broken(|e| e.time = (0, 0))], "modification time");
    refuses(&[broken(|e| e.time = (24 << 11, 0x21))], "modification time");
    assert!(Container::parse(&zip(&[broken(|e| e.time = (23 << 11, 0x22))])).is_ok());
}

#[test]
fn rejects_wrong_checksums_and_sizes() {
    refuses(&[broken(|e| e.crc ^= 1)], "content of a at offset 31 has CRC-32");
    refuses(&[broken(|e| e.sizes = (7, 8))], "uncompressed size");
    refuses(&[broken(|e| e.sizes = (6, 6)), entry("b", b"")], "local header offset");
    refuses(&[broken(|e| e.sizes = (8, 8)), entry("b", b"")], "local header offset");
    refuses(&[broken(|e| e.sizes = (u32::MAX, u32::MAX))], "extra field length");
    // Only the local header lies.
    let honest = zip(&[entry("a", b"content")]);
    for (at, field) in [(14, "CRC-32"), (18, "compressed size"), (22, "uncompressed size"), (30, "name")] {
        let mut lying = honest.clone();
        lying[at] ^= 3;
        let text = refusal(&lying);
        assert!(text.contains("local header of a") && text.contains(field), "{text}");
    }
}

#[test]
fn rejects_overlaps_and_gaps() {
    refuses(&[entry("a", b"x"), Crafted { offset: Some(0), ..entry("b", b"x") }], "local header offset");
    refuses(&[entry("a", b"x"), Crafted { gap: vec![0], ..entry("b", b"x") }], "local header offset");
    refuses(&[broken(|e| e.gap = b"MZ prepended".to_vec())], "local header offset");
    // Quoting the second local header as content of the first (an overlapping "bomb").
    let second = zip(&[entry("b", b"kernel")])[..37].to_vec();
    let first = entry("a", &second);
    let mut bomb = zip(&[first, Crafted { offset: Some(31), ..entry("b", b"kernel") }]);
    assert!(refusal(&bomb).contains("local header offset"));
    bomb.truncate(bomb.len() - 1);
    assert!(Container::parse(&bomb).is_err());
}

#[test]
fn rejects_names_that_are_unsafe_somewhere() {
    for name in [
        "../x",
        "/etc/passwd",
        "a/../b",
        "a\\b",
        "C:x",
        "con",
        "aux.txt",
        "a/",
        "",
        ".hidden",
        "a//b",
        "a b",
        "-rf",
        "ä",
        "a\0b",
        "a.",
        "\u{202e}",
    ] {
        refuses(&[entry(name, b"")], "entry name at offset");
    }
    refuses(&[Crafted { name: b"\xff".to_vec(), ..entry("a", b"") }], "entry name at offset");
    refuses(&[entry(&"n".repeat(201), b"")], "longer than 200 bytes");
    assert!(Container::parse(&zip(&[entry(&"n".repeat(200), b"")])).is_ok());
}

#[test]
fn rejects_names_that_do_not_go_together() {
    refuses(&[entry("a", b"1"), entry("a", b"2")], "entry a at offset 32 stands after a");
    refuses(&[entry("b", b""), entry("a", b"")], "entry a at offset 31 stands after b");
    refuses(&[entry("A", b""), entry("a", b"")], "collides with A");
    refuses(&[entry("a", b""), entry("a/b", b"")], "folder of the other");
    refuses(&[entry("B/c", b""), entry("b", b"")], "folder of the other");
}

#[test]
fn rejects_end_records_that_are_not_canonical() {
    let good = zip(&[entry("a", b"content")]);
    let (body, _) = good.split_at(good.len() - 22);
    let size = u32::try_from(body.len() - 38).unwrap();
    let with = |tail: &[u8]| [body, tail].concat();
    assert!(Container::parse(&with(&end(1, size, 38, b""))).is_ok());
    for (tail, reason) in [
        (end(1, size, 38, b"comment"), "signature"),
        (end(0, size, 38, b""), "place of the central directory"),
        (end(2, size, 38, b""), "ends inside central header"),
        (end(u16::MAX, size, 38, b""), "65535 entries (expected at most 20000)"),
        (end(20_001, size, 38, b""), "20001 entries"),
        (end(20_000, size, 38, b""), "ends inside central header"),
        (end(1, size - 1, 38, b""), "place of the central directory"),
        (end(1, size - 1, 39, b""), "signature"),
        (end(1, size + 1, 37, b""), "signature"),
        (end(1, u32::MAX, 38, b""), "place of the central directory"),
        (end(1, size, u32::MAX, b""), "ZIP64 end record"),
        ([end(1, size, 38, b""), end(1, size, 38, b"")].concat(), "place of the central directory"),
        ([end(1, size, 38, b""), end(1, size + 22, 38, b"")].concat(), "end of the central directory"),
    ] {
        let text = refusal(&with(&tail));
        assert!(text.contains(reason), "expected {reason:?}, got {text:?}");
    }
}

#[test]
fn rejects_zip64_that_is_not_needed() {
    let good = zip(&[entry("a", b"content")]);
    let (body, _) = good.split_at(good.len() - 22);
    let (size, at) = (body.len() as u64 - 38, body.len() as u64);
    let zip64 = zip64_end(1, size, 38, at);
    let tail = |offset| [body, &zip64, &end(1, u32::try_from(size).unwrap(), offset, b"")].concat();
    assert!(refusal(&tail(u32::MAX)).contains("ZIP64 end record at offset 85: presence"));
    assert!(refusal(&tail(38)).contains("place of the central directory"));
    let values = [7_u64.to_le_bytes(), 7_u64.to_le_bytes()].concat();
    let extra = [[1, 0, 16, 0].as_slice(), &values].concat();
    let moved = broken(|e| {
        (e.sizes, e.version) = ((u32::MAX, u32::MAX), 45);
        (e.local_extra, e.central_extra) = (extra.clone(), extra.clone());
    });
    refuses(&[moved], "extra field length is not canonical (got 0x14, expected 0x0)");
    let beside = broken(|e| (e.local_extra, e.central_extra) = (extra.clone(), extra));
    refuses(&[beside], "extra field length");
}

#[test]
fn rejects_claims_far_beyond_the_file_without_allocating_them() {
    let good = zip(&[entry("a", b"content")]);
    let (body, _) = good.split_at(good.len() - 22);
    for (size, offset) in [(u64::MAX, 0), (0, u64::MAX), (u64::MAX, u64::MAX), (1 << 40, 38), (5_480_000, 38)] {
        let zip64 = zip64_end(20_000, size, offset, body.len() as u64);
        let text = refusal(&[body, &zip64, &end(1, 0, u32::MAX, b"")].concat());
        assert!(text.contains("place of the central directory"), "{text}");
    }
    let zip64 = zip64_end(u64::MAX, 47, 38, body.len() as u64);
    assert!(refusal(&[body, &zip64, &end(1, 0, u32::MAX, b"")].concat()).contains("18446744073709551615 entries"));
}
