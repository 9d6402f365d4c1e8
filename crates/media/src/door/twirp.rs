//! LiveKit's server API over Twirp: protobuf or JSON in, grants checked, commands to the media server, answers out.
//!
//! It must never reach into a room; all it can do is what [`Control`] can.

use std::collections::BTreeMap;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use livekit_protocol as proto;
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use signalling::token::{Claims, verify};

use super::{Door, json, token_of, wire};
use crate::control::{Command, DataKind, DataMessage, ParticipantChange, Refusal, Reply, RoomOptions};

/// Largest body of a request, in bytes.
const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The two encodings of Twirp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Protobuf,
    Json,
}

/// What a method was not done for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TwirpError {
    code: Code,
    message: String,
}

/// Twirp's codes, as far as we use them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    Malformed,
    InvalidArgument,
    Unauthenticated,
    NotFound,
    BadRoute,
    FailedPrecondition,
    ResourceExhausted,
    Unimplemented,
    Internal,
    Unavailable,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Code::Malformed => "malformed",
            Code::InvalidArgument => "invalid_argument",
            Code::Unauthenticated => "unauthenticated",
            Code::NotFound => "not_found",
            Code::BadRoute => "bad_route",
            Code::FailedPrecondition => "failed_precondition",
            Code::ResourceExhausted => "resource_exhausted",
            Code::Unimplemented => "unimplemented",
            Code::Internal => "internal",
            Code::Unavailable => "unavailable",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Code::Malformed | Code::InvalidArgument => StatusCode::BAD_REQUEST,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::NotFound | Code::BadRoute => StatusCode::NOT_FOUND,
            Code::FailedPrecondition => StatusCode::PRECONDITION_FAILED,
            Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl TwirpError {
    fn new(code: Code, message: impl Into<String>) -> TwirpError {
        TwirpError { code, message: message.into() }
    }

    fn denied() -> TwirpError {
        TwirpError::new(Code::Unauthenticated, "permissions denied")
    }
}

impl From<Refusal> for TwirpError {
    fn from(refusal: Refusal) -> TwirpError {
        let code = match refusal {
            Refusal::RoomNotFound | Refusal::ParticipantNotFound | Refusal::TrackNotFound => Code::NotFound,
            Refusal::UnmuteNotAllowed => Code::FailedPrecondition,
            Refusal::Invalid(_) => Code::InvalidArgument,
            Refusal::Exhausted(_) => Code::ResourceExhausted,
            Refusal::Unavailable => Code::Unavailable,
        };
        TwirpError::new(code, refusal.to_string())
    }
}

impl IntoResponse for TwirpError {
    fn into_response(self) -> Response {
        let body = json!({"code": self.code.name(), "msg": self.message});
        (self.code.status(), axum::Json(body)).into_response()
    }
}

/// One call: who asks, in which encoding, and what.
struct Call<'a> {
    door: &'a Door,
    claims: Claims,
    encoding: Encoding,
    body: &'a [u8],
}

/// Answers `POST /twirp/livekit.RoomService/{method}`.
pub(super) async fn room_service(State(door): State<Door>, Path(method): Path<String>, headers: HeaderMap, body: Body) -> Response {
    let answer = async {
        // A stranger's body is not even read.
        let claims = authenticate(&door, &headers)?;
        let encoding = encoding_of(&headers)?;
        let body = body_of(body).await?;
        let call = Call { door: &door, claims, encoding, body: &body };
        dispatch(&method, &call).await
    };
    answer.await.unwrap_or_else(IntoResponse::into_response)
}

async fn body_of(body: Body) -> Result<Bytes, TwirpError> {
    let read = axum::body::to_bytes(body, BODY_BYTES_MAX).await;
    read.map_err(|_| TwirpError::new(Code::Malformed, "the body is too large or was cut off"))
}

/// Answers every other service and method.
pub(super) async fn bad_route(Path(rest): Path<String>) -> Response {
    TwirpError::new(Code::BadRoute, format!("no handler for path {rest:?}")).into_response()
}

async fn dispatch(method: &str, call: &Call<'_>) -> Result<Response, TwirpError> {
    match method {
        "CreateRoom" => create_room(call).await,
        "ListRooms" => list_rooms(call).await,
        "DeleteRoom" => delete_room(call).await,
        "ListParticipants" => list_participants(call).await,
        "GetParticipant" => get_participant(call).await,
        "RemoveParticipant" => remove_participant(call).await,
        "MutePublishedTrack" => mute_published_track(call).await,
        "UpdateParticipant" => update_participant(call).await,
        "UpdateSubscriptions" => update_subscriptions(call).await,
        "SendData" => send_data(call).await,
        "UpdateRoomMetadata" => update_room_metadata(call).await,
        "ForwardParticipant" | "MoveParticipant" | "PerformRpc" => {
            Err(TwirpError::new(Code::Unimplemented, format!("{method} is not implemented")))
        }
        _ => Err(TwirpError::new(Code::BadRoute, format!("no handler for path \"/twirp/livekit.RoomService/{method}\""))),
    }
}

async fn create_room(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::CreateRoomRequest = call.decode()?;
    call.require(call.claims.video.room_create)?;
    let command = Command::CreateRoom {
        name: request.name,
        options: RoomOptions {
            empty_timeout_s: request.empty_timeout,
            departure_timeout_s: request.departure_timeout,
            max_participants: request.max_participants,
            metadata: request.metadata,
            sync_streams: request.sync_streams,
        },
    };
    match call.ask(command).await? {
        Reply::Room(room) => call.encode(&wire::room(&room), &json::room_reply()),
        other => unexpected(&other),
    }
}

async fn list_rooms(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::ListRoomsRequest = call.decode()?;
    call.require(call.claims.video.room_list)?;
    match call.ask(Command::ListRooms { names: request.names }).await? {
        Reply::Rooms(rooms) => {
            let rooms = rooms.iter().map(wire::room).collect();
            call.encode(&proto::ListRoomsResponse { rooms }, &json::rooms_reply())
        }
        other => unexpected(&other),
    }
}

async fn delete_room(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::DeleteRoomRequest = call.decode()?;
    call.require(call.claims.video.room_create)?;
    call.ask(Command::DeleteRoom { name: request.room }).await?;
    call.encode(&proto::DeleteRoomResponse {}, &json!({}))
}

async fn list_participants(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::ListParticipantsRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let participants = match call.ask(Command::ListParticipants { room: request.room }).await {
        Ok(Reply::Participants(participants)) => participants.iter().map(wire::participant).collect(),
        Ok(other) => return unexpected(&other),
        Err(error) if error.code == Code::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    call.encode(&proto::ListParticipantsResponse { participants }, &json::participants_reply())
}

async fn get_participant(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::RoomParticipantIdentity = call.decode()?;
    call.require_admin(&request.room)?;
    let command = Command::GetParticipant { room: request.room, identity: request.identity };
    call.participant_reply(command).await
}

async fn remove_participant(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::RoomParticipantIdentity = call.decode()?;
    call.require_admin(&request.room)?;
    let command = Command::RemoveParticipant { room: request.room, identity: request.identity };
    call.ask(command).await?;
    call.encode(&proto::RemoveParticipantResponse {}, &json!({}))
}

async fn mute_published_track(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::MuteRoomTrackRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let command = Command::MuteTrack { room: request.room, identity: request.identity, track_sid: request.track_sid, muted: request.muted };
    match call.ask(command).await? {
        Reply::Track(track) => {
            let track = Some(wire::track(&track));
            call.encode(&proto::MuteRoomTrackResponse { track }, &json::track_reply())
        }
        other => unexpected(&other),
    }
}

async fn update_participant(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::UpdateParticipantRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let said = |text: String| (!text.is_empty()).then_some(text);
    let command = Command::UpdateParticipant {
        room: request.room,
        identity: request.identity,
        change: ParticipantChange {
            name: said(request.name),
            metadata: said(request.metadata),
            attributes: BTreeMap::from_iter(request.attributes),
            permission: request.permission.as_ref().map(wire::permission),
        },
    };
    call.participant_reply(command).await
}

async fn update_subscriptions(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::UpdateSubscriptionsRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let named = request.participant_tracks.into_iter().flat_map(|tracks| tracks.track_sids);
    let command = Command::UpdateSubscriptions {
        room: request.room,
        identity: request.identity,
        track_sids: request.track_sids.into_iter().chain(named).collect(),
        subscribe: request.subscribe,
    };
    call.ask(command).await?;
    call.encode(&proto::UpdateSubscriptionsResponse {}, &json!({}))
}

async fn send_data(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::SendDataRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let lossy = request.kind() == proto::data_packet::Kind::Lossy;
    #[expect(deprecated, reason = "older server SDKs still name receivers by session id")]
    let destination_sids = request.destination_sids;
    let command = Command::SendData {
        room: request.room,
        message: DataMessage {
            payload: request.data,
            kind: if lossy { DataKind::Lossy } else { DataKind::Reliable },
            topic: request.topic,
            destination_identities: request.destination_identities,
            destination_sids,
            nonce: request.nonce,
        },
    };
    call.ask(command).await?;
    call.encode(&proto::SendDataResponse {}, &json!({}))
}

async fn update_room_metadata(call: &Call<'_>) -> Result<Response, TwirpError> {
    let request: proto::UpdateRoomMetadataRequest = call.decode()?;
    call.require_admin(&request.room)?;
    let command = Command::UpdateRoomMetadata { room: request.room, metadata: request.metadata };
    match call.ask(command).await? {
        Reply::Room(room) => call.encode(&wire::room(&room), &json::room_reply()),
        other => unexpected(&other),
    }
}

impl Call<'_> {
    fn decode<T: Message + Default + DeserializeOwned>(&self) -> Result<T, TwirpError> {
        match self.encoding {
            Encoding::Protobuf => T::decode(self.body).map_err(|error| malformed(&error.to_string())),
            Encoding::Json => serde_json::from_slice(self.body).map_err(|error| malformed(&error.to_string())),
        }
    }

    fn encode<T: Message + Serialize>(&self, message: &T, shape: &Value) -> Result<Response, TwirpError> {
        let (kind, bytes) = match self.encoding {
            Encoding::Protobuf => ("application/protobuf", message.encode_to_vec()),
            Encoding::Json => {
                let value = serde_json::to_value(message).map_err(internal)?;
                let bytes = serde_json::to_vec(&json::complete(value, shape)).map_err(internal)?;
                ("application/json", bytes)
            }
        };
        Ok(([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response())
    }

    async fn ask(&self, command: Command) -> Result<Reply, TwirpError> {
        match self.door.control.ask(command).await {
            Reply::Refused(refusal) => Err(refusal.into()),
            reply => Ok(reply),
        }
    }

    async fn participant_reply(&self, command: Command) -> Result<Response, TwirpError> {
        match self.ask(command).await? {
            Reply::Participant(participant) => self.encode(&wire::participant(&participant), &json::participant()),
            other => unexpected(&other),
        }
    }

    fn require(&self, granted: bool) -> Result<(), TwirpError> {
        if granted { Ok(()) } else { Err(TwirpError::denied()) }
    }

    fn require_admin(&self, room: &str) -> Result<(), TwirpError> {
        let grant = &self.claims.video;
        self.require(grant.room_admin && !room.is_empty() && grant.room == room)
    }
}

fn authenticate(door: &Door, headers: &HeaderMap) -> Result<Claims, TwirpError> {
    let token = token_of(headers)
        .map_err(|_| TwirpError::new(Code::Unauthenticated, "invalid authorization header"))?
        .ok_or_else(TwirpError::denied)?;
    verify(&door.keys, token, crate::clock::wall_ms()).map_err(|error| TwirpError::new(Code::Unauthenticated, error.to_string()))
}

fn encoding_of(headers: &HeaderMap) -> Result<Encoding, TwirpError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    match kind.split(';').next().map(str::trim) {
        Some("application/protobuf") => Ok(Encoding::Protobuf),
        Some("application/json") => Ok(Encoding::Json),
        _ => Err(TwirpError::new(Code::BadRoute, format!("unexpected Content-Type: {kind:?}"))),
    }
}

fn malformed(reason: &str) -> TwirpError {
    TwirpError::new(Code::Malformed, format!("the request body could not be read: {reason}"))
}

fn internal(error: impl std::error::Error) -> TwirpError {
    TwirpError::new(Code::Internal, error.to_string())
}

/// The media server answered with something that was not asked for.
fn unexpected(reply: &Reply) -> Result<Response, TwirpError> {
    tracing::error!(?reply, "the media server gave an answer of the wrong kind");
    Err(TwirpError::new(Code::Internal, "unexpected answer"))
}
