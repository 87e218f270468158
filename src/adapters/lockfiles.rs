//! Lockfiles of a folder and what lies below it: found by name, read with the manifests beside them.

mod search;
mod system;
mod unlocked;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::model::hint::Hint;
use crate::sbom::source::{self, DATABASES, Files, MAX_BYTES, READERS, Reader, submodules};

use super::files::{self, FileError};
use super::git::{GitError, Repository};

pub use search::{Search, search};

/// Name of Cargo's lockfile, which Cargo itself reads.
pub const CARGO_LOCKFILE: &str = "Cargo.lock";

/// Folders below one another.
const MAX_DEPTH: usize = 24;
/// Folders in all.
const MAX_FOLDERS: usize = 20_000;
/// Sentences about what was not read that an error holds.
const SHOWN: usize = 5;

/// Why lockfiles were not found or not read.
#[derive(Debug, thiserror::Error)]
pub enum LockfilesError {
    /// A folder or file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// A folder could not be listed.
    #[error("folder {path} cannot be read: {source}")]
    Folder {
        /// Folder.
        path: PathBuf,
        /// Reason.
        source: std::io::Error,
    },
    /// The pins of submodules could not be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// More folders than anyone would search.
    #[error("{0} holds more than {MAX_FOLDERS} folders")]
    TooMany(PathBuf),
    /// A file name that no reader knows.
    #[error("{path} is no lockfile that this program reads (expected one of {})", names().join(", "))]
    Unknown {
        /// As given.
        path: PathBuf,
    },
    /// A link where packages lie in files of their own.
    #[error("{path} is a link (expected a file: links in a folder of packages are not followed)")]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// There is none.
    #[error("{path} holds no lockfile (expected one of {}){}", names().join(", "), also(unread))]
    None {
        /// Folder.
        path: PathBuf,
        /// What lies there and was not read, as [`Search::unread`].
        unread: Vec<String>,
    },
}

fn also(unread: &[String]) -> String {
    if unread.is_empty() { String::new() } else { format!("; {}", few(unread, SHOWN)) }
}

/// The first sentences of a list, and how many there are beyond them.
#[must_use]
pub fn few(sentences: &[String], most: usize) -> String {
    let mut text = sentences.iter().take(most).map(String::as_str).collect::<Vec<_>>().join("; ");
    if let Some(more @ 1..) = sentences.len().checked_sub(most) {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

impl Hint for LockfilesError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(Cow::Borrowed(match self {
            Self::None { .. } => "name the folder of the project with --path, or a lockfile with --lockfile",
            Self::TooMany(_) => "name the lockfiles with --lockfile",
            Self::Git(error) => return error.hint(),
            _ => return None,
        }))
    }
}

/// Names of the lockfiles that this program reads.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let readers = READERS.iter().chain(DATABASES);
    let mut names: Vec<_> = readers.map(|reader| reader.lockfile).chain([CARGO_LOCKFILE]).collect();
    names.sort_unstable();
    names
}

/// Who reads a lockfile.
#[derive(Debug, Clone, Copy)]
pub enum ReadBy {
    /// Cargo itself resolves.
    Cargo,
    /// One of the readers.
    Reader(&'static Reader),
}

/// One lockfile and who reads it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Folder that it lies in, or the root of the file system whose packages it lists.
    pub folder: PathBuf,
    /// Its name there.
    pub name: String,
    /// Its path as people are shown it, with `/` between parts, relative to the folder searched.
    pub shown: String,
    /// Who reads it.
    pub read_by: ReadBy,
}

/// A lockfile that the user named.
///
/// # Errors
/// [`LockfilesError::Unknown`].
pub fn named(path: &Path) -> Result<Found, LockfilesError> {
    let shown = path.display().to_string();
    let slashes = path.to_str().unwrap_or_default().replace(std::path::MAIN_SEPARATOR, "/");
    if let Some((reader, above)) = system::database(slashes.trim_end_matches('/'), path.is_dir()) {
        let folder = PathBuf::from(if above.is_empty() { "." } else { above });
        return Ok(Found { folder, name: reader.lockfile.to_owned(), shown, read_by: ReadBy::Reader(reader) });
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let read_by =
        read_by(name, Reader::of_named).ok_or_else(|| LockfilesError::Unknown { path: path.to_path_buf() })?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Ok(Found { folder: folder.to_path_buf(), name: name.to_owned(), shown, read_by })
}

/// The lockfile with the files beside it, and those that they name.
///
/// # Errors
/// [`LockfilesError`].
pub fn read(found: &Found, reader: &Reader) -> Result<Files, LockfilesError> {
    if system::is_database(reader) {
        return system::read(&found.folder, reader);
    }
    let mut folders = 0;
    let mut files = reader.gather(&found.name, |name| {
        if source::is_pattern(name) {
            return expand(&found.folder, name, &mut folders);
        }
        let path = found.folder.join(name);
        if path.symlink_metadata().is_err() {
            return Ok(Vec::new());
        }
        Ok(vec![(name.to_owned(), files::read(&path, MAX_BYTES as u64)?)])
    })?;
    if reader.lockfile == submodules::LOCKFILE {
        files.extend(pins(&found.folder)?.map(|pins| (submodules::PINS.to_owned(), pins)));
    }
    Ok(files)
}

/// The files that a pattern names, by path; links are not followed. `folders` counts those looked into.
fn expand(root: &Path, pattern: &str, folders: &mut usize) -> Result<Vec<(String, Vec<u8>)>, LockfilesError> {
    let parts: Vec<&str> = pattern.split('/').collect();
    let Some((file, parts)) = parts.split_last() else { return Ok(Vec::new()) };
    let plain = parts.iter().take_while(|part| !source::is_pattern(part)).count();
    // Without `**`, a part of the pattern is one folder.
    let depth = if parts.contains(&"**") { MAX_DEPTH } else { parts.len() };
    let mut queue = vec![(parts.get(..plain).unwrap_or_default().join("/"), plain)];
    let mut found = Vec::new();
    while let Some((shown, below)) = queue.pop() {
        *folders += 1;
        if *folders > MAX_FOLDERS {
            return Err(LockfilesError::TooMany(root.to_path_buf()));
        }
        let folder = root.join(&shown);
        if !folder.symlink_metadata().is_ok_and(|there| there.is_dir()) {
            continue;
        }
        for (name, is_folder) in list(&folder)? {
            let path = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
            if is_folder && below < depth && name != "node_modules" && !name.starts_with('.') {
                queue.push((path, below + 1));
            } else if !is_folder && (name == *file || source::is_pattern(file)) && source::selects(pattern, &path) {
                let bytes = files::read(&root.join(&path), MAX_BYTES as u64)?;
                found.push((path, bytes));
            }
        }
    }
    Ok(found)
}

/// Commits of the submodules in the index, where the folder is the root of a repository.
fn pins(folder: &Path) -> Result<Option<Vec<u8>>, LockfilesError> {
    let repository = match Repository::discover(folder) {
        Ok(repository) => repository,
        Err(GitError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let is_root = matches!((repository.work_tree().canonicalize(), folder.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if !is_root {
        return Ok(None);
    }
    let lines = repository.pins_of_index()?.into_iter().map(|(path, commit)| format!("{} {path}\n", commit.as_str()));
    Ok(Some(lines.collect::<String>().into_bytes()))
}

fn read_by(name: &str, reader: fn(&str) -> Option<&'static Reader>) -> Option<ReadBy> {
    if name == CARGO_LOCKFILE {
        return Some(ReadBy::Cargo);
    }
    reader(name).map(ReadBy::Reader)
}

/// What lies in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    File,
    Folder,
    Link,
    /// A folder whose name, given as far as it is text, is not UTF-8.
    Unnamed,
}

/// Regular files, folders and links; other names that are not UTF-8 cannot be those of lockfiles.
fn entries(folder: &Path) -> Result<Vec<(String, What)>, LockfilesError> {
    let error = |source| LockfilesError::Folder { path: folder.to_path_buf(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let kind = entry.file_type().map_err(error)?;
        match entry.file_name().into_string() {
            Ok(name) if kind.is_dir() => names.push((name, What::Folder)),
            Ok(name) if kind.is_file() => names.push((name, What::File)),
            Ok(name) if kind.is_symlink() => names.push((name, What::Link)),
            Err(name) if kind.is_dir() => names.push((name.to_string_lossy().into_owned(), What::Unnamed)),
            _ => {}
        }
    }
    Ok(names)
}

/// Names of regular files and of folders; names that are not UTF-8 and links are passed over.
fn list(folder: &Path) -> Result<Vec<(String, bool)>, LockfilesError> {
    let mut entries = entries(folder)?;
    entries.retain(|(_, what)| matches!(what, What::File | What::Folder));
    Ok(entries.into_iter().map(|(name, what)| (name, what == What::Folder)).collect())
}
