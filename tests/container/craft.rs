//! A ZIP writer that can break one rule at a time and keep the others.

/// One entry with everything that may be wrong about it.
#[derive(Clone)]
pub(crate) struct Crafted {
    pub(crate) name: Vec<u8>,
    pub(crate) content: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) time: (u16, u16),
    pub(crate) crc: u32,
    pub(crate) sizes: (u32, u32),
    pub(crate) version: u16,
    pub(crate) attributes: u32,
    pub(crate) local_extra: Vec<u8>,
    pub(crate) central_extra: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    /// Bytes before the local header that belong to nothing.
    pub(crate) gap: Vec<u8>,
    /// Bytes after the content: a data descriptor.
    pub(crate) descriptor: Vec<u8>,
    /// Instead of the true offset.
    pub(crate) offset: Option<u32>,
}

/// A canonical entry.
pub(crate) fn entry(name: &str, content: &[u8]) -> Crafted {
    let size = u32::try_from(content.len()).unwrap();
    Crafted {
        name: name.as_bytes().to_vec(),
        content: content.to_vec(),
        method: 0,
        flags: 0,
        time: (0, 0x21),
        crc: crc32fast::hash(content),
        sizes: (size, size),
        version: 10,
        attributes: 0o100_644 << 16,
        local_extra: Vec::new(),
        central_extra: Vec::new(),
        comment: Vec::new(),
        gap: Vec::new(),
        descriptor: Vec::new(),
        offset: None,
    }
}

/// A canonical entry with one change.
pub(crate) fn broken(change: impl FnOnce(&mut Crafted)) -> Crafted {
    let mut crafted = entry("a", b"content");
    change(&mut crafted);
    crafted
}

fn put(out: &mut Vec<u8>, fields: &[&[u8]]) {
    for field in fields {
        out.extend_from_slice(field);
    }
}

fn length(bytes: &[u8]) -> [u8; 2] {
    u16::try_from(bytes.len()).unwrap().to_le_bytes()
}

fn shared(entry: &Crafted) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[&entry.version.to_le_bytes(), &entry.flags.to_le_bytes(), &entry.method.to_le_bytes()]);
    put(&mut out, &[&entry.time.0.to_le_bytes(), &entry.time.1.to_le_bytes(), &entry.crc.to_le_bytes()]);
    put(&mut out, &[&entry.sizes.0.to_le_bytes(), &entry.sizes.1.to_le_bytes(), &length(&entry.name)]);
    out
}

pub(crate) fn zip(entries: &[Crafted]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        put(&mut out, &[&entry.gap]);
        let offset = entry.offset.unwrap_or_else(|| u32::try_from(out.len()).unwrap());
        put(&mut out, &[b"PK\x03\x04", &shared(entry), &length(&entry.local_extra), &entry.name, &entry.local_extra]);
        put(&mut out, &[&entry.content, &entry.descriptor]);
        put(&mut directory, &[b"PK\x01\x02", &(3_u16 << 8 | 45).to_le_bytes(), &shared(entry)]);
        put(&mut directory, &[&length(&entry.central_extra), &length(&entry.comment), &[0; 4]]);
        put(&mut directory, &[&entry.attributes.to_le_bytes(), &offset.to_le_bytes()]);
        put(&mut directory, &[&entry.name, &entry.central_extra, &entry.comment]);
    }
    let start = u32::try_from(out.len()).unwrap();
    out.extend_from_slice(&directory);
    let count = u16::try_from(entries.len()).unwrap();
    out.extend(end(count, u32::try_from(directory.len()).unwrap(), start, b""));
    out
}

/// An end of central directory record.
pub(crate) fn end(count: u16, size: u32, offset: u32, comment: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[b"PK\x05\x06", &[0; 4], &count.to_le_bytes(), &count.to_le_bytes()]);
    put(&mut out, &[&size.to_le_bytes(), &offset.to_le_bytes(), &length(comment), comment]);
    out
}

/// ZIP64 end record and locator, standing at `at`.
pub(crate) fn zip64_end(count: u64, size: u64, offset: u64, at: u64) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[b"PK\x06\x06", &44_u64.to_le_bytes(), &(3_u16 << 8 | 45).to_le_bytes(), &45_u16.to_le_bytes()]);
    put(&mut out, &[&[0; 8], &count.to_le_bytes(), &count.to_le_bytes(), &size.to_le_bytes(), &offset.to_le_bytes()]);
    put(&mut out, &[b"PK\x06\x07", &[0; 4], &at.to_le_bytes(), &1_u32.to_le_bytes()]);
    out
}
