//! Where things lie in a container, and which entries may come after the record.

use std::collections::BTreeMap;

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::record::{EntryDigest, RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::seal::SEAL_ENTRY;

/// Entries of a container or of an open batch folder, by name.
pub type EntryMap<'a> = BTreeMap<EntryName, &'a [u8]>;

/// Digests of entries by name.
pub type EntryIndex = BTreeMap<EntryName, EntryDigest>;

pub use crate::model::entry::{
    APPROVALS, ATTESTATIONS, BUILD_LOG_ENTRY, COMMIT_ENTRY, CONCESSIONS, EVIDENCE, HOW_TO_ENTRY, INDEX_ENTRY,
    LOCKFILES, PIPELINE_KEY_ENTRY, RESULT_ENTRY, SBOM_ENTRY, SBOM_SIGNED_ENTRY, SBOMS, SUMS_ENTRY, TAG_ENTRY,
    TREE_ENTRY, VERDICT_ENTRY, comes_after_record,
};

/// The record and its attestation: all that a candidate has beyond an open batch.
pub const RECORD_ENTRIES: [&str; 2] = [RECORD_ENTRY, RECORD_SIGNED_ENTRY];

/// Entries that every sealed container has.
pub const REQUIRED_WHEN_SEALED: [&str; 10] = [
    BATCH_ENTRY,
    RECORD_ENTRY,
    RECORD_SIGNED_ENTRY,
    crate::policy::release::POLICY_ENTRY,
    VERDICT_ENTRY,
    RESULT_ENTRY,
    INDEX_ENTRY,
    HOW_TO_ENTRY,
    SUMS_ENTRY,
    SEAL_ENTRY,
];

/// Digests and sizes of all entries.
#[must_use]
pub fn index(entries: &EntryMap<'_>) -> EntryIndex {
    use rayon::prelude::*;
    let digests: Vec<EntryDigest> = entries
        .par_iter()
        .map(|(name, bytes)| EntryDigest {
            name: name.clone(),
            sha256: Sha256Digest::of(bytes),
            size: bytes.len() as u64,
        })
        .collect();
    digests.into_iter().map(|digest| (digest.name.clone(), digest)).collect()
}

/// The bytes of an entry named by a constant.
#[must_use]
pub fn get<'a>(entries: &EntryMap<'a>, name: &str) -> Option<&'a [u8]> {
    entries.iter().find(|(entry, _)| entry.as_str() == name).map(|(_, bytes)| *bytes)
}

/// All entries below a folder.
pub fn below<'m, 'a>(entries: &'m EntryMap<'a>, folder: &'m str) -> impl Iterator<Item = (&'m EntryName, &'a [u8])> {
    entries.iter().filter(move |(name, _)| name.is_in(folder)).map(|(name, bytes)| (name, *bytes))
}
