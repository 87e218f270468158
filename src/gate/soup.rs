//! The third-party components that ship, and which row of a table of people speaks of each.

use std::collections::HashMap;

use crate::intake::soup::Which;
use crate::model::pattern;
use crate::sbom::document::{Component, ComponentScope, Document};
use crate::sbom::purl;

use super::evidence::Evidence;

/// Why there is nothing to ask about SOUP.
pub const NOTHING_OF_OTHERS: &str = "the SBOM lists no third-party component that ships";

/// Components of others that ship, in document order, and how many that ship are the manufacturer's own: those whose
/// supplier is the manufacturer that the policy names. The device and its files are neither.
#[must_use]
pub fn shipped<'s>(evidence: &Evidence<'_>, document: &'s Document) -> (Vec<&'s Component>, usize) {
    let manufacturer = evidence.policy.device.manufacturer.as_str();
    let own = |component: &&Component| component.supplier.as_ref().is_some_and(|one| one.name == manufacturer);
    let ships = |component: &&Component| component.scope != Some(ComponentScope::Excluded);
    let (own, others): (Vec<_>, Vec<_>) = document.components.iter().filter(ships).partition(own);
    (others, own.len())
}

/// Package URL or name, with the version where that does not hold it.
#[must_use]
pub fn shown(component: &Component) -> String {
    match (&component.purl, &component.version) {
        (Some(purl), _) => purl.clone(),
        (None, Some(version)) => format!("{} {version}", component.name),
        (None, None) => component.name.clone(),
    }
}

/// Rows by what they name.
#[derive(Debug)]
pub struct Rows<'r> {
    rows: Vec<&'r Which>,
    exact: HashMap<&'r str, Vec<usize>>,
    titles: HashMap<&'r str, Vec<usize>>,
    patterns: Vec<usize>,
}

impl<'r> Rows<'r> {
    /// Sorts rows, at most [`crate::intake::soup::MAX_PATTERNS`] of which hold a `*`.
    pub fn of(rows: impl IntoIterator<Item = &'r Which>) -> Self {
        let rows: Vec<&'r Which> = rows.into_iter().collect();
        let mut sorted = Self { exact: HashMap::new(), titles: HashMap::new(), patterns: Vec::new(), rows };
        for (at, row) in sorted.rows.iter().enumerate() {
            match (row.purl.as_deref(), row.title.as_deref()) {
                (Some(purl), _) if purl.contains('*') => sorted.patterns.push(at),
                (Some(purl), _) => sorted.exact.entry(purl).or_default().push(at),
                (None, Some(title)) => sorted.titles.entry(title).or_default().push(at),
                (None, None) => {}
            }
        }
        sorted
    }

    /// Positions of the rows that name this component, whatever their version: by package URL, or by title where the
    /// component has none.
    #[must_use]
    pub fn naming(&self, component: &Component) -> Vec<usize> {
        let Some(purl) = component.purl.as_deref() else {
            return self.titles.get(component.name.as_str()).cloned().unwrap_or_default();
        };
        let spelled = purl::spellings(purl);
        let mut found: Vec<usize> = spelled.iter().filter_map(|name| self.exact.get(name)).flatten().copied().collect();
        let fits = |at: &&usize| {
            let wanted = self.rows.get(**at).and_then(|row| row.purl.as_deref());
            wanted.is_some_and(|wanted| spelled.iter().any(|text| pattern::matches(wanted, text)))
        };
        found.extend(self.patterns.iter().filter(fits));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether the version of a row is that of the component.
    #[must_use]
    pub fn has_version(&self, at: usize, component: &Component) -> bool {
        let (row, version) = (self.rows.get(at), component.version.as_deref());
        row.zip(version).is_some_and(|(row, version)| pattern::matches(&row.version, version))
    }

    /// Versions of these rows, for a message.
    #[must_use]
    pub fn versions(&self, positions: &[usize]) -> String {
        const SHOWN: usize = 5;
        let versions = positions.iter().filter_map(|at| self.rows.get(*at)).map(|row| row.version.as_str());
        let shown: Vec<&str> = versions.take(SHOWN).collect();
        let more = if positions.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    }
}
