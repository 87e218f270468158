//! `batchseal sbom support`: answers on suppliers and support out to a spreadsheet and back.

use std::path::{Path, PathBuf};

use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, files};
use crate::commands::failure::{Failure, input, internal, usage};
use crate::commands::init::refuse_overwrite;
use crate::exit::ExitStatus;
use crate::model::text::counted;
use crate::policy::error::FileKind;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::document::{Document, MAX_BYTES};
use crate::sbom::foreign;
use crate::sbom::support_sheet::{self, Row};

use super::sources::{self, Sources};

/// Arguments of `batchseal sbom support`.
#[derive(Debug, clap::Args)]
#[command(disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: SupportCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SupportCommand {
    /// Write a CSV file with one line for each component and what is known of it
    Export(Box<ExportArgs>),
    /// Turn a filled CSV file into a support.toml
    Import(ImportArgs),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom support export --path . --output support.csv
  batchseal sbom support export --sbom sbom.cdx.json --separator semicolon --output support.csv

Answers that support.toml or the SBOM hold already are in the file. A derived supplier is shown in a column
of its own and becomes an answer only when somebody writes it into the column supplier.")]
struct ExportArgs {
    /// SBOM to list the components of, instead of the sources
    #[arg(long, value_name = "FILE", conflicts_with_all = ["path", "lockfile", "components", "support"])]
    sbom: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
    /// Where to write the CSV file (- is standard output)
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// What stands between cells
    #[arg(long, value_enum, default_value_t = Separator::Comma)]
    separator: Separator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Separator {
    /// ,
    Comma,
    /// ; (what spreadsheets expect where the decimal sign is a comma)
    Semicolon,
    /// A tabulator
    Tab,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  batchseal sbom support import support.csv --output support.toml

Lines without an answer are left out. Unknown needs a reason; every answer on support needs a reviewer and a day.")]
struct ImportArgs {
    /// The filled CSV file (UTF-8; commas, semicolons or tabulators)
    #[arg(value_name = "FILE")]
    sheet: PathBuf,
    /// Where to write the support.toml (- is standard output)
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// Replace the file; its comments and patterns are lost
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 2 for what is wrong in a sheet, 3 for what cannot be read.
pub(super) fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    match &args.command {
        SupportCommand::Export(args) => export(args, terminal),
        SupportCommand::Import(args) => import(args, terminal),
    }
}

fn export(args: &ExportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let found = match &args.sbom {
        Some(path) => of_sbom(path)?,
        None => of_sources(&args.sources, terminal)?,
    };
    let all = found.len();
    let rows: Vec<Row> = found.into_iter().flatten().collect();
    let without = all - rows.len();
    let separator = match args.separator {
        Separator::Comma => support_sheet::Separator::Comma,
        Separator::Semicolon => support_sheet::Separator::Semicolon,
        Separator::Tab => support_sheet::Separator::Tab,
    };
    let count = counted(rows.len(), "component", "components");
    super::write(&args.output, &support_sheet::write(rows, separator).map_err(internal)?, terminal)?;
    let left_out = if without > 0 { format!("; {without} without a package URL are left out") } else { String::new() };
    terminal.note(&format!("{count}{left_out}"));
    Ok(ExitStatus::Done)
}

/// A row for each component but the product itself; `None` for those without a package URL.
fn of_sbom(path: &Path) -> Result<Vec<Option<Row>>, Failure> {
    let bytes = files::read(path, MAX_BYTES as u64).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    if let Ok(document) = Document::parse(&bytes) {
        return Ok(document.components.iter().map(Row::of_component).collect());
    }
    let inventory = foreign::read(&bytes).map_err(input)?;
    let components = inventory.components.iter().filter(|item| Some(&item.reference) != inventory.primary.as_ref());
    Ok(components.map(Row::of_item).collect())
}

fn of_sources(args: &Sources, terminal: Terminal) -> Result<Vec<Option<Row>>, Failure> {
    let graph = sources::graph(args, terminal)?;
    let header = Header {
        name: "product",
        version: "0",
        manufacturer: args.manufacturer.as_deref(),
        udi: None,
        artifacts: &[],
        batch: None,
        timestamp: clock::document_time(clock::now()),
        tool_version: env!("CARGO_PKG_VERSION"),
    };
    let document = cyclonedx::compose(&graph, &header).map_err(input)?;
    Ok(document.components.iter().map(Row::of_component).collect())
}

fn import(args: &ImportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let to_file = args.output != Path::new("-");
    if to_file {
        refuse_overwrite(&args.output, args.force)?;
    }
    let limit = FileKind::Support.max_bytes() as u64;
    let bytes = files::read(&args.sheet, limit).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let sheet = support_sheet::read(&bytes, &args.sheet.display().to_string()).map_err(usage)?;
    super::write(&args.output, support_sheet::to_toml(&sheet.rules).as_bytes(), terminal)?;
    let answered = counted(sheet.rules.len(), "rule", "rules");
    let unanswered = counted(sheet.unanswered, "line", "lines");
    terminal.note(&format!("{answered}; {unanswered} without an answer"));
    Ok(ExitStatus::Done)
}
