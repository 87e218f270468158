//! From the lockfiles of a folder to one component graph.

use crate::adapters::cargo::{self, GraphRequest};
use crate::adapters::lockfiles::{self, Found, ReadBy, Search};
use crate::adapters::terminal::Terminal;
use crate::commands::failure::Failure;
use crate::exit::ExitStatus;
use crate::model::text::for_terminal;
use crate::sbom::cargo::Selection;
use crate::sbom::graph::ComponentGraph;
use crate::sbom::merge;
use crate::sbom::source::{Reader, SourceError};

use super::Args;

/// Reads every lockfile and makes one graph of what they say; each is named on standard error.
///
/// # Errors
/// [`Failure`] with exit 3: no lockfile, or one that cannot be read.
pub(super) fn graph(args: &Args, terminal: Terminal) -> Result<ComponentGraph, Failure> {
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
        terminal.note(&format!("left out, since a lockfile beside it says more (read with --lockfile): {listed}"));
    }
    match graphs.len() {
        1 => Ok(graphs.remove(0)),
        _ => merge::merge(graphs).map_err(|error| Failure::plain(ExitStatus::Input, error)),
    }
}

fn search(args: &Args) -> Result<Search, Failure> {
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
    if search.found.is_empty() {
        return Err(failed(lockfiles::LockfilesError::None { path: args.path.clone() }));
    }
    Ok(search)
}

fn of_cargo(args: &Args, found: &Found) -> Result<ComponentGraph, Failure> {
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

fn of_lockfile(args: &Args, found: &Found, reader: &Reader) -> Result<ComponentGraph, Failure> {
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

fn selection(args: &Args) -> Selection {
    let words = args.features.iter().flat_map(|text| text.split([',', ' '])).filter(|word| !word.is_empty());
    Selection {
        packages: args.package.clone(),
        features: words.map(str::to_owned).collect(),
        all_features: args.all_features,
        no_default_features: args.no_default_features,
    }
}
