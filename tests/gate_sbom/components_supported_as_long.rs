//! RG-16: components are supported as long as the device.

use batchseal::gate::checks::components_supported_as_long::ComponentsSupportedAsLong;
use batchseal::model::outcome::Outcome;
use batchseal::sbom::document::Document;

use crate::component_support_known::{COMPONENTS, say, supported};
use crate::world::{World, assert_satisfied, codes};

const DEVICE_END: &str = "2036-12-31";

fn judge(change: impl FnOnce(&mut Document)) -> Outcome {
    let mut world = World::with(change);
    world.policy.device.support_end = Some(DEVICE_END.to_owned());
    world.judge(&ComponentsSupportedAsLong)
}

#[test]
fn satisfied_when_every_component_is_supported_until_that_day() {
    assert_satisfied(&judge(|document| supported(document, DEVICE_END)));
    assert_satisfied(&judge(|document| supported(document, "2040-01-01")));
}

#[test]
fn violated_when_support_of_a_component_ends_earlier() {
    assert_eq!(codes(&judge(|document| supported(document, "2036-12-30"))), ["ends-before-device"; 3]);
}

#[test]
fn satisfied_when_the_replacement_is_planned() {
    let outcome = judge(|document| {
        supported(document, "2030-01-01");
        for name in COMPONENTS {
            say(document, name, &[("support-replacement-plan", "PLAN-7 rev 2")]);
        }
    });
    assert_satisfied(&outcome);
}

#[test]
fn asks_a_person_where_a_reason_is_recorded_and_no_plan() {
    let early = judge(|document| {
        supported(document, "2030-01-01");
        COMPONENTS.iter().for_each(|name| say(document, name, &[("support-justification", "small enough to own")]));
    });
    let unknown = judge(|document| {
        supported(document, "unknown");
        COMPONENTS.iter().for_each(|name| say(document, name, &[("support-justification", "no date is published")]));
    });
    for outcome in [early, unknown] {
        let Outcome::NeedsHuman { question, evidence } = &outcome else { panic!("{outcome:?}") };
        assert!(question.contains("pkg:cargo/lib-a@1.0.0, pkg:cargo/lib-b@1.0.0"), "{question}");
        assert_eq!(evidence.len(), 4);
    }
}

#[test]
fn inconclusive_without_a_day_for_the_device_or_for_a_component() {
    assert!(matches!(judge(|_| ()), Outcome::Inconclusive { .. }));
    let world = World::with(|document| supported(document, DEVICE_END));
    assert!(matches!(world.judge(&ComponentsSupportedAsLong), Outcome::Inconclusive { .. }));
    let mut none = World::new();
    none.policy.device.support_end = Some(DEVICE_END.to_owned());
    none.documents.clear();
    assert!(matches!(none.judge(&ComponentsSupportedAsLong), Outcome::Inconclusive { .. }));
}
