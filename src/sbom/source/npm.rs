//! npm: `package-lock.json` of lockfile versions 1, 2 and 3 with `package.json`
//! (docs.npmjs.com, "package-lock.json" and "package.json"; Node.js, "Loading from node_modules folders").
//!
//! Versions 2 and 3 list every installed folder by path; version 1 nests them, and is brought into the
//! same shape. An edge leads to the folder that Node.js would find: the nearest `node_modules` upwards.

mod fit;
mod install;
mod legacy;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::model::json;

use super::package_json::{self, FILE, Requirements, Workspaces};
use super::workspace::Members;
use super::{Files, Resolution, SourceError, integrity};
use install::Install;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "package-lock.json";
/// Name of the lockfile that is published with a package; npm takes it where both are there.
pub(super) const SHRINKWRAP: &str = "npm-shrinkwrap.json";

/// What a manifest, or the entry of an installed folder, says of its dependencies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Dependencies {
    dependencies: Requirements,
    dev_dependencies: Requirements,
    optional_dependencies: Requirements,
    peer_dependencies: Requirements,
}

/// `package.json`, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Manifest {
    name: Option<String>,
    version: Option<String>,
    workspaces: Option<Workspaces>,
    #[serde(default)]
    overrides: serde_json::Value,
    #[serde(flatten)]
    dependencies: Dependencies,
}

impl Manifest {
    fn members(&self) -> Result<Members, SourceError> {
        Members::new(FILE, self.workspaces.as_ref().map_or(&[], Workspaces::patterns))
    }
}

/// One installed folder.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    name: Option<String>,
    version: Option<String>,
    resolved: Option<String>,
    integrity: Option<String>,
    license: Option<serde_json::Value>,
    link: bool,
    workspaces: Option<serde_json::Value>,
    #[serde(flatten)]
    dependencies: Dependencies,
}

/// The lockfile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lockfile {
    lockfile_version: u64,
    packages: Option<BTreeMap<String, Entry>>,
    dependencies: Option<BTreeMap<String, legacy::Nested>>,
}

/// Manifests of the folders that the lockfile lists outside `node_modules`, and of the workspace. Only
/// the names of the folders are read here, which takes a fraction of reading the lockfile.
#[must_use]
pub(super) fn more(files: &Files) -> Vec<String> {
    #[derive(Deserialize)]
    struct Folders {
        packages: Option<BTreeMap<String, IgnoredAny>>,
    }
    let lockfile = files.get(LOCKFILE).or_else(|| files.get(SHRINKWRAP));
    let lockfile = lockfile.and_then(|bytes| serde_json::from_slice::<Folders>(bytes).ok());
    let packages = lockfile.and_then(|lockfile| lockfile.packages).unwrap_or_default();
    let own = packages.into_keys().filter(|path| !path.is_empty() && !install::is_installed(path));
    let own = own.filter(|path| !path.starts_with("..")).map(|path| package_json::path_of(&path));
    let members = manifest(files, FILE).ok().flatten().and_then(|root| root.members().ok());
    own.chain(members.map(Members::wanted).unwrap_or_default()).collect()
}

/// Reads the lockfile.
///
/// # Errors
/// [`SourceError`].
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lockfile: Lockfile =
        json::decode(super::bytes(files, LOCKFILE)?).map_err(|error| SourceError::malformed(LOCKFILE, error))?;
    let manifest = manifest(files, FILE)?.ok_or_else(|| SourceError::Absent(FILE.to_owned()))?;
    let entries = match (lockfile.lockfile_version, lockfile.packages, lockfile.dependencies) {
        (2 | 3, Some(packages), _) => {
            in_step(&packages, &manifest.members()?, files)?;
            packages
        }
        (1, _, nested) => legacy::entries(nested.unwrap_or_default(), manifest.dependencies)?,
        (2 | 3, None, _) => return Err(SourceError::malformed(LOCKFILE, "it has no packages")),
        (got, ..) => {
            return Err(SourceError::Version {
                file: LOCKFILE.to_owned(),
                got: got.to_string(),
                expected: "1, 2 or 3",
            });
        }
    };
    let overridden = fit::overridden(&manifest.overrides);
    let root = (manifest.name.unwrap_or_else(|| folder.to_owned()), manifest.version.unwrap_or_default());
    let install = Install::new(entries, root)?;
    install.check(&overridden)?;
    install.resolution()
}

/// Reads `npm-shrinkwrap.json`, which is of the same format.
///
/// # Errors
/// [`SourceError`].
pub(super) fn read_shrinkwrap(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let mut files = files.clone();
    let bytes = files.remove(SHRINKWRAP).ok_or_else(|| SourceError::Absent(SHRINKWRAP.to_owned()))?;
    files.insert(LOCKFILE.to_owned(), bytes);
    let mut resolution = read(&files, folder).map_err(|mut error| {
        if let SourceError::Malformed { file, .. }
        | SourceError::Version { file, .. }
        | SourceError::OutOfStep { file, .. } = &mut error
            && file == LOCKFILE
        {
            SHRINKWRAP.clone_into(file);
        }
        error
    })?;
    for package in &mut resolution.packages {
        package.hash_of = package.hash_of.take().map(|text| text.replace(LOCKFILE, SHRINKWRAP));
    }
    Ok(resolution)
}

fn manifest(files: &Files, path: &str) -> Result<Option<Manifest>, SourceError> {
    let read = |bytes: &Vec<u8>| json::decode(bytes).map_err(|error| SourceError::malformed(path, error));
    files.get(path).map(read).transpose()
}

/// What each manifest asks for is what the lockfile was made for.
fn in_step(packages: &BTreeMap<String, Entry>, workspace: &Members, files: &Files) -> Result<(), SourceError> {
    for path in workspace.found(files) {
        if !packages.contains_key(package_json::folder_of(path)) {
            let what = "got nothing for this workspace member, expected an entry";
            return Err(SourceError::out_of_step(LOCKFILE, path, what));
        }
    }
    let root = packages.get("").ok_or_else(|| SourceError::malformed(LOCKFILE, "it has no entry for the project"))?;
    let members = packages.iter().filter(|(path, _)| !path.is_empty() && !install::is_installed(path));
    for (path, entry) in std::iter::once((&String::new(), root)).chain(members) {
        let path = package_json::path_of(if path.is_empty() { "." } else { path });
        let Some(manifest) = manifest(files, &path)? else { continue };
        let (locked, asked) = (&entry.dependencies, &manifest.dependencies);
        compare(&path, &without(&asked.dependencies, &asked.optional_dependencies), &locked.dependencies)?;
        compare(&path, &asked.dev_dependencies, &locked.dev_dependencies)?;
        compare(&path, &asked.optional_dependencies, &locked.optional_dependencies)?;
        compare(&path, &asked.peer_dependencies, &locked.peer_dependencies)?;
    }
    Ok(())
}

/// npm lets an optional dependency override a plain one of the same name.
fn without(ranges: &Requirements, optional: &Requirements) -> Requirements {
    ranges.iter().filter(|(name, _)| !optional.contains_key(*name)).map(|(a, b)| (a.clone(), b.clone())).collect()
}

fn compare(manifest: &str, asked: &Requirements, locked: &Requirements) -> Result<(), SourceError> {
    let names: BTreeSet<&String> = asked.keys().chain(locked.keys()).collect();
    let word = |range: Option<&String>| range.map_or_else(|| "nothing".to_owned(), |range| format!("{range:?}"));
    match names.into_iter().find(|name| asked.get(*name) != locked.get(*name)) {
        None => Ok(()),
        Some(name) => {
            let (got, expected) = (word(locked.get(name)), word(asked.get(name)));
            let what = format!("{name} is locked for {got} (expected {expected})");
            Err(SourceError::out_of_step(LOCKFILE, manifest, what))
        }
    }
}

#[cfg(test)]
mod tests;
