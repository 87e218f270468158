//! Builds the provenance statement (slsa.dev/spec/v1.0/provenance) from facts gathered elsewhere.
//!
//! It states what was seen and never a SLSA level: that is for the verifier, who knows the set-up.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::hint::Hint;
use crate::model::provenance::{
    BUILD_ELSEWHERE, BUILD_RECORDED, BuildDefinition, BuildMetadata, Builder, ExternalParameters, InternalParameters,
    Provenance, RunDetails, Runner, SourceState, Tool,
};
use crate::model::record::{ArtifactRecord, ToolIdentity};
use crate::model::statement::{ResourceDescriptor, Statement, Subject};
use crate::model::time::Timestamp;

use super::remote;

pub use crate::model::entry::BUILD_LOG_ENTRY as LOG_ENTRY;

/// A lockfile as it stood before the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockfile {
    /// Path in the work tree, `/`-separated.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256Digest,
}

/// How the artifacts came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// This program ran the build.
    Recorded {
        /// The command, redacted.
        command: Vec<String>,
        /// How it ended.
        exit_code: i32,
        /// SHA-256 of the kept log, which is [`LOG_ENTRY`].
        log_sha256: Sha256Digest,
    },
    /// They were built elsewhere and only taken in.
    Elsewhere,
}

/// Everything the statement says, gathered by the adapters.
#[derive(Debug, Clone)]
pub struct BuildFacts {
    /// SHA-256 of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The artifacts of this origin.
    pub artifacts: Vec<ArtifactRecord>,
    /// Configured products of this origin: artifact name to path in the work tree.
    pub products: BTreeMap<String, String>,
    /// How they came to be.
    pub origin: Origin,
    /// Release tag, short name.
    pub tag: String,
    /// Remote of the repository as configured, without credentials.
    pub repository: Option<String>,
    /// Git facts; commit and tag ids are taken from here.
    pub source: SourceState,
    /// Versions in the release manifests, by path.
    pub manifest_versions: BTreeMap<String, String>,
    /// Lockfiles.
    pub lockfiles: Vec<Lockfile>,
    /// Compilers and linkers.
    pub toolchain: Vec<Tool>,
    /// The machine.
    pub runner: Runner,
    /// Environment as recorded.
    pub environment: BTreeMap<String, String>,
    /// What an override let through, in words.
    pub overridden_refusals: Vec<String>,
    /// This program.
    pub tool: ToolIdentity,
    /// Unique id of this run.
    pub invocation_id: String,
    /// Start of the build.
    pub started: Timestamp,
    /// End of the build.
    pub finished: Timestamp,
}

/// Facts that cannot be stated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Nothing to speak of.
    #[error("provenance has no artifacts (expected at least one)")]
    NoArtifacts,
    /// Two subjects of one name.
    #[error("artifact name {name:?} is used twice or belongs to the batch itself")]
    Name {
        /// The name.
        name: String,
    },
    /// Artifacts and configured products differ.
    #[error("artifact {name:?} is not among the configured products, or a configured product was not made")]
    Products {
        /// The name found on one side only.
        name: String,
    },
    /// A URL, of the repository or a submodule, with a user and password, or a token.
    #[error("URL of the repository or of a submodule holds credentials (expected a URL without them)")]
    Credentials,
    /// A path that leaves the work tree or names the machine.
    #[error("lockfile path {path:?} is not usable (expected a path relative to the work tree)")]
    Lockfile {
        /// As given.
        path: String,
    },
    /// The kind of CI becomes part of the builder id.
    #[error("ci kind {got:?} is not usable (expected lowercase letters, digits and '-')")]
    Ci {
        /// As given.
        got: String,
    },
    /// An invocation without id.
    #[error("invocation id is empty")]
    NoInvocation,
    /// The end lies before the start.
    #[error("build ended at {finished}, before it began at {started}")]
    Times {
        /// Start.
        started: Timestamp,
        /// End.
        finished: Timestamp,
    },
}

impl Hint for FactsError {
    fn hint(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::NoArtifacts | Self::Name { .. } | Self::Products { .. } => {
                Some("correct the list of products under [release] artifacts".into())
            }
            Self::Credentials => {
                Some("remove user, password and token from the remote's URL (git remote set-url)".into())
            }
            Self::Times { .. } => Some("set the machine's clock right, then record again".into()),
            Self::Lockfile { .. } | Self::Ci { .. } | Self::NoInvocation => None,
        }
    }
}

/// The provenance of artifacts of one origin. A batch with both kinds has two statements, so that
/// none says that this build made what was built elsewhere.
///
/// # Errors
/// [`FactsError`].
pub fn build_statement(facts: BuildFacts) -> Result<Statement<Provenance>, FactsError> {
    check(&facts)?;
    let repository = facts.repository.as_deref().and_then(network_place);
    let subject = subjects(&facts)?;
    let resolved_dependencies = dependencies(&facts, repository.as_deref());
    let (build_type, command, exit_code, byproducts) = match facts.origin {
        Origin::Recorded { command, exit_code, log_sha256 } => {
            (BUILD_RECORDED, command, Some(exit_code), vec![log_descriptor(log_sha256)])
        }
        Origin::Elsewhere => (BUILD_ELSEWHERE, Vec::new(), None, Vec::new()),
    };
    let builder = Builder {
        id: format!("https://batchseal.dev/builder/{}/v1", facts.runner.ci),
        builder_dependencies: facts.tool.sha256.map(|digest| program(&facts.tool.name, digest)).into_iter().collect(),
        version: BTreeMap::from([(facts.tool.name, facts.tool.version)]),
    };
    let build_definition = BuildDefinition {
        build_type: build_type.to_owned(),
        external_parameters: ExternalParameters { repository, tag: facts.tag, command, products: facts.products },
        internal_parameters: InternalParameters {
            source: facts.source,
            manifest_versions: facts.manifest_versions,
            toolchain: facts.toolchain,
            runner: facts.runner,
            environment: facts.environment,
            exit_code,
            overridden_refusals: facts.overridden_refusals,
        },
        resolved_dependencies,
    };
    let metadata =
        BuildMetadata { invocation_id: facts.invocation_id, started_on: facts.started, finished_on: facts.finished };
    let run_details = RunDetails { builder, metadata, byproducts };
    Ok(Statement { subject, predicate: Provenance { build_definition, run_details } })
}

fn check(facts: &BuildFacts) -> Result<(), FactsError> {
    if facts.invocation_id.trim().is_empty() {
        return Err(FactsError::NoInvocation);
    }
    if facts.finished < facts.started {
        return Err(FactsError::Times { started: facts.started, finished: facts.finished });
    }
    let ci = &facts.runner.ci;
    if ci.is_empty() || !ci.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(FactsError::Ci { got: ci.chars().take(40).collect() });
    }
    let urls = facts.source.submodules.iter().filter_map(|submodule| submodule.url.as_deref());
    if urls.chain(facts.repository.as_deref()).any(|url| remote::parse(url).is_err()) {
        return Err(FactsError::Credentials);
    }
    for lockfile in &facts.lockfiles {
        let sound = |part: &str| !part.is_empty() && !matches!(part, "." | "..") && !part.contains([':', '\\', '\0']);
        if !lockfile.path.split('/').all(sound) {
            return Err(FactsError::Lockfile { path: lockfile.path.chars().take(200).collect() });
        }
    }
    Ok(())
}

/// The artifacts, sorted by name, and `batch.json`.
fn subjects(facts: &BuildFacts) -> Result<Vec<Subject>, FactsError> {
    if facts.artifacts.is_empty() {
        return Err(FactsError::NoArtifacts);
    }
    let mut names = BTreeSet::from([BATCH_ENTRY]);
    for artifact in &facts.artifacts {
        if !names.insert(artifact.name.as_str()) {
            return Err(FactsError::Name { name: artifact.name.to_string() });
        }
    }
    names.remove(BATCH_ENTRY);
    let configured = facts.products.keys().map(String::as_str).collect();
    if let Some(name) = names.symmetric_difference(&configured).next() {
        return Err(FactsError::Products { name: (*name).to_owned() });
    }
    let mut subjects: Vec<Subject> =
        facts.artifacts.iter().map(|artifact| Subject::new(artifact.name.as_str(), artifact.sha256)).collect();
    subjects.sort();
    subjects.push(Subject::new(BATCH_ENTRY, facts.batch_sha256));
    Ok(subjects)
}

fn dependencies(facts: &BuildFacts, repository: Option<&str>) -> Vec<ResourceDescriptor> {
    let source = &facts.source;
    let mut ids = BTreeMap::from([("gitCommit".to_owned(), source.commit.to_string())]);
    ids.extend(source.tag_object.as_ref().map(|tag| ("gitTag".to_owned(), tag.to_string())));
    let mut all = vec![ResourceDescriptor {
        name: Some("source".to_owned()),
        uri: repository.map(|repository| format!("git+{repository}@refs/tags/{}", facts.tag)),
        digest: ids,
        media_type: None,
        annotations: BTreeMap::from([("treeSha256".to_owned(), source.tree_sha256.to_hex())]),
    }];
    all.extend(source.submodules.iter().map(|submodule| ResourceDescriptor {
        name: Some(submodule.path.clone()),
        uri: submodule.url.as_deref().and_then(network_place).map(|url| format!("git+{url}")),
        digest: BTreeMap::from([("gitCommit".to_owned(), submodule.commit.to_string())]),
        media_type: None,
        annotations: BTreeMap::new(),
    }));
    all.extend(facts.lockfiles.iter().map(|lockfile| ResourceDescriptor {
        name: None,
        uri: Some(lockfile.path.clone()),
        digest: sha256(lockfile.sha256),
        media_type: None,
        annotations: BTreeMap::new(),
    }));
    all.extend(facts.toolchain.iter().map(|tool| ResourceDescriptor {
        name: Some(tool.name.clone()),
        uri: None,
        digest: sha256(tool.sha256),
        media_type: None,
        annotations: BTreeMap::from([
            ("fileName".to_owned(), tool.file_name.clone()),
            ("version".to_owned(), tool.version.clone()),
        ]),
    }));
    all
}

/// The recorder's own program.
fn program(name: &str, digest: Sha256Digest) -> ResourceDescriptor {
    ResourceDescriptor {
        name: Some(name.to_owned()),
        uri: None,
        digest: sha256(digest),
        media_type: None,
        annotations: BTreeMap::new(),
    }
}

fn log_descriptor(digest: Sha256Digest) -> ResourceDescriptor {
    ResourceDescriptor {
        name: Some(LOG_ENTRY.to_owned()),
        uri: None,
        digest: sha256(digest),
        media_type: Some("text/plain".to_owned()),
        annotations: BTreeMap::new(),
    }
}

fn sha256(digest: Sha256Digest) -> BTreeMap<String, String> {
    BTreeMap::from([("sha256".to_owned(), digest.to_hex())])
}

/// A remote that others can reach; one on this machine is left out, its commit stays.
fn network_place(url: &str) -> Option<String> {
    remote::parse(url).ok().flatten()
}
