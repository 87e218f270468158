//! The SBOM as a table: what the document itself says, nothing added.

use serde::Serialize;
use serde_json::Value;

use crate::evidence::layout::{EntryMap, SBOMS, below};

/// Most rows shown; the SBOM itself has them all.
const MAX_ROWS: usize = 5_000;

/// Parts list of all SBOM files.
#[derive(Debug, Default, Serialize)]
pub struct PartsTable {
    /// Rows, shipped parts first.
    pub rows: Vec<PartRow>,
    /// Number of shipped components.
    pub shipped: usize,
    /// Number of build-time-only components.
    pub build_only: usize,
    /// Number of rows left out of the page.
    pub left_out: usize,
}

/// One component.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PartRow {
    /// `false` sorts first.
    pub build_only: bool,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Supplier, or empty where unknown.
    pub supplier: String,
    /// Licence expression or names.
    pub licence: String,
    /// Package URL.
    pub purl: String,
}

/// Reads every SBOM file of the bundle; unreadable ones were judged elsewhere and give no rows.
#[must_use]
pub(super) fn table(entries: &EntryMap<'_>) -> PartsTable {
    let mut rows: Vec<PartRow> = below(entries, SBOMS)
        .filter_map(|(_, bytes)| serde_json::from_slice::<Value>(bytes).ok())
        .flat_map(|document| components(&document))
        .collect();
    rows.sort();
    rows.dedup();
    let build_only = rows.iter().filter(|row| row.build_only).count();
    let (shipped, left_out) = (rows.len() - build_only, rows.len().saturating_sub(MAX_ROWS));
    rows.truncate(MAX_ROWS);
    PartsTable { rows, shipped, build_only, left_out }
}

fn components(document: &Value) -> Vec<PartRow> {
    document["components"].as_array().into_iter().flatten().map(row).collect()
}

fn row(component: &Value) -> PartRow {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    PartRow {
        build_only: component["scope"] == "excluded",
        name: text(&component["name"]),
        version: text(&component["version"]),
        supplier: text(&component["supplier"]["name"]),
        licence: licence(&component["licenses"]),
        purl: text(&component["purl"]),
    }
}

fn licence(licences: &Value) -> String {
    let one = |licence: &Value| {
        [&licence["expression"], &licence["license"]["id"], &licence["license"]["name"]]
            .into_iter()
            .find_map(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    licences.as_array().into_iter().flatten().map(one).collect::<Vec<_>>().join(", ")
}
