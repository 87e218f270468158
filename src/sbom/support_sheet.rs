//! Answers on suppliers and support as a spreadsheet: one line for each component, CSV (RFC 4180).
//!
//! [`write()`] lists components with what is known; [`read`] takes the filled sheet back as the rules of a
//! `support.toml`, which [`to_toml`] writes. Nothing derived becomes an answer on the way: derived
//! suppliers have a column of their own, which is for people to read.

use std::fmt::Write as _;

use crate::policy::support::{Stated, SupportRule};

use super::cyclonedx::{
    SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE, SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, SUPPORT_JUSTIFICATION,
    SUPPORT_LEVEL, SUPPORT_LEVEL_UNKNOWN_BECAUSE, SUPPORT_REPLACEMENT_PLAN, SUPPORT_REVIEWED_BY, SUPPORT_REVIEWED_ON,
};
use super::document::Component;
use super::inventory::{Answer, Item};

mod read;

pub use read::{Sheet, read};

/// Columns in the order in which they are written.
pub const COLUMNS: [&str; 14] = [
    "purl",
    "name",
    "version",
    "derived-supplier",
    "supplier",
    "supplier-unknown-because",
    "level",
    "level-unknown-because",
    "end-of-support",
    "end-unknown-because",
    "justification",
    "replacement-plan",
    "reviewed-by",
    "reviewed-on",
];

/// Columns that only help people: they are not read back.
const FOR_PEOPLE: [&str; 3] = ["name", "version", "derived-supplier"];

/// Columns that are a property of ours.
const OF_PROPERTIES: [(&str, &str); 9] = [
    ("supplier-unknown-because", SUPPLIER_UNKNOWN_BECAUSE),
    ("level", SUPPORT_LEVEL),
    ("level-unknown-because", SUPPORT_LEVEL_UNKNOWN_BECAUSE),
    ("end-of-support", SUPPORT_END),
    ("end-unknown-because", SUPPORT_END_UNKNOWN_BECAUSE),
    ("justification", SUPPORT_JUSTIFICATION),
    ("replacement-plan", SUPPORT_REPLACEMENT_PLAN),
    ("reviewed-by", SUPPORT_REVIEWED_BY),
    ("reviewed-on", SUPPORT_REVIEWED_ON),
];

/// First characters that make a spreadsheet take text for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// What stands between the cells of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tabulator.
    Tab,
}

impl Separator {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// One component with what is known, cell by cell in the order of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row([String; COLUMNS.len()]);

impl Row {
    /// From a component of an SBOM of ours; `None` where it has no package URL.
    #[must_use]
    pub fn of_component(component: &Component) -> Option<Self> {
        let mut row = Self::of(component.purl.as_deref()?, &component.name, component.version.as_deref());
        let supplier = component.supplier.as_ref().map(|supplier| supplier.name.as_str());
        row.supplier(supplier, component.property(SUPPLIER_SOURCE));
        row.properties(|name| component.property(name));
        Some(row)
    }

    /// From a component of somebody else's SBOM; `None` where it has no package URL.
    #[must_use]
    pub fn of_item(item: &Item) -> Option<Self> {
        let version = item.version.as_ref().and_then(Answer::known).map(String::as_str);
        let mut row = Self::of(item.purl()?, &item.name, version);
        let supplier = item.supplier.as_ref().and_then(Answer::known).map(String::as_str);
        row.supplier(supplier, item.supplier_source.as_deref().or(Some("imported")));
        row.properties(|name| item.property(name));
        if let Some(Answer::Known(level)) = &item.support_level {
            row.set("level", level.as_str());
        }
        if let Some(Answer::Known(end)) = &item.end_of_support {
            row.set("end-of-support", end);
        }
        Some(row)
    }

    fn of(purl: &str, name: &str, version: Option<&str>) -> Self {
        let mut row = Self(Default::default());
        row.set("purl", purl);
        row.set("name", name);
        row.set("version", version.unwrap_or_default());
        row
    }

    /// A name that people have stated is an answer; any other one is only shown.
    fn supplier(&mut self, name: Option<&str>, source: Option<&str>) {
        let Some(name) = name else { return };
        match source {
            Some("configured") => self.set("supplier", name),
            Some(source) => self.set("derived-supplier", &format!("{name} ({source})")),
            None => self.set("derived-supplier", name),
        }
    }

    fn properties<'p>(&mut self, property: impl Fn(&str) -> Option<&'p str>) {
        for (column, name) in OF_PROPERTIES {
            if let Some(value) = property(name).filter(|value| *value != "unknown") {
                self.set(column, value);
            }
        }
    }

    fn set(&mut self, column: &str, value: &str) {
        let cell = COLUMNS.iter().position(|name| *name == column).and_then(|at| self.0.get_mut(at));
        cell.into_iter().for_each(|cell| value.clone_into(cell));
    }
}

/// Writes rows sorted and each once, as UTF-8 with the mark by which spreadsheets know it.
///
/// # Errors
/// [`csv::Error`], never for rows that fit into memory.
pub fn write(mut rows: Vec<Row>, separator: Separator) -> Result<Vec<u8>, csv::Error> {
    rows.sort();
    rows.dedup();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator.byte())
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(COLUMNS)?;
    for row in &rows {
        writer.write_record(row.0.iter().map(|cell| guarded(cell)))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// An apostrophe before what a spreadsheet would run, and before an apostrophe, so that it can be taken off.
fn guarded(cell: &str) -> String {
    let risky = cell.starts_with(FORMULA) || cell.starts_with('\'');
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

/// The text behind the apostrophe that [`guarded`] puts there.
fn unguarded(cell: &str) -> &str {
    let behind = cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA) || rest.starts_with('\''));
    behind.unwrap_or(cell)
}

/// Writes rules as a `support.toml`; the same rules give the same text.
#[must_use]
pub fn to_toml(rules: &[SupportRule]) -> String {
    let mut text =
        "# Who supplies and maintains components. Every key: docs/reference/support-toml.md\nschema = 1\n".to_owned();
    for rule in rules {
        text.push_str("\n[[support]]\n");
        let mut add = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
            }
        };
        add("purl", Some(&rule.purl));
        let supplier = rule.supplier.as_ref();
        add("supplier", supplier.and_then(Stated::known).map(String::as_str));
        add("supplier-unknown-because", supplier.and_then(Stated::reason));
        let Some(answers) = &rule.answers else { continue };
        add("level", answers.level.known().map(|level| level.as_str()));
        add("level-unknown-because", answers.level.reason());
        let end = answers.end.known().map(|end| format!("end-of-support = {end}\n"));
        add("end-unknown-because", answers.end.reason());
        add("justification", answers.justification.as_deref());
        add("replacement-plan", answers.replacement_plan.as_deref());
        add("reviewed-by", Some(&answers.reviewed_by));
        // Days are TOML dates, without quotes.
        text.push_str(&end.unwrap_or_default());
        let _ = writeln!(text, "reviewed-on = {}", answers.reviewed_on);
    }
    text
}

#[cfg(test)]
mod tests;
