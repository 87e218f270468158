//! `poetry.lock`, lock-version 1 and 2 (`poetry/packages/locker.py` of its source).
//!
//! A package has an edge to each locked version of a name that its requirement allows. Markers stay out:
//! every platform is part of what may be installed. Extras of a package are locked only where something
//! asks for them (`Provider.complete_package`), so that all of them are edges.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::sbom::purl;

use super::python::{self, Constraint, Constraints, Distribution, MANIFEST};
use super::{Files, Package, Project, Resolution, SourceError};

mod manifest;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "poetry.lock";

/// Most entries of one name: each edge to it may be one edge to each of them.
const MAX_ENTRIES: usize = 64;

#[derive(Debug, Deserialize)]
struct Lock {
    #[serde(default, rename = "package")]
    packages: Vec<Locked>,
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    lock_version: Option<String>,
    content_hash: Option<String>,
    /// Files by package, before lock-version 2.
    #[serde(default)]
    files: BTreeMap<String, Vec<File>>,
    /// Digests by package, without names of files (Poetry 1.0 could still read it).
    #[serde(default)]
    hashes: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    files: Option<Vec<File>>,
    #[serde(default)]
    dependencies: BTreeMap<String, Constraints>,
    #[serde(default)]
    source: Source,
}

#[derive(Debug, Deserialize)]
struct File {
    file: String,
    hash: String,
}

/// Where a package comes from; PyPI where there is no such table.
#[derive(Debug, Default, Deserialize)]
struct Source {
    /// `git`, `url`, `file`, `directory`, or `legacy` for another index.
    r#type: Option<String>,
    url: Option<String>,
    reference: Option<String>,
    resolved_reference: Option<String>,
}

/// The locked packages by normal name.
struct Index<'a> {
    names: BTreeMap<String, Vec<(&'a Locked, String)>>,
}

impl<'a> Index<'a> {
    fn new(packages: &'a [Locked]) -> Result<Self, SourceError> {
        let mut names: BTreeMap<String, Vec<(&Locked, String)>> = BTreeMap::new();
        for locked in packages {
            let entries = names.entry(python::normal(&locked.name)).or_default();
            if entries.len() == MAX_ENTRIES {
                let message = format!("more than {MAX_ENTRIES} entries of {}", locked.name);
                return Err(SourceError::malformed(LOCKFILE, message));
            }
            entries.push((locked, purl_of(locked)?));
        }
        Ok(Self { names })
    }

    /// What a requirement leads to: the entries that it allows, or all where it tells none of them apart.
    /// Empty where none has the name.
    fn purls(&self, name: &str, constraint: &Constraint) -> Vec<&str> {
        let entries = self.names.get(&python::normal(name)).map(Vec::as_slice).unwrap_or_default();
        let all = || entries.iter().map(|(_, purl)| purl.as_str());
        if entries.len() < 2 {
            return all().collect();
        }
        let fitting: Vec<&str> =
            entries.iter().filter(|(locked, _)| fits(constraint, locked)).map(|(_, purl)| purl.as_str()).collect();
        if fitting.is_empty() { all().collect() } else { fitting }
    }
}

/// Whether a requirement may mean this entry, by version and source.
fn fits(constraint: &Constraint, locked: &Locked) -> bool {
    let kind = locked.source.r#type.as_deref().unwrap_or("legacy");
    match constraint {
        Constraint::Version(version) => python::allows(version, &locked.version) != Some(false),
        Constraint::Table(table) => {
            let url = table.url.as_deref().is_none_or(|url| locked.source.url.as_deref() == Some(url));
            let index = table.source.as_deref().is_none_or(|name| locked.source.reference.as_deref() == Some(name));
            let version =
                table.version.as_deref().is_none_or(|text| python::allows(text, &locked.version) != Some(false));
            let of_kind = match (&table.git, &table.url, &table.path, &table.file) {
                (Some(_), ..) => kind == "git",
                (_, Some(_), ..) => kind == "url",
                (_, _, Some(_), _) | (.., Some(_)) => kind == "file" || kind == "directory",
                _ => true,
            };
            url && index && version && of_kind
        }
    }
}

/// Reads `poetry.lock` with `pyproject.toml`.
///
/// # Errors
/// [`SourceError`] where one is absent or malformed, or the manifest was changed since it was locked.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lock: Lock = python::toml(files, LOCKFILE)?;
    let version = lock.metadata.lock_version.as_deref().unwrap_or("none");
    if !matches!(version.split('.').next(), Some("1" | "2")) {
        let got = version.chars().take(40).collect();
        return Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "1.0 to 2.1" });
    }
    let index = Index::new(&lock.packages)?;
    let generator = super::text(files, LOCKFILE)?.lines().next().unwrap_or_default();
    let project = manifest::project(files, folder, &index, &lock.metadata, generator)?;
    let mut absent = BTreeSet::new();
    let packages = lock.packages.iter().map(|locked| package(&index, &lock.metadata, locked, &mut absent));
    let packages = packages.collect::<Result<Vec<_>, _>>()?;
    // Poetry locks nothing of what its markers allow on none of the platforms and Pythons of the project.
    let incomplete = (!absent.is_empty()).then(|| {
        let some: Vec<_> = absent.iter().take(5).map(String::as_str).collect();
        let count = absent.len();
        format!("{count} names that packages need under some condition are not locked ({})", some.join(", "))
    });
    Ok(Resolution { projects: vec![project], packages, incomplete })
}

fn package(
    index: &Index<'_>,
    metadata: &Metadata,
    locked: &Locked,
    absent: &mut BTreeSet<String>,
) -> Result<Package, SourceError> {
    let mut package = python::package(LOCKFILE, &locked.name, &locked.version)?;
    package.purl = purl_of(locked)?;
    for (name, constraints) in &locked.dependencies {
        for constraint in constraints.all() {
            let found = index.purls(name, constraint);
            if found.is_empty() {
                if !constraint.is_conditional() {
                    let message = format!("{} needs {name}, which is not locked", locked.name);
                    return Err(SourceError::malformed(LOCKFILE, message));
                }
                absent.insert(python::normal(name));
            }
            package.depends_on.extend(found.into_iter().map(str::to_owned));
        }
    }
    // An extra of a package may hold other extras of the same package: no edge.
    package.depends_on.remove(&package.purl);
    represent(&mut package, metadata, locked);
    let git = locked.source.url.as_deref().filter(|_| locked.source.r#type.as_deref() == Some("git"));
    // Credentials in an address must not reach a published document.
    package.source_url = git.filter(|url| url.starts_with("https://") && !url.contains('@')).map(str::to_owned);
    Ok(package)
}

fn represent(package: &mut Package, metadata: &Metadata, locked: &Locked) {
    if let Some(files) = locked.files.as_ref().or_else(|| metadata.files.get(&locked.name)) {
        // Before lock-version 2, files of all versions of a name stand together.
        let own = |file: &&File| locked.files.is_some() || is_of(&file.file, &locked.version);
        let files = files.iter().filter(own).map(|file| (file.file.as_str(), file.hash.as_str()));
        python::represent(package, &files.collect::<Vec<Distribution<'_>>>());
    } else if let Some(hashes) = metadata.hashes.get(&locked.name) {
        let hashes: Vec<String> = hashes.iter().map(|hex| format!("sha256:{hex}")).collect();
        python::represent_nameless(package, hashes.iter().map(String::as_str));
    }
}

/// Whether a file name holds a version as one of its parts.
fn is_of(file: &str, version: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', '+'], ".");
    let (file, version) = (plain(file), plain(version));
    file.match_indices(&format!("-{version}")).any(|(at, found)| {
        let rest = &file[at + found.len()..];
        rest.is_empty()
            || rest.starts_with(['-'])
            || (rest.starts_with('.') && !rest[1..].starts_with(|c: char| c.is_ascii_digit()))
    })
}

fn purl_of(locked: &Locked) -> Result<String, SourceError> {
    let source = &locked.source;
    let package = python::package(LOCKFILE, &locked.name, &locked.version)?;
    match (source.r#type.as_deref(), &source.url, &source.resolved_reference) {
        (Some("git"), Some(url), Some(commit)) => {
            Ok(purl::package_in_git("pypi", &package.name, &locked.version, &purl::without_credentials(url), commit)?)
        }
        _ => Ok(package.purl),
    }
}

#[cfg(test)]
mod tests;
