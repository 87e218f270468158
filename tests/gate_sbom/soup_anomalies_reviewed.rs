//! RG-21: anomaly lists of SOUP were reviewed.

use batchseal::gate::checks::soup_anomalies_reviewed::SoupAnomaliesReviewed;
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::policy::facts::SafetyClass;
use batchseal::sbom::document::ComponentScope;

use crate::world::{World, assert_satisfied, codes};

const HEADER: &str = "purl,version,list-url,reviewed-on,reviewer,conclusion,open-anomalies\n";

fn row(purl: &str, version: &str, day: &str, conclusion: &str, open: &str) -> String {
    format!("{purl},{version},https://example.org/issues,{day},Developer (example),{conclusion},{open}\n")
}

fn judge(rows: &[String]) -> Outcome {
    with_log(rows).judge(&SoupAnomaliesReviewed)
}

fn with_log(rows: &[String]) -> World {
    let mut world = World::new();
    world.add_paper("soup-review-log", "reviews.csv", format!("{HEADER}{}", rows.concat()).as_bytes());
    world
}

fn all(day: &str) -> [String; 2] {
    [row("pkg:cargo/app", "1.0.0", day, "none open", ""), row("pkg:cargo/lib-*", "1.*", day, "no effect", "#7")]
}

#[test]
fn satisfied_when_each_version_was_reviewed_not_too_long_ago() {
    assert_satisfied(&judge(&all("2026-11-18")));
    assert_satisfied(&judge(&all("2025-11-23")));
}

#[test]
fn violated_by_a_component_or_version_that_nobody_reviewed() {
    assert_eq!(codes(&World::new().judge(&SoupAnomaliesReviewed)), ["document-missing"]);
    assert_eq!(codes(&judge(&all("2026-11-18")[..1])), ["not-reviewed"; 2]);
    let older = all("2026-11-18").map(|row| row.replace("1.*", "0.*"));
    assert_eq!(codes(&judge(&older)), ["version-not-reviewed"; 2]);
}

#[test]
fn violated_by_reviews_that_are_too_old_or_of_later() {
    assert_eq!(codes(&judge(&all("2025-11-22"))), ["review-too-old"; 3]);
    assert_eq!(codes(&judge(&all("2026-11-25"))), ["review-too-old"; 3]);
    let mut strict = with_log(&all("2026-11-10"));
    strict.policy.gate.ages.soup_review_days = 10;
    assert_eq!(codes(&strict.judge(&SoupAnomaliesReviewed)), ["review-too-old"; 3]);
    let newer: Vec<String> = all("2025-01-01").into_iter().chain(all("2026-11-18")).collect();
    assert_satisfied(&judge(&newer));
}

#[test]
fn violated_by_reviews_without_conclusion_and_malformed_logs() {
    let silent = all("2026-11-18").map(|row| row.replace("none open", "").replace("no effect,#7", ","));
    assert_eq!(codes(&judge(&silent)), ["review-without-conclusion"; 3]);
    let broken = all("2026-11-18").map(|row| row.replace("https://", ""));
    assert_eq!(codes(&judge(&broken)), ["log-malformed"]);
}

#[test]
fn asks_about_open_anomalies_without_a_conclusion() {
    let open = all("2026-11-18").map(|row| row.replace("no effect", ""));
    let Outcome::NeedsHuman { question, evidence } = judge(&open) else { panic!("not asked") };
    assert!(question.contains("pkg:cargo/lib-a@1.0.0, pkg:cargo/lib-b@1.0.0"), "{question}");
    assert!(evidence.len() == 2 && evidence[0].shows.contains("#7"), "{evidence:?}");
    // Nothing is asked while something else is wrong.
    let both: Vec<String> = open[1..].to_vec();
    assert_eq!(codes(&judge(&both)), ["not-reviewed"]);
}

#[test]
fn not_applicable_without_components_of_others_and_inconclusive_without_an_sbom() {
    let excluded = World::with(|document| {
        document.components.iter_mut().for_each(|component| component.scope = Some(ComponentScope::Excluded));
    });
    assert!(matches!(excluded.judge(&SoupAnomaliesReviewed), Outcome::NotApplicable { .. }));
    let mut world = with_log(&all("2026-11-18"));
    world.documents.clear();
    assert!(matches!(world.judge(&SoupAnomaliesReviewed), Outcome::Inconclusive { .. }));
}

#[test]
fn blocks_classes_b_and_c_and_warns_of_class_a() {
    let mut world = World::new();
    for (class, severity) in
        [(SafetyClass::A, Severity::Warn), (SafetyClass::B, Severity::Block), (SafetyClass::C, Severity::Block)]
    {
        world.policy.device.facts.safety_class = class;
        assert_eq!(world.severity(&SoupAnomaliesReviewed), severity);
    }
}
