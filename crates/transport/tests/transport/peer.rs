//! A peer against a str0m client, and against itself, in virtual time.

use std::time::Duration;

use str0m::channel::{ChannelConfig, Reliability};
use str0m::media::{Direction, MediaKind};
use transport::{
    ChannelId, ChannelSettings, DtlsRole, Fingerprint, HashFunction, OpenError, PeerError, PeerEvent, Protocol, Reason, Received,
    RemoteDescription, SendError, Setup, SrtpKeys, SrtpProfile, Transmit,
};

use crate::lab::{Client, ClientLab, Lab, Server, client_addr, credentials, epoch, server_addr};

const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(60);

fn lossy(label: &str) -> ChannelConfig {
    ChannelConfig {
        label: label.to_owned(),
        ordered: false,
        reliability: Reliability::MaxRetransmits { retransmits: 0 },
        ..ChannelConfig::default()
    }
}

/// A client with media and the channels of the protocol, negotiated but not yet connected.
fn negotiated() -> ClientLab {
    let now = epoch();
    let mut lab = Lab::new(Client::new(now), Server::new(now), now);
    let mut changes = lab.left.rtc.sdp_api();
    changes.add_media(MediaKind::Audio, Direction::SendOnly, None, None, None);
    changes.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None);
    changes.add_channel("_reliable".to_owned());
    changes.add_channel_with_config(lossy("_lossy"));
    let (offer, pending) = changes.apply().expect("changes");
    lab.negotiate(&offer, pending);
    lab
}

fn connected() -> ClientLab {
    let mut lab = negotiated();
    lab.until(SOON, |lab| lab.left.channels.len() == 2 && lab.right.peer.is_connected());
    lab
}

fn is_channel(event: &PeerEvent, wanted: &str) -> Option<ChannelId> {
    match event {
        PeerEvent::ChannelOpen { channel, settings } if settings.label == wanted => Some(*channel),
        _ => None,
    }
}

fn channel(lab: &ClientLab, label: &str) -> ChannelId {
    let mut opened = lab.right.events.iter().filter_map(|event| is_channel(event, label));
    opened.next_back().expect("the channel is open")
}

fn write(lab: &mut ClientLab, label: &str, bytes: &[u8]) {
    let id = lab.left.channels[label];
    let mut channel = lab.left.rtc.channel(id).expect("an open channel");
    assert!(channel.write(true, bytes).expect("a working channel"));
    lab.drain();
}

/// The other side of a peer that is itself one of ours.
fn description(server: &Server, setup: Setup, ice_lite: bool) -> RemoteDescription {
    RemoteDescription {
        credentials: server.credentials.clone(),
        ice_lite,
        fingerprints: vec![server.certificate.fingerprint().clone()],
        setup,
        sctp_port: Some(5000),
        message_bytes_max: 64 * 1024,
        candidates: vec![],
    }
}

/// Two of our peers: a full one that starts everything, and a lite one.
fn twins(protocol: Protocol) -> Lab<Server, Server> {
    let now = epoch();
    let mut left = Server::with(client_addr(), protocol, "left", now, |mut config| {
        config.lite = false;
        config.role = DtlsRole::Client;
        config
    });
    let mut right = Server::with(server_addr(), protocol, "right", now, |config| config);
    let to_right = RemoteDescription {
        // As a parsed description has it, and as it is trickled.
        candidates: vec![match protocol {
            Protocol::Udp => "1 1 udp 2130706431 192.0.2.1 7882 typ host".to_owned(),
            Protocol::Tcp => "candidate:1 1 tcp 2122317567 192.0.2.1 7882 typ host tcptype passive".to_owned(),
        }],
        ..description(&right, Setup::Passive, true)
    };
    right.peer.set_remote(&description(&left, Setup::ActPass, false), now).expect("usable");
    left.peer.set_remote(&to_right, now).expect("usable");
    Lab::new(left, right, now)
}

fn keys(server: &Server) -> SrtpKeys {
    let keys = server.events.iter().find_map(|event| match event {
        PeerEvent::Keys(keys) => Some(keys.clone()),
        _ => None,
    });
    keys.expect("keys")
}

#[test]
fn a_client_connects() {
    let mut lab = negotiated();
    let took = lab.until(SOON, |lab| lab.right.peer.is_connected() && lab.left.rtc.is_connected());
    assert!(took < Duration::from_millis(250), "{took:?}");
    let order: Vec<&str> = lab
        .right
        .events
        .iter()
        .filter_map(|event| match event {
            PeerEvent::Path(_) => Some("path"),
            PeerEvent::Keys(_) => Some("keys"),
            PeerEvent::Connected => Some("connected"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["path", "keys", "connected"]);
    assert_eq!(keys(&lab.right).profile, SrtpProfile::AeadAes256Gcm);
    assert_eq!(lab.right.peer.path().map(|path| path.remote), Some(client_addr()));
    assert!(lab.right.peer.accepts_source(client_addr()));
    assert!(!lab.right.peer.accepts_source("203.0.113.9:1".parse().expect("an address")));
    assert!(lab.right.dropped.is_empty(), "{:?}", lab.right.dropped);
}

#[test]
fn both_sides_have_the_same_keys() {
    for protocol in [Protocol::Udp, Protocol::Tcp] {
        let mut lab = twins(protocol);
        lab.until(SOON, |lab| lab.left.peer.is_connected() && lab.right.peer.is_connected());
        let (left, right) = (keys(&lab.left), keys(&lab.right));
        assert_eq!(left.local_key, right.remote_key);
        assert_eq!(left.remote_key, right.local_key);
        assert_eq!(left.local_salt, right.remote_salt);
        assert_eq!(left.remote_salt, right.local_salt);
        assert_ne!(left.local_key, left.remote_key);
        assert_eq!((left.local_key.len(), left.local_salt.len()), (32, 12));
        assert_eq!(lab.right.peer.path().map(|path| path.protocol), Some(protocol));
    }
}

#[test]
fn channels_echo() {
    let mut lab = connected();
    lab.right.echo = true;
    let settings = |label| {
        lab.right.events.iter().find_map(|event| match event {
            PeerEvent::ChannelOpen { settings, .. } if settings.label == label => Some((settings.ordered, settings.max_retransmits)),
            _ => None,
        })
    };
    assert_eq!(settings("_reliable"), Some((true, None)));
    assert_eq!(settings("_lossy"), Some((false, Some(0))));
    for size in [1, 100, 1500, 60_000] {
        write(&mut lab, "_reliable", &vec![7; size]);
        write(&mut lab, "_lossy", &vec![8; size.min(1000)]);
        lab.run(SOON);
    }
    assert_eq!((lab.left.received_on("_reliable"), lab.left.received_on("_lossy")), (4, 4));
    let sizes: usize = lab.left.received.iter().map(|(_, _, bytes)| bytes.len()).sum();
    assert_eq!(sizes, 1 + 100 + 1500 + 60_000 + 1 + 100 + 1000 + 1000);
}

#[test]
fn channels_close_and_their_ids_return() {
    let mut lab = connected();
    let first = channel(&lab, "_reliable");
    lab.right.peer.close_channel(first, lab.now);
    lab.until(SOON, |lab| lab.right.told(|e| *e == PeerEvent::ChannelClosed(first)));
    let closed = lab.right.peer.send(first, true, b"late", lab.now);
    assert_eq!(closed, Err(SendError::NotOpen));

    let lossy = channel(&lab, "_lossy");
    let id = lab.left.channels["_lossy"];
    lab.left.rtc.direct_api().close_data_channel(id);
    lab.until(SOON, |lab| lab.right.told(|e| *e == PeerEvent::ChannelClosed(lossy)));

    let settings = ChannelSettings { label: "ours".to_owned(), ordered: true, max_retransmits: None };
    let ours = lab.right.peer.open_channel(settings.clone(), lab.now).expect("room");
    assert_eq!(ours.0 % 2, 1, "the DTLS server has the odd ids");
    lab.until(SOON, |lab| lab.left.channels.contains_key("ours"));
    lab.right.peer.send(ours, false, b"hello", lab.now).expect("open");
    lab.right.peer.send(ours, false, b"", lab.now).expect("open");
    lab.until(SOON, |lab| lab.left.received_on("ours") == 2);
    let negotiated = ChannelSettings { label: "agreed".to_owned(), ..settings };
    let agreed = ChannelId(100);
    lab.right.peer.negotiate_channel(agreed, negotiated.clone(), lab.now).expect("free");
    let again = lab.right.peer.negotiate_channel(agreed, negotiated, lab.now);
    assert_eq!(again, Err(OpenError::Taken));
    lab.drain();
    assert!(lab.right.told(|event| is_channel(event, "agreed") == Some(agreed)));
}

#[test]
fn buffers_are_bounded() {
    let mut lab = connected();
    let reliable = channel(&lab, "_reliable");
    let long = vec![0; 300 * 1024];
    assert_eq!(lab.right.peer.send(reliable, true, &long, lab.now), Err(SendError::TooLong));
    lab.cut = true;
    let message = vec![0; 10_000];
    let refused = (0..1000).find_map(|_| lab.right.peer.send(reliable, true, &message, lab.now).err());
    assert_eq!(refused, Some(SendError::Full));
    assert!(lab.right.peer.buffered(reliable) <= 1024 * 1024);
}

#[test]
fn everything_arrives_over_a_bad_link() {
    let mut lab = twins(Protocol::Udp);
    lab.loss = 200;
    lab.until(LATER, |lab| lab.left.peer.is_connected() && lab.right.peer.is_connected());
    let settings = ChannelSettings { label: "news".to_owned(), ordered: true, max_retransmits: None };
    let news = lab.left.peer.open_channel(settings, lab.now).expect("room");
    assert_eq!(news, ChannelId(0));
    for number in 0..200_u32 {
        let message = number.to_be_bytes().repeat(100);
        lab.left.peer.send(news, true, &message, lab.now).expect("room");
    }
    lab.until(LATER * 5, |lab| lab.right.messages() == 200);
    let first_bytes = lab.right.events.iter().filter_map(|event| match event {
        PeerEvent::Message { bytes, .. } => bytes.first_chunk::<4>().copied(),
        _ => None,
    });
    let numbers: Vec<u32> = first_bytes.map(u32::from_be_bytes).collect();
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    assert!(!lab.right.told(|event| matches!(event, PeerEvent::Disconnected(_))));
}

#[test]
fn a_client_talks_over_a_bad_link() {
    let mut lab = connected();
    lab.right.echo = true;
    lab.loss = 200;
    for _ in 0..100 {
        write(&mut lab, "_reliable", &[1; 800]);
        write(&mut lab, "_lossy", &[2; 800]);
        lab.run(Duration::from_millis(20));
    }
    lab.until(LATER * 5, |lab| lab.left.received_on("_reliable") == 100);
    let lossy = lab.left.received_on("_lossy");
    assert!((30..100).contains(&lossy), "{lossy}");
}

#[test]
fn an_ice_restart_keeps_the_connection() {
    let mut lab = connected();
    lab.right.echo = true;
    let path = lab.right.peer.path();
    let before = lab.right.credentials.clone();
    let mut changes = lab.left.rtc.sdp_api();
    changes.ice_restart(true);
    let (offer, pending) = changes.apply().expect("changes");
    lab.negotiate(&offer, pending);
    assert_ne!(lab.right.credentials, before);
    assert_eq!(lab.right.peer.path(), path, "the old path serves on");
    assert!(lab.right.peer.is_connected());
    write(&mut lab, "_reliable", b"during");
    lab.until(SOON, |lab| lab.left.received_on("_reliable") == 1);
    lab.run(Duration::from_secs(20));
    write(&mut lab, "_reliable", b"after");
    lab.until(SOON, |lab| lab.left.received_on("_reliable") == 2);
    assert!(!lab.right.told(|event| matches!(event, PeerEvent::Disconnected(_))));
    let keys = lab.right.events.iter().filter(|event| matches!(event, PeerEvent::Keys(_)));
    assert_eq!(keys.count(), 1);
}

#[test]
fn a_client_may_move_to_another_address() {
    let mut lab = connected();
    lab.right.echo = true;
    lab.run(Duration::from_secs(10));
    let outside = "203.0.113.5:61000".parse().expect("an address");
    lab.nat = Some(outside);
    let path = |lab: &ClientLab| lab.right.peer.path().map(|path| path.remote);
    let took = lab.until(LATER, |lab| path(lab) == Some(outside));
    assert!(took < Duration::from_secs(4), "{took:?}");
    write(&mut lab, "_reliable", b"from elsewhere");
    lab.until(SOON, |lab| lab.left.received_on("_reliable") == 1);
    lab.run(Duration::from_secs(30));
    assert!(!lab.right.told(|event| matches!(event, PeerEvent::Disconnected(_))));
    assert_eq!(path(&lab), Some(outside));
}

#[test]
fn silence_is_noticed_and_forgiven() {
    let mut lab = connected();
    lab.run(Duration::from_secs(20));
    assert!(!lab.right.told(|event| matches!(event, PeerEvent::Disconnected(_))));
    lab.cut = true;
    let silent = |lab: &ClientLab| lab.right.told(|e| *e == PeerEvent::Disconnected(Reason::Silent));
    let took = lab.until(LATER, silent);
    assert!((4..=8).contains(&took.as_secs()), "{took:?}");
    lab.cut = false;
    lab.right.events.clear();
    lab.until(LATER, |lab| lab.right.told(|event| *event == PeerEvent::Connected));
    lab.cut = true;
    let gone = |lab: &ClientLab| lab.right.told(|e| *e == PeerEvent::Failed(Reason::Silent));
    let took = lab.until(LATER, gone);
    assert!((26..=30).contains(&took.as_secs()), "{took:?}");
    assert_eq!(lab.right.peer.poll_timeout(), None);
}

#[test]
fn goodbyes_are_heard() {
    let mut lab = connected();
    lab.left.rtc.close().expect("a goodbye");
    lab.until(SOON, |lab| lab.right.told(|e| *e == PeerEvent::Failed(Reason::ClosedByClient)));

    let mut lab = twins(Protocol::Udp);
    lab.until(SOON, |lab| lab.left.peer.is_connected() && lab.right.peer.is_connected());
    lab.right.peer.close(lab.now);
    lab.until(SOON, |lab| lab.left.told(|e| *e == PeerEvent::Failed(Reason::ClosedByClient)));
    assert_eq!(lab.right.peer.poll_timeout(), None);
}

#[test]
fn a_strange_certificate_gets_nothing() {
    let now = epoch();
    let mut left = Server::with(client_addr(), Protocol::Udp, "left", now, |mut config| {
        config.lite = false;
        config.role = DtlsRole::Client;
        config
    });
    let mut right = Server::with(server_addr(), Protocol::Udp, "right", now, |config| config);
    let mut announced = description(&left, Setup::ActPass, false);
    announced.fingerprints = vec![Fingerprint::of(HashFunction::Sha256, b"somebody else")];
    right.peer.set_remote(&announced, now).expect("usable");
    let candidate = "candidate:1 1 udp 2130706431 192.0.2.1 7882 typ host";
    left.peer.set_remote(&description(&right, Setup::Passive, true), now).expect("usable");
    left.peer.add_remote_candidate("candidate:1 1 udp 1 a-name.local 1 typ host", now);
    left.peer.add_remote_candidate(candidate, now);
    let mut lab = Lab::new(left, right, now);
    lab.until(SOON, |lab| lab.right.told(|e| *e == PeerEvent::Failed(Reason::Fingerprint)));
    assert!(!lab.right.told(|event| matches!(event, PeerEvent::Keys(_) | PeerEvent::Connected)));
}

#[test]
fn strangers_are_dropped() {
    let mut lab = connected();
    let stranger = "203.0.113.9:9".parse().expect("an address");
    let mut hear = |source, bytes: &[u8]| {
        let destination = server_addr();
        let received = Received { source, destination, protocol: Protocol::Udp, bytes };
        lab.right.peer.handle_input(received, lab.now)
    };
    assert!(matches!(hear(stranger, &[22; 100]), Err(PeerError::Dropped(_))));
    assert!(matches!(hear(stranger, &[0; 100]), Err(PeerError::Dropped(_))));
    assert!(matches!(hear(stranger, &[128; 100]), Err(PeerError::Dropped(_))));
    // The client's own address may carry rubbish that somebody else has forged.
    for kind in 20..64 {
        assert_eq!(hear(client_addr(), &[kind; 100]), Ok(()));
    }
    lab.right.echo = true;
    write(&mut lab, "_reliable", b"still here");
    lab.until(SOON, |lab| lab.left.received_on("_reliable") == 1);
}

#[test]
fn checks_that_overtake_the_offer_are_answered() {
    let now = epoch();
    let mut lab = twins(Protocol::Udp);
    let mut late = Server::with(server_addr(), Protocol::Udp, "right", now, |config| config);
    let mut early: Vec<Transmit> = Vec::new();
    lab.left.peer.handle_timeout(lab.now);
    crate::lab::Node::drain(&mut lab.left, lab.now, &mut early);
    assert!(!early.is_empty());
    for datagram in &early {
        crate::lab::Node::receive(&mut late, datagram, lab.now);
    }
    assert_eq!(late.peer.poll_transmit(), None);
    late.peer.set_remote(&description(&lab.left, Setup::ActPass, false), lab.now).expect("usable");
    assert!(late.peer.poll_transmit().is_some());
    let again = late.peer.set_remote(&description(&lab.left, Setup::ActPass, false), lab.now);
    assert!(matches!(again, Err(PeerError::Description(_))));
}

#[test]
fn a_client_that_never_comes_is_given_up() {
    let now = epoch();
    let mut server = Server::new(now);
    server.answer(include_str!("../offers/firefox.sdp"), now);
    let mut later = now;
    while let Some(due) = server.peer.poll_timeout() {
        assert!(due > later && due < now + LATER, "it wakes, and not for ever");
        later = due;
        server.peer.handle_timeout(later);
        assert_eq!(server.peer.poll_transmit(), None);
    }
    assert_eq!(later - now, Duration::from_secs(30));
    assert_eq!(server.peer.poll_event(), Some(PeerEvent::Failed(Reason::Handshake)));
    let shown = format!("{:?} {:?}", server.peer, credentials("name"));
    assert!(!shown.contains("password"));
}
