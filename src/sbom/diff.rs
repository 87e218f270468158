//! What changed from one SBOM to another, whatever their formats.
//!
//! Components are paired by what they are: package URL without version, else kind and name. Where one
//! SBOM holds several versions of one thing, equal versions are paired first; what then is left over on
//! both sides is a change of version where exactly one is left on each, else added and removed.

use std::collections::BTreeMap;

use crate::model::sbom_changes::{Change, ChangedField, PartRef, SbomChanges};

use super::inventory::{Answer, Inventory, Item};
use super::purl;

/// What is in `new` and not in `old`, what is in `old` and not in `new`, and what both have and differs.
#[must_use]
pub fn changes(old: &Inventory, new: &Inventory) -> SbomChanges {
    let (before, after) = (by_identity(old), by_identity(new));
    let mut changes = SbomChanges::default();
    for (key, items) in &after {
        let earlier = before.get(key).map_or(&[][..], Vec::as_slice);
        pair(earlier, items, &mut changes);
    }
    for items in before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(_, items)| items) {
        changes.removed.extend(items.iter().map(|item| part(item)));
    }
    changes.added.sort();
    changes.removed.sort();
    changes.changed.sort();
    changes
}

/// Components by what they are without a version. What an SBOM is about is left out: its version always changes.
fn by_identity(inventory: &Inventory) -> BTreeMap<String, Vec<&Item>> {
    let mut items: BTreeMap<String, Vec<&Item>> = BTreeMap::new();
    let is_primary = |item: &&Item| inventory.primary.as_deref() == Some(item.reference.as_str());
    for item in inventory.components.iter().filter(|item| !is_primary(item)) {
        let key = match item.purl() {
            Some(purl) => purl::without_version(purl).to_owned(),
            None => format!("{} {}", item.kind.as_str(), item.name),
        };
        items.entry(key).or_default().push(item);
    }
    for list in items.values_mut() {
        list.sort_by_key(|item| version(item));
    }
    items
}

fn pair(earlier: &[&Item], later: &[&Item], changes: &mut SbomChanges) {
    let mut left: Vec<&Item> = earlier.to_vec();
    let mut right = Vec::new();
    for item in later {
        match left.iter().position(|other| version(other) == version(item)) {
            Some(position) => compare(left.remove(position), item, changes),
            None => right.push(*item),
        }
    }
    if let ([old], [new]) = (&left[..], &right[..]) {
        compare(old, new, changes);
    } else {
        changes.removed.extend(left.into_iter().map(part));
        changes.added.extend(right.into_iter().map(part));
    }
}

fn compare(old: &Item, new: &Item, changes: &mut SbomChanges) {
    let fields = [
        (ChangedField::Version, version(old), version(new)),
        (ChangedField::Supplier, answer(old.supplier.as_ref()), answer(new.supplier.as_ref())),
        (ChangedField::Licence, licences(old), licences(new)),
        (ChangedField::LevelOfSupport, level(old), level(new)),
        (ChangedField::EndOfSupport, answer(old.end_of_support.as_ref()), answer(new.end_of_support.as_ref())),
        (ChangedField::Scope, scope(old), scope(new)),
        (ChangedField::Hash, hashes(old, new), hashes(new, old)),
    ];
    // Another version has other digests; saying so twice helps nobody.
    let same_version = version(old) == version(new);
    let differs = |(field, from, to): &(ChangedField, String, String)| {
        from != to && (same_version || *field != ChangedField::Hash)
    };
    let changed = fields.into_iter().filter(differs);
    changes.changed.extend(changed.map(|(field, from, to)| Change { part: part(new), field, from, to }));
}

fn part(item: &Item) -> PartRef {
    PartRef {
        reference: item.purl().unwrap_or(&item.reference).to_owned(),
        name: item.name.clone(),
        version: version(item),
    }
}

fn version(item: &Item) -> String {
    answer(item.version.as_ref())
}

/// The value; `unknown` where the document says that nobody knows it, nothing where it says nothing.
fn answer(value: Option<&Answer<String>>) -> String {
    match value {
        None => String::new(),
        Some(Answer::Known(text)) => text.clone(),
        Some(Answer::Unknown { .. }) => "unknown".to_owned(),
    }
}

fn level(item: &Item) -> String {
    answer(
        item.support_level
            .as_ref()
            .map(|level| match level {
                Answer::Known(level) => Answer::Known(level.as_str().to_owned()),
                Answer::Unknown { because } => Answer::Unknown { because: because.clone() },
            })
            .as_ref(),
    )
}

fn licences(item: &Item) -> String {
    let mut texts: Vec<String> = item.licences.iter().map(|licence| answer(Some(licence))).collect();
    texts.sort();
    texts.join(" AND ")
}

fn scope(item: &Item) -> String {
    if item.excluded { "not shipped" } else { "shipped" }.to_owned()
}

/// Digests of the algorithms that both have: another algorithm is no other content.
fn hashes(item: &Item, other: &Item) -> String {
    let word = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let common = |name: &String| other.hashes.iter().any(|(theirs, _)| word(theirs) == word(name));
    let mut texts: Vec<String> = item
        .hashes
        .iter()
        .filter(|(name, _)| common(name))
        .map(|(name, value)| format!("{} {}", word(name), value.to_ascii_lowercase()))
        .collect();
    texts.sort();
    texts.join(", ")
}

#[cfg(test)]
mod tests;
