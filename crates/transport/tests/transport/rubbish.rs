//! Bytes that nobody sensible sends. Nothing may panic, hang or grow.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use transport::rfc4571::{Deframer, FRAME_BYTES_MAX};
use transport::sdp::{MediaPlan, Offer, SectionPlan};
use transport::{Fingerprint, Packet, Protocol, Received, classify, stun_username_ufrag};

use crate::lab::{Server, client_addr, epoch, server_addr};

const OFFERS: [&str; 3] = [
    include_str!("../offers/chromium_publishing.sdp"),
    include_str!("../offers/firefox.sdp"),
    include_str!("../offers/libwebrtc_native.sdp"),
];

/// The same cases in every run; a longer hunt is the fuzzers' work.
fn cases() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(400) }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let noise = proptest::collection::vec(any::<u8>(), 0..200);
    // Something that looks like STUN gets further than noise.
    let stun = proptest::collection::vec(any::<u8>(), 0..120).prop_map(|tail| {
        let tail = &tail[..tail.len() / 4 * 4];
        let mut bytes = vec![0, 1, 0, u8::try_from(tail.len()).unwrap_or(0)];
        bytes.extend([0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        bytes.extend(tail);
        bytes
    });
    let attributes = proptest::collection::vec((0..0x30_u8, 0..40_u8), 0..8).prop_map(|list| {
        let mut bytes = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        bytes.extend([3; 12]);
        for (kind, length) in list {
            bytes.extend([0, kind, 0, length]);
            bytes.extend(vec![b':'; usize::from(length).next_multiple_of(4)]);
        }
        let length = u16::try_from(bytes.len() - 20).unwrap_or(0).to_be_bytes();
        bytes[2..4].copy_from_slice(&length);
        bytes
    });
    prop_oneof![noise, stun, attributes]
}

/// A good offer with lines lost, doubled, cut and changed.
fn offer() -> impl Strategy<Value = String> {
    let edits = proptest::collection::vec((any::<u16>(), 0..5_u8, any::<u8>()), 1..12);
    (0..OFFERS.len(), edits).prop_map(|(which, edits)| {
        let mut lines: Vec<String> = OFFERS[which].lines().map(str::to_owned).collect();
        for (at, edit, with) in edits {
            let at = usize::from(at) % lines.len();
            let cut = usize::from(with) % lines[at].len().max(1);
            let cut = lines[at].floor_char_boundary(cut);
            match edit {
                0 => lines[at].truncate(cut),
                1 => lines.insert(at, lines[at].clone()),
                2 if lines.len() > 1 => drop(lines.remove(at)),
                3 => lines[at].insert(cut, char::from(with)),
                _ => lines[at] = lines[at].replace(['0', '1', '9'], &with.to_string()),
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn datagrams(bytes in bytes()) {
        let kind = classify(&bytes);
        prop_assert!(kind != Packet::Stun || bytes.len() >= 20);
        let _ = stun_username_ufrag(&bytes);
    }

    #[test]
    fn peers(datagrams in proptest::collection::vec(bytes(), 1..8)) {
        let now = epoch();
        let mut server = Server::new(now);
        server.answer(OFFERS[0], now);
        for (source, bytes) in datagrams.iter().map(|bytes| (client_addr(), bytes)) {
            let destination = server_addr();
            let received = Received { source, destination, protocol: Protocol::Udp, bytes };
            prop_assert!(server.peer.handle_input(received, now).is_err());
        }
        server.peer.handle_timeout(now + Duration::from_secs(1));
        prop_assert_eq!(server.peer.poll_transmit(), None);
    }

    #[test]
    fn descriptions(text in offer()) {
        let Ok(offer) = Offer::parse(&text) else { return Ok(()) };
        let _ = offer.transport();
        let mut plan = crate::sdp::plan(&offer);
        for (section, plan) in offer.sections.iter().zip(&mut plan.sections) {
            let is_media = matches!(plan, SectionPlan::Media(MediaPlan { codecs, .. }) if !codecs.is_empty());
            if !section.bundled || (section.codecs.is_empty() && !is_media) {
                *plan = SectionPlan::Reject;
            }
        }
        // What we print, we can read.
        if let Ok(answer) = plan.print(&offer) {
            let read = Offer::parse(&answer);
            prop_assert!(read.is_ok(), "{:?}\n{}", read, answer);
        }
    }

    #[test]
    fn texts(text in "[a-z=:/ 0-9\r\n~;,*]{0,300}") {
        let _ = Offer::parse(&text);
        let _ = text.parse::<Fingerprint>();
    }

    #[test]
    fn streams(chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..8)) {
        let mut deframer = Deframer::new();
        for chunk in &chunks {
            let mut longest = 0;
            let pushed = deframer.push(chunk, |packet| longest = longest.max(packet.len()));
            prop_assert!(longest <= FRAME_BYTES_MAX);
            if pushed.is_err() {
                break;
            }
        }
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn doors(bytes in bytes()) {
        use transport::fuzz;
        fuzz::datagram(&bytes);
        fuzz::stun(&bytes);
        fuzz::sctp(&bytes);
        fuzz::data_channel_request(&bytes);
        fuzz::description(&bytes);
        fuzz::stream(&bytes);
    }
}
