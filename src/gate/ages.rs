//! How old something was when the batch was recorded.
//!
//! Ages are counted back from the record, not from the day of judging: what was fresh enough when the batch was recorded
//! is judged alike in ten years.

use jiff::civil::Date;

use crate::model::time::Timestamp;

use super::evidence::Evidence;

/// The day of the record, `YYYY-MM-DD` in UTC: the latest one that others than its signer vouch for, else the one that
/// the record claims, else (before there is a record) the day of judging.
#[must_use]
pub fn record_day(evidence: &Evidence<'_>) -> String {
    let undated = evidence.release.as_ref().filter(|release| release.record.origin().times.is_empty());
    match undated {
        Some(release) => release.record.predicate.created_at.in_utc().date(),
        None => evidence.days.iter().max().cloned().unwrap_or_default(),
    }
}

/// What is wrong with the age of something dated `from`, as a fragment of a sentence; `None` when it is at most
/// `limit` days old on `day` and not of a later day. A day may begin earlier where people are than it does in UTC, so
/// one day later is not later yet.
#[must_use]
pub fn wrong_age(from: &str, day: &str, limit: u16) -> Option<String> {
    let (Ok(from_day), Ok(on)) = (from.parse::<Date>(), day.parse::<Date>()) else {
        return Some(format!("is dated {from:?}, whose age on {day:?} cannot be told"));
    };
    let age = on.duration_since(from_day).as_hours() / 24;
    if age < -1 {
        return Some(format!("is dated {from}, after the record of {day}"));
    }
    let limit = i64::from(limit);
    (age > limit).then(|| format!("is dated {from}, {age} days before the record of {day} (expected at most {limit})"))
}

/// Day of a time in UTC.
#[must_use]
pub fn utc_day(time: Timestamp) -> String {
    time.in_utc().date()
}

#[cfg(test)]
mod tests {
    use super::wrong_age;

    #[test]
    fn counts_days_across_months_and_years() {
        assert_eq!(wrong_age("2026-11-23", "2026-11-23", 1), None);
        assert_eq!(wrong_age("2026-11-24", "2026-11-23", 1), None);
        assert_eq!(wrong_age("2025-12-25", "2026-01-01", 7), None);
        let old = wrong_age("2025-12-24", "2026-01-01", 7).expect("too old");
        assert!(old.contains("8 days before"), "{old}");
        assert!(wrong_age("2026-11-25", "2026-11-23", 1).expect("later").contains("after the record"));
        assert!(wrong_age("soon", "2026-11-23", 1).is_some() && wrong_age("2026-11-23", "", 1).is_some());
    }
}
