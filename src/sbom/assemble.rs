//! The device's SBOM from committed files: everything but what Cargo builds, which Cargo must be asked.
//!
//! Pure, so that a verifier makes the same graphs again from the files that a bundle keeps.

use std::collections::BTreeMap;

use crate::policy::release::{SbomPolicy, SupplierRule};

use super::foreign::{self, ForeignError};
use super::graph::{ComponentGraph, GraphError};
use super::import;
use super::source::{self, Reader, SourceError};

/// Committed files by path from the root of the repository.
pub type Kept<'a> = BTreeMap<String, &'a [u8]>;

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
    /// Parts that are no graph.
    #[error("{path}: {source}")]
    Graph {
        /// Path.
        path: String,
        /// Why.
        source: GraphError,
    },
}

/// Graphs of the lockfiles and of the SBOMs that others made, in the order of belief.
///
/// # Errors
/// [`AssembleError`] naming the file.
pub fn graphs(
    policy: &SbomPolicy,
    kept: &Kept<'_>,
    suppliers: &[SupplierRule],
    manufacturer: &str,
) -> Result<Vec<ComponentGraph>, AssembleError> {
    let lockfiles = policy.lockfiles.iter().map(|path| lockfile(path, kept, suppliers, manufacturer));
    lockfiles.chain(policy.imports.iter().map(|path| imported(path, kept))).collect()
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

fn lockfile(
    path: &str,
    kept: &Kept<'_>,
    suppliers: &[SupplierRule],
    manufacturer: &str,
) -> Result<ComponentGraph, AssembleError> {
    let (reader, folder, name) = reader_of(path)?;
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
    resolution.graph(path, suppliers, Some(manufacturer)).map_err(refused)
}

fn imported(path: &str, kept: &Kept<'_>) -> Result<ComponentGraph, AssembleError> {
    let bytes = kept.get(path).ok_or_else(|| AssembleError::Absent(path.to_owned()))?;
    let inventory = foreign::read(bytes).map_err(|source| AssembleError::Import { path: path.to_owned(), source })?;
    import::graph(&inventory, path).map_err(|source| AssembleError::Graph { path: path.to_owned(), source })
}
