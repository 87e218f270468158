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
    /// Authorities that stamp each signature.
    pub stamp_authorities: Vec<StampService>,
}

/// `[[signing.timestamp-authority]]`: an RFC 3161 service and what its stamps must lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampService {
    /// Address.
    pub url: String,
    /// PEM file with its certificates: what comes back is judged before it is kept.
    pub certificates: String,
}

/// `[signing.keyless]`: the pipeline's own identity, which a Sigstore instance vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeylessPolicy {
    /// The services to ask.
    pub services: KeylessServices,
    /// The instance's `trusted_root.json`: what comes back is judged before it is kept.
    pub trusted_root: String,
    /// Audience that the certificate authority expects in the identity token.
    pub audience: String,
    /// File with the identity token; else the CI system is asked.
    pub token_file: Option<String>,
    /// Whether certificates must carry a certificate-log timestamp.
    pub sct: bool,
    /// The services belong to the company: nothing goes to the public.
    pub private: bool,
    /// Leave, in words, for names and digests to stand in a public log.
    pub public_log: bool,
}

/// Where the services are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeylessServices {
    /// Sigstore's `signing_config.json`.
    Config(String),
    /// Plain addresses.
    Urls {
        /// Certificate authority.
        fulcio: String,
        /// Transparency log with the version of its interface, where one is asked.
        rekor: Option<(String, u32)>,
        /// Timestamp authorities.
        stamp_authorities: Vec<String>,
    },
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
    /// `[signing.keyless]`: a key made for this run, under the pipeline's identity.
    Keyless(Box<KeylessPolicy>),
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
        Self { key, passphrase_env: None, certificates: None, stamp_authorities: Vec::new() }
    }

    /// Whether a certificate, not a key that verifiers hold, says whose a signature is.
    #[must_use]
    pub const fn has_certificates(&self) -> bool {
        matches!(self.key, KeySource::Keyless(_)) || self.certificates.is_some()
    }

    /// Files that signing opens, as `[signing]` spells them. What judges the result is another matter.
    #[must_use]
    pub fn files(&self) -> Vec<&str> {
        let own: Vec<&str> = match &self.key {
            KeySource::Env(_) | KeySource::Pkcs11(_) => Vec::new(),
            KeySource::File(path) => vec![path],
            KeySource::Program(program) => vec![&program.public_key],
            KeySource::Keyless(keyless) => {
                let config = match &keyless.services {
                    KeylessServices::Config(path) => Some(path.as_str()),
                    KeylessServices::Urls { .. } => None,
                };
                config.into_iter().chain(keyless.token_file.as_deref()).collect()
            }
        };
        own.into_iter().chain(self.certificates.as_deref()).collect()
    }

    /// Environment variables that lead to the key: the build never sees them (design rule 14).
    #[must_use]
    pub fn secret_variables(&self) -> Vec<String> {
        let own = match &self.key {
            KeySource::Env(name) => vec![name.clone()],
            KeySource::File(_) => Vec::new(),
            // What leads to an identity token is never on the build's list (design rule 14).
            KeySource::Keyless(_) => {
                ["SIGSTORE_ID_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
                    .map(str::to_owned)
                    .to_vec()
            }
            KeySource::Pkcs11(uri) => uri.pin_variable().map(str::to_owned).into_iter().collect(),
            KeySource::Program(program) => program.environment.clone(),
        };
        own.into_iter().chain(self.passphrase_env.clone()).collect()
    }
}
