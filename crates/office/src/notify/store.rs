//! The table of notices. Whatever is read or marked is the member's own: the check and the fetch are one statement.

use std::collections::BTreeSet;

use kernel::clock::Time;
use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use serde_json::Value;
use sqlx::types::Json;

use super::{KEPT_MAX, Notice, NoticeId};
use crate::desk::Desk;
use crate::org::MemberId;

/// A notice as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) id: NoticeId,
    pub(super) kind: String,
    pub(super) subject: String,
    pub(super) title: String,
    pub(super) link: String,
    pub(super) data: Json<Value>,
    pub(super) actor_id: Option<MemberId>,
    pub(super) times: i64,
    pub(super) told_at: Time,
    pub(super) read_at: Option<Time>,
}

/// The columns of [`Kept`], of what a member has and has not removed; `$1` is the member.
macro_rules! kept {
    ($rest:expr) => {
        sql!(concat!(
            "SELECT id, kind, subject, title, link, data, actor_id, times, told_at, read_at FROM notify_notices
             WHERE member_id = $1 AND removed_at IS NULL ",
            $rest
        ))
    };
}

/// Keeps a notice in the place of an unread one that said the same, and drops the oldest beyond the limit.
pub(super) async fn keep(tx: &mut Tx, desk: &Desk, member: MemberId, notice: &Notice) -> Result<NoticeId> {
    let now = desk.now();
    let id = NoticeId::draw(&desk.chance, now);
    let before: Vec<(i64,)> = tx
        .ask(sql!(
            "DELETE FROM notify_notices
             WHERE member_id = $1 AND kind = $2 AND subject = $3 AND actor_id IS NOT DISTINCT FROM $4
               AND read_at IS NULL AND removed_at IS NULL
             RETURNING times"
        ))
        .bind(member)
        .bind(notice.kind)
        .bind(notice.subject.clone())
        .bind(notice.actor)
        .all()
        .await?;
    let times = before.into_iter().fold(1, |sum, (times,)| times.saturating_add(sum));
    tx.ask(sql!(
        "INSERT INTO notify_notices (id, organisation_id, member_id, kind, subject, title, link, data, actor_id, times, told_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    ))
    .bind(id)
    .bind(notice.organisation)
    .bind(member)
    .bind(notice.kind)
    .bind(notice.subject.clone())
    .bind(notice.title.clone())
    .bind(notice.link.clone())
    .bind(Json(notice.data.clone()))
    .bind(notice.actor)
    .bind(times)
    .bind(now)
    .run()
    .await?;
    drop_oldest(tx, desk, member).await?;
    Ok(id)
}

async fn drop_oldest(tx: &mut Tx, desk: &Desk, member: MemberId) -> Result<()> {
    let others = i64::try_from(desk.limits.of(&KEPT_MAX).max(1) - 1).unwrap_or(i64::MAX);
    tx.ask(sql!(
        "DELETE FROM notify_notices WHERE member_id = $1
         AND id < (SELECT id FROM notify_notices WHERE member_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)"
    ))
    .bind(member)
    .bind(others)
    .run()
    .await?;
    Ok(())
}

/// A member's notices, the latest first, from behind the last one seen.
pub(super) async fn page(db: &Db, member: MemberId, unread: bool, before: Option<NoticeId>, limit: i64) -> Result<Vec<Kept>> {
    db.read(kept!("AND (read_at IS NULL OR NOT $2) AND (id < $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4"))
        .bind(member)
        .bind(unread)
        .bind(before)
        .bind(limit)
        .all()
        .await
}

/// One notice of a member, if it is still there.
pub(super) async fn one(db: &Db, member: MemberId, id: NoticeId) -> Result<Option<Kept>> {
    db.read(kept!("AND id = $2")).bind(member).bind(id).optional().await
}

/// How many a member has not read.
pub(super) async fn unread(db: &Db, member: MemberId) -> Result<i64> {
    let statement = sql!("SELECT COUNT(*) FROM notify_notices WHERE member_id = $1 AND read_at IS NULL AND removed_at IS NULL");
    let (count,): (i64,) = db.read(statement).bind(member).one().await?;
    Ok(count)
}

/// The same within a change.
pub(super) async fn unread_in(tx: &mut Tx, member: MemberId) -> Result<i64> {
    let statement = sql!("SELECT COUNT(*) FROM notify_notices WHERE member_id = $1 AND read_at IS NULL AND removed_at IS NULL");
    let (count,): (i64,) = tx.ask(statement).bind(member).one().await?;
    Ok(count)
}

/// Whether anything about a subject is unread.
pub(super) async fn is_waiting(db: &Db, member: MemberId, subject: &str) -> Result<bool> {
    let found: Option<(NoticeId,)> = db
        .read(sql!("SELECT id FROM notify_notices WHERE member_id = $1 AND subject = $2 AND read_at IS NULL LIMIT 1"))
        .bind(member)
        .bind(subject.to_owned())
        .optional()
        .await?;
    Ok(found.is_some())
}

/// Which notices are meant.
#[derive(Debug)]
pub(super) enum Which {
    These(Vec<NoticeId>),
    /// This one and whatever is older.
    UpTo(NoticeId),
}

/// Marks notices as read; gives back those that were not.
pub(super) async fn read(tx: &mut Tx, member: MemberId, which: Which, now: Time) -> Result<Vec<NoticeId>> {
    let ask = match which {
        Which::These(ids) => tx
            .ask(sql!(
                "UPDATE notify_notices SET read_at = $2
                 WHERE member_id = $1 AND id = ANY($3) AND read_at IS NULL AND removed_at IS NULL RETURNING id"
            ))
            .bind(member)
            .bind(now)
            .bind(Ids::from_iter(ids.into_iter().map(NoticeId::uuid))),
        Which::UpTo(id) => tx
            .ask(sql!(
                "UPDATE notify_notices SET read_at = $2
                 WHERE member_id = $1 AND id <= $3 AND read_at IS NULL AND removed_at IS NULL RETURNING id"
            ))
            .bind(member)
            .bind(now)
            .bind(id),
    };
    let read: Vec<(NoticeId,)> = ask.all().await?;
    Ok(read.into_iter().map(|(id,)| id).collect())
}

/// Marks everything about a subject as read; says how many were not.
pub(super) async fn read_about(tx: &mut Tx, member: MemberId, subject: &str, now: Time) -> Result<u64> {
    tx.ask(sql!("UPDATE notify_notices SET read_at = $3 WHERE member_id = $1 AND subject = $2 AND read_at IS NULL"))
        .bind(member)
        .bind(subject.to_owned())
        .bind(now)
        .run()
        .await
}

/// Forgets every notice that leads there; gives whose they were.
pub(super) async fn forget(tx: &mut Tx, link: &str) -> Result<BTreeSet<MemberId>> {
    let gone: Vec<(MemberId,)> =
        tx.ask(sql!("DELETE FROM notify_notices WHERE link = $1 RETURNING member_id")).bind(link.to_owned()).all().await?;
    Ok(gone.into_iter().map(|(member,)| member).collect())
}

/// Marks notices as unread again.
pub(super) async fn unmark(tx: &mut Tx, member: MemberId, ids: Vec<NoticeId>) -> Result<u64> {
    tx.ask(sql!("UPDATE notify_notices SET read_at = NULL WHERE member_id = $1 AND id = ANY($2) AND read_at IS NOT NULL"))
        .bind(member)
        .bind(Ids::from_iter(ids.into_iter().map(NoticeId::uuid)))
        .run()
        .await
}

/// Removes a notice, or brings it back; says whether there was one to.
pub(super) async fn set_removed(tx: &mut Tx, member: MemberId, id: NoticeId, at: Option<Time>) -> Result<bool> {
    let changed = tx
        .ask(sql!("UPDATE notify_notices SET removed_at = $3 WHERE member_id = $1 AND id = $2 AND (removed_at IS NULL) = $4"))
        .bind(member)
        .bind(id)
        .bind(at)
        .bind(at.is_some())
        .run()
        .await?;
    Ok(changed > 0)
}
