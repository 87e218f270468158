//! `batchseal record`: runs the build and writes its provenance into an open batch.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::adapters::attempts::Ledger;
use crate::adapters::batch_folder::{BatchFolder, OwnedEntries};
use crate::adapters::build::aside::{self, SetAside};
use crate::adapters::build::environment::{BuildEnvironment, EnvironmentRules};
use crate::adapters::build::process::{BuildOptions, BuildRun};
use crate::adapters::build::{environment, process, products, toolchain};
use crate::adapters::pipeline_signer::{PipelineSigner, SigningSource};
use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, files, program};
use crate::exit::ExitStatus;
use crate::model::batch::Batch;
use crate::model::digest::Sha256Digest;
use crate::model::provenance::Tool;
use crate::model::record::ArtifactRecord;
use crate::policy::release::{ArtifactPolicy, Policy};

use super::failure::{Failure, input, usage};
use super::refusal::{Refusal, refuse_or_note};
use super::survey::{Sources, survey};
use super::{history_step, provenance_step, session};

/// The build may write its reports, so only their being absent after it is wrong.
const JUNIT_NEXT: &str = "Let the build write it, or correct --junit; the path is relative to the folder of the policy";

/// Arguments of `batchseal record`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal record --tag v1.4.0 --out ../out -- cargo build --release --locked
  batchseal record --tag v1.4.0 --out ../out         (products built elsewhere; no build level is earned)

The build sees an allow-listed environment, no key, no agent and no token.")]
pub struct Args {
    /// Release tag; must point at HEAD
    #[arg(long)]
    pub tag: String,
    /// Output folder, outside the repository or ignored by it; products go to OUT/artifacts
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Policy of the device's repository
    #[arg(long, value_name = "FILE", default_value = "batchseal.toml")]
    pub policy: PathBuf,
    /// Earlier sealed bundle of this device (repeatable); the commits since are kept
    #[arg(long, value_name = "BUNDLE")]
    pub previous: Vec<PathBuf>,
    /// Record what would be refused (dirty tree, wrong tag, changed files), for the gate to fail
    #[arg(long)]
    pub unsafe_record_anyway: bool,
    /// The build command, after --
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

/// What is recorded.
#[derive(Debug)]
pub struct Request<'a> {
    /// Release tag.
    pub tag: &'a str,
    /// Output folder.
    pub out: &'a Path,
    /// Policy file.
    pub policy: &'a Path,
    /// Whether refusals become findings.
    pub anyway: bool,
    /// The build command; empty for products built elsewhere.
    pub command: &'a [OsString],
    /// Test reports that must be there when the build has ended.
    pub junit: &'a [PathBuf],
    /// Documents that must be there from the start.
    pub documents: &'a [PathBuf],
    /// Earlier sealed bundles of the device.
    pub previous: &'a [PathBuf],
}

/// Everything that is known before an attempt begins.
struct Prepared {
    policy: Policy,
    policy_bytes: Vec<u8>,
    root: PathBuf,
    signing: SigningSource,
    environment: BuildEnvironment,
    sources: Sources,
    toolchain: Vec<Tool>,
}

/// An open batch with its provenance.
#[derive(Debug)]
pub struct Recorded {
    /// The batch on disk.
    pub folder: BatchFolder,
    /// Its entries.
    pub entries: OwnedEntries,
    /// The batch.
    pub batch: Batch,
    /// Digest of `batch.json`.
    pub batch_sha256: Sha256Digest,
    /// The products.
    pub artifacts: Vec<ArtifactRecord>,
    /// The policy.
    pub policy: Policy,
    /// The pipeline's signer.
    pub key: PipelineSigner,
    /// Folder of the policy: the repository's root.
    pub root: PathBuf,
    /// The environment that the build saw.
    pub environment: BuildEnvironment,
}

/// A build that ran to a good end.
#[derive(Debug)]
pub struct Built {
    /// How it ran.
    pub run: BuildRun,
    /// With what tools.
    pub toolchain: Vec<Tool>,
}

/// Why an attempt ended early: the word for the ledger and the failure for the user.
struct Stopped(&'static str, Failure);

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    session::outside_sources(&args.out, &args.policy)?;
    let _lock = files::lock_exclusive(&args.out).map_err(input)?;
    let request = Request {
        tag: &args.tag,
        out: &args.out,
        policy: &args.policy,
        anyway: args.unsafe_record_anyway,
        command: &args.command,
        junit: &[],
        documents: &[],
        previous: &args.previous,
    };
    let recorded = record(&request, terminal)?;
    terminal.result(&format!("{}\n", recorded.folder.path().display()));
    Ok(ExitStatus::Done)
}

/// Records one batch; the caller holds the lock of the output folder. What is refused before the build is
/// no attempt. A refusal after it, a failed build or a missing product leaves no open batch behind, and
/// stands in the ledger of attempts.
///
/// # Errors
/// [`Failure`].
pub fn record(request: &Request<'_>, terminal: Terminal) -> Result<Recorded, Failure> {
    let (policy, policy_bytes) = session::filled_policy(request.policy)?;
    let stem = session::stem(&policy, request.tag)?;
    let sealed = request.out.join(format!("{stem}.evidence.zip"));
    if sealed.exists() {
        return Err(Failure::message(
            ExitStatus::Input,
            format!("{} exists: this version was sealed already", sealed.display()),
        )
        .with_hint("Release a new version; a sealed one is never made again"));
    }
    if request.out.join(format!("{stem}.candidate.zip")).exists() {
        terminal.diagnostic(
            "warning: this replaces the candidate in the output folder; approvals of it will not count for the new one",
        );
    }
    let prepared = prepare(request, policy, policy_bytes, terminal)?;
    let mut ledger = Ledger::open(request.out, &stem).map_err(input)?;
    ledger.begin(clock::now()).map_err(input)?;
    attempt(request, prepared, terminal).or_else(|Stopped(ended, failure)| {
        ledger.end(ended, None).map_err(input)?;
        Err(failure)
    })
}

/// Refuses what is known to be wrong before the build has cost anything.
fn prepare(
    request: &Request<'_>,
    policy: Policy,
    policy_bytes: Vec<u8>,
    terminal: Terminal,
) -> Result<Prepared, Failure> {
    process::shield();
    let root = session::root_of(request.policy);
    // Opened once before the build to fail early, and again only after every child has ended.
    let signing = session::signing_source(&policy, Some(&root));
    drop(signing.open().map_err(usage)?);
    aside::recover(&root, &policy.release.artifacts).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let environment = build_environment(&policy, &root);
    let bases = history_step::bases(request.previous, &policy)?;
    let mut sources = survey(&root, &policy, request.tag, &environment, &bases)?;
    let next = "Correct --document; its file is relative to the folder of the policy";
    sources.refusals.extend(absent("document", request.documents, &root, next));
    if request.command.is_empty() {
        sources.refusals.extend(absent("JUnit report", request.junit, &root, JUNIT_NEXT));
    }
    refuse_or_note(&sources.refusals, request.anyway, terminal)?;
    let toolchain = if request.command.is_empty() {
        Vec::new()
    } else {
        toolchain::describe(request.command, policy.release.cargo.is_some(), &root, &environment)
            .map_err(|error| Failure::new(ExitStatus::Input, error))?
    };
    Ok(Prepared { policy, policy_bytes, root, signing, environment, sources, toolchain })
}

/// Files that the caller named and that are not there.
fn absent(kind: &str, paths: &[PathBuf], root: &Path, next: &'static str) -> Vec<Refusal> {
    let missing = paths.iter().filter(|path| !session::in_tree(root, path).is_file());
    let what = |path: &PathBuf| format!("{kind} {} is not there (expected a regular file)", path.display());
    missing.map(|path| Refusal::obstacle(what(path), next)).collect()
}

fn attempt(request: &Request<'_>, prepared: Prepared, terminal: Terminal) -> Result<Recorded, Stopped> {
    let refused = |failure| Stopped("recording refused", failure);
    let Prepared { policy, policy_bytes, root, signing, environment, mut sources, toolchain } = prepared;
    let built = build(request, &policy, &root, &environment, terminal)?.map(|run| Built { run, toolchain });
    sources.look_again(&root, request.tag).map_err(refused)?;
    sources.refusals_after.extend(absent("JUnit report", request.junit, &root, JUNIT_NEXT));
    refuse_or_note(&sources.refusals_after, request.anyway, terminal).map_err(refused)?;
    let folder = request.out.join(session::ARTIFACTS_FOLDER);
    let artifacts = products::collect(&root, &folder, &policy.release.artifacts, terminal)
        .map_err(|error| Stopped("product missing", Failure::new(ExitStatus::Input, error)))?;
    let key = signing.open().map_err(|error| refused(usage(error)))?;
    provenance_step::open_batch(request, policy, policy_bytes, &root, environment, sources, built, artifacts, key)
        .map_err(refused)
}

/// The allow-listed environment, for the build and for everything that reads the repository's own configuration.
fn build_environment(policy: &Policy, root: &Path) -> BuildEnvironment {
    let home = program::home();
    environment::current(&EnvironmentRules {
        listed: &policy.build_environment,
        reserved: &environment::reserved_names(&policy.signing),
        home: home.as_deref(),
        work_tree: root,
    })
}

/// Runs the build with the configured products set aside, so that what is taken in was made by it.
fn build(
    request: &Request<'_>,
    policy: &Policy,
    root: &Path,
    environment: &BuildEnvironment,
    terminal: Terminal,
) -> Result<Option<BuildRun>, Stopped> {
    let failed = |failure| Stopped("build failed", failure);
    if request.command.is_empty() {
        return Ok(None);
    }
    let own: Vec<ArtifactPolicy> =
        policy.release.artifacts.iter().filter(|artifact| !artifact.built_elsewhere).cloned().collect();
    let aside = SetAside::begin(root, &own).map_err(|error| failed(Failure::new(ExitStatus::Input, error)))?;
    let options = BuildOptions::new(root, environment, terminal);
    let run = process::run(request.command, &options).map_err(|error| failed(Failure::new(ExitStatus::Input, error)));
    match run {
        Ok(run) if run.succeeded() => {
            if let Err(error) = products::check_present(root, &own) {
                aside.restore().map_err(|error| failed(Failure::new(ExitStatus::Input, error)))?;
                return Err(Stopped("product missing", Failure::new(ExitStatus::Input, error)));
            }
            aside.discard().map_err(|error| failed(Failure::new(ExitStatus::Input, error)))?;
            Ok(Some(run))
        }
        other => {
            aside.restore().map_err(|error| failed(Failure::new(ExitStatus::Input, error)))?;
            let ending = other?.ending();
            Err(failed(
                Failure::message(ExitStatus::Input, format!("the build {ending}"))
                    .with_hint("Read the build's own output above; nothing was recorded"),
            ))
        }
    }
}
