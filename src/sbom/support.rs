//! How long and by whom a component is supported, as FDA's premarket cybersecurity guidance of
//! 2026-02-03, V.A.4(b), asks for it: level of support, end-of-support date, or a justification.

use crate::policy::support::{Stated, SupportAnswers};

use super::cyclonedx::{SUPPORT_END, SUPPORT_LEVEL};
use super::inventory::Answer;

pub use crate::model::support::SupportLevel;

/// Level of support as CycloneDX users write it for FDA.
pub const FDA_LEVEL: &str = "cdx:fda:level-of-support";
/// Properties of others with the last day of support, the more telling one first.
pub const FOREIGN_ENDS: [&str; 2] = ["cdx:fda:end-of-support-date", "cdx:lifecycle:milestone:endOfSupport"];

/// What somebody has recorded of the support of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    /// Level of support.
    pub level: Answer<SupportLevel>,
    /// Last day of support, `YYYY-MM-DD`.
    pub end: Answer<String>,
    /// Why date or level are missing or acceptable; FDA's justification.
    pub justification: Option<String>,
    /// Where the plan for replacing it is written down.
    pub replacement_plan: Option<String>,
    /// Who looked at it: a role, as written.
    pub reviewed_by: Option<String>,
    /// When, `YYYY-MM-DD`.
    pub reviewed_on: Option<String>,
}

impl From<&SupportAnswers> for Support {
    fn from(answers: &SupportAnswers) -> Self {
        Self {
            level: answer(&answers.level),
            end: answer(&answers.end),
            justification: answers.justification.clone(),
            replacement_plan: answers.replacement_plan.clone(),
            reviewed_by: Some(answers.reviewed_by.clone()),
            reviewed_on: Some(answers.reviewed_on.clone()),
        }
    }
}

/// The first property that says the level of support twice, and differently.
#[must_use]
pub fn contradicted_level<'a>(properties: &[(&'a str, &'a str)]) -> Option<Contradiction<'a>> {
    contradiction(properties, &[SUPPORT_LEVEL, FDA_LEVEL])
}

/// The first property that says the last day of support twice, and differently.
#[must_use]
pub fn contradicted_end<'a>(properties: &[(&'a str, &'a str)]) -> Option<Contradiction<'a>> {
    let [first, second] = FOREIGN_ENDS;
    contradiction(properties, &[SUPPORT_END, first, second])
}

/// One property with two different values: nobody can tell which of them is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction<'a> {
    /// Name of the property.
    pub name: &'a str,
    /// Two of its values.
    pub values: (&'a str, &'a str),
}

fn contradiction<'a>(properties: &[(&'a str, &'a str)], names: &[&str]) -> Option<Contradiction<'a>> {
    names.iter().find_map(|wanted| {
        let mut own = properties.iter().filter(|(name, _)| name == wanted);
        let (name, first) = own.next()?;
        let (_, other) = own.find(|(_, value)| first.trim() != value.trim())?;
        Some(Contradiction { name, values: (first, other) })
    })
}

fn answer<T: Clone>(stated: &Stated<T>) -> Answer<T> {
    match stated {
        Stated::Is(value) => Answer::Known(value.clone()),
        Stated::Unknown(because) => Answer::Unknown { because: Some(because.clone()) },
    }
}
