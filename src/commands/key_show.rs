//! `batchseal key show`: the public half of a signing key, wherever the key is.

use std::path::{Path, PathBuf};

use crate::adapters::config;
use crate::adapters::dialogue::{Dialogue, TerminalDialogue};
use crate::adapters::files;
use crate::adapters::key_source;
use crate::adapters::pipeline_key::{MAX_PEM, PipelineKey};
use crate::adapters::pipeline_key_error::PipelineKeyError;
use crate::adapters::pipeline_signer::SigningSource;
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::Signer;
use crate::exit::ExitStatus;
use crate::model::key::PublicKey;
use crate::model::text::{counted, for_terminal};
use crate::policy::release::{KeySource, SigningPolicy};

use super::failure::{Failure, input, usage};
use super::session;

/// Arguments of `batchseal key show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal key show release.pub
  batchseal key show release.key --passphrase-env KEY_PASSPHRASE
  batchseal key show env:BATCHSEAL_KEY
  batchseal key show 'pkcs11:token=release;object=pump?module-name=softhsm2&pin-source=env:TOKEN_PIN'
  batchseal key show --policy batchseal.toml         (the key, token or program that the policy names)

Prints the algorithm, the SHA-256 by which trust files and bundles know the key, and the public key.")]
pub struct ShowArgs {
    /// Key file (private or public), env:NAME, or a pkcs11: URI
    #[arg(value_name = "KEY|URI", required_unless_present = "policy")]
    pub key: Option<String>,
    /// Show what this policy signs with
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "passphrase_env"])]
    pub policy: Option<PathBuf>,
    /// Environment variable with the passphrase of the key file
    #[arg(long, value_name = "NAME")]
    pub passphrase_env: Option<String>,
}

/// Shows the key.
///
/// # Errors
/// [`Failure`]: 2 for a key that cannot be used, 3 for a file that cannot be read.
pub fn run_show(args: &ShowArgs, terminal: Terminal, dialogue: &mut dyn Dialogue) -> Result<ExitStatus, Failure> {
    let (public, certificates) = match (&args.key, &args.policy) {
        (Some(key), _) => (named(key, args.passphrase_env.as_deref(), dialogue)?, 0),
        (None, policy) => {
            let path = policy.clone().unwrap_or_else(|| PathBuf::from("batchseal.toml"));
            let (policy, _) = config::load_policy(&path).map_err(usage)?;
            let signer = session::signing_key(&policy, Some(&session::root_of(&path)))?;
            (signer.public_key().clone(), signer.certificates().len())
        }
    };
    let mut lines = vec![format!("algorithm    {}", public.algorithm()), format!("SHA-256      {}", public.sha256())];
    if certificates > 0 {
        lines.push(format!(
            "certificates {}",
            counted(certificates, "certificate, without the root", "certificates, without the root")
        ));
    }
    let head: String = lines.iter().map(|line| for_terminal(line) + "\n").collect();
    terminal.result(&format!("{head}\n{}", public.to_pem()));
    Ok(ExitStatus::Done)
}

/// Runs the command for the person at the terminal.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &ShowArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    run_show(args, terminal, &mut TerminalDialogue)
}

/// The key of a source in the policy's words, or of a file's plain path.
fn named(text: &str, passphrase_env: Option<&str>, dialogue: &mut dyn Dialogue) -> Result<PublicKey, Failure> {
    let is_source = ["env:", "file:", "pkcs11:"].iter().any(|scheme| text.starts_with(scheme));
    if !is_source {
        return of_file(Path::new(text), passphrase_env, dialogue);
    }
    match KeySource::parse(text) {
        Ok(KeySource::File(path)) => of_file(Path::new(&path), passphrase_env, dialogue),
        Ok(source) => {
            let policy =
                SigningPolicy { passphrase_env: passphrase_env.map(str::to_owned), ..SigningPolicy::of(source) };
            let signer = SigningSource::new(&policy, Path::new(".")).open().map_err(usage)?;
            Ok(signer.public_key().clone())
        }
        Err(error) => Err(Failure::message(ExitStatus::Usage, format!("KEY is {error}"))
            .with_hint("Name a key file, env:NAME, or a pkcs11: URI; docs/reference/signing-keys.md has the forms")),
    }
}

/// A public key file as it is; a private one is opened.
fn of_file(path: &Path, passphrase_env: Option<&str>, dialogue: &mut dyn Dialogue) -> Result<PublicKey, Failure> {
    let bytes = files::read(path, MAX_PEM).map(zeroize::Zeroizing::new).map_err(input)?;
    if let Some(public) = std::str::from_utf8(&bytes).ok().and_then(|text| PublicKey::parse_pem(text).ok()) {
        return Ok(public);
    }
    let pem = key_source::read_private(path).map_err(usage)?;
    let given = passphrase_env.map(|name| key_source::variable(name, "passphrase")).transpose().map_err(usage)?;
    let key = match PipelineKey::from_pem(&pem, given.as_ref().map(|text| text.as_str())) {
        Err(PipelineKeyError::PassphraseNeeded) if given.is_none() && dialogue.is_interactive() => {
            let passphrase = dialogue.ask_secret("Passphrase of the key:").map_err(usage)?;
            PipelineKey::from_pem(&pem, Some(&passphrase))
        }
        Err(PipelineKeyError::PassphraseNeeded) => {
            return Err(Failure::plain(ExitStatus::Usage, PipelineKeyError::PassphraseNeeded)
                .with_hint("Give --passphrase-env NAME, or show the public key file"));
        }
        other => other,
    };
    Ok(key.map_err(usage)?.public_key().clone())
}
