//! Conan: `conan.lock` of Conan 1 (version 0.4, a graph) and Conan 2 (version 0.5, lists), and
//! `conan-graph.json`, what `conan graph info . --format=json` of Conan 2 writes (docs.conan.io).
//!
//! The lists of Conan 2 have no edges; where the graph lies beside them it is read, and must fit them.
//! `conanfile.txt` is compared; `conanfile.py` is a program, of which nothing is known without running it.

mod graph;
mod legacy;
mod manifest;
mod reference;

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Files, Package, Project, Resolution, SourceError};
use crate::model::json;
use crate::sbom::purl;
use manifest::Manifest;
use reference::Reference;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "conan.lock";
/// Name of the graph.
pub(super) const GRAPH: &str = "conan-graph.json";
/// Name of the manifest that is no program.
pub(super) const MANIFEST: &str = "conanfile.txt";

const NO_EDGES: &str = "it names no edges and does not say what only serves tests: all are shown as dependencies of the \
                        project (write conan-graph.json beside it: conan graph info . --format=json)";

const NOT_COMPARED: &str = "; what it was made for is not compared, since conanfile.py is a program";

/// The lockfile of either version.
#[derive(Deserialize)]
struct Lockfile {
    version: String,
    graph_lock: Option<legacy::Graph>,
    #[serde(default)]
    requires: Vec<String>,
    #[serde(default)]
    build_requires: Vec<String>,
    #[serde(default)]
    python_requires: Vec<String>,
    #[serde(default)]
    config_requires: Vec<String>,
}

/// Reads `conan.lock`, with `conan-graph.json` where it is there.
///
/// # Errors
/// [`SourceError`] where it is absent, malformed, of another version or does not fit what lies beside it.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let lockfile = Lockfile::read(files)?;
    let manifest = Manifest::read(files)?;
    match (lockfile.version.as_str(), &lockfile.graph_lock) {
        ("0.4", Some(graph)) => legacy::resolution(graph, manifest.as_ref(), folder),
        ("0.5", None) if files.contains_key(GRAPH) => read_graph(files, folder),
        ("0.5", None) => lockfile.resolution(manifest.as_ref(), folder),
        (got, _) => Err(SourceError::Version {
            file: LOCKFILE.to_owned(),
            got: got.chars().take(40).collect(),
            expected: "0.4 with a graph, or 0.5",
        }),
    }
}

/// Reads `conan-graph.json`, and holds it against `conan.lock` where that is there.
///
/// # Errors
/// [`SourceError`] where it is absent, malformed or does not fit what lies beside it.
pub(super) fn read_graph(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let graph = graph::read(super::bytes(files, GRAPH)?)?;
    if files.contains_key(LOCKFILE) {
        Lockfile::read(files)?.check(&graph.references()?)?;
    }
    graph.resolution(Manifest::read(files)?.as_ref(), folder)
}

impl Lockfile {
    fn read(files: &Files) -> Result<Self, SourceError> {
        json::decode(super::bytes(files, LOCKFILE)?).map_err(malformed)
    }

    /// What is locked is more than one graph: a lockfile may serve several configurations.
    fn check(&self, references: &[Reference<'_>]) -> Result<(), SourceError> {
        let lists = [&self.requires, &self.build_requires, &self.python_requires, &self.config_requires];
        let locked = lists.into_iter().flatten().map(|text| Reference::parse(text).map_err(malformed));
        let locked: BTreeSet<Reference<'_>> = locked.collect::<Result<_, _>>()?;
        let is_old = self.graph_lock.is_some();
        match references.iter().find(|reference| !is_old && !locked.contains(reference)) {
            None => Ok(()),
            Some(reference) => Err(SourceError::out_of_step(GRAPH, LOCKFILE, format!("{reference} is not locked"))),
        }
    }

    fn resolution(&self, manifest: Option<&Manifest>, folder: &str) -> Result<Resolution, SourceError> {
        let mut project = project(None, folder)?;
        let mut packages = Vec::new();
        let mut names = BTreeSet::new();
        for text in &self.requires {
            let reference = Reference::parse(text).map_err(malformed)?;
            let package = reference.package()?;
            let is_test = manifest.is_some_and(|manifest| manifest.only_tests(reference.name));
            let uses = if is_test { &mut project.development } else { &mut project.package.depends_on };
            uses.insert(package.purl.clone());
            packages.push(package);
            names.insert((reference.name, reference.version));
        }
        let build = [&self.build_requires, &self.python_requires, &self.config_requires];
        for text in build.into_iter().flatten() {
            let reference = Reference::parse(text).map_err(malformed)?;
            let package = reference.package()?;
            project.build.insert(package.purl.clone());
            packages.push(package);
            names.insert((reference.name, reference.version));
        }
        if let Some(manifest) = manifest {
            manifest.check(&names).map_err(|what| SourceError::out_of_step(LOCKFILE, MANIFEST, what))?;
        }
        let not_compared = if manifest.is_none() { NOT_COMPARED } else { "" };
        let incomplete = (!packages.is_empty()).then(|| format!("{NO_EDGES}{not_compared}"));
        Ok(Resolution { projects: vec![project], packages, incomplete })
    }
}

fn malformed(message: impl ToString) -> SourceError {
    SourceError::malformed(LOCKFILE, message)
}

/// What is built: the folder, unless its recipe says a name and a version.
fn project(reference: Option<Reference<'_>>, folder: &str) -> Result<Project, SourceError> {
    Ok(Project::new(match reference {
        Some(reference) => reference.package()?,
        None => Package::new(folder, "", purl::generic(folder, "", None)?),
    }))
}

#[cfg(test)]
mod tests;
