//! One publisher, one or a few subscribers: what arrives, in which order, under which numbers.

use sfu::{DropReason, RoomSetup, SfuEvent};

use crate::lab::*;

fn lab_with_camera() -> (Lab, Camera, sfu::TrackId, sfu::DownId) {
    let mut lab = Lab::new(2, RoomSetup::default());
    let track = lab.publish(0, camera_setup(&[]));
    let down = lab.subscribe(1, track, video_down(5_000));
    (lab, Camera::new(1_000), track, down)
}

fn send_frame(lab: &mut Lab, camera: &mut Camera, key: bool, sizes: &[usize]) -> Vec<Vec<u8>> {
    let packets = camera.frame(key, 0, sizes);
    for packet in &packets {
        lab.send(0, packet);
    }
    lab.pass(33 * MS);
    packets
}

#[test]
fn nothing_before_a_key_frame_which_is_asked_for() {
    let (mut lab, mut camera, track, _) = lab_with_camera();
    send_frame(&mut lab, &mut camera, false, &[900, 901]);
    assert!(lab.media(1, 5_000).is_empty());
    assert_eq!(lab.people[0].key_frame_requests(), [1_000]);
    assert!(lab.events.contains(&SfuEvent::TrackLive { track }));
    send_frame(&mut lab, &mut camera, true, &[900, 901]);
    send_frame(&mut lab, &mut camera, false, &[900]);
    let got = lab.media(1, 5_000);
    assert_eq!(got.len(), 3);
    assert!(got.iter().all(|got| got.header.payload_type == 100));
    let first = got[0].header.sequence;
    assert_eq!(got.iter().map(|got| got.header.sequence - first).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(got[2].header.timestamp.wrapping_sub(got[0].header.timestamp), 3_000);
    assert_eq!(picture_of(got[2].payload()), picture_of(got[0].payload()) + 1);
}

#[test]
fn a_frame_is_one_message_of_equal_segments() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    send_frame(&mut lab, &mut camera, true, &[900, 900, 901, 901, 300]);
    let got = lab.media(1, 5_000);
    assert!(got.iter().all(|one| one.message == got[0].message && one.segment == got[0].segment));
    let sizes: Vec<usize> = got.iter().map(|got| got.payload().len()).collect();
    assert_eq!(sizes, [900, 900, 901, 901, 300], "padding is not payload");
}

#[test]
fn a_repeat_is_forwarded_once() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    let packets = send_frame(&mut lab, &mut camera, true, &[900, 900]);
    for packet in &packets {
        let again = camera.again(packet);
        lab.send(0, &again);
    }
    lab.pass(20 * MS);
    assert_eq!(lab.media(1, 5_000).len(), 2);
    assert_eq!(lab.sfu.stats().drops.count(DropReason::Duplicate), 2);
}

#[test]
fn a_lost_packet_is_asked_for_and_takes_its_place() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    send_frame(&mut lab, &mut camera, true, &[900]);
    let packets = camera.frame(false, 0, &[900, 900, 900]);
    lab.send(0, &packets[0]);
    lab.send(0, &packets[2]);
    lab.pass(20 * MS);
    let lost = camera.sequence.wrapping_sub(1);
    let asked = lab.people[0]
        .rtcp
        .iter()
        .flat_map(|bytes| sfu::rtcp::Packets::new(bytes))
        .any(|packet| matches!(packet, Ok(sfu::rtcp::Packet::Nack(nack)) if nack.media == 1_000 && nack.sequences().eq([lost])));
    assert!(asked);
    let again = camera.again(&packets[1]);
    lab.send(0, &again);
    lab.pass(20 * MS);
    let mut sequences: Vec<u16> = lab.media(1, 5_000).iter().map(|got| got.header.sequence).collect();
    assert_eq!(sequences[3], sequences[1] + 1, "late, in the gap that was left for it");
    sequences.sort_unstable();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1), "{sequences:?}");
}

#[test]
fn a_key_frame_whose_start_comes_late_is_sent_whole() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    let packets = camera.frame(true, 0, &[900, 901, 902]);
    let after = camera.frame(false, 0, &[500]);
    for packet in packets[1..].iter().chain(&after) {
        lab.send(0, packet);
    }
    lab.pass(20 * MS);
    assert!(lab.media(1, 5_000).is_empty());
    lab.send(0, &packets[0]);
    lab.pass(20 * MS);
    let got: Vec<(u16, usize)> = lab.media(1, 5_000).iter().map(|got| (got.header.sequence, got.payload().len())).collect();
    let first = got[0].0;
    assert_eq!(got, [(first, 900), (first + 1, 901), (first + 2, 902), (first + 3, 500)]);
}

#[test]
fn a_subscriber_gets_again_what_it_lost() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    send_frame(&mut lab, &mut camera, true, &[900, 800]);
    let (sequence, payload) = (lab.media(1, 5_000)[1].header.sequence, lab.media(1, 5_000)[1].payload().to_vec());
    lab.send_rtcp(1, |writer| {
        writer.nack(1, 5_000, [sequence]).expect("fits");
    });
    lab.send_rtcp(1, |writer| {
        writer.nack(1, 5_000, [sequence]).expect("fits");
    });
    let again: Vec<_> = lab.media(1, 5_001).into_iter().filter(|got| got.payload().len() > 2).collect();
    assert_eq!(again.len(), 1, "the second request came too soon");
    assert_eq!(again[0].header.payload_type, 101);
    assert_eq!(again[0].payload()[..2], sequence.to_be_bytes());
    assert_eq!(again[0].payload()[2..], payload);
}

#[test]
fn mute_stops_at_once_and_unmute_waits_for_a_key_frame() {
    let (mut lab, mut camera, track, _) = lab_with_camera();
    send_frame(&mut lab, &mut camera, true, &[900]);
    lab.sfu.set_muted(track, true, lab.now);
    send_frame(&mut lab, &mut camera, false, &[900]);
    lab.sfu.set_muted(track, false, lab.now);
    lab.pass(1_000 * MS);
    let asked = lab.people[0].key_frame_requests().len();
    assert!(asked >= 1);
    send_frame(&mut lab, &mut camera, false, &[900]);
    assert_eq!(lab.media(1, 5_000).len(), 1);
    send_frame(&mut lab, &mut camera, true, &[900]);
    let sequences: Vec<u16> = lab.media(1, 5_000).iter().map(|got| got.header.sequence).collect();
    assert_eq!(sequences, [sequences[0], sequences[0] + 1]);
}

#[test]
fn a_used_ssrc_goes_on_where_it_ended() {
    let (mut lab, mut camera, track, down) = lab_with_camera();
    send_frame(&mut lab, &mut camera, true, &[900]);
    lab.sfu.remove_down(down);
    lab.subscribe(1, track, video_down(5_000));
    send_frame(&mut lab, &mut camera, true, &[900]);
    let got = lab.media(1, 5_000);
    assert_eq!(got[1].header.sequence, got[0].header.sequence + 1);
    assert!(got[1].header.timestamp.wrapping_sub(got[0].header.timestamp) < 90_000);
}

#[test]
fn strangers_change_nothing() {
    let (mut lab, mut camera, ..) = lab_with_camera();
    let mut clear = camera.frame(true, 0, &[900]).remove(0);
    let id = lab.people[0].id;
    lab.sfu.receive(id, &mut clear, lab.now);
    lab.sfu.receive(id, &mut [0x80], lab.now);
    lab.sfu.receive(id, &mut [0x80, 200, 0, 0, 0, 0, 0, 0], lab.now);
    lab.pass(20 * MS);
    let drops = lab.sfu.stats().drops;
    assert_eq!((drops.count(DropReason::Authentication), drops.count(DropReason::Malformed)), (1, 2));
    assert!(lab.people[1].rtp.is_empty());
    let unknown = sound(77, OPUS, 1, 40, &[1; 20]);
    lab.send(0, &unknown);
    assert_eq!(lab.sfu.stats().drops.count(DropReason::UnknownSsrc), 1);
}
