//! Random damage: whatever the reader accepts, the writer writes.

use std::collections::BTreeMap;
use std::io::Cursor;

use batchseal::evidence::container::{Container, ContainerIndex, DosTime, encode};
use batchseal::model::name::EntryName;

use crate::{sample, time};

/// Marsaglia's xorshift64, seeded: every run sees the same mutations.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// Replaces every occurrence of some bytes: a consistent change of local and central header.
fn replace_all(bytes: &mut [u8], old: &[u8], new: &[u8]) {
    for at in 0..bytes.len().saturating_sub(old.len()) {
        if bytes[at..].starts_with(old) {
            bytes[at..at + new.len()].copy_from_slice(new);
        }
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    match random.below(9) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = random.byte(),
        2 => bytes.insert(at, random.byte()),
        3 => drop(bytes.remove(at)),
        4 => bytes.truncate(at.max(1)),
        5 => {
            let (from, length) = (random.below(bytes.len()), random.below(60));
            let piece: Vec<u8> = bytes.iter().skip(from).take(length).copied().collect();
            bytes.splice(at..at, piece);
        }
        6 => {
            let value = [0_u32, 1, 0xffff, 0x7fff_ffff, 0xffff_ffff, 22, 46][random.below(7)].to_le_bytes();
            let end = bytes.len().min(at + [2, 4][random.below(2)]);
            bytes[at..end].copy_from_slice(&value[..end - at]);
        }
        7 => {
            let (old, new) =
                [("batch", "bauch"), ("git/t", "git/u"), ("git/", "gat/"), ("INDEX", "BATCH")][random.below(4)];
            replace_all(bytes, old.as_bytes(), new.as_bytes());
        }
        _ => {
            let (first, second) = (bytes[10..14].to_vec(), [random.byte(), random.byte(), random.byte() & 0xef, 0x5b]);
            replace_all(bytes, &first, &second);
        }
    }
}

fn check(bytes: &[u8]) -> bool {
    let index = ContainerIndex::read(&mut Cursor::new(bytes), bytes.len() as u64);
    let streamed = index.is_ok_and(|index| index.digest_contents(&mut &bytes[..]).is_ok());
    let Ok(container) = Container::parse(bytes) else {
        assert!(!streamed, "the streaming reader accepted what the other refused");
        return false;
    };
    assert!(streamed, "the streaming reader refused what the other accepted");
    let entries: BTreeMap<EntryName, Vec<u8>> =
        container.entries().map(|(entry, content)| (entry.name().clone(), content.to_vec())).collect();
    assert_eq!(encode(&entries, container.index().time()).unwrap(), bytes, "accepted bytes are not canonical");
    true
}

#[test]
fn accepts_only_what_the_writer_writes() {
    let seeds = [
        encode(&sample(), time()).unwrap(),
        encode(&crate::entries(&[("a", b"x")]), DosTime::default()).unwrap(),
        encode(&crate::entries(&[("git/tag", b""), ("git/tree", b"")]), time()).unwrap(),
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut changed, mut accepted) = (0, 0);
    for round in 0..20_000 {
        let seed = &seeds[round % seeds.len()];
        let mut bytes = seed.clone();
        for _ in 0..=random.below(3) {
            if bytes.len() < 30 {
                break;
            }
            mutate(&mut bytes, &mut random);
        }
        if check(&bytes) && bytes != *seed {
            accepted += 1;
        }
        changed += usize::from(bytes != *seed);
    }
    // Consistent renames and times are other containers, so that the property is not empty.
    println!("{changed} mutations changed something, {accepted} of them are containers");
    assert!(changed > 15_000 && accepted > 100, "{changed} {accepted}");
}
