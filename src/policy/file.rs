//! From the bytes of one of the files to a value or to everything that is wrong with it.

use toml::de::DeTable;

use super::error::{FileKind, MAX_PROBLEMS, PolicyErrors, Problem, quote};
use super::place::Lines;
use super::reader::{Complaint, Notes, Table};

/// Largest policy or trust file, in bytes.
pub const MAX_FILE: usize = 1 << 20;

/// Up to this size every syntax error is listed, above only the first: a hostile file must not
/// turn into hundreds of megabytes of messages.
const MAX_RECOVERY: usize = 64 << 10;

/// What a good file gave, with the values nobody has filled in (line, key) in file order.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) unfilled: Vec<(usize, String)>,
}

/// Reads a file with `parse`, which gets the top table and may complain.
pub(super) fn read<T>(
    bytes: &[u8],
    file: &str,
    kind: FileKind,
    parse: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<Read<T>, PolicyErrors> {
    let notes = Notes::default();
    let limit = kind.max_bytes();
    let text = text_of(bytes, limit, &notes);
    let value = text.and_then(|text| {
        refuse_private_keys(text, &notes);
        let entries = parse_toml(text, &notes)?;
        parse(&Table { text, notes: &notes, path: String::new(), at: 0, entries: &entries })
    });
    let lines = Lines::of(text.unwrap_or_else(|| valid_part(bytes, limit)));
    if value.is_none() && notes.complaints.borrow().is_empty() {
        notes.complain(0, "file", "a file that cannot be read", "a valid file");
    }
    match value {
        Some(value) if notes.complaints.borrow().is_empty() => {
            let mut unfilled = notes.unfilled.into_inner();
            unfilled.sort();
            unfilled.dedup();
            let unfilled = unfilled.into_iter().map(|(at, key)| (lines.line(at), key)).collect();
            Ok(Read { value, unfilled })
        }
        _ => Err(errors(file, kind, notes, &lines)),
    }
}

fn text_of<'b>(bytes: &'b [u8], limit: usize, notes: &Notes) -> Option<&'b str> {
    if bytes.len() > limit {
        notes.complain(0, "file", format!("{} bytes", bytes.len()), format!("at most {limit} bytes"));
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            notes.complain(error.valid_up_to(), "file", "bytes that are not UTF-8", "UTF-8 text");
            None
        }
    }
}

fn valid_part(bytes: &[u8], limit: usize) -> &str {
    let bytes = bytes.get(..limit).unwrap_or(bytes);
    let end = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    bytes.get(..end).and_then(|part| std::str::from_utf8(part).ok()).unwrap_or_default()
}

/// The files are published or passed around; a private key in one of them, even in a comment, is lost.
fn refuse_private_keys(text: &str, notes: &Notes) {
    for (at, _) in text.match_indices("-----BEGIN ") {
        let label = text.get(at + 11..).unwrap_or_default().split("-----").next().unwrap_or_default();
        if label.len() <= 40 && label.ends_with("PRIVATE KEY") {
            notes.complain(at, "file", "a private key (not shown)", "no secret in this file; replace that key");
        }
    }
}

fn parse_toml<'t>(text: &'t str, notes: &Notes) -> Option<DeTable<'t>> {
    let (table, errors) = if text.len() <= MAX_RECOVERY {
        let (table, errors) = DeTable::parse_recoverable(text);
        (Some(table), errors)
    } else {
        match DeTable::parse(text) {
            Ok(table) => (Some(table), Vec::new()),
            Err(error) => (None, vec![error]),
        }
    };
    let lines = Lines::of(text);
    for error in errors.iter().take(MAX_PROBLEMS + 1) {
        let span = error.span().unwrap_or_default();
        let key = key_near(&lines, span.start);
        let message = error.message();
        if message == "duplicate key" {
            let name = text.get(span.clone()).unwrap_or_default();
            let in_header = lines.text_of(lines.line(span.start)).trim_start().starts_with('[');
            let key = if in_header {
                header_of(&lines, span.start).trim_end_matches('.').to_owned()
            } else {
                format!("{}{name}", header_of(&lines, span.start))
            };
            notes.complain(span.start, shown_key(&key).as_str(), "a key that is given twice", "each key once");
            continue;
        }
        let (got, expected) = message.split_once(", expected ").unwrap_or((message, "valid TOML"));
        notes.complain(span.start, shown_key(&key).as_str(), format!("malformed TOML ({got})"), expected);
    }
    // After a syntax error the recovered rest would only add wrong complaints.
    if errors.is_empty() { table.map(toml::Spanned::into_inner) } else { None }
}

/// The key to the left of `=` in the line of a syntax error, with the table above it; a best guess.
fn key_near(lines: &Lines<'_>, at: usize) -> String {
    let line = lines.text_of(lines.line(at));
    let key = line.split('=').next().unwrap_or_default().trim();
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if bare { format!("{}{key}", header_of(lines, at)) } else { "file".to_owned() }
}

/// `table.` of the nearest `[table]` line above.
fn header_of(lines: &Lines<'_>, at: usize) -> String {
    // Far enough for files that people write; a hostile one gets a shorter key.
    let nearest = (1..=lines.line(at))
        .rev()
        .take(200)
        .map(|line| lines.text_of(line).trim())
        .find(|text| text.starts_with('[') && !text.contains('='));
    let name = nearest.map(|text| text.trim_start_matches('[').split(']').next().unwrap_or_default().trim());
    name.filter(|name| !name.is_empty()).map(|name| format!("{name}.")).unwrap_or_default()
}

fn shown_key(key: &str) -> String {
    quote(key).trim_matches('"').to_owned()
}

fn errors(file: &str, kind: FileKind, notes: Notes, lines: &Lines<'_>) -> PolicyErrors {
    let mut complaints: Vec<Complaint> = notes.complaints.into_inner();
    complaints.sort_by_key(|complaint| complaint.at);
    let further = complaints.len().saturating_sub(MAX_PROBLEMS);
    complaints.truncate(MAX_PROBLEMS);
    let problems = complaints
        .into_iter()
        .map(|Complaint { at, key, got, expected }| Problem { place: lines.place(at), key, got, expected })
        .collect();
    PolicyErrors { file: file.to_owned(), kind, problems, further, is_draft: notes.draft.get() }
}
