//! RG-29.

use batchseal::gate::checks::residual_anomalies_evaluated::ResidualAnomaliesEvaluated as Check;
use batchseal::model::outcome::Outcome;
use batchseal::policy::facts::SafetyClass;

use crate::fixture::{World, assert_found, assert_satisfied};

const HEADER: &str = "id,title,severity,evaluation,rationale,security,risk-ref";
const GOOD: &str = "BUG-7,Slow start,minor,accepted,Only at power-on,none: no data involved,RMF-0001 4.2";

fn world(content: &str) -> World {
    let mut world = World::new();
    world.add_document("anomaly-list", content.as_bytes());
    world
}

fn judge(rows: &[&str]) -> Outcome {
    world(&format!("{HEADER}\n{}\n", rows.join("\n"))).candidate(&Check)
}

#[test]
fn satisfied_when_every_anomaly_is_evaluated() {
    let fixed = "BUG-8,Crash,major,fixed,Resolved by change 81,CWE-787,";
    assert_satisfied(&judge(&[GOOD, fixed]), &["ANOMALY-LIST-0001 revision 1, approved by", "2 anomalies, each"]);
    let toml = "[[anomalies]]\nid = \"BUG-7\"\ntitle = \"Slow start\"\nevaluation = \"deferred\"\nrationale = \"No harm\"\n\
        security = \"CWE-400\"\nrisk-ref = \"RMF-0001 4.2\"\n";
    assert_satisfied(&world(toml).candidate(&Check), &["1 anomaly"]);
}

#[test]
fn names_what_is_missing_of_an_anomaly() {
    for (row, code) in [
        (",Slow start,minor,accepted,Why,none: no data,RMF", "anomaly-without-id"),
        ("BUG-7,,minor,accepted,Why,none: no data,RMF", "anomaly-without-title"),
        ("BUG-7,Slow,minor,,Why,none: no data,RMF", "anomaly-not-evaluated"),
        ("BUG-7,Slow,minor,open,Why,none: no data,RMF", "anomaly-not-evaluated"),
        ("BUG-7,Slow,minor,accepted,TBD,none: no data,RMF", "anomaly-without-rationale"),
        ("BUG-7,Slow,minor,accepted,Why,,RMF", "security-not-assessed"),
        ("BUG-7,Slow,minor,accepted,Why,none,RMF", "security-not-assessed"),
        ("BUG-7,Slow,minor,accepted,Why,none: no data,n/a", "anomaly-without-risk-reference"),
    ] {
        assert_found(&judge(&[row]), &[code]);
    }
    assert_found(&judge(&[GOOD, GOOD]), &["anomaly-repeated"]);
}

#[test]
fn class_a_needs_no_risk_reference() {
    let mut world = world(&format!("{HEADER}\nBUG-7,Slow,minor,accepted,Why,none: no data,\n"));
    assert_found(&world.candidate(&Check), &["anomaly-without-risk-reference"]);
    world.trust.devices[0].facts.safety_class = SafetyClass::A;
    assert_satisfied(&world.candidate(&Check), &["1 anomaly"]);
}

#[test]
fn an_empty_list_says_in_words_that_nothing_is_known() {
    let said = "none,,,,No anomaly is open in the tracker,,";
    assert_satisfied(&judge(&[said]), &["no anomaly: No anomaly is open in the tracker"]);
    assert_satisfied(&world("statement = \"No anomaly is open\"\nanomalies = []\n").candidate(&Check), &["is open"]);
    assert_found(&judge(&[]), &["empty-list-unstated"]);
    assert_found(&judge(&["none,,,,,,"]), &["empty-list-unstated"]);
    assert_found(&world("anomalies = []\n").candidate(&Check), &["empty-list-unstated"]);
    assert_found(&judge(&[said, GOOD]), &["list-contradicts-itself"]);
}

#[test]
fn rejects_lists_that_are_malformed_absent_or_of_another_version() {
    assert_found(&judge(&["BUG-7,Slow start"]), &["list-malformed"]);
    assert_found(&world("[[anomalies]]\nid = \"BUG-7\"\nowner = \"x\"\n").candidate(&Check), &["list-malformed"]);
    assert_found(&world("{\"anomalies\": [").candidate(&Check), &["list-malformed"]);
    assert_found(&World::new().candidate(&Check), &["document-missing"]);
    let mut old = world(&format!("{HEADER}\n{GOOD}\n"));
    old.documents.last_mut().expect("list").predicate.covers_version = Some("1.2.2".to_owned());
    assert_found(&old.candidate(&Check), &["document-of-other-version"]);
}

#[test]
fn free_text_is_for_a_person_unless_something_else_is_wrong() {
    let mut world = world("# Known anomalies\n\n- BUG-7: slow start, accepted\n");
    let Outcome::NeedsHuman { question, evidence } = world.candidate(&Check) else { panic!("not asked") };
    assert!(question.contains("does ANOMALY-LIST-0001 revision 1 list every anomaly that remains in version 1.2.3"));
    assert_eq!(evidence.len(), 1);
    world.add_document("anomaly-list", format!("{HEADER}\nBUG-8,,,,,,\n").as_bytes());
    assert!(matches!(world.candidate(&Check), Outcome::Violated { .. }));
}

#[test]
fn many_findings_are_counted() {
    let rows: Vec<String> =
        (0..200).map(|at| GOOD.replace("BUG-7", &format!("BUG-{at}")).replace("accepted", "")).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let Outcome::Violated { findings } = judge(&rows) else { panic!("not violated") };
    assert_eq!((findings.len(), findings[100].message.as_str()), (101, "100 more findings of this check"));
}
