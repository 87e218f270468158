//! NuGet: `packages.lock.json`, versions 1 and 2 (NuGet.Client, `PackagesLockFileFormat.cs`).
//!
//! It has a section for each target framework, and for each runtime of one (`net8.0/linux-x64`) what
//! differs there. Names are compared without regard to case. Its own project is not named in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Files, Package, Project, Resolution, SourceError};
use crate::model::{base64, json};
use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::purl;

mod project;
mod range;

use project::References;
use range::Range;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "packages.lock.json";
/// Project files that it may be of.
pub(super) const PROJECTS: [&str; 3] = ["*.csproj", "*.fsproj", "*.vbproj"];
const HASH_OF: &str = "contentHash of packages.lock.json: SHA-512 of the .nupkg file without its signature";
const INDIRECT: &str = "it does not say which of the referenced projects are referenced directly";

#[derive(Deserialize)]
struct Version {
    version: u64,
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    dependencies: BTreeMap<String, BTreeMap<String, Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "type")]
    kind: Kind,
    requested: Option<String>,
    resolved: Option<String>,
    #[serde(rename = "contentHash")]
    content_hash: Option<String>,
    #[serde(default)]
    dependencies: BTreeMap<String, String>,
}

/// `CentralTransitive` is of version 2: transitive, at a version that the solution sets.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Kind {
    Direct,
    Transitive,
    CentralTransitive,
    Project,
}

/// Reads `packages.lock.json`.
///
/// # Errors
/// [`SourceError`] where it is absent, malformed or of another version.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let bytes = super::bytes(files, LOCKFILE)?;
    let version = json::decode::<Version>(bytes).map_err(malformed)?.version;
    if !matches!(version, 1 | 2) {
        return Err(SourceError::Version { file: LOCKFILE.to_owned(), got: version.to_string(), expected: "1 or 2" });
    }
    let lock: Lock = serde_json::from_slice(bytes).map_err(malformed)?;
    let sections = sections(&lock)?;
    in_step(files, &sections)?;
    let mut root = Package::new(folder, "", purl::package("nuget", folder, "")?);
    let (mut packages, mut projects, mut referenced) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    for (target, section) in &sections {
        let base = target.split_once('/').and_then(|(framework, _)| sections.get(framework));
        for found in section.values() {
            let mut package = found.package()?;
            for name in found.entry.dependencies.keys() {
                let key = name.to_lowercase();
                let to = section.get(&key).or_else(|| base?.get(&key)).ok_or_else(|| {
                    malformed(format!("{} needs {name}, which is not locked for {target}", found.name))
                })?;
                let to_project = found.entry.kind == Kind::Project && to.entry.kind == Kind::Project;
                referenced.extend(to_project.then(|| to.purl.clone()));
                package.depends_on.insert(to.purl.clone());
            }
            match found.entry.kind {
                Kind::Project => merge(&mut projects, package),
                Kind::Direct => {
                    root.depends_on.insert(package.purl.clone());
                    packages.push(package);
                }
                Kind::Transitive | Kind::CentralTransitive => packages.push(package),
            }
        }
    }
    // A project that no other one references can only be referenced directly.
    root.depends_on.extend(projects.keys().filter(|purl| !referenced.contains(*purl)).cloned());
    merge(&mut projects, root);
    let incomplete = (!referenced.is_empty()).then(|| INDIRECT.to_owned());
    Ok(Resolution { projects: projects.into_values().map(Project::new).collect(), packages, incomplete })
}

fn malformed(message: impl ToString) -> SourceError {
    SourceError::malformed(LOCKFILE, message)
}

fn merge(projects: &mut BTreeMap<String, Package>, package: Package) {
    if let Some(there) = projects.get_mut(&package.purl) {
        there.depends_on.extend(package.depends_on);
    } else {
        projects.insert(package.purl.clone(), package);
    }
}

/// An entry under the first spelling of its name in the file, so that a package has one identity.
struct Found<'a> {
    name: &'a str,
    purl: String,
    entry: &'a Entry,
}

type Sections<'a> = BTreeMap<&'a str, BTreeMap<String, Found<'a>>>;

fn sections(lock: &Lock) -> Result<Sections<'_>, SourceError> {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    let mut sections = Sections::new();
    for (target, entries) in &lock.dependencies {
        let section = sections.entry(target).or_default();
        for (name, entry) in entries {
            let key = name.to_lowercase();
            let name = *names.entry(key.clone()).or_insert(name);
            let version = match (entry.kind, entry.resolved.as_deref()) {
                (Kind::Project, _) => "",
                (_, Some(version)) if !version.is_empty() => version,
                _ => return Err(malformed(format!("{name} has no resolved version in {target}"))),
            };
            let found = Found { name, purl: purl::package("nuget", name, version)?, entry };
            if section.insert(key, found).is_some() {
                return Err(malformed(format!("{name} is locked twice in {target}")));
            }
        }
    }
    Ok(sections)
}

impl Found<'_> {
    fn package(&self) -> Result<Package, SourceError> {
        let version = self.entry.resolved.as_deref().filter(|_| self.entry.kind != Kind::Project).unwrap_or_default();
        let mut package = Package::new(self.name, version, self.purl.clone());
        if let Some(digest) = &self.entry.content_hash {
            let bytes = base64::decode(digest).ok();
            let hash = bytes.and_then(|bytes| Hash::of_bytes(HashAlgorithm::Sha512, &bytes));
            let message = || malformed(format!("contentHash of {} is no SHA-512 in base64", self.name));
            package.hashes.push(hash.ok_or_else(message)?);
            package.hash_of = Some(HASH_OF.to_owned());
        }
        Ok(package)
    }
}

/// What the project file references, every framework locks as direct, for the same range; and what is locked
/// is in that range. Where several project files share the folder, nobody can tell whose lockfile it is.
fn in_step(files: &Files, sections: &Sections<'_>) -> Result<(), SourceError> {
    let is_project = |path: &&String| PROJECTS.iter().any(|pattern| path.ends_with(pattern.trim_start_matches('*')));
    let projects: Vec<&String> = files.keys().filter(is_project).collect();
    let (path, references) = match projects.as_slice() {
        [path] => (path.as_str(), project::read(path, super::text(files, path)?)?),
        _ => ("the project", References::new()),
    };
    let fail = |what: String| Err(SourceError::out_of_step(LOCKFILE, path, what));
    for (target, section) in sections.iter().filter(|(target, _)| !target.contains('/')) {
        for (key, version) in &references {
            let direct = section.get(key).filter(|found| found.entry.kind == Kind::Direct);
            let Some(found) = direct else {
                return fail(format!("{key} is referenced, but not locked as direct for {target}"));
            };
            let (Some(asked), Some(locked)) = (version, found.entry.requested.as_deref()) else { continue };
            if let (Some(expected), Some(got)) = (Range::parse(asked), Range::parse(locked))
                && expected != got
            {
                return fail(format!("{} is locked for {locked} (expected {asked}) for {target}", found.name));
            }
        }
        for found in section.values().filter(|found| found.entry.kind == Kind::Direct) {
            let (Some(asked), Some(version)) = (found.entry.requested.as_deref(), &found.entry.resolved) else {
                continue;
            };
            if Range::parse(asked).and_then(|range| range.allows(version)) == Some(false) {
                return fail(format!("{} is locked at {version} (expected {asked}) for {target}", found.name));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
