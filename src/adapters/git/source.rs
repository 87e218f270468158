//! The release commit as it becomes evidence: tag, commit, tree, branches, submodules.

use std::collections::BTreeMap;

use gix::ObjectId;

use super::{GitError, Repository, branches, git_id, read_object, remote, submodules, tree};
use crate::model::digest::GitId;
use crate::model::provenance::Submodule;
use crate::provenance::git_object::{self, MAX_CONTENT, ObjectKind};
use crate::provenance::tree::TreeListing;

/// Everything that git knows of the commit under a release tag.
#[derive(Debug, Clone)]
pub struct ReleaseSource {
    /// Commit that the tag names and that is checked out.
    pub commit: GitId,
    /// Raw commit content (`git/commit`); it hashes to [`ReleaseSource::commit`].
    pub commit_bytes: Vec<u8>,
    /// Id and raw content (`git/tag`) of the annotated tag object; `None` for a lightweight tag.
    pub tag: Option<TagBytes>,
    /// Listing of the commit's tree (`git/tree.txt`); it hashes back to the commit's tree id.
    pub tree_bytes: Vec<u8>,
    /// URL of `origin`, or of the only remote, without credentials; `None` for local paths too.
    pub remote: Option<String>,
    /// Whether history was cut off.
    pub shallow: bool,
    /// Local (`main`) and remote-tracking (`origin/main`) branches that contain the commit, with their tips.
    pub branches: BTreeMap<String, GitId>,
    /// Submodules pinned by the tree; paths are spelled as in the listing.
    pub submodules: Vec<Submodule>,
    /// Paths whose blob is a Git LFS pointer, spelled as in the listing.
    pub lfs_pointers: Vec<String>,
}

/// An annotated tag object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagBytes {
    /// Object id.
    pub id: GitId,
    /// Raw content; it hashes to the id.
    pub bytes: Vec<u8>,
}

/// Where a tag leads.
struct Target {
    commit: ObjectId,
    tag: Option<TagBytes>,
}

impl Repository {
    /// Reads the release commit under a tag, which must be checked out. The tag names the commit directly, or
    /// through one tag object that carries the same name.
    ///
    /// Every blob of the tree is read and hashed with SHA-256, on all cores.
    ///
    /// # Errors
    /// [`GitError::TagName`], [`GitError::TagAbsent`], [`GitError::TagElsewhere`], [`GitError::TagKind`] (tags of
    /// tags too), [`GitError::TagRenamed`], [`GitError::Unborn`], and whatever cannot be read or does not hash to
    /// its id.
    pub fn release_source(&self, tag: &str) -> Result<ReleaseSource, GitError> {
        let target = self.checked_out(tag)?;
        let (commit_bytes, root) = self.read_commit(target.commit)?;
        let hashed = tree::hash(&self.git, root)?;
        Ok(ReleaseSource {
            commit: git_id(&target.commit)?,
            commit_bytes,
            tag: target.tag,
            tree_bytes: TreeListing::encode(hashed.listing.entries()),
            remote: remote::url(&self.git),
            shallow: self.git.is_shallow().map_err(GitError::read("list of shallow commits"))?,
            branches: branches::containing(&self.git, target.commit)?,
            submodules: submodules::pinned(self, root, &hashed.listing)?,
            lfs_pointers: hashed.pointers,
        })
    }

    /// Raw content of a commit and the id of its root tree.
    pub(super) fn read_commit(&self, id: ObjectId) -> Result<(Vec<u8>, ObjectId), GitError> {
        let what = || format!("commit {id}");
        let bytes = read_object(&self.git, id, ObjectKind::Commit, MAX_CONTENT as u64)?;
        let commit = git_object::parse_commit(&bytes).map_err(|source| GitError::Object { what: what(), source })?;
        let root = ObjectId::from_hex(commit.tree.as_str().as_bytes()).map_err(GitError::read(what()))?;
        Ok((bytes, root))
    }

    fn checked_out(&self, tag: &str) -> Result<Target, GitError> {
        let head = self.head_id()?;
        let target = self.target(tag)?;
        if target.commit == head {
            return Ok(target);
        }
        Err(GitError::TagElsewhere { tag: tag.to_owned(), got: git_id(&head)?, expected: git_id(&target.commit)? })
    }

    fn target(&self, tag: &str) -> Result<Target, GitError> {
        let name = gix::refs::FullName::try_from(format!("refs/tags/{tag}"))
            .map_err(|_| GitError::TagName { tag: tag.to_owned() })?;
        let found = self.git.try_find_reference(&name).map_err(GitError::read(format!("tag {tag:?}")))?;
        let Some(reference) = found.filter(|reference| reference.name() == name.as_ref()) else {
            return Err(GitError::TagAbsent { tag: tag.to_owned() });
        };
        let wrong_kind = |kind: &str| GitError::TagKind { tag: tag.to_owned(), kind: kind.to_owned() };
        let id = reference.try_id().ok_or_else(|| wrong_kind("symbolic reference"))?.detach();
        let header = self.git.find_header(id).map_err(GitError::read(format!("tag {tag:?}")))?;
        match header.kind() {
            gix::objs::Kind::Commit => Ok(Target { commit: id, tag: None }),
            gix::objs::Kind::Tag => self.annotated(tag, id),
            kind => Err(wrong_kind(&kind.to_string())),
        }
    }

    fn annotated(&self, tag: &str, id: ObjectId) -> Result<Target, GitError> {
        let what = || format!("tag object of {tag:?}");
        let bytes = read_object(&self.git, id, ObjectKind::Tag, MAX_CONTENT as u64)?;
        let object = git_object::parse_tag(&bytes).map_err(|source| GitError::Object { what: what(), source })?;
        if object.kind != ObjectKind::Commit.name() {
            return Err(GitError::TagKind { tag: tag.to_owned(), kind: object.kind });
        }
        if object.name != tag {
            return Err(GitError::TagRenamed { tag: tag.to_owned(), got: object.name });
        }
        let commit = ObjectId::from_hex(object.object.as_str().as_bytes()).map_err(GitError::read(what()))?;
        Ok(Target { commit, tag: Some(TagBytes { id: git_id(&id)?, bytes }) })
    }
}
