//! Entries that are copied, folders with what lies in them. Bytes are not: another reference to them is counted.

use std::collections::HashMap;

use kernel::Result;
use kernel::uuid::Uuid;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Place, Scan, SeenSpace};
use super::super::store;
use super::super::{EntryId, TREE_MAX, jobs, seen};
use super::keeping::{Bytes, NewFile, fresh, keep};
use super::{charged, folder};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// Copies an entry into a folder; gives the copy.
pub(crate) async fn copy(desk: &Desk, viewer: &Viewer, id: EntryId, space: &SeenSpace, goal: Option<EntryId>) -> Result<Entry> {
    let seen = seen::entry(desk, viewer, id).await?;
    let goal = folder(desk, space, goal).await?;
    let charged_to = charged(space, viewer.member)?;
    let max = desk.limits.of(&TREE_MAX);
    let limit = i64::try_from(max).unwrap_or(i64::MAX - 1);
    let mut tx = desk.db.begin().await?;
    if store::subtree::is_inside(&mut tx, goal, id).await? {
        return Err(Refused::IntoItself.into());
    }
    let tree = store::subtree::whole(&mut tx, id, limit.saturating_add(1)).await?;
    if u64::try_from(tree.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let mut copies: HashMap<Uuid, EntryId> = HashMap::new();
    let mut first = None;
    for entry in &tree {
        let parent = match entry.place {
            _ if entry.id == seen.entry.id => Some(goal),
            Place::Kept { parent, .. } => copies.get(&parent).map(|copy| copy.uuid()),
            Place::Sent { .. } => None,
        };
        let Some(parent) = parent else { continue };
        let place = Place::Kept { space: space.space.id, parent };
        let copied = match (entry.kind, &entry.hash) {
            (EntryKind::Folder, _) => {
                let copied = fresh(desk, (viewer.organisation, viewer.member), EntryKind::Folder, place, &entry.name);
                let name = store::entries::insert(&mut tx, &copied).await?;
                store::search::index(&mut tx, space.space.id, copied.id, &name).await?;
                copied.id
            }
            (EntryKind::File, Some(hash)) if entry.looks.scan != Scan::Infected => {
                let file = NewFile { name: &entry.name, declared_type: &entry.media_type, by: viewer.member, charged_to };
                keep(&mut tx, desk, viewer.organisation, place, &file, &Bytes { hash: hash.clone(), size: entry.size }).await?.id
            }
            (EntryKind::File, _) => continue,
        };
        copies.insert(entry.id.uuid(), copied);
        first.get_or_insert(copied);
    }
    jobs::plan_sweep(&mut tx, desk).await?;
    tx.commit().await?;
    Ok(seen::entry(desk, viewer, first.ok_or(Refused::Infected)?).await?.entry)
}
