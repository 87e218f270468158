//! `batchseal attest`: takes in documents and test reports as signed evidence.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::adapters::batch_folder::{BatchFolder, MAX_ENTRY, OwnedEntries};
use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::{Attestation, Signer, attest};
use crate::exit::ExitStatus;
use crate::intake::document::{self, DocumentIdentity};
use crate::intake::junit;
use crate::model::batch::BATCH_ENTRY;
use crate::model::digest::Sha256Digest;
use crate::model::name::EntryName;
use crate::policy::release::Policy;

use super::failure::{Failure, input, unsigned};
use super::{listed, session};

/// Arguments of `batchseal attest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal attest junit target/junit.xml --batch out/pump-1.4.0.batch
  batchseal attest listed --batch out/pump-1.4.0.batch
  batchseal attest document risk/rmf.md --kind risk-management-file --id RMF-0001 --revision 3 --batch out/pump-1.4.0.batch")]
pub struct Args {
    /// What is taken in
    #[command(subcommand)]
    pub evidence: Evidence,
}

/// Kinds of evidence.
#[derive(Debug, Subcommand)]
pub enum Evidence {
    /// Everything that the policy's evidence.toml lists
    Listed {
        /// Folder that the list's paths are relative to: a checkout of the batch's commit
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// JUnit XML test reports
    Junit {
        /// The reports
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// A controlled document, any file format
    Document {
        /// The document
        file: PathBuf,
        /// Kind: any kebab-case word, such as risk-management-file or anomaly-list
        #[arg(long)]
        kind: String,
        /// Document id
        #[arg(long)]
        id: String,
        /// Revision
        #[arg(long)]
        revision: String,
        /// Who approved this revision
        #[arg(long)]
        approver: Option<String>,
        /// Day of that approval, such as 2026-11-23
        #[arg(long, value_name = "DAY", requires = "approver")]
        approved_on: Option<String>,
        /// Release version that it covers
        #[arg(long, value_name = "VERSION")]
        covers: Option<String>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
}

/// Something to take in, as the caller named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intake {
    /// A JUnit report.
    Junit(PathBuf),
    /// A document.
    Document(PathBuf, DocumentIdentity),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let (Evidence::Listed { batch, .. } | Evidence::Junit { batch, .. } | Evidence::Document { batch, .. }) =
        &args.evidence;
    let folder = BatchFolder::open(batch);
    let entries = folder.load().map_err(input)?;
    let (policy, _) = session::policy_of(&entries)?;
    let intakes = named(&args.evidence, &policy)?;
    let key = session::signing_key_of_batch(&policy, None, None)?;
    let added = take_all(&intakes, &entries, &key)?;
    for (name, bytes) in &added.0 {
        folder.write(name, bytes).map_err(input)?;
        terminal.note(&format!("added {name}"));
    }
    Ok(ExitStatus::Done)
}

/// What the command line names.
fn named(evidence: &Evidence, policy: &Policy) -> Result<Vec<Intake>, Failure> {
    Ok(match evidence {
        Evidence::Listed { dir, .. } => {
            let intakes = listed::intakes(&listed::listed(policy, dir)?, dir);
            if intakes.is_empty() {
                return Err(Failure::message(ExitStatus::Usage, "the policy of the batch lists no evidence")
                    .with_hint("Name a list as [release] evidence = \"evidence.toml\", or take files in one by one"));
            }
            intakes
        }
        Evidence::Junit { files, .. } => files.iter().cloned().map(Intake::Junit).collect(),
        Evidence::Document { file, kind, id, revision, approver, approved_on, covers, .. } => {
            let identity = DocumentIdentity {
                kind: kind.clone(),
                id: id.clone(),
                revision: revision.clone(),
                approver: approver.clone(),
                approved_on: approved_on.clone(),
                covers_version: covers.clone(),
            };
            vec![Intake::Document(file.clone(), identity)]
        }
    })
}

/// Takes in evidence for an open batch; returns the entries to add.
///
/// # Errors
/// [`Failure`] with exit 3 for a file that is refused; nothing is added then.
pub fn take_all(intakes: &[Intake], entries: &OwnedEntries, key: &dyn Signer) -> Result<OwnedEntries, Failure> {
    let batch = entries.0.iter().find(|(name, _)| name.as_str() == BATCH_ENTRY).map(|(_, bytes)| bytes);
    let batch_sha256 = Sha256Digest::of(batch.map(Vec::as_slice).unwrap_or_default());
    let mut added = OwnedEntries::default();
    for intake in intakes {
        let (path, folder, prefix) = match intake {
            Intake::Junit(path) => (path, "evidence/junit", "tests"),
            Intake::Document(path, _) => (path, "evidence/documents", "document"),
        };
        let bytes = files::read(path, MAX_ENTRY).map_err(input)?;
        let taken = |name: &EntryName| entries.0.contains_key(name) || added.0.contains_key(name);
        let (raw, signed) = names(path, folder, prefix, taken)?;
        let attestation = match intake {
            Intake::Junit(_) => {
                junit_attestation(&raw, &bytes, batch_sha256, key).map_err(|failure| about(failure, path))?
            }
            Intake::Document(_, identity) => {
                let statement =
                    document::statement(identity.clone(), raw.clone(), &bytes, batch_sha256).map_err(input)?;
                attest(&statement, key).map_err(unsigned)?
            }
        };
        added.0.insert(raw, bytes);
        added.0.insert(signed, attestation.bundle);
    }
    Ok(added)
}

fn junit_attestation(
    raw: &EntryName,
    bytes: &[u8],
    batch: Sha256Digest,
    key: &dyn Signer,
) -> Result<Attestation, Failure> {
    let cases = junit::parse(bytes).map_err(input)?;
    attest(&junit::statement(&cases, raw, bytes, batch), key).map_err(unsigned)
}

fn about(failure: Failure, path: &Path) -> Failure {
    let hint = format!("Check {}: it must be the JUnit XML that the test runner wrote for this build", path.display());
    failure.with_hint(hint)
}

/// Entry names for the raw file and its attestation; a second file of one name gets a number.
fn names(
    path: &Path,
    folder: &str,
    prefix: &str,
    taken: impl Fn(&EntryName) -> bool,
) -> Result<(EntryName, EntryName), Failure> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let safe: String = file
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .take(80)
        .collect();
    let safe = safe.trim_start_matches(['.', '-']).trim_end_matches('.').to_owned();
    for number in 1..1000 {
        let name = if number == 1 { safe.clone() } else { format!("{number}-{safe}") };
        let slug = name.to_ascii_lowercase().replace('.', "-");
        let raw = EntryName::parse(&format!("{folder}/{name}")).map_err(input)?;
        let signed = EntryName::parse(&format!("attestations/{prefix}-{slug}.sigstore.json")).map_err(input)?;
        if !taken(&raw) && !taken(&signed) {
            return Ok((raw, signed));
        }
    }
    Err(Failure::message(ExitStatus::Input, format!("more than 1000 evidence files are named {file}")))
}
