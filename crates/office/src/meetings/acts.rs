//! What people do with meetings: plan, enter, end, host, ring. Each act fetches through its viewer, asks `rules`, and
//! commits the change with its announcement before the media server hears of it.

use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use kernel::{Error, Kind as Why, Refusal, Result};
use serde_json::json;

use super::audit::Line;
use super::calls::{self, Call, Ending};
use super::events::{CallEnded, CallRang, MeetingChanged};
use super::model::{CallId, Invitee, Kind, Meeting, MeetingId, Response, Settings, State};
use super::room::{self, Entrance};
use super::rules::{self, Entrant};
use super::store::Session;
use super::{CHECK_ROOM, MISS_CALL, notices, store};
use crate::desk::Desk;
use crate::notify;
use crate::org::{self, MemberId, OrganisationId, PersonCard};
use crate::viewer::{Viewer, forbidden};

/// How often a run is compared with the media server.
const CHECK_ROOM_EVERY: Duration = Duration::from_secs(60);

/// Why a run is over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Finish<'a> {
    /// A host ended it for all.
    ByHost(&'a Viewer),
    /// The media server closed the room of that id.
    Closed(&'a str),
    /// The room is gone, and nobody said when.
    Vanished,
}

/// What somebody plans.
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) title: Option<String>,
    pub(super) starts_at: Option<i64>,
    pub(super) duration_minutes: Option<i64>,
    pub(super) invitees: Vec<MemberId>,
    pub(super) settings: Settings,
}

/// What somebody changes about a plan; what is absent stays.
pub(super) struct PlanChange {
    pub(super) title: Option<String>,
    pub(super) starts_at: Option<i64>,
    pub(super) duration_minutes: Option<i64>,
    pub(super) invitees: Option<Vec<MemberId>>,
}

/// Makes a meeting; an instant one may be entered at once.
pub(super) async fn create(desk: &Desk, viewer: &Viewer, plan: Plan) -> Result<Meeting> {
    let mut meeting = drawn(desk, viewer, plan).await?;
    let mut tx = desk.db.begin().await?;
    write_down(&mut tx, desk, viewer, &mut meeting).await?;
    tx.commit().await?;
    Ok(meeting)
}

/// A meeting as it is planned, before it is written down.
pub(super) async fn drawn(desk: &Desk, viewer: &Viewer, plan: Plan) -> Result<Meeting> {
    let now = desk.now();
    check_plan(plan.kind, plan.title.as_deref(), plan.starts_at, plan.duration_minutes, now)?;
    let name = card(desk, viewer, viewer.member).await?.name;
    Ok(Meeting {
        id: MeetingId::draw(&desk.chance, now),
        organisation: viewer.organisation,
        number: String::new(),
        title: plan.title.map(|title| title.trim().to_owned()).unwrap_or_else(|| default_title(&name)),
        kind: plan.kind,
        state: State::Scheduled,
        starts_at: plan.starts_at.filter(|_| plan.kind == Kind::Scheduled),
        duration_minutes: plan.duration_minutes.unwrap_or(60),
        started_at: None,
        ended_at: None,
        host: viewer.member,
        co_hosts: Vec::new(),
        settings: plan.settings,
        invitees: invitees(desk, viewer, plan.invitees, &[]).await?,
        about: None,
    })
}

/// Writes a new meeting down, under a number of its own.
pub(super) async fn write_down(tx: &mut Tx, desk: &Desk, viewer: &Viewer, meeting: &mut Meeting) -> Result<()> {
    let now = desk.now();
    store::create(tx, meeting, &desk.chance, now).await?;
    notices::planned(tx, desk, viewer.member, meeting, now).await?;
    desk.announce(tx, &MeetingChanged { meeting_id: meeting.id }).await
}

/// A title for those who gave none. It is a text like any other afterwards, so it speaks both languages.
fn default_title(name: &str) -> String {
    let is_han = name.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    if is_han { format!("{name}的会议") } else { format!("{name}’s meeting") }
}

/// The viewer's permanent room, made when it is first asked for.
pub(super) async fn personal(desk: &Desk, viewer: &Viewer) -> Result<Meeting> {
    if let Some(meeting) = store::personal(&desk.db, viewer).await? {
        return Ok(meeting);
    }
    let plan = Plan {
        kind: Kind::Personal,
        title: None,
        starts_at: None,
        duration_minutes: None,
        invitees: Vec::new(),
        settings: Settings::default(),
    };
    match create(desk, viewer, plan).await {
        // Another device of the same person was faster.
        Err(error) if error.is_duplicate() => store::personal(&desk.db, viewer).await?.ok_or_else(Error::not_found),
        made => made,
    }
}

/// Changes a plan. Only its hosts may.
pub(super) async fn edit(desk: &Desk, viewer: &Viewer, id: MeetingId, change: PlanChange) -> Result<Meeting> {
    let now = desk.now();
    let seen = hosted(desk, viewer, id).await?;
    let moved = change.starts_at.filter(|start| seen.starts_at != Some(*start));
    let probe = if moved.is_some() { Kind::Scheduled } else { Kind::Instant };
    check_plan(probe, change.title.as_deref(), moved, change.duration_minutes, now)?;
    if seen.state == State::Ended || seen.state == State::Cancelled {
        return Err(over(seen.state));
    }
    let invited = match change.invitees {
        Some(members) => Some(invitees(desk, viewer, members, &seen.invitees).await?),
        None => None,
    };
    let meeting = changing(desk, viewer, id, |meeting| {
        if let Some(title) = change.title {
            meeting.title = title.trim().to_owned();
        }
        if meeting.kind == Kind::Scheduled {
            meeting.starts_at = moved.or(meeting.starts_at);
            meeting.duration_minutes = change.duration_minutes.unwrap_or(meeting.duration_minutes);
        }
        if let Some(invited) = invited {
            meeting.invitees = invited;
        }
        None
    })
    .await?;
    room::describe(desk, &meeting).await?;
    Ok(meeting)
}

/// Changes the settings. Only hosts may.
pub(super) async fn set(desk: &Desk, viewer: &Viewer, id: MeetingId, settings: impl FnOnce(Settings) -> Settings) -> Result<Meeting> {
    hosted(desk, viewer, id).await?;
    let meeting = changing(desk, viewer, id, |meeting| {
        let before = meeting.settings;
        meeting.settings = settings(before);
        Line::settings(before, meeting)
    })
    .await?;
    room::describe(desk, &meeting).await?;
    Ok(meeting)
}

/// Calls a planned meeting off. A running one is ended instead, and a permanent room stays.
pub(super) async fn cancel(desk: &Desk, viewer: &Viewer, id: MeetingId) -> Result<()> {
    let meeting = hosted(desk, viewer, id).await?;
    match (meeting.kind, meeting.state) {
        (Kind::Personal, _) => {
            Err(refused(Why::Conflict, "meetings.personal", "个人会议室一直都在，不用取消。", "Your personal room always stays."))
        }
        (_, State::Running) => Err(running()),
        (_, State::Ended | State::Cancelled) => Ok(()),
        (_, State::Scheduled) => call_off(desk, viewer, id).await,
    }
}

/// Asked again of the locked row: whoever entered meanwhile has started it.
async fn call_off(desk: &Desk, viewer: &Viewer, id: MeetingId) -> Result<()> {
    let now = desk.now();
    let mut tx = desk.db.begin().await?;
    let mut meeting = store::for_change(&mut tx, id).await?;
    match meeting.state {
        State::Scheduled => meeting.state = State::Cancelled,
        State::Running => return Err(running()),
        State::Ended | State::Cancelled => return Ok(()),
    }
    store::update(&mut tx, &meeting).await?;
    notices::called_off(&mut tx, desk, viewer.member, &meeting).await?;
    stop_ringing(&mut tx, desk, &meeting, now).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: id }).await?;
    tx.commit().await
}

/// Lets somebody in, starting the meeting when they may.
pub(super) async fn enter(
    desk: &Desk,
    viewer: Option<&Viewer>,
    number: &str,
    guest_name: Option<&str>,
) -> Result<(Meeting, Entrance, String)> {
    let seen = at_the_door(desk, number).await?;
    let viewer = viewer.filter(|viewer| viewer.organisation == seen.organisation);
    let entrant = viewer.map_or(Entrant::Guest, |viewer| Entrant::Member(viewer.member));
    let now = desk.now();
    rules::may_enter(&seen, entrant, now.as_ms()).map_err(|refusal| not_let_in(refusal, &seen))?;
    let entrance = entrance(desk, viewer, guest_name).await?;
    let mut tx = desk.db.begin().await?;
    let (meeting, before) = begun(desk, &mut tx, seen.id, entrant, now).await?;
    if let Some(viewer) = viewer {
        store::respond(&mut tx, meeting.id, viewer.member, Response::Accepted).await?;
        notify::saw(&mut tx, desk, viewer.member, &notices::subject(meeting.id)).await?;
        for call in calls::end_all(&mut tx, meeting.id, Some(viewer.member), Ending::Accepted, now).await? {
            desk.announce(&mut tx, &CallEnded::new(&call, Ending::Accepted, None)).await?;
        }
    }
    desk.announce(&mut tx, &MeetingChanged { meeting_id: meeting.id }).await?;
    tx.commit().await?;
    let opened = match (room::open(desk, &meeting).await, before) {
        (Ok(opened), _) => opened,
        (Err(refused), None) => return Err(refused),
        (Err(refused), Some(before)) => {
            call_back(desk, &before).await?;
            return Err(refused);
        }
    };
    let meeting = settle_in(desk, meeting, entrant, &opened.sid, now).await?;
    let token = room::token(desk, &meeting, &entrance, now)?;
    Ok((meeting, entrance, token))
}

/// Undoes a start whose room the media server would not open: the meeting is what it was, and may be entered later.
async fn call_back(desk: &Desk, before: &Meeting) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let mut meeting = store::for_change(&mut tx, before.id).await?;
    if meeting.state != State::Running {
        return Ok(());
    }
    meeting.state = before.state;
    meeting.started_at = before.started_at;
    meeting.ended_at = before.ended_at;
    meeting.settings.locked = before.settings.locked;
    store::update(&mut tx, &meeting).await?;
    if let Some(run) = store::open_run(&mut tx, before.id).await? {
        store::end_run(&mut tx, &run, desk.now()).await?;
    }
    desk.announce(&mut tx, &MeetingChanged { meeting_id: before.id }).await?;
    tx.commit().await
}

/// The meeting, running because somebody enters; and what it was before, if it did not run yet.
async fn begun(desk: &Desk, tx: &mut Tx, id: MeetingId, entrant: Entrant, now: Time) -> Result<(Meeting, Option<Meeting>)> {
    let mut meeting = store::for_change(tx, id).await?;
    // Asked again of the locked row: the host may have ended or locked it meanwhile.
    rules::may_enter(&meeting, entrant, now.as_ms()).map_err(|refusal| not_let_in(refusal, &meeting))?;
    if meeting.state == State::Running {
        return Ok((meeting, None));
    }
    let before = meeting.clone();
    meeting.state = State::Running;
    meeting.started_at = Some(now.as_ms());
    meeting.ended_at = None;
    meeting.settings.locked = false;
    store::begin_run(tx, meeting.id, &desk.chance, now).await?;
    check_room_later(desk, tx, meeting.id, now).await?;
    store::update(tx, &meeting).await?;
    Ok((meeting, Some(before)))
}

/// Notes in which room the run is. The end of the room before it may have been followed while this one was opened: then
/// the meeting is begun once more, by the same rules.
async fn settle_in(desk: &Desk, meeting: Meeting, entrant: Entrant, room: &str, now: Time) -> Result<Meeting> {
    if store::room_of_run(&desk.db, meeting.id).await?.as_deref() == Some(room) {
        return Ok(meeting);
    }
    let mut tx = desk.db.begin().await?;
    let (meeting, _) = begun(desk, &mut tx, meeting.id, entrant, now).await?;
    let left = store::seen(&mut tx, meeting.id, Some(room), now).await?;
    tx.commit().await?;
    no_longer_inside(desk, meeting.organisation, &left);
    Ok(meeting)
}

/// Sessions that ended without a word are no presence any more.
pub(super) fn no_longer_inside(desk: &Desk, organisation: OrganisationId, left: &[Session]) {
    for Session { session, member_id } in left {
        if let Some(member) = member_id {
            desk.org.presence().left_meeting(desk, organisation, *member, session);
        }
    }
}

/// A meeting by its number, however it is written.
pub(super) async fn at_the_door(desk: &Desk, number: &str) -> Result<Meeting> {
    let number = rules::number_from(number).ok_or_else(Error::not_found)?;
    store::at_the_door(&desk.db, &number).await
}

async fn entrance(desk: &Desk, viewer: Option<&Viewer>, guest_name: Option<&str>) -> Result<Entrance> {
    if let Some(viewer) = viewer {
        let person = card(desk, viewer, viewer.member).await?;
        return Ok(Entrance { identity: viewer.member.to_string(), name: person.name, avatar_url: person.avatar_url, is_guest: false });
    }
    let name = guest_name.and_then(rules::guest_name).ok_or_else(|| {
        let (zh, en) =
            ("写上你的名字，别人好知道是谁。最多 40 个字。", "Write your name so that others know who you are, 40 characters at most.");
        Error::from(Refusal::new(Why::Invalid, "meetings.guest_name", zh, en).about("name"))
    })?;
    let identity = format!("guest_{}", desk.chance.uuid(desk.now()).simple());
    Ok(Entrance { identity, name, avatar_url: None, is_guest: true })
}

/// Ends the meeting for all.
pub(super) async fn end(desk: &Desk, viewer: &Viewer, id: MeetingId) -> Result<()> {
    let meeting = hosted(desk, viewer, id).await?;
    finish_run(desk, meeting.id, Finish::ByHost(viewer)).await?;
    room::close(desk, &meeting).await
}

/// Sends somebody out. Nobody removes the host.
pub(super) async fn remove(desk: &Desk, viewer: &Viewer, id: MeetingId, identity: &str) -> Result<()> {
    let meeting = hosted(desk, viewer, id).await?;
    if identity == meeting.host.to_string() {
        return Err(forbidden());
    }
    let name = name_inside(desk, &meeting, identity).await;
    room::remove(desk, &meeting, identity).await?;
    let mut tx = desk.db.begin().await?;
    Line::removed(&meeting, name.as_deref().unwrap_or(identity)).write(&mut tx, desk, viewer).await?;
    tx.commit().await
}

/// What somebody inside is called there.
async fn name_inside(desk: &Desk, meeting: &Meeting, identity: &str) -> Option<String> {
    let inside = room::people_inside(desk, meeting).await;
    inside.into_iter().find(|participant| participant.identity == identity).map(|participant| participant.name)
}

/// Writes down that a run is over, and what becomes of the meeting. Doing so twice changes nothing, and neither does the
/// end of a room that the run has left behind.
pub(super) async fn finish_run(desk: &Desk, id: MeetingId, why: Finish<'_>) -> Result<()> {
    let now = desk.now();
    let mut tx = desk.db.begin().await?;
    let mut meeting = store::for_change(&mut tx, id).await?;
    if meeting.state != State::Running {
        return Ok(());
    }
    let run = store::open_run(&mut tx, id).await?;
    let at = match (why, &run) {
        (Finish::Closed(room), Some(run)) if run.is_elsewhere(Some(room)) => return Ok(()),
        (Finish::Vanished, Some(run)) => run.last_seen(now),
        (Finish::ByHost(_) | Finish::Closed(_) | Finish::Vanished, _) => now,
    };
    meeting.state = rules::state_after_run(&meeting, matches!(why, Finish::ByHost(_)), now.as_ms());
    meeting.ended_at = Some(at.as_ms());
    store::update(&mut tx, &meeting).await?;
    let left = match &run {
        Some(run) => store::end_run(&mut tx, run, at).await?,
        None => Vec::new(),
    };
    if let Finish::ByHost(viewer) = why {
        Line::ended(&meeting).write(&mut tx, desk, viewer).await?;
    }
    stop_ringing(&mut tx, desk, &meeting, now).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: id }).await?;
    tx.commit().await?;
    no_longer_inside(desk, meeting.organisation, &left);
    Ok(())
}

/// Nobody need come any more: whoever was still being rung has missed it.
async fn stop_ringing(tx: &mut Tx, desk: &Desk, meeting: &Meeting, now: Time) -> Result<()> {
    for call in calls::end_all(tx, meeting.id, None, Ending::Cancelled, now).await? {
        desk.announce(tx, &CallEnded::new(&call, Ending::Cancelled, None)).await?;
        notices::missed(tx, desk, &call, meeting).await?;
    }
    Ok(())
}

/// Shares the host's rights with somebody, or takes them back.
pub(super) async fn co_host(desk: &Desk, viewer: &Viewer, id: MeetingId, identity: &str, shares: bool) -> Result<Meeting> {
    let meeting = hosted(desk, viewer, id).await?;
    let name = name_inside(desk, &meeting, identity).await;
    if shares && name.is_none() {
        return Err(Error::not_found());
    }
    let name = name.as_deref().unwrap_or(identity);
    let meeting = changing(desk, viewer, id, |meeting| {
        let shared = meeting.co_hosts.iter().any(|co_host| co_host == identity);
        meeting.co_hosts.retain(|co_host| co_host != identity);
        if shares {
            meeting.co_hosts.push(identity.to_owned());
        }
        (shared != shares).then(|| Line::co_host(meeting, name, shares))
    })
    .await?;
    room::describe(desk, &meeting).await?;
    Ok(meeting)
}

/// Hands the meeting to another member, who must be inside. The one who held it stays a co-host.
pub(super) async fn hand_over(desk: &Desk, viewer: &Viewer, id: MeetingId, to: MemberId) -> Result<Meeting> {
    let meeting = hosted(desk, viewer, id).await?;
    if meeting.host != viewer.member {
        return Err(forbidden());
    }
    let identity = to.to_string();
    let is_inside = room::people_inside(desk, &meeting).await.iter().any(|participant| participant.identity == identity);
    if !is_inside {
        return Err(Error::not_found());
    }
    let name = card(desk, viewer, to).await?.name;
    let meeting = changing(desk, viewer, id, |meeting| {
        let before = meeting.host.to_string();
        meeting.co_hosts.retain(|co_host| *co_host != identity && *co_host != before);
        meeting.co_hosts.push(before);
        meeting.host = to;
        Some(Line::host(meeting, &name))
    })
    .await?;
    room::describe(desk, &meeting).await?;
    Ok(meeting)
}

/// Rings people about a meeting that the viewer sees, once it runs. Those who ring already are left alone.
pub(super) async fn ring(desk: &Desk, viewer: &Viewer, id: MeetingId, members: Vec<MemberId>, audio_only: bool) -> Result<usize> {
    let meeting = store::meeting_for(&desk.db, viewer, id).await?;
    // An instant meeting rings while its caller is still on the way in.
    let is_open = meeting.state == State::Running || (meeting.state == State::Scheduled && meeting.kind == Kind::Instant);
    if !is_open {
        return Err(refused(Why::Conflict, "meetings.not_running", "先进会议，再呼叫别人。", "Enter the meeting first, then ring people."));
    }
    let now = desk.now();
    let rung = invitees(desk, viewer, members, &[]).await?;
    let mut tx = desk.db.begin().await?;
    let mut ringing = 0;
    for Invitee { member, .. } in rung {
        let call_id = CallId::draw(&desk.chance, now);
        let call = Call { id: call_id, meeting_id: id, caller_id: viewer.member, callee_id: member, audio_only, rang_at: now.as_ms() };
        if member == viewer.member || !calls::ring(&mut tx, &call).await? {
            continue;
        }
        ringing += 1;
        store::invite(&mut tx, id, member).await?;
        desk.announce(&mut tx, &CallRang { call_id }).await?;
        let run_at = now + Duration::from_millis(rules::RING_MS.unsigned_abs());
        let job = Job { kind: MISS_CALL, key: None, payload: json!({ "call_id": call_id }), run_at };
        enqueue(&mut tx, job, &desk.chance, now).await?;
    }
    desk.announce(&mut tx, &MeetingChanged { meeting_id: id }).await?;
    tx.commit().await?;
    Ok(ringing)
}

/// Answers a call of the viewer's; it stops ringing on every device.
pub(super) async fn answer(desk: &Desk, viewer: &Viewer, id: CallId, ending: Ending, message: Option<String>) -> Result<Call> {
    let now = desk.now();
    let mut tx = desk.db.begin().await?;
    let answered = calls::answer(&mut tx, viewer, id, ending, message.clone(), now).await?;
    let call = answered.ok_or_else(Error::not_found)?;
    let response = if ending == Ending::Accepted { Response::Accepted } else { Response::Declined };
    store::respond(&mut tx, call.meeting_id, viewer.member, response).await?;
    desk.announce(&mut tx, &CallEnded::new(&call, ending, message)).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: call.meeting_id }).await?;
    tx.commit().await?;
    Ok(call)
}

/// A meeting the viewer hosts. Whoever only sees it is told that they may not.
pub(super) async fn hosted(desk: &Desk, viewer: &Viewer, id: MeetingId) -> Result<Meeting> {
    let meeting = store::meeting_for(&desk.db, viewer, id).await?;
    if rules::may_host(&meeting, viewer.member) { Ok(meeting) } else { Err(forbidden()) }
}

/// Looks at the room again later: a restart of the media server ends rooms without a word.
pub(super) async fn check_room_later(desk: &Desk, tx: &mut Tx, id: MeetingId, now: Time) -> Result<()> {
    // The next but one multiple of the interval: a room that is being opened is left alone, and however often a meeting
    // is begun, its checks fall together.
    let every = i64::try_from(CHECK_ROOM_EVERY.as_millis()).unwrap_or(i64::MAX);
    let run_at = Time::from_ms((now.as_ms() / every + 2).saturating_mul(every));
    let key = Some(format!("{CHECK_ROOM}:{id}:{}", run_at.as_ms()));
    let job = Job { kind: CHECK_ROOM, key, payload: json!({ "meeting_id": id }), run_at };
    enqueue(tx, job, &desk.chance, now).await
}

/// Changes a meeting; what the audit log is to keep of it is written in the same transaction.
async fn changing(desk: &Desk, viewer: &Viewer, id: MeetingId, change: impl FnOnce(&mut Meeting) -> Option<Line>) -> Result<Meeting> {
    let mut tx = desk.db.begin().await?;
    let mut meeting = store::for_change(&mut tx, id).await?;
    let before = meeting.clone();
    let line = change(&mut meeting);
    store::update(&mut tx, &meeting).await?;
    if let Some(line) = line {
        line.write(&mut tx, desk, viewer).await?;
    }
    if meeting.invitees != before.invitees {
        store::set_invitees(&mut tx, &meeting).await?;
    }
    notices::edited(&mut tx, desk, viewer.member, &before, &meeting, desk.now()).await?;
    desk.announce(&mut tx, &MeetingChanged { meeting_id: id }).await?;
    tx.commit().await?;
    Ok(meeting)
}

/// Members to invite: each once, all of the viewer's organisation. What they answered before stays.
async fn invitees(desk: &Desk, viewer: &Viewer, mut members: Vec<MemberId>, before: &[Invitee]) -> Result<Vec<Invitee>> {
    members.sort_unstable();
    members.dedup();
    if members.len() > rules::INVITEES_MAX {
        let (zh, en) = ("一次最多邀请 300 人。", "At most 300 people can be invited at once.");
        return Err(Refusal::new(Why::Invalid, "meetings.too_many_invitees", zh, en).about("invitee_ids").into());
    }
    let cards = org::cards(desk, viewer.organisation, members.iter().copied()).await?;
    if members.iter().any(|member| cards.get(member).is_none_or(|card| card.is_disabled)) {
        let (zh, en) = ("有人不在通讯录里，重新选一下。", "Somebody is not in the directory. Choose again.");
        return Err(Refusal::new(Why::Invalid, "meetings.unknown_member", zh, en).about("invitee_ids").into());
    }
    let response =
        |member: MemberId| before.iter().find(|invitee| invitee.member == member).map_or(Response::Waiting, |invitee| invitee.response);
    Ok(members.into_iter().map(|member| Invitee { member, response: response(member) }).collect())
}

/// A colleague of the viewer's.
async fn card(desk: &Desk, viewer: &Viewer, member: MemberId) -> Result<PersonCard> {
    org::cards(desk, viewer.organisation, [member]).await?.remove(&member).ok_or_else(Error::not_found)
}

fn check_plan(kind: Kind, title: Option<&str>, starts_at: Option<i64>, duration_minutes: Option<i64>, now: Time) -> Result<()> {
    let Some(field) = rules::fault_in_plan(kind, title, starts_at, duration_minutes, now.as_ms()) else { return Ok(()) };
    let (zh, en) = match field {
        "title" => ("主题写 1 到 120 个字。", "Give the meeting a title of 1 to 120 characters."),
        "starts_at" => ("选一个还没过去的开始时间，五年以内。", "Choose a start that is still to come, within five years."),
        _ => ("时长在 1 分钟到 24 小时之间。", "A meeting lasts between 1 minute and 24 hours."),
    };
    Err(Refusal::new(Why::Invalid, "meetings.plan", zh, en).about(field).into())
}

fn not_let_in(refusal: rules::Refusal, meeting: &Meeting) -> Error {
    match refusal {
        rules::Refusal::Ended => over(State::Ended),
        rules::Refusal::Cancelled => over(State::Cancelled),
        rules::Refusal::GuestsNotAllowed => refused(
            Why::Forbidden,
            "meetings.guests_not_allowed",
            "这场会议只对同事开放。登录后再进。",
            "This meeting is for colleagues only. Sign in to enter.",
        ),
        rules::Refusal::Locked => refused(Why::Forbidden, "meetings.locked", "主持人锁上了会议。", "The host has locked this meeting."),
        rules::Refusal::NotStarted if meeting.kind == Kind::Personal => refused(
            Why::Conflict,
            "meetings.not_started",
            "主持人还没来，来了就能进。",
            "The host isn’t here yet. You can enter once they are.",
        ),
        rules::Refusal::NotStarted => refused(
            Why::Conflict,
            "meetings.not_started",
            "会议还没开始，开始了就能进。",
            "The meeting hasn’t started yet. You can enter once it has.",
        ),
    }
}

fn running() -> Error {
    refused(Why::Conflict, "meetings.running", "会议正在进行，先结束它。", "The meeting is running. End it first.")
}

fn over(state: State) -> Error {
    match state {
        State::Cancelled => refused(Why::Gone, "meetings.cancelled", "会议取消了。", "The meeting was called off."),
        State::Scheduled | State::Running | State::Ended => refused(Why::Gone, "meetings.ended", "会议结束了。", "The meeting is over."),
    }
}

fn refused(kind: Why, code: &'static str, zh: &'static str, en: &'static str) -> Error {
    Refusal::new(kind, code, zh, en).into()
}
