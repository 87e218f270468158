//! The device's git repository, read with `gix`; the `git` program is not needed.
//!
//! Nothing in the environment redirects us: `GIT_DIR`, `GIT_WORK_TREE`, `GIT_INDEX_FILE`,
//! `GIT_OBJECT_DIRECTORY`, `GIT_ALTERNATE_OBJECT_DIRECTORIES`, `GIT_CONFIG_*` and every other `GIT_*` variable
//! are ignored, replace refs are off, grafts do not exist in `gix`. Files of configuration are honoured like git does
//! (system, user, repository), because line-ending conversion and ignore rules stand there. Every object that
//! becomes evidence is hashed again and must have its id. A repository of another user is refused unless
//! `safe.directory` lists it.

mod branches;
mod changes;
mod create;
mod error;
mod history;
mod ignored;
mod lockfiles;
mod remote;
mod source;
mod submodules;
mod tree;

use std::path::{Path, PathBuf};

use gix::open::permissions::{Attributes, Config, Environment};
use gix::sec::Permission;

use crate::model::digest::GitId;
use crate::provenance::git_object::{ObjectKind, id_of};

pub use create::{FirstRelease, NewRepository, create_repository};
pub use error::GitError;
pub use lockfiles::{CommittedFile, MAX_LOCKFILE};
pub use source::{ReleaseSource, TagBytes};

/// A repository with a work tree.
#[derive(Debug)]
pub struct Repository {
    git: gix::Repository,
    work_tree: PathBuf,
}

impl Repository {
    /// Opens the repository of a path, searching upwards.
    ///
    /// # Errors
    /// [`GitError`] when there is none, it is bare, belongs to somebody else, or cannot be opened.
    pub fn discover(path: &Path) -> Result<Self, GitError> {
        let shown = || path.display().to_string();
        let absolute = std::path::absolute(path).map_err(GitError::read(shown()))?;
        let trust = gix::sec::trust::Mapping { full: open_options(), reduced: open_options() };
        let options = gix::discover::upwards::Options { cross_fs: true, ..Default::default() };
        let git = gix::ThreadSafeRepository::discover_opts(&absolute, options, trust).map_err(|error| {
            if error.is_permission_denied() {
                let top = absolute.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&absolute);
                GitError::Untrusted { path: top.display().to_string() }
            } else if error.is_not_found() {
                GitError::NotFound { path: shown() }
            } else {
                GitError::Read { what: format!("git repository at {}", shown()), reason: format!("{error:#}") }
            }
        })?;
        Self::from_git(git.to_thread_local())
    }

    /// Opens the repository of exactly this folder.
    fn open(path: &Path) -> Result<Self, GitError> {
        let what = format!("git repository at {}", path.display());
        let git = open_options().open(path).map_err(GitError::read(what))?;
        Self::from_git(git.to_thread_local())
    }

    fn from_git(mut git: gix::Repository) -> Result<Self, GitError> {
        forget_filter_programs(&mut git)?;
        match git.workdir() {
            Some(work_tree) => Ok(Self { work_tree: work_tree.to_path_buf(), git }),
            None => Err(GitError::Bare { path: git.git_dir().display().to_string() }),
        }
    }

    /// Root of the work tree, absolute.
    #[must_use]
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    /// The commit of `HEAD`, on a branch or detached.
    ///
    /// # Errors
    /// [`GitError::Unborn`] when there is none yet, [`GitError::Read`].
    pub fn head(&self) -> Result<GitId, GitError> {
        git_id(&self.head_id()?)
    }

    fn head_id(&self) -> Result<gix::ObjectId, GitError> {
        let mut head = self.git.head().map_err(GitError::read("HEAD"))?;
        head.try_peel_to_id().map_err(GitError::read("HEAD"))?.map(gix::Id::detach).ok_or(GitError::Unborn)
    }
}

/// Options that let no environment variable redirect the repository and see the real objects.
/// Drops every `[filter "…"]` of the configuration. A filter is a program that the build itself may have
/// configured: it would run with our environment, key included, and could hide a changed file from the
/// comparison with its commit.
fn forget_filter_programs(git: &mut gix::Repository) -> Result<(), GitError> {
    let mut config = git.config_snapshot_mut();
    let filters: Vec<_> = config
        .sections_and_ids()
        .filter(|(section, _)| section.header().name().eq_ignore_ascii_case(b"filter"))
        .map(|(_, id)| id)
        .collect();
    for id in filters {
        config.remove_section_by_id(id);
    }
    config.commit().map(|_| ()).map_err(GitError::read("git configuration"))
}

fn open_options() -> gix::open::Options {
    let permissions = gix::open::Permissions {
        env: Environment { home: Permission::Allow, xdg_config_home: Permission::Allow, ..Environment::isolated() },
        config: Config { env: false, ..Config::all() },
        attributes: Attributes::all(),
    };
    gix::open::Options::default().permissions(permissions).bail_if_untrusted(true).config_overrides([
        "core.useReplaceRefs=false",
        "core.logAllRefUpdates=false",
        "status.showUntrackedFiles=all",
    ])
}

/// Reads the raw content of an object, which must hash to its id.
fn read_object(git: &gix::Repository, id: gix::ObjectId, kind: ObjectKind, limit: u64) -> Result<Vec<u8>, GitError> {
    let what = format!("{} {id}", kind.name());
    let header = git.find_header(id).map_err(GitError::read(&what))?;
    if header.kind().as_bytes() != kind.name().as_bytes() {
        return Err(GitError::Read { reason: format!("it is a {}", header.kind()), what });
    }
    if header.size() > limit {
        return Err(GitError::TooLarge { what, got: header.size(), limit });
    }
    let content = git.find_object(id).map_err(GitError::read(&what))?.detach().data;
    let expected = git_id(&id)?;
    match id_of(kind, &content, &expected) {
        Some(got) if got == expected => Ok(content),
        got => {
            let got = got.map_or_else(|| "a SHA-1 collision attack".to_owned(), |id| id.to_string());
            Err(GitError::WrongId { what, got, expected })
        }
    }
}

fn git_id(id: &gix::oid) -> Result<GitId, GitError> {
    GitId::parse(&id.to_hex().to_string()).map_err(GitError::read("object id"))
}

/// A raw path for people: control and deceptive characters and bytes that are not UTF-8 are escaped.
fn display_path(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    for chunk in path.utf8_chunks() {
        text.push_str(&crate::model::text::for_terminal(chunk.valid()));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")));
    }
    text
}

/// A raw path as the file system spells it; `None` where it cannot.
fn native_path(path: &[u8]) -> Option<PathBuf> {
    gix::path::from_byte_slice(path).ok().map(Path::to_path_buf)
}
