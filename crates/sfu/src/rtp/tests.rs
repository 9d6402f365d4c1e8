//! Round trips, hand-made headers, and bytes that nobody sane would send.

use proptest::prelude::*;

use super::*;

#[test]
fn a_two_byte_header_with_padding_is_read() {
    let packet = [
        0xB0, 0xE0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 7, // fixed: X, P, marker, type 96
        0x10, 0x00, 0, 2, 5, 0, 0, 20, 2, 0xAA, 0xBB, 0, // id 5 empty, padding, id 20 of two bytes
        1, 2, 3, 0, 2, // payload and two bytes of padding
    ];
    let header = Header::parse(&packet).unwrap();
    assert!(header.marker);
    assert_eq!((header.payload_type, header.sequence, header.ssrc), (96, 9, 7));
    assert_eq!(header.extension(&packet, 5), Some(&[][..]));
    assert_eq!(header.extension(&packet, 20), Some(&[0xAA, 0xBB][..]));
    assert_eq!(header.extension(&packet, 6), None);
    assert_eq!(header.payload(&packet), [1, 2, 3]);
    assert_eq!(header.padding_bytes(), 2);
}

#[test]
fn broken_headers_are_refused() {
    let good = [0x80, 96, 0, 9, 0, 0, 0, 1, 0, 0, 0, 7];
    assert!(Header::parse(&good).is_ok());
    assert_eq!(Header::parse(&good[..11]), Err(RtpError::Length));
    let with = |first: u8, tail: &[u8]| {
        let mut packet = good.to_vec();
        packet[0] = first;
        packet.extend_from_slice(tail);
        Header::parse(&packet)
    };
    assert_eq!(with(0x40, &[]), Err(RtpError::Version));
    assert_eq!(with(0x81, &[0, 0]), Err(RtpError::Length));
    assert_eq!(with(0xA0, &[0]), Err(RtpError::Padding));
    assert_eq!(with(0xA0, &[9, 3]), Err(RtpError::Padding));
    assert_eq!(with(0x90, &[0xBE, 0xDE, 0, 1]), Err(RtpError::Length));
    assert_eq!(with(0x90, &[0xBE, 0xDE, 0, 1, 0x1F, 0, 0, 0]), Err(RtpError::Extension));
    // Other profiles are passed over, as is what follows id 15.
    assert!(with(0x90, &[0x12, 0x34, 0, 1, 0x1F, 0, 0, 0]).is_ok());
    assert!(with(0x90, &[0xBE, 0xDE, 0, 1, 0xFF, 0, 0, 0]).is_ok());
}

#[test]
fn sequence_numbers_do_not_wrap() {
    let mut unwrapper = SequenceUnwrapper::default();
    let first = unwrapper.unwrap(2);
    assert_eq!(unwrapper.unwrap(65_535), first - 3);
    assert_eq!(unwrapper.newest(), Some(first));
    assert_eq!(unwrapper.unwrap(30_000), first + 29_998);
    assert_eq!(unwrapper.unwrap(60_000), first + 59_998);
    assert_eq!(unwrapper.unwrap(1), first + 65_535);
    assert_eq!(crate::low16(first + 65_535), 1);
}

#[test]
fn nothing_is_seen_twice() {
    let mut window = SeenWindow::<2>::default();
    assert!(window.insert(1_000));
    assert!(!window.insert(1_000));
    assert!(window.insert(990));
    assert!(window.insert(1_100));
    assert!(!window.insert(990));
    assert!(!window.is_fresh(972));
    assert!(window.is_fresh(973));
    assert!(window.insert(100_000));
    assert!(window.insert(99_999));
    assert!(!window.insert(1_100));
}

#[test]
fn a_retransmission_reads_back_and_a_probe_is_told_apart() {
    let mut buffer = [0; 100];
    let fields = Fields { ssrc: 8, payload_type: 97, ..Fields::default() };
    let length = write_rtx(&mut buffer, &fields, &Elements::new(), 4_711, b"again").unwrap();
    let packet = &buffer[..length];
    let header = Header::parse(packet).unwrap();
    assert_eq!(decapsulate(&header, packet), RtxInner::Repeat { sequence: 4_711, payload: b"again" });

    let length = write_header(&mut buffer, &fields, &Elements::new()).unwrap();
    let length = pad(&mut buffer, length, 80).unwrap();
    let header = Header::parse(&buffer[..length]).unwrap();
    assert_eq!(decapsulate(&header, &buffer[..length]), RtxInner::Probe);
    assert_eq!((length, header.padding_bytes()), (92, 80));
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        marker: bool, payload_type in 0u8..128, sequence: u16, timestamp: u32, ssrc: u32,
        values in proptest::collection::btree_map(1u8..=30, proptest::collection::vec(any::<u8>(), 0..40), 0..8),
        payload in proptest::collection::vec(any::<u8>(), 0..300),
        padding: u8,
    ) {
        let fields = Fields { marker, payload_type, sequence, timestamp, ssrc };
        let mut elements = Elements::new();
        for (id, value) in &values {
            elements.push(*id, value);
        }
        let mut buffer = [0; 1_500];
        let length = write_packet(&mut buffer, &fields, &elements, &payload).unwrap();
        let length = pad(&mut buffer, length, padding).unwrap();
        let packet = &buffer[..length];
        let header = Header::parse(packet).unwrap();
        prop_assert_eq!(
            (header.marker, header.payload_type, header.sequence, header.timestamp, header.ssrc),
            (marker, payload_type, sequence, timestamp, ssrc)
        );
        for (id, value) in &values {
            prop_assert_eq!(header.extension(packet, *id), Some(&value[..]));
        }
        prop_assert_eq!(header.extensions().count(), values.len());
        prop_assert_eq!(header.payload(packet), &payload[..]);
    }

    #[test]
    fn nothing_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), first in 0x80u8..0xC0) {
        if let Some(byte) = bytes.first_mut() {
            *byte = first;
        }
        if let Ok(header) = Header::parse(&bytes) {
            for (id, range) in header.extensions() {
                prop_assert!(id > 0 && bytes.get(range).is_some());
            }
            decapsulate(&header, &bytes);
        }
    }

    #[test]
    fn the_window_agrees_with_a_set(numbers in proptest::collection::vec(5_000u64..5_400, 1..300)) {
        let mut window = SeenWindow::<8>::default();
        let mut set = std::collections::HashSet::new();
        for number in numbers {
            prop_assert_eq!(window.insert(number), set.insert(number));
        }
    }
}
