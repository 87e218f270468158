//! Patience: how long to wait before asking again.

use std::time::Duration;

use rand_core::{OsRng, RngCore};

/// Most tries of one request.
pub(super) const TRIES: u32 = 4;

/// Longest wait that a service may ask for (RFC 9110 section 10.2.3).
const LONGEST: u64 = 60;

/// Doubles with each failed try (1 is the first), and is between half of that and all of it by chance,
/// so that jobs which failed together do not come back together.
pub(super) fn pause(base: Duration, failed: u32) -> Duration {
    let full = base.saturating_mul(1 << failed.saturating_sub(1).min(10));
    let chance = OsRng.next_u32() % 1000;
    full / 2 + full.saturating_mul(chance) / 2000
}

/// What `Retry-After` says: seconds to wait, or too many of them. A date is not read: our own pause is taken.
pub(super) fn asked_pause(header: Option<&str>) -> Result<Option<Duration>, u64> {
    let Some(seconds) = header.and_then(|text| text.trim().parse::<u64>().ok()) else {
        return Ok(None);
    };
    if seconds > LONGEST { Err(seconds) } else { Ok(Some(Duration::from_secs(seconds))) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{asked_pause, pause};

    #[test]
    fn waits_longer_each_time_and_never_more_than_twice_the_last() {
        let base = Duration::from_millis(500);
        for (failed, most) in [(1, 500), (2, 1000), (3, 2000)] {
            for _ in 0..50 {
                let pause = pause(base, failed).as_millis();
                assert!((most / 2..=most).contains(&pause), "{failed}: {pause}");
            }
        }
        assert_eq!(pause(Duration::ZERO, 3), Duration::ZERO);
    }

    #[test]
    fn honours_the_seconds_that_a_service_asks_for_up_to_a_minute() {
        assert_eq!(asked_pause(Some(" 0 ")), Ok(Some(Duration::ZERO)));
        assert_eq!(asked_pause(Some("60")), Ok(Some(Duration::from_secs(60))));
        assert_eq!(asked_pause(Some("61")), Err(61));
        for other in [None, Some("Wed, 21 Oct 2026 07:28:00 GMT"), Some("-1"), Some("")] {
            assert_eq!(asked_pause(other), Ok(None), "{other:?}");
        }
    }
}
