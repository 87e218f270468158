//! What is built: packages, features and the resolver of the workspace.

use cargo_metadata::{Metadata, Package};
use serde::Deserialize;

use super::CargoGraphError;
use super::features::Value;
use super::index::Index;

/// What a build was asked for, as on Cargo's command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Package names (`--package`); empty: what plain `cargo build` builds in the folder, programs first.
    pub packages: Vec<String>,
    /// Features, each `name`, `package/name` or `dependency/name`.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
}

/// Feature resolver of a workspace (`resolver` in its manifest).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// Features are one set over platforms, kinds and development dependencies.
    One,
    /// Features of what is built only; the same for versions 2 and 3.
    Two,
}

/// A workspace manifest that does not say which resolver is in force.
#[derive(Debug, thiserror::Error)]
pub enum ResolverError {
    /// Not TOML, or not a manifest.
    #[error("workspace manifest cannot be read: {0}")]
    Toml(#[from] Box<toml::de::Error>),
    /// Not a version that exists.
    #[error("workspace manifest names resolver {0:?} (expected \"1\", \"2\" or \"3\")")]
    Unknown(String),
}

#[derive(Deserialize)]
struct ManifestWire {
    package: Option<TableWire>,
    workspace: Option<TableWire>,
}

#[derive(Deserialize)]
struct TableWire {
    resolver: Option<String>,
    edition: Option<toml::Value>,
    package: Option<Box<TableWire>>,
}

impl Resolver {
    /// Reads `resolver` of the workspace's root manifest, or the default of its edition
    /// (doc.rust-lang.org/cargo/reference/resolver.html#resolver-versions).
    ///
    /// # Errors
    /// [`ResolverError`].
    pub fn of_manifest(text: &str) -> Result<Self, ResolverError> {
        let manifest: ManifestWire = toml::from_str(text).map_err(Box::new)?;
        let workspace = manifest.workspace.as_ref();
        let package = manifest.package.as_ref();
        let named = workspace.and_then(|table| table.resolver.clone()).or(package.and_then(|p| p.resolver.clone()));
        match named.as_deref() {
            Some("1") => return Ok(Self::One),
            Some("2" | "3") => return Ok(Self::Two),
            Some(other) => return Err(ResolverError::Unknown(other.chars().take(40).collect())),
            None => {}
        }
        let inherited = || workspace.and_then(|table| table.package.as_ref()?.edition.as_ref()?.as_str());
        let edition = package.and_then(|table| match table.edition.as_ref() {
            Some(toml::Value::String(edition)) => Some(edition.as_str()),
            Some(_) => inherited(),
            None => None,
        });
        // A workspace without a root package, and editions 2015 and 2018, have resolver 1.
        Ok(if edition.is_some_and(|edition| edition >= "2021") { Self::Two } else { Self::One })
    }

    /// The word used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }
}

/// Positions of the selected packages, sorted.
pub(super) fn roots(
    metadata: &Metadata,
    index: &Index<'_>,
    selection: &Selection,
) -> Result<Vec<usize>, CargoGraphError> {
    let members = metadata.workspace_packages();
    let chosen: Vec<&Package> =
        if selection.packages.is_empty() { default_packages(metadata) } else { named(&members, &selection.packages)? };
    let mut positions: Vec<usize> = chosen.iter().filter_map(|package| index.position(&package.id)).collect();
    positions.sort_unstable();
    positions.dedup();
    if positions.is_empty() { Err(CargoGraphError::NothingSelected) } else { Ok(positions) }
}

fn named<'a>(members: &[&'a Package], names: &[String]) -> Result<Vec<&'a Package>, CargoGraphError> {
    let find = |name: &String| {
        members.iter().copied().find(|package| package.name.as_str() == name).ok_or_else(|| {
            let mut known: Vec<String> = members.iter().map(|package| package.name.to_string()).collect();
            known.sort();
            CargoGraphError::UnknownPackage { got: name.clone(), known }
        })
    };
    names.iter().map(find).collect()
}

/// What plain `cargo build` builds in the folder: its own package, else the default members. Of
/// several, those with programs; libraries only where there is no program.
fn default_packages(metadata: &Metadata) -> Vec<&Package> {
    let own = metadata.root_package().filter(|package| {
        package.manifest_path.parent().is_some_and(|folder| folder != metadata.workspace_root.as_path())
    });
    if let Some(package) = own {
        return vec![package];
    }
    let all = if metadata.workspace_default_members.is_available() {
        metadata.workspace_default_packages()
    } else {
        metadata.root_package().map_or_else(|| metadata.workspace_packages(), |package| vec![package])
    };
    let programs: Vec<&Package> = all.iter().copied().filter(|package| has_program(package)).collect();
    if programs.is_empty() { all } else { programs }
}

pub(super) fn has_program(package: &Package) -> bool {
    package.targets.iter().any(cargo_metadata::Target::is_bin)
}

/// The features that each selected package begins with.
pub(super) fn features<'a>(
    index: &Index<'a>,
    roots: &[usize],
    selection: &'a Selection,
) -> Result<Vec<(usize, Vec<Value<'a>>)>, CargoGraphError> {
    let mut wanted: Vec<(usize, Vec<Value<'a>>)> = Vec::with_capacity(roots.len());
    for root in roots {
        let declared = index.packages.get(*root).map(|entry| &entry.package.features);
        let names = declared.into_iter().flat_map(|features| features.keys());
        let first =
            |name: &&String| selection.all_features || (!selection.no_default_features && name.as_str() == "default");
        wanted.push((*root, names.filter(first).map(|name| Value::Feature(name)).collect()));
    }
    for text in &selection.features {
        let mut known = false;
        for (root, values) in &mut wanted {
            if let Some(value) = index.packages.get(*root).and_then(|entry| applies(entry, text)) {
                values.push(value);
                known = true;
            }
        }
        if !known {
            return Err(CargoGraphError::UnknownFeature(text.clone()));
        }
    }
    Ok(wanted)
}

/// What a feature of the command line means for one package; `None` when it is not meant.
fn applies<'a>(entry: &super::index::Entry<'a>, text: &'a str) -> Option<Value<'a>> {
    match Value::parse(text) {
        Value::DependencyFeature { name, feature, .. } if name == entry.package.name.as_str() => {
            entry.package.features.contains_key(feature).then_some(Value::Feature(feature))
        }
        value @ Value::DependencyFeature { name, .. } => {
            entry.dependencies.iter().any(|declared| declared.name == name).then_some(value)
        }
        Value::Feature(name) => entry.package.features.contains_key(name).then_some(Value::Feature(name)),
        Value::Dependency(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Resolver;

    #[test]
    fn the_resolver_is_named_or_follows_from_the_edition() {
        for (manifest, expected) in [
            ("[package]\nname='a'\nedition='2021'\n", Resolver::Two),
            ("[package]\nname='a'\nedition='2018'\n", Resolver::One),
            ("[package]\nname='a'\n", Resolver::One),
            ("[package]\nname='a'\nedition='2018'\nresolver='2'\n", Resolver::Two),
            ("[workspace]\nmembers=[]\n", Resolver::One),
            ("[workspace]\nmembers=[]\nresolver='3'\n", Resolver::Two),
            ("[workspace.package]\nedition='2024'\n[package]\nedition.workspace=true\n", Resolver::Two),
        ] {
            assert_eq!(Resolver::of_manifest(manifest).expect(manifest), expected, "{manifest}");
        }
        assert!(Resolver::of_manifest("[workspace]\nresolver='9'\n").is_err());
        assert!(Resolver::of_manifest("[workspace").is_err());
    }
}
