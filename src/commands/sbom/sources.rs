//! From the lockfiles of a folder, and from what people have written beside them, to one component graph.

use std::path::PathBuf;

use crate::adapters::cargo::{self, GraphRequest};
use crate::adapters::lockfiles::{self, Found, ReadBy, Search};
use crate::adapters::terminal::Terminal;
use crate::commands::failure::Failure;
use crate::exit::ExitStatus;
use crate::model::text::for_terminal;
use crate::sbom::cargo::Selection;
use crate::sbom::graph::{Completeness, ComponentGraph};
use crate::sbom::merge;
use crate::sbom::source::{Reader, SourceError};

use super::hand_written;

/// What was not read that is shown on standard error; the rest is counted.
const SHOWN: usize = 10;
/// What was not read that the SBOM names.
const NAMED: usize = 5;

/// Where components are read from.
#[derive(Debug, clap::Args)]
pub(super) struct Sources {
    /// Folder of the product's sources
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(super) path: PathBuf,
    /// Read this lockfile instead of searching the folder (repeatable)
    #[arg(long, value_name = "FILE", conflicts_with = "path")]
    pub(super) lockfile: Vec<PathBuf>,
    /// Components that no package manager knows (default: components.toml in the folder, if there is one)
    #[arg(long, value_name = "FILE")]
    pub(super) components: Option<PathBuf>,
    /// Who supplies and maintains components (default: support.toml in the folder, if there is one)
    #[arg(long, value_name = "FILE")]
    pub(super) support: Option<PathBuf>,
    /// Package that ships (repeatable; default: what cargo build builds, programs first)
    #[arg(long, short, value_name = "PACKAGE")]
    package: Vec<String>,
    /// Target triple it is built for (repeatable; default: the host)
    #[arg(long, value_name = "TRIPLE")]
    target: Vec<String>,
    /// Features switched on (repeatable, or separated by commas or spaces)
    #[arg(long, value_name = "FEATURES")]
    features: Vec<String>,
    /// Switch on all features
    #[arg(long)]
    all_features: bool,
    /// Switch off default features
    #[arg(long)]
    no_default_features: bool,
    /// Legal manufacturer: author of the SBOM and supplier of the product
    #[arg(long, value_name = "NAME")]
    pub(super) manufacturer: Option<String>,
}

/// Reads every lockfile and makes one graph of what they say; each is named on standard error.
///
/// # Errors
/// [`Failure`] with exit 3: no lockfile, or one that cannot be read.
pub(super) fn graph(args: &Sources, terminal: Terminal) -> Result<ComponentGraph, Failure> {
    let search = search(args)?;
    let mut graphs = Vec::with_capacity(search.found.len());
    for found in &search.found {
        let graph = match found.read_by {
            ReadBy::Cargo => of_cargo(args, found),
            ReadBy::Reader(reader) => of_lockfile(args, found, reader),
        }?;
        if search.found.len() > 1 {
            terminal.note(&format!("{}: {} components", for_terminal(&found.shown), graph.len()));
        }
        graphs.push(graph);
    }
    if !search.aside.is_empty() {
        let listed = for_terminal(&search.aside.join(", ")).to_string();
        terminal.note(&format!("left out, since such folders rarely ship (read with --lockfile): {listed}"));
    }
    if !search.repeated.is_empty() {
        let listed = for_terminal(&search.repeated.join(", ")).to_string();
        terminal.note(&format!("left out, since a lockfile beside it counts (read with --lockfile): {listed}"));
    }
    let graph = match graphs.len() {
        0 | 1 => graphs.pop(),
        _ => Some(merge::merge(graphs).map_err(|error| Failure::plain(ExitStatus::Input, error))?),
    };
    for sentence in search.unread.iter().take(SHOWN) {
        terminal.note(&format!("warning: {}", for_terminal(sentence)));
    }
    if let Some(more @ 1..) = search.unread.len().checked_sub(SHOWN) {
        terminal.note(&format!("warning: and {more} more that were not read"));
    }
    without(hand_written::apply(graph, args, terminal)?, &search.unread)
}

/// The graph, which is incomplete where something was not read.
fn without(graph: ComponentGraph, unread: &[String]) -> Result<ComponentGraph, Failure> {
    if unread.is_empty() {
        return Ok(graph);
    }
    let own = format!("not read: {}", lockfiles::few(unread, NAMED));
    let mut parts = graph.into_parts();
    parts.completeness = Completeness::Incomplete {
        reason: match parts.completeness {
            Completeness::Complete => own,
            Completeness::Incomplete { reason } => format!("{reason}; {own}"),
        },
    };
    ComponentGraph::new(parts).map_err(|error| Failure::plain(ExitStatus::Input, error))
}

fn search(args: &Sources) -> Result<Search, Failure> {
    let failed = |error| Failure::new(ExitStatus::Input, error);
    if !args.lockfile.is_empty() {
        let found =
            args.lockfile.iter().map(|path| lockfiles::named(path)).collect::<Result<_, _>>().map_err(failed)?;
        return Ok(Search { found, ..Search::default() });
    }
    let mut search = lockfiles::search(&args.path).map_err(failed)?;
    // The lockfile of a workspace member lies above it, where only Cargo looks.
    let is_member = args.path.join("Cargo.toml").is_file() && !args.path.join(lockfiles::CARGO_LOCKFILE).is_file();
    if is_member {
        let name = "Cargo.toml".to_owned();
        let found = Found { folder: args.path.clone(), shown: name.clone(), name, read_by: ReadBy::Cargo };
        search.found.insert(0, found);
    }
    if search.found.is_empty() && hand_written::components(args).is_none() {
        return Err(failed(lockfiles::LockfilesError::None { path: args.path.clone(), unread: search.unread }));
    }
    Ok(search)
}

fn of_cargo(args: &Sources, found: &Found) -> Result<ComponentGraph, Failure> {
    let request = GraphRequest {
        folder: &found.folder,
        manifest: None,
        name: Some(&found.shown).filter(|shown| shown.ends_with(lockfiles::CARGO_LOCKFILE)).map(String::as_str),
        selection: &selection(args),
        targets: &args.target,
        suppliers: &[],
        manufacturer: args.manufacturer.as_deref(),
        environment: None,
    };
    cargo::component_graph(request).map_err(|error| Failure::new(ExitStatus::Input, error))
}

fn of_lockfile(args: &Sources, found: &Found, reader: &Reader) -> Result<ComponentGraph, Failure> {
    let files = lockfiles::read(found, reader).map_err(|error| Failure::new(ExitStatus::Input, error))?;
    let name = found.folder.canonicalize().ok();
    let name = name.as_deref().and_then(|path| path.file_name()).and_then(|name| name.to_str()).unwrap_or("project");
    let refused = |error: SourceError| {
        let place = for_terminal(&found.shown).to_string();
        let failure = Failure::message(ExitStatus::Input, format!("{place} ({}): {error}", reader.name));
        match error {
            SourceError::OutOfStep { .. } => failure.with_hint("Run the package manager, and commit its lockfile"),
            SourceError::Malformed { .. } if reader.name == "pip" => failure.with_hint(
                "Pin every requirement (pip-compile, uv pip compile), or name the lockfiles to read with --lockfile",
            ),
            SourceError::Absent(_) => failure.with_hint("Put the file beside the lockfile"),
            _ => failure,
        }
    };
    let resolution = (reader.read)(&files, name).map_err(refused)?;
    resolution.graph(&found.shown, &[], args.manufacturer.as_deref()).map_err(refused)
}

fn selection(args: &Sources) -> Selection {
    let words = args.features.iter().flat_map(|text| text.split([',', ' '])).filter(|word| !word.is_empty());
    Selection {
        packages: args.package.clone(),
        features: words.map(str::to_owned).collect(),
        all_features: args.all_features,
        no_default_features: args.no_default_features,
    }
}
