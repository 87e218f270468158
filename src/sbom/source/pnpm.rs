//! pnpm: `pnpm-lock.yaml` of lockfile versions 5, 6 and 9 with `package.json` and
//! `pnpm-workspace.yaml` (pnpm.io; `pnpm/spec` `lockfile/`; `lockfile.types` of its source).
//!
//! A key names a package with the peers that it was resolved for; packages of one name and version are
//! one component here. Peers that were found stand among the dependencies.

mod key;
mod step;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::sbom::licence::Licence;
use crate::sbom::purl;

use super::package_json::{self, FILE, Manifest, Requirements};
use super::workspace::Members;
use super::{Files, Package, Project, Resolution, SourceError, integrity, npm_address, npm_range, yaml};
use key::Format;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "pnpm-lock.yaml";
/// Name of the file that makes a folder a workspace.
pub(super) const WORKSPACE: &str = "pnpm-workspace.yaml";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lockfile {
    lockfile_version: String,
    importers: Option<BTreeMap<String, Importer>>,
    #[serde(flatten)]
    settings: Recorded,
    /// By key; of version 9 without peers.
    #[serde(default)]
    packages: BTreeMap<String, Locked>,
    /// Version 9: edges by key with peers.
    #[serde(default)]
    snapshots: BTreeMap<String, Edges>,
    #[serde(default)]
    specifiers: Requirements,
    #[serde(default)]
    dependencies: BTreeMap<String, Direct>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Direct>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Direct>,
}

/// What changed the resolution when the lockfile was written.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Recorded {
    settings: BTreeMap<String, serde_json::Value>,
    catalogs: BTreeMap<String, BTreeMap<String, Direct>>,
    overrides: Requirements,
    patched_dependencies: BTreeMap<String, serde_json::Value>,
    ignored_optional_dependencies: Vec<String>,
}

impl Lockfile {
    /// A lockfile without importers is that of one project (versions 5 and 6).
    fn take_importers(&mut self) -> BTreeMap<String, Importer> {
        let root = Importer {
            specifiers: std::mem::take(&mut self.specifiers),
            dependencies: std::mem::take(&mut self.dependencies),
            dev_dependencies: std::mem::take(&mut self.dev_dependencies),
            optional_dependencies: std::mem::take(&mut self.optional_dependencies),
        };
        self.importers.take().unwrap_or_else(|| BTreeMap::from([(".".to_owned(), root)]))
    }
}

impl Recorded {
    fn is_on(&self, setting: &str) -> bool {
        self.settings.get(setting).and_then(serde_json::Value::as_str) == Some("true")
    }
}

/// One project of the workspace.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Importer {
    /// What the manifest asked for, where it does not stand beside the version.
    specifiers: Requirements,
    dependencies: BTreeMap<String, Direct>,
    dev_dependencies: BTreeMap<String, Direct>,
    optional_dependencies: BTreeMap<String, Direct>,
}

/// What a direct dependency was resolved to.
#[derive(Deserialize)]
#[serde(untagged)]
enum Direct {
    Version(String),
    Asked { specifier: String, version: String },
}

impl Importer {
    /// What the manifest asked for.
    fn specifier<'a>(&'a self, name: &str, direct: &'a Direct) -> &'a str {
        match direct {
            Direct::Asked { specifier, .. } => specifier,
            Direct::Version(_) => self.specifiers.get(name).map_or("", String::as_str),
        }
    }
}

impl Direct {
    fn version(&self) -> &str {
        match self {
            Self::Version(version) | Self::Asked { version, .. } => version,
        }
    }
}

#[derive(Deserialize)]
struct Locked {
    resolution: Source,
    name: Option<String>,
    version: Option<String>,
    #[serde(flatten)]
    edges: Edges,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    integrity: Option<String>,
    tarball: Option<String>,
    repo: Option<String>,
    commit: Option<String>,
    directory: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Edges {
    dependencies: Requirements,
    optional_dependencies: Requirements,
}

/// Manifests of the workspace.
pub(super) fn more(files: &Files) -> Vec<String> {
    let members = step::Workspace::read(files).and_then(|workspace| workspace.members());
    members.map(Members::wanted).unwrap_or_default()
}

/// Reads the lockfile and the manifests.
///
/// # Errors
/// [`SourceError`].
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let mut lockfile: Lockfile = yaml::read(LOCKFILE, super::text(files, LOCKFILE)?)?;
    let format = Format::of(&lockfile.lockfile_version)?;
    let importers = lockfile.take_importers();
    let manifests = step::check(files, &lockfile.settings, &importers)?;
    let mut reading = Reading { format, purls: BTreeMap::new(), projects: BTreeMap::new(), linked: BTreeMap::new() };
    let mut projects = Vec::with_capacity(importers.len());
    for (at, manifest) in &manifests {
        let project = manifest.project(at.rsplit('/').next().filter(|at| *at != ".").unwrap_or(folder))?;
        reading.projects.insert(at, project.package.purl.clone());
        projects.push(project);
    }
    let mut packages = reading.packages(&lockfile)?;
    for (project, (at, importer)) in projects.iter_mut().zip(&importers) {
        reading.importer(project, at, importer)?;
    }
    let incomplete = reading.incomplete();
    packages.extend(reading.linked.into_values());
    Ok(Resolution { projects, packages, incomplete })
}

struct Reading<'a> {
    format: Format,
    /// Package URL by key of the packages.
    purls: BTreeMap<&'a str, String>,
    /// Package URL of each project by folder.
    projects: BTreeMap<&'a str, String>,
    /// Folders outside the workspace that something links to.
    linked: BTreeMap<String, Package>,
}

impl<'a> Reading<'a> {
    /// Every package with its edges; those of version 9 stand among the snapshots.
    fn packages(&mut self, lockfile: &'a Lockfile) -> Result<Vec<Package>, SourceError> {
        let mut packages = BTreeMap::new();
        for (key, locked) in &lockfile.packages {
            let package = self.package(key, locked)?;
            self.purls.insert(key, package.purl.clone());
            packages.insert(key.as_str(), package);
        }
        let own = lockfile.packages.iter().map(|(key, locked)| (key, &locked.edges));
        for (key, edges) in own.chain(&lockfile.snapshots) {
            let found = self.edges(key, edges)?;
            let of = packages.get_mut(self.format.of_package(key));
            let of = of.ok_or_else(|| SourceError::malformed(LOCKFILE, format!("snapshot {key} is of no package")))?;
            of.depends_on.extend(found);
        }
        Ok(packages.into_values().collect())
    }

    fn package(&self, key: &str, locked: &Locked) -> Result<Package, SourceError> {
        let (name, version) = self.format.identity(key, locked.name.as_deref(), locked.version.as_deref())?;
        let source = &locked.resolution;
        // A package of the registry has a version in its key; others have the address itself.
        let address = source.tarball.as_deref().filter(|_| !version.is_empty() && !key.contains(':'));
        if let Some(what) = address.and_then(|address| npm_address::poisoned(address, name, version)) {
            return Err(SourceError::malformed(LOCKFILE, format!("{key}: {what}")));
        }
        if let Some(purl) = source.directory.as_deref().and_then(|folder| self.projects.get(folder)) {
            return Ok(Package::new(name, version, purl.clone()));
        }
        let git = source.git();
        let purl = match &git {
            Some((url, commit)) => purl::package_in_git("npm", name, version, url, commit)?,
            None => purl::package("npm", name, version)?,
        };
        let hashes = source.integrity.as_deref().map(integrity::digests).transpose();
        Ok(Package {
            hashes: hashes
                .map_err(|what| SourceError::malformed(LOCKFILE, format!("{key}: {what}")))?
                .unwrap_or_default(),
            hash_of: Some(format!("the package archive, as locked in {LOCKFILE}")),
            licence: Licence::Undeclared,
            source_url: git.map(|(url, _)| url).filter(|url| url.starts_with("https://")),
            ..Package::new(name, version, purl)
        })
    }

    fn edges(&mut self, key: &str, edges: &Edges) -> Result<BTreeSet<String>, SourceError> {
        let mut found = BTreeSet::new();
        let optional = &edges.optional_dependencies;
        for (name, reference) in edges.dependencies.iter().chain(optional) {
            match self.find(name, reference, ".")? {
                Some(purl) => drop(found.insert(purl)),
                // pnpm leaves out an optional dependency that could not be resolved.
                None if optional.contains_key(name) => {}
                None => {
                    let message = format!("{key} needs {name} {reference}, which is not locked");
                    return Err(SourceError::malformed(LOCKFILE, message));
                }
            }
        }
        Ok(found)
    }

    fn importer(&mut self, project: &mut Project, at: &str, importer: &Importer) -> Result<(), SourceError> {
        let lists = [&importer.dependencies, &importer.optional_dependencies, &importer.dev_dependencies];
        for (list, wanted) in lists.into_iter().enumerate() {
            for (name, direct) in wanted {
                step::resolved(self.format, at, name, importer, direct)?;
                let Some(purl) = self.find(name, direct.version(), at)? else {
                    let message = format!("{at} needs {name} {}, which is not locked", direct.version());
                    return Err(SourceError::malformed(LOCKFILE, message));
                };
                let to = if list == 2 { &mut project.development } else { &mut project.package.depends_on };
                to.insert(purl);
            }
        }
        Ok(())
    }

    /// What a reference leads to; that of a link is relative to the folder `at`.
    fn find(&mut self, name: &str, reference: &str, at: &str) -> Result<Option<String>, SourceError> {
        let Some(target) = reference.strip_prefix("link:") else {
            let key = self.format.key(name, reference);
            return Ok(self.purls.get(self.format.of_package(&key)).cloned());
        };
        let folder = key::join(at, target);
        if let Some(purl) = self.projects.get(folder.as_str()) {
            return Ok(Some(purl.clone()));
        }
        let package = Package::new(name, "", purl::package("npm", name, "")?);
        Ok(Some(self.linked.entry(folder).or_insert(package).purl.clone()))
    }

    fn incomplete(&self) -> Option<String> {
        let folders: Vec<&str> = self.linked.keys().map(String::as_str).take(3).collect();
        let more = if self.linked.len() > folders.len() { " and others" } else { "" };
        let reason = format!("it does not say what the linked folders {}{more} hold and need", folders.join(", "));
        (!folders.is_empty()).then_some(reason)
    }
}

impl Source {
    /// Address and commit, where the package comes from a repository: named as such, or as the archive
    /// that GitHub serves of a commit.
    fn git(&self) -> Option<(String, String)> {
        if let (Some(repo), Some(commit)) = (&self.repo, &self.commit) {
            // `user@host:path` is what ssh takes for `ssh://user@host/path`.
            let ssh = (!repo.contains("://")).then(|| repo.split_once(':')).flatten();
            let url = ssh.map_or_else(|| repo.clone(), |(host, path)| format!("ssh://{host}/{path}"));
            return Some((purl::without_credentials(&url), commit.clone()));
        }
        let path = self.tarball.as_deref()?.strip_prefix("https://codeload.github.com/")?;
        let (repository, commit) = path.split_once("/tar.gz/")?;
        let is_commit = commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_commit.then(|| (format!("https://github.com/{repository}.git"), commit.to_owned()))
    }
}

#[cfg(test)]
mod tests;
