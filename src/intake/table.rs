//! Tables that people keep in files: one row a thing, as CSV, or as a list of tables in TOML or JSON.
//!
//! All three give the same rows. What is not understood is refused with its place: a row that is skipped is a
//! requirement, an anomaly or an activity that nobody judges.

use std::fmt;

mod csv_rows;
mod written;

/// Most bytes of a table.
pub const MAX_BYTES: usize = 64 << 20;

/// Most bytes of a table in TOML or JSON, which is for what people write by hand.
pub const MAX_WRITTEN_BYTES: usize = 4 << 20;

/// Longest cell, in characters.
pub const MAX_CELL: usize = 10_000;

/// Most columns of a CSV header.
pub const MAX_COLUMNS: usize = 500;

/// Which columns a table has.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    required: &'static [&'static str],
    optional: &'static [&'static str],
    ignores_others: bool,
    max_rows: usize,
}

impl Columns {
    /// A CSV header must name all of `required` and may name any of `optional`, in any order; at most 200,000 rows.
    /// In TOML and JSON a key that is left out is an empty cell.
    #[must_use]
    pub const fn new(required: &'static [&'static str], optional: &'static [&'static str]) -> Self {
        Self { required, optional, ignores_others: false, max_rows: 200_000 }
    }

    /// The same, and other columns of a CSV file are not read: for exports of other programs.
    #[must_use]
    pub const fn ignoring_others(self) -> Self {
        Self { ignores_others: true, ..self }
    }

    /// The same with another limit.
    #[must_use]
    pub const fn at_most(self, max_rows: usize) -> Self {
        Self { max_rows, ..self }
    }

    /// The column of this name, letter case aside.
    fn find(&self, name: &str) -> Option<&'static str> {
        self.required.iter().chain(self.optional).copied().find(|column| column.eq_ignore_ascii_case(name))
    }

    pub(super) fn shown(&self) -> String {
        self.required.iter().chain(self.optional).copied().collect::<Vec<_>>().join(", ")
    }
}

/// One row: its place, and the text of each cell that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it is.
    pub place: Place,
    cells: Vec<(&'static str, String)>,
}

impl Row {
    /// Text of a cell without blanks around it; `None` where it is empty.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        self.cells.iter().find(|(name, _)| *name == column).map(|(_, text)| text.as_str())
    }
}

/// Where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Line of the file, from 1.
    Line(usize),
    /// Number of the row, from 1, where lines mean nothing (JSON).
    Row(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Row(row) => write!(f, "row {row}"),
        }
    }
}

/// A table with the texts that stand beside its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The rows, in file order.
    pub rows: Vec<Row>,
    /// Top-level texts of a TOML or JSON file, such as `statement`.
    pub texts: Vec<(&'static str, String)>,
}

impl Table {
    /// Top-level text of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(own, _)| *own == name).map(|(_, text)| text.as_str())
    }
}

/// Why a table was refused; every place is that of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Too many bytes.
    #[error("file has {got} bytes (expected at most {limit})")]
    TooLarge {
        /// Bytes.
        got: usize,
        /// Limit.
        limit: usize,
    },
    /// Not UTF-8.
    #[error("line {0} is not UTF-8 (expected a file saved as UTF-8)")]
    NotUtf8(usize),
    /// No header.
    #[error("file is empty (expected a header with the columns {0})")]
    NoHeader(String),
    /// A column or key that the table does not have.
    #[error("{place}: {got} is no column of this table (expected {expected})")]
    UnknownColumn {
        /// Where.
        place: Place,
        /// Its name, quoted.
        got: String,
        /// The columns.
        expected: String,
    },
    /// A column that stands twice in the header.
    #[error("column {0} stands twice in the header (expected each column once)")]
    RepeatedColumn(String),
    /// A required column that is not there.
    #[error("column {missing} is missing in the header (expected {expected})")]
    MissingColumn {
        /// Its name.
        missing: &'static str,
        /// The columns.
        expected: String,
    },
    /// More or fewer cells than columns.
    #[error("{place} has {got} cells (expected {expected}, as many as the header)")]
    Ragged {
        /// Where.
        place: Place,
        /// Cells.
        got: usize,
        /// Columns.
        expected: usize,
    },
    /// A quote that nothing closes.
    #[error("line {0}: a quote opens a cell and is never closed")]
    UnclosedQuote(usize),
    /// More rows or columns than are read.
    #[error("table has more than {limit} {what}")]
    TooMany {
        /// `rows` or `columns`.
        what: &'static str,
        /// Limit.
        limit: usize,
    },
    /// A value that is no text, or too long.
    #[error("{place}: {key} is {got} (expected {expected})")]
    Value {
        /// Where.
        place: Place,
        /// Column or key.
        key: String,
        /// What it is.
        got: String,
        /// What it should be.
        expected: String,
    },
    /// Text that is no CSV, TOML or JSON.
    #[error("{what}: {message}")]
    Syntax {
        /// Format and place.
        what: String,
        /// As the reader says it.
        message: String,
    },
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values (RFC 4180), also with semicolons or tabulators.
    Csv,
    /// TOML with a list of tables.
    Toml,
    /// JSON with a list of objects.
    Json,
}

/// A table that has a name of its own in TOML and JSON.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Key of the list of rows.
    pub list: &'static str,
    /// Top-level texts that may stand beside it.
    pub texts: &'static [&'static str],
    /// The columns.
    pub columns: Columns,
}

impl Layout {
    /// How the file is written, judged by its content and, where that says nothing, by its name; `None` for anything
    /// that is no table.
    #[must_use]
    pub fn form_of(&self, name: &str, bytes: &[u8]) -> Option<Form> {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let named = match extension.as_deref() {
            Some("csv" | "tsv") => Some(Form::Csv),
            Some("toml") => Some(Form::Toml),
            Some("json") => Some(Form::Json),
            _ => None,
        };
        self.form_by_content(bytes).or(named)
    }

    fn form_by_content(&self, bytes: &[u8]) -> Option<Form> {
        let text = without_mark(std::str::from_utf8(bytes).ok()?);
        if text.trim_start().starts_with('{') {
            return Some(Form::Json);
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let header = lines.clone().next().unwrap_or_default();
        let cells = || header.split(csv_rows::separator(header)).map(|cell| cell.trim().trim_matches('"'));
        if cells().filter(|cell| self.columns.find(cell).is_some()).count() >= 2 {
            return Some(Form::Csv);
        }
        let first = lines.find(|line| !line.starts_with('#')).unwrap_or_default();
        let key = first.trim_start_matches('[').split(['=', ']']).next().unwrap_or_default().trim();
        let is_assignment = first.starts_with("[[") || first.contains('=');
        (is_assignment && (key == self.list || self.texts.contains(&key))).then_some(Form::Toml)
    }

    /// Reads the file in this form.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(&self, form: Form, bytes: &[u8]) -> Result<Table, TableError> {
        match form {
            Form::Csv => Ok(Table { rows: csv(bytes, &self.columns)?, texts: Vec::new() }),
            Form::Toml => written::toml(bytes, self),
            Form::Json => written::json(bytes, self),
        }
    }
}

/// Reads CSV (RFC 4180): UTF-8 with or without its mark, separated by commas, semicolons or tabulators as the header
/// is, columns in any order; lines of blanks are passed over.
///
/// # Errors
/// [`TableError`].
pub fn csv(bytes: &[u8], columns: &Columns) -> Result<Vec<Row>, TableError> {
    csv_rows::read(text_of(bytes, MAX_BYTES)?, columns)
}

fn text_of(bytes: &[u8], limit: usize) -> Result<&str, TableError> {
    if bytes.len() > limit {
        return Err(TableError::TooLarge { got: bytes.len(), limit });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        TableError::NotUtf8(before.iter().filter(|byte| **byte == b'\n').count() + 1)
    })?;
    Ok(without_mark(text))
}

fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// A cell as it is kept: trimmed, not longer than the limit, `None` where it is blank.
fn cell(place: Place, key: &str, text: &str) -> Result<Option<String>, TableError> {
    let text = text.trim();
    if text.chars().count() > MAX_CELL {
        let (key, got) = (quote(key), "a longer text".to_owned());
        return Err(TableError::Value { place, key, got, expected: format!("at most {MAX_CELL} characters") });
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Foreign text in a message, shortened.
fn quote(text: &str) -> String {
    format!("{:?}", text.chars().take(60).collect::<String>())
}

#[cfg(test)]
mod tests;
