//! `batchseal sbom check`: an SBOM of any known format against element profiles; needs no policy.

use std::path::PathBuf;

use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, internal};
use crate::exit::ExitStatus;
use crate::policy::release::SbomProfile;
use crate::report::sbom_check::{Checked, csv, human, json, sarif};

use super::any;

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
    let file = args.file.display().to_string();
    let (inventory, sha256) = any::read(&args.file)?;
    let checked = Checked::new(&file, sha256, &inventory, &profiles(&args.profile));
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

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
