//! Concessions as entries: pairing statement and signature, and verifying.

use crate::attestation::concession::{ConcessionBinding, VerifiedConcession, verify_concession};
use crate::gate::evidence::Refused;
use crate::model::name::EntryName;
use crate::policy::trust::Trust;

use super::layout::{CONCESSIONS, EntryMap, below, get};

/// Concessions that count and files that do not.
#[derive(Debug, Default)]
pub struct Concessions {
    /// Verified, with the entry of the statement, in entry order.
    pub verified: Vec<(EntryName, VerifiedConcession)>,
    /// Everything else under `concessions/`.
    pub refused: Vec<Refused>,
}

/// Verifies every entry under `concessions/`; a statement without a signature or the reverse is refused. `days` are the
/// days at which their signers must be valid.
#[must_use]
pub fn collect(entries: &EntryMap<'_>, binding: ConcessionBinding<'_>, trust: &Trust, days: &[String]) -> Concessions {
    let mut concessions = Concessions::default();
    for (entry, bytes) in below(entries, CONCESSIONS) {
        let text = entry.as_str();
        let refused = match (text.strip_suffix(".json"), text.strip_suffix(".sshsig")) {
            (Some(stem), _) => match get(entries, &format!("{stem}.sshsig")) {
                None => Some("no SSH signature lies beside it".to_owned()),
                Some(armour) => match verify_concession(bytes, armour, binding, trust, days) {
                    Ok(concession) => {
                        concessions.verified.push((entry.clone(), concession));
                        None
                    }
                    Err(error) => Some(error.to_string()),
                },
            },
            (None, Some(stem)) => {
                let alone = get(entries, &format!("{stem}.json")).is_none();
                alone.then(|| "signature without its statement".to_owned())
            }
            (None, None) => Some("neither a concession nor its signature".to_owned()),
        };
        concessions.refused.extend(refused.map(|reason| Refused { entry: entry.clone(), reason }));
    }
    concessions
}
