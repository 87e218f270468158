//! The SBOM of somebody else as a graph of its own, to be merged into the device's.
//!
//! - A component with a package URL keeps it as its identity, so that it meets the same package from
//!   elsewhere; any other one is called `<file>#<reference>`, which no other file can take.
//! - The component that the SBOM is about, and what it lists at its top where it is about nothing, are
//!   what the device is made of directly. Parts count as dependencies of what holds them.
//! - Nothing that is listed may vanish: what no dependency leads to hangs directly below the top, and
//!   the graph says that it is incomplete, as it does where the SBOM does not declare itself complete.
//! - Digests of weak algorithms are no digests here; how many were left out is a fact of the component.

use std::collections::{BTreeMap, BTreeSet};

use super::component::{Component, Origin, Scope, Supplier};
use super::cyclonedx::{SUPPORT_JUSTIFICATION, SUPPORT_REPLACEMENT_PLAN, SUPPORT_REVIEWED_BY, SUPPORT_REVIEWED_ON};
use super::document::{Cpe, Hash, HashAlgorithm, Iri};
use super::graph::{Completeness, ComponentGraph, Conflict, Excluded, GraphError, Parts};
use super::inventory::{Answer, IdentifierKind, Inventory, Item};
use super::licence::Licence;
use super::merge::join;
use super::purl;
use super::support::Support;

/// The graph of an SBOM; `file` is its path as documents name it.
///
/// # Errors
/// [`GraphError`]: no component, too many, or a dependency on what is not there.
pub fn graph(inventory: &Inventory, file: &str) -> Result<ComponentGraph, GraphError> {
    let ids: BTreeMap<&str, String> =
        inventory.components.iter().map(|item| (item.reference.as_str(), identity(item, file))).collect();
    let mut components: BTreeMap<String, Component> = BTreeMap::new();
    let mut conflicts: BTreeSet<Conflict> = BTreeSet::new();
    for item in &inventory.components {
        let component = component(item, file);
        match components.get_mut(&component.id) {
            Some(there) => join(there, component, &mut conflicts)?,
            None => drop(components.insert(component.id.clone(), component)),
        }
    }
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let id = |reference: &String| {
        ids.get(reference.as_str()).cloned().ok_or_else(|| GraphError::Unknown(reference.chars().take(200).collect()))
    };
    for (from, to) in inventory.dependencies.iter().chain(&inventory.parts) {
        let from = id(from)?;
        let to = to.iter().map(id).collect::<Result<Vec<_>, _>>()?;
        edges.entry(from.clone()).or_default().extend(to.into_iter().filter(|to| *to != from));
    }
    let top = inventory.primary.as_ref().map(id).transpose()?;
    let unled = unled(&components, &edges, top.as_ref());
    let completeness = completeness(inventory, file, unled.len());
    let roots = match top {
        Some(top) => {
            edges.entry(top.clone()).or_default().extend(unled);
            BTreeSet::from([top])
        }
        None => unled,
    };
    ComponentGraph::new(Parts {
        components: components.into_values().collect(),
        edges,
        roots,
        completeness,
        excluded: Excluded { count: 0, reason: String::new() },
        facts: BTreeMap::new(),
        conflicts,
    })
}

fn identity(item: &Item, file: &str) -> String {
    match item.purl().filter(|purl| purl::is_purl(purl)) {
        Some(purl) => purl.to_owned(),
        None => format!("{file}#{}", item.reference),
    }
}

/// Components that nothing leads to from the top: those without a dependant first, then one of each
/// remaining circle, so that everything is reached from them.
fn unled(
    components: &BTreeMap<String, Component>,
    edges: &BTreeMap<String, BTreeSet<String>>,
    top: Option<&String>,
) -> BTreeSet<String> {
    let led: BTreeSet<&String> = edges.values().flatten().collect();
    let mut seen: BTreeSet<&String> = BTreeSet::new();
    let mut starts = BTreeSet::new();
    let free = components.keys().filter(|id| !led.contains(id));
    for start in top.into_iter().chain(free).chain(components.keys()) {
        if !seen.insert(start) {
            continue;
        }
        if Some(start) != top {
            starts.insert(start.clone());
        }
        let mut queue = vec![start];
        while let Some(id) = queue.pop() {
            queue.extend(edges.get(id).into_iter().flatten().filter(|next| seen.insert(next)));
        }
    }
    starts
}

fn completeness(inventory: &Inventory, file: &str, unled: usize) -> Completeness {
    let declared = inventory.primary.as_ref().is_some_and(|top| {
        let states = |aggregate: &str| {
            inventory.completeness.iter().any(|one| {
                one.aggregate == aggregate && (one.dependencies.contains(top) || one.assemblies.contains(top))
            })
        };
        states("complete") && inventory.completeness.iter().all(|one| one.aggregate == "complete")
    });
    let mut reasons = Vec::new();
    if !declared {
        reasons.push("it does not declare itself complete".to_owned());
    }
    if unled > 0 && inventory.primary.is_some() {
        reasons.push(format!("it does not say what {unled} of its components belong to"));
    }
    if reasons.is_empty() {
        Completeness::Complete
    } else {
        Completeness::Incomplete { reason: format!("{file}: {}", reasons.join(", and ")) }
    }
}

fn component(item: &Item, file: &str) -> Component {
    let version = item.version.as_ref().and_then(Answer::known).map_or("", String::as_str);
    let mut component = Component::without_purl(&identity(item, file), &item.name, version, item.kind);
    component.purl = item.purl().filter(|purl| purl::is_purl(purl)).map(str::to_owned);
    component.cpe = item
        .identifiers
        .iter()
        .filter(|identifier| identifier.kind == IdentifierKind::Cpe)
        .find_map(|identifier| Cpe::try_from(identifier.value.clone()).ok());
    component.scope = if item.excluded { Scope::DevelopmentOnly } else { Scope::Shipped };
    component.licence = licence(&item.licences);
    component.supplier = match &item.supplier {
        Some(Answer::Known(name)) => Supplier::Imported { name: name.clone(), from: file.to_owned() },
        Some(Answer::Unknown { because }) => Supplier::Unknown { because: because.clone() },
        None => Supplier::Unknown { because: None },
    };
    component.description.clone_from(&item.description);
    component.source_url = item.source_url.clone().filter(|url| Iri::try_from(url.clone()).is_ok());
    component.support = support(item);
    component.origins.insert(Origin::Imported(file.to_owned()));
    let known: Vec<Hash> = item.hashes.iter().filter_map(|(algorithm, value)| hash(algorithm, value)).collect();
    let weak = item.hashes.len() - known.len();
    if weak > 0 {
        component.facts.insert("digests-left-out", format!("{weak} of weak or unknown algorithms"));
    }
    for hash in known {
        if component.hashes.iter().all(|there| there.algorithm != hash.algorithm) {
            component.hashes.push(hash);
        }
    }
    component
}

/// `SHA-256` of CycloneDX and `SHA256` of SPDX are one.
fn hash(algorithm: &str, value: &str) -> Option<Hash> {
    let word: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect();
    Hash::of_hex(HashAlgorithm::of_word(&word.to_ascii_lowercase())?, value)
}

/// Several licences of one component all hold.
fn licence(licences: &[Answer<String>]) -> Licence {
    let texts: Vec<&str> = licences.iter().filter_map(Answer::known).map(String::as_str).collect();
    match texts[..] {
        [] => Licence::Undeclared,
        [one] => Licence::declared(Some(one), None),
        _ => {
            let joined: Vec<String> = texts.iter().map(|text| format!("({text})")).collect();
            match Licence::declared(Some(&joined.join(" AND ")), None) {
                Licence::Named(_) => Licence::declared(Some(&texts.join("; ")), None),
                expression => expression,
            }
        }
    }
}

fn support(item: &Item) -> Option<Support> {
    if item.support_level.is_none() && item.end_of_support.is_none() {
        return None;
    }
    let text = |names: &[&str]| names.iter().find_map(|name| item.property(name)).map(str::to_owned);
    Some(Support {
        level: item.support_level.clone().unwrap_or(Answer::Unknown { because: None }),
        end: item.end_of_support.clone().unwrap_or(Answer::Unknown { because: None }),
        justification: text(&[SUPPORT_JUSTIFICATION, "cdx:fda:justification"]),
        replacement_plan: text(&[SUPPORT_REPLACEMENT_PLAN]),
        reviewed_by: text(&[SUPPORT_REVIEWED_BY]),
        reviewed_on: text(&[SUPPORT_REVIEWED_ON]),
    })
}

#[cfg(test)]
mod tests;
