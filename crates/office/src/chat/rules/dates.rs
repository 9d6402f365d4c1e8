//! Days as people count them, by a clock that is a fixed time ahead of UTC.

use kernel::clock::Time;

use super::super::errors::Refused;

const DAY_MS: i64 = 86_400_000;
/// No clock on earth is further ahead of UTC, or behind it.
const OFFSET_MINUTES_MAX: i64 = 16 * 60;

/// The days of a month such as `2026-11`, each with its number, its beginning and its end.
pub(in super::super) fn days_of(month: &str, offset_minutes: i64) -> Result<Vec<(i64, Time, Time)>, Refused> {
    if !(-OFFSET_MINUTES_MAX..=OFFSET_MINUTES_MAX).contains(&offset_minutes) {
        return Err(Refused::Field("offset_minutes"));
    }
    let (year, month) = parse(month).ok_or(Refused::Field("month"))?;
    let first = days_before(year, month);
    let next = if month == 12 { days_before(year + 1, 1) } else { days_before(year, month + 1) };
    let midnight = |day: i64| Time::from_ms(day * DAY_MS - offset_minutes * 60_000);
    Ok((first..next).map(|day| (day - first + 1, midnight(day), midnight(day + 1))).collect())
}

fn parse(text: &str) -> Option<(i64, i64)> {
    let (year, month) = text.split_once('-')?;
    let is_number = |part: &str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(year, 4) || !is_number(month, 2) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    ((1970..=9999).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

/// Days from the beginning of 1970 to the first of that month, of the Gregorian calendar.
fn days_before(year: i64, month: i64) -> i64 {
    // Years that begin with March end with the leap day, and their months have 153 days in every five.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_days() {
        let november = days_of("2026-11", 480).expect("a month");
        assert_eq!(november.len(), 30);
        // Monday, 23 November 2026, 09:00 in Beijing.
        let monday = Time::from_ms(1_795_395_600_000);
        let day = november.iter().find(|(_, since, till)| *since <= monday && monday < *till);
        assert_eq!(day.map(|(number, ..)| *number), Some(23));
        let lengths = ["2024-02", "2023-02", "2000-02", "2100-02", "1999-12"].map(|month| days_of(month, 0).map(|days| days.len()));
        assert_eq!(lengths, [Ok(29), Ok(28), Ok(29), Ok(28), Ok(31)]);
        assert_eq!(days_of("1970-01", 0).expect("a month")[0], (1, Time::from_ms(0), Time::from_ms(DAY_MS)));
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for month in ["2026", "2026-13", "2026-1", "2026-00", "+026-01", "1969-12", "2026-11-01", ""] {
            assert_eq!(days_of(month, 0), Err(Refused::Field("month")), "{month}");
        }
        assert_eq!(days_of("2026-11", 961), Err(Refused::Field("offset_minutes")));
    }
}
