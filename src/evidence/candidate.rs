//! Opening a candidate (or the candidate inside a sealed bundle) as the verifier sees it.
//!
//! 1. `batch.json` is read; its device and purpose are accepted by the trust file;
//! 2. `policy/batchseal.toml` is read; its digest and its device facts are accepted;
//! 3. `record.sigstore.json` verifies, `record.json` is exactly its payload;
//! 4. the record speaks of this batch and of its own subjects;
//! 5. every entry that the record lists is there unchanged, and nothing else but what comes after it;
//! 6. every further signature over the record and every attestation verifies.

use std::collections::BTreeMap;

use crate::attestation::sshsig::RecordBinding;
use crate::attestation::verified::Verified;
use crate::attestation::verify::{Anchor, Enclosed, verify};
use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::record::{ArtifactRecord, RECORD_ENTRY, RECORD_SIGNED_ENTRY, Record};
use crate::model::statement::Statement;
use crate::policy::release::{POLICY_ENTRY, Policy};
use crate::policy::trust::{StatementKind, Trust, TrustedDevice};

use super::countersignatures::{self, Countersignatures};
use super::difference::compare;
use super::judgement::Problem;
use super::layout::{EntryIndex, EntryMap, PIPELINE_KEY_ENTRY, comes_after_record, get};
use super::statements::{Statements, collect};

/// A candidate whose record, entries and attestations verified.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// All entries, those after the record too.
    pub entries: EntryMap<'a>,
    /// Their digests.
    pub index: EntryIndex,
    /// `batch.json`.
    pub batch: Batch,
    /// Its digest.
    pub batch_sha256: Sha256Digest,
    /// The policy in force.
    pub policy: Policy,
    /// The device as the trust file knows it.
    pub device: &'a TrustedDevice,
    /// The trust file.
    pub trust: &'a Trust,
    /// The signed record.
    pub record: Verified<Statement<Record>>,
    /// Further signatures over the same record.
    pub countersignatures: Countersignatures,
    /// What approvals must be bound to.
    pub binding: RecordBinding,
    /// Verified attestations.
    pub statements: Statements,
}

impl Candidate<'_> {
    /// Everybody who signed the record, the first signer first.
    pub fn record_signers(&self) -> impl Iterator<Item = &str> {
        let further = self.countersignatures.verified.iter().map(|signed| signed.statement.signer());
        std::iter::once(self.record.signer()).chain(further)
    }

    /// The products that the signed record lists.
    #[must_use]
    pub fn artifacts(&self) -> &[ArtifactRecord] {
        &self.record.predicate.artifacts
    }
}

/// Batch, policy and trust agreeing on one device: steps 1 and 2.
#[derive(Debug)]
pub struct Frame<'a> {
    /// `batch.json`.
    pub batch: Batch,
    /// Its digest.
    pub batch_sha256: Sha256Digest,
    /// The policy in force.
    pub policy: Policy,
    /// The device as the trust file knows it.
    pub device: &'a TrustedDevice,
}

/// Steps 1 and 2.
///
/// # Errors
/// Every problem found; nothing is judged further then.
pub fn frame<'a>(entries: &EntryMap<'_>, trust: &'a Trust) -> Result<Frame<'a>, Vec<Problem>> {
    let batch_bytes = required(entries, BATCH_ENTRY)?;
    let batch: Batch = json::decode(batch_bytes).map_err(|error| unreadable(BATCH_ENTRY, &error))?;
    let policy_bytes = required(entries, POLICY_ENTRY)?;
    let policy = Policy::parse(policy_bytes, POLICY_ENTRY).map_err(|error| unreadable(POLICY_ENTRY, &error))?;
    let Some(device) = trust.device(&batch.device.name) else {
        let sentence = format!("device {} is not in the trust file", batch.device.name);
        return Err(vec![Problem::new("unknown-device", batch.device.name.as_str(), sentence)]);
    };
    let problems = frame_problems(&batch, &policy, device);
    if problems.is_empty() {
        Ok(Frame { batch, batch_sha256: Sha256Digest::of(batch_bytes), policy, device })
    } else {
        Err(problems)
    }
}

fn frame_problems(batch: &Batch, policy: &Policy, device: &TrustedDevice) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !device.allow_purpose.contains(&batch.purpose) {
        let allowed: Vec<&str> = device.allow_purpose.iter().map(|purpose| purpose.as_str()).collect();
        let sentence = format!(
            "batch was made for purpose {} (the trust file allows {})",
            batch.purpose.as_str(),
            allowed.join(", ")
        );
        problems.push(Problem::new("purpose-not-allowed", BATCH_ENTRY, sentence));
    }
    if !device.policies.contains(&policy.sha256) {
        let sentence = format!("policy {} is not accepted by the trust file", policy.sha256);
        problems.push(Problem::new("policy-not-accepted", POLICY_ENTRY, sentence));
    }
    if policy.device.facts != device.facts {
        let differing = policy.device.facts.differences(&device.facts);
        let verb = if differing.len() == 1 { "fact differs" } else { "facts differ" };
        let sentence = format!("device {verb} from the trust file's: {}", differing.join(", "));
        problems.push(Problem::new("device-facts-differ", POLICY_ENTRY, sentence));
    }
    if !policy.is_origin_of(batch) {
        let sentence = "batch.json does not follow from the policy and its tag".to_owned();
        problems.push(Problem::new("batch-not-from-policy", BATCH_ENTRY, sentence));
    }
    problems
}

/// Opens a candidate; `day` (`YYYY-MM-DD`, UTC) is the day at which keys must be valid.
///
/// # Errors
/// Every problem found in steps 1 to 5. Attestations that do not verify (step 6) are kept as
/// refused, so that the gate fails by name.
pub fn open<'a>(
    entries: EntryMap<'a>,
    index: EntryIndex,
    trust: &'a Trust,
    day: &str,
) -> Result<Candidate<'a>, Vec<Problem>> {
    let Frame { batch, batch_sha256, policy, device } = frame(&entries, trust)?;
    let anchor = Anchor { trust, batch_sha256, batch: Some(&batch), day, enclosed: Enclosed::No };
    let signed = required(&entries, RECORD_SIGNED_ENTRY)?;
    let record = verify::<Record>(signed, StatementKind::Record, anchor)
        .map_err(|error| vec![Problem::new("record-not-verified", RECORD_SIGNED_ENTRY, error.to_string())])?;
    let binding = RecordBinding { record: record.payload_sha256(), record_signed: record.bundle_sha256() };
    let mut problems = record_problems(&record, &batch, required(&entries, RECORD_ENTRY)?);
    problems.extend(entry_problems(&record.predicate, &index));
    problems.extend(key_problem(&entries, trust, record.signer()));
    if !problems.is_empty() {
        return Err(problems);
    }
    let countersignatures = countersignatures::collect(&entries, &record, anchor);
    let statements = collect(&entries, Anchor { enclosed: Enclosed::by(&record), ..anchor });
    Ok(Candidate {
        entries,
        index,
        batch,
        batch_sha256,
        policy,
        device,
        trust,
        record,
        countersignatures,
        binding,
        statements,
    })
}

fn record_problems(record: &Verified<Statement<Record>>, batch: &Batch, plain: &[u8]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if Sha256Digest::of(plain) != record.payload_sha256() {
        let sentence = "record.json is not the payload of record.sigstore.json".to_owned();
        problems.push(Problem::new("record-differs", RECORD_ENTRY, sentence));
    }
    if record.predicate.batch != *batch {
        let sentence = "the record speaks of another batch than batch.json".to_owned();
        problems.push(Problem::new("record-of-other-batch", RECORD_ENTRY, sentence));
    }
    let listed: BTreeMap<String, Sha256Digest> =
        record.predicate.artifacts.iter().map(|artifact| (artifact.name.to_string(), artifact.sha256)).collect();
    let subjects: BTreeMap<String, Sha256Digest> = record
        .subject
        .iter()
        .filter(|subject| subject.name != BATCH_ENTRY)
        .map(|subject| (subject.name.clone(), subject.digest.sha256()))
        .collect();
    if listed != subjects || listed.len() != record.predicate.artifacts.len() || listed.is_empty() {
        let sentence = "the record's artifacts are not its subjects".to_owned();
        problems.push(Problem::new("record-subjects-differ", RECORD_ENTRY, sentence));
    }
    problems
}

/// The convenience copy of the pipeline's key must be the key that signed the record.
fn key_problem(entries: &EntryMap<'_>, trust: &Trust, signer: &str) -> Option<Problem> {
    let copy = get(entries, PIPELINE_KEY_ENTRY)?;
    let known = trust.signers.iter().find(|known| known.name == signer)?;
    if known.identity.key().is_some_and(|key| key.to_pem().as_bytes() == copy) {
        return None;
    }
    let sentence = format!("{PIPELINE_KEY_ENTRY} is not the key that signed the record");
    Some(Problem::new("foreign-key-copy", PIPELINE_KEY_ENTRY, sentence))
}

fn entry_problems(record: &Record, index: &EntryIndex) -> Vec<Problem> {
    let expected = record.entries.iter().map(|entry| (entry.name.to_string(), entry.sha256)).collect();
    let given = index
        .values()
        .filter(|entry| !comes_after_record(&entry.name))
        .map(|entry| (entry.name.to_string(), entry.sha256))
        .collect();
    compare(&expected, &given).iter().map(|difference| difference.problem("entry", "the record")).collect()
}

fn required<'a>(entries: &EntryMap<'a>, name: &str) -> Result<&'a [u8], Vec<Problem>> {
    get(entries, name).ok_or_else(|| vec![Problem::new("missing", name, format!("entry {name} is missing"))])
}

fn unreadable(name: &str, error: &dyn std::error::Error) -> Vec<Problem> {
    vec![Problem::new("unreadable", name, format!("{name} cannot be read: {error}"))]
}
