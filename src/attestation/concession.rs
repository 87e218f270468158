//! Concessions signed as SSHSIG: verification against the roster.
//!
//! 1. to 3. as for approvals (`sshsig`), in the namespace of concessions;
//! 4. the person holds the role that may concede and is not who asked for it; the printed name is the roster's; the
//!    person's window covers the days given;
//! 5. the statement is a concession of exactly this batch, under this policy, of a check that may be conceded.
//!
//! Whether it has expired is judged by the gate, which knows the time of release.

use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::concession::{CONCEDING_ROLE, CONCESSION_NAMESPACE, Concession, may_be_conceded};
use crate::model::digest::Sha256Digest;
use crate::model::outcome::{CheckId, MORE_FINDINGS};
use crate::model::role::Role;
use crate::model::statement::Statement;
use crate::policy::trust::{Person, Trust};

use super::sigstore::VerifiedStep;
use super::sshsig::{ApprovalError, signer};
use super::verified::{Origin, Verified};

/// A concession whose signature, person, batch and policy were verified.
pub type VerifiedConcession = Verified<Statement<Concession>>;

/// What a concession must be about.
#[derive(Debug, Clone, Copy)]
pub struct ConcessionBinding<'a> {
    /// The batch.
    pub batch: &'a Batch,
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// SHA-256 of the policy in force.
    pub policy_sha256: Sha256Digest,
}

/// Why a concession does not count.
#[derive(Debug, thiserror::Error)]
pub enum ConcessionError {
    /// Steps 1 to 3, or a statement that cannot be read.
    #[error(transparent)]
    Signature(#[from] ApprovalError),
    /// Step 4.
    #[error("{person:?} may not concede (the roster gives the roles {held}, expected {CONCEDING_ROLE} or authoriser)")]
    Role {
        /// Printed name in the roster.
        person: String,
        /// Roles held.
        held: String,
    },
    /// Step 4: nobody grants what the same person asked for.
    #[error("{0:?} both asked for the concession and signed it (expected two persons)")]
    OwnRequest(String),
    /// Step 5.
    #[error("concession is for another {what} (got {got}, expected {expected})")]
    Other {
        /// `batch`, `device`, `version` or `policy`.
        what: &'static str,
        /// As signed.
        got: String,
        /// As judged.
        expected: String,
    },
    /// Step 5 (design rule 10).
    #[error("findings of {0} cannot be conceded")]
    Never(CheckId),
    /// Step 5: what was only counted has no name that a person could have looked at.
    #[error("concession names {0:?}, which counts findings and is none")]
    Counted(&'static str),
    /// Step 5: a text that Part 11 or 8.3.2 asks for is empty, or no finding is named.
    #[error("concession leaves {0} empty")]
    Empty(&'static str),
}

/// Verifies one concession. `statement` is the bytes of `<name>.json`, `armour` those of `<name>.sshsig`; `days` are the
/// days (`YYYY-MM-DD`, UTC) at which the person must be valid.
///
/// # Errors
/// [`ConcessionError`] with the first step that fails.
pub fn verify_concession(
    statement: &[u8],
    armour: &[u8],
    binding: ConcessionBinding<'_>,
    trust: &Trust,
    days: &[String],
) -> Result<VerifiedConcession, ConcessionError> {
    let person = signer(statement, armour, CONCESSION_NAMESPACE, trust)?;
    let concession = Statement::<Concession>::decode(statement).map_err(ApprovalError::from)?;
    authorise(&concession.predicate, person, days)?;
    bind(&concession, binding)?;
    let steps = vec![VerifiedStep::new("SSH signature verifies", format!("key of {:?} in the roster", person.name))];
    let origin = Origin { signer: person.name.clone(), times: Vec::new(), steps, workload: None };
    Ok(Verified::new(concession, origin, Sha256Digest::of(statement), Sha256Digest::of(armour)))
}

/// Whether the roster lets a person concede.
#[must_use]
pub fn may_concede(person: &Person) -> bool {
    person.roles.iter().any(|role| role.is_authoriser() || role.as_str() == CONCEDING_ROLE)
}

fn authorise(concession: &Concession, person: &Person, days: &[String]) -> Result<(), ConcessionError> {
    if !may_concede(person) {
        let held: Vec<&str> = person.roles.iter().map(Role::as_str).collect();
        return Err(ConcessionError::Role { person: person.name.clone(), held: held.join(", ") });
    }
    if concession.printed_name != person.name {
        let (got, expected) = (concession.printed_name.clone(), person.name.clone());
        return Err(ApprovalError::PrintedName { got, expected }.into());
    }
    if same_person(&concession.requested_by, &person.name) {
        return Err(ConcessionError::OwnRequest(person.name.clone()));
    }
    match days.iter().find_map(|day| person.window.refusal(day)) {
        Some(refusal) => Err(ApprovalError::Window { person: person.name.clone(), refusal }.into()),
        None => Ok(()),
    }
}

/// Names compared as people read them.
fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}

fn bind(concession: &Statement<Concession>, binding: ConcessionBinding<'_>) -> Result<(), ConcessionError> {
    let other = |what, got: String, expected: String| Err(ConcessionError::Other { what, got, expected });
    let got = concession.subject_digest(BATCH_ENTRY);
    if got != Some(binding.batch_sha256) {
        let got = got.map_or_else(|| "no digest".to_owned(), |digest| digest.to_string());
        return other("batch", got, binding.batch_sha256.to_string());
    }
    let predicate = &concession.predicate;
    let batch = binding.batch;
    if predicate.device != batch.device.name {
        return other("device", predicate.device.to_string(), batch.device.name.to_string());
    }
    if predicate.version != batch.version {
        return other("version", predicate.version.to_string(), batch.version.to_string());
    }
    if predicate.policy_sha256 != binding.policy_sha256 {
        return other("policy", predicate.policy_sha256.to_string(), binding.policy_sha256.to_string());
    }
    if !may_be_conceded(predicate.check) {
        return Err(ConcessionError::Never(predicate.check));
    }
    let texts = [
        ("its justification", &predicate.justification),
        ("its risk reference", &predicate.risk_reference),
        ("who asked for it", &predicate.requested_by),
    ];
    if let Some((what, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
        return Err(ConcessionError::Empty(what));
    }
    if predicate.findings.iter().any(|finding| finding.code == MORE_FINDINGS) {
        return Err(ConcessionError::Counted(MORE_FINDINGS));
    }
    if predicate.findings.is_empty() { Err(ConcessionError::Empty("its findings")) } else { Ok(()) }
}
