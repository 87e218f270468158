//! The components that do not come from Cargo, made again from the files that the bundle keeps.
//!
//! What the SBOM says of them is compared with that: identity, version, digests and dependencies. Texts
//! that describe them may be worded otherwise by another version of this program, and are not compared.
//! Cargo's components are taken from the SBOM as it stands, for declared components may hang on them; they
//! are not derived by that, and whoever holds them against `Cargo.lock` must not count them here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::digest::Sha256Digest;
use crate::model::entry;
use crate::model::name::EntryName;
use crate::model::outcome::{EvidenceRef, Finding};
use crate::policy::release::SupplierRule;
use crate::provenance::tree::{EntryMode, TreeListing, decode_path, encode_path};
use crate::sbom::assemble::{self, Kept, Sources};
use crate::sbom::cyclonedx::{self, ORIGIN, SUPPLIER_SOURCE};
use crate::sbom::document::{Aggregate, Component, ComponentScope, Document, Reference};
use crate::sbom::graph::{self, Completeness, ComponentGraph, Excluded, Kind, Parts};
use crate::sbom::source::Reader;
use crate::sbom::supplier::{self, Hints};

use super::evidence::Evidence;

const NEXT: &str = "Make the SBOM again from the committed files that [release.sbom] names";

/// What was made again.
#[derive(Debug)]
pub struct Derived {
    graph: ComponentGraph,
    given: BTreeSet<String>,
}

impl Derived {
    /// Whether the kept files give a component of this identity.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        self.graph.component(id).is_some() && !self.given.contains(id)
    }

    /// Components that the device depends on directly.
    pub fn roots(&self) -> impl Iterator<Item = &str> {
        self.graph.roots().map(|root| root.id.as_str())
    }

    /// Dependencies of a component that the kept files give or lead to.
    pub fn dependencies<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.holds(id);
        self.graph.dependencies(id).filter(move |to| own || self.holds(to))
    }

    /// Locked packages that no product leads to.
    #[must_use]
    pub const fn excluded(&self) -> usize {
        self.graph.excluded().count
    }

    /// The components that the kept files give.
    pub fn components(&self) -> impl Iterator<Item = &graph::Component> {
        self.graph.components().filter(|component| !self.given.contains(&component.id))
    }
}

/// Makes again everything that `[release.sbom]` names; `None` where it names nothing and Cargo built nothing.
///
/// # Errors
/// A finding naming what cannot be read.
pub fn derive(evidence: &Evidence<'_>, document: &Document) -> Result<Option<Derived>, Finding> {
    let policy = evidence.policy;
    let unread = |message: String| Finding::new("source-unreadable", "[release.sbom]", message, NEXT);
    let listing = evidence.git.tree.map(TreeListing::parse).transpose().map_err(|error| unread(error.to_string()))?;
    let cargo = policy.release.cargo.as_ref().and_then(|_| given(document, &policy.suppliers));
    let given = cargo.iter().flat_map(ComponentGraph::components).map(|one| one.id.clone()).collect();
    let sources = Sources {
        policy: &policy.release.sbom,
        kept: &kept(&evidence.lockfiles),
        tree: &listing.as_ref().map(committed).unwrap_or_default(),
        suppliers: &policy.suppliers,
        manufacturer: &policy.device.manufacturer,
        version: evidence.batch.version.as_str(),
    };
    let made = assemble::graph(cargo, sources).map_err(|error| unread(error.to_string()))?;
    Ok(made.map(|(graph, _)| Derived { graph, given }))
}

/// Cargo's components as the document states them, all of them direct: their own edges are judged elsewhere.
fn given(document: &Document, suppliers: &[SupplierRule]) -> Option<ComponentGraph> {
    let locked = |value: &str| value.starts_with("locked:") && value.ends_with("Cargo.lock");
    let is_cargo = |one: &&Component| {
        let origins = one.properties.iter().filter(|property| property.name == ORIGIN);
        origins.into_iter().any(|origin| locked(&origin.value))
    };
    let components: Vec<graph::Component> = document
        .components
        .iter()
        .filter(is_cargo)
        .map(|one| {
            let version = one.version.as_deref().unwrap_or_default();
            graph::Component {
                supplier: supplier::of(one.label(), suppliers, Hints::default()),
                ..graph::Component::new(one.label(), &one.name, version, Kind::Library)
            }
        })
        .collect();
    ComponentGraph::new(Parts {
        roots: components.iter().map(|one| one.id.clone()).collect(),
        components,
        edges: BTreeMap::new(),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 0, reason: String::new() },
        facts: BTreeMap::new(),
        conflicts: BTreeSet::new(),
    })
    .ok()
}

/// Kept lockfiles that are no source of the SBOM: neither named by `[release.sbom]` nor Cargo's own where Cargo
/// builds. Sorted by path.
#[must_use]
pub fn unused(evidence: &Evidence<'_>) -> Vec<String> {
    let sbom = &evidence.policy.release.sbom;
    let kept = kept(&evidence.lockfiles);
    // Cargo takes the lockfile of its workspace: the nearest one at or above the manifest.
    let manifest = evidence.policy.release.cargo.as_ref().map(|cargo| folder(&cargo.manifest));
    let above = |path: &str, manifest: &str| {
        folder(path).is_empty() || manifest == folder(path) || manifest.starts_with(&format!("{}/", folder(path)))
    };
    let cargo_locks = kept.keys().filter(|path| path.ends_with("Cargo.lock"));
    let cargo =
        manifest.and_then(|manifest| cargo_locks.filter(|path| above(path, manifest)).max_by_key(|path| path.len()));
    let cargo = cargo.cloned();
    let is_lockfile = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Without anything else to make an SBOM from, Cargo's lockfiles are what it is held against.
        if name == "Cargo.lock" {
            cargo.as_deref() != Some(path) && !(manifest.is_none() && sbom.is_empty())
        } else {
            Reader::of_found(name).is_some()
        }
    };
    let beside = |path: &str| sbom.lockfiles.iter().any(|used| folder(used) == folder(path));
    kept.into_keys()
        .filter(|path| is_lockfile(path) && !sbom.paths().any(|used| used == path) && !beside(path))
        .collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Files that entries keep, by path from the root of the repository; paths that are no text are left out.
#[must_use]
pub fn kept<'a>(entries: &BTreeMap<EntryName, &'a [u8]>) -> Kept<'a> {
    let path = |entry| String::from_utf8(decode_path(entry::kept_path(entry)?.as_bytes())?).ok();
    entries.iter().filter_map(|(entry, bytes)| Some((path(entry)?, *bytes))).collect()
}

/// The committed files of a listing: raw path, path as it spells it, SHA-256; submodules have none.
#[must_use]
pub fn committed(listing: &TreeListing) -> Vec<(&[u8], String, Sha256Digest)> {
    let file = |entry: &'_ crate::provenance::tree::TreeEntry| entry.mode != EntryMode::Submodule;
    let files = listing.entries().iter().filter(|entry| file(entry));
    files.filter_map(|entry| Some((entry.path.as_slice(), encode_path(&entry.path), entry.sha256?))).collect()
}

/// Compares the document with what was made again. Each derived component must be there as derived; whether
/// other ones may be there is for whoever knows their source.
pub fn compare(document: &Document, derived: &Derived, findings: &mut Vec<Finding>) -> EvidenceRef {
    let by_label: HashMap<&str, &Component> = document.components.iter().map(|one| (one.label(), one)).collect();
    let mut found = 0;
    for component in derived.components() {
        let Some(stated) = by_label.get(component.id.as_str()) else {
            let message = "component of the kept files is not in the SBOM";
            findings.push(Finding::new("component-missing", component.id.as_str(), message, NEXT));
            continue;
        };
        found += 1;
        findings.extend(difference(component, stated));
    }
    for given in derived.graph.components().filter(|component| derived.given.contains(&component.id)) {
        let stated = by_label.get(given.id.as_str()).filter(|stated| !says_the_same(given, stated));
        findings.extend(stated.map(|stated| differs(stated, "supplier or support differs from what people recorded")));
    }
    if let Completeness::Incomplete { reason } = derived.graph.completeness()
        && document.compositions.iter().all(|one| one.aggregate == Aggregate::Complete)
    {
        let message = format!("SBOM declares itself complete, but the kept files do not tell everything: {reason}");
        findings.push(Finding::new("completeness-overstated", document.metadata.component.label(), message, NEXT));
    }
    for list in &document.dependencies {
        let got: BTreeSet<&str> = list.depends_on.iter().map(Reference::as_str).collect();
        for to in derived.dependencies(list.reference.as_str()).filter(|to| !got.contains(to)) {
            let message = format!("dependency on {to:?} is not stated");
            findings.push(Finding::new("dependency-missing", list.reference.as_str(), message, NEXT));
        }
    }
    let roots: BTreeSet<&str> = roots(document);
    let own = derived.graph.roots().filter(|root| derived.holds(&root.id));
    for root in own.filter(|root| !roots.contains(root.id.as_str())) {
        let message = "device does not depend on it, but the kept files say so";
        findings.push(Finding::new("dependency-missing", root.id.as_str(), message, NEXT));
    }
    EvidenceRef::new("evidence/lockfiles", format!("{found} components made again from the kept files"))
}

fn roots(document: &Document) -> BTreeSet<&str> {
    let device = document.metadata.component.bom_ref.as_ref();
    let lists = document.dependencies.iter().filter(|list| Some(&list.reference) == device);
    lists.flat_map(|list| &list.depends_on).map(Reference::as_str).collect()
}

fn difference(derived: &graph::Component, stated: &Component) -> Option<Finding> {
    let version = stated.version.as_deref().unwrap_or_default();
    let message = if version != derived.version {
        format!("version differs from the kept files (got {version:?}, expected {:?})", derived.version)
    } else if stated.name != derived.name || stated.purl != derived.purl {
        "name or package URL differs from the kept files".to_owned()
    } else if let Some(hash) = derived.hashes.iter().find(|hash| !stated.hashes.contains(hash)) {
        format!("digest differs from the kept files (expected {} {})", hash.algorithm.as_str(), hash.content.as_str())
    } else if stated.hashes.len() != derived.hashes.len() {
        "it has digests that the kept files do not give".to_owned()
    } else if !is_shipped_alike(derived, stated) {
        "whether it ships differs from the kept files".to_owned()
    } else if stated.cpe != derived.cpe {
        "CPE differs from the kept files".to_owned()
    } else if !says_the_same(derived, stated) {
        "supplier or support differs from what people recorded".to_owned()
    } else {
        return None;
    };
    Some(differs(stated, message))
}

fn differs(stated: &Component, message: impl Into<String>) -> Finding {
    Finding::new("component-differs", stated.label(), message, NEXT)
}

/// Scope, and which of the two kinds of what does not ship.
fn is_shipped_alike(derived: &graph::Component, stated: &Component) -> bool {
    let word = match derived.scope {
        graph::Scope::Shipped => None,
        graph::Scope::BuildTimeOnly => Some("build-time-only"),
        graph::Scope::DevelopmentOnly => Some("development-only"),
    };
    let excluded = stated.scope == Some(ComponentScope::Excluded);
    excluded == word.is_some() && stated.property("batchseal:scope") == word
}

/// What people recorded: a supplier that the policy, a declaration or `support.toml` names, and every answer on
/// support. A supplier that was only derived may be derived otherwise by another version of this program.
fn says_the_same(derived: &graph::Component, stated: &Component) -> bool {
    let Ok(expected) = cyclonedx::component(derived) else { return false };
    let support = |component: &Component| -> Vec<(String, String)> {
        let recorded = component.properties.iter().filter(|property| cyclonedx::is_support(&property.name));
        recorded.map(|property| (property.name.clone(), property.value.clone())).collect()
    };
    let stated_by_people = match &derived.supplier {
        graph::Supplier::Configured(_) | graph::Supplier::Imported { .. } => true,
        graph::Supplier::Unknown { because } => because.is_some(),
        graph::Supplier::Derived { .. } => false,
    };
    let claims = stated.property(SUPPLIER_SOURCE).is_some_and(|source| !source.starts_with("derived:"));
    support(&expected) == support(stated)
        && if stated_by_people { expected.supplier == stated.supplier } else { !claims }
}
