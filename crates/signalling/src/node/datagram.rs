//! Datagrams: whose they are, and what a participant's transport has to tell after them.

use std::net::SocketAddr;
use std::time::Instant;

use sfu::{SrtpKeys, SrtpProfile};
use transport::{Packet, PeerEvent, Protocol, Received, classify, stun_username_ufrag};

use super::trace::Station;
use super::{Demux, Incoming, MemberKey, Node};
use crate::chance::ufrag_owner;
use crate::control::{Happening, LeaveReason, ParticipantState};
use crate::limits::ADDRESSES_MAX;
use crate::wire::Action;

/// The worker whose peer an ICE user name fragment names.
#[must_use]
pub fn ufrag_worker(ufrag: &str) -> Option<u16> {
    ufrag_owner(ufrag).map(|(worker, _)| worker)
}

impl Node {
    /// Takes a datagram. Call [`Node::transmit`] after a batch of them.
    pub fn handle_datagram(&mut self, datagram: Incoming<'_>, now: Instant) -> Demux {
        let Incoming { source, destination, protocol, bytes } = datagram;
        let packet = classify(bytes);
        let from = (source, protocol);
        let owner = match packet {
            Packet::Rtp | Packet::Rtcp => {
                let Some(who) = self.addresses.get(&from) else {
                    return self.nobodys();
                };
                let who = *who;
                if let Some(member) = self.members.find(who) {
                    let first = packet == Packet::Rtp && member.stations.lacks(Station::Heard);
                    self.sfu.receive(member.link.media, bytes, now);
                    if first {
                        self.pass(who, Station::Heard, now);
                    }
                }
                return Demux::Mine;
            }
            Packet::Stun => match stun_username_ufrag(bytes).map(ufrag_owner) {
                Some(Some((worker, _))) if worker != self.config.worker => {
                    return Demux::Foreign { worker };
                }
                Some(Some((_, place))) => self.members.key_at(place),
                Some(None) | None => self.addresses.get(&from).copied(),
            },
            Packet::Dtls => self.addresses.get(&from).copied(),
            Packet::Other => {
                self.stats.datagrams_dropped += 1;
                return Demux::Mine;
            }
        };
        let Some(who) = owner else {
            return self.nobodys();
        };
        self.feed_peer(who, Received { source, destination, protocol, bytes }, packet, now);
        Demux::Mine
    }

    fn nobodys(&mut self) -> Demux {
        self.stats.datagrams_dropped += 1;
        Demux::Unknown
    }

    fn feed_peer(&mut self, who: MemberKey, input: Received<'_>, packet: Packet, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let Some(peer) = member.link.peer.as_mut() else {
            self.stats.datagrams_dropped += 1;
            return;
        };
        if peer.handle_input(input, now).is_err() {
            self.stats.datagrams_dropped += 1;
        } else if packet == Packet::Stun && peer.accepts_source(input.source) {
            self.learn_address(who, input.source, input.protocol);
        }
        self.touch(who);
    }

    fn learn_address(&mut self, who: MemberKey, source: SocketAddr, protocol: Protocol) {
        let address = (source, protocol);
        if self.addresses.get(&address) == Some(&who) {
            return;
        }
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let known = &mut member.link.addresses;
        if known.len() >= ADDRESSES_MAX {
            let oldest = known.remove(0);
            if self.addresses.get(&oldest) == Some(&who) {
                self.addresses.remove(&oldest);
            }
        }
        known.push(address);
        self.addresses.insert(address, who);
    }

    /// Takes what a participant's transport has for us and for the network.
    pub(super) fn drain_peer(&mut self, who: MemberKey, now: Instant) {
        loop {
            let Some(peer) = self.members.find_mut(who).and_then(|m| m.link.peer.as_mut()) else {
                return;
            };
            while let Some(transmit) = peer.poll_transmit() {
                self.transmits.push_back(transmit);
            }
            let Some(event) = peer.poll_event() else {
                break;
            };
            self.peer_told(who, event, now);
        }
        self.flush_data(who, now);
    }

    fn peer_told(&mut self, who: MemberKey, event: PeerEvent, now: Instant) {
        match event {
            PeerEvent::Connected => self.connected(who, now),
            PeerEvent::Keys(keys) => {
                if let Some(member) = self.members.find(who) {
                    let keys = media_keys(keys);
                    // Keys of a wrong length would be our own mistake; media then stays silent
                    // and the client reports it.
                    let _ = self.sfu.set_keys(member.link.media, &keys, now);
                }
                self.pass(who, Station::Secured, now);
            }
            PeerEvent::Path(path) => {
                if let Some(member) = self.members.find(who) {
                    self.paths.insert(member.link.media, path);
                }
                self.pass(who, Station::Reached, now);
            }
            PeerEvent::ChannelOpen { channel, settings } => {
                self.channel_opened(who, channel, &settings.label, now);
            }
            PeerEvent::Message { channel, bytes, .. } => {
                self.data_received(who, channel, &bytes, now);
            }
            PeerEvent::ChannelClosed(channel) => self.channel_closed(who, channel),
            PeerEvent::Disconnected(_) => {
                if let Some(member) = self.members.find_mut(who) {
                    member.link.silent_since.get_or_insert(now);
                }
            }
            PeerEvent::Failed(_) => self.transport_failed(who, now),
        }
    }

    fn connected(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.link.connected = true;
        member.link.silent_since = None;
        member.timers.removed_at = None;
        member.timers.active_by = None;
        if member.info.state >= ParticipantState::Active {
            return;
        }
        member.info.state = ParticipantState::Active;
        let room = member.room;
        self.announce_to_others(who);
        self.quality_changed(who, sfu::ConnectionQuality::Excellent, 4.5, now);
        if let Some(member) = self.members.find(who) {
            let plain = member.plain();
            self.tell(room, Happening::ParticipantJoined(plain), now);
        }
    }

    /// The transport cannot be mended: the client starts anew, or is gone.
    fn transport_failed(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.link.connected = false;
        let action = if member.signal.connection.is_some() { Action::Reconnect } else { Action::Disconnect };
        self.dismiss(who, LeaveReason::ConnectionTimeout, action, now);
    }
}

fn media_keys(keys: transport::SrtpKeys) -> SrtpKeys {
    let profile = match keys.profile {
        transport::SrtpProfile::AeadAes128Gcm => SrtpProfile::AeadAes128Gcm,
        transport::SrtpProfile::AeadAes256Gcm => SrtpProfile::AeadAes256Gcm,
        transport::SrtpProfile::AesCm128Sha1_80 => SrtpProfile::AesCm128HmacSha1,
    };
    SrtpKeys { profile, local_key: keys.local_key, local_salt: keys.local_salt, remote_key: keys.remote_key, remote_salt: keys.remote_salt }
}
