//! Round trips, and bytes that nobody sane would send.

use proptest::prelude::*;

use super::*;

#[test]
fn a_compound_reads_back() {
    let block = ReportBlock {
        ssrc: 2,
        fraction_lost: 12,
        cumulative_lost: -3,
        highest_sequence: 70_000,
        jitter: 9,
        last_sender_report: 5,
        delay_since: 6,
    };
    let mut buffer = [0; 500];
    let mut writer = Writer::new(&mut buffer);
    let times = SenderTimes { ntp: 0x0102_0304_0506_0708, timestamp: 90_000 };
    writer.sender_report(1, times, 10, 20, &[block]).unwrap();
    writer.source_description(1, b"someone").unwrap();
    writer.nack(1, 2, [65_534, 65_535, 3, 40]).unwrap();
    writer.key_frame_request(1, 2).unwrap();
    writer.full_intra_request(1, 2, 7).unwrap();
    writer.bye(&[1, 9]).unwrap();
    let written = writer.written();

    let packets: Vec<_> = Packets::new(&buffer[..written]).collect::<Result<_, _>>().unwrap();
    let [
        Packet::SenderReport(report),
        Packet::SourceDescription(names),
        Packet::Nack(nack),
        Packet::KeyFrameRequest(pli),
        Packet::FullIntraRequest(fir),
        Packet::Bye(bye),
    ] = &packets[..]
    else {
        panic!("{packets:?}");
    };
    assert_eq!((report.ssrc, report.times), (1, times));
    assert_eq!(report.blocks.collect::<Vec<_>>(), [block]);
    assert_eq!(names.clone().next(), Some((1, &b"someone"[..])));
    assert_eq!(nack.sequences().collect::<Vec<_>>(), [65_534, 65_535, 3, 40]);
    assert_eq!((pli.sender, pli.media), (1, 2));
    assert_eq!(fir.entries.clone().next(), Some((2, 7)));
    assert_eq!(bye.collect::<Vec<_>>(), [1, 9]);
}

#[test]
fn remb_is_read() {
    let bytes = [0x8f, 206, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, b'R', b'E', b'M', b'B', 1, 0x0B, 0xD0, 0x90, 0, 0, 0, 7];
    let Some(Ok(Packet::Remb(remb))) = Packets::new(&bytes).next() else {
        panic!("no REMB");
    };
    // Exponent 2, mantissa 0x3D090.
    assert_eq!(remb.bitrate_bps, 1_000_000);
    assert_eq!(remb.ssrcs().collect::<Vec<_>>(), [7]);
}

#[test]
fn a_long_outage_takes_one_run() {
    let mut deltas = vec![Some(4)];
    deltas.extend(vec![None; 1_000]);
    deltas.push(Some(-300));
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.transport_feedback(&TransportSummary::default(), &deltas).unwrap();
    assert_eq!(read_deltas(&buffer[..writer_len(&deltas)]), deltas);
}

#[test]
fn too_many_statuses_are_refused() {
    let mut bytes = vec![0x8f, 205, 0, 13, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0];
    bytes.extend([0x1F, 0xFF].repeat(18));
    assert_eq!(Packets::new(&bytes).next().unwrap().unwrap_err(), RtcpError::Body);
}

#[test]
fn a_packet_that_does_not_fit_leaves_no_trace() {
    let mut buffer = [0; 16];
    let mut writer = Writer::new(&mut buffer);
    writer.key_frame_request(1, 2).unwrap();
    assert_eq!(writer.receiver_report(1, &[]), None);
    assert_eq!(writer.written(), 12);
}

proptest! {
    #[test]
    fn transport_feedback_reads_back(deltas in proptest::collection::vec(
        proptest::option::weighted(0.8, prop_oneof![8 => 0i16..256, 1 => any::<i16>()]), 1..400)) {
        prop_assert_eq!(read_deltas(&feedback(&deltas)), deltas);
    }

    #[test]
    fn nacks_read_back(start: u16, gaps in proptest::collection::vec(1u16..40, 1..200)) {
        let mut sequence = start;
        let wanted: Vec<u16> = gaps.iter().map(|gap| { sequence = sequence.wrapping_add(*gap); sequence }).collect();
        let mut buffer = [0; 1_200];
        let mut writer = Writer::new(&mut buffer);
        let count = writer.nack(1, 2, wanted.iter().copied()).unwrap();
        let written = writer.written();
        let Some(Ok(Packet::Nack(nack))) = Packets::new(&buffer[..written]).next() else { panic!("no NACK") };
        prop_assert_eq!(nack.sequences().collect::<Vec<_>>(), &wanted[..count]);
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        drain(&bytes);
    }

    #[test]
    fn nothing_that_looks_right_panics(kind in 200u8..208, format in 0u8..32, body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![0x80 | format, kind, 0, u8::try_from(body.len() / 4).unwrap()];
        bytes.extend(&body);
        drain(&bytes);
    }
}

#[test]
fn a_receivers_clock_is_found_and_answered() {
    // A block that nobody needs, then the clock.
    let mut bytes = vec![0x80, 207, 0, 7, 0, 0, 0, 9, 6, 0, 0, 2, 1, 1, 1, 1, 2, 2, 2, 2, 4, 0, 0, 2];
    bytes.extend(0x0102_0304_0506_0708_u64.to_be_bytes());
    let Some(Ok(Packet::Extended(report))) = Packets::new(&bytes).next() else { panic!("no XR") };
    assert_eq!((report.ssrc, report.reference_time()), (9, Some(0x0102_0304_0506_0708)));
    let mut buffer = [0; 100];
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(writer.reference_answers(1, &[]), None);
    writer.reference_answers(1, &[ReferenceAnswer { ssrc: 9, last_reference: 0x0304_0506, delay_since: 655 }]).unwrap();
    let written = writer.written();
    assert_eq!(&buffer[..written], [0x80, 207, 0, 5, 0, 0, 0, 1, 5, 0, 0, 3, 0, 0, 0, 9, 3, 4, 5, 6, 0, 0, 2, 143]);
}

fn drain(bytes: &[u8]) {
    for packet in Packets::new(bytes) {
        match packet {
            Ok(Packet::SenderReport(report)) => assert!(report.blocks.count() <= 31),
            Ok(Packet::ReceiverReport(report)) => assert!(report.blocks.count() <= 31),
            Ok(Packet::SourceDescription(names)) => assert!(names.count() <= 31),
            Ok(Packet::Bye(bye)) => assert!(bye.count() <= 31),
            Ok(Packet::Nack(nack)) => assert!(nack.sequences().count() <= bytes.len() / 4 * 17),
            Ok(Packet::FullIntraRequest(fir)) => assert!(fir.entries.count() <= bytes.len()),
            Ok(Packet::Transport(feedback)) => {
                assert!(feedback.statuses().count() <= TRANSPORT_STATUSES_MAX);
            }
            Ok(Packet::Remb(remb)) => assert!(remb.ssrcs().count() <= 255),
            Ok(Packet::Extended(report)) => drop(report.reference_time()),
            Ok(Packet::KeyFrameRequest(_) | Packet::Other { .. }) | Err(_) => {}
        }
    }
}

fn feedback(deltas: &[Option<i16>]) -> Vec<u8> {
    let mut buffer = vec![0; 4_000];
    let mut writer = Writer::new(&mut buffer);
    writer.transport_feedback(&TransportSummary::default(), deltas).unwrap();
    let written = writer.written();
    buffer.truncate(written);
    buffer
}

fn writer_len(deltas: &[Option<i16>]) -> usize {
    feedback(deltas).len()
}

fn read_deltas(bytes: &[u8]) -> Vec<Option<i16>> {
    let Some(Ok(Packet::Transport(feedback))) = Packets::new(bytes).next() else {
        panic!("no feedback");
    };
    feedback.statuses().map(|status| status.delta_ticks).collect()
}
