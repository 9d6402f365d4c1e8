//! What members keep for later: a message, perhaps with a note and a moment by which it is to be done. Each is its member's
//! alone, and is there for as long as they see the message.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};

use super::super::MessageId;
use super::super::model::Later;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// How many messages a member keeps for later.
pub(crate) async fn count(tx: &mut Tx, member: MemberId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM chat_later WHERE member_id = $1")).bind(member).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Keeps a message for later; one that is kept already stays as it is.
pub(crate) async fn keep(tx: &mut Tx, member: MemberId, id: MessageId, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO chat_later (member_id, message_id, marked_at) VALUES ($1, $2, $3) ON CONFLICT (member_id, message_id) DO NOTHING"
    ))
    .bind(member)
    .bind(id)
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Writes down until when, and what is to be done about it.
pub(crate) async fn plan(tx: &mut Tx, member: MemberId, id: MessageId, due_at: Option<Time>, note: &str) -> Result<()> {
    tx.ask(sql!("UPDATE chat_later SET due_at = $3, note = $4, told_at = NULL WHERE member_id = $1 AND message_id = $2"))
        .bind(member)
        .bind(id)
        .bind(due_at)
        .bind(note.to_owned())
        .run()
        .await?;
    Ok(())
}

/// Marks it as done, or as not done; says whether it is kept at all.
pub(crate) async fn set_done(tx: &mut Tx, member: MemberId, id: MessageId, done_at: Option<Time>) -> Result<bool> {
    let changed = tx
        .ask(sql!("UPDATE chat_later SET done_at = $3 WHERE member_id = $1 AND message_id = $2"))
        .bind(member)
        .bind(id)
        .bind(done_at)
        .run()
        .await?;
    Ok(changed > 0)
}

/// Keeps a message for later no more.
pub(crate) async fn forget(tx: &mut Tx, member: MemberId, id: MessageId) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_later WHERE member_id = $1 AND message_id = $2")).bind(member).bind(id).run().await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    message_id: MessageId,
    due_at: Option<Time>,
    note: String,
    done_at: Option<Time>,
}

/// What the viewer keeps, the latest marked first: what is done, what is not, or both.
pub(crate) async fn all(db: &Db, viewer: &Viewer, done: Option<bool>) -> Result<Vec<Later>> {
    let rows: Vec<Row> = db
        .read(sql!(
            "SELECT message_id, due_at, note, done_at FROM chat_later
             WHERE member_id = $1 AND ((done_at IS NOT NULL) = $2 OR $2 IS NULL) ORDER BY marked_at DESC, message_id DESC LIMIT 500"
        ))
        .bind(viewer.member)
        .bind(done)
        .all()
        .await?;
    let later = rows.into_iter().map(|Row { message_id, due_at, note, done_at }| Later { message: message_id, due_at, note, done_at });
    Ok(later.collect())
}

/// Notes that a member is told of what is due at that moment; gives the note, unless it was told, done or put off.
pub(crate) async fn told(tx: &mut Tx, member: MemberId, id: MessageId, due_at: Time, now: Time) -> Result<Option<String>> {
    let note: Option<(String,)> = tx
        .ask(sql!(
            "UPDATE chat_later SET told_at = $4
             WHERE member_id = $1 AND message_id = $2 AND due_at = $3 AND done_at IS NULL AND told_at IS NULL RETURNING note"
        ))
        .bind(member)
        .bind(id)
        .bind(due_at)
        .bind(now)
        .optional()
        .await?;
    Ok(note.map(|(note,)| note))
}
