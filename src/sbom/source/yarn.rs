//! `yarn.lock`: one name for two formats, of which that of Yarn 1 is read; that of Yarn 2 and later
//! (`__metadata`) is refused as a version that is not known.

use super::{Files, Resolution, SourceError};

mod classic;
mod lines;

/// Name of the lockfile.
const LOCKFILE: &str = "yarn.lock";

/// Reads `yarn.lock` with the manifests of its projects.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    classic::read(text(files)?, files, folder)
}

/// Manifests of workspace members. Yarn 1 records no members, so that a pattern of `package.json` is
/// passed on as it is: whoever lists the folder answers a part `*` with each folder there.
pub(super) fn more(files: &Files) -> Vec<String> {
    classic::more(files)
}

fn text(files: &Files) -> Result<&str, SourceError> {
    let bytes = files.get(LOCKFILE).ok_or_else(|| SourceError::Absent(LOCKFILE.to_owned()))?;
    std::str::from_utf8(bytes).map_err(|error| SourceError::malformed(LOCKFILE, error))
}
