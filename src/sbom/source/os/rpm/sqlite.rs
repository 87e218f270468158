//! The one table `Packages` of an SQLite database, read only (sqlite.org/fileformat2.html).
//!
//! The table is a tree of pages. A row that does not fit into its page goes on in a chain of others. Each page is
//! taken once only, so that work and memory stay within the size of the file whatever the file says.

use std::borrow::Cow;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const TABLE: &[u8] = b"Packages";
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;

/// The blobs of the table, by number of row.
///
/// # Errors
/// What is wrong.
pub(super) fn blobs(bytes: &[u8]) -> Result<Vec<Cow<'_, [u8]>>, String> {
    let mut file = File::open(bytes)?;
    let mut root = None;
    for row in file.rows(1)? {
        let text = |column| match column_of(&row, column) {
            Some(Value::Bytes(bytes)) => bytes,
            _ => &[],
        };
        if text(0) == b"table" && text(2) == TABLE {
            root = match column_of(&row, 3) {
                Some(Value::Number(page)) => usize::try_from(page).ok(),
                _ => None,
            };
        }
    }
    let root = root.ok_or("no table Packages (expected the database of rpm)")?;
    let mut blobs = Vec::new();
    for row in file.rows(root)? {
        // Rows of one page hold the blob inside, others own what was put together.
        let place = place_of(&row, 1).ok_or("a row of Packages without a blob")?;
        blobs.push(match row {
            Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[place]),
            Cow::Owned(mut bytes) => {
                bytes.truncate(place.end);
                bytes.drain(..place.start);
                Cow::Owned(bytes)
            }
        });
    }
    Ok(blobs)
}

struct File<'a> {
    bytes: &'a [u8],
    page: usize,
    /// Bytes of a page that are in use.
    usable: usize,
    seen: Vec<bool>,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.get(..16) != Some(MAGIC) || bytes.len() < 512 {
            return Err("no SQLite database (expected its name and version at the beginning)".to_owned());
        }
        let page = match u16::from_be_bytes([bytes[16], bytes[17]]) {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            other => return Err(format!("pages of {other} bytes (expected a power of two from 512)")),
        };
        // UTF-8, or nothing written yet.
        match &bytes[56..60] {
            [0, 0, 0, 0 | 1] => {}
            other => return Err(format!("text encoding {other:?} (expected UTF-8)")),
        }
        let usable = page - usize::from(bytes[20]);
        if usable < 480 {
            return Err(format!("{usable} bytes of each page in use (expected at least 480)"));
        }
        Ok(Self { bytes, page, usable, seen: vec![false; bytes.len() / page + 1] })
    }

    /// A page by its number from 1, and not twice.
    fn page(&mut self, number: usize) -> Result<&'a [u8], String> {
        let place = number.checked_sub(1).and_then(|at| Some((at.checked_mul(self.page)?, at)));
        let page = place.and_then(|(start, at)| Some((self.bytes.get(start..start.checked_add(self.page)?)?, at)));
        let (page, at) = page.ok_or_else(|| format!("page {number} lies outside the file"))?;
        if std::mem::replace(&mut self.seen[at], true) {
            return Err(format!("page {number} is used twice"));
        }
        Ok(&page[..self.usable])
    }

    /// Every row of the table whose tree begins at a page.
    fn rows(&mut self, root: usize) -> Result<Vec<Cow<'a, [u8]>>, String> {
        let mut rows = Vec::new();
        let mut queue = vec![root];
        while let Some(number) = queue.pop() {
            let page = self.page(number)?;
            let fail = || format!("page {number} is no page of a table");
            let head = if number == 1 { 100 } else { 0 };
            let short = |at: usize| Some(usize::from(u16::from_be_bytes([*page.get(at)?, *page.get(at + 1)?])));
            let kind = page[head];
            let cells = short(head + 3).ok_or_else(fail)?;
            let first = head + if kind == INTERIOR { 12 } else { 8 };
            let cell = |at: usize| page.get(short(first + at * 2)?..);
            match kind {
                LEAF => {
                    for at in 0..cells {
                        rows.push(self.row(cell(at).ok_or_else(fail)?)?);
                    }
                }
                INTERIOR => {
                    queue.push(child(&page[head + 8..]).ok_or_else(fail)?);
                    for at in (0..cells).rev() {
                        queue.push(cell(at).and_then(child).ok_or_else(fail)?);
                    }
                }
                other => return Err(format!("page {number} has the type {other} (expected a page of a table)")),
            }
        }
        Ok(rows)
    }

    /// The record of a cell: its length, the number of the row, then the record or its beginning.
    fn row(&mut self, cell: &'a [u8]) -> Result<Cow<'a, [u8]>, String> {
        let fail = || "a row that ends outside its page".to_owned();
        let (length, rest) = varint(cell).ok_or_else(fail)?;
        let (_, rest) = varint(rest).ok_or_else(fail)?;
        let length = usize::try_from(length).ok().filter(|length| *length <= self.bytes.len());
        let length = length.ok_or("a row that is larger than the file")?;
        let here = self.local(length);
        let start = rest.get(..here).ok_or_else(fail)?;
        if here == length {
            return Ok(Cow::Borrowed(start));
        }
        let mut whole = start.to_vec();
        let mut next = child(&rest[here..]).ok_or_else(fail)?;
        while whole.len() < length {
            let page = self.page(next)?;
            next = child(page).ok_or_else(fail)?;
            let part = (length - whole.len()).min(page.len() - 4);
            whole.extend_from_slice(&page[4..4 + part]);
        }
        Ok(Cow::Owned(whole))
    }

    /// Bytes of a record that lie in its cell.
    fn local(&self, length: usize) -> usize {
        if length <= self.usable - 35 {
            return length;
        }
        let least = (self.usable - 12) * 32 / 255 - 23;
        let wanted = least + (length - least) % (self.usable - 4);
        if wanted <= self.usable - 35 { wanted } else { least }
    }
}

/// Number of a page in the first four bytes.
fn child(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?)).ok()
}

/// A number of one to nine bytes, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), &bytes[9..]));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

enum Value<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

/// The place of a column in a record, and its type.
fn column_place(record: &[u8], wanted: usize) -> Option<(u64, std::ops::Range<usize>)> {
    let (header, rest) = varint(record)?;
    let header = usize::try_from(header).ok()?;
    let mut types = record.get(record.len() - rest.len()..header)?;
    let mut start = header;
    for column in 0.. {
        let (kind, rest) = varint(types)?;
        types = rest;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => (kind - 12) / 2,
        };
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        if column == wanted {
            return (end <= record.len()).then_some((kind, start..end));
        }
        start = end;
    }
    None
}

/// The place of a blob or text.
fn place_of(record: &[u8], column: usize) -> Option<std::ops::Range<usize>> {
    column_place(record, column).filter(|(kind, _)| *kind >= 12).map(|(_, place)| place)
}

fn column_of(record: &[u8], column: usize) -> Option<Value<'_>> {
    let (kind, place) = column_place(record, column)?;
    let bytes = &record[place];
    match kind {
        1..=6 => {
            let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
            let start = if negative { -1 } else { 0 };
            Some(Value::Number(bytes.iter().fold(start, |number, byte| number << 8 | i64::from(*byte))))
        }
        8 => Some(Value::Number(0)),
        9 => Some(Value::Number(1)),
        12.. => Some(Value::Bytes(bytes)),
        _ => None,
    }
}
