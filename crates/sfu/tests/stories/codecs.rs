//! Payloads of other kinds: H.264 in its packings, what is encrypted end to end, and every way of protecting packets.

use sfu::rtp::{Elements, Fields, write_packet};
use sfu::{CodecKind, CodecSetup, DownSettings, DownSetup, ExtensionIds, PeerSetup, RoomSetup, SrtpProfile, TrackSetup};

use crate::lab::*;

/// SPS and PPS in one packet.
const STAP_A: [u8; 20] = [0x78, 0, 13, 0x67, 0x42, 0xC0, 0x1F, 0xDA, 0x01, 0x40, 0x16, 0xE8, 0x06, 0xD0, 0xA1, 0x35, 0, 2, 0x68, 0xCE];
/// The first and the last fragment of a picture that needs nothing else.
const IDR_START: [u8; 4] = [0x7C, 0x85, 0x88, 1];
const IDR_END: [u8; 4] = [0x7C, 0x45, 0x88, 2];
/// The same of one that needs the one before.
const DELTA_START: [u8; 4] = [0x5C, 0x81, 0x9A, 3];
const DELTA_END: [u8; 4] = [0x5C, 0x41, 0x9A, 4];

/// A layer of H.264.
struct Layer {
    ssrc: u32,
    rid: &'static str,
    sequence: u16,
    timestamp: u32,
}

impl Layer {
    fn new(ssrc: u32, rid: &'static str) -> Layer {
        Layer { ssrc, rid, sequence: 500, timestamp: ssrc }
    }

    fn send(&mut self, lab: &mut Lab, payloads: &[&[u8]]) {
        self.timestamp += 3_000;
        for (at, payload) in payloads.iter().enumerate() {
            self.sequence += 1;
            let mut elements = Elements::new();
            elements.push(1, b"v");
            elements.push(2, self.rid.as_bytes());
            let (marker, ssrc) = (at + 1 == payloads.len(), self.ssrc);
            let fields = Fields { marker, payload_type: VP8, sequence: self.sequence, timestamp: self.timestamp, ssrc };
            // The layer is told by what follows the headers.
            let payload = [payload, self.rid.as_bytes()].concat();
            let mut buffer = vec![0; 200];
            let length = write_packet(&mut buffer, &fields, &elements, &payload).expect("fits");
            lab.send(0, &buffer[..length]);
        }
    }
}

fn h264(setup: TrackSetup) -> TrackSetup {
    TrackSetup { codec: CodecSetup { kind: CodecKind::H264, ..setup.codec }, ..setup }
}

fn plain_down() -> DownSetup {
    DownSetup { extensions: ExtensionIds::default(), ..video_down(5_000) }
}

#[test]
fn layers_of_h264_are_switched_where_a_picture_needs_nothing_else() {
    let mut lab = Lab::new(2, RoomSetup::default());
    let track = lab.publish(0, h264(camera_setup(&["q", "h"])));
    let down = lab.subscribe(1, track, plain_down());
    let (mut low, mut high) = (Layer::new(1_000, "q"), Layer::new(2_000, "h"));
    let key: [&[u8]; 3] = [&STAP_A, &IDR_START, &IDR_END];
    let delta: [&[u8]; 2] = [&DELTA_START, &DELTA_END];
    let mut frame = |lab: &mut Lab, packets: &[&[u8]]| {
        low.send(lab, packets);
        high.send(lab, packets);
        lab.pass(33 * MS);
    };
    frame(&mut lab, &delta);
    assert!(lab.media(1, 5_000).is_empty(), "a fragment of a picture that needs others begins nothing");
    for packets in [&key[..], &key[..], &delta[..]] {
        frame(&mut lab, packets);
    }
    lab.sfu.set_down(down, DownSettings { max_layer: 0, ..DownSettings::default() }, lab.now);
    frame(&mut lab, &delta);
    let layers = |lab: &Lab| lab.media(1, 5_000).iter().map(|got| *got.payload().last().expect("a layer")).collect::<Vec<_>>();
    assert_eq!(layers(&lab).last(), Some(&b'h'), "not in the middle of what needs other pictures");
    let before = layers(&lab).len();
    frame(&mut lab, &key);
    frame(&mut lab, &delta);
    assert_eq!(layers(&lab)[before..], [b'q'; 5]);
    let got = lab.media(1, 5_000);
    assert_eq!(got[before].payload()[..STAP_A.len()], STAP_A, "from the parameter sets on");
    assert!(got.windows(2).all(|pair| pair[1].header.sequence == pair[0].header.sequence.wrapping_add(1)));
    assert!(got.windows(2).all(|pair| pair[1].header.timestamp.wrapping_sub(pair[0].header.timestamp) < 10_000));
}

#[test]
fn what_is_encrypted_end_to_end_stays_as_it_is() {
    let secret = |payload: &[u8]| payload[16..].to_vec();
    let mut lab = Lab::new(2, RoomSetup::default());
    let track = lab.publish(0, TrackSetup { encrypted: true, ..camera_setup(&[]) });
    lab.subscribe(1, track, plain_down());
    let mut camera = Camera::new(1_000);
    let mut sent = Vec::new();
    for key in [true, false, false] {
        for mut packet in camera.frame(key, 0, &[300, 301]) {
            // Behind the clear descriptor and the first bytes of the frame nothing can be read.
            let from = packet.len() - 280;
            packet[from..].iter_mut().zip((0..=u8::MAX).cycle()).for_each(|(byte, noise)| *byte = noise.wrapping_mul(167) ^ 0x5A);
            sent.push(secret(sfu::rtp::Header::parse(&packet).expect("good").payload(&packet)));
            lab.send(0, &packet);
        }
        lab.pass(33 * MS);
    }
    let got: Vec<_> = lab.media(1, 5_000).iter().map(|got| secret(got.payload())).collect();
    assert_eq!(got, sent);
}

#[test]
fn every_protection_carries_a_room() {
    let profiles = [SrtpProfile::AeadAes256Gcm, SrtpProfile::AesCm128HmacSha1, SrtpProfile::AeadAes128Gcm];
    let mut lab = Lab::new(0, RoomSetup::default());
    for profile in profiles {
        lab.add_person_with(PeerSetup::default(), profile);
    }
    for publisher in 0..3_usize {
        let ssrc = 1_000 * u32::try_from(publisher + 1).expect("few");
        let track = lab.publish(publisher, camera_setup(&[]));
        let others: Vec<usize> = (0..3).filter(|other| *other != publisher).collect();
        for other in &others {
            lab.subscribe(*other, track, video_down(ssrc + 50));
        }
        let mut camera = Camera::new(ssrc);
        for key in [true, false] {
            for packet in camera.frame(key, 0, &[900, 901]) {
                lab.send(publisher, &packet);
            }
            lab.pass(33 * MS);
        }
        lab.pass(50 * MS);
        for other in others {
            let sizes: Vec<usize> = lab.media(other, ssrc + 50).iter().map(|got| got.payload().len()).collect();
            assert_eq!(sizes, [900, 901, 900, 901], "from {publisher} to {other}");
            let lost = lab.media(other, ssrc + 50)[3].header.sequence;
            lab.send_rtcp(other, |writer| {
                writer.nack(1, ssrc + 50, [lost]).expect("fits");
                writer.key_frame_request(1, ssrc + 50).expect("fits");
            });
            assert!(lab.media(other, ssrc + 51).iter().any(|got| got.payload().get(..2) == Some(&lost.to_be_bytes()[..])));
        }
        lab.pass(600 * MS);
        assert!(lab.people[publisher].key_frame_requests().contains(&ssrc));
    }
}
