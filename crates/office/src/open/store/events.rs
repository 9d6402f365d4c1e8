//! What waits for bots.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use serde_json::Value;
use sqlx::types::Json;

use super::super::EventId;
use super::super::model::{Event, EventKind};
use super::read;
use crate::chat::ProgramId;

/// Has an event wait for a bot; the oldest make room. Doing so twice changes nothing.
pub(crate) async fn keep(tx: &mut Tx, bot: ProgramId, event: &Event, most: i64) -> Result<()> {
    tx.ask(sql!("INSERT INTO open_events (bot_id, id, kind, at, data) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (bot_id, id) DO NOTHING"))
        .bind(bot)
        .bind(event.id)
        .bind(event.kind.word())
        .bind(event.at)
        .bind(Json(event.data.clone()))
        .run()
        .await?;
    tx.ask(sql!(
        "DELETE FROM open_events WHERE bot_id = $1
         AND id < (SELECT id FROM open_events WHERE bot_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)"
    ))
    .bind(bot)
    .bind(most.max(1) - 1)
    .run()
    .await?;
    Ok(())
}

/// The oldest events that wait for a bot.
pub(crate) async fn waiting(db: &Db, bot: ProgramId, limit: i64) -> Result<Vec<Event>> {
    let rows: Vec<(EventId, String, Time, Json<Value>)> = db
        .read(sql!("SELECT id, kind, at, data FROM open_events WHERE bot_id = $1 ORDER BY id LIMIT $2"))
        .bind(bot)
        .bind(limit)
        .all()
        .await?;
    let event = |(id, kind, at, Json(data)): (EventId, String, Time, Json<Value>)| {
        Ok(Event { id, kind: read("event", &kind, EventKind::from_word)?, at, data })
    };
    rows.into_iter().map(event).collect()
}

/// A bot has taken an event.
pub(crate) async fn taken(db: &Db, bot: ProgramId, id: EventId) -> Result<()> {
    db.write(sql!("DELETE FROM open_events WHERE bot_id = $1 AND id = $2")).bind(bot).bind(id).run().await?;
    Ok(())
}
