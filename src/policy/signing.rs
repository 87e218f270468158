//! `[signing]` of `batchseal.toml`: with what the pipeline signs; never a key, a PIN or a passphrase itself.

use super::pkcs11_uri::{Pkcs11Uri, Pkcs11UriError};
use super::text_rules::{is_environment_name, is_visible};

/// `[signing]`.
#[derive(Debug, Clone)]
pub struct SigningPolicy {
    /// Where the key is.
    pub key: KeySource,
    /// Environment variable that holds the passphrase of a key file.
    pub passphrase_env: Option<String>,
    /// File with the key's X.509 certificates.
    pub certificates: Option<String>,
}

/// Where a signing key is; never the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// `env:NAME`: the variable holds the PEM text.
    Env(String),
    /// `file:PATH`.
    File(String),
    /// `pkcs11:…`: a key in a token that does not leave it.
    Pkcs11(Box<Pkcs11Uri>),
    /// A program that signs.
    Program(SignerProgram),
}

/// A program that signs what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignerProgram {
    /// Absolute path of the program, and its arguments.
    pub command: Vec<String>,
    /// File with the public key, PEM.
    pub public_key: String,
    /// Environment variables that the program sees beside the built-in list.
    pub environment: Vec<String>,
}

/// Why text names no key. The text is not shown: it may be a pasted key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySourceError {
    /// Another form.
    #[error("a value of another form (not shown)")]
    Form,
    /// A URI that is refused.
    #[error("a PKCS#11 URI that is refused: {0}")]
    Uri(#[from] Pkcs11UriError),
}

impl KeySource {
    /// Parses `env:NAME`, `file:PATH` or a `pkcs11:` URI.
    ///
    /// # Errors
    /// [`KeySourceError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, KeySourceError> {
        match text.split_once(':') {
            Some(("env", name)) if is_environment_name(name) => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) if is_visible(path) => Ok(Self::File(path.to_owned())),
            Some(("pkcs11", _)) => Ok(Self::Pkcs11(Box::new(Pkcs11Uri::parse(text)?))),
            _ => Err(KeySourceError::Form),
        }
    }
}

impl SigningPolicy {
    /// A key without passphrase and certificates.
    #[must_use]
    pub const fn of(key: KeySource) -> Self {
        Self { key, passphrase_env: None, certificates: None }
    }

    /// Environment variables that lead to the key: the build never sees them (design rule 14).
    #[must_use]
    pub fn secret_variables(&self) -> Vec<String> {
        let own = match &self.key {
            KeySource::Env(name) => vec![name.clone()],
            KeySource::File(_) => Vec::new(),
            KeySource::Pkcs11(uri) => uri.pin_variable().map(str::to_owned).into_iter().collect(),
            KeySource::Program(program) => program.environment.clone(),
        };
        own.into_iter().chain(self.passphrase_env.clone()).collect()
    }
}
