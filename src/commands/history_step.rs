//! The commits since the last release, kept as `git/commits.txt`.

use std::path::{Path, PathBuf};

use crate::adapters::evidence_file;
use crate::adapters::git::{GitError, Repository};
use crate::attestation::sigstore_bundle::SigstoreBundle;
use crate::evidence::layout::{EntryMap, get};
use crate::exit::ExitStatus;
use crate::model::batch::{BATCH_ENTRY, Batch};
use crate::model::digest::GitId;
use crate::model::json;
use crate::model::seal::{SEAL_ENTRY, Seal, Status};
use crate::model::statement::Statement;
use crate::policy::release::Policy;

use super::failure::Failure;
use super::refusal::Refusal;

/// Commits that changes are counted from: those of the earlier releases given, and the policy's baseline. What the
/// bundles say is not verified here: it only decides how much is kept, and the gate judges by verified seals.
///
/// # Errors
/// [`Failure`] with exit 3 for a bundle that cannot be read.
pub fn bases(previous: &[PathBuf], policy: &Policy) -> Result<Vec<GitId>, Failure> {
    let mut bases: Vec<GitId> = policy.gate.changes.since.iter().cloned().collect();
    for path in previous {
        bases.extend(released(path)?);
    }
    Ok(bases)
}

fn released(path: &Path) -> Result<Option<GitId>, Failure> {
    let bundle = evidence_file::open(path).map_err(|error| {
        Failure::new(ExitStatus::Input, error).with_hint("Give earlier sealed bundles of this device with --previous")
    })?;
    let map = bundle.entries.as_map();
    let commit = get(&map, BATCH_ENTRY).and_then(|bytes| json::decode::<Batch>(bytes).ok()).map(|batch| batch.commit);
    Ok(commit.filter(|_| is_released(&map)))
}

fn is_released(map: &EntryMap<'_>) -> bool {
    let seal = get(map, SEAL_ENTRY).and_then(|bytes| SigstoreBundle::decode(bytes).ok());
    let seal = seal.and_then(|bundle| Statement::<Seal>::decode(&bundle.payload).ok());
    seal.is_some_and(|seal| seal.predicate.status == Status::Released)
}

/// The raw commits; none, with the refusal, where there are too many to keep.
///
/// # Errors
/// [`GitError`] for what cannot be read.
pub fn commits(repository: &Repository, bases: &[GitId]) -> Result<(Option<Vec<u8>>, Option<Refusal>), GitError> {
    match repository.commits_since(bases) {
        Ok(commits) => Ok((Some(commits), None)),
        Err(error @ (GitError::TooMany { .. } | GitError::TooLarge { .. })) => {
            let next = "Give the earlier sealed bundles with --previous, or name a commit that counts as approved \
                        as [gate.changes] since";
            Ok((None, Some(Refusal::finding(error.to_string(), next))))
        }
        Err(error) => Err(error),
    }
}
