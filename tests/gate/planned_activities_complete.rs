//! RG-32.

use batchseal::gate::checks::planned_activities_complete::PlannedActivitiesComplete as Check;
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::policy::facts::SafetyClass;

use crate::fixture::{World, assert_found, assert_satisfied};

const HEADER: &str = "activity,document,status,reference,closed-on,reason";
const GOOD: &str = "Code review,SDP-0001 4.2,closed,REV-12,2026-11-20,";

fn world(content: &str) -> World {
    let mut world = World::new();
    world.add_document("plan-checklist", content.as_bytes());
    world
}

fn judge(rows: &[&str]) -> Outcome {
    world(&format!("{HEADER}\n{}\n", rows.join("\n"))).candidate(&Check)
}

#[test]
fn satisfied_when_every_activity_is_closed_or_does_not_apply() {
    let not = "Hardware test,,not-applicable,,,No hardware changed";
    let outcome = judge(&[GOOD, not]);
    assert_satisfied(&outcome, &["1 of 2 activities closed", "Hardware test does not apply: No hardware changed"]);
    let toml = "[[activities]]\nactivity = \"Code review\"\nstatus = \"closed\"\nreference = \"REV-12\"\nclosed-on = 2026-11-20\n";
    assert_satisfied(&world(toml).candidate(&Check), &["1 of 1 activity closed"]);
}

#[test]
fn names_activities_that_are_open_or_lack_their_record() {
    for (row, code) in [
        ("Code review,SDP,open,REV-12,,", "activity-open"),
        ("Code review,SDP,,REV-12,2026-11-20,", "activity-open"),
        (",SDP,closed,REV-12,2026-11-20,", "activity-without-name"),
        ("Code review,SDP,closed,REV-12,,", "activity-without-day"),
        ("Code review,SDP,closed,REV-12,20.11.2026,", "activity-without-day"),
        ("Code review,SDP,closed,REV-12,2027-01-01,", "activity-without-day"),
        ("Code review,,closed,TBD,2026-11-20,", "activity-without-record"),
        ("Code review,SDP,not-applicable,,,n/a", "activity-without-reason"),
    ] {
        assert_found(&judge(&[GOOD, row]), &[code]);
    }
    let Outcome::Violated { findings } = judge(&["Code review,SDP,open,,,"]) else { panic!("not violated") };
    assert_eq!(findings[0].about, "Code review");
}

#[test]
fn rejects_checklists_that_are_empty_malformed_absent_or_old() {
    assert_found(&judge(&[]), &["checklist-empty"]);
    assert_found(&judge(&["Code review"]), &["checklist-malformed"]);
    assert_found(&world("[[activities]]\nname = \"x\"\n").candidate(&Check), &["checklist-malformed"]);
    assert_found(&World::new().candidate(&Check), &["document-missing"]);
    let mut old = world(&format!("{HEADER}\n{GOOD}\n"));
    old.documents.last_mut().expect("list").predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&old.candidate(&Check), &["document-of-other-version"]);
}

#[test]
fn free_text_is_for_a_person() {
    let Outcome::NeedsHuman { question, .. } = world("%PDF-1.7\n").candidate(&Check) else { panic!("not asked") };
    assert!(
        question.contains("does PLAN-CHECKLIST-0001 revision 1 show that every activity planned for version 1.2.3")
    );
}

#[test]
fn blocks_classes_b_and_c_and_warns_of_class_a() {
    let mut world = World::new();
    assert_eq!(world.severity(&Check), Severity::Block);
    world.trust.devices[0].facts.safety_class = SafetyClass::B;
    assert_eq!(world.severity(&Check), Severity::Block);
    world.trust.devices[0].facts.safety_class = SafetyClass::A;
    assert_eq!(world.severity(&Check), Severity::Warn);
}
