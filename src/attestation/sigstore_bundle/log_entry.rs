//! One entry of a transparency log (sigstore_rekor.proto, TransparencyLogEntry), as it stands in a bundle.

use super::wire::{CheckpointWire, HashWire, KindWire, LogEntryWire, LogIdWire, PromiseWire, ProofWire};

/// An entry of a transparency log, not verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Index in the log.
    pub log_index: u64,
    /// SHA-256 of the log's key (Rekor v1) or the checkpoint key id (Rekor v2).
    pub log_id: Vec<u8>,
    /// Kind of the entry, such as `dsse` or `hashedrekord`.
    pub kind: String,
    /// Version of the kind.
    pub version: String,
    /// Rekor v1's time, seconds since the epoch; trusted only with a promise that verifies.
    pub integrated_time: Option<i64>,
    /// Rekor v1's signed entry timestamp.
    pub promise: Option<Vec<u8>>,
    /// Proof that the entry is in the tree of a checkpoint.
    pub proof: Option<InclusionProof>,
    /// The entry as the log hashed it.
    pub body: Vec<u8>,
}

/// Proof of inclusion (RFC 6962 section 2.1.1) with the checkpoint that it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Index in the tree.
    pub log_index: u64,
    /// Root hash of the tree.
    pub root_hash: Vec<u8>,
    /// Size of the tree.
    pub tree_size: u64,
    /// Hashes from the leaf's sibling upwards.
    pub hashes: Vec<Vec<u8>>,
    /// The signed note.
    pub checkpoint: String,
}

/// Zero is left out, as protobuf's JSON mapping does.
fn text(number: u64) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

impl LogEntry {
    /// An index that is no number becomes zero; the spelling rule of the bundle then refuses it.
    pub(super) fn of_wire(wire: LogEntryWire) -> Self {
        Self {
            log_index: wire.log_index.parse().unwrap_or_default(),
            log_id: wire.log_id.key_id,
            kind: wire.kind_version.kind,
            version: wire.kind_version.version,
            integrated_time: wire.integrated_time.parse().ok(),
            promise: wire.inclusion_promise.map(|promise| promise.signed_entry_timestamp),
            proof: wire.inclusion_proof.map(|proof| InclusionProof {
                log_index: proof.log_index.parse().unwrap_or_default(),
                root_hash: proof.root_hash,
                tree_size: proof.tree_size.parse().unwrap_or_default(),
                hashes: proof.hashes.into_iter().map(|hash| hash.0).collect(),
                checkpoint: proof.checkpoint.envelope,
            }),
            body: wire.canonicalized_body,
        }
    }

    pub(super) fn to_wire(&self) -> LogEntryWire {
        LogEntryWire {
            log_index: text(self.log_index),
            log_id: LogIdWire { key_id: self.log_id.clone() },
            kind_version: KindWire { kind: self.kind.clone(), version: self.version.clone() },
            integrated_time: self.integrated_time.map(|time| time.to_string()).unwrap_or_default(),
            inclusion_promise: self
                .promise
                .as_ref()
                .map(|promise| PromiseWire { signed_entry_timestamp: promise.clone() }),
            inclusion_proof: self.proof.as_ref().map(|proof| ProofWire {
                log_index: text(proof.log_index),
                root_hash: proof.root_hash.clone(),
                tree_size: proof.tree_size.to_string(),
                hashes: proof.hashes.iter().map(|hash| HashWire(hash.clone())).collect(),
                checkpoint: CheckpointWire { envelope: proof.checkpoint.clone() },
            }),
            canonicalized_body: self.body.clone(),
        }
    }
}
