//! An earlier sealed release, read for the ledger: seal and record must verify.

use crate::attestation::verify::{Anchor, verify};
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::record::{PreviousRelease, RECORD_SIGNED_ENTRY, Record};
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::policy::trust::{StatementKind, Trust};

use super::difference::unsealed;
use super::judgement::Problem;
use super::layout::{EntryMap, get, index};

/// Reads a sealed bundle as a line of the ledger.
///
/// # Errors
/// The first problem: seal or record missing or not verified, or an entry that the seal does not cover.
pub fn read(
    entries: EntryMap<'_>,
    bundle_sha256: Sha256Digest,
    trust: &Trust,
    day: &str,
) -> Result<PreviousRelease, Problem> {
    let need = |name: &str| {
        get(&entries, name).ok_or_else(|| Problem::new("missing", name, format!("entry {name} is missing")))
    };
    let anchor = Anchor { trust, batch_sha256: Sha256Digest::of(need(BATCH_ENTRY)?), day };
    let refused = |name: &'static str| {
        move |error: crate::attestation::verify::VerificationError| {
            Problem::new("not-verified", name, error.to_string())
        }
    };
    let seal = verify::<Seal>(need(SEAL_ENTRY)?, StatementKind::Seal, anchor).map_err(refused(SEAL_ENTRY))?;
    let record = verify::<Record>(need(RECORD_SIGNED_ENTRY)?, StatementKind::Record, anchor)
        .map_err(refused(RECORD_SIGNED_ENTRY))?;
    if let Some(problem) = unsealed(&seal, &index(&entries)).into_iter().next() {
        return Err(problem);
    }
    if seal.predicate.record_sha256 != record.payload_sha256() {
        return Err(Problem::new("seal-of-other-record", SEAL_ENTRY, "the seal names another record"));
    }
    let batch = &record.predicate.batch;
    Ok(PreviousRelease {
        device: batch.device.name.clone(),
        version: batch.version.clone(),
        bundle_sha256,
        artifacts: record.predicate.artifacts.clone(),
    })
}
