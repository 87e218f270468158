//! `components.toml` and `support.toml` while an SBOM is made.

use std::path::PathBuf;

use crate::adapters::declared_files::{self, COMPONENTS_NAME, SUPPORT_NAME};
use crate::adapters::lockfiles::LockfilesError;
use crate::adapters::terminal::Terminal;
use crate::commands::failure::{Failure, input, usage};
use crate::exit::ExitStatus;
use crate::model::text::{counted, for_terminal};
use crate::sbom::apply::{self, Applied};
use crate::sbom::document::Document;
use crate::sbom::graph::ComponentGraph;
use crate::sbom::{cyclonedx, declared, fda_draft};

use super::sources::Sources;

/// Rules without a component that are shown by name; the rest is counted.
const SHOWN: usize = 10;

/// Properties beyond our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum PropertyProfile {
    /// cdx:fda as proposed in pull request 186 of the CycloneDX property taxonomy
    CdxFdaDraft,
}

/// The `components.toml` to be read, if any.
pub(super) fn components(args: &Sources) -> Option<PathBuf> {
    args.components.clone().or_else(|| beside(args, COMPONENTS_NAME))
}

/// The `support.toml` to be read, if any.
fn support(args: &Sources) -> Option<PathBuf> {
    args.support.clone().or_else(|| beside(args, SUPPORT_NAME))
}

fn beside(args: &Sources, name: &str) -> Option<PathBuf> {
    // Lockfiles that were named one by one have no folder in common.
    let path = args.path.join(name);
    (args.lockfile.is_empty() && path.is_file()).then_some(path)
}

/// Adds declared components, then suppliers and support; each file is named on standard error.
///
/// # Errors
/// [`Failure`]: 2 for what is wrong in the two files, 3 for files that are not as recorded.
pub(super) fn apply(
    graph: Option<ComponentGraph>,
    args: &Sources,
    terminal: Terminal,
) -> Result<ComponentGraph, Failure> {
    let graph = match (components(args), graph) {
        (Some(path), graph) => {
            let declared = declared_files::load_components(&path).map_err(usage)?;
            let covered = declared_files::verified(&args.path, &path, &declared, terminal)
                .map_err(|error| Failure::new(ExitStatus::Input, error))?;
            let shown = for_terminal(&path.display().to_string());
            let count = counted(declared.components.len(), "declared component", "declared components");
            terminal.note(&format!("{shown}: {count}"));
            declared::add(graph, &declared, &covered, COMPONENTS_NAME)
                .map_err(|error| Failure::plain(ExitStatus::Usage, error))?
        }
        (None, Some(graph)) => graph,
        (None, None) => {
            let nothing = LockfilesError::None { path: args.path.clone(), unread: Vec::new() };
            return Err(Failure::new(ExitStatus::Input, nothing));
        }
    };
    let Some(path) = support(args) else { return Ok(graph) };
    let rules = declared_files::load_support(&path).map_err(usage)?;
    let (graph, applied) = apply::support(graph, &rules, SUPPORT_NAME).map_err(input)?;
    tell(&applied, &path.display().to_string(), terminal);
    Ok(graph)
}

/// Counts and rules that nothing took, on standard error.
pub(in crate::commands) fn tell(applied: &Applied, file: &str, terminal: Terminal) {
    let file = for_terminal(file);
    let (with, without) = (applied.with_support, applied.without_support);
    terminal.note(&format!("{file}: level and end of support recorded for {with} components, not for {without}"));
    for purl in applied.unused.iter().take(SHOWN) {
        terminal.note(&format!("warning: {file}: no component matches {}", for_terminal(purl)));
    }
    if let Some(more @ 1..) = applied.unused.len().checked_sub(SHOWN) {
        terminal.note(&format!("warning: {file}: and {more} more rules that no component matches"));
    }
}

/// Adds the properties of a profile to a document that belongs to no batch.
///
/// # Errors
/// [`Failure`] for a document that could not be read again.
pub(super) fn profile(document: &mut Document, profile: Option<PropertyProfile>) -> Result<(), Failure> {
    match profile {
        None => Ok(()),
        Some(PropertyProfile::CdxFdaDraft) => {
            fda_draft::add(document);
            cyclonedx::renumber(document).map_err(input)
        }
    }
}
