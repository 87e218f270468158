//! The open batch on disk: one file an entry, at the path it will have in the container.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::evidence::layout::EntryMap;
use crate::model::name::{EntryName, NameError};

use super::files::{self, FileError};

/// Largest entry that is taken into a batch, in bytes.
pub const MAX_ENTRY: u64 = 256 << 20;

/// Most entries in a batch.
pub const MAX_ENTRIES: usize = 20_000;

/// A batch folder that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BatchFolderError {
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file whose name no container can hold.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No batch there.
    #[error("{0} is no open batch (expected a folder with batch.json)")]
    Absent(String),
    /// Too many files.
    #[error("{0} holds more than {MAX_ENTRIES} files")]
    TooMany(String),
}

/// Entries held in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnedEntries(pub BTreeMap<EntryName, Vec<u8>>);

impl OwnedEntries {
    /// The same entries, borrowed.
    #[must_use]
    pub fn as_map(&self) -> EntryMap<'_> {
        self.0.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect()
    }

    /// Adds an entry under a name that the program chose.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn insert(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), NameError> {
        self.0.insert(EntryName::parse(name)?, bytes);
        Ok(())
    }
}

/// An open batch.
#[derive(Debug, Clone)]
pub struct BatchFolder {
    root: PathBuf,
}

impl BatchFolder {
    /// The folder for a batch stem below an output folder.
    #[must_use]
    pub fn at(out: &Path, stem: &str) -> Self {
        Self { root: out.join(format!("{stem}.batch")) }
    }

    /// A folder named by the user.
    #[must_use]
    pub fn open(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.root
    }

    /// Removes what an earlier run left and writes these entries as the new batch.
    ///
    /// # Errors
    /// [`BatchFolderError`]; then the folder has no `batch.json` and is no open batch.
    pub fn replace(&self, entries: &OwnedEntries) -> Result<(), BatchFolderError> {
        self.remove()?;
        // batch.json last: its presence says that the batch is whole.
        let (batch, others): (Vec<_>, Vec<_>) =
            entries.0.iter().partition(|(name, _)| name.as_str() == crate::model::batch::BATCH_ENTRY);
        for (name, bytes) in others.into_iter().chain(batch) {
            self.write(name, bytes)?;
        }
        Ok(())
    }

    /// Writes one entry.
    ///
    /// # Errors
    /// [`BatchFolderError`].
    pub fn write(&self, name: &EntryName, bytes: &[u8]) -> Result<(), BatchFolderError> {
        Ok(files::write_atomic(&self.root.join(name.as_str()), bytes)?)
    }

    /// Reads every entry; links and special files are errors.
    ///
    /// # Errors
    /// [`BatchFolderError`].
    pub fn load(&self) -> Result<OwnedEntries, BatchFolderError> {
        let shown = || self.root.display().to_string();
        if !self.root.join(crate::model::batch::BATCH_ENTRY).is_file() {
            return Err(BatchFolderError::Absent(shown()));
        }
        let mut entries = OwnedEntries::default();
        for (name, path) in files::list_regular(&self.root)? {
            if entries.0.len() >= MAX_ENTRIES {
                return Err(BatchFolderError::TooMany(shown()));
            }
            entries.insert(&name, files::read(&path, MAX_ENTRY)?)?;
        }
        Ok(entries)
    }

    /// Removes the folder.
    ///
    /// # Errors
    /// [`BatchFolderError::File`].
    pub fn remove(&self) -> Result<(), BatchFolderError> {
        // Without batch.json a half-removed folder is no batch.
        let _ = fs::remove_file(self.root.join(crate::model::batch::BATCH_ENTRY));
        match fs::remove_dir_all(&self.root) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(FileError::Io { action: "removing", path: self.root.display().to_string(), source }.into())
            }
            _ => Ok(()),
        }
    }
}
