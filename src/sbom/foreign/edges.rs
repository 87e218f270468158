//! Relationships of SPDX as an inventory has them: dependencies, parts, and what is not in the product.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::sbom::inventory::{Inventory, Statement};

/// What one relationship says of two elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The first depends on the second, which is in the product with it.
    Depends,
    /// The first needs the second to be built, developed or tested, or finds it where it runs.
    DependsOutside,
    /// The first holds the second.
    Holds,
}

/// Relationships by the references of components.
#[derive(Debug, Default)]
pub(super) struct Edges<'d> {
    found: Vec<(&'d str, Meaning, &'d str)>,
    stated: BTreeSet<(&'d str, bool)>,
    aggregates: BTreeMap<&'static str, (BTreeSet<String>, BTreeSet<String>)>,
}

impl<'d> Edges<'d> {
    /// Adds a relationship between two elements.
    pub(super) fn add(&mut self, from: &'d str, meaning: Meaning, to: &'d str) {
        self.found.push((from, meaning, to));
    }

    /// Adds that the dependencies (or parts) of a component are stated, though there may be none.
    pub(super) fn state(&mut self, component: &'d str, meaning: Meaning) {
        self.stated.insert((component, meaning == Meaning::Holds));
    }

    /// Adds how complete the dependencies (or parts) of a component are.
    pub(super) fn declare(&mut self, aggregate: &'static str, component: &str, meaning: Meaning) {
        let (assemblies, dependencies) = self.aggregates.entry(aggregate).or_default();
        let list = if meaning == Meaning::Holds { assemblies } else { dependencies };
        list.insert(component.to_owned());
    }

    /// Elements that take part in a dependency.
    pub(super) fn dependents(&self) -> impl Iterator<Item = &'d str> {
        self.found.iter().filter(|(_, meaning, _)| *meaning != Meaning::Holds).flat_map(|(from, _, to)| [*from, *to])
    }

    /// Writes the relationships between the components of an inventory into it. A relationship to an
    /// element of another document makes the list of its component incomplete.
    pub(super) fn write(mut self, inventory: &mut Inventory, roots: &[&str]) {
        let known: HashSet<String> = inventory.components.iter().map(|item| item.reference.clone()).collect();
        let found = std::mem::take(&mut self.found);
        for (from, meaning, to) in &found {
            if !known.contains(*from) {
                continue;
            }
            let lists = if *meaning == Meaning::Holds { &mut inventory.parts } else { &mut inventory.dependencies };
            if known.contains(*to) {
                lists.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            } else if *meaning != Meaning::Holds {
                self.declare("incomplete", from, *meaning);
            }
        }
        for (component, parts) in self.stated.iter().filter(|(component, _)| known.contains(*component)) {
            let lists = if *parts { &mut inventory.parts } else { &mut inventory.dependencies };
            lists.entry((*component).to_owned()).or_default();
        }
        let outside = outside(&found, roots);
        inventory.components.iter_mut().for_each(|item| item.excluded = outside.contains(item.reference.as_str()));
        for (aggregate, (mut assemblies, mut dependencies)) in self.aggregates {
            assemblies.retain(|one| known.contains(one));
            dependencies.retain(|one| known.contains(one));
            if !assemblies.is_empty() || !dependencies.is_empty() {
                inventory.completeness.push(Statement { aggregate: aggregate.to_owned(), assemblies, dependencies });
            }
        }
    }
}

/// Elements that are only reached over a relationship to something outside the product. Reached from:
/// what the document is about, and everything that nothing leads to.
fn outside<'d>(found: &[(&'d str, Meaning, &'d str)], roots: &[&str]) -> HashSet<&'d str> {
    let mut next: HashMap<&str, Vec<(&'d str, bool)>> = HashMap::new();
    let mut targets: HashSet<&str> = HashSet::new();
    for (from, meaning, to) in found.iter().filter(|(from, _, to)| from != to) {
        next.entry(from).or_default().push((to, *meaning != Meaning::DependsOutside));
        targets.insert(to);
    }
    let starts = found.iter().map(|(from, _, _)| *from).filter(|from| !targets.contains(from));
    let starts: Vec<&str> = roots.iter().copied().chain(starts).collect();
    let reach = |all: bool| {
        let mut seen: HashSet<&str> = starts.iter().copied().collect();
        let mut open = starts.clone();
        while let Some(one) = open.pop() {
            for (to, inside) in next.get(one).into_iter().flatten() {
                if (all || *inside) && seen.insert(to) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let (inside, all) = (reach(false), reach(true));
    found.iter().map(|(_, _, to)| *to).filter(|to| all.contains(to) && !inside.contains(to)).collect()
}
