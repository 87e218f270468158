//! Documents of kind `change-exceptions`: commits that are released without passing change control
//! (`docs/formats/change-exceptions.md`). CSV (RFC 4180), UTF-8, with the header `commit,reason,approved-by`.

use std::collections::BTreeSet;

use crate::model::digest::GitId;
use crate::model::text::{is_deceptive, shows_something};

/// Largest document, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Most exceptions.
const MAX_ROWS: usize = 10_000;

/// Longest reason or name, in characters.
const MAX_TEXT: usize = 500;

/// Its columns, in this order.
const HEADER: [&str; 3] = ["commit", "reason", "approved-by"];

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
    /// Larger than this product reads.
    #[error("list of exceptions is too large (expected at most {MAX_ROWS} rows and {MAX_BYTES} bytes)")]
    TooLarge,
    /// No CSV of three columns.
    #[error("list of exceptions cannot be read: {0}")]
    Csv(String),
    /// Other columns.
    #[error("list of exceptions has the columns {0:?} (expected commit,reason,approved-by)")]
    Header(String),
    /// No row.
    #[error("list of exceptions is empty (expected at least one row)")]
    Empty,
    /// A field that is empty, too long or of the wrong form.
    #[error("row {row} of the exceptions: {column} is {got:?} (expected {expected})")]
    Field {
        /// Counted from 1, without the header.
        row: usize,
        /// The column.
        column: &'static str,
        /// As it stands there.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Reads a document.
///
/// # Errors
/// [`ChangeExceptionsError`].
pub fn parse(bytes: &[u8]) -> Result<Vec<ChangeException>, ChangeExceptionsError> {
    if bytes.len() > MAX_BYTES {
        return Err(ChangeExceptionsError::TooLarge);
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let unreadable = |error: csv::Error| ChangeExceptionsError::Csv(error.to_string());
    let header = reader.headers().map_err(unreadable)?;
    if header.iter().ne(HEADER) {
        let got: Vec<&str> = header.iter().collect();
        return Err(ChangeExceptionsError::Header(got.join(",").chars().take(80).collect()));
    }
    let mut exceptions = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, record) in reader.records().enumerate() {
        if index == MAX_ROWS {
            return Err(ChangeExceptionsError::TooLarge);
        }
        let record = record.map_err(unreadable)?;
        let exception = row(index + 1, &record)?;
        if !seen.insert(exception.commit.clone()) {
            return Err(field(index + 1, 0, exception.commit.as_str(), "each commit once"));
        }
        exceptions.push(exception);
    }
    if exceptions.is_empty() { Err(ChangeExceptionsError::Empty) } else { Ok(exceptions) }
}

fn row(number: usize, record: &csv::StringRecord) -> Result<ChangeException, ChangeExceptionsError> {
    let text = |column: usize| {
        let text = record.get(column).unwrap_or_default();
        let sound = shows_something(text) && text.chars().count() <= MAX_TEXT && !text.chars().any(is_deceptive);
        if sound { Ok(text.to_owned()) } else { Err(field(number, column, text, "1 to 500 visible characters")) }
    };
    let id = record.get(0).unwrap_or_default();
    let commit = GitId::parse(id).map_err(|_| field(number, 0, id, "a whole commit id"))?;
    Ok(ChangeException { commit, reason: text(1)?, approved_by: text(2)? })
}

fn field(row: usize, column: usize, got: &str, expected: &'static str) -> ChangeExceptionsError {
    let column = HEADER.get(column).copied().unwrap_or_default();
    ChangeExceptionsError::Field { row, column, got: got.chars().take(80).collect(), expected }
}

#[cfg(test)]
mod tests {
    use super::parse;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn reads_rows_with_quoted_text() {
        let read =
            parse(format!("commit,reason,approved-by\r\n{ID},\"typo, no code\",Quality Lead (example)\r\n").as_bytes())
                .expect("exceptions");
        assert_eq!(
            (read[0].reason.as_str(), read[0].approved_by.as_str()),
            ("typo, no code", "Quality Lead (example)")
        );
    }

    #[test]
    fn rejects_other_columns_short_ids_empty_text_and_repeats() {
        for (text, expected) in [
            (String::new(), "columns"),
            ("commit,reason\n".to_owned(), "columns"),
            ("commit,reason,approved-by\n".to_owned(), "at least one row"),
            (format!("commit,reason,approved-by\n{ID},why\n"), "cannot be read"),
            (format!("commit,reason,approved-by\n{},why,who\n", &ID[..7]), "a whole commit id"),
            (format!("commit,reason,approved-by\n{ID},,who\n"), "row 1 of the exceptions: reason"),
            (format!("commit,reason,approved-by\n{ID},why,\u{202e}\n"), "approved-by"),
            (format!("commit,reason,approved-by\n{ID},a,b\n{ID},c,d\n"), "each commit once"),
        ] {
            let error = parse(text.as_bytes()).expect_err(&text).to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(parse(&[0xff, 0xfe]).is_err() && parse(&vec![b'a'; 2 << 20]).is_err());
    }
}
