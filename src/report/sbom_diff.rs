//! What changed between two SBOMs, for people and for programs.

use serde::Serialize;

use crate::model::batch::SchemaVersion;
use crate::model::digest::Sha256Digest;
use crate::model::json::{self, JsonError};
use crate::model::sbom_changes::{PartRef, SbomChanges};
use crate::model::text::{counted, for_markdown, for_terminal};

/// Two SBOMs and what changed from the first to the second.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compared<'a> {
    schema_version: SchemaVersion<1>,
    old: Side<'a>,
    new: Side<'a>,
    changes: &'a SbomChanges,
}

/// One of the two.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Side<'a> {
    /// The file as it was named.
    pub file: &'a str,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

impl<'a> Compared<'a> {
    /// What is rendered.
    #[must_use]
    pub const fn new(old: Side<'a>, new: Side<'a>, changes: &'a SbomChanges) -> Self {
        Self { schema_version: SchemaVersion, old, new, changes }
    }
}

/// One JSON document (`docs/formats/sbom-diff.md`).
///
/// # Errors
/// [`JsonError`], never for what [`Compared::new`] made.
pub fn json(compared: &Compared<'_>) -> Result<Vec<u8>, JsonError> {
    json::encode(compared)
}

/// Lines for a terminal: numbers first, then every change.
#[must_use]
pub fn human(compared: &Compared<'_>) -> String {
    let changes = compared.changes;
    let mut text = format!("{}\n", numbers(changes));
    let mut list = |sign: &str, parts: &[PartRef]| {
        for part in parts {
            text.push_str(&for_terminal(&format!("{sign} {}", named(part))));
            text.push('\n');
        }
    };
    list("+", &changes.added);
    list("-", &changes.removed);
    for change in &changes.changed {
        let line = format!(
            "~ {}: {} {} -> {}",
            named(&change.part),
            change.field.as_str(),
            shown(&change.from),
            shown(&change.to)
        );
        text.push_str(&for_terminal(&line));
        text.push('\n');
    }
    text
}

/// A Markdown section, for a pull request or a release.
#[must_use]
pub fn markdown(compared: &Compared<'_>) -> String {
    let changes = compared.changes;
    let mut text = format!("{}\n\n", numbers(changes));
    if changes.is_empty() {
        return text;
    }
    text.push_str("| Component | What | From | To |\n|---|---|---|---|\n");
    let mut row = |part: &PartRef, what: &str, from: &str, to: &str| {
        let cells = [named(part), what.to_owned(), from.to_owned(), to.to_owned()].map(|cell| for_markdown(&cell));
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    changes.added.iter().for_each(|part| row(part, "added", "", &part.version));
    changes.removed.iter().for_each(|part| row(part, "removed", &part.version, ""));
    for change in &changes.changed {
        row(&change.part, change.field.as_str(), shown(&change.from), shown(&change.to));
    }
    text
}

fn numbers(changes: &SbomChanges) -> String {
    if changes.is_empty() {
        return "nothing changed".to_owned();
    }
    let components = |count| counted(count, "component", "components");
    format!(
        "{} added, {} removed, {}",
        components(changes.added.len()),
        changes.removed.len(),
        counted(changes.changed.len(), "change of a field", "changes of fields")
    )
}

fn named(part: &PartRef) -> String {
    if part.reference.starts_with("pkg:") { part.reference.clone() } else { format!("{} {}", part.name, part.version) }
}

fn shown(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}
