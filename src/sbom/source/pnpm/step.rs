//! Whether the manifests still ask for what was locked (`satisfiesPackageManifest`,
//! `getOutdatedLockfileSetting` and `allCatalogsAreUpToDate` of pnpm's source).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Direct, FILE, Files, Importer, LOCKFILE, Manifest, Members, Recorded, Requirements, SourceError, WORKSPACE,
    package_json, yaml,
};
use crate::model::pattern;

/// `pnpm-workspace.yaml`, as far as it matters here.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Workspace {
    packages: Vec<String>,
    catalog: Requirements,
    catalogs: BTreeMap<String, Requirements>,
    overrides: Requirements,
    patched_dependencies: Requirements,
}

impl Workspace {
    /// Nothing where the file is not there or holds no more than comments.
    pub(super) fn read(files: &Files) -> Result<Self, SourceError> {
        if !files.contains_key(WORKSPACE) {
            return Ok(Self::default());
        }
        let text = super::super::text(files, WORKSPACE)?;
        let empty = text.lines().all(|line| line.trim().is_empty() || line.starts_with('#'));
        if empty { Ok(Self::default()) } else { yaml::read(WORKSPACE, text) }
    }

    /// Folders of the workspace.
    pub(super) fn members(&self) -> Result<Members, SourceError> {
        // What takes away does so wherever it stands in the list.
        let (away, mut patterns): (Vec<String>, _) =
            self.packages.iter().cloned().partition(|text| text.starts_with('!'));
        patterns.extend(away);
        Members::new(WORKSPACE, &patterns)
    }
}

/// The manifest of each project, in the order of the importers.
pub(super) fn check<'a>(
    files: &Files,
    recorded: &Recorded,
    importers: &'a BTreeMap<String, Importer>,
) -> Result<BTreeMap<&'a str, Manifest>, SourceError> {
    let workspace = Workspace::read(files)?;
    let root = Manifest::read(files, FILE)?;
    settings(recorded, &workspace, &root)?;
    let members = workspace.members()?;
    for path in members.found(files) {
        let folder = path.strip_suffix(FILE).map_or(path.as_str(), |folder| folder.trim_end_matches('/'));
        if !importers.contains_key(folder) {
            return Err(SourceError::out_of_step(LOCKFILE, path, "got nothing for this member, expected an importer"));
        }
    }
    let mut manifests = BTreeMap::new();
    for (folder, importer) in importers {
        if !package_json::is_below(folder) {
            return Err(SourceError::malformed(LOCKFILE, format!("importer {folder:?} lies outside the folder")));
        }
        let path = package_json::path_of(folder);
        let manifest = Manifest::read(files, &path)?;
        project(recorded, &path, &manifest, importer)?;
        manifests.insert(folder.as_str(), manifest);
    }
    Ok(manifests)
}

/// Overrides, patches and catalogs are those that the lockfile was made with.
fn settings(recorded: &Recorded, workspace: &Workspace, root: &Manifest) -> Result<(), SourceError> {
    let mut overrides = root.resolutions.clone();
    overrides.extend(root.pnpm.overrides.clone());
    if !workspace.overrides.is_empty() {
        overrides.clone_from(&workspace.overrides);
    }
    // A reference to another range is locked as that range.
    let same = |got: &str, asked: &str| got == asked || asked.starts_with('$') || asked.starts_with("catalog:");
    compare(FILE, "override", &recorded.overrides, &overrides, same)?;
    let mut patches = root.pnpm.patched_dependencies.clone();
    patches.extend(workspace.patched_dependencies.clone());
    let locked = recorded.patched_dependencies.keys().map(|name| (name.clone(), String::new())).collect();
    compare(FILE, "patch", &locked, &patches, |_, _| true)?;
    for (name, entries) in &recorded.catalogs {
        let own = (name == "default").then_some(&workspace.catalog);
        for (package, direct) in entries {
            let listed = workspace.catalogs.get(name).and_then(|list| list.get(package));
            let asked = listed.or_else(|| own?.get(package));
            if let (Direct::Asked { specifier, .. }, asked) = (direct, asked) {
                difference(WORKSPACE, package, Some(specifier), asked.map(String::as_str), |got, asked| got == asked)?;
            }
        }
    }
    Ok(())
}

/// Each list of the manifest is the list of the importer, but for what overrides change.
fn project(recorded: &Recorded, path: &str, manifest: &Manifest, importer: &Importer) -> Result<(), SourceError> {
    let (optional, ordinary) = (&manifest.optional_dependencies, &manifest.dependencies);
    let not_in = |list: &Requirements, others: &[&Requirements]| -> Requirements {
        let kept = list.iter().filter(|(name, _)| !others.iter().any(|other| other.contains_key(*name)));
        kept.map(|(name, range)| (name.clone(), range.clone())).collect()
    };
    let mut dependencies = not_in(ordinary, &[optional]);
    let others = [optional, ordinary, &manifest.dev_dependencies];
    for (name, range) in not_in(&manifest.peer_dependencies, &others) {
        // Versions before 6 do not record the setting.
        if recorded.is_on("autoInstallPeers") || importer.dependencies.contains_key(&name) {
            dependencies.insert(name, range);
        }
    }
    let development = not_in(&manifest.dev_dependencies, &[optional, ordinary]);
    let lists = [
        (&importer.optional_dependencies, optional),
        (&importer.dependencies, &dependencies),
        (&importer.dev_dependencies, &development),
    ];
    for (locked, asked) in lists {
        let asked: Requirements = asked
            .iter()
            .filter(|(name, range)| locked.contains_key(*name) || !may_be_absent(recorded, name, range))
            .map(|(name, range)| (name.clone(), range.clone()))
            .collect();
        let of = |(name, direct): (&String, &Direct)| match direct {
            Direct::Asked { specifier, .. } => (name.clone(), specifier.clone()),
            Direct::Version(_) => (name.clone(), importer.specifiers.get(name).cloned().unwrap_or_default()),
        };
        let locked: Requirements = locked.iter().map(of).collect();
        let names: BTreeSet<&String> = asked.keys().chain(locked.keys()).collect();
        for name in names {
            let same = |got: &str, asked: &str| got == asked || is_override(recorded, name, got);
            difference(path, name, locked.get(name).map(String::as_str), asked.get(name).map(String::as_str), same)?;
        }
    }
    Ok(())
}

/// What pnpm takes out of a manifest before it resolves.
fn may_be_absent(recorded: &Recorded, name: &str, range: &str) -> bool {
    let link = range.starts_with("link:") && recorded.is_on("excludeLinksFromLockfile");
    link || is_override(recorded, name, "-")
        || recorded.ignored_optional_dependencies.iter().any(|ignored| pattern::matches(ignored, name))
}

/// Whether an override of this package, `[parent>]name[@range]`, gives this range.
fn is_override(recorded: &Recorded, name: &str, range: &str) -> bool {
    let overrides = recorded.overrides.iter().filter(|(_, value)| *value == range);
    overrides.map(|(selector, _)| selected(selector)).any(|selected| selected == name)
}

/// Name that a selector is for. The `>` of a range follows an `@`, a space or a `|` (`parse-overrides`).
fn selected(selector: &str) -> &str {
    let bytes = selector.as_bytes();
    let parent = bytes.windows(2).rposition(|pair| matches!(pair, [before, b'>'] if !b" |@".contains(before)));
    let of = parent.and_then(|at| selector.get(at + 2..)).unwrap_or(selector);
    package_json::split_descriptor(of).map_or(of, |(name, _)| name)
}

fn compare(
    manifest: &str,
    what: &str,
    locked: &Requirements,
    asked: &Requirements,
    same: impl Fn(&str, &str) -> bool,
) -> Result<(), SourceError> {
    let names: BTreeSet<&String> = asked.keys().chain(locked.keys()).collect();
    for name in names {
        let (got, expected) = (locked.get(name).map(String::as_str), asked.get(name).map(String::as_str));
        difference(manifest, &format!("{what} {name}"), got, expected, &same)?;
    }
    Ok(())
}

fn difference(
    manifest: &str,
    what: &str,
    got: Option<&str>,
    asked: Option<&str>,
    same: impl Fn(&str, &str) -> bool,
) -> Result<(), SourceError> {
    let fits = match (got, asked) {
        (Some(got), Some(asked)) => same(got, asked),
        (got, asked) => got.is_none() && asked.is_none(),
    };
    if fits {
        return Ok(());
    }
    let word = |range: Option<&str>| range.map_or_else(|| "nothing".to_owned(), |range| format!("{range:?}"));
    let message = format!("{what} is locked for {} (expected {})", word(got), word(asked));
    Err(SourceError::out_of_step(LOCKFILE, manifest, message))
}
