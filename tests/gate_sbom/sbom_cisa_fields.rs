//! RG-17: the data fields of CISA's 2026 list.

use batchseal::gate::checks::sbom_cisa_fields::SbomCisaFields;
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::policy::release::SbomProfile;
use batchseal::sbom::document::{Document, Property};

use crate::world::{World, assert_satisfied, codes, described};

fn judge(change: impl FnOnce(&mut Document)) -> Outcome {
    World::with(change).judge(&SbomCisaFields)
}

#[test]
fn satisfied_when_every_field_has_a_value_the_signature_being_the_statement_s() {
    assert_satisfied(&judge(|_| ()));
}

#[test]
fn satisfied_when_an_unknown_value_is_said_outright_and_no_reason_is_given() {
    let outcome = judge(|document| {
        let component = described(document, "lib-a");
        component.supplier = None;
        component.version = Some("unknown".to_owned());
        component.properties = vec![Property::new("supplier", "unknown")];
    });
    let Outcome::Satisfied { evidence } = &outcome else { panic!("{outcome:?}") };
    assert!(evidence[0].shows.contains("5 values are unknown"), "{evidence:?}");
}

#[test]
fn violated_when_a_field_has_neither() {
    let outcome = judge(|document| {
        described(document, "lib-a").supplier = None;
        described(document, "lib-a").properties.clear();
        described(document, "lib-b").hashes.clear();
        described(document, "lib-b").licenses.clear();
        document.metadata.manufacturer = None;
    });
    let Outcome::Violated { findings } = &outcome else { panic!("{outcome:?}") };
    let found: Vec<&str> =
        findings.iter().map(|finding| finding.message.split(" is missing").next().unwrap()).collect();
    let expected =
        ["SBOM Author", "Component Producer", "Component Hash Value", "Component Hash Algorithm", "Component License"];
    assert_eq!(found, expected);
}

#[test]
fn violated_by_a_device_of_whose_licence_nothing_is_said() {
    assert_eq!(codes(&judge(|document| document.metadata.component.properties.clear())), ["field-missing"]);
}

#[test]
fn warns_and_blocks_where_the_policy_names_the_profile() {
    let mut world = World::new();
    assert_eq!(world.severity(&SbomCisaFields), Severity::Warn);
    world.policy.gate.sbom_profiles = vec![SbomProfile::Cisa2026];
    assert_eq!(world.severity(&SbomCisaFields), Severity::Block);
}

#[test]
fn inconclusive_when_there_is_no_sbom() {
    let mut world = World::new();
    world.documents.clear();
    assert!(matches!(world.judge(&SbomCisaFields), Outcome::Inconclusive { .. }));
}
