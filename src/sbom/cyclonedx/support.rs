//! Answers on the support of a component as properties of the document.

use crate::sbom::document::Property;
use crate::sbom::inventory::Answer;
use crate::sbom::support::Support;

use super::{
    SUPPORT_END, SUPPORT_END_UNKNOWN_BECAUSE, SUPPORT_JUSTIFICATION, SUPPORT_LEVEL, SUPPORT_LEVEL_UNKNOWN_BECAUSE,
    SUPPORT_REPLACEMENT_PLAN, SUPPORT_REVIEWED_BY, SUPPORT_REVIEWED_ON,
};

/// Whether a property holds an answer on the support of a component.
#[must_use]
pub fn is_support(name: &str) -> bool {
    [
        SUPPORT_LEVEL,
        SUPPORT_END,
        SUPPORT_LEVEL_UNKNOWN_BECAUSE,
        SUPPORT_END_UNKNOWN_BECAUSE,
        SUPPORT_JUSTIFICATION,
        SUPPORT_REPLACEMENT_PLAN,
        SUPPORT_REVIEWED_BY,
        SUPPORT_REVIEWED_ON,
    ]
    .contains(&name)
}

/// Level, end, justification and review, each where it is recorded.
pub(in crate::sbom) fn support(support: &Support) -> Vec<Property> {
    let mut properties = Vec::new();
    let mut add =
        |name: &str, value: &str| properties.push(Property { name: name.to_owned(), value: value.to_owned() });
    let level = support.level.known().map(|level| level.as_str());
    let end = support.end.known().map(String::as_str);
    add(SUPPORT_LEVEL, level.unwrap_or("unknown"));
    add(SUPPORT_END, end.unwrap_or("unknown"));
    if let Answer::Unknown { because: Some(because) } = &support.level {
        add(SUPPORT_LEVEL_UNKNOWN_BECAUSE, because);
    }
    if let Answer::Unknown { because: Some(because) } = &support.end {
        add(SUPPORT_END_UNKNOWN_BECAUSE, because);
    }
    let texts = [
        (SUPPORT_JUSTIFICATION, &support.justification),
        (SUPPORT_REPLACEMENT_PLAN, &support.replacement_plan),
        (SUPPORT_REVIEWED_BY, &support.reviewed_by),
        (SUPPORT_REVIEWED_ON, &support.reviewed_on),
    ];
    for (name, text) in texts {
        text.iter().for_each(|text| add(name, text));
    }
    properties
}
