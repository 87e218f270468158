//! What a person must see before signing: the candidate gate evaluated anew under the person's trust file.

use crate::attestation::concession::ConcessionBinding;
use crate::gate::evidence::PreviousReleases;
use crate::model::concession::Concession;
use crate::model::name::EntryName;
use crate::model::outcome::CheckId;
use crate::model::role::Role;

use crate::policy::trust::TrustedDevice;

use super::approval::{CandidateView, TestSummary};
use super::assemble::pending;
use super::candidate::Candidate;
use super::concessions;
use super::judgement::Problem;
use super::layout::{EntryIndex, EntryMap, comes_after_record};
use super::release_gate::{Occasion, OpenBatch, candidate_gate, claimed_previous};

/// Evaluates the candidate gate again and gathers what is signed.
///
/// # Errors
/// A problem when the record waits for other answers than the gate asks for now.
pub fn view(candidate: Candidate<'_>, occasion: &Occasion) -> Result<CandidateView, Problem> {
    let record = candidate.record.predicate.clone();
    let before = |name: &&EntryName| !comes_after_record(name);
    let entries: EntryMap<'_> =
        candidate.entries.iter().filter(|(name, _)| before(name)).map(|(name, bytes)| (name.clone(), *bytes)).collect();
    let index: EntryIndex = candidate
        .index
        .iter()
        .filter(|(name, _)| before(name))
        .map(|(name, entry)| (name.clone(), entry.clone()))
        .collect();
    let open = OpenBatch {
        entries: &entries,
        index: &index,
        batch: &candidate.batch,
        batch_sha256: candidate.batch_sha256,
        artifacts: &record.artifacts,
        policy: &candidate.policy,
        device: candidate.device,
        trust: candidate.trust,
        recorded: &candidate.record.origin().times,
    };
    let concessions = counted(&candidate, &entries, &occasion.day);
    let tests = candidate.statements.tests.iter().map(TestSummary::of).collect();
    let refused = candidate.statements.refused.iter().chain(&candidate.countersignatures.refused);
    let refused = refused.map(|one| (one.entry.clone(), one.reason.clone())).collect();
    let record_signers = candidate.record_signers().map(str::to_owned).collect();
    let previous: PreviousReleases = claimed_previous(&record);
    let result = candidate_gate(&open, candidate.statements, previous, occasion);
    let pending = pending(&result);
    let asked: Vec<CheckId> = pending.iter().map(|(id, _)| *id).collect();
    if asked != record.pending {
        let sentence = format!(
            "the record waits for answers to {}, and evaluated again the gate asks {}",
            listed(&record.pending),
            listed(&asked)
        );
        return Err(Problem::new("pending-differs", crate::model::record::RECORD_ENTRY, sentence));
    }
    Ok(CandidateView {
        batch: candidate.batch,
        batch_sha256: candidate.batch_sha256,
        record_sha256: candidate.binding.record,
        record_signed_sha256: candidate.binding.record_signed,
        artifacts: record.artifacts,
        result,
        tests,
        refused,
        pending,
        first_release: record.first_release,
        previous: record.previous,
        attempts: record.attempts,
        concessions,
        unsafe_settings: candidate.trust.unsafe_settings.names(),
        required_roles: required_roles(&candidate.policy.release.approvals, candidate.device),
        persons_needed: candidate.device.approvals.clone(),
        record_signers,
        record_signers_needed: candidate.device.record_signers,
    })
}

/// The policy's roles, then those that only the trust file asks for.
#[must_use]
pub fn required_roles(policy: &[Role], device: &TrustedDevice) -> Vec<Role> {
    let more = device.approvals.keys().filter(|role| !policy.contains(role));
    policy.iter().chain(more).cloned().collect()
}

/// The concessions that the record counts on.
fn counted(candidate: &Candidate<'_>, entries: &EntryMap<'_>, day: &str) -> Vec<(EntryName, Concession)> {
    let binding = ConcessionBinding {
        batch: &candidate.batch,
        batch_sha256: candidate.batch_sha256,
        policy_sha256: candidate.policy.sha256,
    };
    let recorded = &candidate.record.predicate.concessions;
    concessions::collect(entries, binding, candidate.trust, &[day.to_owned()])
        .verified
        .into_iter()
        .filter(|(entry, _)| recorded.iter().any(|one| one.entry == *entry))
        .map(|(entry, concession)| (entry, concession.predicate.clone()))
        .collect()
}

fn listed(checks: &[CheckId]) -> String {
    let names: Vec<String> = checks.iter().map(ToString::to_string).collect();
    if names.is_empty() { "no check".to_owned() } else { names.join(", ") }
}
