//! Who may sign a candidate, and which other approvals the authoriser's signature covers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use ssh_key::public::KeyData;

use crate::attestation::sshsig::{VerifiedApproval, algorithm_of, same_key};
use crate::model::algorithm::AlgorithmError;
use crate::model::approval::{AnswerKind, Decision};
use crate::model::digest::Sha256Digest;
use crate::model::hint::Hint;
use crate::model::outcome::CheckId;
use crate::model::role::Role;
use crate::policy::trust::{Person, Trust};

use super::approval::CandidateView;

/// Why this key may not sign in this role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatoryError {
    /// No key is both pipeline and person.
    #[error("key {fingerprint} is the key of the pipeline {signer:?}, which cannot approve")]
    PipelineKey {
        /// `SHA256:…`.
        fingerprint: String,
        /// Name of the signer in the trust file.
        signer: String,
    },
    /// Not in the roster.
    #[error("key {0} belongs to nobody in the roster of the trust file")]
    UnknownKey(String),
    /// In the roster of more than one person.
    #[error("key {fingerprint} belongs to {first:?} and to {second:?} (expected one person)")]
    Shared {
        /// `SHA256:…`.
        fingerprint: String,
        /// A person.
        first: String,
        /// Another one.
        second: String,
    },
    /// Another role.
    #[error("{person:?} does not hold the role {role} (the roster gives: {held})")]
    Role {
        /// Printed name.
        person: String,
        /// Role asked for.
        role: Role,
        /// Roles held.
        held: String,
    },
    /// The trust file leaves the key's algorithm out.
    #[error("signature of {person:?} would not count: {error}")]
    Algorithm {
        /// Printed name.
        person: String,
        /// What is left out.
        error: AlgorithmError,
    },
    /// Before, after or revoked.
    #[error("{person:?} is {refusal}")]
    Window {
        /// Printed name.
        person: String,
        /// What the window says.
        refusal: String,
    },
}

impl Hint for SignatoryError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::PipelineKey { .. } => Some("Sign with a key that only the person holds".into()),
            Self::UnknownKey(_) => {
                Some("Have the keeper of the trust file add a [[person]] with this key, or name another --key".into())
            }
            Self::Role { .. } => Some("Name a role that the roster gives with --role".into()),
            Self::Algorithm { .. } => Some("Sign with a key of an algorithm on the list".into()),
            Self::Shared { .. } | Self::Window { .. } => None,
        }
    }
}

/// The person of the roster who holds this key and may sign in this role on this day (UTC).
///
/// # Errors
/// [`SignatoryError`].
pub fn signatory<'t>(trust: &'t Trust, key: &KeyData, role: &Role, day: &str) -> Result<&'t Person, SignatoryError> {
    let fingerprint = || key.fingerprint(ssh_key::HashAlg::Sha256).to_string();
    if let Some(signer) =
        trust.signers.iter().find(|signer| signer.identity.key().is_some_and(|known| same_key(known, key)))
    {
        return Err(SignatoryError::PipelineKey { fingerprint: fingerprint(), signer: signer.name.clone() });
    }
    let mut holders = trust.persons.iter().filter(|person| person.ssh_keys.iter().any(|known| known.key_data() == key));
    let person = holders.next().ok_or_else(|| SignatoryError::UnknownKey(fingerprint()))?;
    if let Some(other) = holders.find(|other| other.name != person.name) {
        let (first, second) = (person.name.clone(), other.name.clone());
        return Err(SignatoryError::Shared { fingerprint: fingerprint(), first, second });
    }
    if let Some(Err(error)) = algorithm_of(key).map(|algorithm| trust.algorithms.permit(algorithm)) {
        return Err(SignatoryError::Algorithm { person: person.name.clone(), error });
    }
    if !person.roles.contains(role) {
        let held = person.roles.iter().map(Role::as_str).collect::<Vec<_>>().join(", ");
        return Err(SignatoryError::Role { person: person.name.clone(), role: role.clone(), held });
    }
    match person.window.refusal(day) {
        Some(refusal) => Err(SignatoryError::Window { person: person.name.clone(), refusal }),
        None => Ok(person),
    }
}

/// An approval that was verified against this record, with the name of its file.
#[derive(Debug, Clone)]
pub struct NamedApproval {
    /// File name without extension.
    pub name: String,
    /// The approval.
    pub approval: VerifiedApproval,
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
pub fn judge_others(view: &CandidateView, authoriser: &Person, others: &[NamedApproval]) -> Result<(), OthersError> {
    let mut roles: BTreeMap<&str, &Role> = BTreeMap::new();
    let own = view.required_roles.iter().find(|role| role.is_authoriser());
    if let Some(role) = own {
        roles.insert(&authoriser.name, role);
    }
    for NamedApproval { name, approval } in others {
        let predicate = &approval.predicate;
        if predicate.role.is_authoriser() {
            return Err(OthersError::AuthorisedAlready { name: name.clone() });
        }
        let first = *roles.entry(approval.signer()).or_insert(&predicate.role);
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
    let present: BTreeSet<&Role> = others.iter().map(|other| &other.approval.predicate.role).collect();
    let missing: Vec<&str> = view
        .required_roles
        .iter()
        .filter(|role| !role.is_authoriser() && !present.contains(role))
        .map(Role::as_str)
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(OthersError::Missing(missing.join(", "))) }
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
pub fn digests(others: &[NamedApproval]) -> Vec<Sha256Digest> {
    others.iter().map(|other| other.approval.payload_sha256()).collect()
}
