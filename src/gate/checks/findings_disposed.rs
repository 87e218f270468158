//! RG-24: every finding of the scan has a decision by VEX.

use std::collections::BTreeMap;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::device_sbom::{DeviceSbom, shortened, unreadable};
use crate::gate::evidence::Evidence;
use crate::gate::findings::{Findings, Found, NEXT as SCAN_NEXT, scans_of};
use crate::gate::judgement::Judgement;
use crate::gate::vex::{self, NEXT};
use crate::model::entry::SCANS;
use crate::model::outcome::{CheckId, Finding, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(24),
    slug: "findings-disposed",
    title: "Every finding of the scan has a well-founded decision",
    clauses: &["fdc524b.b2", "fda-cyber.V.A.4.b", "iec81001-5-1.5.8.1", "iec81001-5-1.5.8.5", "cisa-vex-min"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-24-findings-disposed.md"),
};

/// RG-24.
#[derive(Debug)]
pub struct FindingsDisposed;

impl Check for FindingsDisposed {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let sbom = match DeviceSbom::of(evidence) {
            Ok(sbom) => sbom,
            Err(finding) => return unreadable(&finding),
        };
        let mut judgement = Judgement::default();
        let scans = scans_of(evidence, &sbom);
        if scans.is_empty() {
            let message = "there is no verified scan of this SBOM whose findings could be decided on (got 0, expected at least 1)";
            judgement.found("scan-missing", SCANS, message, SCAN_NEXT);
        }
        let something = scans.iter().any(|signed| !signed.statement.predicate.scanner.result.is_empty());
        let papers = if something || vex::any(evidence) { vex::papers(evidence, &mut judgement) } else { Vec::new() };
        for paper in &papers {
            let count = counted(paper.document.statements.len(), "statement", "statements");
            let shows = format!("{}: {count} in {}", paper.controlled.shown_with_approval(), paper.document.format);
            judgement.saw(paper.controlled.entry(), shows);
        }
        let mut findings = Findings::of(&scans, &papers, &sbom.document);
        judgement.note(shortened(std::mem::take(&mut findings.decisions.unknown)));
        judge(evidence, &findings, &mut judgement);
        judgement.conclude()
    }
}

fn judge(evidence: &Evidence<'_>, findings: &Findings<'_, '_>, judgement: &mut Judgement) {
    let threshold = evidence.policy.gate.severity_threshold;
    // A finding without a score may be of any severity.
    let asked = |found: &&Found<'_>| threshold.is_none_or(|least| found.score.is_none_or(|score| score >= least));
    let (asked, below): (Vec<_>, Vec<_>) = findings.all.iter().partition(asked);
    let mut open = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &asked {
        match findings.decision(found) {
            None => {
                let message = "finding has no VEX statement (expected one for this component)";
                open.push(Finding::new("not-decided", found.shown(), message, NEXT));
            }
            Some(decision) => match decision.defect() {
                Some((code, why)) => {
                    let message = format!("{} does not count: {why}", decision.shown());
                    open.push(Finding::new(code, found.shown(), message, NEXT));
                }
                None => *counts.entry(decision.statement.status.as_str()).or_default() += 1,
            },
        }
    }
    judgement.note(shortened(open));
    let count = counted(asked.len(), "finding needs a decision", "findings need a decision");
    let below = match (threshold, below.len()) {
        (Some(least), number) => format!(", {number} below the threshold {least}"),
        (None, _) => String::new(),
    };
    let decided: String = counts.iter().map(|(status, count)| format!("; {status}: {count}")).collect();
    judgement.saw(SCANS, format!("{count}{below}{decided}"));
}
