//! The files of a source package as one SHA-256, for packages that no registry vouches for.
//!
//! One line `<sha256> <path>\n` for each file, sorted by the bytes of the path; the SHA-256 of all
//! lines is the hash of the package. Paths are relative to the package's folder, with `/`; bytes
//! outside 0x21 to 0x7e and `%` are percent-encoded. The digest of a regular file is that of its
//! bytes, of a symbolic link that of its target's text (links are never followed), of a submodule
//! that of its commit id. Folders below that have a `Cargo.toml` of their own are other packages.
//!
//! The files are those that git tracks. Where git tracks none, they are all files of the folder but
//! `.git` and folders with a `CACHEDIR.TAG`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use gix::bstr::ByteSlice as _;
use gix::index::entry::Mode;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::model::digest::Sha256Digest;

use super::cache;
use super::files::{self, FileError};

/// What is said of a hash over tracked files.
pub const TRACKED: &str = "the sorted lines \"<sha256> <path>\\n\" of the package's files that git tracks";

/// What is said of a hash over a folder that git does not track.
pub const UNTRACKED: &str = "the sorted lines \"<sha256> <path>\\n\" of all files of the package";

/// Most files of one package.
const MAX_FILES: usize = 500_000;

/// Why a package's files have no hash.
#[derive(Debug, thiserror::Error)]
pub enum PackageFilesError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder or link could not be read.
    #[error("reading {path} failed: {source}")]
    Io {
        /// Path.
        path: String,
        /// Reason.
        source: std::io::Error,
    },
    /// The repository's index could not be read.
    #[error("git index of {path} cannot be read: {reason}")]
    Index {
        /// Path of the work tree.
        path: String,
        /// What git's reader said.
        reason: String,
    },
    /// A folder that git keeps but has not written to disk.
    #[error("git keeps {0:?} out of the work tree (sparse checkout), so its files cannot be hashed")]
    Sparse(String),
    /// More files than the product handles.
    #[error("package folder {0} holds more than {MAX_FILES} files")]
    TooMany(String),
}

/// What a line is made from.
#[derive(Debug, Clone)]
enum Item {
    File,
    Link,
    Submodule(String),
}

/// Paths with `/`, as bytes, with what they are.
type Items = BTreeMap<Vec<u8>, Item>;

/// The hash of a package, and what it is a hash of.
type Hashed = (Sha256Digest, &'static str);

/// Hashes packages; reads the index of each repository once.
#[derive(Debug, Default)]
pub struct PackageFiles {
    repositories: BTreeMap<PathBuf, Items>,
    ahead: BTreeMap<PathBuf, Hashed>,
}

impl PackageFiles {
    /// Hashes the packages that lie in and below a folder before anybody asks for them, until `enough`
    /// is set: while Cargo resolves, nobody needs the processor's other core. What cannot be hashed is
    /// left to [`PackageFiles::hash`], which says why.
    #[must_use]
    pub fn ahead(folder: &Path, enough: &AtomicBool) -> Self {
        let mut files = Self::default();
        let Ok(folder) = fs::canonicalize(folder) else { return files };
        let manifests = files.tracked(&folder).ok().flatten().map(|items| manifests(&folder, &items));
        for manifest in manifests.unwrap_or_default() {
            if enough.load(Ordering::Relaxed) {
                break;
            }
            if let Ok(hashed) = files.hash(&manifest) {
                files.ahead.insert(manifest, hashed);
            }
        }
        files
    }

    /// SHA-256 of the package whose manifest this is, and what it is a hash of.
    ///
    /// # Errors
    /// [`PackageFilesError`].
    pub fn hash(&mut self, manifest: &Path) -> Result<Hashed, PackageFilesError> {
        if let Some(hashed) = self.ahead.get(manifest) {
            return Ok(*hashed);
        }
        let folder = manifest.parent().unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).map_err(io_error(folder))?;
        if let Some(items) = self.tracked(&folder)?.map(without_nested).filter(|items| !items.is_empty()) {
            return Ok((digest(&folder, items)?, TRACKED));
        }
        Ok((digest(&folder, untracked(&folder)?)?, UNTRACKED))
    }

    /// Tracked files below a folder, relative to it; `None` outside a repository.
    fn tracked(&mut self, folder: &Path) -> Result<Option<Items>, PackageFilesError> {
        let Some(root) = folder.ancestors().find(|ancestor| ancestor.join(".git").exists()) else { return Ok(None) };
        if !self.repositories.contains_key(root) {
            self.repositories.insert(root.to_path_buf(), read_index(root)?);
        }
        let Some(all) = self.repositories.get(root) else { return Ok(None) };
        let mut prefix = slashed(folder.strip_prefix(root).unwrap_or(Path::new("")));
        if !prefix.is_empty() {
            prefix.push(b'/');
        }
        let inside = all.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        Ok(Some(inside.map(|(path, item)| (path[prefix.len()..].to_vec(), item.clone())).collect()))
    }
}

/// Manifests of packages, the folder's own first.
fn manifests(folder: &Path, items: &Items) -> Vec<PathBuf> {
    let is_manifest = |path: &&Vec<u8>| *path == b"Cargo.toml" || path.ends_with(b"/Cargo.toml");
    let mut found: Vec<&Vec<u8>> = items.keys().filter(is_manifest).collect();
    found.sort_by_key(|path| path.len());
    found.into_iter().map(|path| folder.join(native(path))).collect()
}

/// Drops the files of folders that have a manifest of their own.
fn without_nested(items: Items) -> Items {
    let nested: BTreeSet<Vec<u8>> =
        items.keys().filter_map(|path| path.strip_suffix(b"/Cargo.toml")).map(<[u8]>::to_vec).collect();
    let is_nested =
        |path: &[u8]| path.iter().enumerate().any(|(at, byte)| *byte == b'/' && nested.contains(&path[..at]));
    items.into_iter().filter(|(path, _)| !is_nested(path)).collect()
}

fn read_index(root: &Path) -> Result<Items, PackageFilesError> {
    let error = |reason: String| PackageFilesError::Index { path: root.display().to_string(), reason };
    let repository = gix::open_opts(root, gix::open::Options::isolated()).map_err(|e| error(e.to_string()))?;
    if !repository.index_path().exists() {
        return Ok(Items::new());
    }
    let index = repository.open_index().map_err(|e| error(e.to_string()))?;
    let mut items = Items::new();
    for entry in index.entries() {
        let path = entry.path(&index);
        let item = if entry.mode == Mode::SYMLINK {
            Item::Link
        } else if entry.mode == Mode::COMMIT {
            Item::Submodule(entry.id.to_string())
        } else if entry.mode == Mode::DIR {
            return Err(PackageFilesError::Sparse(path.to_str_lossy().into_owned()));
        } else {
            Item::File
        };
        items.insert(path.to_vec(), item);
    }
    Ok(items)
}

/// All files below a folder that belong to its package.
fn untracked(folder: &Path) -> Result<Items, PackageFilesError> {
    let mut items = Items::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        for entry in fs::read_dir(&current).map_err(io_error(&current))? {
            let path = entry.map_err(io_error(&current))?.path();
            let kind = fs::symlink_metadata(&path).map_err(io_error(&path))?.file_type();
            if kind.is_dir() {
                let other = path.join("Cargo.toml").exists() || cache::is_marked(&path);
                if !other && path.file_name().is_none_or(|name| name != ".git") {
                    open.push(path);
                }
                continue;
            }
            let item = if kind.is_symlink() { Item::Link } else { Item::File };
            items.insert(slashed(path.strip_prefix(folder).unwrap_or(&path)), item);
            if items.len() > MAX_FILES {
                return Err(PackageFilesError::TooMany(folder.display().to_string()));
            }
        }
    }
    Ok(items)
}

fn digest(folder: &Path, items: Items) -> Result<Sha256Digest, PackageFilesError> {
    let lines: Vec<String> = items
        .into_iter()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(path, item)| {
            let digest = match item {
                Item::File => files::hash(&folder.join(native(&path)))?.0,
                Item::Link => link(&folder.join(native(&path)))?,
                Item::Submodule(commit) => Sha256Digest::of(commit.as_bytes()),
            };
            Ok(format!("{} {}\n", digest.to_hex(), encode(&path)))
        })
        .collect::<Result<_, PackageFilesError>>()?;
    Ok(Sha256Digest::of(lines.concat().as_bytes()))
}

/// Digest of a link's text. A checkout without links has a file with that text instead.
fn link(path: &Path) -> Result<Sha256Digest, PackageFilesError> {
    let metadata = fs::symlink_metadata(path).map_err(io_error(path))?;
    if !metadata.file_type().is_symlink() {
        return Ok(files::hash(path)?.0);
    }
    Ok(Sha256Digest::of(&slashed(&fs::read_link(path).map_err(io_error(path))?)))
}

fn encode(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path {
        if matches!(byte, 0x21..=0x7e) && *byte != b'%' {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(unix)]
pub(super) fn slashed(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(not(unix))]
pub(super) fn slashed(path: &Path) -> Vec<u8> {
    path.to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
pub(super) fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
pub(super) fn native(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

fn io_error(path: &Path) -> impl FnOnce(std::io::Error) -> PackageFilesError {
    let path = path.display().to_string();
    move |source| PackageFilesError::Io { path, source }
}
