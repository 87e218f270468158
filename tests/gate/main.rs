//! The gate's checks, one module each, over a tiny valid batch of which one thing is changed.
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

mod approvals_are_for_this_record;
mod archived_and_retained;
mod build_environment_recorded;
mod bundle_complete;
mod clean_source;
mod confidentiality_kept;
mod fixture;
mod no_unresolved_failure;
mod one_version;
mod planned_activities_complete;
mod provenance_for_every_artifact;
mod published_as_built;
mod residual_anomalies_evaluated;
mod risk_management_covers_version;
mod signed_with_approved_algorithms;
mod tag_on_release_branch;
mod tested_what_ships;
mod times_in_order;
mod trace_without_gaps;
mod validation_covers_version;
mod verification_complete;
mod verified_and_approved;
mod version_never_reused;
