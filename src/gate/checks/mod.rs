//! One file a check; see `docs/checks/` for the page of each.

pub mod sbom_attested;
pub mod sbom_baseline_attributes;
pub mod sbom_complete;
pub mod sbom_from_this_build;
