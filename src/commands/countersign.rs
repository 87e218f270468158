//! `batchseal countersign`: another signer signs the frozen record of a candidate, beside the first.

use std::path::{Path, PathBuf};

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::new_file::Readers;
use crate::adapters::pipeline_signer::{PipelineSigner, SigningSource};
use crate::adapters::terminal::Terminal;
use crate::adapters::{config, evidence_file, new_file};
use crate::attestation::sign::attest_bytes;
use crate::evidence::candidate::{self, Candidate};
use crate::evidence::layout;
use crate::exit::ExitStatus;
use crate::model::entry::countersignature;
use crate::model::name::EntryName;
use crate::model::record::RECORD_ENTRY;
use crate::policy::signing::{KeySource, SigningPolicy};
use crate::policy::trust::Trust;

use super::failure::{Failure, unsigned, usage};
use super::{problems, session, verify};

/// Arguments of `batchseal countersign`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal countersign pump-1.4.0.candidate.zip --name qa --key file:qa.key --trust trust.toml --out approvals
  batchseal countersign pump-1.4.0.candidate.zip --name site-2 --policy site-2.toml --trust trust.toml --out approvals

The signature is over exactly the bytes that the first signer signed, and goes into record.NAME.sigstore.json. Put it into
the folder that `seal` gets with --approvals; it may be made before or after the approvals.

Exit codes: 0 signed, 1 the candidate does not verify, 2 usage, key or trust file, 3 input, 4 a remote service")]
pub struct Args {
    /// The candidate container
    pub candidate: PathBuf,
    /// Name of the signature: lowercase letters, digits and hyphens
    #[arg(long, value_parser = entry)]
    pub name: EntryName,
    /// Your own trust file
    #[arg(long, value_name = "FILE")]
    pub trust: PathBuf,
    /// Key: env:NAME, file:PATH or a pkcs11: URI
    #[arg(long, value_name = "KEY", value_parser = key_source, required_unless_present = "policy")]
    pub key: Option<KeySource>,
    /// Environment variable with the passphrase of the key file
    #[arg(long, value_name = "NAME", requires = "key")]
    pub passphrase_env: Option<String>,
    /// Policy of your own whose signing table signs: program, certificates, keyless, stamps
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    pub policy: Option<PathBuf>,
    /// Folder for the signature
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

fn entry(name: &str) -> Result<EntryName, String> {
    countersignature(name).map_err(|_| "expected 1 to 40 lowercase letters, digits and hyphens, such as qa".to_owned())
}

/// A key that is pasted here would stand in the argument list, so the text is not shown.
fn key_source(text: &str) -> Result<KeySource, String> {
    KeySource::parse(text).map_err(|error| format!("{error} (expected env:NAME, file:PATH or a pkcs11: URI)"))
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]; then nothing was written.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let trust = verify::load_trust(Some(&args.trust))?;
    let day = verify::day(None)?;
    let mut entries =
        evidence_file::open(&args.candidate).map_err(|error| Failure::new(ExitStatus::Input, error))?.entries;
    verify::expect_candidate(&args.candidate, &entries)?;
    let record = {
        let candidate = opened(&entries, &trust, &day)?;
        layout::get(&candidate.entries, RECORD_ENTRY).unwrap_or_default().to_vec()
    };
    let signer = signer(args)?;
    let signed = attest_bytes(record, &signer).map_err(unsigned)?.bundle;
    entries.0.insert(args.name.clone(), signed.clone());
    let words = judged(&opened(&entries, &trust, &day)?, &args.name)?;
    let path = args.out.join(args.name.as_str());
    if new_file::exists(&path) {
        return Err(Failure::message(ExitStatus::Input, format!("{} is there already", path.display()))
            .with_hint("Choose another --name or --out; a signature is never overwritten"));
    }
    new_file::create(&path, &signed, Readers::All).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    terminal.result(&format!("{words}\n  {}\n", path.display()));
    Ok(ExitStatus::Done)
}

fn opened<'a>(entries: &'a OwnedEntries, trust: &'a Trust, day: &str) -> Result<Candidate<'a>, Failure> {
    let map = entries.as_map();
    let index = layout::index(&map);
    candidate::open(map, index, trust, day).map_err(|found| problems::failure("candidate", &found))
}

/// The signer of the own policy, or the key that is named.
fn signer(args: &Args) -> Result<PipelineSigner, Failure> {
    if let Some(path) = &args.policy {
        let (policy, _) = config::load_policy(path).map_err(usage)?;
        return session::signing_key(&policy, Some(&session::root_of(path)));
    }
    let Some(key) = &args.key else { return Err(Failure::message(ExitStatus::Usage, "--key or --policy is missing")) };
    let signing = SigningPolicy { passphrase_env: args.passphrase_env.clone(), ..SigningPolicy::of(key.clone()) };
    SigningSource::new(&signing, Path::new(".")).open().map_err(usage)
}

/// What was just made must count under the signer's own trust file before anybody gets it.
fn judged(candidate: &Candidate<'_>, entry: &EntryName) -> Result<String, Failure> {
    let found = &candidate.countersignatures;
    if let Some(refused) = found.refused.iter().find(|refused| refused.entry == *entry) {
        return Err(Failure::message(
            ExitStatus::Usage,
            format!("signature just made does not count: {}", refused.reason),
        )
        .with_hint("Let the trust file name this signer with may-sign = [\"record\"], or sign with another key"));
    }
    let signer = found.verified.iter().find(|signed| signed.entry == *entry).map(|signed| signed.statement.signer());
    let signer = signer.unwrap_or_default();
    let (device, version) = (&candidate.batch.device.name, &candidate.batch.version);
    Ok(format!("countersigned: {device} {version} by {}", crate::model::text::for_terminal(signer)))
}
