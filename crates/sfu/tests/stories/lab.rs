//! The harness: a machine, a clock that only stories move, and people who seal and open.

use std::time::{Duration, Instant};

use sfu::rtp::{Elements, Fields, Header, pad, write_packet, write_rtx};
use sfu::srtp::{Opener, Sealer};
use sfu::{
    CodecKind, CodecSetup, DownId, DownSetup, ExtensionIds, LayerSetup, Mid, PeerId, PeerSetup, Rid, RoomId, RoomSetup, Sfu, SfuConfig,
    SfuEvent, Sink, Source, SrtpKeys, SrtpProfile, TrackId, TrackSetup,
};

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const VP8: u8 = 96;
pub(crate) const VP8_RTX: u8 = 97;
pub(crate) const OPUS: u8 = 111;
pub(crate) const RED: u8 = 63;
const PROFILE: SrtpProfile = SrtpProfile::AeadAes128Gcm;

/// A packet that reached a person, opened.
#[derive(Clone)]
pub(crate) struct Got {
    pub(crate) bytes: Vec<u8>,
    pub(crate) header: Header,
    /// Number of the message it came in, and the size of its segment there.
    pub(crate) message: usize,
    pub(crate) segment: usize,
    /// When it left.
    pub(crate) at: Instant,
}

impl Got {
    pub(crate) fn payload(&self) -> &[u8] {
        self.header.payload(&self.bytes)
    }
}

pub(crate) struct Person {
    pub(crate) id: PeerId,
    sealer: Sealer,
    opener: Opener,
    pub(crate) rtp: Vec<Got>,
    pub(crate) rtcp: Vec<Vec<u8>>,
}

pub(crate) struct Lab {
    pub(crate) sfu: Sfu,
    pub(crate) now: Instant,
    pub(crate) room: RoomId,
    pub(crate) people: Vec<Person>,
    pub(crate) events: Vec<SfuEvent>,
}

#[derive(Default)]
struct Wire(Vec<(PeerId, Vec<u8>, usize)>);

impl Sink for Wire {
    fn send(&mut self, peer: PeerId, segments: &[u8], segment_size: usize) {
        assert!(segment_size > 0 && segment_size <= segments.len());
        self.0.push((peer, segments.to_vec(), segment_size));
    }
}

impl Lab {
    pub(crate) fn new(people: usize, setup: RoomSetup) -> Lab {
        let mut sfu = Sfu::new(SfuConfig { seed: 7, ..SfuConfig::default() });
        let room = sfu.add_room(setup).expect("an empty machine has room");
        let now = start();
        let mut lab = Lab { sfu, now, room, people: Vec::new(), events: Vec::new() };
        for _ in 0..people {
            lab.add_person();
        }
        lab
    }

    pub(crate) fn add_person(&mut self) -> usize {
        self.add_person_with(PeerSetup::default(), PROFILE)
    }

    pub(crate) fn add_person_with(&mut self, setup: PeerSetup, profile: SrtpProfile) -> usize {
        let (who, keys) = self.add_person_without_keys(setup, profile);
        self.sfu.set_keys(self.people[who].id, &keys, self.now).expect("good keys");
        who
    }

    /// Somebody whose handshake is not done, and the keys that it will give.
    pub(crate) fn add_person_without_keys(&mut self, setup: PeerSetup, profile: SrtpProfile) -> (usize, SrtpKeys) {
        let id = self.sfu.add_peer(self.room, setup, self.now).expect("room for a peer");
        let at = u8::try_from(self.people.len()).expect("few people");
        let (ours, theirs, salt) = (vec![at; profile.key_bytes()], vec![at | 0x80; profile.key_bytes()], vec![at; profile.salt_bytes()]);
        let keys =
            SrtpKeys { profile, local_key: ours.clone(), local_salt: salt.clone(), remote_key: theirs.clone(), remote_salt: salt.clone() };
        let person = Person {
            id,
            sealer: Sealer::new(profile, &theirs, &salt).expect("good keys"),
            opener: Opener::new(profile, &ours, &salt).expect("good keys"),
            rtp: Vec::new(),
            rtcp: Vec::new(),
        };
        self.people.push(person);
        (self.people.len() - 1, keys)
    }

    pub(crate) fn publish(&mut self, who: usize, setup: TrackSetup) -> TrackId {
        self.sfu.add_track(self.people[who].id, setup, self.now).expect("a good track")
    }

    pub(crate) fn subscribe(&mut self, who: usize, track: TrackId, setup: DownSetup) -> DownId {
        self.sfu.add_down(self.people[who].id, track, setup, self.now).expect("a good down track")
    }

    /// Seals a clear packet of a person and hands it in.
    pub(crate) fn send(&mut self, who: usize, clear: &[u8]) {
        let person = &mut self.people[who];
        let ssrc = Header::parse(clear).expect("a good packet").ssrc;
        let mut sealed = clear.to_vec();
        sealed.resize(clear.len() + 32, 0);
        let stream = person.sealer.stream(ssrc).expect("few streams");
        let length = person.sealer.seal_rtp(stream, &mut sealed, clear.len()).expect("fresh numbers");
        let id = person.id;
        self.sfu.receive(id, &mut sealed[..length], self.now);
    }

    pub(crate) fn send_rtcp(&mut self, who: usize, write: impl FnOnce(&mut sfu::rtcp::Writer<'_>)) {
        let mut buffer = vec![0; 1_500];
        let mut writer = sfu::rtcp::Writer::new(&mut buffer[..1_400]);
        write(&mut writer);
        let length = writer.written();
        buffer.truncate(length);
        self.send_clear_rtcp(who, &buffer);
    }

    /// The same for what is written already.
    pub(crate) fn send_clear_rtcp(&mut self, who: usize, clear: &[u8]) {
        let (mut buffer, length) = (clear.to_vec(), clear.len());
        buffer.resize(length + 100, 0);
        let person = &mut self.people[who];
        let length = person.sealer.seal_rtcp(&mut buffer, length).expect("a good packet");
        let id = person.id;
        self.sfu.receive(id, &mut buffer[..length], self.now);
        self.settle();
    }

    /// Lets everything that is due now happen.
    pub(crate) fn settle(&mut self) {
        self.sfu.handle_timeout(self.now);
        let mut wire = Wire::default();
        self.sfu.transmit(self.now, &mut wire);
        for (number, (peer, bytes, segment)) in wire.0.into_iter().enumerate() {
            let person = self.people.iter_mut().find(|person| person.id == peer).expect("somebody of this room");
            for sealed in bytes.chunks(segment) {
                person.take(sealed, number, segment, self.now);
            }
        }
        while let Some(event) = self.sfu.poll_event() {
            self.events.push(event);
        }
    }

    /// Moves the clock, stopping wherever the machine wants to be woken.
    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        self.settle();
        for _ in 0..100_000 {
            let Some(next) = self.sfu.poll_timeout().filter(|next| *next <= end) else {
                self.now = end;
                self.settle();
                return;
            };
            self.now = self.now.max(next);
            self.settle();
        }
        panic!("the machine never rests");
    }

    pub(crate) fn media(&self, who: usize, ssrc: u32) -> Vec<&Got> {
        self.people[who].rtp.iter().filter(|got| got.header.ssrc == ssrc).collect()
    }
}

impl Person {
    fn take(&mut self, sealed: &[u8], message: usize, segment: usize, at: Instant) {
        let mut bytes = sealed.to_vec();
        if (192..=223).contains(&bytes[1]) {
            let length = self.opener.open_rtcp(&mut bytes).expect("authentic");
            bytes.truncate(length);
            self.rtcp.push(bytes);
            return;
        }
        // A number used twice would be refused here as a replay.
        let opened = self.opener.open_rtp(&mut bytes).expect("authentic and new");
        bytes.truncate(opened.length);
        let header = Header::parse(&bytes).expect("a good packet");
        self.rtp.push(Got { bytes, header, message, segment, at });
    }

    /// The SSRCs that key frames were asked of.
    pub(crate) fn key_frame_requests(&self) -> Vec<u32> {
        let packets = self.rtcp.iter().flat_map(|bytes| sfu::rtcp::Packets::new(bytes));
        packets
            .filter_map(|packet| match packet.expect("good RTCP") {
                sfu::rtcp::Packet::KeyFrameRequest(request) => Some(request.media),
                _ => None,
            })
            .collect()
    }
}

/// A publisher's VP8 stream.
pub(crate) struct Camera {
    pub(crate) ssrc: u32,
    pub(crate) rtx_ssrc: u32,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) picture: u16,
    tl0: u8,
    rid: Option<&'static str>,
    rtx_sequence: u16,
    transport_sequence: u16,
}

impl Camera {
    pub(crate) fn new(ssrc: u32) -> Camera {
        Camera {
            ssrc,
            rtx_ssrc: ssrc + 1,
            sequence: 100,
            timestamp: ssrc.wrapping_mul(977),
            picture: 7,
            tl0: 3,
            rid: None,
            rtx_sequence: 40,
            transport_sequence: 1,
        }
    }

    pub(crate) fn layer(ssrc: u32, rid: &'static str) -> Camera {
        Camera { rid: Some(rid), ..Camera::new(ssrc) }
    }

    /// The packets of the next frame, of these payload sizes.
    pub(crate) fn frame(&mut self, key: bool, temporal: u8, sizes: &[usize]) -> Vec<Vec<u8>> {
        self.timestamp = self.timestamp.wrapping_add(3_000);
        self.picture = self.picture.wrapping_add(1) & 0x7FFF;
        if temporal == 0 {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        let count = sizes.len();
        sizes.iter().enumerate().map(|(at, size)| self.packet(key, temporal, at == 0, at + 1 == count, *size)).collect()
    }

    fn packet(&mut self, key: bool, temporal: u8, first: bool, last: bool, size: usize) -> Vec<u8> {
        let [high, low] = self.picture.to_be_bytes();
        let start = if first { 0x90 } else { 0x80 };
        let mut payload = vec![start, 0xE0, high | 0x80, low, self.tl0, temporal << 6];
        payload.extend(if key { [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 64, 0] } else { [0x11; 10] });
        payload.resize(size.max(16), 0xAB);
        self.sequence = self.sequence.wrapping_add(1);
        self.transport_sequence = self.transport_sequence.wrapping_add(1);
        let transport = self.transport_sequence.to_be_bytes();
        let mut elements = Elements::new();
        elements.push(3, &transport);
        elements.push(1, b"v");
        if let Some(rid) = self.rid {
            elements.push(2, rid.as_bytes());
        }
        let fields = Fields { marker: last, payload_type: VP8, sequence: self.sequence, timestamp: self.timestamp, ssrc: self.ssrc };
        let mut buffer = vec![0; 1_600];
        let length = write_packet(&mut buffer, &fields, &elements, &payload).expect("fits");
        buffer.truncate(length);
        buffer
    }

    /// A packet of padding alone, by which a publisher looks for room on its own path.
    pub(crate) fn padding(&mut self) -> Vec<u8> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut elements = Elements::new();
        elements.push(1, b"v");
        if let Some(rid) = self.rid {
            elements.push(2, rid.as_bytes());
        }
        let fields = Fields { marker: false, payload_type: VP8, sequence: self.sequence, timestamp: self.timestamp, ssrc: self.ssrc };
        let mut buffer = vec![0; 1_600];
        let length = write_packet(&mut buffer, &fields, &elements, &[]).expect("fits");
        let length = pad(&mut buffer, length, u8::MAX).expect("fits");
        buffer.truncate(length);
        buffer
    }

    /// The retransmission of a packet.
    pub(crate) fn again(&mut self, original: &[u8]) -> Vec<u8> {
        let header = Header::parse(original).expect("a good packet");
        self.rtx_sequence += 1;
        let fields = Fields {
            marker: header.marker,
            payload_type: VP8_RTX,
            sequence: self.rtx_sequence,
            timestamp: header.timestamp,
            ssrc: self.rtx_ssrc,
        };
        let mut elements = Elements::new();
        elements.push(1, b"v");
        if let Some(rid) = self.rid {
            elements.push(4, rid.as_bytes());
        }
        let mut buffer = vec![0; 1_600];
        let length = write_rtx(&mut buffer, &fields, &elements, header.sequence, header.payload(original)).expect("fits");
        buffer.truncate(length);
        buffer
    }
}

/// One packet of a microphone.
pub(crate) fn sound(ssrc: u32, payload_type: u8, sequence: u16, level: u8, payload: &[u8]) -> Vec<u8> {
    let level = [level];
    let mut elements = Elements::new();
    elements.push(1, b"a");
    elements.push(5, &level);
    let fields = Fields { marker: false, payload_type, sequence, timestamp: u32::from(sequence) * 960, ssrc };
    let mut buffer = vec![0; 1_600];
    let length = write_packet(&mut buffer, &fields, &elements, payload).expect("fits");
    buffer.truncate(length);
    buffer
}

pub(crate) fn publisher_ids() -> ExtensionIds {
    ExtensionIds {
        mid: Some(1),
        rid: Some(2),
        transport_cc: Some(3),
        repaired_rid: Some(4),
        audio_level: Some(5),
        ..ExtensionIds::default()
    }
}

pub(crate) fn camera_setup(rids: &[&str]) -> TrackSetup {
    let layer = |(at, rid): (u16, &&str)| LayerSetup {
        rid: Rid::new(rid),
        width: 320 << at,
        height: 180 << at,
        fps: 30,
        bitrate_bps: 150_000 << (2 * at),
        ..LayerSetup::default()
    };
    let layers = if rids.is_empty() { vec![LayerSetup::default()] } else { (0..).zip(rids).map(layer).collect() };
    TrackSetup {
        source: Source::Camera,
        mid: Mid::new("v"),
        codec: CodecSetup {
            kind: CodecKind::Vp8,
            payload_type: VP8,
            clock_rate_hz: 90_000,
            rtx_payload_type: Some(VP8_RTX),
            red_payload_type: None,
        },
        layers,
        extensions: publisher_ids(),
        nack: true,
        encrypted: false,
    }
}

pub(crate) fn microphone_setup() -> TrackSetup {
    TrackSetup {
        source: Source::Microphone,
        mid: Mid::new("a"),
        codec: CodecSetup {
            kind: CodecKind::Opus,
            payload_type: OPUS,
            clock_rate_hz: 48_000,
            rtx_payload_type: None,
            red_payload_type: Some(RED),
        },
        layers: vec![LayerSetup::default()],
        extensions: publisher_ids(),
        nack: true,
        encrypted: false,
    }
}

/// A down track of a video at a subscriber whose ids and payload types differ from the publisher's.
pub(crate) fn video_down(ssrc: u32) -> DownSetup {
    DownSetup {
        mid: Mid::new("7"),
        ssrc,
        rtx_ssrc: Some(ssrc + 1),
        payload_type: 100,
        rtx_payload_type: Some(101),
        red_payload_type: None,
        extensions: ExtensionIds { mid: Some(9), transport_cc: Some(12), ..ExtensionIds::default() },
        cname: "someone".into(),
        nack: true,
    }
}

pub(crate) fn audio_down(ssrc: u32) -> DownSetup {
    DownSetup {
        mid: Mid::new("8"),
        ssrc,
        rtx_ssrc: None,
        payload_type: 109,
        rtx_payload_type: None,
        red_payload_type: None,
        extensions: ExtensionIds { mid: Some(9), audio_level: Some(10), ..ExtensionIds::default() },
        cname: "someone".into(),
        nack: true,
    }
}

/// The picture id of a VP8 payload with the descriptor that [`Camera`] writes.
pub(crate) fn picture_of(payload: &[u8]) -> u16 {
    u16::from_be_bytes([payload[2] & 0x7F, payload[3]])
}

#[expect(clippy::disallowed_methods, reason = "an instant cannot be made from nothing; only differences to it matter")]
fn start() -> Instant {
    Instant::now()
}
