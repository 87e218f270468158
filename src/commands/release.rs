//! `batchseal release`: the main job, as far as it may go.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::adapters::attempts::Ledger;
use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::intake::document::DocumentIdentity;
use crate::intake::junit::RunFacts;
use crate::intake::scan::Stated;
use crate::model::result::{GateResult, Verdict};
use crate::policy::evidence::EvidenceList;
use crate::policy::trust::Trust;

use super::attest::{self, Intake};
use super::failure::{Failure, input};
use super::gate::{self, CandidateFile, StageArg};
use super::record::{self, Recorded};
use super::verify::{self, Format};
use super::{listed, sbom_step, seal, self_trust, session};

/// Arguments of `batchseal release`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal release --tag v1.4.0 --out ../out --stage candidate -- cargo build --release --locked
  batchseal release --tag v1.4.0 --out ../out --approvals approvals --trust trust.toml

The first makes a candidate for people to approve; the second seals that candidate without building again.
Exit codes: 0 sealed and PASSED (or a candidate with --stage candidate), 1 FAILED or people pending, 2 usage, 3 input")]
pub struct Args {
    /// Release tag; must point at HEAD
    #[arg(long)]
    pub tag: String,
    /// Output folder, outside the repository or ignored by it
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How far to go
    #[arg(long, value_enum, default_value_t = StageArg::Release)]
    pub stage: StageArg,
    /// Policy of the device's repository
    #[arg(long, value_name = "FILE", default_value = "batchseal.toml")]
    pub policy: PathBuf,
    /// Trust file to judge under; needed to seal
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// Folder with approvals of the candidate in OUT; then nothing is built again
    #[arg(long, value_name = "DIR", requires = "trust")]
    pub approvals: Option<PathBuf>,
    /// JUnit report that the build wrote (repeatable)
    #[arg(long, value_name = "FILE")]
    pub junit: Vec<PathBuf>,
    /// Report of a vulnerability scanner that the build wrote (repeatable); it must itself say which scanner ran, when,
    /// and of which day its data are
    #[arg(long, value_name = "FILE")]
    pub scan: Vec<PathBuf>,
    /// Controlled document as KIND:ID:REVISION:FILE (repeatable); KIND is any kebab-case word, such as
    /// risk-management-file or anomaly-list
    #[arg(long, value_name = "KIND:ID:REVISION:FILE", value_parser = document)]
    pub document: Vec<(DocumentIdentity, PathBuf)>,
    /// Earlier sealed bundle of this device (repeatable)
    #[arg(long, value_name = "BUNDLE")]
    pub previous: Vec<PathBuf>,
    /// Record what would be refused, for the gate to fail
    #[arg(long)]
    pub unsafe_record_anyway: bool,
    /// Concession to take in: the .json file of a pair (repeatable)
    #[arg(long, value_name = "FILE")]
    pub concession: Vec<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// The build command, after --
    #[arg(last = true)]
    pub command: Vec<OsString>,
}

/// Parses `KIND:ID:REVISION:FILE`; the file name may hold colons.
fn document(text: &str) -> Result<(DocumentIdentity, PathBuf), String> {
    let mut parts = text.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(kind), Some(id), Some(revision), Some(file)) if !file.is_empty() => Ok((
            DocumentIdentity {
                kind: kind.to_owned(),
                id: id.to_owned(),
                revision: revision.to_owned(),
                approver: None,
                approved_on: None,
                covers_version: None,
            },
            PathBuf::from(file),
        )),
        _ => Err("expected KIND:ID:REVISION:FILE, such as risk-management-file:RMF-0001:3:risk/rmf.md".to_owned()),
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    session::outside_sources(&args.out, &args.policy)?;
    if let (Some(approvals), Some(trust)) = (&args.approvals, &args.trust) {
        return seal_existing(args, approvals, trust, terminal);
    }
    let without_people = trust_without_people(args)?;
    if args.stage == StageArg::Release && without_people.is_none() {
        terminal.note(
            "note: people will be pending after this build, and nothing is sealed without them; \
             --stage candidate is the usual way, then --approvals DIR --trust trust.toml",
        );
    }
    if args.trust.is_none() && session::filled_policy(&args.policy)?.0.signing.certificates.is_some() {
        return Err(self_trust::needs_trust_file());
    }
    let _lock = files::lock_exclusive(&args.out).map_err(input)?;
    let candidate = make(args, terminal)?;
    gate::show(&candidate.result, args.format, terminal)?;
    after_candidate(args, &candidate, without_people.as_ref(), terminal)
}

/// The trust file, where it lets a release go without people.
fn trust_without_people(args: &Args) -> Result<Option<Trust>, Failure> {
    let trust = args.trust.as_deref().map(|path| verify::load_trust(Some(path))).transpose()?;
    Ok(trust.filter(|trust| trust.unsafe_settings.no_human_release))
}

/// Record, SBOM, intake and candidate gate in one go.
///
/// # Errors
/// [`Failure`]; then there is no candidate, and the attempt stands in the ledger.
pub fn make(args: &Args, terminal: Terminal) -> Result<CandidateFile, Failure> {
    let root = session::root_of(&args.policy);
    let list = listed::listed(&session::filled_policy(&args.policy)?.0, &root)?;
    let (mut junit, mut documents) = listed::paths(&list);
    junit.extend(args.junit.iter().cloned());
    documents.extend(args.document.iter().map(|(_, path)| path.clone()));
    let request = record::Request {
        tag: &args.tag,
        out: &args.out,
        policy: &args.policy,
        anyway: args.unsafe_record_anyway,
        command: &args.command,
        junit: &junit,
        documents: &documents,
        previous: &args.previous,
    };
    let recorded = record::record(&request, terminal)?;
    let stem = recorded.batch.stem();
    complete(args, &list, &recorded, terminal).or_else(|failure| {
        let mut ledger = Ledger::open(&args.out, &stem).map_err(input)?;
        ledger.end("evidence incomplete", None).map_err(input)?;
        Err(failure)
    })
}

fn complete(
    args: &Args,
    list: &EvidenceList,
    recorded: &Recorded,
    terminal: Terminal,
) -> Result<CandidateFile, Failure> {
    let mut added = sbom_step::attested_sbom(recorded, terminal)?;
    let in_tree = |path: &PathBuf| session::in_tree(&recorded.root, path);
    let mut intakes = listed::intakes(list, &recorded.root)?;
    intakes.extend(args.junit.iter().map(|path| Intake::Junit(in_tree(path), RunFacts::default())));
    intakes.extend(args.document.iter().map(|(identity, path)| Intake::Document(in_tree(path), identity.clone())));
    intakes.extend(args.scan.iter().map(|path| Intake::Scan(in_tree(path), Stated::default())));
    intakes.extend(args.concession.iter().cloned().map(Intake::Concession));
    let sbom = attest::sbom_of(&added).map(<[u8]>::to_vec);
    let taken = attest::take_all(&intakes, &recorded.entries, sbom.as_deref(), &recorded.key, terminal)?;
    added.0.extend(taken.0);
    for (name, bytes) in &added.0 {
        recorded.folder.write(name, bytes).map_err(input)?;
    }
    let request = gate::Request {
        folder: &recorded.folder,
        out: &args.out,
        trust: args.trust.as_deref(),
        previous: &args.previous,
        key: &recorded.key,
        root: &recorded.root,
    };
    gate::make_candidate(&request, terminal)
}

fn after_candidate(
    args: &Args,
    candidate: &CandidateFile,
    without_people: Option<&Trust>,
    terminal: Terminal,
) -> Result<ExitStatus, Failure> {
    if args.stage == StageArg::Candidate || candidate.result.verdict == Verdict::Failed {
        if candidate.result.verdict == Verdict::Pending {
            terminal.note("people are pending: send them the candidate for `batchseal approve`");
        }
        return Ok(gate::status(&candidate.result));
    }
    if let Some(trust) = without_people {
        return sealed(args, &candidate.path, None, trust, terminal);
    }
    terminal.diagnostic("PENDING: no person has approved this candidate yet");
    terminal.diagnostic(
        "hint: have each person run `batchseal approve`, then run this again with --approvals DIR --trust trust.toml",
    );
    Ok(ExitStatus::NotPassed)
}

/// Seals the candidate that an earlier run left in the output folder.
fn seal_existing(args: &Args, approvals: &Path, trust: &Path, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let _lock = files::lock_exclusive(&args.out).map_err(input)?;
    let (policy, _) = session::filled_policy(&args.policy)?;
    let stem = session::stem(&policy, &args.tag)?;
    let candidate = args.out.join(format!("{stem}.candidate.zip"));
    if !candidate.is_file() {
        let message =
            format!("{} is not there, so there is nothing that the approvals could be for", candidate.display());
        return Err(Failure::message(ExitStatus::Input, message).with_hint("Make it with --stage candidate first"));
    }
    let trust = verify::load_trust(Some(trust))?;
    sealed(args, &candidate, Some(approvals), &trust, terminal)
}

fn sealed(
    args: &Args,
    candidate: &Path,
    approvals: Option<&Path>,
    trust: &Trust,
    terminal: Terminal,
) -> Result<ExitStatus, Failure> {
    let sealed = seal::seal(candidate, approvals, (trust, Some(&args.policy)), &args.out, terminal)?;
    gate::show(&sealed.result, args.format, terminal)?;
    terminal.note(&format!("sealed {}", sealed.path.display()));
    Ok(status(&sealed.result))
}

/// Exit status of a release gate.
#[must_use]
pub const fn status(result: &GateResult) -> ExitStatus {
    match result.verdict {
        Verdict::Passed => ExitStatus::Done,
        Verdict::Failed | Verdict::Pending => ExitStatus::NotPassed,
    }
}
