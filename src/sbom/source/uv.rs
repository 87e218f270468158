//! `uv.lock`, version 1 (docs.astral.sh/uv, "Locking and syncing"; `uv-resolver/src/lock` of its source).
//!
//! A package is known by name, version and source; an edge writes the last two only where the name alone
//! is ambiguous (forks of the resolution). Markers stay out: every fork is part of what may be installed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::python::{self, Distribution, GroupEntry, MANIFEST, Requirement};
use super::{Files, Package, Project, Resolution, SourceError};

mod manifest;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "uv.lock";

/// `{ registry | git | url | path | directory | editable | virtual = "…" }`.
type Source = BTreeMap<String, String>;

#[derive(Debug, Deserialize)]
struct Lock {
    version: u64,
    #[serde(default)]
    manifest: Workspace,
    #[serde(default, rename = "package")]
    packages: Vec<Locked>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Workspace {
    #[serde(default)]
    members: BTreeSet<String>,
    /// Groups of a workspace root that is no project.
    #[serde(default)]
    dependency_groups: BTreeMap<String, Vec<Asked>>,
    /// What takes the place of every requirement of its name.
    #[serde(default)]
    overrides: Vec<Asked>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Locked {
    name: String,
    /// Absent where the build decides it.
    version: Option<String>,
    source: Source,
    #[serde(default)]
    dependencies: Vec<Edge>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Vec<Edge>>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Vec<Edge>>,
    sdist: Option<File>,
    #[serde(default)]
    wheels: Vec<File>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
struct Edge {
    name: String,
    version: Option<String>,
    source: Option<Source>,
}

#[derive(Debug, Deserialize)]
struct File {
    url: Option<String>,
    path: Option<String>,
    filename: Option<String>,
    hash: Option<String>,
}

/// What the manifest asked for when the lockfile was written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    #[serde(default)]
    requires_dist: Vec<Asked>,
    #[serde(default)]
    requires_dev: BTreeMap<String, Vec<Asked>>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    name: String,
    #[serde(default)]
    extras: BTreeSet<String>,
    /// Only of registry packages; any other source is its own requirement.
    specifier: Option<String>,
    marker: Option<String>,
    git: Option<String>,
    url: Option<String>,
    path: Option<String>,
    directory: Option<String>,
    editable: Option<String>,
    r#virtual: Option<String>,
}

/// Kinds of source that are a folder.
const TREES: [&str; 3] = ["editable", "virtual", "directory"];

type Key<'a> = (&'a str, Option<&'a str>, &'a Source);

/// The locked packages by identity and by name.
struct Index<'a> {
    purls: BTreeMap<Key<'a>, String>,
    names: BTreeMap<&'a str, Vec<Key<'a>>>,
}

impl<'a> Index<'a> {
    fn new(packages: &'a [Locked]) -> Result<Self, SourceError> {
        let mut index = Self { purls: BTreeMap::new(), names: BTreeMap::new() };
        for locked in packages {
            let key = (locked.name.as_str(), locked.version.as_deref(), &locked.source);
            let purl = python::package(LOCKFILE, &locked.name, locked.version.as_deref().unwrap_or_default())?.purl;
            if let Some(purl) = index.purls.insert(key, purl) {
                return Err(SourceError::malformed(LOCKFILE, format!("{purl} is locked twice from one source")));
            }
            index.names.entry(&locked.name).or_default().push(key);
        }
        Ok(index)
    }

    /// What an edge leads to. Version and source may be left out only where one package has the name
    /// (`PackageIdForDependency::unwire`); the version also where a source tree has none.
    fn purl(&self, edge: &Edge) -> Result<String, SourceError> {
        let only = match self.names.get(edge.name.as_str()).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        };
        let source = edge.source.as_ref().or(only.map(|key| key.2));
        let version = edge.version.as_deref().or(only.and_then(|key| key.1));
        let found = source.and_then(|source| self.purls.get(&(edge.name.as_str(), version, source)));
        found.cloned().ok_or_else(|| {
            let version = version.unwrap_or("no version");
            let message = format!("an edge leads to {} ({version}), which is not locked or not unique", edge.name);
            SourceError::malformed(LOCKFILE, message)
        })
    }

    fn purls<'b>(&self, edges: impl IntoIterator<Item = &'b Edge>) -> Result<BTreeSet<String>, SourceError> {
        edges.into_iter().map(|edge| self.purl(edge)).collect()
    }
}

/// Manifests of source trees: `source = { editable = "<folder>" }` and the like, as uv writes the line.
/// [`read`] parses the whole, and refuses a member whose manifest was not read.
pub(super) fn more(files: &Files) -> Vec<String> {
    let text = super::text(files, LOCKFILE).unwrap_or_default();
    let sources = text.lines().filter_map(|line| line.strip_prefix("source = { ")?.strip_suffix("\" }"));
    let trees = sources.filter_map(|source| source.split_once(" = \""));
    trees.filter(|(kind, _)| TREES.contains(kind)).map(|(_, folder)| manifest_path(folder)).collect()
}

/// Reads `uv.lock` with the manifests of its workspace.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lock: Lock = python::toml(files, LOCKFILE)?;
    if lock.version != 1 {
        let got = lock.version.to_string();
        return Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "1" });
    }
    let index = Index::new(&lock.packages)?;
    if let Some(absent) = lock.manifest.members.iter().find(|name| !index.names.contains_key(name.as_str())) {
        return Err(SourceError::malformed(LOCKFILE, format!("member {absent:?} is not locked")));
    }
    let mut resolution = Resolution { projects: Vec::new(), packages: Vec::new(), incomplete: None };
    let mut has_root = false;
    for locked in &lock.packages {
        if is_member(&lock.manifest, locked) {
            let path = folder_of(locked).unwrap_or(".");
            has_root |= path == ".";
            manifest::check(files, &manifest_path(path), locked)?;
            manifest::versions(&index, &lock.manifest, &manifest_path(path), locked)?;
            resolution.projects.push(project(&index, locked)?);
        } else {
            resolution.packages.push(package(&index, locked)?);
        }
    }
    if !has_root {
        manifest::check_root(files, &lock.manifest)?;
        resolution.projects.extend(root(&index, &lock.manifest, folder)?);
    }
    Ok(resolution)
}

/// A workspace of one package writes no list of members: its only source tree at `.` is the project.
fn is_member(workspace: &Workspace, locked: &Locked) -> bool {
    let listed = workspace.members.contains(&locked.name);
    folder_of(locked).is_some_and(|folder| listed || (workspace.members.is_empty() && folder == "."))
}

fn folder_of(locked: &Locked) -> Option<&str> {
    TREES.iter().find_map(|kind| locked.source.get(*kind)).map(String::as_str)
}

fn manifest_path(folder: &str) -> String {
    if folder == "." { MANIFEST.to_owned() } else { format!("{folder}/{MANIFEST}") }
}

/// Extras and dependencies of a project ship, for they are what its users can install; groups never do.
fn project(index: &Index<'_>, locked: &Locked) -> Result<Project, SourceError> {
    let package = package(index, locked)?;
    let mut development = index.purls(locked.dev_dependencies.values().flatten())?;
    development.retain(|purl| *purl != package.purl && !package.depends_on.contains(purl));
    Ok(Project { package, build: BTreeSet::new(), development })
}

/// The extras of a package are locked only where something asks for them, so that all of them are edges
/// (`Lock::from_resolution`). An edge that asks for an extra which is not locked asks for one that holds
/// nothing, or that the package does not have, about which uv only warns.
fn package(index: &Index<'_>, locked: &Locked) -> Result<Package, SourceError> {
    let mut package = python::package(LOCKFILE, &locked.name, locked.version.as_deref().unwrap_or_default())?;
    package.depends_on =
        index.purls(locked.dependencies.iter().chain(locked.optional_dependencies.values().flatten()))?;
    // An extra of a package may hold other extras of the same package: no edge.
    package.depends_on.remove(&package.purl);
    // A package from one address is that file, which then is not named again.
    let own = locked.source.get("url").or(locked.source.get("path")).map(String::as_str);
    let files = locked.sdist.iter().chain(&locked.wheels).filter_map(|file| distribution(file, own));
    python::represent(&mut package, &files.collect::<Vec<_>>());
    let git = locked.source.get("git").and_then(|url| url.split(['?', '#']).next());
    // Credentials in an address must not reach a published document.
    package.source_url = git.filter(|url| url.starts_with("https://") && !url.contains('@')).map(str::to_owned);
    Ok(package)
}

fn distribution<'a>(file: &'a File, own: Option<&'a str>) -> Option<Distribution<'a>> {
    let address = file.filename.as_deref().or(file.path.as_deref()).or(file.url.as_deref()).or(own)?;
    Some((python::file_name(address), file.hash.as_deref()?))
}

/// The root of a workspace that is no package itself but has groups of its own.
fn root(index: &Index<'_>, workspace: &Workspace, folder: &str) -> Result<Option<Project>, SourceError> {
    let mut development = BTreeSet::new();
    for asked in workspace.dependency_groups.values().flatten() {
        let found = index.names.get(asked.name.as_str()).into_iter().flatten();
        let before = development.len();
        development.extend(found.filter_map(|key| index.purls.get(key).cloned()));
        if development.len() == before && !index.names.contains_key(asked.name.as_str()) {
            return Err(SourceError::malformed(LOCKFILE, format!("{} is asked for but not locked", asked.name)));
        }
    }
    if development.is_empty() {
        return Ok(None);
    }
    let package = python::package(LOCKFILE, folder, "")?;
    Ok(Some(Project { package, build: BTreeSet::new(), development }))
}

#[cfg(test)]
mod tests;
