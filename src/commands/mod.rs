//! One file a subcommand; the only place beside main that knows clap.

pub mod approve;
pub mod attest;
pub mod completions;
pub mod concede;
pub mod conformance;
pub mod countersign;
pub mod demo;
pub mod explain;
pub mod failure;
pub mod gate;
pub mod history_step;
pub mod init;
pub mod key;
pub mod key_show;
pub mod listed;
pub mod notice;
pub mod problems;
pub mod provenance_step;
pub mod record;
pub mod refusal;
pub mod release;
pub mod renew;
pub mod sbom;
pub mod sbom_step;
pub mod seal;
mod self_trust;
pub mod session;
pub mod survey;
pub mod trust;
mod trust_from;
pub mod trust_refresh;
pub mod verify;

use clap::{Parser, Subcommand};

use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;
use crate::model::addendum::NoticeKind;

use failure::Failure;

/// Release evidence for medical-device software: one sealed file that proves what you shipped, who
/// released it and why.
#[derive(Debug, Parser)]
#[command(name = "batchseal", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Try it: batchseal demo --out demo\nExit codes: 0 done or PASSED, 1 not PASSED, 2 usage or policy, 3 input, 4 remote service, 70 internal"
)]
pub struct Cli {
    /// No progress and no notes on standard error
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at the repository and write batchseal.toml
    Init(init::Args),
    /// Run the build and write its provenance
    Record(record::Args),
    /// Make the SBOM of what ships
    Sbom(Box<sbom::Args>),
    /// Take in a document or a test report as signed evidence
    Attest(attest::Args),
    /// Evaluate the release gate
    Gate(gate::Args),
    /// Approve or reject a candidate as a person
    Approve(approve::Args),
    /// Sign the record of a candidate as a further signer
    Countersign(countersign::Args),
    /// Give signed leave to release although a check found something
    Concede(Box<concede::Args>),
    /// Run the release gate and seal the evidence bundle
    Seal(seal::Args),
    /// The main job: record, sbom, attest, gate and, with approvals, seal
    Release(release::Args),
    /// Judge a whole release offline
    Verify(verify::Args),
    /// Stamp a sealed release anew, before what dates it ends
    Renew(renew::Args),
    /// Take a sealed release back, as its authoriser
    Withdraw(Box<notice::Args>),
    /// Add to what a sealed release says, or correct it
    Amend(Box<notice::Args>),
    /// Explain a check or a clause
    Explain(explain::Args),
    /// Make a signing key
    Key(key::Args),
    /// Start a trust file
    Trust(trust::Args),
    /// The whole way on the example device, with throw-away keys
    Demo(demo::Args),
    /// Print shell completions
    Completions(completions::Args),
    /// Speak the client protocol of the sigstore-conformance suite
    #[command(hide = true)]
    Conformance(conformance::Args),
}

/// Runs the command line.
///
/// # Errors
/// [`Failure`] with its exit status.
pub fn run(cli: &Cli) -> Result<ExitStatus, Failure> {
    let terminal = Terminal::detect(cli.quiet);
    match &cli.command {
        Command::Init(args) => init::run(args, terminal),
        Command::Record(args) => record::run(args, terminal),
        Command::Sbom(args) => sbom::run(args, terminal),
        Command::Attest(args) => attest::run(args, terminal),
        Command::Gate(args) => gate::run(args, terminal),
        Command::Approve(args) => approve::run(args, terminal),
        Command::Countersign(args) => countersign::run(args, terminal),
        Command::Concede(args) => concede::run(args, terminal),
        Command::Seal(args) => seal::run(args, terminal),
        Command::Release(args) => release::run(args, terminal),
        Command::Verify(args) => verify::run(args, terminal),
        Command::Renew(args) => renew::run(args, terminal),
        Command::Withdraw(args) => notice::run(NoticeKind::Withdrawal, args, terminal),
        Command::Amend(args) => notice::run(NoticeKind::Amendment, args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Key(args) => key::run(args, terminal),
        Command::Trust(args) => trust::run(args, terminal),
        Command::Demo(args) => demo::run(args, terminal),
        Command::Conformance(args) => conformance::run(args, terminal),
        Command::Completions(args) => completions::run(args, terminal),
    }
}
