//! Evidence put together and taken apart: the container, its checksum list, records and seals.
//!
//! Pure: bytes, readers and times come in as arguments. Files are opened in `adapters`.

pub mod container;
pub mod sums;
