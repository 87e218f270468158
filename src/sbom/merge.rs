//! One graph of several: what two sources say of one component is joined, and where they disagree is kept.
//!
//! The order of the graphs is the order of belief: what package managers resolved, what people
//! declared, what others' SBOMs say. A field that the first does not have is taken from the next,
//! with its origin; a field that both have and that differs becomes a [`Conflict`], and the first
//! stands. Two package managers that disagree on a digest are refused: one of them is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Hash;
use super::graph::{
    Completeness, Component, ComponentGraph, Conflict, Excluded, Field, GraphError, Origin, Parts, Supplier,
};
use super::licence::Licence;
use super::source::is_one_thing;

/// Joins graphs, the most believed first.
///
/// # Errors
/// [`GraphError`] where two package managers disagree on the digest of a package, and for no graph at all.
pub fn merge(graphs: Vec<ComponentGraph>) -> Result<ComponentGraph, GraphError> {
    let mut whole = Parts {
        components: Vec::new(),
        edges: BTreeMap::new(),
        roots: BTreeSet::new(),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 0, reason: String::new() },
        facts: BTreeMap::new(),
        conflicts: BTreeSet::new(),
    };
    let mut components: BTreeMap<String, Component> = BTreeMap::new();
    let (mut incomplete, mut reasons) = (Vec::new(), BTreeSet::new());
    for parts in graphs.into_iter().map(ComponentGraph::into_parts) {
        for component in parts.components {
            match components.get_mut(&component.id) {
                Some(there) => join(there, component, &mut whole.conflicts)?,
                None => drop(components.insert(component.id.clone(), component)),
            }
        }
        for (from, to) in parts.edges {
            whole.edges.entry(from).or_default().extend(to);
        }
        whole.roots.extend(parts.roots);
        whole.facts.extend(parts.facts);
        whole.conflicts.extend(parts.conflicts);
        whole.excluded.count += parts.excluded.count;
        reasons.insert(parts.excluded.reason);
        if let Completeness::Incomplete { reason } = parts.completeness {
            incomplete.push(reason);
        }
    }
    if !incomplete.is_empty() {
        whole.completeness = Completeness::Incomplete { reason: incomplete.join("; ") };
    }
    whole.excluded.reason = reasons.into_iter().filter(|reason| !reason.is_empty()).collect::<Vec<_>>().join("; ");
    whole.components = components.into_values().collect();
    ComponentGraph::new(whole)
}

/// Adds what another source says of a component.
pub(super) fn join(
    there: &mut Component,
    other: Component,
    conflicts: &mut BTreeSet<Conflict>,
) -> Result<(), GraphError> {
    let from = |component: &Component, field| {
        let own = component.field_origins.get(&field).or_else(|| component.origins.first());
        own.cloned().unwrap_or(Origin::Derived("unknown"))
    };
    let mut disagree = |field, kept: (String, Origin), said: (String, Origin)| {
        conflicts.insert(Conflict { id: there.id.clone(), field, kept, other: said });
    };
    let comparable = is_one_thing(there.facts.get("hash-of"), other.facts.get("hash-of"));
    let imported = other.origins.iter().all(|origin| matches!(origin, Origin::Imported(_)));
    for hash in other.hashes.iter().filter(|_| comparable) {
        let known = there.hashes.iter().find(|known| known.algorithm == hash.algorithm);
        if let Some(known) = known.filter(|known| *known != hash) {
            if !imported {
                return Err(GraphError::Conflict(other.id));
            }
            let (field, text) = (Field::Hash, |hash: &Hash| hash.content.as_str().to_owned());
            disagree(field, (text(known), from(there, field)), (text(hash), from(&other, field)));
        }
    }
    if let (Some(kept), Some(said)) = (there.licence.text(), other.licence.text())
        && kept != said
    {
        let field = Field::Licence;
        disagree(field, (kept.to_owned(), from(there, field)), (said.to_owned(), from(&other, field)));
    }
    if let (Some(kept), Some(said)) = (stated(&there.supplier), stated(&other.supplier))
        && kept != said
    {
        let field = Field::Supplier;
        disagree(field, (kept.to_owned(), from(there, field)), (said.to_owned(), from(&other, field)));
    }
    fill(there, other, from);
    Ok(())
}

/// Takes over what the first source does not have.
fn fill(there: &mut Component, other: Component, from: impl Fn(&Component, Field) -> Origin) {
    let mut taken = Vec::new();
    if there.hashes.is_empty() && !other.hashes.is_empty() {
        taken.push((Field::Hash, from(&other, Field::Hash)));
        there.facts.extend(other.facts.get("hash-of").map(|text| ("hash-of", text.clone())));
    }
    if there.licence == Licence::Undeclared && other.licence != Licence::Undeclared {
        taken.push((Field::Licence, from(&other, Field::Licence)));
    }
    if there.support.is_none() && other.support.is_some() {
        taken.push((Field::Support, from(&other, Field::Support)));
    }
    if there.cpe.is_none() && other.cpe.is_some() {
        taken.push((Field::Cpe, from(&other, Field::Cpe)));
    }
    there.field_origins.extend(taken);
    let comparable = is_one_thing(there.facts.get("hash-of"), other.facts.get("hash-of"));
    let unknown: Vec<Hash> = other
        .hashes
        .into_iter()
        .filter(|hash| comparable && there.hashes.iter().all(|known| known.algorithm != hash.algorithm))
        .collect();
    there.hashes.extend(unknown);
    if there.licence == Licence::Undeclared {
        there.licence = other.licence;
    }
    if rank(&other.supplier) > rank(&there.supplier) {
        there.supplier = other.supplier;
    }
    there.support = there.support.take().or(other.support);
    there.cpe = there.cpe.take().or(other.cpe);
    there.description = there.description.take().or(other.description);
    there.source_url = there.source_url.take().or(other.source_url);
    there.scope = there.scope.min(other.scope);
    there.origins.extend(other.origins);
}

/// A supplier that somebody has stated; a derived one contradicts nobody.
fn stated(supplier: &Supplier) -> Option<&str> {
    match supplier {
        Supplier::Configured(name) | Supplier::Imported { name, .. } => Some(name),
        Supplier::Derived { .. } | Supplier::Unknown { .. } => None,
    }
}

const fn rank(supplier: &Supplier) -> u8 {
    match supplier {
        Supplier::Unknown { because: None } => 0,
        Supplier::Derived { .. } => 1,
        Supplier::Unknown { because: Some(_) } => 2,
        Supplier::Imported { .. } => 3,
        Supplier::Configured(_) => 4,
    }
}

#[cfg(test)]
mod tests;
