//! The harness: a node with a clock that stands still, and people who send and collect messages.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use livekit_protocol as proto;
use prost::Message as _;
use proto::signal_request::Message as Request;
use proto::signal_response::Message as Response;
use signalling::control::{Command, Reply};
use signalling::join::{self, Join, JoinError};
use signalling::token::{self, ApiKeys, Claims, VideoGrant};
use signalling::{ConnectionId, Frame, Node, NodeConfig, Outgoing, Sink};
use transport::{Certificate, LocalCandidate, Path, Protocol};

/// What the calendar says in these stories, in milliseconds UTC.
pub(crate) const WALL_MS: i64 = 1_767_254_400_000;
/// What a Chromium tab offers that receives 3 + 3 and publishes a microphone and a camera.
pub(crate) const CHROMIUM: &str = include_str!("../../../transport/tests/offers/chromium_publishing.sdp");
/// The track ids in it.
pub(crate) const CHROMIUM_MICROPHONE: &str = "f9bb9c1c-92a7-4464-b93f-b11e13fca0bc";
pub(crate) const CHROMIUM_CAMERA: &str = "4c7dab7e-326f-45cc-b379-6b2e9cb4b2c2";

/// A network without anybody.
struct Nowhere;

impl Sink for Nowhere {
    fn send(&mut self, _path: Path, _segments: &[u8], _segment_size: usize) {}
}

pub(crate) struct Desk {
    pub(crate) node: Node,
    pub(crate) now: Instant,
    pub(crate) keys: ApiKeys,
    inbox: HashMap<ConnectionId, Vec<Response>>,
    closed: Vec<ConnectionId>,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut NodeConfig)) -> Desk {
        static CERTIFICATE: OnceLock<Arc<Certificate>> = OnceLock::new();
        let certificate = CERTIFICATE.get_or_init(|| Arc::new(Certificate::generate().expect("a certificate")));
        #[expect(clippy::disallowed_methods, reason = "an Instant cannot be made otherwise; the clock then stands still")]
        let now = Instant::now();
        let keys = ApiKeys::new("devkey", "secret");
        let mut config = NodeConfig::new(certificate.clone(), keys.clone(), [1; 32]);
        let addr = SocketAddr::from(([127, 0, 0, 1], 7882));
        config.candidates = vec![LocalCandidate { addr, protocol: Protocol::Udp }];
        change(&mut config);
        Desk { node: Node::new(config, WALL_MS, now), now, keys, inbox: HashMap::new(), closed: Vec::new() }
    }

    /// A usual member comes in and has told nothing but its name.
    pub(crate) fn join(&mut self, identity: &str) -> ConnectionId {
        self.join_as(identity, |_| {}, |_| {}).expect("let in")
    }

    /// A browser comes in with everything in its first request.
    pub(crate) fn join_chromium(&mut self, identity: &str) -> ConnectionId {
        self.join_as(
            identity,
            |_| {},
            |request| {
                request.add_track_requests = vec![microphone(CHROMIUM_MICROPHONE), camera(CHROMIUM_CAMERA)];
                request.publisher_offer = Some(offer(CHROMIUM, 1));
            },
        )
        .expect("let in")
    }

    pub(crate) fn join_as(
        &mut self,
        identity: &str,
        claim: impl FnOnce(&mut Claims),
        ask: impl FnOnce(&mut proto::JoinRequest),
    ) -> Result<ConnectionId, JoinError> {
        let mut claims = claims(identity);
        claim(&mut claims);
        let mut request = request();
        ask(&mut request);
        let entered = self.door(&claims, &request).and_then(|join| self.node.join(join, self.now));
        self.collect();
        entered
    }

    pub(crate) fn door(&self, claims: &Claims, request: &proto::JoinRequest) -> Result<Join, JoinError> {
        let query = format!("access_token={}&join_request={}", mint(claims), wrapped(request, 0));
        join::read(&self.keys, None, &query, None, WALL_MS)
    }

    pub(crate) fn say(&mut self, who: ConnectionId, message: Request) {
        let bytes = proto::SignalRequest { message: Some(message) }.encode_to_vec();
        self.node.handle_signal(who, Frame::Binary(&bytes), self.now);
        self.collect();
    }

    pub(crate) fn control(&mut self, command: Command) -> Reply {
        let reply = self.node.control(command, self.now);
        self.collect();
        reply
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.node.poll_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.node.handle_timeout(self.now);
            self.node.transmit(self.now, &mut Nowhere);
            self.collect();
        }
        self.now = end;
    }

    pub(crate) fn hang_up(&mut self, who: ConnectionId) {
        self.node.signal_closed(who, self.now);
        self.collect();
    }

    /// Everything a connection has received since it was last asked.
    pub(crate) fn heard(&mut self, who: ConnectionId) -> Vec<Response> {
        self.inbox.remove(&who).unwrap_or_default()
    }

    pub(crate) fn is_closed(&self, who: ConnectionId) -> bool {
        self.closed.contains(&who)
    }

    fn collect(&mut self) {
        while let Some((who, outgoing)) = self.node.poll_signal() {
            match outgoing {
                Outgoing::Binary(bytes) => {
                    let response = proto::SignalResponse::decode(bytes.as_slice()).expect("protobuf");
                    self.inbox.entry(who).or_default().extend(response.message);
                }
                Outgoing::Text(text) => {
                    let response: proto::SignalResponse = serde_json::from_str(&text).expect("JSON");
                    self.inbox.entry(who).or_default().extend(response.message);
                }
                Outgoing::Close => self.closed.push(who),
            }
        }
    }
}

pub(crate) fn claims(identity: &str) -> Claims {
    let video = VideoGrant { room_join: true, room: "lane".into(), ..VideoGrant::default() };
    let expires_at_s = WALL_MS / 1000 + 3_600;
    Claims { identity: identity.into(), name: identity.to_uppercase(), video, expires_at_s, ..Claims::default() }
}

pub(crate) fn request() -> proto::JoinRequest {
    let client_info = proto::ClientInfo { sdk: 1, protocol: 17, client_protocol: 2, ..Default::default() };
    let settings = proto::ConnectionSettings { auto_subscribe: true, ..Default::default() };
    proto::JoinRequest { client_info: Some(client_info), connection_settings: Some(settings), ..Default::default() }
}

pub(crate) fn mint(claims: &Claims) -> String {
    token::mint("devkey", "secret", claims)
}

pub(crate) fn wrapped(request: &proto::JoinRequest, compression: i32) -> String {
    let join_request = request.encode_to_vec();
    URL_SAFE_NO_PAD.encode(proto::WrappedJoinRequest { compression, join_request }.encode_to_vec())
}

pub(crate) fn offer(sdp: &str, id: u32) -> proto::SessionDescription {
    proto::SessionDescription { r#type: "offer".into(), sdp: sdp.into(), id, ..Default::default() }
}

pub(crate) fn microphone(cid: &str) -> proto::AddTrackRequest {
    proto::AddTrackRequest { cid: cid.into(), source: 2, ..Default::default() }
}

pub(crate) fn camera(cid: &str) -> proto::AddTrackRequest {
    let layer = |quality, rid: &str, width, height| proto::VideoLayer { quality, rid: rid.into(), width, height, ..Default::default() };
    proto::AddTrackRequest {
        cid: cid.into(),
        r#type: 1,
        source: 1,
        width: 1280,
        height: 720,
        layers: vec![layer(2, "f", 1280, 720), layer(0, "q", 320, 180), layer(1, "h", 640, 360)],
        ..Default::default()
    }
}

/// The names of messages, for telling their order.
pub(crate) fn names(messages: &[Response]) -> String {
    let name = |message: &Response| {
        let text = format!("{message:?}");
        text.split('(').next().unwrap_or_default().to_owned()
    };
    messages.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// The last answer among messages.
pub(crate) fn answer(messages: &[Response]) -> proto::SessionDescription {
    let answers = messages.iter().rev().filter_map(|message| match message {
        Response::Answer(answer) => Some(answer.clone()),
        _ => None,
    });
    answers.into_iter().next().expect("an answer")
}

/// The sections of a description: mid, direction, msid.
pub(crate) fn sections(sdp: &str) -> Vec<(String, String, String)> {
    let value = |section: &str, name: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    let directions = ["sendonly", "recvonly", "sendrecv", "inactive"];
    let parts = sdp.split("\nm=").skip(1);
    let part = |section: &str| {
        let direction = directions.into_iter().find(|d| section.lines().any(|line| line.trim() == format!("a={d}")));
        (value(section, "a=mid:"), direction.unwrap_or_default().to_owned(), value(section, "a=msid:"))
    };
    parts.map(part).collect()
}
