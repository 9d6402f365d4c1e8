//! Meetings on the wire: requests are parsed, an act is called, the answer is written. No decision is made here.

use axum::extract::State;
use axum::http::StatusCode;
use kernel::uuid::Uuid;
use kernel::{Error, Kind as Why, Refusal, Result, limit};
use media::control::TrackSource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::acts::{self, Plan, PlanChange};
use super::calls::{self, Ending};
use super::model::{CallId, Kind, MeetingId, Settings};
use super::wire::{self, Call, Joined, Meeting, MeetingDoor, Meetings, SettingsChange};
use super::{about, room, store};
use crate::desk::Desk;
use crate::http::{Caller, Cursor, Json, Path, Query};
use crate::org::MemberId;
use crate::viewer::Viewer;

limit!(DOOR_PER_MINUTE: "meetings.door_per_minute", 30, "requests", "How often one address may ask for a meeting by its number in a minute, so that numbers cannot be tried out.");
limit!(DOOR_PER_MEMBER_MINUTE: "meetings.door_per_member_minute", 120, "requests", "How often one member may ask for a meeting by its number in a minute, so that numbers cannot be tried out.");

/// Characters somebody who declines may write back.
const MESSAGE_CHARS_MAX: usize = 200;

pub(super) fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::new()
        .routes(routes!(create, list))
        .routes(routes!(call_about))
        .routes(routes!(personal))
        .routes(routes!(ringing))
        .routes(routes!(accept))
        .routes(routes!(decline))
        .routes(routes!(door))
        .routes(routes!(join))
        .routes(routes!(read, edit, cancel))
        .routes(routes!(end))
        .routes(routes!(ring))
        .routes(routes!(attendance))
        .routes(routes!(change_settings))
        .routes(routes!(hand_over))
        .routes(routes!(mute_all))
        .routes(routes!(mute))
        .routes(routes!(remove))
        .routes(routes!(co_host))
        .routes(routes!(lower_hand))
}

/// How a meeting comes to be.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NewKind {
    /// Now.
    Instant,
    /// At a time.
    Scheduled,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMeeting {
    kind: NewKind,
    title: Option<String>,
    /// Milliseconds UTC; needed for a scheduled one.
    starts_at: Option<i64>,
    duration_minutes: Option<i64>,
    #[serde(default)]
    invitee_ids: Vec<MemberId>,
    #[serde(default)]
    settings: SettingsChange,
}

/// Plans a meeting, or makes one to be entered at once.
#[utoipa::path(post, path = "/api/meetings", tag = "meetings", request_body = NewMeeting, responses((status = 201, body = Meeting)))]
async fn create(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Json(body): Json<NewMeeting>,
) -> Result<(StatusCode, Json<Meeting>)> {
    let plan = Plan {
        kind: match body.kind {
            NewKind::Instant => Kind::Instant,
            NewKind::Scheduled => Kind::Scheduled,
        },
        title: body.title,
        starts_at: body.starts_at,
        duration_minutes: body.duration_minutes,
        invitees: body.invitee_ids,
        settings: body.settings.over(Settings::default()),
    };
    let meeting = acts::create(&desk, &viewer, plan).await?;
    Ok((StatusCode::CREATED, Json(wire::meeting(&desk, &caller.base_url, &meeting).await?)))
}

/// What people are called together about.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CallAbout)]
struct CallAbout {
    /// `capability.thing`.
    kind: String,
    #[schema(value_type = String)]
    id: Uuid,
    /// The caller proposes to leave cameras off.
    #[serde(default)]
    audio_only: bool,
}

/// Calls the people around something together: a file, a folder, a conversation. Whoever calls about the same while they
/// talk joins them.
#[utoipa::path(post, path = "/api/meetings/about", tag = "meetings", request_body = CallAbout,
    responses((status = 201, body = Meeting), (status = 200, description = "People were being called about it already.", body = Meeting)))]
async fn call_about(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Json(body): Json<CallAbout>,
) -> Result<(StatusCode, Json<Meeting>)> {
    let (meeting, is_new) = about::call_about(&desk, &viewer, &caller.base_url, &body.kind, body.id, body.audio_only).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(meeting)))
}

/// Which meetings.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum When {
    /// Planned and not over.
    Upcoming,
    /// People are inside.
    Running,
    /// Over, with who was there.
    Past,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    #[param(inline)]
    when: When,
    cursor: Option<String>,
}

/// The viewer's meetings: those they hold, were invited to or were in.
#[utoipa::path(get, path = "/api/meetings", tag = "meetings", params(ListQuery), responses((status = 200, body = Meetings)))]
async fn list(State(desk): State<Desk>, viewer: Viewer, caller: Caller, Query(query): Query<ListQuery>) -> Result<Json<Meetings>> {
    let cursor = query.cursor.as_deref();
    let is_full = |count: usize| i64::try_from(count).unwrap_or(i64::MAX) >= store::PAGE_MAX;
    let (meetings, next_cursor) = match query.when {
        When::Running => (wire::meetings(&desk, &caller.base_url, store::running(&desk.db, &viewer).await?).await?, None),
        When::Upcoming => {
            let found = store::upcoming(&desk.db, &viewer, Cursor::read(cursor)?, store::PAGE_MAX, desk.now()).await?;
            let last = found.last().filter(|_| is_full(found.len())).and_then(|last| Cursor::write(&(last.starts_at, last.id)));
            (wire::meetings(&desk, &caller.base_url, found).await?, last)
        }
        When::Past => {
            let found = store::past(&desk.db, &viewer, Cursor::read(cursor)?, store::PAGE_MAX).await?;
            let last = found.last().filter(|_| is_full(found.len())).and_then(|(run, _)| Cursor::write(&run.id));
            (wire::past(&desk, &caller.base_url, found).await?, last)
        }
    };
    Ok(Json(Meetings { meetings, next_cursor }))
}

/// The viewer's permanent room.
#[utoipa::path(get, path = "/api/meetings/personal", tag = "meetings", responses((status = 200, body = Meeting)))]
async fn personal(State(desk): State<Desk>, viewer: Viewer, caller: Caller) -> Result<Json<Meeting>> {
    let meeting = acts::personal(&desk, &viewer).await?;
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

/// One meeting that the viewer sees.
#[utoipa::path(get, path = "/api/meetings/{id}", tag = "meetings", params(("id" = MeetingId, Path)), responses((status = 200, body = Meeting)))]
async fn read(State(desk): State<Desk>, viewer: Viewer, caller: Caller, Path(id): Path<MeetingId>) -> Result<Json<Meeting>> {
    let meeting = store::meeting_for(&desk.db, &viewer, id).await?;
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MeetingChange {
    title: Option<String>,
    /// Milliseconds UTC.
    starts_at: Option<i64>,
    duration_minutes: Option<i64>,
    invitee_ids: Option<Vec<MemberId>>,
    settings: Option<SettingsChange>,
}

/// Changes a plan; what is absent stays. Hosts only.
#[utoipa::path(patch, path = "/api/meetings/{id}", tag = "meetings", params(("id" = MeetingId, Path)), request_body = MeetingChange,
    responses((status = 200, body = Meeting)))]
async fn edit(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<MeetingId>,
    Json(body): Json<MeetingChange>,
) -> Result<Json<Meeting>> {
    let change =
        PlanChange { title: body.title, starts_at: body.starts_at, duration_minutes: body.duration_minutes, invitees: body.invitee_ids };
    let mut meeting = acts::edit(&desk, &viewer, id, change).await?;
    if let Some(settings) = body.settings {
        meeting = acts::set(&desk, &viewer, id, |now| settings.over(now)).await?;
    }
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

/// Calls a planned meeting off. Hosts only.
#[utoipa::path(delete, path = "/api/meetings/{id}", tag = "meetings", params(("id" = MeetingId, Path)), responses((status = 204)))]
async fn cancel(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MeetingId>) -> Result<StatusCode> {
    acts::cancel(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What stands at the door of a meeting: what anybody with its number may know.
#[utoipa::path(get, path = "/api/meetings/by-number/{number}", tag = "meetings", params(("number" = String, Path, description = "Nine digits")),
    responses((status = 200, body = MeetingDoor)))]
async fn door(State(desk): State<Desk>, viewer: Option<Viewer>, caller: Caller, Path(number): Path<String>) -> Result<Json<MeetingDoor>> {
    admit(&desk, viewer.as_ref(), &caller)?;
    let meeting = acts::at_the_door(&desk, &number).await?;
    let is_member = viewer.is_some_and(|viewer| viewer.organisation == meeting.organisation);
    Ok(Json(wire::door(&desk, &meeting, is_member).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Join {
    /// A guest's name; members have one.
    name: Option<String>,
}

/// Enters a meeting: members of its organisation as themselves, everybody else as a guest with a name.
#[utoipa::path(post, path = "/api/meetings/by-number/{number}/join", tag = "meetings", params(("number" = String, Path, description = "Nine digits")),
    request_body = Join, responses((status = 200, body = Joined)))]
async fn join(
    State(desk): State<Desk>,
    viewer: Option<Viewer>,
    caller: Caller,
    Path(number): Path<String>,
    Json(body): Json<Join>,
) -> Result<Json<Joined>> {
    admit(&desk, viewer.as_ref(), &caller)?;
    let (meeting, entrance, token) = acts::enter(&desk, viewer.as_ref(), &number, body.name.as_deref()).await?;
    let url = caller.base_url.replacen("http", "ws", 1);
    let door = wire::door(&desk, &meeting, !entrance.is_guest).await?;
    Ok(Json(Joined { url, token, identity: entrance.identity, meeting: door, meeting_id: meeting.id }))
}

/// Nobody may try numbers out. Members are counted one by one: a whole office may share one address.
fn admit(desk: &Desk, viewer: Option<&Viewer>, caller: &Caller) -> Result<()> {
    let (who, limit) = match viewer {
        Some(viewer) => (viewer.member.to_string(), desk.limits.of(&DOOR_PER_MEMBER_MINUTE)),
        None => (caller.ip.clone(), desk.limits.of(&DOOR_PER_MINUTE)),
    };
    if desk.meetings.door.admits(&who, limit, desk.now()) {
        return Ok(());
    }
    let (zh, en) = ("试得太快了，一分钟后再来。", "That was too often. Try again in a minute.");
    Err(Refusal::new(Why::TooMany, "meetings.too_often", zh, en).retry_after_s(60).into())
}

/// Ends the meeting for all. Hosts only.
#[utoipa::path(post, path = "/api/meetings/{id}/end", tag = "meetings", params(("id" = MeetingId, Path)), responses((status = 204)))]
async fn end(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MeetingId>) -> Result<StatusCode> {
    acts::end(&desk, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Ring {
    member_ids: Vec<MemberId>,
    /// The caller proposes to leave cameras off.
    #[serde(default)]
    audio_only: bool,
}

/// How many are being rung now.
#[derive(Serialize, ToSchema)]
struct Rung {
    ringing: usize,
}

/// Rings members: a call card appears on all their devices.
#[utoipa::path(post, path = "/api/meetings/{id}/ring", tag = "meetings", params(("id" = MeetingId, Path)), request_body = Ring,
    responses((status = 200, body = Rung)))]
async fn ring(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MeetingId>, Json(body): Json<Ring>) -> Result<Json<Rung>> {
    let ringing = acts::ring(&desk, &viewer, id, body.member_ids, body.audio_only).await?;
    Ok(Json(Rung { ringing }))
}

/// Who was in the meeting and how long, run by run.
#[derive(Serialize, ToSchema)]
struct Attendance {
    stays: Vec<wire::Stay>,
}

/// Who was there. Whoever sees the meeting sees this.
#[utoipa::path(get, path = "/api/meetings/{id}/attendance", tag = "meetings", params(("id" = MeetingId, Path)), responses((status = 200, body = Attendance)))]
async fn attendance(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MeetingId>) -> Result<Json<Attendance>> {
    let meeting = store::meeting_for(&desk.db, &viewer, id).await?;
    let stays = store::stays(&desk.db, store::runs_of(&desk.db, meeting.id).await?).await?;
    Ok(Json(Attendance { stays: stays.iter().map(wire::stay).collect() }))
}

/// Changes the settings; what is absent stays. Hosts only.
#[utoipa::path(patch, path = "/api/meetings/{id}/settings", tag = "meetings", params(("id" = MeetingId, Path)), request_body = SettingsChange,
    responses((status = 200, body = Meeting)))]
async fn change_settings(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<MeetingId>,
    Json(body): Json<SettingsChange>,
) -> Result<Json<Meeting>> {
    let meeting = acts::set(&desk, &viewer, id, |now| body.over(now)).await?;
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewHost {
    identity: MemberId,
}

/// Hands the meeting to another member who is inside. The host only.
#[utoipa::path(post, path = "/api/meetings/{id}/host", tag = "meetings", params(("id" = MeetingId, Path)), request_body = NewHost,
    responses((status = 200, body = Meeting)))]
async fn hand_over(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path(id): Path<MeetingId>,
    Json(body): Json<NewHost>,
) -> Result<Json<Meeting>> {
    let meeting = acts::hand_over(&desk, &viewer, id, body.identity).await?;
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

/// Mutes every microphone but those of the hosts. Hosts only.
#[utoipa::path(post, path = "/api/meetings/{id}/mute-all", tag = "meetings", params(("id" = MeetingId, Path)), responses((status = 204)))]
async fn mute_all(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<MeetingId>) -> Result<StatusCode> {
    let meeting = acts::hosted(&desk, &viewer, id).await?;
    let host = meeting.host.to_string();
    for participant in room::people_inside(&desk, &meeting).await {
        if participant.identity != host && !meeting.co_hosts.contains(&participant.identity) {
            room::mute(&desk, &meeting, &participant.identity, TrackSource::Microphone).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// What of a participant is muted.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Source {
    Microphone,
    Camera,
    ScreenShare,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Mute {
    source: Source,
}

/// Mutes somebody, who can unmute themselves. Hosts only.
#[utoipa::path(post, path = "/api/meetings/{id}/participants/{identity}/mute", tag = "meetings",
    params(("id" = MeetingId, Path), ("identity" = String, Path)), request_body = Mute, responses((status = 204)))]
async fn mute(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path((id, identity)): Path<(MeetingId, String)>,
    Json(body): Json<Mute>,
) -> Result<StatusCode> {
    let meeting = acts::hosted(&desk, &viewer, id).await?;
    let source = match body.source {
        Source::Microphone => TrackSource::Microphone,
        Source::Camera => TrackSource::Camera,
        Source::ScreenShare => TrackSource::ScreenShare,
    };
    room::mute(&desk, &meeting, &identity, source).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends somebody out. Hosts only; nobody removes the host.
#[utoipa::path(post, path = "/api/meetings/{id}/participants/{identity}/remove", tag = "meetings",
    params(("id" = MeetingId, Path), ("identity" = String, Path)), responses((status = 204)))]
async fn remove(State(desk): State<Desk>, viewer: Viewer, Path((id, identity)): Path<(MeetingId, String)>) -> Result<StatusCode> {
    acts::remove(&desk, &viewer, id, &identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CoHost {
    co_host: bool,
}

/// Shares the host's rights with somebody inside, or takes them back. Hosts only.
#[utoipa::path(post, path = "/api/meetings/{id}/participants/{identity}/co-host", tag = "meetings",
    params(("id" = MeetingId, Path), ("identity" = String, Path)), request_body = CoHost, responses((status = 200, body = Meeting)))]
async fn co_host(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Path((id, identity)): Path<(MeetingId, String)>,
    Json(body): Json<CoHost>,
) -> Result<Json<Meeting>> {
    let meeting = acts::co_host(&desk, &viewer, id, &identity, body.co_host).await?;
    Ok(Json(wire::meeting(&desk, &caller.base_url, &meeting).await?))
}

/// Takes a raised hand down. Hosts only.
#[utoipa::path(post, path = "/api/meetings/{id}/participants/{identity}/lower-hand", tag = "meetings",
    params(("id" = MeetingId, Path), ("identity" = String, Path)), responses((status = 204)))]
async fn lower_hand(State(desk): State<Desk>, viewer: Viewer, Path((id, identity)): Path<(MeetingId, String)>) -> Result<StatusCode> {
    let meeting = acts::hosted(&desk, &viewer, id).await?;
    room::lower_hand(&desk, &meeting, &identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls that ring for the viewer.
#[derive(Serialize, ToSchema)]
struct Calls {
    calls: Vec<Call>,
}

/// What rings for the viewer now; a device that was away asks this when it returns.
#[utoipa::path(get, path = "/api/meetings/calls", tag = "meetings", responses((status = 200, body = Calls)))]
async fn ringing(State(desk): State<Desk>, viewer: Viewer) -> Result<Json<Calls>> {
    let mut shown = Vec::new();
    for call in calls::ringing_for(&desk.db, &viewer).await? {
        shown.extend(wire::call(&desk, call).await?);
    }
    Ok(Json(Calls { calls: shown }))
}

/// Where an accepted call leads.
#[derive(Serialize, ToSchema)]
struct Accepted {
    meeting_id: MeetingId,
    number: String,
}

/// Accepts a call; it stops ringing on every device.
#[utoipa::path(post, path = "/api/meetings/calls/{id}/accept", tag = "meetings", params(("id" = CallId, Path)), responses((status = 200, body = Accepted)))]
async fn accept(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<CallId>) -> Result<Json<Accepted>> {
    let call = acts::answer(&desk, &viewer, id, Ending::Accepted, None).await?;
    let meeting = store::meeting_for(&desk.db, &viewer, call.meeting_id).await?;
    Ok(Json(Accepted { meeting_id: meeting.id, number: meeting.number }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decline {
    /// A sentence for the caller.
    message: Option<String>,
}

/// Declines a call; it stops ringing on every device.
#[utoipa::path(post, path = "/api/meetings/calls/{id}/decline", tag = "meetings", params(("id" = CallId, Path)), request_body = Decline, responses((status = 204)))]
async fn decline(State(desk): State<Desk>, viewer: Viewer, Path(id): Path<CallId>, Json(body): Json<Decline>) -> Result<StatusCode> {
    if body.message.as_ref().is_some_and(|message| message.chars().count() > MESSAGE_CHARS_MAX) {
        let (zh, en) = ("写短一点，最多 200 个字。", "A little shorter, 200 characters at most.");
        return Err(Error::from(Refusal::new(Why::Invalid, "meetings.message", zh, en).about("message")));
    }
    acts::answer(&desk, &viewer, id, Ending::Declined, body.message).await?;
    Ok(StatusCode::NO_CONTENT)
}
