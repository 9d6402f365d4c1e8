//! RTCP both ways: arrivals, clocks, round trips, quality.

use sfu::rtcp::{Packet, Packets, ReportBlock, SenderTimes};
use sfu::{ConnectionQuality, RoomSetup, SfuEvent};

use crate::lab::*;

fn running_lab() -> (Lab, Camera, sfu::TrackId, sfu::DownId) {
    let mut lab = Lab::new(2, RoomSetup::default());
    let track = lab.publish(0, camera_setup(&[]));
    let down = lab.subscribe(1, track, video_down(5_000));
    (lab, Camera::new(1_000), track, down)
}

fn run(lab: &mut Lab, camera: &mut Camera, frames: usize) {
    for at in 0..frames {
        for packet in camera.frame(at == 0, 0, &[900, 901]) {
            lab.send(0, &packet);
        }
        lab.pass(33 * MS);
    }
}

fn packets_of(person: &Person) -> impl Iterator<Item = Packet<'_>> {
    person.rtcp.iter().flat_map(|bytes| Packets::new(bytes)).map(|packet| packet.expect("good RTCP"))
}

#[test]
fn arrivals_are_reported_to_the_publisher() {
    let (mut lab, mut camera, ..) = running_lab();
    run(&mut lab, &mut camera, 60);
    let arrived = packets_of(&lab.people[0])
        .filter_map(|packet| match packet {
            Packet::Transport(feedback) => Some(feedback.statuses().filter(|status| status.delta_ticks.is_some()).count()),
            _ => None,
        })
        .collect::<Vec<_>>();
    assert!(arrived.len() > 15, "about sixteen a second");
    assert!(arrived.iter().sum::<usize>() >= 112);
    let blocks: Vec<ReportBlock> = packets_of(&lab.people[0])
        .filter_map(|packet| if let Packet::ReceiverReport(report) = packet { Some(report.blocks) } else { None })
        .flatten()
        .collect();
    assert!(blocks.iter().all(|block| block.ssrc == 1_000 && block.cumulative_lost == 0) && !blocks.is_empty());
}

#[test]
fn the_publishers_clock_reaches_the_subscriber_who_tells_the_round_trip() {
    let (mut lab, mut camera, _, down) = running_lab();
    run(&mut lab, &mut camera, 2);
    let (ntp, timestamp) = (5 << 32, camera.timestamp);
    lab.send_rtcp(0, |writer| {
        writer.sender_report(1_000, SenderTimes { ntp, timestamp }, 4, 4, &[]).expect("fits");
    });
    let offset = lab.media(1, 5_000).last().expect("media").header.timestamp.wrapping_sub(timestamp);
    lab.pass(1_100 * MS);
    let times = packets_of(&lab.people[1]).find_map(|packet| match packet {
        Packet::SenderReport(report) if report.ssrc == 5_000 => Some(report.times),
        _ => None,
    });
    let times = times.expect("a report about once a second");
    let passed = (times.ntp - ntp) as f64 / 4_294_967_296.0;
    let ticks = times.timestamp.wrapping_sub(timestamp).wrapping_sub(offset);
    assert!((f64::from(ticks) - passed * 90_000.0).abs() < 2.0, "both clocks moved by {passed} s");
    lab.pass(50 * MS);
    let block = ReportBlock {
        ssrc: 5_000,
        last_sender_report: u32::try_from((times.ntp >> 16) & 0xFFFF_FFFF).expect("32 bits"),
        ..ReportBlock::default()
    };
    lab.send_rtcp(1, |writer| {
        writer.receiver_report(1, &[block]).expect("fits");
    });
    let rtt = lab.sfu.peer_stats(lab.people[1].id).and_then(|stats| stats.rtt).expect("known now");
    assert!(rtt >= 50 * MS && rtt < 1_100 * MS, "{rtt:?}");
    assert!(lab.sfu.down_stats(down).expect("known").packets >= 4);
}

#[test]
fn quality_is_told_when_it_changes() {
    let (mut lab, mut camera, ..) = running_lab();
    for at in 0..200 {
        run(&mut lab, &mut camera, 1);
        if at % 30 == 0 {
            let fraction_lost = if at > 60 { 100 } else { 0 };
            lab.send_rtcp(1, |writer| {
                writer.receiver_report(1, &[ReportBlock { ssrc: 5_000, fraction_lost, ..ReportBlock::default() }]).expect("fits");
            });
        }
    }
    let subscriber = lab.people[1].id;
    let told: Vec<ConnectionQuality> = lab
        .events
        .iter()
        .filter_map(|event| match event {
            SfuEvent::Quality { peer, quality, .. } if *peer == subscriber => Some(*quality),
            _ => None,
        })
        .collect();
    assert_eq!(told.first(), Some(&ConnectionQuality::Excellent));
    assert_eq!(told.last(), Some(&ConnectionQuality::Poor));
}

#[test]
fn the_subscriber_asks_for_a_key_frame_and_the_publisher_is_asked_once() {
    let (mut lab, mut camera, ..) = running_lab();
    run(&mut lab, &mut camera, 30);
    let before = lab.people[0].key_frame_requests().len();
    for _ in 0..5 {
        lab.send_rtcp(1, |writer| {
            writer.key_frame_request(1, 5_000).expect("fits");
        });
        lab.pass(20 * MS);
    }
    assert_eq!(lab.people[0].key_frame_requests().len(), before + 1);
}

#[test]
fn a_receivers_clock_comes_back_with_the_time_since() {
    let (mut lab, mut camera, ..) = running_lab();
    run(&mut lab, &mut camera, 2);
    let mut report = vec![0x80, 207, 0, 4, 0, 0, 0, 77, 4, 0, 0, 2];
    report.extend(0x0001_0002_0003_0004_u64.to_be_bytes());
    lab.send_clear_rtcp(1, &report);
    lab.pass(20 * MS);
    let answers: Vec<&[u8]> = lab.people[1].rtcp.iter().map(Vec::as_slice).filter(|bytes| bytes[1] == 207).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0][8..20], [5, 0, 0, 3, 0, 0, 0, 77, 0, 2, 0, 3]);
    assert_eq!(answers[0][20..24], [0; 4], "answered at once");
}
