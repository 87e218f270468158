//! Names of the entries of a batch, each said once.

use super::name::EntryName;
use super::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use super::seal::SEAL_ENTRY;

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
/// The device's SBOM.
pub const SBOM_ENTRY: &str = "sbom/device.cdx.json";
/// Its attestation.
pub const SBOM_SIGNED_ENTRY: &str = "attestations/sbom-device.sigstore.json";
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

/// Entries that come into being after the record, beside the approvals; the seal binds them.
pub const AFTER_RECORD: [&str; 5] = [VERDICT_ENTRY, RESULT_ENTRY, INDEX_ENTRY, HOW_TO_ENTRY, SUMS_ENTRY];

/// Whether an entry is made with or after the record, so that the record cannot list it.
#[must_use]
pub fn comes_after_record(name: &EntryName) -> bool {
    let text = name.as_str();
    AFTER_RECORD.contains(&text)
        || [RECORD_ENTRY, RECORD_SIGNED_ENTRY, SEAL_ENTRY].contains(&text)
        || name.is_in(APPROVALS)
}
