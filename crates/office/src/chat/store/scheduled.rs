//! Messages that are to be sent later. Each is its writer's alone; what is being sent cannot be changed any more.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use sqlx::types::Json;

use super::super::model::Scheduled;
use super::super::{ConversationId, MessageId, ScheduledId};
use crate::org::MemberId;
use crate::viewer::Viewer;

#[derive(sqlx::FromRow)]
struct Row {
    id: ScheduledId,
    member_id: MemberId,
    conversation_id: ConversationId,
    title: String,
    client_id: String,
    text: String,
    mentions: Json<Vec<MemberId>>,
    mentions_all: bool,
    reply_to: Option<MessageId>,
    thread_root: Option<i64>,
    send_at: Time,
    failed: Option<String>,
}

impl Row {
    fn scheduled(self) -> Scheduled {
        Scheduled {
            id: self.id,
            member: self.member_id,
            conversation: self.conversation_id,
            title: self.title,
            client_id: self.client_id,
            text: self.text,
            mentions: self.mentions.0,
            mentions_all: self.mentions_all,
            reply_to: self.reply_to,
            thread_root: self.thread_root,
            send_at: self.send_at,
            failed: self.failed,
        }
    }
}

/// The columns of [`Row`].
macro_rules! columns {
    () => {
        "id, member_id, conversation_id, title, client_id, text, mentions, mentions_all, reply_to, thread_root, send_at, failed"
    };
}

/// Writes one down, unless its writer has one of the same client's id already; says whether it was.
pub(crate) async fn add(tx: &mut Tx, scheduled: &Scheduled) -> Result<bool> {
    let written = tx
        .ask(sql!(
            "INSERT INTO chat_scheduled (id, member_id, conversation_id, title, client_id, text, mentions, mentions_all, reply_to,
                thread_root, send_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (member_id, client_id) DO NOTHING"
        ))
        .bind(scheduled.id)
        .bind(scheduled.member)
        .bind(scheduled.conversation)
        .bind(scheduled.title.clone())
        .bind(scheduled.client_id.clone())
        .bind(scheduled.text.clone())
        .bind(Json(scheduled.mentions.clone()))
        .bind(scheduled.mentions_all)
        .bind(scheduled.reply_to)
        .bind(scheduled.thread_root)
        .bind(scheduled.send_at)
        .run()
        .await?;
    Ok(written > 0)
}

/// How many a member has waiting, those that failed included.
pub(crate) async fn count(tx: &mut Tx, member: MemberId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM chat_scheduled WHERE member_id = $1")).bind(member).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The viewer's, the next one first.
pub(crate) async fn all(db: &Db, viewer: &Viewer) -> Result<Vec<Scheduled>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM chat_scheduled WHERE member_id = $1 ORDER BY send_at, id LIMIT 1000"));
    let rows: Vec<Row> = db.read(statement).bind(viewer.member).all().await?;
    Ok(rows.into_iter().map(Row::scheduled).collect())
}

/// One of the viewer's.
pub(crate) async fn one(db: &Db, viewer: &Viewer, id: ScheduledId) -> Result<Option<Scheduled>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM chat_scheduled WHERE member_id = $1 AND id = $2"));
    let row: Option<Row> = db.read(statement).bind(viewer.member).bind(id).optional().await?;
    Ok(row.map(Row::scheduled))
}

/// The viewer's of that client's id.
pub(crate) async fn of_client(db: &Db, viewer: &Viewer, client_id: &str) -> Result<Option<Scheduled>> {
    let statement = sql!(concat!("SELECT ", columns!(), " FROM chat_scheduled WHERE member_id = $1 AND client_id = $2"));
    let row: Option<Row> = db.read(statement).bind(viewer.member).bind(client_id.to_owned()).optional().await?;
    Ok(row.map(Row::scheduled))
}

/// Writes text and time anew, unless it is being sent since `stale`; says whether it was not. What had failed is tried again.
pub(crate) async fn change(tx: &mut Tx, scheduled: &Scheduled, stale: Time) -> Result<bool> {
    let changed = tx
        .ask(sql!(
            "UPDATE chat_scheduled SET text = $3, send_at = $4, failed = NULL, taken_at = NULL
             WHERE member_id = $1 AND id = $2 AND (taken_at IS NULL OR taken_at <= $5 OR failed IS NOT NULL)"
        ))
        .bind(scheduled.member)
        .bind(scheduled.id)
        .bind(scheduled.text.clone())
        .bind(scheduled.send_at)
        .bind(stale)
        .run()
        .await?;
    Ok(changed > 0)
}

/// Has it sent by whoever calls first: from now on nobody changes it. Whoever calls again after a crash gets it again.
pub(crate) async fn take(tx: &mut Tx, id: ScheduledId, send_at: Time, now: Time) -> Result<Option<Scheduled>> {
    let row: Option<Row> = tx
        .ask(sql!(concat!(
            "UPDATE chat_scheduled SET taken_at = $3 WHERE id = $1 AND send_at = $2 AND failed IS NULL RETURNING ",
            columns!()
        )))
        .bind(id)
        .bind(send_at)
        .bind(now)
        .optional()
        .await?;
    Ok(row.map(Row::scheduled))
}

/// Notes that it could not be sent, and why.
pub(crate) async fn fail(tx: &mut Tx, id: ScheduledId, code: &str) -> Result<bool> {
    let failed =
        tx.ask(sql!("UPDATE chat_scheduled SET failed = $2 WHERE id = $1 AND failed IS NULL")).bind(id).bind(code.to_owned()).run().await?;
    Ok(failed > 0)
}

/// Forgets what was sent.
pub(crate) async fn sent(db: &Db, id: ScheduledId) -> Result<()> {
    db.write(sql!("DELETE FROM chat_scheduled WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Forgets one of the viewer's, unless it is being sent since `stale`; says whether it was not.
pub(crate) async fn remove(tx: &mut Tx, viewer: &Viewer, id: ScheduledId, stale: Time) -> Result<bool> {
    let removed = tx
        .ask(sql!(
            "DELETE FROM chat_scheduled WHERE member_id = $1 AND id = $2 AND (taken_at IS NULL OR taken_at <= $3 OR failed IS NOT NULL)"
        ))
        .bind(viewer.member)
        .bind(id)
        .bind(stale)
        .run()
        .await?;
    Ok(removed > 0)
}
