//! `batchseal key`: makes a pipeline's signing key, shows the public half of one.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use zeroize::Zeroizing;

use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::files::FileError;
use crate::adapters::key_source;
use crate::adapters::new_file::{self, Readers};
use crate::adapters::pipeline_key::{KeyAlgorithm, PipelineKey};
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::Signer;
use crate::exit::ExitStatus;
use crate::model::key::PublicKey;
use crate::model::text::for_terminal;
use crate::policy::trust::StatementKind;

use super::failure::Failure;

/// Arguments of `batchseal key`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub command: KeyCommand,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a new signing key for a pipeline
    New(NewArgs),
    /// Show the public half of a signing key: in a file, a variable, a token or behind a program
    Show(super::key_show::ShowArgs),
}

/// Arguments of `batchseal key new`.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Writes PREFIX.key (private) and PREFIX.pub (public); never over existing files
    #[arg(long, short, value_name = "PREFIX")]
    pub output: PathBuf,
    /// Signature algorithm
    #[arg(long, value_enum, default_value_t = Algorithm::P256)]
    pub algorithm: Algorithm,
    /// Environment variable with the passphrase
    #[arg(long, value_name = "NAME", conflicts_with = "no_passphrase")]
    pub passphrase_env: Option<String>,
    /// Leave the private key unencrypted, for a CI system's secret store
    #[arg(long)]
    pub no_passphrase: bool,
}

/// The algorithms on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Algorithm {
    /// ECDSA P-256
    P256,
    /// ECDSA P-384
    P384,
    /// Ed25519
    Ed25519,
}

impl From<Algorithm> for KeyAlgorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::P256 => Self::P256,
            Algorithm::P384 => Self::P384,
            Algorithm::Ed25519 => Self::Ed25519,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    match &args.command {
        KeyCommand::New(args) => run_new(args, terminal, &mut TerminalDialogue),
        KeyCommand::Show(args) => super::key_show::run(args, terminal),
    }
}

/// Makes the key, asking through `dialogue` where no option settles the passphrase.
///
/// # Errors
/// [`Failure`]: 2 without a passphrase or a decision against one, 3 when a file exists or cannot be written.
pub fn run_new(args: &NewArgs, terminal: Terminal, dialogue: &mut dyn Dialogue) -> Result<ExitStatus, Failure> {
    let (private_path, public_path) = (with_suffix(&args.output, ".key"), with_suffix(&args.output, ".pub"));
    for path in [&private_path, &public_path] {
        if new_file::exists(path) {
            return Err(exists(path));
        }
    }
    let passphrase = passphrase(args, dialogue)?;
    let key = PipelineKey::generate(args.algorithm.into());
    let pem = key
        .to_pkcs8_pem(passphrase.as_ref().map(|text| text.as_str()))
        .map_err(|error| Failure::new(ExitStatus::Internal, error))?;
    create(&private_path, pem.as_bytes(), Readers::Owner)?;
    create(&public_path, key.public_key().to_pem().as_bytes(), Readers::All)?;
    if passphrase.is_none() {
        terminal.note(
            "note: the private key is not encrypted; put it into the CI system's secret store and delete it here",
        );
    }
    terminal.result(&report(key.public_key(), &private_path, &public_path));
    Ok(ExitStatus::Done)
}

fn passphrase(args: &NewArgs, dialogue: &mut dyn Dialogue) -> Result<Option<Zeroizing<String>>, Failure> {
    let usage = |message: &str| Failure::message(ExitStatus::Usage, message);
    if args.no_passphrase {
        return Ok(None);
    }
    if let Some(name) = &args.passphrase_env {
        let text = key_source::variable(name, "passphrase").map_err(|error| Failure::new(ExitStatus::Usage, error))?;
        return Ok(Some(text));
    }
    if !dialogue.is_interactive() {
        return Err(usage("passphrase is neither given nor declined, and there is no terminal to ask on")
            .with_hint("Give --passphrase-env NAME, or --no-passphrase for a CI system's secret store"));
    }
    let mut ask = |question| dialogue.ask_secret(question).map_err(|error| Failure::new(ExitStatus::Usage, error));
    let first = ask("Passphrase for the new key:")?;
    if first.trim().is_empty() {
        return Err(usage("passphrase is empty").with_hint("Say --no-passphrase to leave the key unencrypted"));
    }
    if *ask("Same passphrase again:")? != *first {
        return Err(usage("the two passphrases differ").with_hint("Run it again; nothing was written"));
    }
    Ok(Some(first))
}

fn with_suffix(prefix: &Path, suffix: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}

fn create(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    new_file::create(path, bytes, readers).map_err(|error| match &error {
        FileError::Io { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::plain(ExitStatus::Input, error),
    })
}

fn exists(path: &Path) -> Failure {
    Failure::message(ExitStatus::Input, format!("{} exists (expected a new file)", path.display()))
        .with_hint("Name another --output; keys are never overwritten")
}

fn report(public: &PublicKey, private_path: &Path, public_path: &Path) -> String {
    let kinds: Vec<String> = StatementKind::ALL
        .into_iter()
        // A concession is a person's decision.
        .filter(|kind| *kind != StatementKind::Concession)
        .map(|kind| format!("\"{}\"", kind.as_str()))
        .collect();
    let file_name = public_path.file_name().unwrap_or_default().to_string_lossy();
    let lines = [
        format!("private key  {}", private_path.display()),
        format!("public key   {}", public_path.display()),
        format!("algorithm    {}", public.algorithm()),
        format!("SHA-256      {}", public.sha256()),
        String::new(),
        "For the verifier's trust.toml, with the public key file beside it:".to_owned(),
        String::new(),
        "[[signer]]".to_owned(),
        "name = \"release pipeline\"".to_owned(),
        format!("may-sign = [{}]", kinds.join(", ")),
        format!("key-file = {:?}", file_name),
    ];
    lines.iter().map(|line| for_terminal(line) + "\n").collect()
}
