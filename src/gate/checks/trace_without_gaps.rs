//! RG-27: every requirement and risk control traces to a test that ran and passed.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::gate::trace_coverage::Coverage;
use crate::intake::trace::{self, Kind, Part, Trace};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::counted;
use crate::policy::facts::SafetyClass;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(27),
    slug: "trace-without-gaps",
    title: "Requirements and risk controls trace to passing tests without gaps",
    clauses: &["iso13485.7.3.3", "iso13485.7.3.4", "iec62304.7.3.3"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-27-trace-without-gaps.md"),
};

const KIND: &str = "trace";
const NEXT: &str =
    "Export the trace of this version, have it approved, and list it as a document of kind trace in evidence.toml";
const NEXT_TESTS: &str = "List the reports of the test runs as [[tests]] in evidence.toml";

/// RG-27.
#[derive(Debug)]
pub struct TraceWithoutGaps;

impl Check for TraceWithoutGaps {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    /// IEC 62304 asks for the trace of risk controls of classes B and C; the trust file says which class it is.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        if evidence.device.facts.safety_class == SafetyClass::A { META.severity } else { Severity::Block }
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let class = evidence.device.facts.safety_class;
        let has_trace = evidence.documents.iter().any(|signed| signed.statement.predicate.kind == KIND);
        if class == SafetyClass::A && !has_trace {
            let reason = "the software is of safety class A and no trace is kept in the bundle";
            return Outcome::NotApplicable { reason: reason.to_owned() };
        }
        let mut judgement = Judgement::default();
        let current = documents::current(evidence, KIND, &mut judgement, NEXT);
        let Some(trace) = read(&current, &mut judgement) else { return judgement.conclude_about(KIND) };
        if trace.count(Kind::Requirement) + trace.count(Kind::RiskControl) == 0 {
            let message = "the trace holds no requirement and no risk control (expected at least 1)";
            judgement.found("trace-empty", KIND, message, NEXT);
        }
        if evidence.tests.is_empty() {
            let message = "there is no verified test result (got 0, expected at least 1)";
            judgement.found("no-test-results", KIND, message, NEXT_TESTS);
            return judgement.conclude_about(KIND);
        }
        let coverage = Coverage::of(&trace, &evidence.tests);
        coverage.judge(&mut judgement);
        let verified = format!(
            "{} and {} are verified by tests that passed, among them {} of the trace",
            counted(trace.count(Kind::Requirement), "requirement", "requirements"),
            counted(trace.count(Kind::RiskControl), "risk control", "risk controls"),
            counted(coverage.passed_tests(), "test", "tests")
        );
        judgement.saw(KIND, verified);
        if class != SafetyClass::A && trace.count(Kind::RiskControl) == 0 {
            return judgement.ask(no_risk_control(evidence, &current), KIND);
        }
        judgement.conclude_about(KIND)
    }
}

/// One trace of every current document that can be read; `None` where there is nothing to judge.
fn read(current: &[Controlled<'_>], judgement: &mut Judgement) -> Option<Trace> {
    let mut parts: Vec<Part> = Vec::new();
    for document in current {
        match trace::read(document.entry().as_str(), document.bytes) {
            Ok(part) => {
                let items = counted(part.items.len(), "item", "items");
                judgement.saw(document.entry(), format!("{}: {items}", document.shown_with_approval()));
                parts.push(part);
            }
            Err(error) => {
                let message = format!("{}: {error}", document.shown());
                judgement.found("trace-malformed", document.entry(), message, NEXT);
            }
        }
    }
    if parts.is_empty() {
        return None;
    }
    match Trace::merge(parts) {
        Ok(trace) => Some(trace),
        Err(error) => {
            judgement.found("trace-malformed", KIND, error.to_string(), NEXT);
            None
        }
    }
}

fn no_risk_control(evidence: &Evidence<'_>, current: &[Controlled<'_>]) -> String {
    let documents: Vec<String> = current.iter().take(5).map(Controlled::shown).collect();
    format!(
        "is it right that no measure of risk control is implemented in version {}, of safety class {}, as {} lists none?",
        evidence.batch.version,
        evidence.device.facts.safety_class.as_str(),
        documents.join(", ")
    )
}
