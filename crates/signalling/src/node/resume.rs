//! Coming back: a new signal connection for a session whose media may never have stopped.

use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;

use super::enter::{CODECS, client_configuration, start_anew};
use super::state::DropOnResume;
use super::{ConnectionId, MemberKey, Node, Outgoing};
use crate::join::Join;
use crate::wire;

impl Node {
    /// Swaps the signal connection of a session, or tells the client to start anew.
    pub(super) fn resume(&mut self, join: Join, now: Instant) -> ConnectionId {
        let connection = self.new_connection();
        let Some(who) = self.resumable(&join) else {
            self.push_message(connection, false, start_anew());
            self.signals.push_back((connection, Outgoing::Close));
            return connection;
        };
        self.stats.resumes += 1;
        let Some(member) = self.members.find_mut(who) else {
            return connection;
        };
        let lost_at = member.signal.lost_at.take();
        let old = member.signal.connection.replace(connection);
        member.signal.text = false;
        member.signal.heard_at = now;
        member.timers.removed_at = None;
        let hook = member.signal.drop_on_resume.take();
        if let Some(old) = old {
            self.connections.remove(&old);
            self.signals.push_back((old, Outgoing::Close));
        }
        self.connections.insert(connection, who);
        if hook == Some(DropOnResume::BeforeAnyMessage) {
            self.hang_up(who, now);
            return connection;
        }
        self.greet_again(who, lost_at, now);
        if hook == Some(DropOnResume::AfterFirstMessage) {
            self.hang_up(who, now);
            return connection;
        }
        if let Some(state) = join.request.sync_state {
            self.sync_state(who, state, now);
        }
        if let Some(offer) = join.request.offer {
            self.offered(who, &offer, now);
        }
        self.touch(who);
        connection
    }

    fn resumable(&self, join: &Join) -> Option<MemberKey> {
        let room = self.room_names.get(&join.claims.video.room)?;
        let who = self.member_by_identity(*room, &join.claims.identity)?;
        let sid = &join.request.participant_sid;
        let member = self.members.find(who)?;
        (sid.is_empty() || *sid == member.info.sid).then_some(who)
    }

    fn greet_again(&mut self, who: MemberKey, lost_at: Option<Instant>, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let Some(room) = self.rooms.find(member.room) else {
            return;
        };
        let reconnect = proto::ReconnectResponse {
            ice_servers: self.ice_servers(),
            client_configuration: Some(client_configuration()),
            server_info: Some(wire::server_info(&self.config.node_id)),
            last_message_seq: member.data.last_sequence,
        };
        let since = lost_at.unwrap_or(now);
        let gone = room.departed.iter().filter(|(at, _)| *at >= since);
        let gone: Vec<_> = gone.map(|(_, info)| info.clone()).collect();
        let here = room.members.iter().filter_map(|key| Some((*key, self.members.find(*key)?)));
        let here = here.filter(|(key, other)| *key == who || !other.is_hidden());
        let participants: Vec<_> = here.map(|(_, other)| other.wire()).collect();
        let room = wire::room(&room.info, &CODECS);
        self.send(who, Message::Reconnect(reconnect));
        if !gone.is_empty() {
            self.send(who, Message::Update(proto::ParticipantUpdate { participants: gone }));
        }
        self.send(who, Message::Update(proto::ParticipantUpdate { participants }));
        self.send(who, Message::RoomUpdate(proto::RoomUpdate { room: Some(room) }));
        self.send_refresh_token(who, now);
    }

    /// What the client believes after a resume; where the two sides disagree it starts anew.
    pub(super) fn sync_state(&mut self, who: MemberKey, state: proto::SyncState, now: Instant) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        let known = |published: &proto::TrackPublishedResponse| {
            let sid = published.track.as_ref().map_or("", |track| track.sid.as_str());
            let pending = member.publishing.pending.iter().any(|p| p.info.sid == sid);
            pending || member.track(sid).is_some()
        };
        if !state.publish_tracks.iter().all(known) || !state.publish_data_tracks.is_empty() {
            self.send(who, start_anew());
            self.hang_up(who, now);
            return;
        }
        if let Some(subscription) = state.subscription {
            self.update_subscription(who, &subscription, now);
        }
        if !state.track_sids_disabled.is_empty() {
            let settings = proto::UpdateTrackSettings {
                track_sids: state.track_sids_disabled,
                disabled: true,
                ..proto::UpdateTrackSettings::default()
            };
            self.update_settings(who, &settings, now);
        }
    }
}
