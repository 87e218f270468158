//! Installed folders by path, and which of them Node.js finds for each dependency.

use std::collections::{BTreeMap, BTreeSet};

use crate::sbom::licence::Licence;
use crate::sbom::purl;
use crate::sbom::source::{Package, Project, Resolution, SourceError};

use super::{Entry, LOCKFILE, Requirements, integrity};

/// Name of the folders that Node.js looks in.
const MODULES: &str = "node_modules";

/// Whether a path lies in a folder of installed packages.
pub(super) fn is_installed(path: &str) -> bool {
    path.split('/').any(|part| part == MODULES)
}

/// Every installed folder with its package URL.
pub(super) struct Install {
    pub(super) entries: BTreeMap<String, Entry>,
    purls: BTreeMap<String, String>,
    root: (String, String),
}

impl Install {
    /// Names every folder; `root` is name and version of the project.
    pub(super) fn new(entries: BTreeMap<String, Entry>, root: (String, String)) -> Result<Self, SourceError> {
        let mut install = Self { entries, purls: BTreeMap::new(), root };
        for (path, entry) in install.entries.iter().filter(|(_, entry)| !entry.link) {
            let (name, version) = install.identity(path, entry);
            let purl = match entry.resolved.as_deref().and_then(git_source) {
                Some((url, commit)) => purl::package_in_git("npm", &name, &version, &url, &commit)?,
                None => purl::package("npm", &name, &version)?,
            };
            install.purls.insert(path.clone(), purl);
        }
        Ok(install)
    }

    pub(super) fn identity(&self, path: &str, entry: &Entry) -> (String, String) {
        if path.is_empty() {
            return self.root.clone();
        }
        let place = format!("/{path}");
        let folder = match place.rsplit_once("/node_modules/") {
            Some((_, name)) => name,
            None => path.rsplit('/').next().unwrap_or(path),
        };
        let name = entry.name.clone().unwrap_or_else(|| folder.to_owned());
        (name, entry.version.clone().unwrap_or_default())
    }

    /// What the folders say.
    pub(super) fn resolution(&self) -> Result<Resolution, SourceError> {
        let workspaces = self.entries.get("").is_some_and(|root| root.workspaces.is_some());
        let (mut projects, mut packages) = (Vec::new(), Vec::new());
        for (path, entry) in self.entries.iter().filter(|(_, entry)| !entry.link) {
            let mut package = self.package(path, entry)?;
            if !path.is_empty() && (is_installed(path) || !workspaces) {
                packages.push(package);
                continue;
            }
            if path.is_empty() && workspaces {
                package.depends_on.extend(self.members());
            }
            let development = self.edges(path, &entry.dependencies.dev_dependencies, true)?;
            projects.push(Project { development, ..Project::new(package) });
        }
        Ok(Resolution { projects, packages, incomplete: None })
    }

    /// Workspace members: linked into the project's own folder of packages.
    fn members(&self) -> impl Iterator<Item = String> {
        let links = self.entries.values().filter(|entry| entry.link);
        links.filter_map(|entry| self.purls.get(entry.resolved.as_deref()?).cloned())
    }

    fn package(&self, path: &str, entry: &Entry) -> Result<Package, SourceError> {
        let (name, version) = self.identity(path, entry);
        let purl = self.purls.get(path).cloned().unwrap_or_default();
        let dependencies = &entry.dependencies;
        let mut depends_on = self.edges(path, &dependencies.dependencies, true)?;
        // Not installed where the platform does not fit, and (peers) where npm was told not to.
        depends_on.extend(self.edges(path, &dependencies.optional_dependencies, false)?);
        depends_on.extend(self.edges(path, &dependencies.peer_dependencies, false)?);
        let git = entry.resolved.as_deref().and_then(git_source);
        let hashes = entry.integrity.as_deref().map(integrity::digests).transpose();
        let hashes = hashes.map_err(|what| SourceError::malformed(LOCKFILE, format!("{path}: {what}")))?;
        let licence = entry.license.as_ref().and_then(serde_json::Value::as_str);
        Ok(Package {
            hashes: hashes.unwrap_or_default(),
            hash_of: Some(format!("the registry's package archive, as locked in {LOCKFILE}")),
            licence: Licence::declared(licence, None),
            source_url: git.map(|(url, _)| url),
            depends_on,
            ..Package::new(&name, &version, purl)
        })
    }

    fn edges(&self, path: &str, wanted: &Requirements, required: bool) -> Result<BTreeSet<String>, SourceError> {
        let mut edges = BTreeSet::new();
        for name in wanted.keys() {
            match self.find(path, name) {
                Some(purl) => {
                    edges.insert(purl.clone());
                }
                None if !required || self.is_optional(path, name) => {}
                None => {
                    let from = if path.is_empty() { "the project" } else { path };
                    return Err(SourceError::malformed(LOCKFILE, format!("{from} needs {name}, which is not locked")));
                }
            }
        }
        Ok(edges)
    }

    /// A name that stands under both headings is optional (docs.npmjs.com, `optionalDependencies`).
    fn is_optional(&self, path: &str, name: &str) -> bool {
        self.entries.get(path).is_some_and(|entry| entry.dependencies.optional_dependencies.contains_key(name))
    }

    fn find(&self, path: &str, name: &str) -> Option<&String> {
        self.purls.get(&self.place(path, name)?)
    }

    /// The nearest `node_modules/<name>` in the folder or above it, or the folder that it links to.
    pub(super) fn place(&self, path: &str, name: &str) -> Option<String> {
        let mut folder = path;
        loop {
            let inside = folder == MODULES || folder.ends_with("/node_modules");
            if !inside {
                let separator = if folder.is_empty() { "" } else { "/" };
                let place = format!("{folder}{separator}{MODULES}/{name}");
                if let Some(entry) = self.entries.get(&place) {
                    return Some(if entry.link { entry.resolved.clone().unwrap_or_default() } else { place });
                }
            }
            if folder.is_empty() {
                return None;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
}

/// Address without credentials and commit of `git+ssh://…#<commit>`, `git://…#<commit>` and the like.
fn git_source(resolved: &str) -> Option<(String, String)> {
    let (address, commit) = resolved.rsplit_once('#')?;
    let (scheme, rest) = address.split_once("://")?;
    let scheme = scheme.strip_prefix("git+").or_else(|| (scheme == "git").then_some("git"))?;
    Some((purl::without_credentials(&format!("{scheme}://{rest}")), commit.to_owned()))
}
