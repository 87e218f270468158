//! in-toto Statement v1 (attestation/spec/v1/statement.md) with a typed predicate.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::digest::{DigestSet, Sha256Digest};
use super::json::{self, JsonError};

/// `_type` of every statement.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// DSSE payload type of every statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Root of the predicate types that are our own.
pub const OWN_TYPE_ROOT: &str = "https://batchseal.dev/";

/// What a statement says of its subjects; the type URI is part of the Rust type.
pub trait Predicate: Serialize + DeserializeOwned {
    /// `predicateType`.
    const TYPE: &'static str;
}

/// A named thing with its digest; both are always required here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Artifact or entry name.
    pub name: String,
    /// At least a SHA-256.
    pub digest: DigestSet,
}

impl Subject {
    /// A subject bound by SHA-256.
    #[must_use]
    pub fn new(name: impl Into<String>, digest: Sha256Digest) -> Self {
        Self { name: name.into(), digest: digest.into() }
    }
}

/// in-toto ResourceDescriptor (spec/v1/resource_descriptor.md), as far as we write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ResourceDescriptor {
    /// Short name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// Where it came from; never an absolute path of the build machine.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uri: Option<String>,
    /// Digests and git identifiers by name (`sha256`, `gitCommit`, `gitTree`, `gitTag`).
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty", default)]
    pub digest: std::collections::BTreeMap<String, String>,
    /// Media type of the resource.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub media_type: Option<String>,
    /// Further facts as text.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty", default)]
    pub annotations: std::collections::BTreeMap<String, String>,
}

/// An in-toto Statement with predicate `P`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<P> {
    /// What the statement speaks of.
    pub subject: Vec<Subject>,
    /// What it says.
    pub predicate: P,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementWire<P> {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: P,
}

/// Reads only the two type fields of a statement.
#[derive(Deserialize)]
struct StatementHead {
    #[serde(rename = "_type")]
    kind: String,
    #[serde(rename = "predicateType")]
    predicate_type: String,
}

/// Why bytes are not the statement that was expected.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// Not I-JSON or not of the expected shape.
    #[error("statement cannot be read: {0}")]
    Json(#[from] JsonError),
    /// Another `_type`.
    #[error("statement type is {got:?} (expected {STATEMENT_TYPE:?})")]
    Type {
        /// As given.
        got: String,
    },
    /// Another `predicateType`.
    #[error("predicate type is {got:?} (expected {expected:?})")]
    PredicateType {
        /// As given.
        got: String,
        /// The one asked for.
        expected: &'static str,
    },
    /// The same subject name twice, or none at all.
    #[error("subjects are empty or name {0:?} twice")]
    Subjects(String),
}

impl<P: Predicate> Statement<P> {
    /// Freezes the statement to the bytes that are signed and stored.
    ///
    /// # Errors
    /// [`JsonError`] when the predicate cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, JsonError>
    where
        P: Clone,
    {
        json::encode(&StatementWire {
            kind: STATEMENT_TYPE.to_owned(),
            subject: self.subject.clone(),
            predicate_type: P::TYPE.to_owned(),
            predicate: self.predicate.clone(),
        })
    }

    /// Reads a statement of exactly this predicate type.
    ///
    /// # Errors
    /// [`StatementError`]: malformed, another type, or subjects that are not unique by name.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatementError> {
        let predicate_type = predicate_type(bytes)?;
        if predicate_type != P::TYPE {
            return Err(StatementError::PredicateType { got: predicate_type, expected: P::TYPE });
        }
        let wire: StatementWire<P> = serde_json::from_slice(bytes).map_err(JsonError::Shape)?;
        let mut names = std::collections::HashSet::new();
        if wire.subject.is_empty() {
            return Err(StatementError::Subjects(String::new()));
        }
        for subject in &wire.subject {
            if !names.insert(subject.name.as_str()) {
                return Err(StatementError::Subjects(subject.name.clone()));
            }
        }
        Ok(Self { subject: wire.subject, predicate: wire.predicate })
    }

    /// The digest of the subject of this name.
    #[must_use]
    pub fn subject_digest(&self, name: &str) -> Option<Sha256Digest> {
        self.subject.iter().find(|subject| subject.name == name).map(|subject| subject.digest.sha256())
    }
}

/// The predicate type of a statement that is otherwise unread.
///
/// # Errors
/// [`StatementError`] when the bytes are no in-toto Statement v1 in I-JSON.
pub fn predicate_type(bytes: &[u8]) -> Result<String, StatementError> {
    json::check(bytes)?;
    let head: StatementHead = serde_json::from_slice(bytes).map_err(JsonError::Shape)?;
    if head.kind == STATEMENT_TYPE { Ok(head.predicate_type) } else { Err(StatementError::Type { got: head.kind }) }
}
