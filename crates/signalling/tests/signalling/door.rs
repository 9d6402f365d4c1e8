//! The door: what clients say in the URL, in all their spellings, and what they are told.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use livekit_protocol as proto;
use prost::Message as _;
use signalling::join;

use crate::desk::{Desk, WALL_MS, claims, mint, request, wrapped};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    zipped.write_all(bytes).expect("in memory");
    zipped.finish().expect("in memory")
}

#[test]
fn join_requests_are_read_in_every_spelling() {
    let desk = Desk::new();
    let plain = proto::JoinRequest { participant_sid: "PA_>>>???".into(), reconnect: true, ..request() };
    let wrap = |compression, join_request| proto::WrappedJoinRequest { compression, join_request }.encode_to_vec();
    let raw = wrap(0, plain.encode_to_vec());
    let zipped = wrap(1, gzip(&plain.encode_to_vec()));
    let spellings = [
        URL_SAFE_NO_PAD.encode(&raw),
        URL_SAFE.encode(&raw).replace('=', "%3D"),
        URL_SAFE.encode(&raw),
        STANDARD.encode(&raw),
        STANDARD.encode(&raw).replace('+', " "),
        STANDARD.encode(&raw).replace('+', "%2B").replace('/', "%2F"),
        URL_SAFE_NO_PAD.encode(&zipped),
    ];
    for text in spellings {
        let query = format!("&&access_token={}&join_request={text}", mint(&claims("alice")));
        let join = join::read(&desk.keys, None, &query, None, WALL_MS).expect("read");
        assert!(join.request.is_resume(), "{text}");
    }
}

#[test]
fn everybody_who_may_not_come_in_is_told_why() {
    let mut desk = Desk::with(|config| config.auto_create = false);
    let good = mint(&claims("alice"));
    let no_join = mint(&{
        let mut claims = claims("alice");
        claims.video.room_join = false;
        claims
    });
    let no_room = mint(&{
        let mut claims = claims("alice");
        claims.video.room = String::new();
        claims
    });
    let bomb = {
        let join_request = gzip(&vec![0; 3 << 20]);
        URL_SAFE_NO_PAD.encode(proto::WrappedJoinRequest { compression: 1, join_request }.encode_to_vec())
    };
    let overriding = wrapped(&proto::JoinRequest { metadata: "mine".into(), ..request() }, 0);
    let table = [
        (None, String::new(), 401, "no authorization token provided"),
        (Some("Basic abc".to_owned()), String::new(), 401, "invalid authorization header"),
        (Some("Bearer abc".to_owned()), format!("access_token={good}"), 401, "invalid authorization token"),
        (None, format!("access_token={no_join}"), 401, "permissions denied"),
        (None, format!("access_token={no_room}"), 400, "no room name"),
        (None, format!("access_token={}", mint(&claims(""))), 400, "identity cannot be empty"),
        (None, format!("access_token={}", mint(&claims(&"x".repeat(257)))), 400, "identity is too long"),
        (None, format!("access_token={good}&join_request=*"), 400, "invalid join request"),
        (None, format!("access_token={good}&join_request=_____"), 400, "invalid join request"),
        (None, format!("access_token={good}&join_request={bomb}"), 400, "join request is too large"),
        (None, format!("access_token={good}&join_request={overriding}"), 401, "no permission to set metadata or attributes"),
        (Some(format!("Bearer {good}")), String::new(), 404, "requested room does not exist"),
    ];
    for (header, query, status, message) in table {
        let read = join::read(&desk.keys, header.as_deref(), &query, None, WALL_MS);
        let error = read.and_then(|join| desk.node.join(join, desk.now)).expect_err(message);
        assert_eq!((error.status, error.message.as_str()), (status, message));
    }
}

#[test]
fn a_full_room_and_a_stopping_server_say_not_now() {
    let mut desk = Desk::with(|config| config.limits.participants_per_room_max = 1);
    desk.join("alice");
    let full = desk.join_as("bob", |_| {}, |_| {}).expect_err("full");
    assert_eq!((full.status, full.message.as_str()), (503, "room is full"));
    desk.join("alice");
    desk.control(signalling::control::Command::Shutdown { reconnect: true });
    assert_eq!(desk.join_as("alice", |_| {}, |_| {}).expect_err("stopping").status, 503);
}

#[test]
fn old_clients_speak_in_parameters() {
    let desk = Desk::new();
    let token = mint(&claims("alice"));
    let query =
        format!("sdk=android&protocol=13&auto_subscribe=0&&reconnect=1&sid=PA_x&access_token={token}&capabilities=CAP_PACKET_TRAILER,x");
    let join = join::read(&desk.keys, None, &query, None, WALL_MS).expect("read");
    assert!(join.request.is_resume());
    let text = format!("{:?}", join.request);
    for part in ["protocol: 13", "auto_subscribe: false", "PA_x", "sdk: Android", "capabilities: [CapPacketTrailer]"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}
