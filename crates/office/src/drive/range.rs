//! Which bytes of a file are asked for. Pure: it reads a stranger's header and never fails on it.

use std::ops::Range;

/// What a `Range` header wants of so many bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Everything: there is no header, or one that means nothing to us and must then be passed over.
    All,
    /// These bytes, at least one.
    Part(Range<u64>),
    /// Bytes that are not there.
    Nowhere,
}

/// Reads the header. Several parts at once are answered with everything, as servers may.
pub(super) fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(ranges) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else { return Wanted::All };
    let Some((first, last)) = ranges.split_once('-').filter(|_| !ranges.contains(',')) else { return Wanted::All };
    let (first, last) = (first.trim(), last.trim());
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(count)) if first.is_empty() => size.saturating_sub(count)..size,
        _ => return Wanted::All,
    };
    if range.is_empty() { Wanted::Nowhere } else { Wanted::Part(range) }
}

/// A row of digits; one that is too long for us lies beyond every file.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Whether one of the tags of an `If-None-Match` or `If-Range` header is that of the bytes.
pub(super) fn names(header: &str, tag: &str) -> bool {
    header.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_or_said_to_be_nowhere() {
        for (header, size, expected) in [
            ("bytes=0-0", 10, Wanted::Part(0..1)),
            ("bytes=0-", 10, Wanted::Part(0..10)),
            ("bytes=9-", 10, Wanted::Part(9..10)),
            ("bytes=2-99999999999999999999999", 10, Wanted::Part(2..10)),
            ("bytes=-4", 10, Wanted::Part(6..10)),
            ("bytes=-99", 10, Wanted::Part(0..10)),
            ("bytes=10-", 10, Wanted::Nowhere),
            ("bytes=-0", 10, Wanted::Nowhere),
            ("bytes=0-", 0, Wanted::Nowhere),
            ("bytes=5-2", 10, Wanted::All),
            ("bytes=0-1,3-4", 10, Wanted::All),
            ("bytes=a-b", 10, Wanted::All),
            ("bytes=+1-2", 10, Wanted::All),
            ("bytes=-", 10, Wanted::All),
            ("pages=1-2", 10, Wanted::All),
            ("", 10, Wanted::All),
        ] {
            assert_eq!(wanted(Some(header), size), expected, "{header}");
        }
        assert_eq!(wanted(None, 10), Wanted::All);
    }

    #[test]
    fn no_header_breaks_it() {
        let pieces = ["bytes=", "-", ",", "0", "18446744073709551615", "18446744073709551616", "é", " ", "=", "\t", "5"];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut header = String::new();
            for _ in 0..6 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = usize::try_from(state >> 33).unwrap_or(0) % pieces.len();
                header.push_str(pieces.get(place).copied().unwrap_or_default());
            }
            let size = state % 100;
            if let Wanted::Part(range) = wanted(Some(&header), size) {
                assert!(range.start < range.end && range.end <= size, "{header} of {size}");
            }
        }
    }

    #[test]
    fn tags_are_found_in_lists() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\"") && !names("\"a\"", "\"b\""));
    }
}
