//! RG-29: the anomalies that remain in this version are listed and evaluated, for risk and for security.

use std::collections::BTreeSet;

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::intake::anomaly_list::{Anomaly, AnomalyList, Evaluation, assesses_security};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::{counted, says_something};
use crate::policy::facts::SafetyClass;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(29),
    slug: "residual-anomalies-evaluated",
    title: "The anomalies that remain are listed and evaluated, for security too",
    clauses: &["fda-cyber.V.A.5", "iec62304.5.8.2", "iec62304.5.8.3"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-29-residual-anomalies-evaluated.md"),
};

const KIND: &str = "anomaly-list";
const NEXT: &str = "List the anomalies that remain in this version, have the list approved, and name it as a document of \
    kind anomaly-list in evidence.toml";
const NEXT_EVALUATE: &str = "Evaluate the anomaly, have the list approved again and make a new candidate";
const NEXT_STATE: &str =
    "Say in words that no anomaly is known: a row none with a rationale, or a statement beside anomalies = []";

/// RG-29.
#[derive(Debug)]
pub struct ResidualAnomaliesEvaluated;

impl Check for ResidualAnomaliesEvaluated {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let mut for_people = Vec::new();
        let needs_risk = evidence.device.facts.safety_class != SafetyClass::A;
        for document in documents::current(evidence, KIND, &mut judgement, NEXT) {
            let Some(form) = AnomalyList::form_of(document.entry().as_str(), document.bytes) else {
                judgement.saw(document.entry(), format!("{}, free text", document.shown_with_approval()));
                for_people.push(document);
                continue;
            };
            match AnomalyList::read(form, document.bytes) {
                Ok(list) => judge(&list, &document, needs_risk, &mut judgement),
                Err(error) => {
                    let message = format!("{}: {error}", document.shown());
                    judgement.found("list-malformed", document.entry(), message, NEXT);
                }
            }
        }
        if for_people.is_empty() {
            return judgement.conclude_about(KIND);
        }
        judgement.ask(question(evidence, &for_people), KIND)
    }
}

fn question(evidence: &Evidence<'_>, documents: &[Controlled<'_>]) -> String {
    let shown: Vec<String> = documents.iter().map(Controlled::shown).collect();
    format!(
        "does {} list every anomaly that remains in version {}, each with its evaluation, a rationale and an assessment of \
         its effect on security?",
        shown.join(", "),
        evidence.batch.version
    )
}

fn judge(list: &AnomalyList, document: &Controlled<'_>, needs_risk: bool, judgement: &mut Judgement) {
    if list.anomalies.is_empty() {
        match list.statement.as_deref().filter(|text| says_something(text)) {
            Some(statement) => {
                let statement: String = statement.chars().take(200).collect();
                judgement.saw(document.entry(), format!("{}: no anomaly: {statement}", document.shown_with_approval()));
            }
            None => {
                let message =
                    format!("{} lists no anomaly and does not say in words that none is known", document.shown());
                judgement.found("empty-list-unstated", document.entry(), message, NEXT_STATE);
            }
        }
        return;
    }
    if list.says_none {
        let message = format!("{} lists anomalies and has a row none (expected one of both)", document.shown());
        judgement.found("list-contradicts-itself", document.entry(), message, NEXT);
    }
    let mut seen = BTreeSet::new();
    for anomaly in &list.anomalies {
        judge_anomaly(anomaly, document, needs_risk, judgement);
        if !anomaly.id.as_ref().is_none_or(|id| seen.insert(id)) {
            let about = anomaly.id.as_deref().unwrap_or_default();
            judgement.found("anomaly-repeated", about, "several rows have this id (expected each once)", NEXT);
        }
    }
    let anomalies = counted(list.anomalies.len(), "anomaly", "anomalies");
    judgement.saw(document.entry(), format!("{}: {anomalies}, each evaluated", document.shown_with_approval()));
}

fn judge_anomaly(anomaly: &Anomaly, document: &Controlled<'_>, needs_risk: bool, judgement: &mut Judgement) {
    let said = |text: &Option<String>| text.as_deref().is_some_and(says_something);
    let place = format!("{}, {}", document.entry(), anomaly.place);
    let about = anomaly.id.clone().unwrap_or_else(|| place.clone());
    let mut found = |code: &str, message: String| judgement.found(code, &about, message, NEXT_EVALUATE);
    if !said(&anomaly.id) {
        found("anomaly-without-id", format!("{place}: anomaly has no id"));
    }
    if !said(&anomaly.title) {
        found("anomaly-without-title", format!("{place}: anomaly has no title that says what is wrong"));
    }
    let written = anomaly.evaluation.as_deref().unwrap_or("nothing");
    let evaluation = Evaluation::parse(written);
    if evaluation.is_none() {
        let words: Vec<&str> = Evaluation::ALL.iter().map(|(word, _)| *word).collect();
        let written: String = written.chars().take(60).collect();
        let message = format!("{place}: evaluation is {written} (expected one of {})", words.join(", "));
        found("anomaly-not-evaluated", message);
    }
    if !said(&anomaly.rationale) {
        found("anomaly-without-rationale", format!("{place}: no rationale stands beside the evaluation"));
    }
    let security = anomaly.security.as_deref().unwrap_or_default();
    if !assesses_security(security) {
        let written: String =
            if security.is_empty() { "nothing".to_owned() } else { security.chars().take(60).collect() };
        let message =
            format!("{place}: security is {written} (expected CWE ids, such as CWE-787, or none: and the reason)");
        found("security-not-assessed", message);
    }
    if needs_risk && evaluation.is_none_or(Evaluation::stays) && !said(&anomaly.risk_ref) {
        let message = format!("{place}: no risk-ref says where the risk management file treats it");
        found("anomaly-without-risk-reference", message);
    }
}
