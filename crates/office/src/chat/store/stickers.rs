//! The pictures that members have collected to answer with. Each is its member's alone.

use kernel::db::{Db, Tx};
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::StickerId;
use crate::drive::EntryId;
use crate::org::MemberId;
use crate::viewer::Viewer;

/// A sticker as it is written.
pub(crate) struct Collected {
    pub(crate) id: StickerId,
    pub(crate) file: EntryId,
    pub(crate) hash: String,
    pub(crate) added_at: kernel::clock::Time,
}

/// The viewer's stickers and their files, in their order.
pub(crate) async fn all(db: &Db, viewer: &Viewer) -> Result<Vec<(StickerId, EntryId)>> {
    db.read(sql!("SELECT id, file_id FROM chat_stickers WHERE member_id = $1 ORDER BY position, id LIMIT 1000"))
        .bind(viewer.member)
        .all()
        .await
}

/// The file of a sticker of the viewer's.
pub(crate) async fn file_of(db: &Db, viewer: &Viewer, id: StickerId) -> Result<Option<EntryId>> {
    let found: Option<(EntryId,)> =
        db.read(sql!("SELECT file_id FROM chat_stickers WHERE id = $1 AND member_id = $2")).bind(id).bind(viewer.member).optional().await?;
    Ok(found.map(|(file,)| file))
}

/// The sticker of the viewer's that has these bytes.
pub(crate) async fn with_bytes(db: &Db, viewer: &Viewer, hash: &str) -> Result<Option<(StickerId, EntryId)>> {
    db.read(sql!("SELECT id, file_id FROM chat_stickers WHERE member_id = $1 AND hash = $2"))
        .bind(viewer.member)
        .bind(hash.to_owned())
        .optional()
        .await
}

/// How many stickers a member has.
pub(crate) async fn count(tx: &mut Tx, member: MemberId) -> Result<u64> {
    let (count,): (i64,) = tx.ask(sql!("SELECT COUNT(*) FROM chat_stickers WHERE member_id = $1")).bind(member).one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Puts a sticker before the others; says whether it was not there yet.
pub(crate) async fn add(tx: &mut Tx, member: MemberId, new: &Collected) -> Result<bool> {
    let added = tx
        .ask(sql!(
            "INSERT INTO chat_stickers (id, member_id, file_id, hash, position, added_at)
             SELECT $1, $2, $3, $4, COALESCE(MIN(position), 0) - 1, $5 FROM chat_stickers WHERE member_id = $2
             ON CONFLICT (member_id, hash) DO NOTHING"
        ))
        .bind(new.id)
        .bind(member)
        .bind(new.file)
        .bind(new.hash.clone())
        .bind(new.added_at)
        .run()
        .await?;
    Ok(added > 0)
}

/// Puts these stickers of a member in that order. Others keep their places.
pub(crate) async fn order(tx: &mut Tx, member: MemberId, ids: &[StickerId]) -> Result<()> {
    let rows: Vec<Value> = ids.iter().enumerate().map(|(place, id)| json!({ "id": id, "place": place })).collect();
    tx.ask(sql!(
        "UPDATE chat_stickers SET position = (SELECT n.place FROM jsonb_to_recordset($2) AS n (id UUID, place BIGINT) WHERE n.id = chat_stickers.id)
         WHERE member_id = $1 AND id IN (SELECT n.id FROM jsonb_to_recordset($2) AS n (id UUID, place BIGINT))"
    ))
    .bind(member)
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Forgets a sticker of a member; says whether there was one.
pub(crate) async fn remove(tx: &mut Tx, member: MemberId, id: StickerId) -> Result<bool> {
    let removed = tx.ask(sql!("DELETE FROM chat_stickers WHERE id = $1 AND member_id = $2")).bind(id).bind(member).run().await?;
    Ok(removed > 0)
}
