//! The SOUP register and the log of reviews of SOUP anomaly lists (IEC 62304:2006+A1:2015 8.1.2, 7.1.3), as tables in CSV, TOML or JSON.

use std::collections::BTreeMap;

use crate::model::time::is_day;
use crate::policy::text_rules::is_purl_pattern;

use super::table::{Columns, Layout, Place, Row, TableError};

/// Kind of the document that holds the register.
pub const REGISTER_KIND: &str = "soup-register";
/// Kind of the document that holds the log.
pub const REVIEWS_KIND: &str = "soup-review-log";

/// Most rows.
const MAX_ROWS: usize = 50_000;
/// Most rows whose package URL holds a `*`: each is held against each component.
pub const MAX_PATTERNS: usize = 1_000;

/// The register.
pub const REGISTER: Layout = Layout {
    list: "soup",
    texts: &[],
    columns: Columns::new(
        &["title", "manufacturer", "version", "approved-by", "approved-on"],
        &["purl", "requirement", "risk", "note"],
    )
    .at_most(MAX_ROWS),
};

/// The log.
pub const REVIEWS: Layout = Layout {
    list: "review",
    texts: &[],
    columns: Columns::new(
        &["version", "list-url", "reviewed-on", "reviewer"],
        &["title", "purl", "conclusion", "open-anomalies"],
    )
    .at_most(MAX_ROWS),
};

/// Why a table is no register or log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoupError {
    /// Neither CSV nor TOML nor JSON with these columns.
    #[error("file is no table of this kind (expected CSV, TOML or JSON with the columns {0})")]
    Form(String),
    /// Not read as a table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A cell that must not be empty.
    #[error("{place}: {column} is empty (expected {expected})")]
    Empty {
        /// Where.
        place: Place,
        /// Column.
        column: &'static str,
        /// What may stand there.
        expected: &'static str,
    },
    /// A cell of another shape.
    #[error("{place}: {column} is {got:?} (expected {expected})")]
    Cell {
        /// Where.
        place: Place,
        /// Column.
        column: &'static str,
        /// As given.
        got: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// More patterns than can be held against every component.
    #[error("table has {0} package URLs with '*' (expected at most {MAX_PATTERNS})")]
    TooManyPatterns(usize),
    /// More rows for one item than can be held against each of its versions.
    #[error("{0}: more than {MAX_PATTERNS} rows name this item (expected one for each version in use)")]
    Repeated(Place),
    /// No row.
    #[error("table has no row")]
    NoRow,
}

/// Which component a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Where the row is.
    pub place: Place,
    /// Package URL in which `*` stands for any text.
    pub purl: Option<String>,
    /// Title; names the component where there is no package URL.
    pub title: Option<String>,
    /// Version in which `*` stands for any text.
    pub version: String,
}

/// One approved SOUP item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoupItem {
    /// Which component.
    pub which: Which,
    /// Title.
    pub title: String,
    /// Manufacturer.
    pub manufacturer: String,
    /// Who approved its use: a role or a person, as written.
    pub approved_by: String,
    /// When, `YYYY-MM-DD`.
    pub approved_on: String,
    /// Where its requirements are written down.
    pub requirement: Option<String>,
    /// Where its risks are.
    pub risk: Option<String>,
}

/// One review of a published anomaly list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoupReview {
    /// Which component.
    pub which: Which,
    /// The list that was read.
    pub list_url: String,
    /// When, `YYYY-MM-DD`.
    pub reviewed_on: String,
    /// Who: a role or a person, as written.
    pub reviewer: String,
    /// What follows for the device.
    pub conclusion: Option<String>,
    /// Anomalies that are open in the version in use.
    pub open_anomalies: Option<String>,
}

/// Reads a register.
///
/// # Errors
/// [`SoupError`] with the first thing that is wrong.
pub fn register(name: &str, bytes: &[u8]) -> Result<Vec<SoupItem>, SoupError> {
    let items: Vec<SoupItem> = rows(&REGISTER, name, bytes)?.iter().map(item).collect::<Result<_, _>>()?;
    bounded(items.iter().map(|item| &item.which))?;
    Ok(items)
}

/// Reads a log.
///
/// # Errors
/// [`SoupError`] with the first thing that is wrong.
pub fn reviews(name: &str, bytes: &[u8]) -> Result<Vec<SoupReview>, SoupError> {
    let reviews: Vec<SoupReview> = rows(&REVIEWS, name, bytes)?.iter().map(review).collect::<Result<_, _>>()?;
    bounded(reviews.iter().map(|review| &review.which))?;
    Ok(reviews)
}

fn rows(layout: &Layout, name: &str, bytes: &[u8]) -> Result<Vec<Row>, SoupError> {
    let form = layout.form_of(name, bytes).ok_or_else(|| SoupError::Form(layout.columns.shown()))?;
    let rows = layout.read(form, bytes)?.rows;
    if rows.is_empty() { Err(SoupError::NoRow) } else { Ok(rows) }
}

fn bounded<'w>(all: impl Iterator<Item = &'w Which>) -> Result<(), SoupError> {
    let mut patterns = 0;
    let mut repeats: BTreeMap<&str, usize> = BTreeMap::new();
    for which in all {
        patterns += usize::from(which.purl.as_ref().is_some_and(|purl| purl.contains('*')));
        let count = repeats.entry(which.purl.as_deref().or(which.title.as_deref()).unwrap_or_default()).or_default();
        *count += 1;
        if *count > MAX_PATTERNS {
            return Err(SoupError::Repeated(which.place));
        }
    }
    if patterns > MAX_PATTERNS { Err(SoupError::TooManyPatterns(patterns)) } else { Ok(()) }
}

fn item(row: &Row) -> Result<SoupItem, SoupError> {
    Ok(SoupItem {
        which: which(row)?,
        title: needed(row, "title", "the title of the SOUP item")?,
        manufacturer: needed(row, "manufacturer", "who makes it")?,
        approved_by: needed(row, "approved-by", "who approved its use: a role or a person")?,
        approved_on: day(row, "approved-on")?,
        requirement: row.get("requirement").map(str::to_owned),
        risk: row.get("risk").map(str::to_owned),
    })
}

fn review(row: &Row) -> Result<SoupReview, SoupError> {
    Ok(SoupReview {
        which: which(row)?,
        list_url: address(row)?,
        reviewed_on: day(row, "reviewed-on")?,
        reviewer: needed(row, "reviewer", "who read the list: a role or a person")?,
        conclusion: row.get("conclusion").map(str::to_owned),
        open_anomalies: row.get("open-anomalies").map(str::to_owned),
    })
}

fn which(row: &Row) -> Result<Which, SoupError> {
    let purl = row.get("purl");
    if let Some(got) = purl.filter(|purl| !is_purl_pattern(purl)) {
        let expected = "a package URL with optional '*', such as pkg:cargo/serde*";
        return Err(cell(row, "purl", got, expected));
    }
    let title = row.get("title").map(str::to_owned);
    if purl.is_none() && title.is_none() {
        let expected = "a package URL, or the title of a component without one";
        return Err(SoupError::Empty { place: row.place, column: "purl", expected });
    }
    let version = needed(row, "version", "the version, in which '*' stands for any text")?;
    Ok(Which { place: row.place, purl: purl.map(str::to_owned), title, version })
}

fn needed(row: &Row, column: &'static str, expected: &'static str) -> Result<String, SoupError> {
    row.get(column).map(str::to_owned).ok_or(SoupError::Empty { place: row.place, column, expected })
}

fn day(row: &Row, column: &'static str) -> Result<String, SoupError> {
    let expected = "a day of the calendar, YYYY-MM-DD";
    let text = needed(row, column, expected)?;
    if is_day(&text) { Ok(text) } else { Err(cell(row, column, &text, expected)) }
}

fn address(row: &Row) -> Result<String, SoupError> {
    let expected = "the address of the list that was read, https://…";
    let text = needed(row, "list-url", expected)?;
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let sound = rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()));
    if sound { Ok(text) } else { Err(cell(row, "list-url", &text, expected)) }
}

fn cell(row: &Row, column: &'static str, got: &str, expected: &'static str) -> SoupError {
    SoupError::Cell { place: row.place, column, got: got.chars().take(60).collect(), expected }
}

#[cfg(test)]
mod tests {
    use super::{SoupError, register, reviews};

    const REGISTER: &str = "title,manufacturer,version,purl,approved-by,approved-on,requirement\n\
        serde,serde-rs developers,1.*,pkg:cargo/serde*,Quality Lead (example),2026-11-01,SRS-12\n\
        zlib,zlib authors,1.3.1,,Quality Lead (example),2026-11-01,\n";

    const LOG: &str = "purl;title;version;list-url;reviewed-on;reviewer;conclusion;open-anomalies\n\
        pkg:cargo/serde@1.0.0;;1.0.0;https://example.org/issues;2026-11-02;Developer (example);none open;\n";

    #[test]
    fn reads_the_register_and_the_log() {
        let items = register("soup.csv", REGISTER.as_bytes()).expect("register");
        assert_eq!(items[0].which.purl.as_deref(), Some("pkg:cargo/serde*"));
        assert_eq!((items[1].which.purl.as_deref(), items[1].title.as_str()), (None, "zlib"));
        let log = reviews("log.csv", LOG.as_bytes()).expect("log");
        assert_eq!((log[0].conclusion.as_deref(), log[0].open_anomalies.as_deref()), (Some("none open"), None));
        let toml =
            b"[[soup]]\ntitle = 'a'\nmanufacturer = 'b'\nversion = '1'\napproved-by = 'c'\napproved-on = 2026-11-01\n";
        assert_eq!(register("soup.toml", toml).expect("TOML").len(), 1);
    }

    #[test]
    fn refuses_rows_that_name_nothing_and_values_of_another_shape() {
        for (from, to) in [
            ("serde-rs developers", " "),
            ("1.*", ""),
            ("2026-11-01,SRS", "2026-13-01,SRS"),
            ("pkg:cargo/serde*", "serde"),
            ("Quality Lead (example),2026-11-01,SRS", ",2026-11-01,SRS"),
            ("title,", "name,"),
        ] {
            assert!(register("soup.csv", REGISTER.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
        }
        for (from, to) in
            [("https://example.org/issues", "the site"), ("pkg:cargo/serde@1.0.0", ""), ("2026-11-02", "now")]
        {
            assert!(reviews("log.csv", LOG.replacen(from, to, 1).as_bytes()).is_err(), "{from}");
        }
        let header = REGISTER.lines().next().expect("header");
        assert_eq!(register("soup.csv", header.as_bytes()), Err(SoupError::NoRow));
        assert!(matches!(register("soup.pdf", b"%PDF"), Err(SoupError::Form(_))));
        let many: String = (0..1001).map(|at| format!("a,b,1,pkg:cargo/x{at}*,c,2026-11-01,\n")).collect();
        assert_eq!(register("s.csv", format!("{header}\n{many}").as_bytes()), Err(SoupError::TooManyPatterns(1001)));
    }
}
