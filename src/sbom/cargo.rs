//! Cargo: from `cargo metadata` and `Cargo.lock` to the component graph of what a build compiles.
//!
//! Pure: the adapter runs Cargo and reads files. The set of packages is the one that cargo-auditable
//! embeds (normal dependencies, build dependencies, procedural macros; no development dependencies),
//! with the features that `cargo build` uses: see [`features`](self) for resolver 2.

mod component;
mod features;
mod index;
pub mod lockfile;
pub mod platform;
mod selection;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{Metadata, Package};

use crate::model::digest::Sha256Digest;
use crate::policy::release::SupplierRule;

use super::graph::{Completeness, ComponentGraph, Excluded, GraphError, Parts, Scope};
use super::purl::PurlError;

use features::Features;
use index::Index;
use lockfile::Lockfile;
use platform::Platforms;
pub use selection::{Resolver, ResolverError, Selection};
use walk::{Built, Walk};

/// Why there is no graph.
#[derive(Debug, thiserror::Error)]
pub enum CargoGraphError {
    /// `cargo metadata` was run with `--no-deps`.
    #[error("cargo metadata holds no resolution")]
    NoResolve,
    /// `--package` names no member of the workspace.
    #[error("package {got:?} is not a member of the workspace (expected one of {})", known.join(", "))]
    UnknownPackage {
        /// As asked for.
        got: String,
        /// Members.
        known: Vec<String>,
    },
    /// `--features` names a feature that no selected package has.
    #[error("feature {0:?} is not a feature of any selected package")]
    UnknownFeature(String),
    /// The workspace has no package to build.
    #[error("workspace has no package to build")]
    NothingSelected,
    /// The computed graph needs an edge that Cargo's resolution does not have.
    #[error("package {package:?} needs {dependency:?}, which cargo metadata did not resolve for it")]
    NotResolved {
        /// Depending package.
        package: String,
        /// Dependency as declared.
        dependency: String,
    },
    /// A package of the graph that the lockfile does not lock.
    #[error("package {name} {version} is not in Cargo.lock")]
    NotLocked {
        /// Name.
        name: String,
        /// Version.
        version: String,
    },
    /// A package of a path or of git whose files were not hashed.
    #[error("files of package {0:?} were not hashed")]
    NotHashed(String),
    /// A name or version that has no package URL.
    #[error(transparent)]
    Purl(#[from] PurlError),
    /// The parts are no graph.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// A package whose files the adapter must hash, because no registry vouches for them.
#[derive(Debug, Clone, Copy)]
pub struct LocalPackage<'a> {
    /// Package id, as in the metadata.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
    /// Absolute path of its manifest.
    pub manifest: &'a std::path::Path,
}

/// What a build compiles, before hashes are known.
#[derive(Debug)]
pub struct Plan<'a> {
    metadata: &'a Metadata,
    built: Built,
    roots: Vec<usize>,
    facts: BTreeMap<&'static str, String>,
}

/// What [`Plan::graph`] needs beside the plan.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// `Cargo.lock`.
    pub lockfile: &'a Lockfile,
    /// Its path as documents name it.
    pub name: &'a str,
    /// Supplier rules of the policy.
    pub suppliers: &'a [SupplierRule],
    /// The manufacturer: derived supplier of the workspace's own packages.
    pub manufacturer: Option<&'a str>,
    /// SHA-256 of each local package's files with the rule used, by package id.
    pub files: &'a BTreeMap<String, (Sha256Digest, &'static str)>,
}

impl<'a> Plan<'a> {
    /// Decides what is compiled. The metadata must have been filtered by exactly these platforms.
    ///
    /// # Errors
    /// [`CargoGraphError`].
    pub fn resolve(
        metadata: &'a Metadata,
        selection: &Selection,
        resolver: Resolver,
        platforms: &Platforms,
    ) -> Result<Self, CargoGraphError> {
        let index = Index::new(metadata, platforms)?;
        let roots = selection::roots(metadata, &index, selection)?;
        let built = {
            let wanted = selection::features(&index, &roots, selection)?;
            let features = Features::resolve(&index, &wanted);
            Walk { index: &index, resolver, features: &features }.from(&roots)?
        };
        let facts = facts(metadata, &roots, selection, resolver, platforms);
        Ok(Self { metadata, built, roots, facts })
    }

    /// Packages of paths and of git, which the adapter must hash.
    pub fn local_packages(&self) -> impl Iterator<Item = LocalPackage<'a>> {
        self.packages().map(|(_, package)| package).filter(|package| component::is_local(package)).map(|package| {
            LocalPackage {
                id: &package.id.repr,
                name: package.name.as_str(),
                manifest: package.manifest_path.as_std_path(),
            }
        })
    }

    /// The component graph.
    ///
    /// # Errors
    /// [`CargoGraphError`].
    pub fn graph(&self, sources: Sources<'_>) -> Result<ComponentGraph, CargoGraphError> {
        let mut purls = BTreeMap::new();
        let mut components = Vec::with_capacity(self.built.scopes.len());
        let taken = component::Purls::new(self.packages().map(|(_, package)| package))?;
        let locked = component::Locked::new(sources.lockfile);
        for (position, package) in self.packages() {
            let scope = self.built.scopes.get(&position).copied().unwrap_or(Scope::Shipped);
            let own = self.metadata.workspace_members.contains(&package.id);
            let made = component::make(package, taken.of(package), scope, own, &locked, sources)?;
            purls.insert(position, made.id.clone());
            components.push(made);
        }
        let name = |position: &usize| purls.get(position).cloned();
        let edges =
            self.built.edges.iter().filter_map(|(from, to)| Some((name(from)?, to.iter().filter_map(name).collect())));
        let count = sources.lockfile.packages().len().saturating_sub(components.len());
        Ok(ComponentGraph::new(Parts {
            edges: edges.collect::<BTreeMap<String, BTreeSet<String>>>(),
            roots: self.roots.iter().filter_map(name).collect(),
            completeness: Completeness::Complete,
            excluded: Excluded { count, reason: EXCLUDED.to_owned() },
            facts: self.facts.clone(),
            components,
            conflicts: BTreeSet::new(),
        })?
        .acyclic()?)
    }

    fn packages(&self) -> impl Iterator<Item = (usize, &'a Package)> {
        let packages = &self.metadata.packages;
        self.built.scopes.keys().filter_map(move |position| Some((*position, packages.get(*position)?)))
    }
}

/// Why locked packages are not in the graph.
const EXCLUDED: &str =
    "not compiled for the selected packages, features and targets, or only needed to develop and test";

fn facts(
    metadata: &Metadata,
    roots: &[usize],
    selection: &Selection,
    resolver: Resolver,
    platforms: &Platforms,
) -> BTreeMap<&'static str, String> {
    let mut names: Vec<&str> =
        roots.iter().filter_map(|root| metadata.packages.get(*root)).map(|package| package.name.as_str()).collect();
    names.sort_unstable();
    let mut targets: Vec<&str> = platforms.targets.iter().map(platform::Platform::triple).collect();
    targets.sort_unstable();
    let mut features = selection.features.clone();
    features.sort();
    BTreeMap::from([
        ("cargo:packages", names.join(" ")),
        ("cargo:targets", targets.join(" ")),
        ("cargo:host", platforms.host.triple().to_owned()),
        ("cargo:resolver", resolver.as_str().to_owned()),
        ("cargo:features", features.join(" ")),
        ("cargo:all-features", selection.all_features.to_string()),
        ("cargo:default-features", (!selection.no_default_features).to_string()),
        ("not-listed", "the Rust standard library, and native libraries that Cargo does not know of".to_owned()),
    ])
}
