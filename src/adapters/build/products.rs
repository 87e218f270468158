//! Takes the products in: copied to the batch folder, hashed from the very bytes copied.
//!
//! Each product appears under its final name whole or not at all: temporary file, fsync, rename.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;

use crate::adapters::terminal::Terminal;
use crate::model::digest::Hasher;
use crate::model::hint::Hint;
use crate::model::record::ArtifactRecord;
use crate::policy::release::ArtifactPolicy;

use super::beneath::{BeneathError, Folder, Kind, reach};
use super::lookup::is_executable;

/// Bytes copied at a time.
const BUFFER: usize = 1 << 20;

/// Total size from which progress is shown.
const SHOW_PROGRESS_FROM: u64 = 8 << 20;

/// Beginning of the names of unfinished copies.
const UNFINISHED: &str = ".batchseal-copy-";

/// Why a product was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// Products that are not there after the build.
    #[error("{}", missing_words(.paths))]
    Missing {
        /// Their paths in the work tree, sorted.
        paths: Vec<String>,
    },
    /// A link, a folder or a device.
    #[error("product {path:?} is {got} (expected a regular file)")]
    NotRegular {
        /// Path in the work tree.
        path: String,
        /// What it is.
        got: &'static str,
    },
    /// A part of the path is a link or a file.
    #[error("{part:?} on the way to product {path:?} is {got} (expected a folder)")]
    NotFolder {
        /// Path of the product in the work tree.
        path: String,
        /// The part.
        part: String,
        /// What it is.
        got: &'static str,
    },
    /// Absolute, or with empty, `.` or `..` parts.
    #[error("product path {path:?} is not usable (expected a plain relative path with '/')")]
    Path {
        /// As configured.
        path: String,
    },
    /// Two products of one name.
    #[error("product name {name:?} is used twice (case does not count)")]
    Name {
        /// The name.
        name: String,
    },
    /// Written to or replaced while it was taken in.
    #[error("product {path:?} changed while it was copied")]
    Changed {
        /// Path in the work tree.
        path: String,
    },
    /// The operating system refused.
    #[error("{action} product {path:?} failed: {source}")]
    Io {
        /// `reading`, `writing`, …
        action: &'static str,
        /// Path in the work tree.
        path: String,
        /// Reason.
        source: io::Error,
    },
}

fn missing_words(paths: &[String]) -> String {
    match paths {
        [path] => format!("product {path:?} was not found after the build"),
        _ => format!("{} products were not found after the build: {}", paths.len(), paths.join(", ")),
    }
}

impl ProductError {
    pub(super) fn io(action: &'static str, path: &str, source: io::Error) -> Self {
        Self::Io { action, path: path.to_owned(), source }
    }

    pub(super) fn from_beneath(path: &str, error: BeneathError) -> Self {
        let path = path.to_owned();
        match error {
            BeneathError::Form => Self::Path { path },
            BeneathError::NotFolder(part, kind) => Self::NotFolder { path, part, got: kind.words() },
            BeneathError::Io(source) => Self::Io { action: "reaching", path, source },
        }
    }
}

impl Hint for ProductError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::Missing { .. } => "compare the paths under [release] artifacts with what the build command makes",
            Self::NotRegular { .. } | Self::NotFolder { .. } => {
                "name the real file, reached without links, under [release] artifacts"
            }
            Self::Path { .. } => "write the path relative to the repository root, with '/'",
            Self::Name { .. } => "give each product a name of its own under [release] artifacts",
            Self::Changed { .. } => "end whatever still writes to it, then record again",
            Self::Io { .. } => "check access rights and free space, then record again",
        }))
    }
}

/// Copies every product from the work tree `root` to `folder` (`OUT/artifacts`) and hashes it, in
/// parallel; the records come in the policy's order.
///
/// # Errors
/// [`ProductError`]; what is missing is named all at once. Products already copied stay, whole.
pub fn collect(
    root: &Path,
    folder: &Path,
    artifacts: &[ArtifactPolicy],
    terminal: Terminal,
) -> Result<Vec<ArtifactRecord>, ProductError> {
    refuse_double_names(artifacts)?;
    let total = refuse_missing(root, artifacts)?;
    fs::create_dir_all(folder).map_err(|source| ProductError::io("making the folder for", "artifacts", source))?;
    remove_unfinished(folder);
    let bar = progress(total, terminal);
    let records = artifacts.par_iter().map(|artifact| take_in(root, folder, artifact, &bar)).collect();
    bar.finish_and_clear();
    sync_folder(folder);
    records
}

/// Whether every product is a file in the work tree; nothing is copied.
///
/// # Errors
/// [`ProductError`]; what is missing is named all at once.
pub fn check_present(root: &Path, artifacts: &[ArtifactPolicy]) -> Result<(), ProductError> {
    refuse_missing(root, artifacts).map(|_| ())
}

fn refuse_double_names(artifacts: &[ArtifactPolicy]) -> Result<(), ProductError> {
    let mut names = BTreeSet::new();
    match artifacts.iter().find(|artifact| !names.insert(artifact.name.as_str().to_ascii_lowercase())) {
        Some(artifact) => Err(ProductError::Name { name: artifact.name.to_string() }),
        None => Ok(()),
    }
}

/// Sum of the sizes, when every product is there.
fn refuse_missing(root: &Path, artifacts: &[ArtifactPolicy]) -> Result<u64, ProductError> {
    let mut missing = Vec::new();
    let mut total = 0_u64;
    for artifact in artifacts {
        match open(root, &artifact.path)? {
            None => missing.push(artifact.path.clone()),
            Some((_, _, _, metadata)) => total = total.saturating_add(metadata.len()),
        }
    }
    missing.sort();
    if missing.is_empty() { Ok(total) } else { Err(ProductError::Missing { paths: missing }) }
}

/// Opens a product; `None` when there is none.
fn open(root: &Path, path: &str) -> Result<Option<(Folder, String, File, Metadata)>, ProductError> {
    let Some((folder, name)) = reach(root, path).map_err(|error| ProductError::from_beneath(path, error))? else {
        return Ok(None);
    };
    let io = |source| ProductError::io("reading", path, source);
    match folder.kind(&name).map_err(io)? {
        None => return Ok(None),
        Some(Kind::File) => {}
        Some(other) => return Err(ProductError::NotRegular { path: path.to_owned(), got: other.words() }),
    }
    let file = folder.open_file(&name).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if !metadata.is_file() {
        return Err(ProductError::NotRegular { path: path.to_owned(), got: Kind::Special.words() });
    }
    Ok(Some((folder, name, file, metadata)))
}

fn take_in(
    root: &Path,
    folder: &Path,
    artifact: &ArtifactPolicy,
    bar: &ProgressBar,
) -> Result<ArtifactRecord, ProductError> {
    let path = artifact.path.as_str();
    let writing = |source| ProductError::io("writing a copy of", path, source);
    let Some((source_folder, name, mut source, before)) = open(root, path)? else {
        return Err(ProductError::Missing { paths: vec![path.to_owned()] });
    };
    let mut copy = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(writing)?;
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match source.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other.map_err(|source| ProductError::io("reading", path, source))?,
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hasher.update(bytes);
        copy.write_all(bytes).map_err(writing)?;
        bar.inc(bytes.len() as u64);
    }
    let (sha256, size) = hasher.finish();
    let unchanged = || -> io::Result<bool> {
        let same_file = source_folder.open_file(&name)?.metadata()?;
        Ok(size == before.len()
            && Stamp::of(&source.metadata()?) == Stamp::of(&before)
            && Stamp::of(&same_file) == Stamp::of(&before))
    };
    if !unchanged().unwrap_or(false) {
        return Err(ProductError::Changed { path: path.to_owned() });
    }
    set_mode(copy.as_file(), is_executable(&before)).map_err(writing)?;
    copy.as_file().sync_all().map_err(writing)?;
    copy.persist(folder.join(artifact.name.as_str())).map_err(|error| writing(error.error))?;
    Ok(artifact.measured(sha256, size))
}

/// What would differ had the file been written to or replaced.
#[derive(PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: Option<std::time::SystemTime>,
    /// Device, inode and time of the last status change, where there are such.
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().ok(), identity: identity(metadata) }
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
const fn identity(_: &Metadata) -> (u64, u64, i64, i64) {
    (0, 0, 0, 0)
}

#[cfg(unix)]
fn set_mode(file: &File, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(if executable { 0o755 } else { 0o644 }))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: bool) -> io::Result<()> {
    Ok(())
}

/// Copies that a killed run left behind; whoever cannot remove them is not hindered by them.
fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn progress(total: u64, terminal: Terminal) -> ProgressBar {
    if !terminal.progress || total < SHOW_PROGRESS_FROM {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("hashing products {wide_bar} {bytes}/{total_bytes}") {
        bar.set_style(style);
    }
    bar
}

/// Makes the renames durable; not every file system can, so a refusal is no error.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}
