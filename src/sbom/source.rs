//! Lockfiles: what each package manager resolved, behind one small interface.
//!
//! A reader turns the files of one folder into a [`Resolution`]: its projects, its packages, their
//! edges. It is pure and knows one format. What follows from the edges is computed here once for all
//! formats: scope (a package ships where something shipped leads to it), suppliers, the graph.
//!
//! A reader refuses a lockfile that does not fit its manifest: an SBOM of other packages than those
//! that are built would be false.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::release::SupplierRule;

use super::document::{Hash, HashAlgorithm};
use super::graph::{
    Completeness, Component, ComponentGraph, DerivedFrom, Excluded, GraphError, Kind, MAX_COMPONENTS, Origin, Parts,
    Scope,
};
use super::licence::Licence;
use super::purl::PurlError;
use super::supplier::{self, Hints};

mod address;
mod composer;
mod conan;
mod gem;
mod gomod;
mod gradle;
mod integrity;
mod maven;
mod npm;
mod npm_address;
mod npm_range;
mod nuget;
mod os;
mod package_json;
mod pipfile;
mod platformio;
mod pnpm;
mod poetry;
mod pylock;
mod python;
mod reader;
mod requirements;
pub mod submodules;
mod swiftpm;
mod uv;
mod vcpkg;
mod workspace;
mod yaml;
mod yarn;

pub use os::DATABASES;
pub use reader::{READERS, Reader, is_taken};
pub use workspace::{is_pattern, selects};

/// Largest lockfile or manifest, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// Largest package database of an operating system, in bytes.
pub const MAX_DATABASE_BYTES: usize = 512 << 20;

/// The files of one folder that a reader may look at, by path relative to it with `/` between parts.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why a lockfile gives no resolution.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file that the reader needs.
    #[error("{0} is not there")]
    Absent(String),
    /// Bytes that are not of the format.
    #[error("{file} cannot be read: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// What was found and what was expected, with the place.
        message: String,
    },
    /// A version of the format that this program does not know.
    #[error("{file} has version {got} of its format (expected {expected})")]
    Version {
        /// The file.
        file: String,
        /// As found.
        got: String,
        /// As known.
        expected: &'static str,
    },
    /// The manifest asks for what the lockfile does not hold.
    #[error("{file} does not fit {manifest}: {what}")]
    OutOfStep {
        /// The lockfile.
        file: String,
        /// The manifest.
        manifest: String,
        /// The first difference.
        what: String,
    },
    /// A name or version that has no package URL.
    #[error(transparent)]
    Purl(#[from] PurlError),
    /// The parts are no graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl SourceError {
    /// Bytes that are not of the format; the message is cut to a length that people can read.
    #[must_use]
    pub fn malformed(file: &str, message: impl ToString) -> Self {
        let message = message.to_string().chars().take(400).collect();
        Self::Malformed { file: file.to_owned(), message }
    }

    /// The first difference between what is locked and what the manifest asks for.
    #[must_use]
    pub fn out_of_step(file: &str, manifest: &str, what: impl Into<String>) -> Self {
        Self::OutOfStep { file: file.to_owned(), manifest: manifest.to_owned(), what: what.into() }
    }
}

/// A file that must be there.
fn bytes<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], SourceError> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| SourceError::Absent(name.to_owned()))
}

/// A file that must be there, as UTF-8.
fn text<'a>(files: &'a Files, name: &str) -> Result<&'a str, SourceError> {
    std::str::from_utf8(bytes(files, name)?).map_err(|error| SourceError::malformed(name, error))
}

/// A package as locked. Edges name packages by package URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Name in its ecosystem.
    pub name: String,
    /// Version as resolved.
    pub version: String,
    /// Package URL: the identity. Several entries of one identity are one package with all their edges.
    pub purl: String,
    /// Digests of what `hash_of` names; algorithms outside the accepted list are left out.
    pub hashes: Vec<Hash>,
    /// What the digests are of, in words.
    pub hash_of: Option<String>,
    /// Licence as the lockfile declares it.
    pub licence: Licence,
    /// Where its source is developed, an absolute address.
    pub source_url: Option<String>,
    /// What it is, where it is not a project or one of its libraries.
    pub kind: Option<Kind>,
    /// Who may supply it, by what it says of itself: `Name <mail>`, and where it says so.
    pub named_supplier: Option<(String, DerivedFrom)>,
    /// Further facts by property name (without the product's prefix).
    pub facts: BTreeMap<&'static str, String>,
    /// What it depends on directly.
    pub depends_on: BTreeSet<String>,
    /// What it depends on directly but only to be built, where the lockfile tells that apart.
    pub build: BTreeSet<String>,
}

impl Package {
    /// A package of which nothing but its identity is known.
    #[must_use]
    pub fn new(name: &str, version: &str, purl: String) -> Self {
        Self {
            name: name.to_owned(),
            version: version.to_owned(),
            purl,
            hashes: Vec::new(),
            hash_of: None,
            licence: Licence::Undeclared,
            source_url: None,
            kind: None,
            named_supplier: None,
            facts: BTreeMap::new(),
            depends_on: BTreeSet::new(),
            build: BTreeSet::new(),
        }
    }
}

/// What is built in the folder: a root of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// The project itself; its `depends_on` are the dependencies that ship.
    pub package: Package,
    /// Direct dependencies that only serve to build.
    pub build: BTreeSet<String>,
    /// Direct dependencies that only serve to develop and test.
    pub development: BTreeSet<String>,
}

impl Project {
    /// A project of which everything that it depends on ships.
    #[must_use]
    pub fn new(package: Package) -> Self {
        Self { package, build: BTreeSet::new(), development: BTreeSet::new() }
    }
}

/// What one lockfile says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// What is built.
    pub projects: Vec<Project>,
    /// Everything that is locked, without the projects.
    pub packages: Vec<Package>,
    /// Why the lockfile cannot tell everything, where it cannot (such as: it names no edges).
    pub incomplete: Option<String>,
}

impl Resolution {
    /// The graph: scopes by what leads to a package, several entries of one identity made one.
    ///
    /// Packages that no project leads to are counted as excluded.
    ///
    /// # Errors
    /// [`SourceError`] where an edge leads nowhere or two entries of one identity have other digests.
    pub fn graph(
        self,
        lockfile: &str,
        suppliers: &[SupplierRule],
        manufacturer: Option<&str>,
    ) -> Result<ComponentGraph, SourceError> {
        let roots: BTreeSet<String> = self.projects.iter().map(|project| project.package.purl.clone()).collect();
        let mut uses = BTreeMap::from([(Scope::Shipped, roots.iter().cloned().collect::<Vec<_>>())]);
        let mut locked = Locked { file: lockfile, packages: BTreeMap::new() };
        let mut extra: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for project in self.projects {
            uses.entry(Scope::BuildTimeOnly).or_default().extend(project.build.iter().cloned());
            uses.entry(Scope::DevelopmentOnly).or_default().extend(project.development.iter().cloned());
            let only = extra.entry(project.package.purl.clone()).or_default();
            only.extend(project.build.into_iter().chain(project.development));
            // A project is built from its files: whatever a lockfile says of an archive of it is of another thing.
            locked.add(Package { hashes: Vec::new(), hash_of: None, ..project.package })?;
        }
        self.packages.into_iter().try_for_each(|package| locked.add(package))?;
        let scopes = locked.scopes(uses)?;
        let count = locked.packages.len() - scopes.len();
        let mut edges = BTreeMap::new();
        let mut components = Vec::with_capacity(scopes.len());
        for (purl, package) in locked.packages {
            let Some(scope) = scopes.get(&purl) else { continue };
            let own = extra.remove(&purl);
            let manufacturer = manufacturer.filter(|_| own.is_some());
            let mut to: BTreeSet<String> = package.depends_on.union(&package.build).cloned().collect();
            to.extend(own.into_iter().flatten());
            edges.insert(purl.clone(), to);
            components.push(component(package, *scope, roots.contains(&purl), lockfile, suppliers, manufacturer));
        }
        let completeness = match self.incomplete {
            None => Completeness::Complete,
            Some(reason) => Completeness::Incomplete { reason: format!("{lockfile}: {reason}") },
        };
        let excluded = Excluded { count, reason: EXCLUDED.to_owned() };
        Ok(ComponentGraph::new(Parts {
            components,
            edges,
            roots,
            completeness,
            excluded,
            facts: BTreeMap::new(),
            conflicts: BTreeSet::new(),
        })?)
    }
}

/// Why locked packages are not in the graph.
const EXCLUDED: &str = "locked, but nothing that is built leads to them";

struct Locked<'a> {
    file: &'a str,
    packages: BTreeMap<String, Package>,
}

impl Locked<'_> {
    fn add(&mut self, package: Package) -> Result<(), SourceError> {
        if self.packages.len() > MAX_COMPONENTS {
            return Err(GraphError::TooLarge { got: self.packages.len() }.into());
        }
        let Some(there) = self.packages.get_mut(&package.purl) else {
            self.packages.insert(package.purl.clone(), package);
            return Ok(());
        };
        if is_one_thing(there.hash_of.as_ref(), package.hash_of.as_ref()) {
            add_hashes(&mut there.hashes, package.hashes).map_err(|algorithm| {
                let message = format!("{} is locked with two different {} digests", package.purl, algorithm.as_str());
                SourceError::malformed(self.file, message)
            })?;
            there.hash_of = there.hash_of.take().or(package.hash_of);
        }
        there.depends_on.extend(package.depends_on);
        there.build.extend(package.build);
        Ok(())
    }

    /// Scope of each package that something leads to, by what the projects use. The least scope comes
    /// first, so that the first visit gives it.
    fn scopes(&self, mut uses: BTreeMap<Scope, Vec<String>>) -> Result<BTreeMap<String, Scope>, SourceError> {
        let mut scopes: BTreeMap<String, Scope> = BTreeMap::new();
        while let Some((scope, mut queue)) = uses.pop_first() {
            while let Some(purl) = queue.pop() {
                if scopes.contains_key(&purl) {
                    continue;
                }
                let Some(package) = self.packages.get(&purl) else {
                    let message = format!("it needs {purl}, which it does not lock");
                    return Err(SourceError::malformed(self.file, message));
                };
                let unseen = |next: &&String| !scopes.contains_key(*next);
                queue.extend(package.depends_on.iter().filter(unseen).cloned());
                let to_build = package.build.iter().filter(unseen).cloned();
                match scope {
                    Scope::Shipped => uses.entry(Scope::BuildTimeOnly).or_default().extend(to_build),
                    Scope::BuildTimeOnly | Scope::DevelopmentOnly => queue.extend(to_build),
                }
                scopes.insert(purl, scope);
            }
        }
        Ok(scopes)
    }
}

fn component(
    package: Package,
    scope: Scope,
    is_root: bool,
    lockfile: &str,
    suppliers: &[SupplierRule],
    own_manufacturer: Option<&str>,
) -> Component {
    let named = package.named_supplier.as_ref().map(|(name, from)| (name.as_str(), *from));
    let hints = Hints { authors: &[], repository: package.source_url.as_deref(), own_manufacturer, named };
    let kind = package.kind.unwrap_or(if is_root { Kind::Application } else { Kind::Library });
    let mut component = Component::new(&package.purl, &package.name, &package.version, kind);
    component.facts = package.facts;
    if !package.hashes.is_empty() {
        component.facts.extend(package.hash_of.map(|text| ("hash-of", text)));
    }
    component.supplier = supplier::of(&package.purl, suppliers, hints);
    component.scope = scope;
    component.hashes = package.hashes;
    component.licence = package.licence;
    component.source_url = package.source_url;
    component.origins.insert(Origin::Locked(lockfile.to_owned()));
    component
}

/// Whether digests can be of one thing: a package of several files (wheels of Python) is known by the first.
pub(super) fn is_one_thing(left: Option<&String>, right: Option<&String>) -> bool {
    left.zip(right).is_none_or(|(left, right)| left == right)
}

/// Adds digests of the same thing; the algorithm of the first that differs is the error.
fn add_hashes(known: &mut Vec<Hash>, more: Vec<Hash>) -> Result<(), HashAlgorithm> {
    for hash in more {
        match known.iter().find(|there| there.algorithm == hash.algorithm) {
            None => known.push(hash),
            Some(there) if *there == hash => {}
            Some(_) => return Err(hash.algorithm),
        }
    }
    Ok(())
}
