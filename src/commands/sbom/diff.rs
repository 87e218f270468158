//! `batchseal sbom diff`: what changed between two SBOMs of any known formats.

use std::path::PathBuf;

use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, internal};
use crate::exit::ExitStatus;
use crate::report::sbom_diff::{Compared, Side, human, json, markdown};
use crate::sbom::diff;

use super::any;

/// Arguments of `batchseal sbom diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom diff v1.3.0.cdx.json v1.4.0.cdx.json
  batchseal sbom diff old.spdx.json new.cdx.json --format markdown

Components are paired by package URL without version, else by kind and name. Exit code 0, whatever changed;
with --exit-code 1 where anything did; 3: a file is no valid SBOM.")]
pub(super) struct Args {
    /// The older SBOM
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The newer SBOM
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// End with 1 where anything changed
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each change
    Human,
    /// One JSON document
    Json,
    /// A table for a pull request or a release
    Markdown,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 3 when a file cannot be read or is no valid SBOM.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let (old, old_sha256) = any::read(&args.old)?;
    let (new, new_sha256) = any::read(&args.new)?;
    let changes = diff::changes(&old, &new);
    let (old, new) = (args.old.display().to_string(), args.new.display().to_string());
    let side = |file, sha256| Side { file, sha256 };
    let compared = Compared::new(side(&old, old_sha256), side(&new, new_sha256), &changes);
    terminal.result(&match args.format {
        Format::Human => human(&compared),
        Format::Json => String::from_utf8_lossy(&json(&compared).map_err(internal)?).into_owned(),
        Format::Markdown => markdown(&compared),
    });
    Ok(if args.exit_code && !changes.is_empty() { ExitStatus::NotPassed } else { ExitStatus::Done })
}
