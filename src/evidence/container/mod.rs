//! The canonical container: a ZIP file that a set of entries can be written as in exactly one way.
//!
//! The byte layout stands in `docs/formats/evidence-bundle.md`; field names are those of PKWARE's
//! APPNOTE.TXT 6.3.10. There is one description of the headers ([`layout`](self)), and both sides
//! use it: the writer writes what it says, the reader takes name, size and CRC-32 of every entry from
//! the central directory, lays the entries out again and refuses any byte that differs. What the
//! reader accepts is therefore what the writer writes, and nothing else.
//!
//! CRC-32 finds accidents only. What binds the bytes is SHA-256, in `SHA256SUMS` and in the seal.

mod directory;
mod end;
mod error;
mod fields;
mod layout;
mod names;
mod read;
mod stream;
mod time;
mod write;

pub use error::ContainerError;
pub use fields::Part;
pub use layout::Entry;
pub use read::{Container, ContainerIndex, ReadSeek};
pub use stream::EntryReader;
pub use time::DosTime;
pub use write::{Measured, Source, encode, write_container};

/// Most entries of a container. Below 65,535, so that the count never needs ZIP64.
pub const MAX_ENTRIES: usize = 20_000;

/// Largest container, in bytes (64 GiB).
pub const MAX_TOTAL: u64 = 64 << 30;

/// Bytes copied or hashed at a time.
const CHUNK: usize = 256 << 10;
