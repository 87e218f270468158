//! RG-28: the design was validated with this version, or a bridging analysis carries the validation over.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(28),
    slug: "validation-covers-version",
    title: "The validation report covers this version",
    clauses: &["cfr820.10c", "iso13485.7.3.7"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-28-validation-covers-version.md"),
};

const REPORT: &str = "validation-report";
const BRIDGE: &str = "bridging-analysis";
const NEXT: &str =
    "List the approved validation report of this version as a document of kind validation-report in evidence.toml";
const NEXT_BRIDGE: &str = "Validate this version, or have an analysis approved that says why the earlier validation holds, \
    and list it as a document of kind bridging-analysis in evidence.toml";

/// RG-28.
#[derive(Debug)]
pub struct ValidationCoversVersion;

impl Check for ValidationCoversVersion {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        if !evidence.device.facts.finished {
            let reason = "the software is no finished device (finished = false): it is validated as part of the device \
                that takes it in";
            return Outcome::NotApplicable { reason: reason.to_owned() };
        }
        let mut judgement = Judgement::default();
        let reports = documents::approved(evidence, REPORT, &mut judgement, NEXT);
        let version = evidence.batch.version.as_str();
        let covers = |one: &&Controlled<'_>| one.document().covers_version.as_deref() == Some(version);
        if reports.iter().any(|one| covers(&one)) {
            for report in reports.iter().filter(covers) {
                judgement.saw(report.entry(), format!("{}, covers {version}", report.shown_with_approval()));
            }
            return judgement.conclude_about(REPORT);
        }
        if reports.is_empty() {
            return judgement.conclude_about(REPORT);
        }
        bridged(evidence, &reports, judgement)
    }
}

/// Judges reports of other versions only.
fn bridged(evidence: &Evidence<'_>, reports: &[Controlled<'_>], mut judgement: Judgement) -> Outcome {
    let version = evidence.batch.version.as_str();
    let has_bridge = evidence.documents.iter().any(|signed| signed.statement.predicate.kind == BRIDGE);
    let bridges =
        if has_bridge { documents::current(evidence, BRIDGE, &mut judgement, NEXT_BRIDGE) } else { Vec::new() };
    let mut validated = Vec::new();
    for report in reports {
        match report.document().covers_version.as_deref() {
            Some(other) if !bridges.is_empty() => {
                judgement.saw(report.entry(), format!("{}, covers {other}", report.shown_with_approval()));
                validated.push(format!("{} (version {other})", report.shown()));
            }
            other => {
                let covers = other.unwrap_or("no version");
                let message =
                    format!("{} covers {covers} (expected {version}, or a bridging analysis)", report.shown());
                judgement.found("document-of-other-version", report.entry(), message, NEXT_BRIDGE);
            }
        }
    }
    for bridge in &bridges {
        judgement.saw(bridge.entry(), format!("{}, covers {version}", bridge.shown_with_approval()));
    }
    let bridges: Vec<String> = bridges.iter().map(Controlled::shown).collect();
    let question = format!(
        "does the validation of {} hold for version {version}, as {} argues?",
        validated.join(", "),
        bridges.join(", ")
    );
    judgement.ask(question, REPORT)
}
