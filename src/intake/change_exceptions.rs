//! Documents of kind `change-exceptions`: commits that are released without passing change control
//! (`docs/formats/change-exceptions.md`): `commit,reason,approved-by` as CSV, or as `[[exceptions]]` in TOML or JSON.

use std::collections::BTreeSet;

use crate::model::digest::GitId;
use crate::model::text::{is_deceptive, shows_something};

use super::table::{Columns, Layout, Place, Row, TableError};

/// Kind of the document.
pub const KIND: &str = "change-exceptions";

/// Most exceptions.
const MAX_ROWS: usize = 10_000;

/// Longest reason or name, in characters.
const MAX_TEXT: usize = 500;

const LAYOUT: Layout = Layout {
    list: "exceptions",
    texts: &[],
    columns: Columns::new(&["commit", "reason", "approved-by"], &[]).at_most(MAX_ROWS),
};

/// One commit that is excepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeException {
    /// The commit, by its whole id.
    pub commit: GitId,
    /// Why.
    pub reason: String,
    /// Who approved the exception.
    pub approved_by: String,
}

/// Why bytes are no list of exceptions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeExceptionsError {
    /// No table at all.
    #[error(
        "file is no table (expected CSV with the columns commit,reason,approved-by, or TOML or JSON with exceptions)"
    )]
    Form,
    /// A table that is refused.
    #[error(transparent)]
    Table(#[from] TableError),
    /// No row.
    #[error("list of exceptions is empty (expected at least one row)")]
    Empty,
    /// A cell that is empty, too long or of the wrong form.
    #[error("{place}: {column} is {got:?} (expected {expected})")]
    Cell {
        /// Where.
        place: Place,
        /// The column.
        column: &'static str,
        /// As it stands there.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Reads a document; `name` tells its form where the content does not.
///
/// # Errors
/// [`ChangeExceptionsError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Vec<ChangeException>, ChangeExceptionsError> {
    let form = LAYOUT.form_of(name, bytes).ok_or(ChangeExceptionsError::Form)?;
    let mut exceptions = Vec::new();
    let mut seen = BTreeSet::new();
    for row in &LAYOUT.read(form, bytes)?.rows {
        let exception = exception(row)?;
        if !seen.insert(exception.commit.clone()) {
            return Err(cell(row, "commit", "each commit once"));
        }
        exceptions.push(exception);
    }
    if exceptions.is_empty() { Err(ChangeExceptionsError::Empty) } else { Ok(exceptions) }
}

fn exception(row: &Row) -> Result<ChangeException, ChangeExceptionsError> {
    let text = |column| {
        let text = row.get(column).unwrap_or_default();
        let sound = shows_something(text) && text.chars().count() <= MAX_TEXT && !text.chars().any(is_deceptive);
        if sound { Ok(text.to_owned()) } else { Err(cell(row, column, "1 to 500 visible characters")) }
    };
    let commit = GitId::parse(row.get("commit").unwrap_or_default());
    let commit = commit.map_err(|_| cell(row, "commit", "a whole commit id"))?;
    Ok(ChangeException { commit, reason: text("reason")?, approved_by: text("approved-by")? })
}

fn cell(row: &Row, column: &'static str, expected: &'static str) -> ChangeExceptionsError {
    let got = row.get(column).unwrap_or_default().chars().take(80).collect();
    ChangeExceptionsError::Cell { place: row.place, column, got, expected }
}

#[cfg(test)]
mod tests {
    use super::read;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn reads_the_same_list_as_csv_and_toml() {
        let csv = format!("commit,reason,approved-by\r\n{ID},\"typo, no code\",Quality Lead (example)\r\n");
        let toml = format!(
            "[[exceptions]]\ncommit = \"{ID}\"\nreason = \"typo, no code\"\napproved-by = \"Quality Lead (example)\"\n"
        );
        let exceptions = read("list.csv", csv.as_bytes()).expect("CSV");
        assert_eq!(exceptions[0].reason, "typo, no code");
        assert_eq!(read("list.toml", toml.as_bytes()), Ok(exceptions));
    }

    #[test]
    fn rejects_other_columns_short_ids_empty_text_and_repeats() {
        for (text, expected) in [
            (String::new(), "empty"),
            ("commit,reason\n".to_owned(), "approved-by is missing"),
            ("commit,reason,approved-by,date\n".to_owned(), "no column"),
            ("commit,reason,approved-by\n".to_owned(), "at least one row"),
            (format!("commit,reason,approved-by\n{ID},why\n"), "cells"),
            (format!("commit,reason,approved-by\n{},why,who\n", &ID[..7]), "a whole commit id"),
            (format!("commit,reason,approved-by\n{ID},,who\n"), "reason is \"\""),
            (format!("commit,reason,approved-by\n{ID},why,\u{202e}\n"), "approved-by"),
            (format!("commit,reason,approved-by\n{ID},a,b\n{ID},c,d\n"), "each commit once"),
        ] {
            let error = read("list.csv", text.as_bytes()).expect_err(&text).to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(read("list.csv", &[0xff, 0xfe]).is_err() && read("list.pdf", b"%PDF").is_err());
    }
}
