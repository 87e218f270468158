//! `Packages.db` of rpm's own database NDB (rpm `lib/backend/ndb/rpmpkg.c`); all numbers little-endian.
//!
//! A header of 32 bytes tells how many pages of 4096 bytes hold slots of 16: which package, and where its blob
//! is, in blocks of 16 bytes. A blob has 16 bytes before it and 12 after it.

use super::header::word;

const MAGIC: &[u8; 4] = b"RpmP";
const SLOT: &[u8; 4] = b"Slot";
const BLOB: &[u8; 4] = b"BlbS";
const BLOB_END: &[u8; 4] = b"BlbE";
const PAGE: usize = 4096;
const HEADER: usize = 32;

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    word(bytes, at).and_then(|word| usize::try_from(u32::from_le_bytes(word)).ok())
}

/// The headers of all packages.
///
/// # Errors
/// What is wrong.
pub(super) fn blobs(bytes: &[u8]) -> Result<Vec<&[u8]>, String> {
    if word(bytes, 0).as_ref() != Some(MAGIC) {
        return Err("no package database (expected RpmP at its beginning)".to_owned());
    }
    match number(bytes, 4) {
        Some(0) => {}
        got => return Err(format!("version {got:?} of NDB (expected 0)")),
    }
    let end = number(bytes, 12).and_then(|pages| pages.checked_mul(PAGE)).filter(|end| *end >= PAGE);
    let slots = end.and_then(|end| bytes.get(HEADER..end)).ok_or("slots that end outside the file")?;
    let (mut blobs, mut total) = (Vec::new(), 0_usize);
    for slot in slots.chunks_exact(16) {
        if word(slot, 0).as_ref() != Some(SLOT) {
            return Err("a slot without its mark".to_owned());
        }
        let of = |at| number(slot, at).unwrap_or_default();
        let (package, start, blocks) = (of(4), of(8), of(12));
        if package == 0 || start == 0 {
            continue;
        }
        let blob = blob(bytes, package, start, blocks).ok_or_else(|| format!("package {package} has no whole blob"))?;
        total += blob.len();
        if total > bytes.len() {
            return Err("blobs that lie over one another".to_owned());
        }
        blobs.push(blob);
    }
    Ok(blobs)
}

fn blob(bytes: &[u8], package: usize, start: usize, blocks: usize) -> Option<&[u8]> {
    let start = start.checked_mul(16)?;
    let whole = bytes.get(start..start.checked_add(blocks.checked_mul(16)?)?)?;
    let length = number(whole, 12)?;
    let tail = whole.get(whole.len().checked_sub(12)?..)?;
    let fits = word(whole, 0)? == *BLOB
        && number(whole, 4)? == package
        && word(tail, 8)? == *BLOB_END
        && number(tail, 4)? == length;
    whole.get(16..16_usize.checked_add(length)?).filter(|blob| fits && blob.len() + 28 <= whole.len())
}
