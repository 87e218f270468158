//! Why a git repository could not be read, and what to do about it.

use std::borrow::Cow;

use crate::model::digest::GitId;
use crate::model::hint::Hint;
use crate::provenance::git_object::GitObjectError;
use crate::provenance::tree::TreeError;

/// A repository that could not be read, or a state of it that no batch may be made from.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// No repository at the path or above it.
    #[error("no git repository found at {path} or above")]
    NotFound {
        /// Where the search began.
        path: String,
    },
    /// The repository belongs to another user and is not listed in `safe.directory`.
    #[error("git repository at {path} belongs to another user")]
    Untrusted {
        /// Its work tree.
        path: String,
    },
    /// There is no work tree.
    #[error("git repository at {path} is bare (expected one with a work tree)")]
    Bare {
        /// The git folder.
        path: String,
    },
    /// `HEAD` names a branch without a commit.
    #[error("git repository has no commit yet")]
    Unborn,
    /// Reading objects, references, configuration or the index failed.
    #[error("reading {what} failed: {reason}")]
    Read {
        /// What was read.
        what: String,
        /// Reason, from the git library.
        reason: String,
    },
    /// Stored content has another id than the one it is stored under.
    #[error("{what} does not hash to its id (got {got}, expected {expected})")]
    WrongId {
        /// What was read.
        what: String,
        /// Computed id, or words where there is none.
        got: String,
        /// Id it is stored under.
        expected: GitId,
    },
    /// Larger than this product reads.
    #[error("{what} is {got} bytes long (expected at most {limit})")]
    TooLarge {
        /// What was read.
        what: String,
        /// Size in bytes.
        got: u64,
        /// Limit in bytes.
        limit: u64,
    },
    /// More of something than this product reads.
    #[error("{what} number more than {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A commit or tag is malformed.
    #[error("{what} is malformed: {source}")]
    Object {
        /// Which.
        what: String,
        /// Reason.
        source: GitObjectError,
    },
    /// The tree cannot be listed.
    #[error("tree of HEAD cannot be listed: {0}")]
    Tree(#[from] TreeError),
    /// The listed tree is not the tree of the commit (malformed tree objects).
    #[error("tree of HEAD is not in git's canonical form (computed {got}, expected {expected})")]
    TreeRoot {
        /// Computed from the listing, or words.
        got: String,
        /// In the commit.
        expected: GitId,
    },
    /// A tree entry has a mode that git does not write.
    #[error("{path} has mode {mode} (expected 100644, 100755, 120000 or 160000)")]
    Mode {
        /// Path, encoded.
        path: String,
        /// Octal digits.
        mode: String,
    },
    /// Not usable as a tag's name.
    #[error("tag name {tag:?} is not valid")]
    TagName {
        /// As given.
        tag: String,
    },
    /// No such tag.
    #[error("tag {tag:?} does not exist in this repository")]
    TagAbsent {
        /// The tag.
        tag: String,
    },
    /// The tag's commit is not checked out.
    #[error("HEAD is not the commit of tag {tag:?} (got {got}, expected {expected})")]
    TagElsewhere {
        /// The tag.
        tag: String,
        /// Commit of `HEAD`.
        got: GitId,
        /// Commit of the tag.
        expected: GitId,
    },
    /// The tag names something else than a commit.
    #[error("tag {tag:?} names a {kind} (expected a commit)")]
    TagKind {
        /// The tag.
        tag: String,
        /// `tag`, `tree`, `blob` or `symbolic reference`.
        kind: String,
    },
    /// The signed name in the tag object is another one than the reference's.
    #[error("tag object behind {tag:?} carries another name (got {got:?}, expected {tag:?})")]
    TagRenamed {
        /// The reference's short name.
        tag: String,
        /// The name inside.
        got: String,
    },
    /// Tracked files are left out of the work tree on purpose.
    #[error("work tree is a sparse checkout ({left_out} tracked paths are left out, the first is {first})")]
    Sparse {
        /// How many index entries.
        left_out: usize,
        /// The first of them.
        first: String,
    },
    /// A path at `HEAD` is no regular file.
    #[error("{path} is no regular file at HEAD")]
    NotRegular {
        /// The path.
        path: String,
    },
    /// Submodules inside submodules without end.
    #[error("submodules are nested more than {limit} deep at {path}")]
    Nesting {
        /// Path of the last one.
        path: String,
        /// The limit.
        limit: usize,
    },
    /// A new repository could not be written.
    #[error("writing {what} failed: {reason}")]
    Write {
        /// What was written.
        what: String,
        /// Reason.
        reason: String,
    },
    /// Git can store only files, links and folders.
    #[error("{path} is no file, link or folder that git can store")]
    Unstorable {
        /// The path.
        path: String,
    },
}

impl GitError {
    /// For `map_err`: reading something failed.
    pub(super) fn read<E: std::fmt::Display>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |error| Self::Read { what, reason: format!("{error:#}") }
    }

    /// For `map_err`: writing something failed.
    pub(super) fn write<E: std::fmt::Display>(what: impl Into<String>) -> impl FnOnce(E) -> Self {
        let what = what.into();
        move |error| Self::Write { what, reason: format!("{error:#}") }
    }
}

impl Hint for GitError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::NotFound { .. } => "run inside the device's git repository".into(),
            Self::Untrusted { path } => {
                format!("if you trust it, run: git config --global --add safe.directory {path}").into()
            }
            Self::Bare { .. } => "clone the repository with a work tree and run there".into(),
            Self::Unborn => "commit the sources and tag the commit".into(),
            Self::Read { .. }
            | Self::WrongId { .. }
            | Self::TreeRoot { .. }
            | Self::Mode { .. }
            | Self::Object { .. } => "check the repository with: git fsck --full".into(),
            Self::TagName { .. } => "give the tag's short name, such as v1.2.0".into(),
            Self::TagAbsent { tag } => format!("fetch it with: git fetch origin tag {tag}").into(),
            Self::TagElsewhere { tag, .. } => format!("check the release commit out with: git checkout {tag}").into(),
            Self::TagKind { .. } | Self::TagRenamed { .. } => {
                "make a new annotated tag of the release commit with: git tag -s or git tag -a".into()
            }
            Self::Sparse { .. } => "check every file out with: git sparse-checkout disable".into(),
            _ => return None,
        })
    }
}
