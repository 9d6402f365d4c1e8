//! Nanoseconds per packet of the wire: parse, write, open, seal, and feedback. In full by `cargo bench`, with few
//! rounds by `cargo test` or `--quick`, so that it never rots.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sfu::rtp::{Elements, Fields, Header, write_header, write_packet};
use sfu::srtp::{OVERHEAD_MAX, Opener, Profile, Sealer};
use sfu::twcc::{History, Recorder};
use sfu::{codec, low16, rtcp};

const PAYLOAD_BYTES: usize = 1_172;
/// Short runs, so that some of them have the core for themselves.
const ROUNDS_FULL: u64 = 500;
const ROUNDS_QUICK: u64 = 20;
/// The fastest of them counts, for the machine is shared.
const RUNS: u32 = 100;
const SSRC: u32 = 4_711;

fn main() {
    let full = std::env::args().any(|argument| argument == "--bench") && !std::env::args().any(|argument| argument == "--quick");
    let rounds = if full { ROUNDS_FULL } else { ROUNDS_QUICK };
    parse(rounds);
    rewrite(rounds);
    for (name, profile) in
        [("AES-128-GCM", Profile::AeadAes128Gcm), ("AES-256-GCM", Profile::AeadAes256Gcm), ("AES-CM-SHA1", Profile::AesCm128HmacSha1)]
    {
        seal(name, profile, rounds);
        open(name, profile, rounds);
    }
    feedback(rounds);
}

fn parse(rounds: u64) {
    let packet = packet(1);
    report("parse header, extensions, VP8 descriptor", rounds, |_| {
        let header = Header::parse(black_box(&packet)).expect("a packet of ours");
        black_box(codec::vp8::Descriptor::parse(header.payload(&packet)));
    });
}

fn rewrite(rounds: u64) {
    let packet = packet(1);
    let header = Header::parse(&packet).expect("a packet of ours");
    let mut buffer = [0; 1_500];
    report("rewrite header, copy 1172 bytes", rounds, |number| {
        let fields = Fields { sequence: low16(number), ssrc: SSRC, ..Fields::default() };
        let sequence = low16(number).to_be_bytes();
        let mut elements = Elements::new();
        elements.push(3, b"1");
        elements.push(4, &sequence);
        let at = write_header(&mut buffer, &fields, &elements).expect("room for a header");
        let payload = header.payload(&packet);
        buffer[at..at + payload.len()].copy_from_slice(payload);
        black_box(&buffer);
    });
}

fn seal(name: &str, profile: Profile, rounds: u64) {
    let (mut sealer, _) = pair(profile);
    let stream = sealer.stream(SSRC).expect("the first stream");
    let mut buffer = packet(0);
    let length = buffer.len();
    buffer.resize(length + OVERHEAD_MAX, 0);
    report(&format!("seal 1200 bytes, {name}"), rounds, |number| {
        buffer[2..4].copy_from_slice(&low16(number).to_be_bytes());
        black_box(sealer.seal_rtp(stream, &mut buffer, length).expect("a new index"));
    });
}

fn open(name: &str, profile: Profile, rounds: u64) {
    let (mut sealer, mut opener) = pair(profile);
    let stream = sealer.stream(SSRC).expect("the first stream");
    let mut sealed: Vec<Vec<u8>> = (0..rounds * u64::from(RUNS))
        .map(|number| {
            let mut buffer = packet(low16(number));
            let length = buffer.len();
            buffer.resize(length + OVERHEAD_MAX, 0);
            let end = sealer.seal_rtp(stream, &mut buffer, length).expect("a new index");
            buffer.truncate(end);
            buffer
        })
        .collect();
    report(&format!("open 1200 bytes, {name}"), rounds, |number| {
        let packet = usize::try_from(number).ok().and_then(|at| sealed.get_mut(at)).expect("a packet per round");
        black_box(opener.open_rtp(packet).expect("authentic"));
    });
}

fn feedback(rounds: u64) {
    let start = now();
    let mut history = History::new(start);
    let mut recorder = Recorder::new();
    let mut buffer = [0; 1_200];
    report("transport feedback, both ways, per packet", rounds, |number| {
        let at = start + Duration::from_millis(number);
        recorder.record(history.send(1_200, None, at), at);
        if recorder.is_due(at) {
            let mut writer = rtcp::Writer::new(&mut buffer);
            recorder.write(1, 2, &mut writer);
            let written = writer.written();
            for packet in rtcp::Packets::new(&buffer[..written]).flatten() {
                if let rtcp::Packet::Transport(feedback) = packet {
                    history.apply(&feedback, |result| {
                        black_box(result);
                    });
                }
            }
        }
    });
}

fn report(name: &str, rounds: u64, mut work: impl FnMut(u64)) {
    let mut best = f64::INFINITY;
    let mut number = 0;
    for _ in 0..RUNS {
        let start = now();
        for _ in 0..rounds {
            work(number);
            number += 1;
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / rounds as f64);
    }
    println!("{name:<44} {best:>8.0} ns");
}

fn pair(profile: Profile) -> (Sealer, Opener) {
    let (key, salt) = (vec![3; profile.key_bytes()], vec![5; profile.salt_bytes()]);
    (Sealer::new(profile, &key, &salt).expect("lengths of the profile"), Opener::new(profile, &key, &salt).expect("lengths of the profile"))
}

fn packet(sequence: u16) -> Vec<u8> {
    let mut payload = vec![7; PAYLOAD_BYTES];
    payload[..6].copy_from_slice(&[0x90, 0xF0, 0x81, 0x02, 7, 0x65]);
    let fields = Fields { sequence, ssrc: SSRC, ..Fields::default() };
    let mut elements = Elements::new();
    elements.push(3, b"1");
    elements.push(4, &[0, 1]);
    let mut buffer = vec![0; 1_500];
    let length = write_packet(&mut buffer, &fields, &elements, &payload).expect("room for a packet");
    buffer.truncate(length);
    buffer
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}
