//! What other people signed for a record, who is missing, and what the authoriser's signature covers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::attestation::approval_withdrawal::VerifiedWithdrawal;
use crate::attestation::sshsig::VerifiedApproval;
use crate::gate::persons::Persons;
use crate::model::approval::{AnswerKind, Decision};
use crate::model::digest::Sha256Digest;
use crate::model::hint::Hint;
use crate::model::outcome::CheckId;
use crate::model::role::Role;

use super::approval::CandidateView;
use super::signatory::Signatory;

/// An approval that was verified against this record, with the name of its file.
#[derive(Debug, Clone)]
pub struct NamedApproval {
    /// File name without extension.
    pub name: String,
    /// The approval.
    pub approval: VerifiedApproval,
}

/// A withdrawal that was verified, with what it takes back.
#[derive(Debug, Clone)]
pub struct NamedWithdrawal {
    /// File name without extension.
    pub name: String,
    /// The withdrawal.
    pub withdrawal: VerifiedWithdrawal,
    /// The approval that does not count any more.
    pub approval: VerifiedApproval,
}

/// What other people signed for this record.
#[derive(Debug, Clone, Default)]
pub struct Others {
    /// Approvals and rejections that stand.
    pub standing: Vec<NamedApproval>,
    /// Approvals that were taken back.
    pub withdrawn: Vec<NamedWithdrawal>,
}

/// Why the authoriser cannot sign over these approvals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OthersError {
    /// Required roles that nobody signed in.
    #[error("approvals are missing before the authoriser may sign: {0}")]
    Missing(String),
    /// The authoriser signs last, and once.
    #[error("{name} authorises this record already (expected the authoriser to sign last and alone)")]
    AuthorisedAlready {
        /// File.
        name: String,
    },
    /// Distinct roles are distinct persons.
    #[error("{name}: {person:?} signs as {second} and as {first} (expected distinct persons for distinct roles)")]
    SamePerson {
        /// File.
        name: String,
        /// Printed name.
        person: String,
        /// A role.
        first: Role,
        /// Another role.
        second: Role,
    },
    /// Another person said no.
    #[error("{name}: {person:?} rejected {what}, so that this record can only be rejected")]
    Rejected {
        /// File.
        name: String,
        /// Printed name.
        person: String,
        /// `this batch` or a check.
        what: String,
    },
}

impl Hint for OthersError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::Missing(_) => Some("Name the folder that holds them: --approvals DIR".into()),
            Self::AuthorisedAlready { .. } => Some("Seal with that approval, or remove it from the folder".into()),
            Self::SamePerson { .. } => Some("Have another person sign in one of the roles".into()),
            Self::Rejected { .. } => Some("Resolve the objection and make a new candidate".into()),
        }
    }
}

/// Judges the other approvals for an authoriser who approves.
///
/// # Errors
/// [`OthersError`].
pub fn judge_others(
    view: &CandidateView,
    authoriser: Signatory<'_>,
    others: &[NamedApproval],
) -> Result<(), OthersError> {
    let mut roles: BTreeMap<Option<usize>, &Role> = BTreeMap::new();
    let mut persons = Persons::of(others.iter().map(|other| &other.approval));
    persons.add(&authoriser.person.name, authoriser.deputy_for);
    let own = view.required_roles.iter().find(|role| role.is_authoriser());
    if let Some(role) = own {
        roles.insert(persons.who(&authoriser.person.name), role);
    }
    for NamedApproval { name, approval } in others {
        let predicate = &approval.predicate;
        if predicate.role.is_authoriser() {
            return Err(OthersError::AuthorisedAlready { name: name.clone() });
        }
        let first = *roles.entry(persons.who(approval.signer())).or_insert(&predicate.role);
        if *first != predicate.role {
            return Err(OthersError::SamePerson {
                name: name.clone(),
                person: approval.signer().to_owned(),
                first: first.clone(),
                second: predicate.role.clone(),
            });
        }
        let refused = predicate.answers.iter().find(|answer| answer.answer == AnswerKind::Rejected);
        let what = match (predicate.decision, refused) {
            (Decision::Rejected, _) => "this batch".to_owned(),
            (Decision::Approved, Some(answer)) => answer.check.to_string(),
            (Decision::Approved, None) => continue,
        };
        return Err(OthersError::Rejected { name: name.clone(), person: approval.signer().to_owned(), what });
    }
    let missing = missing(view, others).into_iter().filter(|(role, ..)| !role.is_authoriser());
    let missing: Vec<String> = missing.map(|(role, got, needed)| in_words(&role, got, needed)).collect();
    if missing.is_empty() { Ok(()) } else { Err(OthersError::Missing(missing.join(", "))) }
}

/// Required roles with fewer approving persons than needed: the role, how many, how many needed.
#[must_use]
pub fn missing(view: &CandidateView, others: &[NamedApproval]) -> Vec<(Role, usize, usize)> {
    let approvals: Vec<&VerifiedApproval> = others.iter().map(|other| &other.approval).collect();
    awaited(&view.required_roles, |role| view.needed(role), &approvals)
}

/// The same of roles and approvals from elsewhere.
#[must_use]
pub fn awaited(
    roles: &[Role],
    needed: impl Fn(&Role) -> usize,
    approvals: &[&VerifiedApproval],
) -> Vec<(Role, usize, usize)> {
    let persons = Persons::of(approvals.iter().copied());
    let got = |role: &Role| {
        let fitting = approvals
            .iter()
            .filter(|approval| approval.predicate.role == *role && approval.predicate.decision == Decision::Approved);
        persons.count(fitting.map(|approval| approval.signer()))
    };
    let counted = roles.iter().map(|role| (role.clone(), got(role), needed(role)));
    counted.filter(|(_, got, needed)| got < needed).collect()
}

/// `reviewer`, or `reviewer (1 of 2)`.
#[must_use]
pub fn in_words(role: &Role, got: usize, needed: usize) -> String {
    if needed > 1 { format!("{role} ({got} of {needed})") } else { role.to_string() }
}

/// Pending checks that no other approval has answered: those that fall to the next signer.
#[must_use]
pub fn unanswered<'v>(view: &'v CandidateView, others: &[NamedApproval]) -> Vec<&'v (CheckId, String)> {
    let answered: BTreeSet<CheckId> =
        others.iter().flat_map(|other| &other.approval.predicate.answers).map(|answer| answer.check).collect();
    view.pending.iter().filter(|(id, _)| !answered.contains(id)).collect()
}

/// What the authoriser's statement lists: SHA-256 of each statement.
#[must_use]
pub fn digests(others: &Others) -> Vec<Sha256Digest> {
    let standing = others.standing.iter().map(|other| other.approval.payload_sha256());
    let withdrawn =
        others.withdrawn.iter().flat_map(|one| [one.approval.payload_sha256(), one.withdrawal.payload_sha256()]);
    standing.chain(withdrawn).collect()
}
