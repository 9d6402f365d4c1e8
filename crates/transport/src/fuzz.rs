//! Doors for fuzzers: each takes any bytes and must come back. Not for anybody else.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::dcep::Dcep;
use crate::demux::{classify, stun_username_ufrag};
use crate::description::{IceCredentials, LocalCandidate};
use crate::ice::Ice;
use crate::peer::DtlsRole;
use crate::rfc4571::Deframer;
use crate::sctp::Sctp;
use crate::sdp::Offer;
use crate::wire::{Protocol, Received};

/// A message of a few bytes is enough to open every branch of the association.
const MESSAGE_BYTES_MAX: usize = 1024;

/// One datagram to the demultiplexer.
pub fn datagram(bytes: &[u8]) {
    let _ = (classify(bytes), stun_username_ufrag(bytes));
}

/// One datagram to an ICE agent.
pub fn stun(bytes: &[u8]) {
    let addr = SocketAddr::from(([192, 0, 2, 1], 7882));
    let source = SocketAddr::from(([198, 51, 100, 1], 9));
    let credentials = IceCredentials { ufrag: "fuzz".to_owned(), password: "a-password-long-enough".to_owned() };
    let candidates = [LocalCandidate { addr, protocol: Protocol::Udp }];
    let now = epoch();
    let mut ice = Ice::new(&credentials, &candidates, true, now);
    let input = Received { source, destination: addr, protocol: Protocol::Udp, bytes };
    let _ = ice.handle(&input, now);
    while ice.poll().is_some() {}
}

/// SCTP packets, each after a byte with its length, to a fresh association.
pub fn sctp(bytes: &[u8]) {
    let now = epoch();
    let mut sctp = Sctp::new(5000, MESSAGE_BYTES_MAX, DtlsRole::Server, now);
    sctp.start(now);
    let mut rest = bytes;
    while let Some((length, tail)) = rest.split_first() {
        let (packet, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        sctp.handle(packet, now);
        rest = tail;
    }
    sctp.handle_timeout(now + Duration::from_secs(1));
    while sctp.poll().is_some() {}
}

/// The first message on a data channel.
pub fn data_channel_request(bytes: &[u8]) {
    let parsed = Dcep::parse(bytes);
    if let Some(message) = parsed {
        assert_eq!(Dcep::parse(&message.to_bytes()), Some(message), "what is read can be written");
    }
}

/// A description.
pub fn description(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(offer) = Offer::parse(text) {
        let _ = offer.transport();
    }
}

/// Bytes of a TCP connection.
pub fn stream(bytes: &[u8]) {
    let _ = Deframer::new().push(bytes, |_| {});
}

#[expect(clippy::disallowed_methods, reason = "a fuzzer has no time of its own; one epoch will do")]
fn epoch() -> Instant {
    static EPOCH: OnceLock<Instant> = OnceLock::new();
    *EPOCH.get_or_init(Instant::now)
}
