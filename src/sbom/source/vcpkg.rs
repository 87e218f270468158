//! vcpkg: `vcpkg.json` with the database of what is installed, `vcpkg_installed/vcpkg/status`
//! (learn.microsoft.com, "vcpkg.json reference" and "Manifest mode"; vcpkg-tool, `binaryparagraph.cpp`).
//!
//! The manifest and its baseline name no versions that could be read without vcpkg's registry: versions,
//! features and edges are those that are installed. A package of another triplet than what needs it is
//! for the host: it only takes part in the build, and so do vcpkg's own scripts (`vcpkg-*`).

mod status;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Files, Package, Project, Resolution, SourceError};
use crate::model::json;
use crate::sbom::licence::Licence;
use crate::sbom::purl;
use status::{Installed, Spec};

/// Name of the manifest.
pub(super) const MANIFEST: &str = "vcpkg.json";
/// Where vcpkg, MSBuild and the toolchain file for CMake keep what they install.
pub(super) const BESIDE: [&str; 10] = [
    "vcpkg_installed/vcpkg/status",
    "vcpkg_installed/vcpkg/updates/*",
    "vcpkg_installed/*/vcpkg/status",
    "vcpkg_installed/*/vcpkg/updates/*",
    "build/vcpkg_installed/vcpkg/status",
    "build/vcpkg_installed/vcpkg/updates/*",
    "build/*/vcpkg_installed/vcpkg/status",
    "build/*/vcpkg_installed/vcpkg/updates/*",
    "out/build/*/vcpkg_installed/vcpkg/status",
    "out/build/*/vcpkg_installed/vcpkg/updates/*",
];

const ABSENT: &str = "vcpkg_installed/vcpkg/status (vcpkg.json names no versions; run vcpkg install, and make the SBOM \
                      where it ran)";

/// `vcpkg.json`, as far as it matters here.
#[derive(Deserialize)]
struct Manifest {
    name: Option<String>,
    #[serde(alias = "version-string", alias = "version-semver", alias = "version-date")]
    version: Option<String>,
    license: Option<String>,
    #[serde(default)]
    dependencies: Vec<Dependency>,
    #[serde(default)]
    features: Features,
    #[serde(default)]
    overrides: Vec<Override>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Name(String),
    Object {
        name: String,
        #[serde(default)]
        host: bool,
        platform: Option<String>,
    },
}

/// Optional parts of the project, by name or as a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Features {
    Map(BTreeMap<String, Feature>),
    List(Vec<Feature>),
}

impl Default for Features {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Override {
    name: String,
    #[serde(alias = "version-string", alias = "version-semver", alias = "version-date")]
    version: String,
    #[serde(rename = "port-version", default)]
    port_version: u64,
}

/// Reads `vcpkg.json` with what is installed.
///
/// # Errors
/// [`SourceError`] where either is absent or malformed, or what the manifest asks for is not installed.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let manifest: Manifest =
        json::decode(super::bytes(files, MANIFEST)?).map_err(|error| SourceError::malformed(MANIFEST, error))?;
    let databases: Vec<&String> = files.keys().filter(|path| path.ends_with("/status")).collect();
    let [database] = databases.as_slice() else {
        let Some(first) = databases.first() else { return Err(SourceError::Absent(ABSENT.to_owned())) };
        let message = format!("there are {} of them (expected that of the release alone)", databases.len());
        return Err(SourceError::malformed(first, message));
    };
    let updates = database.strip_suffix("status").map(|head| format!("{head}updates/")).unwrap_or_default();
    let updates = files.keys().filter(|path| path.starts_with(&updates) && !path.ends_with("/incomplete"));
    let mut installed = Installed::default();
    for path in std::iter::once(*database).chain(updates) {
        let text = super::text(files, path)?;
        installed.read(text).map_err(|message| SourceError::malformed(path, message))?;
    }
    installed.settle().map_err(|message| SourceError::malformed(database, message))?;
    let packages = packages(&installed).map_err(|error| match error {
        Problem::Message(message) => SourceError::malformed(database, message),
        Problem::Source(error) => error,
    })?;
    let project = project(&manifest, &installed, folder).map_err(|error| match error {
        Problem::Message(what) => SourceError::out_of_step(database, MANIFEST, what),
        Problem::Source(error) => error,
    })?;
    Ok(Resolution { projects: vec![project], packages, incomplete: None })
}

/// What is wrong, before it is known in which file.
enum Problem {
    Message(String),
    Source(SourceError),
}

impl<E: Into<SourceError>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Source(error.into())
    }
}

fn packages(installed: &Installed<'_>) -> Result<Vec<Package>, Problem> {
    let mut packages = Vec::new();
    for (spec, port) in installed.ports() {
        let mut package = Package::new(spec.name, port.version, purl_of(spec, installed)?);
        for need in port.depends_on.iter().filter(|need| *need != spec) {
            if !installed.has(need) {
                return Err(Problem::Message(format!("{spec} needs {need}, which is not installed")));
            }
            let is_for_host = need.triplet != spec.triplet || is_script(need.name);
            let uses = if is_for_host { &mut package.build } else { &mut package.depends_on };
            uses.insert(purl_of(need, installed)?);
        }
        packages.push(package);
    }
    Ok(packages)
}

fn project(manifest: &Manifest, installed: &Installed<'_>, folder: &str) -> Result<Project, Problem> {
    let (name, version) = (manifest.name.as_deref().unwrap_or(folder), manifest.version.as_deref().unwrap_or_default());
    let mut project = Project::new(Package::new(name, version, purl::generic(name, version, None)?));
    project.package.licence = Licence::declared(manifest.license.as_deref(), None);
    let hosts = installed.hosts();
    let optional = match &manifest.features {
        Features::Map(map) => map.values().collect::<Vec<_>>(),
        Features::List(list) => list.iter().collect(),
    };
    let optional = optional.into_iter().flat_map(|feature| &feature.dependencies).map(|dependency| (dependency, true));
    for (dependency, is_optional) in manifest.dependencies.iter().map(|dependency| (dependency, false)).chain(optional)
    {
        let (name, host, platform) = match dependency {
            Dependency::Name(name) => (name, false, None),
            Dependency::Object { name, host, platform } => (name, *host, platform.as_ref()),
        };
        if manifest.name.as_ref() == Some(name) {
            continue;
        }
        let all: Vec<Spec<'_>> = installed.named(name).collect();
        let fits = |spec: &&Spec<'_>| hosts.contains(spec.triplet) == host;
        let mut found: Vec<&Spec<'_>> = all.iter().filter(fits).collect();
        if found.is_empty() && (host || hosts.is_empty()) {
            found = all.iter().collect();
        }
        if found.is_empty() && !is_optional && platform.is_none() {
            return Err(Problem::Message(format!("{name} is not installed")));
        }
        let uses = if host || is_script(name) { &mut project.build } else { &mut project.package.depends_on };
        for spec in found {
            uses.insert(purl_of(spec, installed)?);
        }
    }
    check_overrides(manifest, installed)?;
    Ok(project)
}

fn check_overrides(manifest: &Manifest, installed: &Installed<'_>) -> Result<(), Problem> {
    let ports: BTreeMap<&Spec<'_>, _> = installed.ports().collect();
    for wanted in &manifest.overrides {
        let (version, port_version) = match wanted.version.split_once('#') {
            Some((version, port)) => (version, port.to_owned()),
            None => (wanted.version.as_str(), wanted.port_version.to_string()),
        };
        for spec in installed.named(&wanted.name) {
            let Some(port) = ports.get(&spec) else { continue };
            let got = port.port_version.unwrap_or("0");
            if (port.version, got) != (version, &port_version) {
                let what = format!("{spec} is installed at {}#{got} (expected {version}#{port_version})", port.version);
                return Err(Problem::Message(what));
            }
        }
    }
    Ok(())
}

/// Ports that hold functions of CMake for other ports: their names are vcpkg's own.
fn is_script(name: &str) -> bool {
    name.starts_with("vcpkg-")
}

fn purl_of(spec: &Spec<'_>, installed: &Installed<'_>) -> Result<String, SourceError> {
    let (version, port_version) = installed.version(spec);
    let qualifiers = [("port_version", port_version), ("triplet", Some(spec.triplet))];
    Ok(purl::qualified("vcpkg", spec.name, version, &qualifiers)?)
}

/// Triplets of the host, by what needs packages of them.
pub(super) type Hosts<'a> = BTreeSet<&'a str>;

#[cfg(test)]
mod tests;
