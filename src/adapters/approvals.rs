//! Approvals on disk: pairs of `<name>.json` (the statement) and `<name>.sshsig` (its signature), perhaps with
//! `<name>.tsr` (a stamp over the signature).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::model::entry::countersigner;
use crate::model::hint::Hint;
use crate::model::name::EntryName;

use super::files::{self, FileError};
use super::new_file::{self, Readers};

/// Largest statement or signature, in bytes.
const MAX_FILE: u64 = 1 << 20;

/// Largest further signature, in bytes; it holds the whole record.
const MAX_COUNTERSIGNATURE: u64 = 256 << 20;

/// Most approvals in one folder.
const MAX_APPROVALS: usize = 64;

/// What the name of a withdrawal's files has after that of the approval.
pub const WITHDRAWAL: &str = "withdrawal";

/// One unverified pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalFiles {
    /// File name without extension.
    pub name: String,
    /// Bytes of the statement.
    pub statement: Vec<u8>,
    /// Bytes of the armoured SSHSIG.
    pub armour: Vec<u8>,
    /// Bytes of an RFC 3161 TimeStampResp over the armour's, where there is one.
    pub stamp: Option<Vec<u8>>,
}

/// Why approvals were not read or written.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalFilesError {
    /// The operating system, a link, a size.
    #[error(transparent)]
    File(#[from] FileError),
    /// Half a pair.
    #[error("{name}.{present} has no {name}.{missing} beside it")]
    Unpaired {
        /// File name without extension.
        name: String,
        /// Extension that is there.
        present: &'static str,
        /// Extension that is not.
        missing: &'static str,
    },
    /// More than any release has.
    #[error("folder holds more than {MAX_APPROVALS} approvals")]
    TooMany,
    /// Another approval by the same key in the same role.
    #[error("{0} holds another approval already")]
    Exists(String),
}

impl Hint for ApprovalFilesError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Unpaired { .. } => Some("Put both files of the approval into the folder, or neither".into()),
            Self::Exists(_) => Some("Write to another folder with --out; approvals are never overwritten".into()),
            Self::File(_) | Self::TooMany => None,
        }
    }
}

/// Reads every pair of a folder, by name. Other files are not looked at.
///
/// # Errors
/// [`ApprovalFilesError`].
pub fn read_folder(folder: &Path) -> Result<Vec<ApprovalFiles>, ApprovalFilesError> {
    let (statements, signatures) = (names(folder, "json")?, names(folder, "sshsig")?);
    let stamps = names(folder, "tsr")?;
    if statements.len().max(signatures.len()) > MAX_APPROVALS {
        return Err(ApprovalFilesError::TooMany);
    }
    if let Some(name) = statements.difference(&signatures).next() {
        return Err(ApprovalFilesError::Unpaired { name: name.clone(), present: "json", missing: "sshsig" });
    }
    if let Some(name) = signatures.difference(&statements).next() {
        return Err(ApprovalFilesError::Unpaired { name: name.clone(), present: "sshsig", missing: "json" });
    }
    if let Some(name) = stamps.difference(&signatures).next() {
        return Err(ApprovalFilesError::Unpaired { name: name.clone(), present: "tsr", missing: "sshsig" });
    }
    let read = |name: String| {
        let [statement, signature] = paths(folder, &name);
        Ok(ApprovalFiles {
            statement: files::read(&statement, MAX_FILE)?,
            armour: files::read(&signature, MAX_FILE)?,
            stamp: stamps.contains(&name).then(|| files::read(&stamp_path(folder, &name), MAX_FILE)).transpose()?,
            name,
        })
    };
    statements.into_iter().map(read).collect()
}

/// Further signatures over the record may lie in the same folder.
fn is_countersignature(name: &str) -> bool {
    EntryName::parse(name).is_ok_and(|entry| countersigner(&entry).is_some())
}

/// Further signatures over the record in a folder, by the entry they become.
///
/// # Errors
/// [`ApprovalFilesError`].
pub fn read_countersignatures(folder: &Path) -> Result<BTreeMap<EntryName, Vec<u8>>, ApprovalFilesError> {
    let found = names_of(folder, "json", is_countersignature)?.into_iter().map(|stem| format!("{stem}.json"));
    let mut files = BTreeMap::new();
    for name in found {
        if let Ok(entry) = EntryName::parse(&name) {
            files.insert(entry, files::read(&folder.join(&name), MAX_COUNTERSIGNATURE)?);
        }
    }
    Ok(files)
}

fn names(folder: &Path, extension: &str) -> Result<BTreeSet<String>, FileError> {
    names_of(folder, extension, |name| !is_countersignature(name))
}

fn names_of(folder: &Path, extension: &str, wanted: impl Fn(&str) -> bool) -> Result<BTreeSet<String>, FileError> {
    let io = |source| FileError::Io { action: "reading", path: folder.display().to_string(), source };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(io)? {
        let file_name = entry.map_err(io)?.file_name();
        let name = file_name.to_string_lossy();
        if let Some((stem, found)) = name.rsplit_once('.')
            && found == extension
            && !stem.is_empty()
            && wanted(&name)
        {
            names.insert(stem.to_owned());
        }
    }
    Ok(names)
}

fn paths(folder: &Path, name: &str) -> [PathBuf; 2] {
    [folder.join(format!("{name}.json")), folder.join(format!("{name}.sshsig"))]
}

fn stamp_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.tsr"))
}

/// A name under which a new approval can be written: that of an approval which its signer took back is kept, and the
/// next one is numbered.
#[must_use]
pub fn free_name(folder: &Path, name: &str) -> String {
    let is_withdrawn = |name: &str| {
        let signed = |name: &str| paths(folder, name).iter().all(|path| new_file::exists(path));
        signed(name) && signed(&format!("{name}.{WITHDRAWAL}"))
    };
    let numbered = |number: usize| if number == 1 { name.to_owned() } else { format!("{name}-{number}") };
    (1..=MAX_APPROVALS).map(numbered).find(|name| !is_withdrawn(name)).unwrap_or_else(|| name.to_owned())
}

/// Writes an approval, the signature last: a statement or stamp without one is an unfinished attempt and is
/// replaced, a finished approval never is.
///
/// # Errors
/// [`ApprovalFilesError::Exists`] when a different approval stands there.
pub fn write_pair(folder: &Path, pair: &ApprovalFiles) -> Result<Vec<PathBuf>, ApprovalFilesError> {
    let [statement, signature] = paths(folder, &pair.name);
    let stamp = stamp_path(folder, &pair.name);
    if new_file::exists(&signature) {
        let same = |path: &Path, bytes: &[u8]| files::read(path, MAX_FILE).is_ok_and(|found| found == bytes);
        if same(&statement, &pair.statement) && same(&signature, &pair.armour) {
            return Ok(vec![statement, signature]);
        }
        return Err(ApprovalFilesError::Exists(signature.display().to_string()));
    }
    files::write_atomic(&statement, &pair.statement)?;
    let mut written = vec![statement, signature];
    if let Some(bytes) = &pair.stamp {
        files::write_atomic(&stamp, bytes)?;
        written.push(stamp);
    }
    new_file::create(&paths(folder, &pair.name)[1], &pair.armour, Readers::All)?;
    Ok(written)
}
