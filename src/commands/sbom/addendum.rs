//! `batchseal sbom addendum`: what an SBOM says of the support of each shipped component, to go beside it.

use std::path::PathBuf;

use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, internal};
use crate::exit::ExitStatus;
use crate::model::text::counted;
use crate::report::addendum::{Addendum, csv, html};

use super::any;

/// Arguments of `batchseal sbom addendum`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom addendum sbom.cdx.json --format html --output component-support.html
  batchseal sbom addendum sbom.spdx.json --format csv --output component-support.csv

The addendum repeats what the SBOM says: record support in support.toml before the SBOM is made, or with
`batchseal sbom enrich` afterwards. Exit code 0 whether or not everything is recorded (`batchseal sbom check`
judges that); 3: the file is no valid SBOM.")]
pub(super) struct Args {
    /// SBOM to take the components from
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Form of the addendum
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Where to write the addendum (- is standard output)
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table with a line for every component
    Csv,
    /// One page to read and to print
    Html,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 3 when the file cannot be read or is no valid SBOM.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let (inventory, sha256) = any::read(&args.file)?;
    // The name, not the way to it, which tells nothing to whoever gets the addendum.
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let addendum = Addendum::new(&name, sha256, &inventory, env!("CARGO_PKG_VERSION"));
    let text = match args.format {
        Format::Csv => csv(&addendum),
        Format::Html => html(&addendum).map_err(internal)?,
    };
    super::write(&args.output, text.as_bytes(), terminal)?;
    let count = counted(addendum.rows.len(), "shipped component", "shipped components");
    terminal.note(&format!("{count}, {} of them without a level or an end of support", addendum.gaps()));
    Ok(ExitStatus::Done)
}
