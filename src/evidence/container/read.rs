//! Reads a container: parse as little as possible, lay out again, compare every header byte.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::directory::{self, read_at};
use super::end::End;
use super::error::ContainerError;
use super::fields::{Part, compare};
use super::layout::{Entry, Layout};
use super::stream::EntryReader;
use super::time::DosTime;
use crate::model::name::EntryName;

/// Something that can be read at any place: a file, bytes in a `Cursor`.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// The headers of a container, all of them proven canonical. Contents are not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerIndex {
    pub(super) layout: Layout,
}

impl ContainerIndex {
    /// Reads every header of a container of `length` bytes and compares it with what the writer writes.
    ///
    /// Memory is bounded by the central directory: below 6 MB for 20,000 entries.
    ///
    /// # Errors
    /// [`ContainerError`] naming the first header byte, name or limit that is wrong.
    pub fn read(source: &mut impl ReadSeek, length: u64) -> Result<Self, ContainerError> {
        let end = End::read(source, length)?;
        let bytes = read_at(source, Part::Central, end.directory_offset, end.directory_size)?;
        let raw = directory::parse(&bytes, end.directory_offset, end.entries)?;
        let time = directory::time(&raw)?;
        let layout = Layout::new(time, raw.iter().map(|entry| (entry.name.clone(), entry.size, entry.crc32)))?;
        for (entry, raw) in layout.entries().iter().zip(&raw) {
            let expected = layout.central_header(entry);
            compare(Part::Central, Some(entry.name()), raw.offset, raw.bytes, &expected)?;
        }
        for entry in layout.entries() {
            let expected = layout.local_header(entry);
            let got = read_at(source, Part::Local, entry.header_offset(), expected.len() as u64)?;
            compare(Part::Local, Some(entry.name()), entry.header_offset(), &got, &expected)?;
        }
        end.compare(&layout)?;
        Ok(Self { layout })
    }

    /// The entries, sorted by name.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.layout.entries()
    }

    /// The entry of that name.
    #[must_use]
    pub fn get(&self, name: &EntryName) -> Option<&Entry> {
        let entries = self.entries();
        entries.binary_search_by(|entry| entry.name().cmp(name)).ok().and_then(|at| entries.get(at))
    }

    /// The time written in every header; a note, not a trusted time.
    #[must_use]
    pub const fn time(&self) -> DosTime {
        self.layout.time()
    }

    /// Reads the content of one entry; its CRC-32 is checked at its end.
    ///
    /// # Errors
    /// [`ContainerError::Io`] when the source cannot be moved to the content.
    pub fn entry_reader<'a, R: ReadSeek>(
        &self,
        source: &'a mut R,
        entry: &'a Entry,
    ) -> Result<EntryReader<'a, R>, ContainerError> {
        let failed = |source| ContainerError::Io { action: "reading", entry: Some(entry.name().clone()), source };
        source.seek(SeekFrom::Start(entry.content_offset())).map_err(failed)?;
        Ok(EntryReader::new(source, entry))
    }
}

/// A container held in memory: headers proven canonical, CRC-32 of every content checked.
#[derive(Debug, Clone)]
pub struct Container<'a> {
    bytes: &'a [u8],
    index: ContainerIndex,
}

impl<'a> Container<'a> {
    /// Parses a container; only what [`super::encode`] writes is accepted.
    ///
    /// # Errors
    /// [`ContainerError`] naming what is wrong and where.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ContainerError> {
        let index = ContainerIndex::read(&mut Cursor::new(bytes), bytes.len() as u64)?;
        let container = Self { bytes, index };
        for (entry, content) in container.entries() {
            let got = crc32fast::hash(content);
            if got != entry.crc32() {
                let (offset, expected) = (entry.content_offset(), entry.crc32());
                return Err(ContainerError::Checksum { entry: entry.name().clone(), offset, got, expected });
            }
        }
        Ok(container)
    }

    /// The entries with their contents, sorted by name.
    pub fn entries(&self) -> impl Iterator<Item = (&Entry, &'a [u8])> {
        self.index.entries().iter().map(|entry| (entry, self.content(entry)))
    }

    /// The content of the entry of that name.
    #[must_use]
    pub fn get(&self, name: &EntryName) -> Option<&'a [u8]> {
        self.index.get(name).map(|entry| self.content(entry))
    }

    /// The headers.
    #[must_use]
    pub const fn index(&self) -> &ContainerIndex {
        &self.index
    }

    /// Always inside the bytes: the index was laid out over exactly their length.
    fn content(&self, entry: &Entry) -> &'a [u8] {
        let start = usize::try_from(entry.content_offset()).unwrap_or(usize::MAX);
        let end = usize::try_from(entry.content_offset().saturating_add(entry.size())).unwrap_or(usize::MAX);
        self.bytes.get(start..end).unwrap_or_default()
    }
}
