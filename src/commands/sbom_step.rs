//! The device's SBOM inside a release: made from the graph as built, attested over the products.

use std::path::Path;

use crate::adapters::batch_folder::OwnedEntries;
use crate::adapters::cargo::{GraphRequest, component_graph};
use crate::adapters::clock;
use crate::attestation::sign::attest;
use crate::evidence::assemble::subjects;
use crate::evidence::layout::{SBOM_ENTRY, SBOM_SIGNED_ENTRY};
use crate::exit::ExitStatus;
use crate::gate::derived_components;
use crate::model::record::ArtifactRecord;
use crate::policy::release::CargoPolicy;
use crate::sbom::assemble;
use crate::sbom::cargo::Selection;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::graph::ComponentGraph;
use crate::sbom::merge;
use crate::sbom::predicate::statement;

use super::failure::{Failure, input, internal};
use super::record::Recorded;

/// Makes and signs the SBOM. Where the policy names nothing to make it from there is none, and the gate says so.
///
/// # Errors
/// [`Failure`] with exit 3 when Cargo gives no graph, or a file that `[release.sbom]` names cannot be read.
pub fn attested_sbom(recorded: &Recorded) -> Result<OwnedEntries, Failure> {
    let mut added = OwnedEntries::default();
    let device = &recorded.policy.device;
    let mut graphs = Vec::new();
    if let Some(cargo) = &recorded.policy.release.cargo {
        graphs.push(of_cargo(recorded, cargo)?);
    }
    let lockfiles = derived_components::kept(&recorded.entries.as_map());
    let others =
        assemble::graphs(&recorded.policy.release.sbom, &lockfiles, &recorded.policy.suppliers, &device.manufacturer);
    graphs.extend(others.map_err(input)?);
    if graphs.is_empty() {
        return Ok(added);
    }
    let graph = merge::merge(graphs).map_err(input)?;
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
    let signed = attest(&statement, &recorded.key).map_err(internal)?;
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
