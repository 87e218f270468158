//! Whether a manifest still asks for what `uv.lock` recorded that it asked for (`Lock::satisfies`).
//!
//! Markers are not compared: uv writes them in a normal form of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Asked, Files, GroupEntry, Index, LOCKFILE, Locked, MANIFEST, Requirement, SourceError, Workspace, python};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Manifest {
    project: Option<Declared>,
    #[serde(default)]
    dependency_groups: BTreeMap<String, Vec<GroupEntry>>,
    #[serde(default)]
    tool: Tool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Declared {
    name: String,
    version: Option<String>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    dynamic: BTreeSet<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Tool {
    #[serde(default)]
    uv: Uv,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Uv {
    /// The older spelling of the group `dev`.
    #[serde(default)]
    dev_dependencies: Vec<String>,
}

/// Compares the manifest of a member with what is locked for it.
pub(super) fn check(files: &Files, path: &str, locked: &Locked) -> Result<(), SourceError> {
    let manifest: Manifest = python::toml(files, path)?;
    let Some(declared) = &manifest.project else {
        return Err(out_of_step(path, format!("{} is locked, but there is no [project]", locked.name)));
    };
    let name = python::normal(&declared.name);
    if name != locked.name {
        return Err(out_of_step(path, format!("project {} is locked (expected {name})", locked.name)));
    }
    if let (Some(got), Some(expected)) = (&locked.version, &declared.version)
        && !same_version(got, expected)
    {
        return Err(out_of_step(path, format!("project {name} is locked at {got} (expected {expected})")));
    }
    // What the build decides is not in the manifest: there is nothing to compare.
    let dynamic = |field: &str| declared.dynamic.contains(field);
    if !dynamic("dependencies") && !dynamic("optional-dependencies") {
        let all = declared.dependencies.iter().chain(declared.optional_dependencies.values().flatten());
        let asked = all.map(|text| Requirement::parse(path, text)).collect::<Result<Vec<_>, _>>()?;
        // uv records requirements of a project on its own extras either as such or by what they hold.
        let is_other = |asked: &&Requirement| asked.name != name;
        compare(path, &asked.iter().filter(is_other).collect::<Vec<_>>(), &locked.metadata.requires_dist, &name)?;
    }
    check_groups(path, &manifest, &locked.metadata.requires_dev, &name)
}

/// Of what a member asks for without a condition, a version that it allows is locked.
pub(super) fn versions(
    index: &Index<'_>,
    workspace: &Workspace,
    path: &str,
    locked: &Locked,
) -> Result<(), SourceError> {
    let all = locked.metadata.requires_dist.iter().chain(locked.metadata.requires_dev.values().flatten());
    for asked in all {
        let is_overridden = workspace.overrides.iter().any(|other| other.name == asked.name);
        let is_conditional = asked.marker.as_deref().is_some_and(|marker| !is_extra(marker));
        let Some(specifier) = asked.specifier.as_deref().filter(|_| !is_overridden && !is_conditional) else {
            continue;
        };
        let keys = index.names.get(asked.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let versions: Vec<&str> = keys.iter().filter_map(|key| key.1).collect();
        let is_other = |version: &&str| python::allows(specifier, version) == Some(false);
        // Where a source has no version, or one cannot be read, nothing can be said.
        if !keys.is_empty() && versions.len() == keys.len() && versions.iter().all(is_other) {
            let what = format!("{} is locked at {} (expected {specifier})", asked.name, versions.join(" and "));
            return Err(out_of_step(path, what));
        }
    }
    Ok(())
}

/// A marker that says nothing but which extra asks.
fn is_extra(marker: &str) -> bool {
    marker.starts_with("extra == ") && !marker.contains(" and ") && !marker.contains(" or ")
}

/// A workspace root that is no project: its groups are recorded beside the members.
pub(super) fn check_root(files: &Files, workspace: &Workspace) -> Result<(), SourceError> {
    let manifest: Manifest = python::toml(files, MANIFEST)?;
    if let Some(declared) = &manifest.project {
        return Err(out_of_step(MANIFEST, format!("project {} is not locked", declared.name)));
    }
    check_groups(MANIFEST, &manifest, &workspace.dependency_groups, "")
}

fn check_groups(
    path: &str,
    manifest: &Manifest,
    locked: &BTreeMap<String, Vec<Asked>>,
    own: &str,
) -> Result<(), SourceError> {
    let mut groups = python::groups(path, &manifest.dependency_groups)?;
    let legacy = manifest.tool.uv.dev_dependencies.iter().map(|text| Requirement::parse(path, text));
    let legacy = legacy.collect::<Result<Vec<_>, _>>()?;
    if !legacy.is_empty() {
        groups.entry("dev".to_owned()).or_default().extend(legacy);
    }
    if let Some(extra) = locked.iter().find(|(name, all)| !all.is_empty() && !groups.contains_key(*name)) {
        return Err(out_of_step(path, format!("group {} is locked, but the manifest has none", extra.0)));
    }
    for (name, asked) in &groups {
        let locked = locked.get(name).map(Vec::as_slice).unwrap_or_default();
        compare(path, &asked.iter().collect::<Vec<_>>(), locked, own)?;
    }
    Ok(())
}

/// Both directions: everything asked for is recorded with the same extras and versions, and nothing else is.
fn compare(path: &str, asked: &[&Requirement], locked: &[Asked], own: &str) -> Result<(), SourceError> {
    let mut by_name: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
    for entry in locked {
        by_name.entry(&entry.name).or_default().push(entry);
    }
    let mut distinct: BTreeSet<&Requirement> = BTreeSet::new();
    for requirement in asked.iter().filter(|requirement| distinct.insert(*requirement)) {
        let entries = by_name.get(requirement.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        if !entries.iter().any(|entry| fits(requirement, entry)) {
            let got: Vec<String> = entries.iter().take(3).map(|entry| written(entry)).collect();
            let got = if got.is_empty() { "nothing".to_owned() } else { got.join(" and ") };
            let versions: Vec<&str> = requirement.clauses.iter().map(String::as_str).collect();
            let versions = versions.join(",");
            let what = format!("{got} is locked for a requirement (expected {} {versions})", requirement.name);
            return Err(out_of_step(path, what.trim_end().to_owned()));
        }
    }
    let names: BTreeSet<&str> = asked.iter().map(|requirement| requirement.name.as_str()).collect();
    match by_name.keys().find(|name| **name != own && !names.contains(**name)) {
        Some(extra) => Err(out_of_step(path, format!("{extra} is locked as a requirement (expected none)"))),
        None => Ok(()),
    }
}

/// Where no specifier is recorded, any version does, or the source (`tool.uv.sources`) decides alone.
fn fits(asked: &Requirement, locked: &Asked) -> bool {
    let extras: BTreeSet<String> = locked.extras.iter().map(|extra| python::normal(extra)).collect();
    let sources = [&locked.git, &locked.url, &locked.path, &locked.directory, &locked.editable, &locked.r#virtual];
    let elsewhere = sources.iter().any(|source| source.is_some());
    let versions = locked.specifier.as_deref().map(python::clauses).unwrap_or_default();
    extras == asked.extras && (elsewhere || (asked.url.is_none() && versions == asked.clauses))
}

fn written(entry: &Asked) -> String {
    format!("{} {}", entry.name, entry.specifier.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// Equal but for the spellings that PEP 440 makes one: case, a leading `v`, separators, long words.
fn same_version(left: &str, right: &str) -> bool {
    let plain = |text: &str| {
        let text = text.trim().to_ascii_lowercase().replace(['-', '_'], ".");
        let text = text.trim_start_matches('v').replace("alpha", "a").replace("beta", "b").replace("preview", "rc");
        text.replace('.', "")
    };
    left == right || plain(left) == plain(right)
}

fn out_of_step(path: &str, what: String) -> SourceError {
    SourceError::out_of_step(LOCKFILE, path, what)
}
