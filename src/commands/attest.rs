//! `batchseal attest`: takes in documents and test reports as signed evidence.

pub mod scan;
mod take;
mod target;
mod tested;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Subcommand;

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::intake::document::DocumentIdentity;
use crate::intake::junit::RunFacts;
use crate::intake::vex;
use crate::model::entry::SBOM_ENTRY;
use crate::policy::release::Policy;

use super::failure::{Failure, input};
use super::{listed, session};
use target::Target;
use tested::Tested;

pub use take::{Intake, take_all, unusable_facts};

/// Arguments of `batchseal attest`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal attest junit target/junit.xml --suite unit --executor \"CI (example)\" --batch out/pump-1.4.0.batch
  batchseal attest junit system.xml --suite system --batch out/pump-1.4.0.batch --tested pumpctl=out/artifacts/pumpctl -- ./system-tests
  batchseal attest scan grype.json --batch out/pump-1.4.0.batch
  batchseal attest vex pump.vex.json --id VEX-0001 --revision 2 --approver 'Quality Lead (example)' --approved-on 2026-11-23 --covers 1.4.0 --to out/pump-1.4.0.candidate.zip
  batchseal attest listed --batch out/pump-1.4.0.batch
  batchseal attest document risk/rmf.md --kind risk-management-file --id RMF-0001 --revision 3 --batch out/pump-1.4.0.batch
  batchseal attest concession concessions/*.json --to out/pump-1.4.0.candidate.zip --trust trust.toml

--to makes a new candidate of the same products, without a build; approvals of the old one do not count for it.")]
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
        /// Where it goes
        #[command(flatten)]
        target: Target,
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
        /// Where it goes
        #[command(flatten)]
        target: Target,
        /// The test command, after --; it must write the reports anew
        #[arg(last = true, requires = "tested")]
        command: Vec<OsString>,
    },
    /// SARIF 2.1.0 logs of static analysis
    Sarif {
        /// The logs
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where it goes
        #[command(flatten)]
        target: Target,
    },
    /// Coverage reports: Cobertura XML or LCOV
    Coverage {
        /// The reports
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where it goes
        #[command(flatten)]
        target: Target,
    },
    /// A vulnerability scanner's report of this batch's SBOM
    Scan(Box<scan::Args>),
    /// Decisions about vulnerabilities: OpenVEX 0.2.0, or CycloneDX with vulnerabilities
    Vex {
        /// The document
        file: PathBuf,
        /// Document id
        #[arg(long)]
        id: String,
        /// Revision
        #[arg(long)]
        revision: String,
        /// Who approved this revision
        #[arg(long)]
        approver: String,
        /// Day of that approval, such as 2026-11-23
        #[arg(long, value_name = "DAY")]
        approved_on: String,
        /// Release version that it covers
        #[arg(long, value_name = "VERSION")]
        covers: String,
        /// Where it goes
        #[command(flatten)]
        target: Target,
    },
    /// Concessions: the .json files that `batchseal concede` wrote
    Concession {
        /// The files; each has its .sshsig beside it
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where it goes
        #[command(flatten)]
        target: Target,
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
        /// Where it goes
        #[command(flatten)]
        target: Target,
    },
}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let target = args.evidence.target();
    let open = target.open()?;
    let entries = open.folder.load().map_err(input)?;
    let (policy, _) = session::policy_of(&entries)?;
    // A test command that is named runs here, before the key is opened.
    let intakes = named(&args.evidence, &policy, &entries, terminal)?;
    let key = session::signing_key_of_batch(&policy, None, None)?;
    let added = take_all(&intakes, &entries, sbom_of(&entries), &key, terminal)?;
    for (name, bytes) in &added.0 {
        open.folder.write(name, bytes).map_err(input)?;
        terminal.note(&format!("added {name}"));
    }
    target.finish(&open, &key, terminal)
}

impl Evidence {
    const fn target(&self) -> &Target {
        match self {
            Self::Scan(args) => &args.target,
            Self::Listed { target, .. }
            | Self::Junit { target, .. }
            | Self::Sarif { target, .. }
            | Self::Coverage { target, .. }
            | Self::Vex { target, .. }
            | Self::Concession { target, .. }
            | Self::Document { target, .. } => target,
        }
    }
}

/// The device's SBOM among entries.
#[must_use]
pub fn sbom_of(entries: &OwnedEntries) -> Option<&[u8]> {
    let sbom = entries.0.iter().find(|(name, _)| name.as_str() == SBOM_ENTRY);
    sbom.map(|(_, bytes)| bytes.as_slice())
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
        Evidence::Concession { files, .. } => files.iter().cloned().map(Intake::Concession).collect(),
        Evidence::Scan(args) => vec![Intake::Scan(args.file.clone(), args.stated())],
        Evidence::Vex { file, id, revision, approver, approved_on, covers, .. } => {
            let identity = DocumentIdentity {
                kind: vex::KIND.to_owned(),
                id: id.clone(),
                revision: revision.clone(),
                approver: Some(approver.clone()),
                approved_on: Some(approved_on.clone()),
                covers_version: Some(covers.clone()),
            };
            vec![Intake::Document(file.clone(), identity)]
        }
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
