//! `go-mod-graph.txt`: what `go mod graph` writes, kept beside `go.mod` (Go Modules Reference, "go mod graph",
//! "Minimal version selection").
//!
//! One requirement a line: a module and what it requires; only the main module has no version. The
//! selected version of a module is the highest that any module of the graph requires.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::{LOCKFILE, Manifest, SourceError};

/// Name of the file.
pub(in crate::sbom::source) const GRAPH: &str = "go-mod-graph.txt";

/// Selected modules with what they require, versions left out: each name has one.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    /// Version of every module but the main one, also of those that only versions which were not selected
    /// require: `go list -m all` lists them, and nothing leads to them.
    pub(super) selected: BTreeMap<&'a str, &'a str>,
    /// Modules that each module requires at its selected version; those of the main one under its own name.
    pub(super) requires: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Graph<'a> {
    /// Reads the graph and holds it against `go.mod`.
    pub(super) fn read(text: &'a str, main: &str, manifest: &Manifest) -> Result<Self, SourceError> {
        let mut edges: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        let mut highest: BTreeMap<&str, (Version, &str)> = BTreeMap::new();
        let mut of_main: BTreeMap<&str, &str> = BTreeMap::new();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let fail = |what: &str| SourceError::malformed(GRAPH, format!("line {}: {what}", at + 1));
            let (from, to) = line.trim().split_once(' ').ok_or_else(|| fail("expected two modules"))?;
            let (name, version) = to.split_once('@').ok_or_else(|| fail("a requirement without a version"))?;
            let from = from.split_once('@').unwrap_or((from, ""));
            // The toolchain is no module of the build ("go list -m all" leaves it out).
            if is_toolchain(name) || is_toolchain(from.0) {
                continue;
            }
            if from.1.is_empty() && from.0 != main {
                return Err(fail(&format!("{:.200} has no version (expected the main module {main})", from.0)));
            }
            for (name, version) in [(name, version), from].into_iter().filter(|(_, version)| !version.is_empty()) {
                let number = version.strip_prefix('v').and_then(|text| Version::parse(text).ok());
                let number = number.ok_or_else(|| fail(&format!("{version:.80?} is no version")))?;
                if highest.get(name).is_none_or(|(known, _)| *known < number) {
                    highest.insert(name, (number, version));
                }
            }
            if from.1.is_empty() {
                of_main.insert(name, version);
            }
            edges.entry(from).or_default().insert(name);
        }
        in_step(&of_main, &highest, manifest)?;
        let selected: BTreeMap<&str, &str> =
            highest.into_iter().filter(|(name, _)| *name != main).map(|(name, (_, version))| (name, version)).collect();
        let is_selected = |name: &str, version: &str| version.is_empty() || selected.get(name) == Some(&version);
        let kept = edges.into_iter().filter(|((name, version), _)| is_selected(name, version));
        let requires = kept.map(|((name, _), mut to)| {
            to.remove(main);
            (name, to)
        });
        Ok(Self { requires: requires.collect(), selected })
    }
}

fn is_toolchain(name: &str) -> bool {
    matches!(name, "go" | "toolchain")
}

/// The main module requires in the graph what `go.mod` requires, and everything at the version selected.
fn in_step(
    of_main: &BTreeMap<&str, &str>,
    highest: &BTreeMap<&str, (Version, &str)>,
    manifest: &Manifest,
) -> Result<(), SourceError> {
    let fail = |what: String| Err(SourceError::out_of_step(GRAPH, LOCKFILE, what));
    for (name, (version, _)) in &manifest.requires {
        let got = of_main.get(name.as_str()).copied().unwrap_or("nothing");
        if got != version {
            return fail(format!("the main module requires {got} of {name} (expected {version})"));
        }
        let selected = highest.get(name.as_str()).map_or("nothing", |(_, selected)| selected);
        if selected != version {
            return fail(format!("{selected} of {name} is selected (expected {version})"));
        }
    }
    match of_main.keys().find(|name| !manifest.requires.contains_key(**name)) {
        Some(extra) => fail(format!("the main module requires {extra} (expected nothing)")),
        None => Ok(()),
    }
}
