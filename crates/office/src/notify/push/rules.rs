//! When a push may go and how much it says: pure decisions over plain values.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::clock::Time;

use super::super::rules::Quiet;

/// The pause after the first failure; it doubles with each one.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const PAUSE_MAX: Duration = Duration::from_secs(3_600);

/// Whether it is quiet for somebody now. In a time zone that nobody knows it never is.
pub(super) fn is_quiet(quiet: &Quiet, now: Time) -> bool {
    if !quiet.on {
        return false;
    }
    let (Ok(zone), Ok(now)) = (TimeZone::get(&quiet.time_zone), Timestamp::from_millisecond(now.as_ms())) else { return false };
    let local = zone.to_datetime(now);
    let minute = i64::from(local.hour()) * 60 + i64::from(local.minute());
    let (from, to) = (quiet.from_minute, quiet.to_minute);
    if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to }
}

/// Not before a device that was in use has rested for a while.
pub(super) fn not_before(last_active: Option<Time>, grace: Duration, now: Time) -> Time {
    last_active.map_or(now, |last| (last + grace).max(now))
}

/// How long to wait after so many tries.
pub(super) fn pause_after(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(PAUSE_MAX)
}

/// The beginning of a text, with a sign when there is more.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(chars_max).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// What a push service's answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    /// The browser is not known there any more.
    Gone,
    /// It may be taken later, at the earliest after so long if the service says so.
    Later(Option<Duration>),
    /// It never will.
    Refused,
}

pub(super) fn verdict(status: u16, retry_after_s: Option<u64>) -> Verdict {
    match status {
        200..=299 => Verdict::Taken,
        404 | 410 => Verdict::Gone,
        408 | 429 | 500..=599 => Verdict::Later(retry_after_s.map(|s| Duration::from_secs(s).min(PAUSE_MAX))),
        _ => Verdict::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 23 November 2026, 09:00 in Beijing, 02:00 in Berlin.
    const MONDAY: Time = Time::from_ms(1_795_395_600_000);
    const MINUTE: Duration = Duration::from_secs(60);

    fn quiet(from_minute: i64, to_minute: i64, zone: &str) -> bool {
        is_quiet(&Quiet { on: true, from_minute, to_minute, time_zone: zone.to_owned() }, MONDAY)
    }

    #[test]
    fn quiet_hours_are_meant_where_they_were_chosen() {
        let (night, morning) = (22 * 60, 8 * 60);
        assert!(quiet(night, morning, "Europe/Berlin") && !quiet(night, morning, "Asia/Shanghai"));
        assert!(quiet(9 * 60, 9 * 60 + 1, "Asia/Shanghai"), "the first minute is quiet");
        assert!(!quiet(8 * 60, 9 * 60, "Asia/Shanghai"), "the last one is not");
        assert!(quiet(600, 600, "UTC"), "equal ends are the whole day");
        assert!(!quiet(0, 0, "Nowhere/Land"));
        let off = Quiet { on: false, from_minute: 0, to_minute: 0, time_zone: "UTC".to_owned() };
        assert!(!is_quiet(&off, MONDAY));
    }

    #[test]
    fn a_device_rests_before_it_is_disturbed() {
        assert_eq!(not_before(None, MINUTE, MONDAY), MONDAY);
        assert_eq!(not_before(Some(MONDAY - MINUTE / 3), MINUTE, MONDAY), MONDAY + MINUTE * 2 / 3);
        assert_eq!(not_before(Some(MONDAY - MINUTE * 2), MINUTE, MONDAY), MONDAY);
    }

    #[test]
    fn answers_are_understood() {
        assert_eq!(verdict(201, None), Verdict::Taken);
        assert_eq!((verdict(404, None), verdict(410, None)), (Verdict::Gone, Verdict::Gone));
        assert_eq!(verdict(429, Some(90)), Verdict::Later(Some(Duration::from_secs(90))));
        assert_eq!(verdict(429, Some(u64::MAX)), Verdict::Later(Some(PAUSE_MAX)));
        assert_eq!(verdict(503, None), Verdict::Later(None));
        for status in [301, 400, 401, 403, 413] {
            assert_eq!(verdict(status, None), Verdict::Refused, "{status}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("今天的窑炉", 3), "今天的…");
        assert_eq!(shortened("今天", 3), "今天");
    }
}
