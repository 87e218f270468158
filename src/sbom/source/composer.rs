//! Composer: `composer.lock` with `composer.json` (getcomposer.org, "The composer.json schema" and
//! "Basic usage"; `Locker.php`, `PlatformRepository.php` of its source).
//!
//! Requirements of the platform (PHP, its extensions, Composer itself) are no packages. A requirement
//! that no package has the name of is met by those that replace or provide it.

mod content_hash;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::json;
use crate::sbom::licence::Licence;
use crate::sbom::purl;

use super::{Files, Package, Project, Resolution, SourceError};

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "composer.lock";
/// Name of the manifest.
pub(super) const MANIFEST: &str = "composer.json";

/// Most packages that may answer requirements, in all: hostile lockfiles let everything provide everything.
const MAX_EDGES: usize = 1_000_000;

/// Constraints by name. PHP writes an empty map as an empty list.
type Links = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lock {
    /// Since Composer 1.3; before, a digest of the whole manifest.
    content_hash: Option<String>,
    packages: Vec<Locked>,
    /// `null` in a lockfile made without them.
    packages_dev: Option<Vec<Locked>>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<Origin>,
    #[serde(default, deserialize_with = "links")]
    require: Links,
    #[serde(default, deserialize_with = "links")]
    replace: Links,
    #[serde(default, deserialize_with = "links")]
    provide: Links,
    license: Option<Licences>,
}

#[derive(Deserialize)]
struct Origin {
    #[serde(rename = "type")]
    kind: String,
    url: String,
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    name: Option<String>,
    version: Option<String>,
    #[serde(default, deserialize_with = "links")]
    require: Links,
    #[serde(default, deserialize_with = "links")]
    require_dev: Links,
    #[serde(default, deserialize_with = "links")]
    replace: Links,
    #[serde(default, deserialize_with = "links")]
    provide: Links,
    license: Option<Licences>,
}

/// One licence, or several of which the user may choose (schema, `license`).
#[derive(Deserialize)]
#[serde(untagged)]
enum Licences {
    One(String),
    AnyOf(Vec<String>),
}

impl Licences {
    fn declared(of: Option<&Self>) -> Licence {
        match of {
            None => Licence::Undeclared,
            Some(Self::One(text)) => Licence::declared(Some(text), None),
            Some(Self::AnyOf(list)) => Licence::declared(Some(&list.join(" OR ")), None),
        }
    }
}

fn links<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Links, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum MapOrEmpty {
        Map(Links),
        Empty([(); 0]),
    }
    Ok(match MapOrEmpty::deserialize(deserializer)? {
        MapOrEmpty::Map(links) => links,
        MapOrEmpty::Empty([]) => Links::new(),
    })
}

/// Reads the lockfile and the manifest.
///
/// # Errors
/// [`SourceError`].
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lock: Lock = decode(files, LOCKFILE)?;
    let manifest: Manifest = decode(files, MANIFEST)?;
    let development = lock.packages_dev.unwrap_or_default();
    let mut index = Index { named: BTreeMap::new(), virtuals: BTreeMap::new(), own: BTreeSet::new() };
    index
        .own
        .extend(manifest.replace.keys().chain(manifest.provide.keys()).chain(&manifest.name).map(|name| lower(name)));
    let mut packages = Vec::with_capacity(lock.packages.len() + development.len());
    let ships = std::iter::repeat_n(true, lock.packages.len()).chain(std::iter::repeat(false));
    for (locked, ships) in lock.packages.iter().chain(&development).zip(ships) {
        let package = package(locked)?;
        index.add(locked, &package.purl, ships)?;
        packages.push((package, ships));
    }
    let mut edges = 0;
    for (locked, (package, ships)) in lock.packages.iter().chain(&development).zip(&mut packages) {
        for name in locked.require.keys() {
            edges += index.providers(name);
            if edges > MAX_EDGES {
                let message = format!("its requirements have more than {MAX_EDGES} possible providers");
                return Err(SourceError::malformed(LOCKFILE, message));
            }
            let found = index.find(name, *ships).ok_or_else(|| {
                SourceError::malformed(LOCKFILE, format!("{} needs {name}, which is not locked", locked.name))
            })?;
            package.depends_on.extend(found.filter(|purl| *purl != package.purl).collect::<Vec<_>>());
        }
    }
    let project = project(&index, &manifest, folder)?;
    in_step(files, lock.content_hash.as_deref())?;
    let packages = packages.into_iter().map(|(package, _)| package).collect();
    Ok(Resolution { projects: vec![project], packages, incomplete: None })
}

fn decode<T: DeserializeOwned>(files: &Files, name: &str) -> Result<T, SourceError> {
    json::decode(super::bytes(files, name)?).map_err(|error| SourceError::malformed(name, error))
}

/// The lockfile holds a digest of what in the manifest decides the resolution.
fn in_step(files: &Files, locked: Option<&str>) -> Result<(), SourceError> {
    let Some(locked) = locked else { return Ok(()) };
    let asked =
        content_hash::of(super::bytes(files, MANIFEST)?).map_err(|error| SourceError::malformed(MANIFEST, error))?;
    match asked {
        Some(asked) if asked != locked => {
            let what = format!("content-hash is {locked:?} (expected {asked:?}, that of the manifest)");
            Err(SourceError::out_of_step(LOCKFILE, MANIFEST, what))
        }
        _ => Ok(()),
    }
}

fn project(index: &Index, manifest: &Manifest, folder: &str) -> Result<Project, SourceError> {
    let name = manifest.name.as_deref().unwrap_or(folder);
    let version = manifest.version.as_deref().unwrap_or_default();
    let mut package = Package::new(name, version, purl::package("composer", &lower(name), version)?);
    package.licence = Licences::declared(manifest.license.as_ref());
    let edges = |links: &Links, ships| {
        let mut edges = BTreeSet::new();
        for (name, constraint) in links {
            let found = index.find(name, ships).ok_or_else(|| {
                let what = format!("got nothing for {name}, expected a package for {constraint:?}");
                SourceError::out_of_step(LOCKFILE, MANIFEST, what)
            })?;
            edges.extend(found);
        }
        Ok::<_, SourceError>(edges)
    };
    package.depends_on = edges(&manifest.require, true)?;
    let development = edges(&manifest.require_dev, false)?;
    Ok(Project { development, ..Project::new(package) })
}

/// `dist.shasum` is a SHA-1, and so left out. The version of a branch (`dev-main`, `2.x-dev`) names no
/// fixed content, so that its commit becomes part of the identity.
fn package(locked: &Locked) -> Result<Package, SourceError> {
    let name = lower(&locked.name);
    let git = locked.source.as_ref().filter(|source| source.kind == "git");
    let url = git.map(|source| purl::without_credentials(&source.url));
    let is_branch = locked.version.starts_with("dev-") || locked.version.ends_with("-dev");
    let commit = git.filter(|_| is_branch).and_then(|source| source.reference.as_deref());
    let purl = match (&url, commit) {
        (Some(url), Some(commit)) => purl::package_in_git("composer", &name, &locked.version, url, commit)?,
        _ => purl::package("composer", &name, &locked.version)?,
    };
    let mut package = Package::new(&locked.name, &locked.version, purl);
    package.licence = Licences::declared(locked.license.as_ref());
    package.source_url = url.filter(|url| url.starts_with("https://"));
    Ok(package)
}

/// Package URLs by what they answer; whether each ships.
struct Index {
    named: BTreeMap<String, String>,
    virtuals: BTreeMap<String, Vec<(String, bool)>>,
    /// What the project itself replaces or provides.
    own: BTreeSet<String>,
}

impl Index {
    fn add(&mut self, locked: &Locked, purl: &str, ships: bool) -> Result<(), SourceError> {
        if self.named.insert(lower(&locked.name), purl.to_owned()).is_some() {
            return Err(SourceError::malformed(LOCKFILE, format!("{} is locked twice", locked.name)));
        }
        for name in locked.replace.keys().chain(locked.provide.keys()) {
            self.virtuals.entry(lower(name)).or_default().push((purl.to_owned(), ships));
        }
        Ok(())
    }

    /// How many packages may answer a requirement.
    fn providers(&self, name: &str) -> usize {
        let name = lower(name);
        if self.named.contains_key(&name) { 1 } else { self.virtuals.get(&name).map_or(0, Vec::len) }
    }

    /// What answers a requirement: nothing of the lockfile for the platform and the project itself. What
    /// ships is not answered by what serves development where something that ships answers too.
    fn find(&self, name: &str, ships: bool) -> Option<impl Iterator<Item = String>> {
        let name = lower(name);
        let mut found: Vec<(String, bool)> = match self.named.get(&name) {
            Some(purl) => vec![(purl.clone(), true)],
            None => self.virtuals.get(&name).cloned().unwrap_or_default(),
        };
        if ships && found.iter().any(|(_, ships)| *ships) {
            found.retain(|(_, ships)| *ships);
        }
        let answered = !found.is_empty() || self.own.contains(&name) || is_platform(&name);
        answered.then(|| found.into_iter().map(|(purl, _)| purl))
    }
}

/// Names are compared without regard to case.
fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// `PlatformRepository::PLATFORM_PACKAGE_REGEX`.
fn is_platform(name: &str) -> bool {
    let php = ["php", "php-64bit", "php-ipv6", "php-zts", "php-debug", "hhvm"];
    let composer = ["composer", "composer-plugin-api", "composer-runtime-api"];
    let rest = name.strip_prefix("ext-").or_else(|| name.strip_prefix("lib-"));
    php.contains(&name) || composer.contains(&name) || rest.is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
}

#[cfg(test)]
mod tests;
