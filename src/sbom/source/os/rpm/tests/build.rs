//! Makes headers and databases as rpm writes them.

use super::super::header::tag;

/// A value of a tag.
pub(super) enum Of<'a> {
    Text(&'a str),
    Texts(&'a [&'a str]),
    Numbers(&'a [u32]),
}

pub(super) fn header(tags: &[(u32, Of<'_>)]) -> Vec<u8> {
    let (mut index, mut data) = (Vec::new(), Vec::new());
    for (tag, of) in tags {
        let offset = data.len();
        let (kind, count) = match of {
            Of::Text(text) => {
                data.extend_from_slice(format!("{text}\0").as_bytes());
                (6, 1)
            }
            Of::Texts(texts) => {
                texts.iter().for_each(|text| data.extend_from_slice(format!("{text}\0").as_bytes()));
                (8, texts.len())
            }
            Of::Numbers(numbers) => {
                numbers.iter().for_each(|number| data.extend_from_slice(&number.to_be_bytes()));
                (4, numbers.len())
            }
        };
        for word in [*tag, kind, u32::try_from(offset).expect("offset"), u32::try_from(count).expect("count")] {
            index.extend_from_slice(&word.to_be_bytes());
        }
    }
    let size = |length: usize| u32::try_from(length).expect("length").to_be_bytes();
    [&size(tags.len())[..], &size(data.len()), &index, &data].concat()
}

/// A package with its requirements and what it provides: names with flags and versions.
pub(super) fn package(
    name: &str,
    requires: &[(&str, u32, &str)],
    provides: &[(&str, u32, &str)],
    files: &[(&str, &str)],
) -> Vec<u8> {
    let split = |of: &[(&str, u32, &str)]| {
        let own = |text: &str| text.to_owned();
        let names: Vec<String> = of.iter().map(|one| own(one.0)).collect();
        let versions: Vec<String> = of.iter().map(|one| own(one.2)).collect();
        (names, of.iter().map(|one| one.1).collect::<Vec<u32>>(), versions)
    };
    let (require, require_flags, require_versions) = split(requires);
    let (provide, provide_flags, provide_versions) = split(provides);
    let folders: Vec<&str> = files.iter().map(|file| file.0).collect();
    let bases: Vec<&str> = files.iter().map(|file| file.1).collect();
    let of: Vec<u32> = (0..files.len()).map(|at| u32::try_from(at).expect("file")).collect();
    fn texts(of: &[String]) -> Vec<&str> {
        of.iter().map(String::as_str).collect()
    }
    header(&[
        (tag::SHA256HEADER, Of::Text(&"ab".repeat(32))),
        (tag::NAME, Of::Text(name)),
        (tag::VERSION, Of::Text("1.2")),
        (tag::RELEASE, Of::Text("3.fc40")),
        (tag::EPOCH, Of::Numbers(&[1])),
        (tag::VENDOR, Of::Text("Example Project")),
        (tag::LICENSE, Of::Text("MIT AND Apache-2.0")),
        (tag::ARCH, Of::Text("x86_64")),
        (tag::SOURCERPM, Of::Text("s-1.2-3.fc40.src.rpm")),
        (tag::REQUIRENAME, Of::Texts(&texts(&require))),
        (tag::REQUIREFLAGS, Of::Numbers(&require_flags)),
        (tag::REQUIREVERSION, Of::Texts(&texts(&require_versions))),
        (tag::PROVIDENAME, Of::Texts(&texts(&provide))),
        (tag::PROVIDEFLAGS, Of::Numbers(&provide_flags)),
        (tag::PROVIDEVERSION, Of::Texts(&texts(&provide_versions))),
        (tag::DIRNAMES, Of::Texts(&folders)),
        (tag::BASENAMES, Of::Texts(&bases)),
        (tag::DIRINDEXES, Of::Numbers(&of)),
    ])
}

pub(super) const PAGE: usize = 512;

fn varint(value: usize) -> Vec<u8> {
    let value = u32::try_from(value).expect("value");
    let byte = |shift: u32| u8::try_from(value >> shift & 0x7f).expect("seven bits");
    vec![byte(21) | 0x80, byte(14) | 0x80, byte(7) | 0x80, byte(0)]
}

/// A leaf of a table with cells that were made before, the first page with the file's header.
pub(super) fn leaf(number: usize, cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    let head = if number == 1 { 100 } else { 0 };
    page[head] = 13;
    page[head + 3..head + 5].copy_from_slice(&u16::try_from(cells.len()).expect("cells").to_be_bytes());
    let mut end = PAGE;
    for (at, cell) in cells.iter().enumerate() {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        let place = head + 8 + at * 2;
        page[place..place + 2].copy_from_slice(&u16::try_from(end).expect("place").to_be_bytes());
    }
    page
}

/// A database with one leaf for each blob, below one interior page; what does not fit goes on in further pages.
pub(super) fn sqlite(blobs: &[Vec<u8>]) -> Vec<u8> {
    let schema = [&[6, 23, 29, 29, 1, 13][..], b"tablePackagesPackages\x02"].concat();
    let cell = [varint(schema.len()), varint(1), schema].concat();
    let mut pages = vec![leaf(1, &[cell]), Vec::new()];
    let mut interior = vec![0; PAGE];
    interior[0] = 5;
    let last = blobs.len() - 1;
    interior[3..5].copy_from_slice(&u16::try_from(last).expect("cells").to_be_bytes());
    for (at, blob) in blobs.iter().enumerate() {
        let kind = varint(blob.len() * 2 + 12);
        let record = [&[6, 0][..], &kind, blob].concat();
        // Usable 512: at most 477 bytes in the page, else what is left over after whole pages, or 39.
        let least = 39 + (record.len().saturating_sub(39)) % 508;
        let local = if record.len() <= 477 {
            record.len()
        } else if least <= 477 {
            least
        } else {
            39
        };
        let mut cell = [varint(record.len()), varint(at + 1), record[..local].to_vec()].concat();
        let number = u32::try_from(pages.len() + 1).expect("page");
        let parts: Vec<&[u8]> = record[local..].chunks(508).collect();
        if !parts.is_empty() {
            cell.extend_from_slice(&(number + 1).to_be_bytes());
        }
        pages.push(leaf(2, &[cell]));
        for (part, next) in parts.iter().zip(number + 2..) {
            let is_last = next == number + 1 + u32::try_from(parts.len()).expect("parts");
            let mut page = if is_last { 0 } else { next }.to_be_bytes().to_vec();
            page.extend_from_slice(part);
            page.resize(PAGE, 0);
            pages.push(page);
        }
        if at == last {
            interior[8..12].copy_from_slice(&number.to_be_bytes());
        } else {
            let end = PAGE - 8 * (at + 1);
            interior[end..end + 4].copy_from_slice(&number.to_be_bytes());
            interior[end + 4..end + 8].copy_from_slice(&varint(at + 1));
            interior[12 + at * 2..14 + at * 2].copy_from_slice(&u16::try_from(end).expect("place").to_be_bytes());
        }
    }
    pages[1] = interior;
    let mut file = pages.concat();
    file[..16].copy_from_slice(b"SQLite format 3\0");
    file[16..18].copy_from_slice(&512_u16.to_be_bytes());
    file[59] = 1;
    file
}

pub(super) fn ndb(blobs: &[Vec<u8>]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).expect("value").to_le_bytes();
    let mut file = [&b"RpmP"[..], &number(0), &number(1), &number(1), &[0; 16]].concat();
    let mut after = Vec::new();
    for (at, blob) in blobs.iter().enumerate() {
        let start = 4096 / 16 + after.len() / 16;
        let blocks = (blob.len() + 28).div_ceil(16);
        let mut whole = [&b"BlbS"[..], &number(at + 1), &number(1), &number(blob.len()), blob].concat();
        whole.resize(blocks * 16 - 12, 0);
        after.extend_from_slice(&[&whole[..], &[0; 4], &number(blob.len()), b"BlbE"].concat());
        file.extend_from_slice(&[&b"Slot"[..], &number(at + 1), &number(start), &number(blocks)].concat());
    }
    while file.len() < 4096 {
        file.extend_from_slice(&[&b"Slot"[..], &[0; 12]].concat());
    }
    [file, after].concat()
}
