//! `package-lock.json` of version 1: nested `dependencies`, each with `requires`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::sbom::source::SourceError;

use super::{Dependencies, Entry, LOCKFILE, Requirements};

/// Most folders of one lockfile.
const MAX_ENTRIES: usize = 200_000;

/// One installed package with what lies in its own `node_modules`.
#[derive(Debug, Deserialize)]
pub(super) struct Nested {
    version: String,
    resolved: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    requires: Requirements,
    #[serde(default)]
    dependencies: BTreeMap<String, Nested>,
}

/// The folders by path, with the project's own dependencies from its manifest: version 1 does not
/// record what the manifest asked for.
pub(super) fn entries(
    nested: BTreeMap<String, Nested>,
    project: Dependencies,
) -> Result<BTreeMap<String, Entry>, SourceError> {
    let root = Entry { dependencies: project, ..Entry::default() };
    let mut entries = BTreeMap::from([(String::new(), root)]);
    let mut queue: Vec<(String, Nested)> =
        nested.into_iter().map(|(name, nested)| (format!("node_modules/{name}"), nested)).collect();
    while let Some((path, one)) = queue.pop() {
        if entries.len() >= MAX_ENTRIES {
            let message = format!("it lists more than {MAX_ENTRIES} folders");
            return Err(SourceError::malformed(LOCKFILE, message));
        }
        queue.extend(one.dependencies.into_iter().map(|(name, below)| (format!("{path}/node_modules/{name}"), below)));
        entries.insert(path, entry(one.version, one.resolved, one.integrity, one.requires));
    }
    Ok(entries)
}

/// `version` holds the address where the package comes from git, a file or an alias.
fn entry(version: String, resolved: Option<String>, integrity: Option<String>, requires: Requirements) -> Entry {
    let dependencies = Dependencies { dependencies: requires, ..Dependencies::default() };
    let entry = Entry { resolved, integrity, dependencies, ..Entry::default() };
    match version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')) {
        Some((name, version)) => Entry { name: Some(name.to_owned()), version: Some(version.to_owned()), ..entry },
        None if version.contains(':') => Entry { resolved: Some(version), ..entry },
        None => Entry { version: Some(version), ..entry },
    }
}
