//! The door: what a client says in the URL of `/rtc/v1`, read into values, and the status and the
//! short text it gets when it may not come in. Browsers show the text to people.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use livekit_protocol as proto;
use prost::Message as _;

use crate::limits::{
    ATTRIBUTES_BYTES_MAX, IDENTITY_BYTES_MAX, JOIN_REQUEST_BYTES_MAX, METADATA_BYTES_MAX, NAME_BYTES_MAX, QUERY_BYTES_MAX,
    ROOM_NAME_BYTES_MAX,
};
use crate::token::{self, ApiKeys, Claims};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// A room has as many people as it may have.
pub const ROOM_FULL: &str = "room is full";
/// The server has as many rooms or people as it may have, or no time for more.
pub const SERVER_FULL: &str = "the server is at capacity, try again later";
/// The server is being stopped.
pub const STOPPING: &str = "server is shutting down";
/// What [`token::verify`] says of a token that is too old.
const EXPIRED: &str = "token is expired";

/// Somebody who has shown a good token and wants to come in.
#[derive(Clone, Debug)]
pub struct Join {
    /// What the token says.
    pub claims: Claims,
    /// What the client says.
    pub request: Request,
    /// Where it comes from, where known.
    pub client_address: Option<IpAddr>,
}

/// What a client says of itself and wishes for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    pub(crate) client: proto::ClientInfo,
    pub(crate) settings: proto::ConnectionSettings,
    pub(crate) metadata: String,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) add_tracks: Vec<proto::AddTrackRequest>,
    pub(crate) offer: Option<proto::SessionDescription>,
    pub(crate) resume: bool,
    pub(crate) participant_sid: String,
    pub(crate) sync_state: Option<proto::SyncState>,
}

impl Request {
    /// The client wants to go on with a session that it had.
    #[must_use]
    pub fn is_resume(&self) -> bool {
        self.resume
    }
}

/// Why somebody may not come in: an HTTP status and a text for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JoinError {
    /// The HTTP status.
    pub status: u16,
    /// Short and clear.
    pub message: String,
}

impl JoinError {
    /// The request makes no sense.
    pub(crate) fn bad(message: &str) -> JoinError {
        JoinError { status: 400, message: message.to_owned() }
    }

    /// The token does not allow it.
    pub(crate) fn unauthorized(message: &str) -> JoinError {
        JoinError { status: 401, message: message.to_owned() }
    }

    /// There is no such room.
    pub(crate) fn not_found() -> JoinError {
        JoinError { status: 404, message: "requested room does not exist".to_owned() }
    }

    /// Not now.
    #[must_use]
    pub fn unavailable(message: &str) -> JoinError {
        JoinError { status: 503, message: message.to_owned() }
    }

    /// What programs tell refusals apart by; it stays when the words change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match (self.status, self.message.as_str()) {
            (401, EXPIRED) => "media.token_expired",
            (401, _) => "media.token",
            (404, _) => "media.room_not_found",
            (503, ROOM_FULL) => "media.room_full",
            (503, STOPPING) => "media.stopping",
            (503, _) => "media.full",
            _ => "media.request",
        }
    }
}

/// Reads and checks everything that can be checked without knowing the rooms. `authorization` is
/// the header's value, `query` the raw query string of the URL.
///
/// # Errors
/// The status and text to answer with.
pub fn read(
    keys: &ApiKeys,
    authorization: Option<&str>,
    query: &str,
    client_address: Option<IpAddr>,
    wall_ms: i64,
) -> Result<Join, JoinError> {
    if query.len() > QUERY_BYTES_MAX {
        return Err(JoinError::bad("join request is too large"));
    }
    let parameters = parameters(query);
    let parameter = |name: &str| parameters.get(name).map_or("", String::as_str);
    let token = match authorization {
        None => parameter("access_token"),
        Some(header) => {
            header.strip_prefix("Bearer ").map(str::trim).ok_or_else(|| JoinError::unauthorized("invalid authorization header"))?
        }
    };
    let claims = token::verify(keys, token, wall_ms).map_err(|error| JoinError::unauthorized(&error.to_string()))?;
    check_claims(&claims)?;
    let request = match parameter("join_request") {
        "" => from_parameters(&parameters),
        text => from_proto(decode(text)?),
    };
    check_request(&claims, &request)?;
    Ok(Join { claims, request, client_address })
}

fn check_claims(claims: &Claims) -> Result<(), JoinError> {
    if !claims.video.room_join {
        return Err(JoinError::unauthorized("permissions denied"));
    }
    if claims.video.room.is_empty() {
        return Err(JoinError::bad("no room name"));
    }
    if claims.identity.is_empty() {
        return Err(JoinError::bad("identity cannot be empty"));
    }
    let too_long = [
        (claims.video.room.len() > ROOM_NAME_BYTES_MAX, "room name is too long"),
        (claims.identity.len() > IDENTITY_BYTES_MAX, "identity is too long"),
        (claims.name.len() > NAME_BYTES_MAX, "name is too long"),
        (claims.metadata.len() > METADATA_BYTES_MAX, "metadata is too long"),
        (attributes_bytes(&claims.attributes) > ATTRIBUTES_BYTES_MAX, "attributes are too long"),
    ];
    match too_long.into_iter().find(|(wrong, _)| *wrong) {
        Some((_, message)) => Err(JoinError::bad(message)),
        None => Ok(()),
    }
}

fn check_request(claims: &Claims, request: &Request) -> Result<(), JoinError> {
    let overrides = !request.metadata.is_empty() || !request.attributes.is_empty();
    if overrides && claims.video.can_update_own_metadata != Some(true) {
        return Err(JoinError::unauthorized("no permission to set metadata or attributes"));
    }
    if request.metadata.len() > METADATA_BYTES_MAX {
        return Err(JoinError::bad("metadata is too long"));
    }
    if attributes_bytes(&request.attributes) > ATTRIBUTES_BYTES_MAX {
        return Err(JoinError::bad("attributes are too long"));
    }
    Ok(())
}

/// Keys and values together.
pub(crate) fn attributes_bytes(attributes: &BTreeMap<String, String>) -> usize {
    attributes.iter().map(|(key, value)| key.len() + value.len()).sum()
}

/// Unpacks `join_request`: base 64 in either alphabet, with or without padding, a space where a
/// plus was; then a wrapper, possibly compressed.
fn decode(text: &str) -> Result<proto::JoinRequest, JoinError> {
    let malformed = || JoinError::bad("invalid join request");
    let url_safe: String = text
        .chars()
        .map(|letter| match letter {
            '+' | ' ' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    let bytes = LENIENT.decode(url_safe.trim_end_matches('=')).map_err(|_| malformed())?;
    let wrapped = proto::WrappedJoinRequest::decode(bytes.as_slice()).map_err(|_| malformed())?;
    let plain = match wrapped.compression {
        0 => wrapped.join_request,
        1 => unzip(&wrapped.join_request)?,
        _ => return Err(malformed()),
    };
    if plain.len() > JOIN_REQUEST_BYTES_MAX {
        return Err(JoinError::bad("join request is too large"));
    }
    proto::JoinRequest::decode(plain.as_slice()).map_err(|_| malformed())
}

fn unzip(bytes: &[u8]) -> Result<Vec<u8>, JoinError> {
    let bound = JOIN_REQUEST_BYTES_MAX as u64 + 1;
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).take(bound).read_to_end(&mut plain).map_err(|_| JoinError::bad("invalid join request"))?;
    Ok(plain)
}

fn from_proto(request: proto::JoinRequest) -> Request {
    Request {
        client: request.client_info.unwrap_or_default(),
        settings: request.connection_settings.unwrap_or_default(),
        metadata: request.metadata,
        attributes: request.participant_attributes.into_iter().collect(),
        add_tracks: request.add_track_requests,
        offer: request.publisher_offer,
        resume: request.reconnect,
        participant_sid: request.participant_sid,
        sync_state: request.sync_state,
    }
}

fn from_parameters(parameters: &BTreeMap<String, String>) -> Request {
    let text = |name: &str| parameters.get(name).cloned().unwrap_or_default();
    let number = |name: &str| text(name).parse::<i32>().unwrap_or_default();
    let truth = |name: &str| truth(&text(name));
    let client = proto::ClientInfo {
        sdk: sdk_of(&text("sdk")),
        version: text("version"),
        protocol: number("protocol"),
        os: text("os"),
        os_version: text("os_version"),
        device_model: text("device_model"),
        browser: text("browser"),
        browser_version: text("browser_version"),
        network: text("network"),
        other_sdks: text("other_sdks"),
        client_protocol: number("client_protocol"),
        capabilities: text("capabilities").split(',').filter_map(capability_of).collect(),
        ..proto::ClientInfo::default()
    };
    let auto_subscribe = truth("auto_subscribe").unwrap_or(true);
    let settings = proto::ConnectionSettings {
        auto_subscribe,
        adaptive_stream: truth("adaptive_stream").unwrap_or(false),
        subscriber_allow_pause: truth("subscriber_allow_pause"),
        disable_ice_lite: truth("disable_ice_lite").unwrap_or(false),
        auto_subscribe_data_track: truth("auto_subscribe_data_track").or(Some(auto_subscribe)),
    };
    Request {
        client,
        settings,
        attributes: attributes_of(&text("attributes")),
        resume: truth("reconnect").unwrap_or(false),
        participant_sid: text("sid"),
        ..Request::default()
    }
}

fn attributes_of(text: &str) -> BTreeMap<String, String> {
    let url_safe = text.replace('+', "-").replace('/', "_");
    let bytes = LENIENT.decode(url_safe.trim_end_matches('=')).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "true" | "True" | "TRUE" => Some(true),
        "0" | "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

fn capability_of(name: &str) -> Option<i32> {
    proto::client_info::Capability::from_str_name(name.trim()).map(|known| known as i32)
}

fn sdk_of(name: &str) -> i32 {
    let name = match name.to_ascii_uppercase().as_str() {
        "IOS" => "SWIFT".to_owned(),
        "UNITYWEB" => "UNITY_WEB".to_owned(),
        "REACTNATIVE" => "REACT_NATIVE".to_owned(),
        other => other.to_owned(),
    };
    proto::client_info::Sdk::from_str_name(&name).map_or(0, |sdk| sdk as i32)
}

/// The parameters of a query string; the first of a name counts.
fn parameters(query: &str) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parameters.entry(percent_decode(name)).or_insert_with(|| percent_decode(value));
    }
    parameters
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escaped = escaped.filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match (first, escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
