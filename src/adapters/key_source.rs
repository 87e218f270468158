//! Where private keys and passphrases come from: environment variables, private files, descriptors.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::policy::release::KeySource;

use super::files::{self, FileError};
use super::pipeline_key::{MAX_PEM, PipelineKey};
use super::pipeline_key_error::PipelineKeyError;

/// Longest passphrase, in bytes.
#[cfg(unix)]
const MAX_PASSPHRASE: u64 = 1024;

impl PipelineKey {
    /// Loads the key that the policy names, from a variable or a file. Relative files are looked up in `root`, the repository.
    ///
    /// # Errors
    /// [`PipelineKeyError`], never with key material.
    pub fn load(source: &KeySource, passphrase_env: Option<&str>, root: &Path) -> Result<Self, PipelineKeyError> {
        let passphrase = passphrase_env.map(|name| variable(name, "passphrase")).transpose()?;
        let pem = match source {
            // CI systems that keep secrets on one line write line ends as the two characters `\n`.
            KeySource::Env(name) => {
                let text = variable(name, "signing key")?;
                Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n").into_bytes())
            }
            KeySource::File(path) => read_private(&root.join(path))?,
            KeySource::Pkcs11(_) | KeySource::Program(_) => return Err(PipelineKeyError::NoFile),
        };
        Self::from_pem(&pem, passphrase.as_ref().map(|text| text.as_str()))
    }
}

/// A secret from the environment.
///
/// # Errors
/// [`PipelineKeyError::Variable`] when it is not set, empty or not text.
pub fn variable(name: &str, what: &'static str) -> Result<Zeroizing<String>, PipelineKeyError> {
    let refuse = |got| PipelineKeyError::Variable { name: name.to_owned(), what, got };
    match std::env::var(name).map(Zeroizing::new) {
        Ok(text) if text.trim().is_empty() => Err(refuse("empty")),
        Ok(text) => Ok(text),
        Err(std::env::VarError::NotPresent) => Err(refuse("not set")),
        Err(std::env::VarError::NotUnicode(_)) => Err(refuse("not Unicode text")),
    }
}

/// Reads a private key file. On Unix it must be closed to group and others, as for `ssh`.
///
/// # Errors
/// [`PipelineKeyError::File`] and [`PipelineKeyError::Mode`].
pub fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, PipelineKeyError> {
    let io = |source| FileError::Io { action: "reading", path: path.display().to_string(), source };
    let file = files::open_regular(path)?;
    refuse_shared(&file, path)?;
    // Reserved beforehand, so that no copy of the secret stays behind in a smaller buffer.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(MAX_PEM).unwrap_or(0).saturating_add(1)));
    file.take(MAX_PEM.saturating_add(1)).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MAX_PEM {
        return Err(FileError::TooLarge { path: path.display().to_string(), limit: MAX_PEM }.into());
    }
    Ok(bytes)
}

#[cfg(unix)]
fn refuse_shared(file: &std::fs::File, path: &Path) -> Result<(), PipelineKeyError> {
    use std::os::unix::fs::PermissionsExt;
    let io = |source| FileError::Io { action: "reading", path: path.display().to_string(), source };
    let mode = file.metadata().map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(PipelineKeyError::Mode { path: path.display().to_string(), mode }) }
}

#[cfg(not(unix))]
fn refuse_shared(_: &std::fs::File, _: &Path) -> Result<(), PipelineKeyError> {
    Ok(())
}

/// Reads a passphrase, one line, from an inherited descriptor (`--passphrase-fd`).
///
/// # Errors
/// [`FileError`] when the descriptor is not open, or holds more than a passphrase.
#[cfg(unix)]
pub fn passphrase_from_descriptor(number: u32) -> Result<Zeroizing<String>, FileError> {
    let path = format!("/dev/fd/{number}");
    let io = |source| FileError::Io { action: "reading", path: path.clone(), source };
    let file = std::fs::File::open(&path).map_err(io)?;
    let mut text = Zeroizing::new(String::with_capacity(2048));
    file.take(MAX_PASSPHRASE + 1).read_to_string(&mut text).map_err(io)?;
    if text.len() as u64 > MAX_PASSPHRASE {
        return Err(FileError::TooLarge { path, limit: MAX_PASSPHRASE });
    }
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// Descriptors are inherited on Unix only.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn passphrase_from_descriptor(number: u32) -> Result<Zeroizing<String>, FileError> {
    let source = std::io::Error::from(std::io::ErrorKind::Unsupported);
    Err(FileError::Io { action: "reading", path: format!("descriptor {number}"), source })
}
