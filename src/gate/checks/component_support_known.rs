//! RG-15: level of support and end of support, or a recorded reason, for every shipped component.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::release::SbomProfile;
use crate::sbom::profile::{self, Gap, Part, Profile, Report};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(15),
    slug: "component-support-known",
    title: "Level of support and end of support are recorded for every shipped component",
    clauses: &["fda-cyber.V.A.4.b"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-15-component-support-known.md"),
};

const NEXT: &str = "Record level and end of support of the component, or why nobody knows them, in a support.toml ([release.sbom] support names it), and make a new candidate";

/// RG-15.
#[derive(Debug)]
pub struct ComponentSupportKnown;

impl Check for ComponentSupportKnown {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    /// The guidance asks it of cyber devices; the trust file says which device is one.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        if evidence.device.facts.cyber_device { Severity::Block } else { META.severity }
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let inventory = sbom.inventory();
        let report = profile::judge_part(&inventory, Profile::of(SbomProfile::Fda2026), Part::Support);
        let missing: Vec<Finding> = report.missing().map(finding).collect();
        if !missing.is_empty() {
            return Outcome::Violated { findings: shortened(missing) };
        }
        let mut shown = vec![EvidenceRef::new(sbom.entry().as_str(), shows(&report))];
        shown.extend(reasons(&report));
        Outcome::satisfied(shown)
    }
}

fn finding(gap: &Gap<'_>) -> Finding {
    let note = gap.presence.note().map(|note| format!(": {note}")).unwrap_or_default();
    let message =
        format!("{} is missing (expected a value or a recorded reason){note}", gap.element.attribute.as_str());
    Finding::new("support-missing", gap.about(), message, NEXT)
}

fn shows(report: &Report<'_>) -> String {
    let counts = report.counts.iter().map(|count| {
        let what = count.element.attribute.as_str();
        format!("{what} stated for {}, declared unknown with a reason for {}", count.present, count.declared_unknown)
    });
    counts.collect::<Vec<_>>().join("; ")
}

/// Each recorded reason once, with the number of answers that it stands for.
fn reasons(report: &Report<'_>) -> Vec<EvidenceRef> {
    let mut by_reason: BTreeMap<(&str, &str), (&str, usize)> = BTreeMap::new();
    for gap in report.declared_unknown() {
        let key = (gap.presence.justification().unwrap_or_default(), gap.element.attribute.as_str());
        by_reason.entry(key).or_insert((gap.about(), 0)).1 += 1;
    }
    let shown = by_reason.into_iter().map(|((reason, what), (first, count))| {
        let others = match count - 1 {
            0 => String::new(),
            rest => format!(" (and {})", counted(rest, "other component", "other components")),
        };
        EvidenceRef::new(first, format!("{what} is declared unknown{others}: {reason}"))
    });
    shown.collect()
}
