//! The signal connection: joining, what the server says, pings, coming back and leaving.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use livekit_protocol as proto;
use prost::Message as _;
use proto::leave_request::Action;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;

use super::negotiate::Wanted;
use super::{Client, Phase, ToServer, Told, new_rtc};
use crate::source::{Maker, Publication};

/// The version of the signal protocol that is spoken.
const PROTOCOL: i32 = 17;
const PING_EVERY: Duration = Duration::from_secs(5);
/// Without any frame for so long a signal connection is given up.
const SILENCE_MAX: Duration = Duration::from_secs(15);
/// A lost signal connection is opened anew after so long.
const RESUME_AFTER: Duration = Duration::from_millis(300);

impl Client {
    /// Joins: queues [`ToServer::Connect`].
    pub fn join(&mut self, now: Instant) {
        self.heard_at = now;
        self.ping_at = now + PING_EVERY;
        self.phase = Phase::Joining;
        let offer = self.offer(false);
        let request = proto::JoinRequest { publisher_offer: offer, ..self.plain_request() };
        self.connect(&request);
        self.drive(now);
    }

    /// Leaves as one does who says goodbye.
    pub fn leave(&mut self, now: Instant) {
        let reason = proto::DisconnectReason::ClientInitiated as i32;
        let leave = proto::LeaveRequest { reason, action: Action::Disconnect as i32, ..proto::LeaveRequest::default() };
        self.tell(Request::Leave(leave));
        self.signals.push_back(ToServer::Close);
        self.phase = Phase::Over;
        self.rtc.disconnect();
        self.connected = false;
        self.drive(now);
    }

    /// The signal connection is gone, or was refused.
    pub fn signal_closed(&mut self, now: Instant) {
        match self.phase {
            Phase::New | Phase::Over | Phase::Lost(_) => {}
            Phase::Joining | Phase::Joined | Phase::Resuming => self.lose_signal(now),
        }
    }

    /// Takes a binary frame of the signal connection.
    pub fn handle_signal(&mut self, bytes: &[u8], now: Instant) {
        if matches!(self.phase, Phase::New | Phase::Over | Phase::Lost(_)) {
            return;
        }
        self.heard_at = now;
        let Ok(proto::SignalResponse { message: Some(message) }) = proto::SignalResponse::decode(bytes) else {
            self.complain("a frame that is no message");
            return;
        };
        self.take(message, now);
        self.drive(now);
    }

    /// Mutes or unmutes something published.
    pub fn set_muted(&mut self, cid: &str, muted: bool) {
        let Some(known) = self.publications.iter_mut().find(|known| known.cid == cid) else { return };
        known.muted = muted;
        if let Some(sid) = known.sid.clone() {
            self.request(Request::Mute(proto::MuteTrackRequest { sid, muted }));
        }
    }

    /// Says how tracks of others shall be sent.
    pub fn set_view(&mut self, settings: proto::UpdateTrackSettings) {
        self.request(Request::TrackSetting(settings));
    }

    /// Subscribes to tracks or away from them.
    pub fn set_subscribed(&mut self, track_sids: Vec<String>, subscribe: bool) {
        let wish = proto::UpdateSubscription { track_sids, subscribe, ..proto::UpdateSubscription::default() };
        self.request(Request::Subscription(wish));
    }

    pub(super) fn keep_alive(&mut self, now: Instant) {
        if let Phase::Lost(at) = self.phase
            && at <= now
        {
            self.resume(now);
        }
        if self.ping_at > now {
            return;
        }
        self.ping_at = now + PING_EVERY;
        if self.phase == Phase::Joined {
            let passed = now.saturating_duration_since(self.config.epoch).as_millis();
            let timestamp = i64::try_from(passed).unwrap_or(i64::MAX);
            self.tell(Request::PingReq(proto::Ping { timestamp, rtt: 0 }));
        }
        if now.saturating_duration_since(self.heard_at) >= SILENCE_MAX && !matches!(self.phase, Phase::Lost(_)) {
            self.signals.push_back(ToServer::Close);
            self.lose_signal(now);
        }
    }

    fn lose_signal(&mut self, now: Instant) {
        if let Some(outstanding) = self.outstanding.take() {
            self.wanted.restore(outstanding);
        }
        self.phase = Phase::Lost(now + RESUME_AFTER);
    }

    fn resume(&mut self, now: Instant) {
        self.heard_at = now;
        if self.sid.is_empty() {
            self.start_anew(now);
            return;
        }
        self.phase = Phase::Resuming;
        let request = proto::JoinRequest {
            reconnect: true,
            reconnect_reason: proto::ReconnectReason::RrSignalDisconnected as i32,
            participant_sid: self.sid.clone(),
            ..self.plain_request()
        };
        self.connect(&request);
    }

    /// Everything from the beginning, with the same publications.
    fn start_anew(&mut self, now: Instant) {
        self.rtc = new_rtc(&self.config, now);
        self.connected = false;
        self.due = Some(now);
        self.sid.clear();
        self.others.clear();
        self.sections.clear();
        self.assigned.clear();
        self.outstanding = None;
        self.wanted = Wanted::at_first();
        self.closing.clear();
        self.held.clear();
        self.channels.begin();
        for known in &mut self.publications {
            (known.sid, known.mid, known.live) = (None, None, false);
        }
        self.told.push_back(Told::StartedAnew);
        self.join(now);
    }

    fn plain_request(&self) -> proto::JoinRequest {
        use proto::client_info::Sdk;
        let client_info = proto::ClientInfo {
            sdk: if self.config.native { Sdk::Rust } else { Sdk::Js } as i32,
            version: "1.0.0".to_owned(),
            protocol: PROTOCOL,
            client_protocol: 2,
            ..proto::ClientInfo::default()
        };
        let settings = proto::ConnectionSettings {
            auto_subscribe: self.config.auto_subscribe,
            adaptive_stream: self.config.adaptive_stream,
            ..proto::ConnectionSettings::default()
        };
        proto::JoinRequest { client_info: Some(client_info), connection_settings: Some(settings), ..proto::JoinRequest::default() }
    }

    fn connect(&mut self, request: &proto::JoinRequest) {
        let wrapped = proto::WrappedJoinRequest { compression: 0, join_request: request.encode_to_vec() };
        self.signals.push_back(ToServer::Connect(URL_SAFE_NO_PAD.encode(wrapped.encode_to_vec())));
    }

    /// Says something now, whatever the phase.
    pub(super) fn tell(&mut self, message: Request) {
        let request = proto::SignalRequest { message: Some(message) };
        self.signals.push_back(ToServer::Message(request.encode_to_vec()));
    }

    /// Says something as soon as the session stands.
    pub(super) fn request(&mut self, message: Request) {
        if self.phase == Phase::Joined {
            self.tell(message);
        } else {
            self.held.push(message);
        }
    }

    fn take(&mut self, message: Response, now: Instant) {
        match message {
            Response::Join(join) => self.joined(join),
            Response::Reconnect(_) => self.resumed(),
            Response::Answer(answer) => self.answered(&answer),
            Response::Update(update) => self.update(update.participants),
            Response::TrackPublished(published) => self.published(published),
            Response::Leave(leave) => self.left(&leave, now),
            Response::MediaSectionsRequirement(more) => self.require(more.num_audios, more.num_videos),
            Response::SubscribedQualityUpdate(update) => self.enable_layers(&update),
            Response::Mute(mute) => {
                let cid = self.publications.iter().find(|known| known.sid.as_ref() == Some(&mute.sid)).map(|known| known.cid.clone());
                if let Some(cid) = cid {
                    self.set_muted(&cid, mute.muted);
                }
            }
            Response::SpeakersChanged(changed) => self.change_speakers(changed.speakers),
            Response::RequestResponse(response) if response.reason != 0 => {
                self.complain(format!("refused: {} {}", response.reason, response.message));
            }
            Response::Offer(_) => self.complain("the server made an offer"),
            _ => {}
        }
    }

    fn joined(&mut self, join: proto::JoinResponse) {
        if self.phase != Phase::Joining {
            self.complain("joined twice");
        }
        self.phase = Phase::Joined;
        self.sid = join.participant.map(|me| me.sid).unwrap_or_default();
        self.update(join.other_participants);
        self.told.push_back(Told::Joined);
        for request in std::mem::take(&mut self.held) {
            self.tell(request);
        }
        let unannounced: Vec<proto::AddTrackRequest> =
            self.publications.iter().filter(|known| known.sid.is_none()).map(Publication::announcement).collect();
        for track in unannounced {
            self.tell(Request::AddTrack(track));
        }
        self.negotiate();
    }

    fn resumed(&mut self) {
        self.phase = Phase::Joined;
        self.others.clear();
        let published = self.publications.iter().filter(|known| known.live && known.sid.is_some());
        let publish_tracks = published.map(|known| proto::TrackPublishedResponse {
            cid: known.cid.clone(),
            track: Some(proto::TrackInfo { sid: known.sid.clone().unwrap_or_default(), ..proto::TrackInfo::default() }),
        });
        let subscription = proto::UpdateSubscription { subscribe: !self.config.auto_subscribe, ..proto::UpdateSubscription::default() };
        let state =
            proto::SyncState { subscription: Some(subscription), publish_tracks: publish_tracks.collect(), ..proto::SyncState::default() };
        self.tell(Request::SyncState(state));
        if let Some(offer) = self.offer(true) {
            self.tell(Request::Offer(offer));
        }
        for request in std::mem::take(&mut self.held) {
            self.tell(request);
        }
        self.told.push_back(Told::Resumed);
    }

    fn update(&mut self, participants: Vec<proto::ParticipantInfo>) {
        for participant in participants {
            if participant.sid == self.sid {
                continue;
            }
            if participant.state == proto::participant_info::State::Disconnected as i32 {
                let same = self.others.get(&participant.identity).is_some_and(|known| known.sid == participant.sid);
                if same {
                    self.others.remove(&participant.identity);
                }
            } else {
                self.others.insert(participant.identity.clone(), participant);
            }
        }
    }

    fn published(&mut self, published: proto::TrackPublishedResponse) {
        let Some(track) = published.track else { return };
        let Some(known) = self.publications.iter_mut().find(|known| known.cid == published.cid) else { return };
        known.sid = Some(track.sid.clone());
        let muted = known.muted;
        if muted {
            self.request(Request::Mute(proto::MuteTrackRequest { sid: track.sid.clone(), muted }));
        }
        self.told.push_back(Told::Published(track.sid));
    }

    fn left(&mut self, leave: &proto::LeaveRequest, now: Instant) {
        match Action::try_from(leave.action) {
            Ok(Action::Resume) => self.lose_signal(now),
            Ok(Action::Reconnect) => self.start_anew(now),
            Ok(Action::Disconnect) | Err(_) => {
                self.phase = Phase::Over;
                self.rtc.disconnect();
                self.connected = false;
                self.told.push_back(Told::Left(leave.reason));
            }
        }
    }

    fn enable_layers(&mut self, update: &proto::SubscribedQualityUpdate) {
        let sid = Some(&update.track_sid);
        let Some(known) = self.publications.iter_mut().find(|known| known.sid.as_ref() == sid) else { return };
        let Maker::Camera(film) = &mut known.maker else { return };
        let Some(codec) = update.subscribed_codecs.iter().find(|codec| codec.codec == "vp8") else { return };
        let count = film.layers.len();
        for (index, reel) in film.layers.iter_mut().enumerate() {
            let quality = quality_of(index, count);
            if let Some(wish) = codec.qualities.iter().find(|wish| wish.quality == quality) {
                reel.enabled = wish.enabled;
            }
        }
    }

    fn change_speakers(&mut self, changed: Vec<proto::SpeakerInfo>) {
        for speaker in changed {
            self.speakers.retain(|known| *known != speaker.sid);
            if speaker.active {
                self.speakers.push(speaker.sid);
            }
        }
    }
}

/// The name that LiveKit gives to one of so many layers.
pub(super) fn quality_of(index: usize, count: usize) -> i32 {
    let quality = match (index, count) {
        (_, 1) | (2, _) | (1, 2) => proto::VideoQuality::High,
        (0, _) => proto::VideoQuality::Low,
        _ => proto::VideoQuality::Medium,
    };
    quality as i32
}

impl Publication {
    /// What the server is told of it before the offer.
    pub(super) fn announcement(&self) -> proto::AddTrackRequest {
        use proto::{TrackSource, TrackType};
        let (kind, source) = match (&self.maker, self.screen) {
            (Maker::Camera(_), false) => (TrackType::Video, TrackSource::Camera),
            (Maker::Camera(_), true) => (TrackType::Video, TrackSource::ScreenShare),
            (Maker::Microphone(_), _) => (TrackType::Audio, TrackSource::Microphone),
        };
        let mut request = proto::AddTrackRequest {
            cid: self.cid.clone(),
            name: self.cid.clone(),
            r#type: kind as i32,
            source: source as i32,
            muted: self.muted,
            ..proto::AddTrackRequest::default()
        };
        let Maker::Camera(film) = &self.maker else { return request };
        let count = film.layers.len();
        let layer = |(index, reel): (usize, &crate::source::Reel)| proto::VideoLayer {
            quality: quality_of(index, count),
            width: u32::from(reel.layer.width),
            height: u32::from(reel.layer.height),
            bitrate: reel.layer.bitrate_bps,
            ..proto::VideoLayer::default()
        };
        request.layers = film.layers.iter().enumerate().map(layer).collect();
        if let Some(top) = request.layers.last() {
            (request.width, request.height) = (top.width, top.height);
        }
        let layers = request.layers.clone();
        let codec = proto::SimulcastCodec { codec: "vp8".to_owned(), cid: self.cid.clone(), layers, ..proto::SimulcastCodec::default() };
        request.simulcast_codecs = vec![codec];
        request
    }
}
