//! The device's SBOM inside a release: made from the graph as built, attested over the products.

use std::path::Path;

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::cargo::{GraphRequest, component_graph};
use crate::adapters::clock;
use crate::adapters::terminal::Terminal;
use crate::attestation::sign::attest;
use crate::evidence::assemble::subjects;
use crate::evidence::layout::{self, SBOM_ENTRY, SBOM_SIGNED_ENTRY};
use crate::exit::ExitStatus;
use crate::gate::derived_components;
use crate::model::entry::TREE_ENTRY;
use crate::model::record::ArtifactRecord;
use crate::policy::release::CargoPolicy;
use crate::provenance::tree::TreeListing;
use crate::sbom::assemble::{self, Sources};
use crate::sbom::cargo::Selection;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::graph::ComponentGraph;
use crate::sbom::predicate::statement;

use super::failure::{Failure, input, internal, unsigned};
use super::record::Recorded;
use super::sbom::hand_written;

/// Makes and signs the SBOM. Where the policy names nothing to make it from there is none, and the gate says so.
///
/// # Errors
/// [`Failure`] with exit 3 when Cargo gives no graph, or a file that `[release.sbom]` names cannot be read.
pub fn attested_sbom(recorded: &Recorded, terminal: Terminal) -> Result<OwnedEntries, Failure> {
    let mut added = OwnedEntries::default();
    let device = &recorded.policy.device;
    let cargo = recorded.policy.release.cargo.as_ref().map(|cargo| of_cargo(recorded, cargo)).transpose()?;
    let entries = recorded.entries.as_map();
    let listing = layout::get(&entries, TREE_ENTRY).unwrap_or_default();
    let listing = TreeListing::parse(listing).map_err(internal)?;
    let sources = Sources {
        policy: &recorded.policy.release.sbom,
        kept: &derived_components::kept(&entries),
        tree: &derived_components::committed(&listing),
        suppliers: &recorded.policy.suppliers,
        manufacturer: &device.manufacturer,
        version: recorded.batch.version.as_str(),
    };
    let Some((graph, applied)) = assemble::graph(cargo, sources).map_err(input)? else { return Ok(added) };
    if let Some(path) = &sources.policy.support {
        hand_written::tell(&applied, path, terminal);
    }
    let document = cyclonedx::document(
        &graph,
        &Header {
            name: device.name.as_str(),
            version: recorded.batch.version.as_str(),
            manufacturer: Some(&device.manufacturer),
            udi: recorded.batch.udi.as_ref(),
            artifacts: &recorded.artifacts,
            batch: Some(recorded.batch_sha256),
            timestamp: clock::document_time(clock::now()).in_utc(),
            tool_version: env!("CARGO_PKG_VERSION"),
        },
    )
    .map_err(internal)?;
    let statement = statement(&document, subjects(&recorded.artifacts, recorded.batch_sha256)).map_err(internal)?;
    let signed = attest(&statement, &recorded.key).map_err(unsigned)?;
    // The file is the signed document, byte for byte: no final newline.
    added.insert(SBOM_ENTRY, document).map_err(internal)?;
    added.insert(SBOM_SIGNED_ENTRY, signed.bundle).map_err(internal)?;
    Ok(added)
}

fn of_cargo(recorded: &Recorded, cargo: &CargoPolicy) -> Result<ComponentGraph, Failure> {
    let selection = Selection {
        packages: cargo.packages.clone(),
        features: cargo.features.clone(),
        all_features: cargo.all_features,
        no_default_features: cargo.no_default_features,
    };
    component_graph(GraphRequest {
        folder: &recorded.root,
        manifest: Some(Path::new(&cargo.manifest)),
        name: None,
        selection: &selection,
        targets: &targets(&recorded.artifacts),
        suppliers: &recorded.policy.suppliers,
        manufacturer: Some(&recorded.policy.device.manufacturer),
        environment: Some(&recorded.environment.variables),
    })
    .map_err(|error| Failure::new(ExitStatus::Input, error))
}

/// Target triples that the policy names, each once; none means the host.
fn targets(artifacts: &[ArtifactRecord]) -> Vec<String> {
    let mut targets: Vec<String> = artifacts.iter().filter_map(|artifact| artifact.target.clone()).collect();
    targets.sort();
    targets.dedup();
    targets
}
