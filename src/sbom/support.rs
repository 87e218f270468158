//! How long and by whom a component is supported, as FDA's premarket cybersecurity guidance of
//! 2026-02-03, V.A.4(b), asks for it: level of support, end-of-support date, or a justification.

use crate::policy::support::{Stated, SupportAnswers};

use super::inventory::Answer;

pub use crate::model::support::SupportLevel;

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

fn answer<T: Clone>(stated: &Stated<T>) -> Answer<T> {
    match stated {
        Stated::Is(value) => Answer::Known(value.clone()),
        Stated::Unknown(because) => Answer::Unknown { because: Some(because.clone()) },
    }
}
