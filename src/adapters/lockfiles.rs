//! Lockfiles of a folder and what lies below it: found by name, read with the manifests beside them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::model::hint::Hint;
use crate::sbom::source::{Files, MAX_BYTES, READERS, Reader, is_taken, submodules};

use super::files::{self, FileError};
use super::git::{GitError, Repository};

/// Name of Cargo's lockfile, which Cargo itself reads.
pub const CARGO_LOCKFILE: &str = "Cargo.lock";

/// Folders that hold what others made, or what a build made: never looked into.
const NEVER: [&str; 6] = ["node_modules", "target", "vendor", "venv", "Pods", "Carthage"];
/// Folders whose projects usually do not ship: named to the user, and read when asked for.
const ASIDE: [&str; 11] =
    ["test", "tests", "testdata", "fixtures", "__tests__", "example", "examples", "demo", "fuzz", "bench", "benches"];
/// Folders below one another.
const MAX_DEPTH: usize = 12;
/// Folders in all.
const MAX_FOLDERS: usize = 20_000;

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
    /// There is none.
    #[error("{path} holds no lockfile (expected one of {})", names().join(", "))]
    None {
        /// Folder.
        path: PathBuf,
    },
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
    let mut names: Vec<_> = READERS.iter().map(|reader| reader.lockfile).chain([CARGO_LOCKFILE]).collect();
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
    /// Folder that it lies in.
    pub folder: PathBuf,
    /// Its path as people are shown it, with `/` between parts, relative to the folder searched.
    pub shown: String,
    /// Who reads it.
    pub read_by: ReadBy,
}

/// What a search found.
#[derive(Debug, Default)]
pub struct Search {
    /// To be read, sorted by path.
    pub found: Vec<Found>,
    /// Seen in folders whose projects usually do not ship, sorted by path.
    pub aside: Vec<String>,
}

/// Searches a folder and what lies below it; links are not followed, hidden folders not looked into.
///
/// # Errors
/// [`LockfilesError`].
pub fn search(root: &Path) -> Result<Search, LockfilesError> {
    let mut search = Search::default();
    let mut queue = vec![(root.to_path_buf(), String::new(), 0, false)];
    let mut folders = 0;
    while let Some((folder, shown, depth, aside)) = queue.pop() {
        folders += 1;
        if folders > MAX_FOLDERS {
            return Err(LockfilesError::TooMany(root.to_path_buf()));
        }
        let entries = list(&folder)?;
        let is_beside = |name: &str| entries.iter().any(|(there, _)| there == name);
        for (name, is_folder) in &entries {
            let path = if shown.is_empty() { name.clone() } else { format!("{shown}/{name}") };
            if *is_folder {
                if depth < MAX_DEPTH && !name.starts_with('.') && !NEVER.contains(&name.as_str()) {
                    let aside = aside || ASIDE.contains(&name.as_str());
                    queue.push((folder.join(name), path, depth + 1, aside));
                }
            } else if let Some(read_by) = read_by(name).filter(|_| is_taken(name, depth == 0, is_beside)) {
                if aside {
                    search.aside.push(path);
                } else {
                    search.found.push(Found { folder: folder.clone(), shown: path, read_by });
                }
            }
        }
    }
    search.found.sort_by(|a, b| a.shown.cmp(&b.shown));
    search.aside.sort();
    Ok(search)
}

/// A lockfile that the user named.
///
/// # Errors
/// [`LockfilesError::Unknown`].
pub fn named(path: &Path) -> Result<Found, LockfilesError> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let read_by = read_by(name).ok_or_else(|| LockfilesError::Unknown { path: path.to_path_buf() })?;
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    Ok(Found { folder: folder.to_path_buf(), shown: path.display().to_string(), read_by })
}

/// The lockfile with the files beside it, and those that they name.
///
/// # Errors
/// [`LockfilesError`].
pub fn read(folder: &Path, reader: &Reader) -> Result<Files, LockfilesError> {
    let mut read = Files::new();
    for name in std::iter::once(&reader.lockfile).chain(reader.beside) {
        for name in expand(folder, name)? {
            add(&mut read, folder, &name)?;
        }
    }
    if reader.lockfile == submodules::LOCKFILE {
        read.extend(pins(folder)?.map(|pins| (submodules::PINS.to_owned(), pins)));
    }
    if let Some(more) = reader.more {
        for name in more(&read) {
            let inside = name.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
            if inside && !read.contains_key(&name) {
                add(&mut read, folder, &name)?;
            }
        }
    }
    Ok(read)
}

/// Paths that a path with `*` parts stands for; without such parts, the path itself. Links are not followed.
fn expand(folder: &Path, path: &str) -> Result<Vec<String>, LockfilesError> {
    if !path.contains('*') {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = vec![String::new()];
    for part in path.split('/') {
        let mut next = Vec::new();
        for head in found {
            let join = |name: &str| if head.is_empty() { name.to_owned() } else { format!("{head}/{name}") };
            let place = folder.join(&head);
            if !place.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) {
                continue;
            }
            if part == "*" {
                next.extend(list(&place)?.iter().map(|(name, _)| join(name)));
            } else {
                next.push(join(part));
            }
        }
        if next.len() > MAX_FOLDERS {
            return Err(LockfilesError::TooMany(folder.to_path_buf()));
        }
        found = next;
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

fn add(read: &mut Files, folder: &Path, name: &str) -> Result<(), LockfilesError> {
    let path = folder.join(name);
    if path.symlink_metadata().is_ok() {
        read.insert(name.to_owned(), files::read(&path, MAX_BYTES as u64)?);
    }
    Ok(())
}

fn read_by(name: &str) -> Option<ReadBy> {
    if name == CARGO_LOCKFILE {
        return Some(ReadBy::Cargo);
    }
    READERS.iter().find(|reader| reader.lockfile == name).map(ReadBy::Reader)
}

/// Names of regular files and of folders; names that are not UTF-8 and links are passed over.
fn list(folder: &Path) -> Result<Vec<(String, bool)>, LockfilesError> {
    let error = |source| LockfilesError::Folder { path: folder.to_path_buf(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(error)? {
        let entry = entry.map_err(error)?;
        let kind = entry.file_type().map_err(error)?;
        if let (Ok(name), true) = (entry.file_name().into_string(), kind.is_dir() || kind.is_file()) {
            names.push((name, kind.is_dir()));
        }
    }
    Ok(names)
}
