//! `batchseal approve`: a person signs or rejects a candidate with the person's own key, takes an own approval back, or
//! looks at who is awaited.

mod answers;
mod list;
mod others;
mod summary;
mod withdraw;

use std::path::{Path, PathBuf};

use crate::adapters::approvals::{self, ApprovalFiles};
use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, evidence_file, key_source, program, stamping};
use crate::attestation::sign::SignerError;
use crate::attestation::sshsig::{ApprovalError, RecordBinding, When};
use crate::evidence::approval::{ApprovalRequest, ApprovalRequestError, CandidateView, approval_statement};
use crate::evidence::approvals::verify_statement;
use crate::evidence::release_gate::Occasion;
use crate::evidence::roster;
use crate::evidence::signatory::signatory;
use crate::evidence::{candidate, candidate_view, layout};
use crate::exit::ExitStatus;
use crate::model::approval::{Answer, Decision};
use crate::model::outcome::CheckId;
use crate::model::role::Role;
use crate::policy::trust::{Person, Trust};

use super::failure::Failure;
use super::{problems, verify};

pub use answers::GivenAnswer;

/// Arguments of `batchseal approve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal approve pump-1.4.0.candidate.zip --trust trust.toml --role reviewer --key ~/.ssh/id_ed25519 --out approvals
  batchseal approve pump-1.4.0.candidate.zip --trust trust.toml --list --approvals approvals
  batchseal approve pump-1.4.0.candidate.zip --trust trust.toml --withdraw --reason TEXT --key KEY --approvals approvals

Exit codes: 0 signed or listed, 1 the candidate can only be rejected, 2 usage or signer, 3 input, 4 timestamp authority")]
pub struct Args {
    /// The candidate container
    pub candidate: PathBuf,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Role you sign in, such as reviewer or authoriser
    #[arg(long, value_parser = Role::parse, required_unless_present_any = ["list", "withdraw"])]
    pub role: Option<Role>,
    /// OpenSSH private key file, or a key of the SSH agent: FILE.pub, SHA256:… or agent:COMMENT
    #[arg(long, value_name = "KEY", required_unless_present = "list")]
    pub key: Option<String>,
    /// Folder for the approval [for --withdraw: that of --approvals]
    #[arg(long, value_name = "DIR", required_unless_present_any = ["list", "withdraw"])]
    pub out: Option<PathBuf>,
    /// Folder with the other approvals; the authoriser signs over all of them
    #[arg(long, value_name = "DIR", required_if_eq("withdraw", "true"))]
    pub approvals: Option<PathBuf>,
    /// Show what waits for whom, and sign nothing
    #[arg(long, conflicts_with_all = ["role", "key", "out", "answers", "decline", "yes", "name", "timestamp_authority"])]
    pub list: bool,
    /// Take back an own approval before sealing
    #[arg(long, group = "decline", requires = "reason", conflicts_with = "answers")]
    pub withdraw: bool,
    /// Whose deputy you sign as, where that is not clear from the role
    #[arg(long, value_name = "NAME", conflicts_with_all = ["list", "withdraw"])]
    pub deputy_for: Option<String>,
    /// Answer to a check that waits for a person: RG-NN=accept:NOTE or RG-NN=reject:NOTE
    #[arg(long = "answer", value_name = "RG-NN=accept|reject:NOTE", value_parser = GivenAnswer::parse)]
    pub answers: Vec<GivenAnswer>,
    /// Reject the batch
    #[arg(long, group = "decline")]
    pub reject: bool,
    /// Why the batch is rejected or the approval withdrawn
    #[arg(long, value_name = "TEXT", requires = "decline")]
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
    // A list shows what lies in the folder; a signature is over the candidate as it came.
    let beside = args.approvals.as_deref().filter(|_| args.list);
    let view = open_candidate(&args.candidate, beside, &trust)?;
    run_with(args, terminal, &view, &trust, &mut TerminalDialogue)
}

/// Verifies the candidate under the person's own trust file; what does not verify cannot be signed.
pub(super) fn open_candidate(path: &Path, beside: Option<&Path>, trust: &Trust) -> Result<CandidateView, Failure> {
    let mut entries = evidence_file::open(path).map_err(|error| Failure::new(ExitStatus::Input, error))?.entries;
    verify::expect_candidate(path, &entries)?;
    if let Some(folder) = beside {
        let further = approvals::read_countersignatures(folder);
        entries.0.extend(further.map_err(|error| Failure::new(ExitStatus::Input, error))?);
    }
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
    if args.list {
        return list::run(args, terminal, view, trust);
    }
    if args.withdraw {
        return withdraw::run(args, terminal, view, trust, prompt);
    }
    let (Some(role), Some(out)) = (&args.role, &args.out) else { return Err(unnamed("--role and --out")) };
    let key = open_key(args)?;
    let today = clock::now().in_utc().date();
    let who = signatory(trust, key.public_key().key_data(), role, args.deputy_for.as_deref(), &today)
        .map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    let person = who.person;
    check_name(args, person)?;
    let others = others::collect(args, role, view, trust, who, &today)?;
    if !args.reject {
        view.approvable().map_err(|error| Failure::new(ExitStatus::NotPassed, error))?;
    }
    let supplied = supplied_passphrase(args.passphrase_env.as_deref(), args.passphrase_fd)?;
    let signer = summary::Signer { who, role, fingerprint: key.fingerprint(), reject: args.reject };
    prompt.show(&summary::text(view, &signer, &others));
    let asked = roster::unanswered(view, &others.standing);
    let said = answers::collect(args, &asked, prompt)?;
    let verb = if said.decision == Decision::Approved { "approve" } else { "REJECT" };
    confirm(args, view, verb, prompt)?;
    let mut passphrase = supplied.map_or_else(|| Passphrase::Typed(prompt), Passphrase::Supplied);
    let request = ApprovalRequest {
        view,
        printed_name: &person.name,
        role,
        deputy_for: who.deputy_for,
        decision: said.decision,
        reason: said.reason.as_deref(),
        asked: &asked.iter().map(|(id, _)| *id).collect::<Vec<CheckId>>(),
        answers: said.answers.clone(),
        signed_at: clock::now(),
        authentication: key.authentication(&passphrase),
        stamped: args.timestamp_authority.is_some(),
        other_approvals: roster::digests(&others),
    };
    let statement = approval_statement(request).map_err(refused_request)?;
    let bytes = statement.encode().map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    let name = approvals::free_name(out, &file_name(role, &key));
    let signing = Signing { view, trust, timestamp_authority: args.timestamp_authority.as_deref(), name };
    let pair = sign(bytes, &key, &mut passphrase, signing, &statement.predicate.signed_at.in_utc().date())?;
    let written = approvals::write_pair(out, &pair).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    terminal.result(&summary::done(&statement.predicate, &written));
    Ok(ExitStatus::Done)
}

/// The command line was parsed otherwise than it says.
fn unnamed(what: &str) -> Failure {
    Failure::message(ExitStatus::Usage, format!("{what} is missing"))
}

fn open_key(args: &Args) -> Result<PersonKey, Failure> {
    let key = args.key.as_deref().ok_or_else(|| unnamed("--key"))?;
    PersonKey::open(&KeySelector::parse(key)).map_err(|error| Failure::new(ExitStatus::Input, error))
}

/// Name of the file for a signature in this role with this key.
fn file_name(role: &Role, key: &PersonKey) -> String {
    let fingerprint = key.public_key().fingerprint(ssh_key::HashAlg::Sha256);
    let short: String = crate::model::digest::to_hex(fingerprint.as_bytes()).chars().take(16).collect();
    format!("{role}-{short}")
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

fn confirm(args: &Args, view: &CandidateView, verb: &str, prompt: &mut dyn Dialogue) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !prompt.is_interactive() {
        return Err(Failure::message(ExitStatus::Usage, "nobody can confirm the signature: there is no terminal")
            .with_hint("Add --yes once you have read what is signed"));
    }
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

/// Where a signature goes and what it must stand before.
struct Signing<'a> {
    view: &'a CandidateView,
    trust: &'a Trust,
    timestamp_authority: Option<&'a str>,
    name: String,
}

/// Signs, and verifies as a stranger would before anything is written.
fn sign(
    bytes: Vec<u8>,
    key: &PersonKey,
    passphrase: &mut Passphrase<'_>,
    signing: Signing<'_>,
    day: &str,
) -> Result<ApprovalFiles, Failure> {
    let armour = key.sign(&bytes, passphrase).map_err(|error| Failure::new(ExitStatus::Input, error))?.into_bytes();
    let url = signing.timestamp_authority;
    let stamp = url.map(|url| stamping::stamp(url, &armour)).transpose().map_err(unstamped)?;
    let when = When { day, between: None };
    verify_statement(&bytes, &armour, stamp.as_deref(), binding(signing.view), signing.trust, when).map_err(
        |error| match error {
            ApprovalError::Stamp(error) => Failure::new(ExitStatus::Usage, error),
            other => Failure::plain(ExitStatus::Internal, other),
        },
    )?;
    Ok(ApprovalFiles { name: signing.name, statement: bytes, armour, stamp })
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
