//! Why a set of bytes is not a container, or a set of entries cannot become one.

use std::borrow::Cow;
use std::io;

use super::fields::Part;
use crate::model::hint::Hint;
use crate::model::name::{EntryName, NameError};

/// Why a container was refused. Offsets count bytes from the start of the file.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// Nothing in it.
    #[error("container has no entries (expected at least one)")]
    Empty,
    /// More than [`super::MAX_ENTRIES`].
    #[error("container has {got} entries (expected at most {limit})")]
    TooManyEntries {
        /// Number of entries.
        got: u64,
        /// Limit.
        limit: usize,
    },
    /// More bytes than [`super::MAX_TOTAL`].
    #[error("container is larger than {limit} bytes")]
    TooLarge {
        /// Limit in bytes.
        limit: u64,
    },
    /// The bytes end too early.
    #[error("container ends inside {part} at offset {offset} (got {got} bytes, expected {expected})")]
    Truncated {
        /// What should stand there.
        part: Part,
        /// Where it begins.
        offset: u64,
        /// Bytes that are there.
        got: u64,
        /// Bytes needed.
        expected: u64,
    },
    /// A name that is unsafe somewhere.
    #[error("entry name at offset {offset} is refused")]
    Name {
        /// Where the name stands in the central directory.
        offset: u64,
        /// Why.
        source: NameError,
    },
    /// Two entries in the wrong order, or twice the same.
    #[error(
        "entry {entry} at offset {offset} stands after {previous} (expected names sorted by bytes, each of them once)"
    )]
    Order {
        /// The entry.
        entry: EntryName,
        /// The one before it.
        previous: EntryName,
        /// Where the entry's local header stands.
        offset: u64,
    },
    /// Two entries that cannot be unpacked beside each other on every platform.
    #[error("entry {entry} at offset {offset} collides with {other} ({reason})")]
    Collision {
        /// The entry.
        entry: EntryName,
        /// The entry it collides with.
        other: EntryName,
        /// Where the entry's local header stands.
        offset: u64,
        /// `the names differ only in case`, …
        reason: &'static str,
    },
    /// A header byte that the writer would not have written.
    #[error("{part}{} at offset {offset}: {field} is not canonical (got {got}, expected {expected})", of(entry.as_ref()))]
    Differs {
        /// Which header.
        part: Part,
        /// Whose header.
        entry: Option<EntryName>,
        /// Which field.
        field: &'static str,
        /// Where the field stands.
        offset: u64,
        /// The value there.
        got: String,
        /// The value the writer writes.
        expected: String,
    },
    /// Content damaged by accident.
    #[error("content of {entry} at offset {offset} has CRC-32 {got:#010x} (expected {expected:#010x})")]
    Checksum {
        /// The entry.
        entry: EntryName,
        /// Where the content begins.
        offset: u64,
        /// CRC-32 of the bytes there.
        got: u32,
        /// CRC-32 in the headers.
        expected: u32,
    },
    /// A source gave other bytes when it was read again.
    #[error(
        "content of {entry} changed while it was packed (got {got_size} bytes with CRC-32 {got_crc:#010x}, expected {size} with {crc:#010x})"
    )]
    Changed {
        /// The entry.
        entry: EntryName,
        /// Bytes copied.
        got_size: u64,
        /// Their CRC-32.
        got_crc: u32,
        /// Bytes announced in the header.
        size: u64,
        /// CRC-32 announced.
        crc: u32,
    },
    /// A reader or writer failed.
    #[error("{action}{} failed", of(entry.as_ref()))]
    Io {
        /// `reading`, `writing`.
        action: &'static str,
        /// Whose content, if it was content.
        entry: Option<EntryName>,
        /// Reason.
        source: io::Error,
    },
}

fn of(entry: Option<&EntryName>) -> String {
    entry.map(|name| format!(" of {name}")).unwrap_or_default()
}

impl Hint for ContainerError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        let text = match self {
            Self::Empty | Self::Changed { .. } => "pack again from files that nothing else writes to",
            Self::TooManyEntries { .. } | Self::TooLarge { .. } => "keep fewer or smaller files as evidence",
            Self::Truncated { .. } | Self::Checksum { .. } => {
                "fetch the file again and compare its SHA-256 with the one that was announced"
            }
            Self::Name { .. } | Self::Order { .. } | Self::Collision { .. } => {
                "give each file a name of ASCII letters, digits, '.', '_' and '-' that no other has in any case"
            }
            Self::Differs { .. } => "use the file as it was sealed: other archive tools rewrite its headers",
            Self::Io { .. } => return None,
        };
        Some(Cow::Borrowed(text))
    }
}
