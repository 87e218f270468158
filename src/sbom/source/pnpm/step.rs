//! Whether the manifests still ask for what was locked (`satisfiesPackageManifest`,
//! `getOutdatedLockfileSetting` and `allCatalogsAreUpToDate` of pnpm's source).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Direct, FILE, Files, Format, Importer, LOCKFILE, Manifest, Members, Recorded, Requirements, SourceError, WORKSPACE,
    npm_address, npm_range, package_json, yaml,
};
use crate::model::pattern;

/// Most patterns of optional dependencies to leave out.
const MAX_IGNORED: usize = 1_000;

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
        if !importers.contains_key(package_json::folder_of(path)) {
            return Err(SourceError::out_of_step(LOCKFILE, path, "got nothing for this member, expected an importer"));
        }
    }
    let rewriting = Rewriting::new(recorded)?;
    let mut manifests = BTreeMap::new();
    for (folder, importer) in importers {
        if !package_json::is_below(folder) {
            return Err(SourceError::malformed(LOCKFILE, format!("importer {folder:?} lies outside the folder")));
        }
        let path = package_json::path_of(folder);
        let manifest = Manifest::read(files, &path)?;
        project(&rewriting, &path, &manifest, importer)?;
        manifests.insert(folder.as_str(), manifest);
    }
    Ok(manifests)
}

/// Overrides, patches and catalogs are those that the lockfile was made with.
fn settings(recorded: &Recorded, workspace: &Workspace, root: &Manifest) -> Result<(), SourceError> {
    let mut overrides = root.resolutions.clone();
    overrides.extend(root.pnpm.overrides.clone());
    // Those of the workspace take the place of the others (pnpm 10).
    let of = if workspace.overrides.is_empty() { FILE } else { WORKSPACE };
    if of == WORKSPACE {
        overrides.clone_from(&workspace.overrides);
    }
    // A reference to another range is locked as that range.
    let same = |got: &str, asked: &str| got == asked || asked.starts_with('$') || asked.starts_with("catalog:");
    compare(of, "override", &recorded.overrides, &overrides, same)?;
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

/// What pnpm makes of a manifest before it resolves.
struct Rewriting<'a> {
    recorded: &'a Recorded,
    /// Ranges that overrides give, by the name that they are for.
    overrides: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Rewriting<'a> {
    fn new(recorded: &'a Recorded) -> Result<Self, SourceError> {
        if recorded.ignored_optional_dependencies.len() > MAX_IGNORED {
            let message = format!("more than {MAX_IGNORED} ignoredOptionalDependencies");
            return Err(SourceError::malformed(LOCKFILE, message));
        }
        let mut overrides: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (selector, range) in &recorded.overrides {
            overrides.entry(selected(selector)).or_default().insert(range);
        }
        Ok(Self { recorded, overrides })
    }

    fn gives(&self, name: &str, range: &str) -> bool {
        self.overrides.get(name).is_some_and(|ranges| ranges.contains(range))
    }

    fn takes_away(&self, name: &str, range: &str) -> bool {
        let link = range.starts_with("link:") && self.recorded.is_on("excludeLinksFromLockfile");
        let ignored = &self.recorded.ignored_optional_dependencies;
        link || self.gives(name, "-") || ignored.iter().any(|ignored| pattern::matches(ignored, name))
    }
}

/// Each list of the manifest is the list of the importer, but for what pnpm changes. A name of several
/// lists counts in one: optional before ordinary before development before peers.
fn project(rewriting: &Rewriting<'_>, path: &str, manifest: &Manifest, importer: &Importer) -> Result<(), SourceError> {
    let (optional, ordinary) = (&manifest.optional_dependencies, &manifest.dependencies);
    let mut dependencies = without(ordinary, &[optional]);
    for (name, range) in without(&manifest.peer_dependencies, &[optional, ordinary, &manifest.dev_dependencies]) {
        // Versions before 6 do not record the setting.
        if rewriting.recorded.is_on("autoInstallPeers") || importer.dependencies.contains_key(name) {
            dependencies.insert(name, range);
        }
    }
    let development = without(&manifest.dev_dependencies, &[optional, ordinary]);
    let lists = [
        (&importer.optional_dependencies, without(optional, &[])),
        (&importer.dependencies, dependencies),
        (&importer.dev_dependencies, development),
    ];
    for (locked, asked) in lists {
        let names: BTreeSet<&str> = asked.keys().copied().chain(locked.keys().map(String::as_str)).collect();
        for name in names {
            let got = locked.get(name).map(|direct| importer.specifier(name, direct));
            let asked = asked.get(name).copied();
            if got.is_none() && asked.is_some_and(|range| rewriting.takes_away(name, range)) {
                continue;
            }
            let same = |got: &str, asked: &str| got == asked || rewriting.gives(name, got);
            difference(path, name, got, asked, same)?;
        }
    }
    Ok(())
}

/// What an importer's dependency was resolved to is the package, at a version, that its specifier means.
pub(super) fn resolved(
    format: Format,
    at: &str,
    name: &str,
    importer: &Importer,
    direct: &Direct,
) -> Result<(), SourceError> {
    let specifier = importer.specifier(name, direct);
    let key = format.key(name, direct.version());
    let elsewhere = direct.version().starts_with("link:") || !npm_address::is_of_registry(specifier);
    let Some((got, version)) = format.identity(&key, None, None).ok().filter(|(_, version)| !version.is_empty()) else {
        return Ok(());
    };
    if elsewhere || key.contains(':') {
        return Ok(());
    }
    let alias = npm_range::alias(specifier);
    let (wanted, range) = alias.unwrap_or((name, specifier));
    // `npm:<name>` without a range is another spelling of an alias.
    let other = got != wanted && (alias.is_some() || !specifier.starts_with("npm:"));
    if other || npm_range::allows(range, version) == Some(false) {
        let what = format!("{name} is locked as {got} {version} (expected {wanted} {range})");
        return Err(SourceError::out_of_step(LOCKFILE, &package_json::path_of(at), what));
    }
    Ok(())
}

/// Requirements whose names stand in none of the others.
fn without<'a>(list: &'a Requirements, others: &[&Requirements]) -> BTreeMap<&'a str, &'a str> {
    let kept = list.iter().filter(|(name, _)| !others.iter().any(|other| other.contains_key(*name)));
    kept.map(|(name, range)| (name.as_str(), range.as_str())).collect()
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
