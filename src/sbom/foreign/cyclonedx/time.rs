//! Times and dates as JSON Schema (RFC 3339) and XML Schema (part 2, sections 3.2.7 and 3.2.9) have them.

/// `YYYY-MM-DDTHH:MM:SS[.f](Z|±HH:MM)`; second 60 only where a leap second can be.
pub(super) fn is_rfc3339(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    let Some(rest) = rest.strip_prefix(['T', 't']) else { return false };
    let Some((clock, zone)) = rest.split_at_checked(8) else { return false };
    let Some((hour, minute, second)) = clock_of(clock) else { return false };
    let zone = match zone.strip_prefix('.') {
        Some(rest) => {
            let zone = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
            if zone.len() == rest.len() {
                return false;
            }
            zone
        }
        None => zone,
    };
    let Some(offset) = (if zone == "z" { Some(0) } else { offset_of(zone) }) else { return false };
    let leap = (hour * 60 + minute - offset).rem_euclid(24 * 60) == 23 * 60 + 59;
    is_date(date) && hour < 24 && minute < 60 && (second < 60 || second == 60 && leap)
}

/// `YYYY-MM-DD`, a day that exists.
pub(super) fn is_date(text: &str) -> bool {
    let fields: Vec<&str> = text.split('-').collect();
    let [year, month, day] = *fields.as_slice() else { return false };
    year.len() == 4 && is_day(year, month, day)
}

/// `xs:dateTime`: the zone may be missing, the year longer or negative, midnight 24:00:00.
pub(super) fn is_xml_date_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let Some((clock, rest)) = rest.split_at_checked(8) else { return false };
    let Some((hour, minute, second)) = clock_of(clock) else { return false };
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let zone = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
            (&rest[..rest.len() - zone.len()], zone)
        }
        None => ("0", rest),
    };
    let midnight = hour == 24 && minute == 0 && second == 0 && fraction.bytes().all(|b| b == b'0');
    is_long_date(date)
        && (hour < 24 && minute < 60 && second < 60 || midnight)
        && !fraction.is_empty()
        && is_xml_zone(zone)
}

/// `xs:date`: with or without a zone.
pub(super) fn is_xml_date(text: &str) -> bool {
    let at = text.char_indices().filter(|(_, letter)| matches!(letter, 'Z' | '+')).map(|(at, _)| at).next();
    let at = at.or_else(|| text.matches('-').count().gt(&2).then(|| text.len().checked_sub(6)).flatten());
    let split = at.and_then(|at| text.split_at_checked(at)).filter(|(date, _)| is_long_date(date));
    split.map_or_else(|| is_long_date(text), |(_, zone)| is_xml_zone(zone))
}

fn is_xml_zone(zone: &str) -> bool {
    zone.is_empty() || offset_of(zone).is_some_and(|offset| offset.abs() <= 14 * 60)
}

fn is_long_date(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let fields: Vec<&str> = digits.split('-').collect();
    let [year, month, day] = *fields.as_slice() else { return false };
    let long = year.len() == 4 || year.len() > 4 && !year.starts_with('0');
    long && year.len() <= 9 && year.bytes().any(|b| b != b'0') && is_day(year, month, day)
}

fn is_day(year: &str, month: &str, day: &str) -> bool {
    let (Some(year), Some(month), Some(day)) = (number(year), pair(month), pair(day)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(leap),
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=last).contains(&day)
}

fn clock_of(text: &str) -> Option<(i32, i32, i32)> {
    let fields: Vec<&str> = text.split(':').collect();
    let [hour, minute, second] = *fields.as_slice() else { return None };
    Some((pair(hour)?, pair(minute)?, pair(second)?))
}

/// Minutes east of UTC.
fn offset_of(zone: &str) -> Option<i32> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match (zone.strip_prefix('+'), zone.strip_prefix('-')) {
        (Some(rest), _) => (1, rest),
        (None, Some(rest)) => (-1, rest),
        (None, None) => return None,
    };
    let (hour, minute) = rest.split_once(':')?;
    let (hour, minute) = (pair(hour)?, pair(minute)?);
    (hour < 24 && minute < 60).then_some(sign * (hour * 60 + minute))
}

fn pair(text: &str) -> Option<i32> {
    (text.len() == 2).then(|| number(text)).flatten()
}

fn number(text: &str) -> Option<i32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{is_rfc3339, is_xml_date, is_xml_date_time};

    #[test]
    fn reads_the_times_that_exist_and_no_others() {
        for text in ["2026-11-23T14:05:00Z", "2024-02-29t23:59:60.123z", "1990-12-31T15:59:60-08:00"] {
            assert!(is_rfc3339(text), "{text}");
        }
        for text in [
            "",
            "2026-11-23",
            "2026-11-23T14:05:00",
            "2026-02-29T14:05:00Z",
            "2026-11-23 14:05:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T14:05:60Z",
            "2026-11-23T14:05:00.Z",
            "2026-11-23T14:05:00+02",
            "2026-1-23T14:05:00Z",
            "2026-11-23T14:05Z",
            "2026-11-23T14:05:00+24:00",
            "2026-11-23T1é:05:00Z",
        ] {
            assert!(!is_rfc3339(text), "{text}");
        }
    }

    #[test]
    fn reads_what_xml_schema_allows_beyond_that() {
        for text in
            ["2026-11-23T14:05:00", "2026-11-23T24:00:00Z", "-0044-03-15T00:00:00.5+14:00", "12026-11-23T00:00:00"]
        {
            assert!(is_xml_date_time(text), "{text}");
        }
        for text in [
            "2026-11-23",
            "2026-11-23T14:05:60Z",
            "2026-11-23T24:00:01",
            "2026-11-23T14:05:00+15:00",
            "0000-01-01T00:00:00",
        ] {
            assert!(!is_xml_date_time(text), "{text}");
        }
        for text in ["2026-11-23", "2026-11-23Z", "2026-11-23-05:00", "2026-11-23+01:00"] {
            assert!(is_xml_date(text), "{text}");
        }
        for text in ["2026-11-31", "2026-11-23T", "2026-11-23-5", "", "-"] {
            assert!(!is_xml_date(text), "{text}");
        }
    }
}
