//! How a command fails: an exit status, a message with its causes, and one next step.

use std::borrow::Cow;
use std::error::Error;

use crate::attestation::sign::{AttestError, SignerError};
use crate::exit::ExitStatus;
use crate::model::hint::Hint;
use crate::model::text::for_terminal;

/// A command that reached no result.
#[derive(Debug)]
pub struct Failure {
    status: ExitStatus,
    error: Box<dyn Error + Send + Sync>,
    hint: Option<Cow<'static, str>>,
}

impl Failure {
    /// A failure with the hint that the error itself proposes.
    pub fn new(status: ExitStatus, error: impl Hint + Send + Sync + 'static) -> Self {
        let hint = error.hint();
        Self { status, error: Box::new(error), hint }
    }

    /// A failure from an error without a hint of its own.
    pub fn plain(status: ExitStatus, error: impl Error + Send + Sync + 'static) -> Self {
        Self { status, error: Box::new(error), hint: None }
    }

    /// A failure that is only a sentence.
    pub fn message(status: ExitStatus, message: impl Into<String>) -> Self {
        Self { status, error: message.into().into(), hint: None }
    }

    /// Sets the next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The exit status.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        self.status
    }

    /// Lines for standard error: `error:`, `cause:` for each source, `hint:`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("error: {}", escape(&self.error.to_string()))];
        let mut shown = self.error.to_string();
        let mut source = self.error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Wrappers that already quote their source would say it twice.
            if !shown.contains(&text) {
                lines.push(format!("cause: {}", escape(&text)));
            }
            shown = text;
            source = cause.source();
        }
        if let Some(hint) = &self.hint {
            lines.push(format!("hint: {}", escape(hint)));
        }
        lines
    }
}

/// Escapes each line on its own, so that a message may have several.
fn escape(text: &str) -> String {
    text.lines().map(for_terminal).collect::<Vec<_>>().join("\n")
}

/// `map_err` for input that is missing, unreadable or malformed (exit 3).
pub fn input(error: impl Error + Send + Sync + 'static) -> Failure {
    Failure::plain(ExitStatus::Input, error)
}

/// `map_err` for usage, policy and trust-file errors (exit 2).
pub fn usage(error: impl Hint + Send + Sync + 'static) -> Failure {
    Failure::new(ExitStatus::Usage, error)
}

/// `map_err` for what cannot happen unless the program is wrong (exit 70).
pub fn internal(error: impl Error + Send + Sync + 'static) -> Failure {
    Failure::plain(ExitStatus::Internal, error).with_hint("Report this with the command line and the output")
}

/// `map_err` for a statement that was not signed: a token or program that refused is input (exit 3), a remote
/// service is one (exit 4), anything else is our own fault.
#[must_use]
pub fn unsigned(error: AttestError) -> Failure {
    match &error {
        AttestError::Signer(SignerError::Service(_)) => Failure::plain(ExitStatus::Remote, error),
        AttestError::Signer(SignerError::Key(_)) => Failure::plain(ExitStatus::Input, error)
            .with_hint("Check the token or the program; nothing was signed with this key"),
        AttestError::Signer(SignerError::Identity(_)) => Failure::plain(ExitStatus::Input, error),
        AttestError::SelfCheck(_) => Failure::plain(ExitStatus::Input, error)
            .with_hint("Check that signing.public-key, or the public key on the token, belongs to the key that signs"),
        AttestError::Json(_) => internal(error),
    }
}
