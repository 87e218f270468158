//! Writes a container: first every content is measured, then everything is written in order.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use super::CHUNK;
use super::error::ContainerError;
use super::layout::{Entry, Layout};
use super::time::DosTime;
use crate::model::name::EntryName;

/// Size and CRC-32 of a content, which its header needs before the content itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Bytes.
    pub size: u64,
    /// CRC-32 (ISO-HDLC).
    pub crc32: u32,
}

impl Measured {
    /// Measures bytes in memory.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { size: bytes.len() as u64, crc32: crc32fast::hash(bytes) }
    }
}

/// Content of an entry that can be read from its beginning more than once.
///
/// A content of any size is packed in bounded memory: it is read once to be measured (unless
/// [`Source::measured`] knows) and once to be copied, and the copy must agree with the measurement.
pub trait Source {
    /// Opens the content at its beginning.
    ///
    /// # Errors
    /// Whatever keeps it from being read.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;

    /// Size and CRC-32, where they are known without reading.
    fn measured(&self) -> Option<Measured> {
        None
    }
}

impl Source for &[u8] {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(*self))
    }

    fn measured(&self) -> Option<Measured> {
        Some(Measured::of(self))
    }
}

impl Source for Vec<u8> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.as_slice()))
    }

    fn measured(&self) -> Option<Measured> {
        Some(Measured::of(self))
    }
}

impl<S: Source + ?Sized> Source for Box<S> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        (**self).open()
    }

    fn measured(&self) -> Option<Measured> {
        (**self).measured()
    }
}

/// Writes the container of these entries: the same entries and time always give the same bytes.
///
/// # Errors
/// [`ContainerError`] when the names do not go together, a limit is passed, or a source or `out` fails.
/// What was written to `out` by then is no container.
pub fn write_container<S: Source>(
    entries: &BTreeMap<EntryName, S>,
    time: impl Into<DosTime>,
    out: &mut dyn Write,
) -> Result<(), ContainerError> {
    let mut measured = Vec::with_capacity(entries.len());
    for (name, source) in entries {
        let Measured { size, crc32 } = measure(name, source)?;
        measured.push((name.clone(), size, crc32));
    }
    let layout = Layout::new(time.into(), measured)?;
    for (entry, source) in layout.entries().iter().zip(entries.values()) {
        put(out, &layout.local_header(entry))?;
        copy_content(entry, source, out)?;
    }
    let directory = layout.directory();
    put(out, &directory)?;
    put(out, &layout.end(directory.len() as u64))
}

/// The container of entries held in memory.
///
/// # Errors
/// [`ContainerError`] when the names do not go together or a limit is passed.
pub fn encode(entries: &BTreeMap<EntryName, Vec<u8>>, time: impl Into<DosTime>) -> Result<Vec<u8>, ContainerError> {
    let mut bytes = Vec::new();
    write_container(entries, time, &mut bytes)?;
    Ok(bytes)
}

fn measure(name: &EntryName, source: &impl Source) -> Result<Measured, ContainerError> {
    match source.measured() {
        Some(known) => Ok(known),
        None => pump(name, source, |_| Ok(())),
    }
}

fn copy_content(entry: &Entry, source: &impl Source, out: &mut dyn Write) -> Result<(), ContainerError> {
    let mut left = entry.size();
    let copied = pump(entry.name(), source, |bytes| {
        // A source that grew is caught below; its surplus never reaches `out`.
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        left = left.saturating_sub(take as u64);
        put(out, bytes.get(..take).unwrap_or_default())
    })?;
    if copied.size == entry.size() && copied.crc32 == entry.crc32() {
        return Ok(());
    }
    Err(ContainerError::Changed {
        entry: entry.name().clone(),
        got_size: copied.size,
        got_crc: copied.crc32,
        size: entry.size(),
        crc: entry.crc32(),
    })
}

/// Reads a source to its end, in pieces, and measures it meanwhile.
fn pump(
    name: &EntryName,
    source: &impl Source,
    mut each: impl FnMut(&[u8]) -> Result<(), ContainerError>,
) -> Result<Measured, ContainerError> {
    let failed = |source| ContainerError::Io { action: "reading", entry: Some(name.clone()), source };
    let mut reader = source.open().map_err(failed)?;
    let mut crc = crc32fast::Hasher::new();
    let mut size = 0_u64;
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(Measured { size, crc32: crc.finalize() }),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(failed(error)),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        crc.update(piece);
        size = size.saturating_add(piece.len() as u64);
        if size > super::MAX_TOTAL {
            return Err(ContainerError::TooLarge { limit: super::MAX_TOTAL });
        }
        each(piece)?;
    }
}

fn put(out: &mut dyn Write, bytes: &[u8]) -> Result<(), ContainerError> {
    out.write_all(bytes).map_err(|source| ContainerError::Io { action: "writing", entry: None, source })
}
