//! The addendum on support that goes beside an SBOM: for each shipped component its level of support,
//! its last day of support and the justification (FDA premarket cybersecurity guidance of 2026-02-03,
//! V.A.4(b), which takes these in the SBOM or in an addendum).
//!
//! It holds what the SBOM says and adds nothing. Listed are the components of which profile `fda-2026`
//! asks for support: not the product itself, its own files, or what the SBOM says is not inside it.

use minijinja::AutoEscape;
use serde::Serialize;

use crate::model::digest::Sha256Digest;
use crate::policy::release::SbomProfile;
use crate::sbom::inventory::{Inventory, Item};
use crate::sbom::profile::{Attribute, Presence, Profile, each};

use super::csv_row::{MARK, push_row};
use super::item_words::{
    NOT_RECORDED, answer, end_of_support, identifier, justification, level_of_support, plain, stated, supplier,
};
use super::page::{PageError, render};

/// Columns of the table form.
pub const COLUMNS: [&str; 11] = [
    "component",
    "version",
    "identifier",
    "supplier",
    "level-of-support",
    "end-of-support",
    "justification",
    "device",
    "device-version",
    "sbom",
    "sbom-sha256",
];

/// Everything both forms show; every text may be shown as it is, once escaped for its place.
#[derive(Debug, Serialize)]
pub struct Addendum {
    /// The file as the user named it.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Format, version and encoding.
    pub format: String,
    /// The SBOM's own identity, with its version where it has one.
    pub identity: String,
    /// When the SBOM was made, as written.
    pub timestamp: String,
    /// Who wrote it.
    pub authors: String,
    /// What the SBOM is about.
    pub device: String,
    /// Its version.
    pub device_version: String,
    /// Components, sorted by name.
    pub rows: Vec<Row>,
    /// Levels of support: how many are there, declared unknown, missing.
    pub levels: Tally,
    /// The same of the last days of support.
    pub ends: Tally,
    /// Components that the SBOM says are not inside the product.
    pub outside: usize,
    /// Name and version of this program.
    pub tool: String,
}

/// One shipped component; no text is blank.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// Package URL, or what else names it.
    pub identifier: String,
    /// Supplier.
    pub supplier: String,
    /// Level of support.
    pub level: String,
    /// Whether the level is a value.
    pub level_recorded: bool,
    /// Last day of support.
    pub end: String,
    /// Whether the day is a date.
    pub end_recorded: bool,
    /// Justification.
    pub justification: String,
}

/// How many components have an answer.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// With a value.
    pub recorded: usize,
    /// Declared unknown, with a reason.
    pub unknown: usize,
    /// With neither.
    pub missing: usize,
}

impl Tally {
    fn count(&mut self, presence: &Presence<'_>) {
        match presence {
            Presence::Present => self.recorded += 1,
            Presence::DeclaredUnknown { .. } => self.unknown += 1,
            Presence::Missing { .. } => self.missing += 1,
            Presence::NotAsked => {}
        }
    }
}

impl Addendum {
    /// Gathers what an SBOM says; `file` is its name and `sha256` that of its bytes.
    #[must_use]
    pub fn new(file: &str, sha256: Sha256Digest, inventory: &Inventory, tool_version: &str) -> Self {
        let is_primary = |item: &&Item| inventory.primary.as_ref() == Some(&item.reference);
        let device = inventory.components.iter().find(is_primary);
        let authors: Vec<String> = inventory.authors.iter().map(|author| plain(author)).collect();
        let format = &inventory.format;
        let mut addendum = Self {
            file: stated(Some(file)),
            sha256: sha256.to_hex(),
            format: format!("{} {} {}", format.name, format.version, format.encoding),
            identity: identity(inventory),
            timestamp: stated(inventory.timestamp.as_deref()),
            authors: if authors.is_empty() { NOT_RECORDED.to_owned() } else { authors.join(", ") },
            device: stated(device.map(|item| item.name.as_str())),
            device_version: answer(device.and_then(|item| item.version.as_ref())),
            rows: Vec::new(),
            levels: Tally::default(),
            ends: Tally::default(),
            outside: inventory.components.iter().filter(|item| item.excluded).count(),
            tool: format!("batchseal {tool_version}"),
        };
        addendum.list(inventory);
        addendum
    }

    /// The level comes before the day in the profile, so each component's row is there when its day comes.
    fn list(&mut self, inventory: &Inventory) {
        let wanted = [Attribute::SupportLevel, Attribute::EndOfSupport];
        let profile = Profile::of(SbomProfile::Fda2026);
        each(inventory, profile, &|element| wanted.contains(&element.attribute), &mut |item, element, presence| {
            let Some(item) = item.filter(|_| presence != Presence::NotAsked) else { return };
            let recorded = presence == Presence::Present;
            if element.attribute == Attribute::SupportLevel {
                self.levels.count(&presence);
                self.rows.push(Row { level_recorded: recorded, ..row(item) });
            } else {
                self.ends.count(&presence);
                self.rows.last_mut().into_iter().for_each(|row| row.end_recorded = recorded);
            }
        });
        self.rows.sort();
    }

    /// Components without a level or without a last day of support.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.rows.iter().filter(|row| !(row.level_recorded && row.end_recorded)).count()
    }
}

fn identity(inventory: &Inventory) -> String {
    let identity = stated(inventory.identity.as_deref());
    match &inventory.revision {
        Some(revision) => format!("{identity}, version {}", plain(revision)),
        None => identity,
    }
}

fn row(item: &Item) -> Row {
    Row {
        name: stated(Some(&item.name)),
        version: answer(item.version.as_ref()),
        identifier: identifier(item),
        supplier: supplier(item),
        level: level_of_support(item),
        level_recorded: false,
        end: end_of_support(item),
        end_recorded: false,
        justification: justification(item),
    }
}

/// As a table (RFC 4180): a line for each component; UTF-8 with its mark, lines end in CR LF.
#[must_use]
pub fn csv(addendum: &Addendum) -> String {
    let mut text = String::from(MARK);
    push_row(&mut text, &COLUMNS);
    for row in &addendum.rows {
        let cells: [&str; COLUMNS.len()] = [
            &row.name,
            &row.version,
            &row.identifier,
            &row.supplier,
            &row.level,
            &row.end,
            &row.justification,
            &addendum.device,
            &addendum.device_version,
            &addendum.identity,
            &addendum.sha256,
        ];
        push_row(&mut text, &cells);
    }
    text
}

/// As one page that needs nothing from outside and prints well: no script, no font, no image, no link.
///
/// # Errors
/// [`PageError`] when the template is wrong.
pub fn html(addendum: &Addendum) -> Result<String, PageError> {
    render("addendum.html", include_str!("templates/addendum.html"), AutoEscape::Html, addendum)
}

#[cfg(test)]
mod tests;
