//! The formats that `batchseal sbom --spec` writes.

use crate::commands::failure::Failure;
use crate::exit::ExitStatus;
use crate::sbom::cyclonedx::{self, Header};
use crate::sbom::graph::ComponentGraph;
use crate::sbom::{spdx2, spdx3};

/// Format and version of the SBOM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Spec {
    /// CycloneDX 1.6 JSON
    #[value(name = "1.6")]
    CycloneDx16,
    /// SPDX 2.3 JSON
    #[value(name = "spdx-2.3")]
    Spdx23,
    /// SPDX 3.0.1 JSON-LD
    #[value(name = "spdx-3.0")]
    Spdx30,
}

impl Spec {
    /// Writes the graph in this format.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 where the facts make no valid document.
    pub(super) fn write(self, graph: &ComponentGraph, header: &Header<'_>) -> Result<Vec<u8>, Failure> {
        let failed = |error| Failure::plain(ExitStatus::Input, error);
        match self {
            Self::CycloneDx16 => {
                cyclonedx::document(graph, header).map_err(|error| Failure::plain(ExitStatus::Input, error))
            }
            Self::Spdx23 => spdx2::document(graph, header).map_err(failed),
            Self::Spdx30 => spdx3::document(graph, header).map_err(failed),
        }
    }
}
