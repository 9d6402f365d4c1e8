//! Which bytes are kept, and how many versions refer to them. A reference is counted in the change that makes or ends it.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::{Error, Kind, Refusal, Result, sql};

use super::super::model::{Looks, Scan};

/// Notes that bytes are about to be kept, so that they are not swept up before something refers to them.
pub(crate) async fn expect(db: &Db, hash: &str, size: i64, scan: Scan, now: Time) -> Result<()> {
    let noted: Option<(String,)> = db
        .write(sql!(
            "INSERT INTO drive_blobs (hash, size, refs, idle_since, has_thumbnail, scan) VALUES ($1, $2, 0, $3, FALSE, $4)
             ON CONFLICT (hash) DO UPDATE SET idle_since = excluded.idle_since WHERE drive_blobs.doomed_at IS NULL RETURNING hash"
        ))
        .bind(hash.to_owned())
        .bind(size)
        .bind(now)
        .bind(scan.word())
        .optional()
        .await?;
    noted.map(drop).ok_or_else(being_swept)
}

/// Counts so many references more, or less.
pub(crate) async fn refer(tx: &mut Tx, hash: &str, by: i64, now: Time) -> Result<()> {
    let counted = tx
        .ask(sql!("UPDATE drive_blobs SET refs = refs + $2, idle_since = $3 WHERE hash = $1 AND doomed_at IS NULL"))
        .bind(hash.to_owned())
        .bind(by)
        .bind(now)
        .run()
        .await?;
    if counted == 1 { Ok(()) } else { Err(being_swept()) }
}

/// The same bytes went a moment ago and are on their way out.
fn being_swept() -> Error {
    Refusal::new(Kind::Unavailable, "drive.try_again", "稍等一下再试。", "Try again in a moment.").retry_after_s(1).into()
}

#[derive(sqlx::FromRow)]
struct LooksRow {
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    has_thumbnail: bool,
    scan: String,
    looked_at: Option<Time>,
}

/// What is known of these bytes, and whether they have been looked at.
pub(crate) async fn looks(db: &Db, hash: &str) -> Result<Option<(Looks, bool)>> {
    let row: Option<LooksRow> = db
        .read(sql!("SELECT width, height, duration_ms, has_thumbnail, scan, looked_at FROM drive_blobs WHERE hash = $1"))
        .bind(hash.to_owned())
        .optional()
        .await?;
    let Some(row) = row else { return Ok(None) };
    let LooksRow { width, height, duration_ms, has_thumbnail, scan, looked_at } = row;
    let scan = super::read("scan", &scan, Scan::from_word)?;
    Ok(Some((Looks { width, height, duration_ms, has_thumbnail, scan }, looked_at.is_some())))
}

/// Writes down what was found in these bytes.
pub(crate) async fn set_looks(tx: &mut Tx, hash: &str, looks: Looks, now: Time) -> Result<()> {
    let Looks { width, height, duration_ms, has_thumbnail, scan } = looks;
    tx.ask(sql!(
        "UPDATE drive_blobs SET width = $2, height = $3, duration_ms = $4, has_thumbnail = $5, scan = $6, looked_at = $7 WHERE hash = $1"
    ))
    .bind(hash.to_owned())
    .bind(width)
    .bind(height)
    .bind(duration_ms)
    .bind(has_thumbnail)
    .bind(scan.word())
    .bind(now)
    .run()
    .await?;
    Ok(())
}

/// Dooms bytes that nothing has referred to since then; gives all that are doomed.
pub(crate) async fn doom(db: &Db, since: Time, now: Time) -> Result<Vec<String>> {
    db.write(sql!("UPDATE drive_blobs SET doomed_at = $2 WHERE refs = 0 AND idle_since < $1 AND doomed_at IS NULL"))
        .bind(since)
        .bind(now)
        .run()
        .await?;
    let doomed: Vec<(String,)> =
        db.read(sql!("SELECT hash FROM drive_blobs WHERE refs = 0 AND doomed_at IS NOT NULL LIMIT 10000")).all().await?;
    Ok(doomed.into_iter().map(|(hash,)| hash).collect())
}

/// Forgets bytes that are gone.
pub(crate) async fn forget(db: &Db, hash: &str) -> Result<()> {
    db.write(sql!("DELETE FROM drive_blobs WHERE hash = $1 AND doomed_at IS NOT NULL")).bind(hash.to_owned()).run().await?;
    Ok(())
}

/// Bytes that should have been looked at by now.
pub(crate) async fn unseen(db: &Db) -> Result<Vec<String>> {
    let unseen: Vec<(String,)> =
        db.read(sql!("SELECT hash FROM drive_blobs WHERE looked_at IS NULL AND refs > 0 AND doomed_at IS NULL LIMIT 1000")).all().await?;
    Ok(unseen.into_iter().map(|(hash,)| hash).collect())
}
