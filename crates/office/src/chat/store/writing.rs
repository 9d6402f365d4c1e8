//! What befalls a message after it was sent, and the rows that hang on it.

use kernel::clock::Time;
use kernel::db::Tx;
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::data::Data;
use super::super::model::Message;
use super::super::{ConversationId, MessageId};
use super::conversations::touch;
use super::words;
use crate::desk::Desk;
use crate::org::MemberId;

/// Writes whom these messages call by name. Where everybody is called, nobody is counted twice.
pub(crate) async fn add_mentions(tx: &mut Tx, messages: &[&Message]) -> Result<()> {
    let row = |message: &Message, member: &MemberId| json!({ "member": member, "conversation": message.conversation, "seq": message.seq });
    let counted = messages.iter().filter(|message| !message.mentions_all);
    let rows: Vec<Value> = counted
        .flat_map(|message| message.mentions.iter().filter(|member| Some(**member) != message.sender).map(|member| row(message, member)))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.ask(sql!(
        "INSERT INTO chat_mentions (member_id, conversation_id, seq)
         SELECT n.member, n.conversation, n.seq FROM jsonb_to_recordset($1) AS n (member UUID, conversation UUID, seq BIGINT)
         JOIN chat_members v ON v.conversation_id = n.conversation AND v.member_id = n.member WHERE TRUE
         ON CONFLICT (member_id, conversation_id, seq) DO NOTHING"
    ))
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Counts a reply to a message, or counts one less; gives the message whose thread it is.
pub(crate) async fn count_reply(tx: &mut Tx, conversation: ConversationId, root: i64, by: i64) -> Result<Option<MessageId>> {
    let change = touch(tx, conversation).await?;
    let counted: Option<(MessageId,)> = tx
        .ask(sql!(
            "UPDATE chat_messages SET thread_replies = thread_replies + $3, change = $4 WHERE conversation_id = $1 AND seq = $2 RETURNING id"
        ))
        .bind(conversation)
        .bind(root)
        .bind(by)
        .bind(change)
        .optional()
        .await?;
    Ok(counted.map(|(id,)| id))
}

/// Stamps a message with the change that touched it. It is given as it was seen before; says whether it is still there.
pub(crate) async fn stamp(tx: &mut Tx, message: &Message, change: i64) -> Result<bool> {
    let stamped = tx
        .ask(sql!("UPDATE chat_messages SET change = $3 WHERE conversation_id = $1 AND seq = $2 AND recalled_at IS NULL"))
        .bind(message.conversation)
        .bind(message.seq)
        .bind(change)
        .run()
        .await?;
    Ok(stamped > 0)
}

/// The same for a message whose number is not at hand; one that was recalled stays as it is.
pub(crate) async fn stamp_by_id(tx: &mut Tx, conversation: ConversationId, id: MessageId, change: i64) -> Result<()> {
    tx.ask(sql!("UPDATE chat_messages SET change = $3 WHERE conversation_id = $1 AND id = $2 AND recalled_at IS NULL"))
        .bind(conversation)
        .bind(id)
        .bind(change)
        .run()
        .await?;
    Ok(())
}

/// Replaces the text of a message, and keeps the one before.
pub(crate) async fn edit(tx: &mut Tx, desk: &Desk, before: &Message, after: &Message, now: Time) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO chat_edits (id, message_id, text, written_at)
         SELECT $3, id, text, COALESCE(edited_at, sent_at) FROM chat_messages WHERE conversation_id = $1 AND seq = $2"
    ))
    .bind(before.conversation)
    .bind(before.seq)
    .bind(desk.chance.uuid(now))
    .run()
    .await?;
    tx.ask(sql!(
        "UPDATE chat_messages SET text = $3, mentions = $4, edited_at = $5, preview = NULL WHERE conversation_id = $1 AND seq = $2"
    ))
    .bind(after.conversation)
    .bind(after.seq)
    .bind(after.text.clone())
    .bind(Json(after.mentions.clone()))
    .bind(now)
    .run()
    .await?;
    drop_oldest_edits(tx, desk, before.id).await?;
    words::replace(tx, after).await?;
    remove_mentions(tx, before).await?;
    add_mentions(tx, &[after]).await
}

async fn drop_oldest_edits(tx: &mut Tx, desk: &Desk, id: MessageId) -> Result<()> {
    let others = i64::try_from(desk.limits.of(&super::super::EDITS_MAX).max(1) - 1).unwrap_or(i64::MAX);
    tx.ask(sql!(
        "DELETE FROM chat_edits WHERE message_id = $1
         AND id < (SELECT id FROM chat_edits WHERE message_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)"
    ))
    .bind(id)
    .bind(others)
    .run()
    .await?;
    Ok(())
}

pub(super) async fn remove_mentions(tx: &mut Tx, message: &Message) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_mentions WHERE conversation_id = $1 AND seq = $2"))
        .bind(message.conversation)
        .bind(message.seq)
        .run()
        .await?;
    Ok(())
}

/// Takes everything away that a message said. Its place stays, with who recalled it.
pub(crate) async fn recall(tx: &mut Tx, message: &Message, by: Option<MemberId>, now: Time) -> Result<()> {
    tx.ask(sql!(
        "UPDATE chat_messages SET text = '', data = NULL, preview = NULL, mentions = $5, mentions_all = FALSE, pinned_at = NULL, pinned_by = NULL,
            recalled_at = $3, recalled_by = $4 WHERE conversation_id = $1 AND seq = $2"
    ))
    .bind(message.conversation)
    .bind(message.seq)
    .bind(now)
    .bind(by)
    .bind(Json(json!([])))
    .run()
    .await?;
    tx.ask(sql!("DELETE FROM chat_edits WHERE message_id = $1")).bind(message.id).run().await?;
    tx.ask(sql!("DELETE FROM chat_reactions WHERE message_id = $1")).bind(message.id).run().await?;
    tx.ask(sql!("DELETE FROM chat_votes WHERE message_id = $1")).bind(message.id).run().await?;
    words::remove(tx, &[message.id]).await?;
    remove_mentions(tx, message).await
}

/// Pins a message, or takes the pin away; says whether that changed anything.
pub(crate) async fn pin(tx: &mut Tx, message: &Message, pinned: Option<(MemberId, Time)>) -> Result<bool> {
    let (by, at) = pinned.unzip();
    let changed = tx
        .ask(sql!(
            "UPDATE chat_messages SET pinned_at = $3, pinned_by = $4
             WHERE conversation_id = $1 AND seq = $2 AND (pinned_at IS NULL) = $5 AND recalled_at IS NULL"
        ))
        .bind(message.conversation)
        .bind(message.seq)
        .bind(at)
        .bind(by)
        .bind(at.is_some())
        .run()
        .await?;
    Ok(changed > 0)
}

/// How many messages of a conversation are pinned.
pub(crate) async fn count_pins(tx: &mut Tx, id: ConversationId) -> Result<u64> {
    let (count,): (i64,) =
        tx.ask(sql!("SELECT COUNT(*) FROM chat_messages WHERE conversation_id = $1 AND pinned_at IS NOT NULL")).bind(id).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Replaces what a message carries.
pub(crate) async fn set_data(tx: &mut Tx, message: &Message, data: &Data) -> Result<()> {
    tx.ask(sql!("UPDATE chat_messages SET data = $3 WHERE conversation_id = $1 AND seq = $2"))
        .bind(message.conversation)
        .bind(message.seq)
        .bind(Json(data.to_json()))
        .run()
        .await?;
    Ok(())
}

/// What a message carries, within a change.
pub(crate) async fn data(tx: &mut Tx, message: &Message) -> Result<Option<Data>> {
    let found: Option<(Option<Json<Value>>,)> = tx
        .ask(sql!("SELECT data FROM chat_messages WHERE conversation_id = $1 AND seq = $2"))
        .bind(message.conversation)
        .bind(message.seq)
        .optional()
        .await?;
    Ok(found.and_then(|(json,)| json).and_then(|Json(json)| Data::from_json(message.kind, json)))
}

/// Notes that those who have not read a message were reminded, unless they were after `since`; says whether it was noted.
pub(crate) async fn reminded(tx: &mut Tx, message: &Message, since: Time, now: Time) -> Result<bool> {
    let noted = tx
        .ask(sql!(
            "UPDATE chat_messages SET reminded_at = $3
             WHERE conversation_id = $1 AND seq = $2 AND (reminded_at IS NULL OR reminded_at <= $4)"
        ))
        .bind(message.conversation)
        .bind(message.seq)
        .bind(now)
        .bind(since)
        .run()
        .await?;
    Ok(noted > 0)
}
