//! What members are told of meetings, and when. Which words they read is the clients' business.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::Result;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use serde_json::{Value, json};

use super::calls::Call;
use super::model::{Kind, Meeting, MeetingId, Response, State};
use super::{REMIND, rules, store, wire};
use crate::desk::Desk;
use crate::notify::push::{self, Push, Urgency};
use crate::notify::{self, Notice};
use crate::org::MemberId;

const INVITED: &str = "meetings.invited";
/// No longer invited.
const UNINVITED: &str = "meetings.uninvited";
const CHANGED: &str = "meetings.changed";
const CANCELLED: &str = "meetings.cancelled";
const STARTING: &str = "meetings.starting";
const HOST: &str = "meetings.host";
const CO_HOST: &str = "meetings.co_host";
const MISSED_CALL: &str = "meetings.missed_call";

/// Every kind, in the order in which people choose among them.
pub(super) const KINDS: &[&str] = &[INVITED, UNINVITED, CHANGED, CANCELLED, STARTING, HOST, CO_HOST, MISSED_CALL];

/// How long before its start people are reminded of a meeting.
const REMIND_BEFORE: Duration = Duration::from_secs(5 * 60);

/// What a push of a call is called where notices are. It rings and is no notice; who misses it gets one.
const CALL: &str = "meetings.call";

/// What a meeting is called among the subjects of notices.
pub(super) fn subject(id: MeetingId) -> String {
    format!("meetings:{id}")
}

/// Rings where no page of ours is open.
pub(super) async fn ring(desk: &Desk, callee: MemberId, call: &wire::Call) -> Result<()> {
    if !desk.pushes.subscribed().may_include(callee) {
        return Ok(());
    }
    let Some(meeting) = store::of_room(&desk.db, &call.meeting.id.to_string()).await? else { return Ok(()) };
    let push = Push {
        kind: CALL.to_owned(),
        title: meeting.title.clone(),
        body: String::new(),
        link: door(&meeting),
        tag: format!("meetings.call:{}", call.id),
        actor: call.caller.name.clone(),
        context: Some(if call.audio_only { "audio" } else { "video" }.to_owned()),
        urgency: Urgency::High,
        worth: Some(Duration::from_millis(rules::RING_MS.unsigned_abs())),
    };
    push::offer(desk, meeting.organisation, vec![callee], &push).await
}

/// Tells those who are invited to a new plan. Whoever is to come at once is rung instead.
pub(super) async fn planned(tx: &mut Tx, desk: &Desk, by: MemberId, meeting: &Meeting, now: Time) -> Result<()> {
    if meeting.kind != Kind::Scheduled {
        return Ok(());
    }
    remind_later(tx, desk, meeting, now).await?;
    let notice = notice(INVITED, meeting, Some(by), json!({}));
    notify::tell(tx, desk, invited(meeting), &notice).await
}

/// Tells what is different about a plan, to those whom it concerns.
pub(super) async fn edited(tx: &mut Tx, desk: &Desk, by: MemberId, before: &Meeting, after: &Meeting, now: Time) -> Result<()> {
    if after.kind != Kind::Scheduled {
        return Ok(());
    }
    let moved = before.starts_at != after.starts_at;
    if moved {
        remind_later(tx, desk, after, now).await?;
    }
    let (were, are) = (invited(before), invited(after));
    let told = notice(INVITED, after, Some(by), json!({}));
    notify::tell(tx, desk, are.difference(&were).copied(), &told).await?;
    let told = Notice { link: HOME.to_owned(), ..notice(UNINVITED, after, Some(by), json!({})) };
    notify::tell(tx, desk, were.difference(&are).copied(), &told).await?;
    if moved || before.title != after.title {
        let what = if moved { "moved" } else { "renamed" };
        let told = notice(CHANGED, after, Some(by), json!({ "context": what, "before": before.title }));
        let stayed = are.intersection(&were).copied();
        notify::tell(tx, desk, stayed.chain([after.host]), &told).await?;
    }
    if before.host != after.host {
        notify::tell(tx, desk, [after.host], &notice(HOST, after, Some(by), json!({}))).await?;
    }
    let new = after.co_hosts.iter().filter(|identity| !before.co_hosts.contains(identity) && **identity != before.host.to_string());
    let told = notice(CO_HOST, after, Some(by), json!({}));
    notify::tell(tx, desk, new.filter_map(|identity| identity.parse().ok()), &told).await
}

/// Tells those who would have come that they need not.
pub(super) async fn called_off(tx: &mut Tx, desk: &Desk, by: MemberId, meeting: &Meeting) -> Result<()> {
    if meeting.kind != Kind::Scheduled {
        return Ok(());
    }
    let told = Notice { link: HOME.to_owned(), ..notice(CANCELLED, meeting, Some(by), json!({})) };
    notify::tell(tx, desk, coming(meeting), &told).await
}

/// Tells those who were rung and did not answer before it was over.
pub(super) async fn missed(tx: &mut Tx, desk: &Desk, call: &Call, meeting: &Meeting) -> Result<()> {
    let told = notice(MISSED_CALL, meeting, Some(call.caller_id), json!({ "audio_only": call.audio_only }));
    notify::tell(tx, desk, [call.callee_id], &Notice { link: door(meeting), ..told }).await
}

/// A meeting that still starts when it was to start is announced to everybody who may come.
pub(super) async fn remind(desk: &Desk, payload: Value, now: Time) -> Result<()> {
    let Some(id) = payload["meeting_id"].as_str() else { return Ok(()) };
    let Some(meeting) = store::of_room(&desk.db, id).await? else { return Ok(()) };
    let starts_at = meeting.starts_at.filter(|start| payload["starts_at"] == *start && *start > now.as_ms());
    if starts_at.is_none() || meeting.state != State::Scheduled {
        return Ok(());
    }
    let told = Notice { link: door(&meeting), ..notice(STARTING, &meeting, None, json!({})) };
    let mut tx = desk.db.begin().await?;
    notify::tell(&mut tx, desk, coming(&meeting), &told).await?;
    tx.commit().await
}

/// A plan that begins sooner than that has just been told of anyway.
async fn remind_later(tx: &mut Tx, desk: &Desk, meeting: &Meeting, now: Time) -> Result<()> {
    let Some(start) = meeting.starts_at else { return Ok(()) };
    let run_at = Time::from_ms(start) - REMIND_BEFORE;
    if run_at <= now {
        return Ok(());
    }
    let key = format!("{REMIND}:{}:{start}", meeting.id);
    let job = Job { kind: REMIND, key: Some(key), payload: json!({ "meeting_id": meeting.id, "starts_at": start }), run_at };
    enqueue(tx, job, &desk.chance, now).await
}

fn invited(meeting: &Meeting) -> BTreeSet<MemberId> {
    meeting.invitees.iter().map(|invitee| invitee.member).collect()
}

/// The host and whoever is invited and has not declined.
fn coming(meeting: &Meeting) -> impl Iterator<Item = MemberId> {
    let invited = meeting.invitees.iter().filter(|invitee| invitee.response != Response::Declined);
    invited.map(|invitee| invitee.member).chain([meeting.host])
}

/// Where the meetings are, for those who see this one no more.
const HOME: &str = "/meetings";

fn door(meeting: &Meeting) -> String {
    format!("/m/{}", meeting.number)
}

fn notice(kind: &'static str, meeting: &Meeting, actor: Option<MemberId>, mut data: Value) -> Notice {
    data["starts_at"] = json!(meeting.starts_at);
    Notice {
        organisation: meeting.organisation,
        kind,
        subject: subject(meeting.id),
        title: meeting.title.clone(),
        link: format!("{HOME}?meeting={}", meeting.id),
        data,
        actor,
    }
}
