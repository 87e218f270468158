//! What several subcommands need at their start: the policy in force, the key, the gate's trust.

use std::path::{Path, PathBuf};

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::git::Repository;
use crate::adapters::pipeline_signer::{PipelineSigner, SigningSource};
use crate::adapters::{config, files};
use crate::attestation::sign::Signer;
use crate::exit::ExitStatus;
use crate::model::record::ArtifactRecord;
use crate::policy::release::{KeySource, POLICY_ENTRY, Policy};
use crate::policy::trust::Trust;

use super::failure::{Failure, input, usage};
use super::self_trust;

/// Folder of the products below an output folder.
pub const ARTIFACTS_FOLDER: &str = "artifacts";

/// Policy of the working folder.
const POLICY_FILE: &str = "batchseal.toml";

/// Loads a policy and refuses one that people have not filled in.
///
/// # Errors
/// [`Failure`] with exit 2.
pub fn filled_policy(path: &Path) -> Result<(Policy, Vec<u8>), Failure> {
    let (policy, bytes) = config::load_policy(path).map_err(usage)?;
    if policy.unfilled.is_empty() {
        return Ok((policy, bytes));
    }
    let places: Vec<String> = policy
        .unfilled
        .iter()
        .map(|unfilled| format!("{}:{}: {}", path.display(), unfilled.line, unfilled.key))
        .collect();
    let message = format!(
        "policy has {} that only people know:\n  {}",
        crate::model::text::counted(places.len(), "value", "values"),
        places.join("\n  ")
    );
    Err(Failure::message(ExitStatus::Usage, message).with_hint("Replace each FILL IN in the file by the true value"))
}

/// The policy that an open batch carries.
///
/// # Errors
/// [`Failure`] with exit 3 when it is absent or malformed.
pub fn policy_of(entries: &OwnedEntries) -> Result<(Policy, Vec<u8>), Failure> {
    let bytes = entries.0.iter().find(|(name, _)| name.as_str() == POLICY_ENTRY).map(|(_, bytes)| bytes.clone());
    let bytes = bytes.ok_or_else(|| Failure::message(ExitStatus::Input, format!("batch has no {POLICY_ENTRY}")))?;
    let policy = Policy::parse(&bytes, POLICY_ENTRY).map_err(input)?;
    Ok((policy, bytes))
}

/// Where the pipeline's signer comes from. `file:` paths and the like are relative to the folder of the policy, or to
/// the working folder for a batch without checkout.
#[must_use]
pub fn signing_source(policy: &Policy, root: Option<&Path>) -> SigningSource {
    SigningSource::new(&policy.signing, root.unwrap_or_else(|| Path::new(".")))
}

/// The pipeline's signer, opened at once.
///
/// # Errors
/// [`Failure`] with exit 2.
pub fn signing_key(policy: &Policy, root: Option<&Path>) -> Result<PipelineSigner, Failure> {
    signing_source(policy, root).open().map_err(usage)
}

/// The signer that the policy inside a batch names. What would run code, a program or a token's module, is taken from
/// it only where that policy is the one of the working folder, or one that the trust file accepts: a batch comes from
/// another job, and must not choose what runs in this one. Relative files are looked up beside `policy_file`, which must
/// be that same policy, else in the working folder.
///
/// # Errors
/// [`Failure`] with exit 2.
pub fn signing_key_of_batch(
    policy: &Policy,
    trust: Option<&Trust>,
    policy_file: Option<&Path>,
) -> Result<PipelineSigner, Failure> {
    let root = policy_file.map_or_else(|| PathBuf::from("."), root_of);
    if let Some(path) = policy_file {
        let (own, _) = config::load_policy(path).map_err(usage)?;
        if own.sha256 != policy.sha256 {
            let message = format!(
                "{} is not the policy of the batch (got {}, expected {})",
                path.display(),
                own.sha256,
                policy.sha256
            );
            return Err(Failure::message(ExitStatus::Usage, message)
                .with_hint("Name the policy that the candidate was made under"));
        }
    }
    let runs_code = matches!(&policy.signing.key, KeySource::Program(_) | KeySource::Pkcs11(_));
    let accepted =
        || trust.is_some_and(|trust| trust.devices.iter().any(|device| device.policies.contains(&policy.sha256)));
    let own = || config::load_policy(Path::new(POLICY_FILE)).is_ok_and(|(own, _)| own.sha256 == policy.sha256);
    if runs_code && policy_file.is_none() && !accepted() && !own() {
        let message = format!(
            "policy in the batch names a program or module to run, and is not the {POLICY_FILE} of this folder"
        );
        return Err(Failure::message(ExitStatus::Usage, message).with_hint(
            "Run this in a checkout of the batch's commit; seal also takes a policy that the trust file accepts",
        ));
    }
    files_are_there(policy, &root, policy_file)?;
    signing_key(policy, Some(&root))
}

/// Relative files of `[signing]` lie beside the policy; a batch without checkout has the working folder instead.
///
/// # Errors
/// [`Failure`] with exit 2, which says where was looked.
pub fn files_are_there(policy: &Policy, root: &Path, policy_file: Option<&Path>) -> Result<(), Failure> {
    let relative = |file: &&str| Path::new(file).is_relative();
    let Some(missing) = policy.signing.files().into_iter().filter(relative).find(|file| !root.join(file).exists())
    else {
        return Ok(());
    };
    let place = match policy_file {
        Some(path) => format!("beside {}", path.display()),
        None => "in the working folder".to_owned(),
    };
    let message = format!("{missing} of [signing] is not there: relative files are looked up {place}");
    Err(Failure::message(ExitStatus::Usage, message)
        .with_hint("Name the policy's own file with --policy, or run this in the folder of the policy"))
}

/// The trust file where one is named, else the pipeline's view of itself. Files of the policy are looked up in `root`.
///
/// # Errors
/// [`Failure`] with exit 2, or 3 for a file of the policy that cannot be read.
pub fn trust_or_self(
    path: Option<&Path>,
    policy: &Policy,
    key: &dyn Signer,
    entries: &OwnedEntries,
    root: &Path,
) -> Result<Trust, Failure> {
    match path {
        Some(path) => config::load_trust(path).map_err(usage),
        None => self_trust::of_policy(policy, key, entries, root),
    }
}

/// Measures the products in `<out>/artifacts`: exactly those that the policy names.
///
/// # Errors
/// [`Failure`] with exit 3 when one is missing, extra or unreadable.
pub fn measured_artifacts(
    out: &Path,
    policy: &Policy,
    terminal: crate::adapters::terminal::Terminal,
) -> Result<Vec<ArtifactRecord>, Failure> {
    let folder = out.join(ARTIFACTS_FOLDER);
    let found = files::list_regular(&folder).map_err(input)?;
    for (name, _) in &found {
        if !policy.release.artifacts.iter().any(|artifact| artifact.name.as_str() == name) {
            return Err(Failure::message(
                ExitStatus::Input,
                format!("{} holds {name}, which the policy does not name", folder.display()),
            )
            .with_hint("Remove it, or name it under [release] artifacts"));
        }
    }
    let paths: Vec<_> = policy.release.artifacts.iter().map(|artifact| folder.join(artifact.name.as_str())).collect();
    let hashed = files::hash_many(&paths, terminal);
    let mut artifacts = Vec::new();
    for (artifact, hashed) in policy.release.artifacts.iter().zip(hashed) {
        let (sha256, size) = hashed.map_err(input)?;
        artifacts.push(artifact.measured(sha256, size));
    }
    artifacts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(artifacts)
}

/// File-name stem of the batch that a tag names.
///
/// # Errors
/// [`Failure`] with exit 2 when the tag does not fit the policy's pattern.
pub fn stem(policy: &Policy, tag: &str) -> Result<String, Failure> {
    let version = policy.release.tag.version_of(tag).ok_or_else(|| tag_does_not_fit(policy, tag))?;
    Ok(format!("{}-{}", policy.device.name, version.file_part()))
}

/// A tag that the policy's pattern does not match.
#[must_use]
pub fn tag_does_not_fit(policy: &Policy, tag: &str) -> Failure {
    let pattern = policy.release.tag.as_text();
    Failure::message(ExitStatus::Usage, format!("tag {tag} does not fit the policy (expected {pattern})"))
        .with_hint("Name the release tag, or change [release] tag in batchseal.toml")
}

/// Folder of the policy, which is the repository's root.
#[must_use]
pub fn root_of(policy: &Path) -> PathBuf {
    match policy.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// A file that the caller named: relative to the folder of the policy.
#[must_use]
pub fn in_tree(root: &Path, path: &Path) -> PathBuf {
    if path.is_absolute() { path.to_path_buf() } else { root.join(path) }
}

/// Refuses an output folder whose files would make the work tree dirty; before anything is written to it.
///
/// # Errors
/// [`Failure`] with exit 3.
pub fn outside_sources(out: &Path, policy: &Path) -> Result<(), Failure> {
    // What is wrong with the repository itself is said by those who read it.
    let Ok(repository) = Repository::discover(&root_of(policy)) else { return Ok(()) };
    let names = [files::LOCK_NAME, "version.attempts.json", "version.candidate.zip", ARTIFACTS_FOLDER];
    let paths = names.map(|name| out.join(name));
    let shown = repository.would_show(paths.iter().map(PathBuf::as_path));
    if shown.map_err(|error| Failure::new(ExitStatus::Input, error))? {
        let message = format!(
            "--out {} would dirty the work tree (got a folder inside the repository that git does not ignore, expected one outside or ignored)",
            out.display()
        );
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Name a folder outside the repository, or add this one to .gitignore and commit that"));
    }
    Ok(())
}
