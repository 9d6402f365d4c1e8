//! Sound: taken out of redundancy and put into it, repaired by asking again, and the loudest of many.

use sfu::rtcp::{Packet, Packets, ReportBlock};
use sfu::rtp::{Elements, Fields, Header, write_rtx};
use sfu::{CodecSetup, DownSetup, DropReason, RoomSetup, SfuEvent, TrackSetup};

use crate::lab::*;

/// The payload type of RED at subscribers who take it.
const WRAPPED: u8 = 64;
/// The payload type of plain Opus at subscribers.
const PLAIN: u8 = 109;

fn takes_red(ssrc: u32) -> DownSetup {
    DownSetup { red_payload_type: Some(WRAPPED), ..audio_down(ssrc) }
}

/// One packet of 20 ms, said to be number `sequence`.
fn said(sequence: u16) -> Vec<u8> {
    vec![low8(sequence); 40]
}

fn low8(number: u16) -> u8 {
    number.to_be_bytes()[1]
}

/// The payload of the last of these packets, with those before it repeated in front.
fn red(numbers: &[u16]) -> Vec<u8> {
    red_of(OPUS, numbers)
}

fn red_of(payload_type: u8, numbers: &[u16]) -> Vec<u8> {
    let (last, earlier) = numbers.split_last().expect("at least the packet itself");
    let mut payload = Vec::new();
    for number in earlier {
        let offset = u32::from(last - number) * 960;
        payload.push(0x80 | payload_type);
        payload.extend(((offset << 10) | 40).to_be_bytes().into_iter().skip(1));
    }
    payload.push(payload_type);
    numbers.iter().for_each(|number| payload.extend(said(*number)));
    payload
}

fn say(lab: &mut Lab, payload_type: u8, sequence: u16, payload: &[u8]) {
    lab.send(0, &sound(2_000, payload_type, sequence, 40, payload));
    lab.pass(20 * MS);
}

/// What a person heard: the packets' own contents in order of their sequence numbers, counted from the first.
fn heard(lab: &Lab, who: usize) -> Vec<(u16, u32, Vec<u8>)> {
    let got = lab.media(who, 6_000);
    let Some(first) = got.first().map(|got| (got.header.sequence, got.header.timestamp)) else { return Vec::new() };
    let own = |got: &&Got| {
        let payload = match got.header.payload_type {
            WRAPPED => sfu::codec::red::Blocks::parse(got.payload()).expect("RED").primary().expect("a packet").payload.to_vec(),
            _ => got.payload().to_vec(),
        };
        (got.header.sequence.wrapping_sub(first.0), got.header.timestamp.wrapping_sub(first.1), payload)
    };
    let mut heard: Vec<_> = got.iter().map(own).collect();
    heard.sort_unstable();
    heard
}

fn whole(count: u16) -> Vec<(u16, u32, Vec<u8>)> {
    (0..count).map(|at| (at, u32::from(at) * 960, said(at + 1))).collect()
}

/// The sequence numbers that the publisher was asked for again.
fn asked(lab: &Lab) -> Vec<u16> {
    let packets = lab.people[0].rtcp.iter().flat_map(|bytes| Packets::new(bytes));
    packets
        .filter_map(|packet| if let Ok(Packet::Nack(nack)) = packet { Some(nack.sequences().collect::<Vec<_>>()) } else { None })
        .flatten()
        .collect()
}

fn hall(setup: TrackSetup, downs: Vec<DownSetup>) -> (Lab, sfu::TrackId) {
    let mut lab = Lab::new(downs.len() + 1, RoomSetup::default());
    let track = lab.publish(0, setup);
    for (at, down) in downs.into_iter().enumerate() {
        lab.subscribe(at + 1, track, down);
    }
    (lab, track)
}

#[test]
fn red_is_taken_apart_for_some_and_made_for_others() {
    let (mut lab, _) = hall(microphone_setup(), vec![audio_down(6_000), takes_red(6_000)]);
    say(&mut lab, RED, 1, &red(&[1]));
    say(&mut lab, OPUS, 2, &said(2));
    say(&mut lab, RED, 3, &red(&[2, 3]));
    let types = |who| lab.media(who, 6_000).iter().map(|got| got.header.payload_type).collect::<Vec<_>>();
    assert_eq!(types(1), [PLAIN; 3]);
    assert_eq!(types(2), [PLAIN, WRAPPED, WRAPPED], "the first has nothing before it");
    assert_eq!((heard(&lab, 1), heard(&lab, 2)), (whole(3), whole(3)));
    assert_eq!(lab.media(2, 6_000)[2].payload(), red_of(PLAIN, &[2, 3]));
}

#[test]
fn what_is_lost_is_found_in_what_follows() {
    let (mut lab, _) = hall(microphone_setup(), vec![audio_down(6_000), takes_red(6_000)]);
    say(&mut lab, RED, 1, &red(&[1]));
    say(&mut lab, RED, 4, &red(&[2, 3, 4]));
    say(&mut lab, RED, 5, &red(&[3, 4, 5]));
    assert_eq!((heard(&lab, 1), heard(&lab, 2)), (whole(5), whole(5)));
    assert_eq!(lab.sfu.stats().recovered_packets, 2);
    assert!(asked(&lab).is_empty(), "nothing is missing any more");
    // It was only late: nobody gets it twice, and no number is sealed twice.
    say(&mut lab, RED, 3, &red(&[2, 3]));
    assert_eq!(heard(&lab, 1), whole(5));
    assert_eq!(lab.sfu.stats().drops.count(DropReason::Duplicate), 1);
}

#[test]
fn redundancy_that_fits_no_gap_is_left() {
    let (mut lab, _) = hall(microphone_setup(), vec![audio_down(6_000)]);
    say(&mut lab, RED, 1, &red(&[1]));
    // The second is lost, and the third repeats the first, which is known: its place is not the second's.
    let [repeats_first, third] = [1, 3].map(said);
    let mut payload = vec![0x80 | OPUS];
    payload.extend(((1_920_u32 << 10) | 40).to_be_bytes().into_iter().skip(1));
    payload.push(OPUS);
    payload.extend(repeats_first);
    payload.extend(third);
    say(&mut lab, RED, 3, &payload);
    assert_eq!(heard(&lab, 1).iter().map(|heard| heard.0).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn who_loses_much_gets_more_of_the_past() {
    let (mut lab, _) = hall(microphone_setup(), vec![takes_red(6_000)]);
    for sequence in 1..4 {
        say(&mut lab, OPUS, sequence, &said(sequence));
    }
    lab.send_rtcp(1, |writer| {
        writer.receiver_report(1, &[ReportBlock { ssrc: 6_000, fraction_lost: 20, ..ReportBlock::default() }]).expect("fits");
    });
    say(&mut lab, OPUS, 4, &said(4));
    let payloads: Vec<_> = lab.media(1, 6_000).iter().map(|got| got.payload().to_vec()).collect();
    assert_eq!(payloads[2], red_of(PLAIN, &[2, 3]));
    assert_eq!(payloads[3], red_of(PLAIN, &[2, 3, 4]));
}

#[test]
fn what_was_said_while_muted_is_never_repeated() {
    let (mut lab, track) = hall(microphone_setup(), vec![takes_red(6_000)]);
    say(&mut lab, OPUS, 1, &said(1));
    lab.sfu.set_muted(track, true, lab.now);
    say(&mut lab, OPUS, 2, &said(2));
    lab.sfu.set_muted(track, false, lab.now);
    say(&mut lab, OPUS, 3, &said(3));
    let secret = said(2);
    let leaks = |payload: &[u8]| payload.windows(secret.len()).any(|window| window == secret);
    assert_eq!(lab.media(1, 6_000).len(), 2);
    assert!(!lab.media(1, 6_000).iter().any(|got| leaks(got.payload())));
}

#[test]
fn after_a_pause_the_past_is_left_out() {
    let (mut lab, _) = hall(microphone_setup(), vec![takes_red(6_000)]);
    say(&mut lab, OPUS, 1, &said(1));
    let mut late = sound(2_000, OPUS, 2, 40, &said(2));
    late[4..8].copy_from_slice(&40_000_u32.to_be_bytes());
    lab.pass(800 * MS);
    lab.send(0, &late);
    lab.pass(20 * MS);
    assert_eq!(lab.media(1, 6_000)[1].payload(), said(2));
}

#[test]
fn encrypted_sound_is_neither_opened_nor_wrapped() {
    let (mut lab, _) = hall(TrackSetup { encrypted: true, ..microphone_setup() }, vec![audio_down(6_000), takes_red(6_000)]);
    let sealed = [0xEE; 90];
    say(&mut lab, OPUS, 1, &sealed);
    say(&mut lab, OPUS, 2, &sealed);
    say(&mut lab, RED, 3, &sealed);
    let types = |who| lab.media(who, 6_000).iter().map(|got| (got.header.payload_type, got.payload().len())).collect::<Vec<_>>();
    assert_eq!(types(1), [(PLAIN, 90); 2], "who does not take RED cannot be given what is sealed in it");
    assert_eq!(types(2), [(PLAIN, 90), (PLAIN, 90), (WRAPPED, 90)]);
}

#[test]
fn a_lost_word_is_asked_for_and_takes_its_place() {
    let (mut lab, _) = hall(microphone_setup(), vec![audio_down(6_000)]);
    say(&mut lab, OPUS, 1, &said(1));
    say(&mut lab, OPUS, 3, &said(3));
    assert_eq!(asked(&lab), [2]);
    say(&mut lab, OPUS, 2, &said(2));
    say(&mut lab, OPUS, 4, &said(4));
    assert_eq!(heard(&lab, 1), whole(4));
    let before = asked(&lab).len();
    say(&mut lab, OPUS, 6, &said(6));
    lab.pass(2_000 * MS);
    let tries = asked(&lab).len() - before;
    assert!((2..=10).contains(&tries), "old words are not asked for any more: {tries}");
}

#[test]
fn sound_with_a_retransmission_stream_is_repaired_both_ways() {
    let codec = CodecSetup { rtx_payload_type: Some(112), ..microphone_setup().codec };
    let down = DownSetup { rtx_ssrc: Some(6_001), rtx_payload_type: Some(113), ..takes_red(6_000) };
    let (mut lab, _) = hall(TrackSetup { codec, ..microphone_setup() }, vec![down]);
    say(&mut lab, OPUS, 1, &said(1));
    say(&mut lab, OPUS, 3, &said(3));
    let fields = Fields { payload_type: 112, sequence: 9, timestamp: 2 * 960, ssrc: 2_001, ..Fields::default() };
    let mut elements = Elements::new();
    elements.push(1, b"a");
    let mut again = vec![0; 200];
    let length = write_rtx(&mut again, &fields, &elements, 2, &said(2)).expect("fits");
    assert!(Header::parse(&again[..length]).is_ok());
    lab.send(0, &again[..length]);
    lab.pass(20 * MS);
    assert_eq!(heard(&lab, 1), whole(3));
    let lost = lab.media(1, 6_000)[1].header.sequence;
    lab.send_rtcp(1, |writer| {
        writer.nack(1, 6_000, [lost]).expect("fits");
    });
    let repeated = lab.media(1, 6_001);
    assert_eq!((repeated[0].header.payload_type, &repeated[0].payload()[..2]), (113, &lost.to_be_bytes()[..]));
    assert_eq!(repeated[0].payload().len(), 2 + said(3).len(), "plain, as its payload type says");
}

#[test]
fn sound_without_retransmission_is_repeated_byte_by_byte() {
    let mut lab = Lab::new(2, RoomSetup::default());
    let track = lab.publish(0, microphone_setup());
    lab.subscribe(1, track, audio_down(6_000));
    lab.send(0, &sound(2_000, OPUS, 1, 40, &[5; 40]));
    lab.pass(20 * MS);
    let sequence = lab.media(1, 6_000)[0].header.sequence;
    let before = lab.sfu.stats();
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        lab.send_rtcp(1, |writer| {
            writer.nack(1, 6_000, [sequence]).expect("fits");
        });
    }));
    assert!(refused.is_err(), "the same number again is a replay for one who has it");
    assert_eq!(lab.sfu.stats().retransmitted_packets, before.retransmitted_packets + 1);
}

#[test]
fn only_the_loudest_are_forwarded() {
    let mut lab = Lab::new(4, RoomSetup { loudest_max: Some(1) });
    for who in 0..3 {
        let track = lab.publish(who, microphone_setup());
        lab.subscribe(3, track, audio_down(6_000 + u32::try_from(who).expect("few") * 10));
    }
    for sequence in 0..150 {
        for (who, level) in [(0, 60), (1, 15), (2, 30)] {
            lab.send(who, &sound(2_000, OPUS, sequence, level, &[5; 40]));
        }
        lab.pass(20 * MS);
    }
    let counts: Vec<usize> = [6_000, 6_010, 6_020].iter().map(|ssrc| lab.media(3, *ssrc).len()).collect();
    assert_eq!(counts[1], 150);
    assert!(counts[0] < 30 && counts[2] < 30, "{counts:?}");
    let sequences: Vec<u16> = lab.media(3, 6_020).iter().map(|got| got.header.sequence).collect();
    assert!(sequences.windows(2).all(|pair| pair[1] == pair[0] + 1));
    let spoke = lab.events.iter().any(|event| matches!(event, SfuEvent::Speakers { changes, .. } if changes.iter().any(|change| change.active && change.peer == lab.people[1].id)));
    assert!(spoke);
}
