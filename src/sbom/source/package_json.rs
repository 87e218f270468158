//! `package.json` (npm documentation, "package.json"), as far as lockfiles of npm, pnpm and Yarn need it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::json;

use super::{Files, Package, Project, SourceError};
use crate::sbom::licence::Licence;
use crate::sbom::purl;

/// Name of the file.
pub(super) const FILE: &str = "package.json";

/// Requirements by name.
pub(super) type Requirements = BTreeMap<String, String>;

/// A manifest. Fields are those of the file; others are none of our business.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Manifest {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) license: Option<serde_json::Value>,
    pub(super) dependencies: Requirements,
    pub(super) dev_dependencies: Requirements,
    pub(super) optional_dependencies: Requirements,
    pub(super) peer_dependencies: Requirements,
    pub(super) workspaces: Option<Workspaces>,
    pub(super) resolutions: Requirements,
    pub(super) pnpm: Pnpm,
}

/// `pnpm` (pnpm.io/package_json): what changes the resolution.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Pnpm {
    pub(super) overrides: Requirements,
    pub(super) patched_dependencies: Requirements,
}

/// `workspaces`: patterns, or an object that holds them.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Workspaces {
    List(Vec<String>),
    Object { packages: Vec<String> },
}

impl Workspaces {
    /// The patterns, in their order.
    pub(super) fn patterns(&self) -> &[String] {
        match self {
            Self::List(list) | Self::Object { packages: list } => list,
        }
    }
}

impl Manifest {
    /// Reads the manifest at `path`.
    pub(super) fn read(files: &Files, path: &str) -> Result<Self, SourceError> {
        json::decode(super::bytes(files, path)?).map_err(|error| SourceError::malformed(path, error))
    }

    /// Patterns of workspace folders.
    pub(super) fn workspaces(&self) -> &[String] {
        self.workspaces.as_ref().map_or(&[], Workspaces::patterns)
    }

    /// The project of this manifest, still without edges.
    pub(super) fn project(&self, folder: &str) -> Result<Project, SourceError> {
        let name = self.name.as_deref().unwrap_or(folder);
        let version = self.version.as_deref().unwrap_or_default();
        let mut package = Package::new(name, version, purl::package("npm", name, version)?);
        package.licence = Licence::declared(self.license.as_ref().and_then(serde_json::Value::as_str), None);
        Ok(Project::new(package))
    }
}

/// A descriptor `name@range` at the `@` that no scope begins with, which stays with the range.
pub(super) fn split_descriptor(text: &str) -> Option<(&str, &str)> {
    let at = text.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at)?;
    text.split_at_checked(at)
}

/// Whether a pattern of `resolutions` is the name of one package, scoped or not, and no way to it.
pub(super) fn is_one_name(pattern: &str) -> bool {
    !pattern.contains('*') && pattern.matches('/').count() <= usize::from(pattern.starts_with('@'))
}

/// Path of the manifest of a folder relative to the lockfile (`.` is the folder of the lockfile).
pub(super) fn path_of(folder: &str) -> String {
    if folder == "." { FILE.to_owned() } else { format!("{folder}/{FILE}") }
}

/// Folder of a manifest, as [`path_of`] takes it.
pub(super) fn folder_of(path: &str) -> &str {
    path.strip_suffix(FILE).map_or(path, |folder| folder.strip_suffix('/').unwrap_or("."))
}

/// Whether a lockfile's folder stays below the lockfile: relative, with nothing but ordinary parts.
pub(super) fn is_below(folder: &str) -> bool {
    folder == "."
        || folder.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && !part.contains('\\'))
}
