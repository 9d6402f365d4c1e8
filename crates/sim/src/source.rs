//! What clients publish: cameras with simulcast layers and microphones, as numbered frames in real time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use str0m::media::Mid;

use crate::Chance;
use crate::frame::{AudioStamp, Descriptor, Picture, VideoStamp, packetize, write_audio};

/// One Opus packet.
const AUDIO_EVERY: Duration = Duration::from_millis(20);
/// Bytes of one Opus packet, at 24 kbit/s.
const AUDIO_BYTES: usize = 60;
/// Ticks of Opus's clock in one packet.
pub(crate) const AUDIO_TICKS: u32 = 960;
/// Packets of a microphone that can be sent again.
const SENT_MAX: usize = 64;
/// A key frame is so many times as large as an ordinary one.
const KEY_FRAME_FACTOR: usize = 5;

/// One simulcast layer of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Its name in SDP.
    pub rid: &'static str,
    /// Picture width.
    pub width: u16,
    /// Picture height.
    pub height: u16,
    /// What it takes.
    pub bitrate_bps: u32,
}

/// A camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Camera {
    /// Lowest first; one, two or three.
    pub layers: &'static [Layer],
    /// Frames a second.
    pub fps: u32,
    /// Every second frame may be left out.
    pub temporal: bool,
}

const LOW: Layer = Layer { rid: "q", width: 320, height: 180, bitrate_bps: 150_000 };
const MIDDLE: Layer = Layer { rid: "h", width: 640, height: 360, bitrate_bps: 500_000 };
const HIGH: Layer = Layer { rid: "f", width: 1280, height: 720, bitrate_bps: 1_700_000 };

impl Camera {
    /// Three layers up to 720 lines, as browsers publish a camera.
    pub const HIGH: Camera = Camera { layers: &[LOW, MIDDLE, HIGH], fps: 30, temporal: true };
    /// One small picture.
    pub const LOW: Camera = Camera { layers: &[LOW], fps: 15, temporal: false };
}

/// A source that makes packets.
#[derive(Debug)]
pub(crate) enum Maker {
    Camera(Film),
    Microphone(Voice),
}

/// A packet to be sent.
pub(crate) struct Made {
    pub(crate) rid: Option<&'static str>,
    pub(crate) sequence: u64,
    pub(crate) time: u32,
    pub(crate) marker: bool,
    pub(crate) payload: Vec<u8>,
    /// Of the packet right before it (sound).
    pub(crate) before: Option<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Film {
    pub(crate) camera: Camera,
    source: u32,
    frame: u32,
    next_at: Instant,
    pub(crate) layers: Vec<Reel>,
}

/// The state of one layer.
#[derive(Debug)]
pub(crate) struct Reel {
    pub(crate) layer: Layer,
    pub(crate) enabled: bool,
    pub(crate) key_wanted: bool,
    pub(crate) key_frames: u64,
    sequence: u64,
    clock: u32,
    picture: u16,
    tl0: u8,
    key_index: u8,
    base: Option<u32>,
}

#[derive(Debug)]
pub(crate) struct Voice {
    last: Option<Vec<u8>>,
    /// The newest packets: number, time and payload.
    sent: VecDeque<(u64, u32, Vec<u8>)>,
    source: u32,
    number: u32,
    sequence: u64,
    clock: u32,
    next_at: Instant,
}

/// Something published, or about to be.
#[derive(Debug)]
pub(crate) struct Publication {
    pub(crate) cid: String,
    pub(crate) sid: Option<String>,
    pub(crate) mid: Option<Mid>,
    /// The section is negotiated.
    pub(crate) live: bool,
    pub(crate) muted: bool,
    /// Its streams answer every request for what was lost.
    pub(crate) repeats: bool,
    pub(crate) screen: bool,
    pub(crate) maker: Maker,
}

impl Publication {
    pub(crate) fn is_video(&self) -> bool {
        matches!(self.maker, Maker::Camera(_))
    }
}

impl Maker {
    pub(crate) fn camera(camera: Camera, source: u32, first: u32, chance: &mut Chance, now: Instant) -> Maker {
        let reel = |layer: &Layer| Reel {
            layer: *layer,
            enabled: true,
            key_wanted: true,
            key_frames: 0,
            sequence: 1_000 + chance.below(30_000),
            clock: u32::try_from(chance.below(1 << 32)).unwrap_or(0),
            picture: u16::try_from(chance.below(0x8000)).unwrap_or(0),
            tl0: 0,
            key_index: 0,
            base: None,
        };
        let layers = camera.layers.iter().map(reel).collect();
        Maker::Camera(Film { camera, source, frame: first, next_at: now, layers })
    }

    pub(crate) fn microphone(source: u32, first: u32, chance: &mut Chance, now: Instant) -> Maker {
        let clock = u32::try_from(chance.below(1 << 32)).unwrap_or(0);
        Maker::Microphone(Voice {
            last: None,
            sent: VecDeque::new(),
            source,
            number: first,
            sequence: 1_000 + chance.below(30_000),
            clock,
            next_at: now,
        })
    }

    pub(crate) fn due(&self) -> Instant {
        match self {
            Maker::Camera(film) => film.next_at,
            Maker::Microphone(voice) => voice.next_at,
        }
    }

    /// Makes what is due. When not sending, time passes all the same.
    pub(crate) fn make(&mut self, sending: bool, epoch: Instant, now: Instant, out: &mut Vec<Made>) {
        while self.due() <= now {
            match self {
                Maker::Camera(film) => film.make(sending, epoch, out),
                Maker::Microphone(voice) => voice.make(sending, epoch, out),
            }
        }
    }
}

impl Film {
    /// The names of its streams.
    pub(crate) fn rids(&self) -> impl Iterator<Item = Option<&'static str>> {
        let simulcast = self.layers.len() > 1;
        self.layers.iter().map(move |reel| simulcast.then_some(reel.layer.rid))
    }

    fn make(&mut self, sending: bool, epoch: Instant, out: &mut Vec<Made>) {
        let captured = self.next_at.saturating_duration_since(epoch);
        self.next_at += Duration::from_secs(1) / self.camera.fps;
        self.frame += 1;
        let simulcast = self.layers.len() > 1;
        let frame = self.frame;
        for (index, reel) in self.layers.iter_mut().enumerate() {
            if !sending || !reel.enabled {
                reel.key_wanted = true;
                continue;
            }
            let index = u8::try_from(index).unwrap_or(u8::MAX);
            let stamp = VideoStamp { source: self.source, layer: index, frame, ..reel.next_stamp(frame) };
            let captured_us = u64::try_from(captured.as_micros()).unwrap_or(u64::MAX);
            let picture = reel.expose(VideoStamp { captured_us, ..stamp }, self.camera.fps, frame % 2 == 1 && self.camera.temporal);
            let ticks = u32::try_from(captured.as_nanos() * 9 / 100_000 % (1 << 32)).unwrap_or(0);
            let time = reel.clock.wrapping_add(ticks);
            let packets = packetize(&picture);
            let last = packets.len() - 1;
            for (place, payload) in packets.into_iter().enumerate() {
                reel.sequence += 1;
                let rid = simulcast.then_some(reel.layer.rid);
                out.push(Made { rid, sequence: reel.sequence, time, marker: place == last, payload, before: None });
            }
        }
    }
}

impl Reel {
    fn next_stamp(&self, frame: u32) -> VideoStamp {
        let key = self.key_wanted || self.base.is_none();
        VideoStamp { source: 0, layer: 0, key, index: 0, total: 0, frame, needs: self.base.filter(|_| !key), captured_us: 0 }
    }

    fn expose(&mut self, stamp: VideoStamp, fps: u32, leavable: bool) -> Picture {
        let upper = leavable && !stamp.key;
        if stamp.key {
            self.key_index = (self.key_index + 1) & 0x1f;
            self.key_frames += 1;
            self.key_wanted = false;
        }
        if !upper {
            self.tl0 = self.tl0.wrapping_add(1);
            self.base = Some(stamp.frame);
        }
        self.picture = (self.picture + 1) & 0x7fff;
        let ordinary = usize::try_from(self.layer.bitrate_bps / 8 / fps).unwrap_or(0);
        let bytes = if stamp.key { ordinary * KEY_FRAME_FACTOR } else { ordinary };
        let descriptor =
            Descriptor { start: true, picture: self.picture, tl0: self.tl0, temporal: u8::from(upper), key_index: self.key_index };
        Picture { descriptor, stamp, width: self.layer.width, height: self.layer.height, bytes }
    }
}

impl Voice {
    fn make(&mut self, sending: bool, epoch: Instant, out: &mut Vec<Made>) {
        let captured = self.next_at.saturating_duration_since(epoch);
        self.next_at += AUDIO_EVERY;
        self.clock = self.clock.wrapping_add(AUDIO_TICKS);
        if !sending {
            self.last = None;
            return;
        }
        self.number += 1;
        self.sequence += 1;
        let captured_us = u64::try_from(captured.as_micros()).unwrap_or(u64::MAX);
        let stamp = AudioStamp { source: self.source, number: self.number, captured_us };
        let payload = write_audio(&stamp, AUDIO_BYTES);
        if self.sent.len() == SENT_MAX {
            self.sent.pop_front();
        }
        self.sent.push_back((self.sequence, self.clock, payload.clone()));
        let before = self.last.replace(payload.clone());
        out.push(Made { rid: None, sequence: self.sequence, time: self.clock, marker: false, payload, before });
    }

    /// A packet that was sent a moment ago: its number, time and payload.
    pub(crate) fn sent(&self, sequence: u16) -> Option<&(u64, u32, Vec<u8>)> {
        self.sent.iter().find(|(number, ..)| number % (1 << 16) == u64::from(sequence))
    }
}
