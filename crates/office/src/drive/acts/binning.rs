//! The recycle bin: entries are thrown away with everything in them, brought back, or destroyed for ever.

use kernel::Result;
use serde_json::json;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Place, SeenSpace};
use super::super::seen::{self, Seen};
use super::super::store::{self, From};
use super::super::{EntryId, jobs};
use crate::desk::Desk;
use crate::org::{self, Actor};
use crate::viewer::Viewer;

/// Files that are destroyed in one change.
const BATCH_FILES: i64 = 100;
/// Thrown-away entries that are looked at when a bin is emptied.
const BIN_PAGE: i64 = 200;

/// Throws an entry away with everything in it.
pub(crate) async fn throw_away(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<()> {
    let seen = seen::entry(desk, viewer, id).await?;
    seen.writable()?;
    let mut tx = desk.db.begin().await?;
    store::subtree::throw_away(&mut tx, id, viewer.member, desk.now()).await?;
    jobs::plan_sweep(&mut tx, desk).await?;
    tx.commit().await
}

/// Brings back what was thrown away, to where it was if that is still there. A name that is taken gets a number.
pub(crate) async fn bring_back(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<Entry> {
    let seen = binned(desk, viewer, id).await?;
    let space = seen.writable()?.space.id;
    let Place::Kept { parent, .. } = seen.entry.place else { return Err(Refused::NotFound.into()) };
    let folder = store::entries::of_organisation(
        From::Db(&desk.db),
        viewer.organisation,
        parent.to_string().parse().map_err(|_| Refused::NotFound)?,
    );
    let is_there = folder.await?.is_some_and(|folder| folder.binned_at.is_none());
    let parent = if is_there { parent } else { space.uuid() };
    let mut tx = desk.db.begin().await?;
    let name = store::entries::put(&mut tx, &seen.entry, parent, &seen.entry.name, desk.now()).await?;
    store::subtree::bring_back(&mut tx, id).await?;
    store::search::index(&mut tx, space, id, &name).await?;
    tx.commit().await?;
    Ok(seen::entry(desk, viewer, id).await?.entry)
}

/// Destroys what was thrown away. In a space of several people only those may who brought it or decide for others there.
pub(crate) async fn destroy(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<()> {
    let seen = binned(desk, viewer, id).await?;
    let space = seen.writable()?;
    if !may_destroy(space, viewer, &seen.entry) {
        return Err(Refused::NotAllowed.into());
    }
    let mut tx = desk.db.begin().await?;
    note(&mut tx, desk, viewer, "drive.destroyed", &seen.entry).await?;
    tx.commit().await?;
    destroy_now(desk, &seen.entry).await
}

fn may_destroy(space: &SeenSpace, viewer: &Viewer, entry: &Entry) -> bool {
    space.can_manage || entry.created_by == viewer.member
}

/// Destroys everything in a bin that the viewer may.
pub(crate) async fn empty(desk: &Desk, viewer: &Viewer, space: &SeenSpace) -> Result<()> {
    let mut before = None;
    loop {
        let page = store::listing::bin(&desk.db, space.space.id, before, BIN_PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        before = Some((last.binned_at.unwrap_or(last.changed_at), last.id));
        for entry in page.iter().filter(|entry| may_destroy(space, viewer, entry)) {
            let mut tx = desk.db.begin().await?;
            note(&mut tx, desk, viewer, "drive.destroyed", entry).await?;
            tx.commit().await?;
            destroy_now(desk, entry).await?;
        }
    }
}

async fn note(tx: &mut kernel::db::Tx, desk: &Desk, viewer: &Viewer, action: &'static str, entry: &Entry) -> Result<()> {
    let details = json!({ "entry_id": entry.id, "kind": entry.kind.word(), "size": entry.size });
    org::record(tx, desk, Actor::from(viewer), action, &entry.name, details).await
}

/// An entry that was thrown away by itself, and not with another.
async fn binned(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<Seen> {
    let seen = seen::entry_or_binned(desk, viewer, id).await?;
    if seen.entry.binned_with == Some(id) { Ok(seen) } else { Err(Refused::NotFound.into()) }
}

/// Destroys an entry with everything in it, a few files at a time. Cut off, it is the rest that is still there.
pub(crate) async fn destroy_now(desk: &Desk, root: &Entry) -> Result<()> {
    loop {
        let files = store::subtree::files(&desk.db, root.id, BATCH_FILES).await?;
        if files.is_empty() {
            break;
        }
        let mut tx = desk.db.begin().await?;
        for file in &files {
            for version in store::versions::within(&mut tx, file.id).await? {
                store::versions::remove(&mut tx, file, &version, desk.now()).await?;
            }
            store::subtree::forget(&mut tx, file.id).await?;
        }
        tx.commit().await?;
    }
    if root.kind == EntryKind::Folder {
        let mut tx = desk.db.begin().await?;
        store::subtree::forget_folders(&mut tx, root.id).await?;
        tx.commit().await?;
    }
    Ok(())
}
