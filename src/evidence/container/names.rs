//! Which names may stand beside each other in one container.

use std::collections::HashMap;

use super::error::ContainerError;
use super::layout::Entry;

/// Names are sorted by bytes, each once, unique ignoring ASCII case (Windows and macOS), and none is
/// a folder of another (`a` and `a/b`), again ignoring case.
pub(super) fn check(entries: &[Entry]) -> Result<(), ContainerError> {
    for (before, entry) in entries.iter().zip(entries.iter().skip(1)) {
        if before.name() >= entry.name() {
            return Err(ContainerError::Order {
                entry: entry.name().clone(),
                previous: before.name().clone(),
                offset: entry.header_offset(),
            });
        }
    }
    let mut taken: HashMap<String, &Entry> = HashMap::with_capacity(entries.len());
    for entry in entries {
        if let Some(other) = taken.insert(lower(entry), entry) {
            return Err(collision(entry, other, "the names differ only in case"));
        }
    }
    // Only after all names are known: `A/b` sorts before `a`.
    for entry in entries {
        let name = lower(entry);
        let mut folders = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        if let Some(other) = folders.find_map(|folder| taken.get(folder)) {
            return Err(collision(entry, other, "one is the folder of the other"));
        }
    }
    Ok(())
}

fn lower(entry: &Entry) -> String {
    entry.name().as_str().to_ascii_lowercase()
}

fn collision(entry: &Entry, other: &Entry, reason: &'static str) -> ContainerError {
    ContainerError::Collision {
        entry: entry.name().clone(),
        other: other.name().clone(),
        offset: entry.header_offset(),
        reason,
    }
}
