//! Points in time as written in records: RFC 3339 with the writer's offset, compared in UTC.

use std::cmp::Ordering;
use std::fmt;

use jiff::{SignedDuration, tz::Offset};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text that is not an RFC 3339 date and time with an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("time {got:?} is malformed (expected RFC 3339 with an offset, such as 2026-11-23T14:05:00+01:00)")]
pub struct TimeError {
    got: String,
}

/// An instant (whole seconds) and the offset of the place where it was written.
///
/// Equality and order look at the instant only.
#[derive(Clone, Copy)]
pub struct Timestamp {
    seconds: i64,
    offset_seconds: i32,
}

impl Timestamp {
    /// From seconds since 1970-01-01T00:00:00Z and an offset east of UTC in seconds.
    ///
    /// # Errors
    /// [`TimeError`] outside the years -9999 to 9999 or for an impossible offset.
    pub fn new(seconds: i64, offset_seconds: i32) -> Result<Self, TimeError> {
        let error = || TimeError { got: format!("{seconds}{offset_seconds:+}") };
        jiff::Timestamp::from_second(seconds).map_err(|_| error())?;
        Offset::from_seconds(offset_seconds).map_err(|_| error())?;
        Ok(Self { seconds, offset_seconds: offset_seconds - offset_seconds % 60 })
    }

    /// From seconds since the epoch, written in UTC.
    ///
    /// # Errors
    /// [`TimeError`] outside the years -9999 to 9999.
    pub fn from_unix(seconds: i64) -> Result<Self, TimeError> {
        Self::new(seconds, 0)
    }

    /// Parses RFC 3339; fractions of a second are dropped, an offset is required.
    ///
    /// # Errors
    /// [`TimeError`].
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError { got: text.chars().take(60).collect() };
        let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(text).map_err(|_| error())?;
        let (Some(time), Some(offset)) = (pieces.time(), pieces.to_numeric_offset()) else { return Err(error()) };
        let civil = pieces.date().to_datetime(time);
        let instant = offset.to_timestamp(civil).map_err(|_| error())?;
        Self::new(instant.as_second(), offset.seconds())
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.seconds
    }

    /// The same instant written in UTC.
    #[must_use]
    pub const fn in_utc(self) -> Self {
        Self { seconds: self.seconds, offset_seconds: 0 }
    }

    /// `YYYY-MM-DD` at the writer's offset.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }

    /// Seconds from `earlier` to `self`; negative when `self` is before it.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.seconds.saturating_sub(earlier.seconds)
    }

    /// Whether it lies beyond the day (`YYYY-MM-DD`, UTC), by more than two clocks may differ.
    #[must_use]
    pub fn is_after_day(self, day: &str, skew_seconds: i64) -> bool {
        self.in_utc().plus_seconds(-skew_seconds).date().as_str() > day
    }

    /// This instant moved by a number of seconds.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = jiff::Timestamp::from_second(self.seconds)
            .and_then(|t| t.checked_add(SignedDuration::from_secs(seconds)))
            .map_or(self.seconds, jiff::Timestamp::as_second);
        Self { seconds: moved, offset_seconds: self.offset_seconds }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.seconds.cmp(&other.seconds)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = jiff::Timestamp::from_second(self.seconds)
            .and_then(|t| t.checked_add(SignedDuration::from_secs(i64::from(self.offset_seconds))))
            .map_err(|_| fmt::Error)?;
        let civil = Offset::UTC.to_datetime(local);
        write!(f, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S"))?;
        if self.offset_seconds == 0 {
            return f.write_str("Z");
        }
        let sign = if self.offset_seconds < 0 { '-' } else { '+' };
        let minutes = self.offset_seconds.unsigned_abs() / 60;
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Reads an optional field that holds a day.
pub(super) fn optional_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    // The field may be left out, and is never null.
    day(deserializer).map(Some)
}

/// Reads a field that holds a day.
pub(super) fn day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_day(&text) { Ok(text) } else { Err(serde::de::Error::custom("expected a day such as 2026-11-20")) }
}

/// Whether `text` is a day of the calendar, `YYYY-MM-DD`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn keeps_the_offset_and_compares_instants() {
        let local = Timestamp::parse("2026-11-23T14:05:00+05:30").expect("time");
        assert_eq!(local.to_string(), "2026-11-23T14:05:00+05:30");
        assert_eq!(local.in_utc().to_string(), "2026-11-23T08:35:00Z");
        assert_eq!(local, local.in_utc());
        assert_eq!(
            Timestamp::parse("2026-11-23T14:05:00-00:30").map(|t| t.to_string()),
            Ok("2026-11-23T14:05:00-00:30".into())
        );
    }

    #[test]
    fn lies_after_a_day_only_beyond_the_allowance() {
        let time = Timestamp::parse("2026-11-24T00:02:00Z").expect("time");
        assert!(time.is_after_day("2026-11-23", 0) && !time.is_after_day("2026-11-23", 300));
        assert!(!time.is_after_day("2026-11-24", 0));
    }

    #[test]
    fn rejects_times_without_offset_or_sense() {
        for text in ["2026-11-23", "2026-11-23T14:05:00", "2026-13-01T00:00:00Z", "yesterday", ""] {
            assert!(Timestamp::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
