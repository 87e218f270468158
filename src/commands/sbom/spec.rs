//! The formats that `batchseal sbom --spec` writes.

use crate::commands::failure::{Failure, input};
use crate::report::component_table;
use crate::sbom::cyclonedx::Header;
use crate::sbom::cyclonedx::versions::{self, Version};
use crate::sbom::document::Document;
use crate::sbom::graph::ComponentGraph;
use crate::sbom::inventory::Inventory;
use crate::sbom::{spdx2, spdx3};

/// Format and version of the SBOM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Spec {
    /// CycloneDX 1.5 JSON, for programs that read nothing newer
    #[value(name = "1.5")]
    CycloneDx15,
    /// CycloneDX 1.6 JSON
    #[value(name = "1.6")]
    CycloneDx16,
    /// CycloneDX 1.7 JSON
    #[value(name = "1.7")]
    CycloneDx17,
    /// SPDX 2.3 JSON
    #[value(name = "spdx-2.3")]
    Spdx23,
    /// SPDX 3.0.1 JSON-LD
    #[value(name = "spdx-3.0")]
    Spdx30,
    /// A table with a line for every component; no SBOM by itself, as it has no relationships
    #[value(name = "csv")]
    Csv,
}

impl Spec {
    /// Writes the graph in this format; `document` is the same as CycloneDX.
    ///
    /// # Errors
    /// [`Failure`] with exit 3 where the facts make no valid document.
    pub(super) fn write(
        self,
        document: &Document,
        graph: &ComponentGraph,
        header: &Header<'_>,
    ) -> Result<Vec<u8>, Failure> {
        match self {
            Self::CycloneDx15 => versions::encode(document, Version::Cdx15).map_err(input),
            Self::CycloneDx17 => versions::encode(document, Version::Cdx17).map_err(input),
            Self::CycloneDx16 => document.encode().map_err(input),
            Self::Spdx23 => spdx2::document(graph, header).map_err(input),
            Self::Spdx30 => spdx3::document(graph, header).map_err(input),
            Self::Csv => Ok(component_table::csv(&Inventory::from(document)).into_bytes()),
        }
    }
}
