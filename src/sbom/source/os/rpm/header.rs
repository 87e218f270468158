//! One RPM header as the database holds it (rpm.org, "RPM V4 Package format", without the leading magic):
//! number of tags, bytes of data, an index of 16 bytes for each tag, the data; all numbers big-endian.

use std::collections::HashMap;

/// Tags that are used (`rpmtag.h`).
pub(super) mod tag {
    pub(in super::super) const SHA256HEADER: u32 = 273;
    pub(in super::super) const NAME: u32 = 1000;
    pub(in super::super) const VERSION: u32 = 1001;
    pub(in super::super) const RELEASE: u32 = 1002;
    pub(in super::super) const EPOCH: u32 = 1003;
    pub(in super::super) const VENDOR: u32 = 1011;
    pub(in super::super) const LICENSE: u32 = 1014;
    pub(in super::super) const PACKAGER: u32 = 1015;
    pub(in super::super) const URL: u32 = 1020;
    pub(in super::super) const ARCH: u32 = 1022;
    pub(in super::super) const OLDFILENAMES: u32 = 1027;
    pub(in super::super) const SOURCERPM: u32 = 1044;
    pub(in super::super) const PROVIDENAME: u32 = 1047;
    pub(in super::super) const REQUIREFLAGS: u32 = 1048;
    pub(in super::super) const REQUIRENAME: u32 = 1049;
    pub(in super::super) const REQUIREVERSION: u32 = 1050;
    pub(in super::super) const PROVIDEFLAGS: u32 = 1112;
    pub(in super::super) const PROVIDEVERSION: u32 = 1113;
    pub(in super::super) const DIRINDEXES: u32 = 1116;
    pub(in super::super) const BASENAMES: u32 = 1117;
    pub(in super::super) const DIRNAMES: u32 = 1118;
    pub(in super::super) const MODULARITYLABEL: u32 = 5096;
}

/// Types of values.
const INT32: u32 = 4;
const STRING: u32 = 6;
const STRING_ARRAY: u32 = 8;
const I18N_STRING: u32 = 9;

/// Most tags of one header, as rpm has it.
const MAX_TAGS: usize = 0xffff;

struct Value {
    kind: u32,
    offset: usize,
    count: usize,
}

/// A header; values are read when asked for.
pub(super) struct Header<'a> {
    index: HashMap<u32, Value>,
    data: &'a [u8],
}

/// Four bytes at an offset.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    word(bytes, at).map(u32::from_be_bytes)
}

impl<'a> Header<'a> {
    /// Reads the index.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn read(blob: &'a [u8]) -> Result<Self, String> {
        let size = |at| number(blob, at).and_then(|size| usize::try_from(size).ok());
        let (Some(tags), Some(length)) = (size(0), size(4)) else {
            return Err(format!("{} bytes (expected at least 8)", blob.len()));
        };
        if tags > MAX_TAGS {
            return Err(format!("{tags} tags (expected at most {MAX_TAGS})"));
        }
        let start = 8 + tags * 16;
        let data = blob.get(start..).filter(|data| data.len() == length).ok_or_else(|| {
            format!("{} bytes, where {tags} tags with {length} bytes of data are announced", blob.len())
        })?;
        let mut index = HashMap::with_capacity(tags);
        for entry in blob[8..start].chunks_exact(16) {
            let word = |at| number(entry, at).unwrap_or_default();
            let (Ok(offset), Ok(count)) = (usize::try_from(word(8)), usize::try_from(word(12))) else { continue };
            // The first one of a tag holds: what follows was added to an old header.
            index.entry(word(0)).or_insert(Value { kind: word(4), offset, count });
        }
        Ok(Self { index, data })
    }

    /// A text, or the first of several; `None` where there is none or it is empty.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn text(&self, tag: u32) -> Result<Option<&'a str>, String> {
        let Some(bytes) = self.texts_up_to(tag, 1)?.first().copied() else { return Ok(None) };
        let text = std::str::from_utf8(bytes).map_err(|error| format!("tag {tag}: {error}"))?;
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    /// Every text of a tag.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn texts(&self, tag: u32) -> Result<Vec<&'a [u8]>, String> {
        self.texts_up_to(tag, usize::MAX)
    }

    fn texts_up_to(&self, tag: u32, most: usize) -> Result<Vec<&'a [u8]>, String> {
        let Some(value) = self.index.get(&tag) else { return Ok(Vec::new()) };
        let count = match value.kind {
            STRING => 1,
            STRING_ARRAY | I18N_STRING => value.count.min(most),
            other => return Err(format!("tag {tag} is of type {other} (expected texts)")),
        };
        let mut rest = self.data.get(value.offset..).unwrap_or_default();
        // Each text takes a byte at least.
        let mut texts = Vec::with_capacity(count.min(rest.len()));
        for _ in 0..count {
            let end = rest.iter().position(|byte| *byte == 0);
            let end = end.ok_or_else(|| format!("tag {tag} ends outside the header"))?;
            texts.push(&rest[..end]);
            rest = &rest[end + 1..];
        }
        Ok(texts)
    }

    /// Every number of a tag.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn numbers(&self, tag: u32) -> Result<Vec<u32>, String> {
        let Some(value) = self.index.get(&tag) else { return Ok(Vec::new()) };
        if value.kind != INT32 {
            return Err(format!("tag {tag} is of type {} (expected 32-bit numbers)", value.kind));
        }
        let end = value.count.checked_mul(4).and_then(|length| value.offset.checked_add(length));
        let bytes = end.and_then(|end| self.data.get(value.offset..end));
        let bytes = bytes.ok_or_else(|| format!("tag {tag} ends outside the header"))?;
        Ok(bytes.chunks_exact(4).filter_map(|word| number(word, 0)).collect())
    }
}
