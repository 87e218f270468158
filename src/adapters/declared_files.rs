//! `components.toml`, `support.toml` and the files that declared components cover, from disk.
//!
//! Patterns match every file below the folder, hidden ones too, but nothing inside `.git` or inside a
//! folder with a `CACHEDIR.TAG`. Links are never followed: a link that matches counts with the SHA-256
//! of its target's text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::digest::Sha256Digest;
use crate::model::hint::Hint;
use crate::model::pattern;
use crate::policy::components::{DeclaredComponents, FilePattern};
use crate::policy::error::FileKind;
use crate::policy::support::SupportFile;
use crate::provenance::tree::encode_path;
use crate::sbom::declared::record::{self, Covered, RECORD_NAME, RecordError};
use crate::sbom::declared::{self, Differences};

use super::cache;
use super::config::ConfigError;
use super::files::{self, FileError};
use super::package_files::{native, slashed};
use super::terminal::Terminal;

/// Names that are looked for in a folder of sources.
pub const COMPONENTS_NAME: &str = "components.toml";
/// Name of the file of suppliers and support.
pub const SUPPORT_NAME: &str = "support.toml";

/// Most files and folders that are looked at.
const MAX_LOOKED_AT: usize = 500_000;
/// Folders below one another.
const MAX_LEVELS: usize = 64;

/// Why declared components have no digests.
#[derive(Debug, thiserror::Error)]
pub enum DeclaredFilesError {
    /// A file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder could not be listed.
    #[error("folder {path} cannot be read: {source}")]
    Folder {
        /// Folder.
        path: String,
        /// Reason.
        source: std::io::Error,
    },
    /// One file of two components.
    #[error("{path} belongs to two components, {first} and {second} (expected one)")]
    Twice {
        /// The file, encoded.
        path: String,
        /// One component.
        first: String,
        /// The other.
        second: String,
    },
    /// A folder where files are asked for.
    #[error("files of {purl} name the folder {path} (expected files)")]
    IsFolder {
        /// The component.
        purl: String,
        /// As written.
        path: String,
    },
    /// The record is malformed.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Files are not as recorded.
    #[error(transparent)]
    Differences(#[from] Differences),
}

impl Hint for DeclaredFilesError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::File(error) => return error.hint(),
            Self::Folder { .. } => "name a folder that you may read",
            Self::Twice { .. } => "take the file out of one component with a path that begins with '!'",
            Self::IsFolder { path, .. } => {
                return Some(Cow::Owned(format!("write \"{}/**\" for everything in it", path.trim_end_matches('/'))));
            }
            Self::Record(_) => "write it again with batchseal sbom declare --update",
            Self::Differences(_) => {
                "look at what changed, correct name and version in components.toml if it is another version, then run \
                 batchseal sbom declare --update"
            }
        }))
    }
}

/// Reads and parses a `components.toml`.
///
/// # Errors
/// [`ConfigError`].
pub fn load_components(path: &Path) -> Result<DeclaredComponents, ConfigError> {
    let bytes = files::read(path, FileKind::Components.max_bytes() as u64)?;
    Ok(declared::parse(&bytes, &path.display().to_string())?)
}

/// Reads and parses a `support.toml`.
///
/// # Errors
/// [`ConfigError`].
pub fn load_support(path: &Path) -> Result<SupportFile, ConfigError> {
    let bytes = files::read(path, FileKind::Support.max_bytes() as u64)?;
    Ok(SupportFile::parse(&bytes, &path.display().to_string())?)
}

/// The record beside a `components.toml`, where there is one.
///
/// # Errors
/// [`DeclaredFilesError`].
pub fn recorded(components: &Path) -> Result<Option<Covered>, DeclaredFilesError> {
    let path = record_path(components);
    if path.symlink_metadata().is_err() {
        return Ok(None);
    }
    Ok(Some(record::parse(&files::read(&path, record::MAX_BYTES as u64)?)?))
}

/// Where the record of a `components.toml` lies.
#[must_use]
pub fn record_path(components: &Path) -> PathBuf {
    components.with_file_name(RECORD_NAME)
}

/// Digests of the covered files below a folder, held against what is recorded beside `components`.
///
/// # Errors
/// [`DeclaredFilesError`].
pub fn verified(
    root: &Path,
    components: &Path,
    declared: &DeclaredComponents,
    terminal: Terminal,
) -> Result<Covered, DeclaredFilesError> {
    let found = cover(root, declared, terminal)?;
    declared::compare(declared, &found, recorded(components)?.as_ref())?;
    Ok(found)
}

/// Finds and hashes the files of every declared component; one without any has an empty list.
///
/// # Errors
/// [`DeclaredFilesError`].
pub fn cover(root: &Path, declared: &DeclaredComponents, terminal: Terminal) -> Result<Covered, DeclaredFilesError> {
    for one in &declared.components {
        let is_folder = |path: &str| root.join(path).symlink_metadata().is_ok_and(|there| there.is_dir());
        if let Some(found) = one.files.iter().find(|pattern| pattern.is_single() && is_folder(&pattern.path)) {
            return Err(DeclaredFilesError::IsFolder { purl: one.purl.clone(), path: found.path.clone() });
        }
    }
    let mut matched = Matched::of(declared);
    for folder in matched.folders() {
        matched.walk(root, &folder)?;
    }
    let files: Vec<(Vec<u8>, usize)> = matched.owners.into_iter().collect();
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| root.join(native(path))).collect();
    let mut covered: Covered = declared
        .components
        .iter()
        .filter(|one| !one.files.is_empty())
        .map(|one| (one.purl.clone(), BTreeMap::new()))
        .collect();
    let plain: Vec<PathBuf> = paths.iter().filter(|path| !path.is_symlink()).cloned().collect();
    let mut hashes = files::hash_many(&plain, terminal).into_iter();
    for ((path, owner), place) in files.iter().zip(&paths) {
        let digest =
            if place.is_symlink() { link(place)? } else { hashes.next().unwrap_or_else(|| files::hash(place))?.0 };
        if let Some(component) = declared.components.get(*owner) {
            covered.entry(component.purl.clone()).or_default().insert(encode_path(path), digest);
        }
    }
    Ok(covered)
}

/// Which component each file belongs to.
struct Matched<'d> {
    declared: &'d DeclaredComponents,
    /// Patterns by the folder or file that they begin with, with the component's index.
    patterns: BTreeMap<&'d str, Vec<(usize, &'d FilePattern)>>,
    owners: BTreeMap<Vec<u8>, usize>,
    looked_at: usize,
}

impl<'d> Matched<'d> {
    fn of(declared: &'d DeclaredComponents) -> Self {
        let mut patterns: BTreeMap<&str, Vec<(usize, &FilePattern)>> = BTreeMap::new();
        for (index, component) in declared.components.iter().enumerate() {
            for pattern in component.files.iter().filter(|pattern| !pattern.takes_out) {
                patterns.entry(pattern.fixed_part()).or_default().push((index, pattern));
            }
        }
        Self { declared, patterns, owners: BTreeMap::new(), looked_at: 0 }
    }

    /// Folders and files to look at, without those that lie inside another one.
    fn folders(&self) -> Vec<String> {
        let all: BTreeSet<&str> = self.patterns.keys().copied().collect();
        let inside = |path: &str| ancestors(path.as_bytes()).skip(1).any(|above| all.contains(text_of(above)));
        all.iter().filter(|path| !inside(path)).map(|path| (*path).to_owned()).collect()
    }

    fn walk(&mut self, root: &Path, start: &str) -> Result<(), DeclaredFilesError> {
        // A folder above that is a link would lead out of the repository.
        let mut above = root.to_path_buf();
        for part in start.split('/').filter(|part| !part.is_empty()) {
            if above.as_path() != root && above.is_symlink() {
                return Ok(());
            }
            above.push(part);
        }
        let Ok(metadata) = fs::symlink_metadata(&above) else { return Ok(()) };
        if !metadata.is_dir() {
            return self.file(start.as_bytes());
        }
        let mut open = vec![(above, start.as_bytes().to_vec(), 0)];
        while let Some((folder, path, level)) = open.pop() {
            let failed = |source| DeclaredFilesError::Folder { path: folder.display().to_string(), source };
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                self.count(root)?;
                let mut inside = path.clone();
                if !inside.is_empty() {
                    inside.push(b'/');
                }
                inside.extend(slashed(Path::new(&entry.file_name())));
                if !entry.file_type().map_err(failed)?.is_dir() {
                    self.file(&inside)?;
                } else if is_looked_into(&entry.path()) {
                    if level == MAX_LEVELS {
                        let path = root.display().to_string();
                        return Err(FileError::TooMany { path, what: "levels of folders", limit: MAX_LEVELS }.into());
                    }
                    open.push((entry.path(), inside, level + 1));
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, root: &Path) -> Result<(), DeclaredFilesError> {
        self.looked_at += 1;
        if self.looked_at > MAX_LOOKED_AT {
            let path = root.display().to_string();
            return Err(FileError::TooMany { path, what: "files and folders", limit: MAX_LOOKED_AT }.into());
        }
        Ok(())
    }

    /// Gives a file to the component whose patterns match it.
    fn file(&mut self, path: &[u8]) -> Result<(), DeclaredFilesError> {
        let mut owner: Option<usize> = None;
        for above in ancestors(path) {
            for (index, pattern) in self.patterns.get(text_of(above)).into_iter().flatten() {
                if owner == Some(*index) || !pattern::matches_path(&pattern.path, path) || self.takes_out(*index, path)
                {
                    continue;
                }
                if let Some(first) = owner {
                    let name = |index: usize| self.declared.components.get(index).map(|one| one.purl.clone());
                    let (first, second) = (name(first).unwrap_or_default(), name(*index).unwrap_or_default());
                    return Err(DeclaredFilesError::Twice { path: encode_path(path), first, second });
                }
                owner = Some(*index);
            }
        }
        if let Some(owner) = owner {
            self.owners.insert(path.to_vec(), owner);
        }
        Ok(())
    }

    fn takes_out(&self, index: usize, path: &[u8]) -> bool {
        let patterns = self.declared.components.get(index).into_iter().flat_map(|component| &component.files);
        patterns.filter(|pattern| pattern.takes_out).any(|pattern| pattern::matches_path(&pattern.path, path))
    }
}

/// A path, the folders above it and at last the empty path of the root.
fn ancestors(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    let cuts = path.iter().enumerate().rev().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    let root = (!path.is_empty()).then_some(0);
    std::iter::once(path.len()).chain(cuts).chain(root).map(|end| path.get(..end).unwrap_or_default())
}

/// Patterns are UTF-8, so a folder that is not is named by none.
fn text_of(path: &[u8]) -> &str {
    std::str::from_utf8(path).unwrap_or("\u{0}")
}

fn is_looked_into(folder: &Path) -> bool {
    folder.file_name().is_none_or(|name| name != ".git") && !cache::is_marked(folder)
}

/// SHA-256 of the text of a link.
fn link(path: &Path) -> Result<Sha256Digest, DeclaredFilesError> {
    let failed = |source| FileError::Io { action: "reading", path: path.display().to_string(), source };
    Ok(Sha256Digest::of(&slashed(&fs::read_link(path).map_err(failed)?)))
}
