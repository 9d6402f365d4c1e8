//! One published track and its layers as they arrive: what was received, what can be sent again, the
//! publisher's clock, liveness. It must not know who watches, beyond the list of their ids.

use std::time::{Duration, Instant};

use crate::face::{DownId, PeerId, TrackId};
use crate::key_frame::KeyFrame;
use crate::measure::{Rate, Throttle, bits};
use crate::nack::GapTracker;
use crate::pool::{PacketRef, Parsed, Pool};
use crate::rtcp::{ReportBlock, SenderTimes};
use crate::rtp::SeenWindow;
use crate::setup::{CodecKind, Kind, LayerSetup, TrackSetup};
use crate::speakers::Voice;
use crate::stats::{LayerStats, TrackStats};
use crate::wire::low32;

/// Packets of a layer that can be sent again.
const KEPT_VIDEO_PACKETS: usize = 1_024;
const KEPT_AUDIO_PACKETS: usize = 256;
/// A layer that was silent this long while another one of its track was not has stopped.
const SILENCE_MAX: Duration = Duration::from_millis(900);
const KEY_FRAME_INTERVAL_LOW: Duration = Duration::from_millis(500);
const KEY_FRAME_INTERVAL_HIGH: Duration = Duration::from_secs(1);
/// A track with so few watchers is not asked too often by any of them.
const FEW_DOWNS: usize = 4;
/// A packet missing for longer is of no use to anybody: sound has been played, and a key frame is cheaper.
const AUDIO_AGE_MAX: Duration = Duration::from_millis(500);
const VIDEO_AGE_MAX: Duration = Duration::from_millis(1_500);
/// Another SSRC for the same layer starts this far above the old numbers.
const GENERATION_GAP: u64 = 1 << 20;

/// A track, seen from outside only by its id.
pub struct Track {
    pub(crate) peer: PeerId,
    pub(crate) setup: TrackSetup,
    pub(crate) layers: Vec<Layer>,
    pub(crate) downs: Vec<DownId>,
    pub(crate) muted: bool,
    pub(crate) heard: bool,
    pub(crate) voice: Voice,
    pub(crate) wanted: crate::dynacast::Wanted,
    pub(crate) key_frame_requests: u64,
}

impl Track {
    pub(crate) fn new(peer: PeerId, setup: TrackSetup, now: Instant) -> Self {
        let kind = setup.source.kind();
        let layers: Vec<Layer> = setup.layers.iter().map(|layer| Layer::new(*layer, kind, setup.nack)).collect();
        Track {
            peer,
            wanted: crate::dynacast::Wanted::new(layers.len(), now),
            layers,
            downs: Vec::new(),
            muted: false,
            heard: false,
            voice: Voice::default(),
            key_frame_requests: 0,
            setup,
        }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.setup.source.kind()
    }

    /// Whether the layers are separate streams to choose from.
    pub(crate) fn is_simulcast(&self) -> bool {
        self.layers.len() > 1
    }

    /// Whether the payload descriptor is to be read and rewritten.
    pub(crate) fn is_vp8(&self) -> bool {
        self.setup.codec.kind == CodecKind::Vp8
    }

    /// The layer with this rid; a track without rids has one layer for all.
    pub(crate) fn layer_of_rid(&self, rid: &[u8]) -> Option<usize> {
        self.layers.iter().position(|layer| layer.setup.rid.is_some_and(|own| own.as_bytes() == rid))
    }

    /// Marks a layer as one that a key frame is wanted of; at once, if by somebody who has no picture yet.
    pub(crate) fn want_key_frame(&mut self, layer: u8, at_once: bool) {
        if self.kind() == Kind::Video
            && let Some(layer) = self.layers.get_mut(usize::from(layer))
        {
            layer.key_frame.want(at_once);
        }
    }

    /// The SSRC of the next key frame request that may leave now.
    pub(crate) fn take_key_frame_request(&mut self, now: Instant) -> Option<u32> {
        let few = self.downs.len() <= FEW_DOWNS;
        for (at, layer) in self.layers.iter_mut().enumerate() {
            let interval = key_frame_interval(at, few);
            let Some(ssrc) = layer.ssrc else { continue };
            if layer.key_frame.take(interval, now) {
                self.key_frame_requests += 1;
                return Some(ssrc);
            }
        }
        None
    }

    /// When a wanted key frame may be asked for again.
    pub(crate) fn key_frame_due(&self) -> Option<Instant> {
        let few = self.downs.len() <= FEW_DOWNS;
        let wanted = self.layers.iter().enumerate().filter(|(_, layer)| layer.key_frame.wanted && layer.ssrc.is_some());
        wanted.filter_map(|(at, layer)| layer.key_frame.due(key_frame_interval(at, few))).min()
    }

    /// Finds out which layers run; says whether any started or stopped. When all are silent nothing is
    /// concluded: a still screen sends nothing either.
    pub(crate) fn update_liveness(&mut self, now: Instant) -> bool {
        let recent = |layer: &Layer| layer.last_packet.is_some_and(|at| now.saturating_duration_since(at) < SILENCE_MAX);
        if !self.layers.iter().any(recent) {
            return false;
        }
        let mut changed = false;
        for layer in &mut self.layers {
            let live = recent(layer);
            changed |= live != layer.live;
            layer.live = live;
        }
        changed
    }

    /// Layers that were off are going to run again: what silence took is no measure of what they take.
    pub(crate) fn forget_silent_layers(&mut self, now: Instant) {
        let silent = |layer: &&mut Layer| layer.last_packet.is_none_or(|at| now.saturating_duration_since(at) >= SILENCE_MAX);
        self.layers.iter_mut().filter(silent).for_each(|layer| layer.rate = Rate::default());
    }

    /// A live layer at or below `wanted`, else the lowest live one above it.
    pub(crate) fn nearest_live(&self, wanted: u8) -> Option<u8> {
        let live = |at: &u8| self.layers.get(usize::from(*at)).is_some_and(|layer| layer.live);
        let top = self.top_layer();
        let wanted = wanted.min(top);
        (0..=wanted).rev().find(live).or_else(|| (wanted..=top).find(live))
    }

    pub(crate) fn top_layer(&self) -> u8 {
        u8::try_from(self.layers.len().saturating_sub(1)).unwrap_or_default()
    }

    /// The bitrate of a layer: measured, else announced, else guessed from its place.
    pub(crate) fn layer_bitrate_bps(&self, layer: u8, now: Instant) -> u64 {
        let Some(layer_of) = self.layers.get(usize::from(layer)) else {
            return 0;
        };
        let measured = bits(layer_of.rate.per_second(now));
        if measured > 0 && layer_of.live {
            return measured;
        }
        match (layer_of.setup.bitrate_bps, self.kind()) {
            (0, Kind::Audio) => 40_000,
            (0, Kind::Video) => 200_000 << (2 * u32::from(layer)),
            (announced, _) => u64::from(announced),
        }
    }

    pub(crate) fn stats(&self, now: Instant) -> TrackStats {
        TrackStats {
            layers: self.layers.iter().map(|layer| layer.stats(now)).collect(),
            downs: self.downs.len(),
            key_frame_requests: self.key_frame_requests,
        }
    }
}

fn key_frame_interval(layer: usize, few: bool) -> Duration {
    if layer == 0 || few { KEY_FRAME_INTERVAL_LOW } else { KEY_FRAME_INTERVAL_HIGH }
}

/// The publisher's clock, from its last sender report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) times: SenderTimes,
    pub(crate) arrived: Instant,
}

/// Where an SSRC leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) track: TrackId,
    pub(crate) layer: u8,
    pub(crate) rtx: bool,
}

/// One stream of a track.
pub(crate) struct Layer {
    pub(crate) setup: LayerSetup,
    pub(crate) ssrc: Option<u32>,
    pub(crate) rtx_ssrc: Option<u32>,
    pub(crate) seen: SeenWindow<16>,
    pub(crate) gaps: Option<GapTracker>,
    kind: Kind,
    pub(crate) clock: Option<Clock>,
    pub(crate) last_packet: Option<Instant>,
    pub(crate) live: bool,
    pub(crate) key_frame: Throttle,
    /// The newest key frame that began to come.
    pub(crate) newest_key: Option<KeyFrame>,
    pub(crate) rate: Rate,
    pub(crate) frames: Rate,
    /// Added to the index of the wire, so that numbers never fall when the SSRC changes.
    index_base: u64,
    kept: Box<[Option<(u64, PacketRef)>]>,
    reception: Reception,
}

impl Layer {
    fn new(setup: LayerSetup, kind: Kind, nack: bool) -> Self {
        let kept = match kind {
            Kind::Video => KEPT_VIDEO_PACKETS,
            Kind::Audio => KEPT_AUDIO_PACKETS,
        };
        Layer {
            setup,
            ssrc: setup.ssrc,
            rtx_ssrc: setup.rtx_ssrc,
            seen: SeenWindow::default(),
            gaps: nack.then(|| gap_tracker(kind)),
            kind,
            clock: None,
            last_packet: None,
            live: false,
            key_frame: Throttle::default(),
            newest_key: None,
            rate: Rate::default(),
            frames: Rate::default(),
            index_base: 0,
            kept: vec![None; kept].into_boxed_slice(),
            reception: Reception::default(),
        }
    }

    /// The layer arrives under a new SSRC from now on.
    pub(crate) fn rebind(&mut self, ssrc: u32) {
        if self.ssrc == Some(ssrc) {
            return;
        }
        self.ssrc = Some(ssrc);
        if let Some(newest) = self.seen.newest() {
            self.index_base = newest + GENERATION_GAP;
        }
        self.clock = None;
        self.reception = Reception::default();
        self.gaps = self.gaps.is_some().then(|| gap_tracker(self.kind));
    }

    /// The index of a packet, from the extended sequence number of its SSRC.
    pub(crate) fn index_of(&self, wire_index: u64) -> u64 {
        self.index_base + wire_index
    }

    /// The index nearest to the newest one that has this sequence number.
    pub(crate) fn index_near(&self, sequence: u16) -> Option<u64> {
        let newest = self.seen.newest()?;
        let ahead = sequence.wrapping_sub(crate::wire::low16(newest.wrapping_sub(self.index_base)));
        let ahead = i64::from(ahead.cast_signed());
        newest.checked_add_signed(ahead).filter(|index| *index >= self.index_base)
    }

    /// Whether a packet is new; it then counts as seen, and is no longer asked for.
    pub(crate) fn admit(&mut self, index: u64, now: Instant) -> bool {
        if !self.seen.insert(index) {
            return false;
        }
        if let Some(gaps) = &mut self.gaps {
            gaps.receive(index, now);
        }
        true
    }

    /// Whether a packet was sent, since the stream was first heard, and did not arrive.
    pub(crate) fn is_missing(&self, index: u64) -> bool {
        self.reception.first.is_some_and(|first| index > first) && self.seen.is_fresh(index)
    }

    pub(crate) fn keep(&mut self, index: u64, packet: PacketRef) {
        let at = self.place_of(index);
        if let Some(place) = self.kept.get_mut(at) {
            *place = Some((index, packet));
        }
    }

    pub(crate) fn kept(&self, index: u64) -> Option<PacketRef> {
        let (kept, packet) = (*self.kept.get(self.place_of(index))?)?;
        (kept == index).then_some(packet)
    }

    /// Takes note of a packet that is kept; whether the newest key frame is whole with it.
    #[inline]
    pub(crate) fn completes_key_frame(&mut self, parsed: &Parsed, pool: &Pool, now: Instant) -> bool {
        if parsed.key_start {
            self.key_frame.answer();
            KeyFrame::begin(&mut self.newest_key, parsed, now);
        }
        let Some(mut key) = self.newest_key.filter(|key| key.lacks(parsed.index)) else {
            return false;
        };
        let whole = key.advance(|index| {
            let (_, parsed) = pool.find(self.kept(index)?)?;
            Some((parsed.timestamp, parsed.marker))
        });
        self.newest_key = Some(key);
        whole
    }

    /// The first packet of a key frame that a picture may begin with now, and when it came.
    pub(crate) fn fresh_key_frame(&self, now: Instant) -> Option<(PacketRef, Instant)> {
        let key = self.newest_key.filter(|key| key.is_fresh(now))?;
        Some((self.kept(key.start)?, key.began))
    }

    fn place_of(&self, index: u64) -> usize {
        usize::try_from(index % self.kept.len() as u64).unwrap_or_default()
    }

    /// Counts a packet of the media SSRC, before de-duplication of repeats. `media_bytes` leave its padding out.
    pub(crate) fn count(&mut self, index: u64, timestamp: u32, clock_rate_hz: u32, media_bytes: usize, now: Instant) {
        self.rate.add(media_bytes, now);
        self.last_packet = Some(now);
        self.reception.count(index, timestamp, clock_rate_hz, now);
    }

    /// What the publisher is told of this stream.
    pub(crate) fn report(&mut self, now: Instant) -> Option<ReportBlock> {
        let ssrc = self.ssrc?;
        let mut block = self.reception.report(ssrc)?;
        block.highest_sequence = low32(self.seen.newest()?.wrapping_sub(self.index_base));
        if let Some(clock) = self.clock {
            block.last_sender_report = low32(clock.times.ntp >> 16);
            let since = now.saturating_duration_since(clock.arrived).as_secs_f64();
            block.delay_since = u32::try_from(crate::measure::whole(since * 65_536.0)).unwrap_or(u32::MAX);
        }
        Some(block)
    }

    /// The share lost between the last two reports.
    pub(crate) fn loss(&self) -> f32 {
        self.reception.fraction
    }

    fn stats(&self, now: Instant) -> LayerStats {
        LayerStats {
            ssrc: self.ssrc,
            live: self.live,
            bitrate_bps: bits(self.rate.per_second(now)),
            packets: self.reception.received,
            packets_lost: self.reception.lost(),
            jitter_ticks: u32::try_from(crate::measure::whole(self.reception.jitter)).unwrap_or(u32::MAX),
            fps: self.frames.per_second(now) as f32,
        }
    }
}

fn gap_tracker(kind: Kind) -> GapTracker {
    GapTracker::new(match kind {
        Kind::Audio => AUDIO_AGE_MAX,
        Kind::Video => VIDEO_AGE_MAX,
    })
}

/// RFC 3550 reception statistics.
#[derive(Debug, Clone, Copy, Default)]
struct Reception {
    first: Option<u64>,
    newest: u64,
    received: u64,
    expected_before: u64,
    received_before: u64,
    fraction: f32,
    jitter: f64,
    transit: Option<(Instant, u32)>,
}

impl Reception {
    fn count(&mut self, index: u64, timestamp: u32, clock_rate_hz: u32, now: Instant) {
        self.first.get_or_insert(index);
        self.received += 1;
        if index < self.newest {
            return;
        }
        self.newest = index;
        if let Some((before, old)) = self.transit
            && old != timestamp
        {
            let passed = now.saturating_duration_since(before).as_secs_f64() * f64::from(clock_rate_hz);
            let moved = f64::from(timestamp.wrapping_sub(old).cast_signed());
            self.jitter += ((passed - moved).abs() - self.jitter) / 16.0;
        }
        if self.transit.is_none_or(|(_, old)| old != timestamp) {
            self.transit = Some((now, timestamp));
        }
    }

    fn expected(&self) -> u64 {
        self.first.map_or(0, |first| (self.newest + 1).saturating_sub(first))
    }

    fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    fn report(&mut self, ssrc: u32) -> Option<ReportBlock> {
        self.first?;
        let expected = self.expected().saturating_sub(self.expected_before);
        let received = self.received.saturating_sub(self.received_before);
        (self.expected_before, self.received_before) = (self.expected(), self.received);
        let lost = expected.saturating_sub(received);
        self.fraction = if expected == 0 { 0.0 } else { lost as f32 / expected as f32 };
        let jitter = u32::try_from(crate::measure::whole(self.jitter)).unwrap_or(u32::MAX);
        Some(ReportBlock {
            ssrc,
            fraction_lost: u8::try_from((lost * 256).checked_div(expected).unwrap_or(0)).unwrap_or(u8::MAX),
            cumulative_lost: i32::try_from(self.lost()).unwrap_or(i32::MAX),
            jitter,
            ..ReportBlock::default()
        })
    }
}
