//! The packages of an SBOM held against the raw lockfiles of the build.
//!
//! Nothing that the SBOM says of itself is believed: a package is a registry's only if the lockfile
//! has it with that checksum, git's only at that commit, and the product's own only if the lockfile
//! has it without a source.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::entry::LOCKFILES;
use crate::model::name::EntryName;
use crate::model::outcome::{EvidenceRef, Finding};
use crate::sbom::cargo::lockfile::{LockedPackage, Lockfile};
use crate::sbom::cyclonedx::{EXCLUDED_COUNT, EXCLUDED_REASON};
use crate::sbom::document::{Component, Document};

use super::derived_components::Derived;

const NEXT: &str = "Make the SBOM from the lockfile that the build used, and keep that lockfile in the bundle";

/// What the comparison found.
#[derive(Debug, Default)]
pub struct Comparison {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What agrees.
    pub evidence: Vec<EvidenceRef>,
}

/// Compares with the lockfile that fits best. Every lockfile has to be readable. Components and dependencies
/// of `derived` have been made again from other files, and need none here.
#[must_use]
pub fn compare(document: &Document, lockfiles: &BTreeMap<EntryName, &[u8]>, derived: Option<&Derived>) -> Comparison {
    let mut best: Option<Comparison> = None;
    let mut unreadable = Vec::new();
    for (entry, bytes) in lockfiles.iter().filter(|(entry, _)| entry.file_name() == "Cargo.lock") {
        match Lockfile::parse(bytes) {
            Ok(lockfile) => {
                let comparison = against(document, entry, &lockfile, derived);
                if best.as_ref().is_none_or(|best| comparison.findings.len() < best.findings.len()) {
                    best = Some(comparison);
                }
            }
            Err(error) => {
                unreadable.push(Finding::new("lockfile-malformed", entry.as_str(), error.to_string(), NEXT));
            }
        }
    }
    let mut comparison = best.unwrap_or_else(|| {
        let message = "there is no Cargo.lock to compare the SBOM with (got 0, expected at least 1)";
        let finding = Finding::new("lockfile-missing", LOCKFILES, message, NEXT);
        Comparison { findings: vec![finding], evidence: Vec::new() }
    });
    comparison.findings.extend(unreadable);
    comparison
}

fn against(document: &Document, entry: &EntryName, lockfile: &Lockfile, derived: Option<&Derived>) -> Comparison {
    let mut findings = Vec::new();
    let positions = positions(document, lockfile, derived, &mut findings);
    judge_edges(document, lockfile, &positions, derived, &mut findings);
    let used: BTreeSet<usize> = positions.values().copied().collect();
    let excluded = lockfile.packages().len() - used.len();
    judge_excluded(document, excluded + derived.map_or(0, Derived::excluded), &mut findings);
    let shows = format!("{} locked packages are components, {excluded} are not compiled", used.len());
    Comparison { findings, evidence: vec![EvidenceRef::new(entry.as_str(), shows)] }
}

/// The locked package behind each component, by reference.
fn positions<'a>(
    document: &'a Document,
    lockfile: &Lockfile,
    derived: Option<&Derived>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'a str, usize> {
    let mut by_name: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (position, package) in lockfile.packages().iter().enumerate() {
        by_name.entry((&package.name, &package.version)).or_default().push(position);
    }
    let mut found = BTreeMap::new();
    for component in &document.components {
        let version = component.version.as_deref().unwrap_or_default();
        let candidates = by_name.get(&(component.name.as_str(), version)).map_or(&[][..], Vec::as_slice);
        let fits = |position: &&usize| lockfile.packages().get(**position).is_some_and(|one| is_locked(component, one));
        if let Some(position) = candidates.iter().find(fits) {
            found.insert(component.label(), *position);
        } else if derived.is_none_or(|derived| !derived.holds(component.label())) {
            findings.push(not_locked(component, candidates, lockfile));
        }
    }
    found
}

/// Whether a component is this locked package: its package URL is the one the source gives it, and
/// a registry's package has the locked checksum.
fn is_locked(component: &Component, package: &LockedPackage) -> bool {
    let Some(purl) = component.purl.as_deref().filter(|purl| purl.starts_with("pkg:cargo/")) else { return false };
    let qualifiers = purl.split_once('?').map_or("", |(_, qualifiers)| qualifiers);
    match package.source.as_deref() {
        None => qualifiers.is_empty() || qualifiers == "source=path",
        Some(source) if source.starts_with("git+") => {
            let commit = source.rsplit_once('#').map_or("", |(_, commit)| commit);
            !commit.is_empty() && qualifiers.starts_with("vcs_url=git%2B") && qualifiers.ends_with(commit)
        }
        Some(_) => {
            let plain = qualifiers.is_empty() || qualifiers.starts_with("repository_url=");
            plain && package.checksum.is_some() && component.sha256() == package.checksum
        }
    }
}

fn not_locked(component: &Component, candidates: &[usize], lockfile: &Lockfile) -> Finding {
    let locked = candidates.iter().filter_map(|position| lockfile.packages().get(*position));
    let sums: Vec<String> = locked
        .map(|one| one.checksum.map_or_else(|| "no checksum".to_owned(), |checksum| checksum.to_string()))
        .collect();
    let (code, message) = if sums.is_empty() {
        ("component-not-locked", "component is not locked in this version".to_owned())
    } else {
        let got = component.sha256().map_or_else(|| "no SHA-256".to_owned(), |digest| digest.to_string());
        let expected = sums.join(" or ");
        ("component-differs", format!("component differs from the locked package (got {got}, expected {expected})"))
    };
    Finding::new(code, component.label(), message, NEXT)
}

/// Every dependency between components is a dependency of the lockfile.
fn judge_edges(
    document: &Document,
    lockfile: &Lockfile,
    positions: &BTreeMap<&str, usize>,
    derived: Option<&Derived>,
    findings: &mut Vec<Finding>,
) {
    for list in &document.dependencies {
        let elsewhere: BTreeSet<&str> =
            derived.iter().flat_map(|derived| derived.dependencies(list.reference.as_str())).collect();
        let from = positions.get(list.reference.as_str()).and_then(|position| lockfile.packages().get(*position));
        let Some(from) = from else { continue };
        for to in &list.depends_on {
            let Some(position) = positions.get(to.as_str()) else { continue };
            if from.dependencies.binary_search(position).is_err() && !elsewhere.contains(to.as_str()) {
                let message = format!("lockfile does not let it depend on {:?}", to.as_str());
                findings.push(Finding::new("dependency-not-locked", list.reference.as_str(), message, NEXT));
            }
        }
    }
}

/// Where Cargo builds nothing: every component and dependency has been made again from other files.
#[must_use]
pub fn without_cargo(document: &Document, derived: &Derived) -> Vec<Finding> {
    let mut findings = Vec::new();
    for component in document.components.iter().filter(|one| !derived.holds(one.label())) {
        let message = "component is in none of the kept files";
        findings.push(Finding::new("component-not-locked", component.label(), message, NEXT));
    }
    judge_excluded(document, derived.excluded(), &mut findings);
    findings
}

/// Dependencies of and on derived components that no kept file states.
#[must_use]
pub fn unstated(document: &Document, derived: &Derived) -> Vec<Finding> {
    let mut findings = Vec::new();
    let device = document.metadata.component.bom_ref.as_ref();
    let roots: BTreeSet<&str> = derived.roots().collect();
    for list in &document.dependencies {
        let known: BTreeSet<&str> = derived.dependencies(list.reference.as_str()).collect();
        let known = if Some(&list.reference) == device { &roots } else { &known };
        // Between two packages of Cargo its own lockfile decides.
        let own = derived.holds(list.reference.as_str());
        let is_judged = |to: &str| own || derived.holds(to);
        for to in list.depends_on.iter().filter(|to| is_judged(to.as_str()) && !known.contains(to.as_str())) {
            let message = format!("no kept file lets it depend on {:?}", to.as_str());
            findings.push(Finding::new("dependency-not-locked", list.reference.as_str(), message, NEXT));
        }
    }
    findings
}

/// Locked packages that are no components are counted, with a reason.
fn judge_excluded(document: &Document, excluded: usize, findings: &mut Vec<Finding>) {
    let property = |name: &str| {
        document.metadata.properties.iter().find(|property| property.name == name).map(|one| one.value.as_str())
    };
    let got = property(EXCLUDED_COUNT);
    if got != Some(excluded.to_string().as_str()) {
        let got = got.unwrap_or("nothing");
        let message = format!("SBOM counts {got} locked packages that are not compiled (expected {excluded})");
        findings.push(Finding::new("excluded-count-differs", EXCLUDED_COUNT, message, NEXT));
    }
    if excluded > 0 && property(EXCLUDED_REASON).is_none_or(|reason| reason.trim().is_empty()) {
        let message = "SBOM gives no reason why locked packages are not compiled";
        findings.push(Finding::new("excluded-without-reason", EXCLUDED_REASON, message, NEXT));
    }
}
