//! The central directory: what is taken from its headers before all of them are compared.

use std::io::{Read, SeekFrom};

use super::error::ContainerError;
use super::fields::{Fields, Part, signature};
use super::layout::{CENTRAL_SIGNATURE, CENTRAL_SIZE};
use super::read::ReadSeek;
use super::time::DosTime;
use crate::model::name::{EntryName, MAX_NAME};

/// Largest central header: fixed part, name, ZIP64 field of two sizes and an offset.
pub(super) const CENTRAL_MAX: u64 = CENTRAL_SIZE as u64 + MAX_NAME as u64 + 28;

/// What a central header says; every other byte of it is only compared.
pub(super) struct RawEntry<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) offset: u64,
    pub(super) name: EntryName,
    pub(super) size: u64,
    pub(super) crc32: u32,
    time: (u16, u16),
}

/// Splits the directory, which stands at `offset`, into exactly `count` headers.
pub(super) fn parse(bytes: &[u8], offset: u64, count: u64) -> Result<Vec<RawEntry<'_>>, ContainerError> {
    let mut entries = Vec::new();
    let mut at = 0_usize;
    for _ in 0..count {
        let entry = parse_header(bytes.get(at..).unwrap_or_default(), offset.saturating_add(at as u64))?;
        at = at.saturating_add(entry.bytes.len());
        entries.push(entry);
    }
    if at == bytes.len() {
        return Ok(entries);
    }
    Err(ContainerError::Differs {
        part: Part::Central,
        entry: None,
        field: "end of the central directory",
        offset: offset.saturating_add(at as u64),
        got: format!("{} more bytes", bytes.len().saturating_sub(at)),
        expected: format!("none after {count} headers"),
    })
}

fn parse_header(rest: &[u8], offset: u64) -> Result<RawEntry<'_>, ContainerError> {
    let short = |expected: usize| ContainerError::Truncated {
        part: Part::Central,
        offset,
        got: rest.len() as u64,
        expected: expected as u64,
    };
    let fixed = rest.get(..CENTRAL_SIZE).ok_or_else(|| short(CENTRAL_SIZE))?;
    signature(Part::Central, offset, fixed, CENTRAL_SIGNATURE)?;
    let half = |at| Fields(fixed).u16(at).unwrap_or(0);
    let word = |at| Fields(fixed).u32(at).unwrap_or(0);
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(half(at)));
    // Three 16-bit lengths: the sum cannot overflow.
    let length = CENTRAL_SIZE + name + extra + comment;
    let bytes = rest.get(..length).ok_or_else(|| short(length))?;
    let name_bytes = bytes.get(CENTRAL_SIZE..CENTRAL_SIZE + name).unwrap_or_default();
    let name_offset = offset.saturating_add(CENTRAL_SIZE as u64);
    let parsed = EntryName::parse(&String::from_utf8_lossy(name_bytes))
        .map_err(|source| ContainerError::Name { offset: name_offset, source })?;
    let extra_bytes = bytes.get(CENTRAL_SIZE + name..).unwrap_or_default();
    Ok(RawEntry {
        bytes,
        offset,
        name: parsed,
        size: size(word(20), extra_bytes),
        crc32: word(16),
        time: (half(12), half(14)),
    })
}

/// The compressed size, which is the size of a stored entry, from where ZIP64 keeps it.
fn size(short: u32, extra: &[u8]) -> u64 {
    let moved = Fields(extra).u64(4).filter(|_| Fields(extra).u16(0) == Some(1));
    match (short, moved) {
        (u32::MAX, Some(long)) => long,
        _ => u64::from(short),
    }
}

/// The one time of all entries; that the others have it too is found by comparing.
pub(super) fn time(entries: &[RawEntry<'_>]) -> Result<DosTime, ContainerError> {
    let Some(first) = entries.first() else { return Err(ContainerError::Empty) };
    let (time, date) = first.time;
    DosTime::from_fields(time, date).ok_or_else(|| ContainerError::Differs {
        part: Part::Central,
        entry: Some(first.name.clone()),
        field: "modification time",
        offset: first.offset.saturating_add(12),
        got: format!("{time:#06x} {date:#06x}"),
        expected: "an MS-DOS time and date that exist".to_owned(),
    })
}

/// Reads `size` bytes, a number that a limit or the layout has bounded before.
pub(super) fn read_at(
    source: &mut impl ReadSeek,
    part: Part,
    offset: u64,
    size: u64,
) -> Result<Vec<u8>, ContainerError> {
    let failed = |source| ContainerError::Io { action: "reading", entry: None, source };
    source.seek(SeekFrom::Start(offset)).map_err(failed)?;
    let mut bytes = Vec::new();
    source.take(size).read_to_end(&mut bytes).map_err(failed)?;
    let got = bytes.len() as u64;
    if got == size { Ok(bytes) } else { Err(ContainerError::Truncated { part, offset, got, expected: size }) }
}
