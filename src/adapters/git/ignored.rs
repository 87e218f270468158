//! Whether a file that is about to be made would make the work tree dirty.

use std::path::{Path, PathBuf};

use gix::index::entry::Mode;
use gix::worktree::stack::state::ignore::Source;

use super::{GitError, Repository};

impl Repository {
    /// Whether git would list a file of this path as untracked: it lies in the work tree, and nothing ignores
    /// it. Nothing needs to be there yet.
    ///
    /// # Errors
    /// [`GitError::Read`].
    pub fn would_show(&self, path: &Path) -> Result<bool, GitError> {
        let what = || path.display().to_string();
        let (path, root) = (resolved(path).map_err(GitError::read(what()))?, resolved(self.work_tree()));
        let Ok(relative) = path.strip_prefix(root.map_err(GitError::read(what()))?) else { return Ok(false) };
        if relative.starts_with(".git") {
            return Ok(false);
        }
        let rules = || GitError::read("ignore rules");
        let index = self.git.index_or_empty().map_err(rules())?;
        let source = Source::WorktreeThenIdMappingIfNotSkipped;
        let mut stack = self.git.excludes(&index, None, source).map_err(rules())?;
        let place = stack.at_path(relative, Some(Mode::FILE)).map_err(rules())?;
        Ok(!place.is_excluded())
    }
}

/// Absolute and without links, as far as the path exists.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    for existing in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize(), absolute.strip_prefix(existing)) {
            return Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) });
        }
    }
    Ok(absolute)
}
