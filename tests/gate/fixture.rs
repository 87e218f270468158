//! A complete, valid, tiny batch made in memory; tests change one thing of it and judge again.

mod asserts;
mod defaults;
pub mod git;
pub mod keys;
mod signers;
pub mod statements;

use std::collections::BTreeMap;

use batchseal::attestation::sign::{Attestation, attest};
use batchseal::attestation::sshsig::{RecordBinding, VerifiedApproval};
use batchseal::attestation::verify::{Anchor, Enclosed, verify};
use batchseal::gate::check::Check;
use batchseal::gate::evidence::{
    Evidence, GitEvidence, PreviousReleases, Refused, ReleaseEvidence, Signed, WithdrawnApproval,
};
use batchseal::model::approval::Approval;
use batchseal::model::approval_withdrawal::Withdrawal;
use batchseal::model::batch::{BATCH_ENTRY, Batch};
use batchseal::model::digest::Sha256Digest;
use batchseal::model::document::{Document, TestResult};
use batchseal::model::name::{ArtifactName, EntryName};
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::model::provenance::Provenance;
use batchseal::model::record::{ArtifactRecord, EntryDigest, Record};
use batchseal::model::result::{CheckResult, Stage};
use batchseal::model::seal::Seal;
use batchseal::model::statement::{Predicate, Statement, Subject};
use batchseal::model::time::Timestamp;
use batchseal::model::vulnerabilities::Vulnerabilities;
use batchseal::policy::release::Policy;
use batchseal::policy::trust::{StatementKind, Trust, TrustedDevice};
use batchseal::sbom::predicate::CycloneDx;

pub use asserts::{assert_asks, assert_found, assert_not_applicable, assert_satisfied, codes};
pub use defaults::results;
use defaults::{POLICY, files, record, trust};
use keys::TestSigner;
use statements::{at, entry};

const DAY: &str = "2026-11-23";
pub const ARTIFACT: &[u8] = b"\x7fELF pumpctl";

type Entries = BTreeMap<EntryName, EntryDigest>;

/// Everything that a test may change before it judges.
pub struct World {
    pub batch: Batch,
    pub policy: Policy,
    pub trust: Trust,
    pub artifacts: Vec<ArtifactRecord>,
    /// Raw files by entry name: `git/…`, `sbom/…`, `evidence/…`.
    pub files: BTreeMap<EntryName, Vec<u8>>,
    pub provenance: Vec<Statement<Provenance>>,
    pub sboms: Vec<Statement<CycloneDx>>,
    pub tests: Vec<Statement<TestResult>>,
    pub scans: Vec<Statement<Vulnerabilities>>,
    pub documents: Vec<Statement<Document>>,
    pub refused: Vec<Refused>,
    pub previous: PreviousReleases,
    pub record: Record,
    /// Signer (name, seed of the key) and what is signed; the authoriser's list is filled in.
    pub approvals: Vec<((&'static str, u8), Approval)>,
    pub refused_approvals: Vec<Refused>,
    /// Places of approvals that their signers take back.
    pub withdrawn: Vec<usize>,
    /// Changes each withdrawal before it is signed.
    pub edit_withdrawal: fn(&mut Withdrawal),
    /// Seeds of further signers of the record; the trust file names them.
    pub countersigners: Vec<u8>,
    pub refused_countersignatures: Vec<Refused>,
    /// Changes the authoriser's list of other approvals.
    pub edit_list: fn(&mut Vec<Sha256Digest>),
    /// Changes what exists, after the record was made.
    pub edit_entries: Box<dyn Fn(&mut Entries)>,
    pub now: Timestamp,
    /// Days at which whoever signed tag and commit must be valid.
    pub days: Vec<String>,
    pub seal: Option<Statement<Seal>>,
    pub earlier: Vec<CheckResult>,
}

impl World {
    pub fn new() -> Self {
        Self::build(false)
    }

    pub fn with_submodule() -> Self {
        Self::build(true)
    }

    fn build(with_submodule: bool) -> Self {
        let repository = git::repository(with_submodule);
        let policy = statements::policy(POLICY);
        let tree = Sha256Digest::of(&repository.tree);
        let batch = policy.batch("v1.2.3", repository.commit_id(), tree).expect("tag fits");
        let name = ArtifactName::parse("pumpctl").expect("name");
        let artifacts = vec![ArtifactRecord::new(name, Sha256Digest::of(ARTIFACT), ARTIFACT.len() as u64)];
        let subjects = [("pumpctl", Sha256Digest::of(ARTIFACT)), (BATCH_ENTRY, batch_sha256(&batch))];
        let subject: Vec<Subject> = subjects.map(|(name, sha256)| Subject::new(name, sha256)).into();
        let provenance = statements::provenance(&repository, with_submodule);
        let approvals = vec![
            (keys::REVIEWER, statements::approval(&batch, keys::REVIEWER.0, "reviewer", "11:00")),
            (keys::AUTHORISER, statements::approval(&batch, keys::AUTHORISER.0, "authoriser", "12:00")),
        ];
        Self {
            trust: trust(),
            provenance: vec![Statement { subject: subject.clone(), predicate: provenance }],
            sboms: vec![Statement { subject: subject.clone(), predicate: statements::sbom(statements::SBOM) }],
            tests: vec![Statement { subject: subject.clone(), predicate: statements::tests() }],
            scans: Vec::new(),
            documents: vec![Statement { subject, predicate: statements::document() }],
            files: files(&repository),
            refused: Vec::new(),
            previous: PreviousReleases::FirstRelease,
            record: record(&batch, &policy, &artifacts),
            approvals,
            refused_approvals: Vec::new(),
            withdrawn: Vec::new(),
            edit_withdrawal: |_| {},
            countersigners: Vec::new(),
            refused_countersignatures: Vec::new(),
            edit_list: |_| {},
            edit_entries: Box::new(|_| {}),
            now: at("12:30"),
            days: vec![DAY.to_owned()],
            seal: None,
            earlier: results(&[]),
            batch,
            policy,
            artifacts,
        }
    }

    /// Internal parameters of the first provenance, to be changed.
    pub fn built(&mut self) -> &mut Provenance {
        &mut self.provenance[0].predicate
    }

    /// Adds a document that covers the version and is approved; its bytes lie at `evidence/documents/<kind>-<n>`.
    pub fn add_document(&mut self, kind: &str, bytes: &[u8]) -> &mut Statement<Document> {
        let name = format!("evidence/documents/{kind}-{}", self.documents.len());
        self.files.insert(entry(&name), bytes.to_vec());
        let predicate = statements::approved_document(kind, self.batch.version.as_str(), &name, bytes);
        self.documents.push(Statement { subject: Vec::new(), predicate });
        self.documents.last_mut().expect("just added")
    }

    pub fn remove_file(&mut self, name: &str) {
        assert!(self.files.remove(&entry(name)).is_some(), "{name} was not there");
    }

    pub fn candidate(&self, check: &dyn Check) -> Outcome {
        self.judge(check, Stage::Candidate)
    }

    pub fn release(&self, check: &dyn Check) -> Outcome {
        self.judge(check, Stage::Release)
    }

    /// How much the check weighs for this batch.
    pub fn severity(&self, check: &dyn Check) -> Severity {
        self.look(Stage::Candidate, |evidence| check.severity(evidence))
    }

    fn judge(&self, check: &dyn Check, stage: Stage) -> Outcome {
        self.look(stage, |evidence| check.evaluate(evidence, &self.earlier))
    }

    fn look<T>(&self, stage: Stage, with: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let device = TrustedDevice { policies: vec![self.policy.sha256], ..self.trust.devices[0].clone() };
        let mut entries = self.raw_entries();
        let provenance = self.sign("provenance-build", StatementKind::Provenance, &self.provenance, &mut entries);
        let sboms = self.sign("sbom-device", StatementKind::Sbom, &self.sboms, &mut entries);
        let tests = self.sign("tests-unit", StatementKind::Tests, &self.tests, &mut entries);
        let scans = self.sign("scan-sbom", StatementKind::Scan, &self.scans, &mut entries);
        let documents = self.sign("document-risk", StatementKind::Document, &self.documents, &mut entries);
        let release = (stage == Stage::Release).then(|| self.release_evidence(&mut entries));
        (self.edit_entries)(&mut entries);
        let file = |name: &str| self.files.get(&entry(name)).map(Vec::as_slice);
        let evidence = Evidence {
            stage,
            batch: &self.batch,
            batch_sha256: batch_sha256(&self.batch),
            artifacts: &self.artifacts,
            policy: &self.policy,
            device: &device,
            trust: &self.trust,
            entries: &entries,
            provenance,
            sboms,
            tests,
            scans,
            documents,
            concessions: Vec::new(),
            refused: self.refused.clone(),
            git: GitEvidence {
                tag: file("git/tag"),
                commit: file("git/commit"),
                commits: file("git/commits.txt"),
                tree: file("git/tree.txt"),
            },
            lockfiles: self.files_in("evidence/lockfiles"),
            files: self.files_in("evidence"),
            sbom_files: self.files_in("sbom"),
            days: self.days.clone(),
            previous: self.previous.clone(),
            release,
        };
        with(&evidence)
    }

    fn files_in(&self, folder: &str) -> BTreeMap<EntryName, &[u8]> {
        let inside = self.files.iter().filter(|(name, _)| name.is_in(folder));
        inside.map(|(name, content)| (name.clone(), content.as_slice())).collect()
    }

    fn raw_entries(&self) -> Entries {
        let mut entries = Entries::new();
        for (name, content) in &self.files {
            add(&mut entries, name.as_str(), content);
        }
        add(&mut entries, BATCH_ENTRY, &batch_bytes(&self.batch));
        add(&mut entries, "policy/batchseal.toml", POLICY);
        entries
    }

    /// Signs and verifies the statements; what does not verify under the changed world fails the test.
    fn sign<P: Predicate + Clone>(
        &self,
        stem: &str,
        kind: StatementKind,
        statements: &[Statement<P>],
        entries: &mut Entries,
    ) -> Vec<Signed<P>> {
        let mut signed = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            let mut bound = statement.clone();
            bound.subject.retain(|subject| subject.name != BATCH_ENTRY);
            bound.subject.push(Subject::new(BATCH_ENTRY, batch_sha256(&self.batch)));
            let attestation = attest(&bound, &TestSigner::new()).expect("signed");
            let number = if index == 0 { String::new() } else { format!("-{}", index + 1) };
            let name = format!("attestations/{stem}{number}.sigstore.json");
            add(entries, &name, &attestation.bundle);
            signed.push(Signed { entry: entry(&name), statement: self.verified(&attestation, kind) });
        }
        signed
    }

    fn verified<P: Predicate>(
        &self,
        attestation: &Attestation,
        kind: StatementKind,
    ) -> batchseal::attestation::verified::Verified<Statement<P>> {
        let anchor = Anchor {
            trust: &trust(),
            batch_sha256: batch_sha256(&self.batch),
            batch: Some(&self.batch),
            day: DAY,
            enclosed: Enclosed::No,
        };
        verify(&attestation.bundle, kind, anchor).expect("verifies")
    }

    /// Makes record and approvals over the entries that exist so far, and adds them.
    fn release_evidence(&self, entries: &mut Entries) -> ReleaseEvidence<'_> {
        let mut record = self.record.clone();
        record.entries = entries.values().cloned().collect();
        let products = record.artifacts.iter().map(|artifact| Subject::new(artifact.name.as_str(), artifact.sha256));
        let batch = Subject::new(BATCH_ENTRY, batch_sha256(&self.batch));
        let subject = products.chain([batch]).collect();
        let attestation = attest(&Statement { subject, predicate: record }, &TestSigner::new()).expect("signed");
        add(entries, "record.json", &attestation.statement);
        add(entries, "record.sigstore.json", &attestation.bundle);
        let binding = RecordBinding {
            record: Sha256Digest::of(&attestation.statement),
            record_signed: Sha256Digest::of(&attestation.bundle),
        };
        let mut approvals: Vec<(EntryName, VerifiedApproval)> = Vec::new();
        let mut withdrawn: Vec<WithdrawnApproval> = Vec::new();
        for (index, ((_, seed), approval)) in self.approvals.iter().enumerate() {
            let mut approval = approval.clone();
            if approval.role.is_authoriser() {
                let taken_back =
                    withdrawn.iter().flat_map(|one| [one.approval.payload_sha256(), one.withdrawal.payload_sha256()]);
                approval.other_approvals =
                    approvals.iter().map(|(_, other)| other.payload_sha256()).chain(taken_back).collect();
                (self.edit_list)(&mut approval.other_approvals);
            }
            let stem = format!("approvals/{:02}-{}", index + 1, approval.role);
            let verified = self.approve(&stem, approval, *seed, binding, entries);
            if self.withdrawn.contains(&index) {
                withdrawn.push(self.withdraw(&stem, verified, *seed, binding, entries));
            } else {
                approvals.push((entry(&format!("{stem}.json")), verified));
            }
        }
        ReleaseEvidence {
            record: self.verified(&attestation, StatementKind::Record),
            approvals,
            withdrawn,
            countersignatures: self.countersigned(&attestation, entries),
            refused_countersignatures: self.refused_countersignatures.clone(),
            refused_approvals: self.refused_approvals.clone(),
            seal: self.seal.as_ref(),
            now: self.now,
        }
    }
}

pub fn add(entries: &mut Entries, name: &str, content: &[u8]) {
    let digest = EntryDigest { name: entry(name), sha256: Sha256Digest::of(content), size: content.len() as u64 };
    entries.insert(entry(name), digest);
}

fn batch_bytes(batch: &Batch) -> Vec<u8> {
    batchseal::model::json::encode(batch).expect("JSON")
}

fn batch_sha256(batch: &Batch) -> Sha256Digest {
    Sha256Digest::of(&batch_bytes(batch))
}
