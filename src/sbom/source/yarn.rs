//! `yarn.lock`: one name for two formats, that of Yarn 1 and that of Yarn 2 and later.

use super::{Files, Resolution, SourceError};

mod berry;
mod classic;
mod lines;

/// Name of the lockfile.
pub(super) const LOCKFILE: &str = "yarn.lock";

/// Reads `yarn.lock` with the manifests of its projects.
pub(super) fn read(files: &Files, folder: &str) -> Result<Resolution, SourceError> {
    let text = super::text(files, LOCKFILE)?;
    if is_berry(text) { berry::read(text, files, folder) } else { classic::read(text, files, folder) }
}

/// Manifests of workspace members. Yarn 1 records no members, so that patterns of `package.json` are
/// passed on.
pub(super) fn more(files: &Files) -> Vec<String> {
    match super::text(files, LOCKFILE) {
        Ok(text) if is_berry(text) => berry::more(text),
        _ => classic::more(files),
    }
}

fn is_berry(text: &str) -> bool {
    text.lines().any(|line| line == "__metadata:")
}
