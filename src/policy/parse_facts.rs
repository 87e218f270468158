//! Device facts, which both files state, and the words of their values.

use crate::model::batch::Purpose;

use super::facts::{DeviceFacts, SafetyClass};
use super::reader::Table;

const SAFETY_CLASSES: [(&str, SafetyClass); 3] = [("A", SafetyClass::A), ("B", SafetyClass::B), ("C", SafetyClass::C)];

/// Words of [`Purpose`].
pub(super) const PURPOSES: [(&str, Purpose); 3] = [
    (Purpose::Production.as_str(), Purpose::Production),
    (Purpose::Training.as_str(), Purpose::Training),
    (Purpose::Demo.as_str(), Purpose::Demo),
];

/// Every fact must be stated: a forgotten one would silently choose the weaker requirement.
pub(super) fn facts(table: &Table<'_>) -> Option<DeviceFacts> {
    let fact = |key| table.required(key, "true or false").and_then(|item| item.boolean());
    let safety_class =
        table.required("safety-class", "one of \"A\", \"B\", \"C\"").and_then(|item| item.word(&SAFETY_CLASSES));
    let finished = fact("finished");
    let cyber_device = fact("cyber-device");
    let life_supporting = fact("life-supporting");
    let implantable = fact("implantable");
    Some(DeviceFacts {
        safety_class: safety_class?,
        finished: finished?,
        cyber_device: cyber_device?,
        life_supporting: life_supporting?,
        implantable: implantable?,
    })
}

/// `schema = 1`.
pub(super) fn schema(root: &Table<'_>) -> Option<()> {
    root.required("schema", "1")?.integer(1..=1).map(|_| ())
}
