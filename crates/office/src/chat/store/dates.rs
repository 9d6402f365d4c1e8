//! Messages found by when they were sent.

use kernel::clock::Time;
use kernel::db::Db;
use kernel::{Result, sql};
use serde_json::json;
use sqlx::types::Json;

use super::super::ConversationId;
use crate::viewer::Viewer;

/// The number of the first message from that moment on that exists for the viewer.
pub(crate) async fn first_since(db: &Db, viewer: &Viewer, id: ConversationId, time: Time) -> Result<Option<i64>> {
    let found: Option<(i64,)> = db
        .read(sql!(
            "SELECT m.seq FROM chat_members v CROSS JOIN chat_messages m
             WHERE v.member_id = $1 AND v.conversation_id = $2 AND m.conversation_id = v.conversation_id AND m.sent_at >= $3
               AND m.seq > v.from_seq
               AND NOT EXISTS (SELECT 1 FROM chat_hidden h WHERE h.member_id = v.member_id AND h.message_id = m.id)
             ORDER BY m.sent_at, m.seq LIMIT 1"
        ))
        .bind(viewer.member)
        .bind(id)
        .bind(time)
        .optional()
        .await?;
    Ok(found.map(|(seq,)| seq))
}

/// In which of these spans, each from one moment until before another, something was sent that exists for the viewer. One
/// message is looked at for each, however many there are.
pub(crate) async fn busy(db: &Db, viewer: &Viewer, id: ConversationId, spans: &[(i64, Time, Time)]) -> Result<Vec<i64>> {
    let rows: Vec<_> = spans.iter().map(|(number, since, till)| json!({ "number": number, "since": since, "till": till })).collect();
    let busy: Vec<(i64,)> = db
        .read(sql!(
            "SELECT n.number FROM chat_members v
             JOIN jsonb_to_recordset($3) AS n (number BIGINT, since BIGINT, till BIGINT) ON TRUE
             WHERE v.member_id = $1 AND v.conversation_id = $2 AND EXISTS (
                SELECT 1 FROM chat_messages m WHERE m.conversation_id = v.conversation_id AND m.sent_at >= n.since AND m.sent_at < n.till
                  AND m.seq > v.from_seq)
             ORDER BY n.number"
        ))
        .bind(viewer.member)
        .bind(id)
        .bind(Json(json!(rows)))
        .all()
        .await?;
    Ok(busy.into_iter().map(|(number,)| number).collect())
}
