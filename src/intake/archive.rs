//! Receipts of an archive: what it holds and until when. TOML, JSON or CSV, made by whoever runs the archive.

use std::collections::BTreeSet;

use crate::model::digest::Sha256Digest;
use crate::model::time::is_day;

use super::table::{Columns, Form, Layout, TableError};

/// Kind of the document that holds a receipt.
pub const KIND: &str = "archive-receipt";

/// The receipt: four texts beside a list of what is kept.
pub const RECEIPT: Layout = Layout {
    list: "kept",
    texts: &["archive", "location", "retain-until"],
    columns: Columns::new(&["what", "sha256"], &["name"]).at_most(50_000),
};

/// What a kept thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// A product of the batch.
    Product,
    /// The sources.
    Source,
    /// What is needed to build them again.
    BuildEnvironment,
    /// Anything else, such as records.
    Record,
}

impl Kept {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Product, Self::Source, Self::BuildEnvironment, Self::Record];

    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Source => "source",
            Self::BuildEnvironment => "build-environment",
            Self::Record => "record",
        }
    }
}

/// A receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveReceipt {
    /// Which archive.
    pub archive: String,
    /// Where in it.
    pub location: String,
    /// Last day on which it keeps everything, `YYYY-MM-DD`.
    pub retain_until: String,
    /// What it keeps.
    pub kept: BTreeSet<(Kept, Sha256Digest)>,
}

/// Why bytes are no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// Not read as a table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A text that is not there.
    #[error("receipt does not say {0}")]
    Missing(&'static str),
    /// A value of another shape.
    #[error("{what} is {got:?} (expected {expected})")]
    Value {
        /// Which one.
        what: String,
        /// As given.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Reads a receipt: JSON where it begins with `{`, else TOML.
///
/// # Errors
/// [`ArchiveError`].
pub fn read(bytes: &[u8]) -> Result<ArchiveReceipt, ArchiveError> {
    let form = if bytes.trim_ascii_start().starts_with(b"{") { Form::Json } else { Form::Toml };
    let table = RECEIPT.read(form, bytes)?;
    let text = |name: &'static str| table.text(name).map(str::to_owned).ok_or(ArchiveError::Missing(name));
    let (archive, location, retain_until) = (text("archive")?, text("location")?, text("retain-until")?);
    if !is_day(&retain_until) {
        return Err(value("retain-until", &retain_until, "a day of the calendar, YYYY-MM-DD"));
    }
    let mut kept = BTreeSet::new();
    for row in &table.rows {
        let what = row.get("what").unwrap_or_default();
        let kind = Kept::ALL.into_iter().find(|kind| kind.as_str() == what);
        let expected = "one of product, source, build-environment, record";
        let kind = kind.ok_or_else(|| value(&format!("{}: what", row.place), what, expected))?;
        let hex = row.get("sha256").unwrap_or_default();
        let digest = Sha256Digest::parse_hex(hex)
            .map_err(|_| value(&format!("{}: sha256", row.place), hex, "64 lowercase hexadecimal digits"))?;
        kept.insert((kind, digest));
    }
    if kept.is_empty() {
        return Err(ArchiveError::Missing("what is kept"));
    }
    Ok(ArchiveReceipt { archive, location, retain_until, kept })
}

fn value(what: &str, got: &str, expected: &'static str) -> ArchiveError {
    ArchiveError::Value { what: what.to_owned(), got: got.chars().take(80).collect(), expected }
}

#[cfg(test)]
mod tests {
    use super::{ArchiveError, Kept, read};

    const RECEIPT: &str = "archive = 'Company archive'\nlocation = 'box 7'\nretain-until = 2040-12-31\n\
        [[kept]]\nwhat = 'product'\nsha256 = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'\n";

    #[test]
    fn reads_a_receipt() {
        let receipt = read(RECEIPT.as_bytes()).expect("receipt");
        assert_eq!(receipt.retain_until, "2040-12-31");
        assert!(receipt.kept.iter().all(|(kind, _)| *kind == Kept::Product) && receipt.kept.len() == 1);
    }

    #[test]
    fn refuses_what_says_less_or_something_else() {
        for (from, to) in [
            ("archive = 'Company archive'\n", ""),
            ("2040-12-31", "'for ever'"),
            ("'product'", "'things'"),
            ("aaaa", "AAAA"),
            ("location", "place"),
        ] {
            assert!(read(RECEIPT.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
        }
        let empty = RECEIPT.split("[[").next().expect("head");
        assert_eq!(read(empty.as_bytes()), Err(ArchiveError::Missing("what is kept")));
    }
}
