//! Approvals as entries: pairing statement and signature, verifying, and naming them in order.

use std::collections::BTreeMap;

use crate::attestation::sshsig::{RecordBinding, VerifiedApproval, When, verify_approval};
use crate::gate::evidence::Refused;
use crate::model::name::EntryName;
use crate::policy::trust::Trust;

use super::layout::{APPROVALS, EntryMap, below};

/// Approvals that count and files that do not.
#[derive(Debug, Default)]
pub struct Approvals {
    /// Verified, with the entry of the statement, in entry order.
    pub verified: Vec<(EntryName, VerifiedApproval)>,
    /// Everything else under `approvals/`.
    pub refused: Vec<Refused>,
}

/// An approval as two files, before it has its place in a container.
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

/// Verifies every entry under `approvals/`; a statement without a signature or the reverse is refused.
#[must_use]
pub fn collect(entries: &EntryMap<'_>, binding: RecordBinding, trust: &Trust, when: When<'_>) -> Approvals {
    let mut approvals = Approvals::default();
    let files: BTreeMap<&EntryName, &[u8]> = below(entries, APPROVALS).collect();
    for (entry, bytes) in &files {
        let partner = |from: &str, to: &str| {
            let stem = entry.as_str().strip_suffix(from)?;
            files.iter().find(|(name, _)| name.as_str() == format!("{stem}{to}")).map(|(_, bytes)| *bytes)
        };
        let attached = [(".sshsig", "signature without its statement"), (".tsr", "stamp without its statement")];
        if let Some((extension, alone)) = attached.iter().find(|(extension, _)| entry.as_str().ends_with(extension)) {
            if partner(extension, ".json").is_none() {
                approvals.refused.push(refused(entry, alone));
            }
            continue;
        }
        match partner(".json", ".sshsig") {
            None => approvals.refused.push(refused(entry, "no statement with an SSH signature beside it")),
            Some(armour) => match verify_approval(bytes, armour, partner(".json", ".tsr"), binding, trust, when) {
                Ok(approval) => approvals.verified.push(((*entry).clone(), approval)),
                Err(error) => approvals.refused.push(refused(entry, &error.to_string())),
            },
        }
    }
    approvals
}

fn refused(entry: &EntryName, reason: &str) -> Refused {
    Refused { entry: entry.clone(), reason: reason.to_owned() }
}

/// Stem of an approval that does not count, and why.
pub type RefusedFile = (String, String);

/// Gives approvals their place: others by time of signing, the authoriser last.
///
/// # Errors
/// The stem and the reason of each file that does not verify.
pub fn place(
    files: Vec<ApprovalFile>,
    binding: RecordBinding,
    trust: &Trust,
    when: When<'_>,
) -> Result<BTreeMap<EntryName, Vec<u8>>, Vec<RefusedFile>> {
    let mut counting = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        match verify_approval(&file.statement, &file.armour, file.stamp.as_deref(), binding, trust, when) {
            Ok(approval) => counting.push((approval, file)),
            Err(error) => problems.push((file.stem, error.to_string())),
        }
    }
    counting.sort_by_key(|(approval, _)| {
        let predicate = &approval.predicate;
        (predicate.role.is_authoriser(), predicate.signed_at, approval.payload_sha256())
    });
    let mut placed = BTreeMap::new();
    for (number, (approval, file)) in counting.into_iter().enumerate() {
        let stem = format!("{APPROVALS}/{:02}-{}", number + 1, approval.predicate.role);
        let files = [("json", Some(file.statement)), ("sshsig", Some(file.armour)), ("tsr", file.stamp)];
        for (extension, bytes) in files.into_iter().filter_map(|(extension, bytes)| Some((extension, bytes?))) {
            match EntryName::parse(&format!("{stem}.{extension}")) {
                Ok(name) => {
                    placed.insert(name, bytes);
                }
                Err(error) => problems.push((file.stem.clone(), error.to_string())),
            }
        }
    }
    if problems.is_empty() { Ok(placed) } else { Err(problems) }
}
