//! Why a person's private key does not sign, each with the way out. No message holds key material.

use std::borrow::Cow;

use crate::model::hint::Hint;

use super::dialogue::DialogueError;
use super::files::FileError;
use super::pipeline_key_error::PipelineKeyError;
use super::ssh_agent::AgentError;

/// Why a person's key did not sign.
#[derive(Debug, thiserror::Error)]
pub enum PersonKeyError {
    /// The private key file cannot be read, or others can read it.
    #[error(transparent)]
    Source(#[from] PipelineKeyError),
    /// The public key file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The agent.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// Nobody typed the passphrase.
    #[error("passphrase is needed: {0}")]
    Dialogue(#[from] DialogueError),
    /// Another form.
    #[error("{path} is no OpenSSH {what} key ({reason})")]
    Form {
        /// As given.
        path: String,
        /// `private` or `public`.
        what: &'static str,
        /// What the reader said.
        reason: String,
    },
    /// An algorithm that does not sign approvals.
    #[error("key is {got} (expected ssh-ed25519, ecdsa-sha2-nistp256 or ecdsa-sha2-nistp384)")]
    Algorithm {
        /// SSH name of the algorithm.
        got: String,
    },
    /// A malformed fingerprint.
    #[error("fingerprint {0:?} is malformed (expected SHA256: and 43 characters of base64)")]
    Fingerprint(String),
    /// The agent has no such key, or several.
    #[error("SSH agent holds {count} keys of {wanted} (expected exactly 1)")]
    Selection {
        /// What was asked for.
        wanted: String,
        /// How many fit.
        count: usize,
    },
    /// Wrong passphrase; a damaged file looks the same.
    #[error("private key cannot be decrypted: the passphrase is wrong or the file is damaged")]
    Passphrase,
    /// The key did not sign.
    #[error("key did not sign: {0}")]
    Sign(String),
    /// What came back is no signature of this key.
    #[error("signature that came back does not verify under the key {0}")]
    WrongSignature(String),
}

impl Hint for PersonKeyError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Source(error) => error.hint(),
            Self::Agent(error) => error.hint(),
            Self::Dialogue(_) => Some("Run it in a terminal, or give --passphrase-fd or --passphrase-env".into()),
            Self::Form { what: "private", .. } => Some("Write the key in OpenSSH's form: ssh-keygen -p -f KEY".into()),
            Self::Algorithm { .. } => Some("Make a key that signs here: ssh-keygen -t ed25519".into()),
            Self::Fingerprint(_) | Self::Selection { .. } => Some("List what the agent holds: ssh-add -l".into()),
            _ => None,
        }
    }
}
