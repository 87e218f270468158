//! Entries and offsets beyond 4 GiB, over a source and a sink that keep only what is not zero.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::Command;

use batchseal::evidence::container::{ContainerError, ContainerIndex, MAX_TOTAL, Measured, Source, write_container};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::name::EntryName;

use crate::{name, time};

static ZEROS: [u8; 1 << 20] = [0; 1 << 20];

/// So many zero bytes, or a text.
enum Content {
    Zeros(u64),
    Text(&'static str),
}

impl Source for Content {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::Zeros(size) => Box::new(io::repeat(0).take(*size)),
            Self::Text(text) => Box::new(text.as_bytes()),
        })
    }

    fn measured(&self) -> Option<Measured> {
        match self {
            Self::Zeros(size) => Some(Measured { size: *size, crc32: crc_of_zeros(*size) }),
            Self::Text(text) => Some(Measured::of(text.as_bytes())),
        }
    }
}

/// By doubling, instead of over gigabytes.
fn crc_of_zeros(size: u64) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    let mut power = crc32fast::Hasher::new();
    power.update(&[0]);
    for bit in 0..40 {
        if size >> bit & 1 == 1 {
            crc.combine(&power);
        }
        power.combine(&power.clone());
    }
    crc.finalize()
}

/// Bytes with holes of zeros.
#[derive(Default)]
struct Sparse {
    pieces: BTreeMap<u64, Vec<u8>>,
    length: u64,
    at: u64,
}

impl Write for Sparse {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(ZEROS.len())];
        if bytes != &ZEROS[..bytes.len()] {
            self.pieces.insert(self.length, bytes.to_vec());
        }
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.length.saturating_sub(self.at)).unwrap();
        let mut count = left.min(buffer.len());
        let piece = self.pieces.range(..=self.at).next_back();
        let inside = piece.and_then(|(start, bytes)| bytes.get(usize::try_from(self.at - start).unwrap()..));
        if let Some(bytes) = inside.filter(|bytes| !bytes.is_empty()) {
            count = count.min(bytes.len());
            buffer[..count].copy_from_slice(&bytes[..count]);
        } else {
            if let Some((next, _)) = self.pieces.range(self.at..).next() {
                count = count.min(usize::try_from(next - self.at).unwrap());
            }
            buffer[..count].fill(0);
        }
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(at) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.at = at;
        Ok(at)
    }
}

fn pack(given: Vec<(&str, Content)>) -> Result<Sparse, ContainerError> {
    let entries: BTreeMap<EntryName, Content> =
        given.into_iter().map(|(text, content)| (name(text), content)).collect();
    let mut out = Sparse::default();
    write_container(&entries, time(), &mut out)?;
    Ok(out)
}

fn index(container: &mut Sparse) -> Result<ContainerIndex, ContainerError> {
    let length = container.length;
    ContainerIndex::read(container, length)
}

fn holds(container: &Sparse, bytes: &[u8]) -> bool {
    container.pieces.values().any(|piece| piece.windows(bytes.len()).any(|window| window == bytes))
}

const LOCATOR: &[u8] = b"PK\x06\x07";
const EXTRA_OF_SIZES: &[u8] = &[1, 0, 16, 0];
const EXTRA_OF_OFFSET: &[u8] = &[1, 0, 8, 0];

#[test]
fn uses_zip64_from_four_gibibytes_and_reads_it_back() {
    let size = (4 << 30) + 5;
    let mut container = pack(vec![("a", Content::Zeros(size)), ("b", Content::Text("far"))]).unwrap();
    assert!(holds(&container, EXTRA_OF_SIZES) && holds(&container, EXTRA_OF_OFFSET) && holds(&container, LOCATOR));
    let index = index(&mut container).unwrap();
    assert_eq!(index.entries().iter().map(|entry| entry.size()).collect::<Vec<_>>(), [size, 3]);
    let digest = index.entry_reader(&mut container, &index.entries()[1]).unwrap().finish().unwrap();
    assert_eq!(digest.sha256, Sha256Digest::of(b"far"));
    // Every byte outside the zeros counts here too.
    for (start, length) in container.pieces.iter().map(|(start, piece)| (*start, piece.len())).collect::<Vec<_>>() {
        for at in 0..length {
            container.pieces.get_mut(&start).unwrap()[at] ^= 4;
            let changed = self::index(&mut container);
            let content = start == index.entries()[1].content_offset();
            assert_eq!(changed.is_ok(), content, "byte {at} of the piece at {start}");
            container.pieces.get_mut(&start).unwrap()[at] ^= 4;
        }
    }
    assert!(self::index(&mut container).is_ok());
}

#[test]
fn uses_no_zip64_below_the_border() {
    // Local header 31, central headers 94: the directory begins at 0xffff_fffe, the last plain offset.
    let size = u64::from(u32::MAX) - 1 - 31;
    let mut container = pack(vec![("a", Content::Zeros(size))]).unwrap();
    assert!(!holds(&container, LOCATOR) && !holds(&container, EXTRA_OF_SIZES));
    assert!(index(&mut container).is_ok());
}

#[test]
fn moves_only_the_values_that_do_not_fit() {
    // The directory begins exactly at the marker 0xffff_ffff, but the entry itself is plain.
    let size = u64::from(u32::MAX) - 31;
    let mut container = pack(vec![("a", Content::Zeros(size))]).unwrap();
    assert!(holds(&container, LOCATOR) && !holds(&container, EXTRA_OF_SIZES));
    assert!(index(&mut container).is_ok());
}

#[test]
fn refuses_more_than_the_limit_before_anything_is_written() {
    let mut out = Sparse::default();
    let entries: BTreeMap<_, _> = [(name("a"), Content::Zeros(MAX_TOTAL))].into();
    let error = write_container(&entries, time(), &mut out).expect_err("64 GiB were accepted");
    assert!(matches!(error, ContainerError::TooLarge { limit: MAX_TOTAL }));
    assert_eq!(out.length, 0);
    let length = MAX_TOTAL + (6 << 20);
    assert!(matches!(ContainerIndex::read(&mut out, length), Err(ContainerError::TooLarge { .. })));
}

/// Hashes 5 GiB and lets other tools read them from a sparse file: run with `--ignored`.
#[test]
#[ignore = "takes about a minute"]
fn five_gibibytes_stream_through_and_other_tools_agree() {
    let size = 5 << 30;
    let given = || vec![("a", Content::Zeros(size)), ("b", Content::Text("far")), ("c", Content::Zeros(3))];
    let mut container = pack(given()).unwrap();
    let index = index(&mut container).unwrap();
    container.at = 0;
    let digests = index.digest_contents(&mut container).unwrap();
    assert_eq!(digests.iter().map(|digest| digest.size).collect::<Vec<_>>(), [size, 3, 3]);
    assert_eq!(digests[0].sha256.to_hex(), "7f06c62352aebd8125b2a1841e2b9e1ffcbed602f381c3dcb3200200e383d1d5");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.zip");
    let mut file = File::create(&path).unwrap();
    file.set_len(container.length).unwrap();
    for (start, piece) in &container.pieces {
        file.seek(SeekFrom::Start(*start)).unwrap();
        file.write_all(piece).unwrap();
    }
    drop(file);
    let opened = batchseal::adapters::archive::open(&path).unwrap();
    assert_eq!(opened.digests().values().cloned().collect::<Vec<_>>(), digests);
    let script = "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)";
    for (tool, arguments) in [("unzip", vec!["-tq"]), ("python3", vec!["-c", script])] {
        match Command::new(tool).args(arguments).arg(&path).output() {
            Ok(output) => assert!(output.status.success(), "{tool}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(error) => println!("skipped: {tool} cannot be run ({error})"),
        }
    }
}
