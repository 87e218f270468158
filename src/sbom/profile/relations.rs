//! How the components of an inventory hang together, looked up once for all of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::sbom::inventory::{Inventory, Item};

use super::attribute::Presence;

/// Who stands in a list, lies inside another one, or is declared complete.
pub(super) struct Relations<'a> {
    inventory: &'a Inventory,
    listed: HashSet<&'a str>,
    used: HashSet<&'a str>,
    parts: HashSet<&'a str>,
    complete: HashSet<&'a str>,
}

impl<'a> Relations<'a> {
    pub(super) fn of(inventory: &'a Inventory) -> Self {
        let complete = inventory.completeness.iter().filter(|statement| statement.aggregate == "complete");
        Self {
            inventory,
            listed: inventory.components.iter().map(|item| item.reference.as_str()).collect(),
            used: of_others(&inventory.dependencies),
            parts: of_others(&inventory.parts),
            complete: complete.flat_map(|statement| &statement.dependencies).map(String::as_str).collect(),
        }
    }

    /// Whether the document names a component that it is about, and lists it.
    pub(super) fn has_primary(&self) -> bool {
        self.inventory.primary.as_deref().is_some_and(|primary| self.listed.contains(primary))
    }

    pub(super) fn is_primary(&self, item: &Item) -> bool {
        self.inventory.primary.as_deref() == Some(item.reference.as_str())
    }

    pub(super) fn is_part(&self, item: &Item) -> bool {
        self.parts.contains(item.reference.as_str())
    }

    /// The primary component leads to another one; any other states its dependencies, is one, or is a part.
    /// What leads to itself, or to no component of the document, leads nowhere.
    pub(super) fn presence(&self, item: &Item) -> Presence<'a> {
        let reference = item.reference.as_str();
        let list = self.inventory.dependencies.get(reference);
        let parts = self.inventory.parts.get(reference);
        let leads = |names: &BTreeSet<String>| names.iter().any(|to| to != reference && self.listed.contains(&**to));
        if self.is_primary(item) {
            return if [list, parts].into_iter().flatten().any(leads) {
                Presence::Present
            } else {
                missing("the document is about it, and nothing leads from it to another component")
            };
        }
        let states = list.is_some_and(|names| names.is_empty() || leads(names));
        if !states && self.complete.contains(reference) {
            return missing("its dependencies are declared complete, but not stated");
        }
        let related = states || parts.is_some_and(leads) || self.is_part(item) || self.used.contains(reference);
        if !related && (list.is_some() || parts.is_some_and(|names| !names.is_empty())) {
            return missing("what is stated leads to itself or to no component of the document");
        }
        Presence::of(related)
    }
}

/// Everything that something else leads to.
fn of_others(edges: &BTreeMap<String, BTreeSet<String>>) -> HashSet<&str> {
    let all = edges.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    all.filter(|(from, to)| from != to).map(|(_, to)| to.as_str()).collect()
}

const fn missing(note: &'static str) -> Presence<'static> {
    Presence::Missing { note: Some(Cow::Borrowed(note)) }
}
