//! Strangers' bytes never make the node panic, wherever they come in.

use std::net::SocketAddr;

use livekit_protocol as proto;
use proptest::prelude::*;
use prost::Message as _;
use signalling::{Frame, Incoming, join};
use transport::Protocol;

use crate::desk::{CHROMIUM, Desk, WALL_MS, claims, mint, offer};

/// A signal request with one field of random content.
fn near_message() -> impl Strategy<Value = Vec<u8>> {
    (1u8..24, prop::collection::vec(any::<u8>(), 0..60)).prop_map(|(field, content)| {
        let mut bytes = Vec::new();
        prost::encoding::encode_key(u32::from(field), prost::encoding::WireType::LengthDelimited, &mut bytes);
        prost::encoding::encode_varint(content.len() as u64, &mut bytes);
        bytes.extend(content);
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames(frames in prop::collection::vec(prop_oneof![near_message(), prop::collection::vec(any::<u8>(), 0..200)], 1..60)) {
        let mut desk = Desk::new();
        let alice = desk.join_chromium("alice");
        for frame in &frames {
            desk.node.handle_signal(alice, Frame::Binary(frame), desk.now);
            desk.node.handle_signal(alice, Frame::Text(&String::from_utf8_lossy(frame)), desk.now);
        }
        desk.pass(std::time::Duration::from_secs(30));
    }

    #[test]
    fn queries(text in ".{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use base64::Engine as _;
        let desk = Desk::new();
        let token = mint(&claims("alice"));
        let encoded = base64::engine::general_purpose::URL_SAFE.encode(bytes);
        for query in [text.clone(), format!("access_token={token}&join_request={text}"), format!("access_token={token}&join_request={encoded}"), format!("access_token={encoded}.{encoded}.{encoded}")] {
            let _ = join::read(&desk.keys, None, &query, None, WALL_MS);
            let _ = join::read(&desk.keys, Some(&text), &query, None, WALL_MS);
        }
    }

    #[test]
    fn offers(cut in 0..CHROMIUM.len(), flip in 0..CHROMIUM.len(), with in any::<u8>()) {
        let mut sdp = CHROMIUM.as_bytes().to_vec();
        sdp[flip] = with;
        sdp.truncate(cut);
        let mut desk = Desk::new();
        let alice = desk.join_chromium("alice");
        let message = proto::signal_request::Message::Offer(offer(&String::from_utf8_lossy(&sdp), 9));
        let bytes = proto::SignalRequest { message: Some(message) }.encode_to_vec();
        desk.node.handle_signal(alice, Frame::Binary(&bytes), desk.now);
        desk.pass(std::time::Duration::from_secs(1));
    }

    #[test]
    fn datagrams(datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 1..40)) {
        let mut desk = Desk::new();
        desk.join_chromium("alice");
        for mut bytes in datagrams {
            let source = SocketAddr::from(([192, 168, 0, 1], 5000));
            let destination = SocketAddr::from(([127, 0, 0, 1], 7882));
            desk.node.handle_datagram(Incoming { source, destination, protocol: Protocol::Udp, bytes: &mut bytes }, desk.now);
        }
    }
}

#[test]
fn a_client_that_sends_only_rubbish_is_sent_away() {
    let mut desk = Desk::new();
    let alice = desk.join("alice");
    for _ in 0..100 {
        desk.node.handle_signal(alice, Frame::Binary(&[0xff; 9]), desk.now);
    }
    assert_eq!(desk.node.stats().participants, 0);
    assert!(desk.node.stats().malformed_signals < 40);
}
