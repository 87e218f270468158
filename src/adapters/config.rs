//! `batchseal.toml` and `trust.toml` from disk, with the key files that a trust file names.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::attestation::sigstore::{SigstoreRoot, SigstoreRootError};
use crate::gate::registry;
use crate::model::hint::Hint;
use crate::policy::MAX_FILE;
use crate::policy::error::PolicyErrors;
use crate::policy::release::Policy;
use crate::policy::trust::Trust;

use super::files::{self, FileError};

/// Largest file that a trust file names, in bytes.
const MAX_KEY_FILE: u64 = 1 << 20;

/// Why one of the two files does not load; all of them are exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No trust file was named; there is no default and no trust on first use.
    #[error("no trust file was named (expected --trust FILE)")]
    TrustNotNamed,
    /// The policy is not there.
    #[error("policy file {} is missing", path.display())]
    PolicyMissing {
        /// Path as given.
        path: PathBuf,
    },
    /// The trust file is not there.
    #[error("trust file {} is missing", path.display())]
    TrustMissing {
        /// Path as given.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// An anchor that it names cannot be used.
    #[error("trusted-root of [[sigstore]] {name:?}: {error}")]
    Root {
        /// Name of the instance.
        name: String,
        /// What is wrong.
        error: SigstoreRootError,
    },
    /// The file is read and wrong.
    #[error(transparent)]
    Content(#[from] PolicyErrors),
}

impl Hint for ConfigError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::TrustNotNamed => Some(
                "name your own trust file with --trust FILE (batchseal trust init drafts one); what lies in a bundle \
                 is never believed"
                    .into(),
            ),
            Self::TrustMissing { .. } => Some(
                "name an existing trust file with --trust FILE, or draft one with batchseal trust init --policy \
                 batchseal.toml --output trust.toml"
                    .into(),
            ),
            Self::PolicyMissing { .. } => {
                Some("write one with batchseal init, or name an existing one with --policy FILE".into())
            }
            Self::Root { .. } => Some("get the instance's trusted_root.json again from whoever runs it".into()),
            Self::File(_) => Some("name a regular file that you may read".into()),
            Self::Content(errors) => errors.hint(),
        }
    }
}

/// Reads and parses a `batchseal.toml`; gives its bytes too, for they go into the bundle.
///
/// # Errors
/// [`ConfigError`].
pub fn load_policy(path: &Path) -> Result<(Policy, Vec<u8>), ConfigError> {
    let bytes = read(path, || ConfigError::PolicyMissing { path: path.to_path_buf() })?;
    let own_severity = |id| registry::find(id).map(|check| check.meta().severity);
    let policy = Policy::parse_with_severities(&bytes, &path.display().to_string(), &own_severity)?;
    Ok((policy, bytes))
}

/// Reads and parses a `trust.toml`; a `key-file` is looked for beside it.
///
/// # Errors
/// [`ConfigError`].
pub fn load_trust(path: &Path) -> Result<Trust, ConfigError> {
    let bytes = read(path, || ConfigError::TrustMissing { path: path.to_path_buf() })?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let key_files = |name: &str| files::read(&folder.join(name), MAX_KEY_FILE).map_err(|error| error.to_string());
    let trust = Trust::parse(&bytes, &path.display().to_string(), &key_files)?;
    for instance in &trust.sigstore {
        let root = SigstoreRoot::parse(&instance.trusted_root);
        root.map_err(|error| ConfigError::Root { name: instance.name.clone(), error })?;
    }
    Ok(trust)
}

/// Whether something, even a dangling link, has this name already.
#[must_use]
pub fn is_taken(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn read(path: &Path, missing: impl FnOnce() -> ConfigError) -> Result<Vec<u8>, ConfigError> {
    match files::read(path, MAX_FILE as u64) {
        Err(FileError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Err(missing()),
        other => Ok(other?),
    }
}
