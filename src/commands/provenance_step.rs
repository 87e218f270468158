//! Builds the open batch: identity, raw objects, lockfiles, log, provenance.

use std::collections::BTreeMap;
use std::path::Path;

use crate::adapters::batch_folder::{BatchFolder, OwnedEntries};
use crate::adapters::build::environment::BuildEnvironment;
use crate::adapters::build::runner;
use crate::adapters::pipeline_signer::PipelineSigner;
use crate::adapters::{clock, program};
use crate::attestation::sign::{Signer, attest};
use crate::evidence::layout;
use crate::exit::ExitStatus;
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::entry;
use crate::model::json;
use crate::model::record::ArtifactRecord;
use crate::policy::release::{POLICY_ENTRY, Policy};
use crate::provenance::statement::{BuildFacts, Lockfile, Origin, build_statement};

use super::failure::{Failure, input, internal, unsigned};
use super::record::{Built, Recorded, Request};
use super::session;
use super::survey::Sources;

/// Writes the open batch of one build.
///
/// # Errors
/// [`Failure`]; then there is no open batch.
#[expect(clippy::too_many_arguments, reason = "everything that one build gave, used once")]
pub fn open_batch(
    request: &Request<'_>,
    policy: Policy,
    policy_bytes: Vec<u8>,
    root: &Path,
    environment: BuildEnvironment,
    sources: Sources,
    built: Option<Built>,
    artifacts: Vec<ArtifactRecord>,
    key: PipelineSigner,
) -> Result<Recorded, Failure> {
    let tree_sha256 = Sha256Digest::of(&sources.release.tree_bytes);
    let batch = policy
        .batch(request.tag, sources.release.commit.clone(), tree_sha256)
        .ok_or_else(|| session::tag_does_not_fit(&policy, request.tag))?;
    let batch_bytes = json::encode(&batch).map_err(internal)?;
    let batch_sha256 = Sha256Digest::of(&batch_bytes);
    let mut entries = OwnedEntries::default();
    let mut add = |name: &str, bytes: Vec<u8>| entries.insert(name, bytes).map_err(internal);
    add(BATCH_ENTRY, batch_bytes)?;
    add(POLICY_ENTRY, policy_bytes)?;
    add(layout::COMMIT_ENTRY, sources.release.commit_bytes.clone())?;
    add(layout::TREE_ENTRY, sources.release.tree_bytes.clone())?;
    if let Some(commits) = &sources.commits {
        add(layout::COMMITS_ENTRY, commits.clone())?;
    }
    if let Some(tag) = &sources.release.tag {
        add(layout::TAG_ENTRY, tag.bytes.clone())?;
    }
    // A key that a certificate speaks for stands in every bundle already, and lives no longer than this run.
    if !policy.signing.has_certificates() {
        add(layout::PIPELINE_KEY_ENTRY, key.public_key().to_pem().into_bytes())?;
    }
    let lockfiles = sources.kept(&policy)?;
    for lockfile in &lockfiles {
        let name = entry::kept(&lockfile.path).map_err(input)?;
        add(name.as_str(), lockfile.bytes.clone())?;
    }
    if let Some(built) = &built {
        add(layout::BUILD_LOG_ENTRY, built.run.log.clone())?;
    }
    let lockfiles: Vec<Lockfile> = lockfiles
        .into_iter()
        .map(|lockfile| Lockfile { sha256: Sha256Digest::of(&lockfile.bytes), path: lockfile.path })
        .collect();
    let facts = Facts {
        request,
        policy: &policy,
        environment: &environment,
        sources: &sources,
        built: built.as_ref(),
        batch_sha256,
        lockfiles,
    };
    for (name, elsewhere) in [("build", false), ("elsewhere", true)] {
        let own = facts.artifacts(&artifacts, elsewhere);
        if own.is_empty() {
            continue;
        }
        let statement = build_statement(facts.of(own, elsewhere)?).map_err(internal)?;
        let signed = attest(&statement, &key).map_err(unsigned)?;
        add(&format!("attestations/provenance-{name}.sigstore.json"), signed.bundle)?;
    }
    let folder = BatchFolder::at(request.out, &batch.stem());
    folder.replace(&entries).map_err(input)?;
    Ok(Recorded { folder, entries, batch, batch_sha256, artifacts, policy, key, root: root.to_path_buf(), environment })
}

struct Facts<'a> {
    request: &'a Request<'a>,
    policy: &'a Policy,
    environment: &'a BuildEnvironment,
    sources: &'a Sources,
    built: Option<&'a Built>,
    batch_sha256: Sha256Digest,
    lockfiles: Vec<Lockfile>,
}

impl Facts<'_> {
    /// Whether a product was built elsewhere: as configured, or because nothing was built here.
    fn is_elsewhere(&self, name: &str) -> bool {
        self.built.is_none()
            || self
                .policy
                .release
                .artifacts
                .iter()
                .any(|artifact| artifact.name.as_str() == name && artifact.built_elsewhere)
    }

    fn artifacts(&self, all: &[ArtifactRecord], elsewhere: bool) -> Vec<ArtifactRecord> {
        all.iter().filter(|artifact| self.is_elsewhere(artifact.name.as_str()) == elsewhere).cloned().collect()
    }

    fn of(&self, artifacts: Vec<ArtifactRecord>, elsewhere: bool) -> Result<BuildFacts, Failure> {
        let products: BTreeMap<String, String> = self
            .policy
            .release
            .artifacts
            .iter()
            .filter(|product| artifacts.iter().any(|artifact| artifact.name == product.name))
            .map(|product| (product.name.to_string(), product.path.clone()))
            .collect();
        let built = self.built.filter(|_| !elsewhere);
        let origin = match built {
            None => Origin::Elsewhere,
            Some(built) => Origin::Recorded {
                command: built.run.command.clone(),
                exit_code: built
                    .run
                    .exit_code
                    .ok_or_else(|| Failure::message(ExitStatus::Internal, "a finished build has no exit code"))?,
                log_sha256: Sha256Digest::of(&built.run.log),
            },
        };
        let now = clock::now();
        let overridden = self.sources.refusals.iter().chain(&self.sources.refusals_after);
        Ok(BuildFacts {
            batch_sha256: self.batch_sha256,
            artifacts,
            products,
            origin,
            tag: self.request.tag.to_owned(),
            repository: self.sources.release.remote.clone(),
            source: self.sources.state(),
            manifest_versions: self.sources.manifest_versions.clone(),
            lockfiles: self.lockfiles.clone(),
            toolchain: built.map(|built| built.toolchain.clone()).unwrap_or_default(),
            runner: runner::describe(),
            environment: built.map(|_| self.environment.recorded.clone()).unwrap_or_default(),
            overridden_refusals: overridden.map(|refusal| refusal.what.clone()).collect(),
            tool: program::identity(),
            invocation_id: program::invocation_id(),
            started: built.map_or(now, |built| built.run.started),
            finished: built.map_or(now, |built| built.run.finished),
        })
    }
}
