//! `batchseal.toml`: what this batch claims to be and what it must show.

use std::collections::BTreeMap;

use crate::model::batch::{Batch, Device, Purpose, SchemaVersion, Udi};
use crate::model::digest::{GitId, Sha256Digest};
use crate::model::name::{ArtifactName, DeviceName, Version};
use crate::model::outcome::{CheckId, Severity};
use crate::model::pattern;
use crate::model::role::Role;
use crate::model::suite::SuiteName;
use crate::model::vulnerabilities::Score;

use super::ages::AgeLimits;
use super::facts::DeviceFacts;

pub use super::signing::{KeySource, SignerProgram, SigningPolicy};

/// Entry that holds the policy's bytes.
pub const POLICY_ENTRY: &str = "policy/batchseal.toml";

/// A valid `batchseal.toml`. Made only by `Policy::parse`.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The device.
    pub device: DevicePolicy,
    /// The release.
    pub release: ReleasePolicy,
    /// How the pipeline signs.
    pub signing: SigningPolicy,
    /// The gate.
    pub gate: GatePolicy,
    /// Environment names the build may see beside the built-in allow list.
    pub build_environment: Vec<String>,
    /// Suppliers by purl pattern, first match wins.
    pub suppliers: Vec<SupplierRule>,
    /// Values that only people know and that nobody has filled in yet, in file order.
    pub unfilled: Vec<Unfilled>,
    /// SHA-256 of the file's bytes.
    pub sha256: Sha256Digest,
}

/// A value that still carries the mark `FILL IN`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    /// Dotted key, such as `device.manufacturer`.
    pub key: String,
    /// Line in the file, from 1.
    pub line: usize,
}

/// `[device]`.
#[derive(Debug, Clone)]
pub struct DevicePolicy {
    /// Name, safe in file names.
    pub name: DeviceName,
    /// Legal manufacturer.
    pub manufacturer: String,
    /// Medical device file reference with revision.
    pub mdf: Option<String>,
    /// Facts that decide what applies.
    pub facts: DeviceFacts,
    /// Last day of support, `YYYY-MM-DD`.
    pub support_end: Option<String>,
    /// UDI.
    pub udi: Option<Udi>,
}

/// `[release]`.
#[derive(Debug, Clone)]
pub struct ReleasePolicy {
    /// Tag pattern.
    pub tag: TagPattern,
    /// What batches are for.
    pub purpose: Purpose,
    /// Whether this claims to be the device's first release.
    pub first_release: bool,
    /// Whether the release corrects or removes devices in the field; `None` where nobody has said.
    pub field_action: Option<bool>,
    /// Whether the maker deems the record confidential (21 CFR 820.35(d)); `None` where nobody has said.
    pub confidential: Option<bool>,
    /// Branches a release may be cut from; the tag's commit must be on one of them.
    pub branches: Vec<String>,
    /// Roles whose approval is required; always contains `authoriser`.
    pub approvals: Vec<Role>,
    /// Products.
    pub artifacts: Vec<ArtifactPolicy>,
    /// How the Cargo products are built.
    pub cargo: Option<CargoPolicy>,
    /// What else the SBOM is made from.
    pub sbom: SbomPolicy,
    /// Committed list of reports and documents to take in (`evidence.toml`), relative to the repository root.
    pub evidence: Option<String>,
}

impl ReleasePolicy {
    /// Committed files that the bundle keeps because the policy names them; each relative to the repository root.
    pub fn kept_paths(&self) -> impl Iterator<Item = &str> {
        self.sbom.paths().chain(self.evidence.as_deref())
    }
}

/// Tag pattern with exactly one `{version}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagPattern {
    prefix: String,
    suffix: String,
}

impl TagPattern {
    /// Parses `v{version}` and the like; `None` unless `{version}` stands in it exactly once.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, suffix) = text.split_once("{version}")?;
        let sound = |part: &str| {
            part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/' | b'+'))
        };
        (sound(prefix) && sound(suffix)).then(|| Self { prefix: prefix.to_owned(), suffix: suffix.to_owned() })
    }

    /// The version that a tag of this pattern names.
    #[must_use]
    pub fn version_of(&self, tag: &str) -> Option<Version> {
        let version = tag.strip_prefix(self.prefix.as_str())?.strip_suffix(self.suffix.as_str())?;
        Version::parse(version).ok()
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_text(&self) -> String {
        format!("{}{{version}}{}", self.prefix, self.suffix)
    }
}

/// One product.
#[derive(Debug, Clone)]
pub struct ArtifactPolicy {
    /// Path relative to the repository root, `/`-separated, no `..`.
    pub path: String,
    /// Name in the batch.
    pub name: ArtifactName,
    /// Target triple or variant.
    pub target: Option<String>,
    /// Whether it was built elsewhere and is only taken in.
    pub built_elsewhere: bool,
}

/// `[release.cargo]`.
#[derive(Debug, Clone)]
pub struct CargoPolicy {
    /// Packages whose binaries ship.
    pub packages: Vec<String>,
    /// Cargo profile.
    pub profile: String,
    /// Features switched on.
    pub features: Vec<String>,
    /// `--all-features`.
    pub all_features: bool,
    /// `--no-default-features`.
    pub no_default_features: bool,
    /// Path of the workspace manifest relative to the repository root.
    pub manifest: String,
}

/// `[release.sbom]`: committed files that the SBOM is made from beside what Cargo builds. Paths are
/// relative to the repository root, `/`-separated, no `..`, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SbomPolicy {
    /// Lockfiles of other package managers.
    pub lockfiles: Vec<String>,
    /// SBOMs that others made.
    pub imports: Vec<String>,
    /// Components that no package manager knows.
    pub components: Option<String>,
    /// Suppliers and support by package URL pattern.
    pub support: Option<String>,
}

impl SbomPolicy {
    /// Every path, in the order of the keys.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.lockfiles.iter().chain(&self.imports).chain(&self.components).chain(&self.support);
        files.map(String::as_str)
    }

    /// Whether there is anything to make an SBOM from.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lockfiles.is_empty() && self.imports.is_empty() && self.components.is_none()
    }
}

/// `[gate]`.
#[derive(Debug, Clone)]
pub struct GatePolicy {
    /// SBOM profiles that must be complete.
    pub sbom_profiles: Vec<SbomProfile>,
    /// Test suites of which a report must be there; empty where any will do.
    pub suites: Vec<SuiteName>,
    /// Severities raised above the default.
    pub severities: BTreeMap<CheckId, Severity>,
    /// How old data and reviews may be.
    pub ages: AgeLimits,
    /// Score from which a finding of a scan needs a decision; every finding where there is none.
    pub severity_threshold: Option<Score>,
}

/// Where `[gate]` is absent: the profile that FDA's guidance asks for, a report of any suite, nothing raised.
impl Default for GatePolicy {
    fn default() -> Self {
        Self {
            sbom_profiles: vec![SbomProfile::Fda2026],
            suites: Vec::new(),
            severities: BTreeMap::new(),
            ages: AgeLimits::default(),
            severity_threshold: None,
        }
    }
}

/// SBOM element profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SbomProfile {
    /// FDA premarket cybersecurity guidance of 2026-02-03, V.A.4(b), with NTIA Framing 2nd ed. 2.2.
    Fda2026,
    /// CISA 2026 Minimum Elements for an SBOM v2.1.
    Cisa2026,
    /// NTIA Minimum Elements for an SBOM of 2021-07-12.
    Ntia2021,
    /// IMDRF N73, SBOM for medical device cybersecurity.
    ImdrfN73,
}

impl SbomProfile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Fda2026, Self::Cisa2026, Self::Ntia2021, Self::ImdrfN73];

    /// The word used in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fda2026 => "fda-2026",
            Self::Cisa2026 => "cisa-2026",
            Self::Ntia2021 => "ntia-2021",
            Self::ImdrfN73 => "imdrf-n73",
        }
    }

    /// The profile of a word, letter for letter.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }
}

/// `[[supplier]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplierRule {
    /// purl with optional `*`, anchored at both ends.
    pub purl: String,
    /// Supplier name.
    pub name: Option<String>,
    /// Recorded answer that the supplier is unknown, with the reason; never together with `name`.
    pub unknown_because: Option<String>,
}

impl SupplierRule {
    /// Whether the rule speaks of this purl: `*` stands for any text, all else for itself.
    #[must_use]
    pub fn matches(&self, purl: &str) -> bool {
        pattern::matches(&self.purl, purl)
    }
}

impl Policy {
    /// The batch that a tag of this policy is.
    ///
    /// `None` when the tag does not fit the pattern.
    #[must_use]
    pub fn batch(&self, tag: &str, commit: GitId, tree_sha256: Sha256Digest) -> Option<Batch> {
        Some(Batch {
            schema_version: SchemaVersion,
            device: Device {
                name: self.device.name.clone(),
                manufacturer: self.device.manufacturer.clone(),
                mdf: self.device.mdf.clone(),
            },
            version: self.release.tag.version_of(tag)?,
            udi: self.device.udi.clone(),
            tag: tag.to_owned(),
            commit,
            tree_sha256,
            purpose: self.release.purpose,
        })
    }
}
