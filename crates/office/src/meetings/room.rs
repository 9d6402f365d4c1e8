//! The meeting's room in the media server: made, described, guarded and closed by name. Nothing here decides who may
//! enter; that is `rules`.

use std::collections::BTreeMap;

use kernel::clock::Time;
use kernel::{Error, Kind, Refusal, Result};
use media::control::{self, ParticipantChange, RoomOptions, TrackSource};
use serde_json::json;
use signalling::token::{Claims, VideoGrant, mint};

use super::model::Meeting;
use crate::desk::Desk;

/// People in one meeting.
const PARTICIPANTS_MAX: u32 = 300;
/// An opened room waits this long for its first person.
const EMPTY_TIMEOUT_S: u32 = 300;
/// A room that everybody has left waits this long for somebody to return.
const DEPARTURE_TIMEOUT_S: u32 = 60;
/// How long a token opens the door; the media server renews it for those who are inside.
const TOKEN_LIFE_S: i64 = 6 * 60 * 60;

/// Who enters, as the room will know them.
pub(super) struct Entrance {
    /// Unique in the room: a member's id, or a guest's own.
    pub(super) identity: String,
    pub(super) name: String,
    pub(super) avatar_url: Option<String>,
    pub(super) is_guest: bool,
}

/// Opens the room, or brings the open one up to date. Each opening of a name has an id of its own.
pub(super) async fn open(desk: &Desk, meeting: &Meeting) -> Result<control::Room> {
    let opened = desk.control.create_room(&meeting.id.to_string(), options(meeting)).await;
    opened.map_err(|refusal| unavailable(&refusal))
}

/// Tells everybody inside what the meeting has become. A room that is not open needs no telling.
pub(super) async fn describe(desk: &Desk, meeting: &Meeting) -> Result<()> {
    let told = desk.control.update_room_metadata(&meeting.id.to_string(), metadata(meeting)).await;
    unless_gone(told.map(drop))
}

/// Ends the room for everybody in it.
pub(super) async fn close(desk: &Desk, meeting: &Meeting) -> Result<()> {
    unless_gone(desk.control.delete_room(&meeting.id.to_string()).await)
}

/// Whether the media server has the room open.
pub(super) async fn is_open(desk: &Desk, meeting: &Meeting) -> Result<bool> {
    let rooms = desk.control.rooms(vec![meeting.id.to_string()]).await.map_err(|refusal| unavailable(&refusal))?;
    Ok(!rooms.is_empty())
}

/// How many are inside.
pub(super) async fn people_inside(desk: &Desk, meeting: &Meeting) -> Vec<control::Participant> {
    // A room that cannot be asked shows as empty; who is inside is a courtesy, not a decision.
    desk.control.participants(&meeting.id.to_string()).await.unwrap_or_default()
}

/// The token that opens the room for one person.
pub(super) fn token(desk: &Desk, meeting: &Meeting, who: &Entrance, now: Time) -> Result<String> {
    let (key, secret) = desk.keys.first().ok_or_else(|| Error::internal("meetings.token", "there is no key to sign with"))?;
    let now_s = now.as_ms() / 1000;
    let mut attributes = BTreeMap::new();
    if let Some(url) = &who.avatar_url {
        attributes.insert("avatar".to_owned(), url.clone());
    }
    if who.is_guest {
        attributes.insert("guest".to_owned(), "1".to_owned());
    }
    let claims = Claims {
        identity: who.identity.clone(),
        name: who.name.clone(),
        attributes,
        video: VideoGrant {
            room_join: true,
            room: meeting.id.to_string(),
            can_publish: Some(true),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            can_update_own_metadata: Some(true),
            ..VideoGrant::default()
        },
        // A room that a restart has closed is opened again, with all it was, by the first who returns.
        room_options: Some(options(meeting)),
        expires_at_s: now_s + TOKEN_LIFE_S,
        not_before_s: None,
        issued_at_s: Some(now_s),
        ..Claims::default()
    };
    Ok(mint(key, secret, &claims))
}

/// Mutes everything of that source that somebody publishes.
pub(super) async fn mute(desk: &Desk, meeting: &Meeting, identity: &str, source: TrackSource) -> Result<()> {
    let room = meeting.id.to_string();
    let participant = desk.control.participant(&room, identity).await.map_err(|refusal| unavailable(&refusal))?;
    for track in participant.tracks.iter().filter(|track| track.source == source && !track.muted) {
        let muted = desk.control.mute_track(&room, identity, &track.sid, true).await;
        unless_gone(muted.map(drop))?;
    }
    Ok(())
}

/// Sends somebody out.
pub(super) async fn remove(desk: &Desk, meeting: &Meeting, identity: &str) -> Result<()> {
    let removed = desk.control.remove_participant(&meeting.id.to_string(), identity).await;
    removed.map_err(|refusal| unavailable(&refusal))
}

/// Takes a raised hand down.
pub(super) async fn lower_hand(desk: &Desk, meeting: &Meeting, identity: &str) -> Result<()> {
    let change = ParticipantChange { attributes: BTreeMap::from([("hand".to_owned(), String::new())]), ..ParticipantChange::default() };
    let lowered = desk.control.update_participant(&meeting.id.to_string(), identity, change).await;
    lowered.map(drop).map_err(|refusal| unavailable(&refusal))
}

fn options(meeting: &Meeting) -> RoomOptions {
    RoomOptions {
        empty_timeout_s: EMPTY_TIMEOUT_S,
        departure_timeout_s: DEPARTURE_TIMEOUT_S,
        max_participants: PARTICIPANTS_MAX,
        metadata: metadata(meeting),
        sync_streams: true,
    }
}

/// What every client in the room may know of the meeting. The host's rights are checked here on the server; the
/// metadata only shows them.
fn metadata(meeting: &Meeting) -> String {
    let settings = meeting.settings;
    json!({
        "v": 1,
        "meeting_id": meeting.id,
        "number": meeting.number,
        "title": meeting.title,
        "host": meeting.host,
        "co_hosts": meeting.co_hosts,
        "started_at": meeting.started_at,
        "locked": settings.locked,
        "settings": {
            "guests_allowed": settings.guests_allowed,
            "mute_on_entry": settings.mute_on_entry,
            "start_before_host": settings.start_before_host,
            "locked": settings.locked,
        },
    })
    .to_string()
}

/// What is gone already need not be ended.
fn unless_gone(done: Result<(), control::Refusal>) -> Result<()> {
    use control::Refusal::{ParticipantNotFound, RoomNotFound, TrackNotFound};
    match done {
        Ok(()) | Err(RoomNotFound | ParticipantNotFound | TrackNotFound) => Ok(()),
        Err(refusal) => Err(unavailable(&refusal)),
    }
}

fn unavailable(refusal: &control::Refusal) -> Error {
    use control::Refusal::{Exhausted, Invalid, ParticipantNotFound, RoomNotFound, TrackNotFound, Unavailable, UnmuteNotAllowed};
    match refusal {
        RoomNotFound | ParticipantNotFound | TrackNotFound => Error::not_found(),
        Exhausted(_) | Unavailable | UnmuteNotAllowed => {
            let (zh, en) =
                ("会议服务器现在忙不过来，过一会儿再试。", "The meeting server can’t take this right now. Try again in a moment.");
            Refusal::new(Kind::Unavailable, "meetings.unavailable", zh, en).retry_after_s(5).into()
        }
        Invalid(what) => Error::internal("meetings.room", what.clone()),
    }
}
