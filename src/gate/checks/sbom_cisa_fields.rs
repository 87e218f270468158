//! RG-17: profile `cisa-2026`, the seventeen data fields of CISA's 2026 list.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::policy::release::SbomProfile;
use crate::sbom::profile::{self, Attribute, Gap, Profile, Report};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(17),
    slug: "sbom-cisa-fields",
    title: "The SBOM has the seventeen data fields of CISA's 2026 list",
    clauses: &["cisa-2026"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-17-sbom-cisa-fields.md"),
};

/// RG-17.
#[derive(Debug)]
pub struct SbomCisaFields;

impl Check for SbomCisaFields {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    /// A profile that the policy names must be complete.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        let named = evidence.policy.gate.sbom_profiles.contains(&SbomProfile::Cisa2026);
        if named { Severity::Block } else { META.severity }
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let inventory = sbom.inventory();
        let report = profile::judge(&inventory, Profile::of(SbomProfile::Cisa2026));
        let findings: Vec<Finding> = report.missing().map(finding).collect();
        Outcome::judge(shortened(findings), vec![EvidenceRef::new(sbom.entry().as_str(), shows(&report))])
    }
}

fn finding(gap: &Gap<'_>) -> Finding {
    let next = match gap.element.attribute {
        Attribute::AuthorName => "Name the manufacturer in [device]",
        Attribute::SupplierName => {
            "Name the supplier in a [[supplier]] rule, or say with unknown-because that nobody knows it"
        }
        Attribute::Licence => "Declare the licence in the component's manifest",
        Attribute::ComponentHash | Attribute::HashAlgorithm => "Lock the component with a checksum",
        _ => "Make the SBOM again with batchseal",
    };
    let note = gap.presence.note().map(|note| format!(": {note}")).unwrap_or_default();
    let message = format!("{} is missing (expected a value, or unknown said outright){note}", gap.element.name);
    Finding::new("field-missing", gap.about(), message, next)
}

fn shows(report: &Report<'_>) -> String {
    format!(
        "{} data fields, {} components; {} values are unknown and said to be; coverage and practices are not judged",
        report.counts.len(),
        report.components,
        report.declared_unknown().count()
    )
}
