//! Gathers what is there into the gate's evidence and evaluates, before and after the people.

use std::collections::BTreeMap;

use crate::attestation::concession::ConcessionBinding;
use crate::attestation::sigstore::TrustedTime;
use crate::gate::evaluate;
use crate::gate::evidence::{Evidence, GitEvidence, PreviousReleases, ReleaseEvidence};
use crate::gate::registry;
use crate::model::batch::{Batch, SchemaVersion};
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::model::record::{ArtifactRecord, Record, ToolIdentity};
use crate::model::result::{GateResult, Stage};
use crate::model::seal::Seal;
use crate::model::statement::Statement;
use crate::model::time::Timestamp;
use crate::policy::release::Policy;
use crate::policy::trust::{Trust, TrustedDevice};

use super::approvals::Approvals;
use super::candidate::Candidate;
use super::concessions;
use super::layout::{
    COMMIT_ENTRY, COMMITS_ENTRY, EVIDENCE, EntryIndex, EntryMap, LOCKFILES, SBOMS, TAG_ENTRY, TREE_ENTRY, below, get,
};
use super::statements::Statements;

/// What the candidate gate looks at: an open batch before its record.
#[derive(Debug)]
pub struct OpenBatch<'a> {
    /// Entries so far.
    pub entries: &'a EntryMap<'a>,
    /// Their digests.
    pub index: &'a EntryIndex,
    /// `batch.json`.
    pub batch: &'a Batch,
    /// Its digest.
    pub batch_sha256: Sha256Digest,
    /// The products, measured.
    pub artifacts: &'a [ArtifactRecord],
    /// The policy.
    pub policy: &'a Policy,
    /// The device as the trust file knows it.
    pub device: &'a TrustedDevice,
    /// The trust file, or the pipeline's view of itself.
    pub trust: &'a Trust,
    /// Times that others than its signer vouch for, of the record that exists already.
    pub recorded: &'a [TrustedTime],
}

/// Who judges, when.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// Clock of the judging machine, or the seal's time when verifying.
    pub now: Timestamp,
    /// Day (`YYYY-MM-DD`, UTC) at which persons must be valid where nothing dates what they signed.
    pub day: String,
    /// The judging tool.
    pub tool: ToolIdentity,
}

/// Runs the candidate gate.
#[must_use]
pub fn candidate_gate(
    open: &OpenBatch<'_>,
    statements: Statements,
    previous: PreviousReleases,
    occasion: &Occasion,
) -> GateResult {
    let days = days(open.recorded, &occasion.day);
    let binding =
        ConcessionBinding { batch: open.batch, batch_sha256: open.batch_sha256, policy_sha256: open.policy.sha256 };
    let concessions = concessions::collect(open.entries, binding, open.trust, &days);
    let evidence = Evidence {
        stage: Stage::Candidate,
        batch: open.batch,
        batch_sha256: open.batch_sha256,
        artifacts: open.artifacts,
        policy: open.policy,
        device: open.device,
        trust: open.trust,
        entries: open.index,
        provenance: statements.provenance,
        sboms: statements.sboms,
        tests: statements.tests,
        scans: statements.scans,
        documents: statements.documents,
        refused: [statements.refused, concessions.refused].concat(),
        concessions: concessions.verified,
        git: git(open.entries),
        lockfiles: raw(open.entries, LOCKFILES),
        files: raw(open.entries, EVIDENCE),
        sbom_files: raw(open.entries, SBOMS),
        days,
        previous,
        release: None,
    };
    result(&evidence, occasion)
}

/// Runs the release gate over a candidate and its approvals.
#[must_use]
pub fn release_gate(
    candidate: Candidate<'_>,
    approvals: Approvals,
    seal: Option<&Statement<Seal>>,
    occasion: &Occasion,
) -> GateResult {
    let artifacts = candidate.record.predicate.artifacts.clone();
    let previous = claimed_previous(&candidate.record.predicate);
    let index: EntryIndex =
        candidate.index.into_iter().filter(|(name, _)| name.as_str() != crate::model::seal::SEAL_ENTRY).collect();
    let days = days(&candidate.record.origin().times, &occasion.day);
    let binding = ConcessionBinding {
        batch: &candidate.batch,
        batch_sha256: candidate.batch_sha256,
        policy_sha256: candidate.policy.sha256,
    };
    let concessions = concessions::collect(&candidate.entries, binding, candidate.trust, &days);
    let evidence = Evidence {
        stage: Stage::Release,
        batch: &candidate.batch,
        batch_sha256: candidate.batch_sha256,
        artifacts: &artifacts,
        policy: &candidate.policy,
        device: candidate.device,
        trust: candidate.trust,
        entries: &index,
        provenance: candidate.statements.provenance,
        sboms: candidate.statements.sboms,
        tests: candidate.statements.tests,
        scans: candidate.statements.scans,
        documents: candidate.statements.documents,
        refused: [candidate.statements.refused, concessions.refused].concat(),
        concessions: concessions.verified,
        git: git(&candidate.entries),
        lockfiles: raw(&candidate.entries, LOCKFILES),
        files: raw(&candidate.entries, EVIDENCE),
        sbom_files: raw(&candidate.entries, SBOMS),
        days,
        previous,
        release: Some(ReleaseEvidence {
            record: candidate.record,
            approvals: approvals.verified,
            withdrawn: approvals.withdrawn,
            countersignatures: candidate.countersignatures.verified,
            refused_countersignatures: candidate.countersignatures.refused,
            refused_approvals: approvals.refused,
            seal,
            now: occasion.now,
        }),
    };
    result(&evidence, occasion)
}

/// The ledger as the signed record states it.
#[must_use]
pub fn claimed_previous(record: &Record) -> PreviousReleases {
    if !record.previous.is_empty() {
        PreviousReleases::Given(record.previous.clone())
    } else if record.first_release {
        PreviousReleases::FirstRelease
    } else {
        PreviousReleases::Unknown
    }
}

/// What the record lists existed when the record was dated.
fn days(recorded: &[TrustedTime], day: &str) -> Vec<String> {
    if recorded.is_empty() {
        return vec![day.to_owned()];
    }
    recorded.iter().map(|recorded| recorded.time.in_utc().date()).collect()
}

fn git<'a>(entries: &EntryMap<'a>) -> GitEvidence<'a> {
    GitEvidence {
        tag: get(entries, TAG_ENTRY),
        commit: get(entries, COMMIT_ENTRY),
        commits: get(entries, COMMITS_ENTRY),
        tree: get(entries, TREE_ENTRY),
    }
}

fn raw<'a>(entries: &EntryMap<'a>, folder: &str) -> BTreeMap<EntryName, &'a [u8]> {
    below(entries, folder).map(|(name, bytes)| (name.clone(), bytes)).collect()
}

fn result(evidence: &Evidence<'_>, occasion: &Occasion) -> GateResult {
    let checks = evaluate::evaluate(evidence);
    GateResult {
        schema_version: SchemaVersion,
        stage: evidence.stage,
        device: evidence.batch.device.name.clone(),
        version: evidence.batch.version.clone(),
        verdict: evaluate::verdict(evidence, &checks),
        evaluated_at: occasion.now,
        policy_sha256: evidence.policy.sha256,
        trust_sha256: evidence.trust.sha256,
        trust_serial: evidence.trust.serial,
        unsafe_settings: evidence.trust.unsafe_settings.names(),
        tool: occasion.tool.clone(),
        checks,
        not_judged: registry::not_judged(),
    }
}

#[cfg(test)]
mod tests {
    use crate::attestation::sigstore::{TimeSource, TrustedTime};
    use crate::model::time::Timestamp;

    use super::days;

    #[test]
    fn the_records_trusted_times_count_and_the_day_only_without_them() {
        let stamped = |time: &str| TrustedTime {
            source: TimeSource::Stamp,
            anchor: "authority".to_owned(),
            time: Timestamp::parse(time).expect("time"),
            until: None,
        };
        assert_eq!(days(&[], "2030-01-01"), ["2030-01-01"]);
        let times = [stamped("2026-11-23T23:30:00-05:00"), stamped("2026-11-23T12:00:00Z")];
        assert_eq!(days(&times, "2030-01-01"), ["2026-11-24", "2026-11-23"]);
    }
}
