//! Programs that write, and where they listen.

use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::data::Data;
use super::super::model::{Message, Program};
use super::super::{ConversationId, MessageId, ProgramId};
use super::words;
use super::writing::{add_mentions, remove_mentions};
use crate::org::OrganisationId;

/// Writes down what a program is called from now on, and from the beginning.
pub(crate) async fn save(tx: &mut Tx, organisation: OrganisationId, program: &Program) -> Result<()> {
    tx.ask(sql!(
        "INSERT INTO chat_programs (id, organisation_id, kind, name, avatar) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET name = $4, avatar = $5"
    ))
    .bind(program.id)
    .bind(organisation)
    .bind(program.kind.word())
    .bind(program.name.clone())
    .bind(program.avatar.clone())
    .run()
    .await?;
    Ok(())
}

/// Has what is written in a conversation announced to programs, or no longer.
pub(crate) async fn set_listened(tx: &mut Tx, id: ConversationId, listened: bool) -> Result<()> {
    tx.ask(sql!("UPDATE chat_conversations SET listened = $2 WHERE id = $1")).bind(id).bind(listened).run().await?;
    Ok(())
}

/// The messages that programs have sent under these ids before.
pub(crate) async fn of_program_clients(tx: &mut Tx, sent: &[(ProgramId, &str)]) -> Result<Vec<(ProgramId, String, MessageId)>> {
    let rows: Vec<Value> = sent.iter().map(|(program, client)| json!({ "program": program, "client": client })).collect();
    tx.ask(sql!(
        "SELECT m.program_id, m.client_id, m.id FROM jsonb_to_recordset($1) AS n (program UUID, client TEXT)
         JOIN chat_messages m ON m.program_id = n.program AND m.client_id = n.client"
    ))
    .bind(Json(json!(rows)))
    .all()
    .await
}

/// Where a message of that program is.
pub(crate) async fn place_of(db: &Db, program: ProgramId, id: MessageId) -> Result<Option<ConversationId>> {
    let ask = db.read(sql!("SELECT conversation_id FROM chat_messages WHERE id = $1 AND program_id = $2"));
    let found: Option<(ConversationId,)> = ask.bind(id).bind(program).optional().await?;
    Ok(found.map(|(id,)| id))
}

/// Replaces what a program has said, without keeping what it said before: it may count the hours.
pub(crate) async fn rewrite(tx: &mut Tx, before: &Message, after: &Message) -> Result<()> {
    tx.ask(sql!(
        "UPDATE chat_messages SET kind = $3, text = $4, data = $5, mentions = $6, edited_at = $7 WHERE conversation_id = $1 AND seq = $2"
    ))
    .bind(after.conversation)
    .bind(after.seq)
    .bind(after.kind.word())
    .bind(after.text.clone())
    .bind(after.data.as_ref().map(|data| Json(Data::to_json(data))))
    .bind(Json(after.mentions.clone()))
    .bind(after.edited_at)
    .run()
    .await?;
    words::replace(tx, after).await?;
    remove_mentions(tx, before).await?;
    add_mentions(tx, &[after]).await
}
