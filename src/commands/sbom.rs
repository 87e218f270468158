//! `batchseal sbom`: the SBOM of what the lockfiles of a folder lock; needs no policy. What else can be
//! done with an SBOM is a subcommand.

mod addendum;
mod any;
mod check;
mod declare;
mod diff;
mod enrich;
pub(super) mod hand_written;
mod sources;
mod spec;
mod support;

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::adapters::terminal::Terminal;
use crate::adapters::{clock, files};
use crate::exit::ExitStatus;
use crate::model::batch::SchemaVersion;
use crate::model::digest::Sha256Digest;
use crate::model::json;
use crate::model::name::ArtifactName;
use crate::model::record::ArtifactRecord;
use crate::policy::release::SbomProfile;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::graph::{Component, ComponentGraph, Origin, Scope, Supplier};
use crate::sbom::inventory::Inventory;
use crate::sbom::profile::{self, Gap, Part, Profile, Report};

use super::failure::{Failure, input};
use spec::Spec;

/// Gaps printed one by one; the rest is counted.
const SHOWN_GAPS: usize = 10;

/// Arguments of `batchseal sbom`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "Examples:
  batchseal sbom --path . --output sbom.cdx.json
  batchseal sbom --spec spdx-2.3 --output sbom.spdx.json
  batchseal sbom --lockfile firmware/Cargo.lock --lockfile ui/package-lock.json --output sbom.cdx.json
  batchseal sbom support export --path . --output support.csv
  batchseal sbom check sbom.cdx.json
  batchseal sbom diff v1.3.0.cdx.json v1.4.0.cdx.json
  batchseal sbom addendum sbom.cdx.json --output component-support.html

Every lockfile below the folder is read, and each is named on standard error. Cargo is run offline and
locked: nothing is fetched, no lockfile is written. --package, --target and --features are Cargo's.")]
pub struct Args {
    #[command(subcommand)]
    command: Option<SbomCommand>,
    #[command(flatten)]
    sources: sources::Sources,
    /// Format of the document
    #[arg(long, value_enum, default_value_t = Spec::CycloneDx16, value_name = "SPEC")]
    spec: Spec,
    /// Where to write the document (- is standard output)
    #[arg(long, short, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// File that ships (repeatable): listed with its SHA-256
    #[arg(long, value_name = "FILE")]
    artifact: Vec<PathBuf>,
    /// Name of the product (default: the packages)
    #[arg(long, value_name = "NAME")]
    device_name: Option<String>,
    /// Version of the product (default: that of the packages)
    #[arg(long, value_name = "VERSION")]
    device_version: Option<String>,
    /// Also write the properties of a proposal that is not part of the CycloneDX taxonomy
    #[arg(long, value_enum, value_name = "PROFILE")]
    property_profile: Option<hand_written::PropertyProfile>,
    /// How to print the summary
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// What to do with an SBOM, or with what people write beside it, other than making one.
#[derive(Debug, clap::Subcommand)]
enum SbomCommand {
    /// Write what an SBOM says of the support of each shipped component, to go beside it
    Addendum(addendum::Args),
    /// Check an SBOM, whoever made it, against element profiles
    Check(check::Args),
    /// What changed from one SBOM to another
    Diff(diff::Args),
    /// Hold the files of declared components against their record, or write the record
    Declare(declare::Args),
    /// Fill an SBOM with what people have recorded and with what can be derived
    Enrich(enrich::Args),
    /// Suppliers and support as a spreadsheet
    Support(support::Args),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Lines on standard error
    Human,
    /// One document on standard output (on standard error when the SBOM itself goes to standard output)
    Json,
}

/// What the command tells about the SBOM it made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    schema_version: SchemaVersion<1>,
    sha256: Sha256Digest,
    components: usize,
    shipped: usize,
    build_time_only: usize,
    development_only: usize,
    suppliers_derived: usize,
    suppliers_unknown: usize,
    excluded_locked_packages: usize,
    profile: &'static str,
    missing: Vec<GapSummary<'a>>,
    declared_unknown: Vec<GapSummary<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct GapSummary<'a> {
    about: &'a str,
    attribute: &'static str,
}

impl<'a> GapSummary<'a> {
    fn of(gap: &Gap<'a>) -> Self {
        Self { about: gap.about(), attribute: gap.element.attribute.as_str() }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`]: 3 when Cargo, its lockfile or a file cannot be read.
pub fn run(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    match &args.command {
        None => make(args, terminal),
        Some(SbomCommand::Addendum(args)) => addendum::run(args, terminal),
        Some(SbomCommand::Check(args)) => check::run(args, terminal),
        Some(SbomCommand::Diff(args)) => diff::run(args, terminal),
        Some(SbomCommand::Declare(args)) => declare::run(args, terminal),
        Some(SbomCommand::Enrich(args)) => enrich::run(args, terminal),
        Some(SbomCommand::Support(args)) => support::run(args, terminal),
    }
}

fn make(args: &Args, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let graph = sources::graph(&args.sources, terminal)?;
    let (name, version) = product(&graph, args);
    let artifacts = args.artifact.iter().map(|path| artifact(path)).collect::<Result<Vec<_>, _>>()?;
    let header = Header {
        name: &name,
        version: &version,
        manufacturer: args.sources.manufacturer.as_deref(),
        udi: None,
        artifacts: &artifacts,
        batch: None,
        timestamp: clock::document_time(clock::now()),
        tool_version: env!("CARGO_PKG_VERSION"),
    };
    let mut document = cyclonedx::compose(&graph, &header).map_err(input)?;
    hand_written::profile(&mut document, args.property_profile)?;
    let bytes = args.spec.write(&document, &graph, &header)?;
    write(&args.output, &bytes, terminal)?;
    let inventory = Inventory::from(&document);
    // Support is recorded elsewhere and judged by `sbom check`.
    let report = profile::judge_part(&inventory, Profile::of(SbomProfile::Fda2026), Part::Baseline);
    summarize(args, &graph, &bytes, &report, terminal)?;
    Ok(ExitStatus::Done)
}

/// Name and version of the product: as asked for, else those of the packages.
fn product(graph: &ComponentGraph, args: &Args) -> (String, String) {
    let is_declared = |root: &Component| root.origins.iter().any(|origin| matches!(origin, Origin::Declared(_)));
    let mut roots: Vec<&Component> = graph.roots().filter(|root| !is_declared(root)).collect();
    if roots.is_empty() {
        roots = graph.roots().collect();
    }
    let name = match roots[..] {
        [root] => root.name.clone(),
        // Several projects make one product, which none of them names.
        _ => folder_name(&args.sources.path).unwrap_or_else(|| "product".to_owned()),
    };
    let version = roots.first().map_or("", |root| root.version.as_str());
    let version = if roots.iter().all(|root| root.version == version) { version } else { "" };
    (args.device_name.clone().unwrap_or(name), args.device_version.clone().unwrap_or_else(|| version.to_owned()))
}

fn folder_name(path: &Path) -> Option<String> {
    Some(path.canonicalize().ok()?.file_name()?.to_str()?.to_owned())
}

fn artifact(path: &Path) -> Result<ArtifactRecord, Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = ArtifactName::parse(&name).map_err(|error| Failure::plain(ExitStatus::Usage, error))?;
    let (sha256, size) = files::hash(path).map_err(|error| Failure::plain(ExitStatus::Input, error))?;
    Ok(ArtifactRecord::new(name, sha256, size))
}

pub(super) fn write(output: &Path, bytes: &[u8], terminal: Terminal) -> Result<(), Failure> {
    if output == Path::new("-") {
        terminal.result(&String::from_utf8_lossy(bytes));
        return Ok(());
    }
    files::write_atomic(output, bytes).map_err(|error| Failure::plain(ExitStatus::Input, error))
}

fn summarize(
    args: &Args,
    graph: &ComponentGraph,
    bytes: &[u8],
    report: &Report<'_>,
    terminal: Terminal,
) -> Result<(), Failure> {
    let of = |scope| graph.components().filter(|component| component.scope == scope).count();
    let unknown = graph.components().filter(|one| matches!(one.supplier, Supplier::Unknown { .. })).count();
    let summary = Summary {
        schema_version: SchemaVersion,
        sha256: Sha256Digest::of(bytes),
        components: graph.len(),
        shipped: of(Scope::Shipped),
        build_time_only: of(Scope::BuildTimeOnly),
        development_only: of(Scope::DevelopmentOnly),
        suppliers_derived: report.derived_suppliers,
        suppliers_unknown: unknown,
        excluded_locked_packages: graph.excluded().count,
        profile: SbomProfile::Fda2026.as_str(),
        missing: report.missing().map(GapSummary::of).collect(),
        declared_unknown: report.declared_unknown().map(GapSummary::of).collect(),
    };
    if args.format == Format::Human {
        human(&summary, terminal);
        return Ok(());
    }
    let text = json::encode(&summary).map_err(|error| Failure::plain(ExitStatus::Internal, error))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    if args.output == Path::new("-") {
        terminal.diagnostic(text.trim_end())
    } else {
        terminal.result(&text)
    }
    Ok(())
}

fn human(summary: &Summary<'_>, terminal: Terminal) {
    use crate::model::text::for_terminal;
    terminal.note(&format!(
        "{} components: {} shipped, {} used to build only, {} to develop and test; {} other locked packages are left out",
        summary.components,
        summary.shipped,
        summary.build_time_only,
        summary.development_only,
        summary.excluded_locked_packages
    ));
    terminal.note(&format!(
        "suppliers: {} derived, {} unknown (a support.toml can name them)",
        summary.suppliers_derived, summary.suppliers_unknown
    ));
    if summary.missing.is_empty() && summary.declared_unknown.is_empty() {
        terminal.note("baseline of fda-2026: every attribute is there for every component; batchseal sbom check asks for support too");
        return;
    }
    terminal.note(&format!(
        "baseline of fda-2026: {} attributes missing, {} declared unknown; batchseal sbom check shows all, and support",
        summary.missing.len(),
        summary.declared_unknown.len()
    ));
    for gap in summary.missing.iter().take(SHOWN_GAPS) {
        terminal.note(&format!("  missing {}: {}", gap.attribute, for_terminal(gap.about)));
    }
    if summary.missing.len() > SHOWN_GAPS {
        terminal.note(&format!("  and {} more (--format json lists all)", summary.missing.len() - SHOWN_GAPS));
    }
}
