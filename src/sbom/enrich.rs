//! Fills an SBOM of ours with what people have recorded and with what a machine may derive.
//!
//! What people have recorded (`support.toml`) comes first. Derived is only who supplies a component
//! (owner of its repository, owner that its package URL names) and the canonical spelling of a licence,
//! each marked as derived. Level and end of support are never derived.

use crate::policy::support::{Stated, SupportFile, SupportRule};

use super::apply::{Applied, SupportRules};
use super::component::{Field, Kind, Origin};
use super::cyclonedx::{self, SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE};
use super::document::{Acknowledgement, Component, Document, LicenceEntry, LicenceExpression, Organization, Property};
use super::graph::Conflict;
use super::licence::Licence;
use super::support::Support;
use super::{fda_draft, supplier};

/// Beginnings of the names of properties that speak of support.
const OF_SUPPORT: [&str; 3] = ["batchseal:level-of-support", "batchseal:end-of-support", "batchseal:support-"];

/// Beginning of the origin of what people have written down.
const DECLARED: &str = "declared:";

/// What enriching changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enriched {
    /// What the rules did.
    pub applied: Applied,
    /// Suppliers that a rule has named, or recorded as unknown.
    pub suppliers_stated: usize,
    /// Suppliers that were derived.
    pub suppliers_derived: usize,
    /// Suppliers that nobody knows still, without a recorded reason.
    pub suppliers_missing: usize,
    /// Licences that are SPDX expressions now.
    pub licences: usize,
}

/// Enriches the packages of a document; `name` is how the file of rules is called in origins.
///
/// Serial number and time are left to the caller ([`cyclonedx::renumber`]).
pub fn enrich(document: &mut Document, support: Option<(&SupportFile, &str)>, tool_version: &str) -> Enriched {
    // Stands for what is recorded now; whoever wants it again adds it at the end.
    fda_draft::remove(document);
    let mut enriched = Enriched::default();
    let rules = support.map(|(file, name)| (SupportRules::of(file), name));
    let mut taken = Vec::with_capacity(document.components.len());
    let mut conflicts = Vec::new();
    for component in &mut document.components {
        if let Some((rules, name)) = &rules {
            let found = component.purl.as_deref().and_then(|purl| rules.first(purl));
            taken.push(found.map(|(index, _)| index));
            if let Some((_, rule)) = found {
                conflicts.extend(apply(component, rule, name, &mut enriched));
            }
        }
        derive_supplier(component, &mut enriched);
        enriched.licences += usize::from(spell_licence(component));
        sort(&mut component.properties);
    }
    if let Some((rules, _)) = &rules {
        enriched.applied = Applied::count(rules, &taken);
    }
    document.metadata.properties.extend(conflicts.iter().map(cyclonedx::conflict));
    sort(&mut document.metadata.properties);
    let own = Component::new(Kind::Application, "batchseal", Some(tool_version));
    if !document.metadata.tools.components.contains(&own) {
        document.metadata.tools.components.push(own);
    }
    enriched
}

fn sort(properties: &mut Vec<Property>) {
    properties.sort_by(|a, b| (&a.name, &a.value).cmp(&(&b.name, &b.value)));
    properties.dedup();
}

fn apply(component: &mut Component, rule: &SupportRule, name: &str, enriched: &mut Enriched) -> Option<Conflict> {
    let origin = Origin::Declared(name.to_owned());
    if let Some(answers) = &rule.answers {
        component.properties.retain(|own| !OF_SUPPORT.iter().any(|prefix| own.name.starts_with(prefix)));
        component.properties.extend(cyclonedx::support(&Support::from(answers)));
        component.properties.push(Property::new("support-source", origin.to_string()));
    }
    let stated = rule.supplier.as_ref()?;
    if component.property(SUPPLIER_SOURCE) == Some("configured") {
        let kept = component.supplier.as_ref().map(|supplier| supplier.name.clone()).unwrap_or_default();
        let other = stated.known().filter(|other| **other != kept)?.clone();
        let from = component.properties.iter().filter(|own| own.name == "batchseal:origin");
        let from = from.filter_map(|own| own.value.strip_prefix(DECLARED)).next().unwrap_or("batchseal.toml");
        let kept = (kept, Origin::Declared(from.to_owned()));
        return Some(Conflict {
            id: component.label().to_owned(),
            field: Field::Supplier,
            kept,
            other: (other, origin),
        });
    }
    enriched.suppliers_stated += 1;
    forget_supplier(component);
    let mut add = |name: &str, value: &str| {
        component.properties.push(Property { name: name.to_owned(), value: value.to_owned() });
    };
    match stated {
        Stated::Is(name) => {
            add(SUPPLIER_SOURCE, "configured");
            component.supplier = Some(Organization { name: name.clone() });
        }
        Stated::Unknown(because) => {
            add(SUPPLIER, "unknown");
            add(SUPPLIER_UNKNOWN_BECAUSE, because);
        }
    }
    None
}

fn forget_supplier(component: &mut Component) {
    component.supplier = None;
    let of_supplier = [SUPPLIER, SUPPLIER_SOURCE, SUPPLIER_UNKNOWN_BECAUSE];
    component.properties.retain(|own| !of_supplier.contains(&own.name.as_str()));
}

/// Only where there is neither a supplier nor a recorded reason.
fn derive_supplier(component: &mut Component, enriched: &mut Enriched) {
    if component.supplier.is_some() || component.property(SUPPLIER_UNKNOWN_BECAUSE).is_some() {
        return;
    }
    let repositories = component.external_references.iter().map(|reference| reference.url.as_str());
    let Some((name, from)) = supplier::owner_of(component.purl.as_deref().unwrap_or_default(), repositories) else {
        enriched.suppliers_missing += 1;
        return;
    };
    forget_supplier(component);
    component.supplier = Some(Organization { name });
    let value = format!("derived:{}", from.as_str());
    component.properties.push(Property { name: SUPPLIER_SOURCE.to_owned(), value });
    enriched.suppliers_derived += 1;
}

/// Gives a licence that is kept as text the spelling of SPDX, where it has one.
fn spell_licence(component: &mut Component) -> bool {
    let [LicenceEntry::Named(entry)] = component.licenses.as_slice() else { return false };
    let Licence::Expression(expression) = Licence::declared(Some(&entry.license.name), None) else { return false };
    let entry = LicenceExpression { expression, acknowledgement: Acknowledgement::Declared };
    component.licenses = vec![LicenceEntry::Expression(entry)];
    component.properties.retain(|own| own.name != "batchseal:licence");
    component.properties.push(Property::new("licence-source", Origin::Derived("canonical-spelling").to_string()));
    true
}

#[cfg(test)]
mod tests;
