//! RG-14: profile `fda-2026`, the eight baseline attributes for every component.

use std::collections::{BTreeMap, BTreeSet};

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::policy::release::SbomProfile;
use crate::sbom::profile::{self, Attribute, Gap, Part, Profile, Report};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(14),
    slug: "sbom-baseline-attributes",
    title: "Every component of the SBOM has the eight baseline attributes",
    clauses: &["fda-cyber.V.A.4.b", "ntia-framing-2.2"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-14-sbom-baseline-attributes.md"),
};

/// Profiles of the same attributes that are judged here as well where the policy names them.
const HELD_TOO: [SbomProfile; 2] = [SbomProfile::Ntia2021, SbomProfile::ImdrfN73];

/// RG-14.
#[derive(Debug)]
pub struct SbomBaselineAttributes;

impl Check for SbomBaselineAttributes {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let inventory = sbom.inventory();
        let report = profile::judge_part(&inventory, Profile::of(SbomProfile::Fda2026), Part::Baseline);
        let mut missing: Vec<Finding> = report.missing().map(|gap| finding(gap, SbomProfile::Fda2026)).collect();
        for id in evidence.policy.gate.sbom_profiles.iter().copied().filter(|id| HELD_TOO.contains(id)) {
            let known: BTreeSet<(&str, Attribute)> = report.missing().map(place).collect();
            let more = profile::judge_part(&inventory, Profile::of(id), Part::Baseline);
            missing.extend(more.missing().filter(|gap| !known.contains(&place(gap))).map(|gap| finding(gap, id)));
        }
        if !missing.is_empty() {
            return Outcome::Violated { findings: shortened(missing) };
        }
        let summary = EvidenceRef::new(sbom.entry().as_str(), shows(&report));
        let mut unknown: Vec<EvidenceRef> = report.declared_unknown().filter_map(declared).collect();
        if unknown.is_empty() {
            return Outcome::satisfied([summary]);
        }
        let question = question(&report);
        unknown.insert(0, summary);
        Outcome::NeedsHuman { question, evidence: unknown }
    }
}

fn place<'a>(gap: &Gap<'a>) -> (&'a str, Attribute) {
    (gap.about(), gap.element.attribute)
}

fn shows(report: &Report<'_>) -> String {
    format!(
        "{} components; supplier derived (not stated) for {}, declared unknown for {}",
        report.components,
        report.derived_suppliers,
        report.declared_unknown().count()
    )
}

fn finding(gap: &Gap<'_>, profile: SbomProfile) -> Finding {
    let next = match gap.element.attribute {
        Attribute::AuthorName => "Name the manufacturer in [device]",
        Attribute::SupplierName => {
            "Name the supplier in a [[supplier]] rule, or record with unknown-because why nobody knows it"
        }
        Attribute::ComponentHash => "Lock the component with a checksum, or take it from a source that has one",
        _ => "Make the SBOM again with batchseal",
    };
    let note = gap.presence.note().map(|note| format!(": {note}")).unwrap_or_default();
    let message = format!(
        "{} is missing (profile {} asks for it, or for a recorded reason){note}",
        gap.element.attribute.as_str(),
        profile.as_str()
    );
    Finding::new("attribute-missing", gap.about(), message, next)
}

fn declared(gap: &Gap<'_>) -> Option<EvidenceRef> {
    let justification = gap.presence.justification()?;
    let shows = format!("{} is declared unknown: {justification}", gap.element.attribute.as_str());
    Some(EvidenceRef::new(gap.about(), shows))
}

/// Names every component, grouped by reason, so that the answer can be given for all of them.
fn question(report: &Report<'_>) -> String {
    let mut by_reason: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for gap in report.declared_unknown() {
        if let Some(justification) = gap.presence.justification() {
            by_reason.entry(justification).or_default().insert(gap.about());
        }
    }
    let groups: Vec<String> = by_reason
        .into_iter()
        .map(|(reason, components)| {
            let names: Vec<&str> = components.into_iter().collect();
            format!("{} ({reason})", names.join(", "))
        })
        .collect();
    format!("is it acceptable that the supplier of these components is declared unknown: {}?", groups.join("; "))
}
