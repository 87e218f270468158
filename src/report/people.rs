//! People on the pages: who signed, and who took a signature back.

use serde::Serialize;

use crate::attestation::sshsig::VerifiedApproval;
use crate::gate::evidence::WithdrawnApproval;
use crate::model::approval::{Authentication, Decision};
use crate::model::name::EntryName;
use crate::model::time::Timestamp;

use super::answers::{self, Questions};

/// A person's signature in the first page.
#[derive(Debug, Serialize)]
pub struct PersonRow {
    /// Printed name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Whose deputy the person signed as.
    pub deputy_for: Option<String>,
    /// `approved` or `rejected`.
    pub decision: &'static str,
    /// Meaning of the signature.
    pub meaning: String,
    /// Reason.
    pub reason: Option<String>,
    /// Time at the signer's offset.
    pub at: String,
    /// Time in UTC, where that reads differently.
    pub at_utc: Option<String>,
    /// Day of signing in UTC with the time, as `ssh-keygen -Overify-time` takes it.
    pub verify_time: String,
    /// How the key was held.
    pub authentication: &'static str,
    /// Entry without extension.
    pub entry: String,
    /// Answers given.
    pub answers: Vec<String>,
}

/// An approval that its signer took back, in the first page.
#[derive(Debug, Serialize)]
pub struct WithdrawalRow {
    /// Printed name.
    pub name: String,
    /// Role of the approval.
    pub role: String,
    /// When it was signed.
    pub signed_at: String,
    /// When it was taken back.
    pub at: String,
    /// Why.
    pub reason: String,
    /// Day and time of taking back in UTC, as `ssh-keygen -Overify-time` takes it.
    pub verify_time: String,
    /// Entry of the withdrawal without extension.
    pub entry: String,
}

/// The time in UTC, unless it was given so.
pub(super) fn other_utc(time: &Timestamp) -> Option<String> {
    let utc = time.in_utc().to_string();
    (utc != time.to_string()).then_some(utc)
}

/// `20261123143207Z`.
fn verify_time(time: &Timestamp) -> String {
    time.in_utc().to_string().chars().filter(char::is_ascii_digit).collect::<String>() + "Z"
}

impl PersonRow {
    /// Of a verified approval.
    pub(super) fn of(entry: &EntryName, approval: &VerifiedApproval, questions: &Questions) -> Self {
        let predicate = &approval.predicate;
        Self {
            name: predicate.printed_name.clone(),
            role: predicate.role.to_string(),
            deputy_for: predicate.deputy_for.clone(),
            decision: if predicate.decision == Decision::Approved { "approved" } else { "rejected" },
            meaning: predicate.meaning.clone(),
            reason: predicate.reason.clone(),
            at: predicate.signed_at.to_string(),
            verify_time: verify_time(&predicate.signed_at),
            at_utc: other_utc(&predicate.signed_at),
            authentication: match predicate.authentication {
                Authentication::KeyFileWithPassphrase => "key file, passphrase typed for this signature",
                Authentication::KeyFileWithSuppliedPassphrase => "key file, passphrase supplied by a program",
                Authentication::KeyFileWithoutPassphrase => "key file without a passphrase",
                Authentication::Agent => "an SSH agent held the key",
            },
            entry: entry.as_str().trim_end_matches(".json").to_owned(),
            answers: answers::lines(&predicate.answers, questions),
        }
    }
}

impl WithdrawalRow {
    /// Of a withdrawn approval.
    pub(super) fn of(withdrawn: &WithdrawnApproval) -> Self {
        let said = &withdrawn.withdrawal.predicate;
        Self {
            name: said.printed_name.clone(),
            role: said.role.to_string(),
            signed_at: withdrawn.approval.predicate.signed_at.to_string(),
            at: said.signed_at.to_string(),
            reason: said.reason.clone(),
            verify_time: verify_time(&said.signed_at),
            entry: withdrawn.withdrawal_entry.as_str().trim_end_matches(".json").to_owned(),
        }
    }
}
