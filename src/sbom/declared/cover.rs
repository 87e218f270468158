//! Which committed files each declared component covers.

use std::collections::BTreeMap;

use crate::model::digest::Sha256Digest;
use crate::model::pattern;
use crate::policy::components::{DeclaredComponent, DeclaredComponents};

use super::record::Covered;

/// One file of two components.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} belongs to two components, {first} and {second} (expected one)")]
pub struct Twice {
    path: String,
    first: String,
    second: String,
}

/// Digests of the covered files, by package URL and encoded path; a component without any has an empty list.
///
/// `files` are raw path, encoded path and SHA-256 (of a link: of its target's text).
///
/// # Errors
/// [`Twice`].
pub fn cover<'f>(
    declared: &DeclaredComponents,
    files: impl Iterator<Item = (&'f [u8], String, Sha256Digest)>,
) -> Result<Covered, Twice> {
    let with_files: Vec<&DeclaredComponent> = declared.components.iter().filter(|one| !one.files.is_empty()).collect();
    let mut covered: Covered = with_files.iter().map(|one| (one.purl.clone(), BTreeMap::new())).collect();
    for (raw, path, sha256) in files {
        let mut owner: Option<&DeclaredComponent> = None;
        for one in with_files.iter().filter(|one| covers(one, raw)) {
            if let Some(first) = owner {
                return Err(Twice { path, first: first.purl.clone(), second: one.purl.clone() });
            }
            owner = Some(one);
        }
        if let Some(owner) = owner {
            covered.entry(owner.purl.clone()).or_default().insert(path, sha256);
        }
    }
    Ok(covered)
}

fn covers(one: &DeclaredComponent, path: &[u8]) -> bool {
    let matches = |takes_out| {
        let patterns = one.files.iter().filter(move |pattern| pattern.takes_out == takes_out);
        patterns.into_iter().any(|pattern| pattern::matches_path(&pattern.path, path))
    };
    matches(false) && !matches(true)
}
