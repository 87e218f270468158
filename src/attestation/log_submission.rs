//! Writing a signature into a transparency log (Rekor), and reading what the log has answered.
//!
//! An answer counts only when
//!
//! 1. it is of the kind that was asked for, and its body holds our digest, signature and certificate;
//! 2. it holds what proves that the entry is there: an inclusion proof whose hashes lead to the
//!    checkpoint's root, and with version 1 also a signed time.
//!
//! The signatures of the log are verified with its key by whoever relies on them.

use super::inclusion::{self, InclusionError};
use super::sign::Signed;
use super::signing_services::LogVersion;
use super::sigstore_bundle::LogEntry;

mod v1;
mod v2;

/// What is to be logged: the signature just made, and the certificate of its key.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// The signature.
    pub signed: Signed<'a>,
    /// The certificate, DER.
    pub certificate: &'a [u8],
}

/// Why an answer is not our entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogAnswerError {
    /// Not the answer of the interface.
    #[error("answer is not a log entry: {0}")]
    Malformed(&'static str),
    /// The kind of the entry.
    #[error("log entry is of kind {got} (expected {expected})")]
    Kind {
        /// The answer's.
        got: String,
        /// Ours.
        expected: &'static str,
    },
    /// The body is about something else.
    #[error("log entry holds another {0} than the one that was sent")]
    NotOurs(&'static str),
    /// Nothing shows that the entry is in the log.
    #[error("log entry comes without {0}")]
    Missing(&'static str),
    /// The proof proves nothing.
    #[error("log entry cannot be believed: {0}")]
    Inclusion(#[from] InclusionError),
}

impl LogVersion {
    /// Path of the interface below the log's address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::V1 => "api/v1/log/entries",
            Self::V2 => "api/v2/log/entries",
        }
    }
}

impl Submission<'_> {
    /// The body of the request, JSON.
    ///
    /// # Errors
    /// [`LogAnswerError::Malformed`] when nothing can be written, which does not happen.
    pub fn request(&self, version: LogVersion) -> Result<Vec<u8>, LogAnswerError> {
        match version {
            LogVersion::V1 => v1::request(self),
            LogVersion::V2 => v2::request(self),
        }
        .map_err(|_| LogAnswerError::Malformed("the request cannot be written"))
    }

    /// Reads the answer and checks steps 1 and 2.
    ///
    /// # Errors
    /// [`LogAnswerError`].
    pub fn entry_of_answer(&self, version: LogVersion, answer: &[u8]) -> Result<LogEntry, LogAnswerError> {
        let entry = match version {
            LogVersion::V1 => v1::entry_of_answer(self, answer)?,
            LogVersion::V2 => v2::entry_of_answer(self, answer)?,
        };
        let proof = entry.proof.as_ref().ok_or(LogAnswerError::Missing("an inclusion proof"))?;
        inclusion::check(&entry.body, proof)?;
        Ok(entry)
    }
}

fn read<T: serde::de::DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, LogAnswerError> {
    crate::model::json::check_foreign(bytes).map_err(|_| LogAnswerError::Malformed("not JSON"))?;
    serde_json::from_slice(bytes).map_err(|_| LogAnswerError::Malformed(what))
}

fn ours(what: &'static str, equal: bool) -> Result<(), LogAnswerError> {
    if equal { Ok(()) } else { Err(LogAnswerError::NotOurs(what)) }
}

#[cfg(test)]
mod tests;
