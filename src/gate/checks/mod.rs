//! One file a check; see `docs/checks/` for the page of each.

pub mod approvals_are_for_this_record;
pub mod build_environment_recorded;
pub mod builder_as_expected;
pub mod bundle_complete;
pub mod changes_approved;
pub mod clean_source;
pub mod component_support_known;
pub mod components_supported_as_long;
pub mod inputs_pinned;
pub mod no_unresolved_failure;
pub mod one_version;
pub mod pipeline_validated;
pub mod provenance_for_every_artifact;
pub mod sbom_attested;
pub mod sbom_baseline_attributes;
pub mod sbom_cisa_fields;
pub mod sbom_complete;
pub mod sbom_from_this_build;
pub mod signed_with_approved_algorithms;
pub mod signing_keys_in_custody;
pub mod tag_on_release_branch;
pub mod times_in_order;
pub mod tool_qualified;
pub mod verified_and_approved;
pub mod version_never_reused;
