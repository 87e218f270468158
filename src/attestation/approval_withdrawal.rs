//! Withdrawals of approvals, signed as approvals are: verification against the roster.
//!
//! 1. as of an approval, the signature is by a person of the roster and verifies ([`super::sshsig`]);
//! 2. the printed name is the roster's, the meaning that of a withdrawal, the stamp there if one was asked for;
//! 3. the person's window covers the time of signing;
//! 4. the statement is about exactly this record.
//!
//! Which approval it withdraws, and whether that is the person's own, is judged where both are at hand.

use crate::model::approval_withdrawal::{WITHDRAWAL_MEANING, Withdrawal};
use crate::model::statement::Statement;
use crate::policy::trust::Trust;

use super::sshsig::{
    ApprovalError, RecordBinding, When, bind, by_person, days, is_meant, is_printed, is_stamped, within,
};
use super::verified::Verified;

/// A withdrawal whose signature, person and record were verified.
pub type VerifiedWithdrawal = Verified<Statement<Withdrawal>>;

/// Verifies one withdrawal; arguments as of [`super::sshsig::verify_approval`].
///
/// # Errors
/// [`ApprovalError`] with the first step that fails.
pub fn verify_withdrawal(
    statement: &[u8],
    armour: &[u8],
    stamp: Option<&[u8]>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> Result<VerifiedWithdrawal, ApprovalError> {
    let signed = by_person(statement, armour, stamp, trust)?;
    let withdrawal = Statement::<Withdrawal>::decode(statement)?;
    let said = &withdrawal.predicate;
    is_printed(&said.printed_name, signed.person)?;
    is_meant(&said.meaning, WITHDRAWAL_MEANING.to_owned())?;
    is_stamped(said.stamped, &signed.times)?;
    within(signed.person, &days(&signed.times, when))?;
    bind(&withdrawal, binding)?;
    Ok(signed.verified(withdrawal, statement, armour))
}
