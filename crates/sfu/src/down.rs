//! One track on its way to one subscriber: which layer is sent, from which packet on, and under which
//! numbers. It decides packet by packet and queues nothing away from its own subscriber.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::face::{PeerId, SfuError, TrackId};
use crate::measure::{Rate, bits};
use crate::pool::{PacketRef, Parsed};
use crate::rewrite::{Continuation, Rewriter, Rewritten};
use crate::rtcp::SenderTimes;
use crate::setup::{DownSettings, DownSetup, Kind};
use crate::srtp::{Sealer, StreamKey};
use crate::stats::DownStats;
use crate::track::{Clock, Layer, Track};

/// A jump of this many packets is not loss: the source started over.
const JUMP_MAX: u64 = 4_000;
/// Sender reports remembered for the round trip.
const REPORTS_MAX: usize = 4;

/// Packets sent again within one round trip.
const RESENT_MAX: usize = 128;
/// Packets that were asked for and are not here, at a time.
const AWAITED_MAX: usize = 64;
const RESEND_PAUSE_MIN: Duration = Duration::from_millis(20);

/// One packet that waits to be sealed for one subscriber.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Descriptor {
    pub(crate) packet: PacketRef,
    pub(crate) numbers: Rewritten,
}

/// What [`Down::accept`] found out besides the numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The packet is to be sent under these numbers.
    pub(crate) numbers: Option<Rewritten>,
    /// A key frame of this layer is needed.
    pub(crate) key_frame_of: Option<u8>,
    /// The packet came too late for its place.
    pub(crate) late: bool,
}

/// A down track, seen from outside only by its id.
pub struct Down {
    pub(crate) subscriber: PeerId,
    pub(crate) track: TrackId,
    pub(crate) setup: DownSetup,
    pub(crate) settings: DownSettings,
    pub(crate) kind: Kind,
    clock_rate_hz: u32,
    pub(crate) vp8: bool,
    pub(crate) stream: Option<StreamKey>,
    pub(crate) rtx_stream: Option<StreamKey>,
    pub(crate) rtx_next: u64,
    rewriter: Rewriter,
    /// The layer that is being sent.
    current: Option<u8>,
    /// The layer that is aimed at; `None` when nothing is to be sent.
    target: Option<u8>,
    /// Whether a key frame was asked for before one could be sent.
    pub(crate) asked_early: bool,
    /// The highest temporal layer that is sent.
    temporal_max: u8,
    /// When the last packet was sent, to continue the clock after a gap.
    last_taken: Option<Instant>,
    /// Packets in the order of their arrival; the first `ready` of them are complete frames.
    pub(crate) queue: VecDeque<Descriptor>,
    pub(crate) ready: usize,
    pub(crate) open_since: Option<Instant>,
    /// Whether the subscriber may not have learned the SSRC yet.
    pub(crate) announce_mid: bool,
    pub(crate) paused_by_congestion: bool,
    pub(crate) packets: u64,
    pub(crate) payload_bytes: u64,
    pub(crate) retransmitted: u64,
    pub(crate) rate: Rate,
    pub(crate) loss: f32,
    reports: VecDeque<(u32, Instant)>,
    resent: VecDeque<(u16, Instant)>,
    /// Layer and index of packets that were asked for before they were here.
    awaited: VecDeque<(u8, u64)>,
    pub(crate) sealed: SealedRing,
}

impl Down {
    pub(crate) fn new(subscriber: PeerId, id: TrackId, track: &Track, setup: DownSetup, numbers: Continuation, rtx_next: u64) -> Self {
        Down {
            subscriber,
            track: id,
            settings: DownSettings::default(),
            kind: track.kind(),
            clock_rate_hz: track.setup.codec.clock_rate_hz.max(1),
            vp8: track.is_vp8(),
            stream: None,
            rtx_stream: None,
            rtx_next,
            rewriter: Rewriter::new(numbers),
            current: None,
            target: Some(track.top_layer()),
            asked_early: false,
            temporal_max: u8::MAX,
            last_taken: numbers.last_taken,
            queue: VecDeque::new(),
            ready: 0,
            open_since: None,
            announce_mid: true,
            paused_by_congestion: false,
            packets: 0,
            payload_bytes: 0,
            retransmitted: 0,
            rate: Rate::default(),
            loss: 0.0,
            reports: VecDeque::with_capacity(REPORTS_MAX),
            resent: VecDeque::new(),
            awaited: VecDeque::new(),
            sealed: SealedRing::default(),
            setup,
        }
    }

    /// Reads something of every part that a packet needs.
    #[inline]
    pub(crate) fn touch(&self) -> u64 {
        let own = u64::from(self.temporal_max) + self.queue.len() as u64 + self.packets + u64::from(self.setup.payload_type);
        own.wrapping_add(self.rewriter.touch())
    }

    /// Makes the streams known to what seals them.
    pub(crate) fn open_streams(&mut self, sealer: &mut Sealer) -> Result<(), SfuError> {
        self.stream = Some(sealer.stream(self.setup.ssrc).map_err(|_| SfuError::Full)?);
        self.rtx_stream = match self.setup.rtx_ssrc {
            Some(ssrc) => Some(sealer.stream(ssrc).map_err(|_| SfuError::Full)?),
            None => None,
        };
        Ok(())
    }

    /// Whether padding may be sent on its retransmission stream: something must have been sent before.
    pub(crate) fn can_probe(&self) -> bool {
        self.rtx_stream.is_some() && self.setup.rtx_payload_type.is_some() && self.packets > 0
    }

    /// The next number of its retransmission stream; it counts as used.
    pub(crate) fn next_rtx(&mut self) -> u16 {
        let number = self.rtx_next;
        self.rtx_next += 1;
        crate::wire::low16(number)
    }

    /// Counts a packet that was sealed. One that could not be sealed anew is kept as it is.
    pub(crate) fn note_sent(&mut self, again: bool, sequence: u16, sealed: &[u8], payload_bytes: usize, now: Instant) {
        if again {
            self.retransmitted += 1;
            return;
        }
        self.packets += 1;
        self.payload_bytes += payload_bytes as u64;
        self.rate.add(sealed.len(), now);
        if self.setup.nack && self.setup.rtx_ssrc.is_none() {
            self.sealed.keep(sequence, sealed);
        }
    }

    /// Whether a packet that is asked for may be sent again: not when it was a moment ago. Half a round trip is
    /// enough: who asks again after a whole one, a little less than what was smoothed here, means it.
    pub(crate) fn may_resend(&mut self, sequence: u16, rtt: Option<Duration>, now: Instant) -> bool {
        let pause = rtt.map_or(RESEND_PAUSE_MIN, |rtt| (rtt / 2).max(RESEND_PAUSE_MIN));
        while self.resent.front().is_some_and(|(_, at)| now.saturating_duration_since(*at) >= pause) {
            self.resent.pop_front();
        }
        if self.resent.len() >= RESENT_MAX || self.resent.iter().any(|(resent, _)| *resent == sequence) {
            return false;
        }
        self.resent.push_back((sequence, now));
        true
    }

    /// Remembers a packet that is asked for and is not here.
    pub(crate) fn await_packet(&mut self, layer: u8, index: u64) {
        if self.awaited.contains(&(layer, index)) {
            return;
        }
        if self.awaited.len() == AWAITED_MAX {
            self.awaited.pop_front();
        }
        self.awaited.push_back((layer, index));
    }

    /// Whether a packet that came was asked for before.
    #[inline]
    pub(crate) fn awaited(&mut self, parsed: &Parsed) -> bool {
        let at = self.awaited.iter().position(|awaited| *awaited == (parsed.layer, parsed.index));
        at.is_some_and(|at| self.awaited.remove(at).is_some())
    }

    /// What the next stream under the same SSRC must continue from.
    pub(crate) fn numbers(&self) -> Continuation {
        let mut numbers = self.rewriter.numbers();
        numbers.last_taken = self.last_taken;
        numbers
    }

    pub(crate) fn current(&self) -> Option<u8> {
        self.current
    }

    pub(crate) fn target(&self) -> Option<u8> {
        self.target
    }

    /// Whether a key frame of the target is needed to get there.
    pub(crate) fn awaits_key_frame(&self) -> Option<u8> {
        self.target.filter(|target| self.kind == Kind::Video && self.current != Some(*target) && !self.settings.paused)
    }

    pub(crate) fn set_target(&mut self, target: Option<u8>) {
        self.target = target;
        if target.is_none() {
            self.current = None;
        }
    }

    /// Stops what is being sent; it goes on with a key frame.
    pub(crate) fn interrupt(&mut self) {
        self.current = None;
    }

    /// Limits frames per second by leaving out VP8's upper temporal layers.
    pub(crate) fn limit_fps(&mut self, source_fps: f64) {
        self.temporal_max = match self.settings.max_fps {
            Some(max) if self.vp8 && source_fps > 0.0 => {
                // Each upper temporal layer doubles the rate of those below it.
                match f64::from(max) / source_fps {
                    ratio if ratio >= 0.9 => u8::MAX,
                    ratio if ratio >= 0.45 => 1,
                    _ => 0,
                }
            }
            _ => u8::MAX,
        };
    }

    /// Decides about a packet of the track. `layers` are the track's, for their clocks.
    #[inline]
    pub(crate) fn accept(&mut self, parsed: &Parsed, layers: &[Layer], audible: bool, now: Instant) -> Verdict {
        if self.settings.paused || self.settings.held || self.target.is_none() {
            self.current = None;
            return Verdict::default();
        }
        match self.kind {
            Kind::Audio => self.accept_audio(parsed, audible, now),
            Kind::Video => self.accept_video(parsed, layers, now),
        }
    }

    fn accept_audio(&mut self, parsed: &Parsed, audible: bool, now: Instant) -> Verdict {
        if self.current.is_none() || self.rewriter.is_far(parsed, JUMP_MAX) {
            if !audible {
                return Verdict::default();
            }
            let timestamp = self.continued_timestamp(parsed, now);
            self.rewriter.switch(parsed, timestamp);
            self.current = Some(parsed.layer);
        }
        if !audible {
            self.rewriter.skip(parsed);
            return Verdict::default();
        }
        self.take(parsed, now)
    }

    fn accept_video(&mut self, parsed: &Parsed, layers: &[Layer], now: Instant) -> Verdict {
        let Some(target) = self.target else {
            return Verdict::default();
        };
        let here = self.current == Some(parsed.layer);
        if here && self.rewriter.is_far(parsed, JUMP_MAX) {
            self.current = None;
        }
        if self.current.is_none() && parsed.key_start && parsed.layer <= target {
            self.switch(parsed, layers, now);
        }
        if self.current != Some(parsed.layer) {
            let late = self.current.is_some() && self.rewriter.was_sent_before(parsed);
            if late {
                return self.take(parsed, now);
            }
            let coming = || layers.get(usize::from(target)).and_then(|layer| layer.newest_key).is_some_and(|key| key.is_coming(now));
            let key_frame_of = (parsed.layer == target && !coming()).then_some(target);
            return Verdict { key_frame_of, ..Verdict::default() };
        }
        if parsed.vp8.and_then(|vp8| vp8.temporal_layer).is_some_and(|layer| layer > self.temporal_max) {
            self.rewriter.skip(parsed);
            return Verdict::default();
        }
        if parsed.payload.length == 0 {
            self.rewriter.skip(parsed);
            return Verdict::default();
        }
        self.take(parsed, now)
    }

    /// Whether a whole key frame of this layer is what it waits for, while another layer is sent.
    pub(crate) fn waits_for(&self, layer: u8) -> bool {
        self.awaits_key_frame() == Some(layer) && self.current.is_some()
    }

    /// Whether anything was sent after that moment.
    pub(crate) fn sent_since(&self, then: Instant) -> bool {
        self.last_taken.is_some_and(|at| at > then)
    }

    /// Begins a layer with the first packet of a key frame that is here; gives its numbers. Nothing when it was sent
    /// before: time does not run backwards.
    pub(crate) fn begin(&mut self, parsed: &Parsed, layers: &[Layer], now: Instant) -> Option<Rewritten> {
        if parsed.payload.length == 0 || self.rewriter.was_sent_before(parsed) {
            return None;
        }
        self.switch(parsed, layers, now);
        self.take(parsed, now).numbers
    }

    fn switch(&mut self, parsed: &Parsed, layers: &[Layer], now: Instant) {
        let timestamp = self.switched_timestamp(parsed, layers, now);
        self.rewriter.switch(parsed, timestamp);
        self.current = Some(parsed.layer);
    }

    fn take(&mut self, parsed: &Parsed, now: Instant) -> Verdict {
        let numbers = self.rewriter.take(parsed);
        if numbers.is_some() {
            self.last_taken = Some(now);
        }
        Verdict { numbers, key_frame_of: None, late: numbers.is_none() }
    }

    /// Where a layer's packet belongs on the clock that the subscriber has seen: by the sender reports of
    /// both layers, else by the time that passed.
    fn switched_timestamp(&self, parsed: &Parsed, layers: &[Layer], now: Instant) -> u32 {
        let before = self.rewriter.layer().zip(self.rewriter.timestamp_offset());
        let aligned = before.and_then(|(layer, offset)| {
            if layer == parsed.layer {
                return Some(parsed.timestamp.wrapping_add(offset));
            }
            let old = layers.get(usize::from(layer))?.clock?.times;
            let new = layers.get(usize::from(parsed.layer))?.clock?.times;
            Some(across(&old, &new, parsed.timestamp, self.clock_rate_hz).wrapping_add(offset))
        });
        let last = self.rewriter.numbers().last_timestamp();
        let plausible = |timestamp: &u32| {
            let ahead = timestamp.wrapping_sub(last).cast_signed();
            let passed = self.ticks_since_last(now).cast_signed();
            let slack = self.clock_rate_hz.cast_signed();
            (1..=passed.saturating_add(slack)).contains(&ahead)
        };
        aligned.filter(plausible).unwrap_or_else(|| self.continued_timestamp(parsed, now))
    }

    /// The clock goes on by the time that passed, or keeps its offset when the source did not change.
    fn continued_timestamp(&self, parsed: &Parsed, now: Instant) -> u32 {
        let last = self.rewriter.numbers().last_timestamp();
        if self.kind == Kind::Audio
            && let Some(offset) = self.rewriter.timestamp_offset()
        {
            let same = parsed.timestamp.wrapping_add(offset);
            let ahead = same.wrapping_sub(last).cast_signed();
            if ahead > 0 && ahead <= self.ticks_since_last(now).cast_signed().saturating_add(self.clock_rate_hz.cast_signed()) {
                return same;
            }
        }
        last.wrapping_add(self.ticks_since_last(now).max(1))
    }

    fn ticks_since_last(&self, now: Instant) -> u32 {
        let passed = self.last_taken.map_or(Duration::from_millis(20), |at| now.saturating_duration_since(at));
        let ticks = passed.as_secs_f64() * f64::from(self.clock_rate_hz);
        u32::try_from(crate::measure::whole(ticks)).unwrap_or(u32::MAX >> 2).min(u32::MAX >> 2)
    }

    /// The layer and index of a packet that the subscriber asks for again.
    pub(crate) fn source_of(&self, sequence: u16) -> Option<(u8, u64)> {
        self.rewriter.source_of(sequence)
    }

    pub(crate) fn again(&self, parsed: &Parsed) -> Option<Rewritten> {
        self.rewriter.again(parsed)
    }

    /// The publisher's clock as the subscriber sees it, moved to now. Remembered for the round trip.
    pub(crate) fn sender_times(&mut self, clock: &Clock, now: Instant) -> Option<SenderTimes> {
        let offset = self.rewriter.timestamp_offset()?;
        let passed = now.saturating_duration_since(clock.arrived).as_secs_f64();
        let ticks = crate::measure::whole(passed * f64::from(self.clock_rate_hz));
        let ntp = clock.times.ntp.wrapping_add(crate::measure::whole(passed * 4_294_967_296.0));
        let timestamp = clock.times.timestamp.wrapping_add(crate::wire::low32(ticks)).wrapping_add(offset);
        if self.reports.len() == REPORTS_MAX {
            self.reports.pop_front();
        }
        self.reports.push_back((crate::wire::low32(ntp >> 16), now));
        Some(SenderTimes { ntp, timestamp })
    }

    /// The round trip, from a report block of the subscriber.
    pub(crate) fn round_trip(&self, last_sender_report: u32, delay_since: u32, now: Instant) -> Option<Duration> {
        let (_, sent) = self.reports.iter().find(|(middle, _)| *middle == last_sender_report)?;
        let held = Duration::from_secs_f64(f64::from(delay_since) / 65_536.0);
        now.saturating_duration_since(*sent).checked_sub(held)
    }

    /// What is sent, once that is known.
    pub(crate) fn bitrate_bps(&self, now: Instant) -> Option<u64> {
        Some(bits(self.rate.per_second(now))).filter(|bitrate_bps| *bitrate_bps > 0)
    }

    pub(crate) fn clock_layer(&self) -> Option<u8> {
        self.current.and(self.rewriter.layer())
    }

    pub(crate) fn stats(&self, now: Instant) -> DownStats {
        DownStats {
            layer: self.current,
            target_layer: self.target.filter(|_| !self.settings.paused),
            paused_by_congestion: self.paused_by_congestion,
            packets: self.packets,
            payload_bytes: self.payload_bytes,
            bitrate_bps: bits(self.rate.per_second(now)),
            retransmitted_packets: self.retransmitted,
            loss: self.loss,
        }
    }
}

/// The last packets of a stream without retransmission SSRC, as they were sealed: only the very same bytes
/// may be sent under the same number again.
#[derive(Debug, Default)]
pub(crate) struct SealedRing {
    packets: Vec<(u16, Vec<u8>)>,
}

impl SealedRing {
    const PACKETS_MAX: u16 = 128;

    fn keep(&mut self, sequence: u16, sealed: &[u8]) {
        if self.packets.is_empty() {
            self.packets.resize_with(usize::from(Self::PACKETS_MAX), Default::default);
        }
        if let Some((number, bytes)) = self.packets.get_mut(usize::from(sequence % Self::PACKETS_MAX)) {
            *number = sequence;
            bytes.clear();
            bytes.extend_from_slice(sealed);
        }
    }

    pub(crate) fn find(&self, sequence: u16) -> Option<&[u8]> {
        let (number, bytes) = self.packets.get(usize::from(sequence % Self::PACKETS_MAX))?;
        (*number == sequence && !bytes.is_empty()).then_some(bytes)
    }
}

/// A timestamp of the new stream on the clock of the old one.
fn across(old: &SenderTimes, new: &SenderTimes, timestamp: u32, clock_rate_hz: u32) -> u32 {
    let between = new.ntp.wrapping_sub(old.ntp).cast_signed() as f64 / 4_294_967_296.0;
    let since_report = f64::from(timestamp.wrapping_sub(new.timestamp).cast_signed());
    let ticks = (between * f64::from(clock_rate_hz) + since_report).round();
    #[expect(clippy::cast_possible_truncation, reason = "a saturated difference is refused as implausible")]
    let ticks = ticks as i64;
    old.timestamp.wrapping_add(crate::wire::low32(ticks.cast_unsigned()))
}
