//! Commands from inside the server: the public API and what is built on it speak through these.

use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;

use super::metadata::check_change;
use super::{MemberKey, Node, RoomKey};
use crate::control::{Command, DataMessage, Happening, LeaveReason, ParticipantChange, Refusal, Reply, RoomOptions};
use crate::limits::{DATA_BYTES_MAX, METADATA_BYTES_MAX, ROOM_NAME_BYTES_MAX};
use crate::wire::{self, Action};

/// Bytes of a nonce, where there is one.
const NONCE_BYTES: usize = 16;

impl Node {
    /// Does what is asked.
    pub fn control(&mut self, command: Command, now: Instant) -> Reply {
        let reply = self.obey(command, now).unwrap_or_else(Reply::Refused);
        self.settle(now);
        reply
    }

    fn obey(&mut self, command: Command, now: Instant) -> Result<Reply, Refusal> {
        match command {
            Command::CreateRoom { name, options } => self.create_room(&name, &options, now),
            Command::ListRooms { names } => {
                let rooms = self.rooms.values().map(|room| &room.info);
                let asked = |name: &String| names.is_empty() || names.contains(name);
                Ok(Reply::Rooms(rooms.filter(|room| asked(&room.name)).cloned().collect()))
            }
            Command::DeleteRoom { name } => {
                let room = self.find_room(&name)?;
                self.end_room(room, LeaveReason::RoomDeleted, now);
                Ok(Reply::Done)
            }
            Command::ListParticipants { room } => {
                let room = self.rooms.find(self.find_room(&room)?).ok_or(Refusal::RoomNotFound)?;
                let members = room.members.iter().filter_map(|who| self.members.find(*who));
                let seen = members.filter(|member| !member.is_hidden());
                Ok(Reply::Participants(seen.map(super::state::Member::plain).collect()))
            }
            Command::GetParticipant { room, identity } => {
                let who = self.find_member(&room, &identity)?;
                self.participant_reply(who)
            }
            Command::RemoveParticipant { room, identity } => {
                let who = self.find_member(&room, &identity)?;
                self.dismiss(who, LeaveReason::ParticipantRemoved, Action::Disconnect, now);
                Ok(Reply::Done)
            }
            Command::MuteTrack { room, identity, track_sid, muted } => {
                let who = self.find_member(&room, &identity)?;
                self.mute_by_server(who, &track_sid, muted, now)
            }
            Command::UpdateParticipant { room, identity, change } => {
                let who = self.find_member(&room, &identity)?;
                self.change_by_server(who, change, now)
            }
            Command::UpdateSubscriptions { room, identity, track_sids, subscribe } => {
                let who = self.find_member(&room, &identity)?;
                for sid in &track_sids {
                    self.wish(who, sid, subscribe, now);
                }
                Ok(Reply::Done)
            }
            Command::SendData { room, message } => {
                let room = self.find_room(&room)?;
                check_data(&message)?;
                self.send_data(room, message, now);
                Ok(Reply::Done)
            }
            Command::UpdateRoomMetadata { room, metadata } => {
                let room = self.find_room(&room)?;
                self.set_room_metadata(room, metadata, now)?;
                self.room_reply(room)
            }
            Command::Shutdown { reconnect } => {
                self.stop(reconnect, now);
                Ok(Reply::Done)
            }
        }
    }

    fn find_room(&self, name: &str) -> Result<RoomKey, Refusal> {
        self.room_names.get(name).copied().ok_or(Refusal::RoomNotFound)
    }

    fn find_member(&self, room: &str, identity: &str) -> Result<MemberKey, Refusal> {
        let room = self.find_room(room).map_err(|_| Refusal::ParticipantNotFound)?;
        self.member_by_identity(room, identity).ok_or(Refusal::ParticipantNotFound)
    }

    fn room_reply(&self, room: RoomKey) -> Result<Reply, Refusal> {
        let room = self.rooms.find(room).ok_or(Refusal::RoomNotFound)?;
        Ok(Reply::Room(room.info.clone()))
    }

    fn participant_reply(&self, who: MemberKey) -> Result<Reply, Refusal> {
        let member = self.members.find(who).ok_or(Refusal::ParticipantNotFound)?;
        Ok(Reply::Participant(member.plain()))
    }

    fn create_room(&mut self, name: &str, options: &RoomOptions, now: Instant) -> Result<Reply, Refusal> {
        if name.is_empty() || name.len() > ROOM_NAME_BYTES_MAX {
            return Err(Refusal::Invalid("room name is empty or too long".to_owned()));
        }
        if options.metadata.len() > METADATA_BYTES_MAX {
            return Err(Refusal::Invalid("metadata is too long".to_owned()));
        }
        if self.stopping {
            return Err(Refusal::Unavailable);
        }
        let room = self.ensure_room(name, options, now).map_err(|error| Refusal::Exhausted(error.message))?;
        let Some(state) = self.rooms.find_mut(room) else {
            return Err(Refusal::RoomNotFound);
        };
        for (value, wished) in [
            (&mut state.info.empty_timeout_s, options.empty_timeout_s),
            (&mut state.info.departure_timeout_s, options.departure_timeout_s),
            (&mut state.info.max_participants, options.max_participants),
        ] {
            if wished > 0 {
                *value = wished;
            }
        }
        state.sync_streams |= options.sync_streams;
        if !options.metadata.is_empty() && options.metadata != state.info.metadata {
            self.set_room_metadata(room, options.metadata.clone(), now)?;
        }
        self.room_reply(room)
    }

    fn set_room_metadata(&mut self, room: RoomKey, metadata: String, now: Instant) -> Result<(), Refusal> {
        if metadata.len() > METADATA_BYTES_MAX {
            return Err(Refusal::Invalid("metadata is too long".to_owned()));
        }
        let state = self.rooms.find_mut(room).ok_or(Refusal::RoomNotFound)?;
        state.info.metadata = metadata;
        self.tell_room(room);
        self.tell(room, Happening::RoomUpdated, now);
        Ok(())
    }

    fn mute_by_server(&mut self, who: MemberKey, track_sid: &str, muted: bool, now: Instant) -> Result<Reply, Refusal> {
        let track = self.members.find(who).and_then(|member| member.track(track_sid));
        let is_muted = track.ok_or(Refusal::TrackNotFound)?.info.muted;
        if is_muted && !muted && !self.config.remote_unmute {
            return Err(Refusal::UnmuteNotAllowed);
        }
        if is_muted != muted {
            self.set_muted(who, track_sid, muted, now);
            let request = proto::MuteTrackRequest { sid: track_sid.to_owned(), muted };
            self.send(who, Message::Mute(request));
        }
        let track = self.members.find(who).and_then(|member| member.track(track_sid));
        track.map(|track| Reply::Track(wire::track(&track.info))).ok_or(Refusal::TrackNotFound)
    }

    fn change_by_server(&mut self, who: MemberKey, change: ParticipantChange, now: Instant) -> Result<Reply, Refusal> {
        let member = self.members.find(who).ok_or(Refusal::ParticipantNotFound)?;
        check_change(&member.info.attributes, &change).map_err(|(_, message)| Refusal::Invalid(message.to_owned()))?;
        self.change(who, change, now);
        self.participant_reply(who)
    }
}

fn check_data(message: &DataMessage) -> Result<(), Refusal> {
    if message.payload.len() > DATA_BYTES_MAX {
        return Err(Refusal::Invalid("payload is too large".to_owned()));
    }
    if !message.nonce.is_empty() && message.nonce.len() != NONCE_BYTES {
        return Err(Refusal::Invalid("nonce must be 16 bytes".to_owned()));
    }
    Ok(())
}
