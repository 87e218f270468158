//! `batchseal gate`: evaluates the candidate gate and makes the candidate.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::adapters::attempts::Ledger;
use crate::adapters::batch_folder::{BatchFolder, OwnedEntries};
use crate::adapters::terminal::Terminal;
use crate::adapters::{archive, clock, program};
use crate::attestation::sign::{Signer, attest};
use crate::attestation::verify::{Anchor, Enclosed};
use crate::evidence::assemble::{RecordInput, record};
use crate::evidence::previous::{self, Earlier};
use crate::evidence::release_gate::{Occasion, OpenBatch, candidate_gate};
use crate::evidence::{candidate, layout, statements};
use crate::exit::ExitStatus;
use crate::gate::evidence::PreviousReleases;
use crate::model::record::{RECORD_ENTRY, RECORD_SIGNED_ENTRY};
use crate::model::result::{GateResult, Verdict};
use crate::policy::trust::Trust;
use crate::report;

use super::failure::{Failure, input, internal, unsigned};
use super::verify::{self, Format};
use super::{problems, session};

/// Arguments of `batchseal gate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal gate --batch out/pump-1.4.0.batch
  batchseal gate --batch out/pump-1.4.0.batch --dry-run --format json

The release stage runs inside `batchseal seal`, which needs the approvals.
Exit codes: 0 nothing failed (people may be pending, and that is said), 1 FAILED, 2 usage, 3 input")]
pub struct Args {
    /// Open batch folder, as `record` made it
    #[arg(long, value_name = "DIR")]
    pub batch: PathBuf,
    /// Folder with `artifacts/`; the candidate is written there [default: the folder of the batch]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Judge under this trust file instead of the pipeline's own key
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// Earlier sealed bundle of this device (repeatable)
    #[arg(long, value_name = "BUNDLE")]
    pub previous: Vec<PathBuf>,
    /// Evaluate only; write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Stage
    #[arg(long, value_enum, default_value_t = StageArg::Candidate)]
    pub stage: StageArg,
}

/// Stages on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StageArg {
    /// Before people are asked
    Candidate,
    /// After the approvals: see `batchseal seal`
    Release,
}

/// What the candidate gate is asked to do.
pub struct Request<'a> {
    /// The open batch.
    pub folder: &'a BatchFolder,
    /// Output folder with `artifacts/`.
    pub out: &'a Path,
    /// Trust file, if any.
    pub trust: Option<&'a Path>,
    /// Earlier releases.
    pub previous: &'a [PathBuf],
    /// The pipeline's signer.
    pub key: &'a dyn Signer,
    /// Where files of the policy are looked up.
    pub root: &'a Path,
}

/// A candidate on disk.
#[derive(Debug)]
pub struct CandidateFile {
    /// Where.
    pub path: PathBuf,
    /// What the gate said.
    pub result: GateResult,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    if args.stage == StageArg::Release {
        return Err(Failure::message(ExitStatus::Usage, "the release stage needs a candidate and its approvals")
            .with_hint("Run `batchseal seal CANDIDATE --approvals DIR --trust trust.toml`"));
    }
    let folder = BatchFolder::open(&args.batch);
    let entries = folder.load().map_err(input)?;
    let (policy, _) = session::policy_of(&entries)?;
    let key = session::signing_key_of_batch(&policy, None, None)?;
    let out = args.out.clone().unwrap_or_else(|| args.batch.parent().map(Path::to_path_buf).unwrap_or_default());
    let request = Request {
        folder: &folder,
        out: &out,
        trust: args.trust.as_deref(),
        previous: &args.previous,
        key: &key,
        root: Path::new("."),
    };
    let result = if args.dry_run {
        evaluate(&request, &entries, terminal)?.0
    } else {
        make_candidate(&request, terminal)?.result
    };
    show(&result, args.format, terminal)?;
    Ok(status(&result))
}

/// Exit status of a candidate gate: pending people are no failure at this stage.
#[must_use]
pub const fn status(result: &GateResult) -> ExitStatus {
    match result.verdict {
        Verdict::Passed | Verdict::Pending => ExitStatus::Done,
        Verdict::Failed => ExitStatus::NotPassed,
    }
}

/// Prints a result.
///
/// # Errors
/// [`Failure`] when it cannot be written as JSON.
pub fn show(result: &GateResult, format: Format, terminal: Terminal) -> Result<(), Failure> {
    let text = match format {
        Format::Human => report::gate::human(result, terminal.colour),
        Format::Json => String::from_utf8_lossy(&crate::model::json::encode(result).map_err(internal)?).into_owned(),
    };
    terminal.result(&text);
    Ok(())
}

/// Evaluates the gate, signs the record, and writes `<stem>.candidate.zip`; also when FAILED.
///
/// # Errors
/// [`Failure`]; then no candidate was written.
pub fn make_candidate(request: &Request<'_>, terminal: Terminal) -> Result<CandidateFile, Failure> {
    let mut entries = request.folder.load().map_err(input)?;
    let (result, input_record, trust) = evaluate(request, &entries, terminal)?;
    let stem = input_record.batch.stem();
    let mut ledger = Ledger::open(request.out, &stem).map_err(input)?;
    let statement =
        record(RecordInput { attempts: ledger.earlier(), ..input_record }, &layout::index(&entries.as_map()));
    let signed = attest(&statement, request.key).map_err(unsigned)?;
    let record_sha256 = crate::model::digest::Sha256Digest::of(&signed.statement);
    entries.insert(RECORD_ENTRY, signed.statement).map_err(internal)?;
    entries.insert(RECORD_SIGNED_ENTRY, signed.bundle).map_err(internal)?;
    let map = entries.as_map();
    let index = layout::index(&map);
    candidate::open(map, index, &trust, &verify::day(None)?)
        .map_err(|found| problems::failure("candidate just made", &found))?;
    let path = request.out.join(format!("{stem}.candidate.zip"));
    let written_at = clock::document_time(result.evaluated_at);
    archive::write(&path, &entries.0, written_at).map_err(input)?;
    ledger.end(&format!("candidate {}", result.verdict.as_str()), Some(record_sha256)).map_err(input)?;
    request.folder.remove().map_err(input)?;
    terminal.note(&format!("candidate {}", path.display()));
    Ok(CandidateFile { path, result })
}

fn evaluate(
    request: &Request<'_>,
    entries: &OwnedEntries,
    terminal: Terminal,
) -> Result<(GateResult, RecordInput, Trust), Failure> {
    let (policy, _) = session::policy_of(entries)?;
    let trust = session::trust_or_self(request.trust, &policy, request.key, entries, request.root)?;
    let map = entries.as_map();
    let index = layout::index(&map);
    let frame = candidate::frame(&map, &trust).map_err(|found| problems::failure("open batch", &found))?;
    let artifacts = session::measured_artifacts(request.out, &policy, terminal)?;
    let day = verify::day(None)?;
    let statements = statements::collect(
        &map,
        Anchor {
            trust: &trust,
            batch_sha256: frame.batch_sha256,
            batch: Some(&frame.batch),
            day: &day,
            // The record that will list them is signed next.
            enclosed: Enclosed::Until(clock::now()),
        },
    );
    let (previous, earlier) = previous(request, &policy, &trust, &day)?;
    let open = OpenBatch {
        entries: &map,
        index: &index,
        batch: &frame.batch,
        batch_sha256: frame.batch_sha256,
        artifacts: &artifacts,
        policy: &frame.policy,
        device: frame.device,
        trust: &trust,
        recorded: &[],
    };
    let occasion = Occasion { now: clock::now(), day, tool: program::identity() };
    let result = candidate_gate(&open, statements, previous.clone(), &occasion);
    let record_input = RecordInput {
        batch: frame.batch,
        batch_sha256: frame.batch_sha256,
        artifacts,
        quantity_rationale: frame.policy.release.quantity_rationale.clone(),
        candidate_gate: result.clone(),
        previous,
        sbom_changes: layout::get(&map, layout::SBOM_ENTRY).and_then(|sbom| previous::changes(&earlier, sbom)),
        attempts: Vec::new(),
        created_at: occasion.now,
        tool: occasion.tool,
    };
    Ok((result, record_input, trust))
}

fn previous(
    request: &Request<'_>,
    policy: &crate::policy::release::Policy,
    trust: &Trust,
    day: &str,
) -> Result<(PreviousReleases, Vec<Earlier>), Failure> {
    match (request.previous, policy.release.first_release) {
        ([], true) => Ok((PreviousReleases::FirstRelease, Vec::new())),
        ([], false) => Ok((PreviousReleases::Unknown, Vec::new())),
        (_, true) => {
            Err(Failure::message(ExitStatus::Usage, "the policy claims a first release, and --previous was given")
                .with_hint("Set first-release = false in batchseal.toml"))
        }
        (paths, false) => {
            let earlier = verify::earlier_releases(paths, trust, day)?;
            let releases = earlier.iter().map(|earlier| earlier.release.clone()).collect();
            Ok((PreviousReleases::Given(releases), earlier))
        }
    }
}
