//! Rows of CSV.

use crate::model::csv_text::{RecordLines, unclosed_quote};

use super::{Columns, MAX_COLUMNS, Place, Row, TableError, cell, quote};

/// The separator that the header holds most often; a comma where it holds none.
pub(super) fn separator(header: &str) -> char {
    let count = |sign: char| header.matches(sign).count();
    [';', '\t', ','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(',')
}

pub(super) fn read(text: &str, columns: &Columns) -> Result<Vec<Row>, TableError> {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let separator = u8::try_from(separator(header)).unwrap_or(b',');
    if let Some(line) = unclosed_quote(text, separator) {
        return Err(TableError::UnclosedQuote(line));
    }
    let lines = RecordLines::of(text);
    let place = |at: Option<&csv::Position>| Place::Line(at.map_or(1, |position| lines.line(position.byte())));
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut header: Option<Vec<Option<&'static str>>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| TableError::Syntax {
            what: format!("{}: malformed CSV", place(error.position())),
            message: error.to_string(),
        })?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let place = place(record.position());
        match &header {
            None => header = Some(names(&record, place, columns)?),
            Some(_) if rows.len() == columns.max_rows => {
                return Err(TableError::TooMany { what: "rows", limit: columns.max_rows });
            }
            Some(header) => rows.push(row(&record, place, header)?),
        }
    }
    if header.is_none() { Err(TableError::NoHeader(columns.shown())) } else { Ok(rows) }
}

/// The column of each cell of the header; `None` for one that is not read.
fn names(record: &csv::StringRecord, place: Place, columns: &Columns) -> Result<Vec<Option<&'static str>>, TableError> {
    if record.len() > MAX_COLUMNS {
        return Err(TableError::TooMany { what: "columns", limit: MAX_COLUMNS });
    }
    let mut names = Vec::new();
    for text in record.iter().map(str::trim) {
        let name = columns.find(text);
        if name.is_none() && !columns.ignores_others {
            return Err(TableError::UnknownColumn { place, got: quote(text), expected: columns.shown() });
        }
        if name.is_some() && names.contains(&name) {
            return Err(TableError::RepeatedColumn(quote(text)));
        }
        names.push(name);
    }
    match columns.required.iter().find(|required| !names.contains(&Some(**required))) {
        Some(missing) => Err(TableError::MissingColumn { missing, expected: columns.shown() }),
        None => Ok(names),
    }
}

fn row(record: &csv::StringRecord, place: Place, header: &[Option<&'static str>]) -> Result<Row, TableError> {
    if record.len() != header.len() {
        return Err(TableError::Ragged { place, got: record.len(), expected: header.len() });
    }
    let mut cells = Vec::new();
    for (name, text) in header.iter().zip(record) {
        let Some(name) = name else { continue };
        cells.extend(cell(place, name, text)?.map(|text| (*name, text)));
    }
    Ok(Row { place, cells })
}
