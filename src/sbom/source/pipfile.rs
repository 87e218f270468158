//! `Pipfile.lock`, specification 6 (`pipenv/utils/pipfile.py` and `plette` of Pipenv's source).
//!
//! It names the packages of each category without edges. Only `develop` is known to serve development:
//! what a category with another name is for, its name alone cannot tell, and it ships.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Value;

use crate::model::json;
use crate::sbom::purl;

use super::python::{self, Part, Spacing, digest};
use super::{Files, Package, Project, Resolution, SourceError};

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "Pipfile.lock";
/// Name of the manifest.
pub(super) const MANIFEST: &str = "Pipfile";

/// The category that does not ship.
const DEVELOP: &str = "develop";
const SPECIFICATION: u64 = 6;
/// The version of what Pipenv could not resolve on the platform where it locked.
const ANY: &str = "*";
const NO_EDGES: &str = "it names no edges between packages: all are shown as dependencies of the project";

#[derive(Debug, Deserialize)]
struct Lock {
    #[serde(rename = "_meta")]
    meta: Meta,
    #[serde(flatten)]
    categories: BTreeMap<String, BTreeMap<String, Locked>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Meta {
    pipfile_spec: u64,
    hash: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    version: Option<String>,
    #[serde(default)]
    hashes: Vec<String>,
    git: Option<String>,
    r#ref: Option<String>,
    file: Option<String>,
    path: Option<String>,
}

/// Reads `Pipfile.lock` with `Pipfile`.
///
/// # Errors
/// [`SourceError`] where one is absent or malformed, or the `Pipfile` was changed since it was locked.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lock: Lock =
        json::decode(super::bytes(files, LOCKFILE)?).map_err(|error| SourceError::malformed(LOCKFILE, error))?;
    if lock.meta.pipfile_spec != SPECIFICATION {
        let got = lock.meta.pipfile_spec.to_string();
        return Err(SourceError::Version { file: LOCKFILE.to_owned(), got, expected: "6" });
    }
    check(files, &lock.meta)?;
    let mut project = Project::new(Package::new(folder, "", purl::generic(folder, "", None)?));
    let (mut packages, mut open) = (Vec::new(), BTreeSet::new());
    for (category, locked) in &lock.categories {
        for (name, locked) in locked.iter().filter(|(_, locked)| !is_project(locked)) {
            let package = package(name, locked)?;
            if locked.version.as_deref() == Some(ANY) {
                open.insert(name.as_str());
            }
            let to = if category == DEVELOP { &mut project.development } else { &mut project.package.depends_on };
            to.insert(package.purl.clone());
            packages.push(package);
        }
    }
    let Project { package, development, .. } = &mut project;
    development.retain(|purl| !package.depends_on.contains(purl));
    let incomplete = (!packages.is_empty()).then(|| reason(&open));
    Ok(Resolution { projects: vec![project], packages, incomplete })
}

fn reason(open: &BTreeSet<&str>) -> String {
    let Some(name) = open.first() else { return NO_EDGES.to_owned() };
    format!("{NO_EDGES}; it locks {} packages at no version ({name})", open.len())
}

/// A project locks itself as editable.
fn is_project(locked: &Locked) -> bool {
    matches!(locked.path.as_deref(), Some("." | "./"))
}

fn package(name: &str, locked: &Locked) -> Result<Package, SourceError> {
    let fail = |message: String| SourceError::malformed(LOCKFILE, message);
    let address = locked.file.as_deref().or(locked.path.as_deref()).map(python::file_name);
    let version = match (&locked.version, address) {
        (Some(version), _) if version == ANY => "",
        (Some(version), _) => {
            let exact = version.trim_start_matches('=').trim();
            if !version.starts_with("==") || !python::is_version(exact) {
                return Err(fail(format!("{name} is locked at {version:.40?} (expected ==, then one version)")));
            }
            exact
        }
        (None, Some(file)) => python::name_and_version(file).map_or("", |(_, version)| version),
        (None, None) if locked.git.is_some() => "",
        (None, None) => return Err(fail(format!("{name} is locked without a version"))),
    };
    let mut package = python::package(LOCKFILE, name, version)?;
    if let Some(address) = &locked.git {
        let none = || fail(format!("{name} comes from git without a commit"));
        let commit = locked.r#ref.as_deref().ok_or_else(none)?;
        let url = purl::without_credentials(address.trim_start_matches("git+"));
        package.purl = purl::package_in_git("pypi", &package.name, version, &url, commit)?;
        package.source_url = Some(url).filter(|url| url.starts_with("https://"));
    }
    python::represent_nameless(&mut package, locked.hashes.iter().map(String::as_str));
    Ok(package)
}

/// Compares the digest of what counts in the `Pipfile` with the one that was locked (`Pipfile.calculate_hash`).
fn check(files: &Files, meta: &Meta) -> Result<(), SourceError> {
    let manifest: BTreeMap<String, Value> = python::toml(files, MANIFEST)?;
    let none = || SourceError::malformed(MANIFEST, "a date or a number that Pipenv cannot hash");
    let mut expected = BTreeSet::new();
    // Newer releases write names in their normal form first.
    for is_normal in [true, false] {
        expected.insert(digest(&content(&manifest, is_normal), Spacing::None).ok_or_else(none)?);
    }
    let got = meta.hash.get("sha256").map(String::as_str).unwrap_or_default();
    if expected.contains(got) {
        return Ok(());
    }
    let expected = expected.into_iter().collect::<Vec<_>>().join(" or ");
    let what = format!("it was locked for the digest {got:.64?} (expected {expected})");
    Err(SourceError::out_of_step(LOCKFILE, MANIFEST, what))
}

/// Tables of a `Pipfile` that are no categories.
const TABLES: [&str; 9] =
    ["source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", DEVELOP];

fn named(category: &Value, is_normal: bool) -> Part<'_> {
    match category.as_table() {
        Some(table) if is_normal => {
            Part::Table(table.iter().map(|(name, asked)| (python::normal(name), Part::Value(asked))).collect())
        }
        _ => Part::Value(category),
    }
}

fn content(manifest: &BTreeMap<String, Value>, is_normal: bool) -> Part<'_> {
    let empty = || Part::Table(BTreeMap::new());
    let get = |name: &str| manifest.get(name).map(Part::Value);
    let category = |name: &str| manifest.get(name).map_or_else(empty, |value| named(value, is_normal));
    let meta = BTreeMap::from([
        ("requires".to_owned(), get("requires").unwrap_or_else(empty)),
        ("sources".to_owned(), get("source").unwrap_or_else(default_source)),
    ]);
    let mut all = BTreeMap::from([
        ("_meta".to_owned(), Part::Table(meta)),
        ("default".to_owned(), category("packages")),
        (DEVELOP.to_owned(), category("dev-packages")),
    ]);
    for name in manifest.keys().filter(|name| !TABLES.contains(&name.as_str())) {
        all.insert(name.clone(), category(name));
    }
    Part::Table(all)
}

/// What Pipenv takes for the sources where none are written.
fn default_source<'a>() -> Part<'a> {
    let text = |text: &'static str| Part::Text(text);
    let source = BTreeMap::from([
        ("name".to_owned(), text("pypi")),
        ("url".to_owned(), text("https://pypi.org/simple")),
        ("verify_ssl".to_owned(), Part::True),
    ]);
    Part::List(vec![Part::Table(source)])
}

#[cfg(test)]
mod tests;
