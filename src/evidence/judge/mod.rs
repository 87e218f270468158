//! Judges a whole sealed release, in this order. Every step is written down, held or not.
//!
//! 1. the container was read strictly (by the caller) and has the entries every release has;
//! 2. the seal verifies, and its subjects are exactly all other entries;
//! 3. the batch, its policy and its record are accepted by the trust file and agree;
//! 4. every attestation verifies;
//! 5. every approval verifies for exactly this record;
//! 6. trusted time, or the verifier's leave to do without;
//! 7. what dates the evidence still holds on the day asked about, by itself or by renewals;
//! 8. the release gate, evaluated again, gives the verdict that was signed;
//! 9. the digest list for foreign eyes tells the truth;
//! 10. the files given are the products;
//! 11. the ledger of earlier releases, where the verifier gave one.

use std::collections::BTreeMap;

use crate::model::batch::Batch;
use crate::model::digest::Sha256Digest;
use crate::model::record::{ArtifactRecord, PreviousRelease, RECORD_SIGNED_ENTRY, ToolIdentity};
use crate::model::result::GateResult;
use crate::model::seal::{SEAL_ENTRY, Seal, Status};
use crate::model::statement::Statement;
use crate::model::text::counted;
use crate::model::time::Timestamp;
use crate::policy::trust::Trust;

use crate::attestation::sshsig::When;
use crate::evidence::addenda::Surroundings;
use crate::evidence::answer;
use crate::evidence::approvals::{self, Approvals};
use crate::evidence::candidate::{self, Candidate};
use crate::evidence::judgement::{
    JUDGEMENT_SCHEMA, Judgement, PersonSignature, Problem, Step, TrustIdentity, VerifiedSignature, WithdrawnSignature,
};
use crate::evidence::layout::{EntryMap, REQUIRED_WHEN_SEALED, SUMS_ENTRY, get, index};
use crate::evidence::sums;
use crate::gate::evidence::Signed;

mod files;
mod gate;
mod horizon;
mod seal;
mod time;

/// The files that the verifier holds beside the bundle.
#[derive(Debug, Clone)]
pub enum Files {
    /// None, by the verifier's own wish.
    BundleOnly,
    /// These must be exactly the products.
    Whole(BTreeMap<String, Sha256Digest>),
    /// Each of these must be a product; others may be absent, by the verifier's own wish.
    Partial(BTreeMap<String, Sha256Digest>),
}

/// Everything the judge is asked about.
#[derive(Debug)]
pub struct Question<'a> {
    /// Entries of a container that was read strictly.
    pub entries: EntryMap<'a>,
    /// SHA-256 of the container's bytes.
    pub bundle_sha256: Sha256Digest,
    /// The verifier's trust file.
    pub trust: &'a Trust,
    /// Day at which keys must be valid while there is no trusted time: today, or `--at`.
    pub day: String,
    /// Files beside the bundle.
    pub files: Files,
    /// Addenda beside the bundle, and what they cover, measured.
    pub around: Surroundings,
    /// Earlier releases that the verifier gave and whose seals verified.
    pub previous: Option<Vec<PreviousRelease>>,
    /// The judging tool.
    pub tool: ToolIdentity,
}

/// Collects steps while judging.
struct Notebook {
    steps: Vec<Step>,
}

impl Notebook {
    fn step(&mut self, title: &'static str, held: Vec<String>, problems: Vec<Problem>) -> bool {
        let sound = problems.is_empty();
        self.steps.push(Step { number: self.steps.len() + 1, title, held, problems });
        sound
    }
}

/// What is known when the judging ends.
#[derive(Default)]
struct Known {
    batch: Option<Batch>,
    artifacts: Vec<ArtifactRecord>,
    gate: Option<GateResult>,
    people: Vec<PersonSignature>,
    withdrawals: Vec<WithdrawnSignature>,
    signatures: Vec<VerifiedSignature>,
    status: Option<Status>,
    good_until: Option<Timestamp>,
}

/// Judges.
#[must_use]
pub fn judge(question: Question<'_>) -> Judgement {
    let mut notebook = Notebook { steps: Vec::new() };
    let mut known = Known::default();
    let trust = question.trust;
    let not_judged = not_judged(&question);
    let bundle_sha256 = question.bundle_sha256;
    walk(question, &mut notebook, &mut known);
    let answer = answer::fold(&notebook.steps, known.gate.as_ref(), known.status);
    Judgement {
        schema_version: JUDGEMENT_SCHEMA,
        answer,
        sentence: answer::sentence(answer, known.batch.as_ref(), &known.people, &notebook.steps),
        bundle_sha256,
        batch: known.batch,
        artifacts: known.artifacts,
        steps: notebook.steps,
        checks: known.gate.map(|gate| gate.checks).unwrap_or_default(),
        people: known.people,
        withdrawals: known.withdrawals,
        signatures: known.signatures,
        unsafe_settings: trust.unsafe_settings.names(),
        trust: TrustIdentity { sha256: trust.sha256, serial: trust.serial },
        good_until: known.good_until,
        not_judged,
    }
}

fn walk(question: Question<'_>, notebook: &mut Notebook, known: &mut Known) {
    let Question { entries, trust, day, files, around, previous, tool, .. } = question;
    let missing = REQUIRED_WHEN_SEALED
        .iter()
        .filter(|name| get(&entries, name).is_none())
        .map(|name| Problem::new("missing", *name, format!("entry {name} is missing")))
        .collect();
    notebook.step("container is complete", vec![format!("{} entries in canonical form", entries.len())], missing);
    let index = index(&entries);
    let seal = seal::step_seal(&entries, &index, trust, &day, notebook);
    let sealed_at = seal.as_ref().and_then(|seal| seal.origin().time());
    known.signatures.extend(seal.iter().map(|seal| VerifiedSignature::of(SEAL_ENTRY, seal)));
    known.status = seal.as_ref().map(|seal| seal.predicate.status);
    let candidate = match candidate::open(entries, index, trust, &day) {
        Ok(candidate) => candidate,
        Err(problems) => {
            notebook.step("batch, policy and record agree", Vec::new(), problems);
            return;
        }
    };
    known.batch = Some(candidate.batch.clone());
    known.artifacts = candidate.artifacts().to_vec();
    step_record(&candidate, seal.as_deref(), notebook);
    step_attestations(&candidate, notebook);
    let between = candidate.record.origin().time().zip(sealed_at);
    let approvals = approvals::collect(&candidate.entries, candidate.binding, trust, When { day: &day, between });
    known.people = approvals.verified.iter().map(|(entry, approval)| PersonSignature::of(entry, approval)).collect();
    known.withdrawals = approvals.withdrawn.iter().map(WithdrawnSignature::of).collect();
    known.signatures.extend(signatures(&candidate, &approvals));
    step_approvals(&approvals, notebook);
    time::step_time(&candidate, seal.as_ref(), &day, notebook);
    known.good_until = horizon::step_horizon(&candidate, &approvals, seal.as_ref(), &around, &day, notebook);
    let record = candidate.record.predicate.clone();
    let sums = step_sums(&candidate);
    known.gate = gate::step_gate(candidate, approvals, seal.as_ref(), &day, tool, notebook);
    notebook.step("SHA256SUMS tells the truth", sums.0, sums.1);
    files::step_files(&record.artifacts, files, notebook);
    files::step_ledger(&record, previous, notebook);
}

/// Step 3.
fn step_record(candidate: &Candidate<'_>, seal: Option<&Statement<Seal>>, notebook: &mut Notebook) {
    let mut problems = Vec::new();
    if let Some(seal) = seal.map(|seal| &seal.predicate) {
        let same = seal.device == candidate.batch.device.name
            && seal.version == candidate.batch.version
            && seal.record_sha256 == candidate.binding.record;
        if !same {
            problems.push(Problem::new(
                "seal-of-other-record",
                SEAL_ENTRY,
                "the seal names another device, version or record",
            ));
        }
    }
    let further = &candidate.countersignatures;
    problems.extend(refusals("countersignature-refused", &further.refused));
    let mut held = vec![
        format!("policy {} is accepted for {}", candidate.policy.sha256, candidate.batch.device.name),
        format!("record {} signed by {}", candidate.binding.record, candidate.record.signer()),
        format!(
            "{} and {} as the record lists them",
            counted(candidate.record.predicate.entries.len(), "entry", "entries"),
            counted(candidate.artifacts().len(), "artifact", "artifacts")
        ),
    ];
    held.extend(
        further
            .verified
            .iter()
            .map(|signed| format!("record signed by {} too: {}", signed.statement.signer(), signed.entry)),
    );
    notebook.step("batch, policy and record agree", held, problems);
}

/// Step 4.
fn step_attestations(candidate: &Candidate<'_>, notebook: &mut Notebook) {
    let statements = &candidate.statements;
    let held = vec![format!(
        "{} provenance, {} SBOM, {} scan, {} test and {} document attestations verify",
        statements.provenance.len(),
        statements.sboms.len(),
        statements.scans.len(),
        statements.tests.len(),
        statements.documents.len()
    )];
    notebook.step("every attestation verifies", held, refusals("attestation-refused", &statements.refused));
}

/// Step 5.
fn step_approvals(approvals: &Approvals, notebook: &mut Notebook) {
    let held = approvals
        .verified
        .iter()
        .map(|(entry, approval)| {
            let predicate = &approval.predicate;
            format!("{entry}: {} as {}, {}", predicate.printed_name, predicate.role, predicate.meaning)
        })
        .chain(approvals.withdrawn.iter().map(|withdrawn| {
            let said = &withdrawn.withdrawal.predicate;
            format!("{}: withdrawn by {}, does not count: {}", withdrawn.entry, said.printed_name, said.reason)
        }))
        .collect();
    notebook.step("every approval verifies for this record", held, refusals("approval-refused", &approvals.refused));
}

fn refusals(code: &str, refused: &[crate::gate::evidence::Refused]) -> Vec<Problem> {
    refused
        .iter()
        .map(|refused| {
            Problem::new(code, refused.entry.as_str(), format!("{} does not count: {}", refused.entry, refused.reason))
        })
        .collect()
}

/// Step 9.
fn step_sums(candidate: &Candidate<'_>) -> (Vec<String>, Vec<Problem>) {
    let expected = sums::encode(&candidate.index.values().cloned().collect::<Vec<_>>());
    if get(&candidate.entries, SUMS_ENTRY) == Some(expected.as_bytes()) {
        (vec!["every entry but itself and the seal is listed".to_owned()], Vec::new())
    } else {
        (Vec::new(), vec![Problem::new("sums-differ", SUMS_ENTRY, "SHA256SUMS does not list the entries as they are")])
    }
}

/// Record, attestations, approvals: every signature between the first and the seal.
fn signatures(candidate: &Candidate<'_>, approvals: &Approvals) -> Vec<VerifiedSignature> {
    fn all<P>(signed: &[Signed<P>]) -> impl Iterator<Item = VerifiedSignature> {
        signed.iter().map(|signed| VerifiedSignature::of(signed.entry.as_str(), &signed.statement))
    }
    let statements = &candidate.statements;
    let withdrawals = approvals.withdrawn.iter().flat_map(|withdrawn| {
        [
            VerifiedSignature::of(withdrawn.entry.as_str(), &withdrawn.approval),
            VerifiedSignature::of(withdrawn.withdrawal_entry.as_str(), &withdrawn.withdrawal),
        ]
    });
    std::iter::once(VerifiedSignature::of(RECORD_SIGNED_ENTRY, &candidate.record))
        .chain(all(&candidate.countersignatures.verified))
        .chain(all(&statements.provenance))
        .chain(all(&statements.sboms))
        .chain(all(&statements.scans))
        .chain(all(&statements.tests))
        .chain(all(&statements.documents))
        .chain(approvals.verified.iter().map(|(entry, approval)| VerifiedSignature::of(entry.as_str(), approval)))
        .chain(withdrawals)
        .collect()
}

fn not_judged(question: &Question<'_>) -> Vec<String> {
    let mut words = vec!["later withdrawals or amendments: absent addenda cannot be known".to_owned()];
    if question.previous.is_none() {
        words.push("rollback: no earlier release was given (--previous)".to_owned());
    }
    if matches!(question.files, Files::BundleOnly) {
        words.push("the products themselves (--bundle-only)".to_owned());
    }
    let ids: Vec<String> = crate::gate::registry::not_judged().iter().map(ToString::to_string).collect();
    if !ids.is_empty() {
        words.push(format!("catalogue checks that this version does not know: {}", ids.join(", ")));
    }
    words
}
