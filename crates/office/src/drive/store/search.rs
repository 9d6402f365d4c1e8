//! What the names of entries are found by: their words, and what they sound like.

use std::collections::BTreeSet;

use kernel::db::{Db, Ids, Tx};
use kernel::{Result, sql};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::super::model::Entry;
use super::super::{EntryId, SpaceId};
use super::entries::{Row, entries};
use crate::{org, terms};

/// Writes anew what an entry of a space is found by.
pub(crate) async fn index(tx: &mut Tx, space: SpaceId, id: EntryId, name: &str) -> Result<()> {
    tx.ask(sql!("DELETE FROM drive_terms WHERE entry_id = $1")).bind(id).run().await?;
    tx.ask(sql!("UPDATE drive_entries SET spelt = TRUE WHERE id = $1")).bind(id).run().await?;
    let terms = terms::terms(name).into_iter().chain(org::sounds(name)).collect::<BTreeSet<String>>();
    let rows: Vec<Value> = terms.into_iter().map(|term| json!({ "space": space, "term": term, "id": id })).collect();
    if rows.is_empty() {
        return Ok(());
    }
    tx.ask(sql!(
        "INSERT INTO drive_terms (space_id, term, entry_id)
         SELECT n.space, n.term, n.id FROM jsonb_to_recordset($1) AS n (space UUID, term TEXT, id UUID) WHERE TRUE
         ON CONFLICT (space_id, term, entry_id) DO NOTHING"
    ))
    .bind(Json(json!(rows)))
    .run()
    .await?;
    Ok(())
}

/// Some entries that were named before what names sound like was kept, with their spaces and names.
pub(crate) async fn unspelt(tx: &mut Tx, limit: i64) -> Result<Vec<(SpaceId, EntryId, String)>> {
    tx.ask(sql!("SELECT space_id, id, name FROM drive_entries WHERE NOT spelt AND space_id IS NOT NULL ORDER BY id LIMIT $1"))
        .bind(limit)
        .all()
        .await
}

/// Entries of these spaces that have all of these terms, the latest first, before that one.
pub(crate) async fn with_terms(db: &Db, spaces: &[SpaceId], terms: &[String], before: Option<EntryId>, limit: i64) -> Result<Vec<Entry>> {
    let Some(first) = terms.first() else { return Ok(Vec::new()) };
    let rows: Vec<Value> = terms.iter().skip(1).map(|term| json!({ "term": term })).collect();
    let ask = db.read(entries!(
        "JOIN drive_terms t ON t.entry_id = e.id
         WHERE t.space_id = ANY($1) AND t.term = $2 AND e.binned_at IS NULL AND (e.id < $4 OR $4 IS NULL)
           AND NOT EXISTS (SELECT 1 FROM jsonb_to_recordset($3) AS n (term TEXT)
             WHERE NOT EXISTS (SELECT 1 FROM drive_terms o WHERE o.space_id = t.space_id AND o.term = n.term AND o.entry_id = e.id))
         ORDER BY e.id DESC LIMIT $5"
    ));
    let ask = ask.bind(Ids::from_iter(spaces.iter().map(|id| id.uuid()))).bind(first.clone()).bind(Json(json!(rows))).bind(before);
    ask.bind(limit).all::<Row>().await?.into_iter().map(Row::entry).collect()
}
