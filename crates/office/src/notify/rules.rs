//! What a member may wish for: pure decisions over plain values.

use std::collections::BTreeSet;

/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;
/// Characters of the longest name of a time zone, with room to spare.
const TIME_ZONE_CHARS_MAX: usize = 64;

/// What a member wants to be told, and when quietly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    /// Kinds that are not told at all.
    pub(super) switched_off: BTreeSet<String>,
    pub(super) quiet: Quiet,
}

/// Hours in which notices are kept and counted, but nothing pops up and nothing rings. A device decides it, because
/// it knows the calendars of the world's time zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quiet {
    pub(super) on: bool,
    /// Minutes after midnight; the end may lie on the next day, and equal ends mean the whole day.
    pub(super) from_minute: i64,
    pub(super) to_minute: i64,
    /// As IANA names it.
    pub(super) time_zone: String,
}

impl Default for Settings {
    fn default() -> Settings {
        let quiet = Quiet { on: false, from_minute: 22 * 60, to_minute: 8 * 60, time_zone: "Asia/Shanghai".to_owned() };
        Settings { switched_off: BTreeSet::new(), quiet }
    }
}

/// What is wrong with quiet hours, as the name of the field.
pub(super) fn fault_in_quiet(quiet: &Quiet) -> Option<&'static str> {
    let minutes = 0..DAY_MINUTES;
    if !minutes.contains(&quiet.from_minute) {
        return Some("from_minute");
    }
    if !minutes.contains(&quiet.to_minute) {
        return Some("to_minute");
    }
    (!is_time_zone(&quiet.time_zone)).then_some("time_zone")
}

/// Whether it could name a time zone. Which names exist changes every year, and devices know.
fn is_time_zone(text: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '_' | '-' | '+');
    (1..=TIME_ZONE_CHARS_MAX).contains(&text.len())
        && text.chars().all(is_part)
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from_minute: i64, to_minute: i64, time_zone: &str) -> Option<&'static str> {
        fault_in_quiet(&Quiet { on: true, from_minute, to_minute, time_zone: time_zone.to_owned() })
    }

    #[test]
    fn quiet_hours_name_the_field_that_is_wrong() {
        assert_eq!(quiet(1320, 480, "America/Argentina/ComodRivadavia"), None);
        assert_eq!(quiet(0, 1439, "Etc/GMT+8"), None);
        assert_eq!(quiet(-1, 480, "UTC"), Some("from_minute"));
        assert_eq!(quiet(0, 1440, "UTC"), Some("to_minute"));
        for zone in ["", "8", "Asia/上海", "../etc/passwd", "Asia Shanghai"] {
            assert_eq!(quiet(0, 0, zone), Some("time_zone"), "{zone}");
        }
        assert_eq!(fault_in_quiet(&Settings::default().quiet), None);
    }
}
