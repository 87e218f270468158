//! `batchseal concede`: a person gives signed leave to release although a check found something (8.3.2).

use std::path::PathBuf;

use crate::adapters::approvals::{self, ApprovalFiles};
use crate::adapters::clock;
use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::person_key::{KeySelector, Passphrase, PersonKey};
use crate::adapters::terminal::Terminal;
use crate::attestation::concession::{ConcessionBinding, ConcessionError, verify_concession};
use crate::attestation::sshsig::person_of;
use crate::evidence::approval::{CandidateView, MAX_TEXT, check_text};
use crate::exit::ExitStatus;
use crate::model::batch::{BATCH_ENTRY, SchemaVersion};
use crate::model::concession::{CONCESSION_NAMESPACE, ConcededFinding, Concession, may_be_conceded};
use crate::model::outcome::{CheckId, Finding, Outcome};
use crate::model::statement::{Statement, Subject};
use crate::model::text::for_terminal;
use crate::model::time::is_day;
use crate::policy::trust::{Person, Trust};

use super::failure::{Failure, input, usage};
use super::{approve, verify};

/// Arguments of `batchseal concede`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  batchseal concede pump-1.4.0.candidate.zip --trust trust.toml --key ~/.ssh/id_ed25519 --check RG-14 \\
      --justification 'supplier of one fixture library is unknown' --risk-ref 'RMF-0001 H-17' \\
      --requested-by 'Software Lead (example)' --expires 2027-01-31 --out concessions
  batchseal attest concession concessions/*.json --to pump-1.4.0.candidate.zip --trust trust.toml

The concession counts for this version and policy alone, and for the findings that it names. Findings of checks that say
what the batch is, that its evidence is genuine or that persons released it cannot be conceded.")]
pub struct Args {
    /// The candidate container whose gate found something
    pub candidate: PathBuf,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Check that found it
    #[arg(long, value_name = "RG-NN", value_parser = CheckId::parse)]
    pub check: CheckId,
    /// Finding as CODE:ABOUT (repeatable) [default: every finding of the check]
    #[arg(long = "finding", value_name = "CODE:ABOUT")]
    pub findings: Vec<String>,
    /// Why the batch may be released all the same
    #[arg(long, value_name = "TEXT")]
    pub justification: String,
    /// Where the risk of it is evaluated, such as a line of the risk management file
    #[arg(long, value_name = "TEXT")]
    pub risk_ref: String,
    /// Printed name of who asked for it; another person than you
    #[arg(long, value_name = "NAME")]
    pub requested_by: String,
    /// Last day on which a batch may be sealed under it, such as 2027-01-31
    #[arg(long, value_name = "DAY")]
    pub expires: String,
    /// OpenSSH private key file, or a key of the SSH agent: FILE.pub, SHA256:… or agent:COMMENT
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// Folder for the concession
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Sign without the typed confirmation
    #[arg(long)]
    pub yes: bool,
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
/// [`Failure`]; then nothing was written.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust = verify::load_trust(Some(&args.trust))?;
    let view = approve::open_candidate(&args.candidate, None, &trust)?;
    let mut prompt = TerminalDialogue;
    let findings = findings(args, &view)?;
    texts(args)?;
    let key =
        PersonKey::open(&KeySelector::parse(&args.key)).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let person = person_of(key.public_key().key_data(), &trust).map_err(usage_plain)?;
    let supplied = approve::supplied_passphrase(args.passphrase_env.as_deref(), args.passphrase_fd)?;
    prompt.show(&shown(args, &view, person, &findings));
    confirm(args, &mut prompt)?;
    let mut passphrase = supplied.map_or_else(|| Passphrase::Typed(&mut prompt), Passphrase::Supplied);
    let statement = statement(args, &view, person, findings, key.authentication(&passphrase));
    let files = sign(&statement, &key, &mut passphrase, &view, &trust)?;
    let written = approvals::write_pair(&args.out, &files).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let mut text = format!("conceded: {} of {} {}\n", args.check, view.batch.device.name, view.batch.version);
    for path in written {
        text.push_str(&format!("  {}\n", path.display()));
    }
    terminal.result(&text);
    terminal.note("take it into a new candidate with `batchseal attest concession FILE --to CANDIDATE --trust TRUST`");
    Ok(ExitStatus::Done)
}

fn usage_plain(error: impl std::fmt::Display) -> Failure {
    Failure::message(ExitStatus::Usage, error.to_string())
}

/// What the check found now, as far as the command line names it.
fn findings(args: &Args, view: &CandidateView) -> Result<Vec<ConcededFinding>, Failure> {
    if !may_be_conceded(args.check) {
        return Err(usage_plain(ConcessionError::Never(args.check))
            .with_hint("Resolve what it found and make a new candidate; `batchseal explain` says how"));
    }
    let result = view.result.checks.iter().find(|result| result.id == args.check);
    let Some(Outcome::Violated { findings }) = result.map(|result| &result.conclusion) else {
        let word = result.map_or("not judged at this stage".to_owned(), |result| result.conclusion.word().to_owned());
        let message = format!("{} is {word} (expected violated): there is no finding to concede", args.check);
        return Err(Failure::message(ExitStatus::Usage, message)
            .with_hint("Look at the findings with `batchseal approve`, or leave the check alone"));
    };
    if args.findings.is_empty() {
        return Ok(findings.iter().map(named).collect());
    }
    args.findings.iter().map(|wanted| one_of(wanted, findings)).collect()
}

fn one_of(wanted: &str, findings: &[Finding]) -> Result<ConcededFinding, Failure> {
    let found = findings.iter().find(|finding| format!("{}:{}", finding.code, finding.about) == wanted);
    found.map(named).ok_or_else(|| {
        let known: Vec<String> = findings.iter().map(|finding| format!("{}:{}", finding.code, finding.about)).collect();
        let message = format!("finding {wanted:?} was not made (expected one of {})", known.join(", "));
        Failure::message(ExitStatus::Usage, message).with_hint("Name a finding as CODE:ABOUT, letter for letter")
    })
}

fn named(finding: &Finding) -> ConcededFinding {
    ConcededFinding { code: finding.code.clone(), about: finding.about.clone() }
}

fn texts(args: &Args) -> Result<(), Failure> {
    for (what, text) in [
        ("justification", &args.justification),
        ("risk reference", &args.risk_ref),
        ("name of who asked for it", &args.requested_by),
    ] {
        check_text(what, text, MAX_TEXT).map_err(usage)?;
    }
    let today = clock::now().in_utc().date();
    if is_day(&args.expires) && args.expires >= today {
        return Ok(());
    }
    let message = format!("--expires is {:?} (expected a day such as 2027-01-31, not before {today})", args.expires);
    Err(Failure::message(ExitStatus::Usage, message).with_hint("Name the last day on which the batch may be sealed"))
}

fn shown(args: &Args, view: &CandidateView, person: &Person, findings: &[ConcededFinding]) -> String {
    let mut text = format!(
        "Concession for {} {}, which you sign as {}\n  check       {}\n",
        view.batch.device.name,
        view.batch.version,
        for_terminal(&person.name),
        args.check
    );
    for finding in findings {
        text.push_str(&format!("  finding     {}: {}\n", for_terminal(&finding.about), for_terminal(&finding.code)));
    }
    for (label, value) in [
        ("because", &args.justification),
        ("risk", &args.risk_ref),
        ("asked by", &args.requested_by),
        ("until", &args.expires),
    ] {
        text.push_str(&format!("  {label:<12}{}\n", for_terminal(value)));
    }
    text
}

fn confirm(args: &Args, prompt: &mut dyn Dialogue) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    if !prompt.is_interactive() {
        return Err(Failure::message(ExitStatus::Usage, "nobody can confirm the signature: there is no terminal")
            .with_hint("Add --yes once you have read what is signed"));
    }
    let expected = args.check.to_string();
    let typed = prompt.ask(&format!("To concede with your signature, type the check ({expected}):"));
    let typed = typed.map_err(|error| Failure::new(ExitStatus::Usage, error))?;
    if typed == expected {
        return Ok(());
    }
    Err(Failure::message(ExitStatus::Usage, format!("confirmation is {typed:?} (expected {expected:?})"))
        .with_hint("Nothing was signed; run it again when you are sure"))
}

fn statement(
    args: &Args,
    view: &CandidateView,
    person: &Person,
    findings: Vec<ConcededFinding>,
    authentication: crate::model::approval::Authentication,
) -> Statement<Concession> {
    Statement {
        subject: vec![Subject::new(BATCH_ENTRY, view.batch_sha256)],
        predicate: Concession {
            schema_version: SchemaVersion,
            device: view.batch.device.name.clone(),
            version: view.batch.version.clone(),
            policy_sha256: view.result.policy_sha256,
            check: args.check,
            findings,
            justification: args.justification.clone(),
            risk_reference: args.risk_ref.clone(),
            requested_by: args.requested_by.clone(),
            printed_name: person.name.clone(),
            signed_at: clock::now(),
            authentication,
            expires: args.expires.clone(),
        },
    }
}

/// Signs, and verifies as a stranger would before anything is written.
fn sign(
    statement: &Statement<Concession>,
    key: &PersonKey,
    passphrase: &mut Passphrase<'_>,
    view: &CandidateView,
    trust: &Trust,
) -> Result<ApprovalFiles, Failure> {
    let bytes = statement.encode().map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    let armour = key.sign_in(CONCESSION_NAMESPACE, &bytes, passphrase).map_err(input)?.into_bytes();
    let binding = ConcessionBinding {
        batch: &view.batch,
        batch_sha256: view.batch_sha256,
        policy_sha256: view.result.policy_sha256,
    };
    let days = [statement.predicate.signed_at.in_utc().date()];
    verify_concession(&bytes, &armour, binding, trust, &days).map_err(usage_plain)?;
    let fingerprint = key.public_key().fingerprint(ssh_key::HashAlg::Sha256);
    let short: String = crate::model::digest::to_hex(fingerprint.as_bytes()).chars().take(16).collect();
    let name = format!("concession-{}-{short}", statement.predicate.check);
    Ok(ApprovalFiles { name, statement: bytes, armour, stamp: None })
}
