//! Subscriptions, what waits for them, and the office's key, at rest.

use std::collections::HashSet;
use std::time::Duration;

use kernel::chance::Chance;
use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use uuid::Uuid;

use super::{SubscriptionId, Urgency};
use crate::org::{MemberId, OrganisationId, SessionId};
use crate::viewer::Viewer;

/// The one row of the office's key.
const KEY: i64 = 1;
/// Members that are read into memory at once.
const SUBSCRIBED_MAX: i64 = 1_000_000;

/// The private key; `drawn` becomes it when there is none yet.
pub(super) async fn private_key(db: &Db, drawn: String, now: Time) -> Result<String> {
    db.write(sql!("INSERT INTO notify_push_keys (id, private_key, drawn_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING"))
        .bind(KEY)
        .bind(drawn)
        .bind(now)
        .run()
        .await?;
    let (kept,): (String,) = db.read(sql!("SELECT private_key FROM notify_push_keys WHERE id = $1")).bind(KEY).one().await?;
    Ok(kept)
}

/// Everybody who has a subscription.
pub(super) async fn subscribed(db: &Db) -> Result<HashSet<MemberId>> {
    let rows: Vec<(MemberId,)> =
        db.read(sql!("SELECT DISTINCT member_id FROM notify_subscriptions LIMIT $1")).bind(SUBSCRIBED_MAX).all().await?;
    Ok(rows.into_iter().map(|(member,)| member).collect())
}

/// A browser that may be written to.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Subscription {
    pub(super) id: SubscriptionId,
    pub(super) session_id: SessionId,
    pub(super) name: String,
    pub(super) created_at: Time,
    pub(super) last_used_at: Option<Time>,
}

/// The viewer's own, the latest first.
pub(super) async fn of(db: &Db, viewer: &Viewer, max: i64) -> Result<Vec<Subscription>> {
    db.read(sql!(
        "SELECT id, session_id, name, created_at, last_used_at FROM notify_subscriptions
         WHERE member_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
    ))
    .bind(viewer.member)
    .bind(max)
    .all()
    .await
}

/// A browser that wants to be written to.
pub(super) struct Wish {
    pub(super) endpoint: String,
    pub(super) p256dh: String,
    pub(super) auth: String,
    pub(super) name: String,
}

/// Keeps a subscription of the viewer's device, in place of what that device or that browser had. The oldest of too many go.
pub(super) async fn subscribe(tx: &mut Tx, viewer: &Viewer, wish: Wish, max: i64, id: SubscriptionId, now: Time) -> Result<()> {
    tx.ask(sql!("DELETE FROM notify_subscriptions WHERE session_id = $1 OR endpoint = $2"))
        .bind(viewer.session)
        .bind(wish.endpoint.clone())
        .run()
        .await?;
    tx.ask(sql!(
        "INSERT INTO notify_subscriptions (id, organisation_id, member_id, session_id, endpoint, p256dh, auth, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    ))
    .bind(id)
    .bind(viewer.organisation)
    .bind(viewer.member)
    .bind(viewer.session)
    .bind(wish.endpoint)
    .bind(wish.p256dh)
    .bind(wish.auth)
    .bind(wish.name)
    .bind(now)
    .run()
    .await?;
    tx.ask(sql!(
        "DELETE FROM notify_subscriptions WHERE member_id = $1 AND id NOT IN
            (SELECT id FROM notify_subscriptions WHERE member_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)"
    ))
    .bind(viewer.member)
    .bind(max)
    .run()
    .await?;
    Ok(())
}

/// Forgets a subscription of the viewer's; says whether there was one.
pub(super) async fn unsubscribe(tx: &mut Tx, viewer: &Viewer, id: SubscriptionId) -> Result<bool> {
    let gone = tx.ask(sql!("DELETE FROM notify_subscriptions WHERE id = $1 AND member_id = $2")).bind(id).bind(viewer.member).run().await?;
    forget_orphans(tx).await?;
    Ok(gone > 0)
}

/// Forgets the subscriptions of devices that were signed out; gives whose they were.
pub(super) async fn end(tx: &mut Tx, sessions: Vec<SessionId>) -> Result<Vec<MemberId>> {
    let gone: Vec<(MemberId,)> = tx
        .ask(sql!("DELETE FROM notify_subscriptions WHERE session_id = ANY($1) RETURNING member_id"))
        .bind(Ids::from_iter(sessions.into_iter().map(SessionId::uuid)))
        .all()
        .await?;
    forget_orphans(tx).await?;
    Ok(gone.into_iter().map(|(member,)| member).collect())
}

/// Forgets a subscription that its push service does not know any more; gives whose it was.
pub(super) async fn expire(tx: &mut Tx, id: SubscriptionId) -> Result<Option<MemberId>> {
    let gone: Option<(MemberId,)> =
        tx.ask(sql!("DELETE FROM notify_subscriptions WHERE id = $1 RETURNING member_id")).bind(id).optional().await?;
    forget_orphans(tx).await?;
    Ok(gone.map(|(member,)| member))
}

async fn forget_orphans(tx: &mut Tx) -> Result<()> {
    tx.ask(sql!("DELETE FROM notify_pushes WHERE subscription_id NOT IN (SELECT id FROM notify_subscriptions)")).run().await?;
    Ok(())
}

/// Whether that member has a subscription left.
pub(super) async fn has_any(db: &Db, member: MemberId) -> Result<bool> {
    let one: Option<(SubscriptionId,)> =
        db.read(sql!("SELECT id FROM notify_subscriptions WHERE member_id = $1 LIMIT 1")).bind(member).optional().await?;
    Ok(one.is_some())
}

/// The subscriptions of these members.
pub(super) async fn of_members(tx: &mut Tx, organisation: OrganisationId, members: &[MemberId]) -> Result<Vec<(SubscriptionId, MemberId)>> {
    tx.ask(sql!(
        "SELECT id, member_id FROM notify_subscriptions WHERE organisation_id = $1 AND member_id = ANY($2) ORDER BY created_at, id"
    ))
    .bind(organisation)
    .bind(Ids::from_iter(members.iter().map(|member| member.uuid())))
    .all()
    .await
}

/// How many pushes wait.
pub(super) async fn waiting(tx: &mut Tx) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM notify_pushes")).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Something to push to one subscription.
pub(super) struct Queued {
    pub(super) subscription: SubscriptionId,
    pub(super) tag: String,
    pub(super) link: String,
    pub(super) urgency: Urgency,
    pub(super) payload: String,
    pub(super) worth_until: Time,
    pub(super) run_at: Time,
}

/// Has it wait, in place of an earlier one of its tag. That one keeps its turn.
pub(super) async fn queue(tx: &mut Tx, queued: Queued, chance: &Chance, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO notify_pushes (id, subscription_id, tag, link, urgency, payload, queued_at, worth_until, run_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (subscription_id, tag) DO UPDATE SET id = excluded.id, link = excluded.link, urgency = excluded.urgency, payload = excluded.payload,
            queued_at = excluded.queued_at, worth_until = excluded.worth_until, leased_until = 0"
    ))
    .bind(chance.uuid(now))
    .bind(queued.subscription)
    .bind(queued.tag)
    .bind(queued.link)
    .bind(queued.urgency.word())
    .bind(queued.payload)
    .bind(now)
    .bind(queued.worth_until)
    .bind(queued.run_at)
    .run()
    .await?;
    Ok(())
}

/// Forgets what waits and leads there.
pub(super) async fn forget(tx: &mut Tx, link: &str) -> Result<()> {
    tx.ask(sql!("DELETE FROM notify_pushes WHERE link = $1")).bind(link.to_owned()).run().await?;
    Ok(())
}

/// A push on its way, with where it goes.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Waiting {
    pub(super) id: Uuid,
    pub(super) subscription_id: SubscriptionId,
    pub(super) tag: String,
    pub(super) urgency: String,
    pub(super) payload: String,
    pub(super) queued_at: Time,
    pub(super) worth_until: Time,
    /// Tries that were begun, with the one under way.
    pub(super) attempts: i64,
}

pub(super) async fn claim(db: &Db, now: Time, lease: Duration, max: usize) -> Result<Vec<Waiting>> {
    db.write(sql!(
        "UPDATE notify_pushes SET leased_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM notify_pushes WHERE run_at <= $1 AND leased_until <= $1 ORDER BY run_at, id LIMIT $3)
           AND leased_until <= $1
         RETURNING id, subscription_id, tag, urgency, payload, queued_at, worth_until, attempts"
    ))
    .bind(now)
    .bind(now + lease)
    .bind(i64::try_from(max).unwrap_or(i64::MAX))
    .all()
    .await
}

/// Where a push goes.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Way {
    pub(super) member_id: MemberId,
    pub(super) session_id: SessionId,
    pub(super) endpoint: String,
    pub(super) p256dh: String,
    pub(super) auth: String,
}

pub(super) async fn way(db: &Db, id: SubscriptionId) -> Result<Option<Way>> {
    db.read(sql!("SELECT member_id, session_id, endpoint, p256dh, auth FROM notify_subscriptions WHERE id = $1")).bind(id).optional().await
}

pub(super) async fn used(db: &Db, id: SubscriptionId, now: Time) -> Result<()> {
    db.write(sql!("UPDATE notify_subscriptions SET last_used_at = $2 WHERE id = $1")).bind(id).bind(now).run().await?;
    Ok(())
}

/// What was replaced meanwhile has another id, and stays.
pub(super) async fn remove(db: &Db, id: Uuid) -> Result<()> {
    db.write(sql!("DELETE FROM notify_pushes WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

pub(super) async fn postpone(db: &Db, id: Uuid, until: Time) -> Result<()> {
    db.write(sql!("UPDATE notify_pushes SET run_at = $2, leased_until = 0 WHERE id = $1")).bind(id).bind(until).run().await?;
    Ok(())
}

/// When the next push comes due.
pub(super) async fn next_due(db: &Db) -> Result<Option<Time>> {
    let due: Option<(Time,)> = db.read(sql!("SELECT run_at FROM notify_pushes ORDER BY run_at LIMIT 1")).optional().await?;
    Ok(due.map(|(run_at,)| run_at))
}

/// What an organisation decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) hide_content: bool,
    pub(super) push_allowed: bool,
}

pub(super) async fn policy(db: &Db, organisation: OrganisationId) -> Result<Policy> {
    let row: Option<(bool, bool)> = db
        .read(sql!("SELECT hide_content, push_allowed FROM notify_policies WHERE organisation_id = $1"))
        .bind(organisation)
        .optional()
        .await?;
    let (hide_content, push_allowed) = row.unwrap_or((false, true));
    Ok(Policy { hide_content, push_allowed })
}

pub(super) async fn set_policy(tx: &mut Tx, organisation: OrganisationId, policy: Policy) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO notify_policies (organisation_id, hide_content, push_allowed) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id) DO UPDATE SET hide_content = excluded.hide_content, push_allowed = excluded.push_allowed"
    ))
    .bind(organisation)
    .bind(policy.hide_content)
    .bind(policy.push_allowed)
    .run()
    .await?;
    Ok(())
}
