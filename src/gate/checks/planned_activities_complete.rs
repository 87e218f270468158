//! RG-32: every activity that the plan asked for is closed, or does not apply for a recorded reason.

use crate::gate::check::{Check, CheckMeta};
use crate::gate::documents::{self, Controlled};
use crate::gate::evidence::Evidence;
use crate::gate::judgement::Judgement;
use crate::intake::plan_checklist::{self, Activity, Status};
use crate::model::outcome::{CheckId, Outcome, Severity};
use crate::model::result::CheckResult;
use crate::model::text::{counted, says_something};
use crate::model::time::is_day;
use crate::policy::facts::SafetyClass;

static META: CheckMeta = CheckMeta {
    id: CheckId::new(32),
    slug: "planned-activities-complete",
    title: "The activities that the plan asked for are complete",
    clauses: &["iso13485.7.3.2", "iec62304.5.8.6", "iec81001-5-1.5.8.6"],
    severity: Severity::Warn,
    release_only: false,
    page: include_str!("../../../docs/checks/RG-32-planned-activities-complete.md"),
};

const KIND: &str = "plan-checklist";
const NEXT: &str = "Close the plan's checklist for this version, have it approved, and list it as a document of kind \
    plan-checklist in evidence.toml";
const NEXT_CLOSE: &str = "Complete the activity, or record why it does not apply, and make a new candidate";

/// RG-32.
#[derive(Debug)]
pub struct PlannedActivitiesComplete;

impl Check for PlannedActivitiesComplete {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    /// IEC 62304 asks it of classes B and C; the trust file says which class it is.
    fn severity(&self, evidence: &Evidence<'_>) -> Severity {
        if evidence.device.facts.safety_class == SafetyClass::A { META.severity } else { Severity::Block }
    }

    fn evaluate(&self, evidence: &Evidence<'_>, _earlier: &[CheckResult]) -> Outcome {
        let mut judgement = Judgement::default();
        let mut for_people = Vec::new();
        let latest = documents::judging_day(evidence);
        for document in documents::current(evidence, KIND, &mut judgement, NEXT) {
            let Some(form) = plan_checklist::form_of(document.entry().as_str(), document.bytes) else {
                judgement.saw(document.entry(), format!("{}, free text", document.shown_with_approval()));
                for_people.push(document.shown());
                continue;
            };
            match plan_checklist::read(form, document.bytes) {
                Ok(activities) => judge(&activities, &document, &latest, &mut judgement),
                Err(error) => {
                    let message = format!("{}: {error}", document.shown());
                    judgement.found("checklist-malformed", document.entry(), message, NEXT);
                }
            }
        }
        if for_people.is_empty() {
            return judgement.conclude_about(KIND);
        }
        let (documents, version) = (for_people.join(", "), &evidence.batch.version);
        let question = format!(
            "does {documents} show that every activity planned for version {version} is closed, or does not apply for a \
             recorded reason?"
        );
        judgement.ask(question, KIND)
    }
}

fn judge(activities: &[Activity], document: &Controlled<'_>, latest: &str, judgement: &mut Judgement) {
    if activities.is_empty() {
        let message = format!("{} lists no activity (expected at least 1)", document.shown());
        judgement.found("checklist-empty", document.entry(), message, NEXT);
        return;
    }
    let mut closed = 0;
    for activity in activities {
        let place = format!("{}, {}", document.entry(), activity.place);
        let named = activity.name.as_deref().filter(|name| says_something(name));
        let about = named.unwrap_or(&place);
        if named.is_none() {
            judgement.found("activity-without-name", about, format!("{place}: activity has no name"), NEXT_CLOSE);
        }
        match activity.status.as_deref().and_then(Status::parse) {
            Some(Status::Closed) => {
                closed += 1;
                judge_closed(activity, (about, &place), latest, judgement);
            }
            Some(Status::NotApplicable) => judge_not_applicable(activity, (about, &place), document, judgement),
            None => {
                let status: String = activity.status.as_deref().unwrap_or("nothing").chars().take(60).collect();
                let message = format!("{place}: status is {status} (expected closed or not-applicable)");
                judgement.found("activity-open", about, message, NEXT_CLOSE);
            }
        }
    }
    let shows = format!(
        "{}: {} of {} closed, the others do not apply",
        document.shown_with_approval(),
        closed,
        counted(activities.len(), "activity", "activities")
    );
    judgement.saw(document.entry(), shows);
}

fn judge_closed(activity: &Activity, (about, place): (&str, &str), latest: &str, judgement: &mut Judgement) {
    let day = activity.closed_on.as_deref().unwrap_or("nothing");
    if !is_day(day) || day > latest {
        let day: String = day.chars().take(60).collect();
        let message = format!("{place}: closed-on is {day} (expected a day as YYYY-MM-DD, {latest} or earlier)");
        judgement.found("activity-without-day", about, message, NEXT_CLOSE);
    }
    if ![&activity.document, &activity.reference].into_iter().flatten().any(|text| says_something(text)) {
        let message = format!("{place}: neither document nor reference says where its record is");
        judgement.found("activity-without-record", about, message, NEXT_CLOSE);
    }
}

fn judge_not_applicable(
    activity: &Activity,
    (about, place): (&str, &str),
    document: &Controlled<'_>,
    judgement: &mut Judgement,
) {
    let reason = [&activity.reason, &activity.reference].into_iter().flatten().find(|text| says_something(text));
    match reason {
        Some(reason) => {
            let reason: String = reason.chars().take(200).collect();
            judgement.saw(document.entry(), format!("{about} does not apply: {reason}"));
        }
        None => {
            let message = format!("{place}: not applicable, and neither reason nor reference says why");
            judgement.found("activity-without-reason", about, message, NEXT_CLOSE);
        }
    }
}
