//! Raw git objects: ids computed again from content, commit and tag fields read strictly.
//!
//! Formats: `gitformat-signature(5)`, `git-mktag(1)` and the object format of the Git User Manual.

use super::git_header::Header;
use crate::model::digest::{GitId, Hasher, to_hex};
use crate::model::time::Timestamp;

/// Largest commit or tag content that is read, in bytes.
pub const MAX_CONTENT: usize = 16 << 20;

/// Most parents of a commit.
const MAX_PARENTS: usize = 1024;

/// The four kinds of git objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// An annotated tag.
    Tag,
    /// A folder.
    Tree,
    /// File content or the target of a symbolic link.
    Blob,
}

impl ObjectKind {
    /// The word in the object's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tag => "tag",
            Self::Tree => "tree",
            Self::Blob => "blob",
        }
    }
}

/// Why content is not a commit or tag that this product accepts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitObjectError {
    /// Larger than [`MAX_CONTENT`].
    #[error("{kind} is {got} bytes long (expected at most {MAX_CONTENT})")]
    TooLarge {
        /// `commit` or `tag`.
        kind: &'static str,
        /// Size in bytes.
        got: usize,
    },
    /// No empty line ends the header.
    #[error("{kind} header has no end")]
    Truncated {
        /// `commit` or `tag`.
        kind: &'static str,
    },
    /// A header line is absent, out of order, repeated or of the wrong form.
    #[error("{kind} has no well-formed {field:?} line where one is expected")]
    Field {
        /// `commit` or `tag`.
        kind: &'static str,
        /// The line's key.
        field: &'static str,
    },
}

/// Computes the id of content as git does: header, NUL, content.
///
/// The algorithm is that of `like`: SHA-256 for 64 digits, else SHA-1 with collision detection. Content that
/// carries the marks of a SHA-1 collision attack has no id here.
#[must_use]
pub fn id_of(kind: ObjectKind, content: &[u8], like: &GitId) -> Option<GitId> {
    let header = format!("{} {}\0", kind.name(), content.len());
    let digits = if like.as_str().len() == 64 {
        let mut hasher = Hasher::new();
        hasher.update(header.as_bytes());
        hasher.update(content);
        hasher.finish().0.to_hex()
    } else {
        use sha1_checked::Digest as _;
        let mut hasher = sha1_checked::Sha1::new();
        hasher.update(header.as_bytes());
        hasher.update(content);
        match hasher.try_finalize() {
            sha1_checked::CollisionResult::Ok(digest) => to_hex(&digest),
            _ => return None,
        }
    };
    GitId::parse(&digits).ok()
}

/// A person as a commit or tag names them, and when.
///
/// Nothing here is proven: anybody may write any name and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name; bytes that are not UTF-8 are replaced.
    pub name: String,
    /// Mail address; bytes that are not UTF-8 are replaced.
    pub email: String,
    /// Time with the writer's offset.
    pub time: Timestamp,
}

/// The header of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Root tree.
    pub tree: GitId,
    /// Parents in order; none for a first commit.
    pub parents: Vec<GitId>,
    /// Who wrote the change.
    pub author: Identity,
    /// Who made the commit.
    pub committer: Identity,
}

/// An annotated tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagObject {
    /// What the tag names.
    pub object: GitId,
    /// `commit`, `tree`, `blob` or `tag`.
    pub kind: String,
    /// The tag's name as its maker wrote it, without `refs/tags/`.
    pub name: String,
    /// Who made the tag.
    pub tagger: Identity,
    /// When: the tagger's time.
    pub time: Timestamp,
}

/// Reads the content of a commit object (without git's own `commit <size>` header).
///
/// # Errors
/// [`GitObjectError`].
pub fn parse_commit(content: &[u8]) -> Result<Commit, GitObjectError> {
    let mut header = Header::of("commit", content)?;
    let tree = header.id("tree")?;
    let mut parents = Vec::new();
    while header.next_is("parent") {
        if parents.len() == MAX_PARENTS {
            return Err(header.error("parent"));
        }
        parents.push(header.id("parent")?);
    }
    let author = header.identity("author")?;
    let committer = header.identity("committer")?;
    header.finish()?;
    let one_algorithm = parents.iter().all(|parent| parent.as_str().len() == tree.as_str().len());
    if !one_algorithm {
        return Err(GitObjectError::Field { kind: "commit", field: "parent" });
    }
    Ok(Commit { tree, parents, author, committer })
}

/// What stands behind the header of a commit or tag; empty where the header has no end.
#[must_use]
pub fn message_of(content: &[u8]) -> &[u8] {
    let end = content.windows(2).position(|pair| pair == b"\n\n");
    end.and_then(|end| content.get(end + 2..)).unwrap_or_default()
}

/// Reads the content of an annotated tag object (without git's own `tag <size>` header).
///
/// # Errors
/// [`GitObjectError`].
pub fn parse_tag(content: &[u8]) -> Result<TagObject, GitObjectError> {
    let mut header = Header::of("tag", content)?;
    let object = header.id("object")?;
    let kind = match header.value("type")? {
        b"commit" => "commit",
        b"tree" => "tree",
        b"blob" => "blob",
        b"tag" => "tag",
        _ => return Err(header.error("type")),
    };
    let name = std::str::from_utf8(header.value("tag")?).map_err(|_| header.error("tag"))?;
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(header.error("tag"));
    }
    let name = name.to_owned();
    let tagger = header.identity("tagger")?;
    header.finish()?;
    Ok(TagObject { object, kind: kind.to_owned(), name, time: tagger.time, tagger })
}
