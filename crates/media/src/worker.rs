//! One worker: a pinned thread with its own sockets, its own node and a mailbox.
//!
//! The loop is dull on purpose: take letters, take datagrams, let the node act, hand out what it has to say, wait. It
//! decides nothing about rooms, never blocks on anybody, and shares nothing but the directory of rooms.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, ppoll};
use nix::sys::time::TimeSpec;
use signalling::control::{Command, Happening, NodeEvent, Refusal, Reply};
use signalling::join::Join;
use signalling::{ConnectionId, Demux, Frame, Incoming, Node, Outgoing, Passage, Sink, Strain};
use tokio::sync::{broadcast, mpsc};
use transport::{Path, Protocol, rfc4571};

use crate::addresses::LocalAddresses;
use crate::clock;
use crate::control::Request;
use crate::directory::{Directory, WorkerIndex};
use crate::mailbox::{JoinAnswer, Letter, Mailbox, Parcel, SignalFrame};
use crate::metrics::WorkerNumbers;
use crate::outbox::Outbox;
use crate::tide::Tide;
use crate::udp::{Tally, UdpSocket};
use crate::wake::Wake;

/// Letters read before the sockets get their turn again.
const LETTERS_PER_TURN: usize = 256;
/// Batches read from one socket before the node acts.
const BATCHES_PER_TURN: usize = 4;
/// How often a worker tells how busy it is.
const REPORT_EVERY: Duration = Duration::from_secs(1);
/// Longest wait; a node that wants nothing is still looked at this often.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// Sources whose datagrams belong to other workers.
const STRAYS_MAX: usize = 16_384;
/// After this time without news a stray's entry is forgotten; clients check their path every few seconds.
const STRAY_LIFETIME: Duration = Duration::from_secs(60);

/// What a worker is made of; its node and sockets' buffers are built on its own thread.
pub(crate) struct Parts {
    pub(crate) index: WorkerIndex,
    pub(crate) inbox: mpsc::Receiver<Letter>,
    pub(crate) bell: Wake,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) events: broadcast::Sender<NodeEvent>,
    pub(crate) numbers: Arc<WorkerNumbers>,
    pub(crate) local: LocalAddresses,
}

/// A worker on its thread.
pub(crate) struct Worker {
    parts: Parts,
    node: Node,
    outlet: Outlet,
    connections: HashMap<ConnectionId, Outbox>,
    rooms: HashSet<String>,
    strays: HashMap<SocketAddr, Stray>,
    rung: HashSet<WorkerIndex>,
    busy: Busy,
    tide: Tide,
    strain: Strain,
    /// Clients that were cut off because they did not read.
    lagged: u64,
    stopping: bool,
}

/// Whose datagrams come to the wrong socket, and whose they are.
struct Stray {
    owner: WorkerIndex,
    seen: Instant,
}

/// How much of the time since the last report was work.
struct Busy {
    since: Instant,
    waited: Duration,
}

/// Where datagrams leave.
struct Outlet {
    local: LocalAddresses,
    sockets: Vec<UdpSocket>,
    tcp: HashMap<SocketAddr, mpsc::Sender<Vec<u8>>>,
    tcp_dropped: u64,
}

impl Worker {
    pub(crate) fn new(parts: Parts, node: Node, sockets: Vec<UdpSocket>) -> Worker {
        let outlet = Outlet { local: parts.local.clone(), sockets, tcp: HashMap::new(), tcp_dropped: 0 };
        Worker {
            parts,
            node,
            outlet,
            connections: HashMap::new(),
            rooms: HashSet::new(),
            strays: HashMap::new(),
            rung: HashSet::new(),
            busy: Busy { since: clock::now(), waited: Duration::ZERO },
            tide: Tide::default(),
            strain: Strain::None,
            lagged: 0,
            stopping: false,
        }
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(mut self) {
        while !self.stopping {
            let now = clock::now();
            self.node.handle_timeout(now);
            let more_letters = self.read_letters(now);
            let more_datagrams = self.read_sockets(now);
            self.hand_out(now);
            self.report(now);
            if !more_letters && !more_datagrams && !self.stopping {
                self.wait(now);
            }
        }
        self.hand_out(clock::now());
    }

    fn read_letters(&mut self, now: Instant) -> bool {
        self.parts.bell.clear();
        for _ in 0..LETTERS_PER_TURN {
            match self.parts.inbox.try_recv() {
                Ok(letter) => self.read(letter, now),
                Err(mpsc::error::TryRecvError::Empty) => return false,
                Err(mpsc::error::TryRecvError::Disconnected) => {
                    self.stopping = true;
                    return false;
                }
            }
        }
        true
    }

    fn read(&mut self, letter: Letter, now: Instant) {
        match letter {
            Letter::Command(request) => self.command(request, now),
            Letter::Join { join, sink, answer } => self.join(join, sink, answer, now),
            Letter::Signal(connection, SignalFrame::Binary(bytes), _permit) => {
                self.node.handle_signal(connection, Frame::Binary(&bytes), now);
            }
            Letter::Signal(connection, SignalFrame::Text(text), _permit) => {
                self.node.handle_signal(connection, Frame::Text(&text), now);
            }
            Letter::SignalClosed(connection) => {
                self.connections.remove(&connection);
                self.node.signal_closed(connection, now);
            }
            Letter::Parcel(parcel) => self.open(parcel, now),
            Letter::Route(source, owner) => self.remember_stray(source, owner, now),
            Letter::TcpOpened { remote, sink } => {
                self.outlet.tcp.insert(remote, sink);
            }
            Letter::TcpClosed(remote) => {
                self.outlet.tcp.remove(&remote);
            }
            Letter::Stop => self.stopping = true,
        }
    }

    fn command(&mut self, request: Request, now: Instant) {
        let creates = matches!(request.command, Command::CreateRoom { .. });
        if let Some(room) = request.command.room().map(ToOwned::to_owned) {
            if creates && !self.parts.directory.claim(&room, self.parts.index) {
                return self.pass_on(&room, Letter::Command(request));
            }
            let reply = self.node.control(request.command, now);
            self.drain_events();
            if creates {
                self.release_unless_running(&room);
            }
            // Whoever asked may have stopped waiting.
            let _ = request.answer.send(reply);
            return;
        }
        let reply = self.node.control(request.command, now);
        let _ = request.answer.send(reply);
    }

    fn join(&mut self, join: Box<Join>, sink: Outbox, answer: JoinAnswer, now: Instant) {
        let room = join.claims.video.room.clone();
        if !self.parts.directory.claim(&room, self.parts.index) {
            return self.pass_on(&room, Letter::Join { join, sink, answer });
        }
        let outcome = self.node.join(*join, now);
        if let Ok(connection) = &outcome {
            self.connections.insert(*connection, sink);
        }
        self.drain_events();
        self.release_unless_running(&room);
        let connection = outcome.as_ref().ok().copied();
        if answer.send(outcome.map(|connection| (connection, self.parts.index))).is_err()
            && let Some(connection) = connection
        {
            self.connections.remove(&connection);
            self.node.signal_closed(connection, now);
        }
    }

    /// The room began on another worker between the choice and this letter.
    fn pass_on(&mut self, room: &str, letter: Letter) {
        let owner = self.parts.directory.find(room).unwrap_or(self.parts.index);
        match self.parts.mailboxes[owner].try_send(letter) {
            Ok(()) => self.parts.mailboxes[owner].ring(),
            Err(Letter::Command(request)) => {
                let _ = request.answer.send(Reply::Refused(Refusal::Unavailable));
            }
            // Dropping the answer tells the door that nobody will give one.
            Err(_) => {
                self.parts.numbers.letters_dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn release_unless_running(&self, room: &str) {
        if !self.rooms.contains(room) {
            self.parts.directory.release(room, self.parts.index);
        }
    }

    fn open(&mut self, mut parcel: Parcel, now: Instant) {
        let is_check = matches!(parcel.bytes.first(), Some(0..=3));
        let incoming =
            Incoming { source: parcel.source, destination: parcel.destination, protocol: parcel.protocol, bytes: &mut parcel.bytes };
        let mine = matches!(self.node.handle_datagram(incoming, now), Demux::Mine);
        if let Some(via) = parcel.via
            && mine
            && is_check
            && self.parts.mailboxes[via].try_send(Letter::Route(parcel.source, self.parts.index)).is_ok()
        {
            self.parts.mailboxes[via].ring();
        }
        if !mine {
            self.parts.numbers.datagrams_unknown.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn remember_stray(&mut self, source: SocketAddr, owner: WorkerIndex, now: Instant) {
        if self.strays.len() < STRAYS_MAX || self.strays.contains_key(&source) {
            self.strays.insert(source, Stray { owner, seen: now });
        }
    }

    fn read_sockets(&mut self, now: Instant) -> bool {
        let mut more = false;
        let mut sockets = std::mem::take(&mut self.outlet.sockets);
        for socket in &mut sockets {
            for batch in 0..BATCHES_PER_TURN {
                let read = socket.receive(|datagram| {
                    let destination = self.parts.local.offered_for(datagram.local, datagram.source);
                    self.receive(datagram.source, destination, datagram.bytes, now);
                });
                match read {
                    Ok(0) => break,
                    Ok(_) => more |= batch + 1 == BATCHES_PER_TURN,
                    Err(error) => {
                        tracing::warn!(%error, "receiving failed");
                        break;
                    }
                }
            }
        }
        self.outlet.sockets = sockets;
        for owner in self.rung.drain() {
            self.parts.mailboxes[owner].ring();
        }
        more
    }

    fn receive(&mut self, source: SocketAddr, destination: SocketAddr, bytes: &mut [u8], now: Instant) {
        let incoming = Incoming { source, destination, protocol: Protocol::Udp, bytes: &mut *bytes };
        let owner = match self.node.handle_datagram(incoming, now) {
            Demux::Mine => return,
            Demux::Foreign { worker } => Some(usize::from(worker)),
            Demux::Unknown => self.strays.get(&source).map(|stray| stray.owner),
        };
        let Some(mailbox) = owner.and_then(|owner| self.parts.mailboxes.get(owner)) else {
            self.parts.numbers.datagrams_unknown.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let parcel = Parcel { source, destination, protocol: Protocol::Udp, bytes: bytes.to_vec(), via: Some(self.parts.index) };
        if mailbox.try_send(Letter::Parcel(parcel)).is_err() {
            self.parts.numbers.letters_dropped.fetch_add(1, Ordering::Relaxed);
        }
        self.rung.extend(owner);
    }

    fn hand_out(&mut self, now: Instant) {
        self.drain_events();
        while let Some((connection, outgoing)) = self.node.poll_signal() {
            self.signal(connection, outgoing, now);
        }
        self.node.transmit(now, &mut self.outlet);
        while let Some(Passage { room, identity, station, after }) = self.node.poll_passage() {
            tracing::debug!(room, identity, ?station, after_ms = after.as_millis(), "on the way in");
        }
        for socket in &mut self.outlet.sockets {
            socket.flush();
        }
    }

    fn signal(&mut self, connection: ConnectionId, outgoing: Outgoing, now: Instant) {
        let last = matches!(outgoing, Outgoing::Close);
        let Some(sink) = self.connections.get(&connection) else {
            return;
        };
        let refused = sink.put(outgoing).is_err();
        if refused || last {
            // Dropping the sink ends the client's socket once what is queued has been written.
            self.connections.remove(&connection);
        }
        if refused {
            self.lagged += 1;
            self.node.signal_closed(connection, now);
        }
    }

    fn drain_events(&mut self) {
        while let Some(event) = self.node.poll_event() {
            match event.what {
                Happening::RoomStarted => {
                    self.rooms.insert(event.room.name.clone());
                }
                Happening::RoomFinished => {
                    self.rooms.remove(&event.room.name);
                    self.parts.directory.release(&event.room.name, self.parts.index);
                }
                Happening::RoomUpdated
                | Happening::ParticipantJoined(_)
                | Happening::ParticipantUpdated(_)
                | Happening::ParticipantLeft(_)
                | Happening::ParticipantConnectionAborted(_)
                | Happening::TrackPublished(..)
                | Happening::TrackUnpublished(..) => {}
            }
            // Nobody need be listening.
            let _ = self.parts.events.send(event);
        }
    }

    fn report(&mut self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.busy.since);
        if elapsed < REPORT_EVERY {
            return;
        }
        let idle_permille = self.busy.waited.as_micros() * 1_000 / elapsed.as_micros().max(1);
        let busy_permille = 1_000_u32.saturating_sub(u32::try_from(idle_permille).unwrap_or(1_000));
        let participants = u32::try_from(self.connections.len()).unwrap_or(u32::MAX);
        self.parts.directory.report(self.parts.index, busy_permille, participants);
        self.publish_numbers(busy_permille, participants);
        let strain = self.tide.turn(busy_permille);
        if strain != self.strain {
            tracing::warn!(worker = self.parts.index, busy_permille, ?strain, "a media worker changes what it leaves out");
            self.strain = strain;
            self.node.set_strain(strain, now);
        }
        self.strays.retain(|_, stray| now.saturating_duration_since(stray.seen) < STRAY_LIFETIME);
        // The calendar may be set while the machine runs.
        self.node.set_wall(clock::wall_ms(), now);
        self.busy = Busy { since: now, waited: Duration::ZERO };
    }

    fn publish_numbers(&self, busy_permille: u32, participants: u32) {
        let mut total = Tally::default();
        for socket in &self.outlet.sockets {
            total = total + socket.tally();
        }
        let numbers = &self.parts.numbers;
        numbers.datagrams_in.store(total.datagrams_in, Ordering::Relaxed);
        numbers.datagrams_out.store(total.datagrams_out, Ordering::Relaxed);
        numbers.messages_out.store(total.messages_out, Ordering::Relaxed);
        numbers.bytes_in.store(total.bytes_in, Ordering::Relaxed);
        numbers.bytes_out.store(total.bytes_out, Ordering::Relaxed);
        let dropped = total.dropped_out + self.outlet.tcp_dropped;
        numbers.datagrams_dropped.store(dropped, Ordering::Relaxed);
        numbers.busy_permille.store(u64::from(busy_permille), Ordering::Relaxed);
        numbers.participants.store(u64::from(participants), Ordering::Relaxed);
        numbers.rooms.store(self.rooms.len() as u64, Ordering::Relaxed);
        let stats = self.node.stats();
        numbers.joins.store(stats.joins, Ordering::Relaxed);
        numbers.joins_refused.store(stats.joins_refused, Ordering::Relaxed);
        numbers.resumes.store(stats.resumes, Ordering::Relaxed);
        numbers.signals_malformed.store(stats.malformed_signals, Ordering::Relaxed);
        numbers.datagrams_refused.store(stats.datagrams_dropped, Ordering::Relaxed);
        numbers.data_refused.store(stats.data_dropped, Ordering::Relaxed);
        numbers.events_lost.store(stats.events_lost, Ordering::Relaxed);
        numbers.clients_lagged.store(self.lagged, Ordering::Relaxed);
        numbers.key_frame_requests.store(stats.media.key_frame_requests, Ordering::Relaxed);
        for (number, (_, count)) in numbers.packets_dropped.iter().zip(stats.media.drops.iter()) {
            number.store(count, Ordering::Relaxed);
        }
    }

    fn wait(&mut self, now: Instant) {
        let timeout = match self.node.poll_timeout() {
            Some(at) => at.saturating_duration_since(now).min(WAIT_MAX),
            None => WAIT_MAX,
        };
        if timeout.is_zero() {
            return;
        }
        let bell = PollFd::new(self.parts.bell.as_fd(), PollFlags::POLLIN);
        let mut fds = [bell.clone(), bell.clone(), bell];
        let sockets = self.outlet.sockets.iter();
        for (fd, socket) in fds.iter_mut().skip(1).zip(sockets) {
            *fd = PollFd::new(socket.as_fd(), PollFlags::POLLIN);
        }
        // An interrupted wait is a short one.
        let _ = ppoll(&mut fds, Some(TimeSpec::from_duration(timeout)), None);
        self.busy.waited += clock::now().saturating_duration_since(now);
    }
}

impl Outlet {
    fn send_udp(&mut self, source: Option<IpAddr>, destination: SocketAddr, bytes: &[u8], segment_size: usize) {
        let socket = self.sockets.iter_mut().find(|socket| socket.is_ipv6() == destination.is_ipv6());
        if let Some(socket) = socket {
            socket.send(source, destination, bytes, segment_size);
        }
    }

    fn send_tcp(&mut self, destination: SocketAddr, bytes: &[u8], segment_size: usize) {
        let Some(sink) = self.tcp.get(&destination) else {
            return;
        };
        let mut framed = Vec::with_capacity(bytes.len() + 64);
        for packet in bytes.chunks(segment_size.max(1)) {
            if rfc4571::frame(packet, &mut framed).is_err() {
                self.tcp_dropped += 1;
            }
        }
        // A connection that cannot keep up loses packets, like any other slow path.
        if sink.try_send(framed).is_err() {
            self.tcp_dropped += 1;
        }
    }
}

impl Sink for Outlet {
    fn send(&mut self, path: Path, bytes: &[u8], segment_size: usize) {
        match path.protocol {
            Protocol::Udp => self.send_udp(self.local.sends_from(path.local.ip()), path.remote, bytes, segment_size),
            Protocol::Tcp => self.send_tcp(path.remote, bytes, segment_size),
        }
    }
}
