//! What a receiver saw and heard, source by source: a decoder that decodes nothing. A frame counts as shown when
//! all its packets are here and the frame it needs was shown, as with a real decoder.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::frame::{AudioStamp, Descriptor, VideoStamp};

/// Frames that may be incomplete at a time, per stream.
const PARTIAL_MAX: usize = 128;
/// Shown frames that are remembered as references, per stream.
const SHOWN_MAX: usize = 64;
/// Layers a camera has at most.
pub(crate) const LAYERS_MAX: usize = 3;
/// A whole frame waits so long for one before it that it does not need, as in a browser's jitter buffer.
const LATE_MAX: Duration = Duration::from_millis(100);
/// A picture that stands still for so long is a freeze.
const FREEZE: Duration = Duration::from_millis(500);

/// The video of one source in the current window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoSeen {
    /// Frames shown.
    pub frames: u64,
    /// Key frames among them.
    pub key_frames: u64,
    /// Frames by layer, lowest first.
    pub by_layer: [u64; LAYERS_MAX],
    /// The layer of the newest frame.
    pub layer: Option<u8>,
    /// The first frame of the window.
    pub first_at: Option<Instant>,
    /// The newest frame.
    pub last_at: Option<Instant>,
    /// The longest time between two frames.
    pub longest_gap: Duration,
    /// Gaps of half a second and more.
    pub freezes: u64,
    /// The longest way from camera to eye.
    pub delay_max: Duration,
    /// All ways together; divide by `frames`.
    pub delay_sum: Duration,
    /// Neighbours in sequence numbers that are no neighbours in picture ids.
    pub picture_breaks: u64,
    /// How far the RTP clock was from the camera's between two shown frames, at most.
    pub clock_error_max: Duration,
    /// Key frames that had to be asked for.
    pub key_requests: u64,
}

/// The audio of one source in the current window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioSeen {
    /// Packets heard.
    pub packets: u64,
    /// The same packet again.
    pub repeated: u64,
    /// The first packet of the window.
    pub first_at: Option<Instant>,
    /// The newest packet.
    pub last_at: Option<Instant>,
    /// The longest time between two packets.
    pub longest_gap: Duration,
    /// The longest way from mouth to ear.
    pub delay_max: Duration,
    /// Numbers of the first and the newest packet.
    pub numbers: Option<(u32, u32)>,
}

impl AudioSeen {
    /// Packets that were spoken and not heard, between the first and the newest.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.numbers.map_or(0, |(first, last)| u64::from(last - first + 1).saturating_sub(self.packets))
    }
}

/// Everything one receiver saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) video: BTreeMap<u32, VideoSeen>,
    pub(crate) audio: BTreeMap<u32, AudioSeen>,
    screens: BTreeMap<u32, Screen>,
    ears: BTreeMap<u32, BTreeSet<u32>>,
}

/// The decoder of one stream.
#[derive(Debug, Default)]
struct Screen {
    partial: BTreeMap<(u32, u8), Partial>,
    shown: BTreeSet<(u32, u8)>,
    newest: Option<Shown>,
    last_packet: Option<(u64, u16, bool)>,
    heard_at: Option<Instant>,
    stuck_since: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Shown {
    source: u32,
    /// The newest of its packets.
    sequence: u64,
    captured_us: u64,
    time: u32,
}

#[derive(Debug)]
struct Partial {
    stamp: VideoStamp,
    /// The newest of its packets.
    sequence: u64,
    time: u32,
    have: BTreeSet<u8>,
    whole_at: Option<Instant>,
}

/// A packet of a stream as it came in.
pub(crate) struct Packet {
    pub(crate) ssrc: u32,
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    pub(crate) marker: bool,
}

impl Seen {
    /// Begins a new window; decoders go on.
    pub(crate) fn forget(&mut self) {
        self.video.clear();
        self.audio.clear();
    }

    pub(crate) fn see(&mut self, packet: &Packet, descriptor: &Descriptor, stamp: &VideoStamp, epoch: Instant, now: Instant) {
        let screen = self.screens.entry(packet.ssrc).or_default();
        let seen = self.video.entry(stamp.source).or_default();
        screen.heard_at = Some(now);
        if screen.breaks_pictures(packet, descriptor) {
            seen.picture_breaks += 1;
        }
        screen.collect(packet, stamp, now);
        while let Some((shown, partial)) = screen.next_shown(now) {
            let clock_error = screen.clock_error(&shown);
            screen.stuck_since = None;
            let _ = screen.newest.replace(shown);
            seen.count(&partial, clock_error, epoch, now);
        }
        if !screen.partial.is_empty() {
            screen.stuck_since.get_or_insert(now);
        }
    }

    /// A packet of a microphone; `redundant`: as part of a later one.
    pub(crate) fn hear(&mut self, ssrc: u32, stamp: &AudioStamp, redundant: bool, epoch: Instant, now: Instant) {
        let heard = self.ears.entry(ssrc ^ stamp.source.rotate_left(16)).or_default();
        let seen = self.audio.entry(stamp.source).or_default();
        if !heard.insert(stamp.number) {
            seen.repeated += u64::from(!redundant);
            return;
        }
        if heard.len() > 2 * SHOWN_MAX {
            heard.pop_first();
        }
        seen.packets += 1;
        if let Some(last) = seen.last_at {
            seen.longest_gap = seen.longest_gap.max(now.saturating_duration_since(last));
        }
        seen.first_at.get_or_insert(now);
        seen.last_at = Some(now);
        let way = now.saturating_duration_since(epoch + Duration::from_micros(stamp.captured_us));
        seen.delay_max = seen.delay_max.max(way);
        let (first, last) = seen.numbers.unwrap_or((stamp.number, stamp.number));
        seen.numbers = Some((first.min(stamp.number), last.max(stamp.number)));
    }

    /// Streams whose packets arrive but show nothing since `patience`; each is named once per `patience`.
    pub(crate) fn stuck(&mut self, patience: Duration, now: Instant) -> Vec<u32> {
        let mut stuck = Vec::new();
        for (ssrc, screen) in &mut self.screens {
            let flows = screen.heard_at.is_some_and(|at| now.saturating_duration_since(at) < patience);
            let waits = screen.stuck_since.is_some_and(|since| now.saturating_duration_since(since) >= patience);
            if flows && waits {
                screen.stuck_since = Some(now);
                stuck.push(*ssrc);
                if let Some(partial) = screen.partial.values().next() {
                    self.video.entry(partial.stamp.source).or_default().key_requests += 1;
                }
            }
        }
        stuck
    }
}

impl VideoSeen {
    fn count(&mut self, partial: &Partial, clock_error: Duration, epoch: Instant, now: Instant) {
        let stamp = &partial.stamp;
        self.frames += 1;
        self.key_frames += u64::from(stamp.key);
        if let Some(count) = self.by_layer.get_mut(usize::from(stamp.layer)) {
            *count += 1;
        }
        self.layer = Some(stamp.layer);
        if let Some(last) = self.last_at {
            let gap = now.saturating_duration_since(last);
            self.longest_gap = self.longest_gap.max(gap);
            self.freezes += u64::from(gap >= FREEZE);
        }
        self.first_at.get_or_insert(now);
        self.last_at = Some(now);
        let way = now.saturating_duration_since(epoch + Duration::from_micros(stamp.captured_us));
        self.delay_max = self.delay_max.max(way);
        self.delay_sum += way;
        self.clock_error_max = self.clock_error_max.max(clock_error);
    }
}

impl Screen {
    /// Whether two packets in a row, without loss between them, jump in picture ids.
    fn breaks_pictures(&mut self, packet: &Packet, descriptor: &Descriptor) -> bool {
        let last = self.last_packet.replace((packet.sequence, descriptor.picture, packet.marker));
        let Some((sequence, picture, marker)) = last else { return false };
        if packet.sequence != sequence + 1 {
            return false;
        }
        let expected = if marker { (picture + 1) & 0x7fff } else { picture };
        descriptor.picture != expected || descriptor.start != marker
    }

    fn collect(&mut self, packet: &Packet, stamp: &VideoStamp, now: Instant) {
        // Not by the camera's count: the first frame of another layer may be older than what was shown.
        if self.newest.is_some_and(|newest| newest.source == stamp.source && packet.sequence < newest.sequence) {
            return;
        }
        let fresh = || Partial { stamp: *stamp, sequence: packet.sequence, time: packet.time, have: BTreeSet::new(), whole_at: None };
        let partial = self.partial.entry((stamp.frame, stamp.layer)).or_insert_with(fresh);
        if partial.stamp.source != stamp.source {
            *partial = fresh();
        }
        partial.have.insert(stamp.index);
        partial.sequence = partial.sequence.max(packet.sequence);
        if partial.have.len() == usize::from(partial.stamp.total) {
            partial.whole_at.get_or_insert(now);
        }
        if self.partial.len() > PARTIAL_MAX {
            self.partial.pop_first();
        }
    }

    /// The oldest frame that can be shown now.
    fn next_shown(&mut self, now: Instant) -> Option<(Shown, Partial)> {
        let can = |(key, partial): (&(u32, u8), &Partial)| {
            let needs = partial.stamp.needs.map(|needs| (needs, key.1));
            let same = self.newest.is_some_and(|newest| newest.source == partial.stamp.source);
            let ready = partial.stamp.key || (same && needs.is_some_and(|needs| self.shown.contains(&needs)));
            (ready && partial.whole_at.is_some_and(|at| !self.may_wait(partial, at, now))).then_some(*key)
        };
        let key = self.partial.iter().find_map(can)?;
        let partial = self.partial.remove(&key)?;
        let stamp = partial.stamp;
        self.partial.retain(|_, other| other.stamp.source == stamp.source && other.sequence > partial.sequence);
        if stamp.key {
            self.shown.clear();
        }
        self.shown.insert(key);
        if self.shown.len() > SHOWN_MAX {
            self.shown.pop_first();
        }
        Some((Shown { source: stamp.source, sequence: partial.sequence, captured_us: stamp.captured_us, time: partial.time }, partial))
    }

    /// Whether packets before a whole frame are missing and may still come.
    fn may_wait(&self, partial: &Partial, whole_at: Instant, now: Instant) -> bool {
        let first = (partial.sequence + 1).saturating_sub(u64::from(partial.stamp.total));
        let gap = self.newest.is_some_and(|newest| first > newest.sequence + 1);
        gap && !partial.stamp.key && now.saturating_duration_since(whole_at) < LATE_MAX
    }

    fn clock_error(&self, shown: &Shown) -> Duration {
        let Some(before) = self.newest.filter(|before| before.source == shown.source) else { return Duration::ZERO };
        let camera = i64::try_from(shown.captured_us).unwrap_or(0) - i64::try_from(before.captured_us).unwrap_or(0);
        let ticks = i64::from(shown.time.wrapping_sub(before.time).cast_signed());
        Duration::from_micros((ticks * 100 / 9 - camera).unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "virtual time needs an epoch")]
    fn epoch() -> Instant {
        Instant::now()
    }

    fn show(frames: &[(u32, u8, Option<u32>, u8)]) -> VideoSeen {
        let (mut seen, epoch) = (Seen::default(), epoch());
        let sent_before = |this: (u32, u8)| frames.iter().filter(|(frame, index, ..)| (*frame, *index) < this).count() as u64;
        for (step, (frame, index, needs, total)) in frames.iter().enumerate() {
            let stamp = VideoStamp {
                source: 1,
                layer: 0,
                key: needs.is_none(),
                index: *index,
                total: *total,
                frame: *frame,
                needs: *needs,
                captured_us: u64::from(*frame) * 100_000,
            };
            let picture = u16::try_from(*frame).expect("small");
            let descriptor = Descriptor { start: *index == 0, picture, tl0: 0, temporal: 0, key_index: 0 };
            let packet = Packet { ssrc: 5, sequence: sent_before((*frame, *index)), time: frame * 9_000, marker: index + 1 == *total };
            seen.see(&packet, &descriptor, &stamp, epoch, epoch + Duration::from_millis(step as u64 * 100));
        }
        seen.video.remove(&1).expect("seen")
    }

    #[test]
    fn a_frame_is_shown_when_it_is_whole_and_its_reference_was_shown() {
        let seen = show(&[(1, 0, None, 2), (1, 1, None, 2), (3, 0, Some(2), 1), (2, 0, Some(1), 1)]);
        assert_eq!(seen.frames, 3, "the third waited for the second");
        assert_eq!(seen.longest_gap, Duration::from_millis(200));
        assert_eq!(seen.clock_error_max, Duration::ZERO);
    }

    #[test]
    fn without_its_reference_nothing_is_shown_until_a_key_frame() {
        let seen = show(&[(1, 0, None, 1), (3, 0, Some(2), 1), (4, 0, Some(3), 1), (5, 0, None, 1), (6, 0, Some(5), 1)]);
        assert_eq!((seen.frames, seen.key_frames), (3, 2));
        assert_eq!(seen.picture_breaks, 1, "2 is missing though no packet is");
    }
}
