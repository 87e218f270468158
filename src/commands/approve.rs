//! `batchseal approve`: a person signs or rejects a candidate with the person's own key.

mod answers;
mod others;
mod summary;

use std::path::{Path, PathBuf};

use crate::adapters::approvals::{self, ApprovalFiles};
use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, evidence_file, key_source, program, stamping};
use crate::attestation::sign::SignerError;
use crate::attestation::sshsig::{self, ApprovalError, RecordBinding, When};
use crate::evidence::approval::{ApprovalRequest, ApprovalRequestError, CandidateView, approval_statement};
use crate::evidence::release_gate::Occasion;
use crate::evidence::roster::{self, NamedApproval};
use crate::evidence::{candidate, candidate_view, layout};
use crate::exit::ExitStatus;
use crate::model::approval::{Answer, Approval, Decision};
use crate::model::outcome::CheckId;
use crate::model::role::Role;
use crate::model::statement::Statement;
use crate::policy::trust::{Person, Trust};

use super::failure::Failure;
use super::{problems, verify};

pub use answers::GivenAnswer;

/// Arguments of `batchseal approve`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The candidate container
    pub candidate: PathBuf,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Role you sign in, such as reviewer or authoriser
    #[arg(long, value_parser = Role::parse)]
    pub role: Role,
    /// OpenSSH private key file, or a key of the SSH agent: FILE.pub, SHA256:… or agent:COMMENT
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// Folder for the approval
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Folder with the other approvals; the authoriser signs over all of them
    #[arg(long, value_name = "DIR")]
    pub approvals: Option<PathBuf>,
    /// Answer to a check that waits for a person: RG-NN=accept:NOTE or RG-NN=reject:NOTE
    #[arg(long = "answer", value_name = "RG-NN=accept|reject:NOTE", value_parser = GivenAnswer::parse)]
    pub answers: Vec<GivenAnswer>,
    /// Reject the batch
    #[arg(long)]
    pub reject: bool,
    /// Why the batch is rejected
    #[arg(long, value_name = "TEXT", requires = "reject")]
    pub reason: Option<String>,
    /// Sign without the typed confirmation
    #[arg(long)]
    pub yes: bool,
    /// Timestamp authority (RFC 3161) to stamp the signature; your trust file must know it
    #[arg(long, value_name = "URL")]
    pub timestamp_authority: Option<String>,
    /// Printed name; must be the one that the roster gives to this key
    #[arg(long)]
    pub name: Option<String>,
    /// Environment variable with the passphrase of the key file; recorded as not typed
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_fd")]
    pub passphrase_env: Option<String>,
    /// File descriptor with the passphrase of the key file; recorded as not typed
    #[arg(long, value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust = verify::load_trust(Some(&args.trust))?;
    let view = open_candidate(&args.candidate, &trust)?;
    run_with(args, terminal, &view, &trust, &mut TerminalDialogue)
}

/// Verifies the candidate under the person's own trust file; what does not verify cannot be signed.
pub(super) fn open_candidate(path: &Path, trust: &Trust) -> Result<CandidateView, Failure> {
    let entries = evidence_file::open(path).map_err(|error| Failure::new(ExitStatus::Input, error))?.entries;
    verify::expect_candidate(path, &entries)?;
    let map = entries.as_map();
    let index = layout::index(&map);
    let day = verify::day(None)?;
    let candidate = candidate::open(map, index, trust, &day).map_err(|found| problems::failure("candidate", &found))?;
    let occasion = Occasion { now: clock::now(), day, tool: program::name_and_version() };
    candidate_view::view(candidate, &occasion).map_err(|problem| problems::failure("candidate", &[problem]))
}

/// The interaction over a candidate that was verified: shows, asks, signs, verifies, writes.
///
/// # Errors
/// [`Failure`]: 1 when the candidate can only be rejected, 2 for a refused signer or missing answers,
/// 3 for keys and approvals that cannot be used.
pub fn run_with(
    args: &Args,
    terminal: Terminal,
    view: &CandidateView,
    trust: &Trust,
    prompt: &mut dyn Dialogue,
) -> Result<ExitStatus, Failure> {
    let input = |error| Failure::new(ExitStatus::Input, error);
    let key = PersonKey::open(&KeySelector::parse(&args.key)).map_err(input)?;
    let today = clock::now().in_utc().date();
    let person = roster::signatory(trust, key.public_key().key_data(), &args.role, &today)
        .map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    check_name(args, person)?;
    let others = others::collect(args, view, trust, person, &today)?;
    if !args.reject {
        view.approvable().map_err(|error| Failure::new(ExitStatus::NotPassed, error))?;
    }
    let supplied = supplied_passphrase(args.passphrase_env.as_deref(), args.passphrase_fd)?;
    let signer = summary::Signer { person, role: &args.role, fingerprint: key.fingerprint(), reject: args.reject };
    prompt.show(&summary::text(view, &signer, &others));
    let asked = roster::unanswered(view, &others);
    let said = answers::collect(args, &asked, prompt)?;
    confirm(args, view, said.decision, prompt)?;
    let mut passphrase = supplied.map_or_else(|| Passphrase::Typed(prompt), Passphrase::Supplied);
    let request = ApprovalRequest {
        view,
        printed_name: &person.name,
        role: &args.role,
        decision: said.decision,
        reason: said.reason.as_deref(),
        asked: &asked.iter().map(|(id, _)| *id).collect::<Vec<CheckId>>(),
        answers: said.answers.clone(),
        signed_at: clock::now(),
        authentication: key.authentication(&passphrase),
        other_approvals: roster::digests(&others),
    };
    let statement = approval_statement(request).map_err(refused_request)?;
    let pair = sign(&statement, &key, &mut passphrase, view, trust, args.timestamp_authority.as_deref())?;
    let written = approvals::write_pair(&args.out, &pair).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    terminal.result(&summary::done(&statement.predicate, &written));
    Ok(ExitStatus::Done)
}

fn check_name(args: &Args, person: &Person) -> Result<(), Failure> {
    match &args.name {
        Some(name) if *name != person.name => Err(Failure::message(
            ExitStatus::Usage,
            format!("printed name is {name:?} (the roster gives {:?} to this key)", person.name),
        )
        .with_hint("Leave --name out, or have the keeper of the trust file correct the roster")),
        _ => Ok(()),
    }
}

/// A passphrase that a program supplies in place of the person's typing it.
pub(super) fn supplied_passphrase(
    variable: Option<&str>,
    descriptor: Option<u32>,
) -> Result<Option<zeroize::Zeroizing<String>>, Failure> {
    if let Some(name) = variable {
        let text = key_source::variable(name, "passphrase").map_err(|error| Failure::new(ExitStatus::Usage, error))?;
        return Ok(Some(text));
    }
    let read = |number| {
        key_source::passphrase_from_descriptor(number).map_err(|error| Failure::plain(ExitStatus::Usage, error))
    };
    descriptor.map(read).transpose()
}

/// A gate that failed is a verdict; everything else about a request is how the command was called.
fn refused_request(error: ApprovalRequestError) -> Failure {
    let status = match error {
        ApprovalRequestError::Failed { .. } => ExitStatus::NotPassed,
        _ => ExitStatus::Usage,
    };
    Failure::new(status, error)
}

fn confirm(args: &Args, view: &CandidateView, decision: Decision, prompt: &mut dyn Dialogue) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !prompt.is_interactive() {
        return Err(Failure::message(ExitStatus::Usage, "nobody can confirm the signature: there is no terminal")
            .with_hint("Add --yes once you have read what is signed"));
    }
    let verb = match decision {
        Decision::Approved => "approve",
        Decision::Rejected => "REJECT",
    };
    let version = view.batch.version.as_str();
    let typed = prompt
        .ask(&format!("To {verb} with your signature, type the version ({version}):"))
        .map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    if typed == version {
        Ok(())
    } else {
        Err(Failure::message(ExitStatus::Usage, format!("confirmation is {typed:?} (expected {version:?})"))
            .with_hint("Nothing was signed; run it again when you are sure"))
    }
}

/// Nothing was written: without the stamp that was asked for there is no approval.
fn unstamped(error: SignerError) -> Failure {
    let status = if matches!(error, SignerError::Service(_)) { ExitStatus::Remote } else { ExitStatus::Usage };
    Failure::plain(status, error)
        .with_hint("Nothing was written; run it again, or approve without --timestamp-authority")
}

/// Signs, and verifies as a stranger would before anything is written.
fn sign(
    statement: &Statement<Approval>,
    key: &PersonKey,
    passphrase: &mut Passphrase<'_>,
    view: &CandidateView,
    trust: &Trust,
    timestamp_authority: Option<&str>,
) -> Result<ApprovalFiles, Failure> {
    let bytes = statement.encode().map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    let armour = key.sign(&bytes, passphrase).map_err(|error| Failure::new(ExitStatus::Input, error))?.into_bytes();
    let stamp = timestamp_authority.map(|url| stamping::stamp(url, &armour)).transpose().map_err(unstamped)?;
    let day = statement.predicate.signed_at.in_utc().date();
    sshsig::verify_approval(&bytes, &armour, stamp.as_deref(), binding(view), trust, When { day: &day, between: None })
        .map_err(|error| match error {
            ApprovalError::Stamp(error) => Failure::new(ExitStatus::Usage, error),
            other => Failure::plain(ExitStatus::Internal, other),
        })?;
    let fingerprint = key.public_key().fingerprint(ssh_key::HashAlg::Sha256);
    let short: String = crate::model::digest::to_hex(fingerprint.as_bytes()).chars().take(16).collect();
    Ok(ApprovalFiles { name: format!("{}-{short}", statement.predicate.role), statement: bytes, armour, stamp })
}

fn binding(view: &CandidateView) -> RecordBinding {
    RecordBinding { record: view.record_sha256, record_signed: view.record_signed_sha256 }
}

/// What a person said in the interaction.
struct Said {
    decision: Decision,
    reason: Option<String>,
    answers: Vec<Answer>,
}

type Others = Vec<NamedApproval>;
