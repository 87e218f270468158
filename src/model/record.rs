//! `record.json`: the medical device or batch record of one version (ISO 13485:2016 7.5.1).

use serde::{Deserialize, Serialize};

use super::batch::{Batch, SchemaVersion};
use super::digest::{GitId, Sha256Digest};
use super::name::{ArtifactName, DeviceName, EntryName, Version};
use super::outcome::CheckId;
use super::result::GateResult;
use super::sbom_changes::SbomChanges;
use super::statement::Predicate;
use super::time::Timestamp;
use super::udi::Udi;

/// Entry name of the record.
pub const RECORD_ENTRY: &str = "record.json";

/// Entry name of the signed record.
pub const RECORD_SIGNED_ENTRY: &str = "record.sigstore.json";

/// Predicate of the batch record. It holds no approvals and no final verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Record {
    /// Format version.
    pub schema_version: SchemaVersion<1>,
    /// The batch; equal to `batch.json`.
    pub batch: Batch,
    /// When the record was made, by the pipeline's clock.
    pub created_at: Timestamp,
    /// The recording tool.
    pub tool: ToolIdentity,
    /// The products, all of them subjects of this statement too.
    pub artifacts: Vec<ArtifactRecord>,
    /// How many of them were made, and how many of those are approved for distribution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantities: Option<Quantities>,
    /// Every entry made before this record, by name.
    pub entries: Vec<EntryDigest>,
    /// What the candidate gate said.
    pub candidate_gate: GateResult,
    /// Checks that wait for a person's answer.
    pub pending: Vec<CheckId>,
    /// Whether this claims to be the device's first release.
    pub first_release: bool,
    /// Earlier sealed records that were given to the recorder.
    pub previous: Vec<PreviousRelease>,
    /// Every earlier attempt at this version known to the recorder, oldest first.
    pub attempts: Vec<Attempt>,
    /// What the SBOM says otherwise than that of the newest earlier release that was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sbom_changes: Option<ChangesSince>,
    /// Approved exceptions (8.3.2); none in this format version's first writers.
    pub concessions: Vec<ConcessionRef>,
}

impl Predicate for Record {
    const TYPE: &'static str = "https://batchseal.dev/record/v1";
}

/// The program that made or judged something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ToolIdentity {
    /// `batchseal`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the running program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<Sha256Digest>,
}

/// One product of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ArtifactRecord {
    /// File name; the subject name in every statement.
    pub name: ArtifactName,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// Size in bytes.
    pub size: u64,
    /// Target triple or variant, where configured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<String>,
    /// Variant of the device that it is for, where configured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub variant: Option<String>,
    /// What becomes of it, where it is said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub disposition: Option<Disposition>,
}

impl ArtifactRecord {
    /// A product that ships, of no target or variant in particular.
    #[must_use]
    pub const fn new(name: ArtifactName, sha256: Sha256Digest, size: u64) -> Self {
        Self { name, sha256, size, target: None, variant: None, disposition: None }
    }

    /// What becomes of it: it ships where nothing is said, as in records of older tools.
    #[must_use]
    pub fn disposition(&self) -> Disposition {
        self.disposition.unwrap_or_default()
    }

    /// Whether it ships.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.disposition() == Disposition::Release
    }
}

/// What becomes of an artifact that was made (ISO 13485:2016 7.5.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disposition {
    /// It ships.
    #[default]
    Release,
    /// It is kept back until somebody decides.
    Hold,
    /// It never ships.
    Scrap,
}

impl Disposition {
    /// The word in the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Hold => "hold",
            Self::Scrap => "scrap",
        }
    }
}

/// Amount manufactured and amount approved for distribution (ISO 13485:2016 7.5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Quantities {
    /// Artifacts made.
    pub manufactured: u64,
    /// Artifacts that ship, of those made.
    pub approved: u64,
    /// What is counted.
    pub unit: String,
    /// Why that is the right thing to count.
    pub rationale: String,
}

impl Quantities {
    /// What is counted where software is made: it is copied at will afterwards.
    pub const UNIT: &'static str = "master copy";

    /// Why, where the policy does not say it in other words.
    pub const RATIONALE: &'static str = "Software is made once and copied without further production. Each artifact of \
        the batch is one master copy; copies are told from it by their SHA-256.";

    /// The count of these artifacts; `rationale` takes the place of the built-in words.
    #[must_use]
    pub fn of(artifacts: &[ArtifactRecord], rationale: Option<&str>) -> Self {
        let approved = artifacts.iter().filter(|artifact| artifact.ships()).count();
        Self {
            manufactured: artifacts.len() as u64,
            approved: approved as u64,
            unit: Self::UNIT.to_owned(),
            rationale: rationale.unwrap_or(Self::RATIONALE).to_owned(),
        }
    }
}

/// An entry of the container with its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EntryDigest {
    /// Path in the container.
    pub name: EntryName,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
    /// Size in bytes.
    pub size: u64,
}

/// An earlier sealed record of the same device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PreviousRelease {
    /// Its device.
    pub device: DeviceName,
    /// Its version.
    pub version: Version,
    /// SHA-256 of the sealed container.
    pub bundle_sha256: Sha256Digest,
    /// Its artifacts.
    pub artifacts: Vec<ArtifactRecord>,
    /// Commit that it released; absent where its record was rejected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub commit: Option<GitId>,
    /// Its UDI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub udi: Option<Udi>,
    /// SHA-256 of each of its labeling files, sorted; absent where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub labeling: Option<Vec<Sha256Digest>>,
}

/// Changes of the SBOM since an earlier release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChangesSince {
    /// Its version.
    pub version: Version,
    /// SHA-256 of its SBOM.
    pub sbom_sha256: Sha256Digest,
    /// What came, went and changed.
    pub changes: SbomChanges,
}

/// An earlier attempt at the same version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Attempt {
    /// When it began.
    pub started_at: Timestamp,
    /// How it ended, in words: `recording refused`, `build failed`, `candidate FAILED`, `candidate PENDING`, …
    pub ended: String,
    /// SHA-256 of its record, where it came that far.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record_sha256: Option<Sha256Digest>,
}

/// A concession that the record counts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ConcessionRef {
    /// Check whose finding it covers.
    pub check: CheckId,
    /// Entry with the signed concession.
    pub entry: EntryName,
}
