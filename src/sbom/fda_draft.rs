//! Property profile `cdx-fda-draft`: what is recorded of support in the words of a proposal.
//!
//! The namespace `cdx:fda` is proposed for the CycloneDX property taxonomy (its pull request 186) and not
//! part of it: its names may change, so nothing here is written unless somebody asks for it, and our own
//! properties stay beside it. An unknown level or date is never written as a value; the recorded reason
//! becomes part of the justification.

use super::cyclonedx::{
    SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, SUPPORT_JUSTIFICATION, SUPPORT_LEVEL, SUPPORT_LEVEL_UNKNOWN_BECAUSE,
    SUPPORT_REVIEWED_ON,
};
use super::document::{Component, Document, Property};

/// Name of the profile.
pub const NAME: &str = "cdx-fda-draft";

const NAMESPACE: &str = "cdx:fda:";

/// Property that names the profile.
const SAID: &str = "property-profile";

/// Adds the properties to every component whose support is recorded; what was there of them goes.
///
/// Serial number and time are left to the caller.
pub fn add(document: &mut Document) {
    remove(document);
    for component in &mut document.components {
        let added = properties(component);
        component.properties.extend(added);
    }
    document.metadata.properties.push(Property::new(SAID, NAME));
}

/// Takes the properties out again; what is recorded stays in our own.
pub fn remove(document: &mut Document) {
    for component in &mut document.components {
        component.properties.retain(|own| !own.name.starts_with(NAMESPACE));
    }
    let said = Property::new(SAID, NAME);
    document.metadata.properties.retain(|own| own.name != said.name);
}

fn properties(component: &Component) -> Vec<Property> {
    let mut added = Vec::new();
    let mut add = |name: &str, value: &str| {
        added.push(Property { name: format!("{NAMESPACE}{name}"), value: value.to_owned() });
    };
    if component.property(SUPPORT_LEVEL).is_none() && component.property(SUPPORT_END).is_none() {
        return added;
    }
    let known = |name| component.property(name).filter(|value| *value != "unknown");
    if let Some(end) = known(SUPPORT_END) {
        add("end-of-support-date", end);
    }
    let reasons = [
        component.property(SUPPORT_LEVEL_UNKNOWN_BECAUSE).map(|why| format!("level of support is unknown: {why}")),
        component.property(SUPPORT_END_UNKNOWN_BECAUSE).map(|why| format!("end of support is unknown: {why}")),
        component.property(SUPPORT_JUSTIFICATION).map(str::to_owned),
    ];
    let justification: Vec<String> = reasons.into_iter().flatten().collect();
    if !justification.is_empty() {
        add("justification", &justification.join("; "));
    }
    if let Some(level) = known(SUPPORT_LEVEL) {
        add("level-of-support", level);
    }
    if let Some(day) = component.property(SUPPORT_REVIEWED_ON) {
        add("support-assessed-date", day);
    }
    added
}
