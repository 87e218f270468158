//! The one modification time of a container, as ZIP writes it (APPNOTE 4.4.6: MS-DOS date and time).
//!
//! It is a note for people, never evidence: trusted times come from stamps.

use std::fmt;

use crate::model::time::Timestamp;

/// An MS-DOS date and time in UTC: 1980-01-01 to 2107-12-31, even seconds.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DosTime {
    time: u16,
    date: u16,
}

/// 1980-01-01 00:00:00, the earliest that can be written.
const FIRST: DosTime = DosTime { time: 0, date: 1 << 5 | 1 };

/// 2107-12-31 23:59:58, the latest.
const LAST: DosTime = DosTime { time: 23 << 11 | 59 << 5 | 29, date: 127 << 9 | 12 << 5 | 31 };

impl DosTime {
    /// From the two header fields; `None` for a day or time that does not exist.
    #[must_use]
    pub fn from_fields(time: u16, date: u16) -> Option<Self> {
        let parsed = Self { time, date };
        let (year, month, day) = parsed.year_month_day();
        let real_day = jiff::civil::Date::new(year, month, day).is_ok();
        let (hour, minute, second) = parsed.hour_minute_second();
        (real_day && hour < 24 && minute < 60 && second < 60).then_some(parsed)
    }

    pub(super) const fn time(self) -> u16 {
        self.time
    }

    pub(super) const fn date(self) -> u16 {
        self.date
    }

    fn year_month_day(self) -> (i16, i8, i8) {
        let field = |shift: u32, mask: u16| i8::try_from(self.date >> shift & mask).unwrap_or(0);
        (1980 + i16::from(field(9, 127)), field(5, 15), field(0, 31))
    }

    const fn hour_minute_second(self) -> (u16, u16, u16) {
        (self.time >> 11, self.time >> 5 & 63, (self.time & 31) * 2)
    }
}

impl Default for DosTime {
    fn default() -> Self {
        FIRST
    }
}

/// UTC, odd seconds rounded down; instants outside the range become its nearest end.
impl From<Timestamp> for DosTime {
    fn from(instant: Timestamp) -> Self {
        let Ok(utc) = jiff::Timestamp::from_second(instant.unix()) else { return FIRST };
        let civil = jiff::tz::Offset::UTC.to_datetime(utc);
        if civil.year() < 1980 {
            return FIRST;
        }
        if civil.year() > 2107 {
            return LAST;
        }
        let part = |value: i8| u16::from(value.unsigned_abs());
        let years = u16::try_from(civil.year() - 1980).unwrap_or(0);
        Self {
            time: part(civil.hour()) << 11 | part(civil.minute()) << 5 | (part(civil.second()) / 2),
            date: years << 9 | part(civil.month()) << 5 | part(civil.day()),
        }
    }
}

impl fmt::Display for DosTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        let (hour, minute, second) = self.hour_minute_second();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Debug for DosTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::DosTime;
    use crate::model::time::Timestamp;

    fn dos(text: &str) -> DosTime {
        DosTime::from(Timestamp::parse(text).expect("time"))
    }

    #[test]
    fn writes_utc_in_even_seconds_and_keeps_to_its_range() {
        for (given, written) in [
            ("2026-11-23T14:05:01+01:00", "2026-11-23T13:05:00Z"),
            ("1980-01-01T00:00:00Z", "1980-01-01T00:00:00Z"),
            ("1970-01-01T00:00:00Z", "1980-01-01T00:00:00Z"),
            ("2107-12-31T23:59:59Z", "2107-12-31T23:59:58Z"),
            ("2108-01-01T00:00:00Z", "2107-12-31T23:59:58Z"),
        ] {
            assert_eq!(dos(given).to_string(), written);
        }
        assert_eq!(DosTime::default(), dos("1980-01-01T00:00:00Z"));
    }

    #[test]
    fn rejects_days_and_times_that_do_not_exist() {
        let leap = dos("2028-02-29T12:00:00Z");
        assert_eq!(DosTime::from_fields(leap.time(), leap.date()), Some(leap));
        let date = |year: u16, month: u16, day: u16| (year - 1980) << 9 | month << 5 | day;
        for bad in [0, date(1980, 0, 1), date(1980, 13, 1), date(1980, 1, 0), date(2027, 2, 29), date(2100, 2, 29)] {
            assert_eq!(DosTime::from_fields(0, bad), None, "{bad:#x}");
        }
        for bad in [24 << 11, 60 << 5, 30] {
            assert_eq!(DosTime::from_fields(bad, date(2026, 1, 1)), None, "{bad:#x}");
        }
    }
}
