//! Access tokens: JSON web tokens signed with HS256, as every LiveKit SDK mints them. Any other
//! algorithm is refused. This module knows claims and grants, and nothing of rooms that exist.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::control::{ParticipantKind, Permission, RoomOptions, TrackSource};

/// How far the clocks of minter and verifier may differ, in seconds.
pub const LEEWAY_S: i64 = 60;
/// The longest token that is looked at, in bytes.
pub const TOKEN_BYTES_MAX: usize = 64 * 1024;

/// The API keys of this deployment and their secrets.
#[derive(Clone, Default)]
pub struct ApiKeys {
    secrets: BTreeMap<String, String>,
}

impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.secrets.keys()).finish()
    }
}

impl ApiKeys {
    /// A set of one key.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> ApiKeys {
        ApiKeys { secrets: BTreeMap::from([(key.into(), secret.into())]) }
    }

    /// Parses LiveKit's notation: `key: secret`, one pair per line.
    ///
    /// # Errors
    /// Names the line that is not a pair.
    pub fn parse(text: &str) -> Result<ApiKeys, TokenError> {
        let mut secrets = BTreeMap::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let pair = line.split_once(':').map(|(key, secret)| (key.trim(), secret.trim()));
            let Some((key, secret)) = pair.filter(|(k, s)| !k.is_empty() && !s.is_empty()) else {
                return Err(TokenError::Keys);
            };
            secrets.insert(key.to_owned(), secret.to_owned());
        }
        if secrets.is_empty() { Err(TokenError::Keys) } else { Ok(ApiKeys { secrets }) }
    }

    /// Adds a pair.
    pub fn insert(&mut self, key: impl Into<String>, secret: impl Into<String>) {
        self.secrets.insert(key.into(), secret.into());
    }

    /// The secret of a key.
    #[must_use]
    pub fn secret(&self, key: &str) -> Option<&str> {
        self.secrets.get(key).map(String::as_str)
    }

    /// The pair that this server itself signs with.
    #[must_use]
    pub fn first(&self) -> Option<(&str, &str)> {
        self.secrets.iter().next().map(|(key, secret)| (key.as_str(), secret.as_str()))
    }
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// None was given.
    #[error("no authorization token provided")]
    Missing,
    /// It is not a token.
    #[error("invalid authorization token")]
    Malformed,
    /// It is signed in a way that is not accepted.
    #[error("token uses an unsupported algorithm")]
    Algorithm,
    /// Nobody here knows its key.
    #[error("unknown API key in token")]
    UnknownKey,
    /// It was not signed with the key's secret.
    #[error("token signature is invalid")]
    Signature,
    /// It has no time of expiry.
    #[error("token has no expiry")]
    NoExpiry,
    /// It is too old.
    #[error("token is expired")]
    Expired,
    /// It is too young.
    #[error("token is not valid yet")]
    NotYetValid,
    /// The text of API keys is not `key: secret` lines.
    #[error("API keys must be lines of the form \"key: secret\"")]
    Keys,
}

/// What a token says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// The API key that signed; filled by [`verify`], set by [`mint`].
    pub issuer: String,
    /// The participant's identity.
    pub identity: String,
    /// Display name.
    pub name: String,
    /// Participant metadata.
    pub metadata: String,
    /// Participant attributes.
    pub attributes: BTreeMap<String, String>,
    /// What kind of client.
    pub kind: ParticipantKind,
    /// Lower-case names of finer kinds.
    pub kind_details: Vec<String>,
    /// What it may do with rooms.
    pub video: VideoGrant,
    /// Settings of the room, should this join create it.
    pub room_options: Option<RoomOptions>,
    /// SHA-256 of a webhook's body, in base 64.
    pub sha256: String,
    /// Expiry, in seconds UTC.
    pub expires_at_s: i64,
    /// Not valid before, in seconds UTC.
    pub not_before_s: Option<i64>,
    /// Minted at, in seconds UTC.
    pub issued_at_s: Option<i64>,
}

/// The `video` claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoGrant {
    /// May create and delete rooms.
    pub room_create: bool,
    /// May list rooms.
    pub room_list: bool,
    /// May record.
    pub room_record: bool,
    /// May administer `room`.
    pub room_admin: bool,
    /// May join `room`.
    pub room_join: bool,
    /// Which room.
    pub room: String,
    /// Where participants may be moved to.
    pub destination_room: String,
    /// May publish media; absent means yes.
    pub can_publish: Option<bool>,
    /// May subscribe; absent means yes.
    pub can_subscribe: Option<bool>,
    /// May publish data; absent means as `can_publish`.
    pub can_publish_data: Option<bool>,
    /// The only sources that may be published; empty means all.
    pub can_publish_sources: Vec<TrackSource>,
    /// May change its own name, metadata and attributes; absent means no.
    pub can_update_own_metadata: Option<bool>,
    /// Receives metric packets.
    pub can_subscribe_metrics: bool,
    /// May manage agent sessions.
    pub can_manage_agent_session: bool,
    /// May administer ingress.
    pub ingress_admin: bool,
    /// Nobody else sees this participant.
    pub hidden: bool,
    /// It is a recorder.
    pub recorder: bool,
    /// May register an agent worker.
    pub agent: bool,
}

impl VideoGrant {
    /// The grant resolved to what the participant may do.
    #[must_use]
    pub fn permission(&self) -> Permission {
        let can_publish = self.can_publish.unwrap_or(true);
        Permission {
            can_subscribe: self.can_subscribe.unwrap_or(true),
            can_publish,
            can_publish_data: self.can_publish_data.unwrap_or(can_publish),
            can_publish_sources: self.can_publish_sources.clone(),
            hidden: self.hidden,
            recorder: self.recorder,
            can_update_metadata: self.can_update_own_metadata.unwrap_or(false),
            agent: self.agent,
            can_subscribe_metrics: self.can_subscribe_metrics,
            can_manage_agent_session: self.can_manage_agent_session,
        }
    }

    /// Takes over a permission that was changed while the participant was in the room.
    pub fn set_permission(&mut self, permission: &Permission) {
        self.can_publish = Some(permission.can_publish);
        self.can_subscribe = Some(permission.can_subscribe);
        self.can_publish_data = Some(permission.can_publish_data);
        self.can_publish_sources.clone_from(&permission.can_publish_sources);
        self.can_update_own_metadata = Some(permission.can_update_metadata);
        self.can_subscribe_metrics = permission.can_subscribe_metrics;
        self.can_manage_agent_session = permission.can_manage_agent_session;
        self.hidden = permission.hidden;
        self.recorder = permission.recorder;
        self.agent = permission.agent;
    }
}

/// Signs claims with a key; the issuer becomes that key.
#[must_use]
pub fn mint(key: &str, secret: &str, claims: &Claims) -> String {
    let wire = WireClaims::from_claims(key, claims);
    let body = serde_json::to_vec(&wire).unwrap_or_default();
    let mut token = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(body, &mut token);
    let signing = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&signing, token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// Checks signature and times, and reads the claims. `wall_ms` is now, in milliseconds UTC.
///
/// # Errors
/// Says what is wrong with the token.
pub fn verify(keys: &ApiKeys, token: &str, wall_ms: i64) -> Result<Claims, TokenError> {
    if token.is_empty() {
        return Err(TokenError::Missing);
    }
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let (header, body) = signed.split_once('.').ok_or(TokenError::Malformed)?;
    let header: WireHeader = part(header)?;
    if header.alg != "HS256" {
        return Err(TokenError::Algorithm);
    }
    let wire: WireClaims = part(body)?;
    let secret = keys.secret(&wire.iss).ok_or(TokenError::UnknownKey)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?;
    let signing = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&signing, signed.as_bytes(), &signature).map_err(|_| TokenError::Signature)?;
    wire.check_times(wall_ms.div_euclid(1000))?;
    Ok(wire.into_claims())
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, TokenError> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Malformed)
}

#[derive(Deserialize)]
struct WireHeader {
    alg: String,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct WireClaims {
    iss: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    sub: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    jti: String,
    exp: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Seconds>,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    metadata: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kind_details: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<WireGrant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    room_config: Option<WireRoom>,
    #[serde(skip_serializing_if = "String::is_empty")]
    sha256: String,
}

/// A time in seconds; some minters write it with a fraction.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(untagged)]
enum Seconds {
    Whole(i64),
    Fraction(f64),
}

impl Seconds {
    fn whole(self) -> i64 {
        match self {
            Seconds::Whole(seconds) => seconds,
            #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
            Seconds::Fraction(seconds) => seconds as i64,
        }
    }
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct WireGrant {
    #[serde(skip_serializing_if = "is_false")]
    room_create: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_list: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_record: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_admin: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_join: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    room: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    destination_room: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_subscribe: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish_data: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish_sources: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_update_own_metadata: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_subscribe_metrics: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_manage_agent_session: Option<bool>,
    #[serde(skip_serializing_if = "is_false")]
    ingress_admin: bool,
    #[serde(skip_serializing_if = "is_false")]
    hidden: bool,
    #[serde(skip_serializing_if = "is_false")]
    recorder: bool,
    #[serde(skip_serializing_if = "is_false")]
    agent: bool,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
struct WireRoom {
    #[serde(alias = "empty_timeout")]
    empty_timeout: u32,
    #[serde(alias = "departure_timeout")]
    departure_timeout: u32,
    #[serde(alias = "max_participants")]
    max_participants: u32,
    metadata: String,
    #[serde(alias = "sync_streams")]
    sync_streams: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl WireClaims {
    fn check_times(&self, now_s: i64) -> Result<(), TokenError> {
        let expires_at_s = self.exp.ok_or(TokenError::NoExpiry)?.whole();
        if now_s > expires_at_s.saturating_add(LEEWAY_S) {
            return Err(TokenError::Expired);
        }
        let latest_s = now_s.saturating_add(LEEWAY_S);
        if [self.nbf, self.iat].into_iter().flatten().any(|at| at.whole() > latest_s) {
            return Err(TokenError::NotYetValid);
        }
        Ok(())
    }

    fn into_claims(self) -> Claims {
        Claims {
            issuer: self.iss,
            identity: if self.sub.is_empty() { self.jti } else { self.sub },
            name: self.name,
            metadata: self.metadata,
            attributes: self.attributes,
            kind: kind_of(&self.kind),
            kind_details: self.kind_details,
            video: self.video.unwrap_or_default().into_grant(),
            room_options: self.room_config.map(WireRoom::into_options),
            sha256: self.sha256,
            expires_at_s: self.exp.map_or(0, Seconds::whole),
            not_before_s: self.nbf.map(Seconds::whole),
            issued_at_s: self.iat.map(Seconds::whole),
        }
    }

    fn from_claims(key: &str, claims: &Claims) -> WireClaims {
        WireClaims {
            iss: key.to_owned(),
            sub: claims.identity.clone(),
            jti: String::new(),
            exp: Some(Seconds::Whole(claims.expires_at_s)),
            nbf: claims.not_before_s.map(Seconds::Whole),
            iat: claims.issued_at_s.map(Seconds::Whole),
            name: claims.name.clone(),
            metadata: claims.metadata.clone(),
            attributes: claims.attributes.clone(),
            kind: kind_name(claims.kind).to_owned(),
            kind_details: claims.kind_details.clone(),
            video: Some(WireGrant::from_grant(&claims.video)),
            room_config: claims.room_options.as_ref().map(WireRoom::from_options),
            sha256: claims.sha256.clone(),
        }
    }
}

impl WireGrant {
    fn into_grant(self) -> VideoGrant {
        let sources = self.can_publish_sources.unwrap_or_default();
        VideoGrant {
            room_create: self.room_create,
            room_list: self.room_list,
            room_record: self.room_record,
            room_admin: self.room_admin,
            room_join: self.room_join,
            room: self.room,
            destination_room: self.destination_room,
            can_publish: self.can_publish,
            can_subscribe: self.can_subscribe,
            can_publish_data: self.can_publish_data,
            can_publish_sources: sources.iter().map(|name| source_of(name)).collect(),
            can_update_own_metadata: self.can_update_own_metadata,
            can_subscribe_metrics: self.can_subscribe_metrics.unwrap_or(false),
            can_manage_agent_session: self.can_manage_agent_session.unwrap_or(false),
            ingress_admin: self.ingress_admin,
            hidden: self.hidden,
            recorder: self.recorder,
            agent: self.agent,
        }
    }

    fn from_grant(grant: &VideoGrant) -> WireGrant {
        let sources = &grant.can_publish_sources;
        let names = || sources.iter().map(|source| source_name(*source).to_owned()).collect();
        WireGrant {
            room_create: grant.room_create,
            room_list: grant.room_list,
            room_record: grant.room_record,
            room_admin: grant.room_admin,
            room_join: grant.room_join,
            room: grant.room.clone(),
            destination_room: grant.destination_room.clone(),
            can_publish: grant.can_publish,
            can_subscribe: grant.can_subscribe,
            can_publish_data: grant.can_publish_data,
            can_publish_sources: (!sources.is_empty()).then(names),
            can_update_own_metadata: grant.can_update_own_metadata,
            can_subscribe_metrics: grant.can_subscribe_metrics.then_some(true),
            can_manage_agent_session: grant.can_manage_agent_session.then_some(true),
            ingress_admin: grant.ingress_admin,
            hidden: grant.hidden,
            recorder: grant.recorder,
            agent: grant.agent,
        }
    }
}

impl WireRoom {
    fn into_options(self) -> RoomOptions {
        RoomOptions {
            empty_timeout_s: self.empty_timeout,
            departure_timeout_s: self.departure_timeout,
            max_participants: self.max_participants,
            metadata: self.metadata,
            sync_streams: self.sync_streams,
        }
    }

    fn from_options(options: &RoomOptions) -> WireRoom {
        WireRoom {
            empty_timeout: options.empty_timeout_s,
            departure_timeout: options.departure_timeout_s,
            max_participants: options.max_participants,
            metadata: options.metadata.clone(),
            sync_streams: options.sync_streams,
        }
    }
}

fn kind_of(name: &str) -> ParticipantKind {
    match name {
        "ingress" => ParticipantKind::Ingress,
        "egress" => ParticipantKind::Egress,
        "sip" => ParticipantKind::Sip,
        "agent" => ParticipantKind::Agent,
        "connector" => ParticipantKind::Connector,
        "bridge" => ParticipantKind::Bridge,
        _ => ParticipantKind::Standard,
    }
}

fn kind_name(kind: ParticipantKind) -> &'static str {
    match kind {
        ParticipantKind::Standard => "",
        ParticipantKind::Ingress => "ingress",
        ParticipantKind::Egress => "egress",
        ParticipantKind::Sip => "sip",
        ParticipantKind::Agent => "agent",
        ParticipantKind::Connector => "connector",
        ParticipantKind::Bridge => "bridge",
    }
}

/// An unknown source stays in the list: it narrows what may be published, as the minter wished.
fn source_of(name: &str) -> TrackSource {
    match name {
        "camera" => TrackSource::Camera,
        "microphone" => TrackSource::Microphone,
        "screen_share" => TrackSource::ScreenShare,
        "screen_share_audio" => TrackSource::ScreenShareAudio,
        _ => TrackSource::Unknown,
    }
}

fn source_name(source: TrackSource) -> &'static str {
    match source {
        TrackSource::Unknown => "unknown",
        TrackSource::Camera => "camera",
        TrackSource::Microphone => "microphone",
        TrackSource::ScreenShare => "screen_share",
        TrackSource::ScreenShareAudio => "screen_share_audio",
    }
}
