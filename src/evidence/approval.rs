//! What a person signs: the statement of one approval (21 CFR 11.50 and 11.70), made from a verified candidate.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::gate::evidence::Signed;
use crate::model::approval::{Answer, AnswerKind, Approval, Authentication, Decision};
use crate::model::batch::{Batch, SchemaVersion};
use crate::model::concession::Concession;
use crate::model::digest::Sha256Digest;
use crate::model::document::TestResult;
use crate::model::hint::Hint;
use crate::model::name::EntryName;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::record::{ArtifactRecord, Attempt, PreviousRelease};
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::result::{CheckResult, GateResult, Stage, Verdict};
use crate::model::role::Role;
use crate::model::statement::{Statement, Subject};
use crate::model::text::is_deceptive;
use crate::model::time::Timestamp;

pub use crate::model::approval::REJECTION_MEANING;

/// Longest printed name, in characters.
pub const MAX_PRINTED_NAME: usize = 200;

/// Longest reason or note, in characters.
pub const MAX_TEXT: usize = 2000;

/// What a person must see of a candidate whose signatures and digests were verified.
#[derive(Debug, Clone)]
pub struct CandidateView {
    /// The batch.
    pub batch: Batch,
    /// SHA-256 of `record.json`.
    pub record_sha256: Sha256Digest,
    /// SHA-256 of `record.sigstore.json`.
    pub record_signed_sha256: Sha256Digest,
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The products.
    pub artifacts: Vec<ArtifactRecord>,
    /// The candidate gate, evaluated anew under the person's trust file.
    pub result: GateResult,
    /// Test results taken in; RG-25 and RG-26 judge them.
    pub tests: Vec<TestSummary>,
    /// Attestations that do not count, with the reason.
    pub refused: Vec<(EntryName, String)>,
    /// Checks that wait for a person, with the question each one asks.
    pub pending: Vec<(CheckId, String)>,
    /// Whether the record claims to be the device's first release.
    pub first_release: bool,
    /// Earlier releases that the recorder was given.
    pub previous: Vec<PreviousRelease>,
    /// Earlier attempts at this version.
    pub attempts: Vec<Attempt>,
    /// Concessions that count, with their entry.
    pub concessions: Vec<(EntryName, Concession)>,
    /// Settings that weaken trust.
    pub unsafe_settings: Vec<String>,
    /// Roles whose approval the policy or the trust file requires, the authoriser among them.
    pub required_roles: Vec<Role>,
    /// How many persons the trust file wants in a role, where that is more than one.
    pub persons_needed: BTreeMap<Role, usize>,
    /// Names of those who signed the record so far.
    pub record_signers: Vec<String>,
    /// How many distinct signers the trust file wants.
    pub record_signers_needed: usize,
}

/// One test report, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestSummary {
    /// Entry of its attestation.
    pub entry: EntryName,
    /// Passed.
    pub passed: usize,
    /// Skipped or flaky.
    pub warned: usize,
    /// Names of failed tests, in report order.
    pub failed: Vec<String>,
}

impl TestSummary {
    /// The numbers of a verified statement.
    #[must_use]
    pub fn of(signed: &Signed<TestResult>) -> Self {
        let report = &signed.statement.predicate;
        Self {
            entry: signed.entry.clone(),
            passed: report.passed_tests.len(),
            warned: report.warned_tests.len(),
            failed: report.failed_tests.clone(),
        }
    }
}

impl CandidateView {
    /// How many persons must approve in a role.
    #[must_use]
    pub fn needed(&self, role: &Role) -> usize {
        self.persons_needed.get(role).copied().unwrap_or(1)
    }

    /// Blocking checks that do not hold and that no person's answer can settle.
    #[must_use]
    pub fn failed_checks(&self) -> Vec<&CheckResult> {
        let failed = |check: &&CheckResult| {
            check.severity == Severity::Block
                && !check.permits_release()
                && !matches!(check.conclusion, Outcome::NeedsHuman { .. })
        };
        self.result.checks.iter().filter(failed).collect()
    }

    /// Whether the candidate gate leaves anything to approve.
    ///
    /// # Errors
    /// [`ApprovalRequestError::Failed`] naming the checks.
    pub fn approvable(&self) -> Result<(), ApprovalRequestError> {
        let failed: Vec<CheckId> = self.failed_checks().iter().map(|check| check.id).collect();
        let judged = self.result.stage == Stage::Candidate && !self.result.checks.is_empty();
        if failed.is_empty() && judged && self.result.verdict != Verdict::Failed {
            Ok(())
        } else {
            Err(ApprovalRequestError::Failed { verdict: self.result.verdict.as_str(), checks: list(&failed) })
        }
    }
}

/// Everything that goes into one approval.
#[derive(Debug, Clone)]
pub struct ApprovalRequest<'a> {
    /// The candidate.
    pub view: &'a CandidateView,
    /// Printed name of the signer.
    pub printed_name: &'a str,
    /// Role signed in.
    pub role: &'a Role,
    /// Whose deputy the signer is, where the role is that person's.
    pub deputy_for: Option<&'a str>,
    /// Approved or rejected.
    pub decision: Decision,
    /// Why; for rejections only.
    pub reason: Option<&'a str>,
    /// Pending checks that fall to this person; an approval answers exactly these.
    pub asked: &'a [CheckId],
    /// The answers.
    pub answers: Vec<Answer>,
    /// Date and time of signing with the signer's offset.
    pub signed_at: Timestamp,
    /// How the key is held.
    pub authentication: Authentication,
    /// Whether a stamp is asked for.
    pub stamped: bool,
    /// SHA-256 of the statements of all other approvals, for the authoriser.
    pub other_approvals: Vec<Sha256Digest>,
}

/// Why there is nothing to sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRequestError {
    /// A printed name, reason or note that is empty, too long or deceptive.
    #[error("{what} is {problem}")]
    Text {
        /// `printed name`, `reason of the rejection` or `note to RG-NN`.
        what: String,
        /// What is wrong with it.
        problem: Cow<'static, str>,
    },
    /// The candidate gate failed.
    #[error("candidate cannot be approved, only rejected: its gate is {verdict} ({checks})")]
    Failed {
        /// Verdict of the gate.
        verdict: &'static str,
        /// Blocking checks that do not hold.
        checks: String,
    },
    /// A rejection without a reason.
    #[error("rejection gives no reason")]
    ReasonMissing,
    /// An approval with the reason of a rejection.
    #[error("approval gives the reason of a rejection")]
    ReasonUnasked,
    /// An answer to a check that is not waiting, or not for this person.
    #[error("{0} is not waiting for an answer of this person")]
    NotAsked(CheckId),
    /// Two answers to one check.
    #[error("{0} is answered twice")]
    AnsweredTwice(CheckId),
    /// Checks without an answer.
    #[error("answers are missing: {0}")]
    Unanswered(String),
    /// An approval that says no to a part.
    #[error("approval rejects {0} (expected every answer of an approval to accept)")]
    Contradiction(CheckId),
    /// The authoriser lists too few others, or somebody else lists any.
    #[error("{role} lists {got} other approvals (expected {expected})")]
    Others {
        /// Role signed in.
        role: Role,
        /// How many distinct ones are listed.
        got: usize,
        /// What is right for the role.
        expected: String,
    },
}

impl Hint for ApprovalRequestError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Failed { .. } => {
                "Reject it with --reject --reason TEXT, or repair it and make a new candidate".into()
            }
            Self::ReasonMissing => "Give --reason TEXT".into(),
            Self::ReasonUnasked => "Leave --reason out, or add --reject".into(),
            Self::Unanswered(_) => "Answer each one: --answer RG-NN=accept:NOTE or --answer RG-NN=reject:NOTE".into(),
            Self::Contradiction(_) => "Reject the batch: --reject --reason TEXT".into(),
            Self::Others { .. } => "Name the folder with the other approvals: --approvals DIR".into(),
            Self::Text { .. } | Self::NotAsked(_) | Self::AnsweredTwice(_) => return None,
        })
    }
}

/// Makes the statement that the person signs. Deterministic: answers and digests are sorted.
///
/// # Errors
/// [`ApprovalRequestError`] for anything that would make the signature mean less than it says.
pub fn approval_statement(mut request: ApprovalRequest<'_>) -> Result<Statement<Approval>, ApprovalRequestError> {
    check_text("printed name", request.printed_name, MAX_PRINTED_NAME)?;
    match request.decision {
        Decision::Approved => {
            request.view.approvable()?;
            if request.reason.is_some() {
                return Err(ApprovalRequestError::ReasonUnasked);
            }
        }
        Decision::Rejected => {
            check_text(
                "reason of the rejection",
                request.reason.ok_or(ApprovalRequestError::ReasonMissing)?,
                MAX_TEXT,
            )?;
        }
    }
    check_answers(&request)?;
    request.answers.sort_by_key(|answer| answer.check);
    let other_approvals: BTreeSet<Sha256Digest> = request.other_approvals.iter().copied().collect();
    check_others(&request, other_approvals.len())?;
    let batch = &request.view.batch;
    Ok(Statement {
        subject: vec![
            Subject::new(RECORD_ENTRY, request.view.record_sha256),
            Subject::new(RECORD_SIGNED_ENTRY, request.view.record_signed_sha256),
        ],
        predicate: Approval {
            schema_version: SchemaVersion,
            device: batch.device.name.clone(),
            version: batch.version.clone(),
            udi: batch.udi.clone(),
            printed_name: request.printed_name.to_owned(),
            role: request.role.clone(),
            deputy_for: request.deputy_for.map(str::to_owned),
            decision: request.decision,
            meaning: Approval::meaning_of(request.role, request.decision, request.deputy_for),
            reason: request.reason.map(str::to_owned),
            answers: request.answers,
            signed_at: request.signed_at,
            authentication: request.authentication,
            stamped: request.stamped,
            other_approvals: other_approvals.into_iter().collect(),
        },
    })
}

fn check_answers(request: &ApprovalRequest<'_>) -> Result<(), ApprovalRequestError> {
    let pending: BTreeSet<CheckId> = request.view.pending.iter().map(|(id, _)| *id).collect();
    let asked: BTreeSet<CheckId> = request.asked.iter().copied().collect();
    if let Some(stray) = asked.difference(&pending).next() {
        return Err(ApprovalRequestError::NotAsked(*stray));
    }
    let mut answered = BTreeSet::new();
    for answer in &request.answers {
        if !asked.contains(&answer.check) {
            return Err(ApprovalRequestError::NotAsked(answer.check));
        }
        if !answered.insert(answer.check) {
            return Err(ApprovalRequestError::AnsweredTwice(answer.check));
        }
        check_text(&format!("note to {}", answer.check), &answer.note, MAX_TEXT)?;
        if request.decision == Decision::Approved && answer.answer == AnswerKind::Rejected {
            return Err(ApprovalRequestError::Contradiction(answer.check));
        }
    }
    let missing: Vec<CheckId> = asked.difference(&answered).copied().collect();
    // Who rejects the batch need not go through every question.
    if request.decision == Decision::Rejected || missing.is_empty() {
        Ok(())
    } else {
        Err(ApprovalRequestError::Unanswered(list(&missing)))
    }
}

fn check_others(request: &ApprovalRequest<'_>, got: usize) -> Result<(), ApprovalRequestError> {
    let others = request.view.required_roles.iter().filter(|role| !role.is_authoriser());
    let required: usize = others.map(|role| request.view.needed(role)).sum();
    let error = |expected: String| Err(ApprovalRequestError::Others { role: request.role.clone(), got, expected });
    if !request.role.is_authoriser() {
        return if got == 0 { Ok(()) } else { error("none, only the authoriser lists others".to_owned()) };
    }
    if got != request.other_approvals.len() {
        return error("each one once".to_owned());
    }
    if request.decision == Decision::Approved && got < required {
        return error(format!("at least {required}"));
    }
    Ok(())
}

/// Text that people will read over a signature: not empty, not too long, nothing hidden in it.
///
/// # Errors
/// [`ApprovalRequestError::Text`].
pub fn check_text(what: &str, text: &str, limit: usize) -> Result<(), ApprovalRequestError> {
    let problem: Cow<'static, str> = if text.trim().is_empty() {
        "empty".into()
    } else if text.trim() != text {
        "surrounded by blanks".into()
    } else if text.chars().count() > limit {
        format!("longer than {limit} characters").into()
    } else if text.chars().any(is_deceptive) {
        "not plain text (it holds control or invisible characters)".into()
    } else {
        return Ok(());
    };
    Err(ApprovalRequestError::Text { what: what.to_owned(), problem })
}

fn list(ids: &[CheckId]) -> String {
    if ids.is_empty() {
        return "no check was named".to_owned();
    }
    ids.iter().map(CheckId::to_string).collect::<Vec<_>>().join(", ")
}
