//! How the components of an inventory hang together, looked up once for all of them.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::sbom::inventory::{Inventory, Item};

use super::attribute::Presence;

/// Who stands in a list, lies inside another one, or is declared complete.
pub(super) struct Relations<'a> {
    inventory: &'a Inventory,
    used: HashSet<&'a str>,
    parts: HashSet<&'a str>,
    complete: HashSet<&'a str>,
}

impl<'a> Relations<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let complete = inventory.completeness.iter().filter(|statement| statement.aggregate == "complete");
        Self {
            inventory,
            used: inventory.dependencies.values().flatten().map(String::as_str).collect(),
            parts: inventory.parts.values().flatten().map(String::as_str).collect(),
            complete: complete.flat_map(|statement| &statement.dependencies).map(String::as_str).collect(),
        }
    }

    /// Whether the document names a component that it is about, and lists it.
    pub(super) fn has_primary(&self) -> bool {
        self.inventory.primary.is_some()
    }

    pub(super) fn is_primary(&self, item: &Item) -> bool {
        self.inventory.primary.as_deref() == Some(item.reference.as_str())
    }

    pub(super) fn is_part(&self, item: &Item) -> bool {
        self.parts.contains(item.reference.as_str())
    }

    /// The primary component leads to another one; any other states its dependencies, is one, or is a part.
    pub(super) fn presence(&self, item: &Item) -> Presence<'a> {
        let reference = item.reference.as_str();
        let list = self.inventory.dependencies.get(reference);
        let parts = self.inventory.parts.get(reference);
        if self.is_primary(item) {
            let leads = [list, parts].into_iter().flatten().any(|names| !names.is_empty());
            return if leads {
                Presence::Present
            } else {
                missing("the document is about it, and nothing leads from it")
            };
        }
        if list.is_none() && self.complete.contains(reference) {
            return missing("its dependencies are declared complete, but not stated");
        }
        let related = list.is_some() || parts.is_some() || self.is_part(item) || self.used.contains(reference);
        Presence::of(related)
    }
}

const fn missing(note: &'static str) -> Presence<'static> {
    Presence::Missing { note: Some(Cow::Borrowed(note)) }
}
