//! Our own statements of the batch's way: record, verdict, result and seal.

use std::collections::BTreeMap;

use crate::gate::evidence::PreviousReleases;
use crate::model::addendum::Renewal;
use crate::model::batch::{BATCH_ENTRY, Batch, SchemaVersion};
use crate::model::digest::Sha256Digest;
use crate::model::entry::countersigner;
use crate::model::outcome::{CheckId, Outcome};
use crate::model::record::{
    ArtifactRecord, Attempt, ChangesSince, ConcessionRef, Quantities, RECORD_SIGNED_ENTRY, Record, ToolIdentity,
};
use crate::model::result::{CheckResult, GateResult, Verdict};
use crate::model::seal::{Seal, Status};
use crate::model::statement::{ResourceDescriptor, Statement, Subject};
use crate::model::summary::{VerificationResult, VerificationSummary, Verifier};
use crate::model::time::Timestamp;

use super::layout::{ATTESTATIONS, EntryIndex};

/// Check that is answered by signing, not by an answer inside an approval.
pub const APPROVAL_CHECK: CheckId = CheckId::new(37);

/// Check that grounds a SLSA Build level.
const PROVENANCE_CHECK: CheckId = CheckId::new(5);

/// The artifacts and `batch.json` as subjects, sorted by name.
#[must_use]
pub fn subjects(artifacts: &[ArtifactRecord], batch_sha256: Sha256Digest) -> Vec<Subject> {
    let mut subjects: Vec<Subject> =
        artifacts.iter().map(|artifact| Subject::new(artifact.name.as_str(), artifact.sha256)).collect();
    subjects.push(Subject::new(BATCH_ENTRY, batch_sha256));
    subjects.sort();
    subjects
}

/// What goes into the record beside the entries.
#[derive(Debug, Clone)]
pub struct RecordInput {
    /// The batch.
    pub batch: Batch,
    /// Digest of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The products.
    pub artifacts: Vec<ArtifactRecord>,
    /// Why they are counted as they are, in the policy's words.
    pub quantity_rationale: Option<String>,
    /// What the candidate gate said.
    pub candidate_gate: GateResult,
    /// The ledger.
    pub previous: PreviousReleases,
    /// Changes of the SBOM since the newest earlier release.
    pub sbom_changes: Option<ChangesSince>,
    /// Earlier attempts.
    pub attempts: Vec<Attempt>,
    /// Clock.
    pub created_at: Timestamp,
    /// The recording tool.
    pub tool: ToolIdentity,
}

/// The batch record over all entries made so far.
#[must_use]
pub fn record(input: RecordInput, index: &EntryIndex) -> Statement<Record> {
    let pending = pending(&input.candidate_gate).into_iter().map(|(id, _)| id).collect();
    let counted = |check: &CheckResult| {
        let check_id = check.id;
        check
            .conceded
            .iter()
            .map(move |entry| ConcessionRef { check: check_id, entry: entry.clone() })
            .collect::<Vec<_>>()
    };
    let concessions = input.candidate_gate.checks.iter().flat_map(counted).collect();
    let (first_release, previous) = match input.previous {
        PreviousReleases::Given(previous) => (false, previous),
        PreviousReleases::FirstRelease => (true, Vec::new()),
        PreviousReleases::Unknown => (false, Vec::new()),
    };
    Statement {
        subject: subjects(&input.artifacts, input.batch_sha256),
        predicate: Record {
            schema_version: SchemaVersion,
            batch: input.batch,
            created_at: input.created_at,
            tool: input.tool,
            quantities: Some(Quantities::of(&input.artifacts, input.quantity_rationale.as_deref())),
            artifacts: input.artifacts,
            entries: index.values().cloned().collect(),
            candidate_gate: input.candidate_gate,
            pending,
            first_release,
            previous,
            attempts: input.attempts,
            sbom_changes: input.sbom_changes,
            concessions,
        },
    }
}

/// Questions that people must answer inside their approvals, with their text.
#[must_use]
pub fn pending(result: &GateResult) -> Vec<(CheckId, String)> {
    result
        .checks
        .iter()
        .filter(|check| check.id != APPROVAL_CHECK)
        .filter_map(|check| match &check.conclusion {
            Outcome::NeedsHuman { question, .. } => Some((check.id, question.clone())),
            _ => None,
        })
        .collect()
}

/// The per-check result as a statement over the batch's subjects.
#[must_use]
pub fn result(result: GateResult, subject: Vec<Subject>) -> Statement<GateResult> {
    Statement { subject, predicate: result }
}

/// The SLSA VSA of the release gate.
#[must_use]
pub fn verdict(result: &GateResult, subject: Vec<Subject>, index: &EntryIndex) -> Statement<VerificationSummary> {
    let passed = result.verdict == Verdict::Passed;
    let input_attestations = index
        .values()
        .filter(|entry| {
            entry.name.is_in(ATTESTATIONS)
                || entry.name.as_str() == RECORD_SIGNED_ENTRY
                || countersigner(&entry.name).is_some()
        })
        .map(|entry| descriptor(entry.name.as_str(), entry.sha256))
        .collect();
    let policy = descriptor(crate::policy::release::POLICY_ENTRY, result.policy_sha256);
    Statement {
        subject,
        predicate: VerificationSummary {
            verifier: Verifier {
                id: "https://batchseal.dev/verifier/v1".to_owned(),
                version: BTreeMap::from([(result.tool.name.clone(), result.tool.version.clone())]),
            },
            time_verified: result.evaluated_at,
            resource_uri: format!("pkg:generic/{}@{}", result.device, result.version.as_str().replace('+', "%2B")),
            policy: ResourceDescriptor { uri: Some(policy.name.clone().unwrap_or_default()), name: None, ..policy },
            input_attestations,
            verification_result: if passed { VerificationResult::Passed } else { VerificationResult::Failed },
            verified_levels: vec![build_level(result).to_owned()],
            slsa_version: "1.0".to_owned(),
        },
    }
}

/// A key file or a local run earns Build level 1 at most; products without own provenance earn none.
fn build_level(result: &GateResult) -> &'static str {
    let recorded = result
        .checks
        .iter()
        .any(|check| check.id == PROVENANCE_CHECK && matches!(check.conclusion, Outcome::Satisfied { .. }));
    if recorded { "SLSA_BUILD_LEVEL_1" } else { "SLSA_BUILD_LEVEL_0" }
}

/// The seal over every other entry.
#[must_use]
pub fn seal(batch: &Batch, record_sha256: Sha256Digest, result: &GateResult, index: &EntryIndex) -> Statement<Seal> {
    let status = if result.verdict == Verdict::Passed { Status::Released } else { Status::Rejected };
    Statement {
        subject: index.values().map(|entry| Subject::new(entry.name.as_str(), entry.sha256)).collect(),
        predicate: Seal {
            schema_version: SchemaVersion,
            device: batch.device.name.clone(),
            version: batch.version.clone(),
            status,
            record_sha256,
            sealed_at: result.evaluated_at,
            tool: result.tool.clone(),
        },
    }
}

/// The renewal over a container, its products and its earlier addenda.
#[must_use]
pub fn renewal(batch_sha256: Sha256Digest, renewal: Renewal) -> Statement<Renewal> {
    let subject = std::iter::once(&renewal.bundle)
        .chain(renewal.addenda.last())
        .map(|covered| Subject::new(covered.name.as_str(), covered.sha256))
        .chain(std::iter::once(Subject::new(BATCH_ENTRY, batch_sha256)))
        .collect();
    Statement { subject, predicate: renewal }
}

fn descriptor(name: &str, sha256: Sha256Digest) -> ResourceDescriptor {
    ResourceDescriptor {
        name: Some(name.to_owned()),
        uri: None,
        digest: BTreeMap::from([("sha256".to_owned(), sha256.to_hex())]),
        media_type: None,
        annotations: BTreeMap::new(),
    }
}
