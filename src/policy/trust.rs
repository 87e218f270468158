//! `trust.toml`: the verifier's own file; the only source of anchors, roster and device facts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::algorithm::Algorithms;
use crate::model::batch::Purpose;
use crate::model::digest::Sha256Digest;
use crate::model::key::PublicKey;
use crate::model::name::DeviceName;
use crate::model::role::Role;

use super::anchors::{CertificateRoot, SigstoreInstance, StampAuthority};
use super::facts::DeviceFacts;
use super::identity::SignerIdentity;

/// A valid `trust.toml`. Made only by `Trust::parse` or [`Trust::of_pipeline`].
#[derive(Debug, Clone)]
pub struct Trust {
    /// SHA-256 of the file's bytes followed by the bytes of each `key-file`, in file order;
    /// `None` when the pipeline checks itself.
    pub sha256: Option<Sha256Digest>,
    /// Serial of the file.
    pub serial: Option<u64>,
    /// Devices.
    pub devices: Vec<TrustedDevice>,
    /// Pipelines.
    pub signers: Vec<TrustedSigner>,
    /// Roster.
    pub persons: Vec<Person>,
    /// Instances of Sigstore.
    pub sigstore: Vec<SigstoreInstance>,
    /// RFC 3161 authorities.
    pub stamp_authorities: Vec<StampAuthority>,
    /// Certificate authorities of companies.
    pub certificate_roots: Vec<CertificateRoot>,
    /// Signature algorithms that count.
    pub algorithms: Algorithms,
    /// Distinct authorities and logs that must date record and seal.
    pub time_sources: usize,
    /// `[unsafe]`.
    pub unsafe_settings: UnsafeSettings,
    /// Allowance when times of two clocks are compared, in seconds.
    pub skew_seconds: i64,
}

/// `[[device]]`.
#[derive(Debug, Clone)]
pub struct TrustedDevice {
    /// Name.
    pub name: DeviceName,
    /// Facts that stand.
    pub facts: DeviceFacts,
    /// Accepted policy digests.
    pub policies: Vec<Sha256Digest>,
    /// Accepted purposes.
    pub allow_purpose: Vec<Purpose>,
    /// Whether the release tag must be signed by a person of the roster.
    pub tag_signature: SignatureDemand,
    /// The same of the release commit.
    pub commit_signature: SignatureDemand,
    /// Distinct signers that must have signed the record.
    pub record_signers: usize,
    /// Distinct persons that must have approved in a role, beyond what the policy asks.
    pub approvals: BTreeMap<Role, usize>,
}

/// `tag-signature` and `commit-signature` of a `[[device]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureDemand {
    /// A signature that is there must verify; whose it is decides nothing.
    #[default]
    IfPresent,
    /// One must be there, and count as that of a person of the roster.
    Required,
}

impl SignatureDemand {
    /// All of them with the word used in files.
    pub const WORDS: [(&'static str, Self); 2] = [("required", Self::Required), ("if-present", Self::IfPresent)];
}

/// `[[signer]]`: a pipeline's key and the statements it may sign.
#[derive(Debug, Clone)]
pub struct TrustedSigner {
    /// Name for people.
    pub name: String,
    /// What it counts as where signers are counted; signers of one owner may share it.
    pub counts_as: Option<String>,
    /// Statement kinds.
    pub may_sign: BTreeSet<StatementKind>,
    /// Who it is.
    pub identity: SignerIdentity,
    /// Window in which its signatures count.
    pub window: Window,
}

impl TrustedSigner {
    /// What it counts as where signers are counted.
    #[must_use]
    pub fn counted(&self) -> &str {
        self.counts_as.as_deref().unwrap_or(&self.name)
    }
}

/// `[[person]]`.
#[derive(Debug, Clone)]
pub struct Person {
    /// Printed name.
    pub name: String,
    /// Roles of their own.
    pub roles: BTreeSet<Role>,
    /// Persons in whose roles they may sign for a time.
    pub deputy_for: Vec<Deputyship>,
    /// SSH keys; a person may have several, the person counts once.
    pub ssh_keys: Vec<ssh_key::PublicKey>,
    /// Window in which the person's signatures count.
    pub window: Window,
}

/// One person stands in for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputyship {
    /// Printed name of the person deputised for.
    pub name: String,
    /// From when to when; both are there.
    pub window: Window,
}

/// Dates (`YYYY-MM-DD`, inclusive, UTC) between which something counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub valid_from: Option<String>,
    /// Last day.
    pub valid_until: Option<String>,
    /// Day of revocation: from its first second on nothing counts.
    pub revoked: Option<String>,
}

impl Window {
    /// Why `date` (`YYYY-MM-DD`, UTC) lies outside, or `None` when it lies inside.
    #[must_use]
    pub fn refusal(&self, date: &str) -> Option<String> {
        // ISO 8601 calendar dates of four-digit years compare as text.
        if let Some(from) = self.valid_from.as_deref().filter(|from| date < *from) {
            return Some(format!("valid from {from} (got {date})"));
        }
        if let Some(until) = self.valid_until.as_deref().filter(|until| date > *until) {
            return Some(format!("valid until {until} (got {date})"));
        }
        self.revoked
            .as_deref()
            .filter(|revoked| date >= *revoked)
            .map(|revoked| format!("revoked on {revoked} (got {date})"))
    }
}

/// What a signer may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// SLSA provenance.
    Provenance,
    /// CycloneDX SBOM.
    Sbom,
    /// Vulnerability scan.
    Scan,
    /// Test results.
    Tests,
    /// Controlled documents.
    Document,
    /// The batch record.
    Record,
    /// VSA and per-check result.
    Verdict,
    /// Concessions.
    Concession,
    /// The seal.
    Seal,
    /// Addenda made after sealing.
    Addendum,
}

impl StatementKind {
    /// All kinds, in the order shown to people.
    pub const ALL: [Self; 10] = [
        Self::Provenance,
        Self::Sbom,
        Self::Scan,
        Self::Tests,
        Self::Document,
        Self::Record,
        Self::Verdict,
        Self::Concession,
        Self::Seal,
        Self::Addendum,
    ];

    /// The word used in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provenance => "provenance",
            Self::Sbom => "sbom",
            Self::Scan => "scan",
            Self::Tests => "tests",
            Self::Document => "document",
            Self::Record => "record",
            Self::Verdict => "verdict",
            Self::Concession => "concession",
            Self::Seal => "seal",
            Self::Addendum => "addendum",
        }
    }
}

/// `[unsafe]`: settings that weaken trust; each one in force stands in every result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UnsafeSettings {
    /// Believe asserted times where there is no stamp and no log entry.
    pub no_trusted_time: bool,
    /// Release without any person.
    pub no_human_release: bool,
}

impl UnsafeSettings {
    /// Names of the settings in force.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let mut names = Vec::new();
        if self.no_trusted_time {
            names.push("no-trusted-time".to_owned());
        }
        if self.no_human_release {
            names.push("no-human-release".to_owned());
        }
        names
    }
}

impl Trust {
    /// The pipeline's view of itself at the candidate stage: its own key, no persons.
    ///
    /// It proves that the signatures just made verify, and nothing about who may sign.
    #[must_use]
    pub fn of_pipeline(key: PublicKey, device: TrustedDevice) -> Self {
        Self::of_pipeline_identity(SignerIdentity::Key(key), device)
    }

    /// The same for a pipeline that is known otherwise; anchors are added by the caller.
    #[must_use]
    pub fn of_pipeline_identity(identity: SignerIdentity, device: TrustedDevice) -> Self {
        Self {
            sha256: None,
            serial: None,
            devices: vec![device],
            signers: vec![TrustedSigner {
                name: "this pipeline (self-check)".to_owned(),
                counts_as: None,
                may_sign: StatementKind::ALL.into_iter().collect(),
                identity,
                window: Window::default(),
            }],
            persons: Vec::new(),
            sigstore: Vec::new(),
            stamp_authorities: Vec::new(),
            certificate_roots: Vec::new(),
            algorithms: Algorithms::default(),
            time_sources: 1,
            unsafe_settings: UnsafeSettings { no_trusted_time: true, no_human_release: false },
            skew_seconds: DEFAULT_SKEW_SECONDS,
        }
    }

    /// The person of this printed name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.persons.iter().find(|person| person.name == name)
    }

    /// What a signer counts as where signers are counted.
    #[must_use]
    pub fn counted<'t>(&'t self, signer: &'t str) -> &'t str {
        self.signers.iter().find(|known| known.name == signer).map_or(signer, TrustedSigner::counted)
    }

    /// The device of this name.
    #[must_use]
    pub fn device(&self, name: &DeviceName) -> Option<&TrustedDevice> {
        self.devices.iter().find(|device| device.name == *name)
    }
}

/// Skew allowance where the trust file names none.
pub const DEFAULT_SKEW_SECONDS: i64 = 300;
