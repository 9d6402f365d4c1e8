//! Entries that get another name or another place.

use kernel::Result;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, OF_MEMBER, Place};
use super::super::store;
use super::super::{EntryId, SpaceId, TREE_MAX, names, seen};
use super::{charged, folder, must_fit};
use crate::desk::Desk;
use crate::viewer::Viewer;

/// What of an entry changes; the rest stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) folder: Option<EntryId>,
    /// To the top of the space.
    pub(crate) to_root: bool,
    pub(crate) space: Option<SpaceId>,
}

/// Renames an entry, moves it, or both. What is taken there already gets a number.
pub(crate) async fn change(desk: &Desk, viewer: &Viewer, id: EntryId, change: Change) -> Result<Entry> {
    let seen = seen::entry(desk, viewer, id).await?;
    let from = seen.writable()?.clone();
    let Place::Kept { parent, .. } = seen.entry.place else { return Err(Refused::NotAllowed.into()) };
    let to = match change.space {
        Some(space) => seen::writable_space(desk, viewer, space).await?,
        None => from.clone(),
    };
    let is_elsewhere = to.space.id != from.space.id;
    let goal = match (change.folder, change.to_root || is_elsewhere) {
        (Some(id), _) => folder(desk, &to, Some(id)).await?,
        (None, true) => to.space.id.uuid(),
        (None, false) => parent,
    };
    let name = change.name.as_deref().map_or_else(|| Ok(seen.entry.name.clone()), names::safe)?;
    let mut tx = desk.db.begin().await?;
    if goal != parent && store::subtree::is_inside(&mut tx, goal, id).await? {
        return Err(Refused::IntoItself.into());
    }
    let name = store::entries::put(&mut tx, &seen.entry, goal, &name, desk.now()).await?;
    store::search::index(&mut tx, from.space.id, id, &name).await?;
    if is_elsewhere {
        let max = desk.limits.of(&TREE_MAX);
        let limit = i64::try_from(max).unwrap_or(i64::MAX - 1);
        let tree = store::subtree::whole(&mut tx, id, limit.saturating_add(1)).await?;
        if u64::try_from(tree.len()).unwrap_or(u64::MAX) > max {
            return Err(Refused::TooMany(max).into());
        }
        let charged_to = charged(&to, viewer.member)?;
        // What leaves somebody's own space stays on their count; what comes into one is on its owner's.
        let anew = (to.space.owner_kind == OF_MEMBER).then_some(charged_to);
        for entry in tree.iter().filter(|entry| entry.kind == EntryKind::File) {
            store::versions::recharge(&mut tx, entry, to.space.id.uuid(), anew).await?;
        }
        store::subtree::change_space(&mut tx, id, to.space.id).await?;
        must_fit(&mut tx, viewer.organisation, charged_to).await?;
    }
    tx.commit().await?;
    Ok(seen::entry(desk, viewer, id).await?.entry)
}
