//! Uploads: begun, continued, finished. A finished one is a file, or a new version of one; what it needs is asked for
//! again at its end, because much may have changed since its beginning.

use std::time::Duration;

use kernel::blobs::hash_file;
use kernel::uuid::Uuid;
use kernel::{Error, Result};

use super::super::errors::Refused;
use super::super::model::{Entry, EntryKind, Place, Scan, SeenSpace};
use super::super::store::uploads::{self, Upload};
use super::super::store::{self, From, settings};
use super::super::{CONVERSATION, EntryId, FILE_BYTES_MAX, SpaceId, UPLOAD_HOURS, UPLOADS_MAX, UploadId, jobs, look, names, rules, seen};
use super::keeping::{Bytes, NewFile, add_version, keep};
use super::{charged, folder};
use crate::desk::Desk;
use crate::org::MemberId;
use crate::subjects;
use crate::viewer::Viewer;

/// Where a file is to go.
#[derive(Clone, Debug)]
pub(crate) enum Goal {
    Space {
        space: SpaceId,
        folder: Option<EntryId>,
    },
    /// To be sent there.
    Conversation(Uuid),
    /// A new version of that file.
    File(EntryId),
}

/// What is to arrive.
#[derive(Clone, Debug)]
pub(crate) struct NewUpload {
    pub(crate) goal: Goal,
    pub(crate) name: String,
    pub(crate) declared_type: String,
    pub(crate) sha256: Option<String>,
    pub(crate) length: u64,
}

/// Where a file may go, and against whom it counts.
enum Destination {
    New(Place, MemberId),
    Version(EntryId, MemberId),
}

/// Begins an upload. It is finished at once when the viewer can read the same bytes already, or when there are none.
pub(crate) async fn begin(desk: &Desk, viewer: &Viewer, wanted: NewUpload) -> Result<Upload> {
    let max = desk.limits.of(&FILE_BYTES_MAX);
    if wanted.length > max {
        return Err(Refused::TooLarge(max).into());
    }
    let upload = upload(desk, viewer, wanted)?;
    let (Destination::New(_, charged_to) | Destination::Version(_, charged_to)) = destination(desk, viewer, &upload).await?;
    let mut tx = desk.db.begin().await?;
    let (count, waiting) = uploads::under_way(&mut tx, viewer.member).await?;
    let uploads_max = desk.limits.of(&UPLOADS_MAX);
    if u64::try_from(count).unwrap_or(u64::MAX) >= uploads_max {
        return Err(Refused::TooMany(uploads_max).into());
    }
    let announced = waiting.saturating_add(upload.length);
    let holds = settings::of(From::Tx(&mut tx), viewer.organisation).await?;
    let member_bytes = settings::used(From::Tx(&mut tx), charged_to.uuid()).await?;
    let organisation_bytes = settings::used(From::Tx(&mut tx), viewer.organisation.uuid()).await?;
    rules::fits(holds, member_bytes.saturating_add(announced), organisation_bytes.saturating_add(announced))?;
    uploads::insert(&mut tx, &upload).await?;
    jobs::plan_sweep(&mut tx, desk).await?;
    tx.commit().await?;
    if let Some(bytes) = known(desk, viewer, &upload).await? {
        let entry_id = settle(desk, viewer, &upload, &bytes).await?;
        return Ok(Upload { entry_id: Some(entry_id), ..upload });
    }
    desk.drive.parts.begin(upload.id.uuid()).await?;
    if upload.length == 0 {
        let entry_id = finish(desk, viewer, &upload).await?;
        return Ok(Upload { entry_id: Some(entry_id), ..upload });
    }
    Ok(upload)
}

fn upload(desk: &Desk, viewer: &Viewer, wanted: NewUpload) -> Result<Upload> {
    let now = desk.now();
    let (space_id, folder_id, sent, file_id) = match wanted.goal {
        Goal::Space { space, folder } => (Some(space), folder, None, None),
        Goal::Conversation(id) => (None, None, Some((CONVERSATION.to_owned(), id)), None),
        Goal::File(file) => (None, None, None, Some(file)),
    };
    let (sent_kind, sent_to) = sent.unzip();
    Ok(Upload {
        id: UploadId::draw(&desk.chance, now),
        organisation_id: viewer.organisation,
        member_id: viewer.member,
        name: names::safe(&wanted.name)?,
        declared_type: wanted.declared_type.chars().take(100).collect(),
        sha256: wanted.sha256,
        length: i64::try_from(wanted.length).map_err(|_| Refused::TooLarge(desk.limits.of(&FILE_BYTES_MAX)))?,
        space_id,
        folder_id,
        sent_kind,
        sent_to,
        file_id,
        created_at: now,
        expires_at: expiry(desk),
        entry_id: None,
    })
}

fn expiry(desk: &Desk) -> kernel::clock::Time {
    desk.now() + Duration::from_secs(desk.limits.of(&UPLOAD_HOURS).saturating_mul(3_600))
}

/// Where the upload goes now, if the viewer still may.
async fn destination(desk: &Desk, viewer: &Viewer, upload: &Upload) -> Result<Destination> {
    if let Some(file) = upload.file_id {
        let seen = seen::entry(desk, viewer, file).await?;
        let charged_to = charged(seen.writable()?, viewer.member)?;
        return match seen.entry.kind {
            EntryKind::File => Ok(Destination::Version(file, charged_to)),
            EntryKind::Folder => Err(Refused::Field("file").into()),
        };
    }
    if let Some((kind, id)) = upload.sent_kind.as_ref().zip(upload.sent_to) {
        let card = subjects::card(desk, viewer, kind, id).await?.ok_or_else(Error::not_found)?;
        let place = Place::Sent { to: (kind.clone(), id), attached: None };
        return if card.can_write { Ok(Destination::New(place, viewer.member)) } else { Err(Refused::NotAllowed.into()) };
    }
    let space: SeenSpace = seen::writable_space(desk, viewer, upload.space_id.ok_or_else(Error::not_found)?).await?;
    let parent = folder(desk, &space, upload.folder_id).await?;
    Ok(Destination::New(Place::Kept { space: space.space.id, parent }, charged(&space, viewer.member)?))
}

/// Bytes of that sum that the viewer can read already. That somebody else has them is not told.
async fn known(desk: &Desk, viewer: &Viewer, upload: &Upload) -> Result<Option<Bytes>> {
    let Some(hash) = &upload.sha256 else { return Ok(None) };
    for entry in store::entries::with_bytes(&desk.db, viewer.organisation, hash).await? {
        let is_same = entry.size == upload.length && entry.looks.scan == Scan::Clean;
        if is_same && seen::of_viewer(desk, viewer, Entry::clone(&entry)).await?.is_some() {
            return Ok(Some(Bytes { hash: hash.clone(), size: entry.size }));
        }
    }
    Ok(None)
}

/// An upload of the viewer's that is not over.
pub(crate) async fn own(desk: &Desk, viewer: &Viewer, id: UploadId) -> Result<Upload> {
    let upload = uploads::own(&desk.db, viewer, id).await?.ok_or_else(Error::not_found)?;
    if upload.expires_at <= desk.now() && upload.entry_id.is_none() {
        return Err(Refused::Expired.into());
    }
    Ok(upload)
}

/// How far an upload has come. One whose last byte came without an answer is finished here.
pub(crate) async fn standing(desk: &Desk, viewer: &Viewer, id: UploadId) -> Result<(Upload, u64)> {
    let upload = own(desk, viewer, id).await?;
    let length = u64::try_from(upload.length).unwrap_or(0);
    if upload.entry_id.is_some() {
        return Ok((upload, length));
    }
    let offset = match desk.drive.parts.length(id.uuid()).await? {
        Some(offset) => offset,
        None => {
            desk.drive.parts.begin(id.uuid()).await?;
            0
        }
    };
    if offset < length {
        return Ok((upload, offset));
    }
    let entry_id = finish(desk, viewer, &upload).await?;
    Ok((Upload { entry_id: Some(entry_id), ..upload }, length))
}

/// Lets an upload live on after some bytes came, and finishes it with the last one.
pub(crate) async fn came_to(desk: &Desk, viewer: &Viewer, upload: Upload, offset: u64) -> Result<Upload> {
    if offset < u64::try_from(upload.length).unwrap_or(0) {
        let expires_at = expiry(desk);
        uploads::prolong(&desk.db, upload.id, expires_at).await?;
        return Ok(Upload { expires_at, ..upload });
    }
    let entry_id = finish(desk, viewer, &upload).await?;
    Ok(Upload { entry_id: Some(entry_id), ..upload })
}

/// Forgets an upload of the viewer's. The file it has become stays.
pub(crate) async fn end(desk: &Desk, viewer: &Viewer, id: UploadId) -> Result<()> {
    let upload = uploads::own(&desk.db, viewer, id).await?.ok_or_else(Error::not_found)?;
    desk.drive.parts.forget(upload.id.uuid()).await?;
    uploads::remove(&desk.db, id).await
}

/// Makes a file of an upload that is whole. The bytes are kept before anything refers to them, and the part is forgotten
/// after, so it can be done again wherever it was cut off.
async fn finish(desk: &Desk, viewer: &Viewer, upload: &Upload) -> Result<EntryId> {
    let part = desk.drive.parts.place_of(upload.id.uuid());
    let (hash, size) = hash_file(part.clone()).await?;
    if upload.sha256.as_ref().is_some_and(|announced| *announced != hash) {
        desk.drive.parts.forget(upload.id.uuid()).await?;
        uploads::remove(&desk.db, upload.id).await?;
        return Err(Refused::Spoilt.into());
    }
    let bytes = Bytes { hash, size: i64::try_from(size).map_err(|e| Error::internal("measuring a file", e))? };
    let scan = if desk.drive.scanner.is_on() { Scan::Waiting } else { Scan::Clean };
    store::blobs::expect(&desk.db, &bytes.hash, bytes.size, scan, desk.now()).await?;
    desk.drive.blobs.put_file(&bytes.hash, part).await?;
    if !desk.drive.scanner.is_on() {
        let (_, family) = names::kind_of(&upload.name, &upload.declared_type);
        look::at_once(desk, &bytes.hash, family).await?;
    }
    settle(desk, viewer, upload, &bytes).await
}

/// Writes down what an upload has become. Whoever is second finds what the first has made of it.
async fn settle(desk: &Desk, viewer: &Viewer, upload: &Upload, bytes: &Bytes) -> Result<EntryId> {
    let destination = destination(desk, viewer, upload).await?;
    let is_looked_at = store::blobs::looks(&desk.db, &bytes.hash).await?.is_some_and(|(_, is_looked_at)| is_looked_at);
    let mut tx = desk.db.begin().await?;
    let entry = match destination {
        Destination::New(place, charged_to) => {
            let file = NewFile { name: &upload.name, declared_type: &upload.declared_type, by: viewer.member, charged_to };
            keep(&mut tx, desk, viewer.organisation, place, &file, bytes).await?.id
        }
        Destination::Version(file, charged_to) => {
            add_version(&mut tx, desk, viewer, file, charged_to, bytes).await?;
            file
        }
    };
    if !uploads::finish(&mut tx, upload.id, entry).await? {
        drop(tx);
        let first = uploads::own(&desk.db, viewer, upload.id).await?.and_then(|upload| upload.entry_id);
        return first.ok_or_else(Error::not_found);
    }
    if !is_looked_at {
        jobs::plan_look(&mut tx, desk, &bytes.hash).await?;
    }
    jobs::plan_sweep(&mut tx, desk).await?;
    tx.commit().await?;
    desk.drive.parts.forget(upload.id.uuid()).await?;
    Ok(entry)
}
