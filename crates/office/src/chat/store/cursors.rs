//! How far people have read, written for many of them at once.

use futures::FutureExt as _;
use kernel::db::{Db, GroupWriter, Tx};
use kernel::{Result, sql};
use serde::Serialize;
use sqlx::types::Json;

use super::super::ConversationId;
use crate::org::MemberId;

/// Somebody has read up to there.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Read {
    pub(crate) conversation: ConversationId,
    pub(crate) member: MemberId,
    pub(crate) seq: i64,
}

pub(crate) fn writer(db: &Db) -> GroupWriter<Read, ()> {
    GroupWriter::start(db.clone(), |tx, reads: &[Read]| {
        async move {
            forward(tx, reads).await?;
            Ok(vec![(); reads.len()])
        }
        .boxed()
    })
}

/// Moves cursors forward, never back and never beyond the last message.
pub(crate) async fn forward(tx: &mut Tx, reads: &[Read]) -> Result<()> {
    tx.ask(sql!(
        "UPDATE chat_members SET marked_unread = FALSE, read_seq = CASE WHEN n.seq > read_seq THEN n.seq ELSE read_seq END
         FROM (SELECT r.conversation, r.member, MAX(CASE WHEN r.seq > c.last_seq THEN c.last_seq ELSE r.seq END) AS seq
               FROM jsonb_to_recordset($1) AS r (conversation UUID, member UUID, seq BIGINT)
               JOIN chat_conversations c ON c.id = r.conversation GROUP BY r.conversation, r.member) AS n
         WHERE chat_members.conversation_id = n.conversation AND chat_members.member_id = n.member"
    ))
    .bind(Json(serde_json::json!(reads)))
    .run()
    .await?;
    Ok(())
}
