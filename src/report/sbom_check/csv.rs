//! As a table (RFC 4180): one line for every attribute of the document and of each component.

use crate::report::csv_row::push_row;
use crate::sbom::inventory::Item;
use crate::sbom::profile::{self, Element, Presence, Profile};

use super::{Checked, version};

const HEAD: [&str; 11] = [
    "profile",
    "need",
    "attribute",
    "element",
    "of",
    "reference",
    "name",
    "version",
    "outcome",
    "justification",
    "note",
];

/// The table with its head; lines end in CR LF.
#[must_use]
pub fn csv(checked: &Checked<'_>) -> String {
    let mut text = String::new();
    push_row(&mut text, &HEAD);
    for (profile, _) in &checked.profiles {
        profile::each(checked.inventory, profile, &|_| true, &mut |item, element, presence| {
            push(&mut text, profile, item, element, &presence);
        });
    }
    text
}

fn push(text: &mut String, profile: &Profile, item: Option<&Item>, element: &Element, presence: &Presence<'_>) {
    push_row(
        text,
        &[
            profile.id.as_str(),
            element.need.as_str(),
            &element.attribute.slug(),
            element.name,
            if item.is_some() { "component" } else { "document" },
            item.map_or("", |item| &item.reference),
            item.map_or("", |item| &item.name),
            item.and_then(version).unwrap_or_default(),
            presence.word(),
            presence.justification().unwrap_or_default(),
            presence.note().unwrap_or_default(),
        ],
    );
}
