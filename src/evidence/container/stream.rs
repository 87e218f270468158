//! Reads contents in bounded memory: hash and CRC-32 in one pass.

use std::io::{self, Read};

use super::CHUNK;
use super::error::ContainerError;
use super::fields::{Part, compare};
use super::layout::Entry;
use super::read::ContainerIndex;
use crate::model::digest::Hasher;
use crate::model::name::EntryName;
use crate::model::record::EntryDigest;

/// The content of one entry. Its end is reported only after the CRC-32 agreed.
pub struct EntryReader<'a, R> {
    source: &'a mut R,
    entry: &'a Entry,
    left: u64,
    crc: crc32fast::Hasher,
    hasher: Hasher,
}

impl<'a, R: Read> EntryReader<'a, R> {
    /// `source` stands at the beginning of the content.
    pub(super) fn new(source: &'a mut R, entry: &'a Entry) -> Self {
        Self { source, entry, left: entry.size(), crc: crc32fast::Hasher::new(), hasher: Hasher::new() }
    }

    /// Reads what is left and returns the digest of the whole content.
    ///
    /// # Errors
    /// [`ContainerError`] when the content ends early, cannot be read or has another CRC-32.
    pub fn finish(mut self) -> Result<EntryDigest, ContainerError> {
        let mut buffer = vec![0; CHUNK.min(usize::try_from(self.left).unwrap_or(CHUNK))];
        self.drain(&mut buffer)?;
        let (sha256, size) = self.hasher.finish();
        Ok(EntryDigest { name: self.entry.name().clone(), sha256, size })
    }

    fn drain(&mut self, buffer: &mut [u8]) -> Result<(), ContainerError> {
        while self.left > 0 {
            self.step(buffer)?;
        }
        self.check()
    }

    fn step(&mut self, buffer: &mut [u8]) -> Result<usize, ContainerError> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let target = buffer.get_mut(..room).unwrap_or_default();
        let count = read_some(self.source, target).map_err(|source| ContainerError::Io {
            action: "reading",
            entry: Some(self.entry.name().clone()),
            source,
        })?;
        if count == 0 && room > 0 {
            let (offset, expected) = (self.entry.content_offset(), self.entry.size());
            let got = expected.saturating_sub(self.left);
            return Err(ContainerError::Truncated { part: Part::Content, offset, got, expected });
        }
        let piece = target.get(..count).unwrap_or_default();
        self.crc.update(piece);
        self.hasher.update(piece);
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }

    fn check(&self) -> Result<(), ContainerError> {
        let got = self.crc.clone().finalize();
        if got == self.entry.crc32() {
            return Ok(());
        }
        Err(ContainerError::Checksum {
            entry: self.entry.name().clone(),
            offset: self.entry.content_offset(),
            got,
            expected: self.entry.crc32(),
        })
    }
}

/// Errors of the container arrive as [`io::ErrorKind::InvalidData`] with the [`ContainerError`] inside.
impl<R: Read> Read for EntryReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = if self.left == 0 { self.check().map(|()| 0) } else { self.step(buffer) };
        result.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

impl ContainerIndex {
    /// Reads a whole container once, from its first byte to its end, and digests every entry.
    ///
    /// Every header met on the way is compared again, so that all bytes read belong to the container
    /// that was parsed, even if the file was exchanged meanwhile.
    ///
    /// # Errors
    /// [`ContainerError`] for the first byte that does not belong there, and for a wrong CRC-32.
    pub fn digest_contents(&self, source: &mut impl Read) -> Result<Vec<EntryDigest>, ContainerError> {
        let layout = &self.layout;
        let mut buffer = vec![0; CHUNK];
        let mut digests = Vec::with_capacity(layout.entries().len());
        for entry in layout.entries() {
            let name = Some(entry.name());
            expect(source, Part::Local, name, entry.header_offset(), &layout.local_header(entry))?;
            let mut reader = EntryReader::new(source, entry);
            reader.drain(&mut buffer)?;
            let (sha256, size) = reader.hasher.finish();
            digests.push(EntryDigest { name: entry.name().clone(), sha256, size });
        }
        let mut offset = layout.directory_offset();
        for entry in layout.entries() {
            let header = layout.central_header(entry);
            expect(source, Part::Central, Some(entry.name()), offset, &header)?;
            offset = offset.saturating_add(header.len() as u64);
        }
        let end = layout.end(offset.saturating_sub(layout.directory_offset()));
        expect(source, Part::End, None, offset, &end)?;
        expect_nothing(source, offset.saturating_add(end.len() as u64))?;
        Ok(digests)
    }
}

fn expect(
    source: &mut impl Read,
    part: Part,
    entry: Option<&EntryName>,
    offset: u64,
    expected: &[u8],
) -> Result<(), ContainerError> {
    let mut got = Vec::new();
    source.take(expected.len() as u64).read_to_end(&mut got).map_err(|source| failed(entry, source))?;
    if got.len() < expected.len() {
        let (got, expected) = (got.len() as u64, expected.len() as u64);
        return Err(ContainerError::Truncated { part, offset, got, expected });
    }
    compare(part, entry, offset, &got, expected)
}

fn expect_nothing(source: &mut impl Read, offset: u64) -> Result<(), ContainerError> {
    if read_some(source, &mut [0]).map_err(|source| failed(None, source))? == 0 {
        return Ok(());
    }
    Err(ContainerError::Differs {
        part: Part::End,
        entry: None,
        field: "end of the file",
        offset,
        got: "more bytes".to_owned(),
        expected: "none".to_owned(),
    })
}

fn failed(entry: Option<&EntryName>, source: io::Error) -> ContainerError {
    ContainerError::Io { action: "reading", entry: entry.cloned(), source }
}

/// One read that a signal does not end.
fn read_some(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
