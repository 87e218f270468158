//! Whether the files of declared components are those that were recorded.

use std::fmt;

use crate::policy::components::{DeclaredComponent, DeclaredComponents};

use super::record::{Covered, Digests, RECORD_NAME, digest_of};

/// Differences shown one by one.
const SHOWN: usize = 20;

/// What is different with one component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A file has other bytes than recorded.
    Changed(String),
    /// A recorded file is gone, or no pattern matches it any more.
    Gone(String),
    /// A file that is not recorded matches.
    New(String),
    /// No file matches.
    Empty,
    /// Nothing is recorded.
    NotRecorded,
    /// The digest over all files is not the one in `components.toml`.
    Digest {
        /// In `components.toml`.
        declared: String,
        /// Of the files.
        found: String,
    },
    /// Recorded, and no component of this identity is declared with files.
    NotDeclared,
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(path) => write!(out, "{path} changed"),
            Self::Gone(path) => write!(out, "{path} is recorded and gone"),
            Self::New(path) => write!(out, "{path} is not recorded"),
            Self::Empty => write!(out, "its files match nothing"),
            Self::NotRecorded => write!(out, "no digest is recorded (neither sha256 nor in {RECORD_NAME})"),
            Self::Digest { declared, found } => write!(out, "files have the digest {found} (sha256 says {declared})"),
            Self::NotDeclared => write!(out, "recorded in {RECORD_NAME} and not declared"),
        }
    }
}

/// Every difference, with the package URL of its component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differences(pub Vec<(String, Difference)>);

impl fmt::Display for Differences {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "files of declared components are not those that were recorded:")?;
        for (purl, difference) in self.0.iter().take(SHOWN) {
            write!(out, "\n  {purl}: {difference}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(out, "\n  and {more} more"),
        }
    }
}

impl std::error::Error for Differences {}

/// Holds the files found against what `components.toml` and its record say.
///
/// # Errors
/// [`Differences`], all of them.
pub fn compare(declared: &DeclaredComponents, found: &Covered, recorded: Option<&Covered>) -> Result<(), Differences> {
    let mut all = Vec::new();
    let nothing = Digests::new();
    for component in declared.components.iter().filter(|component| !component.files.is_empty()) {
        let found = found.get(&component.purl).unwrap_or(&nothing);
        let before = recorded.and_then(|recorded| recorded.get(&component.purl));
        all.extend(of_component(component, found, before).map(|difference| (component.purl.clone(), difference)));
    }
    let with_files: std::collections::BTreeSet<&str> =
        declared.components.iter().filter(|one| !one.files.is_empty()).map(|one| one.purl.as_str()).collect();
    let stale = recorded.into_iter().flat_map(|recorded| recorded.keys());
    let stale = stale.filter(|purl| !with_files.contains(purl.as_str()));
    all.extend(stale.map(|purl| (purl.clone(), Difference::NotDeclared)));
    if all.is_empty() { Ok(()) } else { Err(Differences(all)) }
}

fn of_component(
    component: &DeclaredComponent,
    found: &Digests,
    recorded: Option<&Digests>,
) -> impl Iterator<Item = Difference> + use<> {
    let mut all = Vec::new();
    if found.is_empty() {
        all.push(Difference::Empty);
    }
    if let Some(recorded) = recorded {
        for (path, digest) in found {
            match recorded.get(path) {
                Some(before) if before == digest => {}
                Some(_) => all.push(Difference::Changed(path.clone())),
                None => all.push(Difference::New(path.clone())),
            }
        }
        all.extend(recorded.keys().filter(|path| !found.contains_key(*path)).cloned().map(Difference::Gone));
    }
    let digest = digest_of(found, component.is_single_file());
    match component.sha256 {
        Some(declared) if declared != digest && !found.is_empty() => {
            all.push(Difference::Digest { declared: declared.to_hex(), found: digest.to_hex() });
        }
        None if recorded.is_none() => all.push(Difference::NotRecorded),
        _ => {}
    }
    all.into_iter()
}
