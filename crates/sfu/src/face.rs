//! The face of the machine: one value that owns rooms, peers, tracks and down tracks, and the calls
//! that feed and drain it. Time and chance are arguments; sockets and signalling stay outside.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::care::BEAT;
use crate::chance::Chance;
use crate::down::Down;
use crate::egress::Arena;
use crate::event::SfuEvent;
use crate::peer::{Peer, Sending};
use crate::pool::Pool;
use crate::rewrite::Continuation;
use crate::room::Room;
use crate::setup::{DownSettings, DownSetup, PeerSetup, RoomSetup, SfuConfig, SrtpKeys, TrackSetup};
use crate::slab::{Key, Slab};
use crate::speakers;
use crate::stats::{DownStats, PeerStats, SfuStats, TrackStats};
use crate::track::{Binding, Track};

/// Which room.
pub type RoomId = Key<Room>;
/// Which peer: one transport. A participant with two transports is two peers of one room.
pub type PeerId = Key<Peer>;
/// Which published track.
pub type TrackId = Key<Track>;
/// Which down track.
pub type DownId = Key<Down>;

/// Layers one track may have.
pub const LAYERS_MAX: usize = 4;

/// Why the machine refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SfuError {
    /// The id is not, or no longer, known.
    #[error("no such room, peer or track")]
    Unknown,
    /// A limit of [`crate::Limits`] is reached.
    #[error("the limit is reached")]
    Full,
    /// The setup contradicts itself: no or too many layers, equal SSRCs, an SSRC in use.
    #[error("the setup is not usable")]
    Unusable,
    /// Subscriber and track are in different rooms.
    #[error("the track is in another room")]
    OtherRoom,
    /// The key material has the wrong length for its profile.
    #[error("the key material is not usable")]
    Keys,
}

/// Where datagrams go.
pub trait Sink {
    /// One message for one peer: `segments` are packets of `segment_size` bytes each, back to back,
    /// only the last may be shorter. One packet alone has `segment_size == segments.len()`.
    fn send(&mut self, peer: PeerId, segments: &[u8], segment_size: usize);
}

/// The media machine of one worker.
pub struct Sfu {
    pub(crate) config: SfuConfig,
    pub(crate) chance: Chance,
    pub(crate) rooms: Slab<Room>,
    pub(crate) peers: Slab<Peer>,
    pub(crate) tracks: Slab<Track>,
    pub(crate) downs: Slab<Down>,
    pub(crate) pool: Pool,
    pub(crate) arena: Arena,
    /// Peers that [`Sfu::transmit`] has to look at.
    pub(crate) dirty: Vec<PeerId>,
    /// When peers want to be looked at; an entry that is not its peer's `wake` is stale.
    pub(crate) wakes: BinaryHeap<Reverse<(Instant, PeerId)>>,
    pub(crate) speakers_at: Option<Instant>,
    /// The newest time that any call gave, for those that give none.
    pub(crate) latest: Option<Instant>,
    pub(crate) events: VecDeque<SfuEvent>,
    pub(crate) stats: SfuStats,
}

impl Sfu {
    /// An empty machine.
    pub fn new(config: SfuConfig) -> Self {
        let limits = &config.limits;
        Sfu {
            chance: Chance::new(config.seed),
            rooms: Slab::new(limits.rooms_max),
            peers: Slab::new(limits.peers_max),
            tracks: Slab::new(limits.tracks_max),
            downs: Slab::new(limits.downs_max),
            pool: Pool::new(limits.packets_max),
            arena: Arena::new(),
            dirty: Vec::new(),
            wakes: BinaryHeap::new(),
            speakers_at: None,
            latest: None,
            events: VecDeque::new(),
            stats: SfuStats::default(),
            config,
        }
    }

    /// A new room.
    pub fn add_room(&mut self, setup: RoomSetup) -> Result<RoomId, SfuError> {
        self.rooms.insert(Room::new(setup)).ok_or(SfuError::Full)
    }

    /// Removes a room with everything in it.
    pub fn remove_room(&mut self, room: RoomId) {
        let Some(room) = self.rooms.remove(room) else {
            return;
        };
        for peer in room.peers {
            self.remove_peer(peer);
        }
    }

    /// A new peer. Its packets are dropped until [`Sfu::set_keys`].
    pub fn add_peer(&mut self, room: RoomId, setup: PeerSetup, now: Instant) -> Result<PeerId, SfuError> {
        self.latest = Some(now);
        let home = self.rooms.find_mut(room).ok_or(SfuError::Unknown)?;
        // Beats are spread, so that a room that fills at once is not looked at all at once.
        let spread = self.chance.next_u32() % u32::try_from(BEAT.as_millis()).unwrap_or(1);
        let beat = now + Duration::from_millis(u64::from(spread));
        let peer = Peer::new(room, &setup, self.chance.next_u32().max(1), beat, now);
        let id = self.peers.insert(peer).ok_or(SfuError::Full)?;
        home.peers.push(id);
        self.touch(id);
        Ok(id)
    }

    /// Removes a peer, its tracks, their down tracks and the down tracks towards it.
    pub fn remove_peer(&mut self, peer: PeerId) {
        let Some(gone) = self.peers.remove(peer) else {
            return;
        };
        for down in gone.downs {
            self.remove_down(down);
        }
        for track in gone.tracks {
            self.remove_track(track);
        }
        if let Some(room) = self.rooms.find_mut(gone.room) {
            room.peers.retain(|other| *other != peer);
        }
    }

    /// Takes the keys of a finished DTLS handshake; media flows from now on.
    pub fn set_keys(&mut self, peer: PeerId, keys: &SrtpKeys, now: Instant) -> Result<(), SfuError> {
        self.latest = Some(now);
        let found = self.peers.find_mut(peer).ok_or(SfuError::Unknown)?;
        found.set_keys(keys)?;
        for id in &found.downs {
            if let (Some(down), Some(keys)) = (self.downs.find_mut(*id), &mut found.keys) {
                down.open_streams(&mut keys.sealer)?;
            }
        }
        self.allocate(peer, now);
        self.start_pictures(peer, now);
        Ok(())
    }

    /// Pretends that the path to a peer carries no more than this, or stops pretending.
    pub fn cap_bitrate(&mut self, peer: PeerId, cap_bps: Option<u64>, now: Instant) {
        self.latest = Some(now);
        if let Some(found) = self.peers.find_mut(peer) {
            found.budget.cap(cap_bps);
            self.allocate(peer, now);
        }
    }

    /// An SSRC that no down track of the peer uses or used.
    pub fn new_ssrc(&mut self, peer: PeerId) -> Result<u32, SfuError> {
        let peer = self.peers.find(peer).ok_or(SfuError::Unknown)?;
        loop {
            let ssrc = self.chance.next_u32();
            if ssrc != 0 && !peer.is_ssrc_taken(ssrc) {
                return Ok(ssrc);
            }
        }
    }

    /// A new track of a peer.
    pub fn add_track(&mut self, peer: PeerId, setup: TrackSetup, now: Instant) -> Result<TrackId, SfuError> {
        if setup.layers.is_empty() || setup.layers.len() > LAYERS_MAX {
            return Err(SfuError::Unusable);
        }
        self.latest = Some(now);
        let owner = self.peers.find_mut(peer).ok_or(SfuError::Unknown)?;
        owner.learn_extensions(&setup.extensions);
        let layers = setup.layers.clone();
        let id = self.tracks.insert(Track::new(peer, setup, now)).ok_or(SfuError::Full)?;
        owner.tracks.push(id);
        let ssrcs_max = self.config.limits.ssrcs_per_peer_max;
        for (layer, of) in (0_u8..).zip(&layers) {
            for (ssrc, rtx) in [(of.ssrc, false), (of.rtx_ssrc, true)] {
                let Some(ssrc) = ssrc else { continue };
                if owner.bind(ssrc, Binding { track: id, layer, rtx }, ssrcs_max).is_err() {
                    self.remove_track(id);
                    return Err(SfuError::Full);
                }
            }
        }
        self.speakers_at.get_or_insert(now + speakers::WINDOW);
        self.touch(peer);
        Ok(id)
    }

    /// Removes a track and its down tracks.
    pub fn remove_track(&mut self, track: TrackId) {
        let Some(gone) = self.tracks.remove(track) else {
            return;
        };
        for down in gone.downs {
            self.remove_down(down);
        }
        if let Some(peer) = self.peers.find_mut(gone.peer) {
            peer.tracks.retain(|other| *other != track);
            peer.bindings.retain(|_, binding| binding.track != track);
        }
    }

    /// Mutes a track: nothing of it is forwarded. Its packets are still received and reported.
    pub fn set_muted(&mut self, id: TrackId, muted: bool, now: Instant) {
        self.latest = Some(now);
        let Some(track) = self.tracks.find_mut(id).filter(|track| track.muted != muted) else {
            return;
        };
        track.muted = muted;
        for layer in &mut track.layers {
            // A silence is no measure of what comes after it.
            layer.rate = crate::measure::Rate::default();
        }
        if muted {
            track.voice.hush();
        }
        for down in &track.downs {
            if let Some(down) = self.downs.find_mut(*down) {
                down.interrupt();
            }
        }
        self.retarget_downs(id, now);
        if !muted {
            let downs = self.tracks.find(id).map(|track| track.downs.clone()).unwrap_or_default();
            downs.into_iter().for_each(|down| self.start_picture(down, now));
        }
    }

    /// Sends a track to a subscriber of the same room. Video starts with a key frame: one of a moment ago that is
    /// here, else the next one.
    pub fn add_down(&mut self, subscriber: PeerId, track: TrackId, setup: DownSetup, now: Instant) -> Result<DownId, SfuError> {
        self.add_down_with(subscriber, track, setup, DownSettings::default(), now)
    }

    /// The same with what the subscriber wants of it from the first moment on.
    pub fn add_down_with(
        &mut self,
        subscriber: PeerId,
        track: TrackId,
        setup: DownSetup,
        settings: DownSettings,
        now: Instant,
    ) -> Result<DownId, SfuError> {
        self.latest = Some(now);
        let source = self.tracks.find_mut(track).ok_or(SfuError::Unknown)?;
        let room = self.peers.find(source.peer).ok_or(SfuError::Unknown)?.room;
        let peer = self.peers.find_mut(subscriber).ok_or(SfuError::Unknown)?;
        if peer.room != room {
            return Err(SfuError::OtherRoom);
        }
        peer.may_send(setup.ssrc, setup.rtx_ssrc)?;
        let (ssrc, rtx_ssrc) = (setup.ssrc, setup.rtx_ssrc);
        let numbers = match peer.sendings.get(&ssrc) {
            Some(Sending::Retired(numbers)) => *numbers,
            _ => Continuation::fresh(self.chance.next_u64()),
        };
        let rtx_next = match rtx_ssrc.and_then(|ssrc| peer.sendings.get(&ssrc)) {
            Some(Sending::RetiredRtx(next)) => *next,
            _ => u64::from(self.chance.next_u32() >> 18),
        };
        let mut down = Down::new(subscriber, track, source, setup, numbers, rtx_next);
        down.settings = settings;
        if let Some(keys) = &mut peer.keys {
            down.open_streams(&mut keys.sealer)?;
        }
        let (kind, reported) = (down.kind, down.setup.extensions.transport_cc.is_some());
        let id = self.downs.insert(down).ok_or(SfuError::Full)?;
        source.downs.push(id);
        peer.add_down(id, kind, ssrc, rtx_ssrc);
        if reported {
            peer.budget.expect_reports(now);
        }
        self.update_wanted(track, now);
        self.allocate(subscriber, now);
        self.start_picture(id, now);
        Ok(id)
    }

    /// Stops sending a track to a subscriber. Its SSRC may be used again and then goes on where it ended.
    pub fn remove_down(&mut self, down: DownId) {
        let Some(mut gone) = self.downs.remove(down) else {
            return;
        };
        if let Some(peer) = self.peers.find_mut(gone.subscriber) {
            peer.egress.clear(&mut gone);
            peer.remove_down(down, &gone);
        }
        if let Some(track) = self.tracks.find_mut(gone.track) {
            track.downs.retain(|other| *other != down);
        }
        if let Some(now) = self.latest {
            self.update_wanted(gone.track, now);
            self.allocate(gone.subscriber, now);
        }
    }

    /// Changes what a subscriber wants of a down track. Pausing takes effect at once.
    pub fn set_down(&mut self, id: DownId, settings: DownSettings, now: Instant) {
        self.latest = Some(now);
        let Some(down) = self.downs.find_mut(id) else {
            return;
        };
        let stood = down.settings.paused || down.settings.held;
        let resumes = stood && !settings.paused && !settings.held;
        down.settings = settings;
        let (track, subscriber) = (down.track, down.subscriber);
        if settings.paused || settings.held {
            down.interrupt();
            if let Some(peer) = self.peers.find_mut(subscriber) {
                peer.egress.clear(down);
            }
        }
        self.update_wanted(track, now);
        self.allocate(subscriber, now);
        if resumes {
            self.start_picture(id, now);
        }
    }

    /// Takes one SRTP or SRTCP datagram of a peer, decrypting it in place, and queues what follows
    /// from it. Call [`Sfu::transmit`] after a batch of these.
    pub fn receive(&mut self, peer: PeerId, bytes: &mut [u8], now: Instant) {
        self.latest = Some(now);
        self.take_datagram(peer, bytes, now);
    }

    /// Does what is due. Call it when [`Sfu::poll_timeout`] says so; more often does no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.latest = Some(now);
        self.do_what_is_due(now);
    }

    /// When [`Sfu::handle_timeout`] and then [`Sfu::transmit`] want to be called next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_wake()
    }

    /// Seals and sends what may leave now.
    pub fn transmit(&mut self, now: Instant, sink: &mut impl Sink) {
        self.latest = Some(now);
        self.serve_all(now, sink);
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<SfuEvent> {
        self.events.pop_front()
    }

    /// Figures of the whole machine.
    pub fn stats(&self) -> SfuStats {
        SfuStats {
            rooms: self.rooms.len(),
            peers: self.peers.len(),
            tracks: self.tracks.len(),
            downs: self.downs.len(),
            ..self.stats.clone()
        }
    }

    /// Figures of one peer.
    pub fn peer_stats(&self, peer: PeerId) -> Option<PeerStats> {
        let now = self.latest?;
        self.peers.find(peer).map(|peer| peer.stats(now))
    }

    /// Figures of one track.
    pub fn track_stats(&self, track: TrackId) -> Option<TrackStats> {
        let now = self.latest?;
        self.tracks.find(track).map(|track| track.stats(now))
    }

    /// Figures of one down track.
    pub fn down_stats(&self, down: DownId) -> Option<DownStats> {
        let now = self.latest?;
        self.downs.find(down).map(|down| down.stats(now))
    }
}
