//! Files that come to be: new ones, and new versions of those that are there.

use kernel::Result;
use kernel::db::Tx;

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Family, Looks, Place, Scan, SeenSpace, Version};
use super::super::store::{self, From, settings};
use super::super::{EntryId, names, seen};
use super::{charged, folder, must_fit};
use crate::desk::Desk;
use crate::org::{MemberId, OrganisationId};
use crate::viewer::Viewer;

/// Bytes that are kept already.
#[derive(Clone, Debug)]
pub(crate) struct Bytes {
    pub(crate) hash: String,
    pub(crate) size: i64,
}

/// What a new file is called and who brings it.
pub(crate) struct NewFile<'a> {
    pub(crate) name: &'a str,
    pub(crate) declared_type: &'a str,
    pub(crate) by: MemberId,
    pub(crate) charged_to: MemberId,
}

/// An entry that was not there before.
pub(crate) fn fresh(desk: &Desk, by: (OrganisationId, MemberId), kind: EntryKind, place: Place, name: &str) -> Entry {
    let (organisation, created_by) = by;
    let now = desk.now();
    Entry {
        id: EntryId::draw(&desk.chance, now),
        organisation,
        place,
        kind,
        name: name.to_owned(),
        family: Family::Other,
        media_type: String::new(),
        size: 0,
        hash: None,
        version: 0,
        versions: 0,
        created_by,
        created_at: now,
        changed_at: now,
        binned_at: None,
        binned_with: None,
        looks: Looks { width: None, height: None, duration_ms: None, has_thumbnail: false, scan: Scan::Clean },
        is_shared: false,
    }
}

/// Makes a folder; it gets the first name that is free.
pub(crate) async fn make_folder(desk: &Desk, viewer: &Viewer, space: &SeenSpace, parent: Option<EntryId>, name: &str) -> Result<EntryId> {
    let name = names::safe(name)?;
    let parent = folder(desk, space, parent).await?;
    let entry = fresh(desk, (viewer.organisation, viewer.member), EntryKind::Folder, Place::Kept { space: space.space.id, parent }, &name);
    let mut tx = desk.db.begin().await?;
    let name = store::entries::insert(&mut tx, &entry).await?;
    store::search::index(&mut tx, space.space.id, entry.id, &name).await?;
    tx.commit().await?;
    Ok(entry.id)
}

/// Writes a new file whose bytes are kept.
pub(crate) async fn keep(
    tx: &mut Tx,
    desk: &Desk,
    organisation: OrganisationId,
    place: Place,
    file: &NewFile<'_>,
    bytes: &Bytes,
) -> Result<Entry> {
    let (media_type, family) = names::kind_of(file.name, file.declared_type);
    let fresh = fresh(desk, (organisation, file.by), EntryKind::File, place, file.name);
    let entry = Entry { media_type: media_type.to_owned(), family, size: bytes.size, hash: Some(bytes.hash.clone()), version: 1, ..fresh };
    let name = store::entries::insert(tx, &entry).await?;
    let version = Version {
        number: 1,
        hash: bytes.hash.clone(),
        size: bytes.size,
        created_by: file.by,
        created_at: desk.now(),
        charged_to: file.charged_to,
    };
    store::versions::add(tx, &entry, &version).await?;
    if let Place::Kept { space, .. } = entry.place {
        store::search::index(tx, space, entry.id, &name).await?;
    }
    must_fit(tx, organisation, file.charged_to).await?;
    Ok(entry)
}

/// Adds a version to a file, and forgets the oldest ones there is no room for. The same bytes again are no new version.
pub(crate) async fn add_version(tx: &mut Tx, desk: &Desk, viewer: &Viewer, id: EntryId, charged_to: MemberId, bytes: &Bytes) -> Result<()> {
    let now = desk.now();
    let entry = store::entries::of_organisation(From::Tx(tx), viewer.organisation, id).await?;
    let entry = entry.filter(|entry| entry.kind == EntryKind::File && entry.binned_at.is_none()).ok_or(Refused::NotFound)?;
    if entry.hash.as_ref() == Some(&bytes.hash) {
        return Ok(());
    }
    let before = store::versions::within(tx, id).await?;
    let number = before.first().map_or(0, |version| version.number) + 1;
    let version = Version { number, hash: bytes.hash.clone(), size: bytes.size, created_by: viewer.member, created_at: now, charged_to };
    store::versions::add(tx, &entry, &version).await?;
    store::entries::show_version(tx, id, number, &bytes.hash, bytes.size, now).await?;
    let kept = settings::of(From::Tx(tx), viewer.organisation).await?.versions_kept;
    let kept = usize::try_from(kept).unwrap_or(1).max(1);
    for old in before.iter().skip(kept - 1) {
        store::versions::remove(tx, &entry, old, now).await?;
    }
    must_fit(tx, viewer.organisation, charged_to).await
}

/// Shows an earlier version again, as the latest one.
pub(crate) async fn restore_version(desk: &Desk, viewer: &Viewer, id: EntryId, number: i64) -> Result<()> {
    let seen = seen::entry(desk, viewer, id).await?;
    let space = seen.writable()?;
    let versions = store::versions::of(&desk.db, id).await?;
    let version = versions.into_iter().find(|version| version.number == number).ok_or(Refused::NotFound)?;
    let bytes = Bytes { hash: version.hash, size: version.size };
    let charged_to = charged(space, viewer.member)?;
    let mut tx = desk.db.begin().await?;
    add_version(&mut tx, desk, viewer, id, charged_to, &bytes).await?;
    tx.commit().await
}
