//! One small batch with a signed SBOM, of which each test changes one thing.

use std::collections::{BTreeMap, BTreeSet};

use batchseal::attestation::sign::{Signer, SignerError, attest};
use batchseal::attestation::verify::{Anchor, Enclosed, verify};
use batchseal::gate::check::Check;
use batchseal::gate::evidence::{Evidence, GitEvidence, PreviousReleases, Refused, Signed};
use batchseal::intake::scan::{self, Stated};
use batchseal::model::batch::{BATCH_ENTRY, Batch, Purpose, SchemaVersion, Udi, UdiScope};
use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::document::{ContentRef, Document as Paper};
use batchseal::model::key::PublicKey;
use batchseal::model::name::{ArtifactName, DeviceName, EntryName};
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::model::record::ArtifactRecord;
use batchseal::model::result::Stage;
use batchseal::model::statement::{Predicate, Statement, Subject};
use batchseal::model::time::Timestamp;
use batchseal::model::vulnerabilities::Vulnerabilities;
use batchseal::policy::facts::{DeviceFacts, Distribution, SafetyClass};
use batchseal::policy::release::{
    DevicePolicy, GatePolicy, KeySource, Policy, ReleasePolicy, SigningPolicy, TagPattern,
};
use batchseal::policy::trust::{SignatureDemand, StatementKind, Trust, TrustedDevice};
use batchseal::sbom::cyclonedx::{self, Header};
use batchseal::sbom::document::{Component as Described, Document};
use batchseal::sbom::graph::{Completeness, Component, ComponentGraph, Excluded, Kind, Parts, Supplier};
use batchseal::sbom::licence::Licence;
use batchseal::sbom::predicate::statement;

pub const SBOM: &str = "sbom/device.cdx.json";
pub const LOCKFILE: &str = "evidence/lockfiles/Cargo.lock";

/// A key of fixed bytes.
struct TestSigner {
    key: p256::ecdsa::SigningKey,
    public: PublicKey,
}

impl TestSigner {
    fn new() -> Self {
        let key = p256::ecdsa::SigningKey::from_bytes(&[7; 32].into()).expect("key");
        Self { public: PublicKey::P256(*key.verifying_key()), key }
    }
}

impl Signer for TestSigner {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature: p256::ecdsa::DerSignature = signature::Signer::sign(&self.key, message);
        Ok(signature.as_bytes().to_vec())
    }
}

/// What a test may change.
pub struct World {
    pub batch: Batch,
    pub artifacts: Vec<ArtifactRecord>,
    /// Documents of the signed statements; normally one.
    pub documents: Vec<Vec<u8>>,
    pub subjects: Vec<Subject>,
    pub files: BTreeMap<EntryName, Vec<u8>>,
    pub lockfiles: BTreeMap<EntryName, Vec<u8>>,
    /// Other files below `evidence/`.
    pub kept: BTreeMap<EntryName, Vec<u8>>,
    /// Controlled documents.
    pub papers: Vec<Paper>,
    /// Scans.
    pub scans: Vec<Statement<Vulnerabilities>>,
    pub refused: Vec<Refused>,
    pub policy: Policy,
    /// Sorted tree listing of the commit.
    pub tree: Option<Vec<u8>>,
}

pub fn entry(name: &str) -> EntryName {
    EntryName::parse(name).expect("entry name")
}

pub fn artifact(name: &str) -> ArtifactRecord {
    let sha256 = Sha256Digest::of(name.as_bytes());
    ArtifactRecord::new(ArtifactName::parse(name).expect("name"), sha256, 1)
}

impl World {
    pub fn new() -> Self {
        let policy = policy();
        let commit = GitId::parse(&"a".repeat(40)).expect("commit");
        let batch = policy.batch("v1.2.0", commit, Sha256Digest::of(b"tree")).expect("batch");
        let artifacts = vec![artifact("pumpctl"), artifact("pumpctl-tool")];
        let document = document(&batch, &artifacts);
        let mut subjects: Vec<Subject> =
            artifacts.iter().map(|one| Subject::new(one.name.as_str(), one.sha256)).collect();
        subjects.push(Subject::new(BATCH_ENTRY, batch_sha256()));
        Self {
            files: BTreeMap::from([(entry(SBOM), document.clone())]),
            lockfiles: BTreeMap::from([(entry(LOCKFILE), lockfile(""))]),
            documents: vec![document],
            subjects,
            kept: BTreeMap::new(),
            papers: Vec::new(),
            scans: Vec::new(),
            refused: Vec::new(),
            tree: None,
            policy,
            batch,
            artifacts,
        }
    }

    /// A world whose document was changed, in the statement and in the file.
    pub fn with(change: impl FnOnce(&mut Document)) -> Self {
        let mut world = Self::new();
        let mut document = Document::parse(&world.documents[0]).expect("document");
        change(&mut document);
        world.set(&document.encode().expect("still a document"));
        world
    }

    pub fn set(&mut self, bytes: &[u8]) {
        self.documents = vec![bytes.to_vec()];
        self.files.insert(entry(SBOM), bytes.to_vec());
    }

    /// Adds a document that covers the version and is approved; tests change it.
    pub fn add_paper(&mut self, kind: &str, name: &str, bytes: &[u8]) -> &mut Paper {
        let name = entry(&format!("evidence/documents/{}-{name}", self.papers.len()));
        let predicate = Paper {
            schema_version: SchemaVersion,
            kind: kind.to_owned(),
            document_id: "DOC-0001".to_owned(),
            revision: "2".to_owned(),
            approver: Some("Quality Lead (example)".to_owned()),
            approved_on: Some("2026-11-20".to_owned()),
            covers_version: Some(self.batch.version.to_string()),
            content: ContentRef { entry: name.clone(), sha256: Sha256Digest::of(bytes), size: bytes.len() as u64 },
        };
        self.kept.insert(name, bytes.to_vec());
        self.papers.push(predicate);
        self.papers.last_mut().expect("just added")
    }

    /// Adds a scan of the SBOM as it is now, with its report; tests change it.
    pub fn add_scan(&mut self, predicate: &Vulnerabilities) -> &mut Statement<Vulnerabilities> {
        let raw = serde_json::to_vec(predicate).expect("JSON");
        let name = entry(&format!("evidence/scan/report-{}.json", self.scans.len()));
        let report = scan::read(&raw).expect("report");
        let predicate = report.complete(&Stated::default()).expect("complete");
        let sbom = Sha256Digest::of(&self.documents[0]);
        let made = scan::statement(&report, predicate, (&name, &raw), sbom, (batch_sha256(), &[])).expect("statement");
        self.kept.insert(name, raw);
        self.scans.push(made);
        self.scans.last_mut().expect("just added")
    }

    fn sign<P: Predicate + Clone>(
        &self,
        stem: &str,
        kind: StatementKind,
        all: &[Statement<P>],
        anchor: Anchor<'_>,
    ) -> Vec<Signed<P>> {
        let one = |(number, made): (usize, &Statement<P>)| {
            let signed = attest(made, &TestSigner::new()).expect("attestation");
            let statement = verify(&signed.bundle, kind, anchor).expect("verifies");
            Signed { entry: entry(&format!("attestations/{stem}-{number}.sigstore.json")), statement }
        };
        all.iter().enumerate().map(one).collect()
    }

    pub fn judge(&self, check: &dyn Check) -> Outcome {
        self.look(|evidence| check.evaluate(evidence, &[]))
    }

    /// How much a check weighs here.
    pub fn severity(&self, check: &dyn Check) -> Severity {
        self.look(|evidence| check.severity(evidence))
    }

    fn look<T>(&self, at: impl FnOnce(&Evidence<'_>) -> T) -> T {
        let signer = TestSigner::new();
        let device = TrustedDevice {
            name: self.batch.device.name.clone(),
            facts: self.policy.device.facts,
            policies: Vec::new(),
            allow_purpose: vec![Purpose::Demo],
            tag_signature: SignatureDemand::IfPresent,
            commit_signature: SignatureDemand::IfPresent,
            record_signers: 1,
            approvals: Default::default(),
        };
        let trust = Trust::of_pipeline(signer.public.clone(), device);
        let anchor = Anchor {
            trust: &trust,
            batch_sha256: batch_sha256(),
            batch: None,
            day: "2026-11-23",
            enclosed: Enclosed::No,
        };
        let sboms = self.documents.iter().map(|document| {
            let made = statement(document, self.subjects.clone()).expect("statement");
            let signed = attest(&made, &signer).expect("attestation");
            let statement = verify(&signed.bundle, StatementKind::Sbom, anchor).expect("verifies");
            Signed { entry: entry("attestations/sbom-device.sigstore.json"), statement }
        });
        let subject = || vec![Subject::new(BATCH_ENTRY, batch_sha256())];
        let papers: Vec<Statement<Paper>> =
            self.papers.iter().map(|paper| Statement { subject: subject(), predicate: paper.clone() }).collect();
        let evidence = Evidence {
            stage: Stage::Candidate,
            batch: &self.batch,
            batch_sha256: batch_sha256(),
            artifacts: &self.artifacts,
            policy: &self.policy,
            device: trust.device(&self.batch.device.name).expect("device"),
            trust: &trust,
            entries: &BTreeMap::new(),
            provenance: Vec::new(),
            sboms: sboms.collect(),
            tests: Vec::new(),
            scans: self.sign("scan", StatementKind::Scan, &self.scans, anchor),
            documents: self.sign("document", StatementKind::Document, &papers, anchor),
            concessions: Vec::new(),
            refused: self.refused.clone(),
            git: GitEvidence { tag: None, commit: None, commits: None, tree: self.tree.as_deref() },
            files: self.kept.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect(),
            lockfiles: self.lockfiles.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect(),
            sbom_files: self.files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect(),
            days: vec!["2026-11-23".to_owned()],
            previous: PreviousReleases::FirstRelease,
            release: None,
        };
        at(&evidence)
    }
}

/// The component of this name.
pub fn described<'a>(document: &'a mut Document, name: &str) -> &'a mut Described {
    document.components.iter_mut().find(|component| component.name == name).expect("component")
}

/// Codes of the findings; panics when there are none.
pub fn codes(outcome: &Outcome) -> Vec<&str> {
    let Outcome::Violated { findings } = outcome else { panic!("{outcome:?}") };
    findings.iter().map(|finding| finding.code.as_str()).collect()
}

pub fn assert_satisfied(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Satisfied { evidence } if !evidence.is_empty()), "{outcome:?}");
}

/// The lockfile of the document, with more text at its end.
pub fn lockfile(more: &str) -> Vec<u8> {
    let sum = |name: &str| Sha256Digest::of(name.as_bytes()).to_hex();
    format!(
        "version = 4\n\
         [[package]]\nname = \"app\"\nversion = \"1.0.0\"\ndependencies = [\"lib-a\", \"lib-b\"]\n\
         [[package]]\nname = \"lib-a\"\nversion = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\n\
         checksum = \"{}\"\ndependencies = [\"lib-b\"]\n\
         [[package]]\nname = \"lib-b\"\nversion = \"1.0.0\"\nsource = \"registry+https://example.org/index\"\n\
         checksum = \"{}\"\n\
         [[package]]\nname = \"devonly\"\nversion = \"1.0.0\"\n{more}",
        sum("lib-a"),
        sum("lib-b")
    )
    .into_bytes()
}

fn batch_sha256() -> Sha256Digest {
    Sha256Digest::of(b"batch")
}

fn document(batch: &Batch, artifacts: &[ArtifactRecord]) -> Vec<u8> {
    let header = Header {
        name: batch.device.name.as_str(),
        version: batch.version.as_str(),
        manufacturer: Some(&batch.device.manufacturer),
        udi: batch.udi.as_ref(),
        artifacts,
        batch: Some(batch_sha256()),
        timestamp: Timestamp::from_unix(1_800_000_000).expect("time"),
        tool_version: "0.1.0",
    };
    cyclonedx::document(&graph(), &header).expect("document")
}

fn graph() -> ComponentGraph {
    let component = |name: &str| Component {
        hashes: vec![Sha256Digest::of(name.as_bytes()).into()],
        licence: Licence::Expression("MIT".to_owned()),
        supplier: Supplier::Configured("Example Supplier".to_owned()),
        ..Component::new(&format!("pkg:cargo/{name}@1.0.0"), name, "1.0.0", Kind::Library)
    };
    let purls =
        |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| format!("pkg:cargo/{name}@1.0.0")).collect() };
    ComponentGraph::new(Parts {
        conflicts: BTreeSet::new(),
        components: ["app", "lib-a", "lib-b"].map(component).to_vec(),
        edges: BTreeMap::from([
            ("pkg:cargo/app@1.0.0".to_owned(), purls(&["lib-a", "lib-b"])),
            ("pkg:cargo/lib-a@1.0.0".to_owned(), purls(&["lib-b"])),
        ]),
        roots: purls(&["app"]),
        completeness: Completeness::Complete,
        excluded: Excluded { count: 1, reason: "only needed to test".to_owned() },
        facts: BTreeMap::new(),
    })
    .expect("graph")
}

fn facts() -> DeviceFacts {
    DeviceFacts {
        safety_class: SafetyClass::C,
        finished: true,
        cyber_device: true,
        life_supporting: true,
        implantable: false,
        distribution: Distribution::Commercial,
        tracking_order: false,
        eu_mdr: false,
    }
}

fn policy() -> Policy {
    Policy {
        device: DevicePolicy {
            name: DeviceName::parse("infusion-pump-controller").expect("name"),
            manufacturer: "Example Devices (demo)".to_owned(),
            mdf: None,
            facts: facts(),
            support_end: None,
            udi: Some(Udi::new(UdiScope::Embedded, Some("00860000000109"))),
        },
        release: ReleasePolicy {
            tag: TagPattern::parse("v{version}").expect("pattern"),
            purpose: Purpose::Demo,
            first_release: true,
            field_action: None,
            confidential: None,
            quantity_rationale: None,
            branches: vec!["main".to_owned()],
            approvals: Vec::new(),
            artifacts: Vec::new(),
            cargo: None,
            sbom: Default::default(),
            evidence: None,
            pipeline: Vec::new(),
        },
        signing: SigningPolicy::of(KeySource::Env("KEY".to_owned())),
        gate: GatePolicy { sbom_profiles: Vec::new(), ..GatePolicy::default() },
        build_environment: Vec::new(),
        suppliers: Vec::new(),
        unfilled: Vec::new(),
        sha256: Sha256Digest::of(b"policy"),
    }
}
