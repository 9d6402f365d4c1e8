//! Simulcast: which layer a subscriber gets, switches that it does not notice, layers nobody wants.

use sfu::rtcp::SenderTimes;
use sfu::{DownSettings, PeerSetup, RoomSetup, SfuEvent, SrtpProfile};

use crate::lab::*;

struct Simulcast {
    lab: Lab,
    cameras: [Camera; 3],
    track: sfu::TrackId,
    down: sfu::DownId,
}

impl Simulcast {
    fn new() -> Simulcast {
        let mut lab = Lab::new(2, RoomSetup::default());
        let track = lab.publish(0, camera_setup(&["q", "h", "f"]));
        let down = lab.subscribe(1, track, sfu::DownSetup { extensions: sfu::ExtensionIds::default(), ..video_down(5_000) });
        let cameras = [Camera::layer(1_000, "q"), Camera::layer(2_000, "h"), Camera::layer(3_000, "f")];
        Simulcast { lab, cameras, track, down }
    }

    /// A frame of every layer up to `layers`; sizes tell the layers apart.
    fn frame(&mut self, key: bool, layers: usize) {
        for (at, camera) in self.cameras.iter_mut().enumerate().take(layers) {
            let temporal = u8::from(!key && camera.picture % 2 == 0);
            for packet in camera.frame(key, temporal, &[100 * (at + 1)]) {
                self.lab.send(0, &packet);
            }
        }
        self.lab.pass(33 * MS);
    }

    fn sizes(&self) -> Vec<usize> {
        self.lab.media(1, 5_000).iter().map(|got| got.payload().len()).collect()
    }

    fn set(&mut self, settings: DownSettings) {
        self.lab.sfu.set_down(self.down, settings, self.lab.now);
    }

    fn assert_continuous(&self) {
        let got = self.lab.media(1, 5_000);
        for pair in got.windows(2) {
            assert_eq!(pair[1].header.sequence, pair[0].header.sequence.wrapping_add(1));
            let step = pair[1].header.timestamp.wrapping_sub(pair[0].header.timestamp);
            assert!((1..=9_100).contains(&step), "a step of {step}");
            assert_eq!(picture_of(pair[1].payload()), (picture_of(pair[0].payload()) + 1) & 0x7FFF);
        }
    }
}

#[test]
fn the_best_layer_is_sent_and_switches_wait_for_key_frames() {
    let mut story = Simulcast::new();
    story.frame(true, 3);
    story.frame(true, 3);
    story.frame(false, 3);
    assert_eq!(story.sizes().last(), Some(&300));
    story.set(DownSettings { max_layer: 1, ..DownSettings::default() });
    story.frame(false, 3);
    assert_eq!(story.sizes().last(), Some(&300), "a switch without key frame would break the picture");
    assert!(story.lab.people[0].key_frame_requests().contains(&2_000));
    story.frame(true, 3);
    story.frame(false, 3);
    assert_eq!(story.sizes().last(), Some(&200));
    story.assert_continuous();
}

#[test]
fn clocks_of_layers_are_aligned_by_sender_reports() {
    let mut story = Simulcast::new();
    story.frame(true, 3);
    story.frame(true, 3);
    let clocks: Vec<(u32, u32)> = story.cameras.iter().map(|camera| (camera.ssrc, camera.timestamp)).collect();
    story.lab.send_rtcp(0, |writer| {
        for (ssrc, timestamp) in &clocks {
            writer.sender_report(*ssrc, SenderTimes { ntp: 1 << 40, timestamp: *timestamp }, 1, 1, &[]).expect("fits");
        }
    });
    story.set(DownSettings { max_layer: 0, ..DownSettings::default() });
    story.frame(true, 3);
    let got = story.lab.media(1, 5_000);
    let (before, after) = (got[got.len() - 2], got[got.len() - 1]);
    assert_eq!((before.payload().len(), after.payload().len()), (300, 100));
    assert_eq!(after.header.timestamp.wrapping_sub(before.header.timestamp), 3_000);
}

#[test]
fn a_layer_that_stops_is_left_and_found_again() {
    let mut story = Simulcast::new();
    story.frame(true, 3);
    story.frame(true, 3);
    for _ in 0..45 {
        story.frame(false, 2);
    }
    story.frame(true, 2);
    story.frame(false, 2);
    assert_eq!(story.sizes().last(), Some(&200));
    for _ in 0..3 {
        story.frame(true, 3);
    }
    assert_eq!(story.sizes().last(), Some(&300));
}

#[test]
fn upper_temporal_layers_are_left_out_without_gaps() {
    let mut story = Simulcast::new();
    story.set(DownSettings { max_layer: 0, max_fps: Some(10), ..DownSettings::default() });
    story.frame(true, 1);
    for _ in 0..60 {
        story.frame(false, 1);
    }
    let before = story.sizes().len();
    for _ in 0..20 {
        story.frame(false, 1);
    }
    assert_eq!(story.sizes().len() - before, 10);
    story.assert_continuous();
}

#[test]
fn unwanted_layers_are_told() {
    let mut story = Simulcast::new();
    let told = |story: &Simulcast| {
        let wanted = story.lab.events.iter().filter_map(|event| match event {
            SfuEvent::LayersWanted { track, wanted } if *track == story.track => Some(wanted.clone()),
            _ => None,
        });
        wanted.collect::<Vec<_>>()
    };
    story.frame(true, 3);
    assert_eq!(told(&story), [vec![true, true, true]]);
    story.set(DownSettings { paused: true, ..DownSettings::default() });
    story.lab.pass(4_900 * MS);
    assert_eq!(told(&story).len(), 1);
    story.lab.pass(500 * MS);
    assert_eq!(told(&story).last(), Some(&vec![false, false, false]));
    story.set(DownSettings { size: Some((600, 300)), ..DownSettings::default() });
    story.lab.pass(MS);
    assert_eq!(told(&story).last(), Some(&vec![true, true, false]));
}

#[test]
fn the_layer_before_is_sent_until_the_key_frame_is_whole() {
    let mut story = Simulcast::new();
    story.set(DownSettings { max_layer: 0, ..DownSettings::default() });
    story.frame(true, 3);
    story.frame(false, 3);
    story.set(DownSettings::default());
    let key = story.cameras[2].frame(true, 0, &[300, 300, 300]);
    for packet in [&key[0], &key[2]] {
        story.lab.send(0, packet);
    }
    for _ in 0..3 {
        story.frame(false, 1);
        assert_eq!(story.sizes().last(), Some(&100), "a key frame with a hole shows nothing");
    }
    let asked = story.lab.people[0].key_frame_requests().len();
    let again = story.cameras[2].again(&key[1]);
    story.lab.send(0, &again);
    story.lab.pass(10 * MS);
    let sizes = story.sizes();
    assert_eq!(sizes[sizes.len() - 4..], [100, 300, 300, 300]);
    for packet in story.cameras[2].frame(false, 0, &[300]) {
        story.lab.send(0, &packet);
    }
    story.lab.pass(10 * MS);
    assert_eq!(story.lab.people[0].key_frame_requests().len(), asked, "and nobody asked for another one meanwhile");
    let got = story.lab.media(1, 5_000);
    assert!(got.windows(2).all(|pair| pair[1].header.sequence == pair[0].header.sequence.wrapping_add(1)));
}

/// Somebody subscribes before the handshake is done, which takes so many frames from then on.
fn who_comes_late(frames: usize) -> (Simulcast, usize) {
    let mut story = Simulcast::new();
    story.frame(true, 3);
    for _ in 0..60 {
        story.frame(false, 3);
    }
    let (who, keys) = story.lab.add_person_without_keys(PeerSetup::default(), SrtpProfile::AeadAes128Gcm);
    let setup = sfu::DownSetup { extensions: sfu::ExtensionIds::default(), ..video_down(7_000) };
    story.lab.subscribe(who, story.track, setup);
    let asked = story.lab.people[0].key_frame_requests().len();
    story.lab.pass(MS);
    assert_eq!(story.lab.people[0].key_frame_requests()[asked..], [3_000], "asked for as soon as it is known who comes");
    story.frame(true, 3);
    for _ in 0..frames {
        story.frame(false, 3);
    }
    story.lab.sfu.set_keys(story.lab.people[who].id, &keys, story.lab.now).expect("good keys");
    story.lab.pass(MS);
    (story, who)
}

#[test]
fn a_picture_begins_with_the_key_frame_that_came_before_the_keys() {
    let (story, who) = who_comes_late(5);
    let got = story.lab.media(who, 7_000);
    assert_eq!(got.len(), 6, "the key frame and all that followed, at once");
    assert!(got.iter().all(|got| got.payload().len() == 300));
    assert_eq!(got[0].payload()[6] & 1, 0, "a key frame");
    let steps = |pair: &[&Got]| pair[1].header.timestamp.wrapping_sub(pair[0].header.timestamp);
    assert!(got.windows(2).all(|pair| pair[1].header.sequence == pair[0].header.sequence.wrapping_add(1) && steps(pair) == 3_000));
    assert_eq!(story.lab.people[0].key_frame_requests().iter().filter(|ssrc| **ssrc == 3_000).count(), 1, "no other was needed");
}

#[test]
fn a_key_frame_of_long_ago_is_asked_for_anew_without_waiting_for_a_whole_interval() {
    let (mut story, who) = who_comes_late(18);
    assert!(story.lab.media(who, 7_000).is_empty());
    assert_eq!(story.lab.people[0].key_frame_requests().last(), Some(&3_000), "0.6 s after the last one");
    story.frame(true, 3);
    assert_eq!(story.lab.media(who, 7_000).len(), 1);
}

#[test]
fn who_asks_while_a_key_frame_is_on_its_way_has_asked_for_that_one() {
    let mut story = Simulcast::new();
    story.frame(true, 3);
    story.frame(true, 3);
    let asked = story.lab.people[0].key_frame_requests().len();
    let ask = |story: &mut Simulcast| {
        story.lab.send_rtcp(1, |writer| writer.key_frame_request(1, 5_000).expect("fits"));
        story.lab.pass(1_000 * MS);
    };
    ask(&mut story);
    assert_eq!(story.lab.people[0].key_frame_requests().len(), asked);
    ask(&mut story);
    assert_eq!(story.lab.people[0].key_frame_requests()[asked..], [3_000], "who asks again means the next one");
}
