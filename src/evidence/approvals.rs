//! Approvals and withdrawals as entries: pairing statement and signature, verifying, and naming them in order.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::attestation::approval_withdrawal::{VerifiedWithdrawal, verify_withdrawal};
use crate::attestation::sshsig::{ApprovalError, RecordBinding, VerifiedApproval, When, verify_approval};
use crate::gate::evidence::{Refused, WithdrawnApproval};
use crate::model::approval::Decision;
use crate::model::approval_withdrawal::Withdrawal;
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::statement::{self, Predicate};
use crate::policy::trust::Trust;

use super::layout::{APPROVALS, EntryMap, below};

/// Approvals that count and files that do not.
#[derive(Debug, Default)]
pub struct Approvals {
    /// Verified and not withdrawn, with the entry of the statement, in entry order.
    pub verified: Vec<(EntryName, VerifiedApproval)>,
    /// Withdrawn by their signers, in entry order.
    pub withdrawn: Vec<WithdrawnApproval>,
    /// Everything else under `approvals/`.
    pub refused: Vec<Refused>,
}

/// An approval or withdrawal as two files, before it has its place in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalFile {
    /// File name without extension, as the person's laptop wrote it.
    pub stem: String,
    /// Bytes of `<stem>.json`.
    pub statement: Vec<u8>,
    /// Bytes of `<stem>.sshsig`.
    pub armour: Vec<u8>,
    /// Bytes of `<stem>.tsr`, an RFC 3161 TimeStampResp over those of `<stem>.sshsig`.
    pub stamp: Option<Vec<u8>>,
}

/// What a person signed, by the type that the statement states.
#[derive(Debug)]
pub enum PersonStatement {
    /// An approval or a rejection.
    Approval(Box<VerifiedApproval>),
    /// Taking back an approval.
    Withdrawal(Box<VerifiedWithdrawal>),
}

/// Verifies one statement of a person.
///
/// # Errors
/// [`ApprovalError`] with the first step that fails.
pub fn verify_statement(
    statement: &[u8],
    armour: &[u8],
    stamp: Option<&[u8]>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> Result<PersonStatement, ApprovalError> {
    if statement::predicate_type(statement).is_ok_and(|found| found == Withdrawal::TYPE) {
        let verified = verify_withdrawal(statement, armour, stamp, binding, trust, when);
        return verified.map(|withdrawal| PersonStatement::Withdrawal(Box::new(withdrawal)));
    }
    let verified = verify_approval(statement, armour, stamp, binding, trust, when);
    verified.map(|approval| PersonStatement::Approval(Box::new(approval)))
}

/// Why a withdrawal takes nothing back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawalError {
    /// No such approval.
    #[error("it withdraws the approval {0}, which is not there")]
    Absent(Sha256Digest),
    /// Only one's own.
    #[error("{withdrawer:?} withdraws an approval of {signer:?} (expected the person's own)")]
    NotOwn {
        /// Who signed the withdrawal.
        withdrawer: String,
        /// Who signed the approval.
        signer: String,
    },
    /// Saying no stands.
    #[error("it withdraws a rejection (a rejected record stays rejected)")]
    Rejection,
    /// Another role than the approval's.
    #[error("it withdraws an approval as {got} (the approval was signed as {expected})")]
    Role {
        /// In the withdrawal.
        got: String,
        /// In the approval.
        expected: String,
    },
    /// A second withdrawal of one approval.
    #[error("it withdraws an approval that is withdrawn already")]
    Twice,
}

/// Statements of people, each with its key, after withdrawals have met what they take back.
#[derive(Debug)]
pub struct SortedOut<K> {
    /// Approvals and rejections that stand.
    pub standing: Vec<(K, VerifiedApproval)>,
    /// Approvals that were taken back, each with its withdrawal.
    pub withdrawn: Vec<(K, VerifiedApproval, K, VerifiedWithdrawal)>,
    /// What does not count, and why.
    pub refused: Vec<(K, String)>,
}

fn sort_out<K>(
    approvals: Vec<(K, VerifiedApproval)>,
    withdrawals: Vec<(K, VerifiedWithdrawal)>,
    mut refused: Vec<(K, String)>,
) -> SortedOut<K> {
    let mut places: BTreeMap<Sha256Digest, usize> = BTreeMap::new();
    let mut once: Vec<(K, VerifiedApproval)> = Vec::with_capacity(approvals.len());
    for (key, approval) in approvals {
        // A copy would stand again after its original was withdrawn.
        match places.entry(approval.payload_sha256()) {
            Entry::Occupied(_) => refused.push((key, "it is a copy of another approval among the files".to_owned())),
            Entry::Vacant(place) => {
                place.insert(once.len());
                once.push((key, approval));
            }
        }
    }
    let approvals = once;
    let mut taken: BTreeMap<usize, (K, VerifiedWithdrawal)> = BTreeMap::new();
    for (key, withdrawal) in withdrawals {
        let place = places.get(&withdrawal.predicate.withdraws).copied();
        let approval = place.and_then(|place| approvals.get(place)).map(|(_, approval)| approval);
        match (place, judge(&withdrawal, approval)) {
            (Some(place), Ok(())) if !taken.contains_key(&place) => _ = taken.insert(place, (key, withdrawal)),
            (_, Ok(())) => refused.push((key, WithdrawalError::Twice.to_string())),
            (_, Err(error)) => refused.push((key, error.to_string())),
        }
    }
    let mut sorted = SortedOut { standing: Vec::new(), withdrawn: Vec::new(), refused };
    for (place, (key, approval)) in approvals.into_iter().enumerate() {
        match taken.remove(&place) {
            None => sorted.standing.push((key, approval)),
            Some((by, withdrawal)) => sorted.withdrawn.push((key, approval, by, withdrawal)),
        }
    }
    sorted
}

/// Verifies files and sorts them out.
#[must_use]
pub fn sort_files(
    files: Vec<ApprovalFile>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> SortedOut<ApprovalFile> {
    let (mut approvals, mut withdrawals, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        match verify_statement(&file.statement, &file.armour, file.stamp.as_deref(), binding, trust, when) {
            Ok(PersonStatement::Approval(approval)) => approvals.push((file, *approval)),
            Ok(PersonStatement::Withdrawal(withdrawal)) => withdrawals.push((file, *withdrawal)),
            Err(error) => refused.push((file, error.to_string())),
        }
    }
    sort_out(approvals, withdrawals, refused)
}

fn judge(withdrawal: &VerifiedWithdrawal, approval: Option<&VerifiedApproval>) -> Result<(), WithdrawalError> {
    let approval = approval.ok_or(WithdrawalError::Absent(withdrawal.predicate.withdraws))?;
    if approval.signer() != withdrawal.signer() {
        let (withdrawer, signer) = (withdrawal.signer().to_owned(), approval.signer().to_owned());
        return Err(WithdrawalError::NotOwn { withdrawer, signer });
    }
    if approval.predicate.role != withdrawal.predicate.role {
        let (got, expected) = (withdrawal.predicate.role.to_string(), approval.predicate.role.to_string());
        return Err(WithdrawalError::Role { got, expected });
    }
    if approval.predicate.decision == Decision::Rejected { Err(WithdrawalError::Rejection) } else { Ok(()) }
}

/// Verifies every entry under `approvals/`; a statement without a signature or the reverse is refused.
#[must_use]
pub fn collect(entries: &EntryMap<'_>, binding: RecordBinding, trust: &Trust, when: When<'_>) -> Approvals {
    let (mut approvals, mut withdrawals, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let files: BTreeMap<&str, (&EntryName, &[u8])> =
        below(entries, APPROVALS).map(|(name, bytes)| (name.as_str(), (name, bytes))).collect();
    for (text, (entry, bytes)) in &files {
        let partner = |from: &str, to: &str| {
            let stem = text.strip_suffix(from)?;
            files.get(format!("{stem}{to}").as_str()).map(|(_, bytes)| *bytes)
        };
        let attached = [(".sshsig", "signature without its statement"), (".tsr", "stamp without its statement")];
        if let Some((extension, alone)) = attached.iter().find(|(extension, _)| text.ends_with(extension)) {
            if partner(extension, ".json").is_none() {
                refused.push(((*entry).clone(), (*alone).to_owned()));
            }
            continue;
        }
        let Some(armour) = partner(".json", ".sshsig") else {
            refused.push(((*entry).clone(), "no statement with an SSH signature beside it".to_owned()));
            continue;
        };
        match verify_statement(bytes, armour, partner(".json", ".tsr"), binding, trust, when) {
            Ok(PersonStatement::Approval(approval)) => approvals.push(((*entry).clone(), *approval)),
            Ok(PersonStatement::Withdrawal(withdrawal)) => withdrawals.push(((*entry).clone(), *withdrawal)),
            Err(error) => refused.push(((*entry).clone(), error.to_string())),
        }
    }
    let sorted = sort_out(approvals, withdrawals, refused);
    let withdrawn = |(entry, approval, withdrawal_entry, withdrawal)| WithdrawnApproval {
        entry,
        approval,
        withdrawal_entry,
        withdrawal,
    };
    Approvals {
        verified: sorted.standing,
        withdrawn: sorted.withdrawn.into_iter().map(withdrawn).collect(),
        refused: sorted.refused.into_iter().map(|(entry, reason)| Refused { entry, reason }).collect(),
    }
}

/// Stem of an approval that does not count, and why.
pub type RefusedFile = (String, String);

/// Gives approvals their place: by time of signing, the authoriser last; a withdrawal beside what it withdraws.
///
/// # Errors
/// The stem and the reason of each file that does not verify.
pub fn place(
    files: Vec<ApprovalFile>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> Result<BTreeMap<EntryName, Vec<u8>>, Vec<RefusedFile>> {
    let sorted = sort_files(files, binding, trust, when);
    let mut problems: Vec<RefusedFile> = sorted.refused.into_iter().map(|(file, reason)| (file.stem, reason)).collect();
    let standing = sorted.standing.into_iter().map(|(file, approval)| {
        let last = approval.predicate.role.is_authoriser();
        (last, approval, file, None)
    });
    let withdrawn = sorted.withdrawn.into_iter().map(|(file, approval, by, _)| (false, approval, file, Some(by)));
    let mut all: Vec<_> = standing.chain(withdrawn).collect();
    all.sort_by_key(|(last, approval, ..)| (*last, approval.predicate.signed_at, approval.payload_sha256()));
    let mut placed = BTreeMap::new();
    for (number, (_, approval, file, withdrawal)) in all.into_iter().enumerate() {
        let stem = format!("{APPROVALS}/{:02}-{}", number + 1, approval.predicate.role);
        problems.extend(put(&mut placed, &stem, &file));
        problems.extend(withdrawal.and_then(|file| put(&mut placed, &format!("{stem}.withdrawal"), &file)));
    }
    if problems.is_empty() { Ok(placed) } else { Err(problems) }
}

/// The entries of one statement; gives the file whose place has no name.
fn put(placed: &mut BTreeMap<EntryName, Vec<u8>>, stem: &str, file: &ApprovalFile) -> Option<RefusedFile> {
    let files = [("json", Some(&file.statement)), ("sshsig", Some(&file.armour)), ("tsr", file.stamp.as_ref())];
    for (extension, bytes) in files.into_iter().filter_map(|(extension, bytes)| Some((extension, bytes?))) {
        match EntryName::parse(&format!("{stem}.{extension}")) {
            Ok(name) => _ = placed.insert(name, bytes.clone()),
            Err(error) => return Some((file.stem.clone(), error.to_string())),
        }
    }
    None
}
