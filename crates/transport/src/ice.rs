//! ICE: connectivity checks, the address to send to, and whether the client is still there.
//!
//! Around the agent of crate `is` this adds what a server of browsers needs: a provisional send
//! address from the first check on (browsers start DTLS before they nominate), a consent timer
//! shorter than the agent's, and a bound on the addresses one client may come from.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use is::stun::{StunMessage, StunPacket};
use is::{Candidate, IceAgent, IceAgentEvent, IceCreds};

use crate::description::{IceCredentials, LocalCandidate, RemoteDescription};
use crate::wire::{Path, Protocol, Received, Transmit};

/// The most addresses one client may be discovered at between two ICE restarts.
const SOURCES_MAX: usize = 256;
/// The most candidates a client may tell us.
const REMOTE_CANDIDATES_MAX: usize = 64;
/// The most pairs a full agent checks.
const PAIRS_MAX: usize = 100;
/// Requests the agent may have kept for the time before the description.
const EARLY_REQUESTS_MAX: usize = 100;
/// A client that checks every 2.5 s and was not heard for so long is disconnected.
const CONSENT_TIMEOUT: Duration = Duration::from_secs(8);
/// A lite agent follows a nomination elsewhere once the path was not nominated for so long.
/// Browsers repeat the nomination with every check of the pair they use, every 2.5 s or sooner.
const PATH_STALE_AFTER: Duration = Duration::from_secs(1);
/// A longer STUN message is nobody's binding request.
const STUN_BYTES_MAX: usize = 1500;

/// What a round of the agent brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IceOutput {
    /// Send this.
    Transmit(Transmit),
    /// The address to send to has changed.
    Path(Path),
}

pub(crate) struct Ice {
    agent: IceAgent,
    candidates: Vec<LocalCandidate>,
    lite: bool,
    remote: Option<IceCredentials>,
    remote_candidates: usize,
    sources: Vec<SocketAddr>,
    path: Option<Path>,
    /// When a check last nominated the path.
    nominated: Option<Instant>,
    heard: Option<Instant>,
    wake: Option<Instant>,
}

impl Ice {
    pub(crate) fn new(credentials: &IceCredentials, candidates: &[LocalCandidate], lite: bool, now: Instant) -> Self {
        let mut agent = IceAgent::new(creds(credentials));
        agent.set_ice_lite(lite);
        agent.set_max_candidate_pairs(PAIRS_MAX);
        if lite {
            // A client that claims to be controlled must give way, never we: a lite agent cannot
            // check anything.
            agent.set_control_tie_breaker(u64::MAX);
        }
        for candidate in candidates {
            if let Ok(candidate) = Candidate::host(candidate.addr, candidate.protocol.as_str()) {
                agent.add_local_candidate(candidate);
            }
        }
        let mut ice = Self {
            agent,
            candidates: candidates.to_vec(),
            lite,
            remote: None,
            remote_candidates: 0,
            sources: Vec::new(),
            path: None,
            nominated: None,
            heard: None,
            wake: None,
        };
        ice.handle_timeout(now);
        ice
    }

    pub(crate) fn set_remote(&mut self, remote: &RemoteDescription, now: Instant) {
        // Between two full agents the offerer controls, and the offerer is the client.
        self.agent.set_controlling(!self.lite && remote.ice_lite);
        self.set_remote_credentials(&remote.credentials, now);
        for candidate in &remote.candidates {
            self.add_remote_candidate(candidate, now);
        }
    }

    fn set_remote_credentials(&mut self, credentials: &IceCredentials, now: Instant) {
        self.agent.set_remote_credentials(creds(credentials));
        self.remote = Some(credentials.clone());
        // One call answers one of the requests that came before the description.
        for _ in 0..EARLY_REQUESTS_MAX {
            let answered = self.agent.stats().bind_request_recv;
            self.agent.handle_timeout(now);
            if self.agent.stats().bind_request_recv == answered {
                break;
            }
        }
        self.wake = self.agent.poll_timeout();
    }

    pub(crate) fn restart(&mut self, local: &IceCredentials, remote: &IceCredentials, now: Instant) {
        self.agent.ice_restart(creds(local), true);
        self.remote_candidates = 0;
        self.sources.clear();
        self.nominated = None;
        // The old path stays: it serves until the client has nominated again.
        self.set_remote_credentials(remote, now);
    }

    pub(crate) fn add_remote_candidate(&mut self, candidate: &str, now: Instant) {
        if self.lite || self.remote_candidates >= REMOTE_CANDIDATES_MAX {
            return;
        }
        // Descriptions give the value of an `a=candidate` line, trickled candidates the whole attribute.
        let line = candidate.trim();
        let line = line.strip_prefix("a=").unwrap_or(line);
        let line = format!("candidate:{}", line.strip_prefix("candidate:").unwrap_or(line));
        // Names of hosts (mDNS) do not parse, and need not: such a client is discovered.
        if let Ok(candidate) = Candidate::from_sdp_string(&line) {
            self.remote_candidates += 1;
            self.agent.add_remote_candidate(candidate);
            self.handle_timeout(now);
        }
    }

    pub(crate) fn remote(&self) -> Option<&IceCredentials> {
        self.remote.as_ref()
    }

    /// Takes a STUN message. It counts only if its integrity proves that it is the client's.
    pub(crate) fn handle(&mut self, input: &Received<'_>, now: Instant) -> Result<Option<Path>, &'static str> {
        if input.bytes.len() > STUN_BYTES_MAX {
            return Err("a STUN message that is too long");
        }
        let message = StunMessage::parse(input.bytes).map_err(|_| "malformed STUN")?;
        let local = self.standing_for(input).ok_or("no candidate of this protocol")?;
        let is_known = self.sources.contains(&input.source);
        if !is_known && self.sources.len() >= SOURCES_MAX {
            return Err("too many addresses of one client");
        }
        let is_request = message.is_binding_request();
        let nominates = is_request && message.use_candidate();
        let proto = match input.protocol {
            Protocol::Udp => is::Protocol::Udp,
            Protocol::Tcp => is::Protocol::Tcp,
        };
        let packet = StunPacket { proto, source: input.source, destination: local, message };
        if !self.agent.handle_packet(now, packet) {
            return Err("STUN that is not for this peer");
        }
        if !is_known {
            self.sources.push(input.source);
        }
        self.heard = Some(now);
        self.handle_timeout(now);
        let path = Path { local, remote: input.source, protocol: input.protocol };
        let is_first = self.path.is_none() && is_request;
        let has_moved = nominates && self.has_moved(path, now);
        if is_first || has_moved {
            self.path = Some(path);
            return Ok(self.path);
        }
        Ok(None)
    }

    /// Notes a nomination. True if the client has left the path for this one, as behind a NAT that
    /// gave it another port: both pairs have one priority, so the agent would wait for the old one
    /// to time out.
    fn has_moved(&mut self, path: Path, now: Instant) -> bool {
        let is_stale = |at: Instant| now >= at + PATH_STALE_AFTER;
        let is_path = self.path == Some(path);
        let has_moved = self.lite && !is_path && self.nominated.is_some_and(is_stale);
        if is_path || has_moved || self.nominated.is_none() {
            self.nominated = Some(now);
        }
        has_moved
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.agent.handle_timeout(now);
        self.wake = self.agent.poll_timeout();
    }

    pub(crate) const fn poll_timeout(&self) -> Option<Instant> {
        self.wake
    }

    /// When the client counts as silent if nothing more is heard.
    pub(crate) fn silent_at(&self) -> Option<Instant> {
        self.heard.map(|heard| heard + CONSENT_TIMEOUT)
    }

    pub(crate) fn poll(&mut self) -> Option<IceOutput> {
        while let Some(event) = self.agent.poll_event() {
            match event {
                IceAgentEvent::NominatedSend { proto, source, destination } => {
                    let protocol = protocol(proto);
                    let path = Path { local: source, remote: destination, protocol };
                    let is_news = self.path != Some(path);
                    self.path = Some(path);
                    if is_news {
                        return Some(IceOutput::Path(path));
                    }
                }
                IceAgentEvent::DiscoveredRecv { .. } | IceAgentEvent::IceRestart(_) | IceAgentEvent::IceConnectionStateChange(_) => {}
            }
        }
        let transmit = self.agent.poll_transmit()?;
        Some(IceOutput::Transmit(Transmit {
            source: transmit.source,
            destination: transmit.destination,
            protocol: protocol(transmit.proto),
            bytes: transmit.contents.into(),
        }))
    }

    pub(crate) fn path(&self) -> Option<Path> {
        self.path
    }

    /// Whether the client has proved itself within the consent time.
    pub(crate) fn is_heard(&self, now: Instant) -> bool {
        self.silent_at().is_some_and(|at| now < at)
    }

    pub(crate) fn heard(&self) -> Option<Instant> {
        self.heard
    }

    pub(crate) fn accepts_source(&self, source: SocketAddr) -> bool {
        let is_path = self.path.is_some_and(|path| path.remote == source);
        is_path || self.agent.has_viable_remote_candidate(source)
    }

    /// The candidate a datagram came to: the exact one, else the first of its kind.
    fn standing_for(&self, input: &Received<'_>) -> Option<SocketAddr> {
        let of_kind = |c: &&LocalCandidate| c.protocol == input.protocol && c.addr.is_ipv4() == input.source.is_ipv4();
        let exact = self.candidates.iter().filter(of_kind).find(|c| c.addr == input.destination);
        let first = exact.or_else(|| self.candidates.iter().find(of_kind));
        first.map(|candidate| candidate.addr)
    }
}

fn creds(credentials: &IceCredentials) -> IceCreds {
    IceCreds { ufrag: credentials.ufrag.clone(), pass: credentials.password.clone() }
}

fn protocol(proto: is::Protocol) -> Protocol {
    match proto {
        is::Protocol::Udp => Protocol::Udp,
        is::Protocol::Tcp | is::Protocol::SslTcp | is::Protocol::Tls => Protocol::Tcp,
    }
}
