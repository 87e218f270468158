//! Further signatures over the record: each over exactly the bytes that the first signer froze, each by another
//! signer of the trust file, in `record.<name>.sigstore.json`.

use std::collections::BTreeMap;

use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, verify};
use crate::gate::evidence::{Refused, Signed};
use crate::model::digest::Sha256Digest;
use crate::model::entry::countersigner;
use crate::model::name::EntryName;
use crate::model::record::{RECORD_SIGNED_ENTRY, Record};
use crate::model::statement::Statement;
use crate::policy::trust::StatementKind;

use super::layout::EntryMap;

/// Most further signatures; more are refused unread.
pub const MOST_COUNTERSIGNATURES: usize = 32;

/// Further signatures that count and files that do not.
#[derive(Debug, Default)]
pub struct Countersignatures {
    /// Verified, in entry order.
    pub verified: Vec<Signed<Record>>,
    /// Every other file of that name.
    pub refused: Vec<Refused>,
}

/// Verifies every further signature; like the record, each must date itself.
#[must_use]
pub fn collect(entries: &EntryMap<'_>, record: &Verified<Statement<Record>>, anchor: Anchor<'_>) -> Countersignatures {
    let mut found = Countersignatures::default();
    let mut signers = BTreeMap::from([(anchor.trust.counted(record.signer()), RECORD_SIGNED_ENTRY.to_owned())]);
    let files = entries.iter().filter(|(entry, _)| countersigner(entry).is_some());
    for (number, (entry, bytes)) in files.enumerate() {
        let judged = if number < MOST_COUNTERSIGNATURES {
            one(bytes, record, anchor)
        } else {
            Err(format!("record has more than {MOST_COUNTERSIGNATURES} further signatures"))
        };
        match judged.and_then(|statement| another(entry, &statement, &mut signers, anchor).map(|()| statement)) {
            Ok(statement) => found.verified.push(Signed { entry: entry.clone(), statement }),
            Err(reason) => found.refused.push(Refused { entry: entry.clone(), reason }),
        }
    }
    found
}

fn one(
    bytes: &[u8],
    record: &Verified<Statement<Record>>,
    anchor: Anchor<'_>,
) -> Result<Verified<Statement<Record>>, String> {
    let bundle = SigstoreBundle::decode(bytes).map_err(|error| error.to_string())?;
    let got = Sha256Digest::of(&bundle.payload);
    if got != record.payload_sha256() {
        return Err(format!("it is over another record (got {got}, expected {})", record.payload_sha256()));
    }
    verify::<Record>(bytes, StatementKind::Record, anchor).map_err(|error| error.to_string())
}

/// A signer counts once, whatever keys it has.
fn another<'t>(
    entry: &EntryName,
    statement: &Verified<Statement<Record>>,
    signers: &mut BTreeMap<&'t str, String>,
    anchor: Anchor<'t>,
) -> Result<(), String> {
    let signer = anchor.trust.signers.iter().find(|known| known.name == statement.signer());
    let counted =
        signer.map(|known| known.counted()).ok_or_else(|| "its signer is not in the trust file".to_owned())?;
    match signers.insert(counted, entry.to_string()) {
        None => Ok(()),
        Some(earlier) => {
            let by = statement.signer();
            let as_whom = if by == counted { String::new() } else { format!(", which counts as {counted:?},") };
            Err(format!("signer {by:?}{as_whom} signed the record already in {earlier} (expected another signer)"))
        }
    }
}
