//! Maven: what `mvn dependency:tree -DoutputFile=...` writes (maven-dependency-plugin 2.8 and later,
//! `outputType` text, tgf or json), with the `pom.xml` beside it.
//!
//! Maven has no lockfile; this tree is what it resolved. Without `-Dverbose` a module hangs below the
//! first that needs it and nowhere else. With it the others are there as "omitted", and an edge leads
//! from each to the module that was taken. What Maven gives the scope `provided` only takes part in the
//! build and `test` only serves tests, unless something that ships needs it, which `-Dverbose` shows.

mod pom;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use super::{Files, Package, Project, Resolution, SourceError};
use crate::sbom::graph::Scope;
use crate::sbom::purl;
use pom::Pom;
use tree::{Coordinates, Node};

/// Name of the tree as text.
pub(super) const TEXT: &str = "dependency-tree.txt";
/// Name of the tree in Trivial Graph Format.
pub(super) const TGF: &str = "dependency-tree.tgf";
/// Name of the tree as JSON.
pub(super) const JSON: &str = "dependency-tree.json";
/// Name of the manifest.
pub(super) const MANIFEST: &str = "pom.xml";

const NO_EDGES: &str = "it shows a module below the first that needs it only, so that edges are left out (write it \
                        with -Dverbose as text)";

/// Packagings whose file is a plain `.jar`, as which other modules name them.
const JARS: [&str; 4] = ["bundle", "ejb", "maven-plugin", "maven-archetype"];

/// Reads `dependency-tree.txt`.
///
/// # Errors
/// [`SourceError`] where it is absent or malformed or does not fit `pom.xml`.
pub(super) fn read_text(files: &Files, _folder: &str) -> Result<Resolution, SourceError> {
    let nodes = tree::of_text(super::text(files, TEXT)?);
    read(files, TEXT, nodes)
}

/// Reads `dependency-tree.tgf`.
///
/// # Errors
/// [`SourceError`] as for the text.
pub(super) fn read_tgf(files: &Files, _folder: &str) -> Result<Resolution, SourceError> {
    let nodes = tree::of_tgf(super::text(files, TGF)?);
    read(files, TGF, nodes)
}

/// Reads `dependency-tree.json`.
///
/// # Errors
/// [`SourceError`] as for the text.
pub(super) fn read_json(files: &Files, _folder: &str) -> Result<Resolution, SourceError> {
    let nodes = tree::of_json(super::bytes(files, JSON)?);
    read(files, JSON, nodes)
}

/// Manifests of the modules that `pom.xml` names: one file may hold the trees of all of them.
#[must_use]
pub(super) fn more(files: &Files) -> Vec<String> {
    let pom = super::text(files, MANIFEST).ok().and_then(|text| Pom::parse(MANIFEST, text).ok());
    let modules = pom.map(|pom| pom.modules).unwrap_or_default();
    let path = |module: String| if module.ends_with(".xml") { module } else { format!("{module}/{MANIFEST}") };
    modules.into_iter().map(path).collect()
}

fn read(files: &Files, file: &str, nodes: Result<Vec<Node>, String>) -> Result<Resolution, SourceError> {
    let nodes = nodes.map_err(|message| SourceError::malformed(file, message))?;
    let trees = Trees::new(&nodes).map_err(|message| SourceError::malformed(file, message))?;
    super::bytes(files, MANIFEST)?;
    for path in files.keys().filter(|path| path.ends_with(".xml")) {
        let pom = Pom::parse(path, super::text(files, path)?)?;
        let root = nodes.iter().position(|node| node.parent.is_none() && pom.is_of(&node.coordinates));
        if let Some(root) = root {
            let direct = || nodes.iter().filter(move |node| node.parent == Some(root)).map(|node| &node.coordinates);
            pom.check(&nodes[root].coordinates, direct).map_err(|what| SourceError::out_of_step(file, path, what))?;
        } else if path == MANIFEST {
            let first = nodes.first().map(|node| node.coordinates.to_string()).unwrap_or_default();
            let what = format!("it is of {first} (expected {})", pom.shown());
            return Err(SourceError::out_of_step(file, path, what));
        }
    }
    trees.resolution(&nodes)
}

/// Which module was taken in a tree: Maven takes one version of each.
type Taken<'a> = BTreeMap<(usize, &'a str, &'a str, &'a str, &'a str), usize>;

struct Trees<'a> {
    /// Root of each node.
    root: Vec<usize>,
    /// The node that stands for each node: itself, or the one that was taken instead.
    taken: Vec<usize>,
    is_verbose: bool,
    nodes: &'a [Node],
}

impl<'a> Trees<'a> {
    fn new(nodes: &'a [Node]) -> Result<Self, String> {
        let mut trees = Self { root: roots(nodes)?, taken: Vec::new(), is_verbose: false, nodes };
        let mut first: Taken<'a> = BTreeMap::new();
        for (at, node) in nodes.iter().enumerate().filter(|(_, node)| !node.is_omitted) {
            let there = *first.entry(trees.key(at)).or_insert(at);
            let (got, known) = (&node.coordinates, &nodes[there].coordinates);
            if got.version != known.version {
                return Err(format!("it holds {known} and {got} and does not say which was taken (write it as text)"));
            }
            trees.is_verbose |= there != at;
        }
        for (at, node) in nodes.iter().enumerate() {
            trees.is_verbose |= node.is_omitted;
            let Some(taken) = first.get(&trees.key(at)) else {
                return Err(format!("{} is omitted, and nothing was taken for it", node.coordinates));
            };
            trees.taken.push(*taken);
        }
        Ok(trees)
    }

    fn key(&self, at: usize) -> (usize, &'a str, &'a str, &'a str, &'a str) {
        let Coordinates { group, artifact, kind, classifier, .. } = &self.nodes[at].coordinates;
        (self.root[at], group, artifact, kind, classifier)
    }

    fn resolution(self, nodes: &[Node]) -> Result<Resolution, SourceError> {
        let purls = nodes.iter().map(|node| purl(&node.coordinates, node.parent.is_none()));
        let purls: Vec<String> = purls.collect::<Result<_, _>>()?;
        let mut projects: BTreeMap<usize, Project> = BTreeMap::new();
        let mut packages: BTreeMap<usize, Package> = BTreeMap::new();
        for (at, node) in nodes.iter().enumerate().filter(|(at, _)| self.taken[*at] == *at) {
            let Coordinates { group, artifact, version, .. } = &node.coordinates;
            let package = Package::new(&format!("{group}:{artifact}"), version, purls[at].clone());
            if node.parent.is_none() {
                projects.insert(at, Project::new(package));
            } else {
                packages.insert(at, package);
            }
        }
        for (at, node) in nodes.iter().enumerate() {
            let Some(parent) = node.parent else { continue };
            let (from, to) = (self.taken[parent], &purls[self.taken[at]]);
            // Something that ships needs it too, at an edge that is left out.
            let hangs_elsewhere = !self.is_verbose && node.scope < nodes[parent].scope;
            if let Some(package) = packages.get_mut(&from).filter(|package| package.purl != *to) {
                package.depends_on.insert(to.clone());
            }
            if let Some(project) =
                projects.get_mut(&self.root[at]).filter(|_| parent == self.root[at] || hangs_elsewhere)
            {
                uses(project, node.scope).insert(to.clone());
            }
        }
        let incomplete = (!self.is_verbose && packages.len() > 1).then(|| NO_EDGES.to_owned());
        let (projects, packages) = (projects.into_values().collect(), packages.into_values().collect());
        Ok(Resolution { projects, packages, incomplete })
    }
}

/// Root of each node. Every parent stands before its children in no order that is promised.
fn roots(nodes: &[Node]) -> Result<Vec<usize>, String> {
    let mut known: Vec<Option<usize>> = nodes.iter().map(|_| None).collect();
    let mut names = BTreeSet::new();
    for start in 0..nodes.len() {
        let (mut way, mut at) = (Vec::new(), start);
        let root = loop {
            if let Some(root) = known[at] {
                break root;
            }
            way.push(at);
            match nodes[at].parent {
                None => break at,
                Some(_) if way.len() > nodes.len() => return Err("its edges go in circles".to_owned()),
                Some(parent) => at = parent,
            }
        };
        way.into_iter().for_each(|at| known[at] = Some(root));
        let is_new = nodes[start].parent.is_some() || names.insert(nodes[start].coordinates.to_string());
        if !is_new {
            let name = &nodes[start].coordinates;
            return Err(format!("the tree of {name} is there twice (delete the file before it is written again)"));
        }
    }
    if names.is_empty() {
        return Err("it has no tree".to_owned());
    }
    Ok(known.into_iter().flatten().collect())
}

fn uses(project: &mut Project, scope: Scope) -> &mut BTreeSet<String> {
    match scope {
        Scope::Shipped => &mut project.package.depends_on,
        Scope::BuildTimeOnly => &mut project.build,
        Scope::DevelopmentOnly => &mut project.development,
    }
}

fn purl(coordinates: &Coordinates, is_root: bool) -> Result<String, SourceError> {
    let Coordinates { group, artifact, version, kind, classifier } = coordinates;
    let is_jar = kind == "jar" || is_root && JARS.contains(&kind.as_str());
    let kind = Some(kind.as_str()).filter(|_| !is_jar);
    let classifier = Some(classifier.as_str()).filter(|text| !text.is_empty());
    let qualifiers = [("classifier", classifier), ("type", kind)];
    Ok(purl::qualified("maven", &format!("{group}/{artifact}"), version, &qualifiers)?)
}

#[cfg(test)]
mod tests;
