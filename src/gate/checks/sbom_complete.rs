//! RG-18: the SBOM is complete, in itself and against the lockfiles of the build.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::derived_components;
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::gate::locked_components;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::sbom::cyclonedx::INCOMPLETE_BECAUSE;
use crate::sbom::document::{Aggregate, Composition, Document, Reference};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(18),
    slug: "sbom-complete",
    title: "The SBOM is complete and agrees with the lockfiles of the build",
    clauses: &["fdc524b.b3", "iso13485.7.5.9", "fda-cyber.V.A.4.a", "iec81001-5-1.8", "cisa-2026"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-18-sbom-complete.md"),
};

/// Lockfiles that are named in a question.
const SHOWN_LOCKFILES: usize = 10;

const NEXT: &str = "Make the SBOM again from this build and make a new candidate";

/// RG-18.
#[derive(Debug)]
pub struct SbomComplete;

impl Check for SbomComplete {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let document = &sbom.document;
        let mut findings = Vec::new();
        let edges = edges(document);
        judge_edges(document, &edges, &mut findings);
        judge_reach(document, &edges, &mut findings);
        judge_completeness(document, &mut findings);
        let sources = judge_sources(evidence, document, &mut findings);
        let count: usize = edges.values().map(BTreeSet::len).sum();
        let own = format!("{} components, {count} dependencies, declared complete", document.components.len());
        let mut shown = vec![EvidenceRef::new(sbom.entry().as_str(), own)];
        shown.extend(sources);
        match question(evidence, document).filter(|_| findings.is_empty()) {
            Some(question) => Outcome::NeedsHuman { question, evidence: shown },
            None => Outcome::judge(shortened(findings), shown),
        }
    }
}

/// What Cargo's lockfiles and the other kept files say of the components.
fn judge_sources(evidence: &Evidence<'_>, document: &Document, findings: &mut Vec<Finding>) -> Vec<EvidenceRef> {
    let derived = match derived_components::derive(evidence, document) {
        Ok(derived) => derived,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let mut shown = Vec::new();
    if let Some(derived) = &derived {
        let own = derived_components::compare(document, derived, findings);
        shown.extend(derived.components().next().map(|_| own));
        findings.extend(locked_components::unstated(document, derived));
    }
    match &derived {
        Some(derived) if evidence.policy.release.cargo.is_none() => {
            findings.extend(locked_components::without_cargo(document, derived));
        }
        _ => {
            let locked = locked_components::compare(document, &evidence.lockfiles, derived.as_ref());
            findings.extend(locked.findings);
            shown.extend(locked.evidence);
        }
    }
    shown
}

/// What only a person can know: whether something is missing that ships.
fn question(evidence: &Evidence<'_>, document: &Document) -> Option<String> {
    let mut asked = Vec::new();
    if let Some(reason) = missing_part(document) {
        asked.push(format!(
            "The SBOM says that it is incomplete: {reason}. Is what is missing known, and acceptable for this release?"
        ));
    }
    let unused = derived_components::unused(evidence);
    if let Some(more) = unused.len().checked_sub(1) {
        let first = unused.iter().take(SHOWN_LOCKFILES).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if more >= SHOWN_LOCKFILES {
            format!(" and {} more", unused.len() - SHOWN_LOCKFILES)
        } else {
            String::new()
        };
        asked.push(format!(
            "The repository holds lockfiles that the SBOM is not made from: {first}{more}. Does nothing of them ship?"
        ));
    }
    (!asked.is_empty()).then(|| asked.join(" "))
}

/// The recorded reason why the document is incomplete, where it declares that of itself.
fn missing_part(document: &Document) -> Option<&str> {
    let incomplete = document.compositions.iter().any(|one| one.aggregate == Aggregate::Incomplete);
    let reason = document.metadata.properties.iter().find(|property| property.name == INCOMPLETE_BECAUSE);
    reason.filter(|_| incomplete).map(|property| property.value.trim()).filter(|reason| !reason.is_empty())
}

type Edges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn edges(document: &Document) -> Edges<'_> {
    document
        .dependencies
        .iter()
        .map(|list| (list.reference.as_str(), list.depends_on.iter().map(Reference::as_str).collect()))
        .collect()
}

/// Every reference names a component, every component states its dependencies, the device has some.
fn judge_edges(document: &Document, edges: &Edges<'_>, findings: &mut Vec<Finding>) {
    let known: BTreeSet<&str> =
        document.product().filter_map(|one| one.bom_ref.as_ref()).map(Reference::as_str).collect();
    for (from, to) in edges {
        for name in std::iter::once(from).chain(to).filter(|name| !known.contains(*name)) {
            let message = format!("dependency list of {from:?} names {name:?}, which is no component");
            findings.push(Finding::new("reference-dangling", *name, message, NEXT));
        }
    }
    let device = &document.metadata.component;
    for component in std::iter::once(device).chain(&document.components) {
        match &component.bom_ref {
            Some(reference) if edges.contains_key(reference.as_str()) => {}
            _ => {
                let message = "component does not state its dependencies (expected a list, empty where there are none)";
                findings.push(Finding::new("dependencies-not-stated", component.label(), message, NEXT));
            }
        }
    }
    let own = device.bom_ref.as_ref().and_then(|reference| edges.get(reference.as_str()));
    if own.is_none_or(BTreeSet::is_empty) {
        let message = "device has no dependency (got 0, expected at least 1)";
        findings.push(Finding::new("device-without-dependencies", device.label(), message, NEXT));
    }
}

/// Every component is reached from the device.
fn judge_reach(document: &Document, edges: &Edges<'_>, findings: &mut Vec<Finding>) {
    let device = document.metadata.component.bom_ref.as_ref().map(Reference::as_str);
    let mut seen: BTreeSet<&str> = device.into_iter().collect();
    let mut queue: Vec<&str> = seen.iter().copied().collect();
    while let Some(name) = queue.pop() {
        queue.extend(edges.get(name).into_iter().flatten().filter(|next| seen.insert(next)));
    }
    for component in &document.components {
        if !seen.contains(component.label()) {
            let message = "component is not reached from the device by any dependency";
            findings.push(Finding::new("component-unreachable", component.label(), message, NEXT));
        }
    }
}

/// One composition says `complete`, or `incomplete` with a reason that people can judge, of the device's parts
/// and of every dependency list.
fn judge_completeness(document: &Document, findings: &mut Vec<Finding>) {
    let device = &document.metadata.component;
    let reasoned = missing_part(document).is_some();
    let stated = |one: &&Composition| {
        one.aggregate == Aggregate::Complete || (reasoned && one.aggregate == Aggregate::Incomplete)
    };
    for composition in document.compositions.iter().filter(|one| !stated(one)) {
        let message = format!("SBOM declares itself {:?} (expected complete)", composition.aggregate).to_lowercase();
        findings.push(Finding::new("declared-incomplete", device.label(), message, NEXT));
    }
    let complete = || document.compositions.iter().filter(stated);
    let assemblies: BTreeSet<&Reference> = complete().flat_map(|one| &one.assemblies).collect();
    let lists: BTreeSet<&Reference> = complete().flat_map(|one| &one.dependencies).collect();
    let parts_declared = device.bom_ref.as_ref().is_some_and(|reference| assemblies.contains(reference));
    let undeclared = document.dependencies.iter().filter(|list| !lists.contains(&list.reference)).count();
    if !parts_declared || undeclared > 0 {
        let message = format!(
            "completeness is not declared for {undeclared} dependency lists{} (expected: for all)",
            if parts_declared { "" } else { " and for the device's own parts" }
        );
        findings.push(Finding::new("completeness-not-declared", device.label(), message, NEXT));
    }
}
