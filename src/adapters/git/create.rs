//! A new repository with one commit and one annotated tag, for the demonstration and for tests.

use std::path::{Path, PathBuf};

use gix::bstr::BString;
use gix::index::entry::Stat;
use gix::index::fs::Metadata;
use gix::objs::tree::EntryKind;
use gix::refs::transaction::{PreviousValue, RefEdit};

use super::{GitError, git_id, open_options};
use crate::adapters::files;
use crate::model::digest::GitId;
use crate::model::time::Timestamp;

/// Largest file that is stored, in bytes.
const MAX_FILE: u64 = 256 << 20;

/// The one commit and its tag.
#[derive(Debug, Clone, Copy)]
pub struct FirstRelease<'a> {
    /// Commit message.
    pub message: &'a str,
    /// Short name of the annotated tag.
    pub tag: &'a str,
    /// Message of the tag.
    pub tag_message: &'a str,
    /// Name of author, committer and tagger.
    pub name: &'a str,
    /// Their mail address.
    pub email: &'a str,
    /// Time of commit and tag; written in UTC.
    pub time: Timestamp,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRepository {
    /// The commit on branch `main`.
    pub commit: GitId,
    /// The tag object.
    pub tag: GitId,
}

/// Makes a folder a repository: all its files in one commit on branch `main`, one annotated tag, a fresh index.
///
/// The ids depend on the files, their executable bits, the names and the time only. Nothing is signed.
///
/// # Errors
/// [`GitError::Write`] when the folder is a repository already or cannot be written, [`GitError::TagName`],
/// [`GitError::Unstorable`] for special files and names that git refuses.
pub fn create_repository(folder: &Path, first: &FirstRelease<'_>) -> Result<NewRepository, GitError> {
    let tag_name = gix::refs::FullName::try_from(format!("refs/tags/{}", first.tag))
        .map_err(|_| GitError::TagName { tag: first.tag.to_owned() })?;
    let git = initialise(folder)?;
    let tree = write_tree(&git, folder)?;
    let commit = gix::objs::Commit {
        tree,
        parents: Default::default(),
        author: signature(first),
        committer: signature(first),
        encoding: None,
        message: line_ended(first.message),
        extra_headers: Vec::new(),
    };
    let commit = git.write_object(&commit).map_err(GitError::write("commit"))?.detach();
    let tag = gix::objs::Tag {
        target: commit,
        target_kind: gix::objs::Kind::Commit,
        name: first.tag.into(),
        tagger: Some(signature(first)),
        message: line_ended(first.tag_message),
        signature: None,
    };
    let tag = git.write_object(&tag).map_err(GitError::write("tag"))?.detach();
    let main = gix::refs::FullName::try_from("refs/heads/main").map_err(GitError::write("branch main"))?;
    let edits =
        [(main, commit), (tag_name, tag)].map(|(name, id)| RefEdit::update(name, id, PreviousValue::MustNotExist, ""));
    git.edit_references_as(edits, None).map_err(GitError::write("references"))?;
    write_index(&git, folder, tree)?;
    Ok(NewRepository { commit: git_id(&commit)?, tag: git_id(&tag)? })
}

fn initialise(folder: &Path) -> Result<gix::Repository, GitError> {
    let what = || format!("git repository at {}", folder.display());
    let absolute = std::path::absolute(folder).map_err(GitError::write(what()))?;
    let options = gix::create::Options { destination_must_be_empty: Some(false), ..Default::default() };
    gix::create::into(&absolute, gix::create::Kind::WithWorktree, options).map_err(GitError::write(what()))?;
    Ok(open_options().open(&absolute).map_err(GitError::write(what()))?.to_thread_local())
}

fn signature(first: &FirstRelease<'_>) -> gix::actor::Signature {
    let time = gix::date::Time { seconds: first.time.unix(), offset: 0 };
    gix::actor::Signature { name: first.name.into(), email: first.email.into(), time }
}

fn line_ended(message: &str) -> BString {
    format!("{}\n", message.trim_end()).into()
}

fn write_tree(git: &gix::Repository, folder: &Path) -> Result<gix::ObjectId, GitError> {
    let mut editor = git.edit_tree(git.empty_tree().id).map_err(GitError::write("tree"))?;
    for (path, native) in files_below(folder)? {
        let (kind, content) = read_file(&native)?;
        let id = git.write_blob(content).map_err(GitError::write(format!("blob of {path}")))?;
        editor.upsert(&path, kind, id).map_err(GitError::write(format!("tree entry of {path}")))?;
    }
    Ok(editor.write().map_err(GitError::write("tree"))?.detach())
}

/// Files and links below a folder: path for git and path on disk. Git's own folder at the top is left out.
fn files_below(folder: &Path) -> Result<Vec<(BString, PathBuf)>, GitError> {
    let mut found = Vec::new();
    let mut open = vec![(BString::default(), folder.to_path_buf())];
    while let Some((prefix, folder)) = open.pop() {
        let failed = || GitError::read(folder.display().to_string());
        for entry in std::fs::read_dir(&folder).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let unstorable = || GitError::Unstorable { path: entry.path().display().to_string() };
            let name = gix::path::os_string_into_bstring(entry.file_name()).map_err(|_| unstorable())?;
            if name.eq_ignore_ascii_case(b".git") {
                if prefix.is_empty() && name == ".git" {
                    continue;
                }
                return Err(unstorable());
            }
            let mut path = prefix.clone();
            path.extend_from_slice(&name);
            let kind = entry.file_type().map_err(failed())?;
            if kind.is_dir() {
                path.push(b'/');
                open.push((path, entry.path()));
            } else if kind.is_file() || kind.is_symlink() {
                found.push((path, entry.path()));
            } else {
                return Err(unstorable());
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn read_file(path: &Path) -> Result<(EntryKind, Vec<u8>), GitError> {
    let failed = || GitError::read(path.display().to_string());
    let metadata = Metadata::from_path_no_follow(path).map_err(failed())?;
    if metadata.is_symlink() {
        let target = std::fs::read_link(path).map_err(failed())?;
        let target = gix::path::into_bstr(target).map_err(GitError::read("new files"))?;
        return Ok((EntryKind::Link, gix::path::to_unix_separators_on_windows(target).into_owned().into()));
    }
    let kind = if metadata.is_executable() { EntryKind::BlobExecutable } else { EntryKind::Blob };
    Ok((kind, files::read(path, MAX_FILE).map_err(GitError::read("new files"))?))
}

/// The index with the sizes and times of the files as they are, so that git need not read them all again.
fn write_index(git: &gix::Repository, folder: &Path, tree: gix::ObjectId) -> Result<(), GitError> {
    let mut index = git.index_from_tree(&tree).map_err(GitError::write("index"))?;
    for (entry, path) in index.entries_mut_with_paths() {
        let native =
            super::native_path(path).ok_or_else(|| GitError::Unstorable { path: super::display_path(path) })?;
        let metadata = Metadata::from_path_no_follow(&folder.join(native)).map_err(GitError::read("new files"))?;
        entry.stat = Stat::from_fs(&metadata).map_err(GitError::read("new files"))?;
    }
    index.write(gix::index::write::Options::default()).map_err(GitError::write("index"))
}
