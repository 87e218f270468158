//! The device's component graph from what Cargo resolved and from committed files.
//!
//! Pure, so that a verifier makes the same graph again from the files that a bundle keeps: Cargo's part is
//! given, everything else is read here. The order is that of belief: Cargo and the other lockfiles, what
//! people declared, what others' SBOMs say; at last the answers of `support.toml` go over all of it.

use std::collections::BTreeMap;

use crate::model::digest::Sha256Digest;
use crate::policy::error::PolicyErrors;
use crate::policy::release::{SbomPolicy, SupplierRule};
use crate::policy::support::SupportFile;

use super::apply::{self, Applied};
use super::declared::compare::Differences;
use super::declared::cover::{self, Twice};
use super::declared::record::{self, RECORD_NAME, RecordError};
use super::declared::{self, DeclaredError};
use super::foreign::{self, ForeignError};
use super::graph::{ComponentGraph, Field, GraphError, Origin};
use super::import;
use super::merge;
use super::source::{self, Reader, SourceError};

/// Committed files by path from the root of the repository.
pub type Kept<'a> = BTreeMap<String, &'a [u8]>;

/// What the graph is made from, beside Cargo's part.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// `[release.sbom]`.
    pub policy: &'a SbomPolicy,
    /// The files that it names and that its readers look at.
    pub kept: &'a Kept<'a>,
    /// Every committed file: raw path, path as the tree listing spells it, SHA-256.
    pub tree: &'a [(&'a [u8], String, Sha256Digest)],
    /// Supplier rules of the policy.
    pub suppliers: &'a [SupplierRule],
    /// The manufacturer: derived supplier of the product's own packages.
    pub manufacturer: &'a str,
    /// Version of the release: that of own projects which have none of their own.
    pub version: &'a str,
}

/// Why a file that `[release.sbom]` names gives no graph.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// Not among the files.
    #[error("[release.sbom] names {0}, which is not there")]
    Absent(String),
    /// A lockfile that no reader knows.
    #[error("[release.sbom] lockfiles names {0}, which is no lockfile that this program reads")]
    NoReader(String),
    /// A lockfile that cannot be read.
    #[error("{path}: {source}")]
    Lockfile {
        /// Path.
        path: String,
        /// Why.
        source: SourceError,
    },
    /// An SBOM that cannot be read.
    #[error("{path}: {source}")]
    Import {
        /// Path.
        path: String,
        /// Why.
        source: ForeignError,
    },
    /// `components.toml` or `support.toml` is malformed.
    #[error(transparent)]
    File(#[from] PolicyErrors),
    /// `components.lock` is malformed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A committed file of two declared components.
    #[error(transparent)]
    Twice(#[from] Twice),
    /// Committed files are not those that were recorded.
    #[error(transparent)]
    Differences(#[from] Differences),
    /// Declared components do not fit into the graph.
    #[error(transparent)]
    Declared(#[from] DeclaredError),
    /// Parts that are no graph.
    #[error("{path}: {source}")]
    Graph {
        /// Path, or what was made.
        path: String,
        /// Why.
        source: GraphError,
    },
}

/// The whole graph; `None` where there is nothing to make one from.
///
/// # Errors
/// [`AssembleError`] naming the file.
pub fn graph(
    cargo: Option<ComponentGraph>,
    sources: Sources<'_>,
) -> Result<Option<(ComponentGraph, Applied)>, AssembleError> {
    let mut graphs: Vec<ComponentGraph> = cargo.into_iter().collect();
    for path in &sources.policy.lockfiles {
        graphs.push(lockfile(path, sources)?);
    }
    let locked = if graphs.is_empty() { None } else { Some(whole(graphs)?) };
    let mut graphs: Vec<ComponentGraph> = match &sources.policy.components {
        Some(path) => vec![declared(locked, path, sources)?],
        None => locked.into_iter().collect(),
    };
    for path in &sources.policy.imports {
        graphs.push(imported(path, sources)?);
    }
    if graphs.is_empty() {
        return Ok(None);
    }
    supported(whole(graphs)?, sources).map(Some)
}

fn whole(graphs: Vec<ComponentGraph>) -> Result<ComponentGraph, AssembleError> {
    merge::merge(graphs).map_err(|source| AssembleError::Graph { path: "[release.sbom]".to_owned(), source })
}

/// The lockfile's reader with the lockfile's folder (with a `/` at its end, or empty) and name.
///
/// # Errors
/// [`AssembleError::NoReader`].
pub fn reader_of(path: &str) -> Result<(&'static Reader, &str, &str), AssembleError> {
    let at = path.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = path.split_at(at);
    let reader = Reader::of_named(name).ok_or_else(|| AssembleError::NoReader(path.to_owned()))?;
    Ok((reader, folder, name))
}

/// Where the record of declared files lies: beside `components.toml`.
#[must_use]
pub fn record_of(components: &str) -> String {
    let folder = components.rfind('/').map_or("", |at| components.get(..=at).unwrap_or_default());
    format!("{folder}{RECORD_NAME}")
}

fn need<'a>(path: &str, sources: Sources<'a>) -> Result<&'a [u8], AssembleError> {
    sources.kept.get(path).copied().ok_or_else(|| AssembleError::Absent(path.to_owned()))
}

fn lockfile(path: &str, sources: Sources<'_>) -> Result<ComponentGraph, AssembleError> {
    let (reader, folder, name) = reader_of(path)?;
    let kept = sources.kept;
    let fetch = |wanted: &str| {
        if !source::is_pattern(wanted) {
            let found = kept.get(&format!("{folder}{wanted}"));
            return Ok(found.map(|bytes| (wanted.to_owned(), bytes.to_vec())).into_iter().collect());
        }
        let below = kept.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?, bytes)));
        let wanted = below.filter(|(path, _)| source::selects(wanted, path));
        Ok(wanted.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect())
    };
    let Ok(files) = reader.gather::<std::convert::Infallible>(name, fetch);
    if !files.contains_key(name) {
        return Err(AssembleError::Absent(path.to_owned()));
    }
    let refused = |source| AssembleError::Lockfile { path: path.to_owned(), source };
    let project = folder.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("project");
    let resolution = (reader.read)(&files, project).map_err(refused)?;
    let graph = resolution.graph(path, sources.suppliers, Some(sources.manufacturer)).map_err(refused)?;
    own_projects(graph, folder, sources).map_err(|source| AssembleError::Graph { path: path.to_owned(), source })
}

/// The product's own projects have the hash of their committed files, and the release's version where they have
/// none: no lockfile says either of them.
fn own_projects(graph: ComponentGraph, folder: &str, sources: Sources<'_>) -> Result<ComponentGraph, GraphError> {
    let mut parts = graph.into_parts();
    let inside = sources.tree.iter().filter(|(raw, ..)| raw.starts_with(folder.as_bytes()));
    let lines: String = inside.map(|(_, path, sha256)| format!("{} {path}\n", sha256.to_hex())).collect();
    let hash = Sha256Digest::of(lines.as_bytes());
    for component in parts.components.iter_mut().filter(|one| parts.roots.contains(&one.id)) {
        if component.hashes.is_empty() && !lines.is_empty() {
            component.hashes.push(hash.into());
            let of = format!("the sorted lines \"<sha256> <path>\\n\" of the committed files below {folder:?}");
            component.facts.insert("hash-of", of);
        }
        if component.version.is_empty() {
            sources.version.clone_into(&mut component.version);
            component.field_origins.insert(Field::Version, Origin::Derived("release"));
        }
    }
    ComponentGraph::new(parts)
}

fn declared(graph: Option<ComponentGraph>, path: &str, sources: Sources<'_>) -> Result<ComponentGraph, AssembleError> {
    let components = declared::parse(need(path, sources)?, path)?;
    let files = sources.tree.iter().map(|(raw, path, sha256)| (*raw, path.clone(), *sha256));
    let covered = cover::cover(&components, files)?;
    let recorded = sources.kept.get(&record_of(path)).map(|bytes| record::parse(bytes)).transpose()?;
    declared::compare(&components, &covered, recorded.as_ref())?;
    Ok(declared::add(graph, &components, &covered, path)?)
}

fn imported(path: &str, sources: Sources<'_>) -> Result<ComponentGraph, AssembleError> {
    let inventory = foreign::read(need(path, sources)?)
        .map_err(|source| AssembleError::Import { path: path.to_owned(), source })?;
    import::graph(&inventory, path).map_err(|source| AssembleError::Graph { path: path.to_owned(), source })
}

/// Answers of `support.toml` over every component.
fn supported(graph: ComponentGraph, sources: Sources<'_>) -> Result<(ComponentGraph, Applied), AssembleError> {
    let Some(path) = &sources.policy.support else { return Ok((graph, Applied::default())) };
    let rules = SupportFile::parse(need(path, sources)?, path)?;
    apply::support(graph, &rules, path).map_err(|source| AssembleError::Graph { path: path.clone(), source })
}
