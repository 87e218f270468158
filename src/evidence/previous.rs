//! An earlier sealed release, read for the ledger: seal and record must verify.

use std::collections::BTreeSet;

use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, Enclosed, verify};
use crate::gate::checks::labeling_released::LABELING;
use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::record::{ChangesSince, PreviousRelease, RECORD_SIGNED_ENTRY, Record};
use crate::model::seal::{SEAL_ENTRY, Seal, Status};
use crate::model::statement::Statement;
use crate::model::time::Timestamp;
use crate::policy::trust::{StatementKind, Trust};
use crate::sbom::diff;
use crate::sbom::document::Document;
use crate::sbom::inventory::Inventory;

use super::difference::unsealed;
use super::judgement::Problem;
use super::layout::{EntryMap, SBOM_ENTRY, get, index};
use super::statements::collect;

/// An earlier release whose seal and record verify.
#[derive(Debug)]
pub struct Earlier {
    /// Its line in the ledger.
    pub release: PreviousRelease,
    /// When its record was made, by its pipeline's clock.
    pub created_at: Timestamp,
    /// Its SBOM, which the seal covers.
    pub sbom: Option<Vec<u8>>,
}

/// Changes of an SBOM since the newest of the earlier releases; `None` where one of the two cannot be read.
#[must_use]
pub fn changes(earlier: &[Earlier], sbom: &[u8]) -> Option<ChangesSince> {
    let newest = earlier.iter().max_by_key(|earlier| earlier.created_at)?;
    let old = newest.sbom.as_deref()?;
    let read = |bytes| Document::parse(bytes).ok().map(|document| Inventory::from(&document));
    let changes = diff::changes(&read(old)?, &read(sbom)?);
    Some(ChangesSince { version: newest.release.version.clone(), sbom_sha256: Sha256Digest::of(old), changes })
}

/// Reads a sealed bundle.
///
/// # Errors
/// The first problem: seal or record missing or not verified, or an entry that the seal does not cover.
pub fn read(entries: EntryMap<'_>, bundle_sha256: Sha256Digest, trust: &Trust, day: &str) -> Result<Earlier, Problem> {
    let need = |name: &str| {
        get(&entries, name).ok_or_else(|| Problem::new("missing", name, format!("entry {name} is missing")))
    };
    let batch_bytes = need(BATCH_ENTRY)?;
    let batch = json::decode::<Batch>(batch_bytes).ok();
    let batch_sha256 = Sha256Digest::of(batch_bytes);
    let anchor = Anchor { trust, batch_sha256, batch: batch.as_ref(), day, enclosed: Enclosed::No };
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
    let release = PreviousRelease {
        device: batch.device.name.clone(),
        version: batch.version.clone(),
        bundle_sha256,
        artifacts: record.predicate.artifacts.clone(),
        // What was rejected is no point to count approved changes from.
        commit: (seal.predicate.status == Status::Released).then(|| batch.commit.clone()),
        udi: batch.udi.clone(),
        labeling: Some(labeling(&entries, anchor, &record)),
    };
    let sbom = get(&entries, SBOM_ENTRY).map(<[u8]>::to_vec);
    Ok(Earlier { release, created_at: record.predicate.created_at, sbom })
}

/// Digests of the labeling that a sealed bundle holds: those of its signed documents whose bytes are there as signed.
fn labeling(entries: &EntryMap<'_>, anchor: Anchor<'_>, record: &Verified<Statement<Record>>) -> Vec<Sha256Digest> {
    let statements = collect(entries, Anchor { enclosed: Enclosed::by(record), ..anchor });
    let documents = statements.documents.iter().map(|signed| &signed.statement.predicate);
    let labels = documents.filter(|document| document.kind == LABELING).map(|document| &document.content);
    let kept = labels.filter(|content| {
        get(entries, content.entry.as_str()).is_some_and(|bytes| Sha256Digest::of(bytes) == content.sha256)
    });
    let digests: BTreeSet<Sha256Digest> = kept.map(|content| content.sha256).collect();
    digests.into_iter().collect()
}
