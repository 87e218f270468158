//! The fixed fields of each ZIP header (APPNOTE 4.3), so that a difference can be named.

use std::fmt;

use super::error::ContainerError;
use crate::model::name::EntryName;

/// A part of a container that holds fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Local file header (4.3.7).
    Local,
    /// Content of an entry (4.3.8).
    Content,
    /// Central directory header (4.3.12).
    Central,
    /// ZIP64 end of central directory record (4.3.14).
    Zip64End,
    /// ZIP64 end of central directory locator (4.3.15).
    Zip64Locator,
    /// End of central directory record (4.3.16).
    End,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local header",
            Self::Content => "content",
            Self::Central => "central header",
            Self::Zip64End => "ZIP64 end record",
            Self::Zip64Locator => "ZIP64 locator",
            Self::End => "end record",
        })
    }
}

/// Name, offset and length of a field.
type Field = (&'static str, usize, usize);

/// Telling fields first: a compressed entry is reported as such, not as "version needed".
const LOCAL: [Field; 12] = [
    ("signature", 0, 4),
    ("compression method", 8, 2),
    ("flags", 6, 2),
    ("name length", 26, 2),
    ("extra field length", 28, 2),
    ("compressed size", 18, 4),
    ("uncompressed size", 22, 4),
    ("CRC-32", 14, 4),
    ("modification time", 10, 2),
    ("modification date", 12, 2),
    ("version needed", 4, 2),
    ("name", 30, usize::MAX),
];

const CENTRAL: [Field; 18] = [
    ("signature", 0, 4),
    ("compression method", 10, 2),
    ("flags", 8, 2),
    ("name length", 28, 2),
    ("extra field length", 30, 2),
    ("comment length", 32, 2),
    ("compressed size", 20, 4),
    ("uncompressed size", 24, 4),
    ("CRC-32", 16, 4),
    ("modification time", 12, 2),
    ("modification date", 14, 2),
    ("disk number", 34, 2),
    ("internal attributes", 36, 2),
    ("external attributes", 38, 4),
    ("local header offset", 42, 4),
    ("version needed", 6, 2),
    ("version made by", 4, 2),
    ("name", 46, usize::MAX),
];

const ZIP64_END: [Field; 10] = [
    ("signature", 0, 4),
    ("record size", 4, 8),
    ("version made by", 12, 2),
    ("version needed", 14, 2),
    ("disk number", 16, 4),
    ("central directory disk", 20, 4),
    ("entries on this disk", 24, 8),
    ("entries", 32, 8),
    ("central directory size", 40, 8),
    ("central directory offset", 48, 8),
];

const ZIP64_LOCATOR: [Field; 4] =
    [("signature", 0, 4), ("end record disk", 4, 4), ("end record offset", 8, 8), ("number of disks", 16, 4)];

const END: [Field; 8] = [
    ("signature", 0, 4),
    ("comment length", 20, 2),
    ("disk number", 4, 2),
    ("central directory disk", 6, 2),
    ("entries on this disk", 8, 2),
    ("entries", 10, 2),
    ("central directory size", 12, 4),
    ("central directory offset", 16, 4),
];

impl Part {
    const fn fields(self) -> &'static [Field] {
        match self {
            Self::Local => &LOCAL,
            Self::Content => &[],
            Self::Central => &CENTRAL,
            Self::Zip64End => &ZIP64_END,
            Self::Zip64Locator => &ZIP64_LOCATOR,
            Self::End => &END,
        }
    }
}

/// Requires that the bytes of a header are those the writer writes; names the field that differs.
pub(super) fn compare(
    part: Part,
    entry: Option<&EntryName>,
    offset: u64,
    got: &[u8],
    expected: &[u8],
) -> Result<(), ContainerError> {
    if got == expected {
        return Ok(());
    }
    let slice =
        |bytes: &[u8], field: &Field| -> Vec<u8> { bytes.iter().skip(field.1).take(field.2).copied().collect() };
    let found = part.fields().iter().find(|field| slice(got, field) != slice(expected, field));
    let field = found.copied().unwrap_or(("header", 0, usize::MAX));
    Err(ContainerError::Differs {
        part,
        entry: entry.cloned(),
        field: field.0,
        offset: offset.saturating_add(field.1 as u64),
        got: show(&slice(got, &field), field.2),
        expected: show(&slice(expected, &field), field.2),
    })
}

/// Whole numbers as numbers, signatures in hexadecimal, names as text.
fn show(bytes: &[u8], length: usize) -> String {
    if length > 8 {
        let text: String = String::from_utf8_lossy(bytes).chars().take(80).collect();
        return format!("{text:?}");
    }
    let value = bytes.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    if bytes.len() < length { format!("{} bytes", bytes.len()) } else { format!("{value:#x}") }
}

/// Little-endian fields of bytes that came from outside; absent beyond the end.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn u16(self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    pub(super) fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    pub(super) fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }

    fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..at.checked_add(N)?)?.try_into().ok()
    }
}

/// Requires the signature of a header before anything else is taken from it.
pub(super) fn signature(part: Part, offset: u64, bytes: &[u8], expected: u32) -> Result<(), ContainerError> {
    let got = bytes.get(..4).unwrap_or_default();
    compare(part, None, offset, got, &expected.to_le_bytes())
}
