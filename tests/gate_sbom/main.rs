//! The gate checks of the SBOM: satisfied, violated, asked of a person, not to be judged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]
#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod component_support_known;
mod components_supported_as_long;
mod findings_disposed;
mod no_known_exploited;
mod other_sources;
mod registry;
mod sbom_attested;
mod sbom_baseline_attributes;
mod sbom_cisa_fields;
mod sbom_complete;
mod sbom_from_this_build;
mod scanned_for_vulnerabilities;
mod soup_anomalies_reviewed;
mod soup_approved;
mod world;
