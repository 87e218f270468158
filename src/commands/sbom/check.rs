//! `batchseal sbom check`: an SBOM of any known format against element profiles; needs no policy.

use std::path::PathBuf;

use crate::adapters::files;
use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, internal};
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;
use crate::model::text::for_terminal;
use crate::policy::release::SbomProfile;
use crate::report::sbom_check::{Checked, csv, human, json, sarif};
use crate::sbom::document::Document;
use crate::sbom::foreign::{self, ForeignError, MAX_BYTES};
use crate::sbom::inventory::Inventory;

/// Arguments of `batchseal sbom check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom check sbom.cdx.json
  batchseal sbom check sbom.cdx.json --profile fda-2026 --profile cisa-2026 --format sarif

Exit code 0: every required attribute is there or declared unknown as the profile accepts it; 1: one is
missing; 3: the file is no valid SBOM. docs/reference/sbom-check.md says what each profile asks for.")]
pub(super) struct Args {
    /// SBOM to check
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Profile to check against (repeatable)
    #[arg(long, value_enum, value_name = "PROFILE", default_values_t = [Profile::Fda2026])]
    profile: Vec<Profile>,
    /// Form of the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The profiles on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Profile {
    /// FDA premarket cybersecurity guidance of 2026-02-03, V.A.4(b)
    #[value(name = "fda-2026")]
    Fda2026,
    /// CISA 2026 Minimum Elements for an SBOM v2.1
    #[value(name = "cisa-2026")]
    Cisa2026,
    /// NTIA Minimum Elements for an SBOM of 2021-07-12
    #[value(name = "ntia-2021")]
    Ntia2021,
    /// IMDRF N73
    #[value(name = "imdrf-n73")]
    ImdrfN73,
}

impl From<Profile> for SbomProfile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Fda2026 => Self::Fda2026,
            Profile::Cisa2026 => Self::Cisa2026,
            Profile::Ntia2021 => Self::Ntia2021,
            Profile::ImdrfN73 => Self::ImdrfN73,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Table and worst gaps
    Human,
    /// One JSON document with every gap
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A table with a line for every component and attribute
    Csv,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 3 when the file cannot be read or is no valid SBOM.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let bytes = files::read(&args.file, MAX_BYTES as u64).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let file = args.file.display().to_string();
    let inventory = read(&bytes).map_err(|error| refused(&file, &error))?;
    let checked = Checked::new(&file, Sha256Digest::of(&bytes), &inventory, &profiles(&args.profile));
    terminal.result(&match args.format {
        Format::Human => human(&checked, terminal.colour),
        Format::Json => text(json(&checked).map_err(internal)?),
        Format::Sarif => text(sarif(&checked, env!("CARGO_PKG_VERSION")).map_err(internal)?),
        Format::Csv => csv(&checked),
    });
    Ok(if checked.is_complete() { ExitStatus::Done } else { ExitStatus::NotPassed })
}

/// Each profile once, in the order asked for.
fn profiles(asked: &[Profile]) -> Vec<SbomProfile> {
    let mut profiles = Vec::new();
    for profile in asked.iter().copied().map(SbomProfile::from) {
        if !profiles.contains(&profile) {
            profiles.push(profile);
        }
    }
    profiles
}

/// A document of ours by its own strict reader, which knows all that we write; any other by its format.
pub(super) fn read(bytes: &[u8]) -> Result<Inventory, ForeignError> {
    Document::parse(bytes).map_or_else(|_| foreign::read(bytes), |document| Ok(Inventory::from(&document)))
}

/// Why a file is no SBOM, with what to do.
pub(super) fn refused(file: &str, error: &ForeignError) -> Failure {
    let hint = match error {
        ForeignError::Unknown { .. } => "Name an SBOM; `batchseal sbom --output sbom.cdx.json` makes one",
        ForeignError::TooLarge(_) => "Check that this is the file that was meant",
        ForeignError::Version { .. } => "Make the SBOM again in a version that is read",
        ForeignError::Invalid { .. } => "Tell whoever made the SBOM; nothing in it is judged until it is valid",
    };
    Failure::message(ExitStatus::Input, format!("{}: {error}", for_terminal(file))).with_hint(hint)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
