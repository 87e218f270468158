//! What a person signs to take an approval back: the statement of one withdrawal, made before sealing.

use crate::model::approval::{Authentication, Decision};
use crate::model::approval_withdrawal::{WITHDRAWAL_MEANING, Withdrawal};
use crate::model::batch::SchemaVersion;
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::role::Role;
use crate::model::statement::{Statement, Subject};
use crate::model::time::Timestamp;
use crate::policy::trust::Person;

use super::approval::{ApprovalRequestError, CandidateView, MAX_TEXT, check_text};
use super::roster::{NamedApproval, Others};

/// Why there is nothing to take back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalRequestError {
    /// No approval of this person stands.
    #[error("no approval of {person:?}{} stands among the files", in_role(.role.as_ref()))]
    None {
        /// Printed name.
        person: String,
        /// Role asked for.
        role: Option<Role>,
    },
    /// More than one: the role must be named.
    #[error("{count} approvals of {person:?} stand among the files (expected 1)")]
    Several {
        /// Printed name.
        person: String,
        /// How many.
        count: usize,
    },
    /// Saying no stands.
    #[error("{0} is a rejection, which cannot be withdrawn")]
    Rejection(String),
    /// The reason is missing, too long or deceptive.
    #[error(transparent)]
    Text(#[from] ApprovalRequestError),
}

fn in_role(role: Option<&Role>) -> String {
    role.map(|role| format!(" as {role}")).unwrap_or_default()
}

/// The approval of this person that stands, in this role where one is named.
///
/// # Errors
/// [`WithdrawalRequestError`].
pub fn own<'o>(
    others: &'o Others,
    person: &Person,
    role: Option<&Role>,
) -> Result<&'o NamedApproval, WithdrawalRequestError> {
    let is_own = |named: &&NamedApproval| {
        named.approval.signer() == person.name && role.is_none_or(|role| named.approval.predicate.role == *role)
    };
    let mut found = others.standing.iter().filter(is_own);
    let none = || WithdrawalRequestError::None { person: person.name.clone(), role: role.cloned() };
    let first = found.next().ok_or_else(none)?;
    let further = found.count();
    if further > 0 {
        return Err(WithdrawalRequestError::Several { person: person.name.clone(), count: further + 1 });
    }
    match first.approval.predicate.decision {
        Decision::Approved => Ok(first),
        Decision::Rejected => Err(WithdrawalRequestError::Rejection(first.name.clone())),
    }
}

/// How and when it is signed.
#[derive(Debug, Clone, Copy)]
pub struct Signing {
    /// Date and time with the signer's offset.
    pub at: Timestamp,
    /// How the key is held.
    pub authentication: Authentication,
    /// Whether a stamp is asked for.
    pub stamped: bool,
}

/// Makes the statement that the person signs.
///
/// # Errors
/// [`WithdrawalRequestError::Text`] for a reason that says nothing.
pub fn withdrawal_statement(
    view: &CandidateView,
    own: &NamedApproval,
    reason: &str,
    signing: Signing,
) -> Result<Statement<Withdrawal>, WithdrawalRequestError> {
    check_text("reason of the withdrawal", reason, MAX_TEXT)?;
    let said = &own.approval.predicate;
    Ok(Statement {
        subject: vec![
            Subject::new(RECORD_ENTRY, view.record_sha256),
            Subject::new(RECORD_SIGNED_ENTRY, view.record_signed_sha256),
        ],
        predicate: Withdrawal {
            schema_version: SchemaVersion,
            device: view.batch.device.name.clone(),
            version: view.batch.version.clone(),
            udi: view.batch.udi.clone(),
            printed_name: said.printed_name.clone(),
            role: said.role.clone(),
            meaning: WITHDRAWAL_MEANING.to_owned(),
            reason: reason.to_owned(),
            withdraws: own.approval.payload_sha256(),
            signed_at: signing.at,
            authentication: signing.authentication,
            stamped: signing.stamped,
        },
    })
}
