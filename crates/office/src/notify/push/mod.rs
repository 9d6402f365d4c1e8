//! Pushes: what reaches a browser while no page of ours is open in it (Web Push: RFC 8030, 8291, 8292).
//!
//! What is pushed waits in a table and is handed over by [`run`], outside every request; a push service that is away is
//! tried again, more and more seldom, until the push is no longer worth it. Nobody is pushed what they see anyway: as long
//! as one of a member's devices is in use, and for a minute after, nothing goes out, and what they have come back to
//! meanwhile is dropped. Nothing of a push but its id is ever logged. Its words belong to whoever offers it.

mod deliver;
mod routes;
mod rules;
mod seal;
mod store;
mod vapid;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::{Error, Result, limit};
use serde::Serialize;
use tokio::sync::{Notify as Bell, OnceCell};

use super::settings;
use crate::desk::Desk;
use crate::org::{self, MemberId, OrganisationId, SessionId};

pub(super) use routes::routes;

use store::Queued;
use vapid::Vapid;

limit!(SUBSCRIPTIONS_MAX: "notify.subscriptions", 10, "browsers", "How many browsers of one member are pushed to; the oldest go first.");
limit!(WAITING_MAX: "notify.pushes_waiting", 20_000, "pushes", "How many pushes may wait for push services before no more are taken in.");
limit!(AT_ONCE: "notify.pushes_at_once", 16, "pushes", "How many pushes are handed to push services at once.");
limit!(ATTEMPTS_MAX: "notify.push_attempts", 8, "tries", "How many times a push is offered to its push service before it is given up.");
limit!(WORTH_HOURS: "notify.push_hours", 12, "hours", "How long a push waits for a browser that is switched off.");
limit!(GRACE_S: "notify.push_grace_s", 60, "seconds", "How long after somebody used a device nothing is pushed to them.");
limit!(TEXT_CHARS_MAX: "notify.push_text", 200, "characters", "How much of a text is pushed.");

kernel::id! {
    /// One browser that is pushed to.
    pub(crate) struct SubscriptionId;
}

/// How soon a device that saves power should wake for it (RFC 8030 §5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    Normal,
    /// Somebody is waiting: a call, an urgent message.
    High,
}

impl Urgency {
    /// As push services read it.
    fn word(self) -> &'static str {
        match self {
            Urgency::Normal => "normal",
            Urgency::High => "high",
        }
    }
}

/// Something to push.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    /// What happened, as notices name it.
    pub(crate) kind: String,
    /// One line: what it is about.
    pub(crate) title: String,
    /// What was said, if anything was.
    pub(crate) body: String,
    /// Where the web client shows it, as a path.
    pub(crate) link: String,
    /// Of the same tag only the latest is shown.
    pub(crate) tag: String,
    /// Who did it, by name.
    pub(crate) actor: String,
    /// What else the words of that kind need.
    pub(crate) context: Option<String>,
    pub(crate) urgency: Urgency,
    /// How long it is worth showing, if that is less than usual.
    pub(crate) worth: Option<Duration>,
}

/// What goes over the wire, sealed. Clients have the words for the kinds they know.
#[derive(Debug, Serialize)]
struct Payload<'a> {
    kind: &'a str,
    title: &'a str,
    body: &'a str,
    link: &'a str,
    tag: &'a str,
    /// How many notices are unread.
    badge: Option<i64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    actor: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
}

/// What pushes keep in memory.
#[derive(Debug, Default)]
pub(crate) struct Pushes {
    subscribed: Arc<Subscribed>,
    vapid: OnceCell<Vapid>,
    /// Rings when something waits.
    bell: Bell,
}

impl Pushes {
    /// Who can be pushed to.
    pub(crate) fn subscribed(&self) -> Arc<Subscribed> {
        Arc::clone(&self.subscribed)
    }
}

/// Who has a subscription, in memory, so that what reaches everybody asks the database for nobody.
#[derive(Debug, Default)]
pub(crate) struct Subscribed(Mutex<Option<HashSet<MemberId>>>);

impl Subscribed {
    /// Whether that member can be pushed to. Before the first question is answered everybody could be.
    pub(crate) fn may_include(&self, member: MemberId) -> bool {
        self.with(|known| known.as_ref().is_none_or(|known| known.contains(&member)))
    }

    fn is_known(&self) -> bool {
        self.with(|known| known.is_some())
    }

    fn set(&self, member: MemberId, is_subscribed: bool) {
        self.with(|known| {
            let Some(known) = known else { return };
            if is_subscribed {
                known.insert(member);
            } else {
                known.remove(&member);
            }
        });
    }

    fn with<R>(&self, act: impl FnOnce(&mut Option<HashSet<MemberId>>) -> R) -> R {
        // The set is whole between any two statements, so a panic elsewhere cannot spoil it.
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Has it pushed to those of these members who can be reached and do not see it anyway.
pub(crate) async fn offer(desk: &Desk, organisation: OrganisationId, members: Vec<MemberId>, push: &Push) -> Result<()> {
    let members = reachable(desk, members).await?;
    if members.is_empty() {
        return Ok(());
    }
    let policy = store::policy(&desk.db, organisation).await?;
    if !policy.push_allowed {
        return Ok(());
    }
    let office = if policy.hide_content { org::name(desk, organisation).await? } else { String::new() };
    let push = if policy.hide_content { hidden(push, &office) } else { shortened(desk, push) };
    let mut tx = desk.db.begin().await?;
    let now = desk.now();
    let members = awake(&mut tx, members, now).await?;
    let queued = queue(&mut tx, desk, organisation, &members, &push, now).await?;
    tx.commit().await?;
    if queued > 0 {
        desk.pushes.bell.notify_one();
    }
    Ok(())
}

/// Those who have a subscription and no device in use.
async fn reachable(desk: &Desk, mut members: Vec<MemberId>) -> Result<Vec<MemberId>> {
    let subscribed = &desk.pushes.subscribed;
    if !subscribed.is_known() {
        let known = store::subscribed(&desk.db).await?;
        subscribed.with(|slot| slot.get_or_insert(known).len());
    }
    members.retain(|member| subscribed.may_include(*member) && !desk.org.presence().is_in_use(*member));
    Ok(members)
}

/// Those whose hours are not quiet.
async fn awake(tx: &mut Tx, mut members: Vec<MemberId>, now: Time) -> Result<Vec<MemberId>> {
    let quiet = settings::quiet(tx, &members).await?;
    members.retain(|member| quiet.get(member).is_none_or(|quiet| !rules::is_quiet(quiet, now)));
    Ok(members)
}

async fn queue(tx: &mut Tx, desk: &Desk, organisation: OrganisationId, members: &[MemberId], push: &Push, now: Time) -> Result<usize> {
    let subscriptions = store::of_members(tx, organisation, members).await?;
    let waiting = store::waiting(tx).await?;
    let room = usize::try_from(desk.limits.of(&WAITING_MAX).saturating_sub(waiting)).unwrap_or(usize::MAX);
    if subscriptions.len() > room {
        tracing::warn!(waiting, "too many pushes wait; some are dropped");
    }
    let worth = push.worth.unwrap_or(Duration::from_secs(desk.limits.of(&WORTH_HOURS) * 3_600));
    let mut queued = 0;
    for (subscription, member) in subscriptions.into_iter().take(room) {
        let payload = written(push, super::store::unread_in(tx, member).await?)?;
        let run_at = match push.urgency {
            // Whoever is waited for is disturbed a minute too early rather than too late.
            Urgency::High => now,
            Urgency::Normal => rules::not_before(desk.org.presence().turned_away(member), desk.limits.seconds(&GRACE_S), now),
        };
        let (tag, link, urgency, worth_until) = (push.tag.clone(), push.link.clone(), push.urgency, run_at + worth);
        store::queue(tx, Queued { subscription, tag, link, urgency, payload, worth_until, run_at }, &desk.chance, now).await?;
        queued += 1;
    }
    Ok(queued)
}

fn written(push: &Push, unread: i64) -> Result<String> {
    let Push { kind, title, body, link, tag, actor, context, urgency: _, worth: _ } = push;
    let payload = Payload { kind, title, body, link, tag, badge: Some(unread), actor, context: context.as_deref() };
    serde_json::to_string(&payload).map_err(|error| Error::internal("writing a push", error))
}

fn shortened(desk: &Desk, push: &Push) -> Push {
    let max = desk.limits.count(&TEXT_CHARS_MAX);
    let short = |text: &str| rules::shortened(text, max);
    Push { title: short(&push.title), body: short(&push.body), actor: short(&push.actor), ..push.clone() }
}

/// What is left of a push where an organisation wants nothing said: that there is something, and where.
fn hidden(push: &Push, office: &str) -> Push {
    Push { title: office.to_owned(), body: String::new(), actor: String::new(), context: None, ..push.clone() }
}

/// Has nothing pushed any more that leads there.
pub(super) async fn forget(tx: &mut Tx, link: &str) -> Result<()> {
    store::forget(tx, link).await
}

/// Hands over what is due, for as long as it is polled.
pub(crate) async fn run(desk: &Desk) {
    deliver::run(desk).await;
}

/// Hands over what is due until nothing is left of it; says how many were tried.
pub(crate) async fn deliver_due(desk: &Desk) -> Result<usize> {
    deliver::deliver_due(desk).await
}

/// When the next push comes due.
pub(crate) async fn next_due(desk: &Desk) -> Result<Option<Time>> {
    store::next_due(&desk.db).await
}

/// Devices were signed out.
pub(super) async fn sessions_ended(desk: &Desk, sessions: Vec<SessionId>) -> Result<()> {
    let mut tx = desk.db.begin().await?;
    let members = store::end(&mut tx, sessions).await?;
    tx.commit().await?;
    for member in members {
        desk.pushes.subscribed.set(member, store::has_any(&desk.db, member).await?);
    }
    Ok(())
}

/// The office's key, drawn when it is asked for the first time.
async fn vapid(desk: &Desk) -> Result<&Vapid> {
    let read = || async {
        let kept = store::private_key(&desk.db, vapid::draw(&desk.chance), desk.now()).await?;
        Vapid::read(&kept).map_err(|error| Error::internal("reading the key for push services", error))
    };
    desk.pushes.vapid.get_or_try_init(read).await
}
