//! Whether a file that is about to be made would make the work tree dirty.

use std::path::{Path, PathBuf};

use gix::index::entry::Mode;
use gix::worktree::stack::state::ignore::Source;

use super::{GitError, Repository};

impl Repository {
    /// Whether git would list one of these files as untracked: it lies in the work tree, and nothing ignores
    /// it. Nothing needs to be there yet.
    ///
    /// # Errors
    /// [`GitError::Read`].
    pub fn would_show<'p>(&self, paths: impl IntoIterator<Item = &'p Path>) -> Result<bool, GitError> {
        let rules = || GitError::read("ignore rules");
        let root = resolved(self.work_tree()).map_err(GitError::read(self.work_tree().display().to_string()))?;
        let index = self.git.index_or_empty().map_err(rules())?;
        let source = Source::WorktreeThenIdMappingIfNotSkipped;
        let mut stack = self.git.excludes(&index, None, source).map_err(rules())?;
        for path in paths {
            let path = resolved(path).map_err(GitError::read(path.display().to_string()))?;
            let Ok(relative) = path.strip_prefix(&root) else { continue };
            let shown = !relative.starts_with(".git")
                && !stack.at_path(relative, Some(Mode::FILE)).map_err(rules())?.is_excluded();
            if shown {
                return Ok(true);
            }
        }
        Ok(false)
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
