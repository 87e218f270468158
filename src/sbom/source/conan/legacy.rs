//! The graph in `conan.lock` of Conan 1 (conan 1.66, `conans/model/graph_lock.py`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::manifest::Manifest;
use super::reference::Reference;
use super::{LOCKFILE, MANIFEST, malformed, project};
use crate::sbom::source::{Package, Resolution, SourceError};

/// The graph.
#[derive(Deserialize)]
pub(super) struct Graph {
    nodes: BTreeMap<String, Node>,
}

/// A recipe, or the project, which may have no reference.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Node {
    #[serde(rename = "ref")]
    reference: Option<String>,
    requires: Vec<String>,
    build_requires: Vec<String>,
    python_requires: Vec<String>,
}

impl Node {
    fn reference(&self) -> Result<Option<Reference<'_>>, SourceError> {
        // A project without a version is "name/None".
        let text = self.reference.as_deref().filter(|text| !text.contains("None"));
        text.map(|text| Reference::parse(text).map_err(malformed)).transpose()
    }
}

/// What the graph says: projects are the nodes that no other requires.
pub(super) fn resolution(graph: &Graph, manifest: Option<&Manifest>, folder: &str) -> Result<Resolution, SourceError> {
    let needed: BTreeSet<&String> =
        graph.nodes.values().flat_map(|node| node.requires.iter().chain(&node.build_requires)).collect();
    let mut resolution = Resolution { projects: Vec::new(), packages: Vec::new(), incomplete: None };
    let mut purls: BTreeMap<&str, String> = BTreeMap::new();
    for (id, node) in graph.nodes.iter().filter(|(id, _)| needed.contains(id)) {
        let reference = node.reference()?.ok_or_else(|| malformed(format!("node {id} has no reference")))?;
        purls.insert(id, reference.package()?.purl);
    }
    let edges = |ids: &[String]| {
        let purl =
            |id: &String| purls.get(id.as_str()).cloned().ok_or_else(|| malformed(format!("there is no node {id}")));
        ids.iter().map(purl).collect::<Result<BTreeSet<String>, SourceError>>()
    };
    for (id, node) in &graph.nodes {
        let scripts =
            node.python_requires.iter().map(|text| Ok(Reference::parse(text).map_err(malformed)?.package()?));
        let scripts: Vec<Package> = scripts.collect::<Result<_, SourceError>>()?;
        let mut build = edges(&node.build_requires)?;
        build.extend(scripts.iter().map(|package| package.purl.clone()));
        resolution.packages.extend(scripts);
        let depends_on = edges(&node.requires)?;
        if needed.contains(id) {
            let reference = node.reference()?.ok_or_else(|| malformed(format!("node {id} has no reference")))?;
            resolution.packages.push(Package { depends_on, build, ..reference.package()? });
            continue;
        }
        let mut project = project(node.reference()?, folder)?;
        (project.package.depends_on, project.build) = (depends_on, build);
        if let Some(manifest) = manifest {
            check(graph, node, manifest)?;
        }
        resolution.projects.push(project);
    }
    if resolution.projects.is_empty() {
        return Err(malformed("every node is required by another (expected a project)"));
    }
    Ok(resolution)
}

fn check(graph: &Graph, node: &Node, manifest: &Manifest) -> Result<(), SourceError> {
    let direct = |ids: &'_ [String]| {
        let nodes = ids.iter().filter_map(|id| graph.nodes.get(id));
        nodes.map(Node::reference).filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()
    };
    let (shipped, build) = (direct(&node.requires)?, direct(&node.build_requires)?);
    let names = shipped.iter().chain(&build).map(|reference| (reference.name, reference.version)).collect();
    let out_of_step = |what| SourceError::out_of_step(LOCKFILE, MANIFEST, what);
    manifest.check(&names).map_err(out_of_step)?;
    manifest.check_direct(shipped.iter().map(|reference| reference.name)).map_err(out_of_step)
}
