//! The machine of one worker: rooms, participants, their transports and their media. It is fed with
//! joins, signal frames, datagrams, commands and time, and drained by the `poll_*` calls and
//! [`Node::transmit`]. It never waits, and nothing a client sends can make it panic.

mod command;
mod data;
mod datagram;
mod enter;
mod leave;
mod metadata;
mod negotiate;
mod plan;
mod presence;
mod publish;
mod resume;
mod rooms;
mod signal;
mod simulate;
mod slots;
mod state;
mod subscribe;
mod timers;
mod trace;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use sfu::{DownId, PeerId, Sfu, SfuConfig, TrackId};
use transport::{Certificate, LocalCandidate, Path, Protocol, Transmit};

use crate::chance::Chance;
use crate::control::{Happening, NodeEvent};
use crate::limits::{EVENTS_MAX, Limits};
use crate::slab::{Key, Slab};
use crate::token::ApiKeys;
use rooms::Rooms;
use state::{Member, RoomState};

pub use datagram::ufrag_worker;
pub use subscribe::Strain;
pub use trace::{Passage, Station};

pub(crate) type MemberKey = Key<Member>;
pub(crate) type RoomKey = Key<RoomState>;

/// What a node is made of.
#[derive(Clone)]
pub struct NodeConfig {
    /// Which worker this is; its ICE user names carry the number. At most 32,767.
    pub worker: u16,
    /// Where clients reach it, best first.
    pub candidates: Vec<LocalCandidate>,
    /// The certificate of all its peers.
    pub certificate: Arc<Certificate>,
    /// Servers that clients may use to find a way through NATs.
    pub ice_servers: Vec<IceServer>,
    /// Refreshed tokens are signed with the first of these.
    pub keys: ApiKeys,
    /// A join creates its room when it does not exist.
    pub auto_create: bool,
    /// The server's API may unmute.
    pub remote_unmute: bool,
    /// Bounds.
    pub limits: Limits,
    /// Bounds of the media machine.
    pub sfu_limits: sfu::Limits,
    /// Forward only this many of the loudest microphones of a room; `None` forwards all.
    pub loudest_max: Option<usize>,
    /// Shown to clients as the node's name.
    pub node_id: String,
    /// Where ids and secrets come from. Must be unpredictable in production.
    pub seed: [u8; 32],
}

impl NodeConfig {
    /// A configuration with every other value at its default.
    #[must_use]
    pub fn new(certificate: Arc<Certificate>, keys: ApiKeys, seed: [u8; 32]) -> NodeConfig {
        NodeConfig {
            worker: 0,
            candidates: Vec::new(),
            certificate,
            ice_servers: Vec::new(),
            keys,
            auto_create: true,
            remote_unmute: false,
            limits: Limits::default(),
            sfu_limits: sfu::Limits::default(),
            loudest_max: None,
            node_id: "ND_hutong".to_owned(),
            seed,
        }
    }
}

/// A STUN or TURN server for clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IceServer {
    /// Such as `turn:host:3478?transport=udp`.
    pub urls: Vec<String>,
    /// For TURN.
    pub username: String,
    /// For TURN.
    pub credential: String,
}

/// One signal connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// A frame of a signal connection.
#[derive(Clone, Copy, Debug)]
pub enum Frame<'a> {
    /// Protobuf.
    Binary(&'a [u8]),
    /// The same as JSON.
    Text(&'a str),
}

/// What to do with a signal connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outgoing {
    /// Send this binary frame.
    Binary(Vec<u8>),
    /// Send this text frame.
    Text(String),
    /// Flush, then close with code 1000. Nothing follows.
    Close,
}

/// A datagram as it came in.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Who sent it.
    pub source: SocketAddr,
    /// Our address it came to.
    pub destination: SocketAddr,
    /// How it travelled.
    pub protocol: Protocol,
    /// The bytes; media is decrypted in place.
    pub bytes: &'a mut [u8],
}

/// Whose a datagram was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demux {
    /// Taken.
    Mine,
    /// Another worker's; hand it over.
    Foreign {
        /// Which.
        worker: u16,
    },
    /// Nobody's here. It may be another worker's whose client changed its path.
    Unknown,
}

/// Where datagrams go.
pub trait Sink {
    /// Sends `segments`, packets of `segment_size` bytes each, back to back; only the last may be
    /// shorter.
    fn send(&mut self, path: Path, segments: &[u8], segment_size: usize);
}

/// Figures of a node, cheap enough to ask for once a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeStats {
    /// Rooms now.
    pub rooms: usize,
    /// Participants now.
    pub participants: usize,
    /// Joins that were accepted.
    pub joins: u64,
    /// Joins that were refused.
    pub joins_refused: u64,
    /// Sessions that went on over a new signal connection.
    pub resumes: u64,
    /// Signal messages and descriptions that could not be read.
    pub malformed_signals: u64,
    /// Data packets that could not be read or were not allowed.
    pub data_dropped: u64,
    /// Datagrams that were nobody's or broken.
    pub datagrams_dropped: u64,
    /// Happenings lost because nobody took them.
    pub events_lost: u64,
    /// Media.
    pub media: sfu::SfuStats,
}

/// The machine of one worker.
pub struct Node {
    config: NodeConfig,
    chance: Chance,
    sfu: Sfu,
    origin: Instant,
    wall_ms: i64,
    stopping: bool,
    rooms: Rooms,
    room_names: HashMap<String, RoomKey>,
    members: Slab<Member>,
    connections: HashMap<ConnectionId, MemberKey>,
    last_connection: u64,
    addresses: HashMap<(SocketAddr, Protocol), MemberKey>,
    peers: HashMap<PeerId, MemberKey>,
    tracks: HashMap<TrackId, (MemberKey, String)>,
    downs: HashMap<DownId, (MemberKey, String)>,
    paths: HashMap<PeerId, Path>,
    touched: Vec<MemberKey>,
    wakes: BTreeSet<(Instant, MemberKey)>,
    signals: VecDeque<(ConnectionId, Outgoing)>,
    transmits: VecDeque<Transmit>,
    events: VecDeque<NodeEvent>,
    passages: VecDeque<Passage>,
    /// Peers that have keys and were sent no media yet.
    unserved: HashSet<PeerId>,
    strain: Strain,
    stats: NodeStats,
}

impl Node {
    /// An empty node. `wall_ms` is what the calendar says at `now`, in milliseconds UTC.
    #[must_use]
    pub fn new(config: NodeConfig, wall_ms: i64, now: Instant) -> Node {
        let mut chance = Chance::new(config.seed);
        let sfu = Sfu::new(SfuConfig { limits: config.sfu_limits.clone(), seed: chance.next_u64() });
        Node {
            sfu,
            chance,
            origin: now,
            wall_ms,
            stopping: false,
            rooms: Rooms::new(config.limits.rooms_max, now),
            room_names: HashMap::new(),
            members: Slab::new(config.limits.participants_max),
            connections: HashMap::new(),
            last_connection: 0,
            addresses: HashMap::new(),
            peers: HashMap::new(),
            tracks: HashMap::new(),
            downs: HashMap::new(),
            paths: HashMap::new(),
            touched: Vec::new(),
            wakes: BTreeSet::new(),
            signals: VecDeque::new(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            passages: VecDeque::new(),
            unserved: HashSet::new(),
            strain: Strain::None,
            stats: NodeStats::default(),
            config,
        }
    }

    /// Corrects the calendar, which may be set while the machine's clock runs evenly.
    pub fn set_wall(&mut self, wall_ms: i64, now: Instant) {
        self.origin = now;
        self.wall_ms = wall_ms;
    }

    /// The next thing to do with a signal connection.
    pub fn poll_signal(&mut self) -> Option<(ConnectionId, Outgoing)> {
        self.signals.pop_front()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<NodeEvent> {
        self.events.pop_front()
    }

    /// Sends what may leave now. Call it after every batch of inputs.
    pub fn transmit(&mut self, now: Instant, sink: &mut impl Sink) {
        self.settle(now);
        while let Some(transmit) = self.transmits.pop_front() {
            let path = Path { local: transmit.source, remote: transmit.destination, protocol: transmit.protocol };
            sink.send(path, &transmit.bytes, transmit.bytes.len());
        }
        let mut served = Vec::new();
        let mut media = MediaSink { paths: &self.paths, unserved: &mut self.unserved, served: &mut served, sink };
        self.sfu.transmit(now, &mut media);
        for peer in served {
            if let Some(who) = self.peers.get(&peer).copied() {
                self.pass(who, Station::Served, now);
            }
        }
    }

    /// Figures of now.
    #[must_use]
    pub fn stats(&self) -> NodeStats {
        NodeStats { rooms: self.rooms.len(), participants: self.members.len(), media: self.sfu.stats(), ..self.stats.clone() }
    }

    /// Figures of one participant's media, while it is there.
    #[must_use]
    pub fn participant_stats(&self, room: &str, identity: &str) -> Option<sfu::PeerStats> {
        let room = self.room_names.get(room)?;
        let member = self.members.find(self.member_by_identity(*room, identity)?)?;
        self.sfu.peer_stats(member.link.media)
    }

    /// What the calendar says, in milliseconds UTC.
    fn wall(&self, now: Instant) -> i64 {
        let passed = now.saturating_duration_since(self.origin).as_millis();
        self.wall_ms.saturating_add(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// Remembers that a member has something to drain and its timers may have changed.
    fn touch(&mut self, who: MemberKey) {
        if let Some(member) = self.members.find_mut(who)
            && !member.touched
        {
            member.touched = true;
            self.touched.push(who);
        }
    }

    /// Drains transports and media until all is quiet.
    fn settle(&mut self, now: Instant) {
        loop {
            self.drain_sfu(now);
            let Some(who) = self.touched.pop() else {
                break;
            };
            if let Some(member) = self.members.find_mut(who) {
                member.touched = false;
            }
            self.drain_peer(who, now);
            self.schedule(who);
        }
        self.rooms.reindex();
    }

    fn tell(&mut self, room: RoomKey, what: Happening, now: Instant) {
        let Some(state) = self.rooms.find(room) else {
            return;
        };
        if self.events.len() >= EVENTS_MAX {
            self.events.pop_front();
            self.stats.events_lost += 1;
        }
        let room = state.info.clone();
        self.events.push_back(NodeEvent { at_ms: self.wall(now), room, what });
    }
}

struct MediaSink<'a, S> {
    paths: &'a HashMap<PeerId, Path>,
    unserved: &'a mut HashSet<PeerId>,
    served: &'a mut Vec<PeerId>,
    sink: &'a mut S,
}

impl<S: Sink> sfu::Sink for MediaSink<'_, S> {
    fn send(&mut self, peer: PeerId, segments: &[u8], segment_size: usize) {
        if !self.unserved.is_empty() && transport::classify(segments) == transport::Packet::Rtp && self.unserved.remove(&peer) {
            self.served.push(peer);
        }
        if let Some(path) = self.paths.get(&peer) {
            self.sink.send(*path, segments, segment_size);
        }
    }
}
