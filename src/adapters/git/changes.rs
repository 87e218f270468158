//! What differs between `HEAD`, the index and the work tree.
//!
//! Nothing but content decides: every tracked file is read and hashed, whatever size, times and flags the index
//! remembers. So assume-unchanged, skip-worktree and file-system-monitor bits hide nothing, `core.trustctime`,
//! `core.checkStat` and `core.ignoreStat` change nothing, and a touched file is no change.
//!
//! Line-ending conversion (`core.autocrlf`, `.gitattributes`) is applied as git does; filter programs are never
//! run, so a file that only such a program makes equal counts as changed. A file that has the very bytes of its
//! blob is unchanged even where a conversion would rewrite it. Conversions can hide a difference that they undo, and
//! `core.fileMode = false` hides changes of the executable bit: both are git's meaning of "unchanged". Untracked
//! files that `.gitignore`, `.git/info/exclude` or `core.excludesFile` ignore are not listed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gix::bstr::BString;
use gix::index::entry::{Flags, Mode, Stat};
use gix::status::index_worktree::Item as WorktreeItem;
use gix::status::plumbing::index_as_worktree::{Change, EntryStatus};
use gix::status::tree_index::TrackRenames;
use gix::status::{Item, UntrackedFiles};

use super::{GitError, Repository, display_path, git_id, native_path, submodules};
use crate::adapters::files;
use crate::provenance::git_object::{ObjectKind, id_of};

/// Deepest submodule inside a submodule.
const MAX_NESTING: usize = 16;

/// Largest file that is compared byte by byte, in bytes.
const MAX_COMPARED: u64 = 2 << 30;

/// Flags of index entries that tell git not to look.
const BLIND: Flags =
    Flags::ASSUME_VALID.union(Flags::SKIP_WORKTREE).union(Flags::FSMONITOR_VALID).union(Flags::UPTODATE);

impl Repository {
    /// Every path that is changed, staged, deleted, of another type, conflicted or untracked (and not ignored),
    /// inside submodules too; sorted by raw path, escaped for display.
    ///
    /// A renamed file is listed under both names; an untracked repository, and a folder with files where a
    /// submodule is not initialised, as `name/`; a submodule at another commit under its own path.
    ///
    /// # Errors
    /// [`GitError::Sparse`] when tracked files are left out by a sparse checkout, [`GitError::Nesting`], and what
    /// cannot be read (a required filter program that is missing, for one).
    pub fn changes(&self) -> Result<Vec<String>, GitError> {
        let mut found = BTreeSet::new();
        self.collect_changes(b"", 0, &mut found)?;
        Ok(found.iter().map(|path| display_path(path)).collect())
    }

    fn collect_changes(&self, prefix: &[u8], depth: usize, found: &mut BTreeSet<Vec<u8>>) -> Result<(), GitError> {
        if depth > MAX_NESTING {
            return Err(GitError::Nesting { path: display_path(prefix), limit: MAX_NESTING });
        }
        let index = self.index_without_memory()?;
        let backing = index.path_backing();
        let pins: Vec<(Vec<u8>, gix::ObjectId)> = index
            .entries()
            .iter()
            .filter(|entry| entry.mode == Mode::COMMIT)
            .map(|entry| (entry.path_in(backing).to_vec(), entry.id))
            .collect();
        let mut own = BTreeSet::new();
        own.extend(index.entries().iter().filter(|e| e.stage_raw() != 0).map(|e| e.path_in(backing).to_vec()));
        self.compare(index, &mut own)?;
        found.extend(own.into_iter().map(|path| join(prefix, &path)));
        for (path, pin) in pins {
            self.compare_submodule(&path, pin, prefix, depth, found)?;
        }
        Ok(())
    }

    /// The index with everything forgotten that would let git skip reading a file.
    fn index_without_memory(&self) -> Result<gix::index::File, GitError> {
        let shared = self.git.index_or_empty().map_err(GitError::read("index"))?;
        let mut index = gix::index::File::clone(&shared);
        let sparse = self.git.config_snapshot().boolean("core.sparseCheckout").unwrap_or(false) || index.is_sparse();
        let mut left_out = 0;
        let mut first = None;
        for (entry, path) in index.entries_mut_with_paths() {
            let skipped = entry.mode == Mode::DIR || entry.flags.contains(Flags::SKIP_WORKTREE);
            if sparse && skipped && !self.exists(path) {
                left_out += 1;
                first.get_or_insert_with(|| display_path(path));
            }
            entry.flags.remove(BLIND);
            // A time no file has and git's own mark for "look at the content" (size 0).
            entry.stat = Stat { mtime: gix::index::entry::stat::Time { secs: u32::MAX, nsecs: 0 }, ..Stat::default() };
        }
        match first {
            Some(first) => Err(GitError::Sparse { left_out, first }),
            None => Ok(index),
        }
    }

    fn exists(&self, path: &[u8]) -> bool {
        self.on_disk(path).is_some_and(|path| path.symlink_metadata().is_ok())
    }

    fn on_disk(&self, path: &[u8]) -> Option<PathBuf> {
        native_path(path).map(|native| self.work_tree().join(native))
    }

    fn compare(&self, index: gix::index::File, found: &mut BTreeSet<Vec<u8>>) -> Result<(), GitError> {
        let failed = || GitError::read("state of the work tree");
        let items = self
            .git
            .status(gix::progress::Discard)
            .map_err(failed())?
            .index(index.into())
            .untracked_files(UntrackedFiles::Files)
            .index_worktree_submodules(None)
            .tree_index_track_renames(TrackRenames::Disabled)
            .into_iter(None::<BString>)
            .map_err(failed())?;
        for item in items {
            match item.map_err(failed())? {
                Item::TreeIndex(change) => {
                    found.insert(change.location().to_vec());
                }
                Item::IndexWorktree(item) => self.keep(&item, found),
            }
        }
        Ok(())
    }

    fn keep(&self, item: &WorktreeItem, found: &mut BTreeSet<Vec<u8>>) {
        match item {
            WorktreeItem::Modification { entry, rela_path, status, .. } => {
                let same = match status {
                    EntryStatus::NeedsUpdate(_) => true,
                    EntryStatus::Change(Change::Modification { executable_bit_changed: false, .. }) => {
                        self.has_bytes_of(rela_path, &entry.id)
                    }
                    _ => false,
                };
                if !same {
                    found.insert(rela_path.to_vec());
                }
            }
            WorktreeItem::DirectoryContents { entry, .. } => {
                if entry.status == gix::dir::entry::Status::Untracked {
                    let folder = entry.disk_kind.is_some_and(|kind| kind.is_dir());
                    found.insert(if folder { join(&entry.rela_path, b"/") } else { entry.rela_path.to_vec() });
                }
            }
            WorktreeItem::Rewrite { source, dirwalk_entry, .. } => {
                found.insert(source.rela_path().to_vec());
                found.insert(dirwalk_entry.rela_path.to_vec());
            }
        }
    }

    /// Whether the file holds exactly the bytes of the blob, before any conversion.
    fn has_bytes_of(&self, path: &[u8], blob: &gix::oid) -> bool {
        let Some(bytes) = self.on_disk(path).and_then(|path| files::read(&path, MAX_COMPARED).ok()) else {
            return false;
        };
        git_id(blob).is_ok_and(|blob| id_of(ObjectKind::Blob, &bytes, &blob).as_ref() == Some(&blob))
    }

    /// Git's own switches for ignoring submodules do not count here.
    fn compare_submodule(
        &self,
        path: &[u8],
        pin: gix::ObjectId,
        prefix: &[u8],
        depth: usize,
        found: &mut BTreeSet<Vec<u8>>,
    ) -> Result<(), GitError> {
        let full = join(prefix, path);
        let Some(folder) = self.on_disk(path).filter(|folder| is_folder(folder)) else { return Ok(()) };
        let Some(nested) = submodules::checked_out(self, path)? else {
            let empty = std::fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none());
            if !empty {
                found.insert(join(&full, b"/"));
            }
            return Ok(());
        };
        if !same_folder(nested.work_tree(), &folder) {
            found.insert(full);
            return Ok(());
        }
        match nested.head_id() {
            Ok(head) if head == pin => {}
            Ok(_) | Err(GitError::Unborn) => {
                found.insert(full.clone());
            }
            Err(error) => return Err(error),
        }
        nested.collect_changes(&join(&full, b"/"), depth + 1, found)
    }
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// `core.worktree` of a submodule may point anywhere; only the folder itself is what gets built.
fn same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn join(prefix: &[u8], path: &[u8]) -> Vec<u8> {
    [prefix, path].concat()
}
