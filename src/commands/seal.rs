//! `batchseal seal`: release gate, verdict, pages, seal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::sealing::{Sealing, SealingError};
use crate::adapters::terminal::Terminal;
use crate::adapters::{self, archive, clock, evidence_file, program};
use crate::attestation::sign::{Signer, attest};
use crate::attestation::sshsig::When;
use crate::evidence::addenda::Surroundings;
use crate::evidence::approvals::{self, ApprovalFile};
use crate::evidence::candidate::{self, Candidate};
use crate::evidence::judge::{Files, Question, judge};
use crate::evidence::judgement::{Answer, Judgement};
use crate::evidence::release_gate::{Occasion, release_gate};
use crate::evidence::{assemble, candidate_view, layout, roster, sums};
use crate::exit::ExitStatus;
use crate::model::approval::Decision;
use crate::model::name::EntryName;
use crate::model::result::{GateResult, Verdict};
use crate::model::role::Role;
use crate::model::seal::SEAL_ENTRY;
use crate::model::statement::Statement;
use crate::policy::trust::Trust;
use crate::report;

use super::failure::{Failure, input, internal, unsigned};
use super::verify::{self, Format};
use super::{gate, problems, session};

/// Arguments of `batchseal seal`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  batchseal seal out/pump-1.4.0.candidate.zip --approvals approvals --trust trust.toml

Exit codes: 0 PASSED and released, 1 FAILED, rejected, or approvals still missing (then nothing is written)")]
pub struct Args {
    /// Candidate, as `gate` or `release` made it
    pub candidate: PathBuf,
    /// Folder with the approvals (*.json and *.sshsig) and further signatures over the record (record.*.sigstore.json)
    #[arg(long, value_name = "DIR")]
    pub approvals: PathBuf,
    /// Your trust file with the roster
    #[arg(long, value_name = "FILE")]
    pub trust: Option<PathBuf>,
    /// The batch's policy: files of its signing table are looked up beside it [default: in the working folder]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Where the sealed bundle goes [default: the folder of the candidate]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// A sealed bundle on disk.
#[derive(Debug)]
pub struct Sealed {
    /// Where.
    pub path: PathBuf,
    /// What the release gate said.
    pub result: GateResult,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust_path = args.trust.as_deref();
    let trust = verify::load_trust(trust_path)?;
    let out = args.out.clone().unwrap_or_else(|| args.candidate.parent().map(Path::to_path_buf).unwrap_or_default());
    let sealed = seal(&args.candidate, Some(&args.approvals), (&trust, args.policy.as_deref()), &out, terminal)?;
    gate::show(&sealed.result, args.format, terminal)?;
    terminal.note(&format!("sealed {}", sealed.path.display()));
    Ok(if sealed.result.verdict == Verdict::Passed { ExitStatus::Done } else { ExitStatus::NotPassed })
}

/// Seals a candidate with the approvals of a folder; `policy` is the file beside which files of `[signing]` lie.
///
/// # Errors
/// [`Failure`]; then no sealed bundle was written.
pub fn seal(
    candidate_path: &Path,
    approvals_folder: Option<&Path>,
    (trust, policy): (&Trust, Option<&Path>),
    out: &Path,
    terminal: Terminal,
) -> Result<Sealed, Failure> {
    let day = verify::day(None)?;
    let mut entries =
        evidence_file::open(candidate_path).map_err(|error| Failure::new(ExitStatus::Input, error))?.entries;
    verify::expect_candidate(candidate_path, &entries)?;
    let files = approvals_folder.map_or_else(|| Ok(Vec::new()), approval_files)?;
    add_countersignatures(&mut entries, approvals_folder)?;
    let placed = {
        let candidate = open(&entries, trust, &day)?;
        refuse_strangers(&candidate)?;
        let placed = approvals::place(files, candidate.binding, trust, until_now(&candidate, &day))
            .map_err(|refused| refused_approvals(&refused))?;
        require_people(&candidate, &placed, &day)?;
        placed
    };
    entries.0.extend(placed);
    let key = &session::signing_key_of_batch(&session::policy_of(&entries)?.0, Some(trust), policy)?;
    let stem = open(&entries, trust, &day)?.batch.stem();
    let path = out.join(format!("{stem}.evidence.zip"));
    if path.exists() {
        return existing(&path, &entries, trust, &day);
    }
    let sealing = Sealing::open(out, &stem, &sealing_inputs(&entries, trust)).map_err(input)?;
    let result = add_verdict(&mut entries, trust, &day, key, &sealing)?;
    add_pages(&mut entries, trust, &day, &result)?;
    add_seal(&mut entries, trust, &day, key, &sealing, &result)?;
    if let Err(failure) = self_check(&entries, trust, &day, &result) {
        // Signatures that do not verify, of another identity say, must not be taken up by the next run.
        sealing.finish().map_err(input)?;
        return Err(failure);
    }
    archive::write(&path, &entries.0, clock::document_time(result.evaluated_at)).map_err(input)?;
    sealing.finish().map_err(input)?;
    terminal.note(&format!("{} entries sealed", entries.0.len()));
    Ok(Sealed { path, result })
}

fn open<'a>(entries: &'a OwnedEntries, trust: &'a Trust, day: &str) -> Result<Candidate<'a>, Failure> {
    let map = entries.as_map();
    let index = layout::index(&map);
    candidate::open(map, index, trust, day).map_err(|found| problems::failure("candidate", &found))
}

/// Approvals were made after the record's trusted time and before now.
fn until_now<'a>(candidate: &Candidate<'_>, day: &'a str) -> When<'a> {
    When { day, between: candidate.record.origin().time().map(|recorded| (recorded, clock::now())) }
}

fn approval_files(folder: &Path) -> Result<Vec<ApprovalFile>, Failure> {
    let read = adapters::approvals::read_folder(folder).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    Ok(read
        .into_iter()
        .map(|files| ApprovalFile {
            stem: files.name,
            statement: files.statement,
            armour: files.armour,
            stamp: files.stamp,
        })
        .collect())
}

/// Further signatures over the record, as they lie in the folder; one of the candidate is never replaced.
fn add_countersignatures(entries: &mut OwnedEntries, folder: Option<&Path>) -> Result<(), Failure> {
    let read = folder.map_or_else(|| Ok(BTreeMap::new()), adapters::approvals::read_countersignatures);
    for (name, bytes) in read.map_err(|error| Failure::new(ExitStatus::Input, error))? {
        if entries.0.get(&name).is_some_and(|there| *there != bytes) {
            let message = format!("{name} is in the candidate already, with other bytes");
            return Err(
                Failure::message(ExitStatus::Input, message).with_hint("Give the further signature another name")
            );
        }
        entries.0.insert(name, bytes);
    }
    Ok(())
}

/// A further signature that does not count would fail the release.
fn refuse_strangers(candidate: &Candidate<'_>) -> Result<(), Failure> {
    let found = &candidate.countersignatures;
    if !found.refused.is_empty() {
        let refused = found.refused.iter().map(|refused| format!("  {}: {}", refused.entry, refused.reason));
        let lines = refused.collect::<Vec<_>>().join("\n");
        let message = format!("further signatures over the record that do not count:\n{lines}");
        return Err(Failure::message(ExitStatus::Input, message)
            .with_hint("Take these files out of the folder, or have another signer of the trust file sign"));
    }
    Ok(())
}

/// Missing signers are no failure of the batch: nothing is sealed, and it is said.
fn require_record_signers(candidate: &Candidate<'_>) -> Result<(), Failure> {
    let (got, needed) = (candidate.record_signers().count(), candidate.device.record_signers);
    if got >= needed {
        return Ok(());
    }
    let message = format!("PENDING: {got} of {needed} signers have signed the record");
    Err(Failure::message(ExitStatus::NotPassed, message)
        .with_hint("Have another signer run `batchseal countersign` on this candidate"))
}

fn refused_approvals(refused: &[(String, String)]) -> Failure {
    let lines: Vec<String> = refused.iter().map(|(stem, reason)| format!("  {stem}: {reason}")).collect();
    Failure::message(ExitStatus::Input, format!("approvals that do not count:\n{}", lines.join("\n")))
        .with_hint("Take these files out of the folder, or have the persons sign this candidate")
}

/// Missing people and signers are no failure of the batch: nothing is sealed, and who is awaited is said. A rejection
/// needs nobody else.
fn require_people(candidate: &Candidate<'_>, placed: &BTreeMap<EntryName, Vec<u8>>, day: &str) -> Result<(), Failure> {
    let map = placed.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice())).collect();
    let people = approvals::collect(&map, candidate.binding, candidate.trust, until_now(candidate, day)).verified;
    let rejected = people.iter().any(|(_, approval)| approval.predicate.decision == Decision::Rejected);
    if rejected {
        return Ok(());
    }
    require_record_signers(candidate)?;
    if candidate.trust.unsafe_settings.no_human_release {
        return Ok(());
    }
    let roles = candidate_view::required_roles(&candidate.policy.release.approvals, candidate.device);
    let needed = |role: &Role| candidate.device.approvals.get(role).copied().unwrap_or(1);
    let people: Vec<_> = people.iter().map(|(_, approval)| approval).collect();
    let missing = roster::awaited(&roles, needed, &people).into_iter();
    let missing: Vec<String> = missing.map(|(role, got, needed)| roster::in_words(&role, got, needed)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::message(ExitStatus::NotPassed, format!("PENDING: no approval yet as {}", missing.join(", ")))
        .with_hint("Have each person run `batchseal approve` on this candidate, the authoriser last"))
}

/// A bundle of this name is there: the same batch is done, another one is refused.
fn existing(path: &Path, entries: &OwnedEntries, trust: &Trust, day: &str) -> Result<Sealed, Failure> {
    let other = || {
        Failure::message(
            ExitStatus::Input,
            format!("{} exists and is not the seal of this candidate with these approvals", path.display()),
        )
        .with_hint("A version is sealed once: release a new version, or move the file away if it was never released")
    };
    let sealed = evidence_file::open(path).map_err(|_| other())?.entries;
    let same = entries.0.iter().all(|(name, bytes)| sealed.0.get(name) == Some(bytes));
    let judgement = judge_bundle(&sealed, trust, day);
    if !same || judgement.answer == Answer::Failed {
        return Err(other());
    }
    let candidate = open(&sealed, trust, day)?;
    let approvals = approvals::collect(&candidate.entries, candidate.binding, trust, until_now(&candidate, day));
    let occasion = Occasion { now: clock::now(), day: day.to_owned(), tool: program::identity() };
    Ok(Sealed { path: path.to_path_buf(), result: release_gate(candidate, approvals, None, &occasion) })
}

/// What a half-made seal must have been made from to be taken up again.
fn sealing_inputs(entries: &OwnedEntries, trust: &Trust) -> Vec<u8> {
    let mut inputs = String::new();
    for entry in layout::index(&entries.as_map()).values() {
        inputs.push_str(&format!("{} {}\n", entry.sha256.to_hex(), entry.name));
    }
    let trust = trust.sha256.map(|digest| digest.to_string()).unwrap_or_default();
    inputs.push_str(&format!("trust {trust}\ntool {}\n", env!("CARGO_PKG_VERSION")));
    inputs.into_bytes()
}

fn add_verdict(
    entries: &mut OwnedEntries,
    trust: &Trust,
    day: &str,
    key: &dyn Signer,
    sealing: &Sealing,
) -> Result<GateResult, Failure> {
    let candidate = open(entries, trust, day)?;
    let subjects = assemble::subjects(candidate.artifacts(), candidate.batch_sha256);
    let index = candidate.index.clone();
    let approvals = approvals::collect(&candidate.entries, candidate.binding, trust, until_now(&candidate, day));
    let occasion = Occasion { now: clock::now(), day: day.to_owned(), tool: program::identity() };
    let fresh = release_gate(candidate, approvals, None, &occasion);
    let result = sealing.result_or(fresh).map_err(input)?;
    let statement: Statement<GateResult> = assemble::result(result.clone(), subjects.clone());
    let signed = sealing.signed_or(layout::RESULT_ENTRY, || attest(&statement, key)).map_err(unsealed)?;
    entries.insert(layout::RESULT_ENTRY, signed).map_err(internal)?;
    let summary = assemble::verdict(&result, subjects, &index);
    let signed = sealing.signed_or(layout::VERDICT_ENTRY, || attest(&summary, key)).map_err(unsealed)?;
    entries.insert(layout::VERDICT_ENTRY, signed).map_err(internal)?;
    Ok(result)
}

/// Nothing was signed, or it could not be kept.
fn unsealed(error: SealingError) -> Failure {
    match error {
        SealingError::Sign(error) => unsigned(error),
        other => internal(other),
    }
}

fn add_pages(entries: &mut OwnedEntries, trust: &Trust, day: &str, result: &GateResult) -> Result<(), Failure> {
    let (index, how_to) = {
        let candidate = open(entries, trust, day)?;
        let approvals = approvals::collect(&candidate.entries, candidate.binding, trust, until_now(&candidate, day));
        let page = report::page::Page::new(&candidate, &approvals, result);
        (report::page::index(&page).map_err(internal)?, report::how_to::how_to_verify(&page).map_err(internal)?)
    };
    entries.insert(layout::INDEX_ENTRY, index.into_bytes()).map_err(internal)?;
    entries.insert(layout::HOW_TO_ENTRY, how_to.into_bytes()).map_err(internal)?;
    let listed: Vec<_> = layout::index(&entries.as_map()).into_values().collect();
    entries.insert(layout::SUMS_ENTRY, sums::encode(&listed).into_bytes()).map_err(internal)
}

fn add_seal(
    entries: &mut OwnedEntries,
    trust: &Trust,
    day: &str,
    key: &dyn Signer,
    sealing: &Sealing,
    result: &GateResult,
) -> Result<(), Failure> {
    let statement = {
        let candidate = open(entries, trust, day)?;
        assemble::seal(&candidate.batch, candidate.binding.record, result, &candidate.index)
    };
    let signed = sealing.signed_or(SEAL_ENTRY, || attest(&statement, key)).map_err(unsealed)?;
    entries.insert(SEAL_ENTRY, signed).map_err(internal)
}

fn judge_bundle(entries: &OwnedEntries, trust: &Trust, day: &str) -> Judgement {
    judge(Question {
        entries: entries.as_map(),
        bundle_sha256: crate::model::digest::Sha256Digest::of(b""),
        trust,
        day: day.to_owned(),
        files: Files::BundleOnly,
        around: Surroundings::default(),
        previous: None,
        tool: program::name_and_version(),
    })
}

/// What was just sealed must verify as what the gate said, before anyone sees it.
fn self_check(entries: &OwnedEntries, trust: &Trust, day: &str, result: &GateResult) -> Result<(), Failure> {
    let judgement = judge_bundle(entries, trust, day);
    let expected = if result.verdict == Verdict::Passed { Answer::Passed } else { Answer::Rejected };
    if judgement.answer == expected {
        return Ok(());
    }
    let found: Vec<_> = judgement.steps.into_iter().flat_map(|step| step.problems).collect();
    Err(problems::failure("bundle just sealed", &found)
        .with_hint("Check that the trust file lets this pipeline's key sign record, verdict and seal"))
}
