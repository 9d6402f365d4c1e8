//! The newest key frame of a layer: where it begins, when it came, and whether all of it is here. It holds
//! numbers, never packets, and decides nothing.

use std::time::{Duration, Instant};

use crate::pool::Parsed;

/// A key frame that is not whole after so long is not waited for any more.
const COMING_MAX: Duration = Duration::from_millis(400);
/// With a key frame younger than this a picture begins at once, with all that followed; an older one would have to be
/// caught up with for longer than a new one takes.
const FRESH_MAX: Duration = Duration::from_millis(500);

/// A key frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyFrame {
    /// Index of its first packet.
    pub(crate) start: u64,
    /// All packets from the start up to here are known.
    next: u64,
    timestamp: u32,
    /// When it began to come.
    pub(crate) began: Instant,
    whole: bool,
}

impl KeyFrame {
    /// Takes the start of a key frame; an older one than what is known changes nothing.
    pub(crate) fn begin(known: &mut Option<KeyFrame>, parsed: &Parsed, now: Instant) {
        let fresh = KeyFrame { start: parsed.index, next: parsed.index, timestamp: parsed.timestamp, began: now, whole: false };
        match known {
            // Several packets of one frame may look like its start; the first one is.
            Some(key) if key.timestamp == parsed.timestamp => {
                if parsed.index < key.start {
                    *key = KeyFrame { began: key.began, ..fresh };
                }
            }
            Some(key) if parsed.index < key.start => {}
            _ => *known = Some(fresh),
        }
    }

    /// Whether a packet of this index may complete it.
    pub(crate) fn lacks(&self, index: u64) -> bool {
        !self.whole && index == self.next
    }

    /// Goes on over the packets that are here, `find` gives timestamp and marker of each; whether it is whole now.
    pub(crate) fn advance(&mut self, find: impl Fn(u64) -> Option<(u32, bool)>) -> bool {
        while !self.whole
            && let Some((timestamp, marker)) = find(self.next)
        {
            self.whole = marker || timestamp != self.timestamp;
            self.next += 1;
        }
        self.whole
    }

    /// Whether the rest of it may still come.
    pub(crate) fn is_coming(&self, now: Instant) -> bool {
        !self.whole && now.saturating_duration_since(self.began) < COMING_MAX
    }

    /// Whether a picture may begin with it.
    pub(crate) fn is_fresh(&self, now: Instant) -> bool {
        self.whole && now.saturating_duration_since(self.began) < FRESH_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::start;

    fn packet(index: u64, timestamp: u32) -> Parsed {
        Parsed { index, timestamp, key_start: true, ..Parsed::default() }
    }

    #[test]
    fn it_is_whole_with_its_last_missing_packet() {
        let mut known = None;
        KeyFrame::begin(&mut known, &packet(7, 3_000), start());
        let mut key = known.expect("begun");
        let here = |missing: u64| move |index: u64| (index < 10 && index != missing).then_some((3_000, index == 9));
        assert!(!key.advance(here(8)));
        assert!(key.lacks(8) && !key.lacks(9));
        assert!(key.is_coming(start()) && !key.is_coming(start() + COMING_MAX));
        assert!(key.advance(here(u64::MAX)));
        assert!(!key.is_coming(start()) && key.is_fresh(start()));
        assert!(!key.is_fresh(start() + FRESH_MAX));
    }

    #[test]
    fn the_next_frame_ends_it_as_well_as_a_marker() {
        let mut known = None;
        KeyFrame::begin(&mut known, &packet(7, 3_000), start());
        let mut key = known.expect("begun");
        assert!(key.advance(|index| Some((if index < 9 { 3_000 } else { 6_000 }, false))));
    }

    #[test]
    fn an_older_start_changes_nothing_and_an_earlier_one_of_the_same_frame_does() {
        let mut known = None;
        for (index, timestamp, begins) in [(20, 9_000, 20), (10, 3_000, 20), (18, 9_000, 18), (19, 9_000, 18), (30, 12_000, 30)] {
            KeyFrame::begin(&mut known, &packet(index, timestamp), start());
            assert_eq!(known.map(|key| key.start), Some(begins));
        }
    }
}
