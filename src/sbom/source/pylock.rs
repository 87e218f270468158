//! `pylock.toml` (Python packaging, "pylock.toml specification", once PEP 751), lock version 1.
//!
//! It lists what to install, for each environment by markers: every package counts, but for those that only
//! groups ask for which are not installed by default. Which packages the project asks for itself is not
//! written, and edges rarely are: the SBOM is incomplete, and says so.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::python::{self, Distribution, MANIFEST, Requirement};
use super::{Files, Package, Project, Resolution, SourceError};
use crate::sbom::purl;

mod marker;

/// Name of the lockfile; one that is named to the program may be called `pylock.<name>.toml`.
pub(super) const LOCKFILE: &str = "pylock.toml";

/// Why the SBOM is incomplete.
const EDGES: &str = "pylock.toml does not say which packages the project asks for, nor all that packages need: those \
                     that none is said to need are shown as required by the project";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lock {
    lock_version: String,
    #[serde(default)]
    default_groups: BTreeSet<String>,
    packages: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: Option<String>,
    marker: Option<String>,
    #[serde(default)]
    dependencies: Vec<BTreeMap<String, toml::Value>>,
    vcs: Option<Vcs>,
    directory: Option<Directory>,
    archive: Option<File>,
    sdist: Option<File>,
    #[serde(default)]
    wheels: Vec<File>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Vcs {
    r#type: String,
    url: Option<String>,
    path: Option<String>,
    commit_id: String,
}

#[derive(Debug, Deserialize)]
struct Directory {
    path: String,
}

#[derive(Debug, Deserialize)]
struct File {
    name: Option<String>,
    url: Option<String>,
    path: Option<String>,
    hashes: BTreeMap<String, String>,
}

/// Whether a file name is one that the specification gives to such lockfiles.
pub(super) fn is_name(name: &str) -> bool {
    let middle = name.strip_prefix("pylock.").and_then(|rest| rest.strip_suffix(".toml"));
    name == LOCKFILE || middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('.'))
}

/// Reads the lockfile, and compares it with `pyproject.toml` where that is a project.
///
/// # Errors
/// [`SourceError`] where it is absent or malformed, or the project asks for what it does not hold.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let file = files.keys().find(|name| is_name(name)).ok_or_else(|| SourceError::Absent(LOCKFILE.to_owned()))?;
    let lock: Lock = python::toml(files, file)?;
    // A minor version adds what older readers may pass over ("lock-version").
    if lock.lock_version.split('.').next() != Some("1") {
        let got = lock.lock_version.chars().take(40).collect();
        return Err(SourceError::Version { file: file.clone(), got, expected: "1.0" });
    }
    let mut packages = lock.packages.iter().map(|locked| package(file, locked)).collect::<Result<Vec<_>, _>>()?;
    add_edges(file, &lock.packages, &mut packages)?;
    // The project itself, where it is locked as the folder that the lockfile lies in.
    let is_own = |locked: &Locked| locked.directory.as_ref().is_some_and(|own| matches!(own.path.as_str(), "." | "./"));
    let own = lock.packages.iter().position(is_own);
    let mut project = match own {
        Some(at) => Project::new(packages.remove(at)),
        None => Project::new(python::package(file, folder, "")?),
    };
    let others = lock.packages.iter().enumerate().filter(|(at, _)| Some(*at) != own).map(|(_, locked)| locked);
    let others: Vec<&Locked> = others.collect();
    in_step(files, file, &others)?;
    roots(&mut project, &others, &packages, &lock.default_groups);
    let incomplete = (!packages.is_empty()).then(|| EDGES.to_owned());
    Ok(Resolution { projects: vec![project], packages, incomplete })
}

fn package(file: &str, locked: &Locked) -> Result<Package, SourceError> {
    let fail = |what: &str| SourceError::malformed(file, format!("{}: {what}", locked.name));
    let version = locked.version.as_deref().unwrap_or_default();
    let mut package = python::package(file, &locked.name, version)?;
    let is_release = locked.sdist.is_some() || !locked.wheels.is_empty();
    let sources = [locked.vcs.is_some(), locked.directory.is_some(), locked.archive.is_some(), is_release];
    if sources.iter().filter(|there| **there).count() != 1 {
        return Err(fail("expected one of vcs, directory, archive, and sdist or wheels"));
    }
    if let Some(vcs) = &locked.vcs {
        let address = vcs.url.as_deref().or(vcs.path.as_deref()).ok_or_else(|| fail("a vcs without url and path"))?;
        if let (Some(url), "git") = (&vcs.url, vcs.r#type.as_str()) {
            let url = purl::without_credentials(url);
            package.purl = purl::package_in_git("pypi", &package.name, version, &url, &vcs.commit_id)?;
        }
        // Credentials in an address must not reach a published document.
        package.source_url = Some(address.to_owned()).filter(|url| url.starts_with("https://") && !url.contains('@'));
        return Ok(package);
    }
    let own: Vec<&File> = locked.archive.iter().chain(&locked.sdist).chain(&locked.wheels).collect();
    let mut distributions = Vec::new();
    for one in own {
        // "The table MUST contain at least one entry."
        if one.hashes.is_empty() {
            return Err(fail("a file without hashes"));
        }
        let address = one.name.as_deref().or(one.path.as_deref()).or(one.url.as_deref());
        let name = python::file_name(address.ok_or_else(|| fail("a file without name, url and path"))?);
        for (algorithm, hex) in &one.hashes {
            let digest = format!("{algorithm}:{hex}");
            if matches!(algorithm.as_str(), "sha256" | "sha384" | "sha512") && python::hash(&digest).is_none() {
                return Err(fail(&format!("{algorithm} {hex:.80?} of {name} is no digest")));
            }
            distributions.push((name, digest));
        }
    }
    let files: Vec<Distribution<'_>> = distributions.iter().map(|(name, digest)| (*name, digest.as_str())).collect();
    python::represent(&mut package, &files);
    Ok(package)
}

/// An edge names its package by as many keys as tell it from others ("packages.dependencies").
fn add_edges(file: &str, locked: &[Locked], packages: &mut [Package]) -> Result<(), SourceError> {
    let mut by_name: BTreeMap<String, Vec<(Option<&str>, String)>> = BTreeMap::new();
    for (one, package) in locked.iter().zip(packages.iter()) {
        by_name.entry(python::normal(&one.name)).or_default().push((one.version.as_deref(), package.purl.clone()));
    }
    for (one, package) in locked.iter().zip(packages) {
        for edge in &one.dependencies {
            let text = |key: &str| edge.get(key).and_then(toml::Value::as_str);
            let name = python::normal(text("name").unwrap_or_default());
            let candidates = by_name.get(&name).map(Vec::as_slice).unwrap_or_default();
            let fits =
                |(version, _): &&(Option<&str>, String)| text("version").is_none_or(|text| *version == Some(text));
            let before = package.depends_on.len();
            package.depends_on.extend(candidates.iter().filter(fits).map(|(_, purl)| purl.clone()));
            if package.depends_on.len() == before && !candidates.iter().any(|found| fits(&found)) {
                return Err(SourceError::malformed(file, format!("{} needs {name:?}, which is not locked", one.name)));
            }
        }
        package.depends_on.remove(&package.purl);
    }
    Ok(())
}

/// What no other package needs, the project does; what only a group that is not installed asks for serves to
/// develop.
fn roots(project: &mut Project, locked: &[&Locked], packages: &[Package], default_groups: &BTreeSet<String>) {
    let needed: BTreeSet<&String> = packages.iter().flat_map(|package| &package.depends_on).collect();
    for (one, package) in locked.iter().zip(packages) {
        let ships = one.marker.as_deref().is_none_or(|marker| marker::may_hold(marker, default_groups));
        if !ships {
            project.development.insert(package.purl.clone());
        } else if !needed.contains(&package.purl) || package.depends_on.contains(&package.purl) {
            project.package.depends_on.insert(package.purl.clone());
        }
    }
    // Packages that need one another in a circle: nothing else may lead to them.
    let mut seen: BTreeSet<&String> = project.package.depends_on.iter().chain(&project.development).collect();
    let of: BTreeMap<&String, &Package> = packages.iter().map(|package| (&package.purl, package)).collect();
    let mut queue: Vec<&String> = seen.iter().copied().collect();
    let mut more = BTreeSet::new();
    for next in std::iter::once(None).chain(packages.iter().map(|package| Some(&package.purl))) {
        if let Some(purl) = next.filter(|purl| seen.insert(*purl)) {
            more.insert(purl.clone());
            queue.push(purl);
        }
        while let Some(purl) = queue.pop() {
            let edges = of.get(purl).map(|package| &package.depends_on).into_iter().flatten();
            queue.extend(edges.filter(|edge| seen.insert(*edge)));
        }
    }
    project.package.depends_on.extend(more);
}

#[derive(Debug, Deserialize)]
struct Manifest {
    project: Option<Declared>,
}

#[derive(Debug, Deserialize)]
struct Declared {
    #[serde(default)]
    dependencies: Vec<String>,
}

/// What the project asks for in any case is locked, at a version that it allows.
fn in_step(files: &Files, file: &str, locked: &[&Locked]) -> Result<(), SourceError> {
    if !files.contains_key(MANIFEST) {
        return Ok(());
    }
    let manifest: Manifest = python::toml(files, MANIFEST)?;
    for text in manifest.project.iter().flat_map(|project| &project.dependencies) {
        let asked = Requirement::parse(MANIFEST, text)?;
        if asked.marker.is_some() {
            continue;
        }
        let found: Vec<&&Locked> = locked.iter().filter(|one| python::normal(&one.name) == asked.name).collect();
        let wanted = asked.clauses.into_iter().collect::<Vec<_>>().join(",");
        let is_other = |one: &&&Locked| {
            one.version.as_deref().is_some_and(|version| python::allows(&wanted, version) == Some(false))
        };
        if found.iter().all(is_other) {
            let got: Vec<&str> = found.iter().filter_map(|one| one.version.as_deref()).collect();
            let got = if got.is_empty() { "not locked".to_owned() } else { format!("locked at {}", got.join(" and ")) };
            let what = format!("{} is {got} (expected {})", asked.name, if wanted.is_empty() { "it" } else { &wanted });
            return Err(SourceError::out_of_step(file, MANIFEST, what));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
