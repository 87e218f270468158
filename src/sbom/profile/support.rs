//! Whether level and end of support are there.

use crate::model::time::Timestamp;
use crate::sbom::inventory::{Answer, Item};
use crate::sbom::support::{Contradiction, contradicted_end, contradicted_level};

use super::attribute::Presence;
use super::catalogue::Profile;
use super::presence::{answer, shortened, unknown};
use super::words::says_something;

pub(super) fn level<'a>(item: &'a Item, profile: &Profile) -> Presence<'a> {
    if let Some(both) = contradicted_level(&properties(item)) {
        return no_answer(both);
    }
    match &item.support_level {
        Some(Answer::Unknown { because }) => unknown(because.as_deref(), profile),
        level => Presence::of(level.is_some()),
    }
}

pub(super) fn end<'a>(item: &'a Item, profile: &Profile) -> Presence<'a> {
    if let Some(both) = contradicted_end(&properties(item)) {
        return no_answer(both);
    }
    match item.end_of_support.as_ref() {
        Some(Answer::Known(text)) if says_something(text) && !is_date(text) => {
            Presence::not_counted(format!("{:?} is no date (expected YYYY-MM-DD)", shortened(text)))
        }
        other => answer(other, profile),
    }
}

fn properties(item: &Item) -> Vec<(&str, &str)> {
    item.properties.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn no_answer(both: Contradiction<'_>) -> Presence<'static> {
    let (one, other) = both.values;
    Presence::not_counted(format!("{} says both {:?} and {:?}", both.name, shortened(one), shortened(other)))
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && Timestamp::parse(&format!("{text}T00:00:00Z")).is_ok_and(|day| day.date() == text)
}
