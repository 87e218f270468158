//! `conan-graph.json` (Conan 2, `conan graph info --format=json`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::manifest::Manifest;
use super::reference::Reference;
use super::{GRAPH, MANIFEST, project};
use crate::model::json;
use crate::sbom::licence::Licence;
use crate::sbom::source::{Resolution, SourceError};

#[derive(Deserialize)]
struct Output {
    graph: Graph,
}

/// The graph.
#[derive(Deserialize)]
pub(super) struct Graph {
    nodes: BTreeMap<String, Node>,
    /// The node of the project.
    root: BTreeMap<String, String>,
    #[serde(default)]
    error: Option<serde_json::Value>,
}

/// A recipe, or the project.
#[derive(Deserialize)]
struct Node {
    #[serde(rename = "ref")]
    reference: String,
    name: Option<String>,
    version: Option<String>,
    license: Option<Licences>,
    dependencies: BTreeMap<String, Edge>,
    #[serde(default)]
    python_requires: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Licences {
    One(String),
    List(Vec<String>),
}

/// What a recipe requires. Those that are not direct are required by what it requires.
#[derive(Deserialize)]
struct Edge {
    direct: bool,
    build: bool,
    test: bool,
}

/// Reads the graph.
pub(super) fn read(bytes: &[u8]) -> Result<Graph, SourceError> {
    let graph = json::decode::<Output>(bytes).map_err(malformed)?.graph;
    if graph.error.as_ref().is_some_and(|error| !error.is_null()) {
        return Err(malformed("it is of a graph with an error"));
    }
    if graph.root.is_empty() || graph.root.keys().any(|id| !graph.nodes.contains_key(id)) {
        return Err(malformed("it does not name the node of the project"));
    }
    Ok(graph)
}

impl Graph {
    /// Every recipe of the graph but that of the project.
    pub(super) fn references(&self) -> Result<Vec<Reference<'_>>, SourceError> {
        let recipes = self.nodes.iter().filter(|(id, _)| !self.root.contains_key(*id)).map(|(_, node)| &node.reference);
        let scripts = self.nodes.values().filter_map(|node| node.python_requires.as_ref()).flat_map(BTreeMap::keys);
        recipes.chain(scripts).map(|text| Reference::parse(text).map_err(malformed)).collect()
    }

    /// What the graph says.
    pub(super) fn resolution(&self, manifest: Option<&Manifest>, folder: &str) -> Result<Resolution, SourceError> {
        let mut purls: BTreeMap<&str, String> = BTreeMap::new();
        let mut resolution = Resolution { projects: Vec::new(), packages: Vec::new(), incomplete: None };
        for (id, node) in self.nodes.iter().filter(|(id, _)| !self.root.contains_key(*id)) {
            purls.insert(id, Reference::parse(&node.reference).map_err(malformed)?.package()?.purl);
        }
        for (id, node) in &self.nodes {
            let uses = self.uses(node, &purls)?;
            for text in node.python_requires.iter().flat_map(BTreeMap::keys) {
                resolution.packages.push(Reference::parse(text).map_err(malformed)?.package()?);
            }
            if !self.root.contains_key(id) {
                let mut package = Reference::parse(&node.reference).map_err(malformed)?.package()?;
                package.licence = node.licence();
                package.depends_on = uses.shipped;
                // Tests of a recipe run where it is built.
                package.build = uses.build.into_iter().chain(uses.tests).collect();
                resolution.packages.push(package);
                continue;
            }
            if let Some(manifest) = manifest {
                self.check(node, manifest)?;
            }
            let has_name = node.name.is_some() && node.version.is_some();
            let reference = has_name.then(|| Reference::parse(&node.reference).map_err(malformed)).transpose()?;
            let mut project = project(reference, folder)?;
            project.package.licence = node.licence();
            (project.package.depends_on, project.build, project.development) = (uses.shipped, uses.build, uses.tests);
            resolution.projects.push(project);
        }
        Ok(resolution)
    }

    fn uses(&self, node: &Node, purls: &BTreeMap<&str, String>) -> Result<Uses, SourceError> {
        let mut uses = Uses::default();
        for (id, edge) in node.dependencies.iter().filter(|(_, edge)| edge.direct) {
            let purl = purls.get(id.as_str()).ok_or_else(|| malformed(format!("there is no package {id:.40?}")))?;
            let set = match edge {
                Edge { build: true, .. } => &mut uses.build,
                Edge { test: true, .. } => &mut uses.tests,
                _ => &mut uses.shipped,
            };
            set.insert(purl.clone());
        }
        for text in node.python_requires.iter().flat_map(BTreeMap::keys) {
            uses.build.insert(Reference::parse(text).map_err(malformed)?.package()?.purl);
        }
        Ok(uses)
    }

    fn check(&self, node: &Node, manifest: &Manifest) -> Result<(), SourceError> {
        let direct = node.dependencies.iter().filter(|(_, edge)| edge.direct);
        let nodes: Vec<(&Edge, &Node)> = direct.filter_map(|(id, edge)| Some((edge, self.nodes.get(id)?))).collect();
        let references = nodes.iter().map(|(_, node)| Reference::parse(&node.reference).map_err(malformed));
        let references: Vec<Reference<'_>> = references.collect::<Result<_, _>>()?;
        let names = references.iter().map(|reference| (reference.name, reference.version)).collect();
        let out_of_step = |what| SourceError::out_of_step(GRAPH, MANIFEST, what);
        manifest.check(&names).map_err(out_of_step)?;
        let shipped = nodes.iter().zip(&references).filter(|((edge, _), _)| !edge.build && !edge.test);
        manifest.check_direct(shipped.map(|(_, reference)| reference.name)).map_err(out_of_step)
    }
}

#[derive(Default)]
struct Uses {
    shipped: BTreeSet<String>,
    build: BTreeSet<String>,
    tests: BTreeSet<String>,
}

impl Node {
    /// A recipe may declare several licences and does not say how they are meant.
    fn licence(&self) -> Licence {
        match &self.license {
            None => Licence::Undeclared,
            Some(Licences::One(text)) => Licence::declared(Some(text), None),
            Some(Licences::List(list)) => Licence::declared(Some(&list.join(", ")), None),
        }
    }
}

fn malformed(message: impl ToString) -> SourceError {
    SourceError::malformed(GRAPH, message)
}
