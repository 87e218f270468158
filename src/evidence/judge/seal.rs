//! Step 2: the seal verifies, and its subjects are exactly all other entries.

use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, Enclosed, verify};
use crate::evidence::difference::unsealed;
use crate::evidence::judgement::Problem;
use crate::evidence::layout::{EntryIndex, EntryMap, get};
use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::seal::{SEAL_ENTRY, Seal};
use crate::model::statement::Statement;
use crate::policy::trust::{StatementKind, Trust};

use super::Notebook;

/// Step 2.
pub(super) fn step_seal(
    entries: &EntryMap<'_>,
    index: &EntryIndex,
    trust: &Trust,
    day: &str,
    notebook: &mut Notebook,
) -> Option<Verified<Statement<Seal>>> {
    let title = "seal covers every other entry";
    let (Some(bytes), Some(batch)) = (get(entries, SEAL_ENTRY), get(entries, BATCH_ENTRY)) else {
        let problem = Problem::new("missing", SEAL_ENTRY, "there is no seal to judge by");
        notebook.step(title, Vec::new(), vec![problem]);
        return None;
    };
    let read = json::decode::<Batch>(batch).ok();
    let batch_sha256 = Sha256Digest::of(batch);
    let anchor = Anchor { trust, batch_sha256, batch: read.as_ref(), day, enclosed: Enclosed::No };
    match verify::<Seal>(bytes, StatementKind::Seal, anchor) {
        Err(error) => {
            // A differing batch.json is reported as a difference below, which says more.
            let mut problems =
                vec![Problem::new("seal-not-verified", SEAL_ENTRY, format!("seal does not verify: {error}"))];
            problems.extend(unsealed_differences(bytes, index));
            notebook.step(title, Vec::new(), problems);
            None
        }
        Ok(seal) => {
            let problems = unsealed(&seal, index);
            let held = vec![format!("sealed by {} over {} entries", seal.signer(), seal.subject.len())];
            notebook.step(title, held, problems);
            Some(seal)
        }
    }
}

/// What the seal's unverified words would say: only to name the entry that was touched.
fn unsealed_differences(bytes: &[u8], index: &EntryIndex) -> Vec<Problem> {
    let payload = SigstoreBundle::decode(bytes).map(|bundle| bundle.payload);
    payload
        .ok()
        .and_then(|payload| Statement::<Seal>::decode(&payload).ok())
        .map(|seal| unsealed(&seal, index))
        .unwrap_or_default()
}
