//! `SHA256SUMS`.
use crate::model::record::EntryDigest;
/// Encodes.
#[must_use]
pub fn encode(entries: &[EntryDigest]) -> String {
    entries.iter().map(|entry| format!("{}  {}\n", entry.sha256.to_hex(), entry.name)).collect()
}
