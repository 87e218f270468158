//! RG-45: a correction or removal links to the field action that asked for it.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{Controlled, current};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::intake::field_action::{FieldAction, KIND as FIELD_ACTION, Report};
use crate::model::outcome::{CheckId, EvidenceRef, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::policy::release::POLICY_ENTRY;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(45),
    slug: "field-action-linked",
    title: "A correction or removal links to the field action that asked for it",
    clauses: &["cfr820.10b4", "iso13485.8.3.3", "iso13485.8.5.2"],
    severity: Severity::Block,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-45-field-action-linked.md"),
};

const SUPPLY: &str =
    "List a document of kind `field-action` with action, references and report, approved for this version";
const CHOOSE: &str = "Remove the `field-action` document, or `field-action = false` from the policy";

/// RG-45.
#[derive(Debug)]
pub struct FieldActionLinked;

impl Check for FieldActionLinked {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let documented = evidence.documents.iter().any(|signed| signed.statement.predicate.kind == FIELD_ACTION);
        match (evidence.policy.release.field_action, documented) {
            (Some(false), false) => {
                let reason =
                    "the policy says `field-action = false`: the release corrects or removes no devices in the field";
                Outcome::NotApplicable { reason: reason.to_owned() }
            }
            (Some(false), true) => {
                let mut judgement = Judgement::default();
                let message = "the policy says `field-action = false`, and there is a document of kind field-action";
                judgement.found("field-action-contradicted", FIELD_ACTION, message, CHOOSE);
                judgement.conclude()
            }
            (None, false) => unstated(evidence),
            (Some(true), _) | (None, true) => judge(evidence),
        }
    }
}

/// Asked so that yes lets the release go on, as every answer does.
fn unstated(evidence: &Evidence<'_>) -> Outcome {
    Outcome::NeedsHuman {
        question: format!(
            "Is it right that {} is no correction or removal of devices in the field?",
            evidence.batch.stem()
        ),
        evidence: vec![EvidenceRef::new(POLICY_ENTRY, "does not say whether the release is a field action")],
    }
}

fn judge(evidence: &Evidence<'_>) -> Outcome {
    let mut judgement = Judgement::default();
    for document in current(evidence, FIELD_ACTION, &mut judgement, SUPPLY) {
        match FieldAction::parse(document.bytes) {
            Ok(action) => judge_action(&document, &action, &mut judgement),
            Err(error) => judgement.found("field-action-malformed", document.entry(), error.to_string(), SUPPLY),
        }
    }
    judgement.conclude()
}

fn judge_action(document: &Controlled<'_>, action: &FieldAction, judgement: &mut Judgement) {
    let report = match &action.report {
        Report::On(day) => {
            let approved_on = document.document().approved_on.as_deref().unwrap_or_default();
            if day.as_str() > approved_on {
                let message = format!("report is dated {day}, after the document was approved on {approved_on}");
                judgement.found("reported-after-approval", document.entry(), message, SUPPLY);
            }
            format!("reported on {day}")
        }
        Report::Not(reason) => format!("not reported: {reason}"),
    };
    let references = action.references.join(", ");
    let shows = format!("{}: {} for {references}, {report}", document.shown_with_approval(), action.action.as_str());
    judgement.saw(document.entry(), shows);
}
