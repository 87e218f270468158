//! A program that signs (`[signing] program`): a KMS client, an HSM's tool, a script of the company.
//!
//! It gets the message on standard input and answers with the signature on standard output, raw or in base64.
//! No shell; a closed list of environment variables; limits on time and output. What it writes to standard
//! error is shown line by line, escaped, and kept nowhere. Its answer is verified before anyone relies on it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::attestation::sign::{Signer, SignerError};
use crate::model::base64;
use crate::model::hint::Hint;
use crate::model::key::PublicKey;
use crate::policy::release::SignerProgram;

use super::files::{self, FileError};
use super::signer_process;

/// How long a program may take for one signature.
pub const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Most bytes of its answer.
pub const MAX_ANSWER: usize = 16 * 1024;

/// Largest public key file, in bytes.
const MAX_PUBLIC_KEY: u64 = 64 * 1024;

/// Variables that every signer program sees: who runs it, in which language, through which proxy.
const ENVIRONMENT: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
];

/// Why a program gives no signature.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// The public key file cannot be read.
    #[error("public key of the signer program cannot be read: {0}")]
    File(#[from] FileError),
    /// The public key file holds something else.
    #[error("{0} holds no public key (expected -----BEGIN PUBLIC KEY----- of ECDSA P-256, ECDSA P-384 or Ed25519)")]
    PublicKey(String),
    /// No such program.
    #[error("signer program {0} is not there, or is no file that may be executed")]
    NotThere(String),
    /// The operating system refused to run it.
    #[error("signer program {program} failed at {action}: {source}")]
    Run {
        /// Path.
        program: String,
        /// What was tried.
        action: &'static str,
        /// Reason.
        source: std::io::Error,
    },
    /// Too slow.
    #[error("signer program {program} did not answer within {seconds} seconds and was ended")]
    TimedOut {
        /// Path.
        program: String,
        /// The limit.
        seconds: u64,
    },
    /// Too much output.
    #[error("signer program {0} wrote more than {MAX_ANSWER} bytes (expected one signature)")]
    TooMuch(String),
    /// It said no.
    #[error("signer program {program} ended with {ending} (expected exit code 0)")]
    Refused {
        /// Path.
        program: String,
        /// `exit code N` or `a signal`.
        ending: String,
    },
    /// Something else than a signature.
    #[error(
        "signer program {program} answered with {got} bytes that are no {algorithm} signature (expected {expected}, raw or in base64)"
    )]
    Answer {
        /// Path.
        program: String,
        /// Bytes written.
        got: usize,
        /// Of the key.
        algorithm: &'static str,
        /// What fits.
        expected: &'static str,
    },
}

impl Hint for ProgramError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::File(_) | Self::PublicKey(_) => "Correct signing.public-key in batchseal.toml".into(),
            Self::NotThere(_) => "Correct the path in signing.program, or make the file executable".into(),
            Self::Run { .. } | Self::TimedOut { .. } | Self::TooMuch(_) | Self::Refused { .. } | Self::Answer { .. } => {
                "Run the program by hand with a file on its standard input; docs/reference/signing-keys.md has the rules"
                    .into()
            }
        })
    }
}

/// A program that holds, or reaches, the pipeline's key.
#[derive(Debug)]
pub struct ProgramSigner {
    public: PublicKey,
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: BTreeMap<OsString, OsString>,
    folder: PathBuf,
    time_limit: Duration,
}

impl ProgramSigner {
    /// Reads the public key and looks at the program, without running it. `root` is the folder of the policy.
    ///
    /// # Errors
    /// [`ProgramError`].
    pub fn new(program: &SignerProgram, root: &Path) -> Result<Self, ProgramError> {
        let path = root.join(&program.public_key);
        let text = files::read(&path, MAX_PUBLIC_KEY)?;
        let public = std::str::from_utf8(&text).ok().and_then(|text| PublicKey::parse_pem(text).ok());
        let public = public.ok_or_else(|| ProgramError::PublicKey(path.display().to_string()))?;
        let mut words = program.command.iter();
        let file = PathBuf::from(words.next().map(String::as_str).unwrap_or_default());
        if !file.is_absolute() || !signer_process::is_program(&file) {
            return Err(ProgramError::NotThere(file.display().to_string()));
        }
        let listed = |name: &str| {
            program.environment.iter().any(|listed| listed == name)
                || ENVIRONMENT
                    .iter()
                    .any(|known| if cfg!(windows) { known.eq_ignore_ascii_case(name) } else { *known == name })
        };
        let variables = std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(listed)).collect();
        Ok(Self {
            public,
            program: file,
            arguments: words.map(OsString::from).collect(),
            variables,
            folder: root.to_path_buf(),
            time_limit: TIME_LIMIT,
        })
    }

    /// With another time limit than [`TIME_LIMIT`].
    #[must_use]
    pub fn with_time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// The program's signature over a message, in the form that statements carry.
    ///
    /// # Errors
    /// [`ProgramError`].
    pub fn answer(&self, message: &[u8]) -> Result<Vec<u8>, ProgramError> {
        let shown = || self.program.display().to_string();
        let run = signer_process::Run {
            program: &self.program,
            arguments: &self.arguments,
            variables: &self.variables,
            folder: &self.folder,
            time_limit: self.time_limit,
            output_limit: MAX_ANSWER,
        };
        let ended =
            run.feed(message).map_err(|(action, source)| ProgramError::Run { program: shown(), action, source })?;
        if ended.timed_out {
            return Err(ProgramError::TimedOut { program: shown(), seconds: self.time_limit.as_secs() });
        }
        if ended.too_much {
            return Err(ProgramError::TooMuch(shown()));
        }
        if !ended.status.success() {
            let ending = ended.status.code().map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
            return Err(ProgramError::Refused { program: shown(), ending });
        }
        signature(&self.public, &ended.output).ok_or_else(|| ProgramError::Answer {
            program: shown(),
            got: ended.output.len(),
            algorithm: self.public.algorithm(),
            expected: match self.public {
                PublicKey::P256(_) | PublicKey::P384(_) => "DER of r and s",
                PublicKey::Ed25519(_) => "64 bytes",
                PublicKey::MlDsa(_) => "the bytes of FIPS 204",
            },
        })
    }
}

impl Signer for ProgramSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.answer(message).map_err(|error| SignerError::Key(error.to_string()))
    }
}

/// A signature of the key's form: the bytes as they are, or one line of padded base64. No DER and no 64 bytes are
/// such a line of the right length, so one answer has one reading.
fn signature(key: &PublicKey, answer: &[u8]) -> Option<Vec<u8>> {
    if is_signature(key, answer) {
        return Some(answer.to_vec());
    }
    let text = std::str::from_utf8(answer).ok()?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    base64::decode(line).ok().filter(|bytes| is_signature(key, bytes))
}

fn is_signature(key: &PublicKey, bytes: &[u8]) -> bool {
    match key {
        PublicKey::P256(_) => p256::ecdsa::Signature::from_der(bytes).is_ok(),
        PublicKey::P384(_) => p384::ecdsa::Signature::from_der(bytes).is_ok(),
        PublicKey::Ed25519(_) => bytes.len() == 64,
        PublicKey::MlDsa(key) => bytes.len() == key.signature_bytes(),
    }
}
