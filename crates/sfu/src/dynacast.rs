//! Which layers of a track anybody wants: more is told at once, less after a while. Congestion plays no
//! part in it; only what subscribers asked for does.

use std::time::{Duration, Instant};

use crate::event::SfuEvent;
use crate::face::{Sfu, TrackId};
use crate::setup::Kind;

/// How long a layer stays wanted after its last subscriber, or after the track was published.
const LOWER_WAIT: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_secs(10);

/// What was told of one track and what is so.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    layers: usize,
    /// Layers told to the publisher, counted from the lowest; nothing told means all.
    told: Option<usize>,
    actual: usize,
    lower_at: Option<Instant>,
}

impl Wanted {
    pub(crate) fn new(layers: usize, now: Instant) -> Self {
        Wanted { layers, told: None, actual: 0, lower_at: Some(now + FIRST_WAIT) }
    }

    /// Takes how many layers are wanted now; the list to tell when that is more than was told.
    fn update(&mut self, actual: usize, now: Instant) -> Option<Vec<bool>> {
        self.actual = actual;
        match self.told {
            Some(told) if actual < told => {
                self.lower_at.get_or_insert(now + LOWER_WAIT);
                None
            }
            Some(told) if actual == told => {
                self.lower_at = None;
                None
            }
            None if actual == 0 => None,
            _ => self.tell(),
        }
    }

    /// Tells that less is wanted once it has been so for long enough.
    fn lower(&mut self, now: Instant) -> Option<Vec<bool>> {
        self.lower_at.filter(|at| *at <= now)?;
        self.tell()
    }

    fn tell(&mut self) -> Option<Vec<bool>> {
        self.lower_at = None;
        self.told = Some(self.actual);
        Some((0..self.layers).map(|layer| layer < self.actual).collect())
    }
}

impl Sfu {
    /// Looks again at what the subscribers of a track want.
    pub(crate) fn update_wanted(&mut self, id: TrackId, now: Instant) {
        let Some(track) = self.tracks.find(id).filter(|track| track.kind() == Kind::Video) else {
            return;
        };
        let downs = track.downs.iter().filter_map(|down| self.downs.find(*down));
        let wanted = downs.map(|down| crate::allocate::layers_wanted(&down.settings, track)).max().unwrap_or(0);
        let publisher = track.peer;
        let Some(track) = self.tracks.find_mut(id) else { return };
        if let Some(wanted) = track.wanted.update(wanted, now) {
            track.forget_silent_layers(now);
            self.events.push_back(SfuEvent::LayersWanted { track: id, wanted });
        }
        self.touch(publisher);
    }

    /// Tells what has been unwanted for long enough.
    pub(crate) fn lower_wanted(&mut self, id: TrackId, now: Instant) {
        let Some(track) = self.tracks.find_mut(id).filter(|track| track.kind() == Kind::Video) else {
            return;
        };
        if let Some(wanted) = track.wanted.lower(now) {
            self.events.push_back(SfuEvent::LayersWanted { track: id, wanted });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::start;

    #[test]
    fn raised_at_once_and_lowered_after_five_seconds() {
        let mut wanted = Wanted::new(3, start());
        assert_eq!(wanted.update(0, start()), None);
        assert_eq!(wanted.update(2, start()), Some(vec![true, true, false]));
        assert_eq!(wanted.update(3, start()), Some(vec![true, true, true]));
        assert_eq!(wanted.update(0, start()), None);
        assert_eq!(wanted.lower(start() + LOWER_WAIT / 2), None);
        assert_eq!(wanted.lower(start() + LOWER_WAIT), Some(vec![false; 3]));
        assert_eq!(wanted.lower(start() + 2 * LOWER_WAIT), None);
    }

    #[test]
    fn a_track_that_nobody_watches_is_off_after_ten_seconds() {
        let mut wanted = Wanted::new(1, start());
        assert_eq!(wanted.lower(start() + LOWER_WAIT), None);
        assert_eq!(wanted.lower(start() + FIRST_WAIT), Some(vec![false]));
    }
}
