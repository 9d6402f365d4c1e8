//! What people put on messages: reactions, votes, what they keep for later, what they do not want to see again.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::{ConversationId, MessageId};
use crate::org::MemberId;
use crate::viewer::Viewer;

/// Which emoji a message has.
pub(crate) async fn emojis(tx: &mut Tx, id: MessageId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = tx.ask(sql!("SELECT DISTINCT emoji FROM chat_reactions WHERE message_id = $1")).bind(id).all().await?;
    Ok(rows.into_iter().map(|(emoji,)| emoji).collect())
}

/// Adds a reaction; says whether it was not there.
pub(crate) async fn react(tx: &mut Tx, id: MessageId, emoji: &str, member: MemberId, now: Time) -> Result<bool> {
    let added = tx
        .ask(sql!(
            "INSERT INTO chat_reactions (message_id, emoji, member_id, reacted_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (message_id, emoji, member_id) DO NOTHING"
        ))
        .bind(id)
        .bind(emoji.to_owned())
        .bind(member)
        .bind(now)
        .run()
        .await?;
    Ok(added > 0)
}

/// Takes a reaction back; says whether it was there.
pub(crate) async fn unreact(tx: &mut Tx, id: MessageId, emoji: &str, member: MemberId) -> Result<bool> {
    let removed = tx
        .ask(sql!("DELETE FROM chat_reactions WHERE message_id = $1 AND emoji = $2 AND member_id = $3"))
        .bind(id)
        .bind(emoji.to_owned())
        .bind(member)
        .run()
        .await?;
    Ok(removed > 0)
}

/// Replaces what a member chose.
pub(crate) async fn vote(tx: &mut Tx, id: MessageId, member: MemberId, choices: &[i64]) -> Result<()> {
    tx.ask(sql!("DELETE FROM chat_votes WHERE message_id = $1 AND member_id = $2")).bind(id).bind(member).run().await?;
    let rows: Vec<Value> = choices.iter().map(|choice| json!({ "choice": choice })).collect();
    tx.ask(sql!(
        "INSERT INTO chat_votes (message_id, member_id, choice)
         SELECT $1, $2, n.choice FROM jsonb_to_recordset($3) AS n (choice BIGINT)"
    ))
    .bind(id)
    .bind(member)
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Hides a message from one member; says whether it was not hidden.
pub(crate) async fn hide(tx: &mut Tx, member: MemberId, id: MessageId) -> Result<bool> {
    let hidden = tx
        .ask(sql!("INSERT INTO chat_hidden (member_id, message_id) VALUES ($1, $2) ON CONFLICT (member_id, message_id) DO NOTHING"))
        .bind(member)
        .bind(id)
        .run()
        .await?;
    Ok(hidden > 0)
}

/// Shows a message again to the one who hid it; gives the conversation it is in, if there was such a message.
pub(crate) async fn unhide(tx: &mut Tx, viewer: &Viewer, id: MessageId) -> Result<Option<ConversationId>> {
    let found: Option<(ConversationId,)> = tx
        .ask(sql!(
            "SELECT m.conversation_id FROM chat_hidden h JOIN chat_messages m ON m.id = h.message_id
             JOIN chat_members v ON v.conversation_id = m.conversation_id AND v.member_id = h.member_id
             WHERE h.member_id = $1 AND h.message_id = $2"
        ))
        .bind(viewer.member)
        .bind(id)
        .optional()
        .await?;
    if found.is_some() {
        tx.ask(sql!("DELETE FROM chat_hidden WHERE member_id = $1 AND message_id = $2")).bind(viewer.member).bind(id).run().await?;
    }
    Ok(found.map(|(id,)| id))
}

/// Who does not want to see a message again.
pub(crate) async fn who_hid(db: &Db, id: MessageId) -> Result<Vec<MemberId>> {
    let rows: Vec<(MemberId,)> = db.read(sql!("SELECT member_id FROM chat_hidden WHERE message_id = $1")).bind(id).all().await?;
    Ok(rows.into_iter().map(|(member,)| member).collect())
}

/// Notes which message shows a meeting; says whether none did.
pub(crate) async fn show_call(tx: &mut Tx, meeting: crate::meetings::MeetingId, id: MessageId) -> Result<bool> {
    let ask = tx.ask(sql!("INSERT INTO chat_calls (meeting_id, message_id) VALUES ($1, $2) ON CONFLICT (meeting_id) DO NOTHING"));
    Ok(ask.bind(meeting).bind(id).run().await? > 0)
}

/// The message that shows a meeting, if one does.
pub(crate) async fn shows_call(db: &Db, meeting: crate::meetings::MeetingId) -> Result<Option<(ConversationId, MessageId)>> {
    db.read(sql!("SELECT m.conversation_id, m.id FROM chat_calls c JOIN chat_messages m ON m.id = c.message_id WHERE c.meeting_id = $1"))
        .bind(meeting)
        .optional()
        .await
}
