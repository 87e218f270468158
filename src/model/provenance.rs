//! SLSA provenance v1 (slsa.dev/spec/v1.0/provenance) as this product writes and reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digest::{GitId, Sha256Digest};
use super::statement::{Predicate, ResourceDescriptor};
use super::time::Timestamp;

/// `buildType` of a build that `record` ran and watched.
pub const BUILD_RECORDED: &str = "https://batchseal.dev/build/recorded/v1";

/// `buildType` of products that were built elsewhere and only taken in.
pub const BUILD_ELSEWHERE: &str = "https://batchseal.dev/build/elsewhere/v1";

/// Predicate `https://slsa.dev/provenance/v1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provenance {
    /// What was to be built, from what.
    pub build_definition: BuildDefinition,
    /// Who built it, when.
    pub run_details: RunDetails,
}

impl Predicate for Provenance {
    const TYPE: &'static str = "https://slsa.dev/provenance/v1";
}

/// `buildDefinition`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BuildDefinition {
    /// [`BUILD_RECORDED`] or [`BUILD_ELSEWHERE`].
    pub build_type: String,
    /// What the caller chose.
    pub external_parameters: ExternalParameters,
    /// What the machine contributed.
    pub internal_parameters: InternalParameters,
    /// Commit, lockfiles, toolchain.
    pub resolved_dependencies: Vec<ResourceDescriptor>,
}

/// `externalParameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ExternalParameters {
    /// Remote URL without credentials, where the repository has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repository: Option<String>,
    /// Release tag.
    pub tag: String,
    /// The build command, redacted; empty when products were built elsewhere.
    pub command: Vec<String>,
    /// Configured products: artifact name to path in the work tree.
    pub products: BTreeMap<String, String>,
}

/// `internalParameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InternalParameters {
    /// State of the sources.
    pub source: SourceState,
    /// Versions of the release manifests by path (`Cargo.toml` and the like).
    pub manifest_versions: BTreeMap<String, String>,
    /// Compilers and linkers that did the work.
    pub toolchain: Vec<Tool>,
    /// The machine.
    pub runner: Runner,
    /// Allow-listed environment that the build saw.
    pub environment: BTreeMap<String, String>,
    /// How the build ended; `None` when products were built elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub exit_code: Option<i32>,
    /// What `--unsafe-record-anyway` let through, in words; empty normally.
    pub overridden_refusals: Vec<String>,
}

/// Git facts that are not in the commit itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SourceState {
    /// Commit built.
    pub commit: GitId,
    /// Object id of the annotated tag; `None` for a lightweight tag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tag_object: Option<GitId>,
    /// SHA-256 of the sorted tree listing `git/tree.txt`.
    pub tree_sha256: Sha256Digest,
    /// Whether history was cut off (shallow clone).
    pub shallow: bool,
    /// Branches that contain the commit: short name to tip.
    pub branches: BTreeMap<String, GitId>,
    /// Submodules: path to commit and URL.
    pub submodules: Vec<Submodule>,
    /// Paths that were changed or untracked before the build.
    pub changes_before: Vec<String>,
    /// Tracked paths changed, or untracked paths made, by the build.
    pub changes_after: Vec<String>,
}

/// A git submodule as pinned by the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Submodule {
    /// Path in the work tree.
    pub path: String,
    /// Commit in the tree.
    pub commit: GitId,
    /// Configured URL without credentials.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Commit checked out, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checked_out: Option<GitId>,
}

/// A program that took part in the build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Tool {
    /// `rustc`, `cargo`, `cc`, `ld`.
    pub name: String,
    /// What it says of its version, first line.
    pub version: String,
    /// SHA-256 of the real binary (behind shims and links).
    pub sha256: Sha256Digest,
    /// File name of the real binary.
    pub file_name: String,
}

/// The machine the build ran on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Runner {
    /// `linux`, `macos`, `windows`.
    pub os: String,
    /// `x86_64`, `aarch64`, …
    pub arch: String,
    /// Name and version of the distribution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub os_release: Option<String>,
    /// Kernel release.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kernel: Option<String>,
    /// `local`, `github-actions`, `gitlab-ci`, `other`.
    pub ci: String,
    /// Facts the CI tells of itself (run id, workflow, runner image), from an allow list.
    pub ci_facts: BTreeMap<String, String>,
}

/// `runDetails`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RunDetails {
    /// The builder.
    pub builder: Builder,
    /// When.
    pub metadata: BuildMetadata,
    /// The redacted build log.
    pub byproducts: Vec<ResourceDescriptor>,
}

/// `runDetails.builder`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Builder {
    /// Builder id URI.
    pub id: String,
    /// Version of the recorder by name.
    pub version: BTreeMap<String, String>,
    /// The recorder's program by its digest, where the operating system tells it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub builder_dependencies: Vec<ResourceDescriptor>,
}

/// `runDetails.metadata`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BuildMetadata {
    /// Unique id of this run.
    pub invocation_id: String,
    /// Start of the build.
    pub started_on: Timestamp,
    /// End of the build.
    pub finished_on: Timestamp,
}
