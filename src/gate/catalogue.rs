//! The catalogue: all 45 checks by requirement, and the clauses they speak to, by true title.
//!
//! A check names its clauses; the catalogue turns that round, so that both ways always agree. For
//! checks that this version does not judge, `catalogue.toml` itself says which clauses are planned.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::model::outcome::CheckId;

use super::registry;

/// Everything that `catalogue.toml` holds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The 45 checks, in id order.
    #[serde(rename = "check")]
    pub checks: Vec<CatalogueCheck>,
    /// The clauses, by standard.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
}

/// A check as published, judged or not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogueCheck {
    /// `RG-NN`.
    pub id: CheckId,
    /// The requirement, in words.
    pub requirement: String,
}

/// A clause of a regulation, standard or guidance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Id of the catalogue, such as `iso13485.8.2.6`.
    pub id: String,
    /// The document with its edition.
    pub standard: String,
    /// Number within the document; empty where the whole document is meant.
    pub number: String,
    /// True title.
    pub title: String,
    /// What it asks, in our words.
    pub summary: String,
    planned: Vec<CheckId>,
}

impl Clause {
    /// Standard and number, such as `ISO 13485:2016 8.2.6`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} {}", self.standard, self.number).trim_end().to_owned()
    }

    /// Checks that speak to this clause, in id order; [`registry::find`] says which are judged.
    #[must_use]
    pub fn checks(&self) -> Vec<CheckId> {
        let named = registry::CHECKS.iter().map(|check| check.meta());
        let judged = named.filter(|meta| meta.clauses.contains(&self.id.as_str())).map(|meta| meta.id);
        // The registry has the last word on checks that are judged.
        let planned = self.planned.iter().copied().filter(|id| registry::find(*id).is_none());
        let mut ids: Vec<CheckId> = judged.chain(planned).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The catalogue, parsed once.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| {
        toml::from_str(include_str!("catalogue.toml"))
            .unwrap_or_else(|error| unreachable!("the catalogue is part of the program and tested: {error}"))
    })
}

/// The clause of this id.
#[must_use]
pub fn clause(id: &str) -> Option<&'static Clause> {
    catalogue().clauses.iter().find(|clause| clause.id == id)
}

/// The published check of this id, judged or not.
#[must_use]
pub fn published(id: CheckId) -> Option<&'static CatalogueCheck> {
    catalogue().checks.iter().find(|check| check.id == id)
}

/// Clauses of a check: those that it names, or those planned for it.
#[must_use]
pub fn clauses_of(id: CheckId) -> Vec<&'static Clause> {
    catalogue().clauses.iter().filter(|clause| clause.checks().contains(&id)).collect()
}

/// Clauses that people may mean by `text`: an id or a number, written with or without parentheses.
#[must_use]
pub fn clauses_meant(text: &str) -> Vec<&'static Clause> {
    let wanted = plain(text);
    let meant = |clause: &&Clause| {
        !wanted.is_empty() && [&clause.id, &clause.number, &clause.place()].iter().any(|name| plain(name) == wanted)
    };
    catalogue().clauses.iter().filter(meant).collect()
}

/// Lowercase without blanks, parentheses and section signs.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !"()§".contains(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{catalogue, clauses_meant};
    use crate::gate::registry::CATALOGUE_SIZE;
    use crate::model::outcome::CheckId;

    #[test]
    fn holds_every_check_once_and_clauses_with_unique_ids() {
        let ids: Vec<CheckId> = catalogue().checks.iter().map(|check| check.id).collect();
        assert_eq!(ids, (1..=CATALOGUE_SIZE).map(CheckId::new).collect::<Vec<_>>());
        let mut names: Vec<&str> = catalogue().clauses.iter().map(|clause| clause.id.as_str()).collect();
        assert_eq!(names.len(), 119);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 119);
    }

    #[test]
    fn finds_clauses_by_id_number_and_place() {
        let ids = |text: &str| clauses_meant(text).iter().map(|clause| clause.id.as_str()).collect::<Vec<_>>();
        assert_eq!(ids("8.2.6"), ["iso13485.8.2.6"]);
        assert_eq!(ids("ISO 13485:2016 8.2.6"), ["iso13485.8.2.6"]);
        assert_eq!(ids("11.100(A)"), ["cfr11.100a"]);
        assert_eq!(ids("5.8.1"), ["iec62304.5.8.1", "iec81001-5-1.5.8.1"]);
        assert!(ids("").is_empty());
        assert!(ids("99.9").is_empty());
    }
}
