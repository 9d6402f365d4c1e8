//! Nanoseconds and allocations per forwarded packet of 1,200 bytes, from the publisher's sealed datagram to the
//! subscribers' sealed messages: processor time of this thread, frame by frame as they arrive. A frame is served to all
//! its subscribers before the next one comes, so rows differ in what the machine has to remember, not in how much is
//! measured at once. Flat figures over all rows are what is wanted. In full by `cargo bench`, with few rounds by
//! `cargo test`, so that it never rots; a word on the command line chooses the rows that contain it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sfu::rtp::{Elements, Fields, write_packet};
use sfu::srtp::Sealer;
use sfu::{
    CodecKind, CodecSetup, DownSetup, ExtensionIds, LayerSetup, Limits, PeerId, PeerSetup, RoomSetup, Sfu, SfuConfig, Sink, Source,
    SrtpKeys, SrtpProfile, TrackId, TrackSetup,
};

const PAYLOAD_BYTES: usize = 1_172;
const PACKETS_PER_FRAME: usize = 8;
/// Turns that the rows take after one to warm up, and rounds of frames in each.
const TURNS_FULL: usize = 20;
const ROUNDS_FULL: usize = 40;
const ROUNDS_QUICK: usize = 3;
/// Virtual time between frames, for each publisher: every subscriber gets as much in a second in every row, and all
/// rounds fit into what the estimator grants without feedback.
const STEP: Duration = Duration::from_micros(80);
const BITRATE_BPS: u32 = 2_000_000_000;
const PROFILE: SrtpProfile = SrtpProfile::AeadAes128Gcm;
const SSRC: u32 = 1_000;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

struct Counting;

#[expect(unsafe_code, reason = "an allocator that counts can only be written so; it passes everything on")]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench");
    let (turns, rounds) = if full { (TURNS_FULL, ROUNDS_FULL) } else { (1, ROUNDS_QUICK) };
    let halls = [
        ("1 publisher, 100 subscribers", Hall::split(1, 100), rounds),
        ("10 people, all see all", Hall::round(10), rounds),
        ("1 stream each, 20 subscribers", Hall::split(1, 20), rounds * 5),
        ("10 streams each, 20 subscribers", Hall::split(10, 20), rounds.div_ceil(2)),
        ("50 streams each, 20 subscribers", Hall::split(50, 20), rounds.div_ceil(10)),
    ];
    let chosen = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let halls = halls.iter().filter(|(name, ..)| chosen.as_ref().is_none_or(|word| name.contains(word.as_str())));
    let mut rows: Vec<Row<'_>> = halls.map(|(name, hall, rounds)| Row::new(name, hall, *rounds)).collect();
    // In turns, so that what else the machine does falls on all rows alike.
    for turn in 0..=turns {
        rows.iter_mut().for_each(|row| row.run(turn > 0));
    }
    rows.iter_mut().for_each(Row::report);
}

/// Who publishes, and who sees all publishers but themselves.
struct Hall {
    people: usize,
    publishers: usize,
    first_subscriber: usize,
}

impl Hall {
    fn split(publishers: usize, subscribers: usize) -> Hall {
        Hall { people: publishers + subscribers, publishers, first_subscriber: publishers }
    }

    fn round(people: usize) -> Hall {
        Hall { people, publishers: people, first_subscriber: 0 }
    }
}

#[derive(Default)]
struct Counter {
    packets: u64,
    messages: u64,
}

impl Sink for Counter {
    fn send(&mut self, _peer: PeerId, segments: &[u8], segment_size: usize) {
        if segments.get(1).is_some_and(|second| !(192..=223).contains(second)) {
            self.packets += segments.len().div_ceil(segment_size) as u64;
            self.messages += 1;
        }
    }
}

/// A hall that is being measured.
struct Row<'a> {
    name: &'a str,
    hall: &'a Hall,
    rounds: usize,
    now: Instant,
    sfu: Sfu,
    people: Vec<PeerId>,
    sealers: Vec<Sealer>,
    round: usize,
    /// Nanoseconds per packet of each frame.
    costs: Vec<f64>,
    total: Counter,
    allocations: u64,
}

impl<'a> Row<'a> {
    fn new(name: &'a str, hall: &'a Hall, rounds: usize) -> Row<'a> {
        let now = clock();
        let (sfu, people) = build(hall, now);
        let sealers = people.iter().take(hall.publishers).map(|_| sealer()).collect();
        Row { name, hall, rounds, now, sfu, people, sealers, round: 0, costs: Vec::new(), total: Counter::default(), allocations: 0 }
    }

    /// One turn; the first one only warms up.
    fn run(&mut self, counts: bool) {
        let hall = self.hall;
        for _ in 0..self.rounds {
            let mut frames: Vec<Vec<Vec<u8>>> = self.sealers.iter_mut().map(|sealer| frame(sealer, self.round)).collect();
            self.round += 1;
            for (publisher, frame) in self.people.iter().zip(&mut frames) {
                let mut counter = Counter::default();
                let before = ALLOCATIONS.load(Ordering::Relaxed);
                let begin = spent_so_far();
                for packet in frame {
                    self.sfu.receive(*publisher, packet, self.now);
                }
                self.sfu.transmit(self.now, &mut counter);
                let passed = spent_so_far() - begin;
                if counts {
                    self.allocations += ALLOCATIONS.load(Ordering::Relaxed) - before;
                    self.total.packets += counter.packets;
                    self.total.messages += counter.messages;
                    self.costs.push(passed.as_nanos() as f64 / counter.packets.max(1) as f64);
                }
            }
            self.now += STEP * u32::try_from(hall.publishers).unwrap_or(u32::MAX);
            self.sfu.handle_timeout(self.now);
            self.sfu.transmit(self.now, &mut Counter::default());
        }
    }

    fn report(&mut self) {
        let hall = self.hall;
        let subscribers = hall.people - hall.first_subscriber;
        let own = if hall.first_subscriber == 0 { hall.people } else { 0 };
        let sent_per_round = (hall.publishers * subscribers - own) * PACKETS_PER_FRAME;
        let counted = self.round - self.rounds;
        assert_eq!(self.total.packets, (sent_per_round * counted) as u64, "every packet reaches every subscriber at once");
        self.costs.sort_by(f64::total_cmp);
        // The machine is shared: the tenth of the frames that were disturbed least tell most.
        let (undisturbed, median) = (self.costs[self.costs.len() / 10], self.costs[self.costs.len() / 2]);
        println!(
            "{:34} undisturbed {undisturbed:5.0} ns, median {median:5.0} ns, {:.3} allocations per packet, {:.1} packets per message",
            self.name,
            self.allocations as f64 / self.total.packets as f64,
            self.total.packets as f64 / self.total.messages as f64
        );
    }
}

fn build(hall: &Hall, now: Instant) -> (Sfu, Vec<PeerId>) {
    let limits = Limits { packets_max: 4_096, ..Limits::default() };
    let mut sfu = Sfu::new(SfuConfig { limits, seed: 1 });
    let room = sfu.add_room(RoomSetup::default()).expect("an empty machine");
    let setup = PeerSetup { start_bitrate_bps: BITRATE_BPS, max_bitrate_bps: BITRATE_BPS };
    let people: Vec<PeerId> = (0..hall.people).map(|_| sfu.add_peer(room, setup, now).expect("room")).collect();
    for id in &people {
        sfu.set_keys(*id, &keys(), now).expect("good keys");
    }
    let tracks: Vec<TrackId> =
        people.iter().take(hall.publishers).map(|id| sfu.add_track(*id, track(), now).expect("a good track")).collect();
    for (at, subscriber) in people.iter().enumerate().skip(hall.first_subscriber) {
        for (_, track) in tracks.iter().enumerate().filter(|(publisher, _)| *publisher != at) {
            let ssrc = sfu.new_ssrc(*subscriber).expect("a peer");
            sfu.add_down(*subscriber, *track, down(ssrc), now).expect("a good down track");
        }
    }
    (sfu, people)
}

fn frame(sealer: &mut Sealer, round: usize) -> Vec<Vec<u8>> {
    let key = round == 0;
    (0..PACKETS_PER_FRAME)
        .map(|at| {
            let number = round * PACKETS_PER_FRAME + at;
            let [high, low] = low16(round).to_be_bytes();
            let start = if at == 0 { 0x90 } else { 0x80 };
            let mut payload = vec![start, 0xE0, high | 0x80, low, low, 0];
            payload.extend(if key { [0x10, 0, 0, 0x9D, 0x01, 0x2A, 64, 0, 64, 0] } else { [0x11; 10] });
            // Browsers cut frames into equal packets, the later ones one byte longer.
            payload.resize(PAYLOAD_BYTES - usize::from(at < PACKETS_PER_FRAME / 2), 0xAB);
            let transport = low16(number).to_be_bytes();
            let mut elements = Elements::new();
            elements.push(3, &transport);
            let fields = Fields {
                marker: at + 1 == PACKETS_PER_FRAME,
                payload_type: 96,
                sequence: low16(number),
                timestamp: u32::try_from(round * 3_000).unwrap_or_default(),
                ssrc: SSRC,
            };
            let mut buffer = vec![0; 1_500];
            let length = write_packet(&mut buffer, &fields, &elements, &payload).expect("fits");
            let stream = sealer.stream(SSRC).expect("one stream");
            let sealed = sealer.seal_rtp(stream, &mut buffer, length).expect("fresh numbers");
            buffer.truncate(sealed);
            buffer
        })
        .collect()
}

fn low16(number: usize) -> u16 {
    sfu::low16(number as u64)
}

fn sealer() -> Sealer {
    Sealer::new(PROFILE, &[1; 16], &[2; 12]).expect("good keys")
}

fn keys() -> SrtpKeys {
    SrtpKeys { profile: PROFILE, local_key: vec![3; 16], local_salt: vec![4; 12], remote_key: vec![1; 16], remote_salt: vec![2; 12] }
}

fn track() -> TrackSetup {
    let codec =
        CodecSetup { kind: CodecKind::Vp8, payload_type: 96, clock_rate_hz: 90_000, rtx_payload_type: Some(97), red_payload_type: None };
    TrackSetup {
        source: Source::Camera,
        mid: None,
        codec,
        layers: vec![LayerSetup { ssrc: Some(SSRC), ..LayerSetup::default() }],
        extensions: ExtensionIds { transport_cc: Some(3), ..ExtensionIds::default() },
        nack: true,
        encrypted: false,
    }
}

fn down(ssrc: u32) -> DownSetup {
    DownSetup {
        mid: None,
        ssrc,
        rtx_ssrc: None,
        payload_type: 100,
        rtx_payload_type: None,
        red_payload_type: None,
        extensions: ExtensionIds { transport_cc: Some(5), ..ExtensionIds::default() },
        cname: "someone".into(),
        nack: false,
    }
}

/// Processor time that this thread has used.
fn spent_so_far() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every Linux has this clock").into()
}

#[expect(clippy::disallowed_methods, reason = "virtual time has to start somewhere")]
fn clock() -> Instant {
    Instant::now()
}
