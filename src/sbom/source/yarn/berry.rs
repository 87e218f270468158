//! Yarn 2 and later: entries by descriptor, `name@protocol:range`.
//!
//! Rules are those of `yarnpkg/berry`: `Project.ts` (lockfile, resolutions), `structUtils.ts`
//! (descriptors, binding), `WorkspaceResolver.ts` (dependencies of a workspace).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::sbom::document::{Hash, HashAlgorithm};
use crate::sbom::purl;

use super::super::package_json::{self, FILE, Manifest, Requirements};
use super::super::{Files, Package, Project, Resolution, SourceError, npm_address, npm_range, yaml};
use super::LOCKFILE;

const HASH_OF: &str = "the ZIP archive that Yarn makes of the package for its cache";

#[derive(Deserialize)]
struct Metadata {
    version: String,
}

#[derive(Deserialize)]
struct Lockfile {
    #[serde(rename = "__metadata")]
    metadata: Metadata,
    #[serde(flatten)]
    entries: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    version: String,
    resolution: String,
    #[serde(default)]
    dependencies: Requirements,
    checksum: Option<String>,
}

/// Manifests of the workspaces that the lockfile names: `resolution: "<name>@workspace:<folder>"`, as
/// Yarn writes the line. [`read`] parses the whole, and refuses a workspace whose manifest was not read.
pub(super) fn more(text: &str) -> Vec<String> {
    let resolutions = text.lines().filter_map(|line| line.strip_prefix("  resolution: "));
    let folders = resolutions.filter_map(|value| value.trim_matches('"').split_once("@workspace:"));
    let folders = folders.map(|(_, folder)| folder).filter(|folder| package_json::is_below(folder));
    folders.map(package_json::path_of).collect()
}

/// Reads the lockfile and the manifests.
pub(super) fn read(text: &str, files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lockfile: Lockfile = yaml::read(LOCKFILE, text)?;
    if !matches!(lockfile.metadata.version.as_str(), "4" | "5" | "6" | "7" | "8") {
        let got = lockfile.metadata.version.chars().take(40).collect();
        return Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "1 or 4 to 8" });
    }
    let root = Manifest::read(files, FILE)?;
    let mut locked = Locked { by_descriptor: BTreeMap::new(), root: String::new(), overrides: overrides(&root)? };
    let mut found = Vec::with_capacity(lockfile.entries.len());
    for (key, entry) in &lockfile.entries {
        let place = place(entry, files, folder)?;
        if entry.resolution.ends_with("@workspace:.") {
            locked.root.clone_from(&entry.resolution);
        }
        for descriptor in key.split(',').map(|part| part.trim_start_matches(' ')) {
            if matches!(place, Place::Package(_)) {
                check(descriptor, entry)?;
            }
            if locked.by_descriptor.insert(descriptor, place.purl().to_owned()).is_some() {
                return Err(SourceError::malformed(LOCKFILE, format!("{descriptor} is locked twice")));
            }
        }
        found.push((entry, place));
    }
    let mut resolution = Resolution { projects: Vec::new(), packages: Vec::new(), incomplete: None };
    for (entry, place) in found {
        match place {
            Place::Package(mut package) => {
                package.depends_on = locked.edges(entry)?.into_values().collect();
                resolution.packages.push(*package);
            }
            Place::Project(of) => {
                let (path, manifest, project) = *of;
                resolution.projects.push(locked.project(entry, &path, &manifest, project)?);
            }
        }
    }
    Ok(resolution)
}

enum Place {
    Package(Box<Package>),
    Project(Box<(String, Manifest, Project)>),
}

impl Place {
    fn purl(&self) -> &str {
        match self {
            Self::Package(package) => &package.purl,
            Self::Project(of) => &of.2.package.purl,
        }
    }
}

fn place(entry: &Entry, files: &Files, folder: &str) -> Result<Place, SourceError> {
    let Some((_, at)) = entry.resolution.split_once("@workspace:") else {
        return Ok(Place::Package(Box::new(package(entry)?)));
    };
    if !package_json::is_below(at) {
        return Err(SourceError::malformed(LOCKFILE, format!("{}: a workspace outside", entry.resolution)));
    }
    let path = package_json::path_of(at);
    let manifest = Manifest::read(files, &path)?;
    let project = manifest.project(at.rsplit('/').next().filter(|at| *at != ".").unwrap_or(folder))?;
    Ok(Place::Project(Box::new((path, manifest, project))))
}

fn package(entry: &Entry) -> Result<Package, SourceError> {
    let fail = |what: &str| SourceError::malformed(LOCKFILE, format!("{}: {what}", entry.resolution));
    let (name, reference) = package_json::split_descriptor(&entry.resolution).ok_or_else(|| fail("no name"))?;
    let mut package = Package::new(name, &entry.version, purl::package("npm", name, &entry.version)?);
    if let Some(checksum) = &entry.checksum {
        let hex = checksum.rsplit('/').next().unwrap_or_default();
        let hash = Hash::of_hex(HashAlgorithm::Sha512, hex).ok_or_else(|| fail("checksum (expected SHA-512)"))?;
        // The archive of a patched package is another file than that of the package itself.
        if !reference.starts_with("@patch:") {
            package.hashes.push(hash);
            package.hash_of = Some(HASH_OF.to_owned());
        }
    }
    Ok(package)
}

/// What is locked under a descriptor of the registry is the package that it means, at a version that it
/// allows: a resolution of the project is a descriptor of its own. So is the address, where one is kept.
fn check(descriptor: &str, entry: &Entry) -> Result<(), SourceError> {
    let of_registry = |text| {
        let (name, range) = package_json::split_descriptor(text)?;
        Some((name, range.strip_prefix("@npm:")?))
    };
    let (Some((name, range)), Some((got, place))) = (of_registry(descriptor), of_registry(&entry.resolution)) else {
        return Ok(());
    };
    let fail = |what: String| Err(SourceError::malformed(LOCKFILE, format!("{descriptor}: {what}")));
    let (wanted, range) = package_json::split_descriptor(range)
        .map_or((name, range), |(name, range)| (name, range.trim_start_matches('@')));
    let (version, bindings) = place.split_once("::").unwrap_or((place, ""));
    if got != wanted || version != entry.version {
        return fail(format!("it holds {got} {version} (expected {wanted} {})", entry.version));
    }
    if npm_range::allows(range, version) == Some(false) {
        return fail(format!("it is locked at {version} (expected {range})"));
    }
    let address = bindings.split('&').find_map(|binding| binding.strip_prefix("__archiveUrl="));
    let address = address.map(|address| address.replace("%3A", ":").replace("%2F", "/"));
    match address.and_then(|address| npm_address::poisoned(&address, wanted, version)) {
        None => Ok(()),
        Some(what) => fail(what),
    }
}

/// `resolutions` by name, or by `name@range`; those for one parent only are refused.
fn overrides(root: &Manifest) -> Result<Requirements, SourceError> {
    for pattern in root.resolutions.keys() {
        let name = package_json::split_descriptor(pattern).map_or(pattern.as_str(), |(name, _)| name);
        if !package_json::is_one_name(name) {
            let message = format!("resolutions {pattern:?} is for one parent (expected <name> or <name>@<range>)");
            return Err(SourceError::malformed(FILE, message));
        }
    }
    Ok(root.resolutions.clone())
}

struct Locked<'a> {
    by_descriptor: BTreeMap<&'a str, String>,
    root: String,
    overrides: Requirements,
}

impl Locked<'_> {
    /// A range without a protocol is one of the registry; a path is bound to the package that names it.
    fn find(&self, name: &str, range: &str, parent: &str) -> Option<&String> {
        let bare = range.strip_prefix("npm:").unwrap_or(range);
        let keys = [name.to_owned(), format!("{name}@{range}"), format!("{name}@npm:{bare}"), format!("{name}@{bare}")];
        let forced = keys.iter().find_map(|key| self.overrides.get(key));
        let (range, parent) = forced.map_or((range, parent), |range| (range.as_str(), self.root.as_str()));
        let bound = |locator: &str| {
            format!("{name}@{range}::locator={}", locator.replace('@', "%40").replace('/', "%2F").replace(':', "%3A"))
        };
        let keys = [format!("{name}@{range}"), format!("{name}@npm:{range}"), bound(parent)];
        keys.iter().find_map(|key| self.by_descriptor.get(key.as_str()))
    }

    fn edges<'e>(&self, entry: &'e Entry) -> Result<BTreeMap<&'e str, String>, SourceError> {
        let mut edges = BTreeMap::new();
        for (name, range) in &entry.dependencies {
            let found = self.find(name, range, &entry.resolution).ok_or_else(|| {
                let message = format!("{} needs {name}@{range}, which is not locked", entry.resolution);
                SourceError::malformed(LOCKFILE, message)
            })?;
            edges.insert(name.as_str(), found.clone());
        }
        Ok(edges)
    }

    /// Development dependencies replace others of their name, and optional ones ordinary ones.
    fn project(
        &self,
        entry: &Entry,
        path: &str,
        manifest: &Manifest,
        project: Project,
    ) -> Result<Project, SourceError> {
        let mut asked = manifest.dependencies.clone();
        asked.extend(manifest.optional_dependencies.clone());
        asked.extend(manifest.dev_dependencies.clone());
        let bare = |range: &String| range.strip_prefix("npm:").unwrap_or(range).to_owned();
        let names: BTreeSet<&String> = asked.keys().chain(entry.dependencies.keys()).collect();
        for name in names {
            let (got, expected) = (entry.dependencies.get(name).map(bare), asked.get(name).map(bare));
            if got != expected {
                let (got, expected) =
                    (got.unwrap_or_else(|| "nothing".into()), expected.unwrap_or_else(|| "nothing".into()));
                let what = format!("got {got} for {name}, expected {expected}");
                return Err(SourceError::out_of_step(LOCKFILE, path, what));
            }
        }
        let mut project = project;
        for (name, purl) in self.edges(entry)? {
            let ships = manifest.dependencies.contains_key(name) || manifest.optional_dependencies.contains_key(name);
            let to = if ships { &mut project.package.depends_on } else { &mut project.development };
            to.insert(purl);
        }
        Ok(project)
    }
}

#[cfg(test)]
mod tests;
