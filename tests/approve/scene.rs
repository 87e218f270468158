//! A candidate view, a roster, keys on disk, and people who answer from a script.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use batchseal::adapters::approvals::{self, ApprovalFiles};
use batchseal::adapters::dialogue::{Dialogue, DialogueError};
use batchseal::adapters::terminal::Terminal;
use batchseal::attestation::sshsig::{self, RecordBinding, VerifiedApproval, When};
use batchseal::commands::approve::run_with;
use batchseal::commands::failure::Failure;
use batchseal::commands::{Cli, Command};
use batchseal::evidence::approval::{CandidateView, TestSummary};
use batchseal::exit::ExitStatus;
use batchseal::model::algorithm::Algorithms;
use batchseal::model::batch::{Batch, Device, Purpose, SchemaVersion, Udi, UdiScope};
use batchseal::model::digest::{GitId, Sha256Digest};
use batchseal::model::key::PublicKey;
use batchseal::model::name::{ArtifactName, DeviceName, EntryName, Version};
use batchseal::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use batchseal::model::record::{ArtifactRecord, Attempt, ToolIdentity};
use batchseal::model::result::{CheckResult, GateResult, Stage, Verdict};
use batchseal::model::role::Role;
use batchseal::model::time::Timestamp;
use batchseal::policy::identity::SignerIdentity;
use batchseal::policy::trust::{Person, StatementKind, Trust, TrustedSigner, UnsafeSettings, Window};
use clap::Parser;
use ssh_key::{LineEnding, PrivateKey};
use tempfile::TempDir;
use zeroize::Zeroizing;

pub(crate) const REVIEWER: &str = "Software Reviewer (example)";
pub(crate) const MANAGER: &str = "Release Manager (example)";
pub(crate) const LEAVER: &str = "Former Colleague (example)";

/// A folder with keys `reviewer`, `reviewer-laptop`, `manager`, `leaver`, `pipeline` and `stranger`.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) trust: Trust,
    pub(crate) view: CandidateView,
}

fn role(text: &str) -> Role {
    Role::parse(text).unwrap()
}

/// A deterministic key; `seed` tells the keys apart.
fn key(folder: &Path, name: &str, seed: u8) -> PrivateKey {
    let pair = ssh_key::private::Ed25519Keypair::from_seed(&[seed; 32]);
    let key = PrivateKey::from(pair);
    let path = folder.join(name);
    std::fs::write(&path, key.to_openssh(LineEnding::LF).unwrap().as_bytes()).unwrap();
    private(&path);
    key
}

#[cfg(unix)]
fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path) {}

impl Scene {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let person = |name: &str, roles: &[&str], keys: &[(&str, u8)], window: Window| Person {
            name: name.to_owned(),
            roles: roles.iter().copied().map(role).collect(),
            deputy_for: Vec::new(),
            ssh_keys: keys.iter().map(|(name, seed)| key(folder.path(), name, *seed).public_key().clone()).collect(),
            window,
        };
        let persons = vec![
            person(REVIEWER, &["reviewer"], &[("reviewer", 1), ("reviewer-laptop", 2)], Window::default()),
            person(MANAGER, &["authoriser", "reviewer"], &[("manager", 3)], Window::default()),
            person(
                LEAVER,
                &["reviewer"],
                &[("leaver", 4)],
                Window { valid_until: Some("2020-01-01".to_owned()), ..Window::default() },
            ),
        ];
        key(folder.path(), "pipeline", 5);
        key(folder.path(), "stranger", 6);
        let pipeline = ed25519_dalek::SigningKey::from_bytes(&[5; 32]).verifying_key();
        let trust = Trust {
            sha256: None,
            serial: Some(1),
            devices: Vec::new(),
            signers: vec![TrustedSigner {
                counts_as: None,
                name: "release pipeline".to_owned(),
                may_sign: StatementKind::ALL.into_iter().collect(),
                identity: SignerIdentity::Key(PublicKey::Ed25519(pipeline)),
                window: Window::default(),
            }],
            persons,
            sigstore: Vec::new(),
            stamp_authorities: Vec::new(),
            certificate_roots: Vec::new(),
            algorithms: Algorithms::default(),
            time_sources: 1,
            unsafe_settings: UnsafeSettings::default(),
            skew_seconds: 300,
        };
        Self { folder, trust, view: view() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `batchseal approve` in this folder, over the scene's view.
    pub(crate) fn approve(&self, role: &str, key: &str, more: &[&str], person: &mut Script) -> Result<(), Failure> {
        let (key, out) = (self.path(key), self.path("out"));
        let mut line = vec!["batchseal", "--quiet", "approve", "pump.candidate.zip", "--trust", "trust.toml"];
        line.extend(["--role", role, "--key", key.to_str().unwrap(), "--out", out.to_str().unwrap()]);
        line.extend(more);
        let Command::Approve(args) = Cli::try_parse_from(line).unwrap().command else { panic!("not approve") };
        let terminal = Terminal { quiet: true, colour: false, progress: false };
        let status = run_with(&args, terminal, &self.view, &self.trust, person)?;
        assert_eq!(status, ExitStatus::Done);
        Ok(())
    }

    /// The reviewer signs without being asked anything.
    pub(crate) fn review(&self) {
        let options = ["--answer", "RG-26=accept:compared the report with the build", "--yes"];
        self.approve("reviewer", "reviewer", &options, &mut Script::absent()).unwrap();
    }

    /// Every pair in `out`, in order of names.
    pub(crate) fn written(&self) -> Vec<ApprovalFiles> {
        let out = self.path("out");
        if out.exists() { approvals::read_folder(&out).unwrap() } else { Vec::new() }
    }

    /// The only pair in `out`, verified.
    pub(crate) fn only(&self) -> VerifiedApproval {
        let [pair] = &self.written()[..] else { panic!("{} approvals", self.written().len()) };
        self.verify(pair)
    }

    pub(crate) fn verify(&self, pair: &ApprovalFiles) -> VerifiedApproval {
        let binding = RecordBinding { record: self.view.record_sha256, record_signed: self.view.record_signed_sha256 };
        let today = batchseal::adapters::clock::now().in_utc().date();
        sshsig::verify_approval(
            &pair.statement,
            &pair.armour,
            None,
            binding,
            &self.trust,
            When { day: &today, between: None },
        )
        .unwrap()
    }
}

fn check(number: u8, severity: Severity, conclusion: Outcome) -> CheckResult {
    CheckResult {
        id: CheckId::new(number),
        title: format!("requirement {number} holds"),
        severity,
        conclusion,
        conceded: Vec::new(),
    }
}

/// A report with more failed tests than are named.
fn report() -> TestSummary {
    TestSummary {
        entry: EntryName::parse("attestations/tests-unit.sigstore.json").unwrap(),
        passed: 41,
        warned: 1,
        failed: (0..21).map(|number| format!("alarm::sounds_{number}\u{7}")).collect(),
    }
}

/// A candidate that waits for RG-26, warns in RG-20 and has RG-30 not applicable.
pub(crate) fn view() -> CandidateView {
    let question = "Were these test results made with this build?".to_owned();
    let checks = vec![
        check(2, Severity::Block, Outcome::satisfied([EvidenceRef::new("git/tag", "an annotated tag")])),
        check(20, Severity::Warn, Outcome::violated(Finding::new("old", "serde", "is \u{1b}[31mold", "Update it"))),
        check(26, Severity::Block, Outcome::NeedsHuman { question: question.clone(), evidence: Vec::new() }),
        check(30, Severity::Block, Outcome::NotApplicable { reason: "the device is not implantable".to_owned() }),
    ];
    let (version, device) = (Version::parse("1.4.0").unwrap(), DeviceName::parse("pump").unwrap());
    CandidateView {
        batch: Batch {
            schema_version: SchemaVersion,
            device: Device { name: device.clone(), manufacturer: "Example Devices (demo)".to_owned(), mdf: None },
            version: version.clone(),
            udi: Some(Udi::new(UdiScope::Embedded, Some("00860000000109"))),
            tag: "v1.4.0".to_owned(),
            commit: GitId::parse(&"a".repeat(40)).unwrap(),
            tree_sha256: Sha256Digest::of(b"tree"),
            purpose: Purpose::Demo,
        },
        batch_sha256: Sha256Digest::of(b"batch"),
        record_sha256: Sha256Digest::of(b"record"),
        record_signed_sha256: Sha256Digest::of(b"signed record"),
        artifacts: vec![ArtifactRecord::new(ArtifactName::parse("pumpctl").unwrap(), Sha256Digest::of(b"pumpctl"), 7)],
        result: GateResult {
            schema_version: SchemaVersion,
            stage: Stage::Candidate,
            device,
            version,
            verdict: Verdict::Pending,
            evaluated_at: Timestamp::from_unix(1_770_000_000).unwrap(),
            policy_sha256: Sha256Digest::of(b"policy"),
            trust_sha256: None,
            trust_serial: None,
            unsafe_settings: vec!["no-trusted-time".to_owned()],
            tool: ToolIdentity { name: "batchseal".to_owned(), version: "0.1.0".to_owned(), sha256: None },
            checks,
            not_judged: Vec::new(),
        },
        tests: vec![report()],
        refused: Vec::new(),
        pending: vec![(CheckId::new(26), question)],
        first_release: true,
        previous: Vec::new(),
        attempts: vec![Attempt {
            started_at: Timestamp::from_unix(1_769_990_000).unwrap(),
            ended: "build failed".to_owned(),
            record_sha256: None,
        }],
        concessions: Vec::new(),
        unsafe_settings: vec!["no-trusted-time".to_owned()],
        required_roles: vec![role("reviewer"), role("authoriser")],
        persons_needed: Default::default(),
        record_signers: vec!["release pipeline".to_owned()],
        record_signers_needed: 1,
    }
}

/// Answers from a list and remembers what was shown.
#[derive(Default)]
pub(crate) struct Script {
    interactive: bool,
    answers: VecDeque<&'static str>,
    pub(crate) shown: String,
}

impl Script {
    /// Nobody at the terminal.
    pub(crate) fn absent() -> Self {
        Self::default()
    }

    pub(crate) fn typing(answers: &[&'static str]) -> Self {
        Self { interactive: true, answers: answers.iter().copied().collect(), shown: String::new() }
    }
}

impl Dialogue for Script {
    fn is_interactive(&self) -> bool {
        self.interactive
    }

    fn show(&mut self, text: &str) {
        self.shown.push_str(text);
        self.shown.push('\n');
    }

    fn ask(&mut self, question: &str) -> Result<String, DialogueError> {
        self.show(question);
        self.answers.pop_front().map(str::to_owned).ok_or_else(|| DialogueError::Ended(question.to_owned()))
    }

    fn ask_secret(&mut self, question: &str) -> Result<Zeroizing<String>, DialogueError> {
        self.ask(question).map(Zeroizing::new)
    }
}

/// Status and all lines of a failure.
pub(crate) fn told(failure: &Failure) -> (ExitStatus, String) {
    (failure.status(), failure.lines().join("\n"))
}
