//! Files that programs have uploaded. Each is found by its program and its token together.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use sqlx::types::Json;

use super::super::MediaId;
use super::super::model::{Media, MediaKind};
use super::read;
use crate::chat::ProgramId;

#[derive(sqlx::FromRow)]
struct Row {
    id: MediaId,
    program_id: ProgramId,
    kind: String,
    name: String,
    duration_ms: Option<i64>,
    waveform: Json<Vec<i64>>,
    created_at: Time,
}

/// Notes a file under the hash of its token.
pub(crate) async fn create(tx: &mut Tx, media: &Media, hash: Vec<u8>) -> Result<()> {
    let (duration_ms, waveform) = media.speech.clone().unzip();
    tx.ask(sql!(
        "INSERT INTO open_media (id, program_id, token_hash, kind, name, duration_ms, waveform, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    ))
    .bind(media.id)
    .bind(media.program)
    .bind(hash)
    .bind(media.kind.word())
    .bind(media.name.clone())
    .bind(duration_ms)
    .bind(Json(waveform.unwrap_or_default()))
    .bind(media.created_at)
    .run()
    .await?;
    Ok(())
}

/// A file of that program that was uploaded after then.
pub(crate) async fn one(db: &Db, program: ProgramId, hash: Vec<u8>, after: Time) -> Result<Option<Media>> {
    let row: Option<Row> = db
        .read(sql!(
            "SELECT id, program_id, kind, name, duration_ms, waveform, created_at FROM open_media
             WHERE token_hash = $1 AND program_id = $2 AND created_at > $3"
        ))
        .bind(hash)
        .bind(program)
        .bind(after)
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = read("media.kind", &row.kind, MediaKind::from_word)?;
    let speech = row.duration_ms.map(|duration_ms| (duration_ms, row.waveform.0));
    Ok(Some(Media { id: row.id, program: row.program_id, kind, name: row.name, speech, created_at: row.created_at }))
}

/// The files of a program besides its newest ones.
pub(crate) async fn beyond(tx: &mut Tx, program: ProgramId, most: i64) -> Result<Vec<MediaId>> {
    let found: Vec<(MediaId,)> = tx
        .ask(sql!("SELECT id FROM open_media WHERE program_id = $1 ORDER BY id DESC LIMIT 1000 OFFSET $2"))
        .bind(program)
        .bind(most)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Some of those that were uploaded up to then.
pub(crate) async fn old(tx: &mut Tx, until: Time) -> Result<Vec<MediaId>> {
    let found: Vec<(MediaId,)> =
        tx.ask(sql!("SELECT id FROM open_media WHERE created_at <= $1 ORDER BY created_at LIMIT 100")).bind(until).all().await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Whether there is any left.
pub(crate) async fn is_any(tx: &mut Tx) -> Result<bool> {
    let (is_any,): (bool,) = tx.ask(sql!("SELECT EXISTS (SELECT 1 FROM open_media)")).one().await?;
    Ok(is_any)
}

/// Forgets one.
pub(crate) async fn remove(tx: &mut Tx, id: MediaId) -> Result<()> {
    tx.ask(sql!("DELETE FROM open_media WHERE id = $1")).bind(id).run().await?;
    Ok(())
}
