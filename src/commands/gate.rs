//! `batchseal gate`.

use crate::adapters::terminal::Terminal;
use crate::exit::ExitStatus;

use super::failure::Failure;

/// Arguments of `batchseal gate`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// [`Failure`].
pub fn run(_args: &Args, _terminal: Terminal) -> Result<ExitStatus, Failure> {
    Err(Failure::message(ExitStatus::Internal, "gate is not built yet"))
}
