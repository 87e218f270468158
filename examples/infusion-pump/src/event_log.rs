//! The event log: every line holds the digest of the line before it, so that a line that was
//! changed or taken out is found (SRS-020).

use serde::Serialize;

use crate::alarm::Alarm;
use crate::library::sha256_hex;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// An infusion was programmed.
    Programmed {
        /// Drug id.
        drug: String,
        /// Rate in µL/h.
        rate: u64,
    },
    /// A request was refused.
    Refused {
        /// Why.
        reason: String,
    },
    /// The motor started.
    Started,
    /// A bolus was delivered.
    Bolus {
        /// Volume in µL.
        volume: u64,
    },
    /// An alarm was raised.
    Alarm {
        /// Which one.
        alarm: Alarm,
    },
    /// Somebody acknowledged the alarms.
    Acknowledged,
}

/// Log of one session; JSON Lines.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    previous: &'a str,
    ms: u64,
    #[serde(flatten)]
    event: &'a Event,
}

/// Digest that the first line refers to.
const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl EventLog {
    /// Adds an event at `ms` milliseconds after the session began.
    pub fn append(&mut self, ms: u64, event: &Event) {
        let previous = self.lines.last().map_or_else(|| START.to_owned(), |line| sha256_hex(line.as_bytes()));
        // An entry of strings and numbers cannot fail to serialize; a note is kept all the same.
        let line = serde_json::to_string(&Entry { previous: &previous, ms, event })
            .unwrap_or_else(|error| format!("{{\"previous\":\"{previous}\",\"lost\":\"{error}\"}}"));
        self.lines.push(line);
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The first line (from 1) that does not follow from the line before it.
    #[must_use]
    pub fn first_break(lines: &[String]) -> Option<usize> {
        let mut expected = START.to_owned();
        for (number, line) in (1..).zip(lines) {
            let previous = serde_json::from_str::<serde_json::Value>(line).ok();
            let previous = previous.as_ref().and_then(|value| value.get("previous")).and_then(|value| value.as_str());
            if previous != Some(expected.as_str()) {
                return Some(number);
            }
            expected = sha256_hex(line.as_bytes());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, EventLog};

    fn log() -> EventLog {
        let mut log = EventLog::default();
        log.append(0, &Event::Started);
        log.append(5, &Event::Bolus { volume: 100 });
        log.append(9, &Event::Acknowledged);
        log
    }

    #[test]
    fn accepts_an_untouched_log() {
        assert_eq!(EventLog::first_break(log().lines()), None);
    }

    #[test]
    fn finds_a_changed_line_and_a_missing_line() {
        let mut changed = log().lines().to_vec();
        changed[1] = changed[1].replace("100", "900");
        assert_eq!(EventLog::first_break(&changed), Some(3));
        let mut missing = log().lines().to_vec();
        missing.remove(1);
        assert_eq!(EventLog::first_break(&missing), Some(2));
    }
}
