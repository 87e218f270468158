//! All checks, in id order: one line each.

use crate::model::outcome::CheckId;

use super::check::Check;
use super::checks;

/// The registry. The order is the order of evaluation and of every report.
pub static CHECKS: &[&dyn Check] = &[
    &checks::tag_on_release_branch::TagOnReleaseBranch,
    &checks::clean_source::CleanSource,
    &checks::one_version::OneVersion,
    &checks::version_never_reused::VersionNeverReused,
    &checks::provenance_for_every_artifact::ProvenanceForEveryArtifact,
    &checks::build_environment_recorded::BuildEnvironmentRecorded,
    &checks::signed_with_approved_algorithms::SignedWithApprovedAlgorithms,
    &checks::sbom_from_this_build::SbomFromThisBuild,
    &checks::sbom_baseline_attributes::SbomBaselineAttributes,
    &checks::component_support_known::ComponentSupportKnown,
    &checks::components_supported_as_long::ComponentsSupportedAsLong,
    &checks::sbom_cisa_fields::SbomCisaFields,
    &checks::sbom_complete::SbomComplete,
    &checks::sbom_attested::SbomAttested,
    &checks::soup_approved::SoupApproved,
    &checks::soup_anomalies_reviewed::SoupAnomaliesReviewed,
    &checks::scanned_for_vulnerabilities::ScannedForVulnerabilities,
    &checks::no_known_exploited::NoKnownExploited,
    &checks::findings_disposed::FindingsDisposed,
    &checks::verification_complete::VerificationComplete,
    &checks::tested_what_ships::TestedWhatShips,
    &checks::trace_without_gaps::TraceWithoutGaps,
    &checks::validation_covers_version::ValidationCoversVersion,
    &checks::residual_anomalies_evaluated::ResidualAnomaliesEvaluated,
    &checks::risk_management_covers_version::RiskManagementCoversVersion,
    &checks::planned_activities_complete::PlannedActivitiesComplete,
    &checks::no_unresolved_failure::NoUnresolvedFailure,
    &checks::verified_and_approved::VerifiedAndApproved,
    &checks::approvals_are_for_this_record::ApprovalsAreForThisRecord,
    &checks::times_in_order::TimesInOrder,
    &checks::bundle_complete::BundleComplete,
    &checks::archived_and_retained::ArchivedAndRetained,
    &checks::published_as_built::PublishedAsBuilt,
    &checks::confidentiality_kept::ConfidentialityKept,
];

/// Highest id in the published catalogue (RG-01 to RG-45).
pub const CATALOGUE_SIZE: u8 = 45;

/// The check of this id.
#[must_use]
pub fn find(id: CheckId) -> Option<&'static dyn Check> {
    CHECKS.iter().copied().find(|check| check.meta().id == id)
}

/// Catalogue ids that this version does not judge.
#[must_use]
pub fn not_judged() -> Vec<CheckId> {
    (1..=CATALOGUE_SIZE).map(CheckId::new).filter(|id| find(*id).is_none()).collect()
}
