//! Things that live for one run of the demo: its output folder, its workshop, its persons' keys.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand_core::OsRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey};

use super::files::{self, FileError};
use super::new_file::{self, Readers};

/// File that marks a folder as a demo's, so that only demos are replaced.
const MARKER: &str = ".batchseal-demo";

/// Why the demo has no place to work.
#[derive(Debug, thiserror::Error)]
pub enum ThrowAwayError {
    /// Somebody's folder.
    #[error("{0} is not empty and no demo made it (name another folder with --out)")]
    NotOurs(String),
    /// The operating system.
    #[error("making room for the demo failed: {0}")]
    Io(#[from] io::Error),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key.
    #[error("throw-away key cannot be made: {0}")]
    Key(#[from] ssh_key::Error),
}

/// Empties a folder that an earlier demo made, or takes an empty or absent one; returns its full path.
///
/// # Errors
/// [`ThrowAwayError`].
pub fn prepare_output(out: &Path) -> Result<PathBuf, ThrowAwayError> {
    let occupied = fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some());
    if occupied {
        if !out.join(MARKER).is_file() {
            return Err(ThrowAwayError::NotOurs(out.display().to_string()));
        }
        for entry in fs::read_dir(out)? {
            let path = entry?.path();
            // The marker goes last by staying: a killed run leaves a folder that is still ours.
            if path.file_name().is_some_and(|name| name != MARKER) {
                if path.is_dir() { fs::remove_dir_all(&path)? } else { fs::remove_file(&path)? }
            }
        }
    }
    fs::create_dir_all(out)?;
    files::write_atomic(&out.join(MARKER), b"A demo of batchseal made this folder; the next one replaces it.\n")?;
    Ok(out.canonicalize()?)
}

/// A temporary folder that is removed when the demo ends.
#[derive(Debug)]
pub struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    /// Makes it, private to the user.
    ///
    /// # Errors
    /// [`ThrowAwayError`].
    pub fn create() -> Result<Self, ThrowAwayError> {
        Ok(Self { folder: tempfile::Builder::new().prefix("batchseal-demo-").tempdir()? })
    }

    /// A folder inside it.
    ///
    /// # Errors
    /// [`ThrowAwayError`].
    pub fn folder(&self, name: &str) -> Result<PathBuf, ThrowAwayError> {
        let path = self.folder.path().join(name);
        fs::create_dir_all(&path)?;
        Ok(path.canonicalize()?)
    }

    /// A new Ed25519 SSH key without a passphrase: its file and its public half.
    ///
    /// # Errors
    /// [`ThrowAwayError`].
    pub fn ssh_key(&self, role: &str) -> Result<(PathBuf, String), ThrowAwayError> {
        let mut key = PrivateKey::random(&mut OsRng, Algorithm::Ed25519)?;
        key.set_comment(format!("{role} (demo, throw-away)"));
        let path = self.folder("keys")?.join(role);
        new_file::create(&path, key.to_openssh(LineEnding::LF)?.as_bytes(), Readers::Owner)?;
        Ok((path, format!("{} {}", key.public_key().algorithm(), public_body(&key)?)))
    }
}

/// The base64 field of the public key line.
fn public_body(key: &PrivateKey) -> Result<String, ThrowAwayError> {
    let line = key.public_key().to_openssh()?;
    Ok(line.split(' ').nth(1).unwrap_or_default().to_owned())
}
