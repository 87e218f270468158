//! `batchseal attest scan`: a scanner's report becomes a signed statement about this batch's SBOM.

use std::path::{Path, PathBuf};

use crate::attestation::sign::{Attestation, Signer, attest};
use crate::exit::ExitStatus;
use crate::intake::scan::{self, ScanError, Stated};
use crate::model::digest::Sha256Digest;
use crate::model::entry::SBOM_ENTRY;
use crate::model::time::Timestamp;
use crate::sbom::document::Document;

use super::super::failure::{Failure, input, unsigned};
use super::take::Given;
use super::target::Target;

/// A report and what the caller states beside it.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The report: an in-toto vulnerabilities predicate or a statement with one, OSV-Scanner JSON, or Grype JSON
    pub file: PathBuf,
    /// Which scanner, as a URI, where the report does not say it
    #[arg(long, value_name = "URI")]
    pub scanner: Option<String>,
    /// Version of the scanner, where the report does not say it
    #[arg(long, value_name = "VERSION")]
    pub scanner_version: Option<String>,
    /// When the vulnerability data were last updated, where the report does not say it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub database_date: Option<Timestamp>,
    /// When the scan ran, where the report does not say it
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub scanned_on: Option<Timestamp>,
    /// Where it goes
    #[command(flatten)]
    pub target: Target,
}

impl Args {
    /// What the caller states.
    #[must_use]
    pub fn stated(&self) -> Stated {
        Stated {
            scanner: self.scanner.clone(),
            version: self.scanner_version.clone(),
            database_date: self.database_date,
            scanned_on: self.scanned_on,
        }
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|error| error.to_string())
}

/// Signs what a report says of the SBOM that lies in the batch.
///
/// # Errors
/// [`Failure`] with exit 3 for a report that is refused, and where there is no SBOM yet.
pub(super) fn attestation(
    (path, stated): (&Path, &Stated),
    given: &Given<'_>,
    key: &dyn Signer,
) -> Result<Attestation, Failure> {
    let Some(sbom) = given.sbom else {
        return Err(Failure::message(ExitStatus::Input, "the batch has no SBOM that a scan could be of")
            .with_hint("Make it with `batchseal sbom` first, and scan that file"));
    };
    let refused = |error: ScanError| {
        let hint = match &error {
            ScanError::Unsaid { option, .. } => format!("Say it with {option}"),
            ScanError::OtherSubject(_) => format!("Scan {SBOM_ENTRY} of this batch"),
            _ => format!("Check {}: it must be what the scanner wrote for this SBOM", path.display()),
        };
        input(error).with_hint(hint)
    };
    let products: Vec<Sha256Digest> = Document::parse(sbom)
        .map(|document| document.metadata.component.components.iter().filter_map(|file| file.sha256()).collect())
        .unwrap_or_default();
    let report = scan::read(given.bytes).map_err(refused)?;
    let predicate = report.complete(stated).map_err(refused)?;
    let sbom = Sha256Digest::of(sbom);
    let statement = scan::statement(&report, predicate, (given.raw, given.bytes), sbom, (given.batch, &products))
        .map_err(refused)?;
    attest(&statement, key).map_err(unsigned)
}
