//! Finds the file of a program as the child will find it: in the child's `PATH`, from its folder.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Why a program has no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookupFailure {
    /// No such file, or nothing of that name in `PATH`.
    NotFound,
    /// There is one that may not be executed.
    NotExecutable,
}

/// The file of a program, links not yet followed.
pub(super) fn find_program(
    program: &OsStr,
    variables: &BTreeMap<OsString, OsString>,
    folder: &Path,
) -> Result<PathBuf, LookupFailure> {
    let as_path = Path::new(program);
    if as_path.components().count() > 1 || as_path.is_absolute() {
        return candidate(&folder.join(as_path));
    }
    let path = variables.get(OsStr::new("PATH")).ok_or(LookupFailure::NotFound)?;
    let mut failure = LookupFailure::NotFound;
    for place in std::env::split_paths(path) {
        match candidate(&folder.join(place).join(as_path)) {
            Ok(found) => return Ok(found),
            Err(LookupFailure::NotExecutable) => failure = LookupFailure::NotExecutable,
            Err(LookupFailure::NotFound) => {}
        }
    }
    Err(failure)
}

fn candidate(path: &Path) -> Result<PathBuf, LookupFailure> {
    let with_extension = path.with_extension(std::env::consts::EXE_EXTENSION);
    let path = if cfg!(windows) && !path.is_file() { &with_extension } else { path };
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && is_executable(&metadata) => Ok(path.to_path_buf()),
        Ok(_) => Err(LookupFailure::NotExecutable),
        Err(_) => Err(LookupFailure::NotFound),
    }
}

#[cfg(unix)]
pub(super) fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub(super) const fn is_executable(_: &std::fs::Metadata) -> bool {
    true
}
