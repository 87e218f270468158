//! Amendments and withdrawals: what persons say of a sealed bundle, each verified against the roster.

use crate::attestation::person::verify_by_person;
use crate::attestation::verified::Verified;
use crate::attestation::verify::Anchor;
use crate::model::addendum::{Covered, Notice, NoticeKind};
use crate::model::statement::Statement;

use super::addenda::{AddendumFile, Surroundings};

/// Verifies an amendment or withdrawal that lies `position` addenda after the bundle.
///
/// # Errors
/// Why it does not count, as a lower-case sentence.
pub fn verified(
    file: &AddendumFile,
    position: usize,
    around: &Surroundings,
    anchor: Anchor<'_>,
) -> Result<Verified<Statement<Notice>>, String> {
    let (verified, person) = verify_by_person::<Notice>(&file.bytes, anchor).map_err(|error| error.to_string())?;
    let notice = &verified.predicate;
    if notice.kind.addendum() != file.name.kind || notice.number != file.name.number {
        return Err(format!("it was made as addendum {:02}-{}", notice.number, notice.kind.addendum().as_str()));
    }
    if notice.printed_name != person.name {
        return Err(format!("it prints the name {:?} (the roster says {:?})", notice.printed_name, person.name));
    }
    if !person.roles.contains(&notice.role) || !may_sign(notice) {
        return Err(format!("{:?} may not sign it as {}", person.name, notice.role));
    }
    if anchor.batch.is_none_or(|batch| batch.device.name != notice.device || batch.version != notice.version) {
        return Err("it names another device or version".to_owned());
    }
    if notice.reason.trim().is_empty() {
        return Err("it gives no reason".to_owned());
    }
    if !around.bundle.is_some_and(|bundle| bundle.is(&notice.bundle)) {
        return Err("it speaks of another container".to_owned());
    }
    let earlier: Vec<Covered> = around.addenda.iter().take(position).map(AddendumFile::covered).collect();
    if earlier != notice.addenda {
        return Err("it covers other addenda than those before it".to_owned());
    }
    Ok(verified)
}

/// Who released may take back; whoever is in the roster may add to the record.
fn may_sign(notice: &Notice) -> bool {
    notice.kind == NoticeKind::Amendment || notice.role.is_authoriser()
}

/// What stands before everything else, where a release was taken back.
#[must_use]
pub fn withdrawn(notice: &Verified<Statement<Notice>>) -> String {
    let stamped = notice.origin().time().map(|time| format!(", stamped {time}")).unwrap_or_default();
    let notice = &notice.predicate;
    format!(
        "it was WITHDRAWN by {} ({}) at {} by the own clock{stamped}: {}",
        notice.printed_name, notice.role, notice.signed_at, notice.reason
    )
}

/// What an amendment says, and by whom.
#[must_use]
pub fn amended(notice: &Verified<Statement<Notice>>) -> String {
    let notice = &notice.predicate;
    let documents: Vec<String> =
        notice.documents.iter().map(|covered| format!("{} {}", covered.name, covered.sha256)).collect();
    let documents = if documents.is_empty() { String::new() } else { format!("; with {}", documents.join(", ")) };
    format!(
        "amended by addendum {:02}: {} ({}) at {}: {}{documents}",
        notice.number, notice.printed_name, notice.role, notice.signed_at, notice.reason
    )
}
