//! What links lead to, at rest.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use sqlx::types::Json;

use super::super::model::Message;
use super::super::previews::Preview;

/// What is known of a link since then: perhaps that there is nothing to know.
pub(crate) async fn known(db: &Db, url: &str, since: Time) -> Result<Option<Option<Preview>>> {
    let row: Option<(Option<Json<Preview>>,)> = db
        .read(sql!("SELECT preview FROM chat_previews WHERE url = $1 AND fetched_at > $2"))
        .bind(url.to_owned())
        .bind(since)
        .optional()
        .await?;
    Ok(row.map(|(preview,)| preview.map(|Json(preview)| preview)))
}

/// Keeps what a link leads to; what is too old goes, and the oldest of too many.
pub(crate) async fn keep(db: &Db, url: &str, found: Option<&Preview>, max: u64, since: Time, now: Time) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.ask(sql!("DELETE FROM chat_previews WHERE fetched_at <= $1 OR url = $2")).bind(since).bind(url.to_owned()).run().await?;
    tx.ask(sql!(
        "DELETE FROM chat_previews WHERE fetched_at <= (SELECT p.fetched_at FROM chat_previews p ORDER BY p.fetched_at DESC LIMIT 1 OFFSET $1)"
    ))
    .bind(i64::try_from(max).unwrap_or(i64::MAX))
    .run()
    .await?;
    tx.ask(sql!("INSERT INTO chat_previews (url, preview, fetched_at) VALUES ($1, $2, $3)"))
        .bind(url.to_owned())
        .bind(found.cloned().map(Json))
        .bind(now)
        .run()
        .await?;
    tx.commit().await
}

/// Shows with a message what its link leads to, as long as it says the same as then; says whether it does.
pub(crate) async fn show(tx: &mut Tx, message: &Message, preview: &Preview, change: i64) -> Result<bool> {
    let shown = tx
        .ask(sql!(
            "UPDATE chat_messages SET preview = $3, change = $4
             WHERE conversation_id = $1 AND seq = $2 AND text = $5 AND recalled_at IS NULL"
        ))
        .bind(message.conversation)
        .bind(message.seq)
        .bind(Json(preview.clone()))
        .bind(change)
        .bind(message.text.clone())
        .run()
        .await?;
    Ok(shown > 0)
}
