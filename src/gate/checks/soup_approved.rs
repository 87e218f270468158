//! RG-20: every third-party component that ships is an approved SOUP item, in the version that ships.

use crate::gate::ages;
use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::documents;
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::soup::{NOTHING_OF_OTHERS, Rows, shipped, shown};
use crate::intake::soup::{self, REGISTER_KIND, SoupItem};
use crate::model::outcome::{CheckId, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::sbom::document::Component;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(20),
    slug: "soup-approved",
    title: "Every third-party component that ships is an approved SOUP item in this version",
    clauses: &[
        "iso13485.7.4.1",
        "iso13485.7.4.2",
        "iso13485.7.4.3",
        "fda-cyber.V.A.4",
        "iec62304.5.3.3",
        "iec62304.8.1.2",
    ],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-20-soup-approved.md"),
};

const NEXT: &str = "Add the component with title, manufacturer and version to the SOUP register, have the register approved for this version, and take it in as a document of kind `soup-register`";

/// RG-20.
#[derive(Debug)]
pub struct SoupApproved;

impl Check for SoupApproved {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let (components, own) = shipped(evidence, &sbom.document);
        if components.is_empty() {
            return Outcome::NotApplicable { reason: NOTHING_OF_OTHERS.to_owned() };
        }
        let mut judgement = Judgement::default();
        let items = read(evidence, &mut judgement);
        if items.is_empty() {
            let shows =
                format!("ships {}", counted(components.len(), "third-party component", "third-party components"));
            judgement.saw(sbom.entry(), shows);
            return judgement.conclude();
        }
        let findings = judge(&items, &components, &ages::record_day(evidence));
        judgement.note(shortened(findings));
        let shows = format!(
            "{} in the register; {} of the manufacturer itself",
            counted(components.len(), "third-party component is", "third-party components are"),
            counted(own, "component is", "components are")
        );
        judgement.saw(sbom.entry(), shows);
        judgement.conclude()
    }
}

/// The items of every register that counts.
fn read(evidence: &Evidence<'_>, judgement: &mut Judgement) -> Vec<SoupItem> {
    let mut items = Vec::new();
    for register in documents::current(evidence, REGISTER_KIND, judgement, NEXT) {
        match soup::register(register.entry().file_name(), register.bytes) {
            Ok(read) => {
                let rows = counted(read.len(), "item", "items");
                judgement.saw(register.entry(), format!("{}: {rows}", register.shown_with_approval()));
                items.extend(read);
            }
            Err(error) => judgement.found("register-malformed", register.entry(), error.to_string(), NEXT),
        }
    }
    items
}

fn judge(items: &[SoupItem], components: &[&Component], day: &str) -> Vec<Finding> {
    let rows = Rows::of(items.iter().map(|item| &item.which));
    let findings = components.iter().filter_map(|component| {
        let naming = rows.naming(component);
        let fitting: Vec<usize> = naming.iter().copied().filter(|at| rows.has_version(*at, component)).collect();
        let approved =
            |at: &usize| items.get(*at).is_some_and(|item| ages::wrong_age(&item.approved_on, day, u16::MAX).is_none());
        let about = shown(component);
        match (naming.is_empty(), fitting.is_empty()) {
            (true, _) => {
                let message = "component is not in the SOUP register";
                Some(Finding::new("not-in-register", about, message, NEXT))
            }
            (false, true) => {
                let version = component.version.as_deref().unwrap_or("none");
                let approved = rows.versions(&naming);
                let message = format!("version {version} is not approved (the register approves {approved})");
                Some(Finding::new("version-not-approved", about, message, NEXT))
            }
            (false, false) if !fitting.iter().any(approved) => {
                let message = format!("the register says that it was approved after the record of {day}");
                Some(Finding::new("approved-later", about, message, NEXT))
            }
            (false, false) => None,
        }
    });
    findings.collect()
}
