//! `batchseal attest`: takes in documents and test reports as signed evidence.

mod take;
mod tested;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Subcommand;

use crate::adapters::batch_folder::{BatchFolder, OwnedEntries};
use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::intake::document::DocumentIdentity;
use crate::intake::junit::RunFacts;
use crate::policy::release::Policy;

use super::failure::{Failure, input};
use super::{listed, session};
use tested::Tested;

pub use take::{Intake, take_all, unusable_facts};

/// Arguments of `batchseal attest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal attest junit target/junit.xml --suite unit --executor \"CI (example)\" --batch out/pump-1.4.0.batch
  batchseal attest junit system.xml --suite system --batch out/pump-1.4.0.batch --tested pumpctl=out/artifacts/pumpctl -- ./system-tests
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
        /// Suite that they are of, such as unit or system
        #[arg(long, value_name = "NAME")]
        suite: Option<String>,
        /// Who or what ran the tests
        #[arg(long, value_name = "NAME")]
        executor: Option<String>,
        /// Artifact that the command tests, and where: it must be the recorded one before the run and after it
        /// (repeatable)
        #[arg(long, value_name = "NAME=PATH", requires = "command")]
        tested: Vec<Tested>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
        /// The test command, after --; it must write the reports anew
        #[arg(last = true, requires = "tested")]
        command: Vec<OsString>,
    },
    /// SARIF 2.1.0 logs of static analysis
    Sarif {
        /// The logs
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Open batch folder
        #[arg(long, value_name = "DIR")]
        batch: PathBuf,
    },
    /// Coverage reports: Cobertura XML or LCOV
    Coverage {
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

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let (Evidence::Listed { batch, .. }
    | Evidence::Junit { batch, .. }
    | Evidence::Sarif { batch, .. }
    | Evidence::Coverage { batch, .. }
    | Evidence::Document { batch, .. }) = &args.evidence;
    let folder = BatchFolder::open(batch);
    let entries = folder.load().map_err(input)?;
    let (policy, _) = session::policy_of(&entries)?;
    // A test command that is named runs here, before the key is opened.
    let intakes = named(&args.evidence, &policy, &entries, terminal)?;
    let key = session::signing_key_of_batch(&policy, None)?;
    let added = take_all(&intakes, &entries, &key, terminal)?;
    for (name, bytes) in &added.0 {
        folder.write(name, bytes).map_err(input)?;
        terminal.note(&format!("added {name}"));
    }
    Ok(ExitStatus::Done)
}

/// What the command line names.
fn named(
    evidence: &Evidence,
    policy: &Policy,
    entries: &OwnedEntries,
    terminal: Terminal,
) -> Result<Vec<Intake>, Failure> {
    Ok(match evidence {
        Evidence::Listed { dir, .. } => {
            let intakes = listed::intakes(&listed::listed(policy, dir)?, dir)?;
            if intakes.is_empty() {
                return Err(Failure::message(ExitStatus::Usage, "the policy of the batch lists no evidence")
                    .with_hint("Name a list as [release] evidence = \"evidence.toml\", or take files in one by one"));
            }
            intakes
        }
        Evidence::Junit { files, suite, executor, tested, command, .. } => {
            let facts = RunFacts::new(suite.as_deref(), executor.as_deref()).map_err(unusable_facts)?;
            let facts = if command.is_empty() {
                facts
            } else {
                let measured = tested::run(tested, files, command, entries, policy, terminal)?;
                facts.measured(measured).map_err(unusable_facts)?
            };
            files.iter().map(|file| Intake::Junit(file.clone(), facts.clone())).collect()
        }
        Evidence::Sarif { files, .. } => files.iter().cloned().map(Intake::Sarif).collect(),
        Evidence::Coverage { files, .. } => files.iter().cloned().map(Intake::Coverage).collect(),
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
