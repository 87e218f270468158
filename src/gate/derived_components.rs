//! The components that do not come from Cargo, made again from the files that the bundle keeps.
//!
//! What the SBOM says of them is compared with that: identity, version, digests and dependencies. Texts
//! that describe them may be worded otherwise by another version of this program, and are not compared.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::entry;
use crate::model::name::EntryName;
use crate::model::outcome::{EvidenceRef, Finding};
use crate::provenance::tree::decode_path;
use crate::sbom::assemble::{self, Kept};
use crate::sbom::document::{Component, Document, Reference};
use crate::sbom::graph::{self, ComponentGraph};
use crate::sbom::merge;

use super::evidence::Evidence;

const NEXT: &str = "Make the SBOM again from the committed files that [release.sbom] names";

/// One graph of everything that `[release.sbom]` names; `None` where it names nothing.
///
/// # Errors
/// A finding naming the file that cannot be read.
pub fn derive(evidence: &Evidence<'_>) -> Result<Option<ComponentGraph>, Finding> {
    let policy = evidence.policy;
    if policy.release.sbom.is_empty() {
        return Ok(None);
    }
    let kept = kept(&evidence.lockfiles);
    let unread = |message: String| Finding::new("source-unreadable", "[release.sbom]", message, NEXT);
    let graphs = assemble::graphs(&policy.release.sbom, &kept, &policy.suppliers, &policy.device.manufacturer)
        .map_err(|error| unread(error.to_string()))?;
    if graphs.is_empty() {
        return Ok(None);
    }
    merge::merge(graphs).map(Some).map_err(|error| unread(error.to_string()))
}

/// Files that entries keep, by path from the root of the repository; paths that are no text are left out.
#[must_use]
pub fn kept<'a>(entries: &BTreeMap<EntryName, &'a [u8]>) -> Kept<'a> {
    let path = |entry| String::from_utf8(decode_path(entry::kept_path(entry)?.as_bytes())?).ok();
    entries.iter().filter_map(|(entry, bytes)| Some((path(entry)?, *bytes))).collect()
}

/// Compares the document with what was made again. Each derived component must be there as derived; whether
/// other ones may be there is for whoever knows their source.
pub fn compare(document: &Document, derived: &ComponentGraph, findings: &mut Vec<Finding>) -> EvidenceRef {
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
    for list in document.dependencies.iter().filter(|list| derived.component(list.reference.as_str()).is_some()) {
        let got: BTreeSet<&str> = list.depends_on.iter().map(Reference::as_str).collect();
        let missing = derived.dependencies(list.reference.as_str()).filter(|to| !got.contains(to));
        for to in missing {
            let message = format!("dependency on {to:?} is not stated");
            findings.push(Finding::new("dependency-missing", list.reference.as_str(), message, NEXT));
        }
    }
    let roots: BTreeSet<&str> = roots(document);
    for root in derived.roots().filter(|root| !roots.contains(root.id.as_str())) {
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
    } else {
        return None;
    };
    Some(Finding::new("component-differs", stated.label(), message, NEXT))
}
