//! An entry with everything that lies in it.

use kernel::clock::Time;
use kernel::db::{Db, Tx};
use kernel::uuid::Uuid;
use kernel::{Result, sql};

use super::super::model::Entry;
use super::super::{EntryId, SpaceId};
use super::entries::{Row, entries};
use crate::org::MemberId;

/// An entry and everything in it that was not thrown away, folders before what lies in them; `limit` at most.
pub(crate) async fn whole(tx: &mut Tx, root: EntryId, limit: i64) -> Result<Vec<Entry>> {
    let ask = tx.ask(entries!(
        "JOIN (WITH RECURSIVE inside (id, depth) AS (
                SELECT id, CAST(0 AS BIGINT) FROM drive_entries WHERE id = $1
                UNION ALL
                SELECT c.id, i.depth + 1 FROM drive_entries c JOIN inside i ON c.parent_id = i.id
                WHERE c.binned_at IS NULL AND i.depth < 100
             ) SELECT id, depth FROM inside) t ON t.id = e.id ORDER BY t.depth, e.id LIMIT $2"
    ));
    ask.bind(root).bind(limit).all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// Throws an entry away with everything in it; says whether there was something to throw away.
pub(crate) async fn throw_away(tx: &mut Tx, root: EntryId, by: MemberId, now: Time) -> Result<bool> {
    let thrown = tx
        .ask(sql!(
            "WITH RECURSIVE inside (id) AS (
                SELECT id FROM drive_entries WHERE id = $1 AND binned_at IS NULL
                UNION
                SELECT c.id FROM drive_entries c JOIN inside i ON c.parent_id = i.id WHERE c.binned_at IS NULL
             )
             UPDATE drive_entries SET binned_at = $2, binned_by = $3, binned_with = $1 WHERE id IN (SELECT id FROM inside)"
        ))
        .bind(root)
        .bind(now)
        .bind(by)
        .run()
        .await?;
    Ok(thrown > 0)
}

/// Brings back what was thrown away with an entry. Its name must be free before.
pub(crate) async fn bring_back(tx: &mut Tx, root: EntryId) -> Result<()> {
    tx.ask(sql!("UPDATE drive_entries SET binned_at = NULL, binned_by = NULL, binned_with = NULL WHERE binned_with = $1"))
        .bind(root)
        .run()
        .await?;
    Ok(())
}

/// Moves everything in an entry, and itself, to another space.
pub(crate) async fn change_space(tx: &mut Tx, root: EntryId, space: SpaceId) -> Result<()> {
    tx.ask(sql!(
        "WITH RECURSIVE inside (id) AS (
            SELECT id FROM drive_entries WHERE id = $1
            UNION
            SELECT c.id FROM drive_entries c JOIN inside i ON c.parent_id = i.id WHERE c.binned_at IS NULL
         )
         UPDATE drive_entries SET space_id = $2 WHERE id IN (SELECT id FROM inside)"
    ))
    .bind(root)
    .bind(space)
    .run()
    .await?;
    tx.ask(sql!(
        "UPDATE drive_terms SET space_id = $1 WHERE space_id <> $1 AND entry_id IN (SELECT id FROM drive_entries WHERE space_id = $1)"
    ))
    .bind(space)
    .run()
    .await?;
    Ok(())
}

/// Some files in an entry, or itself, whatever became of them.
pub(crate) async fn files(db: &Db, root: EntryId, limit: i64) -> Result<Vec<Entry>> {
    let ask = db.read(entries!(
        "WHERE e.kind = 'file' AND e.id IN (WITH RECURSIVE inside (id) AS (
            SELECT id FROM drive_entries WHERE id = $1
            UNION
            SELECT c.id FROM drive_entries c JOIN inside i ON c.parent_id = i.id
         ) SELECT id FROM inside) LIMIT $2"
    ));
    ask.bind(root).bind(limit).all::<Row>().await?.into_iter().map(Row::entry).collect()
}

/// Forgets the row of an entry, whose versions are gone.
pub(crate) async fn forget(tx: &mut Tx, id: EntryId) -> Result<()> {
    tx.ask(sql!("DELETE FROM drive_entries WHERE id = $1")).bind(id).run().await?;
    Ok(())
}

/// Forgets an entry and the folders in it, whose files are gone.
pub(crate) async fn forget_folders(tx: &mut Tx, root: EntryId) -> Result<()> {
    tx.ask(sql!(
        "WITH RECURSIVE inside (id) AS (
            SELECT id FROM drive_entries WHERE id = $1
            UNION
            SELECT c.id FROM drive_entries c JOIN inside i ON c.parent_id = i.id
         )
         DELETE FROM drive_entries WHERE id IN (SELECT id FROM inside) AND kind = 'folder'"
    ))
    .bind(root)
    .run()
    .await?;
    Ok(())
}

/// Whether one entry is, or lies in, another.
pub(crate) async fn is_inside(tx: &mut Tx, entry: Uuid, of: EntryId) -> Result<bool> {
    let found: Option<(i64,)> = tx
        .ask(sql!(
            "WITH RECURSIVE above (id, parent_id) AS (
                SELECT id, parent_id FROM drive_entries WHERE id = $1
                UNION
                SELECT p.id, p.parent_id FROM drive_entries p JOIN above a ON p.id = a.parent_id
             )
             SELECT CAST(1 AS BIGINT) FROM above WHERE id = $2"
        ))
        .bind(entry)
        .bind(of)
        .optional()
        .await?;
    Ok(found.is_some())
}

/// What lies at the top of a space and was not thrown away.
pub(crate) async fn tops(tx: &mut Tx, space: SpaceId) -> Result<Vec<EntryId>> {
    let found: Vec<(EntryId,)> = tx
        .ask(sql!("SELECT id FROM drive_entries WHERE space_id = $1 AND parent_id = $2 AND binned_at IS NULL ORDER BY id LIMIT 100000"))
        .bind(space)
        .bind(space)
        .all()
        .await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
