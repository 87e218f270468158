//! Device facts, which both files state, and the words of their values.

use crate::model::batch::Purpose;

use super::facts::{DeviceFacts, Distribution, SafetyClass};
use super::reader::Table;

const SAFETY_CLASSES: [(&str, SafetyClass); 3] = [("A", SafetyClass::A), ("B", SafetyClass::B), ("C", SafetyClass::C)];

/// Words of [`Purpose`].
pub(super) const PURPOSES: [(&str, Purpose); 3] = [
    (Purpose::Production.as_str(), Purpose::Production),
    (Purpose::Training.as_str(), Purpose::Training),
    (Purpose::Demo.as_str(), Purpose::Demo),
];

/// A fact that decides must be stated: a forgotten one would silently choose the weaker requirement. Those that may be
/// left out have the stricter answer, or one that an order to the maker gives.
pub(super) fn facts(table: &Table<'_>) -> Option<DeviceFacts> {
    let fact = |key| table.required(key, "true or false").and_then(|item| item.boolean());
    let safety_class =
        table.required("safety-class", "one of \"A\", \"B\", \"C\"").and_then(|item| item.word(&SAFETY_CLASSES));
    let finished = fact("finished");
    let cyber_device = fact("cyber-device");
    let life_supporting = fact("life-supporting");
    let implantable = fact("implantable");
    let distributions = Distribution::ALL.map(|one| (one.as_str(), one));
    let distribution = table.optional_as("distribution", |item| item.word(&distributions));
    let tracking_order = table.optional_as("tracking-order", |item| item.boolean());
    let eu_mdr = table.optional_as("eu-mdr", |item| item.boolean());
    Some(DeviceFacts {
        safety_class: safety_class?,
        finished: finished?,
        cyber_device: cyber_device?,
        life_supporting: life_supporting?,
        implantable: implantable?,
        distribution: distribution?.unwrap_or_default(),
        tracking_order: tracking_order?.unwrap_or(false),
        eu_mdr: eu_mdr?.unwrap_or(false),
    })
}

/// `schema = 1`.
pub(super) fn schema(root: &Table<'_>) -> Option<()> {
    root.required("schema", "1")?.integer(1..=1).map(|_| ())
}
