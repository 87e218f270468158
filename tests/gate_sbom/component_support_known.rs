//! RG-15: support of every shipped component is recorded.

use batchseal::gate::checks::component_support_known::ComponentSupportKnown;
use batchseal::model::outcome::{Outcome, Severity};
use batchseal::sbom::document::{ComponentScope, Document, Property};

use crate::world::{World, assert_satisfied, codes, described};

pub const COMPONENTS: [&str; 3] = ["app", "lib-a", "lib-b"];

fn judge(world: &World) -> Outcome {
    world.judge(&ComponentSupportKnown)
}

/// Adds properties of ours to a component.
pub fn say(document: &mut Document, name: &str, said: &[(&str, &str)]) {
    described(document, name).properties.extend(said.iter().map(|(name, value)| Property::new(name, *value)));
}

/// Every component is maintained until this day.
pub fn supported(document: &mut Document, end: &str) {
    for name in COMPONENTS {
        say(document, name, &[("level-of-support", "actively maintained"), ("end-of-support", end)]);
    }
}

#[test]
fn satisfied_when_level_and_end_are_stated() {
    assert_satisfied(&judge(&World::with(|document| supported(document, "2036-12-31"))));
}

#[test]
fn satisfied_when_an_unknown_answer_has_a_reason_and_shows_it() {
    let world = World::with(|document| {
        for name in COMPONENTS {
            let end = ("end-of-support", "unknown");
            say(document, name, &[("level-of-support", "abandoned"), end, ("support-justification", "read the site")]);
        }
    });
    let outcome = judge(&world);
    let Outcome::Satisfied { evidence } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(evidence.len(), 2);
    let shown = &evidence[1].shows;
    assert!(shown.contains("declared unknown (and 2 other components): read the site"), "{shown}");
}

#[test]
fn violated_when_nothing_is_recorded_or_an_unknown_answer_has_no_reason() {
    assert_eq!(codes(&judge(&World::new())), ["support-missing"; 6]);
    for end in ["unknown", "soon", "2036-13-01", ""] {
        let world = World::with(|document| {
            supported(document, "2036-12-31");
            for property in &mut described(document, "lib-a").properties {
                if property.name == "batchseal:end-of-support" {
                    property.value = end.to_owned();
                }
            }
        });
        assert_eq!(codes(&judge(&world)), ["support-missing"], "{end}");
    }
    let level = World::with(|document| {
        supported(document, "2036-12-31");
        described(document, "lib-b").properties.retain(|property| property.name != "batchseal:level-of-support");
        say(document, "lib-b", &[("level-of-support", "supported")]);
    });
    assert_eq!(codes(&judge(&level)), ["support-missing"]);
}

#[test]
fn not_asked_of_what_does_not_ship() {
    let world = World::with(|document| {
        for component in &mut document.components {
            component.scope = Some(ComponentScope::Excluded);
        }
    });
    assert_satisfied(&judge(&world));
}

#[test]
fn blocks_a_cyber_device_and_warns_of_any_other() {
    let mut world = World::new();
    assert_eq!(world.severity(&ComponentSupportKnown), Severity::Block);
    world.policy.device.facts.cyber_device = false;
    assert_eq!(world.severity(&ComponentSupportKnown), Severity::Warn);
}

#[test]
fn inconclusive_when_there_is_no_sbom() {
    let mut world = World::new();
    world.documents.clear();
    assert!(matches!(judge(&world), Outcome::Inconclusive { .. }));
}
