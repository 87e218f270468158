//! Listings of folders that hold evidence or artifacts, and what an interrupted run left in them.

use std::fs::{self, DirEntry, FileType};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::lock::LOCK_NAME;
use super::open::require_regular;
use super::write::TEMPORARY_PREFIX;
use super::{FileError, io_error};

/// Most files and folders below one folder.
const MAX_LISTED: usize = 100_000;

/// Deepest nesting of folders.
const MAX_LEVELS: usize = 32;

/// Age from which a temporary file is taken for one that nobody writes any more.
const STALE: Duration = Duration::from_secs(60 * 60);

/// Every regular file below a folder: its path relative to it, with `/`, and its path; sorted by bytes.
///
/// The folder itself may be named through a link; below it links and special files are errors. Our own
/// empty lock file directly in the folder is left out, nothing else is.
///
/// # Errors
/// [`FileError`] for what is no regular file, for names that are not UTF-8, and beyond 100,000 files
/// and folders or 32 levels.
pub fn list_regular(dir: &Path) -> Result<Vec<(String, PathBuf)>, FileError> {
    let mut found = Vec::new();
    let mut seen = 0_usize;
    let mut folders = vec![(String::new(), dir.to_path_buf(), 0_usize)];
    while let Some((prefix, folder, level)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(io_error("listing", &folder))? {
            let entry = entry.map_err(io_error("listing", &folder))?;
            let path = entry.path();
            seen = seen.saturating_add(1);
            limit(dir, "files and folders", seen, MAX_LISTED)?;
            let kind = entry.file_type().map_err(io_error("reading", &path))?;
            if prefix.is_empty() && is_lock(&entry, kind) {
                continue;
            }
            let name = entry.file_name();
            let name = name.to_str().ok_or_else(|| FileError::NotUtf8 { path: path.display().to_string() })?;
            if kind.is_dir() {
                limit(dir, "levels of folders", level + 1, MAX_LEVELS)?;
                folders.push((format!("{prefix}{name}/"), path, level + 1));
            } else {
                require_regular(&path, kind)?;
                found.push((format!("{prefix}{name}"), path));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes temporary files that an interrupted run left directly in a folder more than an hour ago.
///
/// Nothing depends on it: what cannot be listed or removed stays.
pub fn remove_stale(dir: &Path) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries.take(MAX_LISTED).flatten() {
        let temporary = entry.file_name().to_str().is_some_and(is_temporary_name);
        // Not followed: a link of that name is not ours.
        if temporary && entry.metadata().is_ok_and(|metadata| metadata.is_file() && is_stale(&metadata)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Exactly the names that `tempfile` makes for us: the prefix and six letters or digits.
fn is_temporary_name(name: &str) -> bool {
    name.strip_prefix(TEMPORARY_PREFIX)
        .is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_stale(metadata: &fs::Metadata) -> bool {
    metadata.modified().ok().and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > STALE)
}

fn is_lock(entry: &DirEntry, kind: FileType) -> bool {
    kind.is_file() && entry.file_name() == LOCK_NAME && entry.metadata().is_ok_and(|metadata| metadata.len() == 0)
}

fn limit(dir: &Path, what: &'static str, got: usize, limit: usize) -> Result<(), FileError> {
    if got > limit { Err(FileError::TooMany { path: dir.display().to_string(), what, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::is_temporary_name;

    #[test]
    fn knows_its_own_temporary_names_only() {
        assert!(is_temporary_name(".batchseal-a1B2c3"));
        for other in [".batchseal-", ".batchseal-abc", ".batchseal-abcdefg", ".batchseal-ab.def", "batchseal-abcdef"] {
            assert!(!is_temporary_name(other), "{other}");
        }
    }
}
