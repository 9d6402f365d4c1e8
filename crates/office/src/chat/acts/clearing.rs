//! Conversations that are over: nobody is in them any more, and what was said there goes a part at a time, so that nobody
//! elsewhere waits for it.

use kernel::Result;
use kernel::db::Tx;
use kernel::jobs::{Job, enqueue};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::subject::CONVERSATION;
use super::super::{ConversationId, REMOVED_TOGETHER, store};
use crate::desk::Desk;
use crate::drive;

/// The kind of job that takes the next part.
pub(crate) const CLEAR: &str = "chat.clear";

#[derive(Serialize, Deserialize)]
struct Part {
    conversation: ConversationId,
    number: i64,
}

/// Ends a conversation for everybody. What is small is gone with it.
pub(crate) async fn end(tx: &mut Tx, desk: &Desk, id: ConversationId) -> Result<()> {
    drive::let_go(tx, desk, (CONVERSATION, id.uuid())).await?;
    store::conversations::end(tx, id).await?;
    clear(tx, desk, Part { conversation: id, number: 0 }).await
}

/// Takes the next part away.
pub(crate) async fn go_on(desk: &Desk, payload: serde_json::Value) -> Result<()> {
    // A job that nobody can read was not written by us.
    let Ok(part) = serde_json::from_value::<Part>(payload) else { return Ok(()) };
    let mut tx = desk.db.begin().await?;
    clear(&mut tx, desk, part).await?;
    tx.commit().await
}

async fn clear(tx: &mut Tx, desk: &Desk, Part { conversation, number }: Part) -> Result<()> {
    let together = desk.limits.of(&REMOVED_TOGETHER).max(1);
    if store::messages::remove_first(tx, conversation, together).await? < together {
        return store::conversations::remove(tx, conversation).await;
    }
    let next = Part { conversation, number: number + 1 };
    let key = Some(format!("{CLEAR}:{conversation}:{}", next.number));
    let now = desk.now();
    enqueue(tx, Job { kind: CLEAR, key, payload: json!(next), run_at: now }, &desk.chance, now).await
}
