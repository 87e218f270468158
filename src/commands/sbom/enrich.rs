//! `batchseal sbom enrich`: an SBOM of ours with what people have recorded and what can be derived.

use std::path::{Path, PathBuf};

use crate::adapters::declared_files;
use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, files};
use crate::commands::failure::{Failure, input, usage};
use crate::exit::ExitStatus;
use crate::model::digest::Sha256Digest;
use crate::sbom::document::{DateTime, Document, MAX_BYTES, Property};
use crate::sbom::{cyclonedx, enrich};

use super::hand_written::{self, PropertyProfile};

/// Arguments of `batchseal sbom enrich`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom enrich sbom.cdx.json --support support.toml --output enriched.cdx.json

Suppliers are derived from the owner of the repository or of the package URL and marked so; licences get
the spelling of SPDX. Level and end of support come from people only. The SBOM itself is not changed.")]
pub(super) struct Args {
    /// SBOM that batchseal wrote (CycloneDX 1.6 JSON)
    #[arg(value_name = "FILE")]
    sbom: PathBuf,
    /// Who supplies and maintains components
    #[arg(long, value_name = "FILE")]
    support: Option<PathBuf>,
    /// Where to write the enriched SBOM (- is standard output)
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// Also write the properties of a proposal that is not part of the CycloneDX taxonomy
    #[arg(long, value_enum, value_name = "PROFILE")]
    property_profile: Option<PropertyProfile>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 2 for what is wrong in `support.toml`, 3 for an SBOM that is not ours.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let bytes = files::read(&args.sbom, MAX_BYTES as u64).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let mut document = Document::parse(&bytes).map_err(|error| {
        input(error).with_hint("Only an SBOM that batchseal wrote is enriched; others are kept as they are")
    })?;
    let rules = args.support.as_deref().map(declared_files::load_support).transpose().map_err(usage)?;
    let name = args.support.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
    let rules = rules.as_ref().map(|rules| (rules, name.as_str()));
    let enriched = enrich::enrich(&mut document, rules, env!("CARGO_PKG_VERSION"));
    let from = format!("sha256:{}", Sha256Digest::of(&bytes).to_hex());
    document.metadata.properties.push(Property::new("enriched-from", from));
    document.metadata.timestamp = DateTime::from(clock::document_time(clock::now()));
    hand_written::profile(&mut document, args.property_profile)?;
    cyclonedx::renumber(&mut document).map_err(input)?;
    super::write(&args.output, &document.encode().map_err(input)?, terminal)?;
    if args.support.is_some() {
        hand_written::tell(&enriched.applied, &name, terminal);
    }
    terminal.note(&format!(
        "suppliers: {} stated, {} derived, {} still unknown without a reason; licences spelled as SPDX does: {}",
        enriched.suppliers_stated, enriched.suppliers_derived, enriched.suppliers_missing, enriched.licences
    ));
    Ok(ExitStatus::Done)
}
