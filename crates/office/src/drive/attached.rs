//! Files that go with something another capability writes, such as a message: they are uploaded for a place, sent there
//! once, and seen by whoever sees what they are attached to. Also how a file looks as a subject.

use futures::future::BoxFuture;
use kernel::clock::Time;
use kernel::db::Tx;
use kernel::uuid::Uuid;
use kernel::{Error, Result};

use super::acts::keeping::{Bytes, NewFile, keep};
use super::errors::Refused;
use super::model::{Entry, EntryKind, Place, Scan};
use super::store::{self, From};
use super::{EntryId, FileCard, jobs, seen, wire};
use crate::desk::Desk;
use crate::org::MemberId;
use crate::subjects::{Card, PEOPLE_MAX, Thing};
use crate::viewer::Viewer;

/// These files as the viewer may send them to a place, in the order they are given. What was not uploaded for it by them
/// is copied there, if they see it: the copy waits to be attached like an upload.
pub(crate) async fn for_sending(desk: &Desk, viewer: &Viewer, to: Thing, ids: &[EntryId], max: u64) -> Result<Vec<FileCard>> {
    if ids.is_empty() {
        return Err(Refused::Field("files").into());
    }
    if u64::try_from(ids.len()).unwrap_or(u64::MAX) > max {
        return Err(Refused::TooMany(max).into());
    }
    let mut cards = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        let is_again = ids.iter().take(place).any(|other| other == id);
        let entry = seen::entry(desk, viewer, *id).await?.entry;
        let waits_here = !is_again && matches!(&entry.place, Place::Sent { to: (kind, id), attached: None } if (kind.as_str(), *id) == to);
        let card = match (entry.kind, waits_here) {
            (EntryKind::Folder, _) => return Err(Refused::Field("files").into()),
            (EntryKind::File, _) if entry.looks.scan == Scan::Infected => return Err(Refused::Infected.into()),
            (EntryKind::File, true) => wire::file_card(&entry),
            (EntryKind::File, false) => copy(desk, viewer, to, &entry).await?,
        };
        cards.push(card);
    }
    Ok(cards)
}

async fn copy(desk: &Desk, viewer: &Viewer, to: Thing, entry: &Entry) -> Result<FileCard> {
    let hash = entry.hash.clone().ok_or_else(Error::not_found)?;
    let place = Place::Sent { to: (to.0.to_owned(), to.1), attached: None };
    let file = NewFile { name: &entry.name, declared_type: &entry.media_type, by: viewer.member, charged_to: viewer.member };
    let mut tx = desk.db.begin().await?;
    let id = keep(&mut tx, desk, viewer.organisation, place, &file, &Bytes { hash, size: entry.size }).await?.id;
    jobs::plan_sweep(&mut tx, desk).await?;
    tx.commit().await?;
    Ok(FileCard { id, ..wire::file_card(entry) })
}

/// A copy of a file that the viewer sees, for a thing of another capability. It waits to be attached like an
/// upload.
pub(crate) async fn copy_for(desk: &Desk, viewer: &Viewer, to: Thing, id: EntryId) -> Result<FileCard> {
    let entry = seen::entry(desk, viewer, id).await?.entry;
    match (entry.kind, entry.looks.scan) {
        (EntryKind::Folder, _) => Err(Refused::Field("file").into()),
        (EntryKind::File, Scan::Infected) => Err(Refused::Infected.into()),
        (EntryKind::File, Scan::Clean | Scan::Waiting) => copy(desk, viewer, to, &entry).await,
    }
}

/// A file that the viewer sees, with the hash of its bytes.
pub(crate) async fn look_at(desk: &Desk, viewer: &Viewer, id: EntryId) -> Result<(FileCard, Option<String>)> {
    let entry = seen::entry(desk, viewer, id).await?.entry;
    Ok((wire::file_card(&entry), entry.hash))
}

/// How these files of the organisation look now, as far as they are still there. The caller knows whose they are.
pub(crate) async fn cards(desk: &Desk, viewer: &Viewer, ids: &[EntryId]) -> Result<Vec<FileCard>> {
    let entries = store::entries::some(From::Db(&desk.db), viewer.organisation, ids).await?;
    Ok(entries.iter().filter(|entry| entry.looks.scan != Scan::Infected).map(wire::file_card).collect())
}

/// Attaches files to a thing as a part of the change that writes it; says whether all of them still waited for that.
pub(crate) async fn attach(tx: &mut Tx, sender: MemberId, to: Thing, thing: Thing, ids: &[EntryId]) -> Result<bool> {
    let attached = store::entries::attach(tx, ids, sender, to, thing).await?;
    if attached.len() == ids.len() {
        return Ok(true);
    }
    store::entries::detach(tx, &attached).await?;
    Ok(false)
}

/// Forgets the files of a thing that is taken back.
pub(crate) async fn forget_attached(tx: &mut Tx, desk: &Desk, thing: Uuid, now: Time) -> Result<()> {
    let ids = store::entries::attached_to(tx, thing).await?;
    let Some(organisation) = store::entries::organisation_of(tx, &ids).await? else { return Ok(()) };
    for entry in store::entries::some(From::Tx(tx), organisation, &ids).await? {
        for version in store::versions::within(tx, entry.id).await? {
            store::versions::remove(tx, &entry, &version, now).await?;
        }
        store::subtree::forget(tx, entry.id).await?;
    }
    jobs::plan_sweep(tx, desk).await
}

/// Lets go of everything that was sent to a place that is no more, and of what is kept in its space: it is swept up.
pub(crate) async fn let_go(tx: &mut Tx, desk: &Desk, place: Thing) -> Result<()> {
    store::entries::let_go(tx, place.0, place.1, desk.now()).await?;
    jobs::plan_sweep(tx, desk).await
}

/// The files with these bytes that are attached to something, with what they are attached to.
pub(crate) async fn attached_with(desk: &Desk, hash: &str) -> Result<Vec<(Uuid, FileCard)>> {
    let entries = store::entries::attached_with_bytes(&desk.db, hash).await?;
    let cards = entries.iter().filter_map(|entry| match &entry.place {
        Place::Sent { attached: Some((_, thing)), .. } => Some((*thing, wire::file_card(entry))),
        Place::Sent { attached: None, .. } | Place::Kept { .. } => None,
    });
    Ok(cards.collect())
}

/// How a file looks as a subject.
pub(super) fn subject(desk: Desk, viewer: Viewer, id: Uuid) -> BoxFuture<'static, Result<Option<Card>>> {
    Box::pin(async move {
        let Ok(id) = id.to_string().parse::<EntryId>() else { return Ok(None) };
        let found = store::entries::of_organisation(From::Db(&desk.db), viewer.organisation, id).await?;
        let Some(entry) = found.filter(|entry| entry.binned_at.is_none()) else { return Ok(None) };
        let Some(seen) = seen::of_viewer(&desk, &viewer, entry).await? else { return Ok(None) };
        let space = seen.space.as_ref();
        Ok(Some(Card {
            title: seen.entry.name.clone(),
            link: format!("/drive?entry={id}"),
            picture: seen.entry.looks.has_thumbnail.then(|| format!("/api/drive/files/{id}/thumbnail")),
            state: match seen.entry.kind {
                EntryKind::Folder => EntryKind::Folder.word(),
                EntryKind::File => seen.entry.family.word(),
            },
            starts_at: None,
            ended_at: None,
            people_count: 0,
            people: space.map_or_else(|| vec![seen.entry.created_by], |space| around(&seen.entry, &space.people)),
            can_write: space.is_some_and(|space| space.can_write),
            can_call: true,
            can_manage: space.is_some_and(|space| space.can_manage),
        }))
    })
}

/// Who is around an entry: whoever made it, and those of what its space belongs to.
fn around(entry: &Entry, people: &[MemberId]) -> Vec<MemberId> {
    let others = people.iter().copied().filter(|member| *member != entry.created_by);
    std::iter::once(entry.created_by).chain(others).take(PEOPLE_MAX).collect()
}
