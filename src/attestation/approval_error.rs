//! Why an approval or a withdrawal does not count; steps are those of [`super::sshsig`].

use crate::model::algorithm::AlgorithmError;
use crate::model::statement::StatementError;

use super::stamp::StampError;

/// Why an approval does not count.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Step 1.
    #[error("SSH signature cannot be read: {0}")]
    Armour(String),
    /// Step 1.
    #[error("signature was made for namespace {got:?} (expected {expected:?})")]
    Namespace {
        /// As signed.
        got: String,
        /// As needed.
        expected: &'static str,
    },
    /// Step 2.
    #[error("key {0} belongs to nobody in the roster")]
    UnknownKey(String),
    /// Step 2; no key is both pipeline and person (design rule 3).
    #[error("key {0} is a pipeline's key, which cannot approve")]
    PipelineKey(String),
    /// Step 2; an algorithm that the trust file leaves out.
    #[error("signature of {person:?} does not count: {error}")]
    Algorithm {
        /// Printed name in the roster.
        person: String,
        /// What is left out.
        error: AlgorithmError,
    },
    /// Step 3.
    #[error("signature of {person:?} does not verify over this statement")]
    Signature {
        /// Printed name in the roster.
        person: String,
    },
    /// Step 4.
    #[error("{person:?} does not hold the role {role:?}")]
    Role {
        /// Printed name in the roster.
        person: String,
        /// Role claimed.
        role: String,
    },
    /// Step 4: nobody's deputy, or of somebody else.
    #[error("{person:?} is no deputy of {principal:?} in the roster")]
    NoDeputy {
        /// Printed name in the roster.
        person: String,
        /// Whose deputy they claim to be.
        principal: String,
    },
    /// Step 4.
    #[error("{person:?} as deputy of {principal:?} is {refusal}")]
    DeputyWindow {
        /// Printed name in the roster.
        person: String,
        /// Whose deputy they are.
        principal: String,
        /// What the deputy's window says.
        refusal: String,
    },
    /// Step 4: a stamp that was asked for and got lost.
    #[error("a stamp over the signature was asked for, and is not there")]
    StampMissing,
    /// Step 4.
    #[error("{person:?} is {refusal}")]
    Window {
        /// Printed name in the roster.
        person: String,
        /// What the window says.
        refusal: String,
    },
    /// Step 4.
    #[error("stamp over the approval: {0}")]
    Stamp(#[from] StampError),
    /// Step 5.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Step 4: a signature whose printed meaning is not that of its role (11.50(a)(3)).
    #[error("approval states the meaning {got:?} (expected {expected:?})")]
    Meaning {
        /// As signed.
        got: String,
        /// What the role and the decision mean.
        expected: String,
    },
    /// Step 5: a signature that was made for another record.
    #[error("approval was made for another record ({what}: got {got}, expected {expected})")]
    OtherRecord {
        /// Which binding differs.
        what: &'static str,
        /// As signed.
        got: String,
        /// As judged.
        expected: String,
    },
    /// Step 5.
    #[error("approval prints the name {got:?} (the roster says {expected:?})")]
    PrintedName {
        /// As signed.
        got: String,
        /// In the roster.
        expected: String,
    },
}
