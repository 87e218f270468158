//! Yarn 1: entries by `name@range`; the edge to `name` with `range` is the entry that lists exactly it.
//!
//! Rules are those of `yarnpkg/yarn` 1.22: `src/lockfile/index.js`, `src/package-resolver.js`,
//! `src/resolution-map.js`, `src/util/normalize-manifest/fix.js`.

use std::collections::{BTreeMap, BTreeSet};

use crate::sbom::purl;

use super::super::npm_address::{self, Served};
use super::super::package_json::{self, FILE, Manifest, Requirements};
use super::super::workspace::Members;
use super::super::{Files, Package, Project, Resolution, SourceError, integrity, npm_range};
use super::LOCKFILE;
use super::lines::{self, Entry};

const HASH_OF: &str = "the package's tarball as the registry serves it";

/// Manifests that the root's `workspaces` name.
pub(super) fn more(files: &Files) -> Vec<String> {
    let members = Manifest::read(files, FILE).and_then(|root| Members::new(FILE, root.workspaces()));
    members.map(Members::wanted).unwrap_or_default()
}

/// Reads the lockfile and the manifests.
pub(super) fn read(text: &str, files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    check_version(text)?;
    let entries = lines::parse(text).map_err(|what| SourceError::malformed(LOCKFILE, what))?;
    let root = Manifest::read(files, FILE)?;
    let members = members(files, &root)?;
    let mut locked = Locked { by_pattern: BTreeMap::new(), members: BTreeMap::new(), overrides: overrides(&root)? };
    for (path, member) in &members {
        let name = member.name.as_deref().ok_or_else(|| SourceError::malformed(path, "a workspace needs a name"))?;
        locked.members.insert(name.to_owned(), member.project(folder)?.package.purl);
    }
    let mut packages = Vec::with_capacity(entries.len());
    for entry in &entries {
        let package = package(entry)?;
        check(entry, &package, &locked.overrides)?;
        for pattern in &entry.patterns {
            if locked.by_pattern.insert(pattern, package.purl.clone()).is_some() {
                return Err(SourceError::malformed(LOCKFILE, format!("{pattern} is locked twice")));
            }
        }
        packages.push(package);
    }
    for (entry, package) in entries.iter().zip(&mut packages) {
        package.depends_on = locked.edges_of(entry)?;
    }
    let mut projects = vec![locked.project(FILE, &root, folder)?];
    for (path, member) in &members {
        projects.push(locked.project(path, member, folder)?);
    }
    Ok(Resolution { projects, packages, incomplete: None })
}

/// The version stands in a comment; Yarn reads a file without it as its own version.
fn check_version(text: &str) -> Result<(), SourceError> {
    let comments = text.lines().filter_map(|line| line.strip_prefix('#'));
    match comments.filter_map(|line| line.trim().strip_prefix("yarn lockfile v")).next() {
        Some("1") => Ok(()),
        got => {
            let got = got.unwrap_or("none").chars().take(40).collect();
            Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "1 or 4 to 8" })
        }
    }
}

fn members(files: &Files, root: &Manifest) -> Result<Vec<(String, Manifest)>, SourceError> {
    let members = Members::new(FILE, root.workspaces())?;
    if let Some(absent) = members.absent(files) {
        return Err(SourceError::Absent(absent.to_owned()));
    }
    members.found(files).map(|path| Ok((path.clone(), Manifest::read(files, path)?))).collect()
}

/// `resolutions` by name. A pattern that depends on the way to a package is refused: packages of one
/// identity are one component here, so that only an override of every way can be told exactly.
fn overrides(root: &Manifest) -> Result<Requirements, SourceError> {
    let mut found = Requirements::new();
    for (pattern, range) in &root.resolutions {
        let name = pattern.strip_prefix("**/").unwrap_or(pattern);
        if !package_json::is_one_name(name) {
            let message = format!("resolutions {pattern:?} is for some ways only (expected <name> or **/<name>)");
            return Err(SourceError::malformed(FILE, message));
        }
        found.insert(name.to_owned(), range.clone());
    }
    Ok(found)
}

fn package(entry: &Entry) -> Result<Package, SourceError> {
    let pattern = entry.patterns.first().map_or("", String::as_str);
    let fail = |what: &str| SourceError::malformed(LOCKFILE, format!("{pattern}: {what}"));
    let version = entry.fields.get("version").ok_or_else(|| fail("no version"))?;
    let resolved = entry.fields.get("resolved").map(String::as_str);
    let names = || entry.patterns.iter().map(|pattern| asked(pattern));
    let served = resolved.and_then(Served::of);
    let served = served.as_ref().and_then(Served::name);
    let name = served.map_or_else(|| names().next().flatten(), Some);
    let name = name.ok_or_else(|| fail("expected <name>@<range>"))?;
    if served.is_none() && names().any(|other| other != Some(name)) {
        return Err(fail("patterns of several names, and no address that says which"));
    }
    let mut package = Package::new(name, version, purl::package("npm", name, version)?);
    if let Some(text) = entry.fields.get("integrity") {
        package.hashes = integrity::digests(text).map_err(|what| fail(&what))?;
        package.hash_of = (!package.hashes.is_empty()).then(|| HASH_OF.to_owned());
    }
    Ok(package)
}

/// Name that a pattern asks for: of `alias@npm:name@range` the name behind the alias.
fn asked(pattern: &str) -> Option<&str> {
    let (name, range) = package_json::split_descriptor(pattern)?;
    match range.strip_prefix("@npm:") {
        Some(real) => Some(package_json::split_descriptor(real).map_or(real, |(name, _)| name)),
        None => Some(name),
    }
}

/// What is locked under a pattern is the package that the pattern, and its address, mean. A resolution of
/// the project gives other versions, and may give another package.
fn check(entry: &Entry, package: &Package, overrides: &Requirements) -> Result<(), SourceError> {
    let resolved = entry.fields.get("resolved").map(String::as_str);
    for pattern in &entry.patterns {
        let Some((name, range)) = package_json::split_descriptor(pattern) else { continue };
        let range = range.trim_start_matches('@');
        if overrides.contains_key(name) || !npm_address::is_of_registry(range) {
            continue;
        }
        let (wanted, range) = npm_range::alias(range).unwrap_or((name, range));
        let other = (wanted != package.name).then(|| format!("it holds {} (expected {wanted})", package.name));
        let address = resolved.and_then(|address| npm_address::poisoned(address, wanted, &package.version));
        if let Some(what) = other.or(address) {
            return Err(SourceError::malformed(LOCKFILE, format!("{pattern}: {what}")));
        }
        if npm_range::allows(range, &package.version) == Some(false) {
            let what = format!("{pattern} is locked at {} (expected {range})", package.version);
            return Err(SourceError::malformed(LOCKFILE, what));
        }
    }
    Ok(())
}

struct Locked<'a> {
    by_pattern: BTreeMap<&'a str, String>,
    members: BTreeMap<String, String>,
    overrides: Requirements,
}

impl Locked<'_> {
    /// Package that `name` with `range` resolves to. The entry comes first: Yarn locks what a registry
    /// answers, and takes a workspace member without locking anything.
    fn find(&self, name: &str, range: &str) -> Option<&String> {
        let overridden = || self.by_pattern.get(format!("{name}@{}", self.overrides.get(name)?).as_str());
        let entry = self.by_pattern.get(format!("{name}@{range}").as_str());
        entry.or_else(overridden).or_else(|| self.members.get(name))
    }

    fn edges_of(&self, entry: &Entry) -> Result<BTreeSet<String>, SourceError> {
        let mut edges = BTreeSet::new();
        let optional = entry.blocks.get("optionalDependencies");
        for (name, range) in entry.blocks.get("dependencies").into_iter().flatten() {
            let Some(found) = self.find(name, range) else {
                if optional.is_some_and(|optional| optional.contains_key(name)) {
                    continue;
                }
                let of = entry.patterns.first().map_or("", String::as_str);
                let message = format!("{of} needs {name}@{range}, which is not locked");
                return Err(SourceError::malformed(LOCKFILE, message));
            };
            edges.insert(found.clone());
        }
        // Yarn leaves out an optional dependency that could not be resolved (package-request.js).
        edges.extend(optional.into_iter().flatten().filter_map(|(name, range)| self.find(name, range).cloned()));
        Ok(edges)
    }

    fn project(&self, path: &str, manifest: &Manifest, folder: &str) -> Result<Project, SourceError> {
        let mut project = manifest.project(folder)?;
        let lists = [&manifest.optional_dependencies, &manifest.dependencies, &manifest.dev_dependencies];
        for (list, requirements) in lists.into_iter().enumerate() {
            for (name, range) in requirements {
                // An optional dependency replaces an ordinary one of its name (normalize-manifest/fix.js).
                if list == 1 && manifest.optional_dependencies.contains_key(name) {
                    continue;
                }
                let found = self.find(name, range).ok_or_else(|| {
                    let what = format!("got no entry for {name}@{range}, expected one");
                    SourceError::out_of_step(LOCKFILE, path, what)
                })?;
                let to = if list == 2 { &mut project.development } else { &mut project.package.depends_on };
                to.insert(found.clone());
            }
        }
        Ok(project)
    }
}

#[cfg(test)]
mod tests;
