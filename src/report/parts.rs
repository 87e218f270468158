//! The SBOM as a table: what the document itself says, nothing added.

use serde::Serialize;

use crate::evidence::layout::{EntryMap, SBOMS, below};
use crate::sbom::component::Kind;
use crate::sbom::document::Document;
use crate::sbom::foreign;
use crate::sbom::inventory::{Inventory, Item};

use super::item_words::{answer, end_of_support, level_of_support, licences, origins, plain, supplier};

/// Most rows shown; the SBOM itself has them all.
const MAX_ROWS: usize = 5_000;

/// Most origins of one component that are named; the rest is counted.
const MAX_ORIGINS: usize = 3;

/// Parts list of all SBOM files.
#[derive(Debug, Default, Serialize)]
pub struct PartsTable {
    /// Rows, shipped parts first.
    pub rows: Vec<PartRow>,
    /// Number of shipped components.
    pub shipped: usize,
    /// Number of components used to build, develop or test only.
    pub build_only: usize,
    /// Number of rows left out of the page.
    pub left_out: usize,
    /// Files that are no SBOM that this program reads; they are judged elsewhere.
    pub unread: usize,
}

/// One component; texts are as people read them and never blank.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PartRow {
    /// `false` sorts first.
    pub build_only: bool,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Supplier; one that nobody stated is marked.
    pub supplier: String,
    /// Whether the supplier is a name.
    pub supplier_known: bool,
    /// Licence expression or names.
    pub licence: String,
    /// Level of support; `None` where it is not asked for and nothing is said.
    pub level: Option<String>,
    /// Whether the level is one of FDA's.
    pub level_known: bool,
    /// Last day of support; `None` where it is not asked for and nothing is said.
    pub end: Option<String>,
    /// Whether the last day is stated.
    pub end_known: bool,
    /// Files that name the component, else the SBOM that does.
    pub origin: String,
    /// Package URL.
    pub purl: String,
}

/// Reads every SBOM file of the bundle; unreadable ones were judged elsewhere and give no rows.
#[must_use]
pub(super) fn table(entries: &EntryMap<'_>) -> PartsTable {
    let mut rows = Vec::new();
    let mut unread = 0;
    for (name, bytes) in below(entries, SBOMS) {
        match read(bytes) {
            Some(inventory) => rows.extend(parts(&inventory, name.as_str())),
            None => unread += 1,
        }
    }
    rows.sort();
    rows.dedup();
    let build_only = rows.iter().filter(|row| row.build_only).count();
    let (shipped, left_out) = (rows.len() - build_only, rows.len().saturating_sub(MAX_ROWS));
    rows.truncate(MAX_ROWS);
    PartsTable { rows, shipped, build_only, left_out, unread }
}

fn read(bytes: &[u8]) -> Option<Inventory> {
    let own = Document::parse(bytes).ok();
    own.map_or_else(|| foreign::read(bytes).ok(), |document| Some(Inventory::from(&document)))
}

/// Everything but the product itself and its own files, which the page lists before.
fn parts<'a>(inventory: &'a Inventory, entry: &'a str) -> impl Iterator<Item = PartRow> + 'a {
    let primary = inventory.primary.as_ref();
    let files = primary.and_then(|primary| inventory.parts.get(primary));
    let own = move |item: &Item| {
        let is_file = item.kind == Kind::File && files.is_some_and(|files| files.contains(&item.reference));
        is_file || primary == Some(&item.reference)
    };
    inventory.components.iter().filter(move |item| !own(item)).map(move |item| row(item, entry))
}

fn row(item: &Item, entry: &str) -> PartRow {
    // Support is asked of what ships.
    let level = (item.support_level.is_some() || !item.excluded).then(|| level_of_support(item));
    let end = (item.end_of_support.is_some() || !item.excluded).then(|| end_of_support(item));
    PartRow {
        build_only: item.excluded,
        name: plain(&item.name),
        version: answer(item.version.as_ref()),
        supplier: supplier(item),
        supplier_known: item.supplier.as_ref().is_some_and(|supplier| supplier.known().is_some()),
        licence: licences(item),
        level,
        level_known: item.support_level.as_ref().is_some_and(|level| level.known().is_some()),
        end,
        end_known: item.end_of_support.as_ref().is_some_and(|end| end.known().is_some()),
        origin: origin(item, entry),
        purl: item.purl().map(plain).unwrap_or_default(),
    }
}

fn origin(item: &Item, entry: &str) -> String {
    let all = origins(item);
    let shown = all.get(..MAX_ORIGINS).unwrap_or(&all).join(", ");
    match all.len() {
        0 => entry.to_owned(),
        count if count > MAX_ORIGINS => format!("{shown} and {} more", count - MAX_ORIGINS),
        _ => shown,
    }
}

#[cfg(test)]
mod tests;
