//! Two ends of a connection in virtual time, with a link that delays, loses and can be cut.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::ChannelId as ClientChannel;
use str0m::net::Receive;
use str0m::{Candidate, Event, Input, Output, Rtc};
use transport::sdp::{AnswerPlan, Offer};
use transport::{
    Certificate, DtlsRole, IceCredentials, LocalCandidate, Peer, PeerConfig, PeerError, PeerEvent, Protocol, Received, Transmit,
};

const DELAY: Duration = Duration::from_millis(10);
const STEPS_MAX: usize = 1_000_000;

pub(crate) fn server_addr() -> SocketAddr {
    "192.0.2.1:7882".parse().expect("an address")
}

pub(crate) fn client_addr() -> SocketAddr {
    "198.51.100.7:50000".parse().expect("an address")
}

#[expect(clippy::disallowed_methods, reason = "virtual time needs an epoch")]
pub(crate) fn epoch() -> Instant {
    Instant::now()
}

pub(crate) fn credentials(name: &str) -> IceCredentials {
    IceCredentials { ufrag: name.to_owned(), password: format!("{name}-password-long-enough") }
}

/// One end.
pub(crate) trait Node {
    fn receive(&mut self, datagram: &Transmit, now: Instant);
    fn advance(&mut self, now: Instant);
    fn due(&self) -> Option<Instant>;
    fn drain(&mut self, now: Instant, out: &mut Vec<Transmit>);
}

/// Our peer, with what it told.
pub(crate) struct Server {
    pub(crate) peer: Peer,
    pub(crate) events: VecDeque<PeerEvent>,
    pub(crate) echo: bool,
    pub(crate) dropped: Vec<PeerError>,
    pub(crate) certificate: Arc<Certificate>,
    pub(crate) credentials: IceCredentials,
    pub(crate) answers: u64,
}

impl Server {
    pub(crate) fn new(now: Instant) -> Self {
        let lite = |config| config;
        Self::with(server_addr(), Protocol::Udp, "server", now, lite)
    }

    pub(crate) fn with(
        addr: SocketAddr,
        protocol: Protocol,
        name: &str,
        now: Instant,
        edit: impl FnOnce(PeerConfig) -> PeerConfig,
    ) -> Self {
        let certificate = Arc::new(Certificate::generate().expect("a certificate"));
        let credentials = credentials(name);
        let config = edit(PeerConfig {
            credentials: credentials.clone(),
            candidates: vec![LocalCandidate { addr, protocol }],
            certificate: Arc::clone(&certificate),
            lite: true,
            role: DtlsRole::Server,
        });
        let peer = Peer::new(config, now);
        let (events, dropped) = (VecDeque::new(), Vec::new());
        Self { peer, events, echo: false, dropped, certificate, credentials, answers: 0 }
    }

    /// Answers an offer as signalling does.
    pub(crate) fn answer(&mut self, text: &str, now: Instant) -> String {
        let offer = Offer::parse(text).expect("a good offer");
        let remote = offer.transport().expect("complete");
        self.answers += 1;
        match self.peer.remote_credentials() {
            None => self.peer.set_remote(&remote, now).expect("usable"),
            Some(known) if *known != remote.credentials => {
                self.credentials = credentials(&format!("server{}", self.answers));
                self.peer.restart_ice(&self.credentials, &remote.credentials, now);
            }
            Some(_) => {}
        }
        let plan = AnswerPlan {
            session_version: self.answers,
            credentials: self.credentials.clone(),
            fingerprint: self.certificate.fingerprint().clone(),
            setup: self.peer.setup().expect("known by now"),
            ..crate::sdp::plan(&offer)
        };
        plan.print(&offer).expect("a good plan")
    }

    pub(crate) fn told(&self, wanted: impl Fn(&PeerEvent) -> bool) -> bool {
        self.events.iter().any(wanted)
    }

    pub(crate) fn messages(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, PeerEvent::Message { .. })).count()
    }
}

impl Node for Server {
    fn receive(&mut self, datagram: &Transmit, now: Instant) {
        let Transmit { source, destination, protocol, bytes } = datagram;
        let (source, destination, protocol) = (*source, *destination, *protocol);
        let received = Received { source, destination, protocol, bytes };
        self.dropped.extend(self.peer.handle_input(received, now).err());
    }

    fn advance(&mut self, now: Instant) {
        self.peer.handle_timeout(now);
    }

    fn due(&self) -> Option<Instant> {
        self.peer.poll_timeout()
    }

    fn drain(&mut self, now: Instant, out: &mut Vec<Transmit>) {
        while let Some(event) = self.peer.poll_event() {
            if let PeerEvent::Message { channel, binary, bytes } = &event
                && self.echo
            {
                self.peer.send(*channel, *binary, bytes, now).expect("room to echo");
            }
            self.events.push_back(event);
        }
        out.extend(std::iter::from_fn(|| self.peer.poll_transmit()));
    }
}

/// A str0m client, with what it told.
pub(crate) struct Client {
    pub(crate) rtc: Rtc,
    pub(crate) channels: HashMap<String, ClientChannel>,
    pub(crate) received: Vec<(ClientChannel, bool, Vec<u8>)>,
    pub(crate) closed: Vec<ClientChannel>,
    due: Option<Instant>,
}

impl Client {
    pub(crate) fn new(now: Instant) -> Self {
        let mut rtc = Rtc::builder().build(now);
        rtc.add_local_candidate(Candidate::host(client_addr(), "udp").expect("a candidate"));
        let (channels, received, closed) = (HashMap::new(), Vec::new(), Vec::new());
        Self { rtc, channels, received, closed, due: Some(now) }
    }

    pub(crate) fn received_on(&self, label: &str) -> usize {
        let Some(id) = self.channels.get(label) else { return 0 };
        self.received.iter().filter(|(channel, ..)| channel == id).count()
    }
}

impl Node for Client {
    fn receive(&mut self, datagram: &Transmit, now: Instant) {
        let Transmit { source, destination, bytes, .. } = datagram;
        let proto = str0m::net::Protocol::Udp;
        let received = Receive::new(proto, *source, *destination, bytes).expect("WebRTC");
        self.rtc.handle_input(Input::Receive(now, received)).expect("good input");
    }

    fn advance(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
    }

    fn due(&self) -> Option<Instant> {
        self.due
    }

    fn drain(&mut self, _now: Instant, out: &mut Vec<Transmit>) {
        loop {
            match self.rtc.poll_output().expect("a working client") {
                Output::Timeout(at) => {
                    self.due = Some(at);
                    return;
                }
                Output::Transmit(transmit) => out.push(Transmit {
                    source: transmit.source,
                    destination: transmit.destination,
                    protocol: Protocol::Udp,
                    bytes: transmit.contents.to_vec(),
                }),
                Output::Event(Event::ChannelOpen(id, label)) => {
                    self.channels.insert(label, id);
                }
                Output::Event(Event::ChannelData(data)) => {
                    self.received.push((data.id, data.binary, data.data));
                }
                Output::Event(Event::ChannelClose(id)) => self.closed.push(id),
                Output::Event(_) => {}
            }
        }
    }
}

/// The world of one test.
pub(crate) struct Lab<A, B> {
    pub(crate) left: A,
    pub(crate) right: B,
    pub(crate) now: Instant,
    pub(crate) cut: bool,
    /// What a NAT has made of the client's address.
    pub(crate) nat: Option<SocketAddr>,
    /// Datagrams lost, of a thousand.
    pub(crate) loss: u64,
    chance: u64,
    sent: u64,
    flying: BTreeMap<(Instant, u64), (bool, Transmit)>,
}

impl<A: Node, B: Node> Lab<A, B> {
    pub(crate) fn new(left: A, right: B, now: Instant) -> Self {
        let flying = BTreeMap::new();
        Self { left, right, now, cut: false, nat: None, loss: 0, chance: 7, sent: 0, flying }
    }

    /// Runs until something is true; the time it took.
    pub(crate) fn until(&mut self, limit: Duration, is_done: impl Fn(&Self) -> bool) -> Duration {
        let start = self.now;
        for _ in 0..STEPS_MAX {
            self.drain();
            if is_done(self) {
                return self.now - start;
            }
            assert!(self.now < start + limit, "not done after {limit:?}");
            self.step(start + limit);
        }
        panic!("the world runs in circles");
    }

    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        self.until(time, |lab| lab.now >= end);
    }

    fn step(&mut self, end: Instant) {
        let arrival = self.flying.keys().next().map(|(at, _)| *at);
        let dues = [arrival, self.left.due(), self.right.due()];
        let next = dues.into_iter().flatten().min().unwrap_or(end).min(end);
        self.now = next.max(self.now);
        while let Some(entry) = self.flying.first_entry()
            && entry.key().0 <= self.now
        {
            match entry.remove() {
                (true, datagram) => self.right.receive(&datagram, self.now),
                (false, datagram) => self.left.receive(&datagram, self.now),
            }
            self.drain();
        }
        if self.left.due().is_some_and(|due| due <= self.now) {
            self.left.advance(self.now);
        }
        if self.right.due().is_some_and(|due| due <= self.now) {
            self.right.advance(self.now);
        }
    }

    pub(crate) fn drain(&mut self) {
        let (mut rightwards, mut leftwards) = (Vec::new(), Vec::new());
        self.left.drain(self.now, &mut rightwards);
        self.right.drain(self.now, &mut leftwards);
        let rightwards = rightwards.into_iter().map(|datagram| (true, datagram));
        for flight in rightwards.chain(leftwards.into_iter().map(|datagram| (false, datagram))) {
            let Some(flight) = self.translate(flight) else { continue };
            self.sent += 1;
            if !self.cut && self.roll() >= self.loss {
                self.flying.insert((self.now + DELAY, self.sent), flight);
            }
        }
    }

    fn translate(&self, (rightwards, mut datagram): (bool, Transmit)) -> Option<(bool, Transmit)> {
        match self.nat {
            None => {}
            Some(outside) if rightwards => datagram.source = outside,
            Some(outside) if datagram.destination == outside => {
                datagram.destination = client_addr();
            }
            Some(_) => return None,
        }
        Some((rightwards, datagram))
    }

    fn roll(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % 1000
    }
}

pub(crate) type ClientLab = Lab<Client, Server>;

impl ClientLab {
    /// Offers what the changes say and takes the answer.
    pub(crate) fn negotiate(&mut self, offer: &SdpOffer, pending: SdpPendingOffer) {
        let answer = self.right.answer(&offer.to_sdp_string(), self.now);
        let answer = SdpAnswer::from_sdp_string(&answer).expect("an answer str0m reads");
        self.left.rtc.sdp_api().accept_answer(pending, answer).expect("an answer str0m takes");
        self.drain();
    }
}
