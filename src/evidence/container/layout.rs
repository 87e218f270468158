//! Where every header of a container stands and which bytes it has. Reader and writer share it.

use super::error::ContainerError;
use super::time::DosTime;
use super::{MAX_ENTRIES, MAX_TOTAL, names};
use crate::model::name::EntryName;

/// Value that moves a 32-bit field into the ZIP64 one (4.5.3); values below it must not move.
const MOVED: u32 = u32::MAX;

/// Version needed to extract a stored entry (4.4.3.2), and one with ZIP64 fields.
const PLAIN_VERSION: u16 = 10;
const ZIP64_VERSION: u16 = 45;

/// Version made by: Unix attributes, ZIP 4.5 (4.4.2).
const MADE_BY: u16 = 3 << 8 | ZIP64_VERSION;

/// Unix mode of every entry: regular file, 0644, in the upper half of the external attributes.
const ATTRIBUTES: u32 = 0o100_644 << 16;

pub(super) const LOCAL_SIGNATURE: u32 = 0x0403_4b50;
pub(super) const CENTRAL_SIGNATURE: u32 = 0x0201_4b50;
pub(super) const ZIP64_END_SIGNATURE: u32 = 0x0606_4b50;
pub(super) const ZIP64_LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
pub(super) const END_SIGNATURE: u32 = 0x0605_4b50;

/// Sizes of the fixed parts.
const LOCAL_SIZE: u64 = 30;
pub(super) const CENTRAL_SIZE: usize = 46;
pub(super) const ZIP64_END_SIZE: usize = 56;
pub(super) const ZIP64_LOCATOR_SIZE: usize = 20;
pub(super) const END_SIZE: usize = 22;

/// One entry of a container and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    name: EntryName,
    size: u64,
    crc32: u32,
    header_offset: u64,
}

impl Entry {
    /// Path.
    #[must_use]
    pub const fn name(&self) -> &EntryName {
        &self.name
    }

    /// Size of the content in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// CRC-32 (ISO-HDLC) of the content: finds accidents, not attacks.
    #[must_use]
    pub const fn crc32(&self) -> u32 {
        self.crc32
    }

    /// Where the content begins, in bytes from the start of the container.
    #[must_use]
    pub fn content_offset(&self) -> u64 {
        // Cannot overflow: `Layout::new` keeps every end below `MAX_TOTAL`.
        self.header_offset.saturating_add(self.header_size())
    }

    pub(super) const fn header_offset(&self) -> u64 {
        self.header_offset
    }

    fn header_size(&self) -> u64 {
        LOCAL_SIZE + self.name.as_str().len() as u64 + if self.is_large() { 20 } else { 0 }
    }

    const fn is_large(&self) -> bool {
        self.size >= MOVED as u64
    }

    const fn is_far(&self) -> bool {
        self.header_offset >= MOVED as u64
    }

    /// Version, flags, method, time, CRC-32, sizes and length of the name: equal in both headers.
    fn put_shared(&self, time: DosTime, out: &mut Vec<u8>) {
        let zip64 = self.is_large() || self.is_far();
        put16(out, if zip64 { ZIP64_VERSION } else { PLAIN_VERSION });
        put16(out, 0); // flags: not encrypted, no descriptor, ASCII name
        put16(out, 0); // method: stored
        put16(out, time.time());
        put16(out, time.date());
        put32(out, self.crc32);
        put32(out, clamp(self.size));
        put32(out, clamp(self.size));
        put16(out, u16::try_from(self.name.as_str().len()).unwrap_or(u16::MAX));
    }

    /// ZIP64 extended information (4.5.3): only the values that were moved, in the order of the standard.
    fn zip64(&self, with_offset: bool) -> Vec<u8> {
        let mut values = Vec::new();
        if self.is_large() {
            put64(&mut values, self.size);
            put64(&mut values, self.size);
        }
        if with_offset && self.is_far() {
            put64(&mut values, self.header_offset);
        }
        let mut extra = Vec::new();
        if !values.is_empty() {
            put16(&mut extra, 1);
            put16(&mut extra, u16::try_from(values.len()).unwrap_or(u16::MAX));
            extra.extend(values);
        }
        extra
    }
}

/// All entries in their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    time: DosTime,
    entries: Vec<Entry>,
    directory_offset: u64,
}

impl Layout {
    /// Places entries one behind the other, from offset 0.
    pub(super) fn new(
        time: DosTime,
        given: impl IntoIterator<Item = (EntryName, u64, u32)>,
    ) -> Result<Self, ContainerError> {
        let mut entries = Vec::new();
        let mut next = 0_u64;
        for (name, size, crc32) in given {
            let entry = Entry { name, size, crc32, header_offset: next };
            let end = entry.content_offset().checked_add(size).filter(|end| *end <= MAX_TOTAL);
            next = end.ok_or(ContainerError::TooLarge { limit: MAX_TOTAL })?;
            entries.push(entry);
            if entries.len() > MAX_ENTRIES {
                return Err(ContainerError::TooManyEntries { got: entries.len() as u64, limit: MAX_ENTRIES });
            }
        }
        if entries.is_empty() {
            return Err(ContainerError::Empty);
        }
        names::check(&entries)?;
        Ok(Self { time, entries, directory_offset: next })
    }

    pub(super) const fn time(&self) -> DosTime {
        self.time
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) const fn directory_offset(&self) -> u64 {
        self.directory_offset
    }

    /// Local file header (4.3.7) with its name.
    pub(super) fn local_header(&self, entry: &Entry) -> Vec<u8> {
        let extra = entry.zip64(false);
        let mut out = Vec::new();
        put32(&mut out, LOCAL_SIGNATURE);
        entry.put_shared(self.time, &mut out);
        put16(&mut out, u16::try_from(extra.len()).unwrap_or(u16::MAX));
        out.extend_from_slice(entry.name.as_str().as_bytes());
        out.extend(extra);
        out
    }

    /// Central directory header (4.3.12) with its name.
    pub(super) fn central_header(&self, entry: &Entry) -> Vec<u8> {
        let extra = entry.zip64(true);
        let mut out = Vec::new();
        put32(&mut out, CENTRAL_SIGNATURE);
        put16(&mut out, MADE_BY);
        entry.put_shared(self.time, &mut out);
        put16(&mut out, u16::try_from(extra.len()).unwrap_or(u16::MAX));
        put16(&mut out, 0); // no comment
        put16(&mut out, 0); // first disk
        put16(&mut out, 0); // internal attributes
        put32(&mut out, ATTRIBUTES);
        put32(&mut out, clamp(entry.header_offset));
        out.extend_from_slice(entry.name.as_str().as_bytes());
        out.extend(extra);
        out
    }

    /// All central directory headers.
    pub(super) fn directory(&self) -> Vec<u8> {
        self.entries.iter().flat_map(|entry| self.central_header(entry)).collect()
    }

    /// End of central directory (4.3.14 to 4.3.16) for a directory of that size.
    pub(super) fn end(&self, directory_size: u64) -> Vec<u8> {
        let count = self.entries.len() as u64;
        let mut out = Vec::new();
        if self.directory_offset >= u64::from(MOVED) {
            put32(&mut out, ZIP64_END_SIGNATURE);
            put64(&mut out, ZIP64_END_SIZE as u64 - 12);
            put16(&mut out, MADE_BY);
            put16(&mut out, ZIP64_VERSION);
            put32(&mut out, 0);
            put32(&mut out, 0);
            put64(&mut out, count);
            put64(&mut out, count);
            put64(&mut out, directory_size);
            put64(&mut out, self.directory_offset);
            put32(&mut out, ZIP64_LOCATOR_SIGNATURE);
            put32(&mut out, 0);
            put64(&mut out, self.directory_offset.saturating_add(directory_size));
            put32(&mut out, 1);
        }
        put32(&mut out, END_SIGNATURE);
        put16(&mut out, 0);
        put16(&mut out, 0);
        // At most MAX_ENTRIES, and a directory below 6 MB: neither ever needs ZIP64.
        put16(&mut out, u16::try_from(count).unwrap_or(u16::MAX));
        put16(&mut out, u16::try_from(count).unwrap_or(u16::MAX));
        put32(&mut out, clamp(directory_size));
        put32(&mut out, clamp(self.directory_offset));
        put16(&mut out, 0);
        out
    }
}

fn clamp(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(MOVED)
}

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}
