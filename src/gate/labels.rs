//! What text labeling says of UDI and version (RG-34).

use crate::model::udi::in_text::mentions;
use crate::model::udi::{Carrier, Identifier, Udi, UdiScope};

use super::checks::udi_conveys_version::{build_days, conveyed};
use super::documents::Controlled;
use super::evidence::Evidence;
use super::judgement::Judgement;

const LABEL_AGAIN: &str = "Put this version's UDI in the labeling, have it examined again and make a new candidate";

/// Findings of one kind that are shown for one file.
const MAX_SHOWN: usize = 5;

/// What the labeling of this batch must say.
#[derive(Debug)]
pub struct Expected {
    /// UDI with the version in it, where the software conveys its version so.
    own: Option<(Identifier, Carrier)>,
    /// Device identifier.
    di: Option<String>,
    version: String,
    days: Vec<String>,
}

impl Expected {
    /// As `batch.json` and provenance say.
    #[must_use]
    pub fn of(evidence: &Evidence<'_>) -> Self {
        let has_udi = |udi: &&Udi| udi.scope != UdiScope::None;
        Self {
            own: conveyed(evidence),
            di: evidence.batch.udi.as_ref().filter(has_udi).and_then(|udi| udi.di.clone()),
            version: evidence.batch.version.to_string(),
            days: build_days(evidence),
        }
    }

    /// Whether the device has a UDI.
    #[must_use]
    pub const fn has_udi(&self) -> bool {
        self.di.is_some()
    }

    /// Looks for the UDI in a labeling file. Bytes that are no UTF-8 text are for people to look at.
    /// `must_bear`: whether its absence is a finding. Says in words what the text names.
    pub fn judge(&self, label: &Controlled<'_>, must_bear: bool, judgement: &mut Judgement) -> &'static str {
        let Some(text) = text_of(label.bytes) else { return "no text, for people to look at" };
        let Some(di) = &self.di else {
            return if text.contains(&self.version) { "names the version" } else { "text" };
        };
        let bears = match &self.own {
            Some((udi, carrier)) => self.judge_mentions(label, text, (udi, *carrier), judgement),
            None => text.contains(di.as_str()),
        };
        if bears {
            return if self.own.is_some() { "names the UDI of this version" } else { "names the device identifier" };
        }
        if must_bear {
            let expected = self.own.as_ref().map_or_else(|| di.clone(), |(udi, _)| udi.to_string());
            let message = format!("{} does not name the UDI (expected {expected})", label.shown());
            judgement.found("label-without-udi", label.entry(), message, LABEL_AGAIN);
        }
        "text that does not name the UDI"
    }

    /// Whether the text names this version's UDI; every other version of it is a finding.
    fn judge_mentions(
        &self,
        label: &Controlled<'_>,
        text: &str,
        (udi, carrier): (&Identifier, Carrier),
        judgement: &mut Judgement,
    ) -> bool {
        let mentions = mentions(text, udi, carrier);
        let others = || mentions.iter().filter(|one| one.version.as_deref().is_some_and(|other| other != self.version));
        for other in others().take(MAX_SHOWN) {
            let got = other.version.as_deref().unwrap_or_default();
            let message = format!("{} names the UDI of version {got:?} (expected {:?})", label.shown(), self.version);
            judgement.found("label-of-other-version", label.entry(), message, LABEL_AGAIN);
        }
        let is_other_day = |digits: &&str| !self.days.iter().any(|day| is_day(digits, day));
        let dated = mentions.iter().filter_map(|one| one.manufactured.as_deref()).filter(is_other_day);
        for digits in dated.take(MAX_SHOWN) {
            let expected = self.days.join(" or ");
            let message = format!("{} says made on {digits} (expected {expected} as YYMMDD)", label.shown());
            judgement.found("label-of-other-day", label.entry(), message, LABEL_AGAIN);
        }
        mentions.iter().any(|one| one.version.as_deref() == Some(self.version.as_str()))
    }
}

/// Whether `YYMMDD` is a day `YYYY-MM-DD`.
fn is_day(digits: &str, day: &str) -> bool {
    let own: String = day.chars().filter(char::is_ascii_digit).skip(2).collect();
    own == digits
}

/// The bytes as text: UTF-8 without NUL.
fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}
