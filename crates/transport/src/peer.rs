//! One client's connection: ICE, DTLS and SCTP composed. It carries media keys, never media.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::demux::{Packet, classify};
use crate::description::{IceCredentials, LocalCandidate, RemoteDescription, Setup};
use crate::dtls::{Dtls, DtlsOutput};
use crate::ice::{Ice, IceOutput};
use crate::identity::Certificate;
use crate::keys::SrtpKeys;
use crate::sctp::{ChannelId, ChannelSettings, OpenError, Sctp, SctpOutput, SendError};
use crate::wire::{Path, Received, Transmit};

/// A connection that is not up so long after the description never will be.
const SET_UP_TIMEOUT: Duration = Duration::from_secs(30);
/// A client that was not heard for so long has gone; browsers give up after 17.5 s.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// The layers below may ask to be woken at once, but not for ever.
const WAKE_INTERVAL_MIN: Duration = Duration::from_millis(1);

/// Our part in the DTLS handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DtlsRole {
    /// We start it.
    Client,
    /// We wait for it; what answers to browsers say.
    Server,
}

/// What a peer is made of.
#[derive(Debug, Clone)]
pub struct PeerConfig {
    /// What we answer connectivity checks with.
    pub credentials: IceCredentials,
    /// Where we can be reached, best first.
    pub candidates: Vec<LocalCandidate>,
    /// Who we are.
    pub certificate: Arc<Certificate>,
    /// ICE-lite: answer checks, never start any. What a server at a public address wants.
    pub lite: bool,
    /// Our part in the DTLS handshake.
    pub role: DtlsRole,
}

/// Why something the peer was asked to do cannot be done. The connection stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// Neither STUN nor DTLS, malformed, or not from this client. Count and forget it.
    #[error("the datagram was dropped: {0}")]
    Dropped(&'static str),
    /// The description cannot be used.
    #[error("the remote description is unusable: {0}")]
    Description(&'static str),
    /// The connection has ended.
    #[error("the connection has ended")]
    Ended,
}

/// Why a connection is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nothing was heard for too long.
    Silent,
    /// The client said goodbye.
    ClosedByClient,
    /// The handshake took too long or broke a rule.
    Handshake,
    /// The client's certificate is not the announced one.
    Fingerprint,
}

/// What a peer tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerEvent {
    /// ICE and DTLS are up. Also after [`PeerEvent::Disconnected`], when the client was heard
    /// again.
    Connected,
    /// The media keys. Once, before the first `Connected`.
    Keys(SrtpKeys),
    /// The address to send to has changed: provisional at first, then the nominated one.
    Path(Path),
    /// The client opened a channel, one of ours was confirmed, or a pre-negotiated one is usable.
    ChannelOpen {
        /// The channel.
        channel: ChannelId,
        /// How it delivers.
        settings: ChannelSettings,
    },
    /// A message on an open channel.
    Message {
        /// The channel.
        channel: ChannelId,
        /// Binary, as opposed to text.
        binary: bool,
        /// The message.
        bytes: Vec<u8>,
    },
    /// A channel is gone; its id may be used again.
    ChannelClosed(ChannelId),
    /// The client is silent, but may come back.
    Disconnected(Reason),
    /// The connection is over. Nothing follows.
    Failed(Reason),
}

/// One client's connection.
pub struct Peer {
    certificate: Arc<Certificate>,
    preferred_role: DtlsRole,
    ice: Ice,
    dtls: Option<Dtls>,
    sctp: Option<Sctp>,
    transmits: VecDeque<Transmit>,
    events: VecDeque<PeerEvent>,
    life: Life,
    /// The connection is given up at this time if it has not come up.
    set_up_until: Option<Instant>,
    wake: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// Not yet connected.
    SettingUp,
    Connected,
    Disconnected,
    Over,
}

impl Peer {
    /// A peer that waits for the client's description. STUN requests that overtake it are kept.
    #[must_use]
    pub fn new(config: PeerConfig, now: Instant) -> Self {
        let PeerConfig { credentials, candidates, certificate, lite, role } = config;
        let mut peer = Self {
            certificate,
            preferred_role: role,
            ice: Ice::new(&credentials, &candidates, lite, now),
            dtls: None,
            sctp: None,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
            life: Life::SettingUp,
            set_up_until: None,
            wake: None,
        };
        peer.settle(now);
        peer
    }

    /// Takes the client's first description.
    pub fn set_remote(&mut self, remote: &RemoteDescription, now: Instant) -> Result<(), PeerError> {
        if self.life == Life::Over {
            return Err(PeerError::Ended);
        }
        if self.dtls.is_some() {
            return Err(PeerError::Description("there is one already"));
        }
        if !remote.credentials.is_valid() {
            return Err(PeerError::Description("the ICE credentials are malformed"));
        }
        if remote.fingerprints.is_empty() {
            return Err(PeerError::Description("there is no fingerprint"));
        }
        let role = match remote.setup {
            Setup::Active => DtlsRole::Server,
            Setup::Passive => DtlsRole::Client,
            Setup::ActPass => self.preferred_role,
        };
        self.dtls = Some(Dtls::new(&self.certificate, role, remote.fingerprints.clone(), now));
        let limit = remote.message_bytes_max;
        self.sctp = remote.sctp_port.map(|port| Sctp::new(port, limit, role, now));
        self.set_up_until = Some(now + SET_UP_TIMEOUT);
        self.ice.set_remote(remote, now);
        self.settle(now);
        Ok(())
    }

    /// Adds data channels to a connection whose first description had none.
    pub fn add_data_channels(&mut self, remote: &RemoteDescription, now: Instant) {
        let (Some(dtls), None, Some(port)) = (&self.dtls, &self.sctp, remote.sctp_port) else {
            return;
        };
        let mut sctp = Sctp::new(port, remote.message_bytes_max, dtls.role(), now);
        if dtls.is_up() {
            sctp.start(now);
        }
        self.sctp = Some(sctp);
        self.settle(now);
    }

    /// The client has changed its ufrag: ICE starts over with new credentials on both sides. DTLS,
    /// keys and channels stay, and so does the address to send to until a better one is found.
    pub fn restart_ice(&mut self, local: &IceCredentials, remote: &IceCredentials, now: Instant) {
        // A restart forgets what the agent has queued.
        self.settle(now);
        self.ice.restart(local, remote, now);
        self.settle(now);
    }

    /// What the client answers connectivity checks with; an offer with another ufrag asks for
    /// [`Peer::restart_ice`].
    #[must_use]
    pub fn remote_credentials(&self) -> Option<&IceCredentials> {
        self.ice.remote()
    }

    /// Our part in the DTLS handshake as an answer says it; known after [`Peer::set_remote`].
    #[must_use]
    pub fn setup(&self) -> Option<Setup> {
        self.dtls.as_ref().map(|dtls| match dtls.role() {
            DtlsRole::Client => Setup::Active,
            DtlsRole::Server => Setup::Passive,
        })
    }

    /// A trickled candidate, the value of an `a=candidate` line. Ignored by ICE-lite, and if it
    /// is of no use.
    pub fn add_remote_candidate(&mut self, candidate: &str, now: Instant) {
        self.ice.add_remote_candidate(candidate, now);
        self.settle(now);
    }

    /// Takes a STUN or DTLS datagram. Drain the polls afterwards.
    pub fn handle_input(&mut self, input: Received<'_>, now: Instant) -> Result<(), PeerError> {
        if self.life == Life::Over {
            return Err(PeerError::Ended);
        }
        match classify(input.bytes) {
            Packet::Stun => {
                let path = self.ice.handle(&input, now).map_err(PeerError::Dropped)?;
                self.events.extend(path.map(PeerEvent::Path));
            }
            Packet::Dtls => {
                let is_ours = self.ice.accepts_source(input.source);
                let Some(dtls) = self.dtls.as_mut().filter(|_| is_ours) else {
                    return Err(PeerError::Dropped("DTLS from an unknown address"));
                };
                let outputs = dtls.handle(input.bytes, now);
                self.take_dtls(outputs, now);
            }
            Packet::Rtp | Packet::Rtcp | Packet::Other => {
                return Err(PeerError::Dropped("neither STUN nor DTLS"));
            }
        }
        self.settle(now);
        Ok(())
    }

    /// Lets time pass. Drain the polls afterwards.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.life == Life::Over {
            return;
        }
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.ice.poll_timeout()) {
            self.ice.handle_timeout(now);
        }
        let has_path = self.ice.path().is_some();
        if let Some(dtls) = self.dtls.as_mut().filter(|dtls| has_path && is_due(dtls.poll_timeout())) {
            let outputs = dtls.handle_timeout(now);
            self.take_dtls(outputs, now);
        }
        if let Some(sctp) = self.sctp.as_mut().filter(|sctp| is_due(sctp.poll_timeout())) {
            sctp.handle_timeout(now);
        }
        self.settle(now);
    }

    /// When [`Peer::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.wake
    }

    /// The next datagram to send.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<PeerEvent> {
        self.events.pop_front()
    }

    /// Whether datagrams from this address are the client's.
    #[must_use]
    pub fn accepts_source(&self, source: SocketAddr) -> bool {
        self.ice.accepts_source(source)
    }

    /// Whether ICE and DTLS are up and the client is heard.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.life == Life::Connected
    }

    /// Where we send to.
    #[must_use]
    pub fn path(&self) -> Option<Path> {
        self.ice.path()
    }

    /// Opens a channel towards the client in-band.
    pub fn open_channel(&mut self, settings: ChannelSettings, now: Instant) -> Result<ChannelId, OpenError> {
        let opened = self.sctp.as_mut().ok_or(OpenError::NotAvailable)?.open(settings, now);
        self.settle(now);
        opened
    }

    /// Adds a channel both sides have agreed on elsewhere.
    pub fn negotiate_channel(&mut self, channel: ChannelId, settings: ChannelSettings, now: Instant) -> Result<(), OpenError> {
        let sctp = self.sctp.as_mut().ok_or(OpenError::NotAvailable)?;
        let added = sctp.negotiate(channel, settings, now);
        self.settle(now);
        added
    }

    /// Closes a channel; [`PeerEvent::ChannelClosed`] follows when the client has agreed.
    pub fn close_channel(&mut self, channel: ChannelId, now: Instant) {
        if let Some(sctp) = &mut self.sctp {
            sctp.close_channel(channel, now);
        }
        self.settle(now);
    }

    /// Sends a message.
    pub fn send(&mut self, channel: ChannelId, binary: bool, message: &[u8], now: Instant) -> Result<(), SendError> {
        let sctp = self.sctp.as_mut().ok_or(SendError::NotOpen)?;
        let sent = sctp.send(channel, binary, message, now);
        self.settle(now);
        sent
    }

    /// Bytes of a channel that wait to be sent.
    #[must_use]
    pub fn buffered(&self, channel: ChannelId) -> usize {
        self.sctp.as_ref().map_or(0, |sctp| sctp.buffered(channel))
    }

    /// Says goodbye. Drain [`Peer::poll_transmit`] once more, then drop the peer.
    pub fn close(&mut self, now: Instant) {
        if self.life == Life::Over {
            return;
        }
        if let Some(sctp) = &mut self.sctp {
            sctp.abort();
        }
        self.settle(now);
        let goodbye = self.dtls.as_mut().map(Dtls::close).unwrap_or_default();
        self.take_dtls(goodbye, now);
        self.events.clear();
        self.life = Life::Over;
        self.wake = None;
    }

    /// Moves everything that is ready between the layers and out, then looks where we stand.
    fn settle(&mut self, now: Instant) {
        while let Some(output) = self.ice.poll() {
            match output {
                IceOutput::Transmit(transmit) => self.transmits.push_back(transmit),
                IceOutput::Path(path) => self.events.push_back(PeerEvent::Path(path)),
            }
        }
        self.take_sctp(now);
        self.settle_life(now);
        self.settle_wake(now);
    }

    fn take_sctp(&mut self, now: Instant) {
        while let Some(output) = self.sctp.as_mut().and_then(Sctp::poll) {
            match output {
                SctpOutput::Packet(packet) => {
                    let outputs = self.dtls.as_mut().map(|dtls| dtls.send(&packet));
                    self.take_dtls(outputs.unwrap_or_default(), now);
                }
                SctpOutput::Open(channel, settings) => {
                    self.events.push_back(PeerEvent::ChannelOpen { channel, settings });
                }
                SctpOutput::Message { channel, binary, bytes } => {
                    self.events.push_back(PeerEvent::Message { channel, binary, bytes });
                }
                SctpOutput::Closed(channel) => {
                    self.events.push_back(PeerEvent::ChannelClosed(channel));
                }
            }
        }
    }

    fn take_dtls(&mut self, outputs: Vec<DtlsOutput>, now: Instant) {
        for output in outputs {
            match output {
                DtlsOutput::Packet(bytes) => {
                    // Without a path nobody has asked for anything yet.
                    let Some(Path { local, remote, protocol }) = self.ice.path() else { continue };
                    let transmit = Transmit { source: local, destination: remote, protocol, bytes };
                    self.transmits.push_back(transmit);
                }
                DtlsOutput::Up(keys) => {
                    self.events.push_back(PeerEvent::Keys(keys));
                    if let Some(sctp) = &mut self.sctp {
                        sctp.start(now);
                    }
                }
                DtlsOutput::Data(packet) => {
                    if let Some(sctp) = &mut self.sctp {
                        sctp.handle(&packet, now);
                    }
                }
                DtlsOutput::Ended(reason) => self.end(reason),
            }
        }
    }

    fn settle_life(&mut self, now: Instant) {
        let is_up = self.dtls.as_ref().is_some_and(Dtls::is_up);
        let is_heard = self.ice.is_heard(now);
        match self.life {
            Life::SettingUp | Life::Disconnected if is_up && is_heard => {
                self.life = Life::Connected;
                self.events.push_back(PeerEvent::Connected);
            }
            Life::SettingUp if self.set_up_until.is_some_and(|until| until <= now) => {
                self.end(Reason::Handshake);
            }
            Life::Connected if !is_heard => {
                self.life = Life::Disconnected;
                self.events.push_back(PeerEvent::Disconnected(Reason::Silent));
            }
            Life::Disconnected if self.given_up_at().is_some_and(|at| at <= now) => {
                self.end(Reason::Silent);
            }
            Life::SettingUp | Life::Connected | Life::Disconnected | Life::Over => {}
        }
    }

    fn end(&mut self, reason: Reason) {
        if self.life != Life::Over {
            self.life = Life::Over;
            self.wake = None;
            self.events.push_back(PeerEvent::Failed(reason));
        }
    }

    fn given_up_at(&self) -> Option<Instant> {
        self.ice.heard().map(|heard| heard + SILENCE_MAX)
    }

    fn settle_wake(&mut self, now: Instant) {
        if self.life == Life::Over {
            self.wake = None;
            return;
        }
        let has_path = self.ice.path().is_some();
        let dtls = self.dtls.as_ref().filter(|_| has_path).and_then(Dtls::poll_timeout);
        let own = match self.life {
            Life::SettingUp => self.set_up_until,
            Life::Disconnected => self.given_up_at(),
            Life::Connected => self.ice.silent_at(),
            Life::Over => None,
        };
        let sctp = self.sctp.as_ref().and_then(Sctp::poll_timeout);
        let soonest = [self.ice.poll_timeout(), dtls, sctp, own].into_iter().flatten().min();
        self.wake = soonest.map(|at| at.max(now + WAKE_INTERVAL_MIN));
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({:?}, {:?})", self.life, self.ice.path())
    }
}
