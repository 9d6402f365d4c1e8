//! The world: one node, its clients, the links between them, and the only clock. A step goes to the earliest
//! moment at which anybody is due or anything arrives, delivers, and drains.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use signalling::control::{Command, Happening, NodeEvent, Reply, RoomOptions};
use signalling::join::{self, JoinError};
use signalling::token::{self, ApiKeys, Claims, VideoGrant};
use signalling::{ConnectionId, Frame, Incoming, Node, NodeConfig, NodeStats, Outgoing, Sink};
use transport::{Certificate, LocalCandidate, Path, Protocol, Transmit};

use crate::client::{Client, ClientConfig, Sound, ToServer, Told};
use crate::{Chance, Fate, Link, Profile};

/// What the calendar says when a world begins: the morning of 2026-01-01, in milliseconds UTC.
const WALL_MS: i64 = 1_767_254_400_000;
const KEY: &str = "devkey";
const SECRET: &str = "secret";
/// How long a kernel keeps a dead signal connection before it says so.
const DEAD_SIGNAL_AFTER: Duration = Duration::from_secs(3_600);

/// Somebody of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Person(usize);

impl Person {
    /// The one who joined after so many others.
    #[must_use]
    pub fn nth(others: usize) -> Person {
        Person(others)
    }

    /// What this person's camera is called in what others saw.
    #[must_use]
    pub fn camera(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX / 4) * 4
    }

    /// What this person's microphone is called in what others heard.
    #[must_use]
    pub fn microphone(self) -> u32 {
        self.camera() + 1
    }

    /// What this person's screen is called in what others saw.
    #[must_use]
    pub fn screen(self) -> u32 {
        self.camera() + 2
    }
}

/// How a world is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Everything that is left to chance follows from it.
    pub seed: u64,
    /// Rooms have `sync_streams`.
    pub sync_streams: bool,
    /// Clients say that they will tell the sizes they show.
    pub adaptive_stream: bool,
    /// Clients pass for native ones rather than for browsers.
    pub native: bool,
    /// How the sound of clients is made proof against loss.
    pub sound: Sound,
}

/// One node and its clients.
pub struct World {
    /// The clock.
    pub now: Instant,
    start: Instant,
    options: Options,
    node: Node,
    keys: ApiKeys,
    server: SocketAddr,
    seats: Vec<Seat>,
    addresses: HashMap<SocketAddr, usize>,
    connections: HashMap<ConnectionId, usize>,
    chance: Chance,
    flying: BTreeMap<(Instant, u64), Cargo>,
    order: u64,
    events: Vec<NodeEvent>,
    log: Vec<String>,
}

/// A client and its way to the node.
struct Seat {
    name: String,
    token: String,
    client: Client,
    address: SocketAddr,
    public: SocketAddr,
    up: Link,
    down: Link,
    connection: Option<ConnectionId>,
    vanished: bool,
    touched: bool,
    wake: Option<Instant>,
    told: Vec<Told>,
}

enum Cargo {
    ToServer { from: SocketAddr, bytes: Vec<u8> },
    ToClient { to: SocketAddr, bytes: Vec<u8> },
    Connect { seat: usize, request: String },
    SignalToServer { connection: ConnectionId, bytes: Vec<u8> },
    SignalToClient { connection: ConnectionId, bytes: Vec<u8> },
    ClosedByServer { connection: ConnectionId },
    ClosedByClient { connection: ConnectionId },
}

#[derive(Default)]
struct Collected(Vec<(SocketAddr, Vec<u8>)>);

impl Sink for Collected {
    fn send(&mut self, path: Path, segments: &[u8], segment_size: usize) {
        for packet in segments.chunks(segment_size.max(1)) {
            self.0.push((path.remote, packet.to_vec()));
        }
    }
}

impl World {
    /// A world with nobody in it.
    ///
    /// # Panics
    /// When no certificate can be made.
    #[must_use]
    pub fn new(seed: u64) -> World {
        World::with(Options { seed, ..Options::default() })
    }

    /// The same with wishes.
    ///
    /// # Panics
    /// When no certificate can be made.
    #[must_use]
    pub fn with(options: Options) -> World {
        #[expect(clippy::disallowed_methods, reason = "an Instant cannot be made otherwise; only differences matter here")]
        let now = Instant::now();
        let server = SocketAddr::from(([192, 0, 2, 1], 7882));
        // The libraries of both ends draw what is no secret, such as ICE's credentials, from this thread's generator.
        fastrand::seed(options.seed);
        let certificate = Arc::new(Certificate::generate_repeatable(options.seed).expect("a certificate"));
        let keys = ApiKeys::new(KEY, SECRET);
        let mut chance = Chance::new(options.seed);
        let mut config = NodeConfig::new(certificate, keys.clone(), chance.seed());
        config.candidates = vec![LocalCandidate { addr: server, protocol: Protocol::Udp }];
        World {
            now,
            start: now,
            options,
            node: Node::new(config, WALL_MS, now),
            keys,
            server,
            seats: Vec::new(),
            addresses: HashMap::new(),
            connections: HashMap::new(),
            chance,
            flying: BTreeMap::new(),
            order: 0,
            events: Vec::new(),
            log: Vec::new(),
        }
    }

    /// Somebody joins the room, over a path of this nature in both directions.
    pub fn join(&mut self, identity: &str, profile: Profile) -> Person {
        self.join_room("lane", identity, profile)
    }

    /// The same with a room of that name.
    pub fn join_room(&mut self, room: &str, identity: &str, profile: Profile) -> Person {
        let index = self.seats.len();
        let [high, low] = u16::try_from(index + 1).unwrap_or(u16::MAX).to_be_bytes();
        let address = SocketAddr::from(([10, 1, high, low], 40_000));
        let public = SocketAddr::from(([198, 51, high.wrapping_add(100), low], 50_000));
        let config = ClientConfig {
            address,
            source: Person(index).camera(),
            seed: self.chance.next_u64(),
            epoch: self.start,
            auto_subscribe: true,
            adaptive_stream: self.options.adaptive_stream,
            native: self.options.native,
            sound: self.options.sound,
            repeatable: true,
        };
        let mut client = Client::new(config, self.now);
        client.join(self.now);
        self.seats.push(Seat {
            name: identity.to_owned(),
            token: self.token(room, identity),
            client,
            address,
            public,
            up: Link::new(profile, self.chance.fork()),
            down: Link::new(profile, self.chance.fork()),
            connection: None,
            vanished: false,
            touched: true,
            wake: None,
            told: Vec::new(),
        });
        self.addresses.insert(public, index);
        self.note(&format!("{identity} joins"));
        self.settle();
        Person(index)
    }

    /// How the sound of those who join from now on is made proof against loss.
    pub fn set_sound(&mut self, sound: Sound) {
        self.options.sound = sound;
    }

    /// Does something with a client.
    pub fn with_client<T>(&mut self, who: Person, act: impl FnOnce(&mut Client, Instant) -> T) -> T {
        let now = self.now;
        let seat = &mut self.seats[who.0];
        let done = act(&mut seat.client, now);
        // What was queued in the transport needs a moment of its own to come out.
        seat.client.handle_timeout(now);
        seat.touched = true;
        self.settle();
        done
    }

    /// A client.
    #[must_use]
    pub fn client(&self, who: Person) -> &Client {
        &self.seats[who.0].client
    }

    /// What a client told so far.
    #[must_use]
    pub fn told(&self, who: Person) -> &[Told] {
        &self.seats[who.0].told
    }

    /// Everything that must not happen and did, by person.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let of = |seat: &Seat| {
            let complaints = seat.told.iter().filter_map(|told| match told {
                Told::Complaint(what) => Some(format!("{}: {what}", seat.name)),
                _ => None,
            });
            complaints.collect::<Vec<_>>()
        };
        self.seats.iter().flat_map(of).collect()
    }

    /// The path from a client to the server.
    pub fn up(&mut self, who: Person) -> &mut Profile {
        &mut self.seats[who.0].up.profile
    }

    /// The path from the server to a client.
    pub fn down(&mut self, who: Person) -> &mut Profile {
        &mut self.seats[who.0].down.profile
    }

    /// Everybody counts what is seen anew from here.
    pub fn forget(&mut self) {
        for seat in &mut self.seats {
            seat.client.forget();
        }
    }

    /// A signal connection breaks, and both ends notice.
    pub fn cut_signal(&mut self, who: Person) {
        let now = self.now;
        let seat = &mut self.seats[who.0];
        seat.client.signal_closed(now);
        seat.touched = true;
        if let Some(connection) = seat.connection.take() {
            self.connections.remove(&connection);
            self.node.signal_closed(connection, now);
        }
        self.settle();
    }

    /// Somebody's machine is switched off: no goodbye of any kind.
    pub fn vanish(&mut self, who: Person) {
        let seat = &mut self.seats[who.0];
        seat.vanished = true;
        let (name, connection) = (seat.name.clone(), seat.connection.take());
        if let Some(connection) = connection {
            self.fly(DEAD_SIGNAL_AFTER, Cargo::ClosedByClient { connection });
        }
        self.note(&format!("{name} vanishes"));
    }

    /// A NAT forgets somebody and gives another port.
    pub fn rebind(&mut self, who: Person) {
        let seat = &mut self.seats[who.0];
        self.addresses.remove(&seat.public);
        seat.public.set_port(seat.public.port() + 1);
        self.addresses.insert(seat.public, who.0);
    }

    /// A command from inside the server.
    pub fn control(&mut self, command: Command) -> Reply {
        let reply = self.node.control(command, self.now);
        self.settle();
        reply
    }

    /// What happened at the node so far.
    #[must_use]
    pub fn events(&self) -> &[NodeEvent] {
        &self.events
    }

    /// What happened, in order, each line with its milliseconds.
    #[must_use]
    pub fn log(&self) -> &[String] {
        &self.log
    }

    /// The node's figures.
    #[must_use]
    pub fn stats(&self) -> NodeStats {
        self.node.stats()
    }

    /// The figures of somebody's media at the node.
    #[must_use]
    pub fn media_of(&self, room: &str, identity: &str) -> Option<sfu::PeerStats> {
        self.node.participant_stats(room, identity)
    }

    /// Lets so much time pass.
    pub fn run(&mut self, time: Duration) {
        let end = self.now + time;
        self.settle();
        while let Some(next) = self.next_due().filter(|at| *at <= end) {
            // A machine that is due now and does not change would stop the clock.
            self.now = next.max(self.now + Duration::from_micros(1));
            self.step();
        }
        self.now = end.max(self.now);
    }

    fn next_due(&self) -> Option<Instant> {
        let flying = self.flying.first_key_value().map(|((at, _), _)| *at);
        let seats = self.seats.iter().filter(|seat| !seat.vanished).filter_map(|seat| seat.wake);
        seats.chain(flying).chain(self.node.poll_timeout()).min()
    }

    fn step(&mut self) {
        let now = self.now;
        while let Some(entry) = self.flying.first_entry().filter(|entry| entry.key().0 <= now) {
            let cargo = entry.remove();
            self.arrive(cargo);
        }
        if self.node.poll_timeout().is_some_and(|at| at <= now) {
            self.node.handle_timeout(now);
        }
        for seat in self.seats.iter_mut().filter(|seat| !seat.vanished && seat.wake.is_some_and(|at| at <= now)) {
            seat.client.handle_timeout(now);
            seat.touched = true;
        }
        self.settle();
    }

    fn arrive(&mut self, cargo: Cargo) {
        let now = self.now;
        match cargo {
            Cargo::ToServer { from, mut bytes } => {
                let incoming = Incoming { source: from, destination: self.server, protocol: Protocol::Udp, bytes: &mut bytes };
                self.node.handle_datagram(incoming, now);
            }
            Cargo::ToClient { to, bytes } => {
                let Some(seat) = self.addresses.get(&to).and_then(|index| self.seats.get_mut(*index)) else { return };
                if !seat.vanished {
                    let datagram = Transmit { source: self.server, destination: seat.address, protocol: Protocol::Udp, bytes };
                    seat.client.handle_datagram(&datagram, now);
                    seat.touched = true;
                }
            }
            Cargo::Connect { seat, request } => self.connect(seat, &request),
            Cargo::SignalToServer { connection, bytes } => self.node.handle_signal(connection, Frame::Binary(&bytes), now),
            Cargo::SignalToClient { connection, bytes } => {
                if let Some(seat) = self.seat_of(connection) {
                    seat.client.handle_signal(&bytes, now);
                }
            }
            Cargo::ClosedByServer { connection } => {
                if let Some(seat) = self.seat_of(connection) {
                    seat.connection = None;
                    seat.client.signal_closed(now);
                }
                self.connections.remove(&connection);
            }
            Cargo::ClosedByClient { connection } => self.node.signal_closed(connection, now),
        }
    }

    /// The client whose open signal connection this is.
    fn seat_of(&mut self, connection: ConnectionId) -> Option<&mut Seat> {
        let seat = self.connections.get(&connection).and_then(|index| self.seats.get_mut(*index))?;
        let open = seat.connection == Some(connection) && !seat.vanished;
        seat.touched |= open;
        open.then_some(seat)
    }

    /// Goes through the door as a browser does: a query string.
    fn connect(&mut self, index: usize, request: &str) {
        let now = self.now;
        let Some(seat) = self.seats.get_mut(index).filter(|seat| !seat.vanished) else { return };
        seat.touched = true;
        let query = format!("access_token={}&join_request={request}", seat.token);
        let joined = join::read(&self.keys, None, &query, None, WALL_MS).and_then(|join| self.node.join(join, now));
        match joined {
            Ok(connection) => {
                seat.connection = Some(connection);
                self.connections.insert(connection, index);
            }
            Err(JoinError { status, message }) => {
                seat.client.signal_closed(now);
                let text = format!("{} refused: {status} {message}", seat.name);
                self.note(&text);
            }
        }
    }

    /// Moves everything that is ready onto the links.
    fn settle(&mut self) {
        let now = self.now;
        let mut collected = Collected::default();
        self.node.transmit(now, &mut collected);
        for (to, bytes) in collected.0 {
            let Some(seat) = self.addresses.get(&to).and_then(|index| self.seats.get_mut(*index)) else { continue };
            if let Fate::Arrives(at) = seat.down.send(weight_bytes(&bytes), now) {
                self.fly(at - now, Cargo::ToClient { to, bytes });
            }
        }
        while let Some((connection, outgoing)) = self.node.poll_signal() {
            let delay = self.connections.get(&connection).map_or(Duration::ZERO, |index| self.seats[*index].down.profile.delay);
            match outgoing {
                Outgoing::Binary(bytes) => self.fly(delay, Cargo::SignalToClient { connection, bytes }),
                Outgoing::Text(text) => self.note(&format!("text to a client that speaks protobuf: {text}")),
                Outgoing::Close => self.fly(delay, Cargo::ClosedByServer { connection }),
            }
        }
        while let Some(event) = self.node.poll_event() {
            self.note(&format!("{}: {}", event.room.name, happening(&event.what)));
            self.events.push(event);
        }
        for index in 0..self.seats.len() {
            if std::mem::take(&mut self.seats[index].touched) {
                self.collect(index);
            }
        }
    }

    fn collect(&mut self, index: usize) {
        let now = self.now;
        let mut sent = Vec::new();
        let mut lines = Vec::new();
        let seat = &mut self.seats[index];
        let (from, gone) = (seat.public, seat.vanished);
        while let Some(transmit) = seat.client.poll_transmit() {
            if let (Fate::Arrives(at), false) = (seat.up.send(weight_bytes(&transmit.bytes), now), gone) {
                sent.push((at - now, Cargo::ToServer { from, bytes: transmit.bytes }));
            }
        }
        let delay = seat.up.profile.delay;
        while let Some(signal) = seat.client.poll_signal() {
            match (signal, seat.connection) {
                (ToServer::Connect(request), _) => sent.push((delay, Cargo::Connect { seat: index, request })),
                (ToServer::Message(bytes), Some(connection)) => sent.push((delay, Cargo::SignalToServer { connection, bytes })),
                (ToServer::Close, Some(connection)) => sent.push((delay, Cargo::ClosedByClient { connection })),
                (ToServer::Message(_) | ToServer::Close, None) => {}
            }
        }
        while let Some(told) = seat.client.poll_told() {
            match &told {
                Told::Data(data) => lines.push(format!("{} got data on {} from {}", seat.name, data.topic, data.from)),
                Told::Published(_) => lines.push(format!("{} publishes", seat.name)),
                other => lines.push(format!("{} {other:?}", seat.name)),
            }
            seat.told.push(told);
        }
        seat.wake = seat.client.poll_timeout();
        for (time, cargo) in sent.into_iter().filter(|_| !gone) {
            self.fly(time, cargo);
        }
        for line in lines {
            self.note(&line);
        }
    }

    fn fly(&mut self, time: Duration, what: Cargo) {
        self.order += 1;
        self.flying.insert((self.now + time, self.order), what);
    }

    fn note(&mut self, text: &str) {
        let at = self.now.saturating_duration_since(self.start).as_millis();
        self.log.push(format!("{at:>7} {text}"));
    }

    fn token(&self, room: &str, identity: &str) -> String {
        let video = VideoGrant { room_join: true, room: room.to_owned(), can_update_own_metadata: Some(true), ..VideoGrant::default() };
        let options = RoomOptions { sync_streams: self.options.sync_streams, ..RoomOptions::default() };
        let claims = Claims {
            identity: identity.to_owned(),
            name: identity.to_uppercase(),
            video,
            room_options: Some(options),
            expires_at_s: WALL_MS / 1000 + 6 * 3_600,
            ..Claims::default()
        };
        token::mint(KEY, SECRET, &claims)
    }
}

/// What a datagram weighs on a link. Signatures and certificates are some bytes longer or shorter by chance, so all
/// handshake records of DTLS (content type 22, RFC 6347 §4.1) weigh the same.
fn weight_bytes(datagram: &[u8]) -> usize {
    const HANDSHAKE: u8 = 22;
    const HANDSHAKE_BYTES: usize = 1_000;
    if datagram.first() == Some(&HANDSHAKE) { HANDSHAKE_BYTES } else { datagram.len() }
}

fn happening(what: &Happening) -> String {
    match what {
        Happening::RoomStarted => "started".to_owned(),
        Happening::RoomFinished => "finished".to_owned(),
        Happening::RoomUpdated => "changed".to_owned(),
        Happening::ParticipantJoined(who) => format!("{} is in", who.identity),
        Happening::ParticipantUpdated(who) => format!("{} changed", who.identity),
        Happening::ParticipantLeft(who) => format!("{} left", who.identity),
        Happening::ParticipantConnectionAborted(who) => format!("{} never came", who.identity),
        Happening::TrackPublished(who, _) => format!("{} has a track", who.identity),
        Happening::TrackUnpublished(who, _) => format!("{} has a track less", who.identity),
    }
}
