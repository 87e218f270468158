//! RG-16: no component's support ends before the device's, unless its replacement is planned.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::model::outcome::{CheckId, EvidenceRef, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::release::SbomProfile;
use crate::sbom::cyclonedx::{SUPPORT_JUSTIFICATION, SUPPORT_REPLACEMENT_PLAN};
use crate::sbom::inventory::{Inventory, Item};
use crate::sbom::profile::{self, Attribute, Presence, Profile};

static META: CheckMeta = CheckMeta {
    id: CheckId::new(16),
    slug: "components-supported-as-long",
    title: "Components are supported as long as the device, or their replacement is planned",
    clauses: &["fda-cyber.V.A.4"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-16-components-supported-as-long.md"),
};

const NEXT: &str =
    "Plan the replacement of the component and record where the plan is, or take one that is supported longer";

/// Components named in the question one by one.
const MAX_NAMED: usize = 20;

/// RG-16.
#[derive(Debug)]
pub struct ComponentsSupportedAsLong;

impl Check for ComponentsSupportedAsLong {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let Some(device_end) = evidence.policy.device.support_end.as_deref() else {
            let reason = "the policy does not say how long the device is supported ([device] support-end)";
            return Outcome::Inconclusive { reason: reason.to_owned() };
        };
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let inventory = sbom.inventory();
        let seen = Seen::of(&inventory, device_end);
        if !seen.early.is_empty() {
            return Outcome::Violated { findings: shortened(seen.early) };
        }
        if seen.unanswered > 0 {
            let components = counted(seen.unanswered, "component", "components");
            let reason = format!("no end of support is recorded for {components}; RG-15 asks for it");
            return Outcome::Inconclusive { reason };
        }
        let shows = format!(
            "device supported until {device_end}; {} as long, {} with a plan for the replacement",
            counted(seen.as_long, "component", "components"),
            seen.planned
        );
        let mut shown = vec![EvidenceRef::new(sbom.entry().as_str(), shows)];
        if seen.open.is_empty() {
            return Outcome::satisfied(shown);
        }
        let question = question(&seen.open, device_end);
        shown.extend(seen.open);
        Outcome::NeedsHuman { question, evidence: shown }
    }
}

/// What the components say of the end of their support.
#[derive(Default)]
struct Seen {
    as_long: usize,
    planned: usize,
    unanswered: usize,
    /// What only a person can accept.
    open: Vec<EvidenceRef>,
    early: Vec<Finding>,
}

impl Seen {
    fn of(inventory: &Inventory, device_end: &str) -> Self {
        let mut seen = Self::default();
        let wanted = |element: &profile::Element| element.attribute == Attribute::EndOfSupport;
        profile::each(inventory, Profile::of(SbomProfile::Fda2026), &wanted, &mut |item, _, presence| {
            if let Some(item) = item {
                seen.note(item, &presence, device_end);
            }
        });
        seen
    }

    fn note(&mut self, item: &Item, presence: &Presence<'_>, device_end: &str) {
        let recorded = |name: &str| item.property(name).filter(|text| !text.trim().is_empty());
        let end = item.end_of_support.as_ref().and_then(|end| end.known());
        let about = item.shown();
        let about = about.as_str();
        match (presence, end) {
            (Presence::NotAsked, _) => {}
            (Presence::Missing { .. }, _) => self.unanswered += 1,
            // Dates of one shape: the order of the text is that of the days.
            (Presence::Present, Some(end)) if end.as_str() >= device_end => self.as_long += 1,
            _ if recorded(SUPPORT_REPLACEMENT_PLAN).is_some() => self.planned += 1,
            (Presence::DeclaredUnknown { justification }, _) => {
                let shows = format!("end of support is declared unknown: {}", justification.unwrap_or_default());
                self.open.push(EvidenceRef::new(about, shows));
            }
            (Presence::Present, end) => {
                let end = end.map_or("", String::as_str);
                match recorded(SUPPORT_JUSTIFICATION) {
                    Some(reason) => {
                        self.open.push(EvidenceRef::new(about, format!("support ends on {end}: {reason}")));
                    }
                    None => self.early.push(early(about, end, device_end)),
                }
            }
        }
    }
}

fn early(about: &str, end: &str, device_end: &str) -> Finding {
    let message = format!(
        "support ends on {end}, before that of the device (expected {device_end} or later, or a replacement plan)"
    );
    Finding::new("ends-before-device", about, message, NEXT)
}

fn question(open: &[EvidenceRef], device_end: &str) -> String {
    let named: Vec<&str> = open.iter().take(MAX_NAMED).map(|one| one.name.as_str()).collect();
    let rest = match open.len() - named.len() {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!(
        "is it acceptable, for the reasons recorded, that support of these components is not known to last until {device_end}: {}{rest}?",
        named.join(", ")
    )
}
