//! Signal frames: reading what clients send, and writing to one, to a room, or to some.

use std::time::Instant;

use livekit_protocol as proto;
use prost::Message as _;
use proto::request_response::{Reason, Request as Echo};
use proto::signal_request::Message as Request;
use proto::signal_response::Message;

use super::publish::refused;
use super::state::Member;
use super::{ConnectionId, Frame, MemberKey, Node, Outgoing, RoomKey};
use crate::control::{LeaveReason, ParticipantState};
use crate::limits::{MALFORMED_MAX, SIGNAL_BYTES_MAX};
use crate::wire::Action;

impl Node {
    /// Takes a frame of a signal connection.
    pub fn handle_signal(&mut self, connection: ConnectionId, frame: Frame<'_>, now: Instant) {
        let Some(who) = self.connections.get(&connection).copied() else {
            return;
        };
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.signal.heard_at = now;
        let request = match frame {
            Frame::Binary(bytes) if bytes.len() <= SIGNAL_BYTES_MAX => {
                member.signal.text = false;
                proto::SignalRequest::decode(bytes).ok()
            }
            Frame::Text(text) if text.len() <= SIGNAL_BYTES_MAX => {
                member.signal.text = true;
                serde_json::from_str(text).ok()
            }
            Frame::Binary(_) | Frame::Text(_) => None,
        };
        match request {
            Some(proto::SignalRequest { message: Some(message) }) => {
                self.requested(who, message, now);
            }
            // A message of a later protocol.
            Some(proto::SignalRequest { message: None }) => {}
            None => self.count_malformed(who, now),
        }
        self.touch(who);
        self.settle(now);
    }

    /// A signal connection has ended, for whatever reason.
    pub fn signal_closed(&mut self, connection: ConnectionId, now: Instant) {
        if let Some(who) = self.connections.remove(&connection) {
            self.signal_lost(who, now);
        }
        self.settle(now);
    }

    /// Without signalling a participant lives as long as its transport does.
    pub(super) fn signal_lost(&mut self, who: MemberKey, now: Instant) {
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.signal.connection = None;
        member.signal.lost_at.get_or_insert(now);
        if member.link.connected {
            self.touch(who);
        } else {
            self.remove(who, LeaveReason::SignalClose, now);
        }
    }

    #[expect(deprecated, reason = "old clients send it; it is read and passed over")]
    fn requested(&mut self, who: MemberKey, request: Request, now: Instant) {
        match request {
            Request::Offer(offer) => self.offered(who, &offer, now),
            Request::Trickle(trickle) => self.trickled(who, &trickle, now),
            Request::AddTrack(request) => self.add_track(who, request, now),
            Request::Mute(request) => self.mute_own(who, request, now),
            Request::Subscription(wish) => self.update_subscription(who, &wish, now),
            Request::TrackSetting(settings) => self.update_settings(who, &settings, now),
            Request::Leave(_) => self.remove(who, LeaveReason::ClientInitiated, now),
            Request::SubscriptionPermission(audience) => self.set_audience(who, audience, now),
            Request::SyncState(state) => self.sync_state(who, state, now),
            Request::Simulate(scenario) => self.simulate(who, scenario, now),
            Request::Ping(_) => {
                let wall_ms = self.wall(now);
                self.send(who, Message::Pong(wall_ms));
            }
            Request::PingReq(ping) => {
                let timestamp = self.wall(now);
                let last_ping_timestamp = ping.timestamp;
                self.send(who, Message::PongResp(proto::Pong { last_ping_timestamp, timestamp }));
            }
            Request::UpdateMetadata(request) => self.update_own(who, request, now),
            Request::UpdateAudioTrack(request) => self.update_audio_track(who, request, now),
            Request::UpdateVideoTrack(request) => self.update_video_track(who, request, now),
            Request::PublishDataTrackRequest(request) => self.refuse_data_track(who, request),
            Request::UnpublishDataTrackRequest(request) => {
                let echo = Echo::UnpublishDataTrack(request);
                self.send(who, refused(Reason::NotFound, "data track not found", echo));
            }
            Request::StoreDataBlobRequest(request) => self.send(who, no_blobs(request.request_id)),
            Request::GetDataBlobRequest(request) => self.send(who, no_blobs(request.request_id)),
            // Two connections are not spoken here, layers are learned from media, and there are no data tracks.
            Request::Answer(_) | Request::UpdateLayers(_) | Request::UpdateDataSubscription(_) => {}
        }
    }

    /// Counts something unreadable; who sends too much of it is sent away.
    pub(super) fn count_malformed(&mut self, who: MemberKey, now: Instant) {
        self.stats.malformed_signals += 1;
        let Some(member) = self.members.find_mut(who) else {
            return;
        };
        member.signal.malformed += 1;
        if member.signal.malformed >= MALFORMED_MAX {
            self.dismiss(who, LeaveReason::StateMismatch, Action::Disconnect, now);
        }
    }

    /// Sends to one participant, if its signal connection stands.
    pub(super) fn send(&mut self, who: MemberKey, message: Message) {
        let Some(member) = self.members.find(who) else {
            return;
        };
        if let Some(connection) = member.signal.connection {
            let text = member.signal.text;
            self.push_message(connection, text, message);
        }
    }

    pub(super) fn push_message(&mut self, connection: ConnectionId, text: bool, message: Message) {
        let frame = encode(text, &proto::SignalResponse { message: Some(message) });
        self.signals.push_back((connection, frame));
    }

    /// Sends to everybody in a room that has been told about it.
    pub(super) fn send_to_room(&mut self, room: RoomKey, except: Option<MemberKey>, message: Message) {
        let Some(state) = self.rooms.find(room) else {
            return;
        };
        let members = state.members.iter().filter(|who| Some(**who) != except);
        let receivers = members.filter_map(|who| receiver(self.members.find(*who)?));
        let response = proto::SignalResponse { message: Some(message) };
        let mut binary = None;
        for (connection, text) in receivers {
            let frame = if text { encode(true, &response) } else { binary.get_or_insert_with(|| encode(false, &response)).clone() };
            self.signals.push_back((connection, frame));
        }
    }
}

/// Blobs of data are not kept; whoever asks is told so instead of waiting.
fn no_blobs(request_id: u32) -> Message {
    Message::RequestResponse(proto::RequestResponse {
        request_id,
        reason: Reason::UnsupportedType as i32,
        message: "data blobs are not enabled".to_owned(),
        request: None,
    })
}

fn receiver(member: &Member) -> Option<(ConnectionId, bool)> {
    let told = member.info.state >= ParticipantState::Joined;
    member.signal.connection.filter(|_| told).map(|connection| (connection, member.signal.text))
}

fn encode(text: bool, response: &proto::SignalResponse) -> Outgoing {
    if text { Outgoing::Text(serde_json::to_string(response).unwrap_or_default()) } else { Outgoing::Binary(response.encode_to_vec()) }
}
