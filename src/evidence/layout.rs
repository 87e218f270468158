//! Where things lie in a container, and which entries may come after the record.

use std::collections::BTreeMap;

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::name::{EntryName, NameError};
use crate::model::record::{EntryDigest, RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::seal::SEAL_ENTRY;

/// Entries of a container or of an open batch folder, by name.
pub type EntryMap<'a> = BTreeMap<EntryName, &'a [u8]>;

/// Digests of entries by name.
pub type EntryIndex = BTreeMap<EntryName, EntryDigest>;

/// Raw tag object.
pub const TAG_ENTRY: &str = "git/tag";
/// Raw commit object.
pub const COMMIT_ENTRY: &str = "git/commit";
/// Sorted tree listing.
pub const TREE_ENTRY: &str = "git/tree.txt";
/// Redacted build log.
pub const BUILD_LOG_ENTRY: &str = "evidence/build/log.txt";
/// Folder of lockfiles.
pub const LOCKFILES: &str = "evidence/lockfiles";
/// Folder of Sigstore bundles made before the record.
pub const ATTESTATIONS: &str = "attestations";
/// Folder of SBOM files.
pub const SBOMS: &str = "sbom";
/// Folder of approvals.
pub const APPROVALS: &str = "approvals";
/// Signed VSA.
pub const VERDICT_ENTRY: &str = "verdict.sigstore.json";
/// Signed per-check result.
pub const RESULT_ENTRY: &str = "result.sigstore.json";
/// First page.
pub const INDEX_ENTRY: &str = "INDEX.html";
/// Instructions for foreign eyes.
pub const HOW_TO_ENTRY: &str = "HOW-TO-VERIFY.md";
/// Digest list for `sha256sum -c`.
pub const SUMS_ENTRY: &str = "SHA256SUMS";
/// Public key of the pipeline; a convenience copy, never an anchor.
pub const PIPELINE_KEY_ENTRY: &str = "trust/pipeline.pub";

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

/// Whether an entry is made with or after the record, so that the record cannot list it.
#[must_use]
pub fn comes_after_record(name: &EntryName) -> bool {
    matches!(
        name.as_str(),
        RECORD_ENTRY
            | RECORD_SIGNED_ENTRY
            | VERDICT_ENTRY
            | RESULT_ENTRY
            | INDEX_ENTRY
            | HOW_TO_ENTRY
            | SUMS_ENTRY
            | SEAL_ENTRY
    ) || name.is_in(APPROVALS)
}

/// A name that the program itself chose.
///
/// # Errors
/// [`NameError`] when the constant part and the variable part make no entry name.
pub fn entry(name: &str) -> Result<EntryName, NameError> {
    EntryName::parse(name)
}

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
