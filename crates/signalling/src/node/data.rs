//! Data packets between participants, and from the server: who may send, who receives, and what
//! is kept for those whose channel is not open yet or is slow.

use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol as proto;
use prost::Message as _;
use transport::{ChannelId, SendError};

use super::enter::start_anew;
use super::state::Replay;
use super::{MemberKey, Node, RoomKey};
use crate::control::{DataKind, DataMessage, ParticipantKind};
use crate::limits::{DATA_BYTES_MAX, DATA_REPLAY_BYTES_MAX, LOSSY_BUFFERED_BYTES_MAX, NONCES_MAX};
use crate::packet::{CONTENT_CHAT, CONTENT_METRICS, CONTENT_TRANSCRIPTION, Inspected, Stamp, inspect, stamped};

/// Reliable packets are kept so long for those who are joining.
const REPLAY_FOR: Duration = Duration::from_secs(2);
const RELIABLE: &str = "_reliable";
const LOSSY: &str = "_lossy";
const DATA_TRACK: &str = "_data_track";

impl Node {
    pub(super) fn channel_opened(&mut self, who: MemberKey, channel: ChannelId, label: &str, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        match label {
            RELIABLE => {
                let first = member.data.reliable.replace(channel).is_none();
                if first {
                    self.replay_to(who, now);
                }
            }
            LOSSY => member.data.lossy = Some(channel),
            DATA_TRACK => member.data.track = Some(channel),
            _ => {}
        }
    }

    pub(super) fn channel_closed(&mut self, who: MemberKey, channel: ChannelId) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let data = &mut member.data;
        for known in [&mut data.reliable, &mut data.lossy, &mut data.track] {
            known.take_if(|known| *known == channel);
        }
    }

    pub(super) fn data_received(&mut self, who: MemberKey, channel: ChannelId, bytes: &[u8], now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let lossy = member.data.lossy == Some(channel);
        let reliable = member.data.reliable == Some(channel);
        // Data tracks were refused; an unlabelled channel of an old client carries plain payloads.
        if member.data.track == Some(channel) {
            return;
        }
        let wrapped;
        let bytes = if lossy || reliable {
            bytes
        } else {
            wrapped = user_packet(bytes.to_vec(), None).encode_to_vec();
            &wrapped
        };
        let taken = inspect(bytes).filter(|_| bytes.len() <= DATA_BYTES_MAX);
        let Some(seen) = taken.filter(|_| member.info.permission.can_publish_data) else {
            self.stats.data_dropped += 1;
            return;
        };
        if !lossy && seen.sequence != 0 {
            if seen.sequence <= member.data.last_sequence {
                return;
            }
            member.data.last_sequence = seen.sequence;
        }
        let agent = member.info.kind == ParticipantKind::Agent;
        if seen.content == CONTENT_TRANSCRIPTION && !agent {
            self.stats.data_dropped += 1;
            return;
        }
        let own = if member.is_hidden() { "" } else { member.info.identity.as_str() };
        let speaks_for = agent && seen.content == CONTENT_CHAT && !seen.claimed_identity.is_empty();
        let identity = if speaks_for { seen.claimed_identity } else { own };
        let stamp = Stamp { lossy, sid: &member.info.sid, identity };
        let packet: Arc<[u8]> = stamped(bytes, seen.content, &stamp).into();
        let room = member.room;
        self.distribute(room, Some(who), &seen, lossy, &packet, now);
    }

    /// Sends a packet to whoever it is for; never back to its sender.
    fn distribute(
        &mut self,
        room: RoomKey,
        sender: Option<MemberKey>,
        seen: &Inspected<'_>,
        lossy: bool,
        packet: &Arc<[u8]>,
        now: Instant,
    ) {
        if !lossy {
            self.remember(room, sender, seen, packet, now);
        }
        let members = self.rooms.find(room).map(|state| state.members.clone()).unwrap_or_default();
        for who in members.into_iter().filter(|who| Some(*who) != sender) {
            if self.is_meant(who, seen) {
                self.deliver(who, lossy, packet, now);
            }
        }
    }

    fn is_meant(&self, who: MemberKey, seen: &Inspected<'_>) -> bool {
        let Some(member) = self.members.find(who) else {
            return false;
        };
        let permission = &member.info.permission;
        let everybody = seen.identities.is_empty() && seen.sids.is_empty();
        let named = seen.identities.contains(&member.info.identity.as_str()) || seen.sids.contains(&member.info.sid.as_str());
        permission.can_subscribe && (everybody || named) && (seen.content != CONTENT_METRICS || permission.can_subscribe_metrics)
    }

    fn deliver(&mut self, who: MemberKey, lossy: bool, packet: &Arc<[u8]>, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        if lossy {
            let peer = member.link.peer.as_mut();
            if let Some((peer, channel)) = peer.zip(member.data.lossy)
                && peer.buffered(channel) <= LOSSY_BUFFERED_BYTES_MAX
            {
                // Lossy data that cannot leave now is lost, as it may be.
                let _ = peer.send(channel, true, packet, now);
            }
        } else if member.data.reliable.is_none() && !member.data.has_waiting() {
            // The room remembers it until the channel opens.
            return;
        } else if !member.data.keep(packet.clone()) {
            // It does not keep up with the room. A fresh session starts without the backlog.
            self.send(who, start_anew());
            self.hang_up(who, now);
            return;
        }
        self.touch(who);
    }

    /// Sends what waits for a reliable channel, as far as it goes.
    pub(super) fn flush_data(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let Some((peer, channel)) = member.link.peer.as_mut().zip(member.data.reliable) else {
            return;
        };
        while let Some(packet) = member.data.first_waiting() {
            match peer.send(channel, true, &packet, now) {
                Ok(()) | Err(SendError::TooLong) => member.data.drop_first(),
                Err(SendError::Full | SendError::NotOpen) => break,
            }
        }
        while let Some(transmit) = peer.poll_transmit() {
            self.transmits.push_back(transmit);
        }
    }

    fn remember(&mut self, room: RoomKey, sender: Option<MemberKey>, seen: &Inspected<'_>, packet: &Arc<[u8]>, now: Instant) {
        let Some(state) = self.rooms.find_mut(room) else {
            return;
        };
        let replay = &mut state.replay;
        while replay.front().is_some_and(|first| first.at + REPLAY_FOR < now) {
            replay.pop_front();
        }
        let of_sender = |kept: &&Replay| kept.sender == sender;
        let mut bytes: usize = replay.iter().filter(of_sender).map(|kept| kept.bytes.len()).sum();
        while bytes + packet.len() > DATA_REPLAY_BYTES_MAX {
            let Some(at) = replay.iter().position(|kept| kept.sender == sender) else {
                break;
            };
            bytes -= replay.remove(at).map_or(0, |gone| gone.bytes.len());
        }
        if packet.len() <= DATA_REPLAY_BYTES_MAX {
            let receivers = seen.identities.iter().chain(&seen.sids).map(|&text| text.to_owned());
            let receivers = receivers.collect();
            replay.push_back(Replay { at: now, sender, receivers, bytes: packet.clone() });
        }
    }

    /// A reliable channel has opened: what was said since its owner came in follows at once.
    fn replay_to(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let Some(state) = self.rooms.find(member.room) else {
            return;
        };
        let (identity, sid) = (&member.info.identity, &member.info.sid);
        let meant = |kept: &&Replay| {
            let named = kept.receivers.iter().any(|name| name == identity || name == sid);
            kept.sender != Some(who) && kept.at + REPLAY_FOR >= now && (kept.receivers.is_empty() || named)
        };
        let packets: Vec<_> = state.replay.iter().filter(meant).map(|r| r.bytes.clone()).collect();
        if !member.info.permission.can_subscribe {
            return;
        }
        if let Some(member) = self.members.find_mut(who) {
            for packet in packets {
                member.data.keep(packet);
            }
        }
        self.touch(who);
    }

    /// Data from the server itself.
    pub(super) fn send_data(&mut self, room: RoomKey, message: DataMessage, now: Instant) {
        let Some(state) = self.rooms.find_mut(room) else {
            return;
        };
        if !message.nonce.is_empty() {
            if state.nonces.contains(&message.nonce) {
                return;
            }
            if state.nonces.len() >= NONCES_MAX {
                state.nonces.pop_front();
            }
            state.nonces.push_back(message.nonce.clone());
        }
        let lossy = message.kind == DataKind::Lossy;
        let mut packet = user_packet(message.payload, message.topic);
        packet.destination_identities.clone_from(&message.destination_identities);
        set_kind(&mut packet, lossy);
        let bytes: Arc<[u8]> = packet.encode_to_vec().into();
        let seen = Inspected {
            content: crate::packet::CONTENT_USER,
            identities: message.destination_identities.iter().map(String::as_str).collect(),
            sids: message.destination_sids.iter().map(String::as_str).collect(),
            ..Inspected::default()
        };
        self.distribute(room, None, &seen, lossy, &bytes, now);
    }
}

fn user_packet(payload: Vec<u8>, topic: Option<String>) -> proto::DataPacket {
    let user = proto::UserPacket { payload, topic, ..proto::UserPacket::default() };
    proto::DataPacket { value: Some(proto::data_packet::Value::User(user)), ..proto::DataPacket::default() }
}

#[expect(deprecated, reason = "old clients read the deprecated field")]
fn set_kind(packet: &mut proto::DataPacket, lossy: bool) {
    packet.kind = i32::from(lossy);
}
