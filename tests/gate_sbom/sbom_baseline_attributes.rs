//! RG-14: every component has the baseline attributes.

use batchseal::gate::checks::sbom_baseline_attributes::SbomBaselineAttributes;
use batchseal::model::outcome::Outcome;
use batchseal::policy::release::SbomProfile;
use batchseal::sbom::document::{Component, Document, Property};

use crate::world::{World, assert_satisfied, codes};

fn judge(world: &World) -> Outcome {
    world.judge(&SbomBaselineAttributes)
}

fn component<'a>(document: &'a mut Document, name: &str) -> &'a mut Component {
    document.components.iter_mut().find(|component| component.name == name).expect("component")
}

fn declare_unknown(component: &mut Component, because: Option<&str>) {
    component.supplier = None;
    component.properties = vec![Property::new("supplier", "unknown")];
    component.properties.extend(because.map(|reason| Property::new("supplier-unknown-because", reason)));
}

#[test]
fn satisfied_when_every_component_has_every_attribute() {
    assert_satisfied(&judge(&World::new()));
}

#[test]
fn violated_when_the_sbom_has_no_author() {
    let world = World::with(|document| document.metadata.manufacturer = None);
    assert_eq!(codes(&judge(&world)), ["attribute-missing"]);
}

#[test]
fn violated_when_a_component_lacks_a_hash_a_version_or_a_relationship() {
    let world = World::with(|document| {
        component(document, "lib-a").hashes.clear();
        component(document, "lib-b").version = Some("NOASSERTION".to_owned());
        document.dependencies.pop();
    });
    let outcome = judge(&world);
    let Outcome::Violated { findings } = &outcome else { panic!("{outcome:?}") };
    let found: Vec<&str> =
        findings.iter().map(|finding| finding.message.split(" is missing").next().unwrap()).collect();
    assert_eq!(found, ["component hash", "version string", "relationship"]);
}

#[test]
fn violated_when_a_supplier_is_unknown_without_a_reason() {
    for because in [None, Some("  ")] {
        let world = World::with(|document| declare_unknown(component(document, "lib-a"), because));
        assert_eq!(codes(&judge(&world)), ["attribute-missing"]);
    }
    let silent = World::with(|document| component(document, "lib-a").supplier = None);
    assert_eq!(codes(&judge(&silent)), ["attribute-missing"]);
}

#[test]
fn asks_a_person_naming_each_component_whose_supplier_is_declared_unknown() {
    let world = World::with(|document| {
        declare_unknown(component(document, "lib-a"), Some("the author does not answer"));
        declare_unknown(component(document, "lib-b"), Some("the author does not answer"));
    });
    let outcome = judge(&world);
    let Outcome::NeedsHuman { question, evidence } = &outcome else { panic!("{outcome:?}") };
    assert!(
        question.contains("pkg:cargo/lib-a@1.0.0, pkg:cargo/lib-b@1.0.0 (the author does not answer)"),
        "{question}"
    );
    assert_eq!(evidence.len(), 3);
}

#[test]
fn a_missing_attribute_weighs_more_than_a_question() {
    let world = World::with(|document| {
        declare_unknown(component(document, "lib-a"), Some("no answer"));
        component(document, "lib-b").hashes.clear();
    });
    assert_eq!(codes(&judge(&world)), ["attribute-missing"]);
}

#[test]
fn a_profile_that_the_policy_names_and_that_takes_no_unknown_is_held_too() {
    let mut world = World::with(|document| declare_unknown(component(document, "lib-a"), Some("no answer")));
    world.policy.gate.sbom_profiles = vec![SbomProfile::ImdrfN73];
    assert!(matches!(judge(&world), Outcome::NeedsHuman { .. }));
    world.policy.gate.sbom_profiles = vec![SbomProfile::Fda2026, SbomProfile::Ntia2021];
    let outcome = judge(&world);
    assert_eq!(codes(&outcome), ["attribute-missing"]);
    let Outcome::Violated { findings } = &outcome else { panic!("{outcome:?}") };
    assert!(findings[0].message.contains("profile ntia-2021"), "{findings:?}");
}

#[test]
fn inconclusive_when_there_is_no_sbom_or_a_malformed_one() {
    let mut world = World::new();
    world.set(b"{}");
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
    world.documents.clear();
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
}
