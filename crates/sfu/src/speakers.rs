//! Who speaks: the loudness of each microphone over short windows, smoothed, and which few of them are
//! forwarded in a room that limits that. It must not know what the levels are shown as.

use std::time::{Duration, Instant};

use crate::event::{SfuEvent, SpeakerChange};
use crate::face::{RoomId, Sfu, TrackId};
use crate::setup::{Kind, Source};

/// How often speakers are looked at.
pub(crate) const WINDOW: Duration = Duration::from_millis(400);
/// A packet is loud at this many dB below full scale or fewer.
const LOUD_DBOV: u8 = 35;
/// A window is spoken in when this share of its packets is loud.
const LOUD_SHARE: f32 = 0.4;
/// Windows that smoothing reaches over.
const SMOOTHING: f32 = 0.5;
/// Levels are rounded up to multiples of this, so that small changes are not told.
const LEVEL_STEP: f32 = 0.125;
/// One who was among the loudest stays this long, so that breaths do not cut anybody off.
const HOLD: Duration = Duration::from_secs(2);

/// One microphone.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    packets: u32,
    loud: u32,
    energy: f32,
    smoothed: f32,
    told_level: f32,
    told_active: bool,
    /// Whether it is forwarded to subscribers.
    pub(crate) forwarded: bool,
    held_until: Option<Instant>,
}

impl Default for Voice {
    fn default() -> Self {
        Voice { packets: 0, loud: 0, energy: 0.0, smoothed: 0.0, told_level: 0.0, told_active: false, forwarded: true, held_until: None }
    }
}

impl Voice {
    /// Takes the level of one packet: the lower seven bits count dB below full scale.
    pub(crate) fn hear(&mut self, level: u8, _now: Instant) {
        let below = level & 0x7F;
        self.packets += 1;
        if below <= LOUD_DBOV {
            self.loud += 1;
            self.energy += 10_f32.powf(-f32::from(below) / 20.0);
        }
    }

    /// Silence at once, as when the microphone is muted.
    pub(crate) fn hush(&mut self) {
        (self.packets, self.loud, self.energy, self.smoothed) = (0, 0, 0.0, 0.0);
        self.held_until = None;
    }

    /// Ends a window; what has changed for the listeners, if anything.
    fn finish_window(&mut self) -> Option<(f32, bool)> {
        let spoken = self.packets > 0 && self.loud as f32 >= LOUD_SHARE * self.packets as f32;
        let level = if spoken { (self.energy / self.loud as f32).min(1.0) } else { 0.0 };
        (self.packets, self.loud, self.energy) = (0, 0, 0.0);
        self.smoothed += (level - self.smoothed) * SMOOTHING;
        let rounded = ((self.smoothed / LEVEL_STEP).ceil() * LEVEL_STEP).min(1.0);
        let active = rounded > 0.0 && self.smoothed > 0.01;
        let level = if active { rounded } else { 0.0 };
        if !active {
            self.smoothed = 0.0;
        }
        if (level, active) == (self.told_level, self.told_active) {
            return None;
        }
        (self.told_level, self.told_active) = (level, active);
        Some((level, active))
    }
}

impl Sfu {
    /// Ends the window of every room.
    pub(crate) fn update_speakers(&mut self, now: Instant) {
        let rooms: Vec<(RoomId, Option<usize>)> = self.rooms.iter().map(|(id, room)| (id, room.setup.loudest_max)).collect();
        for (room, loudest_max) in rooms {
            let microphones = self.microphones_of(room);
            let mut changes = Vec::new();
            for id in &microphones {
                let Some(track) = self.tracks.find_mut(*id) else { continue };
                if let Some((level, active)) = track.voice.finish_window() {
                    changes.push(SpeakerChange { track: *id, peer: track.peer, level, active });
                }
            }
            if let Some(max) = loudest_max {
                self.choose_loudest(&microphones, max, now);
            }
            if !changes.is_empty() {
                self.events.push_back(SfuEvent::Speakers { room, changes });
            }
        }
    }

    fn microphones_of(&self, room: RoomId) -> Vec<TrackId> {
        let peers = self.rooms.find(room).map(|room| room.peers.as_slice()).unwrap_or_default();
        let tracks = peers.iter().filter_map(|peer| self.peers.find(*peer)).flat_map(|peer| peer.tracks.iter().copied());
        let is_microphone = |id: &TrackId| {
            self.tracks.find(*id).is_some_and(|track| track.kind() == Kind::Audio && track.setup.source == Source::Microphone)
        };
        tracks.filter(is_microphone).collect()
    }

    /// Lets through those who are loud or were a moment ago, the loudest first. A room with no more
    /// microphones than that forwards all of them.
    fn choose_loudest(&mut self, microphones: &[TrackId], max: usize, now: Instant) {
        let mut ranked: Vec<(bool, f32, TrackId)> = Vec::with_capacity(microphones.len());
        for id in microphones {
            let Some(track) = self.tracks.find_mut(*id) else { continue };
            if track.voice.told_active {
                track.voice.held_until = Some(now + HOLD);
            }
            let held = track.voice.held_until.is_some_and(|until| until > now);
            ranked.push((held, track.voice.smoothed, *id));
        }
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        for (rank, (_, _, id)) in ranked.into_iter().enumerate() {
            if let Some(track) = self.tracks.find_mut(id) {
                track.voice.forwarded = rank < max;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::start;

    #[test]
    fn a_voice_is_told_once_per_change() {
        let mut voice = Voice::default();
        let mut told = Vec::new();
        for window in 0..8 {
            for _ in 0..20 {
                voice.hear(if window < 4 { 20 } else { 90 }, start());
            }
            told.push(voice.finish_window());
        }
        assert_eq!(told[0], Some((0.125, true)));
        assert_eq!(told.iter().filter(|change| change.is_some()).count(), 2, "{told:?}");
        assert!(told.contains(&Some((0.0, false))));
    }
}
