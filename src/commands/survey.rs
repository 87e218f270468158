//! The sources before and after the build, and what about them would make a record untrue.

use std::collections::BTreeMap;
use std::path::Path;

use crate::adapters::build::environment::BuildEnvironment;
use crate::adapters::cargo_manifest::{self, ShippedPackages};
use crate::adapters::git::{CommittedFile, GitError, ReleaseSource, Repository};
use crate::exit::ExitStatus;
use crate::model::digest::{GitId, Sha256Digest};
use crate::model::provenance::SourceState;
use crate::policy::branches::lightweight_tag;
use crate::policy::release::Policy;
use crate::provenance::tree::encode_path;
use crate::sbom::{assemble, source};

use super::failure::{Failure, input};
use super::history_step;
use super::refusal::Refusal;

/// Most paths named in one refusal.
const SHOWN_PATHS: usize = 10;

/// What was found.
#[derive(Debug)]
pub struct Sources {
    repository: Repository,
    /// Commit, tag, tree, branches.
    pub release: ReleaseSource,
    /// Raw commits since the last release; none where history is cut off or too long.
    pub commits: Option<Vec<u8>>,
    /// Versions in the manifests, by path.
    pub manifest_versions: BTreeMap<String, String>,
    /// Paths changed or untracked before the build.
    pub changes_before: Vec<String>,
    /// Paths changed or made by the build.
    pub changes_after: Vec<String>,
    /// What is wrong before the build, in words.
    pub refusals: Vec<Refusal>,
    /// What is wrong after it, in words.
    pub refusals_after: Vec<Refusal>,
}

/// Looks at the repository that holds the policy.
///
/// # Errors
/// [`Failure`] with exit 3 when there is nothing to record at all.
pub fn survey(
    root: &Path,
    policy: &Policy,
    tag: &str,
    environment: &BuildEnvironment,
    bases: &[GitId],
) -> Result<Sources, Failure> {
    let unusable = |error| Failure::new(ExitStatus::Input, error);
    let repository = Repository::discover(root).map_err(unusable)?;
    let release = repository.release_source(tag).map_err(unusable)?;
    let mut refusals = history(tag, policy, &release);
    // Where history is cut off nobody can list it, and that is refused already.
    let listed = (!release.shallow).then(|| history_step::commits(&repository, bases)).transpose();
    let (commits, too_many) = listed.map_err(unusable)?.unwrap_or_default();
    refusals.extend(too_many);
    let changes_before = repository.changes().map_err(unusable)?;
    if !changes_before.is_empty() {
        let what = format!("the work tree is not clean: {}", shown(&changes_before));
        refusals.push(Refusal::finding(what, "Commit, remove or ignore these files (`git status` lists them)"));
    }
    let packages = match &policy.release.cargo {
        Some(cargo) => cargo_manifest::shipped(root, cargo, &environment.variables).map_err(unusable_manifest)?,
        None => ShippedPackages::default(),
    };
    refusals.extend(manifests(tag, policy, &packages));
    refusals.extend(sbom_sources(&repository, policy).map_err(unusable)?);
    Ok(Sources {
        repository,
        release,
        commits,
        manifest_versions: packages.versions,
        changes_before,
        changes_after: Vec::new(),
        refusals,
        refusals_after: Vec::new(),
    })
}

/// What RG-01 and RG-02 would say of the tag and the history, known before the build.
fn history(tag: &str, policy: &Policy, release: &ReleaseSource) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if release.tag.is_none() {
        let next = format!("Replace it by an annotated one: git tag -a -f {tag}");
        refusals.push(Refusal::finding(lightweight_tag(tag), next));
    }
    if release.shallow {
        let what = "the clone is shallow (got a cut-off history, expected all of it)";
        refusals.push(Refusal::finding(
            what,
            "Fetch the rest: git fetch --unshallow; in CI, check out with fetch-depth: 0",
        ));
    } else if policy.release.release_branch(&release.branches).is_none() {
        // In a shallow clone nobody knows on which branches the commit lies.
        let next =
            "Merge the commit into a release branch and fetch that branch, or name the branch under [release] branches";
        refusals.push(Refusal::finding(policy.release.not_on_release_branch(&release.branches), next));
    }
    refusals
}

/// Files that `[release.sbom]` names must be committed, and lockfiles must have a reader.
fn sbom_sources(repository: &Repository, policy: &Policy) -> Result<Vec<Refusal>, GitError> {
    let mut refusals = Vec::new();
    for path in policy.release.kept_paths() {
        if repository.read_blob_at_head(path)?.is_none() {
            let what = format!("[release] names {path}, which is not committed (expected a regular file)");
            refusals.push(Refusal::obstacle(what, "Commit the file, or correct the policy, and tag again"));
        }
    }
    for path in &policy.release.sbom.lockfiles {
        if let Err(error) = assemble::reader_of(path) {
            let next = "Name a lockfile that docs/reference/lockfiles.md lists; an SBOM goes to imports";
            refusals.push(Refusal::obstacle(error.to_string(), next));
        }
    }
    Ok(refusals)
}

fn manifests(tag: &str, policy: &Policy, packages: &ShippedPackages) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if let Some(version) = policy.release.tag.version_of(tag) {
        for (path, found) in packages.versions.iter().filter(|(_, found)| found.as_str() != version.as_str()) {
            let what = format!("tag {tag} names version {version}, and {path} says {found}");
            refusals.push(Refusal::finding(what, "Set the version in the manifest, commit and tag again"));
        }
    }
    for name in &packages.unknown {
        let what = format!(
            "[release.cargo] names package {name} (got no such package, expected one of {})",
            packages.members.join(", ")
        );
        refusals.push(Refusal::obstacle(what, "Correct [release.cargo] packages in the policy, commit and tag again"));
    }
    refusals
}

fn unusable_manifest(error: cargo_manifest::CargoError) -> Failure {
    Failure::new(ExitStatus::Input, error)
}

impl Sources {
    /// Looks at the repository again after the build.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 when git cannot be read any more.
    pub fn look_again(&mut self, root: &Path, tag: &str) -> Result<(), Failure> {
        let unusable = |error| Failure::new(ExitStatus::Input, error);
        let repository = Repository::discover(root).map_err(unusable)?;
        let after = repository.changes().map_err(unusable)?;
        self.changes_after = after.into_iter().filter(|path| !self.changes_before.contains(path)).collect();
        if !self.changes_after.is_empty() {
            let what = format!("the build changed the work tree: {}", shown(&self.changes_after));
            self.refusals_after.push(Refusal::finding(what, "Let the build write only to ignored folders"));
        }
        let head = repository.head().map_err(unusable)?;
        let same_tag = repository.release_source(tag).is_ok_and(|again| {
            again.commit == self.release.commit
                && again.tag == self.release.tag
                && again.tree_bytes == self.release.tree_bytes
        });
        if !same_tag || self.repository.head().is_ok_and(|before| before != head) {
            let what = format!("the build moved HEAD or tag {tag}");
            self.refusals_after.push(Refusal::finding(what, "Let the build leave the repository alone"));
        }
        self.repository = repository;
        Ok(())
    }

    /// Committed files that the bundle keeps: every lockfile, what `[release.sbom]` names, and what the readers of
    /// its lockfiles look at; by path.
    ///
    /// # Errors
    /// [`Failure`] with exit 3.
    pub fn kept(&self, policy: &Policy) -> Result<Vec<CommittedFile>, Failure> {
        let unusable = |error: GitError| Failure::new(ExitStatus::Input, error);
        let mut kept: BTreeMap<String, Vec<u8>> =
            self.repository.lockfiles().map_err(unusable)?.into_iter().map(|file| (file.path, file.bytes)).collect();
        let sbom = &policy.release.sbom;
        for path in policy.release.kept_paths() {
            let bytes = self.repository.read_blob_at_head(path).map_err(unusable)?;
            kept.extend(bytes.map(|bytes| (encode_path(path.as_bytes()), bytes)));
        }
        if let Some(path) = sbom.components.as_deref().map(assemble::record_of) {
            let bytes = self.repository.read_blob_at_head(&path).map_err(unusable)?;
            kept.extend(bytes.map(|bytes| (encode_path(path.as_bytes()), bytes)));
        }
        for path in &sbom.lockfiles {
            let (reader, folder, name) = assemble::reader_of(path).map_err(input)?;
            let files = reader.gather(name, |wanted| self.committed(folder, wanted)).map_err(unusable)?;
            let path = |inside: String| encode_path(format!("{folder}{inside}").as_bytes());
            kept.extend(files.into_iter().map(|(inside, bytes)| (path(inside), bytes)));
        }
        Ok(kept.into_iter().map(|(path, bytes)| CommittedFile { path, bytes }).collect())
    }

    /// Committed files that a path or pattern stands for below a folder (with a `/` at its end, or empty).
    fn committed(&self, folder: &str, wanted: &str) -> Result<Vec<(String, Vec<u8>)>, GitError> {
        if source::is_pattern(wanted) {
            let below = |path: &str| path.strip_prefix(folder).is_some_and(|inside| source::selects(wanted, inside));
            let files = self.repository.files_at_head(&below)?;
            let inside = |path: String| path.strip_prefix(folder).map(str::to_owned);
            return Ok(files.into_iter().filter_map(|(path, bytes)| Some((inside(path)?, bytes))).collect());
        }
        let bytes = self.repository.read_blob_at_head(&format!("{folder}{wanted}"))?;
        Ok(bytes.map(|bytes| (wanted.to_owned(), bytes)).into_iter().collect())
    }

    /// The state as the provenance states it.
    #[must_use]
    pub fn state(&self) -> SourceState {
        SourceState {
            commit: self.release.commit.clone(),
            tag_object: self.release.tag.as_ref().map(|tag| tag.id.clone()),
            tree_sha256: Sha256Digest::of(&self.release.tree_bytes),
            shallow: self.release.shallow,
            branches: self.release.branches.clone(),
            submodules: self.release.submodules.clone(),
            changes_before: self.changes_before.clone(),
            changes_after: self.changes_after.clone(),
        }
    }
}

fn shown(paths: &[String]) -> String {
    let first: Vec<&str> = paths.iter().take(SHOWN_PATHS).map(String::as_str).collect();
    let more = paths.len().saturating_sub(SHOWN_PATHS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", first.join(", "))
}
