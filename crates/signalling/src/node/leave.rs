//! Going: participants and rooms that end, whoever ends them, and what the others are told.

use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;

use super::{MemberKey, Node, Outgoing, RoomKey};
use crate::control::{Happening, LeaveReason, ParticipantState};
use crate::limits::DEPARTED_MAX;
use crate::wire::{self, Action};

impl Node {
    /// Sends a participant away and tells the others.
    pub(super) fn dismiss(&mut self, who: MemberKey, why: LeaveReason, action: Action, now: Instant) {
        self.send(who, wire::leave(why, action));
        self.remove(who, why, now);
    }

    /// Removes the older session of somebody who comes in again; to the others it goes on.
    pub(super) fn remove_quietly(&mut self, who: MemberKey, why: LeaveReason, now: Instant) {
        self.send(who, wire::leave(why, Action::Disconnect));
        self.take_out(who, why, true, now);
    }

    /// Removes a participant and tells the others.
    pub(super) fn remove(&mut self, who: MemberKey, why: LeaveReason, now: Instant) {
        self.take_out(who, why, false, now);
    }

    /// Ends the signal connection; the session may be resumed.
    pub(super) fn hang_up(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.signal.lost_at.get_or_insert(now);
        if let Some(connection) = member.signal.connection.take() {
            self.connections.remove(&connection);
            self.signals.push_back((connection, Outgoing::Close));
        }
        self.touch(who);
    }

    fn take_out(&mut self, who: MemberKey, why: LeaveReason, quietly: bool, now: Instant) {
        self.hang_up(who, now);
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        let was_active = member.info.state == ParticipantState::Active;
        let plain = member.plain();
        let sids: Vec<String> = plain.tracks.iter().map(|track| track.sid.clone()).collect();
        let room = member.room;
        if let Some(peer) = member.link.peer.as_mut() {
            peer.close(now);
            while let Some(transmit) = peer.poll_transmit() {
                self.transmits.push_back(transmit);
            }
        }
        member.info.state = ParticipantState::Disconnected;
        member.info.disconnect_reason = Some(why);
        member.info.version += 1;
        member.publishing.tracks.clear();
        let (wire, hidden) = (member.wire(), member.is_hidden());
        if let Some(state) = self.rooms.find_mut(room) {
            state.members.retain(|other| *other != who);
            state.changed.retain(|other| *other != who);
            if state.departed.len() >= DEPARTED_MAX {
                state.departed.pop_front();
            }
            if !quietly && !hidden {
                state.departed.push_back((now, wire.clone()));
            }
            state.replay.retain(|packet| packet.sender != Some(who));
        }
        if !quietly && !hidden {
            let update = proto::ParticipantUpdate { participants: vec![wire] };
            self.send_to_room(room, None, Message::Update(update));
        }
        for sid in sids {
            self.forget_track(room, &sid, now);
        }
        self.forget(who);
        for track in &plain.tracks {
            self.tell(room, Happening::TrackUnpublished(plain.clone(), track.clone()), now);
        }
        let mut plain = plain;
        plain.state = ParticipantState::Disconnected;
        plain.disconnect_reason = Some(why);
        self.tell(room, happening(plain, was_active), now);
        self.room_counts_changed(room, now);
        self.maybe_start_end(room, now);
    }

    /// Removes every trace of a member from the indexes.
    fn forget(&mut self, who: MemberKey) {
        let Some(member) = self.members.remove(who) else {
            return;
        };
        if let Some(at) = member.timers.indexed {
            self.wakes.remove(&(at, who));
        }
        for address in &member.link.addresses {
            if self.addresses.get(address) == Some(&who) {
                self.addresses.remove(address);
            }
        }
        let media = member.link.media;
        self.sfu.remove_peer(media);
        self.peers.remove(&media);
        self.paths.remove(&media);
        self.unserved.remove(&media);
        self.tracks.retain(|_, (owner, _)| *owner != who);
        self.downs.retain(|_, (owner, _)| *owner != who);
    }

    fn maybe_start_end(&mut self, room: RoomKey, now: Instant) {
        let Some(state) = self.rooms.find_mut(room) else {
            return;
        };
        if state.members.is_empty() {
            let wait = std::time::Duration::from_secs(u64::from(state.info.departure_timeout_s));
            state.ends_at = Some(now + wait);
        }
    }

    /// Ends a room; whoever is still in it is told why.
    pub(super) fn end_room(&mut self, room: RoomKey, why: LeaveReason, now: Instant) {
        let Some(state) = self.rooms.find(room) else {
            return;
        };
        for who in state.members.clone() {
            self.dismiss(who, why, Action::Disconnect, now);
        }
        self.tell(room, Happening::RoomFinished, now);
        if let Some(state) = self.rooms.remove(room) {
            self.sfu.remove_room(state.media);
            self.room_names.remove(&state.info.name);
        }
    }

    /// Tells everybody that the server stops. With `reconnect` clients come back by themselves.
    pub(super) fn stop(&mut self, reconnect: bool, now: Instant) {
        self.stopping = true;
        let action = if reconnect { Action::Reconnect } else { Action::Disconnect };
        let everybody: Vec<MemberKey> = self.members.keys().collect();
        for who in everybody {
            self.dismiss(who, LeaveReason::ServerShutdown, action, now);
        }
        let rooms: Vec<RoomKey> = self.rooms.keys().collect();
        for room in rooms {
            self.end_room(room, LeaveReason::ServerShutdown, now);
        }
    }
}

fn happening(participant: crate::control::Participant, was_active: bool) -> Happening {
    if was_active { Happening::ParticipantLeft(participant) } else { Happening::ParticipantConnectionAborted(participant) }
}
