//! Whether what is installed is what was asked for: names and addresses of all folders, versions of what
//! the projects themselves ask for (`validateLockfile` and `depValid` of npm's source).
//!
//! Versions of what packages ask for are not compared: npm lets the project override them, and bundles
//! hold what they hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::install::{Install, is_installed};
use super::{Entry, FILE, LOCKFILE, SourceError, package_json};
use crate::sbom::source::{npm_address, npm_range};

/// Names that `overrides` of the project give another version or another package, at any depth.
pub(super) fn overridden(overrides: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut queue = vec![overrides];
    while let Some(Value::Object(map)) = queue.pop() {
        for (key, value) in map {
            let name = package_json::split_descriptor(key).map_or(key.as_str(), |(name, _)| name);
            names.insert(name.to_owned());
            if value.is_object() {
                queue.push(value);
            }
        }
    }
    names
}

impl Install {
    /// Every folder holds the package that its name, its address and those who need it mean.
    pub(super) fn check(&self, overridden: &BTreeSet<String>) -> Result<(), SourceError> {
        for (path, entry) in self.entries.iter().filter(|(_, entry)| !entry.link) {
            if is_installed(path) {
                self.check_address(path, entry)?;
            }
            let all = &entry.dependencies;
            for (name, range) in all.dependencies.iter().chain(&all.dev_dependencies).chain(&all.optional_dependencies)
            {
                if !overridden.contains(name) {
                    self.check_edge(path, name, range)?;
                }
            }
        }
        Ok(())
    }

    fn check_address(&self, path: &str, entry: &Entry) -> Result<(), SourceError> {
        let (name, version) = self.identity(path, entry);
        let address = entry.resolved.as_deref().filter(|_| !version.is_empty());
        match address.and_then(|address| npm_address::poisoned(address, &name, &version)) {
            None => Ok(()),
            Some(what) => Err(SourceError::malformed(LOCKFILE, format!("{path}: {what}"))),
        }
    }

    fn check_edge(&self, path: &str, name: &str, range: &str) -> Result<(), SourceError> {
        let Some((place, found)) = self.place(path, name).and_then(|place| self.entries.get_key_value(&place)) else {
            return Ok(());
        };
        let alias = npm_range::alias(range);
        let is_judged = is_installed(place) && npm_address::is_of_registry(range);
        if !is_judged || (alias.is_none() && range.starts_with("npm:")) {
            return Ok(());
        }
        let (wanted, range) = alias.unwrap_or((name, range));
        let (got, version) = self.identity(place, found);
        if got != wanted {
            let message = format!("{place} holds {got} {version} (expected {wanted} {range})");
            return Err(SourceError::malformed(LOCKFILE, message));
        }
        if !is_installed(path) && npm_range::allows(range, &version) == Some(false) {
            let manifest = if path.is_empty() { FILE.to_owned() } else { package_json::path_of(path) };
            let what = format!("{name} is locked at {version} (expected {range})");
            return Err(SourceError::out_of_step(LOCKFILE, &manifest, what));
        }
        Ok(())
    }
}
