//! The end of a container: end record, and before it the ZIP64 records where they are needed.

use super::directory::{CENTRAL_MAX, read_at};
use super::error::ContainerError;
use super::fields::{Fields, Part, compare, signature};
use super::layout::{
    END_SIGNATURE, END_SIZE, Layout, ZIP64_END_SIGNATURE, ZIP64_END_SIZE, ZIP64_LOCATOR_SIGNATURE, ZIP64_LOCATOR_SIZE,
};
use super::read::ReadSeek;
use super::{MAX_ENTRIES, MAX_TOTAL};

/// What the end records say, with their bytes.
pub(super) struct End {
    /// Where the first of them stands.
    offset: u64,
    zip64: Vec<u8>,
    end: Vec<u8>,
    pub(super) entries: u64,
    pub(super) directory_size: u64,
    pub(super) directory_offset: u64,
}

impl End {
    /// Reads the records; the end record is the last 22 bytes: no comment, nothing behind it.
    pub(super) fn read(source: &mut impl ReadSeek, length: u64) -> Result<Self, ContainerError> {
        if length > MAX_TOTAL.saturating_add(CENTRAL_MAX.saturating_mul(MAX_ENTRIES as u64)) {
            return Err(ContainerError::TooLarge { limit: MAX_TOTAL });
        }
        let offset = from_end(length, END_SIZE, Part::End)?;
        let bytes = read_at(source, Part::End, offset, END_SIZE as u64)?;
        signature(Part::End, offset, &bytes, END_SIGNATURE)?;
        let fields = Fields(&bytes);
        let end = Self {
            offset,
            entries: fields.u16(10).map_or(0, u64::from),
            directory_size: fields.u32(12).map_or(0, u64::from),
            directory_offset: fields.u32(16).map_or(0, u64::from),
            zip64: Vec::new(),
            end: bytes,
        };
        let end = if end.directory_offset == u64::from(u32::MAX) { end.with_zip64(source, length)? } else { end };
        end.check_place()
    }

    fn with_zip64(self, source: &mut impl ReadSeek, length: u64) -> Result<Self, ContainerError> {
        let offset = from_end(length, END_SIZE + ZIP64_LOCATOR_SIZE + ZIP64_END_SIZE, Part::Zip64End)?;
        let zip64 = read_at(source, Part::Zip64End, offset, (ZIP64_END_SIZE + ZIP64_LOCATOR_SIZE) as u64)?;
        signature(Part::Zip64End, offset, &zip64, ZIP64_END_SIGNATURE)?;
        let locator = zip64.get(ZIP64_END_SIZE..).unwrap_or_default();
        signature(Part::Zip64Locator, offset.saturating_add(ZIP64_END_SIZE as u64), locator, ZIP64_LOCATOR_SIGNATURE)?;
        let value = |at| Fields(&zip64).u64(at).unwrap_or(u64::MAX);
        let (entries, directory_size, directory_offset) = (value(32), value(40), value(48));
        Ok(Self { offset, entries, directory_size, directory_offset, zip64, end: self.end })
    }

    /// Limits first, so that no length of the file's choosing is ever allocated.
    fn check_place(self) -> Result<Self, ContainerError> {
        if self.entries > MAX_ENTRIES as u64 {
            return Err(ContainerError::TooManyEntries { got: self.entries, limit: MAX_ENTRIES });
        }
        let behind = self.directory_offset.checked_add(self.directory_size);
        if behind == Some(self.offset) && self.directory_size <= self.entries.saturating_mul(CENTRAL_MAX) {
            return Ok(self);
        }
        Err(ContainerError::Differs {
            part: Part::End,
            entry: None,
            field: "place of the central directory",
            offset: self.offset,
            got: format!("{} bytes from {} for {} entries", self.directory_size, self.directory_offset, self.entries),
            expected: format!("an end at {} and at most {CENTRAL_MAX} bytes for each entry", self.offset),
        })
    }

    /// Requires the records that the writer writes for this layout.
    pub(super) fn compare(&self, layout: &Layout) -> Result<(), ContainerError> {
        let expected = layout.end(self.directory_size);
        let (zip64, end) = expected.split_at(expected.len().saturating_sub(END_SIZE));
        if self.zip64.is_empty() != zip64.is_empty() {
            let word = |bytes: &[u8]| if bytes.is_empty() { "absent" } else { "present" }.to_owned();
            return Err(ContainerError::Differs {
                part: Part::Zip64End,
                entry: None,
                field: "presence, which only an offset of 4 GiB or more asks for,",
                offset: self.offset,
                got: word(&self.zip64),
                expected: word(zip64),
            });
        }
        let at = |skip: usize| self.offset.saturating_add(skip as u64);
        let (got_record, got_locator) = self.zip64.split_at(self.zip64.len().min(ZIP64_END_SIZE));
        let (record, locator) = zip64.split_at(zip64.len().min(ZIP64_END_SIZE));
        compare(Part::Zip64End, None, self.offset, got_record, record)?;
        compare(Part::Zip64Locator, None, at(record.len()), got_locator, locator)?;
        compare(Part::End, None, at(zip64.len()), &self.end, end)
    }
}

fn from_end(length: u64, size: usize, part: Part) -> Result<u64, ContainerError> {
    let size = size as u64;
    length.checked_sub(size).ok_or(ContainerError::Truncated { part, offset: 0, got: length, expected: size })
}
