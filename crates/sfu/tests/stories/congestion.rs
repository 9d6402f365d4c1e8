//! Paths that carry less than there is to send: the estimate follows them down and up, and queues have an end.

use std::time::{Duration, Instant};

use sfu::rtcp::Writer;
use sfu::twcc::Recorder;
use sfu::{DownSettings, DownSetup, DropReason, ExtensionIds, LayerSetup, PeerSetup, RoomSetup, Source, SrtpProfile, TrackSetup};

use crate::lab::*;

/// The id of transport-wide numbers in [`video_down`].
const TRANSPORT_ID: u8 = 12;
/// What may wait at the bottleneck.
const QUEUE: Duration = Duration::from_millis(300);

/// The path to one subscriber, and the subscriber's reports of it.
struct Path {
    rate_bps: u64,
    free_at: Instant,
    taken: usize,
    recorder: Recorder,
}

impl Path {
    fn new(rate_bps: u64, now: Instant) -> Path {
        Path { rate_bps, free_at: now, taken: 0, recorder: Recorder::new() }
    }

    /// Carries what left since the last time, and reports.
    fn carry(&mut self, lab: &mut Lab, who: usize) {
        let packets: Vec<_> = lab.people[who].rtp[self.taken..].to_vec();
        self.taken += packets.len();
        for got in packets {
            let Some([high, low]) = got.header.extension(&got.bytes, TRANSPORT_ID) else { continue };
            let starts = self.free_at.max(got.at);
            if starts - got.at > QUEUE {
                continue;
            }
            self.free_at = starts + Duration::from_nanos(got.bytes.len() as u64 * 8_000_000_000 / self.rate_bps);
            self.recorder.record(u16::from_be_bytes([*high, *low]), self.free_at);
        }
        let recorder = &mut self.recorder;
        if !recorder.is_due(lab.now) {
            return;
        }
        lab.send_rtcp(who, |writer: &mut Writer<'_>| while recorder.write(1, 5_000, writer) {});
    }
}

struct Story {
    lab: Lab,
    cameras: [Camera; 3],
    track: sfu::TrackId,
    down: sfu::DownId,
    path: Path,
}

impl Story {
    fn new(rate_bps: u64) -> Story {
        let mut lab = Lab::new(2, RoomSetup::default());
        let track = lab.publish(0, camera_setup(&["q", "h", "f"]));
        let down = lab.subscribe(1, track, video_down(5_000));
        let path = Path::new(rate_bps, lab.now);
        Story { lab, cameras: [Camera::layer(1_000, "q"), Camera::layer(2_000, "h"), Camera::layer(3_000, "f")], track, down, path }
    }

    /// Thirty frames a second: 150, 500 and 1,700 kbit/s, a key frame every second.
    fn run(&mut self, seconds: usize) {
        self.run_layers(seconds, 3, true);
    }

    /// The same of the lowest so many layers; gives the highest that the subscriber got.
    fn run_layers(&mut self, seconds: usize, layers: usize, reports: bool) -> Option<u8> {
        let mut highest = None;
        for frame in 0..seconds * 30 {
            for (camera, sizes) in self.cameras.iter_mut().zip([&[600; 1][..], &[1_000; 2], &[1_000; 7]]).take(layers) {
                for packet in camera.frame(frame % 30 == 0, 0, sizes) {
                    self.lab.send(0, &packet);
                }
            }
            self.lab.pass(33 * MS);
            if reports {
                self.path.carry(&mut self.lab, 1);
            }
            highest = highest.max(self.layer());
        }
        highest
    }

    fn estimate_bps(&self) -> u64 {
        self.lab.sfu.peer_stats(self.lab.people[1].id).expect("a peer").estimate_bps
    }

    fn layer(&self) -> Option<u8> {
        self.lab.sfu.down_stats(self.down).expect("a down track").layer
    }
}

#[test]
fn the_estimate_follows_the_path_down_and_up() {
    let mut story = Story::new(6_000_000);
    story.run(12);
    assert_eq!(story.layer(), Some(2), "{} bit/s", story.estimate_bps());
    story.path.rate_bps = 400_000;
    story.run(8);
    let low = story.estimate_bps();
    assert_eq!(story.layer(), Some(0), "{low} bit/s");
    assert!((100_000..600_000).contains(&low), "{low} bit/s");
    let probes = |story: &Story| story.lab.media(1, 5_001).iter().filter(|got| got.payload().is_empty()).count();
    let before = probes(&story);
    story.path.rate_bps = 6_000_000;
    story.run(30);
    assert_eq!(story.layer(), Some(2), "{} bit/s", story.estimate_bps());
    assert!(probes(&story) > before, "room is found by looking for it");
}

#[test]
fn padding_does_not_make_a_layer_dear() {
    let mut story = Story::new(6_000_000);
    for frame in 0..30 * 12 {
        let key = frame % 30 == 0;
        for (camera, size) in story.cameras.iter_mut().zip([60, 90, 120]) {
            camera.frame(key, 0, &[size]).iter().for_each(|packet| story.lab.send(0, packet));
        }
        for _ in 0..60 {
            // More than the subscriber's path is believed to take.
            story.lab.send(0, &story.cameras[0].padding());
        }
        story.lab.pass(33 * MS);
        story.path.carry(&mut story.lab, 1);
    }
    assert_eq!(story.layer(), Some(2), "{} bit/s", story.estimate_bps());
}

#[test]
fn who_hears_nothing_back_sends_less() {
    let mut story = Story::new(6_000_000);
    story.run(8);
    let before = story.estimate_bps();
    story.run_layers(4, 3, false);
    assert!(story.estimate_bps() < before / 2, "{before} and then {}", story.estimate_bps());
}

#[test]
fn a_full_queue_is_emptied_and_nobody_else_notices() {
    let mut lab = Lab::new(1, RoomSetup::default());
    let slow = PeerSetup { start_bitrate_bps: 100_000, max_bitrate_bps: 100_000 };
    lab.add_person_with(slow, SrtpProfile::AeadAes128Gcm);
    lab.add_person();
    let track = lab.publish(0, camera_setup(&[]));
    lab.subscribe(1, track, video_down(5_000));
    lab.subscribe(2, track, DownSetup { extensions: ExtensionIds::default(), ..video_down(5_000) });
    let mut camera = Camera::new(1_000);
    let mut longest = 0;
    for frame in 0..60 {
        for packet in camera.frame(frame % 10 == 0, 0, &[1_000; 20]) {
            lab.send(0, &packet);
        }
        lab.pass(33 * MS);
        longest = longest.max(lab.sfu.peer_stats(lab.people[1].id).expect("a peer").queued_packets);
    }
    assert!((1..=32).contains(&longest), "{longest} packets are more than the path takes in a second");
    assert!(lab.sfu.stats().drops.count(DropReason::QueueFull) > 0);
    let sequences: Vec<u16> = lab.media(2, 5_000).iter().map(|got| got.header.sequence).collect();
    assert_eq!(sequences.len(), 60 * 20);
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)));
    let numbers: Vec<u16> = lab.media(1, 5_000).iter().map(|got| got.header.sequence).collect();
    assert!(numbers.len() < 600 && numbers.windows(2).all(|pair| pair[1] != pair[0]), "{} of 1200", numbers.len());
}

#[test]
fn layers_that_come_back_cost_what_they_cost_and_not_what_silence_did() {
    let mut story = Story::new(400_000);
    story.run(10);
    assert_eq!(story.run_layers(10, 1, true), Some(0));
    let highest = story.run_layers(2, 3, true);
    assert_eq!(highest, Some(0), "{} bit/s", story.estimate_bps());
}

#[test]
fn a_camera_that_was_off_costs_what_it_costs_and_not_what_silence_did() {
    let mut story = Story::new(400_000);
    story.run(12);
    let now = story.lab.now;
    story.lab.sfu.set_muted(story.track, true, now);
    story.run_layers(20, 0, true);
    let now = story.lab.now;
    story.lab.sfu.set_muted(story.track, false, now);
    let highest = story.run_layers(2, 3, true);
    assert_eq!(highest, Some(0), "{} bit/s", story.estimate_bps());
}

#[test]
fn what_was_paused_for_want_of_room_comes_back_when_there_is_room() {
    let mut story = Story::new(2_000_000);
    let now = story.lab.now;
    story.lab.sfu.set_down(story.down, DownSettings { allow_pause: true, ..DownSettings::default() }, now);
    story.run(6);
    story.path.rate_bps = 60_000;
    story.run(15);
    assert_eq!(story.layer(), None, "{} bit/s", story.estimate_bps());
    story.path.rate_bps = 2_000_000;
    story.run(20);
    assert!(story.layer() >= Some(1), "{:?} at {} bit/s", story.layer(), story.estimate_bps());
}

#[test]
fn room_for_a_screen_is_known_before_it_moves() {
    let mut lab = Lab::new(2, RoomSetup::default());
    let layer = LayerSetup { width: 1_920, height: 1_080, fps: 15, bitrate_bps: 2_500_000, ..LayerSetup::default() };
    let track = lab.publish(0, TrackSetup { source: Source::ScreenShare, layers: vec![layer], ..camera_setup(&[]) });
    lab.subscribe(1, track, video_down(5_000));
    let mut path = Path::new(300_000, lab.now);
    let mut camera = Camera::new(1_000);
    for frame in 0..15 * 30 {
        // Five seconds of a moving screen on a thin path; then the path is wide, and the screen stands still.
        let (moves, size) = if frame < 75 { (true, 1_000) } else { (false, 80) };
        path.rate_bps = if moves { 300_000 } else { 6_000_000 };
        camera.frame(frame % 75 == 0, 0, &vec![size; if moves { 6 } else { 1 }]).iter().for_each(|packet| lab.send(0, packet));
        lab.pass(66 * MS);
        path.carry(&mut lab, 1);
    }
    let estimate_bps = lab.sfu.peer_stats(lab.people[1].id).expect("a peer").estimate_bps;
    assert!(estimate_bps > 2_500_000, "{estimate_bps} bit/s");
}
