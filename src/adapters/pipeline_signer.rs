//! The pipeline's signer, whatever the policy names: a key file, a token, a program; with its certificates.

use std::borrow::Cow;
#[cfg(feature = "pkcs11")]
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

#[cfg(feature = "pkcs11")]
use zeroize::Zeroizing;

use crate::attestation::certificate_chain::{CertificateChain, ChainError};
use crate::attestation::sign::{Signed, Signer, SignerError, Witness};
use crate::model::hint::Hint;
use crate::model::key::PublicKey;
use crate::policy::pkcs11_uri::Pkcs11Uri;
use crate::policy::release::{KeySource, SigningPolicy};

#[cfg(feature = "pkcs11")]
use super::dialogue::TerminalDialogue;
use super::files::{self, FileError};
#[cfg(feature = "pkcs11")]
use super::pin::{self, PinError};
use super::pipeline_key::PipelineKey;
use super::pipeline_key_error::PipelineKeyError;
use super::signer_program::{ProgramError, ProgramSigner};
use super::token_error::TokenError;

/// Largest file of certificates, in bytes.
const MAX_CHAIN: u64 = 256 * 1024;

/// Something that signs for the pipeline.
pub struct PipelineSigner {
    key: Box<dyn Signer>,
    certificates: Vec<Vec<u8>>,
}

impl PipelineSigner {
    /// A signer with the X.509 certificates of its key, its own first; none where verifiers hold the key.
    #[must_use]
    pub fn new(key: Box<dyn Signer>, certificates: Vec<Vec<u8>>) -> Self {
        Self { key, certificates }
    }
}

impl Signer for PipelineSigner {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.key.sign(message)
    }

    fn certificates(&self) -> Vec<Vec<u8>> {
        if self.certificates.is_empty() { self.key.certificates() } else { self.certificates.clone() }
    }

    fn witness(&self, signed: Signed<'_>) -> Result<Witness, SignerError> {
        self.key.witness(signed)
    }
}

impl std::fmt::Debug for PipelineSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "signer of {:?} with {} certificates", self.key.public_key(), self.certificates.len())
    }
}

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub enum PipelineSignerError {
    /// The key file or variable.
    #[error(transparent)]
    Key(#[from] PipelineKeyError),
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The program.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// The file of certificates cannot be read.
    #[error("certificates of the signing key cannot be read: {0}")]
    File(#[from] FileError),
    /// The certificates are refused.
    #[error("{path} is refused: {source}")]
    Chain {
        /// The file.
        path: String,
        /// Why.
        source: ChainError,
    },
}

impl Hint for PipelineSignerError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Key(error) => error.hint(),
            Self::Token(error) => error.hint(),
            Self::Program(error) => error.hint(),
            Self::File(_) => Some("Correct signing.certificates in batchseal.toml".into()),
            Self::Chain { source: ChainError::Root(_), .. } => {
                Some("Remove the root from the file; keep the key's certificate and the intermediates".into())
            }
            Self::Chain { .. } => {
                Some("Put the key's own certificate first, then each issuer in turn, without the root".into())
            }
        }
    }
}

/// Where the signer comes from, to be opened before the build, to fail early, and again when all its children have
/// ended. A PIN that can be had only once, from a descriptor or a person, is kept in between, in wiped memory that no
/// child inherits.
pub struct SigningSource {
    policy: SigningPolicy,
    root: PathBuf,
    #[cfg(feature = "pkcs11")]
    pin: OnceCell<Zeroizing<String>>,
}

impl std::fmt::Debug for SigningSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningSource").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl SigningSource {
    /// The source that a policy names; relative files lie below `root`, the repository.
    #[must_use]
    pub fn new(policy: &SigningPolicy, root: &Path) -> Self {
        Self {
            policy: policy.clone(),
            root: root.to_path_buf(),
            #[cfg(feature = "pkcs11")]
            pin: OnceCell::new(),
        }
    }

    /// Opens the key.
    ///
    /// # Errors
    /// [`PipelineSignerError`], never with key material, PIN or passphrase.
    pub fn open(&self) -> Result<PipelineSigner, PipelineSignerError> {
        let key: Box<dyn Signer> = match &self.policy.key {
            KeySource::Env(_) | KeySource::File(_) => {
                Box::new(PipelineKey::load(&self.policy.key, self.policy.passphrase_env.as_deref(), &self.root)?)
            }
            KeySource::Pkcs11(uri) => self.token_key(uri)?,
            KeySource::Program(program) => Box::new(ProgramSigner::new(program, &self.root)?),
        };
        let certificates = match &self.policy.certificates {
            Some(path) => chain(&self.root.join(path), key.public_key())?,
            None => Vec::new(),
        };
        Ok(PipelineSigner::new(key, certificates))
    }

    #[cfg(feature = "pkcs11")]
    fn token_key(&self, uri: &Pkcs11Uri) -> Result<Box<dyn Signer>, PipelineSignerError> {
        let key = super::token_key::TokenKey::open(uri, &mut |token| self.pin(uri, token))?;
        Ok(Box::new(key))
    }

    #[cfg(not(feature = "pkcs11"))]
    fn token_key(&self, _: &Pkcs11Uri) -> Result<Box<dyn Signer>, PipelineSignerError> {
        Err(TokenError::NotBuilt.into())
    }

    #[cfg(feature = "pkcs11")]
    fn pin(&self, uri: &Pkcs11Uri, token: &str) -> Result<Zeroizing<String>, PinError> {
        if let Some(pin) = self.pin.get() {
            return Ok(pin.clone());
        }
        let pin = pin::load(uri.pin_source.as_ref(), token, &mut TerminalDialogue)?;
        if uri.is_pin_given_once() {
            let _ = self.pin.set(pin.clone());
        }
        Ok(pin)
    }
}

fn chain(path: &Path, key: &PublicKey) -> Result<Vec<Vec<u8>>, PipelineSignerError> {
    let bytes = files::read(path, MAX_CHAIN)?;
    let refuse = |source| PipelineSignerError::Chain { path: path.display().to_string(), source };
    let text = std::str::from_utf8(&bytes).map_err(|_| refuse(ChainError::Empty))?;
    Ok(CertificateChain::parse_pem(text, key).map_err(refuse)?.certificates().to_vec())
}
