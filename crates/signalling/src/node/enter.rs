//! Coming in: the room, the participant, and the first message that tells the client everything.

use std::collections::VecDeque;
use std::time::Instant;

use livekit_protocol as proto;
use proto::signal_response::Message;
use sfu::{PeerSetup, RoomSetup};
use transport::IceCredentials;

use super::slots::Slots;
use super::state::{Data, Link, Member, Publishing, RoomState, Signal, Subscribing, Timers};
use super::timers::{ACTIVE_WITHIN, DEPARTURE_TIMEOUT_S, EMPTY_TIMEOUT_S, REFRESH_EVERY};
use super::trace::Stations;
use super::{ConnectionId, MemberKey, Node, RoomKey};
use crate::control::{Happening, LeaveReason, Participant, ParticipantKind, ParticipantState, Room, RoomOptions};
use crate::join::{Join, JoinError, ROOM_FULL, SERVER_FULL, STOPPING};
use crate::wire::{self, Action, SERVER_VERSION};

/// What clients may publish with, best first.
pub(crate) const CODECS: [&str; 6] = ["video/VP8", "video/H264", "video/VP9", "video/AV1", "audio/opus", "audio/red"];
/// Told to clients, in seconds.
pub(crate) const PING_INTERVAL_S: i32 = 5;
/// Told to clients, in seconds.
pub(crate) const PING_TIMEOUT_S: i32 = 15;
/// Random bytes that mark frames made by the server.
const TRAILER_BYTES: usize = 16;

impl Node {
    /// Lets somebody in, or back in. The first frames are queued for the new connection.
    ///
    /// # Errors
    /// The status and text for whoever may not come in.
    pub fn join(&mut self, join: Join, now: Instant) -> Result<ConnectionId, JoinError> {
        let entered = self.check_join(&join).and_then(|()| {
            if join.request.resume {
                return Ok(self.resume(join, now));
            }
            self.enter(join, now)
        });
        match &entered {
            Ok(_) => self.stats.joins += 1,
            Err(_) => self.stats.joins_refused += 1,
        }
        self.settle(now);
        entered
    }

    /// Whether a join would be let in now.
    ///
    /// # Errors
    /// The status and text of the refusal.
    pub fn check_join(&self, join: &Join) -> Result<(), JoinError> {
        if self.stopping {
            return Err(JoinError::unavailable(STOPPING));
        }
        if join.request.resume {
            return Ok(());
        }
        let grant = &join.claims.video;
        let Some(room) = self.room_names.get(&grant.room).and_then(|key| self.rooms.find(*key)) else {
            return if self.config.auto_create || grant.room_create { Ok(()) } else { Err(JoinError::not_found()) };
        };
        let others = room.members.iter().filter_map(|key| self.members.find(*key));
        let others = others.filter(|other| other.info.identity != join.claims.identity);
        let (mut all, mut counted) = (0, 0);
        for other in others {
            all += 1;
            counted += u32::from(is_counted(&other.info));
        }
        let most = room.info.max_participants;
        if most > 0 && counted >= most && !grant.hidden {
            return Err(JoinError::unavailable(ROOM_FULL));
        }
        if all >= self.config.limits.participants_per_room_max {
            return Err(JoinError::unavailable(ROOM_FULL));
        }
        Ok(())
    }

    fn enter(&mut self, join: Join, now: Instant) -> Result<ConnectionId, JoinError> {
        let busy = |_| JoinError::unavailable(SERVER_FULL);
        let options = join.claims.room_options.clone().unwrap_or_default();
        let room = self.ensure_room(&join.claims.video.room, &options, now)?;
        if let Some(old) = self.member_by_identity(room, &join.claims.identity) {
            self.remove_quietly(old, LeaveReason::DuplicateIdentity, now);
        }
        let media = self.rooms.find(room).map(|state| state.media);
        let media = media.ok_or_else(|| JoinError::unavailable("room is closed"))?;
        let media = self.sfu.add_peer(media, PeerSetup::default(), now).map_err(busy)?;
        let Join { claims, request, client_address } = join;
        let connection = self.new_connection();
        let mut client = request.client;
        client.address = client_address.map(|address| address.to_string()).unwrap_or_default();
        let info = self.new_participant(&claims, &client, request.metadata, now);
        let info = Participant { attributes: merged(info.attributes, request.attributes), ..info };
        let subscribing = Subscribing { slots: Slots::new(is_native(&client)), ..Subscribing::default() };
        let member = Member {
            info,
            room,
            claims,
            client,
            settings: request.settings,
            signal: Signal::new(connection, now),
            link: Link::new(media, self.chance.next_u64() >> 2),
            publishing: Publishing::default(),
            subscribing,
            data: Data::default(),
            timers: Timers::new(now),
            quality: None,
            stations: Stations::new(now),
            touched: false,
        };
        let Some(who) = self.members.insert(member) else {
            self.sfu.remove_peer(media);
            return Err(JoinError::unavailable(SERVER_FULL));
        };
        self.connections.insert(connection, who);
        self.peers.insert(media, who);
        if let Some(state) = self.rooms.find_mut(room) {
            state.members.push(who);
            state.ends_at = None;
        }
        self.welcome(who, now);
        for track in request.add_tracks {
            self.add_track(who, track, now);
        }
        if let Some(offer) = request.offer {
            self.offered(who, &offer, now);
        }
        Ok(connection)
    }

    /// The first messages of a session.
    fn welcome(&mut self, who: MemberKey, now: Instant) {
        self.recount(who, now);
        let Some(join) = self.join_response(who) else {
            return;
        };
        self.send(who, Message::Join(join));
        if let Some(member) = self.members.find_mut(who) {
            member.info.state = ParticipantState::Joined;
        }
        self.announce_to_others(who);
        self.send_refresh_token(who, now);
        self.subscribe_to_all(who, now);
        self.touch(who);
    }

    fn join_response(&self, who: MemberKey) -> Option<proto::JoinResponse> {
        let member = self.members.find(who)?;
        let room = self.rooms.find(member.room)?;
        let mut participant = member.wire();
        participant.state = proto::participant_info::State::Joined as i32;
        let others = room.members.iter().filter(|other| **other != who);
        let others = others.filter_map(|other| self.members.find(*other));
        Some(proto::JoinResponse {
            room: Some(wire::room(&room.info, &CODECS)),
            participant: Some(participant),
            other_participants: others.filter(|m| !m.is_hidden()).map(Member::wire).collect(),
            server_version: SERVER_VERSION.to_owned(),
            ice_servers: self.ice_servers(),
            subscriber_primary: false,
            alternative_url: String::new(),
            client_configuration: Some(client_configuration()),
            server_region: String::new(),
            ping_timeout: PING_TIMEOUT_S,
            ping_interval: PING_INTERVAL_S,
            server_info: Some(wire::server_info(&self.config.node_id)),
            sif_trailer: room.trailer.clone(),
            enabled_publish_codecs: CODECS.iter().map(|mime| wire::codec(mime)).collect(),
            fast_publish: member.info.permission.can_publish,
        })
    }

    pub(super) fn ice_servers(&self) -> Vec<proto::IceServer> {
        let servers = self.config.ice_servers.iter().cloned();
        let wire = servers.map(|server| proto::IceServer { urls: server.urls, username: server.username, credential: server.credential });
        wire.collect()
    }

    fn new_participant(
        &mut self,
        claims: &crate::token::Claims,
        client: &proto::ClientInfo,
        metadata: String,
        now: Instant,
    ) -> Participant {
        Participant {
            sid: self.chance.id("PA_"),
            identity: claims.identity.clone(),
            name: claims.name.clone(),
            metadata: if metadata.is_empty() { claims.metadata.clone() } else { metadata },
            attributes: claims.attributes.clone(),
            kind: claims.kind,
            kind_details: claims.kind_details.clone(),
            state: ParticipantState::Joining,
            joined_at_ms: self.wall(now),
            version: 1,
            permission: claims.video.permission(),
            is_publisher: false,
            tracks: Vec::new(),
            client_protocol: client.client_protocol,
            capabilities: client.capabilities.clone(),
            disconnect_reason: None,
        }
    }

    /// The room of that name; it is made if there is none.
    pub(super) fn ensure_room(&mut self, name: &str, options: &RoomOptions, now: Instant) -> Result<RoomKey, JoinError> {
        if let Some(room) = self.room_names.get(name) {
            return Ok(*room);
        }
        let full = || JoinError::unavailable(SERVER_FULL);
        let setup = RoomSetup { loudest_max: self.config.loudest_max };
        let media = self.sfu.add_room(setup).map_err(|_| full())?;
        let or = |value: u32, default: u32| if value == 0 { default } else { value };
        let info = Room {
            sid: self.chance.id("RM_"),
            name: name.to_owned(),
            metadata: options.metadata.clone(),
            created_at_ms: self.wall(now),
            empty_timeout_s: or(options.empty_timeout_s, EMPTY_TIMEOUT_S),
            departure_timeout_s: or(options.departure_timeout_s, DEPARTURE_TIMEOUT_S),
            max_participants: options.max_participants,
            ..Room::default()
        };
        let empty_for = std::time::Duration::from_secs(u64::from(info.empty_timeout_s));
        let state = RoomState {
            info,
            sync_streams: options.sync_streams,
            media,
            members: Vec::new(),
            ends_at: Some(now + empty_for),
            counts_due: None,
            changed: Vec::new(),
            changes_told: None,
            departed: VecDeque::new(),
            trailer: self.chance.bytes::<TRAILER_BYTES>().to_vec(),
            nonces: VecDeque::new(),
            replay: VecDeque::new(),
        };
        let Some(room) = self.rooms.insert(state) else {
            self.sfu.remove_room(media);
            return Err(full());
        };
        self.room_names.insert(name.to_owned(), room);
        self.tell(room, Happening::RoomStarted, now);
        Ok(room)
    }

    pub(super) fn new_connection(&mut self) -> ConnectionId {
        self.last_connection += 1;
        ConnectionId(self.last_connection)
    }

    pub(super) fn member_by_identity(&self, room: RoomKey, identity: &str) -> Option<MemberKey> {
        let room = self.rooms.find(room)?;
        let named = |key: &&MemberKey| self.members.find(**key).is_some_and(|member| member.info.identity == identity);
        room.members.iter().find(named).copied()
    }
}

/// Counts in the room's numbers: seen by others and a person rather than a tool.
pub(super) fn is_counted(info: &Participant) -> bool {
    let dependent = matches!(info.kind, ParticipantKind::Egress | ParticipantKind::Agent);
    !info.permission.hidden && !dependent
}

/// Attributes with changes applied; an empty value removes its key.
pub(super) fn merged(
    mut attributes: std::collections::BTreeMap<String, String>,
    changes: std::collections::BTreeMap<String, String>,
) -> std::collections::BTreeMap<String, String> {
    for (key, value) in changes {
        if value.is_empty() {
            attributes.remove(&key);
        } else {
            attributes.insert(key, value);
        }
    }
    attributes
}

pub(super) fn client_configuration() -> proto::ClientConfiguration {
    proto::ClientConfiguration { resume_connection: proto::ClientConfigSetting::Enabled as i32, ..proto::ClientConfiguration::default() }
}

/// A connection that is told only to start anew.
pub(super) fn start_anew() -> Message {
    wire::leave(LeaveReason::StateMismatch, Action::Reconnect)
}

impl Signal {
    fn new(connection: ConnectionId, now: Instant) -> Signal {
        Signal { connection: Some(connection), text: false, heard_at: now, lost_at: None, malformed: 0, drop_on_resume: None }
    }
}

impl Link {
    fn new(media: sfu::PeerId, session_id: u64) -> Link {
        Link {
            media,
            peer: None,
            credentials: IceCredentials { ufrag: String::new(), password: String::new() },
            remote_ufrag: String::new(),
            connected: false,
            silent_since: None,
            addresses: Vec::new(),
            candidates: Vec::new(),
            session_id,
            session_version: 1,
            offer: None,
        }
    }
}

impl Timers {
    fn new(now: Instant) -> Timers {
        Timers {
            active_by: Some(now + ACTIVE_WITHIN),
            refresh_at: now + REFRESH_EVERY,
            need_at: None,
            need_again_at: None,
            removed_at: None,
            speech_ends_at: None,
            indexed: None,
        }
    }
}

/// Whether the client is of the family built on the Rust SDK, which delivers no sound of a second
/// track in a section that carried one before.
fn is_native(client: &proto::ClientInfo) -> bool {
    use proto::client_info::Sdk;
    matches!(client.sdk(), Sdk::Rust | Sdk::Python | Sdk::Node | Sdk::Cpp | Sdk::Unity | Sdk::Unreal | Sdk::Dotnet)
}
