//! What changed in the SBOM since an earlier release, as the first page shows it.

use serde::Serialize;

use crate::model::record::ChangesSince;

/// Changes of the SBOM in the first page.
#[derive(Debug, Serialize)]
pub struct ChangesRow {
    /// Version of the earlier release.
    pub version: String,
    /// How many components came.
    pub added: usize,
    /// How many went.
    pub removed: usize,
    /// How many fields changed.
    pub changed: usize,
    /// The first of them in words.
    pub rows: Vec<String>,
}

/// Changes of the SBOM that are shown one by one.
const SHOWN_CHANGES: usize = 40;

impl ChangesRow {
    pub(super) fn of(since: &ChangesSince) -> Self {
        let changes = &since.changes;
        let added = changes.added.iter().map(|part| format!("added {}", part.reference));
        let removed = changes.removed.iter().map(|part| format!("removed {}", part.reference));
        let changed = changes.changed.iter().map(|change| {
            let word = |value: &str| if value.is_empty() { "nothing".to_owned() } else { value.to_owned() };
            let (field, from, to) = (change.field.as_str(), word(&change.from), word(&change.to));
            format!("{}: {field} {from} → {to}", change.part.name)
        });
        Self {
            version: since.version.to_string(),
            added: changes.added.len(),
            removed: changes.removed.len(),
            changed: changes.changed.len(),
            rows: added.chain(removed).chain(changed).take(SHOWN_CHANGES).collect(),
        }
    }
}
